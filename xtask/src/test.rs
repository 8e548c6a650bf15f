//! `cargo xtask test`: every step in its order, then the table.

use std::io::Write;
use std::time::{Duration, Instant};

use crate::arguments::Selection;
use crate::context::Context;
use crate::report::{self, Outcome, Row, clock};
use crate::steps::STEPS;

/// Prints the steps, one a line.
pub(crate) fn list() {
    let mut out = std::io::stdout().lock();
    for step in STEPS {
        // Whoever reads only the first lines has seen enough.
        if writeln!(out, "{:<11} {}", step.name, step.what).is_err() {
            return;
        }
    }
}

/// Runs the chosen steps; an error if any of them failed.
pub(crate) fn run(context: &Context, selection: &Selection) -> Result<(), String> {
    let mut rows = Vec::new();
    for step in STEPS {
        if !selection.takes(step.name) {
            rows.push(Row { name: step.name, outcome: Outcome::Skipped, time: Duration::ZERO });
            continue;
        }
        println!("\n==== {}: {} ====", step.name, step.what);
        let started = Instant::now();
        let limit = context.cut(Duration::from_secs(step.minutes * 60));
        let outcome = (step.run)(context, started + limit);
        let row = Row { name: step.name, outcome, time: started.elapsed() };
        match &row.outcome {
            Outcome::Fail(reason) => println!("---- {}: FAIL: {reason} ({})", row.name, clock(row.time)),
            Outcome::NotChecked(reason) => println!("{}: NOT CHECKED ({reason})", row.name),
            other => println!("---- {}: {other} ({})", row.name, clock(row.time)),
        }
        // A full disk shows as the oddest errors of compilers and linkers.
        if let Some(free) = context.free_disk() {
            println!("---- disk: {free} GB left");
        }
        rows.push(row);
    }
    match report::print(&rows, context.elapsed()) {
        0 => Ok(()),
        failed => Err(format!("{failed} failed")),
    }
}
