//! A table of records through rusqlite, with or without sealing each field.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, params_from_iter};

use crate::record::{FIELDS, INDEXES, NAMES, Row, row, searched_row};
use crate::serve::Peer;

/// How the fields of a record become what is stored.
pub trait Codec {
    /// What is stored of a field.
    type Stored: rusqlite::ToSql;

    /// Columns beyond those of the fields.
    const MORE: usize = 0;

    /// What is stored of a record.
    fn seal(&mut self, row: &Row) -> Vec<Self::Stored>;

    /// How many bytes the values have that are opened again.
    fn open(&mut self, row: &rusqlite::Row<'_>) -> usize;
}

/// The texts as they are.
#[derive(Debug)]
pub struct AsTheyAre;

impl Codec for AsTheyAre {
    type Stored = String;

    fn seal(&mut self, row: &Row) -> Vec<String> {
        row.to_vec()
    }

    fn open(&mut self, row: &rusqlite::Row<'_>) -> usize {
        let values: [String; FIELDS] = std::array::from_fn(|index| row.get(index).unwrap());
        values.iter().map(String::len).sum()
    }
}

/// A table in a file.
pub struct Table<C> {
    path: PathBuf,
    connection: Connection,
    codec: C,
    /// What is said to SQLite first, such as the key of the file.
    first: String,
    searched: bool,
}

impl<C: Codec> Table<C> {
    /// A new file. `searched`: of the record whose first fields are searched, with a plain index on each of them.
    ///
    /// # Panics
    /// If it cannot be made.
    #[must_use]
    pub fn new(path: &Path, codec: C, first: &str, searched: bool) -> Self {
        let connection = open(path, first);
        let names =
            NAMES.iter().map(|name| (*name).to_owned()).chain((0..C::MORE).map(|number| format!("more_{number}")));
        let columns = names.collect::<Vec<_>>().join(", ");
        connection.execute_batch(&format!("CREATE TABLE record (id INTEGER PRIMARY KEY, {columns})")).unwrap();
        for name in NAMES.iter().take(if searched { INDEXES } else { 0 }) {
            connection.execute_batch(&format!("CREATE INDEX by_{name} ON record ({name})")).unwrap();
        }
        Self { path: path.to_owned(), connection, codec, first: first.to_owned(), searched }
    }
}

/// Durable at every commit, as saferoom is, with 2 MB of pages; all else as SQLite has it.
fn open(path: &Path, first: &str) -> Connection {
    let connection = Connection::open(path).unwrap();
    connection.execute_batch(first).unwrap();
    for (pragma, value) in [("journal_mode", "WAL"), ("synchronous", "FULL"), ("cache_size", "-2048")] {
        connection.pragma_update(None, pragma, value).unwrap();
    }
    connection
}

impl<C: Codec> Peer for Table<C> {
    fn row(&self, number: u64) -> Row {
        if self.searched { searched_row(number) } else { row(number) }
    }

    fn write(&mut self, rows: &[Row]) {
        self.connection.execute_batch("BEGIN IMMEDIATE").unwrap();
        {
            let places = vec!["?"; FIELDS + C::MORE].join(", ");
            let sql = format!("INSERT INTO record VALUES (NULL, {places})");
            let mut insert = self.connection.prepare_cached(&sql).unwrap();
            for row in rows {
                insert.execute(params_from_iter(self.codec.seal(row))).unwrap();
            }
        }
        self.connection.execute_batch("COMMIT").unwrap();
    }

    fn read(&mut self, numbers: &[u64]) -> usize {
        self.connection.execute_batch("BEGIN").unwrap();
        let sum = numbers.iter().map(|number| self.read_one(*number)).sum();
        self.connection.execute_batch("COMMIT").unwrap();
        sum
    }

    fn read_one(&mut self, number: u64) -> usize {
        let sql = format!("SELECT {}{} FROM record WHERE id = ?", NAMES.join(", "), ", more_0".repeat(C::MORE));
        let mut select = self.connection.prepare_cached(&sql).unwrap();
        select.query_row([number as i64 + 1], |row| Ok(self.codec.open(row))).unwrap()
    }

    fn close(&mut self) {
        self.connection = Connection::open_in_memory().unwrap();
    }

    fn open(&mut self) {
        self.connection = open(&self.path, &self.first);
        // A file is opened, and a key tried, when something is read.
        let _ = self.read_one(0);
    }

    fn path(&self) -> &Path {
        &self.path
    }
}
