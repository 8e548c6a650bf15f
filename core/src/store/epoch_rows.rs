//! Rows of the epochs of the logs.

use rusqlite::params;

use super::StoreError;
use super::rows::{Rows, number};

/// An epoch of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EpochRow {
    /// Number of the log * 2^40 + number of the epoch.
    pub number: u64,
    /// What is known of it, sealed.
    pub sealed: Vec<u8>,
}

impl Rows<'_> {
    /// Visits the epochs with numbers from `from` (inclusive) to `to` (exclusive), ascending.
    ///
    /// # Errors
    /// [`StoreError::Row`] if one is malformed.
    pub fn each_epoch(&self, from: u64, to: u64, mut visit: impl FnMut(EpochRow)) -> Result<(), StoreError> {
        let sql = "SELECT number, sealed FROM epoch WHERE number >= ?1 AND number < ?2 ORDER BY number";
        self.each("epoch", sql, [from as i64, to as i64], |row| {
            visit(EpochRow { number: number(row, 0)?, sealed: row.get(1)? });
            Ok(())
        })
    }

    /// The last epoch with a number from `from` (inclusive) to `to` (exclusive).
    ///
    /// # Errors
    /// [`StoreError::Row`] if it is malformed.
    pub fn last_epoch(&self, from: u64, to: u64) -> Result<Option<EpochRow>, StoreError> {
        let sql = "SELECT number, sealed FROM epoch WHERE number >= ?1 AND number < ?2 ORDER BY number DESC LIMIT 1";
        self.one("epoch", sql, [from as i64, to as i64], |row| {
            Ok(EpochRow { number: number(row, 0)?, sealed: row.get(1)? })
        })
    }

    /// How many epochs there are.
    ///
    /// # Errors
    /// What the disk says.
    pub fn count_epochs(&self) -> Result<u64, StoreError> {
        Ok(self.one("epoch", "SELECT count(*) FROM epoch", [], |row| number(row, 0))?.unwrap_or(0))
    }

    /// Adds an epoch.
    ///
    /// # Errors
    /// What the disk says.
    pub fn add_epoch(&self, row: &EpochRow) -> Result<(), StoreError> {
        self.run("INSERT INTO epoch VALUES (?1, ?2)", params![row.number as i64, row.sealed])
    }
}
