//! What can be wrong with an entry, a tree, a note or a checkpoint.

use crate::error::{Diagnosis, Family};

/// An error of the log. Each variant names one defect; places are names of the format, never values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LogError {
    /// The encoded entry is longer than a tile can carry.
    #[error("the log entry is longer than 65,535 bytes")]
    EntryTooLong,
    /// The bytes are no CBOR of the expected shape.
    #[error("the log entry is malformed at {place}")]
    MalformedEntry {
        /// Where in the entry.
        place: &'static str,
    },
    /// The entry is of a version that this library does not know.
    #[error("the log entry has an unknown version")]
    UnknownVersion,
    /// The bytes are CBOR, but not the one deterministic encoding.
    #[error("the log entry is not in deterministic encoding")]
    NonCanonical,
    /// A required part is absent.
    #[error("the log entry lacks {place}")]
    MissingKey {
        /// Which part.
        place: &'static str,
    },
    /// A key that the format does not define.
    #[error("the log entry has an unknown key in {place}")]
    UnknownKey {
        /// In which map.
        place: &'static str,
    },
    /// A part whose value the format does not allow.
    #[error("the log entry has a value out of its domain at {place}")]
    InvalidValue {
        /// Which part.
        place: &'static str,
    },
    /// The bytes are no disclosure.
    #[error("this is no disclosure of a commitment in the log")]
    MalformedDisclosure,

    /// A size beyond [`super::MAX_SIZE`], or an older size that is larger than the newer one.
    #[error("the tree size is out of range")]
    SizeOutOfRange,
    /// An index beyond the tree.
    #[error("the index lies outside the tree")]
    IndexOutOfRange,
    /// The number of hashes does not fit the size.
    #[error("the frontier does not have the shape of its size")]
    FrontierShape,
    /// A proof with too many or too few hashes.
    #[error("the proof does not have the length that its sizes demand")]
    ProofLength,
    /// A proof that leads to another root.
    #[error("the proof does not lead to the given root")]
    RootMismatch,
    /// Bytes or text that are no SHA-256 hash.
    #[error("this is no SHA-256 hash")]
    MalformedHash,

    /// A text that breaks the rules of signed notes.
    #[error("the signed note is malformed")]
    MalformedNote,
    /// A note longer than [`super::MAX_NOTE_LENGTH`].
    #[error("the signed note is too long")]
    NoteTooLong,
    /// More signature lines than [`super::MAX_SIGNATURES`].
    #[error("the signed note has too many signatures")]
    TooManySignatures,
    /// The same signature line twice.
    #[error("the signed note has the same signature twice")]
    DuplicateSignature,
    /// A known key did not make the signature that stands under its name.
    #[error("a signature of a known key does not verify")]
    BadSignature,
    /// No known key signed.
    #[error("no known key signed the note")]
    Unsigned,
    /// A name that no note key can have.
    #[error("this is no name of a note key")]
    KeyName,
    /// A text that is no verifier key.
    #[error("the verifier key is malformed")]
    MalformedKey,
    /// A verifier key whose key id was not computed from it.
    #[error("the verifier key does not match its key id")]
    KeyIdMismatch,
    /// Two different known keys with one name and key id.
    #[error("two known keys have the same name and key id")]
    AmbiguousKey,

    /// A note text that is no checkpoint.
    #[error("the checkpoint is malformed")]
    MalformedCheckpoint,
    /// A checkpoint that its own log did not sign.
    #[error("no known key of the checkpoint's own log signed it")]
    OriginMismatch,
    /// A cosignature of a time beyond 2^63 - 1 seconds.
    #[error("the time of the cosignature is out of range")]
    TimeOutOfRange,
    /// A text that is no proof of one entry.
    #[error("the proof of the entry is malformed")]
    MalformedProof,
    /// A name that no tile and no bundle of entries has.
    #[error("this is no path of a tile or of a bundle of entries")]
    MalformedTilePath,
    /// Bytes that are no bundle of so many entries.
    #[error("the bundle of entries is malformed")]
    MalformedBundle,
    /// What the organisation's log says already speaks against this.
    #[error("the organisation's log says something else of this log, or does not know it")]
    Contradiction,
    /// Bytes that are no request to a witness.
    #[error("the request to the witness is malformed")]
    MalformedRequest,
}

