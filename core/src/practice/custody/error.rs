//! What is wrong with a chain of custody, or with the next event.

use std::io::ErrorKind;

use crate::error::{Diagnosis, Family};
use crate::id::RecordId;

/// What is wrong with a chain of custody, or with the next event. No person is named.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CustodyError {
    /// The event does not say what was done, or when.
    #[error("the event does not say what was done and when")]
    Incomplete,
    /// A chain begins with an exhibit that was collected, recorded, copied or received.
    #[error("a chain of custody does not begin with {action:?}")]
    Beginning {
        /// What was done.
        action: String,
    },
    /// The chain has no beginning, or two.
    #[error("the chain of custody has no beginning, or more than one")]
    NoBeginning,
    /// An event names one before it that is not there.
    #[error("the chain of custody has a gap before event {event}")]
    Gap {
        /// The event after the gap.
        event: RecordId,
    },
    /// Two events name the same event before them.
    #[error("two events follow event {event}")]
    Fork {
        /// The event that is followed by two.
        event: RecordId,
    },
    /// An event is not the one whose digest the next one names.
    #[error("event {event} was changed after the next one was written")]
    Altered {
        /// The event that was changed.
        event: RecordId,
    },
    /// An event lies before the one that it follows.
    #[error("the event lies before the one that it follows")]
    Time,
    /// The exhibit was destroyed.
    #[error("the exhibit was destroyed")]
    Destroyed,
    /// The exhibit is lost.
    #[error("the exhibit is lost")]
    Lost,
    /// The exhibit was handed over, and nobody has said that they have it.
    #[error("the exhibit was handed over and not received yet")]
    OnTheWay,
    /// Nobody has handed the exhibit over.
    #[error("nobody has handed the exhibit over")]
    NotHandedOver,
    /// A hand-over does not say to whom, or an event not by whom.
    #[error("a hand-over names who hands over and who receives")]
    Parties,
    /// Who hands over and who receives are one person.
    #[error("who hands over and who receives are one person")]
    OnePerson,
    /// Somebody else received the exhibit than it was handed to.
    #[error("somebody else received the exhibit than it was handed to")]
    OtherReceiver,
    /// Somebody handed the exhibit over who does not have it.
    #[error("somebody handed the exhibit over who does not have it")]
    NotTheHolder,
    /// The seal is not the one that was put on.
    #[error("the seal is not the one that was put on last")]
    Seal,
    /// The digest is not the one that was found last.
    #[error("the digest is not the one that was found last")]
    Digest,
    /// A copy says on whose authority it was made, and which item it is.
    #[error("a copy says on what basis it was made, and which item it is")]
    Copy,
    /// The item may hold abuse material: saferoom does not open it.
    #[error("the item may hold child sexual abuse material; saferoom does not open it")]
    EvidenceUnitOnly,
    /// Nobody has said whether the item holds abuse material: saferoom does not open it.
    #[error("nobody has said whether the item holds child sexual abuse material; saferoom does not open it")]
    NotSaid,
    /// Who handed the exhibit over signs its receipt too.
    #[error("the receipt is signed by the member who signed the hand-over")]
    SignedByOne,
    /// No digest is recorded that can be checked here.
    #[error("no digest is recorded that can be checked here")]
    NoDigest,
    /// The check was stopped.
    #[error("the check was stopped")]
    Stopped,
    /// The file cannot be read.
    #[error("the file cannot be read: {0}")]
    File(ErrorKind),
}

impl Diagnosis for CustodyError {
    fn code(&self) -> u16 {
        Family::Custody.code(match self {
            Self::Incomplete => 1,
            Self::Beginning { .. } => 2,
            Self::NoBeginning => 3,
            Self::Gap { .. } => 4,
            Self::Fork { .. } => 5,
            Self::Altered { .. } => 6,
            Self::Time => 7,
            Self::Destroyed => 8,
            Self::Lost => 9,
            Self::OnTheWay => 10,
            Self::NotHandedOver => 11,
            Self::Parties => 12,
            Self::OnePerson => 13,
            Self::OtherReceiver => 14,
            Self::NotTheHolder => 15,
            Self::Seal => 16,
            Self::Digest => 17,
            Self::Copy => 18,
            Self::EvidenceUnitOnly => 20,
            Self::NoDigest => 21,
            Self::Stopped => 22,
            Self::File(_) => 23,
            Self::NotSaid => 24,
            Self::SignedByOne => 25,
        })
    }

    fn advice(&self) -> &'static str {
        match self {
            Self::Incomplete => "Say what was done and when.",
            Self::Beginning { .. } => "Record first how the exhibit came into custody.",
            Self::NoBeginning | Self::Gap { .. } | Self::Fork { .. } | Self::Altered { .. } => {
                "Stop relying on this chain and tell the supervisor: an event is missing or was changed. Nothing was repaired."
            }
            Self::Time => "Correct the time of the event.",
            Self::Destroyed => "Nothing can happen to it any more. Check the exhibit number.",
            Self::Lost => "Record first that it was received or collected again.",
            Self::OnTheWay => "Let the person who has it now record that they received it.",
            Self::NotHandedOver => "Let who had it record the hand-over first.",
            Self::Parties => "Name both: an officer of this vault, or name and office of somebody else.",
            Self::OnePerson => "A hand-over takes two. Name the person who really received it.",
            Self::OtherReceiver => "Find out who has it. Record the hand-over as it was.",
            Self::NotTheHolder => "Find out how it came to this person, and record that first.",
            Self::Seal => "If the seal is broken or another, say so in the result (`seal_broken`) and stop.",
            Self::Digest => "If the content differs, say so in the result (`digest_differs`) and stop.",
            Self::Copy => "Name the order or rule that allows the copy, and the record of the copy.",
            Self::EvidenceUnitOnly => "Ask the evidence unit for the digests; do not open the file.",
            Self::NotSaid => "Let the evidence unit say it, and record its answer; `no` allows the check.",
            Self::SignedByOne => "Whoever receives it signs in and records the receipt in their own session.",
            Self::NoDigest => "Record a SHA-256, SHA-384 or SHA-512 digest that the evidence unit gives.",
            Self::Stopped => "Start the check again when there is time; nothing was recorded.",
            Self::File(_) => "Check the path and whether the file may be read.",
        }
    }
}
