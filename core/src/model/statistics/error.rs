//! What can be wrong with statistics. No value, no id of a case.

use crate::error::{Diagnosis, Family};

/// Why statistics were refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StatisticsError {
    /// Bytes that this release would not have written.
    #[error("statistics are malformed")]
    Malformed,
    /// Written by a newer release.
    #[error("statistics were written by a newer release")]
    TooNew,
    /// A row does not say what it should: it is not of this case, or two of its parts contradict each other.
    #[error("a row of the statistics is not what was sealed")]
    Row,
    /// Nobody can be asked to find a case: no key was split for it when the row was written.
    #[error("no key for reversals was in force when this row was written")]
    NoReversal,
    /// There is no such row.
    #[error("there is no such row in the statistics")]
    NoSuchRow,
    /// The key is not the one to which the link of this row was sealed.
    #[error("the link of this row was sealed to another key for reversals")]
    OtherReversal,
    /// The key of another ceremony is needed, alone or beside the one that was given.
    #[error("this was sealed to the key of ceremony number {ceremony} for reversals")]
    AlsoReversal {
        /// Its number.
        ceremony: u32,
        /// The id of its key.
        key: [u8; 16],
    },
    /// What was typed is no pseudonym.
    #[error("this is no pseudonym, or a letter of it is wrong")]
    Pseudonym,
    /// A station without a name that fits on a line.
    #[error("a station needs a name of one line, up to 200 bytes")]
    Station,
    /// Rows of this vault came in as another's.
    #[error("these rows are of this vault itself")]
    OwnRows,
    /// A row came in that another vault has brought before.
    #[error("a row came in that is of another vault")]
    OtherSource,
    /// A sender whose rows were of one vault sent rows of another.
    #[error("this sender has sent rows of another vault before")]
    OtherVault,
}

impl Diagnosis for StatisticsError {
    fn code(&self) -> u16 {
        Family::Statistics.code(match self {
            Self::Malformed => 1,
            Self::TooNew => 2,
            Self::Row => 3,
            Self::NoReversal => 4,
            Self::NoSuchRow => 5,
            Self::OtherReversal => 6,
            Self::Pseudonym => 7,
            Self::Station => 8,
            Self::OwnRows => 9,
            Self::OtherSource => 10,
            Self::OtherVault => 11,
            Self::AlsoReversal { .. } => 12,
        })
    }

    fn advice(&self) -> &'static str {
        match self {
            Self::Malformed | Self::Row => {
                "Stop using this file, keep it as it is, tell the custodian, and restore from the newest backup."
            }
            Self::TooNew => "Install the newest saferoom.",
            Self::NoReversal => {
                "Set up a key for reversals (`saferoom recovery set-up --reversal`); rows written or opened after that have a link."
            }
            Self::NoSuchRow => "Check the pseudonym and the release that it is from.",
            Self::Station => "Give the station's name as it should stand in the extract.",
            Self::OwnRows => "Take the packet in at the desk's vault; here the rows are already.",
            Self::OtherSource => {
                "Ask both stations: one of them handed over rows that are not its own. Nothing was taken in."
            }
            Self::OtherVault => {
                "Ask the station which of its vaults is the right one. After a restored vault the rows come from a new sender."
            }
            Self::Pseudonym => "Copy the pseudonym from the extract once more, with its last letter.",
            Self::AlsoReversal { .. } => {
                "Bring the shares of that ceremony as well, beside those you have given; a later ceremony does not replace them here."
            }
            Self::OtherReversal => "Bring the shares of the ceremony that was in force when the row was written.",
        }
    }
}
