//! What a witness remembers: of each log, the checkpoint that it cosigned last.

use std::collections::HashMap;
use std::fs::{self, OpenOptions};
use std::path::PathBuf;
use std::sync::Mutex;

use super::WitnessError;
use crate::log::{DiskFolder, FolderError, FolderProblem, Hash, KeyName, MAX_NOTE_LENGTH, ReadFolder, WriteFolder};

/// Given what is remembered of a log, if anything, answers what is remembered from now on.
pub type Change<'c> = &'c mut dyn FnMut(Option<&[u8]>) -> Result<Vec<u8>, WitnessError>;

/// The memory of a witness.
pub trait WitnessStore {
    /// Gives what is remembered of this log, if anything, to `change`, and remembers what it answers, durably, before
    /// returning. Nobody else reads or changes it in between.
    ///
    /// # Errors
    /// Those of `change`, after which nothing has changed; [`WitnessError::Folder`].
    fn update(&self, origin: &KeyName, change: Change<'_>) -> Result<(), WitnessError>;
}

/// A memory that is forgotten when dropped.
#[derive(Debug, Default)]
pub struct MemoryWitnessStore(Mutex<HashMap<KeyName, Vec<u8>>>);

impl WitnessStore for MemoryWitnessStore {
    fn update(&self, origin: &KeyName, change: Change<'_>) -> Result<(), WitnessError> {
        let mut kept = self.0.lock().map_err(|_| WitnessError::State)?;
        let new = change(kept.get(origin).map(Vec::as_slice))?;
        kept.insert(origin.clone(), new);
        Ok(())
    }
}

/// A memory in a folder: `<SHA-256 of the origin in hexadecimal>/checkpoint` for each log, a signed note that the witness
/// cosigned. Several processes may use it: a file `lock` lets in one at a time.
#[derive(Debug, Clone)]
pub struct DiskWitnessStore {
    folder: DiskFolder,
}

impl DiskWitnessStore {
    /// The memory in this folder, which is made when something is remembered.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { folder: DiskFolder::new(path) }
    }

    /// The name of the file in which a log is remembered.
    #[must_use]
    pub fn file_name(origin: &KeyName) -> String {
        format!("{}/checkpoint", Hash::of(origin.as_str().as_bytes()))
    }
}

impl WitnessStore for DiskWitnessStore {
    fn update(&self, origin: &KeyName, change: Change<'_>) -> Result<(), WitnessError> {
        let failed =
            |error: std::io::Error| FolderError { name: "lock".to_owned(), problem: FolderProblem::Io(error.kind()) };
        fs::create_dir_all(self.folder.path()).map_err(failed)?;
        let lock =
            OpenOptions::new().create(true).append(true).open(self.folder.path().join("lock")).map_err(failed)?;
        // Held until the file is closed, at the end of this call or of the process.
        lock.lock().map_err(failed)?;
        let name = Self::file_name(origin);
        let new = change(self.folder.find(&name, MAX_NOTE_LENGTH)?.as_deref())?;
        self.folder.clone().write(&name, &new)?;
        Ok(())
    }
}
