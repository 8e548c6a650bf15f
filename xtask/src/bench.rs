//! The benchmarks: a workspace of their own that shares the build directory.

use std::time::Duration;

use crate::context::Context;
use crate::process::Run;
use crate::{hosts, peers};

/// Their manifest.
pub(crate) const MANIFEST: &str = "benches/Cargo.toml";

const LIMIT: Duration = Duration::from_secs(4 * 60 * 60);

/// `cargo bench`, in the folder of the benchmarks.
pub(crate) fn command(context: &Context) -> Run {
    context.cargo(["bench"]).folder(&context.root.join("benches"))
}

/// Runs all of them; further arguments go to `cargo bench`. Those of hosts and of peers run if they are named: they need more
/// toolchains and programs.
pub(crate) fn run(context: &Context, rest: &[String]) -> Result<(), String> {
    if hosts::is_asked(rest) {
        return hosts::run(context);
    }
    if let Some(options) = peers::asked(rest) {
        return peers::run(context, options);
    }
    if !context.has(MANIFEST) {
        return Err(format!("no {MANIFEST}"));
    }
    command(context).args(rest).run(LIMIT)
}
