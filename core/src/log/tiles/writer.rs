//! Makes the files of a log while entries are appended.

use super::path::{MAX_TILE_LEVEL, TILE_WIDTH, TileKind, TilePath};
use super::{TileError, TileReader};
use crate::log::{
    Completed, Frontier, HASH_LENGTH, Hash, LogError, MAX_ENTRY_LENGTH, ReadFolder, WriteFolder, leaf_hash,
};

/// Appends entries to a folder of tiles; a full file is written as soon as it is full, the partial ones by
/// [`TileWriter::finish`]. Dropped before that, it leaves a folder that lacks its last files.
#[derive(Debug)]
pub struct TileWriter<F> {
    folder: F,
    frontier: Frontier,
    entries: Vec<u8>,
    hashes: [Vec<u8>; LEVELS],
}

const LEVELS: usize = MAX_TILE_LEVEL as usize + 1;

impl<F: WriteFolder> TileWriter<F> {
    /// Begins a log in an empty folder.
    pub fn new(folder: F) -> Self {
        Self { folder, frontier: Frontier::new(), entries: Vec::new(), hashes: Default::default() }
    }

    /// Goes on where a folder of `size` entries ended, so that a later export appends to an earlier one. Nothing but the
    /// last files is read; that they belong to the log shows when the root is compared.
    ///
    /// # Errors
    /// [`TileError`] if a file that a log of this size ends in is missing or malformed.
    pub fn resume(folder: F, size: u64) -> Result<Self, TileError>
    where
        F: ReadFolder,
    {
        let reader = TileReader::new(&folder, size)?;
        let frontier = reader.frontier()?;
        let mut hashes: [Vec<u8>; LEVELS] = Default::default();
        for (level, hashes) in (0..).zip(&mut hashes) {
            if let Some(path) = partial(TileKind::Hashes(level), size) {
                *hashes = reader.hashes(path)?;
            }
        }
        let entries = match partial(TileKind::Entries, size) {
            Some(path) => reader.bundle(path)?,
            None => Vec::new(),
        };
        Ok(Self { folder, frontier, entries, hashes })
    }

    /// Appends an entry; gives its leaf hash.
    ///
    /// # Errors
    /// [`LogError::EntryTooLong`] beyond 65,535 bytes, [`LogError::SizeOutOfRange`], and what writing says. After an error
    /// of writing the folder is unfinished.
    pub fn append(&mut self, entry: &[u8]) -> Result<Hash, TileError> {
        let too_long = entry.len() > MAX_ENTRY_LENGTH;
        let length = u16::try_from(entry.len()).ok().filter(|_| !too_long).ok_or(LogError::EntryTooLong)?;
        let index = self.frontier.size();
        if index >= crate::log::MAX_SIZE {
            return Err(LogError::SizeOutOfRange.into());
        }
        self.entries.extend(length.to_be_bytes());
        self.entries.extend(entry);
        let leaf = leaf_hash(entry);
        let completed = self.frontier.append(leaf);
        let size = self.frontier.size();
        if size.is_multiple_of(TILE_WIDTH.into()) {
            self.write_full(TileKind::Entries, size)?;
        }
        self.add_hashes(&completed, size)?;
        Ok(leaf)
    }

    /// Writes the partial files. The checkpoint is for the caller to write, with the root of this frontier.
    ///
    /// # Errors
    /// What writing says.
    pub fn finish(mut self) -> Result<Frontier, TileError> {
        let size = self.frontier.size();
        let kinds = [TileKind::Entries].into_iter().chain((0..=MAX_TILE_LEVEL).map(TileKind::Hashes));
        for path in kinds.filter_map(|kind| partial(kind, size)) {
            let bytes = std::mem::take(self.buffer(path.kind()));
            self.folder.write(&path.to_string(), &bytes)?;
        }
        Ok(self.frontier)
    }

    /// The folder, for other files of the log.
    pub(in crate::log) const fn folder(&mut self) -> &mut F {
        &mut self.folder
    }

    /// The tree so far.
    pub const fn frontier(&self) -> &Frontier {
        &self.frontier
    }

    fn add_hashes(&mut self, completed: &Completed, size: u64) -> Result<(), TileError> {
        for (level, hash) in (0..=MAX_TILE_LEVEL).zip(completed.iter().step_by(8)) {
            let kind = TileKind::Hashes(level);
            self.buffer(kind).extend(hash.as_bytes());
            if self.buffer(kind).len() == usize::from(TILE_WIDTH) * HASH_LENGTH {
                self.write_full(kind, size)?;
            }
        }
        Ok(())
    }

    /// Writes the file of this kind that the entry before `size` filled.
    fn write_full(&mut self, kind: TileKind, size: u64) -> Result<(), TileError> {
        let level = if let TileKind::Hashes(level) = kind { level } else { 0 };
        let path = TilePath::holding(kind, (size >> (8 * level)) - 1, size).ok_or(LogError::MalformedTilePath)?;
        let bytes = std::mem::take(self.buffer(kind));
        self.folder.write(&path.to_string(), &bytes)?;
        // The next one is about as long: no need to grow anew.
        let mut bytes = bytes;
        bytes.clear();
        *self.buffer(kind) = bytes;
        Ok(())
    }

    fn buffer(&mut self, kind: TileKind) -> &mut Vec<u8> {
        match kind {
            TileKind::Entries => &mut self.entries,
            TileKind::Hashes(level) => &mut self.hashes[usize::from(level.min(MAX_TILE_LEVEL))],
        }
    }
}

/// The partial file in which a log of this size ends on this level, if it does not end with a full one.
pub(super) fn partial(kind: TileKind, size: u64) -> Option<TilePath> {
    let level = if let TileKind::Hashes(level) = kind { level } else { 0 };
    let last = (size >> (8 * level)).checked_sub(1)?;
    TilePath::holding(kind, last, size).filter(TilePath::is_partial)
}
