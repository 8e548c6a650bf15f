//! The two passes: every row is checked before the first is written.
//!
//! Up to [`ONE_COMMIT`] records (25,000 rows of a case and a child) are written in one transaction: all or none, also
//! against a power cut. A larger file takes several, of [`ROWS_PER_COMMIT`] rows; each is all or none, and a failure half
//! way says how many rows are in and on which line to go on.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::io::{Read, Seek};
use std::time::Instant;

use saferoom::access::Access;
use saferoom::model::DynamicRecord;
use saferoom::vault::{self, Batch, Session};
use serde::Serialize;

use super::convert::{Converted, Converter};
use super::error::{ImportError, Rejection};
use super::plan::Plan;
use super::table::Table;

/// The most records that are written in one transaction; a commit carries 65,536 at most.
pub const ONE_COMMIT: u64 = 50_000;
/// How many rows a transaction takes where one is not enough.
pub const ROWS_PER_COMMIT: u64 = 500;
/// How often progress is told, in rows.
const TELL_EVERY: u64 = 250;

/// How to import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Whether the good rows are written although others are rejected.
    pub partial: bool,
    /// The line to begin at; rows before it are skipped. To go on after a failure.
    pub from_line: u64,
    /// The most records to write in one transaction rather than [`ROWS_PER_COMMIT`] rows at a time.
    pub one_commit: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self { partial: false, from_line: 0, one_commit: ONE_COMMIT }
    }
}

/// How far an import is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// So many bytes of the file are checked.
    Checked(u64),
    /// So many rows, of so many, are written.
    Written(u64, u64),
}

/// What became of the rows.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// Rows read, the header not counted.
    pub rows: u64,
    /// Rows before the line to begin at.
    pub skipped: u64,
    /// Rows that the mapping does not keep.
    pub filtered: u64,
    /// Rows without a fault.
    pub accepted: u64,
    /// Rows with a fault, each with all its faults.
    pub rejected: Vec<Rejection>,
    /// Columns that the mapping does not use.
    pub unmapped_columns: Vec<String>,
    /// Records in the vault by kind; empty if nothing was written.
    pub imported: BTreeMap<&'static str, u64>,
    /// In how many transactions.
    pub commits: u64,
    /// How long it took.
    pub seconds: f64,
}

/// Checks every row of `file` and writes nothing.
///
/// # Errors
/// [`ImportError`] about the file as a whole. What is wrong with rows is in the report.
pub fn check<F: Read + Seek>(
    plan: &Plan,
    file: F,
    options: &Options,
    tell: &mut dyn FnMut(Step),
) -> Result<Report, ImportError> {
    let started = Instant::now();
    let mut table = Table::open(file, plan)?;
    let mut report = Report {
        rows: 0,
        skipped: 0,
        filtered: 0,
        accepted: 0,
        rejected: Vec::new(),
        unmapped_columns: std::mem::take(&mut table.unmapped),
        imported: BTreeMap::new(),
        commits: 0,
        seconds: 0.0,
    };
    let mut converter = Converter::new(plan);
    while let Some(row) = table.next()? {
        let line = row.line;
        report.rows += 1;
        if line < options.from_line {
            report.skipped += 1;
            continue;
        }
        match converter.convert(row) {
            Converted::Filtered => report.filtered += 1,
            Converted::Records(_) => report.accepted += 1,
            Converted::Rejected(problems) => report.rejected.push(Rejection { line, problems }),
        }
        if report.rows.is_multiple_of(TELL_EVERY) {
            tell(Step::Checked(table.position()));
        }
    }
    report.seconds = started.elapsed().as_secs_f64();
    Ok(report)
}

