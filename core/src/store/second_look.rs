//! What an error of the disk is, on a second look. SQLite says the same of a page that could not be read as of one that is
//! wrong, and the same of a medium that became read-only as of one that fails.

use std::path::Path;

use rusqlite::MAIN_DB;

use super::StoreError;
use super::open::{connect, pages_are_whole};

/// The error to tell: a file whose pages are all whole is not damaged, and a file that may not be written is that.
/// Costs a read of the whole file, once something has failed.
#[must_use]
pub fn second_look(path: &Path, error: StoreError) -> StoreError {
    match error {
        StoreError::Damaged if is_whole(path) => StoreError::Disk,
        StoreError::Disk if !may_be_written(path) => StoreError::ReadOnly,
        error => error,
    }
}

fn is_whole(path: &Path) -> bool {
    connect(path).and_then(|connection| pages_are_whole(&connection)).is_ok()
}

/// Asked through SQLite: whoever closes a file by another way takes away the locks that its connections hold in this process
/// (sqlite.org/howtocorrupt.html, section 2.2).
fn may_be_written(path: &Path) -> bool {
    match connect(path).map(|connection| connection.is_readonly(MAIN_DB)) {
        Ok(answer) => !matches!(answer, Ok(true)),
        Err(error) => error != StoreError::ReadOnly,
    }
}

#[cfg(test)]
mod tests {
    use super::super::Store;
    use super::*;

    #[test]
    fn only_a_damaged_file_is_told_as_damaged() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("vault");
        drop(Store::create(&path).unwrap());
        assert_eq!(second_look(&path, StoreError::Damaged), StoreError::Disk, "a read that failed once");
        assert_eq!(second_look(&path, StoreError::Disk), StoreError::Disk);
        assert_eq!(second_look(&path, StoreError::Full), StoreError::Full);
        let mut bytes = std::fs::read(&path).unwrap();
        let page = bytes.len() - 8192;
        bytes[page..].fill(0xA5);
        std::fs::write(&path, bytes).unwrap();
        assert_eq!(second_look(&path, StoreError::Damaged), StoreError::Damaged);
        assert_eq!(second_look(&folder.path().join("none"), StoreError::Damaged), StoreError::Damaged);
    }
}
