//! The terms of a record.

use zeroize::Zeroizing;

use super::names::name_terms;
use super::romanisation::{Telephone, folding};
use super::words::plain;
use crate::model::{
    FieldBuffer, FieldNumber, FieldSpec, ModelError, PartialDate, PlaceCode, RecordSpec, SearchKind, Value,
};

/// Most values of one field that are searched: the first ones.
const MAX_VALUES: usize = 8;

/// Fewest digits of a telephone number.
const FEWEST_DIGITS: usize = 6;

/// Which terms share a key: only these can be seen to be equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Domain {
    /// Terms of one field.
    Field(FieldNumber),
    /// Single names, of all fields with names: they are asked together.
    Names,
    /// Two names together.
    Pairs,
    /// Places, of all fields with places.
    Places,
}

/// See the module. Wiped on drop.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Term {
    pub(crate) domain: Domain,
    /// The field that it stands in, or has to stand in; none: any.
    pub(crate) field: Option<FieldNumber>,
    pub(crate) text: Zeroizing<String>,
    /// Whether the index holds it. What very many records share is compared, but not looked up.
    pub(crate) indexed: bool,
}

impl Term {
    /// Whether the term of a record is what is asked for.
    pub(crate) fn is_met_by(&self, recorded: &Self) -> bool {
        self.domain == recorded.domain
            && self.text == recorded.text
            && (self.field.is_none() || self.field == recorded.field)
    }
}

/// All terms of a record, out of its encoded fields. Fields that cannot be searched are not looked at.
///
/// # Errors
/// [`ModelError::Field`] for a value that is malformed.
pub(crate) fn record_terms(spec: &RecordSpec, fields: &FieldBuffer) -> Result<Vec<Term>, ModelError> {
    let mut terms = Vec::new();
    let mut names = Vec::new();
    for field in spec.fields.iter().filter(|field| field.search.is_some()) {
        let Some(bytes) = fields.get(field.number) else { continue };
        let value = Value::decode_field(field, bytes).map_err(|reason| ModelError::Field {
            kind: spec.name(),
            field: field.name,
            reason,
        })?;
        let values = match value {
            Value::List(values) => values,
            single => vec![single],
        };
        for value in values.into_iter().take(MAX_VALUES) {
            value_terms(field, &value, &mut names, &mut terms);
        }
    }
    name_terms(&names, &mut terms);
    Ok(terms)
}

fn value_terms(
    field: &FieldSpec,
    value: &Value,
    names: &mut Vec<(FieldNumber, Zeroizing<String>)>,
    terms: &mut Vec<Term>,
) {
    let number = field.number;
    match (field.search, value) {
        (Some(SearchKind::Date), Value::Date(date)) => terms.extend(date_terms(number, *date)),
        (Some(SearchKind::Place), Value::Place(place)) => {
            terms.extend(place_levels(*place).map(|level| place_term(Some(number), level)));
        }
        (Some(SearchKind::Name), value) => names.push((number, Zeroizing::new(value.to_plain_text()))),
        (Some(SearchKind::Phone), value) => {
            terms.extend(phone_terms(number, &Zeroizing::new(value.to_plain_text())));
        }
        (Some(SearchKind::Exact | SearchKind::Date | SearchKind::Place), value) => {
            terms.extend(exact_term(number, &Zeroizing::new(value.to_plain_text())));
        }
        (None, _) => {}
    }
}

/// An identifier without case, separators and invisible characters.
pub(super) fn exact_term(field: FieldNumber, text: &str) -> Option<Term> {
    let plain = plain(text);
    let mut kept = Zeroizing::new(String::with_capacity(plain.len()));
    kept.extend(plain.chars().filter(|character| character.is_alphanumeric()));
    (!kept.is_empty()).then(|| of_field(field, kept.as_str(), true))
}

/// The telephone numbers in a text, each with its country.
pub(super) fn phone_terms(field: FieldNumber, text: &str) -> Vec<Term> {
    let plain = plain(text);
    let numbers = plain.split([',', ';', '/', '|', '\n']).take(MAX_VALUES);
    numbers.filter_map(|number| Some(of_field(field, &with_country(&folding().telephone, number)?, true))).collect()
}

