//! Statistics of cases: what every act that writes tells the extract desk, without a way back to the case.
//!
//! Each case has one row under a random id. For each compartment there is a section in it, made of the fields of that
//! compartment by their release rules and sealed to the unit's statistics circle: who writes cannot read it back, but for what
//! they wrote themselves. A link under the data key of the compartment leads from the case to the row. What an act cannot
//! tell, for lack of a key, is marked as pending; whoever opens the case next with that key tells it. See docs/adr/0071.

mod desk;
#[cfg(feature = "extract")]
mod extract;
mod note;
mod packet;
mod reverse;
mod row;
#[cfg(feature = "extract")]
mod series_key;
mod tell;
#[cfg(test)]
mod vectors;
#[cfg(feature = "extract")]
mod way_back;
mod whole;

use std::collections::BTreeMap;

#[cfg(test)]
pub(super) use row::{links_context, row_context};
#[cfg(feature = "fuzzing")]
pub(super) use row::{padded_links, padded_row, padded_section, unpadded_section};
#[cfg(any(test, feature = "fuzzing"))]
pub(super) use row::{unpadded_links, unpadded_row};

pub use desk::{CaseStatistics, StatisticsRead, StatisticsStation};
#[cfg(feature = "extract")]
pub use series_key::SeriesKey;
#[cfg(feature = "extract")]
pub use way_back::WayBack;

use super::act::Act;
use super::groups::Groups;
use super::{Error, IntegrityError};
use crate::access::Compartments;
use crate::id::{RecordId, ScopeId};
use crate::model::statistics::has_statistics;
use crate::model::{Compartment, FieldBuffer, RecordSpec};

/// What a record that was written says, until the act ends.
pub(super) struct StatisticsChange {
    scope: ScopeId,
    unit: ScopeId,
    record: RecordId,
    parent: RecordId,
    spec: &'static RecordSpec,
    /// Whether it is the first revision.
    first: bool,
    /// The fields of which something is told.
    fields: FieldBuffer,
    /// The compartments that this revision wrote,
    written: Compartments,
    /// and those that it has at all, as far as they can be opened.
    there: Compartments,
}

/// The key of a block that this session has drawn for a row.
pub(super) struct OwnBlock {
    row: [u8; 16],
    generation: u32,
    key: crate::keys::EnvelopeKey,
    envelope: Vec<u8>,
    /// The compartments that it has sealed a section of.
    used: Vec<u8>,
}

impl Act<'_> {
    /// Notes what a revision that is being written says. It is told when the act ends.
    pub(super) fn note_statistics(
        &mut self,
        (scope, unit): (ScopeId, ScopeId),
        (record, parent, first): (RecordId, RecordId, bool),
        spec: &'static RecordSpec,
        (fields, groups): (&FieldBuffer, &[u8]),
    ) -> Result<(), Error> {
        if scope == unit {
            return Ok(());
        }
        let mut told = FieldBuffer::with_capacity(256);
        let mut written = Compartments::NONE;
        for (number, value) in fields.iter() {
            let Some(field) = spec.field(number) else { continue };
            written = written.with(field.compartment);
            if has_statistics(field) {
                told.push(number, value)?;
            }
        }
        let keys = self.keys.scope_keys(self.rows, scope)?;
        let mut there = written;
        for group in Groups::new(groups) {
            let key = keys.by_ordinal(group?.ordinal).ok_or(IntegrityError::Head)?;
            there = key.opened.as_ref().map_or(there, |(compartment, ..)| there.with(*compartment));
        }
        self.statistics.push(StatisticsChange {
            scope,
            unit,
            record,
            parent,
            spec,
            first,
            fields: told,
            written,
            there,
        });
        Ok(())
    }

    /// Notes that a case was opened: what is pending of it may be told now.
    pub(super) fn note_opened(&mut self, scope: ScopeId, unit: ScopeId) {
        if scope != unit && self.keys.emergency.is_none() && !self.keys.told.contains_key(&scope) {
            self.opened.insert(scope, unit);
        }
    }

    /// Tells what the act has written, and what was pending of the cases that it opened.
    pub(super) fn settle_statistics(&mut self) -> Result<(), Error> {
        let mut cases: BTreeMap<ScopeId, (ScopeId, Vec<StatisticsChange>)> =
            std::mem::take(&mut self.opened).into_iter().map(|(scope, unit)| (scope, (unit, Vec::new()))).collect();
        for change in std::mem::take(&mut self.statistics) {
            cases.entry(change.scope).or_insert_with(|| (change.unit, Vec::new())).1.push(change);
        }
        for (scope, (unit, changes)) in cases {
            if self.keys.roster.erased_since(scope).is_none() {
                self.tell(scope, unit, &changes)?;
            }
        }
        Ok(())
    }

    /// Takes the links of a case away, which is being erased. Its row stays.
    pub(super) fn destroy_statistics_link(&mut self, scope: ScopeId) -> Result<(), Error> {
        self.keys.state.verify_bucket(self.rows, scope.as_bytes())?;
        if let Some(row) = self.rows.statistics_link(scope)? {
            self.keys.state.remove_statistics_link(&row);
            self.rows.remove_statistics_link(scope)?;
        }
        self.keys.blocks.remove(&scope);
        Ok(())
    }
}

/// What is sealed of a note, read and written again.
#[cfg(feature = "fuzzing")]
pub(super) fn note_again(plain: &[u8]) -> Option<Vec<u8>> {
    note::StatisticsNote::unpadded(plain).ok().map(|note| note.padded().to_vec())
}

/// The compartments of which anything is told.
fn told_compartments() -> impl Iterator<Item = Compartment> {
    use Compartment::{Evidence, Identity, Offence, Operations, Profile, Referral, Wellbeing};
    [Identity, Profile, Offence, Wellbeing, Evidence, Referral, Operations].into_iter()
}
