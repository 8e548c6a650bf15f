//! The tour: the program's own walk through everything, on a fresh folder.

use std::fs;
use std::io::ErrorKind;
use std::time::Instant;

use super::left;
use crate::context::Context;
use crate::report::Outcome;

/// What it leaves, below the build directory.
pub(super) const FOLDER: &str = "tour-check";

/// Runs the command of the README, with a fixed seed and few interviews.
pub(super) fn tour(context: &Context, until: Instant) -> Outcome {
    let folder = context.target.join(FOLDER);
    if let Err(problem) = fs::remove_dir_all(&folder)
        && problem.kind() != ErrorKind::NotFound
    {
        return Outcome::Fail(format!("cannot empty {}: {problem}", folder.display()));
    }
    let tour = context.cargo(["run", "--release", "--locked", "--", "tour", "--dir"]).args([folder.as_os_str()]);
    Outcome::from_result(tour.args(["--interviews", "60", "--seed", "7"]).run(left(until)))
}
