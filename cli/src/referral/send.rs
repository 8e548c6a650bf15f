//! `saferoom referral send`.

use std::path::PathBuf;

use clap::Args;
use saferoom::id::RecordId;
use saferoom::keys::{Clock, SystemClock};
use saferoom::vault::{SendReferral, SentReferral};
use serde_json::json;

use crate::args::{AccessArgs, SignInArgs, WithoutConsentArgs, rests_on};
use crate::console::Console;
use crate::failure::Failure;
use crate::new_file;
use crate::packet::keys::read_address;

/// Milliseconds of a day.
const DAY: u64 = 86_400_000;

/// Arguments of `referral send`.
#[derive(Debug, Args)]
pub struct SendArgs {
    /// The referral
    #[arg(value_name = "REFERRAL")]
    pub referral: RecordId,
    /// Address file of the service
    #[arg(long, value_name = "FILE")]
    pub to: PathBuf,
    /// A field that the service is told, such as child.given_name; once for each. Only what it needs
    #[arg(long = "field", value_name = "FIELD", required = true)]
    pub fields: Vec<String>,
    /// Kind of recipient, of the consent rules
    #[arg(long, value_name = "CODE", default_value = "service_provider")]
    pub recipient_kind: String,
    /// For how many days the service may open the packet and use what it was told
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=3650))]
    pub days: Option<u64>,
    /// On which ground without consent.
    #[command(flatten)]
    pub without_consent: WithoutConsentArgs,
    /// The packet to write; never one that exists
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// The vault, and who sends.
    #[command(flatten)]
    pub sign_in: SignInArgs,
    /// Why.
    #[command(flatten)]
    pub access: AccessArgs,
    /// Print JSON, for programs
    #[arg(long)]
    pub json: bool,
}

pub(super) fn send(args: &SendArgs, out: &Console) -> Result<(), Failure> {
    new_file::refuse_existing(&args.out)?;
    let sending = SendReferral {
        to: read_address(&args.to)?,
        recipient_kind: args.recipient_kind.clone(),
        fields: args.fields.clone(),
        without_consent: args.without_consent.stated()?,
        expires_at: args.days.map(|days| SystemClock::default().wall_milliseconds() + days * DAY),
    };
    let vault = args.sign_in.vault.open()?;
    let identity = args.sign_in.identity.unlock(&args.sign_in.vault.device_folder(), out)?;
    let session = vault.sign_in(&identity)?;
    let sent = session.send_referral(args.referral, &sending, &identity, &args.access.access())?;
    new_file::write(&args.out, &sent.bytes)?;
    if args.json {
        return out.json(&json!({
            "packet": sent.packet.to_string(),
            "bytes": sent.bytes.len(),
            "told": sent.told,
            "ground": sent.manifest.ground,
        }));
    }
    tell(args, &sending, &sent, out);
    Ok(())
}

fn tell(args: &SendArgs, sending: &SendReferral, sent: &SentReferral, out: &Console) {
    out.good(format_args!("Packet made: {}", args.out.display()));
    out.pairs([
        ("Packet", sent.packet.to_string()),
        ("For", sending.to.fingerprint()),
        ("Rests on", rests_on(&sent.basis)),
        ("Told, and nothing else", sent.told.join(", ")),
    ]);
    let empty: Vec<_> = args.fields.iter().filter(|field| !sent.told.contains(field)).map(String::as_str).collect();
    if !empty.is_empty() {
        out.note(format_args!("Not filled in, and so not told: {}.", empty.join(", ")));
    }
    out.note("Compare the fingerprint with the service by telephone before you give it away.");
}
