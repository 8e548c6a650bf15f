//! What can be typed after `saferoom case print-statement` and `case print-interview`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use saferoom::id::RecordId;

use crate::args::{AccessArgs, SignInArgs};

/// Commands about papers for the court file.
#[derive(Debug, Subcommand)]
pub enum PaperCommand {
    /// Print a statement for the court file, with its signatures and the digest of its closing. A disclosure: logged.
    #[command(after_help = "\
Examples:
  saferoom case print-statement 31be…70 --recipient \"Court of first instance\" --html statement.html \\
      --vault station.saferoom --identity me.identity --purpose mandatory-report
  saferoom case print-statement … --html statement-km.html --lang km
  saferoom case print-statement … --without-consent court_order --answers-for 8c02…1d --reason \"Order 17 of 3 March\"

The child, and a guardian where one is needed, agreed that this recipient is told, or somebody answers for
telling it without: on one of four grounds, by a role that may.")]
    PrintStatement(PaperArgs),
    /// Print the record of an interview for the court file: who, when, phases, breaks. A disclosure: logged.
    #[command(after_help = "\
Example:
  saferoom case print-interview 77c1…04 --recipient \"Court of first instance\" --html interview.html \\
      --vault station.saferoom --identity me.identity --purpose mandatory-report")]
    PrintInterview(PaperArgs),
}

/// Arguments of both.
#[derive(Debug, Args)]
pub struct PaperArgs {
    /// Id of the statement or interview, as `saferoom case show` prints it
    #[arg(value_name = "ID")]
    pub record: RecordId,
    /// Who gets the paper, as the consents name them
    #[arg(long, value_name = "NAME")]
    pub recipient: String,
    /// Kind of recipient, of the consent rules
    #[arg(long, value_name = "KIND", default_value = "court")]
    pub recipient_kind: String,
    /// Without consent, on this ground: imminent_danger, legal_duty, court_order or best_interest_decision
    #[arg(long, value_name = "GROUND", requires = "answers_for")]
    pub without_consent: Option<String>,
    /// The officer who answers for it; the reason is that of --reason
    #[arg(long, value_name = "ID", requires = "without_consent")]
    pub answers_for: Option<RecordId>,
    /// Write the paper as a page to this new file; never one that exists
    #[arg(long, value_name = "FILE")]
    pub html: PathBuf,
    /// The language of the page: en or km
    #[arg(long, default_value = "en", value_parser = ["en", "km"])]
    pub lang: String,
    /// The vault and who asks.
    #[command(flatten)]
    pub sign_in: SignInArgs,
    /// Why.
    #[command(flatten)]
    pub access: AccessArgs,
}
