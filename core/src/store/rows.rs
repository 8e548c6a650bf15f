//! Rows inside one transaction.

use rusqlite::types::FromSql;
use rusqlite::{OptionalExtension, Params, Row, Transaction, params};

use super::StoreError;
use super::row::{CommitRow, EntryRow, HeadRow, RevisionRow, SessionRow, SignedRow, TipRow, VaultRow};
use crate::id::{DeviceId, RecordId, ScopeId, VaultId};

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

    /// The head of a record.
    ///
    /// # Errors
    /// [`StoreError::Row`] if it is malformed.
    pub fn head(&self, record: RecordId) -> Result<Option<HeadRow>, StoreError> {
        let sql = "SELECT record, scope, parent, kind, revision, digest, entry FROM head WHERE record = ?1";
        self.one("head", sql, [record.as_bytes()], head_row)
    }

    /// Visits all heads with ids from `first` to `last`, ascending.
    ///
    /// # Errors
    /// [`StoreError::Row`] if one is malformed.
    pub fn each_head(&self, first: [u8; 16], last: [u8; 16], mut visit: impl FnMut(HeadRow)) -> Result<(), StoreError> {
        let sql = "SELECT record, scope, parent, kind, revision, digest, entry FROM head WHERE record BETWEEN ?1 AND ?2 ORDER BY record";
        self.each("head", sql, [first, last], |row| {
            visit(head_row(row)?);
            Ok(())
        })
    }

    /// The lowest id of a record that is not below `first`, if there is one.
    ///
    /// # Errors
    /// What the disk says.
    pub fn record_from(&self, first: [u8; 16]) -> Result<Option<[u8; 16]>, StoreError> {
        self.one("head", "SELECT record FROM head WHERE record >= ?1 ORDER BY record LIMIT 1", [first], |row| {
            row.get(0)
        })
    }

    /// How many heads of a kind with ids from `first` to `last` stand below this parent. Reads all heads in the range.
    ///
    /// # Errors
    /// What the disk says.
    pub fn count_below(
        &self,
        (first, last): ([u8; 16], [u8; 16]),
        parent: RecordId,
        kind: u16,
    ) -> Result<u64, StoreError> {
        let sql = "SELECT count(*) FROM head WHERE record BETWEEN ?1 AND ?2 AND parent = ?3 AND kind = ?4";
        Ok(self.one("head", sql, params![first, last, parent.as_bytes(), kind], |row| number(row, 0))?.unwrap_or(0))
    }

    /// Adds or replaces a head.
    ///
    /// # Errors
    /// What the disk says.
    pub fn put_head(&self, row: &HeadRow) -> Result<(), StoreError> {
        self.run(
            "INSERT OR REPLACE INTO head VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![
                row.record.as_bytes(),
                row.scope.as_bytes(),
                row.parent.as_bytes(),
                row.kind,
                row.revision,
                row.digest,
                row.entry as i64
            ],
        )?;
        Ok(())
    }

    /// Notes the last log entry about a record.
    ///
    /// # Errors
    /// What the disk says.
    pub fn touch_head(&self, record: RecordId, entry: u64) -> Result<(), StoreError> {
        self.run("UPDATE head SET entry = ?2 WHERE record = ?1", params![record.as_bytes(), entry as i64])?;
        Ok(())
    }

    /// How many heads there are.
    ///
    /// # Errors
    /// What the disk says.
    pub fn count_heads(&self) -> Result<u64, StoreError> {
        Ok(self.one("head", "SELECT count(*) FROM head", [], |row| number(row, 0))?.unwrap_or(0))
    }

    /// A revision by its row.
    ///
    /// # Errors
    /// [`StoreError::Row`] if it is malformed.
    pub fn revision(&self, id: i64) -> Result<Option<RevisionRow>, StoreError> {
        let sql = "SELECT record, number, earlier, previous, commit_number, place, groups FROM revision WHERE id = ?1";
        self.one("revision", sql, [id], |row| {
            Ok(RevisionRow {
                record: RecordId::from_bytes(row.get(0)?),
                number: number(row, 1)?,
                earlier: row.get(2)?,
                previous: row.get(3)?,
                commit: number(row, 4)?,
                place: row.get(5)?,
                groups: row.get(6)?,
            })
        })
    }

    /// Rows of all revisions, ascending.
    ///
    /// # Errors
    /// What the disk says.
    pub fn each_revision_id(&self, mut visit: impl FnMut(i64)) -> Result<(), StoreError> {
        self.each("revision", "SELECT id FROM revision ORDER BY id", [], |row| {
            visit(row.get(0)?);
            Ok(())
        })
    }

    /// The revisions that were written after the one with this row, oldest first, up to `most`: row and record.
    ///
    /// # Errors
    /// What the disk says.
    pub fn revisions_after(&self, id: i64, most: u32) -> Result<Vec<(i64, RecordId)>, StoreError> {
        let mut found = Vec::new();
        let sql = "SELECT id, record FROM revision WHERE id > ?1 ORDER BY id LIMIT ?2";
        self.each("revision", sql, params![id, most], |row| {
            found.push((row.get(0)?, RecordId::from_bytes(row.get(1)?)));
            Ok(())
        })?;
        Ok(found)
    }

    /// The row of the newest revision; 0 if there is none.
    ///
    /// # Errors
    /// What the disk says.
    pub fn newest_revision(&self) -> Result<i64, StoreError> {
        Ok(self
            .one("revision", "SELECT max(id) FROM revision", [], |row| row.get::<_, Option<i64>>(0))?
            .flatten()
            .unwrap_or(0))
    }

    /// Adds a revision; returns its row.
    ///
    /// # Errors
    /// What the disk says.
    pub fn add_revision(
        &self,
        (record, number, earlier, previous): (RecordId, u64, Option<i64>, Option<[u8; 32]>),
        (commit, place): (u64, u32),
        groups: &[u8],
    ) -> Result<i64, StoreError> {
        self.run(
            "INSERT INTO revision VALUES (NULL, ?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![record.as_bytes(), number as i64, earlier, previous, commit as i64, place, groups],
        )?;
        Ok(self.transaction.last_insert_rowid())
    }

    /// A signed commit.
    ///
    /// # Errors
    /// [`StoreError::Row`] if it is malformed.
    pub fn commitment(&self, commit: u64) -> Result<Option<CommitRow>, StoreError> {
        let sql = "SELECT session, statement, signature FROM commitment WHERE number = ?1";
        self.one("commitment", sql, [commit as i64], |row| {
            Ok(CommitRow { number: commit, session: number(row, 0)?, statement: row.get(1)?, signature: row.get(2)? })
        })
    }

    /// Numbers of all commits that wrote, ascending.
    ///
    /// # Errors
    /// What the disk says.
    pub fn commit_numbers(&self) -> Result<Vec<u64>, StoreError> {
        let mut numbers = Vec::new();
        self.each("commitment", "SELECT number FROM commitment ORDER BY number", [], |row| {
            numbers.push(number(row, 0)?);
            Ok(())
        })?;
        Ok(numbers)
    }

    /// Adds a signed commit.
    ///
    /// # Errors
    /// What the disk says.
    pub fn add_commitment(&self, row: &CommitRow) -> Result<(), StoreError> {
        self.run(
            "INSERT INTO commitment VALUES (?1, ?2, ?3, ?4)",
            params![row.number as i64, row.session as i64, row.statement, row.signature],
        )?;
        Ok(())
    }

    /// The head digests of one part of a commit.
    ///
    /// # Errors
    /// What the disk says.
    pub fn authorship(&self, commit: u64, part: u32) -> Result<Option<Vec<u8>>, StoreError> {
        let id = authorship_id(commit, part);
        self.one("authorship", "SELECT digests FROM authorship WHERE id = ?1", [id], |row| row.get(0))
    }

    /// Adds the head digests of one part of a commit.
    ///
    /// # Errors
    /// What the disk says.
    pub fn add_authorship(&self, commit: u64, part: u32, digests: &[u8]) -> Result<(), StoreError> {
        self.run("INSERT INTO authorship VALUES (?1, ?2)", params![authorship_id(commit, part), digests])?;
        Ok(())
    }

    /// How many authorship rows there are.
    ///
    /// # Errors
    /// What the disk says.
    pub fn count_authorship(&self) -> Result<u64, StoreError> {
        Ok(self.one("authorship", "SELECT count(*) FROM authorship", [], |row| number(row, 0))?.unwrap_or(0))
    }

    /// All chunks of the authenticated state, in order.
    ///
    /// # Errors
    /// [`StoreError::Row`] if they are not numbered from 0.
    pub fn state(&self) -> Result<Vec<Vec<u8>>, StoreError> {
        let mut chunks: Vec<Vec<u8>> = Vec::new();
        let mut gap = false;
        self.each("state", "SELECT chunk, sealed FROM state ORDER BY chunk", [], |row| {
            gap |= row.get::<_, i64>(0)? != chunks.len() as i64;
            chunks.push(row.get(1)?);
            Ok(())
        })?;
        if gap { Err(StoreError::Row { table: "state" }) } else { Ok(chunks) }
    }

    /// Adds or replaces a chunk of the state.
    ///
    /// # Errors
    /// What the disk says.
    pub fn put_state(&self, chunk: usize, sealed: &[u8]) -> Result<(), StoreError> {
        self.run("INSERT OR REPLACE INTO state VALUES (?1, ?2)", params![chunk as i64, sealed])?;
        Ok(())
    }

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

fn authorship_id(commit: u64, part: u32) -> i64 {
    ((commit << 16) | u64::from(part & 0xFFFF)) as i64
}

pub(super) fn number(row: &Row<'_>, index: usize) -> rusqlite::Result<u64> {
    let value: i64 = row.get(index)?;
    u64::try_from(value).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(index, value))
}

fn head_row(row: &Row<'_>) -> rusqlite::Result<HeadRow> {
    Ok(HeadRow {
        record: RecordId::from_bytes(bytes(row, 0)?),
        scope: ScopeId::from_bytes(bytes(row, 1)?),
        parent: RecordId::from_bytes(bytes(row, 2)?),
        kind: row.get(3)?,
        revision: row.get(4)?,
        digest: bytes(row, 5)?,
        entry: number(row, 6)?,
    })
}

fn entry_row(row: &Row<'_>) -> rusqlite::Result<EntryRow> {
    Ok(EntryRow { position: number(row, 0)?, session: number(row, 1)?, hashes: row.get(2)?, sealed: row.get(3)? })
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
