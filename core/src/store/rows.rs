//! Rows inside one transaction: how statements run, whose file it is, the roster, the sessions. Other files add the rest.

use rusqlite::types::FromSql;
use rusqlite::{OptionalExtension, Params, Row, Transaction, params};

use super::StoreError;
use super::row::{SessionRow, VaultRow};
use crate::id::{DeviceId, VaultId};

/// The rows of the file, inside one transaction.
pub struct Rows<'store> {
    transaction: Transaction<'store>,
}

impl std::fmt::Debug for Rows<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Rows(..)")
    }
}

impl<'store> Rows<'store> {
    pub(super) fn new(transaction: Transaction<'store>) -> Self {
        Self { transaction }
    }

    /// Makes all changes durable.
    ///
    /// # Errors
    /// What the disk says; nothing is changed then.
    pub fn commit(self) -> Result<(), StoreError> {
        Ok(self.transaction.commit()?)
    }

    /// Runs a statement that changes exactly one row; anything else means that the schema is not ours.
    pub(super) fn run(&self, sql: &str, values: impl Params) -> Result<(), StoreError> {
        match self.transaction.prepare_cached(sql)?.execute(values)? {
            1 => Ok(()),
            _ => Err(StoreError::Schema),
        }
    }

    /// Adds a row whose number SQLite chooses; returns that.
    pub(super) fn insert(&self, sql: &str, values: impl Params) -> Result<i64, StoreError> {
        self.run(sql, values)?;
        Ok(self.transaction.last_insert_rowid())
    }

    /// Compares tables and indexes with those of this release: a trigger or a view could swallow what is written.
    ///
    /// # Errors
    /// [`StoreError::Schema`].
    pub fn verify_schema(&self) -> Result<(), StoreError> {
        let mut found = String::new();
        let sql = "SELECT type, name, coalesce(sql, '') FROM sqlite_schema ORDER BY name";
        self.each("sqlite_schema", sql, [], |row| {
            for column in 0..3 {
                found.push_str(&row.get::<_, String>(column)?);
                found.push('\n');
            }
            Ok(())
        })?;
        if found == super::open::expected_schema()? { Ok(()) } else { Err(StoreError::Schema) }
    }

    /// Runs a statement; returns how many rows it changed.
    pub(super) fn change(&self, sql: &str, values: impl Params) -> Result<usize, StoreError> {
        Ok(self.transaction.prepare_cached(sql)?.execute(values)?)
    }