impl LogError {
    /// The stable name of the defect, as the test vectors spell it.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::EntryTooLong => "entry-too-long",
            Self::MalformedEntry { .. } => "malformed-entry",
            Self::UnknownVersion => "unknown-version",
            Self::NonCanonical => "non-canonical",
            Self::MissingKey { .. } => "missing-key",
            Self::UnknownKey { .. } => "unknown-key",
            Self::InvalidValue { .. } => "invalid-value",
            Self::MalformedDisclosure => "malformed-disclosure",
            Self::SizeOutOfRange => "size-out-of-range",
            Self::IndexOutOfRange => "index-out-of-range",
            Self::FrontierShape => "frontier-shape",
            Self::ProofLength => "proof-length",
            Self::RootMismatch => "root-mismatch",
            Self::MalformedHash => "malformed-hash",
            Self::MalformedNote => "malformed-note",
            Self::NoteTooLong => "note-too-long",
            Self::TooManySignatures => "too-many-signatures",
            Self::DuplicateSignature => "duplicate-signature",
            Self::BadSignature => "bad-signature",
            Self::Unsigned => "unsigned",
            Self::KeyName => "key-name",
            Self::MalformedKey => "malformed-key",
            Self::KeyIdMismatch => "key-id-mismatch",
            Self::AmbiguousKey => "ambiguous-key",
            Self::MalformedCheckpoint => "malformed-checkpoint",
            Self::OriginMismatch => "origin-mismatch",
            Self::TimeOutOfRange => "time-out-of-range",
            Self::MalformedProof => "malformed-proof",
            Self::MalformedTilePath => "malformed-tile-path",
            Self::MalformedBundle => "malformed-bundle",
            Self::Contradiction => "contradiction",
            Self::MalformedRequest => "malformed-request",
        }
    }
}

impl Diagnosis for LogError {
    fn code(&self) -> u16 {
        Family::Log.code(match self {
            Self::EntryTooLong => 1,
            Self::MalformedEntry { .. } => 2,
            Self::UnknownVersion => 3,
            Self::NonCanonical => 4,
            Self::MissingKey { .. } => 5,
            Self::UnknownKey { .. } => 6,
            Self::InvalidValue { .. } => 7,
            Self::MalformedDisclosure => 8,
            Self::SizeOutOfRange => 20,
            Self::IndexOutOfRange => 21,
            Self::FrontierShape => 22,
            Self::ProofLength => 23,
            Self::RootMismatch => 24,
            Self::MalformedHash => 25,
            Self::MalformedNote => 40,
            Self::NoteTooLong => 41,
            Self::TooManySignatures => 42,
            Self::DuplicateSignature => 43,
            Self::BadSignature => 44,
            Self::Unsigned => 45,
            Self::KeyName => 46,
            Self::MalformedKey => 47,
            Self::KeyIdMismatch => 48,
            Self::AmbiguousKey => 50,
            Self::MalformedCheckpoint => 60,
            Self::OriginMismatch => 61,
            Self::TimeOutOfRange => 62,
            Self::MalformedProof => 63,
            Self::MalformedTilePath => 64,
            Self::MalformedBundle => 65,
            Self::Contradiction => 15,
            Self::MalformedRequest => 66,
        })
    }

    fn advice(&self) -> &'static str {
        match self {
            Self::EntryTooLong => "Name fewer fields in one call, and put long texts into a disclosure.",
            Self::InvalidValue { .. } => {
                "Correct the named part: texts are short, in NFC and without control characters; field numbers ascend; details are not empty; an event the library knows is not given as another."
            }
            Self::UnknownVersion => "Use a newer saferoom: this entry was written by one.",
            Self::MalformedEntry { .. }
            | Self::NonCanonical
            | Self::MissingKey { .. }
            | Self::UnknownKey { .. }
            | Self::FrontierShape => {
                "Treat the log as damaged or altered: keep the file as it is and compare it with a backup and with kept checkpoints."
            }
            Self::MalformedDisclosure => {
                "Ask for the disclosure again: it must be the very bytes that were committed to."
            }
            Self::SizeOutOfRange | Self::IndexOutOfRange => {
                "Ask for an index inside the tree and for sizes in ascending order."
            }
            Self::ProofLength | Self::RootMismatch => {
                "Do not trust this log until the cause is known: keep both checkpoints and the proof as evidence."
            }
            Self::MalformedHash => "Give the hash as 32 bytes, or as standard base64 with padding.",
            Self::MalformedNote | Self::NoteTooLong | Self::TooManySignatures | Self::DuplicateSignature => {
                "Fetch the note again as a file, byte for byte: no editor, no other line ends."
            }
            Self::BadSignature => {
                "Do not trust this note: it was altered, or signed by someone else under a known name. Keep it as evidence."
            }
            Self::Unsigned | Self::OriginMismatch => {
                "Check that the pinned keys are those of this log; if they are, do not trust the note."
            }
            Self::KeyName => "Choose a name without spaces and without a plus sign.",
            Self::MalformedKey | Self::KeyIdMismatch => "Copy the whole verifier key again: name+id+key in one line.",
            Self::AmbiguousKey => "Remove one of the two keys from the trust policy: find out which one is right.",
            Self::MalformedCheckpoint => "Fetch the checkpoint again; if it stays so, treat the log as altered.",
            Self::TimeOutOfRange => "Set the clock of the witness.",
            Self::MalformedProof | Self::MalformedRequest => {
                "Fetch the file again, byte for byte: no editor, no other line ends."
            }
            Self::Contradiction => {
                "Look at what is said of it with `saferoom audit organisation verify`: a log is enrolled once, before it is retired, and ends with its last checkpoint. Nothing was written."
            }
            Self::MalformedTilePath => "Name the tile as C2SP tlog-tiles does, such as tile/0/x001/234.p/56.",
            Self::MalformedBundle => "Copy the bundle again; if it stays so, treat the log as damaged or altered.",
        }
    }
}
