//! The right edge of the tree: all that is needed to append to it and to know its root.

use std::fmt;

use super::{check_size, join};
use crate::log::{HASH_LENGTH, Hash, LogError, node_hash};

/// The size of a tree and the roots of the complete subtrees that it consists of, from left to right: one for each one
/// bit of the size.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Frontier {
    size: u64,
    hashes: Vec<Hash>,
}

impl Frontier {
    /// The frontier of the empty tree.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The frontier from what [`Frontier::size`] and [`Frontier::hashes`] gave.
    ///
    /// # Errors
    /// [`LogError::SizeOutOfRange`]; [`LogError::FrontierShape`] if that size does not have so many hashes.
    pub fn from_hashes(size: u64, hashes: Vec<Hash>) -> Result<Self, LogError> {
        check_size(size)?;
        if hashes.len() != size.count_ones() as usize {
            return Err(LogError::FrontierShape);
        }
        Ok(Self { size, hashes })
    }

    /// The number of leaves.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The roots of the complete subtrees, from left to right, largest first.
    #[must_use]
    pub fn hashes(&self) -> &[Hash] {
        &self.hashes
    }

    /// The root of the tree.
    #[must_use]
    pub fn root(&self) -> Hash {
        join(&self.hashes)
    }

    /// Appends a leaf by its hash; gives what row [`Frontier::size`]` - 1` of the store must hold.
    ///
    /// Does not look at [`super::MAX_SIZE`]: at a million leaves a second that takes 292,000 years.
    pub fn append(&mut self, leaf: Hash) -> Completed {
        self.append_subtree(0, leaf)
    }

    /// Appends the root of a complete subtree of `2^level` leaves, where such a subtree begins: the size so far is a multiple
    /// of that. Gives its root and those of the larger subtrees that it completes.
    pub(in crate::log) fn append_subtree(&mut self, level: u8, root: Hash) -> Completed {
        debug_assert!(self.size.trailing_zeros() >= u32::from(level), "no such subtree begins here");
        let above = (self.size >> level).trailing_ones();
        let mut completed = Completed::with_room(1 + above as usize);
        completed.push(root);
        let mut top = root;
        for _ in 0..above {
            let Some(left) = self.hashes.pop() else { break };
            top = node_hash(&left, &top);
            completed.push(top);
        }
        self.hashes.push(top);
        self.size += 1 << level;
        completed
    }
}

/// The hashes that one leaf completes: its own, then that of each interior node, lowest first.
#[derive(Clone)]
pub struct Completed {
    bytes: Vec<u8>,
}

impl Completed {
    /// With room for so many.
    fn with_room(count: usize) -> Self {
        Self { bytes: Vec::with_capacity(count * HASH_LENGTH) }
    }

    fn push(&mut self, hash: Hash) {
        self.bytes.extend_from_slice(hash.as_bytes());
    }

    /// The hashes concatenated: what a row of the store holds.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The hashes, lowest level first.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Hash> + '_ {
        self.as_bytes().as_chunks().0.iter().map(|bytes| Hash::from_bytes(*bytes))
    }

    /// How many hashes these are; one at least.
    #[must_use]
    pub const fn count(&self) -> usize {
        self.bytes.len() / HASH_LENGTH
    }
}

impl fmt::Debug for Completed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl PartialEq for Completed {
    fn eq(&self, other: &Self) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl Eq for Completed {}
