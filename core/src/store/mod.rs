//! Floor 4: where it is kept. One SQLite file of sealed bytes; this floor knows rows, not their meaning.
//!
//! [`Store`] opens and migrates the file, [`Rows`] reads and writes rows inside one transaction. A file that is not
//! ours, newer than we are, or damaged is refused with its own error and never changed, repaired or deleted.

mod copy;
mod epoch_rows;
mod error;
mod key_rows;
mod log_rows;
mod open;
mod packet_rows;
mod page_cache;
mod record_rows;
mod row;
mod rows;
mod second_look;
pub(crate) mod side_files;
mod statistics_rows;
mod tally_rows;
#[cfg(test)]
mod tests;
mod tokens;
mod turn;

pub use copy::Tables;

/// Whether a row of a copy is well formed: for the fuzz targets.
#[cfg(feature = "fuzzing")]
pub(crate) fn is_copied_row(row: &[u8]) -> bool {
    copy::decode(row).is_some()
}

pub use epoch_rows::EpochRow;
pub use error::StoreError;
pub use open::{APPLICATION_ID, SCHEMA_VERSION, Store};
pub use page_cache::PageCache;
pub use row::{
    BackupKeyRow, CircleRow, CommitRow, CorrespondentRow, EntryRow, FindingRow, HeadRow, KeyRow, RevisionRow,
    SessionRow, SignedRow, SlotRow, StatisticsLinkRow, StatisticsRow, TallyRow, TipRow, VaultRow,
};
pub use rows::Rows;
pub use second_look::second_look;
pub use tokens::Token;
pub use turn::Turn;
