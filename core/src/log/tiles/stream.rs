//! Reads a whole log from its files, computes every hash anew and compares: what a verifier does.

use super::ahead::{Ahead, HashedBundle};
use super::path::{MAX_TILE_LEVEL, TILE_WIDTH, TileKind, TilePath};
use super::writer::partial;
use super::{TileError, TileReader};
use crate::log::{Completed, Frontier, HASH_LENGTH, Hash, LogError, ReadFolder};

const LEVELS: usize = MAX_TILE_LEVEL as usize + 1;

/// The level of the subtree over one tile.
const TILE_LEVEL: u8 = TILE_WIDTH.ilog2() as u8;

/// The entries of a log in order, each once, in constant memory: one bundle and one tile of each level.
///
/// Every tile is compared with the hashes computed from the entries as soon as its last one is known. When
/// [`EntryStream::next_entry`] has given `None`, all files that a log of this size has were read and agree; whether
/// [`EntryStream::frontier`] then has the root of the checkpoint is for the caller to compare.
///
/// A long log is hashed on a second thread, a few bundles ahead.
#[derive(Debug)]
pub struct EntryStream<F> {
    reader: TileReader<F>,
    ahead: Ahead,
    /// The index of the next bundle that is read ahead.
    next_bundle: u64,
    /// The tree before the bundle that is being given.
    frontier: Frontier,
    bundle: HashedBundle,
    /// How many entries of it were given.
    given: usize,
    /// Why the entries end before the log does.
    broken: Option<TileError>,
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
            ahead: Ahead::new(size),
            next_bundle: 0,
            frontier: Frontier::new(),
            bundle: HashedBundle::default(),
            given: 0,
            broken: None,
            computed: Default::default(),
            due: Vec::new(),
            ended: false,
        })
    }

    /// The number of entries that the log is said to have.
    pub const fn size(&self) -> u64 {
        self.reader.size()
    }

    /// How many entries were given so far.
    pub const fn read(&self) -> u64 {
        self.frontier.size() + self.given as u64
    }

    /// The tree over the entries that were given so far: its size and root can be compared with an earlier checkpoint. It is
    /// computed when it is asked for, from at most 256 leaves.
    pub fn frontier(&self) -> Frontier {
        let mut frontier = self.frontier.clone();
        for leaf in (0..self.given).filter_map(|place| self.bundle.leaf(place)) {
            frontier.append(leaf);
        }
        frontier
    }

    /// The next entry, or `None` after the last.
    ///
    /// # Errors
    /// [`TileError::Mismatch`], [`TileError::Length`] or [`TileError::Folder`] about a tile of hashes: the entries
    /// themselves are readable, and the next call goes on with them. The same about a bundle of entries, and
    /// [`LogError::MalformedBundle`], are the end: each further call says so again.
    pub fn next_entry(&mut self) -> Result<Option<StreamedEntry<'_>>, TileError> {
        if self.given == self.bundle.count() {
            self.close_bundle();
            self.compare()?;
            if self.read() == self.size() {
                self.end()?;
                return Ok(None);
            }
            self.next_bundle()?;
        }
        let (index, place) = (self.read(), self.given);
        self.given += 1;
        let (bytes, leaf) = self.bundle.entry(place).ok_or(LogError::MalformedBundle)?;
        Ok(Some(StreamedEntry { index, bytes, leaf }))
    }

    /// Takes up the next bundle.
    fn next_bundle(&mut self) -> Result<(), TileError> {
        if let Some(error) = &self.broken {
            return Err(error.clone());
        }
        let (reader, next) = (&self.reader, &mut self.next_bundle);
        let read = || {
            let path = TilePath::holding(TileKind::Entries, *next, reader.size())?;
            *next += u64::from(TILE_WIDTH);
            Some(reader.bundle(path))
        };
        let bundle = self.ahead.next(read).unwrap_or_else(|| Err(LogError::IndexOutOfRange.into()));
        self.bundle = bundle.inspect_err(|error| self.broken = Some(error.clone()))?;
        Ok(())
    }

    /// Takes the bundle that was given whole into the tree.
    fn close_bundle(&mut self) {
        let mut bundle = std::mem::take(&mut self.bundle);
        self.given = 0;
        match bundle.root() {
            Some(root) => {
                let completed = self.frontier.append_subtree(TILE_LEVEL, root);
                self.due.extend(tile_before(0, self.frontier.size()).map(|path| (path, bundle.take_leaves())));
                self.collect(1, &completed);
            }
            // The last one.
            None => (0..bundle.count()).filter_map(|place| bundle.leaf(place)).for_each(|leaf| {
                let completed = self.frontier.append(leaf);
                self.collect(0, &completed);
            }),
        }
    }

    /// Notes the hashes that were completed, the first of which belongs to the tiles of `lowest`, and which tiles they fill.
    fn collect(&mut self, lowest: u8, completed: &Completed) {
        let size = self.frontier.size();
        for (level, hash) in (lowest..=MAX_TILE_LEVEL).zip(completed.iter().step_by(TILE_LEVEL.into())) {
            let computed = &mut self.computed[usize::from(level)];
            computed.extend(hash.as_bytes());
            if computed.len() == usize::from(TILE_WIDTH) * HASH_LENGTH {
                let computed = std::mem::take(computed);
                self.due.extend(tile_before(level, size).map(|path| (path, computed)));
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

/// The tile of hashes that the leaf before `size` filled.
fn tile_before(level: u8, size: u64) -> Option<TilePath> {
    TilePath::holding(TileKind::Hashes(level), (size >> (TILE_LEVEL * level)) - 1, size)
}
