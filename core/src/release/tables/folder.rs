//! The folder of a table of counts: the counts, how they were protected, and the specification as it was given.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::super::error::ReleaseError;
use super::super::table::Table;
use super::error::TablesError;
use super::published::PublishedTable;
use crate::new_file::{Existing, is_free, place_folder, unfinished_name, write_private_file};

/// The file of the counts.
pub const TABLE_FILE: &str = "table.csv";
const DATA: &str = TABLE_FILE;
/// How they were protected.
const REPORT: &str = "report.json";
/// The specification as it was given.
const SPEC: &str = "spec.toml";

/// A folder that is whole and has no name yet. Dropped, it is removed.
#[derive(Debug)]
pub struct UnnamedTables {
    folder: PathBuf,
    counted: bool,
}

impl UnnamedTables {
    /// Writes the folder beside the place that it will have, durably, and reads the counts again.
    ///
    /// # Errors
    /// [`TablesError::Exists`], [`TablesError::Write`]; [`ReleaseError::Broken`] if the file does not say what was counted.
    pub fn write(place: &Path, published: &PublishedTable, spec: &str) -> Result<Self, TablesError> {
        Self::may_begin(place)?;
        let folder = unfinished_name(place);
        let mut builder = fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&folder).map_err(failed("the folder"))?;
        let unnamed = Self { folder, counted: false };
        let table = published.to_table()?;
        let mut data = Vec::new();
        table.to_csv(&mut data).map_err(failed(DATA))?;
        unnamed.add(DATA, &data)?;
        let again = fs::read(unnamed.folder.join(DATA)).map_err(failed(DATA))?;
        if Table::from_csv(&again)?.rows() != table.rows() {
            return Err(ReleaseError::Broken { what: "the file does not say what was published" }.into());
        }
        let report = serde_json::to_string_pretty(published)
            .map_err(|_| ReleaseError::Broken { what: "the report is not told as JSON" })?;
        unnamed.add(REPORT, format!("{report}\n").as_bytes())?;
        unnamed.add(SPEC, spec.as_bytes())?;
        Ok(unnamed)
    }

    /// Gives it its name: it appears whole or not at all.
    ///
    /// # Errors
    /// [`TablesError::Exists`], [`TablesError::Write`].
    pub fn name(self, place: &Path) -> Result<(), TablesError> {
        place_folder(&self.folder, place).map_err(failed("the folder"))
    }

    /// The same for a table that counts as released: it stays, under its unfinished name if need be.
    ///
    /// # Errors
    /// [`TablesError::NotNamed`].
    pub fn name_counted(mut self, place: &Path) -> Result<(), TablesError> {
        self.counted = true;
        let folder = self.folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        self.name(place).map_err(|_| TablesError::NotNamed { folder })
    }

    /// Whether a folder may be begun here: asked before a table is paid for.
    ///
    /// # Errors
    /// [`TablesError::Exists`].
    pub fn may_begin(place: &Path) -> Result<(), TablesError> {
        is_free(place).map_err(failed("the folder"))
    }

    fn add(&self, name: &'static str, bytes: &[u8]) -> Result<(), TablesError> {
        write_private_file(&self.folder.join(name), bytes, Existing::Keep).map_err(failed(name))
    }
}

impl Drop for UnnamedTables {
    fn drop(&mut self) {
        if !self.counted {
            // After it got its name there is nothing of this name any more.
            let _ = fs::remove_dir_all(&self.folder);
        }
    }
}

fn failed(file: &'static str) -> impl Fn(io::Error) -> TablesError {
    move |error| match error.kind() {
        io::ErrorKind::AlreadyExists => TablesError::Exists,
        kind => TablesError::Write { file, kind },
    }
}
