//! The tour's folder: made by the tour, marked as such, never written over, never emptied.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::failure::{Failure, exit};
use crate::new_file;

/// Names the file that marks a folder as a tour's.
const MARKER: &str = "TOUR";
const MARKED: &str = "\
saferoom tour made this folder. Every record in its vault is invented; nobody in it is real.
The passphrase lies beside the vault, which must never be so for real records.
Delete the folder when you no longer need it: the tour wrote nothing anywhere else.
";

/// Where the tour's files are.
#[derive(Debug, Clone)]
pub(super) struct Folder {
    path: PathBuf,
}

impl Folder {
    /// Makes the folder, or takes an empty one.
    pub(super) fn claim(path: &Path) -> Result<Self, Failure> {
        let folder = Self { path: path.to_owned() };
        match fs::read_dir(path) {
            Ok(mut entries) => {
                if entries.next().is_some() {
                    return Err(folder.taken());
                }
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {
                create_private(path).map_err(|error| Failure::writing(path, &error))?;
            }
            Err(error) if error.kind() == ErrorKind::NotADirectory => {
                let text = format!("{} is a file, not a folder; it was not touched", path.display());
                return Err(Failure::new(exit::FILE, text).advise("Name another folder with --dir."));
            }
            Err(error) => return Err(Failure::reading(path, &error)),
        }
        new_file::write(&folder.file(MARKER), MARKED.as_bytes())?;
        Ok(folder)
    }

    fn taken(&self) -> Failure {
        let path = self.path.display();
        if self.file(MARKER).is_file() {
            let text = format!("{path} has a former tour in it; it was not touched");
            let free = (2..1000).map(|number| self.sibling(number)).find(|free| !free.exists());
            return Failure::new(exit::FILE, text).advise(match free {
                Some(free) => format!("Take another folder: --dir {}", quoted(&free)),
                None => "Take another folder with --dir.".to_owned(),
            });
        }
        Failure::new(exit::FILE, format!("{path} is not empty; nothing in it was touched"))
            .advise("Name an empty folder, or one that does not exist yet, with --dir.")
    }

    fn sibling(&self, number: u32) -> PathBuf {
        let mut name = self.path.file_name().unwrap_or_default().to_owned();
        name.push(format!("-{number}"));
        self.path.with_file_name(name)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// The folder.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The vault.
    pub(super) fn vault(&self) -> PathBuf {
        self.file("tour.saferoom")
    }

    /// The founder's identity.
    pub(super) fn identity(&self) -> PathBuf {
        self.file("founder.identity")
    }

    /// The passphrase of that identity.
    pub(super) fn passphrase(&self) -> PathBuf {
        self.file("passphrase.txt")
    }

    /// The signed checkpoint.
    pub(super) fn checkpoint(&self) -> PathBuf {
        self.file("checkpoint.txt")
    }

    /// The folder for the analyst.
    pub(super) fn extract(&self) -> PathBuf {
        self.file("extract")
    }

    /// The vault of the extract desk.
    pub(super) fn extract_desk(&self) -> PathBuf {
        self.file("extract-desk.saferoom")
    }

    /// The packet of statistics rows from the unit to the desk.
    pub(super) fn statistics(&self) -> PathBuf {
        self.file("statistics.packet")
    }

    /// The same from a station.
    pub(super) fn statistics_of(&self, station: &str) -> PathBuf {
        self.file(&format!("statistics-{station}.packet"))
    }

    /// What the analyst asked for.
    pub(super) fn extract_spec(&self) -> PathBuf {
        self.file("extract-spec.toml")
    }

    /// The bundle of the log.
    pub(super) fn audit(&self) -> PathBuf {
        self.file("audit")
    }

    /// The bundle with one bit changed.
    pub(super) fn altered_audit(&self) -> PathBuf {
        self.file("audit-altered")
    }

    /// Whom the auditor believes.
    pub(super) fn trust_policy(&self) -> PathBuf {
        self.file("trust-policy.txt")
    }

    /// The report of the log.
    pub(super) fn audit_report(&self) -> PathBuf {
        self.file("audit-report.html")
    }

    /// A file of the stations in the step about monitoring, or of their monitor; their folder without a name.
    pub(super) fn rooms(&self, name: &str) -> PathBuf {
        self.file("rooms").join(name)
    }

    /// The report of the monitor.
    pub(super) fn monitoring_report(&self, language: &str) -> PathBuf {
        self.file(if language == "km" { "monitoring-report-km.html" } else { "monitoring-report.html" })
    }

    /// The names of the members, invented.
    pub(super) fn staff(&self) -> PathBuf {
        self.file("staff.csv")
    }

    /// The referral to the shelter.
    pub(super) fn referral(&self) -> PathBuf {
        self.file("to-shelter.packet")
    }

    /// The vault of the station that a case is handed over to.
    pub(super) fn other_station(&self) -> PathBuf {
        self.file("other-station.saferoom")
    }

    /// The copy with one byte changed.
    pub(super) fn damaged(&self) -> PathBuf {
        self.file("damaged.saferoom")
    }

    /// The copy from before the correction.
    pub(super) fn older(&self) -> PathBuf {
        self.file("older.saferoom")
    }
}

/// The folder of the device's keys that belongs to a vault: where the command line looks for it.
pub(super) fn device_of(vault: &Path) -> PathBuf {
    beside(vault, ".device")
}

/// The path with something appended to it.
pub(super) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// Copies a vault that nobody has open: the file, and its write-ahead log if one is left.
pub(super) fn copy_vault(from: &Path, to: &Path) -> Result<(), Failure> {
    for suffix in ["", "-wal"] {
        let (source, target) = (beside(from, suffix), beside(to, suffix));
        if suffix.is_empty() || source.exists() {
            let bytes = fs::read(&source).map_err(|error| Failure::reading(&source, &error))?;
            new_file::write(&target, &bytes)?;
        }
    }
    Ok(())
}

/// Copies the folder of a device's keys.
pub(super) fn copy_device(from: &Path, to: &Path) -> Result<(), Failure> {
    create_private(to).map_err(|error| Failure::writing(to, &error))?;
    let entries = fs::read_dir(from).map_err(|error| Failure::reading(from, &error))?;
    for entry in entries {
        let entry = entry.map_err(|error| Failure::reading(from, &error))?;
        let bytes = fs::read(entry.path()).map_err(|error| Failure::reading(&entry.path(), &error))?;
        new_file::write(&to.join(entry.file_name()), &bytes)?;
    }
    Ok(())
}

fn create_private(path: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// A path as it can be typed: in quotes where it has to be.
pub(super) fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+:=@%,".contains(c);
    if !text.is_empty() && text.chars().all(plain) { text } else { format!("'{}'", text.replace('\'', "'\\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_with_something_in_it_is_refused_and_not_touched() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("a");
        Folder::claim(&path).unwrap();
        let again = Folder::claim(&path).unwrap_err();
        assert!(again.text.contains("former tour") && again.advice.contains("a-2"), "{again}");

        fs::write(root.path().join("photo"), b"kept").unwrap();
        let other = Folder::claim(root.path()).unwrap_err();
        assert!(other.text.contains("not empty"), "{other}");
        let file = Folder::claim(&root.path().join("photo")).unwrap_err();
        assert!(file.text.contains("is a file"), "{file}");
        assert_eq!(fs::read(root.path().join("photo")).unwrap(), b"kept");

        fs::create_dir(root.path().join("empty")).unwrap();
        Folder::claim(&root.path().join("empty")).unwrap();
    }

    #[test]
    fn paths_can_be_typed() {
        assert_eq!(quoted(Path::new("saferoom-tour/tour.saferoom")), "saferoom-tour/tour.saferoom");
        assert_eq!(quoted(Path::new("my tour/it's")), "'my tour/it'\\''s'");
    }
}
