//! Rows of the search index: which token stands for something in which record.

use rusqlite::params;

use super::rows::number;
use super::{Rows, StoreError};
use crate::id::RecordId;

/// A search token: so short that several names share one. See docs/adr/0014.
pub type Token = u16;

impl Rows<'_> {
    /// Adds a token of a record; false if it was there already.
    ///
    /// # Errors
    /// What the disk says.
    pub fn add_token(&self, token: Token, record: RecordId) -> Result<bool, StoreError> {
        Ok(self.change("INSERT OR IGNORE INTO token VALUES (?1, ?2)", params![token, record.as_bytes()])? == 1)
    }

    /// Removes a token of a record; false if it was not there.
    ///
    /// # Errors
    /// What the disk says.
    pub fn remove_token(&self, token: Token, record: RecordId) -> Result<bool, StoreError> {
        Ok(self.change("DELETE FROM token WHERE token = ?1 AND record = ?2", params![token, record.as_bytes()])? == 1)
    }

    /// Removes all tokens.
    ///
    /// # Errors
    /// What the disk says.
    pub fn clear_tokens(&self) -> Result<(), StoreError> {
        self.change("DELETE FROM token", []).map(|_| ())
    }

    /// Whether a record has this token.
    ///
    /// # Errors
    /// What the disk says.
    pub fn has_token(&self, token: Token, record: RecordId) -> Result<bool, StoreError> {
        let sql = "SELECT 1 FROM token WHERE token = ?1 AND record = ?2";
        Ok(self.one("token", sql, params![token, record.as_bytes()], |row| row.get::<_, i64>(0))?.is_some())
    }

    /// The records with this token, at most `limit` of them.
    ///
    /// # Errors
    /// [`StoreError::Row`] if one is malformed.
    pub fn records_with_token(&self, token: Token, limit: usize) -> Result<Vec<RecordId>, StoreError> {
        let mut records = Vec::new();
        let sql = "SELECT record FROM token WHERE token = ?1 ORDER BY record LIMIT ?2";
        self.each("token", sql, params![token, limit as i64], |row| {
            records.push(RecordId::from_bytes(row.get(0)?));
            Ok(())
        })?;
        Ok(records)
    }

    /// The tokens of all records whose ids lie between `first` and `last`. Goes through the whole index.
    ///
    /// # Errors
    /// [`StoreError::Row`] if one is malformed.
    pub fn tokens_of_records(&self, first: [u8; 16], last: [u8; 16]) -> Result<Vec<(Token, RecordId)>, StoreError> {
        let mut found = Vec::new();
        let sql = "SELECT token, record FROM token WHERE record BETWEEN ?1 AND ?2";
        self.each("token", sql, [first, last], |row| {
            found.push((row.get(0)?, RecordId::from_bytes(row.get(1)?)));
            Ok(())
        })?;
        Ok(found)
    }

    /// Visits the rows of all tokens from `first` to `last`.
    ///
    /// # Errors
    /// [`StoreError::Row`] if one is malformed.
    pub fn each_token(
        &self,
        first: Token,
        last: Token,
        mut visit: impl FnMut(Token, RecordId),
    ) -> Result<(), StoreError> {
        let sql = "SELECT token, record FROM token WHERE token BETWEEN ?1 AND ?2 ORDER BY token";
        self.each("token", sql, params![first, last], |row| {
            visit(row.get(0)?, RecordId::from_bytes(row.get(1)?));
            Ok(())
        })
    }

    /// How many rows of tokens there are.
    ///
    /// # Errors
    /// What the disk says.
    pub fn count_tokens(&self) -> Result<u64, StoreError> {
        Ok(self.one("token", "SELECT count(*) FROM token", [], |row| number(row, 0))?.unwrap_or(0))
    }
}
