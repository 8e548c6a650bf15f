//! What can be wrong with a bundle.

use crate::error::{Diagnosis, Family};
use crate::log::{EpochError, FolderError, LogError, TileError};

/// One defect of a bundle. Names places and sizes, never what an entry says.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BundleProblem {
    /// The file `bundle` is no manifest.
    #[error("the manifest of the bundle is malformed")]
    Manifest,
    /// A listed file does not have its SHA-256, or is not what its name says.
    #[error("{name} is not the file that the bundle lists")]
    FileChanged {
        /// Its name.
        name: String,
    },
    /// The entries do not lead to the size and root of the newest checkpoint.
    #[error("the entries do not lead to the checkpoint of the bundle")]
    Root,
    /// Bytes in the tree that are no entry.
    #[error("entry {index}: {error}")]
    Entry {
        /// The index of the leaf.
        index: u64,
        /// What is wrong.
        error: LogError,
    },
    /// An entry that names another place than its own.
    #[error("entry {index} says that it stands elsewhere")]
    Sequence {
        /// The index of the leaf.
        index: u64,
    },
    /// An entry whose previous entry on the record is not before it.
    #[error("entry {index} names a previous entry that does not lie before it")]
    Previous {
        /// The index of the leaf.
        index: u64,
    },
    /// Reading broke off: what comes behind was not judged.
    #[error("only the first {read} entries could be read")]
    Unread {
        /// How many were.
        read: u64,
    },
    /// The policy asks for more cosignatures.
    #[error("too few of the witnesses that the trust policy asks for cosigned the checkpoint")]
    Quorum,
    /// The log is smaller than a checkpoint that was kept: its end was cut off.
    #[error("the log has {size} entries, and had {kept} when a checkpoint was kept")]
    Shrunk {
        /// The size now.
        size: u64,
        /// The size then.
        kept: u64,
    },
    /// The log had another root at this size: it was rewritten, or shows different readers different pasts.
    #[error("the log had another root when it had {size} entries")]
    Fork {
        /// The size.
        size: u64,
    },
    /// A checkpoint of another log.
    #[error("a checkpoint is of another log than the bundle")]
    Origin,
    /// Nobody but the log itself says when the checkpoint was made.
    #[error("no cosignature says how old the checkpoint is")]
    NoTime,
    /// The cosignatures are too old.
    #[error("the checkpoint was cosigned {age} seconds ago, and the trust policy allows {allowed}")]
    Stale {
        /// How old the quorum is, in seconds.
        age: u64,
        /// How old it may be.
        allowed: u64,
    },
    /// A cosignature from the future.
    #[error("a cosignature bears a time that has not come yet")]
    Future,
    /// The wall clock went back, and no entry says so.
    #[error("the clock goes back at entry {index} without an entry about it")]
    WallBack {
        /// The index of the leaf.
        index: u64,
    },
    /// The monotonic clock went back within one boot.
    #[error("the monotonic clock goes back at entry {index}")]
    MonotonicBack {
        /// The index of the leaf.
        index: u64,
    },
    /// An entry that is later than a cosignature of a checkpoint which covers it.
    #[error("an entry among the first {size} is later than the cosignature over them")]
    AfterCosignature {
        /// The size of the checkpoint.
        size: u64,
    },
    /// A disclosure that does not open what the entry commits to.
    #[error("the opening of entry {index} does not open its commitment")]
    Opening {
        /// The index of the leaf.
        index: u64,
    },
    /// A file that is missing, or that could not be read or written.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The tiles.
    #[error(transparent)]
    Tiles(#[from] TileError),
    /// The epochs.
    #[error(transparent)]
    Epoch(#[from] EpochError),
    /// A note or a checkpoint.
    #[error(transparent)]
    Log(#[from] LogError),
}

impl Diagnosis for BundleProblem {
    fn code(&self) -> u16 {
        Family::Log.code(match self {
            Self::Manifest => 26,
            Self::FileChanged { .. } => 27,
            Self::Root => 28,
            Self::Sequence { .. } => 29,
            Self::Previous { .. } => 30,
            Self::Quorum => 31,
            Self::Shrunk { .. } => 32,
            Self::Fork { .. } => 33,
            Self::Origin => 34,
            Self::NoTime => 35,
            Self::Stale { .. } => 36,
            Self::Future => 37,
            Self::WallBack { .. } => 38,
            Self::MonotonicBack { .. } => 39,
            Self::AfterCosignature { .. } => 67,
            Self::Opening { .. } => 68,
            Self::Unread { .. } => 69,
            Self::Entry { error, .. } | Self::Log(error) => return error.code(),
            Self::Folder(error) => return error.code(),
            Self::Tiles(error) => return error.code(),
            Self::Epoch(error) => return error.code(),
        })
    }

    fn advice(&self) -> &'static str {
        match self {
            Self::Manifest | Self::FileChanged { .. } | Self::Root | Self::Opening { .. } | Self::Unread { .. } => {
                "Copy the bundle again from its source; if it stays so, it is damaged or was altered: keep it as evidence."
            }
            Self::Sequence { .. } | Self::Previous { .. } | Self::MonotonicBack { .. } => {
                "Do not trust this log: no honest device writes such an entry. Keep the bundle as evidence."
            }
            Self::Shrunk { .. } | Self::Fork { .. } => {
                "Do not trust this log: entries were removed or changed. Keep the bundle and the kept checkpoint as evidence."
            }
            Self::Origin => "Give the checkpoints that were kept of this log, and pin its key in the trust policy.",
            Self::Quorum | Self::NoTime | Self::Stale { .. } => {
                "Have the witnesses cosign a new checkpoint, and export the bundle with it."
            }
            Self::Future => "Check the clock of this computer, then that of the witness.",
            Self::WallBack { .. } | Self::AfterCosignature { .. } => {
                "Ask who set the clock of the device and why: the times of these entries are not reliable, their order is."
            }
            Self::Entry { error, .. } | Self::Log(error) => error.advice(),
            Self::Folder(error) => error.advice(),
            Self::Tiles(error) => error.advice(),
            Self::Epoch(error) => error.advice(),
        }
    }
}
