//! What custodians decided about releases, and what was released.

use saferoom::access::releases;
use saferoom::release::tables::Rho;
use saferoom::vault;

use crate::error::SaferoomError;
use crate::session::Session;
use crate::types::AccessInput;

/// What no specification may go below.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct ReleaseFloors {
    /// Counts up with every change.
    pub version: u64,
    /// The smallest class, and the smallest count, inside the organisation.
    pub inside_k: u32,
    /// The same outside of it.
    pub outside_k: u32,
    /// The most quasi-identifying columns.
    pub most_quasi: u32,
}

/// A series of releases that custodians declared.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct ReleaseSeries {
    /// What it is called.
    pub name: String,
    /// `inside` or `outside`.
    pub audience: String,
    /// How much counts with noise may give away in all, in rho.
    pub budget: f64,
    /// Whether a child keeps its pseudonym in all of its releases.
    pub lasting_pseudonyms: bool,
}

/// A release of the past.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct PastRelease {
    /// Its record.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// Its series.
    pub series: String,
    /// `inside` or `outside`.
    pub audience: String,
    /// When it was made, in milliseconds since 1970, UTC.
    pub made_at: u64,
    /// How many rows left; none for counts with noise.
    pub rows: Option<u64>,
    /// What counts with noise cost, in rho.
    pub cost: Option<f64>,
    /// SHA-256 of the manifest of an extract, in hexadecimal.
    pub manifest: Option<String>,
    /// Whether custodians signed that it never left.
    pub withdrawn: bool,
}

#[uniffi::export]
impl Session {
    /// The release-policy in force: floors that no specification goes below.
    ///
    /// # Errors
    /// The session is locked, or the file was changed from outside.
    pub fn release_policy(&self) -> Result<ReleaseFloors, SaferoomError> {
        let releases::ReleasePolicy { version, inside_k, outside_k, most_quasi } = self.0.release_policy()?;
        Ok(ReleaseFloors { version, inside_k, outside_k, most_quasi })
    }

    /// The series that custodians have declared, by name.
    ///
    /// # Errors
    /// As `release_policy`.
    pub fn release_series(&self) -> Result<Vec<ReleaseSeries>, SaferoomError> {
        Ok(self.0.release_series()?.into_iter().map(ReleaseSeries::from).collect())
    }

    /// What was released by this unit, oldest first. Each is logged as read.
    ///
    /// # Errors
    /// The purpose is refused or there is no key (logged), or the file was changed from outside.
    pub fn past_releases(&self, access: AccessInput) -> Result<Vec<PastRelease>, SaferoomError> {
        Ok(self.0.past_releases(&access.into())?.into_iter().map(PastRelease::from).collect())
    }

    /// What is left of the budget of a series, in rho.
    ///
    /// # Errors
    /// No such series; as `past_releases`.
    pub fn budget_left(&self, series: &str, access: AccessInput) -> Result<f64, SaferoomError> {
        Ok(self.0.budget_left(series, &access.into())?.as_f64())
    }
}

impl From<releases::ReleaseSeries> for ReleaseSeries {
    fn from(series: releases::ReleaseSeries) -> Self {
        Self {
            audience: series.audience.name().to_owned(),
            budget: Rho(series.budget).as_f64(),
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
            cost: release.cost.map(saferoom::release::tables::Rho::as_f64),
            manifest: release.manifest,
            withdrawn: release.withdrawn,
            name: release.name,
            series: release.series,
        }
    }
}
