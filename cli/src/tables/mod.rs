//! `saferoom tables`: counts and rates by dimensions, small cells hidden so that they cannot be computed from the others;
//! of a file, or of a vault's statistics.

mod show;
mod vault;

use std::path::{Path, PathBuf};

use saferoom::release::Table;
use saferoom::release::spec::ReleasePolicy;
use saferoom::release::tables::{PublishedTable, TablesError, TablesSpec, UnnamedTables, tabulate};

pub use self::vault::VaultSource;
use crate::anonymise::{read, watched};
use crate::console::Console;
use crate::failure::{Failure, exit};

/// Arguments of `tables`.
#[derive(Debug, clap::Args)]
pub struct TablesArgs {
    /// Table with one row per child or interview: CSV in UTF-8 with a header
    #[arg(long = "in", value_name = "FILE", required_unless_present = "vault", conflicts_with = "vault")]
    pub input: Option<PathBuf>,
    /// Specification (TOML): dimensions with all of their values, thresholds, rates
    #[arg(long, value_name = "FILE")]
    pub spec: PathBuf,
    /// New folder for the table of counts and its report
    #[arg(long, value_name = "FOLDER", required_unless_present = "plan")]
    pub out: Option<PathBuf>,
    /// Only show the table as it would be; write nothing
    #[arg(long)]
    pub plan: bool,
    /// Print the table and its report as JSON
    #[arg(long)]
    pub json: bool,
    /// The vault whose statistics are counted.
    #[command(flatten)]
    pub vault: VaultSource,
}

/// Runs `tables`.
///
/// # Errors
/// What is wrong with a file, or why the table cannot be protected; then no folder is left behind.
pub fn run(args: &TablesArgs, out: &Console) -> Result<(), Failure> {
    if let Some(folder) = args.out.as_deref().filter(|folder| !args.plan && folder.exists()) {
        let text = format!("{} exists already", folder.display());
        return Err(Failure::new(exit::FILE, text).advise("Name a new folder."));
    }
    let text = String::from_utf8(read(&args.spec)?).map_err(|_| {
        Failure::new(exit::INPUT, format!("{} is not UTF-8", args.spec.display())).advise("Save it again as UTF-8.")
    })?;
    if let Some(sign_in) = args.vault.vault.sign_in() {
        return vault::run(args, &text, &sign_in, out);
    }
    let spec = TablesSpec::parse(&text).map_err(|error| Failure::from(error).at(args.spec.display()))?;
    if spec.rows.is_some() {
        let what = TablesError::Mode { what: "rows of rooms and training are those of a vault (--vault)" };
        return Err(Failure::from(what).at(args.spec.display()));
    }
    let input = args.input.as_deref().unwrap_or(Path::new(""));
    let table = Table::from_csv(&read(input)?).map_err(|error| Failure::from(error).at(input.display()))?;
    let policy = ReleasePolicy::default();
    let published = watched(out, "auditing", |watch| tabulate(&spec, &table, &policy, watch))?;
    if let Some(folder) = args.place() {
        UnnamedTables::write(folder, &published, &text)?.name(folder)?;
    }
    shown(args, &published, out)
}

impl TablesArgs {
    /// Where the table goes, if it goes anywhere.
    fn place(&self) -> Option<&Path> {
        self.out.as_deref().filter(|_| !self.plan)
    }
}

fn shown(args: &TablesArgs, published: &PublishedTable, out: &Console) -> Result<(), Failure> {
    if args.json { out.json(published) } else { show::table(published, args.place(), out) }
}
