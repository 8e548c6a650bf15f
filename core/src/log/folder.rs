//! Where the files of a log bundle lie: a folder on a disk or a stick, or anything that is read and written by name.
//!
//! What is read comes from strangers: every read says how long the file may be, links and devices are not followed, and
//! a name is a plain relative path.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use crate::error::{Diagnosis, Family};
use crate::new_file::{Existing, write_private_file};

/// Gives files by name.
pub trait ReadFolder {
    /// The whole file of this name.
    ///
    /// # Errors
    /// [`FolderError`]; [`FolderProblem::Missing`] if there is none, [`FolderProblem::TooLong`] if it has more than
    /// `at_most` bytes.
    fn read(&self, name: &str, at_most: usize) -> Result<Vec<u8>, FolderError>;

    /// The whole file of this name, or `None` if there is none.
    ///
    /// # Errors
    /// As [`ReadFolder::read`], but a missing file is none.
    fn find(&self, name: &str, at_most: usize) -> Result<Option<Vec<u8>>, FolderError> {
        match self.read(name, at_most) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(FolderError { problem: FolderProblem::Missing, .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// Takes files by name.
pub trait WriteFolder {
    /// Keeps the file, in place of an earlier one; folders on the way are made.
    ///
    /// # Errors
    /// [`FolderError`].
    fn write(&mut self, name: &str, bytes: &[u8]) -> Result<(), FolderError>;
}

impl<F: ReadFolder + ?Sized> ReadFolder for &F {
    fn read(&self, name: &str, at_most: usize) -> Result<Vec<u8>, FolderError> {
        (**self).read(name, at_most)
    }
}

impl<F: ReadFolder + ?Sized> ReadFolder for &mut F {
    fn read(&self, name: &str, at_most: usize) -> Result<Vec<u8>, FolderError> {
        (**self).read(name, at_most)
    }
}

impl<F: WriteFolder + ?Sized> WriteFolder for &mut F {
    fn write(&mut self, name: &str, bytes: &[u8]) -> Result<(), FolderError> {
        (**self).write(name, bytes)
    }
}

/// A file that could not be read or written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name} {problem}")]
pub struct FolderError {
    /// The name within the folder.
    pub name: String,
    /// What is wrong.
    pub problem: FolderProblem,
}

/// What is wrong with a file of a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FolderProblem {
    /// There is no file of this name.
    #[error("is missing")]
    Missing,
    /// It is no file: a folder, a link, a device.
    #[error("is no ordinary file")]
    NotAFile,
    /// It is longer than it can be.
    #[error("is longer than such a file can be")]
    TooLong,
    /// No file of a folder has such a name.
    #[error("is no name of a file in a folder")]
    Name,
    /// The system refused.
    #[error("cannot be read or written: {0}")]
    Io(ErrorKind),
}

impl FolderError {
    fn new(name: &str, problem: FolderProblem) -> Self {
        Self { name: name.to_owned(), problem }
    }

    fn io(name: &str, kind: ErrorKind) -> Self {
        let problem = if kind == ErrorKind::NotFound { FolderProblem::Missing } else { FolderProblem::Io(kind) };
        Self::new(name, problem)
    }
}

impl Diagnosis for FolderError {
    fn code(&self) -> u16 {
        Family::Log.code(match self.problem {
            FolderProblem::Missing => 70,
            FolderProblem::NotAFile => 71,
            FolderProblem::TooLong => 72,
            FolderProblem::Name => 73,
            FolderProblem::Io(_) => 74,
        })
    }

    fn advice(&self) -> &'static str {
        match self.problem {
            FolderProblem::Missing => {
                "Copy the whole bundle again; a bundle without this file proves nothing about it."
            }
            FolderProblem::NotAFile | FolderProblem::TooLong | FolderProblem::Name => {
                "Do not trust this bundle: no honest export has such a file. Keep it as evidence."
            }
            FolderProblem::Io(_) => "Check the disk or the stick, and that you may read and write there.",
        }
    }
}

/// Whether this is a relative path of plain parts: letters, digits, `.`, `-`, `_`; none begins with a dot.
fn is_name(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    name.len() <= 1024
        && name.split('/').all(|part| !part.is_empty() && !part.starts_with('.') && part.chars().all(plain))
}

/// A folder of the file system.
#[derive(Debug, Clone)]
pub struct DiskFolder {
    root: PathBuf,
}

impl DiskFolder {
    /// The folder at this path. Whether there is one shows when it is read; it is made when it is written to.
    #[must_use]
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.root
    }

    /// Refuses links, so that a stick does not make its reader open a file or a device of the reader's own machine.
    fn resolve(&self, name: &str) -> Result<PathBuf, FolderError> {
        if !is_name(name) {
            return Err(FolderError::new(name, FolderProblem::Name));
        }
        let mut path = self.root.clone();
        let mut parts = name.split('/').peekable();
        while let Some(part) = parts.next() {
            path.push(part);
            let kind = fs::symlink_metadata(&path).map_err(|error| FolderError::io(name, error.kind()))?.file_type();
            let expected = if parts.peek().is_some() { kind.is_dir() } else { kind.is_file() };
            if !expected {
                return Err(FolderError::new(name, FolderProblem::NotAFile));
            }
        }
        Ok(path)
    }
}

impl ReadFolder for DiskFolder {
    fn read(&self, name: &str, at_most: usize) -> Result<Vec<u8>, FolderError> {
        let path = self.resolve(name)?;
        let file = File::open(path).map_err(|error| FolderError::io(name, error.kind()))?;
        let limit = u64::try_from(at_most).unwrap_or(u64::MAX).saturating_add(1);
        // Room for all of it: without, a tile is read in a dozen small parts.
        let length = file.metadata().map_or(0, |metadata| metadata.len().min(limit));
        let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or_default().saturating_add(1));
        file.take(limit).read_to_end(&mut bytes).map_err(|error| FolderError::io(name, error.kind()))?;
        if bytes.len() > at_most { Err(FolderError::new(name, FolderProblem::TooLong)) } else { Ok(bytes) }
    }
}

