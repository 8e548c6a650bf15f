//! `saferoom tables`: counts and rates by dimensions, small cells hidden so that they cannot be computed from the others;
//! of a file, or of a vault's statistics.

mod show;
mod vault;

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use saferoom::release::spec::ReleasePolicy;
use saferoom::release::tables::{PublishedTable, TablesError, TablesSpec, tabulate};
use saferoom::release::{ReleaseError, Table};

pub use self::vault::VaultSource;
use crate::anonymise::{read, watched};
use crate::console::Console;
use crate::failure::{Failure, exit};

/// The counts.
const DATA: &str = "table.csv";
/// How they were protected.
const REPORT: &str = "report.json";
/// The specification as it was given.
const SPEC: &str = "spec.toml";

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
    let spec = TablesSpec::parse(&text).map_err(|error| Failure::from(error).at(args.spec.display()))?;
    if let Some(sign_in) = args.vault.sign_in() {
        return vault::run(args, (&spec, &text), &sign_in, out);
    }
    let input = args.input.as_deref().unwrap_or(Path::new(""));
    let table = Table::from_csv(&read(input)?).map_err(|error| Failure::from(error).at(input.display()))?;
    let policy = ReleasePolicy::default();
    let published = watched(out, "auditing", |watch| tabulate(&spec, &table, &policy, watch))?;
    if let Some(folder) = args.place() {
        Unnamed::write(folder, &published, &text)?.name(folder)?;
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

/// A folder that is whole and has no name yet. Dropped, it is removed.
struct Unnamed(tempfile::TempDir);

impl Unnamed {
    /// Writes the folder beside its place, and reads it again.
    fn write(place: &Path, published: &PublishedTable, spec: &str) -> Result<Self, Failure> {
        let failed = |error: std::io::Error| Failure::writing(place, &error);
        let beside = place.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let unfinished = tempfile::Builder::new().prefix(".counts-").tempdir_in(beside).map_err(failed)?;
        let data = unfinished.path().join(DATA);
        let table = published.to_table()?;
        save(&data, |file| table.to_csv(file))?;
        if Table::from_csv(&read(&data)?)?.rows() != table.rows() {
            let wrong = ReleaseError::Broken { what: "the file does not say what was published" };
            return Err(TablesError::from(wrong).into());
        }
        let report = serde_json::to_string_pretty(published)
            .map_err(|_| Failure::new(exit::FAILED, "the report cannot be written as JSON"))?;
        save(&unfinished.path().join(REPORT), |mut file| writeln!(file, "{report}"))?;
        save(&unfinished.path().join(SPEC), |mut file| file.write_all(spec.as_bytes()))?;
        Ok(Self(unfinished))
    }

    /// Gives it its name: it appears whole or not at all.
    fn name(self, place: &Path) -> Result<(), Failure> {
        let whole = self.0.keep();
        fs::rename(&whole, place).map_err(|error| {
            let _ = fs::remove_dir_all(&whole);
            Failure::writing(place, &error)
        })
    }
}

fn save(path: &Path, write: impl FnOnce(BufWriter<&File>) -> std::io::Result<()>) -> Result<(), Failure> {
    let failed = |error: std::io::Error| Failure::writing(path, &error);
    let file = File::options().write(true).create_new(true).open(path).map_err(failed)?;
    write(BufWriter::new(&file)).and_then(|()| file.sync_all()).map_err(failed)
}
