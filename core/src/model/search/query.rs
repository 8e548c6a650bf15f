//! What is asked, and how the index can answer it.

use zeroize::Zeroizing;

use super::error::SearchError;
use super::names::asked_name;
use super::terms::{Term, asked_date, exact_term, phone_terms, place_term};
use super::words::{MAX_TEXT, plain};
use crate::model::{FieldNumber, FieldSpec, PartialDate, PlaceCode, RecordKind, RecordSpec, SearchKind, ValueError};

/// Most criteria of one query.
const MAX_CRITERIA: usize = 8;

/// A search among the records of one kind. All criteria have to be met. Never prints itself.
#[derive(Clone)]
pub struct SearchQuery {
    kind: RecordKind,
    criteria: Vec<(By, Zeroizing<String>)>,
}

#[derive(Clone)]
enum By {
    Kind(SearchKind),
    Field(String),
}

impl SearchQuery {
    /// A search among the records of this kind, without criteria yet.
    #[must_use]
    pub const fn among(kind: RecordKind) -> Self {
        Self { kind, criteria: Vec::new() }
    }

    /// Asks for a text in any field that is searched in this way: a name in any of the name fields, a telephone number.
    #[must_use]
    pub fn by(mut self, kind: SearchKind, text: &str) -> Self {
        self.criteria.push((By::Kind(kind), Zeroizing::new(text.to_owned())));
        self
    }

    /// Asks for a text in the field of this name, such as `family_name_latin`.
    #[must_use]
    pub fn by_field(mut self, field: &str, text: &str) -> Self {
        self.criteria.push((By::Field(field.to_owned()), Zeroizing::new(text.to_owned())));
        self
    }

    /// Among which records.
    #[must_use]
    pub const fn kind(&self) -> RecordKind {
        self.kind
    }

    /// What the criteria ask of records of this nature, one answer per criterion.
    pub(crate) fn resolve(&self, spec: &RecordSpec) -> Result<Vec<Asked>, SearchError> {
        if self.criteria.is_empty() {
            return Err(SearchError::Empty);
        }
        if self.criteria.len() > MAX_CRITERIA {
            return Err(SearchError::TooManyCriteria { limit: MAX_CRITERIA });
        }
        let asked: Vec<_> = self.criteria.iter().map(|(by, text)| asked(spec, by, text)).collect::<Result<_, _>>()?;
        // What covers nothing can only narrow down what something else has found.
        if asked.iter().all(|asked| asked.coverage() == Coverage::Nothing) {
            return Err(SearchError::TooBroad);
        }
        Ok(asked)
    }
}

impl std::fmt::Debug for SearchQuery {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SearchQuery({}, {} criteria, redacted)", self.kind.name(), self.criteria.len())
    }
}

/// What one criterion asks: one of these groups of terms, each with all its terms.
#[derive(Clone)]
pub(crate) struct Asked {
    /// The fields that it concerns, for the log.
    pub(crate) fields: Vec<FieldNumber>,
    pub(crate) groups: Vec<Vec<Term>>,
}

/// How much of what a criterion asks is in the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Coverage {
    /// All: what the index does not find is not there.
    All,
    /// Some: a record that says less than was asked, such as a year of birth only, is not found by it.
    Some,
    /// Nothing: it only narrows down what the others find.
    Nothing,
}

impl Asked {
    pub(crate) fn coverage(&self) -> Coverage {
        let in_index = |group: &&Vec<Term>| group.iter().any(|term| term.indexed);
        match self.groups.iter().filter(in_index).count() {
            0 => Coverage::Nothing,
            all if all == self.groups.len() => Coverage::All,
            _ => Coverage::Some,
        }
    }

    /// Whether a record with these terms is what is asked for.
    pub(crate) fn is_met_by(&self, recorded: &[Term]) -> bool {
        self.groups.iter().any(|group| group.iter().all(|asked| recorded.iter().any(|term| asked.is_met_by(term))))
    }
}

fn asked(spec: &RecordSpec, by: &By, text: &str) -> Result<Asked, SearchError> {
    if text.len() > MAX_TEXT {
        return Err(SearchError::TooLong { limit: MAX_TEXT });
    }
    let (kind, fields, named): (SearchKind, Vec<&FieldSpec>, bool) = match by {
        By::Kind(kind) => (*kind, spec.fields.iter().filter(|field| field.search == Some(*kind)).collect(), false),
        By::Field(name) => {
            let field = spec.field_named(name).ok_or(SearchError::NoSuchField { record: spec.name() })?;
            let refused = SearchError::NotSearchable { record: spec.name(), kind: field.name };
            (field.search.ok_or(refused)?, vec![field], true)
        }
    };
    if fields.is_empty() {
        return Err(SearchError::NotSearchable { record: spec.name(), kind: kind.name() });
    }
    let fields: Vec<_> = fields.iter().map(|field| field.number).collect();
    let groups = groups(kind, &fields, named, text)?;
    if groups.is_empty() { Err(SearchError::Empty) } else { Ok(Asked { fields, groups }) }
}

