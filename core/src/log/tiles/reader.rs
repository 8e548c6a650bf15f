//! Takes single hashes and entries out of a folder of tiles.

use std::cell::RefCell;
use std::collections::VecDeque;

use super::path::{TILE_WIDTH, TileKind, TilePath};
use super::tile::Tile;
use super::{MAX_BUNDLE_LENGTH, MAX_HASHES_LENGTH, TileError, split_bundle};
use crate::log::{
    Frontier, HASH_LENGTH, Hash, HashReader, LogError, MAX_SIZE, ReadFolder, frontier_at, leaf_hash, prove_consistency,
    prove_inclusion, root_at, verify_consistency, verify_inclusion,
};

/// How many tiles of leaves are kept in memory, 17 KiB each: one for each end of a proof, and some for who asks nearby.
const LEAF_TILES: usize = 8;

/// How many tiles of the levels above are kept: those of 16 million entries, so that who asks for proof after proof reads and
/// hashes one tile of leaves for each, and nothing else.
const UPPER_TILES: usize = 256;

/// Reads a folder of tiles as a log of a certain size, which a verified checkpoint names.
///
/// A single hash is as good as the folder: what [`HashReader::read`] gives is proven only once it leads to the root of a
/// checkpoint. [`TileReader::prove_inclusion`] and [`TileReader::prove_consistency`] check that themselves.
#[derive(Debug)]
pub struct TileReader<F> {
    folder: F,
    size: u64,
    leaves: RefCell<KeptTiles<LEAF_TILES>>,
    upper: RefCell<KeptTiles<UPPER_TILES>>,
}

/// The tiles that were asked for last, the newest first.
#[derive(Debug, Default)]
struct KeptTiles<const MOST: usize>(VecDeque<(TilePath, Tile)>);

impl<const MOST: usize> KeptTiles<MOST> {
    /// The tile of this name, which `read` gives if it is not here.
    fn tile(&mut self, path: TilePath, read: impl FnOnce() -> Result<Tile, TileError>) -> Result<&mut Tile, TileError> {
        let tile = match self.0.iter().position(|(other, _)| *other == path) {
            Some(place) => self.0.remove(place),
            None => Some((path, read()?)),
        };
        // A tile that was just read or found is never absent.
        self.0.push_front(tile.ok_or(TileError::Length { path })?);
        self.0.truncate(MOST);
        self.0.front_mut().map(|(_, tile)| tile).ok_or(TileError::Length { path })
    }
}

impl<F: ReadFolder> TileReader<F> {
    /// The log of `size` entries in this folder.
    ///
    /// # Errors
    /// [`LogError::SizeOutOfRange`].
    pub fn new(folder: F, size: u64) -> Result<Self, TileError> {
        if size > MAX_SIZE {
            return Err(LogError::SizeOutOfRange.into());
        }
        Ok(Self { folder, size, leaves: RefCell::default(), upper: RefCell::default() })
    }

    /// The number of entries.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The root of the tree, as far as the tiles say.
    ///
    /// # Errors
    /// [`TileError`] if a tile is missing or malformed.
    pub fn root(&self) -> Result<Hash, TileError> {
        root_at(self.size, self)
    }

    /// The frontier of the tree, as far as the tiles say.
    ///
    /// # Errors
    /// [`TileError`] if a tile is missing or malformed.
    pub fn frontier(&self) -> Result<Frontier, TileError> {
        frontier_at(self.size, self)
    }

    /// The entry with this index, which is known to be the leaf that the tiles have there.
    ///
    /// # Errors
    /// [`LogError::IndexOutOfRange`]; [`TileError::Mismatch`] if entry and leaf hash differ; what reading says.
    pub fn entry(&self, index: u64) -> Result<Vec<u8>, TileError> {
        let path = TilePath::holding(TileKind::Entries, index, self.size).ok_or(LogError::IndexOutOfRange)?;
        let bytes = self.bundle(path)?;
        let entries = split_bundle(&bytes, path.width())?;
        let entry = entries.get(within(index)).ok_or(LogError::MalformedBundle)?.to_vec();
        if leaf_hash(&entry) == self.read(0, index)? { Ok(entry) } else { Err(TileError::Mismatch { path }) }
    }

