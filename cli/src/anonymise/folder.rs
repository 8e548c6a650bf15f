//! The folder of an anonymised table. It appears whole or not at all.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use saferoom::release::{ReleaseError, Released, Table};

use super::read;
use crate::failure::{Failure, exit};

/// The anonymised table.
pub(super) const DATA: &str = "data.csv";
/// What was done, and the risks before and after.
const REPORT: &str = "report.json";
/// The specification as it was given.
const SPEC: &str = "spec.toml";

/// Writes the folder: first beside its place, then read again and compared, then given its name.
pub(super) fn write(place: &Path, released: &Released, spec: &str) -> Result<(), Failure> {
    let unfinished = Unfinished::begin(place)?;
    let data = unfinished.0.join(DATA);
    save(&data, |file| released.table.to_csv(file))?;
    let again = Table::from_csv(&read(&data)?)?;
    if again != released.table {
        return Err(ReleaseError::Broken { what: "the file does not say what was released" }.into());
    }
    let report = serde_json::to_string_pretty(&released.account)
        .map_err(|_| Failure::new(exit::FAILED, "the report cannot be written as JSON"))?;
    save(&unfinished.0.join(REPORT), |mut file| writeln!(file, "{report}"))?;
    save(&unfinished.0.join(SPEC), |mut file| file.write_all(spec.as_bytes()))?;
    unfinished.place(place)
}

pub(crate) fn save(path: &Path, write: impl FnOnce(BufWriter<&File>) -> std::io::Result<()>) -> Result<(), Failure> {
    let failed = |error: std::io::Error| Failure::writing(path, &error);
    let file = File::options().write(true).create_new(true).open(path).map_err(failed)?;
    write(BufWriter::new(&file)).and_then(|()| file.sync_all()).map_err(failed)
}

/// A folder in the making. Dropped before it has its name, it is removed.
pub(crate) struct Unfinished(PathBuf);

impl Unfinished {
    pub(crate) fn begin(place: &Path) -> Result<Self, Failure> {
        let mut name = place.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{}.new", std::process::id()));
        let path = place.with_file_name(name);
        fs::create_dir(&path).map_err(|error| Failure::writing(&path, &error))?;
        let folder = Self(path);
        #[cfg(unix)]
        {
            let owner_only = std::os::unix::fs::PermissionsExt::from_mode(0o700);
            fs::set_permissions(&folder.0, owner_only).map_err(|error| Failure::writing(&folder.0, &error))?;
        }
        Ok(folder)
    }

    /// Where it is until then.
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// Gives it its name.
    pub(crate) fn place(self, place: &Path) -> Result<(), Failure> {
        // An empty folder of that name would be replaced; it was looked for before.
        if place.exists() {
            let text = format!("{} exists already", place.display());
            return Err(Failure::new(exit::FILE, text).advise("Name a new folder."));
        }
        fs::rename(&self.0, place).map_err(|error| Failure::writing(place, &error))
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        // After placing there is nothing of this name any more.
        let _ = fs::remove_dir_all(&self.0);
    }
}
