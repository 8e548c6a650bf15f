//! A turn at something that one process does at a time, and that nobody waits for.
//!
//! It is a lock of SQLite's on an empty file beside the vault's: it ends with the process that holds it, on every system on
//! which SQLite runs, and it leaves the vault's own file free for everybody.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, MAIN_DB, OpenFlags};

use super::StoreError;

/// A turn; it ends when this is dropped.
pub struct Turn {
    _connection: Connection,
}

impl Turn {
    /// Takes the turn at changing the epoch of this vault's log; none if somebody has it, of this process or another.
    ///
    /// # Errors
    /// What the disk says.
    pub fn at_epoch(vault: &Path) -> Result<Option<Self>, StoreError> {
        let path = beside(vault, "-epoch");
        // SQLite makes it, and keeps count of the locks of its process: whoever else opened it and closed it again would end them.
        Self::of(&path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)
    }

    fn of(path: &Path, how: OpenFlags) -> Result<Option<Self>, StoreError> {
        let flags = how | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_EXRESCODE;
        let connection = Connection::open_with_flags(path, flags)?;
        connection.busy_timeout(Duration::ZERO)?;
        // Nothing is ever written to it, and no journal lies beside it.
        let taken = connection
            .pragma_update(None, "journal_mode", "MEMORY")
            .and_then(|()| connection.execute_batch("BEGIN EXCLUSIVE"));
        match taken.map_err(StoreError::from) {
            // Of a file that may only be read SQLite gives everybody what it calls an exclusive lock.
            Ok(()) if connection.is_readonly(MAIN_DB)? => Ok(None),
            Ok(()) => Ok(Some(Self { _connection: connection })),
            Err(StoreError::Busy) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

impl std::fmt::Debug for Turn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Turn(..)")
    }
}

fn beside(vault: &Path, suffix: &str) -> PathBuf {
    let mut name: OsString = vault.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_has_the_turn_and_nobody_waits() {
        let folder = tempfile::tempdir().unwrap();
        let vault = folder.path().join("vault.saferoom");
        let turn = Turn::at_epoch(&vault).unwrap();
        assert!(turn.is_some());
        let begun = std::time::Instant::now();
        assert!(Turn::at_epoch(&vault).unwrap().is_none());
        assert!(Turn::at_epoch(&vault).unwrap().is_none(), "asking did not end the turn of the other");
        assert!(begun.elapsed() < Duration::from_secs(5));
        drop(turn);
        assert!(Turn::at_epoch(&vault).unwrap().is_some());
        let names: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap()).collect();
        assert_eq!(names.len(), 1, "one file, and no other beside it");
        assert_eq!(names[0].metadata().unwrap().len(), 0, "and nothing in it");
    }

    #[test]
    fn nobody_has_the_turn_at_a_file_that_may_only_be_read() {
        let folder = tempfile::tempdir().unwrap();
        let vault = folder.path().join("vault");
        drop(Turn::at_epoch(&vault).unwrap());
        // As SQLite opens it where it may not be written.
        assert!(Turn::of(&beside(&vault, "-epoch"), OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap().is_none());
    }

    #[test]
    fn where_there_can_be_no_file_it_is_said() {
        let folder = tempfile::tempdir().unwrap();
        assert!(Turn::at_epoch(&folder.path().join("none").join("vault")).is_err());
        std::fs::create_dir(folder.path().join("vault-epoch")).unwrap();
        assert!(Turn::at_epoch(&folder.path().join("vault")).is_err());
    }
}
