//! Packets: the one file format in which anything crosses between vaults, and to those who have none.
//!
//! A packet is sealed to its recipients (HPKE with X-Wing), signed inside the seal by its sender, and says in a manifest
//! what it carries: parts of numbered [kinds](ContentKind). In clear it shows that it is a packet, and its size in
//! classes; not who sent it, to whom or to how many, nor what or how much is in it. Bytes are in docs/formats.md.
//!
//! [`PacketWriter`] makes one; [`Packet::open`] shows what it says of itself; [`Packet::accept`] verifies all of it and
//! only then gives its parts. Both need memory for one frame of 64 KiB, however large the packet. Needs no vault.

mod cbor;
mod contents;
mod error;
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) mod fuzzing;
mod hand_in;
mod header;
mod kind;
mod manifest;
mod read;
mod referral;
mod replay;
mod rooms;
mod seen_file;
mod spool;
mod statement;
mod statistics;
#[cfg(test)]
mod tests;
mod trust;
#[cfg(test)]
mod vectors;
mod write;

pub use contents::{Checkpoints, Erasures, Outcome, PartResult, Receipt, RosterSlice};
pub use error::PacketError;
pub use hand_in::{HandIn, HandInRecord, SignedHandIn};
pub use header::{PacketOpener, Recipient};
pub use kind::ContentKind;
pub use manifest::{MAX_PARTS, PacketManifest, PartEntry};
pub use read::{AcceptedPacket, Packet, PartReader};
pub use referral::{MAX_FEEDBACK, ReferralAnswer, ReferralPart, ShareManifest, ToldRecord};
pub use replay::{MemoryReplayGuard, Novelty, PacketMark, REMEMBERED, ReplayGuard};
pub use rooms::RoomsPart;
pub use seen_file::SeenFile;
pub use statement::{Certificate, PacketSigner, Signed, SignedCertificate, SignedSuspensions, Statement, Suspensions};
pub use statistics::{StatisticsSlice, StatisticsSliceRow};
pub use trust::{KnownSenders, Organisation, Standing};
pub use write::{PacketWriter, PartSource, WrittenPacket};

use crate::seal::padded_length;

/// Label of the frames.
const FRAMES: &str = "saferoom/packet/frame";
/// The least number of plain bytes in a packet.
const LEAST: u64 = 4096;

/// How many zero bytes stand behind the parts, so that the length of a packet says little about them.
fn padding_of(manifest_length: usize, parts: u64) -> u64 {
    // Two lengths in front of items, and the signature.
    let plain = (4 + manifest_length as u64 + 4 + 64).saturating_add(parts);
    let padded = usize::try_from(plain).map_or(plain, |plain| padded_length(plain) as u64);
    padded.max(LEAST) - plain
}
