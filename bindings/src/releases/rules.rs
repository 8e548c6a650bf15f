//! What custodians decided about releases, and what was released.

use crate::desk;
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
        desk::release_policy(self)
    }

    /// The series that custodians have declared, by name.
    ///
    /// # Errors
    /// As `release_policy`.
    pub fn release_series(&self) -> Result<Vec<ReleaseSeries>, SaferoomError> {
        desk::release_series(self)
    }

    /// What was released by this unit, oldest first. Each is logged as read.
    ///
    /// # Errors
    /// The purpose is refused or there is no key (logged), or the file was changed from outside.
    pub fn past_releases(&self, access: AccessInput) -> Result<Vec<PastRelease>, SaferoomError> {
        desk::past_releases(self, access)
    }

    /// What is left of the budget of a series, in rho.
    ///
    /// # Errors
    /// No such series; as `past_releases`.
    pub fn budget_left(&self, series: &str, access: AccessInput) -> Result<f64, SaferoomError> {
        desk::budget_left(self, series, access)
    }
}
