//! Opening, creating and migrating the file.

use std::path::Path;
use std::sync::OnceLock;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use super::{PageCache, Rows, StoreError, side_files};

/// Bytes of a page. A revision is about a kilobyte: in pages of 4 KiB a quarter of each stays empty, and every page costs
/// two calls on its way through the write-ahead log.
const PAGE_SIZE: u32 = 8192;

/// SQLite application id of a vault: `SFRM`.
pub const APPLICATION_ID: u32 = 0x5346_524D;

/// Forward-only; each runs once, in one IMMEDIATE transaction that also sets `user_version`.
pub(super) const MIGRATIONS: [&str; 1] = [include_str!("migrations/0001_spine.sql")];

/// The schema version that this build writes: the number of migrations.
pub const SCHEMA_VERSION: u32 = MIGRATIONS.len() as u32;

/// Largest file that is rewritten in memory; a larger one takes a temporary file, which holds nothing but ciphertext.
const VACUUM_IN_MEMORY: u64 = 64 << 20;

/// How long to wait for another process.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// An open vault file.
pub struct Store {
    pub(super) connection: Connection,
    /// The process that opened it.
    process: u32,
}

/// In a copy of the process that opened the file nothing of it may be touched, closing it included: SQLite's locks do not
/// cross a fork (sqlite.org/howtocorrupt.html, 2.6).
impl Drop for Store {
    fn drop(&mut self) {
        if self.is_here().is_err()
            && let Ok(nothing) = Connection::open_in_memory()
        {
            std::mem::forget(std::mem::replace(&mut self.connection, nothing));
        }
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Store(..)")
    }
}

impl Store {
    /// Makes a new file with an empty schema.
    ///
    /// # Errors
    /// [`StoreError::AlreadyExists`] if there is a file; [`StoreError::LeftBeside`] if there was one whose write-ahead log or
    /// journal still lies beside the name; or what the disk says.
    pub fn create(path: &Path) -> Result<Self, StoreError> {
        Self::create_version(path, SCHEMA_VERSION)
    }

    /// Makes a new file with the empty schema of an earlier release, to be filled with its rows and then opened.
    ///
    /// # Errors
    /// As [`create`](Self::create), and [`StoreError::TooNew`].
    pub fn create_version(path: &Path, version: u32) -> Result<Self, StoreError> {
        if version > SCHEMA_VERSION {
            return Err(StoreError::TooNew { found: version, known: SCHEMA_VERSION });
        }
        // A vault that is open has such files beside it: then the vault itself is what is there.
        if path.exists() {
            return Err(StoreError::AlreadyExists);
        }
        side_files::refuse_left(path)?;
        // Claims the name: two processes cannot both create it, and nothing is ever written over.
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        // SQLite gives its side files the mode of the file itself.
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(path).map_err(|error| StoreError::from(&error))?;
        Self::fill(path, version).inspect_err(|_| Self::remove_new(path))
    }

    fn fill(path: &Path, version: u32) -> Result<Self, StoreError> {
        let connection = connect(path)?;
        connection.pragma_update(None, "page_size", PAGE_SIZE)?;
        connection.pragma_update(None, "application_id", APPLICATION_ID)?;
        let mut store = Self::prepare(connection)?;
        store.migrate(0, &MIGRATIONS[..version as usize])?;
        Ok(store)
    }

    /// Removes a file that [`create`](Self::create) has just made and that could not be filled: the only file that
    /// saferoom ever removes.
    pub(crate) fn remove_new(path: &Path) {
        let _ = std::fs::remove_file(path);
        side_files::remove(path);
    }

