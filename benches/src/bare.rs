//! The bare parts, each by the fastest construction: no library of ours in here.

use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey};
use ring::digest::{SHA256, digest};
use ring::rand::{SecureRandom, SystemRandom};
use ring::signature::Ed25519KeyPair;
use rusqlite::{Connection, params};
use std::path::Path;

use crate::{TEXT_LENGTHS, text};

/// Plain rows and a plain log in one SQLite file, with the same pragmas as a vault.
pub struct Plain {
    connection: Connection,
    key: LessSafeKey,
    signer: Ed25519KeyPair,
    next_entry: i64,
}

/// Twelve values of one record.
pub type Row = [String; 12];

/// The row of this number.
#[must_use]
pub fn row(seed: usize) -> Row {
    std::array::from_fn(|index| match TEXT_LENGTHS.get(index) {
        Some(length) => text(*length, seed),
        None if index == 10 => "female".into(),
        None => "victim".into(),
    })
}

impl Plain {
    /// A new file in this folder.
    ///
    /// # Panics
    /// If it cannot be made.
    #[must_use]
    pub fn new(folder: &Path) -> Self {
        let connection = Connection::open(folder.join("plain.sqlite3")).unwrap();
        for (pragma, value) in
            [("journal_mode", "WAL"), ("synchronous", "FULL"), ("secure_delete", "ON"), ("temp_store", "MEMORY")]
        {
            connection.pragma_update(None, pragma, value).unwrap();
        }
        connection
            .execute_batch(
                "CREATE TABLE record (id INTEGER PRIMARY KEY, a TEXT, b TEXT, c TEXT, d TEXT, e TEXT, f TEXT, g TEXT,
                    h TEXT, i TEXT, j TEXT, k TEXT, l TEXT) STRICT;
                 CREATE TABLE log (seq INTEGER PRIMARY KEY, hashes BLOB, body BLOB) STRICT;",
            )
            .unwrap();
        // The first eight fields of the measured record can be searched: here each has a plain index.
        for column in ["a", "b", "c", "d", "e", "f", "g", "h"] {
            connection.execute_batch(&format!("CREATE INDEX by_{column} ON record ({column})")).unwrap();
        }
        let key = LessSafeKey::new(UnboundKey::new(&CHACHA20_POLY1305, &[7; 32]).unwrap());
        Self { connection, key, signer: Ed25519KeyPair::from_seed_unchecked(&[9; 32]).unwrap(), next_entry: 0 }
    }

    /// Plain inserts, one transaction.
    pub fn insert(&self, rows: &[Row]) {
        self.connection.execute_batch("BEGIN IMMEDIATE").unwrap();
        {
            let sql = "INSERT INTO record VALUES (NULL, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";
            let mut insert = self.connection.prepare_cached(sql).unwrap();
            for r in rows {
                let values = params![r[0], r[1], r[2], r[3], r[4], r[5], r[6], r[7], r[8], r[9], r[10], r[11]];
                insert.execute(values).unwrap();
            }
        }
        self.connection.execute_batch("COMMIT").unwrap();
    }

    /// Plain point reads, one transaction; returns the sum of the lengths.
    #[must_use]
    pub fn read(&self, ids: &[i64]) -> usize {
        self.connection.execute_batch("BEGIN").unwrap();
        let mut sum = 0;
        {
            let mut select = self.connection.prepare_cached("SELECT * FROM record WHERE id = ?1").unwrap();
            for id in ids {
                sum += select
                    .query_row([id], |row| {
                        let values: [String; 12] = std::array::from_fn(|index| row.get(index + 1).unwrap());
                        Ok(values.iter().map(String::len).sum::<usize>())
                    })
                    .unwrap();
            }
        }
        self.connection.execute_batch("COMMIT").unwrap();
        sum
    }

    /// Log entries of 200 bytes: leaf and node hash, one AEAD for rest, one row each, one transaction.
    pub fn log(&mut self, count: usize) {
        self.connection.execute_batch("BEGIN IMMEDIATE").unwrap();
        {
            let mut insert = self.connection.prepare_cached("INSERT INTO log VALUES (?1, ?2, ?3)").unwrap();
            let mut body = Vec::with_capacity(256);
            for _ in 0..count {
                body.clear();
                body.resize(200, 0x5A);
                let mut leaf = [0; 201];
                leaf[1..].copy_from_slice(&body);
                let mut hashes = [0; 64];
                hashes[..32].copy_from_slice(digest(&SHA256, &leaf).as_ref());
                let mut node = [1; 65];
                node[1..33].copy_from_slice(&hashes[..32]);
                hashes[32..].copy_from_slice(digest(&SHA256, &node).as_ref());
                self.seal(&mut body, self.next_entry as u64);
                insert.execute(params![self.next_entry, hashes, body]).unwrap();
                self.next_entry += 1;
            }
        }
        self.connection.execute_batch("COMMIT").unwrap();
    }

    fn seal(&self, value: &mut Vec<u8>, suffix: u64) {
        let mut nonce = [0; 12];
        nonce[4..].copy_from_slice(&suffix.to_be_bytes());
        let aad = Aad::from([0; 36]);
        self.key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), aad, value).unwrap();
    }

    /// One AEAD seal; the length of what is sealed.
    #[must_use]
    pub fn seal_bytes(&self, bytes: &[u8]) -> usize {
        let mut sealed = Vec::with_capacity(bytes.len() + 16);
        sealed.extend_from_slice(bytes);
        self.seal(&mut sealed, bytes.len() as u64);
        sealed.len()
    }

    /// Twelve AEAD seals with one draw of 16 random bytes; the sealed fields.
    #[must_use]
    pub fn seal_row(&self, row: &Row) -> Vec<Vec<u8>> {
        let mut prefix = [0; 16];
        SystemRandom::new().fill(&mut prefix).unwrap();
        let seal = |(index, value): (usize, &String)| {
            let mut sealed = Vec::with_capacity(value.len() + 16);
            sealed.extend_from_slice(value.as_bytes());
            self.seal(&mut sealed, index as u64);
            sealed
        };
        row.iter().enumerate().map(seal).collect()
    }

    /// Twelve AEAD openings.
    #[must_use]
    pub fn open_row(&self, sealed: &[Vec<u8>]) -> usize {
        let mut sum = 0;
        let mut buffer = Vec::with_capacity(512);
        for (index, value) in sealed.iter().enumerate() {
            buffer.clear();
            buffer.extend_from_slice(value);
            let mut nonce = [0; 12];
            nonce[4..].copy_from_slice(&(index as u64).to_be_bytes());
            let nonce = Nonce::assume_unique_for_key(nonce);
            sum += self.key.open_in_place(nonce, Aad::from([0; 36]), &mut buffer).unwrap().len();
        }
        sum
    }

    /// Digests of the sealed fields.
    #[must_use]
    pub fn digests(&self, sealed: &[Vec<u8>]) -> usize {
        sealed.iter().map(|value| usize::from(digest(&SHA256, value).as_ref()[0])).sum()
    }

    /// One signature.
    #[must_use]
    pub fn sign(&self) -> usize {
        usize::from(self.signer.sign(&[3; 200]).as_ref()[0])
    }

    /// Bytes of the rows and their indexes on disk, the log aside.
    #[must_use]
    pub fn bytes_of_rows(&self) -> u64 {
        let sql = "SELECT sum(pgsize) FROM dbstat WHERE name = 'record' OR name LIKE 'by%'";
        self.connection.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap() as u64
    }
}
