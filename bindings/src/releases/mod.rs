//! What leaves a vault without a key: extracts and tables of its statistics, and what custodians decide about them.

mod changes;
mod extracts;
mod rules;
mod statistics;
mod tables;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use saferoom::release::engine::Watch;

pub(crate) use self::changes::{exception, in_words, policy, series};
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

/// The host's progress as the core asks for it.
pub(crate) struct Watched {
    progress: Option<Arc<dyn ReleaseProgress>>,
    stopped: AtomicBool,
}

impl Watched {
    pub(crate) fn by(progress: Option<Arc<dyn ReleaseProgress>>) -> Self {
        Self { progress, stopped: AtomicBool::new(false) }
    }
}

impl Watch for Watched {
    fn progress(&self, decided: f64, whole: f64) {
        // Lattices may have more members than a whole number holds; then the largest is told.
        let stop = self.progress.as_ref().is_some_and(|host| host.go_on(decided as u64, whole as u64) != Ok(true));
        if stop {
            self.stopped.store(true, Ordering::Relaxed);
        }
    }

    fn cancelled(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }
}
