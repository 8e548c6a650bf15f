//! Which packets were accepted before: each is taken in once, and an older state never after a newer one.
//!
//! A sender numbers the packets to each recipient, always higher, with gaps or without. A recipient remembers, for each
//! sender, the newest [`REMEMBERED`] packets. What is decided:
//!
//! - the same packet (number and digest) again: [`Novelty::Again`], nothing is taken in a second time;
//! - the same number or id for another packet: [`PacketError::NumberReused`];
//! - a lower number that was not seen: accepted, because sticks travel at different speeds; but [`PacketError::Stale`]
//!   if it carries what [supersedes](super::ContentKind::supersedes) and such a part with a higher number was accepted,
//!   or if it is older than everything that is remembered.

use std::collections::BTreeMap;

use super::PacketError;
use crate::id::PacketId;
use crate::keys::VerifyingKey;

/// How many packets of each sender are remembered.
pub const REMEMBERED: usize = 1024;

/// What is remembered of a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PacketMark {
    /// Who signed it.
    pub sender: VerifyingKey,
    /// Its id.
    pub packet: PacketId,
    /// Its number from this sender to this recipient.
    pub sequence: u64,
    /// Digest of its header, by which log entries name it.
    pub digest: [u8; 32],
    /// Whether it carries what must not be followed by something older.
    pub supersedes: bool,
}

/// Whether a packet was accepted before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Novelty {
    /// It was not.
    New,
    /// It was: nothing of it is to be taken in again.
    Again,
}

/// Remembers which packets were accepted. A vault keeps it in a table, so that a packet is remembered in the transaction
/// that takes it in.
pub trait ReplayGuard {
    /// Whether the packet may be accepted, and whether it was before. Changes nothing.
    ///
    /// # Errors
    /// [`PacketError::Stale`], [`PacketError::NumberReused`], and what the memory itself answers.
    fn check(&self, mark: &PacketMark) -> Result<Novelty, PacketError>;

    /// Remembers a packet that was accepted; durable when this returns. Once more changes nothing.
    ///
    /// # Errors
    /// As [`check`](Self::check).
    fn remember(&mut self, mark: &PacketMark) -> Result<(), PacketError>;
}

/// What is remembered of one sender.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct SenderMemory {
    /// Highest number of a packet that supersedes; 0 if there was none.
    pub(super) superseded: u64,
    /// The newest packets by number.
    pub(super) packets: BTreeMap<u64, (PacketId, [u8; 32])>,
}

impl SenderMemory {
    fn check(&self, mark: &PacketMark) -> Result<Novelty, PacketError> {
        if let Some(known) = self.packets.get(&mark.sequence) {
            let same = *known == (mark.packet, mark.digest);
            return if same { Ok(Novelty::Again) } else { Err(PacketError::NumberReused) };
        }
        if self.packets.values().any(|(packet, _)| *packet == mark.packet) {
            return Err(PacketError::NumberReused);
        }
        let lowest = self.packets.keys().next().copied().unwrap_or(0);
        let forgotten = self.packets.len() >= REMEMBERED && mark.sequence < lowest;
        let overtaken = mark.supersedes && mark.sequence < self.superseded;
        if forgotten || overtaken { Err(PacketError::Stale) } else { Ok(Novelty::New) }
    }

    fn remember(&mut self, mark: &PacketMark) {
        self.packets.insert(mark.sequence, (mark.packet, mark.digest));
        while self.packets.len() > REMEMBERED {
            self.packets.pop_first();
        }
        if mark.supersedes {
            self.superseded = self.superseded.max(mark.sequence);
        }
    }
}

/// Remembers as long as the process lives.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MemoryReplayGuard {
    pub(super) senders: BTreeMap<[u8; 32], SenderMemory>,
}

impl MemoryReplayGuard {
    /// Remembers nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

impl ReplayGuard for MemoryReplayGuard {
    fn check(&self, mark: &PacketMark) -> Result<Novelty, PacketError> {
        self.senders.get(mark.sender.as_bytes()).map_or(Ok(Novelty::New), |memory| memory.check(mark))
    }

    fn remember(&mut self, mark: &PacketMark) -> Result<(), PacketError> {
        if self.check(mark)? == Novelty::New {
            self.senders.entry(*mark.sender.as_bytes()).or_default().remember(mark);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(sequence: u64, packet: u8, supersedes: bool) -> PacketMark {
        PacketMark {
            sender: VerifyingKey::from_bytes([1; 32]),
            packet: PacketId::from_bytes([packet; 16]),
            sequence,
            digest: [packet; 32],
            supersedes,
        }
    }

    #[test]
    fn each_packet_is_new_once_and_older_states_are_stale() {
        let mut guard = MemoryReplayGuard::new();
        assert_eq!(guard.check(&mark(5, 1, false)), Ok(Novelty::New));
        guard.remember(&mark(5, 1, false)).unwrap();
        guard.remember(&mark(5, 1, false)).unwrap();
        assert_eq!(guard.check(&mark(5, 1, false)), Ok(Novelty::Again));
        assert_eq!(guard.check(&mark(5, 2, false)), Err(PacketError::NumberReused));
        assert_eq!(guard.check(&mark(6, 1, false)), Err(PacketError::NumberReused));
        let altered = PacketMark { digest: [9; 32], ..mark(5, 1, false) };
        assert_eq!(guard.check(&altered), Err(PacketError::NumberReused));
        // A stick that was on its way for longer.
        assert_eq!(guard.check(&mark(4, 2, false)), Ok(Novelty::New));
        guard.remember(&mark(8, 3, true)).unwrap();
        assert_eq!(guard.check(&mark(7, 4, false)), Ok(Novelty::New));
        assert_eq!(guard.check(&mark(7, 4, true)), Err(PacketError::Stale));
        assert_eq!(guard.check(&mark(9, 4, true)), Ok(Novelty::New));
        let other = PacketMark { sender: VerifyingKey::from_bytes([2; 32]), ..mark(1, 4, true) };
        assert_eq!(guard.check(&other), Ok(Novelty::New));
    }

    #[test]
    fn what_is_older_than_all_that_is_remembered_is_stale() {
        let mut guard = MemoryReplayGuard::new();
        for number in 0..=REMEMBERED as u64 {
            let packet = PacketId::from_bytes(u128::from(number + 1).to_be_bytes());
            guard.remember(&PacketMark { packet, ..mark(10 + number, 0, false) }).unwrap();
        }
        assert_eq!(guard.check(&mark(10, 250, false)), Err(PacketError::Stale));
        assert_eq!(guard.check(&mark(5, 250, false)), Err(PacketError::Stale));
        assert_eq!(guard.check(&mark(9999, 250, false)), Ok(Novelty::New));
        assert_eq!(guard.senders[&[1; 32]].packets.len(), REMEMBERED);
    }
}
