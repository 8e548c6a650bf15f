//! Tables of counts of a vault's statistics, exact or with noise.

use std::sync::Arc;

use super::ReleaseProgress;
use crate::desk;
use crate::error::SaferoomError;
use crate::session::Session;
use crate::types::AccessInput;

/// What counts with noise would cost, in rho. Nothing was drawn, and nothing was paid.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct NoisyPlan {
    /// The series that would pay.
    pub series: String,
    /// The price.
    pub cost: f64,
    /// What is left of the budget.
    pub left: f64,
    /// What would be left afterwards; none if it would be refused.
    pub after: Option<f64>,
}

#[uniffi::export]
impl Session {
    /// Shows a table of counts as it would be, as JSON: `published`, and `guard` with whom it would single out together with
    /// earlier releases. Logged as a query.
    ///
    /// # Errors
    /// The specification (the text names the line), too few rows, `progress` said to stop, the role does not allow it or has
    /// no key (logged).
    pub fn plan_tables(
        &self,
        spec: &str,
        access: AccessInput,
        progress: Option<Arc<dyn ReleaseProgress>>,
    ) -> Result<String, SaferoomError> {
        desk::plan_tables(self, spec, access, progress)
    }

    /// Writes a table of counts into a new folder, recorded as released; answers it as JSON. Logged as an export.
    ///
    /// # Errors
    /// As `plan_tables`; it would single children out, the folder exists, or it cannot be written.
    pub fn build_tables(
        &self,
        spec: &str,
        folder: &str,
        access: AccessInput,
        progress: Option<Arc<dyn ReleaseProgress>>,
    ) -> Result<String, SaferoomError> {
        desk::build_tables(self, spec, folder, access, progress)
    }

    /// Shows what counts with noise would cost a series. Logged as a query.
    ///
    /// # Errors
    /// As `plan_tables`; no such series, or it is for another audience.
    pub fn plan_noisy_tables(&self, spec: &str, series: &str, access: AccessInput) -> Result<NoisyPlan, SaferoomError> {
        desk::plan_noisy_tables(self, spec, series, access)
    }

    /// Writes counts with noise into a new folder, paid from the budget of a series in the transaction in which the noise is
    /// drawn; answers them as JSON.
    ///
    /// # Errors
    /// As `plan_noisy_tables`; the budget is exhausted (nothing is paid then), or the folder exists.
    pub fn build_noisy_tables(
        &self,
        spec: &str,
        series: &str,
        folder: &str,
        access: AccessInput,
    ) -> Result<String, SaferoomError> {
        desk::build_noisy_tables(self, spec, (series, folder), access)
    }
}
