//! `saferoom packet take-in` and `hand-over`: packets that come into a vault, and cases that leave it.

use std::path::PathBuf;

use clap::Args;
use saferoom::access::packet::{Checkpoints, ContentKind, Packet, PacketWriter};
use saferoom::id::RecordId;
use saferoom::log::Note;
use saferoom::vault::ReferralMoved;
use serde_json::{Value as Json, json};

use super::keys::read_address;
use super::show::file_of;
use super::{KnownArgs, now};
use crate::args::{AccessArgs, SignInArgs};
use crate::console::Console;
use crate::failure::Failure;

/// Arguments of `packet take-in`.
#[derive(Debug, Args)]
pub struct TakeInArgs {
    /// The packet
    #[arg(value_name = "PACKET")]
    pub file: PathBuf,
    /// The vault, and who accepts.
    #[command(flatten)]
    pub sign_in: SignInArgs,
    /// Why.
    #[command(flatten)]
    pub access: AccessArgs,
    /// Whom they know.
    #[command(flatten)]
    pub known: KnownArgs,
    /// Print JSON, for programs
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `packet hand-over`.
#[derive(Debug, Args)]
pub struct HandOverArgs {
    /// The case
    #[arg(value_name = "CASE")]
    pub case: RecordId,
    /// The unit's record in the vault that takes the case over, as its members see it
    #[arg(long, value_name = "ID")]
    pub unit: RecordId,
    /// Address file of the member who takes it over
    #[arg(long, value_name = "FILE")]
    pub to: PathBuf,
    /// The packet to write; never one that exists
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// The vault, and who hands over.
    #[command(flatten)]
    pub sign_in: SignInArgs,
    /// Why.
    #[command(flatten)]
    pub access: AccessArgs,
}

/// Arguments of `packet checkpoint`.
#[derive(Debug, Args)]
pub struct CheckpointPacketArgs {
    /// Address file of the custodian who keeps the organisation's log
    #[arg(long, value_name = "FILE")]
    pub to: PathBuf,
    /// The packet to write; never one that exists
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// The vault, and who sends.
    #[command(flatten)]
    pub sign_in: SignInArgs,
}

/// A checkpoint says nothing of what was done, so it is no disclosure and no entry.
pub(super) fn checkpoint(args: &CheckpointPacketArgs, out: &Console) -> Result<(), Failure> {
    let recipient = read_address(&args.to)?;
    let vault = args.sign_in.vault.open()?;
    let identity = args.sign_in.identity.unlock(&args.sign_in.vault.device_folder(), out)?;
    let note = Note::parse(vault.sign_in(&identity)?.checkpoint()?.as_bytes())?;
    let size = note.text().lines().nth(1).unwrap_or_default().to_owned();
    let part = Checkpoints { notes: vec![note] }.encode();
    let part: &[u8] = &part;
    let now = now();
    let writer = PacketWriter::new(&identity, now)
        .to(&recipient.hybrid_key, now)
        .reply_to(&identity.public().hybrid_key)
        .part(ContentKind::CHECKPOINTS, "", &part);
    let written = writer.write_file(&args.out)?;
    out.good(format_args!("Packet made: {}", args.out.display()));
    out.pairs([("Packet", written.manifest.packet.to_string()), ("Entries of the log", size)]);
    Ok(())
}

/// Arguments of `packet statistics`.
#[derive(Debug, Args)]
pub struct StatisticsArgs {
    /// Address file of the member of the desk who takes it in
    #[arg(long, value_name = "FILE")]
    pub to: PathBuf,
    /// What the station is called, for who reads the extract
    #[arg(long, value_name = "NAME")]
    pub station: String,
    /// The packet to write; never one that exists
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// All rows once more, also those that the desk has got
    #[arg(long)]
    pub again: bool,
    /// The vault, and who hands over.
    #[command(flatten)]
    pub sign_in: SignInArgs,
    /// Why.
    #[command(flatten)]
    pub access: AccessArgs,
}

pub(super) fn statistics(args: &StatisticsArgs, out: &Console) -> Result<(), Failure> {
    let recipient = read_address(&args.to)?;
    let vault = args.sign_in.vault.open()?;
    let identity = args.sign_in.identity.unlock(&args.sign_in.vault.device_folder(), out)?;
    let session = vault.sign_in(&identity)?;
    let access = args.access.access();
    let slice = session.hand_over_statistics(&recipient.verifying_key, &args.station, args.again, &access)?;
    let part = slice.encode();
    let part: &[u8] = &part;
    let now = now();
    let writer = PacketWriter::new(&identity, now)
        .to(&recipient.hybrid_key, now)
        .reply_to(&identity.public().hybrid_key)
        .part(ContentKind::STATISTICS, "", &part);
    let written = writer.write_file(&args.out)?;
    out.good(format_args!("Packet made: {}", args.out.display()));
    out.pairs([("Packet", written.manifest.packet.to_string()), ("Rows", slice.rows.len().to_string())]);
    Ok(())
}

pub(crate) fn take_in(args: &TakeInArgs, out: &Console) -> Result<(), Failure> {
    let known = args.known.read()?;
    let file = file_of(&args.file)?;
    let vault = args.sign_in.vault.open()?;
    let identity = args.sign_in.identity.unlock(&args.sign_in.vault.device_folder(), out)?;
    let session = vault.sign_in(&identity)?;
    let packet = Packet::open(file, &identity)?;
    let folder = args.sign_in.vault.path.parent().map_or_else(|| PathBuf::from("."), PathBuf::from);
    let report = session.take_in(packet, &known, &folder, &args.access.access())?;
    if args.json {
        let records: Vec<_> =
            report.records.iter().map(|(there, here)| json!([there.to_string(), here.to_string()])).collect();
        return out.json(&json!({
            "packet": report.packet.to_string(),
            "again": report.again,
            "records": records,
            "checkpoints": report.checkpoints.map_or(0, |checkpoints| checkpoints.notes.len()),
            "statistics": report.statistics,
            "outcome": report.receipt.outcome.name(),
            "referrals": report.referrals.iter().map(moved_json).collect::<Vec<_>>(),
        }));
    }
    if report.again {
        out.line("This packet was taken in before. Nothing was taken in again.");
        return Ok(());
    }
    out.good(format_args!("Taken in: packet {}", report.packet));
    for (_, here) in &report.records {
        out.line(format_args!("  record {here}"));
    }
    for moved in &report.referrals {
        out.line(format_args!("  referral {}: {} → {}", moved.referral, moved.from, moved.to));
    }
    if let Some(checkpoints) = &report.checkpoints {
        out.line(format_args!("  {} checkpoint(s) of other logs, each kept in this log", checkpoints.notes.len()));
    }
    if report.statistics > 0 {
        out.line(format_args!("  {} row(s) of statistics, new or changed", report.statistics));
    }
    if !report.receipt.parts.is_empty() {
        out.warn(format_args!(
            "{} part(s) were left: `saferoom packet open` writes them out.",
            report.receipt.parts.len()
        ));
    }
    if report.receipts.is_empty() {
        out.note("Answer the sender with `saferoom packet answer`.");
    }
    Ok(())
}

pub(crate) fn moved_json(moved: &ReferralMoved) -> Json {
    json!({ "referral": moved.referral.to_string(), "from": moved.from, "to": moved.to })
}

pub(super) fn hand_over(args: &HandOverArgs, out: &Console) -> Result<(), Failure> {
    let recipient = read_address(&args.to)?;
    let vault = args.sign_in.vault.open()?;
    let identity = args.sign_in.identity.unlock(&args.sign_in.vault.device_folder(), out)?;
    let session = vault.sign_in(&identity)?;
    let over = session.hand_over(args.case, args.unit.scope(), &identity, &args.access.access())?;
    let part = over.records.to_bytes();
    let part: &[u8] = &part;
    let now = now();
    let writer = PacketWriter::new(&identity, now)
        .to(&recipient.hybrid_key, now)
        .reply_to(&identity.public().hybrid_key)
        .part(ContentKind::CASE_HANDOVER, "", &part);
    let written = writer.write_file(&args.out)?;
    out.good(format_args!("Packet made: {}", args.out.display()));
    out.pairs([
        ("Packet", written.manifest.packet.to_string()),
        ("Records", over.records.hand_in().records.len().to_string()),
    ]);
    if !over.withheld.is_empty() {
        let names: Vec<_> = over.withheld.iter().map(|compartment| compartment.name()).collect();
        out.warn(format_args!("Not in it, because you cannot open it: {}.", names.join(", ")));
        out.note("Somebody who works on the case has to hand these over.");
    }
    if !over.left_out.is_empty() {
        let mut kinds: Vec<_> = over.left_out.iter().map(|(_, kind)| kind.name()).collect();
        kinds.sort_unstable();
        kinds.dedup();
        out.warn(format_args!("Left out, because each needs a record that stays here: {}.", kinds.join(", ")));
    }
    out.note("The case stays here as it is. Close it when the receipt has come.");
    Ok(())
}
