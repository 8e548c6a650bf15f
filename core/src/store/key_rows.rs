//! Rows of wrapped secrets: slots, the keyring, and the circles of cases.

use rusqlite::{Row, params};

use super::StoreError;
use super::row::{BackupKeyRow, CircleRow, FindingRow, KeyRow, SlotRow};
use super::rows::{Rows, bytes, number};
use crate::id::ScopeId;

impl Rows<'_> {
    /// What lies in a slot.
    ///
    /// # Errors
    /// [`StoreError::Row`] if it is malformed.
    pub fn slot(&self, slot: &[u8; 16]) -> Result<Option<SlotRow>, StoreError> {
        self.one("slot", "SELECT slot, session, sealed FROM slot WHERE slot = ?1", [slot], slot_row)
    }

    /// Visits the slots from `first` to `last`.
    ///
    /// # Errors
    /// [`StoreError::Row`] if one is malformed.
    pub fn each_slot(
        &self,
        first: [u8; 16],
        last: [u8; 16],
        mut visit: impl FnMut(&SlotRow),
    ) -> Result<(), StoreError> {
        let sql = "SELECT slot, session, sealed FROM slot WHERE slot BETWEEN ?1 AND ?2 ORDER BY slot";
        self.each("slot", sql, [first, last], |row| {
            visit(&slot_row(row)?);
            Ok(())
        })
    }

    /// Fills a slot.
    ///
    /// # Errors
    /// What the disk says.
    pub fn add_slot(&self, row: &SlotRow) -> Result<(), StoreError> {
        let session = row.session.map(|session| session as i64);
        self.run("INSERT INTO slot VALUES (?1, ?2, ?3)", params![row.slot, session, row.sealed])
    }

    /// Empties a slot.
    ///
    /// # Errors
    /// [`StoreError::Schema`] if there is nothing in it.
    pub fn remove_slot(&self, slot: &[u8; 16]) -> Result<(), StoreError> {
        self.run("DELETE FROM slot WHERE slot = ?1", [slot])
    }

    /// The wrapped data keys of a scope, by ordinal.
    ///
    /// # Errors
    /// [`StoreError::Row`] if one is malformed.
    pub fn keys(&self, scope: ScopeId) -> Result<Vec<KeyRow>, StoreError> {
        let mut keys = Vec::new();
        let sql = "SELECT scope, ordinal, tag, commitment, commit_number, place, session, sealed FROM keyring WHERE scope = ?1 ORDER BY ordinal, tag";
        self.each("keyring", sql, [scope.as_bytes()], |row| {
            keys.push(key_row(row)?);
            Ok(())
        })?;
        Ok(keys)
    }

    /// The scopes with wrapped keys that come after this one, ascending, at most `limit` of them.
    ///
    /// # Errors
    /// [`StoreError::Row`] if one is malformed.
    pub fn scopes_after(&self, after: Option<ScopeId>, limit: usize) -> Result<Vec<ScopeId>, StoreError> {
        let mut scopes = Vec::new();
        let after = after.as_ref().map_or(&[][..], |scope| scope.as_bytes());
        let sql = "SELECT DISTINCT scope FROM keyring WHERE scope > ?1 ORDER BY scope LIMIT ?2";
        self.each("keyring", sql, params![after, limit as i64], |row| {
            scopes.push(ScopeId::from_bytes(bytes(row, 0)?));
            Ok(())
        })?;
        Ok(scopes)
    }

    /// How many scopes have wrapped keys.
    ///
    /// # Errors
    /// What the disk says.
    pub fn count_scopes(&self) -> Result<u64, StoreError> {
        let sql = "SELECT count(DISTINCT scope) FROM keyring";
        Ok(self.one("keyring", sql, [], |row| number(row, 0))?.unwrap_or(0))
    }

    /// Visits the wrapped keys of all scopes from `first` to `last`.
    ///
    /// # Errors
    /// [`StoreError::Row`] if one is malformed.
    pub fn each_key(&self, first: [u8; 16], last: [u8; 16], mut visit: impl FnMut(&KeyRow)) -> Result<(), StoreError> {
        let sql = "SELECT scope, ordinal, tag, commitment, commit_number, place, session, sealed FROM keyring WHERE scope BETWEEN ?1 AND ?2 ORDER BY scope";
        self.each("keyring", sql, [first, last], |row| {
            visit(&key_row(row)?);
            Ok(())
        })
    }

    /// Adds a wrapped key.
    ///
    /// # Errors
    /// What the disk says.
    pub fn add_key(&self, row: &KeyRow) -> Result<(), StoreError> {
        self.run(
            "INSERT INTO keyring VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            params![
                row.scope.as_bytes(),
                row.ordinal,
                row.tag,
                row.commitment,
                row.commit as i64,
                row.place,
                row.session.map(|session| session as i64),
                row.sealed
            ],
        )
    }

    /// Removes a wrapped key.
    ///
    /// # Errors
    /// [`StoreError::Schema`] if there is none.
    pub fn remove_key(&self, row: &KeyRow) -> Result<(), StoreError> {
        let sql = "DELETE FROM keyring WHERE scope = ?1 AND ordinal = ?2 AND tag = ?3";
        self.run(sql, params![row.scope.as_bytes(), row.ordinal, row.tag])
    }

    /// The keys under which backups were made, by number.
    ///
    /// # Errors
    /// [`StoreError::Row`] if one is malformed.
    pub fn backup_keys(&self) -> Result<Vec<BackupKeyRow>, StoreError> {
        let mut keys = Vec::new();
        self.each("backup_key", "SELECT number, sealed FROM backup_key ORDER BY number", [], |row| {
            keys.push(BackupKeyRow { number: number(row, 0)?, sealed: row.get(1)? });
            Ok(())
        })?;
        Ok(keys)
    }

    /// Adds a key under which a backup is made.
    ///
    /// # Errors
    /// What the disk says.
    pub fn add_backup_key(&self, row: &BackupKeyRow) -> Result<(), StoreError> {
        self.run("INSERT INTO backup_key VALUES (?1, ?2)", params![row.number as i64, row.sealed])
    }

    /// How many wrapped data keys there are.
    ///
    /// # Errors
    /// What the disk says.
    pub fn count_keys(&self) -> Result<u64, StoreError> {
        Ok(self.one("keyring", "SELECT count(*) FROM keyring", [], |row| number(row, 0))?.unwrap_or(0))
    }

    /// How many slots there are.
    ///
    /// # Errors
    /// What the disk says.
    pub fn count_slots(&self) -> Result<u64, StoreError> {
        Ok(self.one("slot", "SELECT count(*) FROM slot", [], |row| number(row, 0))?.unwrap_or(0))
    }

    /// The entries of a case's circle, by number.
    ///
    /// # Errors
    /// [`StoreError::Row`] if one is malformed.
    pub fn circle(&self, scope: ScopeId) -> Result<Vec<CircleRow>, StoreError> {
        let mut entries = Vec::new();
        self.each_circle_entry(*scope.as_bytes(), *scope.as_bytes(), |entry| entries.push(entry))?;
        Ok(entries)
    }

    /// Visits the entries of the circles of all cases from `first` to `last`.
    ///
    /// # Errors
    /// [`StoreError::Row`] if one is malformed.
    pub fn each_circle_entry(
        &self,
        first: [u8; 16],
        last: [u8; 16],
        mut visit: impl FnMut(CircleRow),
    ) -> Result<(), StoreError> {
        let sql = "SELECT scope, number, commit_number, place, sealed FROM circle WHERE scope BETWEEN ?1 AND ?2 ORDER BY scope, number";
        self.each("circle", sql, [first, last], |row| {
            visit(CircleRow {
                scope: ScopeId::from_bytes(bytes(row, 0)?),
                number: number(row, 1)?,
                commit: number(row, 2)?,
                place: row.get(3)?,
                sealed: row.get(4)?,
            });
            Ok(())
        })
    }

    /// Adds an entry to a case's circle.
    ///
    /// # Errors
    /// What the disk says.
    pub fn add_circle_entry(&self, row: &CircleRow) -> Result<(), StoreError> {
        self.run(
            "INSERT INTO circle VALUES (?1, ?2, ?3, ?4, ?5)",
            params![row.scope.as_bytes(), row.number as i64, row.commit as i64, row.place, row.sealed],
        )
    }

    /// How many entries the circles of all cases have.
    ///
    /// # Errors
    /// What the disk says.
    pub fn count_circle_entries(&self) -> Result<u64, StoreError> {
        Ok(self.one("circle", "SELECT count(*) FROM circle", [], |row| number(row, 0))?.unwrap_or(0))
    }
}