    /// Opens an existing file, and migrates it if it is older than this build.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::NotADatabase`], [`StoreError::NotAVault`], [`StoreError::TooNew`],
    /// [`StoreError::Schema`], [`StoreError::Damaged`]; the file is then unchanged.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        Self::open_with(path, &MIGRATIONS)
    }

    /// As [`open`](Self::open), by a release that has these migrations.
    pub(super) fn open_with(path: &Path, migrations: &[&str]) -> Result<Self, StoreError> {
        if !path.is_file() {
            return Err(StoreError::NotFound);
        }
        let connection = connect(path)?;
        let application: u32 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
        if application != APPLICATION_ID {
            return Err(StoreError::NotAVault);
        }
        let (found, known) = (version(&connection)?, migrations.len() as u32);
        if found > known {
            return Err(StoreError::TooNew { found, known });
        }
        // No release has written this number: the file was never finished, or somebody has lowered it.
        if found == 0 {
            return Err(StoreError::Schema);
        }
        let mut store = Self::prepare(connection)?;
        store.migrate(found, migrations)?;
        Ok(store)
    }

    fn prepare(connection: Connection) -> Result<Self, StoreError> {
        connection.pragma_update(None, "journal_mode", "WAL")?;
        // An entry has to survive a power cut before a value is shown.
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "fullfsync", true)?;
        connection.pragma_update(None, "secure_delete", true)?;
        connection.pragma_update(None, "temp_store", "MEMORY")?;
        connection.pragma_update(None, "cache_size", PageCache::default().cache_size())?;
        // Pages that many acts touch (heads, the state) are folded into the file once, not after every batch.
        connection.pragma_update(None, "wal_autocheckpoint", 2000)?;
        connection.pragma_update(None, "trusted_schema", false)?;
        connection.pragma_update(None, "cell_size_check", true)?;
        connection.set_prepared_statement_cache_capacity(64);
        Ok(Self { connection, process: std::process::id() })
    }

    fn migrate(&mut self, from: u32, migrations: &[&str]) -> Result<(), StoreError> {
        for (index, sql) in migrations.iter().enumerate().skip(from as usize) {
            let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            if version(&transaction)? as usize > index {
                continue; // another process was faster
            }
            transaction.execute_batch(sql)?;
            transaction.pragma_update(None, "user_version", index as u32 + 1)?;
            transaction.commit()?;
        }
        Ok(())
    }

    /// Whether this is still the process that opened the file. A copy of it (`fork`, as daemons and Python's `multiprocessing`
    /// make them) has no lock on the file: another process may take the write-ahead log away from under it, and with it what
    /// the copy has written and acknowledged.
    fn is_here(&self) -> Result<(), StoreError> {
        if self.process == std::process::id() { Ok(()) } else { Err(StoreError::Forked) }
    }

    /// Begins a transaction that may write. It ends with [`Rows::commit`]; dropped, it leaves no trace.
    ///
    /// # Errors
    /// [`StoreError::Busy`] if another process writes for longer than ten seconds, [`StoreError::Forked`], or what the disk says.
    pub fn begin(&mut self) -> Result<Rows<'_>, StoreError> {
        self.is_here()?;
        Ok(Rows::new(self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?))
    }

    /// Begins a transaction that only reads one consistent state.
    ///
    /// # Errors
    /// What the disk says.
    pub fn begin_reading(&mut self) -> Result<Rows<'_>, StoreError> {
        self.is_here()?;
        Ok(Rows::new(self.connection.transaction_with_behavior(TransactionBehavior::Deferred)?))
    }

    /// The connection itself, for tests that make a step of a transaction fail.
    #[cfg(test)]
    pub(crate) fn raw(&self) -> &Connection {
        &self.connection
    }

    /// Rewrites the file without anything that was deleted, and empties the write-ahead log: no page keeps what was there.
    /// False if another process was in the way; nothing is lost then, and it can be tried again.
    ///
    /// # Errors
    /// What the disk says.
    pub fn remove_residue(&mut self) -> Result<bool, StoreError> {
        self.is_here()?;
        // `secure_delete` clears cells, but not the copies that SQLite leaves behind when it moves cells between pages.
        let in_memory = self.size()? <= VACUUM_IN_MEMORY;
        self.connection.pragma_update(None, "temp_store", if in_memory { "MEMORY" } else { "FILE" })?;
        let done = self.connection.execute_batch("VACUUM");
        self.connection.pragma_update(None, "temp_store", "MEMORY")?;
        match done.map_err(StoreError::from) {
            Ok(()) => self.truncate_log(),
            Err(StoreError::Busy) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Empties the write-ahead log of a file that nobody else has open: afterwards the file is whole without it.
    ///
    /// # Errors
    /// [`StoreError::Busy`] if somebody has it open all the same, or what the disk says.
    pub(crate) fn fold_log(&self) -> Result<(), StoreError> {
        self.is_here()?;
        self.connection.busy_timeout(Duration::ZERO)?;
        let folded = self.truncate_log();
        self.connection.busy_timeout(BUSY_TIMEOUT)?;
        if folded? { Ok(()) } else { Err(StoreError::Busy) }
    }

    fn truncate_log(&self) -> Result<bool, StoreError> {
        let busy: i64 = self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
        Ok(busy == 0)
    }

    fn size(&self) -> Result<u64, StoreError> {
        let pragma = |name| self.connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
        Ok(pragma("page_count")?.unsigned_abs() * pragma("page_size")?.unsigned_abs())
    }

    /// SQLite's own check of all pages, which knows nothing of keys.
    ///
    /// # Errors
    /// [`StoreError::Damaged`].
    pub fn check_pages(&self) -> Result<(), StoreError> {
        self.is_here()?;
        pages_are_whole(&self.connection)
    }
}

/// Tables and indexes as this release makes them, for comparison.
pub(super) fn expected_schema() -> Result<&'static str, StoreError> {
    static EXPECTED: OnceLock<String> = OnceLock::new();
    if let Some(expected) = EXPECTED.get() {
        return Ok(expected);
    }
    let connection = Connection::open_in_memory()?;
    MIGRATIONS.iter().try_for_each(|sql| connection.execute_batch(sql))?;
    let mut statement = connection.prepare("SELECT type, name, coalesce(sql, '') FROM sqlite_schema ORDER BY name")?;
    let mut rows = statement.query([])?;
    let mut expected = String::new();
    while let Some(row) = rows.next()? {
        for column in 0..3 {
            expected.push_str(&row.get::<_, String>(column)?);
            expected.push('\n');
        }
    }
    Ok(EXPECTED.get_or_init(|| expected))
}

