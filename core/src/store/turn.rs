//! A turn at something that one process does at a time, and that nobody waits for.
//!
//! It is a lock of SQLite's on an empty file beside the vault's: it ends with the process that holds it, on every system on
//! which SQLite runs, and it leaves the vault's own file free for everybody.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, MAIN_DB, OpenFlags};

use super::StoreError;
use super::side_files::beside;

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
        Self::of(&path, vault, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)
    }

    fn of(path: &Path, vault: &Path, how: OpenFlags) -> Result<Option<Self>, StoreError> {
        let flags = how | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_EXRESCODE;
        let connection = open_like(vault, path, flags)?;
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

/// Opens a file that nobody may open who may not open the vault: whoever can read it can hold the turn, and never let it go.
#[cfg(unix)]
fn open_like(vault: &Path, path: &Path, flags: OpenFlags) -> Result<Connection, StoreError> {
    narrow(path, vault);
    // SQLite makes it with the mode of the vault's file: closing a file that was made in another way would end its locks.
    let name = format!("file:{}?modeof={}", quoted(path), quoted(vault));
    Ok(Connection::open_with_flags(name, flags | OpenFlags::SQLITE_OPEN_URI)?)
}

#[cfg(not(unix))]
fn open_like(_: &Path, path: &Path, flags: OpenFlags) -> Result<Connection, StoreError> {
    Ok(Connection::open_with_flags(path, flags)?)
}

/// Takes away from a file what the vault's mode does not give. By name: to open and close it would end its locks. Where it
/// fails the file is somebody else's.
#[cfg(unix)]
fn narrow(path: &Path, vault: &Path) {
    use std::os::unix::fs::PermissionsExt;

    let mode = |path| std::fs::symlink_metadata(path).ok().filter(|data| data.is_file()).map(|data| data.permissions());
    let (Some(mut found), Some(wanted)) = (mode(path), mode(vault)) else { return };
    if found.mode() & !wanted.mode() & 0o777 != 0 {
        found.set_mode(found.mode() & wanted.mode());
        let _ = std::fs::set_permissions(path, found);
    }
}

/// A path as a part of a URI.
#[cfg(unix)]
fn quoted(path: &Path) -> String {
    use std::os::unix::ffi::OsStrExt;

    let bytes = path.as_os_str().as_bytes();
    bytes.iter().map(|byte| format!("%{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    /// An odd name, as files may have.
    fn vault_in(folder: &Path) -> PathBuf {
        let vault = folder.join("vault 100% a?b#c.saferoom");
        drop(super::super::Store::create(&vault).unwrap());
        vault
    }

    #[cfg(unix)]
    #[test]
    fn nobody_has_the_turn_who_may_not_open_the_vault() {
        use std::os::unix::fs::PermissionsExt;

        let folder = tempfile::tempdir().unwrap();
        let vault = vault_in(folder.path());
        let file = beside(&vault, "-epoch");
        let mode = || file.metadata().unwrap().permissions().mode() & 0o777;
        drop(Turn::at_epoch(&vault).unwrap());
        assert_eq!(mode(), 0o600);
        std::fs::set_permissions(&file, PermissionsExt::from_mode(0o644)).unwrap();
        drop(Turn::at_epoch(&vault).unwrap());
        assert_eq!(mode(), 0o600, "one of an earlier release");
    }

    #[test]
    fn one_has_the_turn_and_nobody_waits() {
        let folder = tempfile::tempdir().unwrap();
        let vault = vault_in(folder.path());
        let turn = Turn::at_epoch(&vault).unwrap();
        assert!(turn.is_some());
        let begun = std::time::Instant::now();
        assert!(Turn::at_epoch(&vault).unwrap().is_none());
        assert!(Turn::at_epoch(&vault).unwrap().is_none(), "asking did not end the turn of the other");
        assert!(begun.elapsed() < Duration::from_secs(5));
        drop(turn);
        assert!(Turn::at_epoch(&vault).unwrap().is_some());
        let names: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap()).collect();
        assert_eq!(names.len(), 2, "one file beside the vault's, and no other");
        assert_eq!(beside(&vault, "-epoch").metadata().unwrap().len(), 0, "and nothing in it");
    }

    #[test]
    fn nobody_has_the_turn_at_a_file_that_may_only_be_read() {
        let folder = tempfile::tempdir().unwrap();
        let vault = vault_in(folder.path());
        drop(Turn::at_epoch(&vault).unwrap());
        // As SQLite opens it where it may not be written.
        assert!(Turn::of(&beside(&vault, "-epoch"), &vault, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap().is_none());
    }

    #[test]
    fn where_there_can_be_no_file_it_is_said() {
        let folder = tempfile::tempdir().unwrap();
        assert!(Turn::at_epoch(&folder.path().join("none").join("vault")).is_err());
        let vault = vault_in(folder.path());
        std::fs::create_dir(beside(&vault, "-epoch")).unwrap();
        assert!(Turn::at_epoch(&vault).is_err());
    }
}
