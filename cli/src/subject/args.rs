//! What can be typed after `saferoom subject`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use saferoom::id::{MemberId, RecordId};

use crate::args::{AccessArgs, SignInArgs};

/// Commands about the subject's view: an act of two people.
#[derive(Debug, Subcommand)]
pub enum SubjectCommand {
    /// First person, who reads the log: cut the entries about a child out of it, sealed to who works on the case. Logged.
    #[command(after_help = "\
Example:
  saferoom subject slice --child 77c1…04 --to 5b1e…07 --out child.slice \\
      --vault station.saferoom --identity auditor.identity --purpose subject-access")]
    Slice(SliceArgs),
    /// Second person, who works on the case: join the slice with what is held. Logged, record by record.
    #[command(after_help = "\
Examples:
  saferoom subject report --child 77c1…04 --slice child.slice --html report.html \\
      --vault station.saferoom --identity me.identity --purpose subject-access
  saferoom subject report … --html report-km.html --lang km
  saferoom subject report … --json

It says what is held about the child, who saw it and why, and with whom it is shared. Of other people
nothing is shown. The page loads nothing and can be printed; whoever has it reads all of it: hand it to
whom it is for, and delete the file.")]
    Report(ReportArgs),
}

/// Arguments of `subject slice`.
#[derive(Debug, Args)]
pub struct SliceArgs {
    /// The child's record
    #[arg(long, value_name = "ID")]
    pub child: RecordId,
    /// The member who makes the report
    #[arg(long, value_name = "MEMBER")]
    pub to: MemberId,
    /// New file for the slice; never one that exists
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// The vault and who asks.
    #[command(flatten)]
    pub sign_in: SignInArgs,
    /// Why.
    #[command(flatten)]
    pub access: AccessArgs,
}

/// Arguments of `subject report`.
#[derive(Debug, Args)]
pub struct ReportArgs {
    /// The child's record
    #[arg(long, value_name = "ID")]
    pub child: RecordId,
    /// The slice that the first person made
    #[arg(long, value_name = "FILE")]
    pub slice: PathBuf,
    /// Write the report as a page to this new file; never one that exists
    #[arg(long, value_name = "FILE", required_unless_present = "json")]
    pub html: Option<PathBuf>,
    /// The language of the page: en or km
    #[arg(long, default_value = "en", value_parser = ["en", "km"])]
    pub lang: String,
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
