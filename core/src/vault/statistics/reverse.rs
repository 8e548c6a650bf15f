//! The way back: from a row of the statistics to its case, with the shares of custodians. An entry, and an open finding.
//!
//! What was sealed to the key of a ceremony stays sealed to it after the next one: rows until somebody opens their case, the
//! keys of releases for good. So the shares of earlier ceremonies count here, by the digests that the roster keeps of them.

use super::super::act::Act;
use super::super::{Error, Session};
use super::row::reversal_context;
use crate::access::policy::Action;
use crate::access::{Access, AccessError, FindingKind};
use crate::id::{RecordId, ScopeId};
use crate::keys::{Envelope, RecoveryKey, RecoveryScope, RecoverySet, Restoring};
use crate::log::{Detail, DetailKey, Event, Outcome};
use crate::model::statistics::StatisticsError;

impl Session {
    /// Begins to put a key for reversals together: takes the shares of the ceremony whose key has this id, in force or
    /// replaced since.
    ///
    /// # Errors
    /// [`AccessError::NotAllowed`]; [`AccessError::NoRecovery`] if no ceremony of the unit made this key.
    pub fn begin_reversal(&self, unit: ScopeId, key: &[u8; 16]) -> Result<Restoring, Error> {
        self.look(|act| {
            act.demand(Action::ReversePseudonym)?;
            let set = act.reversal_set(unit, key).ok_or(AccessError::NoRecovery)?.clone();
            let scope = RecoveryScope::Reversal(unit);
            let all = act.keys.roster.recoveries().iter().map(|listed| &listed.set);
            let older = all.filter(|other| other.scope() == scope && other.number() < set.number()).cloned().collect();
            Ok(Restoring::begin(set, older))
        })
    }

    /// Finds the case of a row of the statistics. It takes the key for reversals, put together of the shares of several
    /// people, and a reason in words. The case is answered by its id and nothing of it is opened; a finding stays open until
    /// somebody else has reviewed it.
    ///
    /// # Errors
    /// [`AccessError::NotAllowed`], [`AccessError::ReasonMissing`] (logged as denied); [`StatisticsError::NoSuchRow`],
    /// [`StatisticsError::NoReversal`], [`StatisticsError::AlsoReversal`], [`StatisticsError::OtherReversal`].
    pub fn reverse_statistics(&self, row: &[u8; 16], key: &RecoveryKey, access: &Access) -> Result<RecordId, Error> {
        self.act(access, Event::Reversal, &[], |act| {
            act.demand_reversal(access)?;
            act.lead_back(row, &[key])
        })
    }

    /// The ids of all rows of this vault's own cases: what pseudonyms are made of. They say nothing of a case.
    ///
    /// # Errors
    /// [`AccessError::NotAllowed`], [`AccessError::ReasonMissing`] (logged as denied).
    pub fn statistics_rows(&self, access: &Access) -> Result<Vec<[u8; 16]>, Error> {
        self.act(access, Event::Query, &[], |act| {
            act.demand_reversal(access)?;
            act.keys.state.verify_all(act.rows)?;
            let mut ids = Vec::new();
            act.rows.each_statistics([0; 16], [0xFF; 16], |row| ids.push(row.id))?;
            let detail = Detail::of(DetailKey::COUNT, ids.len() as u64);
            act.log(Event::Query, Outcome::Success, None, Some(detail))?;
            Ok(ids)
        })
    }
}

impl Act<'_> {
    pub(super) fn demand_reversal(&self, access: &Access) -> Result<(), AccessError> {
        self.demand(Action::ReversePseudonym)?;
        if access.reason().is_none() { Err(AccessError::ReasonMissing) } else { Ok(()) }
    }

    /// The set of the ceremony that made this key for the reversals of a unit.
    pub(super) fn reversal_set(&self, unit: ScopeId, key: &[u8; 16]) -> Option<&RecoverySet> {
        let all = self.keys.roster.recoveries().iter().map(|listed| &listed.set);
        let mut of_unit = all.filter(|set| set.scope() == RecoveryScope::Reversal(unit));
        of_unit.find(|set| set.public_key().id().as_bytes() == key)
    }

    /// Which other key the way back needs, if a ceremony of the unit made it.
    pub(super) fn other_reversal(&self, unit: ScopeId, key: [u8; 16]) -> StatisticsError {
        let set = self.reversal_set(unit, &key);
        set.map_or(StatisticsError::OtherReversal, |set| StatisticsError::AlsoReversal { ceremony: set.number(), key })
    }

    /// From a row to its case, by whichever of these keys fits.
    pub(super) fn lead_back(&mut self, id: &[u8; 16], keys: &[&RecoveryKey]) -> Result<RecordId, Error> {
        let stored = self.statistics_row(id)?.ok_or(StatisticsError::NoSuchRow)?;
        let row = self.open_row(&stored)?;
        let reversal = row.reversal.ok_or(StatisticsError::NoReversal)?;
        let fits = |key: &&&RecoveryKey| fits(key.set(), row.unit, &reversal.key);
        let key = keys.iter().find(fits).ok_or_else(|| self.other_reversal(row.unit, reversal.key))?;
        let envelope = key.open_envelope(&Envelope::from_bytes(reversal.envelope), id)?;
        let mut plain = Vec::with_capacity(16);
        envelope.open_onto(&reversal_context(self.keys.file.vault, id), &reversal.sealed, &mut plain)?;
        let case = ScopeId::from_slice(&plain).map_err(|_| StatisticsError::Row)?.record();
        let finding = self.open_finding(FindingKind::Reversal { case })?;
        let used = *key.set().public_key().id().as_bytes();
        let detail = Detail::of(DetailKey::FINDING, &finding.as_bytes()[..])
            .with(DetailKey::RECOVERY_KEY, &used[..])
            .with(DetailKey::STATISTICS_ROW, &id[..]);
        self.log(Event::Reversal, Outcome::Success, None, Some(detail))?;
        Ok(case)
    }
}

/// Whether a set is for the reversals of a unit, and its key has this id.
pub(super) fn fits(set: &RecoverySet, unit: ScopeId, key: &[u8; 16]) -> bool {
    set.scope() == RecoveryScope::Reversal(unit) && set.public_key().id().as_bytes() == key
}
