//! A bare durable commit of one row of a log, and one signature: what a durable read cannot do without.

use std::path::{Path, PathBuf};

use saferoom_benches::bare::Plain;
use saferoom_peers::Row;
use saferoom_peers::serve::{Peer, Took, took};

/// A file with nothing but a log.
pub struct Commit {
    path: PathBuf,
    plain: Plain,
}

impl Commit {
    /// A new one.
    pub fn new(folder: &Path) -> Self {
        Self { path: folder.join("plain.sqlite3"), plain: Plain::new(folder) }
    }
}

impl Peer for Commit {
    fn write(&mut self, _: &[Row]) {
        unreachable!("it keeps no records")
    }

    fn read(&mut self, _: &[u64]) -> usize {
        unreachable!("it keeps no records")
    }

    fn close(&mut self) {}

    fn open(&mut self) {}

    fn path(&self) -> &Path {
        &self.path
    }

    fn other(&mut self, command: &str, times: u64) -> Took {
        let mut all = Took::default();
        for _ in 0..times {
            all += match command {
                "commit" => took(|| self.plain.log(1)).1,
                "sign" => took(|| self.plain.sign()).1,
                unknown => panic!("unknown command {unknown}"),
            };
        }
        all
    }
}
