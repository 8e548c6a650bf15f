//! The recovery keys that the roster lists: one in force for each unit, and one for oversight.

use super::{Roster, is_custodian};
use crate::access::AccessError;
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
            (Some(Compartment::Roster), scope) => scope != RecoveryScope::Oversight,
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

    pub(super) fn list_recovery(&mut self, position: u64, set: &RecoverySet) -> Result<(), AccessError> {
        let placed = match set.scope() {
            RecoveryScope::Unit(unit) => self.units.contains(&unit),
            RecoveryScope::Oversight => true,
        };
        let previous = self.recovery(set.scope()).map(|listed| &listed.set);
        if !placed || set.vault() != self.vault || set.require_follows(previous).is_err() {
            return Err(AccessError::RecoverySet);
        }
        self.recoveries.push(ListedRecovery { listed_at: position, set: set.clone() });
        Ok(())
    }
}
