//! Proofs: that a leaf is in a tree, and that one tree is the beginning of another.
//!
//! Made as RFC 6962 sections 2.1.1 and 2.1.2 define them, verified by the iterative algorithms of RFC 9162 sections
//! 2.1.3.2 and 2.1.4.2. A proof of the wrong length is told from one that leads to another root.

use super::{HashReader, check_size, complete_subtrees, join};
use crate::log::{EMPTY_ROOT, Hash, LogError, node_hash};

/// The proof that leaf `index` is in the tree of `size` leaves: the siblings on its way up, lowest first.
///
/// # Errors
/// [`LogError::SizeOutOfRange`], [`LogError::IndexOutOfRange`], and whatever the reader says.
pub fn prove_inclusion<R: HashReader>(index: u64, size: u64, reader: &R) -> Result<Vec<Hash>, R::Error> {
    check_size(size)?;
    if index >= size {
        return Err(LogError::IndexOutOfRange.into());
    }
    let mut proof = Vec::new();
    let (mut start, mut end) = (0, size);
    while end - start > 1 {
        let middle = split(start, end);
        if index < middle {
            proof.push(range_root(middle, end, reader)?);
            end = middle;
        } else {
            proof.push(range_root(start, middle, reader)?);
            start = middle;
        }
    }
    proof.reverse();
    Ok(proof)
}

/// The proof that the tree of `old` leaves is the beginning of the tree of `new` leaves. Empty if one of them says it
/// all: from the empty tree, or between equal sizes.
///
/// # Errors
/// [`LogError::SizeOutOfRange`] if `old` is larger than `new`, and whatever the reader says.
pub fn prove_consistency<R: HashReader>(old: u64, new: u64, reader: &R) -> Result<Vec<Hash>, R::Error> {
    check_size(new)?;
    if old > new {
        return Err(LogError::SizeOutOfRange.into());
    }
    let mut proof = Vec::new();
    if old == 0 {
        return Ok(proof);
    }
    let (mut start, mut end) = (0, new);
    while end != old {
        let middle = split(start, end);
        if old <= middle {
            proof.push(range_root(middle, end, reader)?);
            end = middle;
        } else {
            proof.push(range_root(start, middle, reader)?);
            start = middle;
        }
    }
    // A verifier knows the old root; it does not know the last subtree of the old tree unless that is the whole of it.
    if start > 0 {
        proof.push(range_root(start, end, reader)?);
    }
    proof.reverse();
    Ok(proof)
}

/// Verifies that the leaf with this hash is leaf `index` of the tree of `size` leaves that has this root.
///
/// # Errors
/// [`LogError::SizeOutOfRange`], [`LogError::IndexOutOfRange`], [`LogError::ProofLength`], [`LogError::RootMismatch`].
pub fn verify_inclusion(leaf: &Hash, index: u64, size: u64, proof: &[Hash], root: &Hash) -> Result<(), LogError> {
    check_size(size)?;
    if index >= size {
        return Err(LogError::IndexOutOfRange);
    }
    let mut path = Path { node: index, last: size - 1 };
    let mut hash = *leaf;
    for sibling in proof {
        hash = match path.climb()? {
            Side::Left => node_hash(sibling, &hash),
            Side::Right => node_hash(&hash, sibling),
        };
    }
    path.at_root()?;
    same(&hash, root)
}

/// Verifies that the tree of `size1` leaves with `root1` is the beginning of the tree of `size2` leaves with `root2`.
///
/// # Errors
/// [`LogError::SizeOutOfRange`], [`LogError::ProofLength`], [`LogError::RootMismatch`]. The empty tree is the beginning
/// of every tree, but its root must be [`EMPTY_ROOT`].
pub fn verify_consistency(size1: u64, root1: &Hash, size2: u64, root2: &Hash, proof: &[Hash]) -> Result<(), LogError> {
    check_size(size2)?;
    if size1 > size2 {
        return Err(LogError::SizeOutOfRange);
    }
    if size1 == 0 || size1 == size2 {
        if !proof.is_empty() {
            return Err(LogError::ProofLength);
        }
        if size1 == 0 {
            same(root1, &EMPTY_ROOT)?;
        }
        return if size1 == size2 { same(root1, root2) } else { Ok(()) };
    }

    // Up to the largest subtree that is the end of the old tree: the old root itself, or the first hash of the proof.
    let shared = size1.trailing_zeros();
    let mut path = Path { node: (size1 - 1) >> shared, last: (size2 - 1) >> shared };
    let (first, rest) =
        if size1.is_power_of_two() { (root1, proof) } else { proof.split_first().ok_or(LogError::ProofLength)? };
    let (mut old, mut new) = (*first, *first);
    for sibling in rest {
        match path.climb()? {
            Side::Left => {
                old = node_hash(sibling, &old);
                new = node_hash(sibling, &new);
            }
            Side::Right => new = node_hash(&new, sibling),
        }
    }
    path.at_root()?;
    same(&old, root1)?;
    same(&new, root2)
}

/// A way from a node to the root: the node's index on its level, and that of the last node of the level.
struct Path {
    node: u64,
    last: u64,
}

/// On which side of the way a sibling stands.
enum Side {
    Left,
    Right,
}

impl Path {
    /// One step up to where the next sibling is needed; a level on which the node has none is passed over.
    fn climb(&mut self) -> Result<Side, LogError> {
        if self.last == 0 {
            return Err(LogError::ProofLength);
        }
        let side = if self.node & 1 == 1 || self.node == self.last {
            while self.node & 1 == 0 && self.node != 0 {
                self.up();
            }
            Side::Left
        } else {
            Side::Right
        };
        self.up();
        Ok(side)
    }

    fn up(&mut self) {
        self.node >>= 1;
        self.last >>= 1;
    }

    fn at_root(&self) -> Result<(), LogError> {
        if self.last == 0 { Ok(()) } else { Err(LogError::ProofLength) }
    }
}

fn same(computed: &Hash, expected: &Hash) -> Result<(), LogError> {
    if computed == expected { Ok(()) } else { Err(LogError::RootMismatch) }
}

/// Where RFC 6962 splits the leaves `start .. end`: after the largest power of two that is smaller than their number.
fn split(start: u64, end: u64) -> u64 {
    start + (1 << (end - start - 1).ilog2())
}

fn range_root<R: HashReader>(start: u64, end: u64, reader: &R) -> Result<Hash, R::Error> {
    Ok(join(&complete_subtrees(start, end, reader)?))
}
