//! From values to statistics: the release rules, applied.

use std::collections::BTreeSet;

use zeroize::Zeroizing;

use super::{StatisticsValues, has_statistics};
use crate::model::{
    Code, Compartment, FieldNumber, FieldSpec, PartialDate, PlaceCode, RecordKind, RecordSpec, ReleaseRule, Timestamp,
    Value, code_lists,
};

/// Separates the items of a list: no code has it.
const SEPARATOR: &str = ";";

/// The day on which a case was reported: of it ages count.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ReportDay {
    year: u16,
    month: u8,
    day: u8,
}

impl std::fmt::Debug for ReportDay {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ReportDay(redacted)")
    }
}

/// When a case was reported, or else registered, by its encoded fields. None if neither is known.
pub fn report_day<'f>(
    spec: &RecordSpec,
    fields: impl Iterator<Item = (FieldNumber, &'f [u8])> + Clone,
) -> Option<ReportDay> {
    let moment = |name: &str| {
        let field = spec.field_named(name)?;
        let (_, bytes) = fields.clone().find(|(number, _)| *number == field.number)?;
        match Value::decode_field(field, bytes).ok()? {
            Value::Time(moment) => Some(day_of(&moment)),
            _ => None,
        }
    };
    if spec.kind != RecordKind::CASE {
        return None;
    }
    moment("reported_at").or_else(|| moment("registered_at"))
}

/// What of the fields of one compartment goes into the statistics, by number of the field. `report` is of the case.
pub fn statistics_of<'f>(
    spec: &RecordSpec,
    compartment: Compartment,
    fields: impl Iterator<Item = (FieldNumber, &'f [u8])>,
    report: Option<ReportDay>,
) -> StatisticsValues {
    let mut values = StatisticsValues::new();
    for (number, bytes) in fields {
        let Some(field) = spec.field(number).filter(|field| field.compartment == compartment) else { continue };
        let Some(rule) = field.release.filter(|_| has_statistics(field)) else { continue };
        let Ok(value) = Value::decode_field(field, bytes) else { continue };
        if let Some(text) = coarser(rule, field, &value, report) {
            values.insert(number.get(), Zeroizing::new(text));
        }
    }
    values
}

fn coarser(rule: ReleaseRule, field: &FieldSpec, value: &Value, report: Option<ReportDay>) -> Option<String> {
    match (rule, value) {
        (ReleaseRule::Present, Value::List(items)) => (!items.is_empty()).then(|| true.to_string()),
        (ReleaseRule::Present, _) => Some(true.to_string()),
        (ReleaseRule::Count, Value::List(items)) => Some(items.len().to_string()),
        (ReleaseRule::Count, Value::Unsigned(number)) => Some(number.to_string()),
        (ReleaseRule::Count, _) => Some(1.to_string()),
        (_, Value::List(items)) => {
            let set: BTreeSet<_> = items.iter().filter_map(|item| single(rule, field, item, report)).collect();
            (!set.is_empty()).then(|| set.into_iter().collect::<Vec<_>>().join(SEPARATOR))
        }
        (_, value) => single(rule, field, value, report),
    }
}

fn single(rule: ReleaseRule, field: &FieldSpec, value: &Value, report: Option<ReportDay>) -> Option<String> {
    match (rule, value) {
        (ReleaseRule::AsIs, Value::Code(code)) => listed(field, code, false),
        (ReleaseRule::AsIs, Value::Bool(_) | Value::Unsigned(_)) => Some(value.to_plain_text()),
        (ReleaseRule::CoarseCode, Value::Code(code)) => listed(field, code, true),
        (ReleaseRule::AgeInYears, Value::Date(birth)) => age(birth, report?),
        (ReleaseRule::Province, Value::Place(place)) => Some(place.province().as_str().to_owned()),
        (ReleaseRule::District, Value::Place(place)) => Some(district(place)),
        (ReleaseRule::Year | ReleaseRule::Month | ReleaseRule::Quarter, Value::Date(date)) => {
            period(rule, date.in_year(), date.in_month())
        }
        (ReleaseRule::Year | ReleaseRule::Month | ReleaseRule::Quarter, Value::Time(moment)) => {
            let day = day_of(moment);
            period(rule, day.year, Some(day.month))
        }
        _ => None,
    }
}

/// The code, or the coarser one that stands for it; none if its list lacks it.
fn listed(field: &FieldSpec, code: &Code, coarse: bool) -> Option<String> {
    let lists = code_lists();
    let list = lists.list(field.code_list?)?;
    let shown = if coarse { list.coarse(code.as_str()) } else { list.entry(code.as_str()).map(|entry| &*entry.code) };
    shown.map(str::to_owned)
}

fn district(place: &PlaceCode) -> String {
    place.district().unwrap_or_else(|| place.province()).as_str().to_owned()
}

fn period(rule: ReleaseRule, year: u16, month: Option<u8>) -> Option<String> {
    match rule {
        ReleaseRule::Year => Some(format!("{year:04}")),
        ReleaseRule::Month => Some(format!("{year:04}-{:02}", month?)),
        ReleaseRule::Quarter => Some(format!("{year:04}-Q{}", month?.div_ceil(3))),
        _ => None,
    }
}

