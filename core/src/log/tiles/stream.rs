//! Reads a whole log from its files, computes every hash anew and compares: what a verifier does.

use super::path::{MAX_TILE_LEVEL, TILE_WIDTH, TileKind, TilePath};
use super::writer::partial;
use super::{TileError, TileReader};
use crate::log::{Completed, Frontier, HASH_LENGTH, Hash, LogError, ReadFolder, leaf_hash};

const LEVELS: usize = MAX_TILE_LEVEL as usize + 1;

/// The entries of a log in order, each once, in constant memory: one bundle and one tile of each level.
///
/// Every tile is compared with the hashes computed from the entries as soon as its last one is known. When
/// [`EntryStream::next_entry`] has given `None`, all files that a log of this size has were read and agree; whether
/// [`EntryStream::frontier`] then has the root of the checkpoint is for the caller to compare.
#[derive(Debug)]
pub struct EntryStream<F> {
    reader: TileReader<F>,
    frontier: Frontier,
    bundle: Vec<u8>,
    /// Where the next entry begins in the bundle.
    at: usize,
    computed: [Vec<u8>; LEVELS],
    /// Tiles whose hashes are known and which are still to be compared.
    due: Vec<(TilePath, Vec<u8>)>,
    ended: bool,
}

/// One entry on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StreamedEntry<'s> {
    /// Its index.
    pub index: u64,
    /// Its bytes.
    pub bytes: &'s [u8],
    /// Its leaf hash.
    pub leaf: Hash,
}

impl<F: ReadFolder> EntryStream<F> {
    /// The log of `size` entries in this folder.
    ///
    /// # Errors
    /// [`LogError::SizeOutOfRange`].
    pub fn new(folder: F, size: u64) -> Result<Self, TileError> {
        Ok(Self {
            reader: TileReader::new(folder, size)?,
            frontier: Frontier::new(),
            bundle: Vec::new(),
            at: 0,
            computed: Default::default(),
            due: Vec::new(),
            ended: false,
        })
    }

    /// The number of entries that the log is said to have.
    pub const fn size(&self) -> u64 {
        self.reader.size()
    }

    /// The tree over the entries that were given so far: its size and root can be compared with an earlier checkpoint.
    pub const fn frontier(&self) -> &Frontier {
        &self.frontier
    }

    /// The next entry, or `None` after the last.
    ///
    /// # Errors
    /// [`TileError::Mismatch`], [`TileError::Length`] or [`TileError::Folder`] about a tile of hashes: the entries
    /// themselves are readable, and the next call goes on with them. The same about a bundle of entries, and
    /// [`LogError::MalformedBundle`], are the end: each further call says so again.
    pub fn next_entry(&mut self) -> Result<Option<StreamedEntry<'_>>, TileError> {
        self.compare()?;
        let index = self.frontier.size();
        if index == self.size() {
            self.end()?;
            return Ok(None);
        }
        if index.is_multiple_of(TILE_WIDTH.into()) {
            let path = TilePath::holding(TileKind::Entries, index, self.size()).ok_or(LogError::IndexOutOfRange)?;
            self.bundle = self.reader.bundle(path)?;
            self.at = 0;
        }
        // The lengths were checked when the bundle was read.
        let rest = self.bundle.get(self.at..).unwrap_or_default();
        let (length, rest) = rest.split_first_chunk().ok_or(LogError::MalformedBundle)?;
        let length = usize::from(u16::from_be_bytes(*length));
        let leaf = leaf_hash(rest.get(..length).ok_or(LogError::MalformedBundle)?);
        let start = self.at + 2;
        self.at = start + length;
        let completed = self.frontier.append(leaf);
        self.collect(&completed);
        Ok(Some(StreamedEntry { index, bytes: &self.bundle[start..self.at], leaf }))
    }

    /// Notes the hashes that an entry completed, and which tiles they fill.
    fn collect(&mut self, completed: &Completed) {
        let size = self.frontier.size();
        for (level, hash) in (0..=MAX_TILE_LEVEL).zip(completed.iter().step_by(8)) {
            let computed = &mut self.computed[usize::from(level)];
            computed.extend(hash.as_bytes());
            let full = computed.len() == usize::from(TILE_WIDTH) * HASH_LENGTH;
            if let Some(path) = TilePath::holding(TileKind::Hashes(level), (size >> (8 * level)) - 1, size)
                && full
            {
                self.due.push((path, std::mem::take(computed)));
            }
        }
    }

    /// At the end the partial tiles are due.
    fn end(&mut self) -> Result<(), TileError> {
        if !std::mem::replace(&mut self.ended, true) {
            let size = self.size();
            for (level, computed) in (0..=MAX_TILE_LEVEL).zip(&mut self.computed) {
                if let Some(path) = partial(TileKind::Hashes(level), size) {
                    self.due.push((path, std::mem::take(computed)));
                }
            }
        }
        self.compare()
    }

    fn compare(&mut self) -> Result<(), TileError> {
        while let Some((path, computed)) = self.due.pop() {
            if self.reader.hashes(path)? != computed {
                return Err(TileError::Mismatch { path });
            }
        }
        Ok(())
    }
}
