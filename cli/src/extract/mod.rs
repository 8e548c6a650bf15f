//! `saferoom extract`: making extracts out of a vault's statistics, the way back from a pseudonym, and what an analyst does with
//! the folder. An analyst needs no key to any record.

mod series;
mod vault;
mod vault_args;

use std::path::{Path, PathBuf};

use saferoom::release::output::{Extract, Manifest, Trust, open_extract, public_key_line};

pub(crate) use self::vault::{in_words, make_from};
pub use self::vault_args::{BuildArgs, FinishArgs, PlanArgs, ReverseArgs, SeriesArgs};
use crate::anonymise::trusted_keys;
use crate::console::{Console, Style};
use crate::failure::Failure;
use crate::new_file;

/// Commands about extracts.
#[derive(Debug, clap::Subcommand)]
pub enum ExtractCommand {
    /// Show what an extract would be: loss, risk, and what other suppression limits would give. Nothing leaves. Logged.
    #[command(after_help = "\
Example:
  saferoom extract plan --spec spec.toml \\
      --vault station.saferoom --identity desk.identity --purpose HRESCH

docs/anonymisation.md shows a specification. Each row is a child; columns are fields, such as child.sex.")]
    Plan(PlanArgs),
    /// Make an extract: a signed folder that an analyst opens without any key. Logged as an export.
    #[command(after_help = "\
Example:
  saferoom extract build --spec spec.toml --out extract \\
      --vault station.saferoom --identity desk.identity --purpose HRESCH

Beside the folder lies extract.pub, the key with which its signature is checked; and extract.way-back, where
a key for reversals is in force: with enough shares, and only then, it leads from a pseudonym to a case.")]
    Build(BuildArgs),
    /// Sign an extract that was recorded as released when the machine stopped, and give it its name. Logged as an export.
    #[command(after_help = "\
Example:
  saferoom extract finish extract.1f0c….new --out extract \\
      --vault station.saferoom --identity desk.identity --purpose HRESCH

Until then no signature is there. A release that is not to be finished is withdrawn by custodians:
saferoom member release-withdrawal.")]
    Finish(FinishArgs),
    /// List what was released, and the series with what is left of their budgets. Logged.
    #[command(after_help = "\
Example:
  saferoom extract series --vault station.saferoom --identity desk.identity --purpose HRESCH")]
    Series(SeriesArgs),
    /// Find the case behind a pseudonym, with the shares of several people. Needs a reason; logged, and to be reviewed.
    #[command(after_help = "\
Example:
  saferoom extract reverse --pseudonym 8ZQX-0K4M-VV1T-9N2C-J --way-back extract.way-back \\
      --vault station.saferoom --identity custodian.identity \\
      --purpose record-management --reason \"The child is in danger\"

It shows the id of the case and opens nothing of it.")]
    Reverse(ReverseArgs),
    /// Check an extract: its signature, every file, and every claim that the rows bear out.
    #[command(after_help = "\
Examples:
  saferoom extract verify extract --key desk.pub
  ssh-keygen -Y verify -f allowed_signers -I desk -n saferoom-extract -s extract/manifest.json.sig < extract/manifest.json

The second line checks the signature with nothing of saferoom.")]
    Verify(OpenArgs),
    /// Show what an extract is and holds.
    #[command(after_help = "Example:\n  saferoom extract inspect extract --key desk.pub")]
    Inspect(InspectArgs),
    /// Write the rows of an extract as CSV, for Stata and spreadsheets.
    #[command(after_help = "Example:\n  saferoom extract csv extract --key desk.pub --out rows.csv")]
    Csv(CsvArgs),
}

/// Which extract, and whose signature is enough.
#[derive(Debug, clap::Args)]
pub struct OpenArgs {
    /// Folder of the extract
    #[arg(value_name = "FOLDER")]
    pub folder: PathBuf,
    /// Public key that has to have signed it (.pub or allowed-signers file)
    #[arg(long, value_name = "FILE", required_unless_present = "unsigned")]
    pub key: Option<PathBuf>,
    /// Ask for no signature: for an extract that you made yourself
    #[arg(long, conflicts_with = "key")]
    pub unsigned: bool,
}

