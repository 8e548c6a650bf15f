//! The logs of saferoom and of `tlog_tiles`, in memory.

use saferoom::log::{Frontier, Hash, HashReader, LogError, leaf_hash, prove_inclusion, verify_inclusion};
use saferoom_peers::log::Log;
use tlog_tiles::tlog;

/// Ours: the hashes that each entry completes, one after the other, as rows of the log hold them.
#[derive(Default)]
pub struct Ours {
    frontier: Frontier,
    size: u64,
    stored: Vec<Hash>,
}

impl HashReader for Ours {
    type Error = LogError;

    fn read(&self, level: u8, index: u64) -> Result<Hash, LogError> {
        let (row, place) = saferoom::log::locate(level, index).ok_or(LogError::SizeOutOfRange)?;
        // Before this row lie as many hashes as its number and all complete subtrees in it.
        let before = 2 * row - u64::from(row.count_ones());
        self.stored.get(before as usize + place).copied().ok_or(LogError::SizeOutOfRange)
    }
}

impl Log for Ours {
    fn new() -> Self {
        Self::default()
    }

    fn append(&mut self, entry: &[u8]) {
        self.stored.extend(self.frontier.append(leaf_hash(entry)).iter());
        self.size += 1;
    }

    fn root(&self) -> [u8; 32] {
        *self.frontier.root().as_bytes()
    }

    fn prove(&self, number: u64) -> Vec<[u8; 32]> {
        prove_inclusion(number, self.size, self).unwrap().iter().map(|hash| *hash.as_bytes()).collect()
    }

    fn check(&self, number: u64, entry: &[u8], root: &[u8; 32], proof: &[[u8; 32]]) -> bool {
        let proof: Vec<Hash> = proof.iter().map(|hash| Hash::from_bytes(*hash)).collect();
        verify_inclusion(&leaf_hash(entry), number, self.size, &proof, &Hash::from_bytes(*root)).is_ok()
    }
}

/// Cloudflare's port of Go's tlog.
pub struct TlogTiles {
    size: u64,
    stored: Vec<tlog::Hash>,
}

impl tlog::HashReader for TlogTiles {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<tlog::Hash>, tlog::Error> {
        Ok(indexes.iter().map(|index| self.stored[*index as usize]).collect())
    }
}

impl Log for TlogTiles {
    fn new() -> Self {
        Self { size: 0, stored: Vec::new() }
    }

    fn append(&mut self, entry: &[u8]) {
        let hashes = tlog::stored_hashes(self.size, entry, self).unwrap();
        self.stored.extend(hashes);
        self.size += 1;
    }

    fn root(&self) -> [u8; 32] {
        tlog::tree_hash(self.size, self).unwrap().0
    }

    fn prove(&self, number: u64) -> Vec<[u8; 32]> {
        tlog::prove_record(self.size, number, self).unwrap().iter().map(|hash| hash.0).collect()
    }

    fn check(&self, number: u64, entry: &[u8], root: &[u8; 32], proof: &[[u8; 32]]) -> bool {
        let proof: Vec<tlog::Hash> = proof.iter().map(|hash| tlog::Hash(*hash)).collect();
        tlog::check_record(&proof, self.size, tlog::Hash(*root), number, tlog::record_hash(entry)).is_ok()
    }
}
