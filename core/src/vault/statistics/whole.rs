//! A section made anew out of all records of a case: where something was pending, or the rules have changed.

use super::super::act::Act;
use super::super::write::prefix_bounds;
use super::super::{Error, IntegrityError};
use crate::id::{RecordId, ScopeId};
use crate::keys::RowSlots;
use crate::model::statistics::{
    ReportDay, STATISTICS_RULES, StatisticsRecord, StatisticsSection, report_day, statistics_of,
};
use crate::model::{Compartment, RecordKind};
use crate::store::HeadRow;

/// When a case was reported, as far as this session can know it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Reported {
    /// Known, or known to be unknown.
    Known(Option<ReportDay>),
    /// Nobody here has the key.
    Closed,
}

impl Act<'_> {
    /// The section of a compartment, out of the records as they are now. Their fields stay in here.
    pub(super) fn whole_section(
        &mut self,
        scope: ScopeId,
        compartment: Compartment,
        slots: &RowSlots,
        report: Option<ReportDay>,
    ) -> Result<StatisticsSection, Error> {
        let mut section = StatisticsSection { compartment, rules: STATISTICS_RULES, records: Vec::new() };
        for head in self.heads_of(scope)? {
            let spec = self.keys.spec_of(&head)?;
            if !spec.fields.iter().any(|field| field.compartment == compartment) {
                continue;
            }
            let Some(fields) = self.open_for_statistics(spec, &head, compartment)? else { continue };
            section.records.push(StatisticsRecord {
                slot: slot_of(slots, &head.record, scope),
                parent: slot_of(slots, &head.parent, scope),
                kind: head.kind,
                values: statistics_of(spec, compartment, fields.iter(), report),
            });
        }
        Ok(section)
    }

    /// When the case was reported, if this session may open that.
    pub(super) fn reported(&mut self, scope: ScopeId) -> Result<Reported, Error> {
        let Some(head) = self.rows.head(scope.record())?.filter(|head| head.kind == RecordKind::CASE.number()) else {
            return Err(IntegrityError::Head.into());
        };
        let keys = self.keys.scope_keys(self.rows, scope)?;
        let unit = self.unit_of_scope(scope)?;
        // Where every data key is open and none is of that compartment, there is nothing that could wait for somebody else.
        let hidden = !keys.reaches(Compartment::Operations) && keys.keys.iter().any(|key| key.opened.is_none());
        if hidden || !self.readable(scope, unit)?.contains(Compartment::Operations) {
            return Ok(Reported::Closed);
        }
        let spec = self.keys.spec_of(&head)?;
        let fields = self.open_for_statistics(spec, &head, Compartment::Operations)?;
        Ok(Reported::Known(fields.and_then(|fields| report_day(spec, fields.iter()))))
    }

    /// The records of a case, in the order in which they were last written.
    fn heads_of(&mut self, scope: ScopeId) -> Result<Vec<HeadRow>, Error> {
        self.keys.state.verify_bucket(self.rows, scope.as_bytes())?;
        let (first, last) = prefix_bounds(scope);
        let mut heads = Vec::new();
        self.rows.each_head(first, last, |head| {
            if head.scope == scope {
                heads.push(head);
            }
        })?;
        heads.sort_unstable_by_key(|head| head.revision);
        Ok(heads)
    }
}

/// The number of a record within its row; 0 for the case itself.
pub(super) fn slot_of(slots: &RowSlots, record: &RecordId, scope: ScopeId) -> u64 {
    if *record == scope.record() { 0 } else { slots.slot(*record) }
}
