//! What can be wrong with a court file.

use crate::error::{Diagnosis, Family};
use crate::log::{FolderError, LogError, TileError};

/// Why a court file cannot be made, or does not hold. Never says what the entry or its reason says.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CourtFileError {
    /// The file `court-file` is no list.
    #[error("the list of the court file is malformed")]
    List,
    /// A file does not have the SHA-256 that the list says.
    #[error("{name} is not the file that the court file lists")]
    FileChanged {
        /// Its name.
        name: String,
    },
    /// The entry names another place than the proof.
    #[error("the entry says that it is number {said}, and the proof is about number {proven}")]
    Index {
        /// What the entry says.
        said: u64,
        /// What the proof says.
        proven: u64,
    },
    /// The proof brings something along that nobody signed.
    #[error("the proof of the court file brings along what it does not prove")]
    Unproven,
    /// The reason is not the one that the entry commits to.
    #[error("the reason of the court file does not open what the entry commits to")]
    Reason,
    /// The policy asks for more cosignatures.
    #[error("too few of the witnesses that the trust policy asks for cosigned the checkpoint of the court file")]
    Quorum,
    /// The log has no such entry.
    #[error("the log has {size} entries, and none with number {index}")]
    NoSuchEntry {
        /// The number.
        index: u64,
        /// How many there are.
        size: u64,
    },
    /// No signed checkpoint covers the entry: those of later logs vouch for it only together with the whole bundle.
    #[error("no signed checkpoint of this earlier log covers the entry")]
    NoCheckpoint,
    /// The manifest of the bundle cannot be read.
    #[error("the manifest of the bundle is malformed")]
    Bundle,
    /// A file that is missing, or that could not be read or written.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The tiles of the bundle.
    #[error(transparent)]
    Tiles(#[from] TileError),
    /// The entry, the proof, the checkpoint or its signatures.
    #[error(transparent)]
    Log(#[from] LogError),
}

impl Diagnosis for CourtFileError {
    fn code(&self) -> u16 {
        Family::Log.code(match self {
            Self::List => 9,
            Self::FileChanged { .. } => 27,
            Self::Index { .. } => 16,
            Self::Unproven => 17,
            Self::Reason => 68,
            Self::Quorum => 31,
            Self::NoSuchEntry { .. } => 18,
            Self::NoCheckpoint => 19,
            Self::Bundle => 26,
            Self::Folder(error) => return error.code(),
            Self::Tiles(error) => return error.code(),
            Self::Log(error) => return error.code(),
        })
    }

    fn advice(&self) -> &'static str {
        match self {
            Self::List | Self::FileChanged { .. } | Self::Bundle => {
                "Copy it again from its source; if it stays so, it is damaged or was altered: keep it as evidence."
            }
            Self::Index { .. } | Self::Unproven | Self::Reason => {
                "Do not rely on this court file: saferoom makes none like it. Keep it as evidence, and ask for the bundle."
            }
            Self::Quorum => {
                "Make the court file from a bundle whose checkpoint the witnesses cosigned, or judge by a policy that asks for fewer."
            }
            Self::NoSuchEntry { .. } => "Look the number up with `saferoom audit query`.",
            Self::NoCheckpoint => {
                "Give a checkpoint of the earlier log with --kept, such as the one of an auditor's visit at that time."
            }
            Self::Folder(error) => error.advice(),
            Self::Tiles(error) => error.advice(),
            Self::Log(error) => error.advice(),
        }
    }
}
