//! Files that this program makes: for their owner alone, never over one that is there, and whole or not at all.

use std::fs::File;
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::Path;

use crate::failure::{Failure, exit};

/// Refuses a place where something is already, before any work is done for it.
///
/// # Errors
/// What is there, and that it was not touched.
pub(crate) fn refuse_existing(path: &Path) -> Result<(), Failure> {
    // A link that leads nowhere is something as well.
    if path.symlink_metadata().is_ok() { Err(exists(path)) } else { Ok(()) }
}

/// A new and empty file that only its owner may read.
///
/// # Errors
/// There is one already, or none can be made.
pub(crate) fn create(path: &Path) -> Result<File, Failure> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => exists(path),
        _ => Failure::writing(path, &error),
    })
}

/// Writes these bytes as a new file.
///
/// # Errors
/// As [`create`]; what was not written whole is taken away.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    fill(path, |file| file.write_all(bytes))
}

/// Writes a new file piece by piece.
///
/// # Errors
/// As [`create`]; what was not written whole is taken away: half a file would be taken for all of it.
pub(crate) fn fill(path: &Path, pieces: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>) -> Result<(), Failure> {
    fill_created(create(path)?, path, pieces)
}

/// Fills a file that was made before.
///
/// # Errors
/// Writing failed; the file is taken away then.
pub(crate) fn fill_created(
    file: File,
    path: &Path,
    pieces: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
) -> Result<(), Failure> {
    let mut file = BufWriter::new(file);
    let written = pieces(&mut file).and_then(|()| file.flush()).and_then(|()| file.get_ref().sync_all());
    written.map_err(|error| {
        drop(std::fs::remove_file(path));
        Failure::writing(path, &error)
    })
}

fn exists(path: &Path) -> Failure {
    Failure::new(exit::FILE, format!("there is a file at {} already; it was not touched", path.display()))
        .advise("Name one that does not exist: no file is ever written over.")
}

#[cfg(test)]
mod tests {
    use std::io::{Error, Write as _};

    use super::*;

    #[test]
    fn a_file_that_is_there_stays_and_half_a_file_does_not() {
        let folder = std::env::temp_dir().join(format!("saferoom-new-file-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let place = folder.join("report.html");
        refuse_existing(&place).unwrap();
        write(&place, b"first").unwrap();
        assert!(refuse_existing(&place).is_err());
        let refused = write(&place, b"second").unwrap_err().to_string();
        assert!(refused.contains("already") && refused.contains("Name one"), "{refused}");
        assert_eq!(std::fs::read(&place).unwrap(), b"first");

        let half = folder.join("half.csv");
        let broken = |file: &mut BufWriter<File>| {
            file.write_all(b"half of it").and_then(|()| Err(Error::from(ErrorKind::StorageFull)))
        };
        assert!(fill(&half, broken).is_err());
        assert!(!half.exists());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(place.metadata().unwrap().permissions().mode() & 0o777, 0o600);
            let nowhere = folder.join("nowhere");
            std::os::unix::fs::symlink(folder.join("missing"), &nowhere).unwrap();
            assert!(refuse_existing(&nowhere).is_err() && write(&nowhere, b"x").is_err());
        }
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
