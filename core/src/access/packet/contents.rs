//! What stands in the smaller kinds of parts: checkpoints, slices of a roster, erasures, receipts.
//! Each is deterministic CBOR with a version; whoever takes it in judges what it says.

use minicbor::Decoder;
use minicbor::decode::Error as DecodeError;

use super::cbor::{byte_strings, expect_array, fixed, list, optional, refused, versioned, write_byte_strings, written};
use super::{ContentKind, PacketError, SignedCertificate, SignedSuspensions};
use crate::id::{PacketId, VaultId};
use crate::log::Note;

const MAX_ITEMS: u64 = 1 << 16;
/// Longest note of a receipt, in bytes.
const MAX_NOTE: usize = 1000;

const fn malformed(kind: ContentKind) -> PacketError {
    PacketError::Content { kind }
}

/// Checkpoints of logs, as signed notes: for a witness, or for the organisation's log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoints {
    /// The notes. That they parse says nothing of who signed them.
    pub notes: Vec<Note>,
}

impl Checkpoints {
    /// The bytes of the part: `[1, [note, ...]]`.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        written(|out| {
            out.array(2)?.u64(1)?.array(self.notes.len() as u64)?;
            self.notes.iter().try_for_each(|note| out.str(&note.to_string()).map(drop))
        })
    }

    /// Reads the bytes of the part.
    ///
    /// # Errors
    /// [`PacketError::Content`], [`PacketError::TooNew`].
    pub fn decode(bytes: &[u8]) -> Result<Self, PacketError> {
        let note = |input: &mut Decoder<'_>| Note::parse(input.str()?.as_bytes()).map_err(|_| refused("no note"));
        let read = |input: &mut Decoder<'_>| Ok(Self { notes: list(input, MAX_ITEMS, note)? });
        versioned(bytes, (1, 2), malformed(ContentKind::CHECKPOINTS), read, Self::encode)
    }
}

/// Entries of a vault's roster, and what its organisation says of who sends packets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RosterSlice {
    /// The vault.
    pub vault: VaultId,
    /// Position of the first entry.
    pub first: u64,
    /// Roster entries as they are signed; their own format says what they are.
    pub entries: Vec<Vec<u8>>,
    /// Certificates.
    pub certificates: Vec<SignedCertificate>,
    /// The newest list of suspensions.
    pub suspensions: Option<SignedSuspensions>,
}

impl RosterSlice {
    /// The bytes of the part: `[1, vault, first, [entry, ...], [certificate, ...], suspensions or null]`.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        written(|out| {
            out.array(6)?.u64(1)?.bytes(self.vault.as_bytes())?.u64(self.first)?;
            write_byte_strings(out, &self.entries)?;
            let certificates: Vec<_> = self.certificates.iter().map(SignedCertificate::to_bytes).collect();
            write_byte_strings(out, &certificates)?;
            let suspensions = self.suspensions.as_ref().map(SignedSuspensions::to_bytes);
            super::cbor::write_optional_bytes(out, suspensions.as_deref())
        })
    }

    /// Reads the bytes of the part.
    ///
    /// # Errors
    /// [`PacketError::Content`], [`PacketError::TooNew`].
    pub fn decode(bytes: &[u8]) -> Result<Self, PacketError> {
        let certificate = |input: &mut Decoder<'_>| {
            SignedCertificate::from_bytes(input.bytes()?).map_err(|_| refused("no certificate"))
        };
        let suspensions = |input: &mut Decoder<'_>| {
            SignedSuspensions::from_bytes(input.bytes()?).map_err(|_| refused("no list of suspensions"))
        };
        let read = |input: &mut Decoder<'_>| {
            Ok(Self {
                vault: VaultId::from_bytes(fixed(input)?),
                first: input.u64()?,
                entries: byte_strings(input, MAX_ITEMS)?,
                certificates: list(input, MAX_ITEMS, certificate)?,
                suspensions: optional(input, suspensions)?,
            })
        };
        versioned(bytes, (1, 6), malformed(ContentKind::ROSTER), read, Self::encode)
    }
}

/// Signed erasures of a vault, which a restored backup has to apply before it opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erasures {
    /// The vault.
    pub vault: VaultId,
    /// The erasures; their own format says what they are.
    pub entries: Vec<Vec<u8>>,
}

