//! The search for the best anonymisation against published optima, where they lie beside the repository.

use std::time::Instant;

use super::left;
use crate::context::Context;
use crate::report::Outcome;

/// Runs the cases, built for release: unoptimised they would take an hour.
pub(super) fn optima(context: &Context, until: Instant) -> Outcome {
    if std::env::var_os("SAFEROOM_ORACLES").is_none() {
        println!("!!!! SAFEROOM_ORACLES names no folder: anonymisation is NOT CHECKED against published optima !!!!");
        return Outcome::NotChecked("no published optima beside the clone".to_owned());
    }
    let test = ["test", "--release", "--locked", "-p", "saferoom", "--test", "adult_optima", "--", "--nocapture"];
    Outcome::from_result(context.cargo(test).run(left(until)))
}
