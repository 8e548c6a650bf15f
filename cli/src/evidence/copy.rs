//! `saferoom evidence copy`: a copy of an exhibit, with the second person who signed it and its place in the chains of custody.

use clap::Args;
use saferoom::id::RecordId;
use saferoom::model::records::{CustodyEvent, EvidenceItem};
use saferoom::model::{Coded, ModelError, Text, Timestamp};
use saferoom::vault::Error;
use serde_json::json;

use crate::args::{AccessArgs, SignInArgs};
use crate::console::Console;
use crate::failure::Failure;

/// What of an exhibit is the same of its copy.
const SAME: [&str; 5] = ["kind", "media_type", "contains_csam", "handling", "ucs_labels"];

/// Arguments of `evidence copy`.
#[derive(Debug, Args)]
pub struct CopyArgs {
    /// Id of the exhibit that was copied
    #[arg(value_name = "EXHIBIT")]
    pub exhibit: RecordId,
    /// Class of the copy: working, disclosure, redacted
    #[arg(long, value_name = "CODE")]
    pub class: String,
    /// What a second person signed (saferoom authorise copy)
    #[arg(long, value_name = "ID")]
    pub authorisation: RecordId,
    /// On what basis, such as a number of an order
    #[arg(long, value_name = "TEXT")]
    pub basis: String,
    /// The officer who copied
    #[arg(long, value_name = "OFFICER", conflicts_with = "by_name", required_unless_present = "by_name")]
    pub by: Option<RecordId>,
    /// The name of who copied, if that is no officer of this vault
    #[arg(long, value_name = "NAME")]
    pub by_name: Option<String>,
    /// When, such as 2026-03-02T09:00:00Z; without it now
    #[arg(long, value_name = "TIME")]
    pub at: Option<String>,
    /// Exhibit number of the copy
    #[arg(long, value_name = "TEXT")]
    pub exhibit_number: String,
    /// Which copy it is, from 1
    #[arg(long, value_name = "NUMBER")]
    pub copy_number: Option<u64>,
    /// Print JSON, for programs
    #[arg(long)]
    pub json: bool,
    /// The vault and who records it.
    #[command(flatten)]
    pub sign_in: SignInArgs,
    /// Why.
    #[command(flatten)]
    pub access: AccessArgs,
}

pub(super) fn copy(args: &CopyArgs, out: &Console) -> Result<(), Failure> {
    let event = event(args)?;
    let session = args.sign_in.sign_in(out)?;
    let access = args.access.access();
    let exhibit = session.read::<EvidenceItem>(args.exhibit, &access)?.record;
    let made = session.copy_exhibit(args.exhibit, item(args, &exhibit)?, args.authorisation, event, &access)?;
    if args.json {
        let (copy, event) = (made.copy.to_string(), made.event.to_string());
        return out.json(&json!({ "copy": copy, "event": event, "beginning": made.beginning.to_string() }));
    }
    out.good(format_args!("The copy is recorded: {}", made.copy));
    out.pairs([
        ("Event of the exhibit", made.event.to_string()),
        ("First event of the copy", made.beginning.to_string()),
    ]);
    out.note(format_args!("It has taken over from the exhibit: {}.", SAME.join(", ")));
    Ok(())
}

/// The copy as a record: what it is by nature is what the exhibit is.
fn item(args: &CopyArgs, exhibit: &EvidenceItem) -> Result<EvidenceItem, Error> {
    let number = exhibit.root_exhibit_number.clone().or_else(|| exhibit.exhibit_number.clone());
    Ok(EvidenceItem {
        copy_class: Some(Coded::new(&args.class).map_err(ModelError::Value)?),
        exhibit_number: Some(text(&args.exhibit_number)?),
        root_exhibit_number: number,
        copy_number: args.copy_number,
        kind: exhibit.kind.clone(),
        media_type: exhibit.media_type.clone(),
        contains_csam: exhibit.contains_csam.clone(),
        handling: exhibit.handling.clone(),
        ucs_labels: exhibit.ucs_labels.clone(),
        ..EvidenceItem::default()
    })
}

fn event(args: &CopyArgs) -> Result<CustodyEvent, Error> {
    let time = |at: &String| Timestamp::parse(at).map_err(ModelError::Value);
    Ok(CustodyEvent {
        basis: Some(text(&args.basis)?),
        performer: args.by,
        performer_name: args.by_name.as_deref().map(text).transpose()?,
        started_at: args.at.as_ref().map(time).transpose()?,
        ..CustodyEvent::default()
    })
}

fn text(text: &str) -> Result<Text, Error> {
    Ok(Text::new(text).map_err(ModelError::Value)?)
}
