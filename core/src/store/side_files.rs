//! The files that SQLite keeps beside a vault's, under its name. What lies in a log or a journal belongs to the file that has
//! the name, or had it: it may hold what was committed last, and nothing else does.

use std::path::{Path, PathBuf};

use super::StoreError;

const SUFFIXES: [&str; 3] = ["-wal", "-shm", "-journal"];

/// Refuses a name beside which such a file lies, although the file itself is gone: SQLite would take it for the new file's,
/// and play it into that or throw it away.
///
/// # Errors
/// [`StoreError::LeftBeside`].
pub(crate) fn refuse_left(path: &Path) -> Result<(), StoreError> {
    let left = SUFFIXES.into_iter().find(|suffix| std::fs::symlink_metadata(beside(path, suffix)).is_ok());
    left.map_or(Ok(()), |suffix| Err(StoreError::LeftBeside { suffix }))
}

/// Refuses a closed file of which something is in its write-ahead log still, so that without the log it is not whole.
///
/// # Errors
/// [`StoreError::Disk`].
pub(crate) fn demand_folded(path: &Path) -> Result<(), StoreError> {
    match std::fs::metadata(beside(path, "-wal")) {
        Ok(log) if log.len() > 0 => Err(StoreError::Disk),
        _ => Ok(()),
    }
}

/// Removes them, as far as they are there.
pub(super) fn remove(path: &Path) {
    for suffix in SUFFIXES {
        let _ = std::fs::remove_file(beside(path, suffix));
    }
}

/// The name with something behind it.
pub(super) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

#[cfg(test)]
mod tests {
    use super::super::Store;
    use super::*;

    #[test]
    fn what_was_left_beside_a_name_is_not_touched() {
        for suffix in SUFFIXES {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("vault");
            std::fs::write(beside(&path, suffix), b"the last commits").unwrap();
            assert_eq!(Store::create(&path).err(), Some(StoreError::LeftBeside { suffix }));
            assert_eq!(std::fs::read(beside(&path, suffix)).unwrap(), b"the last commits");
            assert!(!path.exists());
        }
    }
}