impl WriteFolder for DiskFolder {
    fn write(&mut self, name: &str, bytes: &[u8]) -> Result<(), FolderError> {
        if !is_name(name) {
            return Err(FolderError::new(name, FolderProblem::Name));
        }
        let path = self.root.join(name);
        let failed = |error: std::io::Error| FolderError::new(name, FolderProblem::Io(error.kind()));
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(failed)?;
        }
        write_private_file(&path, bytes, Existing::Replace).map_err(failed)
    }
}

/// A folder in memory.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MemoryFolder(
    /// The files by name.
    pub BTreeMap<String, Vec<u8>>,
);

impl ReadFolder for MemoryFolder {
    fn read(&self, name: &str, at_most: usize) -> Result<Vec<u8>, FolderError> {
        let bytes = self.0.get(name).ok_or_else(|| FolderError::new(name, FolderProblem::Missing))?;
        if bytes.len() > at_most { Err(FolderError::new(name, FolderProblem::TooLong)) } else { Ok(bytes.clone()) }
    }
}

impl WriteFolder for MemoryFolder {
    fn write(&mut self, name: &str, bytes: &[u8]) -> Result<(), FolderError> {
        if !is_name(name) {
            return Err(FolderError::new(name, FolderProblem::Name));
        }
        self.0.insert(name.to_owned(), bytes.to_vec());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem<T: std::fmt::Debug>(result: Result<T, FolderError>) -> FolderProblem {
        result.unwrap_err().problem
    }

    fn behaves_like_a_folder(mut folder: impl ReadFolder + WriteFolder) {
        assert_eq!(problem(folder.read("a/b", 9)), FolderProblem::Missing);
        assert_eq!(folder.find("a/b", 9), Ok(None));
        folder.write("a/b", b"one").unwrap();
        folder.write("a/b", b"three").unwrap();
        assert_eq!(folder.read("a/b", 5).unwrap(), b"three");
        assert_eq!(problem(folder.read("a/b", 4)), FolderProblem::TooLong);
        for name in ["", "/a", "a/", "a//b", "../a", "a/../b", ".a", "a\\b", "a b", "a\0", "\u{e9}"] {
            assert_eq!(problem(folder.write(name, b"")), FolderProblem::Name, "{name:?}");
        }
    }

    #[test]
    fn both_folders_keep_and_give() {
        behaves_like_a_folder(MemoryFolder::default());
        let folder = tempfile::tempdir().unwrap();
        behaves_like_a_folder(DiskFolder::new(folder.path().join("bundle")));
    }

    #[cfg(unix)]
    #[test]
    fn links_and_folders_are_no_files() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("secret"), b"of the reader").unwrap();
        fs::create_dir(folder.path().join("bundle")).unwrap();
        let bundle = DiskFolder::new(folder.path().join("bundle"));
        std::os::unix::fs::symlink("../secret", bundle.path().join("checkpoint")).unwrap();
        std::os::unix::fs::symlink("..", bundle.path().join("tile")).unwrap();
        fs::create_dir(bundle.path().join("proofs")).unwrap();
        for name in ["checkpoint", "tile/secret", "proofs"] {
            assert_eq!(problem(bundle.read(name, 99)), FolderProblem::NotAFile, "{name}");
        }
    }
}
