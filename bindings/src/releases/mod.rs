//! What leaves a vault without a key: extracts and tables of its statistics, and what custodians decide about them.

mod changes;
mod extracts;
mod rules;
mod statistics;
mod tables;

pub(crate) use self::changes::{in_words, policy};
pub use self::extracts::BuiltExtract;
pub use self::rules::{PastRelease, ReleaseFloors, ReleaseSeries};
pub use self::statistics::StatisticsHandedOver;
pub use self::tables::NoisyPlan;
use crate::host::HostCallError;

/// Told how far the search for a release is, and asked whether to go on.
#[uniffi::export(rust, foreign)]
pub trait ReleaseProgress: Send + Sync {
    /// So many possibilities are decided, of so many. Answers whether to go on; must not call saferoom.
    ///
    /// # Errors
    /// Whatever the host raises ends the search as if it had been stopped.
    fn go_on(&self, done: u64, total: u64) -> Result<bool, HostCallError>;
}