    /// The proof that entry `index` is in the log, and its leaf hash. It leads to `root`.
    ///
    /// # Errors
    /// [`LogError::RootMismatch`] if the tiles are not those of this root; [`LogError::IndexOutOfRange`]; what reading
    /// says.
    pub fn prove_inclusion(&self, index: u64, root: &Hash) -> Result<(Hash, Vec<Hash>), TileError> {
        let proof = prove_inclusion(index, self.size, self)?;
        let leaf = self.read(0, index)?;
        verify_inclusion(&leaf, index, self.size, &proof, root)?;
        Ok((leaf, proof))
    }

    /// The proof that the log of `old` entries with the root `old_root` is the beginning of this one, whose root is
    /// `root`.
    ///
    /// # Errors
    /// [`LogError::RootMismatch`] if it is not; [`LogError::SizeOutOfRange`]; what reading says.
    pub fn prove_consistency(&self, old: u64, old_root: &Hash, root: &Hash) -> Result<Vec<Hash>, TileError> {
        let proof = prove_consistency(old, self.size, self)?;
        verify_consistency(old, old_root, self.size, root, &proof)?;
        Ok(proof)
    }

    /// The hashes of a tile, concatenated: as many as its name says.
    pub(super) fn hashes(&self, path: TilePath) -> Result<Vec<u8>, TileError> {
        let (found, mut bytes) = self.file(path, MAX_HASHES_LENGTH)?;
        if bytes.len() != usize::from(found.width()) * HASH_LENGTH {
            return Err(TileError::Length { path: found });
        }
        bytes.truncate(usize::from(path.width()) * HASH_LENGTH);
        Ok(bytes)
    }

    /// A bundle of entries: as many as its name says.
    pub(super) fn bundle(&self, path: TilePath) -> Result<Vec<u8>, TileError> {
        let (found, mut bytes) = self.file(path, MAX_BUNDLE_LENGTH)?;
        let entries = split_bundle(&bytes, found.width()).map_err(|_| TileError::Length { path: found })?;
        let wanted = entries.iter().take(path.width().into()).map(|entry| 2 + entry.len()).sum();
        bytes.truncate(wanted);
        Ok(bytes)
    }

    /// A partial file may have been removed once it was full: then the full one serves.
    fn file(&self, path: TilePath, at_most: usize) -> Result<(TilePath, Vec<u8>), TileError> {
        if path.is_partial() {
            if let Some(bytes) = self.folder.find(&path.to_string(), at_most)? {
                return Ok((path, bytes));
            }
            if let Some(full) = path.full()
                && let Some(bytes) = self.folder.find(&full.to_string(), at_most)?
            {
                return Ok((full, bytes));
            }
        }
        Ok((path, self.folder.read(&path.to_string(), at_most)?))
    }
}

impl<F: ReadFolder> HashReader for TileReader<F> {
    type Error = TileError;

    fn read(&self, level: u8, index: u64) -> Result<Hash, TileError> {
        // Tiles hold every eighth level; the ones between are hashed from the tile below.
        let (tile_level, above) = (level / 8, level % 8);
        let end = index.checked_add(1).and_then(|end| end.checked_mul(1 << above)).ok_or(LogError::IndexOutOfRange)?;
        let kind = TileKind::Hashes(tile_level);
        let path = TilePath::holding(kind, end - 1, self.size).ok_or(LogError::IndexOutOfRange)?;
        let first = within(index << above);
        let read = || Ok(Tile::new(&self.hashes(path)?));
        let hash = match tile_level {
            0 => self.leaves.borrow_mut().tile(path, read)?.subtree(above, first),
            _ => self.upper.borrow_mut().tile(path, read)?.subtree(above, first),
        };
        hash.ok_or(TileError::Length { path })
    }
}

/// The place within a file.
const fn within(at: u64) -> usize {
    (at % TILE_WIDTH as u64) as usize
}