fn version(connection: &Connection) -> Result<u32, StoreError> {
    Ok(connection.pragma_query_value(None, "user_version", |row| row.get(0))?)
}

/// SQLite's own check of all pages.
pub(super) fn pages_are_whole(connection: &Connection) -> Result<(), StoreError> {
    let verdict: String = connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    if verdict == "ok" { Ok(()) } else { Err(StoreError::Damaged) }
}

pub(super) fn connect(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_EXRESCODE;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    Ok(connection)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused_unchanged(bytes: &[u8], expected: StoreError) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        std::fs::write(&path, bytes).unwrap();
        assert_eq!(Store::open(&path).err(), Some(expected));
        assert_eq!(std::fs::read(&path).unwrap(), bytes);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "no side files are left");
        assert_eq!(Store::create(&path).err(), Some(StoreError::AlreadyExists));
        assert_eq!(std::fs::read(&path).unwrap(), bytes);
    }

    fn database(application_id: u32, version: u32) -> Vec<u8> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        let connection = Connection::open(&path).unwrap();
        connection.pragma_update(None, "application_id", application_id).unwrap();
        connection.pragma_update(None, "user_version", version).unwrap();
        connection.execute_batch("CREATE TABLE other (x)").unwrap();
        drop(connection);
        std::fs::read(&path).unwrap()
    }

    #[test]
    fn what_is_not_ours_is_refused_and_not_touched() {
        refused_unchanged(&b"not a database, but long enough to look like one ".repeat(100), StoreError::NotADatabase);
        refused_unchanged(&database(0, 0), StoreError::NotAVault);
        refused_unchanged(&database(0x1234_5678, 1), StoreError::NotAVault);
        refused_unchanged(&database(APPLICATION_ID, 99), StoreError::TooNew { found: 99, known: SCHEMA_VERSION });
        refused_unchanged(&database(APPLICATION_ID, 0), StoreError::Schema);
        let mut truncated = database(APPLICATION_ID, 1);
        truncated.truncate(60);
        refused_unchanged(&truncated, StoreError::NotAVault);
    }

    #[test]
    fn a_copy_of_the_process_touches_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("vault");
        let mut store = Store::create(&path).unwrap();
        let (process, wal) = (store.process, folder.path().join("vault-wal"));
        store.process = process.wrapping_add(1);
        assert_eq!(store.begin().err(), Some(StoreError::Forked));
        assert_eq!(store.begin_reading().err(), Some(StoreError::Forked));
        assert_eq!(store.remove_residue(), Err(StoreError::Forked));
        assert_eq!(store.check_pages(), Err(StoreError::Forked));
        // The last connection takes the write-ahead log away when it closes: this one does not close.
        assert!(wal.exists());
        drop(store);
        assert!(wal.exists());
    }

    #[test]
    fn a_missing_file_is_not_made() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("none");
        assert_eq!(Store::open(&path).err(), Some(StoreError::NotFound));
        assert!(!path.exists());
    }

    #[test]
    fn the_pragmas_hold() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("vault");
        drop(Store::create(&path).unwrap());
        let store = Store::open(&path).unwrap();
        let pragma = |name: &str| -> String {
            store
                .connection
                .pragma_query_value(None, name, |row| row.get::<_, rusqlite::types::Value>(0))
                .map(|value| format!("{value:?}"))
                .unwrap()
        };
        assert_eq!(pragma("journal_mode"), "Text(\"wal\")");
        assert_eq!(pragma("synchronous"), "Integer(2)");
        assert_eq!(pragma("secure_delete"), "Integer(1)");
        assert_eq!(pragma("temp_store"), "Integer(2)");
        assert_eq!(pragma("application_id"), format!("Integer({APPLICATION_ID})"));
        assert_eq!(pragma("user_version"), format!("Integer({SCHEMA_VERSION})"));
    }
}
