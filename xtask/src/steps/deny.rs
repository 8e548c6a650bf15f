//! The dependencies: licences, bans, sources, and known weaknesses where a database of them is at hand.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::time::Instant;

use super::left;
use crate::context::Context;
use crate::report::Outcome;
use crate::tools::{self, DENY};

/// Everything that cargo-deny can check from the manifests alone.
pub(super) fn deny(context: &Context, until: Instant) -> Outcome {
    Outcome::from_result(check(context, until, &["check", "licenses", "bans", "sources"]))
}

/// Known weaknesses; without a database this is said, and is no pass.
pub(super) fn advisories(context: &Context, until: Instant) -> Outcome {
    if !has_database() {
        return Outcome::NotChecked("no advisory database at hand".to_owned());
    }
    Outcome::from_result(check(context, until, &["check", "--disable-fetch", "advisories"]))
}

fn check(context: &Context, until: Instant, arguments: &[&str]) -> Result<(), String> {
    let program = tools::install(context, &DENY, until)?;
    context.program(program).args(["--locked"]).args(arguments).run(left(until))
}

/// Whether cargo's home has a folder of the form `advisory-db…` with something in it.
fn has_database() -> bool {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| env::var_os("HOME").map(|home| PathBuf::from(home).join(".cargo")));
    let Some(entries) = home.and_then(|home| fs::read_dir(home).ok()) else { return false };
    entries.flatten().any(|entry| {
        let named = entry.file_name().to_string_lossy().starts_with("advisory-db");
        named && fs::read_dir(entry.path()).is_ok_and(|mut inner| inner.next().is_some())
    })
}