impl Rows<'_> {
    /// Visits the findings from `first` to `last`, by number.
    ///
    /// # Errors
    /// [`StoreError::Row`] if one is malformed.
    pub fn each_finding(
        &self,
        first: [u8; 16],
        last: [u8; 16],
        mut visit: impl FnMut(FindingRow),
    ) -> Result<(), StoreError> {
        let sql = "SELECT id, number, commit_number, place, session, unit_sealed, oversight_sealed FROM finding WHERE id BETWEEN ?1 AND ?2 ORDER BY id, number";
        self.each("finding", sql, [first, last], |row| {
            visit(FindingRow {
                id: bytes(row, 0)?,
                number: number(row, 1)?,
                commit: number(row, 2)?,
                place: row.get(3)?,
                session: number(row, 4)?,
                unit_sealed: row.get(5)?,
                oversight_sealed: row.get(6)?,
            });
            Ok(())
        })
    }

    /// Adds a finding, or its review.
    ///
    /// # Errors
    /// What the disk says.
    pub fn add_finding(&self, row: &FindingRow) -> Result<(), StoreError> {
        self.run(
            "INSERT INTO finding VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![
                row.id,
                row.number as i64,
                row.commit as i64,
                row.place,
                row.session as i64,
                row.unit_sealed,
                row.oversight_sealed
            ],
        )
    }

    /// How many findings and reviews there are.
    ///
    /// # Errors
    /// What the disk says.
    pub fn count_findings(&self) -> Result<u64, StoreError> {
        Ok(self.one("finding", "SELECT count(*) FROM finding", [], |row| number(row, 0))?.unwrap_or(0))
    }
}

fn slot_row(row: &Row<'_>) -> rusqlite::Result<SlotRow> {
    Ok(SlotRow { slot: bytes(row, 0)?, session: session(row, 1)?, sealed: row.get(2)? })
}

fn key_row(row: &Row<'_>) -> rusqlite::Result<KeyRow> {
    Ok(KeyRow {
        scope: ScopeId::from_bytes(bytes(row, 0)?),
        ordinal: row.get(1)?,
        tag: bytes(row, 2)?,
        commitment: bytes(row, 3)?,
        commit: number(row, 4)?,
        place: row.get(5)?,
        session: session(row, 6)?,
        sealed: row.get(7)?,
    })
}

fn session(row: &Row<'_>, index: usize) -> rusqlite::Result<Option<u64>> {
    match row.get::<_, Option<i64>>(index)? {
        Some(value) if value < 0 => Err(rusqlite::Error::IntegralValueOutOfRange(index, value)),
        value => Ok(value.map(|value| value as u64)),
    }
}
