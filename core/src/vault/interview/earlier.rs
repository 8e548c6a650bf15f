//! Whether the child was interviewed before: asked before an interview starts, so that no child tells it twice for nothing.
//!
//! What is known for sure counts: interviews of the same record of the child, of the cases that are linked as being about
//! the same child, and of records that a person has looked at and confirmed. What a search finds is possible, no more; it
//! never stops an interview that cannot wait.

use std::collections::BTreeSet;

use crate::access::Access;
use crate::id::RecordId;
use crate::model::records::{CaseLink, Child, Interview};
use crate::model::search::SearchQuery;
use crate::model::{Record, RecordKind, SearchKind, Text};
use crate::practice::interview::{Earlier, OtherUnits};
use crate::vault::{Error, RecordInfo, SearchAnswer, SearchHit, Session, UnitsAnswer};

/// A record in this unit that may be of the same child.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PossibleEarlier {
    /// The record of the child.
    pub child: RecordId,
    /// Its case, if it stands in one.
    pub case: Option<RecordId>,
}

/// What was found about earlier interviews of a child, and what a person has said to it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EarlierInterviews {
    known: BTreeSet<RecordId>,
    possible: Vec<PossibleEarlier>,
    ask: BTreeSet<RecordId>,
    too_many: bool,
    looked: bool,
    asked: bool,
}

impl EarlierInterviews {
    /// Nobody has looked. Only an interview that cannot wait starts so.
    #[must_use]
    pub fn not_looked() -> Self {
        Self::default()
    }

    /// Interviews of this child that have started, known for sure.
    #[must_use]
    pub fn known(&self) -> Vec<RecordId> {
        self.known.iter().copied().collect()
    }

    /// Records that may be of the same child. Look at each, then say [`Session::same_child`] or
    /// [`another_child`](Self::another_child).
    #[must_use]
    pub fn possible(&self) -> &[PossibleEarlier] {
        &self.possible
    }

    /// Units that may know of earlier interviews. Ask them, then say [`units_were_asked`](Self::units_were_asked).
    #[must_use]
    pub fn units_to_ask(&self) -> Vec<RecordId> {
        self.ask.iter().copied().collect()
    }

    /// Whether so many records may be of this child that none was listed.
    #[must_use]
    pub const fn too_many(&self) -> bool {
        self.too_many
    }

    /// A record that was possible is of another child.
    pub fn another_child(&mut self, child: RecordId) {
        self.possible.retain(|possible| possible.child != child);
    }

    /// The units that may know something were asked; also: what was found was too much to look at, and was asked about.
    pub fn units_were_asked(&mut self) {
        self.asked = true;
    }

    fn may_be(&mut self, child: RecordId, case: Option<RecordId>) {
        let possible = PossibleEarlier { child, case };
        if !self.possible.contains(&possible) {
            self.possible.push(possible);
        }
    }

    pub(super) fn finding(&self, urgent: bool) -> Earlier {
        let something = !self.ask.is_empty() || self.too_many;
        let open = !self.looked || !self.possible.is_empty() || (something && !self.asked);
        let elsewhere = match (open, something) {
            (true, _) => OtherUnits::NotAsked,
            (false, true) => OtherUnits::Asked,
            (false, false) => OtherUnits::NothingFound,
        };
        Earlier { known: self.known.len() as u64, elsewhere, urgent }
    }
}

impl Session {
    /// Looks for earlier interviews of a child: below its record, in cases linked as being about the same child, by its
    /// name in this unit, and by its name in other units, which answer only that they should be asked. Every look is logged.
    ///
    /// # Errors
    /// As [`read`](Self::read) of the child, [`search`](Self::search) and
    /// [`search_across_units`](Self::search_across_units). An interview that cannot wait starts with
    /// [`EarlierInterviews::not_looked`] all the same.
    pub fn earlier_interviews(&self, child: RecordId, access: &Access) -> Result<EarlierInterviews, Error> {
        let record = self.read::<Child>(child, access)?.record;
        let mut found = EarlierInterviews { looked: true, ..EarlierInterviews::default() };
        let mut seen = BTreeSet::from([child]);
        self.add_interviews(child, &mut found, access)?;
        for case in self.linked_cases(child, access)? {
            match self.children_of(case, access)?[..] {
                [other] => {
                    seen.insert(other);
                    self.add_interviews(other, &mut found, access)?;
                }
                // Nobody knows which of them is meant: whoever asks looks at each.
                ref several => several.iter().for_each(|other| found.may_be(*other, Some(case))),
            }
        }
        for query in queries(&record) {
            self.add_matches(&query, &seen, &mut found, access)?;
        }
        // One question to all units: the name in the script in which it is recorded first.
        if let Some(query) = queries(&record).into_iter().next() {
            match self.search_across_units(&query, access)? {
                UnitsAnswer::Ask(units) => found.ask.extend(units.into_iter().filter(|unit| *unit != self.unit())),
                UnitsAnswer::TooMany => found.too_many = true,
            }
        }
        Ok(found)
    }

