//! A folder within a folder: each earlier log of a bundle lies in one.

use crate::log::{FolderError, ReadFolder, WriteFolder};

/// The files below `prefix` of a folder; an empty prefix is the folder itself.
#[derive(Debug)]
pub struct Subfolder<F> {
    pub(super) folder: F,
    prefix: String,
}

impl<F> Subfolder<F> {
    /// The files below this prefix.
    pub fn new(folder: F, prefix: impl Into<String>) -> Self {
        Self { folder, prefix: prefix.into() }
    }

    fn path(&self, name: &str) -> String {
        if self.prefix.is_empty() { name.to_owned() } else { format!("{}/{name}", self.prefix) }
    }
}

impl<F: ReadFolder> ReadFolder for Subfolder<F> {
    fn read(&self, name: &str, at_most: usize) -> Result<Vec<u8>, FolderError> {
        self.folder.read(&self.path(name), at_most)
    }
}

impl<F: WriteFolder> WriteFolder for Subfolder<F> {
    fn write(&mut self, name: &str, bytes: &[u8]) -> Result<(), FolderError> {
        self.folder.write(&self.path(name), bytes)
    }
}
