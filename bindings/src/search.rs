//! Searching without plaintext: criteria in, ids out.

use saferoom::model::search::SearchQuery;
use saferoom::model::{Catalogue, ModelError, RecordSpec, SearchKind};
use saferoom::vault::{self, SearchAnswer, SearchHit, UnitsAnswer};

use crate::error::SaferoomError;
use crate::session::Session;
use crate::types::AccessInput;

/// One thing that is known of whom one looks for. Prints nothing of it.
#[derive(Clone, uniffi::Enum)]
#[uniffi::export(Display, Debug)]
pub enum SearchCriterion {
    /// A name, or several of one person, in any of the fields with names.
    Name {
        /// The name.
        text: String,
    },
    /// A telephone number.
    Phone {
        /// The number.
        text: String,
    },
    /// A date: `2014-05-17`, `2014-05`, `2014`.
    Date {
        /// The date.
        text: String,
    },
    /// Code of a village, commune, district or province.
    Place {
        /// The code.
        text: String,
    },
    /// A number such as that of an identity card or a register.
    Exact {
        /// The number.
        text: String,
    },
    /// A text in one field alone.
    Field {
        /// Name of the field.
        name: String,
        /// The text.
        text: String,
    },
}

impl std::fmt::Display for SearchCriterion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SearchCriterion(redacted)")
    }
}

impl std::fmt::Debug for SearchCriterion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, f)
    }
}

/// A record that meets all criteria.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct FoundRecord {
    /// The record.
    pub id: String,
    /// Name of its kind.
    pub kind: String,
    /// The record it belongs to, if it belongs to one.
    pub parent: Option<String>,
    /// The case in which it stands, if it stands in one.
    pub case_id: Option<String>,
    /// Names of the fields in which the criteria are met.
    pub fields: Vec<String>,
}

/// What a search answers. Never a value.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct SearchResult {
    /// Too many records would answer: add what else is known.
    pub too_many: bool,
    /// The records that meet all criteria.
    pub records: Vec<FoundRecord>,
    /// Units that may have an earlier record which this member cannot open: ask them.
    pub ask_units: Vec<String>,
}

#[uniffi::export]
impl Session {
    /// Searches in the records of this unit, of one kind; all criteria have to be met. The entry in the log is durable
    /// before the answer is returned.
    ///
    /// # Errors
    /// It cannot be asked so, the purpose is refused, the index has to be made anew, or it was changed from outside.
    pub fn search(
        &self,
        kind: String,
        criteria: Vec<SearchCriterion>,
        access: AccessInput,
    ) -> Result<SearchResult, SaferoomError> {
        let (spec, query) = query_of(self.0.catalogue()?, &kind, criteria)?;
        Ok(result_of(spec, self.0.search(&query, &access.into())?))
    }

    /// Asks every unit whose search keys this member holds whether it may have an earlier record; answers only which unit
    /// to ask. A member has 20 of them in an hour.
    ///
    /// # Errors
    /// As `search`, and too many within an hour (logged).
    pub fn search_across_units(
        &self,
        kind: String,
        criteria: Vec<SearchCriterion>,
        access: AccessInput,
    ) -> Result<SearchResult, SaferoomError> {
        let (_, query) = query_of(self.0.catalogue()?, &kind, criteria)?;
        let answer = self.0.search_across_units(&query, &access.into())?;
        Ok(match answer {
            UnitsAnswer::Ask(units) => {
                let ask_units = units.iter().map(ToString::to_string).collect();
                SearchResult { too_many: false, records: Vec::new(), ask_units }
            }
            _ => too_many(),
        })
    }

    /// Makes the search index anew, in one transaction; answers how many records are in it.
    ///
    /// # Errors
    /// A searchable field cannot be opened by this member, or the file was changed from outside; the old index stays.
    pub fn rebuild_search_index(&self, access: AccessInput) -> Result<u64, SaferoomError> {
        Ok(self.0.rebuild_search_index(&access.into(), |_done, _total| ())?)
    }
}

fn query_of(
    catalogue: &'static Catalogue,
    kind: &str,
    criteria: Vec<SearchCriterion>,
) -> Result<(&'static RecordSpec, SearchQuery), SaferoomError> {
    let spec = catalogue.by_name(kind).ok_or(ModelError::NoSuchKind)?;
    let query = criteria.into_iter().fold(SearchQuery::among(spec.kind), |query, criterion| match criterion {
        SearchCriterion::Name { text } => query.by(SearchKind::Name, &text),
        SearchCriterion::Phone { text } => query.by(SearchKind::Phone, &text),
        SearchCriterion::Date { text } => query.by(SearchKind::Date, &text),
        SearchCriterion::Place { text } => query.by(SearchKind::Place, &text),
        SearchCriterion::Exact { text } => query.by(SearchKind::Exact, &text),
        SearchCriterion::Field { name, text } => query.by_field(&name, &text),
    });
    Ok((spec, query))
}

fn result_of(spec: &RecordSpec, answer: SearchAnswer) -> SearchResult {
    let SearchAnswer::Found(hits) = answer else { return too_many() };
    let mut result = SearchResult { too_many: false, records: Vec::new(), ask_units: Vec::new() };
    for hit in hits {
        match hit {
            SearchHit::Record(found) => result.records.push(record_of(spec, &found)),
            SearchHit::PossibleEarlierRecord { unit } => result.ask_units.push(unit.to_string()),
            _ => {}
        }
    }
    result
}

fn record_of(spec: &RecordSpec, found: &vault::FoundRecord) -> FoundRecord {
    let fields = found.fields.iter().filter_map(|number| spec.field(*number));
    FoundRecord {
        id: found.id.to_string(),
        kind: found.kind.name().to_owned(),
        parent: found.parent.map(|parent| parent.to_string()),
        case_id: found.case.map(|case| case.to_string()),
        fields: fields.map(|field| field.name.to_owned()).collect(),
    }
}

fn too_many() -> SearchResult {
    SearchResult { too_many: true, records: Vec::new(), ask_units: Vec::new() }
}
