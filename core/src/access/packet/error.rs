//! Why a packet could not be made, opened or accepted.

use std::io::{self, ErrorKind};

use super::ContentKind;
use crate::error::{Diagnosis, Family};
use crate::keys::KeyError;
use crate::seal::StreamError;

/// What can be wrong with a packet, each with a code and an advice of its own.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PacketError {
    /// The file is no packet.
    #[error("this is no saferoom packet")]
    NotAPacket,
    /// The packet, or a part of it, was written by a newer saferoom.
    #[error("the packet is of a newer version")]
    TooNew,
    /// The packet ends too early.
    #[error("the packet is truncated")]
    Truncated,
    /// Bytes of the packet were changed, moved or added.
    #[error("the packet was altered or damaged")]
    Altered,
    /// What it carries is for another unit.
    #[error("what the packet carries is for another unit")]
    OtherUnit,
    /// The packet was sealed to others.
    #[error("the packet is for someone else")]
    NotForYou,
    /// The packet opens, but was not signed by whom it names.
    #[error("the packet was not signed by the sender whom it names")]
    BadSignature,
    /// Nobody known has sent the packet.
    #[error("the sender of the packet is not known")]
    UnknownSender,
    /// The sender was suspended by their organisation.
    #[error("the sender of the packet was suspended by their organisation")]
    SuspendedSender,
    /// The sender's certificate is not valid at this time.
    #[error("the sender's certificate is expired or not valid yet")]
    CertificateExpired,
    /// The sender's certificate does not cover what the packet carries.
    #[error("the sender's certificate does not allow them to send {kind}")]
    NotAllowed {
        /// What the packet carries.
        kind: ContentKind,
    },
    /// The packet is past its time.
    #[error("the packet has expired")]
    Expired,
    /// The packet was accepted before.
    #[error("the packet was accepted before")]
    Replayed,
    /// A newer packet of this sender was accepted before, and this one must not come after it.
    #[error("the packet is older than one that was accepted from this sender")]
    Stale,
    /// Another packet of this sender had the same number or id.
    #[error("another packet of this sender had the same number")]
    NumberReused,
    /// What a file of an organisation says is older than what is known.
    #[error("the list of suspensions is older than the one that is known")]
    StaleSuspensions,
    /// The bytes are no organisation, certificate or list of suspensions, or it is not signed by enough custodians.
    #[error("this is no {what}, or it is not signed by enough custodians of a pinned organisation")]
    Statement {
        /// What was expected.
        what: &'static str,
    },
    /// A packet to nobody.
    #[error("the packet has no recipient")]
    NoRecipients,
    /// More recipients than a packet can have, or one twice.
    #[error("a packet has up to 256 recipients, each once")]
    Recipients,
    /// A packet without a part, or with more than 1024.
    #[error("a packet has 1 to 1024 parts")]
    Parts,
    /// The name of a part is none.
    #[error("the name of a part has up to 64 letters, digits, `-`, `_` and `.`, and does not begin with a dot")]
    PartName,
    /// A text that names no kind of content.
    #[error("there is no such kind of content")]
    NoSuchKind,
    /// A part that is larger than its kind may be, or than fits into memory where it was asked for.
    #[error("a part of the packet is too large")]
    TooLarge,
    /// A part changed between two readings while the packet was being made.
    #[error("a part changed while the packet was being made")]
    SourceChanged,
    /// There is no such part.
    #[error("the packet has no such part")]
    NoSuchPart,
    /// A part is not what its kind says.
    #[error("the {kind} in the packet is malformed")]
    Content {
        /// The kind of the part.
        kind: ContentKind,
    },
    /// A case is not handed over: what would leave lacks something that whoever takes it over needs.
    #[error("the case cannot be handed over as it is: {kind}.{field} would be missing or would not be taken")]
    NotWhole {
        /// Kind of the record.
        kind: &'static str,
        /// The field.
        field: &'static str,
    },
    /// A referral tells something other than its share manifest lists.
    #[error("the referral does not tell exactly what its share manifest lists")]
    ShareManifest,
    /// The list of packets that were accepted is damaged, or belongs to another key.
    #[error("the list of accepted packets is damaged or belongs to another key")]
    SeenDamaged,
    /// A file could not be read or written.
    #[error("a file could not be read or written: {0}")]
    File(ErrorKind),
    /// A key.
    #[error(transparent)]
    Key(#[from] KeyError),
}

impl From<&io::Error> for PacketError {
    fn from(error: &io::Error) -> Self {
        Self::File(error.kind())
    }
}

