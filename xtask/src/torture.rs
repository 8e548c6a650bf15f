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

/// What is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wanted {
    /// How much.
    pub(crate) amount: Amount,
    /// What chance begins with, and at which act the first cycle strikes. Cycles from seeds 1 to 4, 4540 of each, come to
    /// every act with every fault.
    pub(crate) seed: Option<u64>,
    /// Where each cycle is written down. A run goes on from there, and a cycle that fails does not end it.
    pub(crate) record: Option<String>,
}

impl From<Amount> for Wanted {
    fn from(amount: Amount) -> Self {
        Self { amount, seed: None, record: None }
    }
}

/// The longest time that a number of cycles is waited for.
const A_DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Runs the cycles; the test prints what was done.
pub(crate) fn run(context: &Context, wanted: &Wanted, until: Option<Instant>) -> Result<(), String> {
    let (name, number) = match wanted.amount {
        Amount::Cycles(cycles) => ("SAFEROOM_TORTURE_CYCLES", cycles),
        Amount::Seconds(seconds) => ("SAFEROOM_TORTURE_SECONDS", seconds),
    };
    let test =
        ["test", "--locked", "--workspace", "--test", "torture", "--", "--ignored", "--nocapture", "many_cycles"];
    let limit = until.map_or(A_DAY, |until| until.saturating_duration_since(Instant::now()));
    let mut run = context.cargo(test).env(name, number.to_string());
    if let Some(seed) = wanted.seed {
        run = run.env("SAFEROOM_TORTURE_SEED", seed.to_string());
    }
    if let Some(record) = &wanted.record {
        // A long run is worth an optimised library, with its assertions.
        run = run.env("SAFEROOM_TORTURE_RECORD", context.root.join(record)).env("CARGO_PROFILE_DEV_OPT_LEVEL", "2");
    }
    run.run(limit)
}
