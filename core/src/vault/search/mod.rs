//! Searching: tokens find candidates, candidates are opened and compared in here, the entry is durable, then the answer.
//!
//! No value leaves: an answer says which records, or that there are too many, or which unit to ask.

mod across;
mod rebuild;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::BTreeSet;

pub use across::UnitsAnswer;

use super::act::Act;
use super::{Error, IntegrityError, Session};
use crate::access::Access;
use crate::access::policy::Action;
use crate::id::{RecordId, ScopeId};
use crate::log::{Detail, Event, Outcome, What};
use crate::model::search::{Asked, Coverage, SearchQuery, Term, record_terms};
use crate::model::{FieldNumber, ModelError, RecordKind, RecordSpec};
use crate::store::{HeadRow, Token};

/// Most hits of one answer.
const MAX_HITS: usize = 50;

/// Most candidates that are opened for one query.
const MAX_CANDIDATES: usize = 256;

/// Longest list of one token that is gone through: a longer one only narrows down what others find.
const MAX_LISTED: usize = 1024;

/// What a search answers. Never a value.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SearchAnswer {
    /// These records, perhaps none.
    Found(Vec<SearchHit>),
    /// More than this: ask for more.
    TooMany {
        /// Most hits of one answer.
        limit: usize,
    },
}

/// One hit.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SearchHit {
    /// A record that meets all criteria.
    Record(FoundRecord),
    /// Something in this unit may meet them, and this member may not open it.
    PossibleEarlierRecord {
        /// The unit to ask.
        unit: RecordId,
    },
}

/// A record that meets all criteria.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundRecord {
    /// The record.
    pub id: RecordId,
    /// Its kind.
    pub kind: RecordKind,
    /// The record it belongs to, if it belongs to one.
    pub parent: Option<RecordId>,
    /// The case in which it stands, if it stands in one.
    pub case: Option<RecordId>,
    /// The fields in which the criteria are met, ascending.
    pub fields: Vec<FieldNumber>,
}

impl Session {
    /// Searches in the records of this unit. The entry in the log names the fields that were asked, and how many hits
    /// there were; it is durable before the answer is returned.
    ///
    /// Cost: one index look-up per term, and one opening per candidate; independent of the number of cases.
    ///
    /// # Errors
    /// [`crate::model::search::SearchError`] for what cannot be asked; [`Error::IndexOutdated`];
    /// [`crate::access::AccessError`] (logged as denied); [`IntegrityError`] if index or records were changed from outside.
    pub fn search(&self, query: &SearchQuery, access: &Access) -> Result<SearchAnswer, Error> {
        let spec = self.spec_of_query(query)?;
        let asked = query.resolve(spec)?;
        let unit = self.unit().scope();
        self.act(access, Event::Query, &[], |act| {
            act.demand(Action::Search)?;
            let matches = act.matches(unit, spec, &asked)?;
            act.log_search(Event::Query, unit, spec, &asked, matches.count(), None)?;
            act.count_search(spec, &asked, false)?;
            Ok(matches.into_answer(unit))
        })
    }

    /// This vault's nature of the kind that is asked for: extra fields can be asked for like any other.
    fn spec_of_query(&self, query: &SearchQuery) -> Result<&'static RecordSpec, Error> {
        Ok(self.catalogue()?.by_kind(query.kind()).ok_or(ModelError::NoSuchKind)?)
    }
}

/// What meets a query in one unit.
#[derive(Default)]
struct Matches {
    found: Vec<FoundRecord>,
    /// Something that cannot be opened has all the tokens.
    hidden: bool,
    too_many: bool,
}

impl Matches {
    fn count(&self) -> usize {
        self.found.len() + usize::from(self.hidden)
    }

    fn is_empty(&self) -> bool {
        self.count() == 0 && !self.too_many
    }

    fn into_answer(self, unit: ScopeId) -> SearchAnswer {
        if self.too_many {
            return SearchAnswer::TooMany { limit: MAX_HITS };
        }
        let hidden = self.hidden.then(|| SearchHit::PossibleEarlierRecord { unit: unit.record() });
        SearchAnswer::Found(self.found.into_iter().map(SearchHit::Record).chain(hidden).collect())
    }
}

/// A criterion as tokens: groups of which one has to be there, with all its tokens. Groups without tokens are left out.
type Tokens = Vec<Vec<Token>>;

