//! What can be wrong with a bundle.

use crate::error::{Diagnosis, Family};
use crate::id::RecordId;
use crate::log::{EpochError, FolderError, KeyName, LogError, TileError};

/// One defect of a bundle. Names places, sizes and pseudonyms of records, never what an entry says.
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
    #[error("an entry among the first {size} is later than the cosignature of {witness} over them")]
    AfterCosignature {
        /// The size of the checkpoint.
        size: u64,
        /// The witness.
        witness: KeyName,
    },
    /// A witness cosigned this tree at an earlier time than a smaller one.
    #[error("a witness cosigned the tree of {size} entries at an earlier time than a smaller one")]
    WitnessBack {
        /// The size of the later tree.
        size: u64,
    },
    /// A disclosure that does not open what the entry commits to.
    #[error("the opening of entry {index} does not open its commitment")]
    Opening {
        /// The index of the leaf.
        index: u64,
    },
    /// A part of the list of what the store holds is malformed, or does not follow on the one before.
    #[error("the list of what the store holds is malformed")]
    Heads,
    /// The store holds a revision that the log does not know: it was written past the log, or changed afterwards.
    #[error("revision {revision} of record {record} is in the store, and no entry says that it was written")]
    NotLogged {
        /// The record.
        record: RecordId,
        /// The number of the revision.
        revision: u64,
    },
    /// The log says that a revision was written, and the store does not hold it: the record was rolled back, removed or changed.
    #[error("revision {revision} of record {record} was written, and is not in the store")]
    NotStored {
        /// The record.
        record: RecordId,
        /// The number of the revision.
        revision: u64,
    },
    /// The store and the log differ in so many places that they cannot be told one by one.
    #[error("the store holds something else than the log says, in too many places to tell them")]
    TooManyDifferences,
    /// The list of devices is malformed.
    #[error("the list of devices is malformed")]
    DeviceList,
    /// A log does not begin by naming the one before it, or is not of the device that the list says.
    #[error("log {log} does not begin as the list of devices says")]
    Chain {
        /// Its number, from 0.
        log: u64,
    },
    /// A log that the trust policy names is not in the bundle.
    #[error("the log {origin} is not in the bundle")]
    LogMissing {
        /// Its name.
        origin: KeyName,
    },
    /// The list of devices names another key for a log than the one that is believed.
    #[error("the list of devices names another key for the log {origin} than the one that is believed")]
    OtherKey {
        /// Its name.
        origin: KeyName,
    },
    /// An entry of another device than the one whose log it is in.
    #[error("entry {index} is of another device than its log")]
    OtherDevice {
        /// The index of the leaf.
        index: u64,
    },
    /// An earlier log says that it ended with another size.
    #[error("log {log} says that it ended with {said} entries, and has {size}")]
    FinalSize {
        /// Its number, from 0.
        log: u64,
        /// The size that its last entry says.
        said: u64,
        /// The size that it has.
        size: u64,
    },
    /// A log that the organisation's log does not list.
    #[error("the organisation's log does not list the log {origin}")]
    NotEnrolled {
        /// Its name.
        origin: KeyName,
    },
    /// The same log in two bundles.
    #[error("the log {origin} is in two bundles")]
    LogTwice {
        /// Its name.
        origin: KeyName,
    },
    /// A log that has more entries than when it was retired.
    #[error("the log {origin} was retired with {ended} entries, and has {size}")]
    WentOn {
        /// Its name.
        origin: KeyName,
        /// The size that the organisation's log says.
        ended: u64,
        /// The size that it has.
        size: u64,
    },
    /// An entry of the organisation's log that says nothing which can be: unreadable, a log enrolled with two keys, an end
    /// that the log did not sign.
    #[error("entry {index} of the organisation's log says of a log what cannot be")]
    Statement {
        /// The index of the leaf.
        index: u64,
    },
    /// The consistency proof of the bundle does not lead from the earlier checkpoint to the newest.
    #[error("the proof from the checkpoint of {size} entries does not hold")]
    Proof {
        /// The size of the earlier checkpoint.
        size: u64,
    },
    /// The derived view says something else than the entries, or lacks them.
    #[error("part {part} of the derived view is not what the entries say")]
    View {
        /// The number of the part.
        part: u64,
    },
    /// An entry whose reason is to be disclosed has none beside it.
    #[error("entry {index} has no reason beside it that could be opened")]
    NoOpening {
        /// The index of the leaf.
        index: u64,
    },
    /// The folder that a bundle is to be written to is not empty.
    #[error("the folder is not empty")]
    NotEmpty,
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
            Self::WitnessBack { .. } => 79,
            Self::Opening { .. } => 68,
            Self::Unread { .. } => 69,
            Self::Heads => 51,
            Self::NotLogged { .. } => 52,
            Self::NotStored { .. } => 53,
            Self::DeviceList => 54,
            Self::Chain { .. } => 55,
            Self::LogMissing { .. } => 56,
            Self::OtherDevice { .. } => 57,
            Self::FinalSize { .. } => 58,
            Self::Proof { .. } => 59,
            Self::NotEnrolled { .. } => 49,
            Self::LogTwice { .. } => 77,
            Self::WentOn { .. } => 58,
            Self::Statement { .. } => 99,
            Self::OtherKey { .. } => 13,
            Self::TooManyDifferences => 14,
            Self::NoOpening { .. } => 10,
            Self::NotEmpty => 11,
            Self::View { .. } => 12,
            Self::Entry { error, .. } | Self::Log(error) => return error.code(),
            Self::Folder(error) => return error.code(),
            Self::Tiles(error) => return error.code(),
            Self::Epoch(error) => return error.code(),
        })
    }

    fn advice(&self) -> &'static str {
        match self {
            Self::Manifest
            | Self::Heads
            | Self::DeviceList
            | Self::Proof { .. }
            | Self::FileChanged { .. }
            | Self::Root
            | Self::Opening { .. }
            | Self::Unread { .. } => {
                "Copy the bundle again from its source; if it stays so, it is damaged or was altered: keep it as evidence."
            }
            Self::NotLogged { .. } => {
                "Keep the vault file and the bundle as evidence: somebody wrote to the store without saferoom. Restore from a backup."
            }
            Self::TooManyDifferences => {
                "Keep the vault file and the bundle as evidence. Have a bundle of this vault written anew on its device, and compare."
            }
            Self::NotStored { .. } => {
                "Keep the vault file and the bundle as evidence: an earlier state was put back. Restore from the newest backup."
            }
            Self::Chain { .. } | Self::FinalSize { .. } => {
                "Ask which device kept the vault before this one, and for a bundle or a checkpoint of its log."
            }
            Self::OtherKey { .. } => {
                "Do not take this for the log of that name: whoever made the bundle has put another in its place. Ask the custodian for the key."
            }
            Self::LogMissing { .. } => {
                "Export a bundle from the vault that keeps this log, or take the log out of the trust policy."
            }
            Self::NotEnrolled { .. } => {
                "Ask the custodian which device keeps this log, and since when; have it enrolled, or do not rely on it."
            }
            Self::LogTwice { .. } => {
                "Give one bundle of each vault: the newest. If both are, two devices keep one log."
            }
            Self::WentOn { .. } => "Ask who works on a device that was retired, and why. Keep the bundle as evidence.",
            Self::Statement { .. } => {
                "Look at this entry with `saferoom audit query`, and ask the member who wrote it. Do not rely on the list of devices."
            }
            Self::NoOpening { .. } => {
                "Choose the first entry of the call: the reason lies beside it. `saferoom audit show` shows which entries have one."
            }
            Self::View { .. } => "Do not use the view; the entries themselves are judged by the other verdicts.",
            Self::NotEmpty => "Choose a new or an empty folder: a bundle is never mixed with other files.",
            Self::OtherDevice { .. } | Self::Sequence { .. } | Self::Previous { .. } | Self::MonotonicBack { .. } => {
                "Do not trust this log: no honest device writes such an entry. Keep the bundle as evidence."
            }
            Self::Shrunk { .. } | Self::Fork { .. } => {
                "Do not trust this log: entries were removed or changed. Keep the bundle and the kept checkpoint as evidence."
            }
            Self::Origin => "Give the checkpoints that were kept of this log, and pin its key in the trust policy.",
            Self::Quorum | Self::NoTime | Self::Stale { .. } => {
                "Have the witnesses cosign a new checkpoint, and export the bundle with it."
            }
            Self::WitnessBack { .. } => {
                "Ask the witness: its clock was set back, or somebody else has its key. Do not rely on its times until that is known."
            }
            Self::Future => "Check the clock of this computer, then that of the witness.",
            Self::AfterCosignature { .. } => {
                "Compare the clocks of the device and of this witness: one of them was wrong, or somebody else has the key of the witness. The order of the entries is not in doubt."
            }
            Self::WallBack { .. } => {
                "Ask who set the clock of the device and why: the times of these entries are not reliable, their order is."
            }
            Self::Entry { error, .. } | Self::Log(error) => error.advice(),
            Self::Folder(error) => error.advice(),
            Self::Tiles(error) => error.advice(),
            Self::Epoch(error) => error.advice(),
        }
    }
}
