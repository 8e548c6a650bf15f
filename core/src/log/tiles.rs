//! A log as a folder of files (C2SP tlog-tiles v0.1.0, <https://c2sp.org/tlog-tiles>): what an auditor takes away, and
//! what other programs read.
//!
//! | file | content |
//! |---|---|
//! | `tile/<L>/<N>` | 256 hashes of level 8·L of the tree; `tile/0/…` are the leaf hashes |
//! | `tile/entries/<N>` | 256 entries, each behind its length in two bytes, big-endian |
//! | `….p/<W>` | the last one of a level, with only W of them |
//!
//! [`TileWriter`] makes them while entries are appended; [`EntryStream`] reads them all, computes everything anew and
//! compares; [`TileReader`] takes single hashes and entries out. None of them holds more than one file of each level in
//! memory, and none trusts a length that it reads.

mod ahead;
mod path;
mod reader;
mod stream;
mod tile;
mod writer;

pub use path::{MAX_TILE_LEVEL, TILE_WIDTH, TileKind, TilePath};
pub use reader::TileReader;
pub use stream::{EntryStream, StreamedEntry};
pub use writer::TileWriter;

use super::{FolderError, HASH_LENGTH, LogError, MAX_ENTRY_LENGTH};
use crate::error::{Diagnosis, Family};

/// The longest file of hashes.
const MAX_HASHES_LENGTH: usize = TILE_WIDTH as usize * HASH_LENGTH;

/// The longest bundle of entries: 16 MiB.
const MAX_BUNDLE_LENGTH: usize = TILE_WIDTH as usize * (2 + MAX_ENTRY_LENGTH);

/// What is wrong with the files of a log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TileError {
    /// A file that is missing, or that could not be read or written.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// A file that does not have the length which its name and the size of the log demand: a partial tile in place of a
    /// full one, a bundle that was cut.
    #[error("{path} does not hold as many hashes or entries as its name says")]
    Length {
        /// The file.
        path: TilePath,
    },
    /// A tile whose hashes are not those of the entries.
    #[error("{path} does not hold the hashes of the entries")]
    Mismatch {
        /// The file.
        path: TilePath,
    },
    /// The tree, an index, an entry.
    #[error(transparent)]
    Log(#[from] LogError),
}

impl Diagnosis for TileError {
    fn code(&self) -> u16 {
        match self {
            Self::Folder(error) => error.code(),
            Self::Length { .. } => Family::Log.code(75),
            Self::Mismatch { .. } => Family::Log.code(76),
            Self::Log(error) => error.code(),
        }
    }

    fn advice(&self) -> &'static str {
        match self {
            Self::Folder(error) => error.advice(),
            Self::Length { .. } | Self::Mismatch { .. } => {
                "Copy the bundle again from its source; if it stays so, the bundle is damaged or was altered: keep it as evidence."
            }
            Self::Log(error) => error.advice(),
        }
    }
}

/// The entries of a bundle: exactly `width`, and nothing behind them.
///
/// # Errors
/// [`LogError::MalformedBundle`].
pub fn split_bundle(bytes: &[u8], width: u16) -> Result<Vec<&[u8]>, LogError> {
    let mut entries = Vec::with_capacity(usize::from(width.min(TILE_WIDTH)));
    let mut rest = bytes;
    for _ in 0..width {
        let (length, behind) = rest.split_first_chunk().ok_or(LogError::MalformedBundle)?;
        let (entry, behind) =
            behind.split_at_checked(u16::from_be_bytes(*length).into()).ok_or(LogError::MalformedBundle)?;
        entries.push(entry);
        rest = behind;
    }
    if rest.is_empty() { Ok(entries) } else { Err(LogError::MalformedBundle) }
}

#[cfg(test)]
mod tests;