    /// A record that was possible is of the same child: its interviews are known from now on.
    ///
    /// # Errors
    /// As [`records_of`](Self::records_of).
    pub fn same_child(&self, found: &mut EarlierInterviews, child: RecordId, access: &Access) -> Result<(), Error> {
        self.add_interviews(child, found, access)?;
        found.another_child(child);
        Ok(())
    }

    /// The interviews of a child that have started: below its record, or below its case if no other child is in it. Of one
    /// below a case of several children somebody has to say whose it was.
    fn add_interviews(&self, child: RecordId, found: &mut EarlierInterviews, access: &Access) -> Result<(), Error> {
        let records = self.records_of(child, access)?;
        let of_kind = |kind| records.iter().filter(move |info: &&RecordInfo| info.kind == Some(kind));
        let parent = of_kind(RecordKind::CHILD).find(|info| info.id == child).and_then(|info| info.parent);
        let alone = of_kind(RecordKind::CHILD).count() == 1;
        let below = |info: &&RecordInfo| info.parent == Some(child) || info.parent == parent;
        let started = Interview::spec().field_named("started_at").map(|field| field.number);
        for interview in of_kind(RecordKind::INTERVIEW).filter(below) {
            match self.read_fields(interview.id, started.as_ref().map(std::slice::from_ref), access) {
                Ok(opened) if opened.record.get("started_at").is_some() => {
                    if alone || interview.parent == Some(child) {
                        found.known.insert(interview.id);
                    } else {
                        found.ask.insert(self.unit());
                    }
                }
                Ok(_) => {}
                // It is there, and somebody else has to say whether it took place.
                Err(Error::Access(_)) => _ = found.ask.insert(self.unit()),
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// The cases of this vault that are linked to the child's as being about the same child.
    fn linked_cases(&self, child: RecordId, access: &Access) -> Result<Vec<RecordId>, Error> {
        let records = self.records_of(child, access)?;
        let links = records.iter().filter(|info| info.kind == Some(RecordKind::CASE_LINK));
        let mut cases = Vec::new();
        for link in links {
            let link = match self.read::<CaseLink>(link.id, access) {
                Err(Error::Access(_)) => continue,
                link => link?.record,
            };
            let same = link.kind.is_some_and(|kind| kind.code().as_str() == "same_child");
            let here = |case: &RecordId| self.info(*case).is_ok();
            cases.extend(link.other_case.filter(|case| same && here(case)));
        }
        Ok(cases)
    }

    /// The children of a linked case.
    fn children_of(&self, case: RecordId, access: &Access) -> Result<Vec<RecordId>, Error> {
        let records = self.records_of(case, access)?;
        Ok(records.iter().filter(|info| info.kind == Some(RecordKind::CHILD)).map(|info| info.id).collect())
    }

    fn add_matches(
        &self,
        query: &SearchQuery,
        seen: &BTreeSet<RecordId>,
        found: &mut EarlierInterviews,
        access: &Access,
    ) -> Result<(), Error> {
        let hits = match self.search(query, access)? {
            SearchAnswer::Found(hits) => hits,
            SearchAnswer::TooMany { .. } => {
                found.too_many = true;
                return Ok(());
            }
        };
        for hit in hits {
            match hit {
                SearchHit::PossibleEarlierRecord { unit } => _ = found.ask.insert(unit),
                SearchHit::Record(record) => {
                    if !seen.contains(&record.id) {
                        found.may_be(record.id, record.case);
                    }
                }
            }
        }
        Ok(())
    }
}

/// What is asked for: the whole name, in each script in which it is recorded.
fn queries(child: &Child) -> Vec<SearchQuery> {
    let named = |family: &Option<Text>, given: &Option<Text>| {
        let parts: Vec<_> = family.iter().chain(given).map(Text::as_str).collect();
        (!parts.is_empty()).then(|| SearchQuery::among(RecordKind::CHILD).by(SearchKind::Name, &parts.join(" ")))
    };
    let khmer = named(&child.family_name, &child.given_name);
    khmer.into_iter().chain(named(&child.family_name_latin, &child.given_name_latin)).collect()
}