/// Years from a birth to a day, as exactly as the date of birth is known: of a year alone, as if it were on its first day.
fn age(birth: &PartialDate, day: ReportDay) -> Option<String> {
    let born = (birth.in_month().unwrap_or(1), birth.on_day().unwrap_or(1));
    let before = u16::from((day.month, day.day) < born);
    day.year.checked_sub(birth.in_year())?.checked_sub(before).map(|years| years.to_string())
}

/// The day of a moment, in UTC.
fn day_of(moment: &Timestamp) -> ReportDay {
    let text = moment.to_text();
    let part = |range: std::ops::Range<usize>| text.get(range).and_then(|part| part.parse::<u16>().ok()).unwrap_or(0);
    let small = |range| u8::try_from(part(range)).unwrap_or(0);
    ReportDay { year: part(0..4), month: small(5..7), day: small(8..10) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::records::{Case, Child};
    use crate::model::{Coded, FieldBuffer, Record, Text};

    fn encoded<R: Record>(record: &R) -> FieldBuffer {
        let mut fields = FieldBuffer::new();
        record.encode(&mut fields).unwrap();
        fields
    }

    fn of_child(child: &Child, compartment: Compartment, report: Option<ReportDay>) -> Vec<(&'static str, String)> {
        let values = statistics_of(Child::spec(), compartment, encoded(child).iter(), report);
        let name = |number: &u64| Child::spec().field(FieldNumber::new(*number)).unwrap().name;
        values.iter().map(|(number, text)| (name(number), text.to_string())).collect()
    }

    fn day(text: &str) -> Option<ReportDay> {
        let case = Case { reported_at: Some(Timestamp::parse(text).unwrap()), ..Case::default() };
        report_day(Case::spec(), encoded(&case).iter())
    }

    #[test]
    fn a_birth_becomes_an_age_at_the_report_and_nothing_else_of_who_a_child_is_stays() {
        let child = |birth: &str| Child {
            given_name: Some(Text::new("សុភា").unwrap()),
            date_of_birth: Some(PartialDate::parse(birth).unwrap()),
            ..Child::default()
        };
        let age_of = |birth: &str, report: Option<ReportDay>| of_child(&child(birth), Compartment::Identity, report);
        let report = day("2024-05-16T10:00:00Z");
        for (birth, age) in [("2014-05-16", "10"), ("2014-05-17", "9"), ("2014-06", "9"), ("2014", "10"), ("2024", "0")]
        {
            assert_eq!(age_of(birth, report), [("date_of_birth", age.to_owned())], "{birth}");
        }
        assert_eq!(age_of("2025", report), [], "not born yet");
        assert_eq!(age_of("2014", None), [], "nobody knows when it was reported");
        let registered =
            Case { registered_at: Some(Timestamp::parse("2020-01-01T00:00:00Z").unwrap()), ..Case::default() };
        assert!(report_day(Case::spec(), encoded(&registered).iter()) < report);
    }

    #[test]
    fn places_codes_and_lists_become_coarser_and_unknown_codes_nothing() {
        let child = Child {
            home_commune: Some(PlaceCode::parse("12030405").unwrap()),
            sex: Some(Coded::new("female").unwrap()),
            role: Some(Coded::new("Sokha-Chan").unwrap()),
            ..Child::default()
        };
        let profile = of_child(&child, Compartment::Profile, None);
        assert!(profile.contains(&("home_commune", "1203".to_owned())), "{profile:?}");
        assert!(profile.contains(&("sex", "female".to_owned())));
        assert!(!profile.iter().any(|(name, _)| *name == "role"), "a code that no list has is no code");
        let harm = ["livestreamed_csa", "livestreamed_csa"].map(|code| Coded::new(code).unwrap());
        let child = Child { harm_forms: harm.to_vec(), ..Child::default() };
        let offence = of_child(&child, Compartment::Offence, None);
        assert_eq!(offence.len(), 1);
        let lists = code_lists();
        assert_eq!(offence[0].1, lists.list("harm_form").unwrap().coarse("livestreamed_csa").unwrap());
        assert_eq!(of_child(&child, Compartment::Profile, None), []);
    }

    #[test]
    fn nothing_that_is_released_is_a_text_an_exact_date_or_a_village() {
        use crate::model::{FieldClass, ValueType, catalogue};
        for record in catalogue().records() {
            for field in super::super::statistics_fields(record) {
                let as_is = field.release == Some(ReleaseRule::AsIs);
                let plain = matches!(field.value_type, ValueType::Code | ValueType::Bool | ValueType::Unsigned);
                assert!(!as_is || plain, "{}.{}", record.name(), field.name);
                assert!(!matches!(field.class, FieldClass::Narrative | FieldClass::Linkage), "{}", field.name);
                let coarse = field.release.is_some_and(|rule| rule != ReleaseRule::AsIs);
                assert!(field.class != FieldClass::Direct || coarse, "{}.{}", record.name(), field.name);
            }
        }
    }
}
