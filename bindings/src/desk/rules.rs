//! What custodians decided about releases, what they sign, and what was released.

use saferoom::access::RosterChange;
use saferoom::access::releases::{self, Audience, ReleaseException};
use saferoom::id::parse_hexadecimal;
use saferoom::release::tables::{Rho, TablesError};
use saferoom::vault;

use crate::error::SaferoomError;
use crate::releases::{PastRelease, ReleaseFloors, ReleaseSeries};
use crate::session::Session;
use crate::types::AccessInput;

pub(crate) fn release_policy(session: &Session) -> Result<ReleaseFloors, SaferoomError> {
    let releases::ReleasePolicy { version, inside_k, outside_k, most_quasi } = session.0.release_policy()?;
    Ok(ReleaseFloors { version, inside_k, outside_k, most_quasi })
}

pub(crate) fn release_series(session: &Session) -> Result<Vec<ReleaseSeries>, SaferoomError> {
    Ok(session.0.release_series()?.into_iter().map(ReleaseSeries::from).collect())
}

pub(crate) fn past_releases(session: &Session, access: AccessInput) -> Result<Vec<PastRelease>, SaferoomError> {
    Ok(session.0.past_releases(&access.into())?.into_iter().map(PastRelease::from).collect())
}

pub(crate) fn budget_left(session: &Session, series: &str, access: AccessInput) -> Result<f64, SaferoomError> {
    Ok(session.0.budget_left(series, &access.into())?.as_f64())
}

/// A series that custodians are to sign.
pub(crate) fn series(
    name: String,
    audience: &str,
    budget: Option<&str>,
    lasting_pseudonyms: bool,
) -> Result<RosterChange, SaferoomError> {
    let audience = match audience {
        "inside" => Audience::Inside,
        "outside" => Audience::Outside,
        _ => return Err(wrong("audience", "inside or outside")),
    };
    let budget = budget.map(Rho::parse).transpose().map_err(|error| SaferoomError::of(&error))?;
    let budget = budget.unwrap_or_default().0;
    let series = releases::ReleaseSeries { name, audience, budget, lasting_pseudonyms };
    series.check().map_err(|error| SaferoomError::of(&error))?;
    Ok(RosterChange::ReleaseSeries(series))
}

/// A release that may leave in spite of the guard.
pub(crate) fn exception(series: String, release: &str) -> Result<RosterChange, SaferoomError> {
    let membership = parse_hexadecimal(release);
    let membership = membership.ok_or_else(|| wrong("release", "a digest of 64 hexadecimal digits"))?;
    Ok(RosterChange::ReleaseException(ReleaseException { series, membership }))
}

fn wrong(key: &'static str, allowed: &'static str) -> SaferoomError {
    SaferoomError::of(&TablesError::Parameter { key, allowed })
}

impl From<releases::ReleaseSeries> for ReleaseSeries {
    fn from(series: releases::ReleaseSeries) -> Self {
        Self {
            audience: series.audience.name().to_owned(),
            budget: series.budget_in_rho(),
            lasting_pseudonyms: series.lasting_pseudonyms,
            name: series.name,
        }
    }
}

impl From<vault::PastRelease> for PastRelease {
    fn from(release: vault::PastRelease) -> Self {
        Self {
            id: release.id.to_string(),
            audience: release.audience.name().to_owned(),
            made_at: release.made_at,
            rows: release.rows,
            cost: release.cost.map(Rho::as_f64),
            manifest: release.manifest,
            withdrawn: release.withdrawn,
            name: release.name,
            series: release.series,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_is_named_by_64_digits_and_nothing_else() {
        assert!(exception("quarter".to_owned(), &"a5".repeat(32)).is_ok());
        for wrong in ["+1".repeat(32), "a".repeat(63), "a".repeat(65), "g1".repeat(32), String::new()] {
            assert!(exception("quarter".to_owned(), &wrong).is_err(), "{wrong}");
        }
    }
}
