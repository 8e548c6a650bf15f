//! Rows of what is remembered of packets.

use rusqlite::{Row, params};

use super::StoreError;
use super::row::CorrespondentRow;
use super::rows::{Rows, bytes, number};

impl Rows<'_> {
    /// What is remembered of a sender.
    ///
    /// # Errors
    /// [`StoreError::Row`] if it is malformed.
    pub fn correspondent(&self, sender: &[u8; 16]) -> Result<Option<CorrespondentRow>, StoreError> {
        self.one("correspondent", "SELECT sender, sealed FROM correspondent WHERE sender = ?1", [sender], row_of)
    }

    /// Visits what is remembered of the senders from `first` to `last`.
    ///
    /// # Errors
    /// [`StoreError::Row`] if one is malformed.
    pub fn each_correspondent(
        &self,
        first: [u8; 16],
        last: [u8; 16],
        mut visit: impl FnMut(&CorrespondentRow),
    ) -> Result<(), StoreError> {
        let sql = "SELECT sender, sealed FROM correspondent WHERE sender BETWEEN ?1 AND ?2 ORDER BY sender";
        self.each("correspondent", sql, [first, last], |row| {
            visit(&row_of(row)?);
            Ok(())
        })
    }

    /// Adds or replaces what is remembered of a sender.
    ///
    /// # Errors
    /// What the disk says.
    pub fn put_correspondent(&self, row: &CorrespondentRow) -> Result<(), StoreError> {
        self.run("INSERT OR REPLACE INTO correspondent VALUES (?1, ?2)", params![row.sender, row.sealed])
    }

    /// Of how many senders something is remembered.
    ///
    /// # Errors
    /// What the disk says.
    pub fn count_correspondents(&self) -> Result<u64, StoreError> {
        let sql = "SELECT count(*) FROM correspondent";
        Ok(self.one("correspondent", sql, [], |row| number(row, 0))?.unwrap_or(0))
    }
}

fn row_of(row: &Row<'_>) -> rusqlite::Result<CorrespondentRow> {
    Ok(CorrespondentRow { sender: bytes(row, 0)?, sealed: row.get(1)? })
}
