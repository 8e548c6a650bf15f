//! A file that appears whole or not at all: written beside its place, made durable, then given its name.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use crate::id::random_bytes;

/// Whether a file that already has the name may be replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Existing {
    /// An earlier version of the same file: replaced in one step.
    Replace,
    /// Never written over.
    Keep,
}

/// A file in the making, that only its owner may read. Dropped before it is [placed](Self::place), it is removed.
pub(crate) struct NewFile {
    place: PathBuf,
    unfinished: PathBuf,
    file: Option<File>,
}

impl NewFile {
    /// Begins a file that will stand at `place`.
    pub(crate) fn begin(place: &Path) -> io::Result<Self> {
        let unfinished = unfinished_name(place);
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&unfinished)?;
        Ok(Self { place: place.to_owned(), unfinished, file: Some(file) })
    }

    /// Makes the content durable, gives it its name, and makes the name durable.
    pub(crate) fn place(mut self, existing: Existing) -> io::Result<()> {
        let file = self.file.take().ok_or(ErrorKind::Other)?;
        file.sync_all()?;
        drop(file);
        place(&self.unfinished, &self.place, existing)
    }
}

impl Write for NewFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.as_mut().ok_or(ErrorKind::Other)?.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.as_mut().ok_or(ErrorKind::Other)?.flush()
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        self.file = None;
        // After placing there is nothing of this name any more.
        let _ = fs::remove_file(&self.unfinished);
    }
}

/// Writes a whole file that only its owner may read.
pub(crate) fn write_private_file(path: &Path, bytes: &[u8], existing: Existing) -> io::Result<()> {
    let mut file = NewFile::begin(path)?;
    file.write_all(bytes)?;
    file.place(existing)
}

/// A name beside `place` that nobody else uses: `<name>.<random>.new`.
pub(crate) fn unfinished_name(place: &Path) -> PathBuf {
    let suffix = u64::from_be_bytes(random_bytes());
    let mut name: OsString = place.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{suffix:016x}.new"));
    place.with_file_name(name)
}

/// Gives a finished file its name, durably. A new name that cannot be made durable is taken away again: who is told that it
/// failed is told that there is no file.
pub(crate) fn place(unfinished: &Path, place: &Path, existing: Existing) -> io::Result<()> {
    match existing {
        Existing::Replace => fs::rename(unfinished, place).and_then(|()| sync_folder(place)),
        Existing::Keep => {
            place_new(unfinished, place)?;
            sync_folder(place).inspect_err(|_| drop(fs::remove_file(place)))
        }
    }
}

/// Gives the file its name unless there is a file of that name already; decided by the file system, not by a look.
fn place_new(unfinished: &Path, place: &Path) -> io::Result<()> {
    match fs::hard_link(unfinished, place) {
        Ok(()) => fs::remove_file(unfinished).inspect_err(|_| drop(fs::remove_file(place))),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(error),
        // A file system without links, such as on a memory card.
        Err(_) if place.exists() => Err(ErrorKind::AlreadyExists.into()),
        Err(_) => fs::rename(unfinished, place),
    }
}

/// Gives a finished folder its name, durably, unless something has that name: renaming alone would replace an empty folder.
#[cfg(feature = "extract")]
pub(crate) fn place_folder(unfinished: &Path, place: &Path) -> io::Result<()> {
    is_free(place)?;
    fs::rename(unfinished, place)?;
    // Back under the other name, by which the caller removes it.
    sync_folder(place).inspect_err(|_| drop(fs::rename(place, unfinished)))
}

/// Fails with [`ErrorKind::AlreadyExists`] if there is anything of this name, a broken link too.
#[cfg(feature = "extract")]
pub(crate) fn is_free(place: &Path) -> io::Result<()> {
    if fs::symlink_metadata(place).is_ok() { Err(ErrorKind::AlreadyExists.into()) } else { Ok(()) }
}

/// Makes the name durable, not only the content.
pub(crate) fn sync_folder(path: &Path) -> io::Result<()> {
    #[cfg(test)]
    if tests::FOLDERS_FAIL.get() {
        return Err(ErrorKind::PermissionDenied.into());
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::cell::Cell;

    use super::*;

    thread_local! {
        /// Whether this thread can open no folder to flush it, as one that may be written and not read.
        pub(crate) static FOLDERS_FAIL: Cell<bool> = const { Cell::new(false) };
    }

    /// Runs something while no folder can be flushed.
    pub(crate) fn while_folders_fail<T>(work: impl FnOnce() -> T) -> T {
        FOLDERS_FAIL.set(true);
        let done = work();
        FOLDERS_FAIL.set(false);
        done
    }

    #[test]
    fn a_name_that_cannot_be_made_durable_is_taken_away_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        let failed = while_folders_fail(|| write_private_file(&path, b"one", Existing::Keep)).unwrap_err();
        assert_eq!(failed.kind(), ErrorKind::PermissionDenied);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        // What is replaced is a later state of what was there: it stays.
        write_private_file(&path, b"two", Existing::Keep).unwrap();
        while_folders_fail(|| write_private_file(&path, b"three", Existing::Replace)).unwrap_err();
        assert_eq!(fs::read(&path).unwrap(), b"three");
    }

    #[test]
    fn a_file_appears_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        let mut unfinished = NewFile::begin(&path).unwrap();
        unfinished.write_all(b"half").unwrap();
        assert!(!path.exists());
        drop(unfinished);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);

        write_private_file(&path, b"one", Existing::Keep).unwrap();
        let again = write_private_file(&path, b"two", Existing::Keep).unwrap_err();
        assert_eq!(again.kind(), ErrorKind::AlreadyExists);
        assert_eq!(fs::read(&path).unwrap(), b"one");
        write_private_file(&path, b"three", Existing::Replace).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"three");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
