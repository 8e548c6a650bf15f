//! A host's progress, as the search for a release asks for it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use saferoom::release::engine::Watch;

use crate::releases::ReleaseProgress;

pub(super) struct Watched {
    progress: Option<Arc<dyn ReleaseProgress>>,
    stopped: AtomicBool,
}

impl Watched {
    pub(super) fn by(progress: Option<Arc<dyn ReleaseProgress>>) -> Self {
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
