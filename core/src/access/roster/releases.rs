//! What custodians have signed about releases (see [`crate::access::releases`]).

use std::collections::BTreeSet;

use super::Roster;
use crate::access::AccessError;
use crate::access::releases::{ReleaseException, ReleasePolicy, ReleaseSeries};
use crate::id::RecordId;

/// Policies and series, oldest first with their positions, exceptions and withdrawals.
#[derive(Debug, Clone, Default)]
pub(super) struct Releases {
    policies: Vec<(u64, ReleasePolicy)>,
    series: Vec<(u64, ReleaseSeries)>,
    exceptions: Vec<ReleaseException>,
    withdrawn: BTreeSet<RecordId>,
}

impl Roster {
    /// The release-policy in force; before custodians sign one, the standard one.
    #[must_use]
    pub fn release_policy(&self) -> ReleasePolicy {
        self.releases.policies.last().map_or_else(ReleasePolicy::default, |(_, policy)| *policy)
    }

    /// The series that custodians have declared, as they are now, by name.
    #[must_use]
    pub fn release_series(&self) -> Vec<&ReleaseSeries> {
        let mut newest: Vec<&ReleaseSeries> = Vec::new();
        for (_, series) in self.releases.series.iter().rev() {
            if newest.iter().all(|known| known.name != series.name) {
                newest.push(series);
            }
        }
        newest.sort_by(|one, other| one.name.cmp(&other.name));
        newest
    }

    /// Whether custodians let a release pass in spite of the guard of its series.
    #[must_use]
    pub fn is_excepted(&self, exception: &ReleaseException) -> bool {
        self.releases.exceptions.contains(exception)
    }

    /// Whether custodians signed that a release, by its record, never left.
    #[must_use]
    pub fn is_withdrawn(&self, release: RecordId) -> bool {
        self.releases.withdrawn.contains(&release)
    }

    /// The records of the releases that never left, as custodians signed.
    pub fn withdrawn_releases(&self) -> impl Iterator<Item = RecordId> {
        self.releases.withdrawn.iter().copied()
    }

    pub(super) fn change_release_policy(&mut self, position: u64, policy: ReleasePolicy) -> Result<(), AccessError> {
        policy.check().map_err(|_| AccessError::Roster)?;
        if policy.version <= self.release_policy().version {
            return Err(AccessError::PolicyOutdated);
        }
        self.releases.policies.push((position, policy));
        Ok(())
    }

    pub(super) fn list_series(&mut self, position: u64, series: &ReleaseSeries) -> Result<(), AccessError> {
        series.check().map_err(|_| AccessError::Roster)?;
        self.releases.series.push((position, series.clone()));
        Ok(())
    }

    pub(super) fn list_exception(&mut self, exception: &ReleaseException) {
        self.releases.exceptions.push(exception.clone());
    }

    pub(super) fn list_withdrawal(&mut self, release: RecordId) {
        self.releases.withdrawn.insert(release);
    }
}
