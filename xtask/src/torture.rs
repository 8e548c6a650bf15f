//! Faults while a vault is worked on, as many as are wanted: `tests/tests/torture` has them.

use std::time::{Duration, Instant};

use crate::context::Context;

/// How much of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Amount {
    /// So many cycles, however long they take.
    Cycles(u64),
    /// As many as end in so many seconds.
    Seconds(u64),
}

/// The longest time that a number of cycles is waited for.
const A_DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Runs the cycles; the test prints what was done.
pub(crate) fn run(context: &Context, amount: Amount, until: Option<Instant>) -> Result<(), String> {
    let (name, number) = match amount {
        Amount::Cycles(cycles) => ("SAFEROOM_TORTURE_CYCLES", cycles),
        Amount::Seconds(seconds) => ("SAFEROOM_TORTURE_SECONDS", seconds),
    };
    let test =
        ["test", "--locked", "--workspace", "--test", "torture", "--", "--ignored", "--nocapture", "many_cycles"];
    let limit = until.map_or(A_DAY, |until| until.saturating_duration_since(Instant::now()));
    context.cargo(test).env(name, number.to_string()).run(limit)
}
