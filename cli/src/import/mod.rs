//! `saferoom import`: records out of a CSV file, by a mapping file; or out of JSON Lines, as `saferoom export` writes them.
//!
//! Every row is checked completely before the first is written; every rejected row is reported with its line, column,
//! field and rule, never with a value. Up to [`ONE_COMMIT`] records are written all or none, also against a failure half
//! way. A larger file is written [`ROWS_PER_COMMIT`] rows at a time, each time all or none; a failure half way says how
//! many rows are in and the line to go on from with `--from-line`.

mod convert;
mod error;
mod lines;
mod map;
mod plan;
mod table;
#[cfg(test)]
mod tests;
mod work;

use std::fs::File;
use std::io::ErrorKind;
use std::path::PathBuf;

use saferoom::access::Access;

pub use self::error::{ImportError, MapProblem, Problem, Rejection, Rule};
pub use self::map::Source;
pub use self::plan::Plan;
pub use self::work::{ONE_COMMIT, Options, ROWS_PER_COMMIT, Report, Step, check, import};
use crate::args::SignInArgs;
use crate::console::Console;
use crate::failure::{Failure, exit};

const AFTER_HELP: &str = "\
Examples:
  saferoom import --vault station.saferoom --identity me.identity --map examples/ctdc.map.toml table.csv --dry-run
  saferoom import --vault station.saferoom --identity me.identity all.jsonl --ids new-ids.jsonl

Every row is checked before the first is written. If one is wrong, nothing is written; --partial leaves out the wrong
rows. Up to 50,000 records are written all or none. A larger file is written 500 rows at a time; after a failure half
way, --from-line continues. JSON Lines are written all or none, however many there are.";

/// Arguments of `import`.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct ImportArgs {
    /// The vault and who imports.
    #[command(flatten)]
    pub sign_in: SignInArgs,
    /// Mapping file for a table: which column becomes which field; without it, FILE is JSON Lines as `export` writes them
    #[arg(long, value_name = "FILE")]
    pub map: Option<PathBuf>,
    /// File to import: JSON Lines, or with --map a table: CSV in UTF-8, its first line naming the columns
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Manifest of JSON Lines; without it, FILE.manifest if there is one
    #[arg(long, value_name = "FILE", conflicts_with = "map")]
    pub manifest: Option<PathBuf>,
    /// Write which id of JSON Lines became which id of the vault, as JSON Lines, to this new file
    #[arg(long, value_name = "FILE", conflicts_with = "map")]
    pub ids: Option<PathBuf>,
    /// Import the good rows although others are rejected
    #[arg(long)]
    pub partial: bool,
    /// Check everything, write nothing; the vault is not opened
    #[arg(long)]
    pub dry_run: bool,
    /// Skip the rows before this line, to continue an import that stopped half way
    #[arg(long, value_name = "LINE", default_value_t = 0, hide_default_value = true, requires = "map")]
    pub from_line: u64,
    /// Purpose of use; `saferoom catalogue --purposes` lists them
    #[arg(long, value_name = "CODE", default_value = "import")]
    pub purpose: String,
    /// Reason in your own words; sealed in the vault
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
    /// Print JSON, for programs
    #[arg(long)]
    pub json: bool,
}

/// Runs the command.
///
/// # Errors
/// What is wrong with the mapping, the file or its rows, and what the vault answers.
pub fn run(args: &ImportArgs, out: &Console) -> Result<(), Failure> {
    let Some(map) = &args.map else { return lines::run(args, out) };
    let plan = Plan::load(map).map_err(|error| failure(&error).at(map.display()))?;
    let wrong = |error: ImportError| failure(&error).at(args.file.display());
    let mut file = File::open(&args.file).map_err(|error| Failure::reading(&args.file, &error))?;
    let size = file.metadata().map_err(|error| Failure::reading(&args.file, &error))?.len();
    let options = Options { partial: args.partial, from_line: args.from_line, ..Options::default() };

    let session = if args.dry_run { None } else { Some(args.sign_in.sign_in(out)?) };
    let access = access(args);
    let progress = out.progress(size, "Checking the rows");
    let mut writing = None;
    let mut tell = |step| match step {
        Step::Checked(bytes) => progress.set(bytes),
        Step::Written(rows, all) => {
            writing.get_or_insert_with(|| out.progress(all, "Writing the rows")).set(rows);
        }
    };
    let done = match &session {
        Some(session) => import(session, &access, &plan, &mut file, &options, &mut tell),
        None => check(&plan, &mut file, &options, &mut tell),
    };
    progress.finish();
    writing.into_iter().for_each(crate::progress::Progress::finish);
    let report = done.map_err(wrong)?;
    if args.json {
        out.json(&report)?;
    } else {
        show(&plan, &report, args, out);
    }
    if report.rejected.is_empty() || (args.partial && !args.dry_run && report.accepted > 0) {
        return Ok(());
    }
    Err(wrong(ImportError::Rejected { rejected: report.rejected.len(), rows: report.rows }))
}

fn access(args: &ImportArgs) -> Access {
    let access = Access::for_purpose(args.purpose.trim());
    match &args.reason {
        Some(reason) => access.because(reason.as_str()),
        None => access,
    }
}

fn show(plan: &Plan, report: &Report, args: &ImportArgs, out: &Console) {
    for rejection in &report.rejected {
        for problem in &rejection.problems {
            out.line(format_args!("line {}: {problem}", rejection.line));
        }
    }
    if !report.unmapped_columns.is_empty() {
        out.line(format_args!("Columns that the mapping does not use: {}", report.unmapped_columns.join(", ")));
    }
    let mut rows = vec![
        ("Source", plan.source.name.clone()),
        ("Licence", plan.source.licence.clone()),
        ("Rows read", report.rows.to_string()),
        ("Rows filtered out", report.filtered.to_string()),
        ("Rows rejected", report.rejected.len().to_string()),
    ];
    if report.skipped > 0 {
        rows.push(("Rows skipped", report.skipped.to_string()));
    }
    if args.dry_run {
        rows.push(("Rows that would be imported", report.accepted.to_string()));
    }
    rows.extend(report.imported.iter().map(|(kind, count)| ("Records imported", format!("{count} ({kind})"))));
    rows.push(("Seconds", format!("{:.1}", report.seconds)));
    out.pairs(rows);
}

/// The failure of the command. An error of the vault keeps its own exit code.
fn failure(error: &ImportError) -> Failure {
    let code = match error {
        ImportError::Io { kind: ErrorKind::InvalidData, .. } => exit::INPUT,
        ImportError::Io { .. } => exit::FILE,
        ImportError::Stopped { error, .. } => Failure::from(error.clone()).exit,
        ImportError::Changed { .. } => exit::FAILED,
        _ => exit::INPUT,
    };
    Failure::diagnosed(code, error)
}