/// Arguments of `extract inspect`.
#[derive(Debug, clap::Args)]
pub struct InspectArgs {
    /// Which extract.
    #[command(flatten)]
    pub open: OpenArgs,
    /// Print the manifest as JSON
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `extract csv`.
#[derive(Debug, clap::Args)]
pub struct CsvArgs {
    /// Which extract.
    #[command(flatten)]
    pub open: OpenArgs,
    /// New file
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
}

/// Runs a command about extracts.
///
/// # Errors
/// What is wrong with the extract; then nothing of it is shown or written.
pub fn run(command: &ExtractCommand, out: &Console) -> Result<(), Failure> {
    match command {
        ExtractCommand::Plan(args) => vault::plan(args, out),
        ExtractCommand::Build(args) => vault::build(args, out),
        ExtractCommand::Finish(args) => vault::finish(args, out),
        ExtractCommand::Series(args) => series::run(args, out),
        ExtractCommand::Reverse(args) => vault::reverse(args, out),
        ExtractCommand::Verify(args) => {
            let extract = open(args, false, out)?;
            let rows = extract.manifest.rows.released;
            out.line(out.styled(Style::Good, format!("{rows} rows: every file and every claim holds")));
            Ok(())
        }
        ExtractCommand::Inspect(args) => {
            let extract = open(&args.open, args.json, out)?;
            if args.json { out.json(&extract.manifest) } else { show(&extract.manifest, out) }
        }
        ExtractCommand::Csv(args) => csv(&open(&args.open, false, out)?, &args.out, out),
    }
}

/// Opens an extract, and says who signed it: beside the output, if that is JSON.
fn open(args: &OpenArgs, json: bool, out: &Console) -> Result<Extract, Failure> {
    let trusted = args.key.as_ref().map(|path| trusted_keys(path)).transpose()?;
    let trust = trusted.as_deref().map_or(Trust::Unsigned, Trust::Keys);
    let extract = open_extract(&args.folder, trust).map_err(|error| Failure::from(error).at(args.folder.display()))?;
    match &extract.signer {
        Some(key) if json => out.error_line(format!("signed by {}", public_key_line(key)?)),
        Some(key) => out.line(format!("signed by {}", public_key_line(key)?)),
        None => out.warn("no signature was checked: this shows that the extract is whole, not whose it is"),
    }
    Ok(extract)
}

fn show(manifest: &Manifest, out: &Console) -> Result<(), Failure> {
    out.line(format!("{} ({}), release {}", manifest.name, manifest.audience, manifest.release));
    let rows = &manifest.rows;
    out.line(format!("{} rows of {}, {} left out", rows.released, rows.source, rows.suppressed));
    let children = &manifest.children;
    out.line(format!(
        "k = {}; highest risk {:.3}, average {:.3}; loss {:.3}",
        children.k, children.highest_risk, children.average_risk, manifest.utility.loss
    ));
    for sensitive in &children.sensitive {
        out.line(format!("{}: l = {}, t = {:.3}", sensitive.column, sensitive.distinct_l, sensitive.t_equal));
    }
    for column in &manifest.columns {
        let levels: Vec<String> = column.levels.iter().map(u64::to_string).collect();
        let level = match levels.is_empty() {
            true => String::from("as it is"),
            false => format!("level {} of {}", levels.join(" and "), column.height),
        };
        out.line(format!("  {}: {}, {level}, {} missing", column.name, column.label.en, column.missing));
    }
    for station in &manifest.provenance.stations {
        out.line(format!("covers {} until {}", station.station, station.until));
    }
    Ok(())
}

fn csv(extract: &Extract, path: &Path, out: &Console) -> Result<(), Failure> {
    new_file::fill(path, |file| extract.table.to_csv(file))?;
    out.line(format!("written: {}", path.display()));
    Ok(())
}
