//! Outcomes of steps, and the table at the end.

use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// What the programs that failed have printed of it.
static FAILURES: Mutex<Vec<(String, Vec<String>)>> = Mutex::new(Vec::new());

/// Keeps what a failed program printed, to be shown beside the table.
pub(crate) fn remember(reason: &str, printed: Vec<String>) {
    FAILURES.lock().unwrap_or_else(PoisonError::into_inner).push((reason.to_owned(), printed));
}

/// How one step ended.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// Checked and good.
    Pass,
    /// Checked and bad, or it could not be checked although it should have been.
    Fail(String),
    /// Nothing to check here, or no means to check it; never a pass.
    NotChecked(String),
    /// Left out on the command line.
    Skipped,
}

impl Outcome {
    /// A pass, or a failure with its reason.
    pub(crate) fn from_result(result: Result<(), String>) -> Self {
        result.map_or_else(Self::Fail, |()| Self::Pass)
    }

    /// The reason, where there is one.
    fn reason(&self) -> &str {
        match self {
            Self::Fail(reason) | Self::NotChecked(reason) => reason,
            Self::Pass | Self::Skipped => "",
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Pass => "PASS",
            Self::Fail(_) => "FAIL",
            Self::NotChecked(_) => "NOT CHECKED",
            Self::Skipped => "SKIPPED",
        })
    }
}

/// One line of the table.
#[derive(Debug)]
pub(crate) struct Row {
    /// The step.
    pub(crate) name: &'static str,
    /// How it ended.
    pub(crate) outcome: Outcome,
    /// How long it took.
    pub(crate) time: Duration,
}

/// Prints the table; the number of failed steps comes back.
pub(crate) fn print(rows: &[Row], total: Duration) -> usize {
    // Where no step failed, what failed had to: a validator that refuses what is broken.
    if rows.iter().any(|row| matches!(row.outcome, Outcome::Fail(_))) {
        for (reason, printed) in FAILURES.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
            println!("\n==== it failed: {reason} ====\n{}", printed.join("\n"));
        }
    }
    println!("\n==== summary ====");
    for row in rows {
        println!("{}", line(row));
    }
    let count = |wanted: &str| rows.iter().filter(|row| row.outcome.to_string() == wanted).count();
    println!(
        "total: {} passed, {} failed, {} not checked, {} skipped in {}",
        count("PASS"),
        count("FAIL"),
        count("NOT CHECKED"),
        count("SKIPPED"),
        clock(total)
    );
    count("FAIL")
}

fn line(row: &Row) -> String {
    let line = format!("{:<11} {:<11} {:>8}  {}", row.name, row.outcome, clock(row.time), row.outcome.reason());
    line.trim_end().to_owned()
}

/// Minutes and seconds.
pub(crate) fn clock(time: Duration) -> String {
    let seconds = time.as_secs();
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Outcome, Row, line};

    #[test]
    fn a_line_names_the_step_the_outcome_the_time_and_the_reason() {
        let outcome = Outcome::NotChecked("no database".to_owned());
        let row = Row { name: "advisories", outcome, time: Duration::from_secs(61) };
        assert_eq!(line(&row), "advisories  NOT CHECKED     1:01  no database");
    }
}
