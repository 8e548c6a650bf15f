//! The recovery keys that the roster lists: one in force for each unit, one for its reversals, and one for oversight.

use super::entry::recovery_signer;
use super::{Roster, RosterChange, is_custodian};
use crate::access::AccessError;
use crate::access::policy::CUSTODIAN;
use crate::id::MemberId;
use crate::keys::{CircleName, RecoveryScope, RecoverySet};
use crate::model::Compartment;

/// A recovery set in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedRecovery {
    /// Position of the entry that lists it.
    pub listed_at: u64,
    /// The set.
    pub set: RecoverySet,
}

impl Roster {
    /// All recovery sets, oldest first; those that were replaced too.
    #[must_use]
    pub fn recoveries(&self) -> &[ListedRecovery] {
        &self.recoveries
    }

    /// The recovery set in force for a unit or for oversight.
    #[must_use]
    pub fn recovery(&self, scope: RecoveryScope) -> Option<&ListedRecovery> {
        self.recoveries.iter().rev().find(|listed| listed.set.scope() == scope)
    }

    /// The sets in force to which a circle's secret is wrapped: that of its unit, or of oversight. The circle of all
    /// members goes to every unit's, since without it nothing can be found.
    pub fn recoveries_of(&self, circle: &CircleName) -> impl Iterator<Item = &RecoverySet> {
        let serves = move |scope: RecoveryScope| match (Compartment::from_number(circle.compartment), scope) {
            (Some(Compartment::Oversight), scope) => scope == RecoveryScope::Oversight,
            (Some(Compartment::Roster), scope) => matches!(scope, RecoveryScope::Unit(_)),
            (_, scope) => scope == RecoveryScope::Unit(circle.scope),
        };
        let in_force = |set: &RecoverySet| self.recovery(set.scope()).is_some_and(|newest| newest.set == *set);
        self.recoveries.iter().map(|listed| &listed.set).filter(move |set| serves(set.scope()) && in_force(set))
    }

    /// The sets that were replaced by one that a circle's secret is wrapped to.
    pub fn outdated_recoveries_of(&self, circle: &CircleName) -> impl Iterator<Item = &RecoverySet> {
        let newest: Vec<_> = self.recoveries_of(circle).collect();
        let replaced = move |set: &&RecoverySet| newest.iter().any(|by| by.scope() == set.scope() && by != set);
        self.recoveries.iter().map(|listed| &listed.set).filter(replaced)
    }

    /// Whether somebody became or ceased to be a custodian since the roster's head was at this position: then the shares
    /// are to be handed out anew.
    #[must_use]
    pub fn custodians_changed_since(&self, position: u64) -> bool {
        self.members.values().any(|member| {
            let then = self.role_at(member.id(), position).is_some_and(|(stage, _)| is_custodian(stage));
            then != self.is_custodian(member.id())
        })
    }

    /// The recovery key of a unit, in force, that signs under this id.
    pub(super) fn recovery_signing(&self, signer: MemberId) -> Option<&RecoverySet> {
        let mut units = self.units.iter().filter_map(|unit| self.recovery(RecoveryScope::Unit(*unit)));
        units.find_map(|listed| Some(&listed.set).filter(|set| recovery_signer(set) == signer))
    }

    /// Whether enough holders of shares have signed what they may: that somebody becomes a custodian of their unit, or that
    /// a custodian has another device.
    pub(super) fn is_by_shares(&self, change: &RosterChange, signers: &[MemberId]) -> bool {
        let allowed = |set: &RecoverySet| match change {
            RosterChange::Enrol { role, unit, .. } => {
                role.as_str() == CUSTODIAN && set.scope() == RecoveryScope::Unit(*unit)
            }
            RosterChange::AddIdentity { identity } => self.is_custodian(identity.member),
            _ => false,
        };
        signers.iter().filter_map(|signer| self.recovery_signing(*signer)).any(allowed)
    }

    pub(super) fn list_recovery(&mut self, position: u64, set: &RecoverySet) -> Result<(), AccessError> {
        let placed = match set.scope() {
            RecoveryScope::Unit(unit) | RecoveryScope::Reversal(unit) => self.units.contains(&unit),
            RecoveryScope::Oversight => true,
        };
        let previous = self.recovery(set.scope()).map(|listed| &listed.set);
        if !placed || set.vault() != self.vault || set.require_follows(previous).is_err() {
            return Err(AccessError::RecoverySet);
        }
        let needed = self.policy().recovery().needed;
        if u32::from(set.threshold()) < needed {
            return Err(AccessError::TooFewShares { needed });
        }
        self.recoveries.push(ListedRecovery { listed_at: position, set: set.clone() });
        Ok(())
    }
}
