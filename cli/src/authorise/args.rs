//! What can be typed after `saferoom authorise`.

use clap::{Args, Subcommand};
use saferoom::id::RecordId;

use crate::args::{AccessArgs, SignInArgs};

/// Commands of a second person.
#[derive(Debug, Subcommand)]
pub enum AuthoriseCommand {
    /// Sign that somebody else tells exactly these fields to exactly this recipient, without consent.
    #[command(after_help = "\
Example:
  saferoom authorise disclosure 0f3a…9c --consent-purpose referral --recipient-kind service_provider \\
      --recipient \"The clinic\" --service psychosocial --field child.sex --ground imminent_danger \\
      --because \"Threats tonight\" \\
      --vault station.saferoom --identity chief.identity --purpose supervision

Name every field as whoever tells it does. It holds once, for a colleague, not for you.")]
    Disclosure(DisclosureArgs),
    /// Sign that somebody else prints a statement or interview for the court file, without consent.
    #[command(after_help = "\
Example:
  saferoom authorise paper 31be…70 --recipient \"Court of first instance\" --ground court_order \\
      --because \"Order 17 of 3 March\" \\
      --vault station.saferoom --identity chief.identity --purpose supervision")]
    Paper(PaperSignArgs),
    /// Sign that a child is interviewed again.
    #[command(after_help = "\
Example:
  saferoom authorise repeat 0f3a…9c --repeat-reason new_allegation --because \"New facts\" \\
      --vault station.saferoom --identity chief.identity --purpose supervision")]
    Repeat(RepeatArgs),
    /// Sign that somebody makes a copy of an exhibit.
    #[command(after_help = "\
Example:
  saferoom authorise copy 5f20…c3 --class working --because \"For the analyst\" \\
      --vault station.saferoom --identity chief.identity --purpose supervision")]
    Copy(CopyArgs),
    /// Check what somebody signed: by whom, for what, and whether it was used. Logged as read.
    #[command(after_help = "\
Example:
  saferoom authorise show 8c02…1d \\
      --vault station.saferoom --identity me.identity --purpose supervision")]
    Show(ShowArgs),
}

/// Why, until when, and who signs.
#[derive(Debug, Args)]
pub struct SigningArgs {
    /// Why you allow it; sealed in the vault
    #[arg(long, value_name = "TEXT")]
    pub because: String,
    /// For how many days it holds
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..=7))]
    pub days: u64,
    /// The vault and who signs.
    #[command(flatten)]
    pub sign_in: SignInArgs,
    /// Why the vault is used.
    #[command(flatten)]
    pub access: AccessArgs,
    /// Print JSON, for programs
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `authorise disclosure`.
#[derive(Debug, Args)]
pub struct DisclosureArgs {
    /// The child
    #[arg(value_name = "CHILD")]
    pub child: RecordId,
    /// What for, of the list consent_purpose: referral, share
    #[arg(long = "consent-purpose", value_name = "CODE")]
    pub purpose_of_consent: String,
    /// Kind of recipient, of the consent rules
    #[arg(long, value_name = "CODE")]
    pub recipient_kind: String,
    /// Who it is, as the consents name them
    #[arg(long, value_name = "NAME")]
    pub recipient: String,
    /// The service, for a referral
    #[arg(long, value_name = "CODE")]
    pub service: Option<String>,
    /// A field that is told; once for each
    #[arg(long = "field", value_name = "FIELD", required = true)]
    pub fields: Vec<String>,
    /// On which ground, such as imminent_danger
    #[arg(long, value_name = "CODE")]
    pub ground: String,
    /// Why, until when, and who signs.
    #[command(flatten)]
    pub signing: SigningArgs,
}

/// Arguments of `authorise paper`.
#[derive(Debug, Args)]
pub struct PaperSignArgs {
    /// The statement or interview
    #[arg(value_name = "ID")]
    pub record: RecordId,
    /// Who gets the paper, as the consents name them
    #[arg(long, value_name = "NAME")]
    pub recipient: String,
    /// Kind of recipient, of the consent rules
    #[arg(long, value_name = "KIND", default_value = "court")]
    pub recipient_kind: String,
    /// On which ground, such as court_order
    #[arg(long, value_name = "CODE")]
    pub ground: String,
    /// Why, until when, and who signs.
    #[command(flatten)]
    pub signing: SigningArgs,
}

/// Arguments of `authorise repeat`.
#[derive(Debug, Args)]
pub struct RepeatArgs {
    /// The child or case below which the interview will stand
    #[arg(value_name = "ID")]
    pub subject: RecordId,
    /// Why the child is asked again, of the list repeat_reason
    #[arg(long, value_name = "CODE")]
    pub repeat_reason: String,
    /// Why, until when, and who signs.
    #[command(flatten)]
    pub signing: SigningArgs,
}

/// Arguments of `authorise copy`.
#[derive(Debug, Args)]
pub struct CopyArgs {
    /// The exhibit
    #[arg(value_name = "EXHIBIT")]
    pub exhibit: RecordId,
    /// The class: working, disclosure or redacted
    #[arg(long, value_name = "CODE")]
    pub class: String,
    /// Why, until when, and who signs.
    #[command(flatten)]
    pub signing: SigningArgs,
}

/// Arguments of `authorise show`.
#[derive(Debug, Args)]
pub struct ShowArgs {
    /// What was signed
    #[arg(value_name = "ID")]
    pub authorisation: RecordId,
    /// The vault and who asks.
    #[command(flatten)]
    pub sign_in: SignInArgs,
    /// Why.
    #[command(flatten)]
    pub access: AccessArgs,
}
