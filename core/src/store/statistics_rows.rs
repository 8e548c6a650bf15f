//! Rows of the statistics, and of the links that lead to them.

use rusqlite::{Row, params};

use super::StoreError;
use super::row::{StatisticsLinkRow, StatisticsRow};
use super::rows::{Rows, bytes, number};
use crate::id::ScopeId;

impl Rows<'_> {
    /// A row of the statistics.
    ///
    /// # Errors
    /// [`StoreError::Row`] if it is malformed.
    pub fn statistics(&self, id: &[u8; 16]) -> Result<Option<StatisticsRow>, StoreError> {
        self.one("statistics", "SELECT id, sealed FROM statistics WHERE id = ?1", [id], row_of)
    }

    /// Visits the rows from `first` to `last`, ascending by their random ids.
    ///
    /// # Errors
    /// [`StoreError::Row`] if one is malformed.
    pub fn each_statistics(
        &self,
        first: [u8; 16],
        last: [u8; 16],
        mut visit: impl FnMut(StatisticsRow),
    ) -> Result<(), StoreError> {
        let sql = "SELECT id, sealed FROM statistics WHERE id BETWEEN ?1 AND ?2 ORDER BY id";
        self.each("statistics", sql, [first, last], |row| {
            visit(row_of(row)?);
            Ok(())
        })
    }

    /// Adds or replaces a row.
    ///
    /// # Errors
    /// What the disk says.
    pub fn put_statistics(&self, row: &StatisticsRow) -> Result<(), StoreError> {
        self.run("INSERT OR REPLACE INTO statistics VALUES (?1, ?2)", params![row.id, row.sealed])
    }

    /// Removes a row, as an attacker's program does.
    #[cfg(test)]
    pub(crate) fn forget_statistics(&self, id: &[u8; 16]) -> Result<(), StoreError> {
        self.run("DELETE FROM statistics WHERE id = ?1", [id])
    }

    /// How many rows there are.
    ///
    /// # Errors
    /// What the disk says.
    pub fn count_statistics(&self) -> Result<u64, StoreError> {
        Ok(self.one("statistics", "SELECT count(*) FROM statistics", [], |row| number(row, 0))?.unwrap_or(0))
    }

    /// The links of a case.
    ///
    /// # Errors
    /// [`StoreError::Row`] if the row is malformed.
    pub fn statistics_link(&self, scope: ScopeId) -> Result<Option<StatisticsLinkRow>, StoreError> {
        let sql = "SELECT scope, sealed FROM statistics_link WHERE scope = ?1";
        self.one("statistics_link", sql, [scope.as_bytes()], link_of)
    }

    /// Visits the links of the cases from `first` to `last`.
    ///
    /// # Errors
    /// [`StoreError::Row`] if one is malformed.
    pub fn each_statistics_link(
        &self,
        first: [u8; 16],
        last: [u8; 16],
        mut visit: impl FnMut(&StatisticsLinkRow),
    ) -> Result<(), StoreError> {
        let sql = "SELECT scope, sealed FROM statistics_link WHERE scope BETWEEN ?1 AND ?2 ORDER BY scope";
        self.each("statistics_link", sql, [first, last], |row| {
            visit(&link_of(row)?);
            Ok(())
        })
    }

    /// Adds or replaces the links of a case.
    ///
    /// # Errors
    /// What the disk says.
    pub fn put_statistics_link(&self, row: &StatisticsLinkRow) -> Result<(), StoreError> {
        self.run("INSERT OR REPLACE INTO statistics_link VALUES (?1, ?2)", params![row.scope.as_bytes(), row.sealed])
    }

    /// Removes the links of a case.
    ///
    /// # Errors
    /// [`StoreError::Schema`] if there are none.
    pub fn remove_statistics_link(&self, scope: ScopeId) -> Result<(), StoreError> {
        self.run("DELETE FROM statistics_link WHERE scope = ?1", [scope.as_bytes()])
    }

    /// How many cases have links.
    ///
    /// # Errors
    /// What the disk says.
    pub fn count_statistics_links(&self) -> Result<u64, StoreError> {
        Ok(self.one("statistics_link", "SELECT count(*) FROM statistics_link", [], |row| number(row, 0))?.unwrap_or(0))
    }
}

fn row_of(row: &Row<'_>) -> rusqlite::Result<StatisticsRow> {
    Ok(StatisticsRow { id: bytes(row, 0)?, sealed: row.get(1)? })
}

fn link_of(row: &Row<'_>) -> rusqlite::Result<StatisticsLinkRow> {
    Ok(StatisticsLinkRow { scope: ScopeId::from_bytes(bytes(row, 0)?), sealed: row.get(1)? })
}