    pub(super) fn one<T>(
        &self,
        table: &'static str,
        sql: &str,
        values: impl Params,
        read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>, StoreError> {
        self.transaction.prepare_cached(sql)?.query_row(values, read).optional().map_err(|error| in_table(error, table))
    }

    pub(super) fn each(
        &self,
        table: &'static str,
        sql: &str,
        values: impl Params,
        mut visit: impl FnMut(&Row<'_>) -> rusqlite::Result<()>,
    ) -> Result<(), StoreError> {
        let mut statement = self.transaction.prepare_cached(sql)?;
        let mut rows = statement.query(values)?;
        while let Some(row) = rows.next()? {
            visit(row).map_err(|error| in_table(error, table))?;
        }
        Ok(())
    }

    /// A number that changes whenever another connection has written the file.
    ///
    /// # Errors
    /// What the disk says.
    pub fn data_version(&self) -> Result<i64, StoreError> {
        Ok(self.one("vault", "PRAGMA data_version", [], |row| row.get(0))?.unwrap_or(0))
    }

    /// Whose file it is.
    ///
    /// # Errors
    /// [`StoreError::Row`] if the row is missing.
    pub fn vault(&self) -> Result<VaultRow, StoreError> {
        self.one("vault", "SELECT vault, device FROM vault WHERE one = 1", [], |row| {
            Ok(VaultRow { vault: VaultId::from_bytes(row.get(0)?), device: DeviceId::from_bytes(row.get(1)?) })
        })?
        .ok_or(StoreError::Row { table: "vault" })
    }

    /// Says whose file it is; once.
    ///
    /// # Errors
    /// What the disk says.
    pub fn put_vault(&self, row: VaultRow) -> Result<(), StoreError> {
        self.run("INSERT INTO vault VALUES (1, ?1, ?2)", params![row.vault.as_bytes(), row.device.as_bytes()])?;
        Ok(())
    }

    /// Says which device keeps the vault from now on.
    ///
    /// # Errors
    /// What the disk says.
    pub fn replace_vault(&self, row: VaultRow) -> Result<(), StoreError> {
        let sql = "UPDATE vault SET device = ?2 WHERE one = 1 AND vault = ?1";
        self.run(sql, params![row.vault.as_bytes(), row.device.as_bytes()])
    }

    /// All roster entries, sealed, by position from 0.
    ///
    /// # Errors
    /// [`StoreError::Row`] if one is missing in between.
    pub fn roster(&self) -> Result<Vec<Vec<u8>>, StoreError> {
        let mut entries: Vec<Vec<u8>> = Vec::new();
        let mut gap = false;
        self.each("roster", "SELECT position, sealed FROM roster ORDER BY position", [], |row| {
            gap |= row.get::<_, i64>(0)? != entries.len() as i64;
            entries.push(row.get(1)?);
            Ok(())
        })?;
        if gap || entries.is_empty() { Err(StoreError::Row { table: "roster" }) } else { Ok(entries) }
    }

    /// Adds a roster entry.
    ///
    /// # Errors
    /// What the disk says.
    pub fn add_roster(&self, position: u64, sealed: &[u8]) -> Result<(), StoreError> {
        self.run("INSERT INTO roster VALUES (?1, ?2)", params![position as i64, sealed])?;
        Ok(())
    }

    /// A session.
    ///
    /// # Errors
    /// [`StoreError::Row`] if it is malformed.
    pub fn session(&self, number: u64) -> Result<Option<SessionRow>, StoreError> {
        let sql = "SELECT device, public_key, certificate, envelope FROM session WHERE number = ?1";
        self.one("session", sql, [number as i64], |row| {
            Ok(SessionRow {
                number,
                device: DeviceId::from_bytes(row.get(0)?),
                public_key: row.get(1)?,
                certificate: row.get(2)?,
                envelope: row.get(3)?,
            })
        })
    }

    /// Numbers of all sessions, ascending.
    ///
    /// # Errors
    /// What the disk says.
    pub fn session_numbers(&self) -> Result<Vec<u64>, StoreError> {
        let mut numbers = Vec::new();
        self.each("session", "SELECT number FROM session ORDER BY number", [], |row| {
            numbers.push(number(row, 0)?);
            Ok(())
        })?;
        Ok(numbers)
    }

    /// Number that the next session gets.
    ///
    /// # Errors
    /// What the disk says.
    pub fn next_session(&self) -> Result<u64, StoreError> {
        let last = self.one("session", "SELECT max(number) FROM session", [], |row| row.get::<_, Option<i64>>(0))?;
        Ok(last.flatten().unwrap_or(0) as u64 + 1)
    }

    /// Adds a session.
    ///
    /// # Errors
    /// What the disk says.
    pub fn add_session(&self, row: &SessionRow) -> Result<(), StoreError> {
        self.run(
            "INSERT INTO session VALUES (?1, ?2, ?3, ?4, ?5)",
            params![row.number as i64, row.device.as_bytes(), row.public_key, row.certificate, row.envelope],
        )?;
        Ok(())
    }

    /// Removes a session, for tests.
    #[cfg(test)]
    pub(crate) fn forget_session(&self, number: u64) -> Result<(), StoreError> {
        self.run("DELETE FROM session WHERE number = ?1", [number as i64])
    }
}

pub(super) fn number(row: &Row<'_>, index: usize) -> rusqlite::Result<u64> {
    let value: i64 = row.get(index)?;
    u64::try_from(value).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(index, value))
}

pub(super) fn bytes<T: FromSql>(row: &Row<'_>, index: usize) -> rusqlite::Result<T> {
    row.get(index)
}

/// A value of the wrong shape is damage of that table; anything else is what SQLite says.
fn in_table(error: rusqlite::Error, table: &'static str) -> StoreError {
    match error {
        rusqlite::Error::SqliteFailure(..) => error.into(),
        _ => StoreError::Row { table },
    }
}