impl From<StreamError> for PacketError {
    fn from(error: StreamError) -> Self {
        match error {
            StreamError::Truncated => Self::Truncated,
            StreamError::Altered | StreamError::TooLong => Self::Altered,
            StreamError::Seal(error) => Self::Key(error.into()),
            StreamError::Io(error) => Self::from(&error),
        }
    }
}

impl Diagnosis for PacketError {
    fn code(&self) -> u16 {
        Family::Packet.code(match self {
            Self::Key(error) => return error.code(),
            Self::NotAPacket => 1,
            Self::TooNew => 2,
            Self::Truncated => 3,
            Self::Altered => 4,
            Self::NotForYou => 5,
            Self::BadSignature => 6,
            Self::UnknownSender => 10,
            Self::SuspendedSender => 11,
            Self::CertificateExpired => 12,
            Self::NotAllowed { .. } => 13,
            Self::StaleSuspensions => 14,
            Self::Statement { .. } => 15,
            Self::Expired => 20,
            Self::Replayed => 21,
            Self::Stale => 22,
            Self::NumberReused => 23,
            Self::OtherUnit => 51,
            Self::SeenDamaged => 24,
            Self::NoRecipients => 30,
            Self::Recipients => 31,
            Self::Parts => 32,
            Self::PartName => 33,
            Self::TooLarge => 34,
            Self::SourceChanged => 35,
            Self::NoSuchKind => 36,
            Self::NoSuchPart => 40,
            Self::Content { .. } => 41,
            Self::ShareManifest => 42,
            Self::NotWhole { .. } => 43,
            Self::File(_) => 50,
        })
    }

    fn advice(&self) -> &'static str {
        match self {
            Self::Key(error) => error.advice(),
            Self::NotAPacket => "Check the path: name the file that the sender gave you.",
            Self::TooNew => "Install the newest saferoom on this device; the packet stays as it is.",
            Self::Truncated => "Copy the file again from where it came; nothing of it was taken in.",
            Self::Altered => "Ask the sender for the packet again, by another way; nothing of it was taken in.",
            Self::NotForYou => {
                "Check which key you use. If it is the right one, ask the sender to seal it to the address that you gave them."
            }
            Self::BadSignature => "Do not use it, and tell the sender that somebody sends packets in their name.",
            Self::UnknownSender => {
                "Compare the sender's fingerprint with them by telephone, then name their address as known and open it again."
            }
            Self::SuspendedSender => "Do not use it. Ask the organisation of the sender who is in charge now.",
            Self::CertificateExpired => {
                "Ask the sender for a packet under a new certificate; mind this device's clock."
            }
            Self::NotAllowed { .. } => "Ask the organisation of the sender who may send this.",
            Self::StaleSuspensions => "Use the newest list that the organisation has issued.",
            Self::Statement { .. } => "Ask the organisation for the file again.",
            Self::Expired => "Ask the sender for a new packet; mind this device's clock.",
            Self::Replayed => "Nothing needs to be done: what is in it was taken in before.",
            Self::Stale => "Use the newest packet of this sender; this one would put an older state in its place.",
            Self::OtherUnit => {
                "Ask the sender to address it to your unit, or open it in the vault of the unit that it is for."
            }
            Self::NumberReused => {
                "Ask the sender whether their device was restored from a backup; they have to send the content in a new packet."
            }
            Self::SeenDamaged => {
                "Put the list aside and begin a new one; packets that were accepted before are then not recognised."
            }
            Self::NoRecipients => "Name somebody who is to open it.",
            Self::Recipients => "Name each recipient once, and send several packets for more than 256.",
            Self::Parts => "Put something in, or split it into several packets.",
            Self::PartName => "Choose a name such as `referral-1`; no names of persons.",
            Self::NoSuchKind => {
                "Choose one that docs/formats.md (18b) lists, such as `referral` or `file`, or a number."
            }
            Self::TooLarge => "Write the part to a file, or split it into several packets.",
            Self::SourceChanged => "Make the packet again when nobody else writes to the files.",
            Self::NoSuchPart => "Look at the list of parts in the packet.",
            Self::Content { .. } => "Ask the sender to make the packet again with the newest saferoom.",
            Self::NotWhole { .. } => {
                "Let a member hand it over who opens this field. If you can open it yourself, correct what stands there first."
            }
            Self::ShareManifest => {
                "Do not use it. Ask the sender to make the referral again, and tell them what this message says."
            }
            Self::File(_) => "Check that the path exists, that you may read and write it, and that the disk has room.",
        }
    }
}
