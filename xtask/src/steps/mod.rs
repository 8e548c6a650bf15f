//! The steps of `cargo xtask test`.

mod benches;
mod case_uco;
mod code;
mod crossings;
mod deny;
mod fuzz;
mod go;
mod html;
mod kotlin;
mod mobile;
mod optima;
mod package;
mod python;
mod stranger;
mod swift;
mod torture;
mod tour;

use std::time::{Duration, Instant};

pub(crate) use go::{build as build_go, find_go};
pub(crate) use kotlin::Kotlin;
pub(crate) use package::all as package;
pub(crate) use python::{Environment, Python};
pub(crate) use swift::Swift;

use crate::context::Context;
use crate::report::Outcome;

/// One step.
#[derive(Debug)]
pub(crate) struct Step {
    /// Its name on the command line.
    pub(crate) name: &'static str,
    /// What it checks.
    pub(crate) what: &'static str,
    /// Its time limit.
    pub(crate) minutes: u64,
    /// Does the work, until the given moment at most.
    pub(crate) run: fn(&Context, Instant) -> Outcome,
}

// A step that runs a test runs it with `--workspace`: with `-p` alone cargo picks other features, and builds everything once more.

/// All steps in order: quick ones first, and last the one that can be shortened.
pub(crate) const STEPS: &[Step] = &[
    Step { name: "format", what: "rustfmt over the workspace", minutes: 2, run: code::format },
    Step { name: "lint", what: "clippy, warnings are errors", minutes: 20, run: code::lint },
    Step { name: "docs", what: "rustdoc, warnings are errors", minutes: 15, run: code::docs },
    Step { name: "rust", what: "all tests of the workspace", minutes: 35, run: code::tests },
    Step { name: "threads", what: "the locks under every order of threads", minutes: 8, run: code::threads },
    Step {
        name: "torture",
        what: "kills and failing disks while a vault is worked on",
        minutes: 8,
        run: torture::torture,
    },
    Step { name: "deny", what: "licences, bans and sources of the dependencies", minutes: 20, run: deny::deny },
    Step { name: "advisories", what: "known weaknesses of the dependencies", minutes: 3, run: deny::advisories },
    Step { name: "tour", what: "the tour, built for release", minutes: 20, run: tour::tour },
    Step {
        name: "stranger",
        what: "a reader written from docs/formats.md alone, on what the tour leaves",
        minutes: 6,
        run: stranger::stranger,
    },
    Step { name: "optima", what: "anonymisation against published optima", minutes: 20, run: optima::optima },
    Step { name: "python", what: "the Python package: wheel, tests, types", minutes: 30, run: python::python },
    Step { name: "swift", what: "the Swift package and its example", minutes: 25, run: swift::swift },
    Step { name: "kotlin", what: "the Kotlin package and its example", minutes: 20, run: kotlin::kotlin },
    Step {
        name: "crossings",
        what: "a vault of each language, in each of the others",
        minutes: 20,
        run: crossings::crossings,
    },
    Step {
        name: "package",
        what: "wheel, jar and Swift package, used in empty folders",
        minutes: 25,
        run: package::package,
    },
    Step { name: "go", what: "the log against Go's notes and trees", minutes: 10, run: go::go },
    Step {
        name: "case-uco",
        what: "exhibits against the shapes of the ontology",
        minutes: 12,
        run: case_uco::case_uco,
    },
    Step { name: "html", what: "the pages of reports in a headless browser", minutes: 12, run: html::html },
    Step { name: "benches", what: "the benchmarks build", minutes: 20, run: benches::benches },
    Step { name: "fuzz", what: "each fuzz target for some seconds", minutes: 15, run: fuzz::fuzz },
];

/// The names of all steps.
pub(crate) fn names() -> Vec<&'static str> {
    STEPS.iter().map(|step| step.name).collect()
}

/// The time left until this moment.
fn left(until: Instant) -> Duration {
    until.saturating_duration_since(Instant::now())
}
