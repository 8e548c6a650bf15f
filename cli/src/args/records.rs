//! Arguments of the commands that look at records: `case`, `search`, `catalogue`, `lint`, `export`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use saferoom::id::RecordId;

use super::{AccessArgs, OptionalVaultArgs, SignInArgs};
use crate::erasure::CaseErasureCommand;
use crate::member::CaseMemberCommand;
use crate::paper::PaperCommand;

/// Commands about cases.
#[derive(Debug, Subcommand)]
pub enum CaseCommand {
    /// List the cases: id, state, step, urgency. Logged.
    #[command(after_help = "\
Example:
  saferoom case list --vault station.saferoom --identity me.identity --purpose investigation")]
    List(CaseListArgs),
    /// Show a case and all records that belong to it. Logged, record by record.
    #[command(after_help = "\
Example:
  saferoom case show 0f3a…9c --vault station.saferoom --identity me.identity \\
      --purpose investigation --reason \"Hearing on Thursday\"")]
    Show(CaseShowArgs),
    /// Who works on it.
    #[command(flatten)]
    Circle(CaseMemberCommand),
    /// How long it is kept.
    #[command(flatten)]
    Keeping(CaseErasureCommand),
    /// Papers for the court file.
    #[command(flatten)]
    Paper(PaperCommand),
}

/// Arguments of `case list`.
#[derive(Debug, Args)]
pub struct CaseListArgs {
    /// The vault and who asks.
    #[command(flatten)]
    pub sign_in: SignInArgs,
    /// Why.
    #[command(flatten)]
    pub access: AccessArgs,
    /// Print ids only: one entry in the log, and nothing is opened
    #[arg(long)]
    pub ids: bool,
    /// Print JSON, for programs
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `case show`.
#[derive(Debug, Args)]
pub struct CaseShowArgs {
    /// Id of the case, as `saferoom case list` prints it
    #[arg(value_name = "ID")]
    pub id: String,
    /// The vault and who asks.
    #[command(flatten)]
    pub sign_in: SignInArgs,
    /// Why.
    #[command(flatten)]
    pub access: AccessArgs,
    /// Print JSON, for programs
    #[arg(long)]
    pub json: bool,
}

impl CaseShowArgs {
    /// The id as an id.
    ///
    /// # Errors
    /// [`saferoom::id::IdError`].
    pub fn record(&self) -> Result<RecordId, saferoom::id::IdError> {
        self.id.trim().parse()
    }
}

/// Arguments of `search`.
#[derive(Debug, Args)]
pub struct SearchArgs {
    /// The vault and who asks.
    #[command(flatten)]
    pub sign_in: SignInArgs,
    /// Why.
    #[command(flatten)]
    pub access: AccessArgs,
    /// Kind of record to look for, such as child, guardian or alleged_offender
    #[arg(long, value_name = "KIND", default_value = "child")]
    pub among: String,
    /// A name, or several of one person; in Khmer or Latin script
    #[arg(long, value_name = "NAME")]
    pub name: Vec<String>,
    /// A telephone number
    #[arg(long, value_name = "NUMBER")]
    pub phone: Vec<String>,
    /// A date of birth, such as 2014-05-17, 2014-05 or 2014
    #[arg(long, value_name = "DATE")]
    pub born: Vec<String>,
    /// Code of a village, commune, district or province
    #[arg(long, value_name = "CODE")]
    pub village: Vec<String>,
    /// A number such as that of an identity card or a register
    #[arg(long, value_name = "NUMBER")]
    pub id: Vec<String>,
    /// A text in one field alone, such as family_name_latin=Chan
    #[arg(long, value_name = "FIELD=TEXT")]
    pub field: Vec<String>,
    /// Ask all units whose search keys you hold; answers which unit to ask, nothing else. 20 times an hour
    #[arg(long)]
    pub units: bool,
    /// Make the search index anew instead of searching
    #[arg(long, conflicts_with_all = ["units", "name", "phone", "born", "village", "id", "field"])]
    pub rebuild: bool,
    /// Print JSON, for programs
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `catalogue`.
#[derive(Debug, Args)]
pub struct CatalogueArgs {
    /// Show the purposes of use instead: what --purpose takes
    #[arg(long, conflicts_with = "lists")]
    pub purposes: bool,
    /// Show the code lists instead, with their English and Khmer labels
    #[arg(long)]
    pub lists: bool,
    /// Print the form of one kind of record instead, as JSON, in the language of --lang: all that a screen needs
    #[arg(long, value_name = "KIND", conflicts_with_all = ["lists", "purposes"])]
    pub form: Option<String>,
    /// The language of labels and help: en or km
    #[arg(long, default_value = "en", value_parser = ["en", "km"])]
    pub lang: String,
    /// Show what to write into each field as well
    #[arg(long)]
    pub help_texts: bool,
    /// Print JSON, for programs; it has both languages
    #[arg(long)]
    pub json: bool,
    /// A vault, whose extra fields are shown as well.
    #[command(flatten)]
    pub vault: OptionalVaultArgs,
}

/// Arguments of `lint`.
#[derive(Debug, Args)]
pub struct LintArgs {
    /// The text; without it, what comes in from stdin
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// The language in which to say what to write instead: en or km
    #[arg(long, default_value = "en", value_parser = ["en", "km"])]
    pub lang: String,
    /// End with a failure if there is any such word
    #[arg(long)]
    pub strict: bool,
    /// Print JSON, for programs
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `export`.
#[derive(Debug, Args)]
pub struct ExportArgs {
    /// The vault and who asks.
    #[command(flatten)]
    pub sign_in: SignInArgs,
    /// Why; an export needs both.
    #[command(flatten)]
    pub access: AccessArgs,
    /// New file for the lines
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// Only this case with all that belongs to it; may be given several times
    #[arg(long = "case", value_name = "ID")]
    pub cases: Vec<String>,
    /// Every revision, not only the newest
    #[arg(long)]
    pub history: bool,
    /// Print the manifest as JSON, for programs
    #[arg(long)]
    pub json: bool,
}
