//! `saferoom packet open`: everything is verified first; then the parts are written, then the packet is remembered.

use std::io;
use std::path::{Path, PathBuf};

use clap::Args;
use saferoom::access::packet::{AcceptedPacket, ContentKind, PartEntry, Receipt};
use serde_json::json;

use super::keys::KeyArgs;
use super::referral::{told_in, write_readable};
use super::show::{described, file_of, opened, told};
use super::{KnownArgs, now};
use crate::console::Console;
use crate::failure::Failure;
use crate::new_file;

/// Longest receipt: far more than 1024 results take.
const LONGEST_RECEIPT: usize = 1024 * 1024;

/// Arguments of `packet open`.
#[derive(Debug, Args)]
pub struct OpenArgs {
    /// The packet
    #[arg(value_name = "PACKET")]
    pub file: PathBuf,
    /// Who opens.
    #[command(flatten)]
    pub key: KeyArgs,
    /// Whom they know.
    #[command(flatten)]
    pub known: KnownArgs,
    /// Folder for the parts, in plain text; made if there is none
    #[arg(long, value_name = "FOLDER")]
    pub into: PathBuf,
    /// File in which it is kept, sealed, which packets were opened; without it, the key file's name with .seen behind it
    #[arg(long, value_name = "FILE")]
    pub seen: Option<PathBuf>,
    /// Write the parts of a packet that was opened before once more
    #[arg(long)]
    pub again: bool,
    /// Print JSON, for programs
    #[arg(long)]
    pub json: bool,
}

pub(super) fn open(args: &OpenArgs, out: &Console) -> Result<(), Failure> {
    let known = args.known.read()?;
    let file = file_of(&args.file)?;
    let reader = args.key.unlock(out)?;
    let mut seen = reader.seen_file(&args.seen.clone().unwrap_or_else(|| args.key.seen_path()));
    let packet = opened(file, &reader)?;
    // A large packet waits, sealed, where its parts will lie: there is room for them, or there is not.
    std::fs::create_dir_all(&args.into).map_err(|error| Failure::writing(&args.into, &error))?;
    let mut packet = packet.accept(&known, &seen, now(), &args.into)?;
    if !args.again {
        packet.require_new()?;
    }
    // What a referral tells is compared with its manifest before anything is written.
    let referral = told_in(&mut packet)?;
    let mut paths = write_parts(&mut packet, &args.into)?;
    if let Some((index, told)) = &referral {
        let readable = write_readable(told, packet.manifest(), &paths[*index]);
        match readable {
            Ok(readable) => paths.extend(readable),
            Err(failure) => {
                paths.iter().for_each(|path| drop(std::fs::remove_file(path)));
                return Err(failure);
            }
        }
    }
    packet.remember(&mut seen)?;

    if args.json {
        let mut value = described(packet.manifest());
        value["files"] = json!(paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>());
        return out.json(&value);
    }
    out.good("Verified: sender, signature, every part, nothing left out or added.");
    told(packet.manifest(), packet.standing(), out);
    for index in 0..packet.manifest().parts.len() {
        told_receipt(&mut packet, index, out)?;
    }
    out.heading("Files");
    paths.iter().for_each(|path| out.line(path.display()));
    out.note("They are plain text. Delete them when they have served their purpose.");
    Ok(())
}

fn write_parts(packet: &mut AcceptedPacket, folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let names: Vec<_> = packet.manifest().parts.iter().enumerate().map(file_name).collect();
    let mut written = Vec::new();
    for (index, name) in names.iter().enumerate() {
        let path = folder.join(name);
        let result = write_part(packet, index, &path, &mut written);
        if let Err(failure) = result {
            // Half a packet is none: what was written is taken back.
            written.iter().for_each(|path| drop(std::fs::remove_file(path)));
            return Err(failure);
        }
    }
    Ok(written)
}

fn write_part(
    packet: &mut AcceptedPacket,
    index: usize,
    path: &Path,
    written: &mut Vec<PathBuf>,
) -> Result<(), Failure> {
    let mut file = new_file::create(path)?;
    written.push(path.to_owned());
    let mut part = packet.part(index)?;
    io::copy(&mut part, &mut file).and_then(|_| file.sync_all()).map_err(|error| Failure::writing(path, &error))
}

/// Number and kind, and the name that the sender gave: it has no separators and does not begin with a dot.
fn file_name((index, part): (usize, &PartEntry)) -> String {
    let kind = part.kind.name().map_or_else(|| format!("kind-{}", part.kind.number()), str::to_owned);
    let name = if part.name.is_empty() { String::new() } else { format!("-{}", part.name) };
    format!("{:02}-{kind}{name}", index + 1)
}

fn told_receipt(packet: &mut AcceptedPacket, index: usize, out: &Console) -> Result<(), Failure> {
    if packet.manifest().parts[index].kind != ContentKind::RECEIPT {
        return Ok(());
    }
    let receipt = Receipt::decode(&packet.part_bytes(index, LONGEST_RECEIPT)?)?;
    let outcome = receipt.outcome.name().map_or_else(|| receipt.outcome.number().to_string(), str::to_owned);
    out.blank();
    out.pairs([("Of packet", receipt.packet.to_string()), ("Outcome", outcome), ("Note", receipt.note)]);
    Ok(())
}
