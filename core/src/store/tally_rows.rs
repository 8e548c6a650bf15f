//! Rows of what was counted of members.

use rusqlite::{Row, params};

use super::StoreError;
use super::row::TallyRow;
use super::rows::{Rows, bytes};

impl Rows<'_> {
    /// What was counted of a member.
    ///
    /// # Errors
    /// [`StoreError::Row`] if it is malformed.
    pub fn tally(&self, name: &[u8; 16]) -> Result<Option<TallyRow>, StoreError> {
        self.one("tally", "SELECT name, sealed FROM tally WHERE name = ?1", [name], row_of)
    }

    /// Visits what was counted of all members.
    ///
    /// # Errors
    /// [`StoreError::Row`] if a row is malformed.
    pub fn each_tally(&self, mut visit: impl FnMut(&TallyRow)) -> Result<(), StoreError> {
        self.each("tally", "SELECT name, sealed FROM tally ORDER BY name", [], |row| {
            visit(&row_of(row)?);
            Ok(())
        })
    }

    /// Adds or replaces what was counted of a member.
    ///
    /// # Errors
    /// What the disk says.
    pub fn put_tally(&self, row: &TallyRow) -> Result<(), StoreError> {
        self.run("INSERT OR REPLACE INTO tally VALUES (?1, ?2)", params![row.name, row.sealed])
    }

    /// Removes what was counted of a member, as an attacker's program does.
    #[cfg(test)]
    pub(crate) fn forget_tally(&self, name: &[u8; 16]) -> Result<(), StoreError> {
        self.run("DELETE FROM tally WHERE name = ?1", [name])
    }
}

fn row_of(row: &Row<'_>) -> rusqlite::Result<TallyRow> {
    Ok(TallyRow { name: bytes(row, 0)?, sealed: row.get(1)? })
}
