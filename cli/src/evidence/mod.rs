//! `saferoom evidence`: what the evidence unit and the court get of exhibits. Never what is in them.

mod check;
mod copy;

use std::path::PathBuf;

use clap::{Args, Subcommand};
use saferoom::id::RecordId;
use saferoom::practice::case_uco::FIELDS;
use saferoom::practice::consent::Disclosure;
use serde_json::json;

pub use self::check::CheckArgs;
pub use self::copy::CopyArgs;
use crate::args::{AccessArgs, SignInArgs, WithoutConsentArgs, rests_on};
use crate::console::Console;
use crate::failure::Failure;
use crate::new_file;
use crate::packet::keys::with_ending;

/// Commands about exhibits.
#[derive(Debug, Subcommand)]
pub enum EvidenceCommand {
    /// Write the exhibits of a child's case, with digests and custody, as CASE/UCO (JSON-LD). A disclosure: checked and logged.
    #[command(after_help = "\
Example:
  saferoom evidence export-case-uco 0f3a…9c --recipient-kind prosecutor --recipient \"The prosecutor\" \\
      --ground legal_duty --because \"Article 35\" --authorisation 3c0e…11 --out exhibits.jsonld \\
      --vault station.saferoom --identity me.identity --purpose investigation

Beside it lies FILE.manifest.json: its digest, and the fields that it tells. Descriptions, labels and notes are never told.")]
    ExportCaseUco(ExportArgs),
    /// Check whether a file is still the exhibit whose digests are recorded. What may hold abuse material is not opened.
    #[command(after_help = "\
Example:
  saferoom evidence check 5f20…c3 interview.mp4 --vault station.saferoom --identity me.identity \\
      --purpose investigation

The file is read once and kept nowhere. Exit 0: everything fits; 3: something differs.")]
    Check(CheckArgs),
    /// Record a copy of an exhibit: its class, the second person who signed it, and the events in both chains of custody.
    #[command(after_help = "\
Example:
  saferoom evidence copy 5f20…c3 --class working --exhibit-number KD-17-1 --authorisation 3c0e…11 \\
      --basis \"Order 12\" --by 77aa…02 \\
      --vault station.saferoom --identity me.identity --purpose investigation

Kind, type, handling and labels are those of the exhibit. All is written at once, or nothing.")]
    Copy(CopyArgs),
}

/// Arguments of `evidence export-case-uco`.
#[derive(Debug, Args)]
pub struct ExportArgs {
    /// The child
    #[arg(value_name = "CHILD")]
    pub child: RecordId,
    /// Kind of recipient, of the consent rules: prosecutor, court, police_unit
    #[arg(long, value_name = "CODE")]
    pub recipient_kind: String,
    /// Who it is, as the consents name them
    #[arg(long, value_name = "NAME")]
    pub recipient: String,
    /// A field that is told; once for each. Without it, all that the document has a place for
    #[arg(long = "field", value_name = "FIELD")]
    pub fields: Vec<String>,
    /// On which ground without consent.
    #[command(flatten)]
    pub without_consent: WithoutConsentArgs,
    /// The document to write; never one that exists
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// The vault, and who discloses.
    #[command(flatten)]
    pub sign_in: SignInArgs,
    /// Why.
    #[command(flatten)]
    pub access: AccessArgs,
    /// Print JSON, for programs
    #[arg(long)]
    pub json: bool,
}

/// Runs a command.
///
/// # Errors
/// What went wrong, and what to do now.
pub fn run(command: &EvidenceCommand, out: &Console) -> Result<(), Failure> {
    match command {
        EvidenceCommand::ExportCaseUco(args) => export(args, out),
        EvidenceCommand::Check(args) => check::check(args, out),
        EvidenceCommand::Copy(args) => copy::copy(args, out),
    }
}

fn export(args: &ExportArgs, out: &Console) -> Result<(), Failure> {
    let manifest_path = with_ending(&args.out, ".manifest.json");
    new_file::refuse_existing(&args.out)?;
    new_file::refuse_existing(&manifest_path)?;
    let all = || FIELDS.iter().map(|field| (*field).to_owned()).collect();
    let disclosure = Disclosure {
        purpose: "share".to_owned(),
        recipient_kind: args.recipient_kind.clone(),
        recipient: args.recipient.clone(),
        service: None,
        fields: if args.fields.is_empty() { all() } else { args.fields.clone() },
    };
    let stated = args.without_consent.stated()?;
    let session = args.sign_in.sign_in(out)?;
    let told = session.case_uco(args.child, &disclosure, stated.as_ref(), &args.access.access())?;
    new_file::write(&args.out, told.document.as_bytes())?;
    if let Err(failure) = new_file::write(&manifest_path, told.manifest.to_string().as_bytes()) {
        drop(std::fs::remove_file(&args.out));
        return Err(failure);
    }
    if args.json {
        return out.json(&json!({ "exhibits": told.exhibits, "manifest": told.manifest }));
    }
    out.good(format_args!("{} exhibit(s) written: {}", told.exhibits, args.out.display()));
    out.pairs([("Manifest", manifest_path.display().to_string()), ("Rests on", rests_on(&told.basis))]);
    out.note("It is plain text. Hand it over by a packet: `saferoom packet seal --part file=FILE`.");
    Ok(())
}
