//! A bundle as one file: a zip that is read in place, as a folder is, and written while the entries stream by.
//!
//! Nothing is unpacked. Each read says how long the file may be and takes no byte more, so a small zip that stands for a huge
//! file costs nothing. What makes a zip ambiguous is refused before the first read: see [`directory`].

mod directory;

use std::cell::RefCell;
use std::fs::File;
use std::io::{BufReader, BufWriter, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use saferoom::log::{DiskFolder, FolderError, FolderProblem, ReadFolder, WriteFolder};
use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use self::directory::Directory;
use crate::failure::{Failure, exit};
use crate::new_file;

/// Why a zip is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ArchiveError {
    #[error("the zip cannot be read: {0}")]
    Io(ErrorKind),
    #[error("this is neither a folder nor a zip, or the zip was cut short")]
    NoZip,
    #[error("the zip has more in it than a bundle can have")]
    TooMany,
    #[error("a file of the zip has a name that leads out of it")]
    Name,
    #[error("the zip has the same file twice")]
    Twice,
    #[error("a file of the zip is a link")]
    Link,
    #[error("a file of the zip is encrypted, or packed in a way that no bundle is")]
    Packing,
    #[error("the zip can be read in more than one way")]
    Ambiguous,
}

impl From<ArchiveError> for Failure {
    fn from(error: ArchiveError) -> Self {
        let (code, advice) = match error {
            ArchiveError::Io(_) => (exit::FILE, "Check the disk or the stick, and that you may read there."),
            ArchiveError::NoZip => (exit::FILE, "Name the folder or the zip that `saferoom audit export` wrote."),
            ArchiveError::Packing => (exit::INTEGRITY, "Ask for the bundle as `saferoom audit export` wrote it."),
            _ => (
                exit::INTEGRITY,
                "Do not unpack it with another program: no honest export is like this. Keep it as evidence.",
            ),
        };
        Self::new(code, error.to_string()).advise(advice)
    }
}

/// Where a bundle lies.
#[derive(Debug)]
pub(crate) enum BundleFolder {
    Folder(DiskFolder),
    Zip(ZipFolder),
}

impl BundleFolder {
    /// The folder or the zip at this path.
    ///
    /// # Errors
    /// A failure that says what is at the path instead; [`ArchiveError`].
    pub(crate) fn open(path: &Path) -> Result<Self, Failure> {
        if path.is_dir() {
            return Ok(Self::Folder(DiskFolder::new(path)));
        }
        if !path.exists() {
            let text = format!("there is no folder or zip at {}", path.display());
            return Err(Failure::new(exit::FILE, text).advise("Name what `saferoom audit export` wrote."));
        }
        let zip = ZipFolder::open(path).map_err(|error| Failure::from(error).at(path.display()))?;
        Ok(Self::Zip(zip))
    }
}

impl ReadFolder for BundleFolder {
    fn read(&self, name: &str, at_most: usize) -> Result<Vec<u8>, FolderError> {
        match self {
            Self::Folder(folder) => folder.read(name, at_most),
            Self::Zip(zip) => zip.read(name, at_most),
        }
    }
}

/// A zip whose files are read in place.
pub(crate) struct ZipFolder {
    archive: RefCell<ZipArchive<BufReader<File>>>,
    /// The folder in the zip that all of it lies in; empty if it lies at the top.
    prefix: String,
}

impl ZipFolder {
    fn open(path: &Path) -> Result<Self, ArchiveError> {
        let mut file = File::open(path).map_err(|error| ArchiveError::Io(error.kind()))?;
        let directory = Directory::read(&mut file)?;
        let archive = ZipArchive::new(BufReader::new(file)).map_err(|error| archive_error(&error))?;
        if archive.len() != directory.count() {
            return Err(ArchiveError::Ambiguous);
        }
        Ok(Self { archive: RefCell::new(archive), prefix: directory.prefix() })
    }
}

impl std::fmt::Debug for ZipFolder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ZipFolder").field("prefix", &self.prefix).finish_non_exhaustive()
    }
}

impl ReadFolder for ZipFolder {
    fn read(&self, name: &str, at_most: usize) -> Result<Vec<u8>, FolderError> {
        let problem = |problem| FolderError { name: name.to_owned(), problem };
        let mut archive = self.archive.borrow_mut();
        let file = archive.by_name(&format!("{}{name}", self.prefix)).map_err(|error| match error {
            ZipError::FileNotFound => problem(FolderProblem::Missing),
            ZipError::Io(error) => problem(FolderProblem::Io(error.kind())),
            _ => problem(FolderProblem::NotAFile),
        })?;
        let mut bytes = Vec::new();
        let limit = u64::try_from(at_most).unwrap_or(u64::MAX).saturating_add(1);
        // One byte more than allowed, whatever the zip says of its size; a wrong check sum ends in an error here.
        let read = file.take(limit).read_to_end(&mut bytes);
        if bytes.len() > at_most {
            return Err(problem(FolderProblem::TooLong));
        }
        read.map_err(|error| problem(FolderProblem::Io(error.kind())))?;
        Ok(bytes)
    }
}

/// A zip in the making. Dropped before it is [finished](Self::finish), it is removed.
pub(crate) struct NewZip {
    path: PathBuf,
    writer: Option<ZipWriter<BufWriter<File>>>,
}

impl NewZip {
    /// Begins a zip where nothing is yet; only its owner may read it.
    ///
    /// # Errors
    /// A failure if there is a file already, or none can be made.
    pub(crate) fn begin(path: &Path) -> Result<Self, Failure> {
        let file = new_file::create(path)?;
        Ok(Self { path: path.to_owned(), writer: Some(ZipWriter::new(BufWriter::new(file))) })
    }

    /// Writes its end and makes it durable.
    ///
    /// # Errors
    /// A failure if writing fails.
    pub(crate) fn finish(mut self) -> Result<(), Failure> {
        let failed = |path: &Path, error: std::io::Error| {
            drop(std::fs::remove_file(path));
            Failure::writing(path, &error)
        };
        let Some(writer) = self.writer.take() else { return Ok(()) };
        let done = writer.finish().map_err(std::io::Error::from);
        let done = done.and_then(|file| file.into_inner().map_err(std::io::IntoInnerError::into_error));
        done.and_then(|file| file.sync_all()).map_err(|error| failed(&self.path, error))
    }
}

impl Drop for NewZip {
    fn drop(&mut self) {
        if self.writer.take().is_some() {
            drop(std::fs::remove_file(&self.path));
        }
    }
}

impl WriteFolder for NewZip {
    fn write(&mut self, name: &str, bytes: &[u8]) -> Result<(), FolderError> {
        let failed = |kind| FolderError { name: name.to_owned(), problem: FolderProblem::Io(kind) };
        let writer = self.writer.as_mut().ok_or_else(|| failed(ErrorKind::Other))?;
        // No time of the day, no owner: the zip says no more than the folder.
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .last_modified_time(zip::DateTime::default())
            .unix_permissions(0o600);
        let begun = writer.start_file(name, options).map_err(std::io::Error::from);
        begun.and_then(|()| writer.write_all(bytes)).map_err(|error| failed(error.kind()))
    }
}

fn archive_error(error: &ZipError) -> ArchiveError {
    match error {
        ZipError::Io(error) => ArchiveError::Io(error.kind()),
        _ => ArchiveError::NoZip,
    }
}

#[cfg(test)]
mod tests;