fn with_country(telephone: &Telephone, number: &str) -> Option<Zeroizing<String>> {
    let mut digits = Zeroizing::new(String::with_capacity(number.len()));
    digits.extend(number.chars().filter(char::is_ascii_digit));
    let international = number.trim_start().starts_with('+').then_some(digits.as_str());
    let international = international.or_else(|| digits.strip_prefix("00"));
    let (country, trunk) = (telephone.country.as_str(), telephone.trunk.as_str());
    // Nine digits behind the country's: without a plus sign it is still an international number.
    let written_so = digits.strip_prefix(country).filter(|rest| rest.trim_start_matches(trunk).len() >= 8);
    let national = match (international, written_so) {
        (Some(number), _) => match number.strip_prefix(country) {
            Some(national) => national,
            None => return (number.len() >= FEWEST_DIGITS).then(|| Zeroizing::new(format!("+{number}"))),
        },
        (None, Some(national)) => national,
        (None, None) => digits.as_str(),
    };
    let national = national.strip_prefix(trunk).unwrap_or(national);
    (national.len() >= FEWEST_DIGITS).then(|| Zeroizing::new(format!("+{country}{national}")))
}

/// A whole day is in the index; of a month or a year there are too many.
fn date_terms(field: FieldNumber, date: PartialDate) -> Vec<Term> {
    let mut terms = vec![of_field(field, &format!("y{}", date.in_year()), false)];
    match (date.in_month(), date.on_day()) {
        (Some(_), Some(_)) => {
            terms.push(of_field(field, &month(date), false));
            terms.push(of_field(field, &format!("{}.{}", month(date), date.on_day().unwrap_or(0)), true));
        }
        (Some(_), None) => {
            terms.push(of_field(field, &month(date), false));
            terms.push(of_field(field, &format!("only {}", month(date)), false));
        }
        (None, _) => terms.push(of_field(field, &format!("only y{}", date.in_year()), false)),
    }
    terms
}

/// What finds a date: the same day, or a record of which no more than its month or year is known.
pub(super) fn asked_date(field: FieldNumber, date: PartialDate) -> Vec<Vec<Term>> {
    let year = format!("y{}", date.in_year());
    let mut groups = match (date.in_month(), date.on_day()) {
        (Some(_), Some(day)) => {
            let only_month = of_field(field, &format!("only {}", month(date)), false);
            vec![vec![of_field(field, &format!("{}.{day}", month(date)), true)], vec![only_month]]
        }
        (Some(_), None) => vec![vec![of_field(field, &month(date), false)]],
        (None, _) => return vec![vec![of_field(field, &year, false)]],
    };
    groups.push(vec![of_field(field, &format!("only {year}"), false)]);
    groups
}

fn month(date: PartialDate) -> String {
    format!("y{}m{}", date.in_year(), date.in_month().unwrap_or(0))
}

/// The place itself and what it lies in.
fn place_levels(place: PlaceCode) -> impl Iterator<Item = PlaceCode> {
    let levels = [2, 4, 6, 8].into_iter();
    levels.filter_map(move |digits| PlaceCode::parse(place.as_str().get(..digits)?).ok())
}

/// A place. Communes and villages are in the index; in a district or a province live too many.
pub(super) fn place_term(field: Option<FieldNumber>, place: PlaceCode) -> Term {
    let indexed = place.as_str().len() >= 6;
    Term { domain: Domain::Places, field, text: Zeroizing::new(place.as_str().to_owned()), indexed }
}