impl Act<'_> {
    /// Looks the query up, opens the candidates and compares them.
    fn matches(&mut self, unit: ScopeId, spec: &'static RecordSpec, asked: &[Asked]) -> Result<Matches, Error> {
        if !self.index_is_current(unit)? {
            return Err(Error::IndexOutdated);
        }
        let mut matches = Matches { hidden: self.index_waiting(unit)?, ..Matches::default() };
        let Some(candidates) = self.candidates(unit, spec, asked)? else {
            return Ok(Matches { too_many: true, ..matches });
        };
        for candidate in candidates {
            let head = self.head(candidate).map_err(|error| match error {
                Error::NoSuchRecord => IntegrityError::Bucket.into(),
                other => other,
            })?;
            if head.kind == spec.kind.number() && self.unit_of(&head)? == unit {
                self.compare(spec, &head, asked, &mut matches)?;
            }
        }
        if matches.found.len() > MAX_HITS {
            matches = Matches { too_many: true, ..Matches::default() };
        }
        Ok(matches)
    }

    /// The records that have the tokens; none if there are too many to open.
    fn candidates(
        &mut self,
        unit: ScopeId,
        spec: &RecordSpec,
        asked: &[Asked],
    ) -> Result<Option<BTreeSet<RecordId>>, Error> {
        let mut by_coverage = |coverage: Coverage| -> Result<Vec<Tokens>, Error> {
            let covered = asked.iter().filter(|asked| asked.coverage() == coverage);
            covered.map(|asked| self.tokens_of(unit, spec, asked)).collect()
        };
        let (mut sure, mut likely) = (by_coverage(Coverage::All)?, by_coverage(Coverage::Some)?);
        // What says less than was asked is lost where only the likely ones are asked.
        if sure.is_empty() {
            std::mem::swap(&mut sure, &mut likely);
        }
        let mut found = None;
        for (index, tokens) in sure.iter().enumerate() {
            found = self.listed(tokens)?;
            if found.is_some() {
                sure.swap_remove(index);
                break;
            }
        }
        let Some(mut found) = found else { return Ok(None) };
        for tokens in &sure {
            self.retain(&mut found, tokens)?;
        }
        for tokens in &likely {
            if found.len() > MAX_CANDIDATES {
                self.retain(&mut found, tokens)?;
            }
        }
        Ok((found.len() <= MAX_CANDIDATES).then_some(found))
    }

    /// The tokens of a criterion, each in a bucket that was compared with its rows.
    fn tokens_of(&mut self, unit: ScopeId, spec: &RecordSpec, asked: &Asked) -> Result<Tokens, Error> {
        let mut groups = Tokens::new();
        for group in &asked.groups {
            let indexed = group.iter().filter(|term| term.indexed);
            let tokens =
                indexed.map(|term| self.keys.token(unit, spec.kind.number(), term)).collect::<Result<Vec<_>, _>>()?;
            for token in &tokens {
                self.keys.state.verify_token(self.rows, *token)?;
            }
            if !tokens.is_empty() {
                groups.push(tokens);
            }
        }
        Ok(groups)
    }

    /// The records with the tokens of one of the groups; none if the lists are too long.
    fn listed(&self, groups: &Tokens) -> Result<Option<BTreeSet<RecordId>>, Error> {
        let mut found = BTreeSet::new();
        for group in groups {
            let mut shortest = None;
            for token in group {
                let list = self.rows.records_with_token(*token, MAX_LISTED + 1)?;
                if list.len() <= MAX_LISTED {
                    shortest = Some(list);
                    break;
                }
            }
            let Some(list) = shortest else { return Ok(None) };
            for record in list {
                if self.has_all(group, record)? {
                    found.insert(record);
                }
            }
        }
        Ok(Some(found))
    }

    /// Keeps the records that have the tokens of one of the groups.
    fn retain(&self, found: &mut BTreeSet<RecordId>, groups: &Tokens) -> Result<(), Error> {
        let mut kept = BTreeSet::new();
        for record in found.iter() {
            for group in groups {
                if self.has_all(group, *record)? {
                    kept.insert(*record);
                    break;
                }
            }
        }
        *found = kept;
        Ok(())
    }

    fn has_all(&self, tokens: &[Token], record: RecordId) -> Result<bool, Error> {
        for token in tokens {
            if !self.rows.has_token(*token, record)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Opens a candidate and compares it; nothing of it leaves.
    fn compare(
        &mut self,
        spec: &'static RecordSpec,
        head: &HeadRow,
        asked: &[Asked],
        matches: &mut Matches,
    ) -> Result<(), Error> {
        let Some(fields) = self.open_candidate(spec, head)? else {
            matches.hidden = true;
            return Ok(());
        };
        let terms = record_terms(spec, &fields)?;
        if asked.iter().all(|asked| asked.is_met_by(&terms)) {
            // Only what is a hit has its author looked up: a changed candidate was noticed by its digest already.
            self.verify_current(head)?;
            matches.found.push(FoundRecord {
                id: head.record,
                kind: spec.kind,
                parent: (head.parent != head.record).then_some(head.parent),
                case: self.case_of(head)?,
                fields: met_fields(asked, &terms),
            });
        }
        Ok(())
    }

    fn case_of(&mut self, head: &HeadRow) -> Result<Option<RecordId>, Error> {
        let opening = head.scope.record();
        Ok((self.head(opening)?.kind == RecordKind::CASE.number()).then_some(opening))
    }

    /// Appends the entry about a search: the unit, the kind and the fields that were asked, and how many hits there were.
    fn log_search(
        &mut self,
        event: Event,
        unit: ScopeId,
        spec: &RecordSpec,
        asked: &[Asked],
        hits: usize,
        units: Option<usize>,
    ) -> Result<(), Error> {
        let fields: BTreeSet<u64> = asked.iter().flat_map(|asked| &asked.fields).map(|field| field.get()).collect();
        let what = What {
            record: unit.record(),
            kind: u64::from(spec.kind.number()),
            fields: Cow::Owned(fields.into_iter().collect()),
            revision: None,
            head: None,
            previous: None,
            subject: None,
        };
        let detail = Detail::of(crate::log::DetailKey::COUNT, hits as u64);
        let detail = match units {
            Some(units) => detail.with(crate::log::DetailKey::UNITS, units as u64),
            None => detail,
        };
        self.log(event, Outcome::Success, Some(what), Some(detail)).map(|_| ())
    }
}

/// The fields whose terms meet something that was asked.
fn met_fields(asked: &[Asked], terms: &[Term]) -> Vec<FieldNumber> {
    let wanted = || asked.iter().flat_map(|asked| asked.groups.iter().flatten());
    let met = terms.iter().filter(|term| wanted().any(|asked| asked.is_met_by(term)));
    let fields: BTreeSet<_> = met.filter_map(|term| term.field).collect();
    fields.into_iter().collect()
}