impl Erasures {
    /// The bytes of the part: `[1, vault, [entry, ...]]`.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        written(|out| {
            out.array(3)?.u64(1)?.bytes(self.vault.as_bytes())?;
            write_byte_strings(out, &self.entries)
        })
    }

    /// Reads the bytes of the part.
    ///
    /// # Errors
    /// [`PacketError::Content`], [`PacketError::TooNew`].
    pub fn decode(bytes: &[u8]) -> Result<Self, PacketError> {
        let read = |input: &mut Decoder<'_>| {
            Ok(Self { vault: VaultId::from_bytes(fixed(input)?), entries: byte_strings(input, MAX_ITEMS)? })
        };
        versioned(bytes, (1, 3), malformed(ContentKind::ERASURES), read, Self::encode)
    }
}

/// What became of a packet or of a part of it. Numbers that this release does not know are carried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Outcome(u64);

impl Outcome {
    /// It arrived; what comes of it is not decided yet.
    pub const RECEIVED: Self = Self(1);
    /// It was taken in, or the service will be given.
    pub const ACCEPTED: Self = Self(2);
    /// Part of it was.
    pub const PARTLY: Self = Self(3);
    /// It was not.
    pub const REFUSED: Self = Self(4);
    /// What was asked for has been done.
    pub const COMPLETED: Self = Self(5);

    /// Name and number of each.
    const NAMES: [(&'static str, Self); 5] = [
        ("received", Self::RECEIVED),
        ("accepted", Self::ACCEPTED),
        ("partly", Self::PARTLY),
        ("refused", Self::REFUSED),
        ("completed", Self::COMPLETED),
    ];

    /// The outcome of this number.
    #[must_use]
    pub const fn from_number(number: u64) -> Self {
        Self(number)
    }

    /// The bare number.
    #[must_use]
    pub const fn number(self) -> u64 {
        self.0
    }

    /// The stable name, if this release knows it.
    #[must_use]
    pub fn name(self) -> Option<&'static str> {
        Self::NAMES.iter().find(|(_, outcome)| *outcome == self).map(|(name, _)| *name)
    }

    /// The outcome of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(known, _)| *known == name).map(|(_, outcome)| *outcome)
    }

    /// All names, in their order.
    pub fn names() -> impl Iterator<Item = &'static str> {
        Self::NAMES.iter().map(|(name, _)| *name)
    }
}

/// A receipt: what became of a packet.
#[derive(Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The packet.
    pub packet: PacketId,
    /// What became of it as a whole.
    pub outcome: Outcome,
    /// What is to be said about it, up to 1000 bytes; may be empty.
    pub note: String,
    /// What became of single parts, ascending by their index; those that are not listed share the whole's outcome.
    pub parts: Vec<PartResult>,
}

/// What became of one part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PartResult {
    /// Index of the part, from 0.
    pub part: u64,
    /// What became of it.
    pub outcome: Outcome,
    /// The stable code of the error that kept it out, or 0.
    pub code: u64,
}

impl Receipt {
    /// The bytes of the part: `[1, packet, outcome, note, [[part, outcome, code], ...]]`.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        written(|out| {
            out.array(5)?.u64(1)?.bytes(self.packet.as_bytes())?.u64(self.outcome.0)?.str(&self.note)?;
            out.array(self.parts.len() as u64)?;
            self.parts.iter().try_for_each(|result| {
                out.array(3)?.u64(result.part)?.u64(result.outcome.0)?.u64(result.code).map(drop)
            })
        })
    }

    /// Reads the bytes of the part.
    ///
    /// # Errors
    /// [`PacketError::Content`], [`PacketError::TooNew`].
    pub fn decode(bytes: &[u8]) -> Result<Self, PacketError> {
        let result = |input: &mut Decoder<'_>| {
            expect_array(input, 3)?;
            Ok(PartResult { part: input.u64()?, outcome: Outcome(input.u64()?), code: input.u64()? })
        };
        let read = |input: &mut Decoder<'_>| {
            let receipt = Self {
                packet: PacketId::from_bytes(fixed(input)?),
                outcome: Outcome(input.u64()?),
                note: input.str()?.to_owned(),
                parts: list(input, super::MAX_PARTS as u64, result)?,
            };
            receipt.check()
        };
        versioned(bytes, (1, 5), malformed(ContentKind::RECEIPT), read, Self::encode)
    }

    fn check(self) -> Result<Self, DecodeError> {
        let control = |letter: char| letter.is_control() && letter != '\n';
        if self.note.len() > MAX_NOTE || self.note.chars().any(control) {
            return Err(refused("note"));
        }
        let ascending = self.parts.is_sorted_by(|one, next| one.part < next.part);
        if ascending { Ok(self) } else { Err(refused("parts out of order")) }
    }

    /// Whether the note may stand in a receipt: up to 1000 bytes, no control characters but newlines.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        self.clone().check().is_ok()
    }
}

impl std::fmt::Debug for Receipt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Receipt({}, outcome {}, note redacted)", self.packet, self.outcome.0)
    }
}
