//! What can be typed after `saferoom erasure` and, about how long a case is kept, after `saferoom case`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use saferoom::id::RecordId;

use crate::args::{AccessArgs, SignInArgs};
use crate::member::ChangeArgs;

/// Commands about how long a case is kept.
#[derive(Debug, Subcommand)]
pub enum CaseErasureCommand {
    /// List the cases whose retention period has ended, with the rule. Erases nothing. Logged.
    #[command(after_help = "\
Example:
  saferoom case due --vault station.saferoom --identity me.identity --purpose record-management")]
    Due(DueArgs),
    /// Erase cases for good: an act of two. Nobody can open anything of them afterwards, with any key. Logged.
    #[command(after_help = "\
Examples:
  saferoom case erase 0f3a…9c --ground retention-ended --rule any-case \\
      --vault station.saferoom --identity me.identity --purpose record-management --proposal erase.proposal
  saferoom member show-proposal erase.proposal
  saferoom member sign erase.proposal --vault station.saferoom --identity custodian.identity
  saferoom case erase --signed erase.proposal \\
      --vault station.saferoom --identity me.identity --purpose record-management

Custodians who are here sign at once: name their identities with --with.
Backups from before can be opened until their keys expire: `saferoom erasure certificate` says until when.")]
    Erase(EraseArgs),
    /// Place a legal hold on a case, or lift it: while it stands, the case is not erased. Needs a reason. Logged.
    #[command(after_help = "\
Example:
  saferoom case hold 0f3a…9c --vault station.saferoom --identity me.identity \\
      --purpose record-management --reason \"Order of the court of 3 March\"")]
    Hold(HoldArgs),
}

/// Commands about what was erased.
#[derive(Debug, Subcommand)]
pub enum ErasureCommand {
    /// List all erasures; with --to, write them down as a signed list, which a restore asks for.
    #[command(after_help = "\
Examples:
  saferoom erasure list --vault station.saferoom --identity me.identity
  saferoom erasure list --vault station.saferoom --identity custodian.identity --to station.erasures

Keep the newest list beside the backups. Where two custodians have to sign, name the other with --with.")]
    List(ListArgs),
    /// Write a certificate about an erasure, signed by you: for the family, the court, the authority.
    #[command(after_help = "\
Example:
  saferoom erasure certificate 7 --vault station.saferoom --identity custodian.identity --to case.erased

Beside the file lies the same for people, with .txt at the end of its name.")]
    Certificate(CertificateArgs),
    /// Verify a certificate with the public keys of custodians. No vault is needed.
    #[command(after_help = "\
Example:
  saferoom erasure verify case.erased --custodian 5b0c…77")]
    Verify(VerifyArgs),
}

/// Arguments of `case due`.
#[derive(Debug, Args)]
pub struct DueArgs {
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

/// Arguments of `case erase`.
#[derive(Debug, Args)]
pub struct EraseArgs {
    /// The cases
    #[arg(value_name = "CASE", required_unless_present = "signed", conflicts_with = "signed")]
    pub cases: Vec<RecordId>,
    /// On which ground
    #[arg(long, value_name = "GROUND", required_unless_present = "signed", conflicts_with = "signed",
          value_parser = ["retention-ended", "subject-request", "order", "recorded-in-error"])]
    pub ground: Option<String>,
    /// The retention rule, for the ground retention-ended; `saferoom case due` says which
    #[arg(long, value_name = "RULE")]
    pub rule: Option<String>,
    /// A proposal that enough custodians have signed: erase what it says
    #[arg(long, value_name = "FILE")]
    pub signed: Option<PathBuf>,
    /// Who proposes and erases, and which custodians sign here.
    #[command(flatten)]
    pub change: ChangeArgs,
}

/// Arguments of `case hold`.
#[derive(Debug, Args)]
pub struct HoldArgs {
    /// The case
    #[arg(value_name = "CASE")]
    pub case: RecordId,
    /// Lift it
    #[arg(long)]
    pub lift: bool,
    /// The vault and who acts.
    #[command(flatten)]
    pub sign_in: SignInArgs,
    /// Why.
    #[command(flatten)]
    pub access: AccessArgs,
}

/// Arguments of `erasure list`.
#[derive(Debug, Args)]
pub struct ListArgs {
    /// Write the list to this file, signed
    #[arg(long, value_name = "FILE")]
    pub to: Option<PathBuf>,
    /// Who asks and signs.
    #[command(flatten)]
    pub change: ChangeArgs,
    /// Print JSON, for programs
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `erasure certificate`.
#[derive(Debug, Args)]
pub struct CertificateArgs {
    /// Position of the erasure in the roster, as `saferoom erasure list` prints it
    #[arg(value_name = "POSITION")]
    pub position: u64,
    /// The file to write; never one that exists
    #[arg(long, value_name = "FILE")]
    pub to: PathBuf,
    /// Who signs.
    #[command(flatten)]
    pub change: ChangeArgs,
}

/// Arguments of `erasure verify`.
#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// The certificate
    #[arg(value_name = "FILE")]
    pub certificate: PathBuf,
    /// Public key of a custodian, 64 hexadecimal digits; several times for several
    #[arg(long, value_name = "KEY", required = true)]
    pub custodian: Vec<String>,
    /// Print JSON, for programs
    #[arg(long)]
    pub json: bool,
}
