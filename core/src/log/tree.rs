//! The Merkle tree of RFC 6962 section 2.1 as a log keeps it: appended to at the right edge, read by (level, index).
//!
//! **Stored layout.** Appending leaf `i` completes the leaf itself and, for each trailing one bit of `i`, one more
//! subtree. Row `i` of a store holds these hashes concatenated, lowest level first: the order of `StoredHashes` of
//! golang.org/x/mod/sumdb/tlog. No hash is ever rewritten, and every complete subtree is found by [`locate`]. A vault keeps
//! fewer of them, see [`locate_kept`].

mod frontier;
mod proof;
mod rows;

pub use frontier::{Completed, Frontier};
pub use proof::{prove_consistency, prove_inclusion, verify_consistency, verify_inclusion};
pub use rows::{KeptHash, locate_kept, root_of_leaves};

use super::{EMPTY_ROOT, Hash, LogError, node_hash};

/// The largest tree: 2^63 leaves.
pub const MAX_SIZE: u64 = 1 << 63;

/// Gives the hashes of complete subtrees, from wherever they are stored.
pub trait HashReader {
    /// What goes wrong while reading, or in what is asked.
    type Error: From<LogError>;

    /// The root of the subtree over the leaves `index * 2^level .. (index + 1) * 2^level`. [`locate`] says where it is.
    ///
    /// # Errors
    /// If the hash is not there.
    fn read(&self, level: u8, index: u64) -> Result<Hash, Self::Error>;
}

/// Where the root of a complete subtree is stored: the row, which is the index of its last leaf, and the position
/// within the row. `None` if no tree is large enough to have that subtree.
#[must_use]
pub fn locate(level: u8, index: u64) -> Option<(u64, usize)> {
    let subtrees = MAX_SIZE.checked_shr(u32::from(level))?;
    (index < subtrees).then(|| (((index + 1) << level) - 1, usize::from(level)))
}

/// The root of the tree over the first `size` leaves.
///
/// # Errors
/// [`LogError::SizeOutOfRange`], and whatever the reader says.
pub fn root_at<R: HashReader>(size: u64, reader: &R) -> Result<Hash, R::Error> {
    Ok(frontier_at(size, reader)?.root())
}

/// The frontier of the tree over the first `size` leaves: what is needed to append to it.
///
/// # Errors
/// [`LogError::SizeOutOfRange`], and whatever the reader says.
pub fn frontier_at<R: HashReader>(size: u64, reader: &R) -> Result<Frontier, R::Error> {
    check_size(size)?;
    Ok(Frontier::from_hashes(size, complete_subtrees(0, size, reader)?)?)
}

fn check_size(size: u64) -> Result<(), LogError> {
    if size > MAX_SIZE { Err(LogError::SizeOutOfRange) } else { Ok(()) }
}

/// The roots of the largest complete subtrees over the leaves `start .. end`, from left to right. `start` must be a
/// multiple of a power of two that is not smaller than `end - start`, as every range that RFC 6962 splits off is.
fn complete_subtrees<R: HashReader>(start: u64, end: u64, reader: &R) -> Result<Vec<Hash>, R::Error> {
    let mut roots = Vec::with_capacity((end - start).count_ones() as usize);
    let mut at = start;
    while at < end {
        let level = (end - at).ilog2() as u8;
        roots.push(reader.read(level, at >> level)?);
        at += 1 << level;
    }
    Ok(roots)
}

/// Joins the roots of complete subtrees, from left to right, into the root of the tree over all of them.
fn join(roots: &[Hash]) -> Hash {
    let Some((last, others)) = roots.split_last() else { return EMPTY_ROOT };
    others.iter().rfold(*last, |right, left| node_hash(left, &right))
}

#[cfg(test)]
mod tests;
