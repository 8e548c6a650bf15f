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
  saferoom case print-statement … --without-consent court_order --authorisation 8c02…1d --reason \"Order 17 of 3 March\"

The child, and a guardian where one is needed, agreed that this recipient is told, or a second person signed
that it is told without, on one of four grounds: saferoom authorise paper.")]
    PrintStatement(PaperArgs),
    /// Print the record of an interview for the court file: who, when, phases, breaks. A disclosure: logged.
    #[command(after_help = "\
Example:
  saferoom case print-interview 77c1…04 --recipient \"Court of first instance\" --html interview.html \\
      --vault station.saferoom --identity me.identity --purpose mandatory-report")]
    PrintInterview(PaperArgs),
    /// Note that a statement was read back to the child in this version.
    #[command(after_help = "\
Example:
  saferoom case read-back 31be…70 --by 77aa…05 --language km \\
      --vault station.saferoom --identity me.identity --purpose forensic-interview")]
    ReadBack(ReadBackArgs),
    /// Close a statement for changes. From then on a correction is a new version beside it.
    #[command(after_help = "\
Example:
  saferoom case close-statement 31be…70 --by 77aa…05 \\
      --vault station.saferoom --identity me.identity --purpose forensic-interview

Whoever closes it has to see all of it. Compare the digest with the one on the printed paper.")]
    CloseStatement(CloseArgs),
}

/// Arguments of `case read-back`.
#[derive(Debug, Args)]
pub struct ReadBackArgs {
    /// The statement
    #[arg(value_name = "STATEMENT")]
    pub statement: RecordId,
    /// The record of the officer who read it
    #[arg(long, value_name = "ID")]
    pub by: RecordId,
    /// In which language, of the list language
    #[arg(long, value_name = "CODE")]
    pub language: Option<String>,
    /// The vault and who asks.
    #[command(flatten)]
    pub sign_in: SignInArgs,
    /// Why.
    #[command(flatten)]
    pub access: AccessArgs,
}

/// Arguments of `case close-statement`.
#[derive(Debug, Args)]
pub struct CloseArgs {
    /// The statement
    #[arg(value_name = "STATEMENT")]
    pub statement: RecordId,
    /// The record of the officer who closes it
    #[arg(long, value_name = "ID")]
    pub by: Option<RecordId>,
    /// Print JSON, for programs
    #[arg(long)]
    pub json: bool,
    /// The vault and who asks.
    #[command(flatten)]
    pub sign_in: SignInArgs,
    /// Why.
    #[command(flatten)]
    pub access: AccessArgs,
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
    #[arg(long, value_name = "GROUND", requires = "authorisation")]
    pub without_consent: Option<String>,
    /// What a second person signed (saferoom authorise paper); the reason is that of --reason
    #[arg(long, value_name = "ID", requires = "without_consent")]
    pub authorisation: Option<RecordId>,
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
