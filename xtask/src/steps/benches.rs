//! The benchmarks: that they build. What they measure is for `cargo xtask bench`.

use std::time::Instant;

use super::left;
use crate::bench;
use crate::context::Context;
use crate::report::Outcome;

/// Builds the benchmarks, in the build directory of the workspace.
pub(super) fn benches(context: &Context, until: Instant) -> Outcome {
    if !context.has(bench::MANIFEST) {
        return Outcome::NotChecked("no benches/Cargo.toml".to_owned());
    }
    Outcome::from_result(bench::command(context).args(["--no-run"]).run(left(until)))
}
