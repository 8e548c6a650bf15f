//! Releases in a vault: the guard that compares each with those before it, and budgets of noisy answers. What was
//! released stands as a record in `statistics`, written in the transaction that lets it leave.

mod guard;
mod noisy;
mod past;
mod record;

pub use self::guard::GuardAnswer;
pub(in crate::vault) use self::guard::{exception, narrowed_by};
pub use self::past::PastRelease;

use super::{Error, Session};
use crate::access::AccessError;
pub use crate::access::releases::{EXTRACTS, TABLES};
use crate::access::releases::{ReleasePolicy, ReleaseSeries};
use crate::release::spec::Audience;
use crate::release::tables::TablesError;

/// The most children of a release that a vault remembers: their membership is one sealed value.
pub const MOST_REMEMBERED: usize = 120_000;

/// What a release tells: which child is in which class, or sums of children. Whatever its series is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Extract,
    Table,
}

impl Session {
    /// The release-policy in force.
    ///
    /// # Errors
    /// [`Error::Locked`], [`super::IntegrityError`].
    pub fn release_policy(&self) -> Result<ReleasePolicy, Error> {
        self.look(|act| Ok(act.keys.roster.release_policy()))
    }

    /// The series that custodians have declared.
    ///
    /// # Errors
    /// As [`release_policy`](Self::release_policy).
    pub fn release_series(&self) -> Result<Vec<ReleaseSeries>, Error> {
        self.look(|act| Ok(act.keys.roster.release_series().into_iter().cloned().collect()))
    }

    fn series_for(&self, name: &str, audience: Audience) -> Result<ReleaseSeries, Error> {
        let series = self.series(name)?;
        if series.audience == audience {
            Ok(series)
        } else {
            Err(TablesError::OtherAudience { series: series.audience.name() }.into())
        }
    }

    pub(super) fn series(&self, name: &str) -> Result<ReleaseSeries, Error> {
        let found = self.release_series()?.into_iter().find(|series| series.name == name);
        found.ok_or_else(|| AccessError::NoSuchSeries.into())
    }
}

/// Extracts are compared with all before them, whatever series they are of; they are recorded as one.
fn extracts(audience: Audience) -> ReleaseSeries {
    ReleaseSeries { name: EXTRACTS.to_owned(), audience, budget: 0, lasting_pseudonyms: false }
}

/// Tables of counts, likewise.
fn tables(audience: Audience) -> ReleaseSeries {
    ReleaseSeries { name: TABLES.to_owned(), ..extracts(audience) }
}
