//! The benchmarks: a workspace of their own that shares the build directory.

use std::time::Duration;

use crate::context::Context;
use crate::hosts;
use crate::process::Run;

/// Their manifest.
pub(crate) const MANIFEST: &str = "benches/Cargo.toml";

const LIMIT: Duration = Duration::from_secs(4 * 60 * 60);

/// `cargo bench`, in the folder of the benchmarks.
pub(crate) fn command(context: &Context) -> Run {
    context.cargo(["bench"]).folder(&context.root.join("benches"))
}

/// Runs all of them; further arguments go to `cargo bench`. That of the hosts runs if it is named: it needs their toolchains.
pub(crate) fn run(context: &Context, rest: &[String]) -> Result<(), String> {
    if hosts::is_asked(rest) {
        return hosts::run(context);
    }
    if !context.has(MANIFEST) {
        return Err(format!("no {MANIFEST}"));
    }
    command(context).args(rest).run(LIMIT)
}