fn of_field(field: FieldNumber, text: &str, indexed: bool) -> Term {
    Term { domain: Domain::Field(field), field: Some(field), text: Zeroizing::new(text.to_owned()), indexed }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::records::Child;
    use crate::model::{Record, Text};

    const FIELD: FieldNumber = FieldNumber::new(1);

    fn phone(text: &str) -> Vec<String> {
        phone_terms(FIELD, text).iter().map(|term| term.text.as_str().to_owned()).collect()
    }

    #[test]
    fn a_telephone_number_is_one_however_it_is_written() {
        for text in [
            "012 345 678",
            "+855 12 345 678",
            "00855-12-345-678",
            "85512345678",
            "+855 (0)12 345678",
            "០១២ ៣៤៥ ៦៧៨",
            "12345678",
            "tel. 012.345.678 (aunt)",
        ] {
            assert_eq!(phone(text), ["+85512345678"], "{text}");
        }
        assert_eq!(phone("012345678 / 098 765 432"), ["+85512345678", "+85598765432"]);
        assert_eq!(phone("+84 90 123 4567"), ["+84901234567"]);
        assert!(phone("117").is_empty() && phone("none").is_empty());
    }

    #[test]
    fn identifiers_ignore_case_and_separators() {
        let exact = |text| exact_term(FIELD, text).map(|term| term.text.as_str().to_owned());
        for text in ["KH-0123/45", "kh 012345", "ＫＨ០១២៣៤៥", "kh\u{200B}012345"] {
            assert_eq!(exact(text).as_deref(), Some("kh012345"), "{text}");
        }
        assert_eq!(exact(" - "), None);
    }

    fn date_found(asked: &str, recorded: &str) -> bool {
        let terms = date_terms(FIELD, PartialDate::parse(recorded).unwrap());
        asked_date(FIELD, PartialDate::parse(asked).unwrap())
            .iter()
            .any(|group| group.iter().all(|asked| terms.iter().any(|term| asked.is_met_by(term))))
    }

    #[test]
    fn dates_meet_as_far_as_they_are_known() {
        for (asked, recorded) in [
            ("2014-05-17", "2014-05-17"),
            ("2014-05-17", "2014-05"),
            ("2014-05-17", "2014~"),
            ("2014-05", "2014-05-17"),
            ("2014-05", "2014"),
            ("2014", "2014-05-17"),
            ("2014", "2014"),
        ] {
            assert!(date_found(asked, recorded), "{asked} {recorded}");
        }
        for (asked, recorded) in
            [("2014-05-17", "2014-05-18"), ("2014-05-17", "2014-06"), ("2014-05", "2014-06-17"), ("2014", "2015")]
        {
            assert!(!date_found(asked, recorded), "{asked} {recorded}");
        }
    }

    #[test]
    fn a_place_is_found_by_what_it_lies_in() {
        let levels: Vec<_> =
            place_levels(PlaceCode::parse("12010203").unwrap()).map(|level| place_term(None, level)).collect();
        let found: Vec<_> = levels.iter().map(|term| (term.text.as_str(), term.indexed)).collect();
        assert_eq!(found, [("12", false), ("1201", false), ("120102", true), ("12010203", true)]);
    }

    #[test]
    fn a_record_has_terms_of_searchable_fields_only() {
        let child = Child {
            given_name_latin: Some(Text::new("Kunvathana").unwrap()),
            address: Some(Text::new("House 12").unwrap()),
            code_name: Some(Text::new("Bluebird").unwrap()),
            ..Child::default()
        };
        let mut fields = FieldBuffer::new();
        child.encode(&mut fields).unwrap();
        let terms = record_terms(Child::spec(), &fields).unwrap();
        assert_eq!(terms.len(), 1);
        assert_eq!(terms[0].field, Some(FieldNumber::new(4)));
    }

    proptest! {
        #[test]
        fn any_text_is_searched_or_not_but_never_fails(text in "\\PC{0,60}", more in "\\PC{0,60}") {
            let text_of = |text: &str| Text::new(text).ok();
            let child = Child {
                family_name: text_of(&text),
                given_name_latin: text_of(&more),
                other_names: text_of(&more).into_iter().collect(),
                national_id: text_of(&text),
                phones: text_of(&text).into_iter().collect(),
                ..Child::default()
            };
            let mut fields = FieldBuffer::new();
            child.encode(&mut fields).unwrap();
            let terms = record_terms(Child::spec(), &fields).unwrap();
            prop_assert!(terms.len() <= 80);
            prop_assert!(terms.iter().all(|term| !term.text.is_empty() && term.text.len() < 600));
        }
    }
}
