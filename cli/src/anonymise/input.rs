//! Tables and files that a command reads.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use saferoom::release::Table;
use saferoom::release::output::{is_parquet, read_parquet_file};
use saferoom::release::spec::Files;

use crate::failure::{Failure, exit};

/// The largest file that is read: all of it is in memory.
const LARGEST: u64 = 4 << 30;

/// A table out of CSV or Parquet: the first bytes tell which.
pub(crate) fn table(path: &Path) -> Result<Table, Failure> {
    let mut first = [0; 4];
    let mut file = File::open(path).map_err(|error| Failure::reading(path, &error))?;
    if file.read_exact(&mut first).is_ok() && is_parquet(&first) {
        return read_parquet_file(file).map_err(|error| Failure::from(error).at(path.display()));
    }
    Table::from_csv(&read(path)?).map_err(|error| Failure::from(error).at(path.display()))
}

/// A whole file.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let size = fs::metadata(path).map_err(|error| Failure::reading(path, &error))?.len();
    if size > LARGEST {
        let text = format!("{} is larger than 4 GiB", path.display());
        return Err(Failure::new(exit::FILE, text).advise("Take the table in parts."));
    }
    fs::read(path).map_err(|error| Failure::reading(path, &error))
}

/// The files that a specification names, beside it. Names with folders in them are refused.
pub(crate) struct Beside(PathBuf);

impl Beside {
    /// Those beside the specification at `path`.
    pub(crate) fn of(path: &Path) -> Self {
        Self(path.parent().map(Path::to_owned).unwrap_or_default())
    }
}

impl Files for Beside {
    fn read(&self, name: &str) -> Result<Vec<u8>, String> {
        let plain = Path::new(name).file_name().is_some_and(|file| file == name);
        if !plain {
            return Err(format!("the file {name} has to lie beside the specification"));
        }
        fs::read(self.0.join(name)).map_err(|error| format!("the file {name} cannot be read: {}", error.kind()))
    }
}
