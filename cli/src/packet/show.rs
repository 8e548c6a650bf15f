//! `saferoom packet show`: what a packet says of itself, and what is to be thought of its sender.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use clap::Args;
use saferoom::access::packet::{Packet, PacketManifest, Standing};
use serde_json::{Value, json};

use super::keys::{Correspondent, KeyArgs};
use super::{KnownArgs, now, time};
use crate::console::Console;
use crate::failure::Failure;

/// Arguments of `packet show`.
#[derive(Debug, Args)]
pub struct ShowArgs {
    /// The packet
    #[arg(value_name = "PACKET")]
    pub file: PathBuf,
    /// Who opens.
    #[command(flatten)]
    pub key: KeyArgs,
    /// Whom they know.
    #[command(flatten)]
    pub known: KnownArgs,
    /// Print JSON, for programs
    #[arg(long)]
    pub json: bool,
}

pub(super) fn show(args: &ShowArgs, out: &Console) -> Result<(), Failure> {
    let known = args.known.read()?;
    let file = file_of(&args.file)?;
    let reader = args.key.unlock(out)?;
    let packet = opened(file, &reader)?;
    let now = now();
    let (standing, expired) = (packet.standing(&known, now), packet.is_expired(now));
    if args.json {
        let mut value = described(packet.manifest());
        value["sender_standing"] = json!(standing_name(standing));
        value["expired"] = json!(expired);
        return out.json(&value);
    }
    told(packet.manifest(), standing, out);
    if expired {
        out.bad("It has expired.");
    }
    if standing.require_known().is_err() {
        out.bad("It will not be opened: see the sender.");
    }
    Ok(())
}

/// Opens the file of a packet for reading.
pub(super) fn file_of(path: &Path) -> Result<BufReader<File>, Failure> {
    let file = File::open(path).map_err(|error| Failure::reading(path, &error))?;
    Ok(BufReader::with_capacity(128 * 1024, file))
}

pub(super) fn opened(file: BufReader<File>, reader: &Correspondent) -> Result<Packet<BufReader<File>>, Failure> {
    Ok(Packet::open(file, reader.opener())?)
}

pub(super) fn described(manifest: &PacketManifest) -> Value {
    let part = |part: &saferoom::access::packet::PartEntry| {
        let digest: String = part.sha256.iter().map(|byte| format!("{byte:02x}")).collect();
        json!({ "kind": part.kind.number(), "kind_name": part.kind.name(), "name": part.name, "length": part.length,
            "sha256": digest })
    };
    json!({
        "packet": manifest.packet.to_string(),
        "sender": manifest.sender.fingerprint(),
        "created_at": manifest.created_at,
        "expires_at": manifest.expires_at,
        "in_reply_to": manifest.in_reply_to.map(|id| id.to_string()),
        "parts": manifest.parts.iter().map(part).collect::<Vec<_>>(),
    })
}

/// Tells a person.
pub(super) fn told(manifest: &PacketManifest, standing: Standing, out: &Console) {
    let mut pairs = vec![
        ("Packet", manifest.packet.to_string()),
        ("Sender", manifest.sender.fingerprint()),
        ("Who that is", standing_text(standing)),
        ("Made at (says the sender)", time(manifest.created_at)),
        ("May be accepted until", manifest.expires_at.map_or_else(|| "any time".to_owned(), time)),
    ];
    if let Some(packet) = manifest.in_reply_to {
        pairs.push(("Answers packet", packet.to_string()));
    }
    out.pairs(pairs);
    out.blank();
    let rows = manifest.parts.iter().enumerate().map(|(index, part)| {
        [(index + 1).to_string(), part.kind.to_string(), part.name.clone(), part.length.to_string()]
    });
    out.table(&["part", "kind", "name", "bytes"], rows);
}

const fn standing_name(standing: Standing) -> &'static str {
    match standing {
        Standing::Pinned => "known",
        Standing::Certified { .. } => "certified",
        Standing::Unknown => "unknown",
        Standing::Suspended { .. } => "suspended",
        Standing::OutOfTime { .. } => "certificate-not-valid-now",
        Standing::NotAllowed { .. } => "not-allowed",
    }
}

fn standing_text(standing: Standing) -> String {
    match standing {
        Standing::Pinned => "known to you".to_owned(),
        Standing::Certified { organisation, not_after, .. } => {
            format!("certified by organisation {organisation} until {}", time(not_after))
        }
        Standing::Unknown => "NOT KNOWN: compare the fingerprint by telephone".to_owned(),
        Standing::Suspended { organisation, since } => {
            format!("SUSPENDED by organisation {organisation} since {}", time(since))
        }
        Standing::OutOfTime { organisation } => {
            format!("certified by organisation {organisation}, but not for this time")
        }
        Standing::NotAllowed { kind } => format!("certified, but not to send {kind}"),
    }
}
