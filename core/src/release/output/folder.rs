//! A folder that appears whole or not at all.

use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::error::OutputError;
use super::manifest::FileEntry;
use crate::id::{hexadecimal, random_bytes};
use crate::new_file::{is_free, place_folder};
use crate::seal::sha256;

/// A folder in the making, for its owner alone. Dropped before it is [placed](Self::place), it is removed.
pub(super) struct Unfinished {
    folder: PathBuf,
    entries: Vec<FileEntry>,
}

impl Unfinished {
    /// Begins beside the place that it will have.
    pub(super) fn begin(place: &Path) -> Result<Self, OutputError> {
        is_free(place).map_err(|_| OutputError::Exists)?;
        let mut name = std::ffi::OsString::from(".");
        name.push(place.file_name().unwrap_or_default());
        name.push(format!(".{}.new", hexadecimal(&random_bytes::<8>())));
        let folder = place.with_file_name(name);
        let mut builder = fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&folder).map_err(OutputError::write("the folder"))?;
        Ok(Self { folder, entries: Vec::new() })
    }

    /// Where a file lies as long as the folder is not placed.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Adds a file, durably, and remembers its digest.
    pub(super) fn add(&mut self, name: &str, bytes: &[u8]) -> Result<FileEntry, OutputError> {
        let failed = OutputError::write(name);
        let mut options = File::options();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(self.path(name)).map_err(&failed)?;
        file.write_all(bytes).and_then(|()| file.sync_all()).map_err(&failed)?;
        let entry = FileEntry { name: name.to_owned(), bytes: bytes.len() as u64, sha256: hexadecimal(&sha256(bytes)) };
        self.entries.push(entry.clone());
        Ok(entry)
    }

    /// What was added, in the order of names.
    pub(super) fn entries(&self) -> Vec<FileEntry> {
        let mut entries = self.entries.clone();
        entries.sort_by(|a, b| a.name.cmp(&b.name));
        entries
    }

    /// Gives the folder its name.
    pub(super) fn place(self, place: &Path) -> Result<(), OutputError> {
        let named = place_folder(&self.folder, place);
        named.map_err(|error| match error.kind() {
            ErrorKind::AlreadyExists => OutputError::Exists,
            _ => OutputError::write("the folder")(error),
        })
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        // After placing there is nothing of this name any more.
        let _ = fs::remove_dir_all(&self.folder);
    }
}