fn groups(kind: SearchKind, fields: &[FieldNumber], named: bool, text: &str) -> Result<Vec<Vec<Term>>, SearchError> {
    let field = fields.first().copied().filter(|_| named);
    let refused = |reason: ValueError| match reason {
        ValueError::Empty => SearchError::Empty,
        reason => SearchError::Value { kind: kind.name(), reason },
    };
    let plain = plain(text);
    if plain.trim().is_empty() {
        return Err(SearchError::Empty);
    }
    Ok(match kind {
        SearchKind::Name => asked_name(text, field),
        SearchKind::Exact => fields.iter().filter_map(|field| Some(vec![exact_term(*field, text)?])).collect(),
        SearchKind::Phone => fields.iter().flat_map(|field| phone_terms(*field, text)).map(|term| vec![term]).collect(),
        SearchKind::Date => {
            let date = PartialDate::parse(&plain).map_err(refused)?;
            fields.iter().flat_map(|field| asked_date(*field, date)).collect()
        }
        SearchKind::Place => {
            let place = PlaceCode::parse(&plain).map_err(refused)?;
            vec![vec![place_term(field, place)]]
        }
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::catalogue;

    fn resolve(query: &SearchQuery) -> Result<Vec<Asked>, SearchError> {
        query.resolve(catalogue().by_kind(query.kind()).unwrap())
    }

    fn child() -> SearchQuery {
        SearchQuery::among(RecordKind::CHILD)
    }

    #[test]
    fn what_cannot_be_asked_is_said() {
        use SearchError as No;
        let long = "x".repeat(MAX_TEXT + 1);
        for (query, expected) in [
            (child(), No::Empty),
            (child().by(SearchKind::Name, " \u{200B}"), No::Empty),
            (child().by(SearchKind::Name, "..."), No::Empty),
            (child().by(SearchKind::Exact, "-"), No::Empty),
            (child().by(SearchKind::Phone, "117"), No::Empty),
            (child().by(SearchKind::Name, &long), No::TooLong { limit: MAX_TEXT }),
            (child().by(SearchKind::Date, "soon"), No::Value { kind: "date", reason: ValueError::Date }),
            (child().by(SearchKind::Place, "123"), No::Value { kind: "place", reason: ValueError::Place }),
            (child().by_field("nothing", "x"), No::NoSuchField { record: "child" }),
            (child().by_field("address", "x"), No::NotSearchable { record: "child", kind: "address" }),
            (
                SearchQuery::among(RecordKind::ROOM).by(SearchKind::Phone, "012345678"),
                No::NotSearchable { record: "room", kind: "phone" },
            ),
            (child().by(SearchKind::Name, "Sok"), No::TooBroad),
            (child().by(SearchKind::Date, "2014-05").by(SearchKind::Place, "1201"), No::TooBroad),
        ] {
            assert_eq!(resolve(&query).err(), Some(expected));
        }
        let many = (0..=MAX_CRITERIA).fold(child(), |query, _| query.by(SearchKind::Name, "Kunvathana"));
        assert_eq!(resolve(&many).err(), Some(No::TooManyCriteria { limit: MAX_CRITERIA }));
    }

    #[test]
    fn coverage_says_what_the_index_knows() {
        let coverage = |query: SearchQuery| resolve(&query).unwrap().iter().map(Asked::coverage).collect::<Vec<_>>();
        assert_eq!(coverage(child().by(SearchKind::Name, "Sok Dara")), [Coverage::All]);
        assert_eq!(coverage(child().by(SearchKind::Date, "2014-05-17")), [Coverage::Some]);
        let narrowed = child().by(SearchKind::Name, "Sok").by(SearchKind::Place, "120102").by(SearchKind::Date, "២០១៤");
        assert_eq!(coverage(narrowed), [Coverage::Nothing, Coverage::All, Coverage::Nothing]);
    }

    #[test]
    fn a_query_does_not_print_what_it_asks() {
        let query = child().by(SearchKind::Name, "Kunvathana");
        assert_eq!(format!("{query:?}"), "SearchQuery(child, 1 criteria, redacted)");
    }

    proptest! {
        #[test]
        fn any_question_is_answered_or_refused(text in "\\PC{0,80}", kind in 1_u8..=5) {
            let kind = SearchKind::from_number(kind).unwrap();
            if let Ok(asked) = resolve(&child().by(kind, &text)) {
                prop_assert!(asked.iter().all(|asked| asked.groups.len() <= 80));
            }
        }
    }
}
