//! `saferoom packet answer`.

use std::path::PathBuf;

use clap::Args;
use clap::builder::PossibleValuesParser;
use saferoom::access::packet::{AcceptedPacket, ContentKind, MemoryReplayGuard, Outcome, PacketWriter, Receipt};
use serde_json::json;

use super::keys::KeyArgs;
use super::referral::{ReferralAnswerArgs, told_in};
use super::seal::{Part, require_parts};
use super::show::{file_of, opened};
use super::{KnownArgs, now};
use crate::console::Console;
use crate::failure::{Failure, exit};

/// Arguments of `packet answer`.
#[derive(Debug, Args)]
pub struct AnswerArgs {
    /// The packet that is answered
    #[arg(value_name = "PACKET")]
    pub file: PathBuf,
    /// Who answers.
    #[command(flatten)]
    pub key: KeyArgs,
    /// Whom they know.
    #[command(flatten)]
    pub known: KnownArgs,
    /// What became of it
    #[arg(long, value_parser = PossibleValuesParser::new(Outcome::names()))]
    pub outcome: String,
    /// What is to be said about it, up to 1000 bytes
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub note: String,
    /// What is said of a referral.
    #[command(flatten)]
    pub referral: ReferralAnswerArgs,
    /// What goes with it, such as file=letter.pdf
    #[arg(long = "part", value_name = "KIND=FILE")]
    pub parts: Vec<Part>,
    /// The answer to write; never a file that exists
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// Print JSON, for programs
    #[arg(long)]
    pub json: bool,
}

pub(super) fn answer(args: &AnswerArgs, out: &Console) -> Result<(), Failure> {
    let known = args.known.read()?;
    require_parts(&args.parts)?;
    let file = file_of(&args.file)?;
    let reader = args.key.unlock(out)?;
    let now = now();
    // What is answered is verified as a whole. It may be answered more than once, when there is more to say.
    let folder =
        args.out.parent().filter(|folder| !folder.as_os_str().is_empty()).map_or(PathBuf::from("."), Into::into);
    let mut packet = opened(file, &reader)?.accept(&known, &MemoryReplayGuard::new(), now, &folder)?;
    let outcome = Outcome::named(&args.outcome).unwrap_or(Outcome::RECEIVED);
    let referral = referral_answer(args, &mut packet, outcome, now)?;
    let answered = packet.manifest();
    // What is said of a referral stands in its answer, which the vault seals into it.
    let note = if referral.is_some() { String::new() } else { args.note.clone() };
    let receipt = Receipt { packet: answered.packet, outcome, note, parts: Vec::new() };
    if !receipt.is_valid() {
        return Err(Failure::new(exit::INPUT, "the note has more than 1000 bytes, or control characters")
            .advise("Say it in fewer words, or put it into a file: --part file=FILE."));
    }
    let receipt = receipt.encode();
    let writer = PacketWriter::new(reader.signer(), now).to(answered.reply_key(), now).in_reply_to(answered.packet);
    let writer = writer.part(ContentKind::RECEIPT, "", &receipt);
    let writer = referral.iter().fold(writer, |writer, answer| writer.part(ContentKind::REFERRAL_ANSWER, "", answer));
    let writer = args.parts.iter().fold(writer, |writer, part| writer.part(part.kind, "", &part.path));
    let written = writer.write_file(&args.out)?;
    if args.json {
        return out.json(&json!({
            "packet": written.manifest.packet.to_string(),
            "in_reply_to": answered.packet.to_string(),
            "bytes": written.bytes,
        }));
    }
    out.good(format_args!("Answer made: {}", args.out.display()));
    out.pairs([("Answers packet", answered.packet.to_string()), ("Outcome", args.outcome.clone())]);
    Ok(())
}

/// What is answered to the referral in a packet, if there is one.
fn referral_answer(
    args: &AnswerArgs,
    packet: &mut AcceptedPacket,
    outcome: Outcome,
    now: u64,
) -> Result<Option<Vec<u8>>, Failure> {
    match told_in(packet)? {
        Some((_, told)) => Ok(Some(args.referral.answer(&told, outcome, &args.note, now)?.encode())),
        None if args.referral.is_given() => {
            Err(Failure::new(exit::USAGE, "the packet brings no referral: leave out what is said of one"))
        }
        None => Ok(None),
    }
}
