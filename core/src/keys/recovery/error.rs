//! What can go wrong with shares and sets.

use std::fmt;

use crate::error::{Diagnosis, Family};
use crate::seal::SealError;

/// What can go wrong with recovery.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RecoveryError {
    /// Threshold or number of shares out of bounds.
    #[error("at least two shares have to be needed, and there can be 32 at most")]
    Threshold,
    /// The text is something else than a share.
    #[error("this is no share: a share begins with SFR1")]
    NotAShare,
    /// Characters are missing, or there are too many.
    #[error("the share has {found} characters where {expected} were expected")]
    TextLength {
        /// How many were typed.
        found: usize,
        /// How many a share has.
        expected: usize,
    },
    /// A character that no share has.
    #[error("group {group} of the share has a character that shares do not have")]
    Character {
        /// Which group of four, from 1.
        group: u8,
    },
    /// The check characters do not fit.
    #[error("the share was not typed as it is written{}", Places(groups))]
    Mistyped {
        /// The groups of four, from 1, in which one or two wrong characters are; empty if there are more.
        groups: Vec<u8>,
    },
    /// Made by a newer saferoom.
    #[error("the share is of a newer version")]
    TooNew,
    /// A share of another ceremony, of which nothing is known here.
    #[error("share {number} is not of this ceremony")]
    OtherCeremony {
        /// Number of the share.
        number: u8,
    },
    /// A share of an earlier ceremony of the same vault, which later ones replaced.
    #[error("share {number} is of ceremony {ceremony}, which a later one replaced")]
    OlderCeremony {
        /// Number of the share.
        number: u8,
        /// Number of the ceremony.
        ceremony: u32,
    },
    /// The share says it is of this ceremony, but is not the one that was handed out.
    #[error("share {number} was changed")]
    Changed {
        /// Number of the share.
        number: u8,
    },
    /// The same share twice.
    #[error("share {number} was given already")]
    Duplicate {
        /// Number of the share.
        number: u8,
    },
    /// Fewer shares than are needed.
    #[error("{missing} more share(s) are needed")]
    NotEnough {
        /// How many more.
        missing: u8,
    },
    /// The shares are those that were handed out, but do not give the key of the set.
    #[error("the shares do not give the recovery key that the roster lists")]
    NotThePair,
    /// Shares of one ceremony that give no key: one was altered, or they are of another vault.
    #[error("these shares give no key of this vault: one was altered, or they are of another vault")]
    NotTogether,
    /// The bytes are no recovery set.
    #[error("the recovery set is malformed")]
    Set,
    /// The set does not follow the one before.
    #[error("the recovery set does not follow the one before")]
    Sequence,
    /// Splitting or combining failed.
    #[error("the shares cannot be used: {0}")]
    Seal(#[from] SealError),
}

/// The end of a sentence about places.
struct Places<'a>(&'a [u8]);

impl fmt::Display for Places<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, group) in self.0.iter().enumerate() {
            match at {
                0 => write!(f, ": look at group {group}")?,
                _ => write!(f, ", {group}")?,
            }
        }
        Ok(())
    }
}

impl Diagnosis for RecoveryError {
    fn code(&self) -> u16 {
        match self {
            Self::Seal(error) => error.code(),
            other => Family::Keys.code(match other {
                Self::Threshold => 74,
                Self::NotTogether => 75,
                Self::NotAShare => 61,
                Self::TextLength { .. } => 62,
                Self::Character { .. } => 63,
                Self::Mistyped { .. } => 64,
                Self::TooNew => 65,
                Self::OtherCeremony { .. } => 66,
                Self::OlderCeremony { .. } => 67,
                Self::Changed { .. } => 68,
                Self::Duplicate { .. } => 69,
                Self::NotEnough { .. } => 70,
                Self::NotThePair => 71,
                Self::Set => 72,
                Self::Sequence => 73,
                Self::Seal(_) => 99,
            }),
        }
    }

    fn advice(&self) -> &'static str {
        match self {
            Self::Threshold => "Choose how many shares there are, and how many of them are needed: 2 of 3, or 3 of 5.",
            Self::NotAShare => "Type the whole text of the share, from SFR1 on. Upper and lower case are the same.",
            Self::TextLength { .. } => "Compare with the paper group by group: one was left out or typed twice.",
            Self::Character { .. } => {
                "Look at that group again. Shares have no B; what looks like O is the digit 0, what looks like 1 the letter L."
            }
            Self::Mistyped { .. } => "Compare the groups that are named with the paper, and type the share again.",
            Self::TooNew => "Install the newest saferoom on this device.",
            Self::OtherCeremony { .. } => {
                "Ask the holder for the share of this vault and unit; this one belongs to another."
            }
            Self::OlderCeremony { .. } => {
                "Ask the holder for their share of the newest ceremony, and destroy this one."
            }
            Self::Changed { .. } => "Do without this share, keep it, and tell the custodians: somebody has altered it.",
            Self::Duplicate { .. } => "Ask another holder: each share counts once.",
            Self::NotEnough { .. } => "Ask further holders for their shares.",
            Self::NotTogether => {
                "Check that this is the vault of these shares; then put another holder's in the place of each."
            }
            Self::NotThePair | Self::Set | Self::Sequence => {
                "Stop using this vault and tell the custodians: its recovery key was changed from outside."
            }
            Self::Seal(error) => error.advice(),
        }
    }
}