/// Checks every row of `file`, then writes: all rows, or with [`Options::partial`] the good ones; otherwise nothing.
///
/// # Errors
/// [`ImportError`]. What is wrong with rows is in the report: [`Report::imported`] is empty if it kept rows out.
pub fn import<F: Read + Seek>(
    session: &Session,
    access: &Access,
    plan: &Plan,
    mut file: F,
    options: &Options,
    tell: &mut dyn FnMut(Step),
) -> Result<Report, ImportError> {
    let started = Instant::now();
    let mut report = check(plan, &mut file, options, tell)?;
    if report.accepted > 0 && (report.rejected.is_empty() || options.partial) {
        let rows = Rows { table: Table::open(&mut file, plan)?, converter: Converter::new(plan), options };
        report.commits = write(session, access, plan, rows, report.accepted, tell)?;
        report.imported = plan.records.iter().map(|record| (record.spec.name(), report.accepted)).collect();
    }
    report.seconds = started.elapsed().as_secs_f64();
    Ok(report)
}

/// The good rows of the second pass.
struct Rows<'p, R> {
    table: Table<R>,
    converter: Converter<'p>,
    options: &'p Options,
}

impl<R: Read + Seek> Rows<'_, R> {
    fn next(&mut self) -> Result<Option<(u64, Vec<DynamicRecord>)>, ImportError> {
        while let Some(row) = self.table.next()? {
            let line = row.line;
            if line < self.options.from_line {
                continue;
            }
            match self.converter.convert(row) {
                Converted::Records(records) => return Ok(Some((line, records))),
                Converted::Rejected(_) if !self.options.partial => return Err(ImportError::Changed { rows: 0 }),
                Converted::Rejected(_) | Converted::Filtered => {}
            }
        }
        Ok(None)
    }
}

/// Writes all rows; returns in how many commits.
fn write<R: Read + Seek>(
    session: &Session,
    access: &Access,
    plan: &Plan,
    mut rows: Rows<'_, R>,
    accepted: u64,
    tell: &mut dyn FnMut(Step),
) -> Result<u64, ImportError> {
    let one = accepted.saturating_mul(plan.records_per_row()) <= rows.options.one_commit;
    let per_commit = if one { accepted } else { ROWS_PER_COMMIT };
    let (mut written, mut commits) = (0, 0);
    let mut ahead = rows.next()?;
    while written < accepted {
        let count = per_commit.min(accepted - written);
        let line = ahead.as_ref().map_or(0, |(line, _)| *line);
        // What is wrong with the file itself; the batch answers with an error of its own, so that nothing stays.
        let wrong = Cell::new(None);
        let done = session.write_batch(access, |batch| {
            let refuse = |error| {
                wrong.set(Some(error));
                vault::Error::BatchTooLarge
            };
            for index in 1..=count {
                let (_, records) = ahead.take().ok_or_else(|| refuse(ImportError::Changed { rows: 0 }))?;
                create(batch, plan, &records, session)?;
                ahead = rows.next().map_err(refuse)?;
                if index.is_multiple_of(TELL_EVERY) {
                    tell(Step::Written(written + index, accepted));
                }
            }
            // A row more than was checked: nothing of the last commit stays.
            if written + count == accepted && ahead.is_some() {
                return Err(refuse(ImportError::Changed { rows: 0 }));
            }
            Ok(())
        });
        match (done, wrong.take()) {
            (Ok(()), _) => {}
            (Err(_), Some(ImportError::Changed { .. })) => return Err(ImportError::Changed { rows: written }),
            (Err(_), Some(error)) if written == 0 => return Err(error),
            (Err(_), Some(_)) => return Err(ImportError::Changed { rows: written }),
            (Err(error), None) => return Err(ImportError::Stopped { rows: written, line, error }),
        }
        written += count;
        commits += 1;
        tell(Step::Written(written, accepted));
    }
    Ok(commits)
}

fn create(
    batch: &mut Batch<'_, '_>,
    plan: &Plan,
    records: &[DynamicRecord],
    session: &Session,
) -> Result<(), vault::Error> {
    let mut made = Vec::with_capacity(records.len());
    for (record, plan) in records.iter().zip(&plan.records) {
        let parent = plan.parent.and_then(|parent| made.get(parent).copied()).unwrap_or_else(|| session.unit());
        made.push(batch.create_dynamic(Some(parent), record)?.record);
    }
    Ok(())
}
