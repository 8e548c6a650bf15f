//! Rows of the log: its entries, the newest signed statement, and where the last entries of records are.

use rusqlite::{Row, params};

use super::StoreError;
use super::row::{EntryRow, SignedRow, TipRow};
use super::rows::{Rows, number};

impl Rows<'_> {
    /// The full lists of places of entries, in order.
    ///
    /// # Errors
    /// [`StoreError::Row`] if they are not numbered from 0.
    pub fn recent(&self) -> Result<Vec<Vec<u8>>, StoreError> {
        let mut lists: Vec<Vec<u8>> = Vec::new();
        let mut gap = false;
        self.each("recent", "SELECT list, sealed FROM recent ORDER BY list", [], |row| {
            gap |= row.get::<_, i64>(0)? != lists.len() as i64;
            lists.push(row.get(1)?);
            Ok(())
        })?;
        if gap { Err(StoreError::Row { table: "recent" }) } else { Ok(lists) }
    }

    /// Adds a full list of places of entries.
    ///
    /// # Errors
    /// What the disk says.
    pub fn add_recent(&self, list: u64, sealed: &[u8]) -> Result<(), StoreError> {
        self.run("INSERT INTO recent VALUES (?1, ?2)", params![list as i64, sealed])
    }

    /// Removes the full lists of places of entries.
    ///
    /// # Errors
    /// What the disk says.
    pub fn clear_recent(&self) -> Result<(), StoreError> {
        self.change("DELETE FROM recent", [])?;
        Ok(())
    }

    /// The newest statement.
    ///
    /// # Errors
    /// [`StoreError::Row`] if it is missing or malformed.
    pub fn tip(&self) -> Result<TipRow, StoreError> {
        let sql = "SELECT session, statement, signature, recent, base_session, base_statement, base_signature FROM tip WHERE one = 1";
        let (tip, base) = self
            .one("tip", sql, [], |row| {
                let (statement, signature, recent) = (row.get(1)?, row.get(2)?, row.get(3)?);
                let tip = TipRow { session: number(row, 0)?, statement, signature, recent, base: None };
                let session: Option<i64> = row.get(4)?;
                let statement: Option<Vec<u8>> = row.get(5)?;
                let signature: Option<[u8; 64]> = row.get(6)?;
                Ok((tip, (session, statement, signature)))
            })?
            .ok_or(StoreError::Row { table: "tip" })?;
        let base = match base {
            (None, None, None) => None,
            (Some(session), Some(statement), Some(signature)) => {
                let session = u64::try_from(session).map_err(|_| StoreError::Row { table: "tip" })?;
                Some(SignedRow { session, statement, signature })
            }
            _ => return Err(StoreError::Row { table: "tip" }),
        };
        Ok(TipRow { base, ..tip })
    }

    /// Replaces the newest statement.
    ///
    /// # Errors
    /// What the disk says.
    pub fn put_tip(&self, row: &TipRow) -> Result<(), StoreError> {
        let base = row.base.as_ref();
        self.run(
            "INSERT OR REPLACE INTO tip VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![
                row.session as i64,
                row.statement,
                row.signature,
                row.recent,
                base.map(|base| base.session as i64),
                base.map(|base| &base.statement),
                base.map(|base| base.signature)
            ],
        )?;
        Ok(())
    }

    /// A log entry.
    ///
    /// # Errors
    /// [`StoreError::Row`] if it is malformed.
    pub fn entry(&self, position: u64) -> Result<Option<EntryRow>, StoreError> {
        let sql = "SELECT position, session, hashes, sealed FROM entry WHERE position = ?1";
        self.one("entry", sql, [position as i64], entry_row)
    }

    /// Visits log entries from `from` (inclusive) to `to` (exclusive).
    ///
    /// # Errors
    /// [`StoreError::Row`] if one is malformed.
    pub fn each_entry(&self, from: u64, to: u64, mut visit: impl FnMut(EntryRow)) -> Result<(), StoreError> {
        let sql = "SELECT position, session, hashes, sealed FROM entry WHERE position >= ?1 AND position < ?2 ORDER BY position";
        self.each("entry", sql, [from as i64, to.min(i64::MAX as u64) as i64], |row| {
            visit(entry_row(row)?);
            Ok(())
        })
    }

    /// The Merkle hashes kept with an entry.
    ///
    /// # Errors
    /// What the disk says.
    pub fn entry_hashes(&self, position: u64) -> Result<Option<Vec<u8>>, StoreError> {
        self.one("entry", "SELECT hashes FROM entry WHERE position = ?1", [position as i64], |row| row.get(0))
    }

    /// The leaf hashes of log entries from `from` (inclusive) to `to` (exclusive), one behind the other.
    ///
    /// # Errors
    /// What the disk says.
    pub fn leaf_hashes(&self, from: u64, to: u64) -> Result<Vec<u8>, StoreError> {
        let sql = "SELECT substr(hashes, 1, 32) FROM entry WHERE position >= ?1 AND position < ?2 ORDER BY position";
        let mut hashes = Vec::with_capacity(8 * 32);
        self.each("entry", sql, [from as i64, to as i64], |row| {
            hashes.extend(row.get::<_, Vec<u8>>(0)?);
            Ok(())
        })?;
        Ok(hashes)
    }

    /// How many log entries there are: the number of rows, and one more than the last position.
    ///
    /// # Errors
    /// What the disk says.
    pub fn count_entries(&self) -> Result<(u64, u64), StoreError> {
        let sql = "SELECT count(*), coalesce(max(position) + 1, 0) FROM entry";
        Ok(self.one("entry", sql, [], |row| Ok((number(row, 0)?, number(row, 1)?)))?.unwrap_or((0, 0)))
    }

    /// Appends a log entry.
    ///
    /// # Errors
    /// What the disk says.
    pub fn add_entry(&self, position: u64, session: u64, hashes: &[u8], sealed: &[u8]) -> Result<(), StoreError> {
        self.run(
            "INSERT INTO entry VALUES (?1, ?2, ?3, ?4)",
            params![position as i64, session as i64, hashes, sealed],
        )?;
        Ok(())
    }
}

fn entry_row(row: &Row<'_>) -> rusqlite::Result<EntryRow> {
    Ok(EntryRow { position: number(row, 0)?, session: number(row, 1)?, hashes: row.get(2)?, sealed: row.get(3)? })
}
