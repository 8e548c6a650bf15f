//! What can go wrong with the file. SQLite's own texts are dropped: they might carry values.

use rusqlite::ErrorCode;

use crate::error::{Diagnosis, Family};

/// Why the file could not be opened, read or written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// There is no file of this name.
    #[error("there is no vault at this path")]
    NotFound,
    /// There is already a file of this name.
    #[error("there is already a file at this path")]
    AlreadyExists,
    /// There is no file of this name, but beside it one that SQLite kept for the file that had it.
    #[error("beside this path lies a file of its name with {suffix} behind it, left by a vault that had the name")]
    LeftBeside {
        /// What stands behind the name.
        suffix: &'static str,
    },
    /// The file is no SQLite database, or its first page is damaged.
    #[error("the file is not a database")]
    NotADatabase,
    /// The file is a database of another program.
    #[error("the file is a database, but not a saferoom vault")]
    NotAVault,
    /// The file was written by a newer saferoom.
    #[error("the vault has format {found}, and this saferoom knows formats up to {known}")]
    TooNew {
        /// Its format.
        found: u32,
        /// The newest format that this build knows.
        known: u32,
    },
    /// SQLite found damaged pages.
    #[error("the file is damaged")]
    Damaged,
    /// A row that has to be there is missing, or has a value of the wrong shape.
    #[error("a row of table {table} is missing or malformed")]
    Row {
        /// The table.
        table: &'static str,
    },
    /// A row does not fit its table.
    #[error("a row of the file does not fit its table")]
    Misfit,
    /// Tables, indexes, triggers or views that saferoom did not make.
    #[error("the tables of the file are not those of a vault")]
    Schema,
    /// Another process holds the file for longer than the time-out.
    #[error("another program is using the vault")]
    Busy,
    /// The disk is full.
    #[error("the disk is full")]
    Full,
    /// The file, its folder or the medium may not be written.
    #[error("the vault may not be written")]
    ReadOnly,
    /// The operating system reports an error of the disk.
    #[error("reading or writing the disk failed")]
    Disk,
    /// The vault was opened by another process, of which this one is a copy (`fork`).
    #[error("this process is a copy of the one that opened the vault")]
    Forked,
    /// SQLite answered in a way that saferoom does not expect.
    #[error("the database answered with the unexpected code {code}")]
    Unexpected {
        /// SQLite's extended result code.
        code: i32,
    },
}

impl From<&std::io::Error> for StoreError {
    fn from(error: &std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::AlreadyExists => Self::AlreadyExists,
            std::io::ErrorKind::NotFound => Self::NotFound,
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => Self::Full,
            std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem => Self::ReadOnly,
            _ => Self::Disk,
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        let rusqlite::Error::SqliteFailure(failure, _) = &error else {
            return Self::Row { table: "?" };
        };
        match failure.code {
            ErrorCode::NotADatabase => Self::NotADatabase,
            ErrorCode::DatabaseCorrupt => Self::Damaged,
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Self::Busy,
            ErrorCode::DiskFull => Self::Full,
            ErrorCode::ReadOnly | ErrorCode::PermissionDenied => Self::ReadOnly,
            ErrorCode::SystemIoFailure => Self::Disk,
            ErrorCode::CannotOpen => Self::ReadOnly,
            ErrorCode::ConstraintViolation => Self::Misfit,
            _ => Self::Unexpected { code: failure.extended_code },
        }
    }
}

impl Diagnosis for StoreError {
    fn code(&self) -> u16 {
        Family::Store.code(match self {
            Self::NotFound => 1,
            Self::AlreadyExists => 2,
            Self::NotADatabase => 3,
            Self::NotAVault => 4,
            Self::TooNew { .. } => 5,
            Self::LeftBeside { .. } => 6,
            Self::Damaged => 10,
            Self::Row { .. } => 11,
            Self::Schema => 12,
            Self::Misfit => 13,
            Self::Busy => 20,
            Self::Full => 21,
            Self::ReadOnly => 22,
            Self::Disk => 23,
            Self::Forked => 24,
            Self::Unexpected { .. } => 90,
        })
    }

    fn advice(&self) -> &'static str {
        match self {
            Self::NotFound => "Check the path; make a new vault with `saferoom vault create`.",
            Self::AlreadyExists => "Choose another path: saferoom never writes over a file.",
            Self::LeftBeside { .. } => {
                "Choose another path, or give the vault that it belongs to its name again: what was written last may be in it and nowhere else."
            }
            Self::NotADatabase | Self::NotAVault => {
                "Check the path: this file belongs to another program and was not touched."
            }
            Self::TooNew { .. } => "Install the newest saferoom on this device; the file was not touched.",
            Self::Damaged | Self::Row { .. } | Self::Schema | Self::Misfit => {
                "Stop writing, make a copy of the file as it is, and restore from the newest backup; saferoom repairs nothing in silence."
            }
            Self::Busy => "Close the other program and try again.",
            Self::Full => "Free some space and try again; nothing was lost, and nothing half was written.",
            Self::ReadOnly => "Check that you may write the file and its folder; nothing was changed.",
            Self::Disk => "Check the disk or card, and make a copy of the file at once.",
            Self::Forked => "Open the vault and sign in anew in this process; nothing was read or written here.",
            Self::Unexpected { .. } => "Report the code to those who look after saferoom; nothing half was written.",
        }
    }
}
