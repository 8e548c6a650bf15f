//! The fuzz targets, for some seconds each: enough to see that they build, start and stand their seeds.

use std::time::{Duration, Instant};

use crate::context::Context;
use crate::fuzz::{self, Amount, MANIFEST};
use crate::report::{Outcome, clock};

/// All targets together run no longer than this; building them comes on top.
const ALL_SECONDS: u64 = 180;
const MOST_SECONDS: u64 = 10;
/// The same each time, so that what one change fails by, the one before it failed by as well. New inputs are for
/// `cargo xtask fuzz`.
const SEED: u64 = 1;
/// From here on the run is late, and each target gets one second.
const LATE: Duration = Duration::from_secs(60 * 60);
/// From here on the run is too late to build the targets at all.
const TOO_LATE: Duration = Duration::from_secs(70 * 60);

/// Builds and runs every target.
pub(super) fn fuzz(context: &Context, until: Instant) -> Outcome {
    if !context.has(MANIFEST) {
        return Outcome::NotChecked("no fuzz/Cargo.toml".to_owned());
    }
    let elapsed = context.elapsed();
    if elapsed > TOO_LATE {
        println!("!!!! {} since the start: the fuzz targets are left out !!!!", clock(elapsed));
        return Outcome::NotChecked(format!("left out, {} since the start", clock(elapsed)));
    }
    Outcome::from_result(fuzz::targets(context).and_then(|targets| {
        let count = u64::try_from(targets.len()).unwrap_or(u64::MAX);
        let mut seconds = (ALL_SECONDS / count).clamp(1, MOST_SECONDS);
        if elapsed > LATE {
            println!("!!!! {} since the start: only one second for each fuzz target !!!!", clock(elapsed));
            seconds = 1;
        }
        fuzz::run_targets(context, &targets, Amount { seconds, seed: Some(SEED) }, until)
    }))
}
