//! Why a backup could not be made or brought back.

use crate::error::{Diagnosis, Family};

/// What can be wrong with a backup, or with bringing it back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BackupError {
    /// The file is no backup.
    #[error("this is no saferoom backup")]
    NotABackup,
    /// The backup was written by a newer saferoom.
    #[error("the backup is of a newer version")]
    TooNew,
    /// The backup ends too early, or bytes of it were changed.
    #[error("the backup is truncated or damaged")]
    Damaged,
    /// The backup was made under another key.
    #[error("the backup was made under another key")]
    OtherKey,
    /// The file was made for a move and not as a backup, or the other way round.
    #[error("the file was not made for this: a backup is restored, a move file is moved in")]
    OtherPurpose,
    /// This device has seen the vault in a newer state than the backup holds.
    #[error(
        "the backup is older than what this device has seen: {commits} commits and {entries} log entries would be lost"
    )]
    WouldLose {
        /// Commits (writes and reads) that the backup lacks.
        commits: u64,
        /// Entries of the log that the backup lacks.
        entries: u64,
    },
    /// This device knows of cases that were erased, and what arrives still has their keys.
    #[error("{missing} cases were erased after this was made, and the list of erasures was not given")]
    ErasureListNeeded {
        /// How many.
        missing: u64,
    },
    /// Somebody wrote to the vault while it was being moved out.
    #[error("somebody else used the vault while it was being moved out")]
    InUse,
    /// The disk failed at the moment in which the vault was marked as moved out, and took nothing afterwards.
    #[error("whether the vault was moved out is not certain: the disk failed at that moment; the move file was kept")]
    InDoubt,
    /// Only a custodian may bring a vault to another device.
    #[error("only a custodian may bring the vault to this device")]
    NotACustodian,
}

impl Diagnosis for BackupError {
    fn code(&self) -> u16 {
        Family::Vault.code(match self {
            Self::NotABackup => 20,
            Self::TooNew => 21,
            Self::Damaged => 22,
            Self::OtherKey => 23,
            Self::OtherPurpose => 24,
            Self::WouldLose { .. } => 25,
            Self::InUse => 26,
            Self::NotACustodian => 27,
            Self::ErasureListNeeded { .. } => 28,
            Self::InDoubt => 29,
        })
    }

    fn advice(&self) -> &'static str {
        match self {
            Self::NotABackup => "Check the path: name the file that `saferoom vault backup` or `move-out` made.",
            Self::TooNew => "Install the newest saferoom on this device; the backup was not touched.",
            Self::Damaged => "Use another copy of this backup, or an older one; nothing was restored.",
            Self::OtherKey => "Name the key whose id the backup shows; ask the custodian who keeps the keys.",
            Self::OtherPurpose => {
                "Use `saferoom vault restore` for a backup and `saferoom vault move-in` for a move file."
            }
            Self::WouldLose { .. } => {
                "Look for a newer backup. Only if there is none, and a custodian agrees, restore with the explicit option to accept the loss; it goes into the log."
            }
            Self::InUse => {
                "Let everybody else sign out and try again; the vault is as it was, and the move file is void."
            }
            Self::InDoubt => {
                "Keep the move file, see to the disk, and sign in to the vault again. If that works, the vault was not moved: destroy the move file. If it answers that the vault was moved out, move the file in."
            }
            Self::ErasureListNeeded { .. } => {
                "Name the newest list of erasures, as `saferoom erasure list --to FILE` wrote it: what was erased stays erased."
            }
            Self::NotACustodian => "Ask a custodian of the vault to do it with their identity.",
        }
    }
}
