//! The steps that cargo does by itself: format, lints, documentation, tests.

use std::time::Instant;

use super::left;
use crate::context::Context;
use crate::report::Outcome;

/// Every file as rustfmt would write it.
pub(super) fn format(context: &Context, until: Instant) -> Outcome {
    Outcome::from_result(context.cargo(["fmt", "--all", "--check"]).run(left(until)))
}

/// No warning from the compiler or from clippy.
pub(super) fn lint(context: &Context, until: Instant) -> Outcome {
    let clippy = context.cargo(["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"]);
    Outcome::from_result(clippy.run(left(until)))
}

/// No broken link and no missing description.
pub(super) fn docs(context: &Context, until: Instant) -> Outcome {
    let rustdoc = context.cargo(["doc", "--workspace", "--no-deps", "--locked"]).env("RUSTDOCFLAGS", "-D warnings");
    Outcome::from_result(rustdoc.run(left(until)))
}

/// All tests, all failures shown and not only those of the first crate that has one.
pub(super) fn tests(context: &Context, until: Instant) -> Outcome {
    let tests = context.cargo(["test", "--workspace", "--locked", "--no-fail-fast"]);
    Outcome::from_result(tests.run(left(until)))
}

/// The locks of a vault under every order of threads; in a workspace of its own.
pub(super) fn threads(context: &Context, until: Instant) -> Outcome {
    let tests = context.cargo(["test", "--locked", "--manifest-path", "tests/interleavings/Cargo.toml", "--lib"]);
    Outcome::from_result(tests.run(left(until)))
}
