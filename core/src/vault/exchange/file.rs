//! An export as two files: the lines and their manifest. For their owner only; whole, or not there.

use std::fs::{self, File, OpenOptions};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use super::super::{Error, Session};
use super::error::ExchangeError;
use super::export::ExportOptions;
use super::manifest::{Manifest, SignedManifest};
use crate::access::Access;
use crate::id::random_bytes;

/// An export that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportedFile {
    /// The lines: plaintext.
    pub lines: PathBuf,
    /// The manifest.
    pub manifest_file: PathBuf,
    /// What it says.
    pub manifest: Manifest,
}

/// Where the manifest of an export lies: beside the lines, under their name and `.manifest`.
#[must_use]
pub fn manifest_path(lines: &Path) -> PathBuf {
    let mut name = lines.file_name().unwrap_or_default().to_owned();
    name.push(".manifest");
    lines.with_file_name(name)
}

impl Session {
    /// As [`export_lines`](Self::export_lines), to a new file that only its owner may read, and a manifest beside it.
    ///
    /// The lines get their name only when all of them are on the disk and the export is logged.
    ///
    /// # Errors
    /// As [`export_lines`](Self::export_lines), and [`ExchangeError::Exists`]; no file is left behind then.
    pub fn export_file(
        &self,
        path: &Path,
        options: &ExportOptions,
        access: &Access,
        tell: &mut dyn FnMut(u64),
    ) -> Result<ExportedFile, Error> {
        let manifest_file = manifest_path(path);
        // Said early; decided by the file system below.
        if path.exists() || manifest_file.exists() {
            return Err(ExchangeError::Exists.into());
        }
        let lines = Temporary::create(path)?;
        let signed = {
            let mut out = BufWriter::with_capacity(64 << 10, &lines.file);
            let signed = self.export_lines(&mut out, options, access, tell)?;
            out.flush().map_err(|error| ExchangeError::writing(&error))?;
            signed
        };
        let manifest = Temporary::create(&manifest_file)?;
        write_manifest(&manifest.file, &signed).map_err(|error| ExchangeError::writing(&error))?;
        manifest.place(&manifest_file)?;
        lines.place(path).inspect_err(|_| {
            let _ = fs::remove_file(&manifest_file);
        })?;
        Ok(ExportedFile { lines: path.to_owned(), manifest_file, manifest: signed.manifest })
    }
}

fn write_manifest(mut file: &File, signed: &SignedManifest) -> std::io::Result<()> {
    file.write_all(signed.to_text().as_bytes())
}

/// A file that goes away unless it is given its name.
struct Temporary {
    file: File,
    path: PathBuf,
}

impl Temporary {
    fn create(beside: &Path) -> Result<Self, Error> {
        let mut name = beside.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{:016x}.part", u64::from_be_bytes(random_bytes())));
        let path = beside.with_file_name(name);
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&path).map_err(|error| ExchangeError::writing(&error))?;
        Ok(Self { file, path })
    }

    /// Gives it its name, on the disk, unless there is a file of that name.
    fn place(self, path: &Path) -> Result<(), Error> {
        let placed = self.file.sync_all().and_then(|()| match fs::hard_link(&self.path, path) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Err(error),
            // A file system without links, such as on a memory card.
            Err(_) if path.exists() => Err(std::io::ErrorKind::AlreadyExists.into()),
            Err(_) => fs::rename(&self.path, path),
        });
        placed.map_err(|error| ExchangeError::writing(&error))
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}
