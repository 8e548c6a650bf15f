//! Rows of records: heads, revisions, the signed commits that wrote them, the authenticated state over all heads.

use rusqlite::{Row, params};

use super::StoreError;
use super::row::{CommitRow, HeadRow, RevisionRow};
use super::rows::{Rows, bytes, number};
use crate::id::{RecordId, ScopeId};

impl Rows<'_> {
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
        self.insert(
            "INSERT INTO revision VALUES (NULL, ?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![record.as_bytes(), number as i64, earlier, previous, commit as i64, place, groups],
        )
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

fn authorship_id(commit: u64, part: u32) -> i64 {
    ((commit << 16) | u64::from(part & 0xFFFF)) as i64
}
