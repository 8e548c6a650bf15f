//! `saferoom packet seal`.

use std::path::PathBuf;
use std::str::FromStr;

use clap::Args;
use saferoom::access::packet::{ContentKind, PacketWriter, SignedCertificate};
use serde_json::json;

use super::keys::{KeyArgs, read_address, read_small};
use super::{now, time};
use crate::console::Console;
use crate::failure::{Failure, exit};

const DAY: u64 = 24 * 3600 * 1000;

/// Arguments of `packet seal`.
#[derive(Debug, Args)]
pub struct SealArgs {
    /// Who sends.
    #[command(flatten)]
    pub key: KeyArgs,
    /// Address file of a recipient; once for each
    #[arg(long = "to", value_name = "FILE", required = true)]
    pub to: Vec<PathBuf>,
    /// What goes in, such as referral=letter.json; once for each
    #[arg(long = "part", value_name = "KIND=FILE", required = true)]
    pub parts: Vec<Part>,
    /// Address file that answers go to, if not to you
    #[arg(long, value_name = "FILE")]
    pub reply_to: Option<PathBuf>,
    /// Your certificate, if your organisation has given you one
    #[arg(long, value_name = "FILE")]
    pub certificate: Option<PathBuf>,
    /// For how many days it may be accepted; without it, for ever
    #[arg(long, value_name = "DAYS")]
    pub days: Option<u32>,
    /// The packet to write; never one that exists
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// Print JSON, for programs
    #[arg(long)]
    pub json: bool,
}

/// A part on the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// What it is.
    pub kind: ContentKind,
    /// Where it lies.
    pub path: PathBuf,
}

impl FromStr for Part {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (kind, path) = text.split_once('=').ok_or("a part is KIND=FILE")?;
        let names: Vec<_> = ContentKind::ALL.iter().filter_map(|kind| kind.name()).collect();
        let kind = ContentKind::parse(kind).map_err(|_| format!("the kinds are {}, and numbers", names.join(", ")))?;
        Ok(Self { kind, path: PathBuf::from(path) })
    }
}

pub(super) fn seal(args: &SealArgs, out: &Console) -> Result<(), Failure> {
    let recipients = args.to.iter().map(|path| read_address(path)).collect::<Result<Vec<_>, _>>()?;
    let reply_to = args.reply_to.as_deref().map(read_address).transpose()?;
    let certificate = args.certificate.as_ref().map(|path| {
        SignedCertificate::from_bytes(&read_small(path)?).map_err(|error| Failure::from(error).at(path.display()))
    });
    let certificate = certificate.transpose()?;
    require_parts(&args.parts)?;
    let sender = args.key.unlock(out)?;

    let now = now();
    let mut writer = PacketWriter::new(sender.signer(), now);
    for recipient in &recipients {
        writer = writer.to(&recipient.hybrid_key, now);
    }
    if let Some(days) = args.days {
        writer = writer.expires_at(now.saturating_add(u64::from(days) * DAY));
    }
    if let Some(certificate) = &certificate {
        writer = writer.certificate(certificate);
    }
    if let Some(address) = &reply_to {
        writer = writer.reply_to(&address.hybrid_key);
    }
    for part in &args.parts {
        writer = writer.part(part.kind, "", &part.path);
    }
    let written = writer.write_file(&args.out)?;
    if args.json {
        return out.json(&json!({
            "packet": written.manifest.packet.to_string(),
            "bytes": written.bytes,
            "parts": written.manifest.parts.len(),
            "expires_at": written.manifest.expires_at,
        }));
    }
    out.good(format_args!("Packet made: {}", args.out.display()));
    out.pairs([
        ("Packet", written.manifest.packet.to_string()),
        ("Recipients", recipients.len().to_string()),
        ("Parts", written.manifest.parts.len().to_string()),
        ("Bytes", written.bytes.to_string()),
        ("May be accepted until", written.manifest.expires_at.map_or_else(|| "any time".to_owned(), time)),
    ]);
    Ok(())
}

/// Looks for the files first: nobody should type a passphrase for a file that is not there.
pub(super) fn require_parts(parts: &[Part]) -> Result<(), Failure> {
    for part in parts {
        let metadata = std::fs::metadata(&part.path).map_err(|error| Failure::reading(&part.path, &error))?;
        if !metadata.is_file() {
            // It is read twice, which a pipe cannot do.
            return Err(Failure::new(exit::FILE, format!("{} is no file", part.path.display()))
                .advise("Name files: they are read twice."));
        }
    }
    Ok(())
}
