//! A slice of the torture: enough to see every kind of fault some times.

use std::time::{Duration, Instant};

use crate::context::Context;
use crate::report::{Outcome, clock};
use crate::torture::{self, Amount};

const SECONDS: u64 = 45;
/// From here on the run is late, and the slice is a thin one.
const LATE: Duration = Duration::from_secs(60 * 60);
const LATE_SECONDS: u64 = 10;

/// Runs the slice.
pub(super) fn torture(context: &Context, until: Instant) -> Outcome {
    let elapsed = context.elapsed();
    let late = elapsed > LATE;
    if late {
        println!("!!!! {} since the start: only {LATE_SECONDS} seconds of torture !!!!", clock(elapsed));
    }
    let seconds = if late { LATE_SECONDS } else { SECONDS };
    Outcome::from_result(torture::run(context, &Amount::Seconds(seconds).into(), Some(until)))
}
