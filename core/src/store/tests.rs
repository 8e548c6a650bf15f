//! Rehearsal of a migration: the next release, which has one more, opens the vault that this release has left in
//! `tests/databases`. While there is only one schema, this is how the way to the second one is tried.

use std::path::{Path, PathBuf};

use rusqlite::Connection;
use rusqlite::types::Value;

use super::open::{MIGRATIONS, SCHEMA_VERSION};
use super::{Store, StoreError};

/// A column more in a table with rows, and a table more.
const NEXT: &str = "ALTER TABLE head ADD COLUMN example INTEGER NOT NULL DEFAULT 7; CREATE TABLE example (number INTEGER PRIMARY KEY) STRICT;";
/// Fails when the half of it is done.
const FAILING: &str =
    "CREATE TABLE example (number INTEGER PRIMARY KEY) STRICT; DELETE FROM head; INSERT INTO nowhere VALUES (1);";

type Tables = Vec<(String, Vec<Vec<Value>>)>;

/// A copy of the vault of this release.
fn fixture() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vault.saferoom");
    let release = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/databases").join(env!("CARGO_PKG_VERSION"));
    std::fs::copy(release.join("vault.saferoom"), &path).unwrap();
    (folder, path)
}

fn with(next: &str) -> Vec<&str> {
    MIGRATIONS.iter().copied().chain([next]).collect()
}

fn version(path: &Path) -> u32 {
    Connection::open(path).unwrap().pragma_query_value(None, "user_version", |row| row.get(0)).unwrap()
}

/// Every table with its rows.
fn rows(path: &Path) -> Tables {
    let connection = Connection::open(path).unwrap();
    let mut names = connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").unwrap();
    let names: Vec<String> = names.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap();
    let of = |name: &String| {
        let mut statement = connection.prepare(&format!("SELECT * FROM {name}")).unwrap();
        let columns = statement.column_count();
        let read = statement.query_map([], |row| (0..columns).map(|column| row.get(column)).collect()).unwrap();
        read.collect::<Result<Vec<Vec<Value>>, _>>().unwrap()
    };
    names.iter().map(|name| (name.clone(), of(name))).collect()
}

#[test]
fn the_next_release_migrates_and_keeps_every_row() {
    let (_folder, path) = fixture();
    let mut expected = rows(&path);
    assert!(expected.iter().any(|(name, rows)| name == "head" && rows.len() > 3));
    drop(Store::open_with(&path, &with(NEXT)).unwrap());
    assert_eq!(version(&path), SCHEMA_VERSION + 1);
    for (_, rows) in expected.iter_mut().filter(|(name, _)| name == "head") {
        rows.iter_mut().for_each(|row| row.push(Value::Integer(7)));
    }
    let (new, kept): (Tables, Tables) = rows(&path).into_iter().partition(|(name, _)| name == "example");
    assert!(kept == expected, "rows have changed");
    assert_eq!(new, [("example".to_owned(), Vec::new())]);

    let refused = Store::open(&path).err();
    assert_eq!(refused, Some(StoreError::TooNew { found: SCHEMA_VERSION + 1, known: SCHEMA_VERSION }));
    assert!(Store::open_with(&path, &with(NEXT)).is_ok(), "and once more there is nothing to do");
}

#[test]
fn a_migration_that_fails_leaves_the_vault_as_it_was() {
    let (_folder, path) = fixture();
    let before = rows(&path);
    assert!(Store::open_with(&path, &with(FAILING)).is_err());
    assert_eq!(version(&path), SCHEMA_VERSION);
    assert!(rows(&path) == before);
    let mut store = Store::open(&path).unwrap();
    store.begin_reading().unwrap().verify_schema().expect("after a change of the schema: cargo xtask databases");
}

#[test]
fn programs_that_open_at_once_migrate_once() {
    let (_folder, path) = fixture();
    let migrations = with(NEXT);
    std::thread::scope(|scope| {
        let open = || Store::open_with(&path, &migrations).map(drop);
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(open)).collect();
        threads.into_iter().for_each(|thread| thread.join().unwrap().unwrap());
    });
    assert_eq!(version(&path), SCHEMA_VERSION + 1);
}
