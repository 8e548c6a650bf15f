//! Which hashes a store keeps with each leaf, if room counts for more than time: the leaf's own, and those of the complete
//! subtrees of 16 leaves and more that it completes. Smaller subtrees are hashed anew from their leaves, at most eight.
//!
//! That is 36 bytes for each leaf in place of 64, and at most three readings of a few rows more for a proof.

use std::borrow::Cow;
use std::ops::Range;

use super::{Completed, locate};
use crate::log::{EMPTY_ROOT, HASH_LENGTH, Hash, LogError, node_hash};

/// The lowest level above the leaves whose hashes are kept.
const LOWEST_KEPT: u8 = 4;

/// Where the root of a complete subtree is found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeptHash {
    /// In this row, from this byte on.
    Stored {
        /// The row, which is the index of its last leaf.
        row: u64,
        /// The first of its 32 bytes.
        offset: usize,
    },
    /// By hashing the leaves of these rows, which begin with their hashes; see [`root_of_leaves`].
    Leaves(Range<u64>),
}

/// Where the root of a complete subtree is found. `None` if no tree is large enough to have that subtree.
#[must_use]
pub fn locate_kept(level: u8, index: u64) -> Option<KeptHash> {
    let (row, _) = locate(level, index)?;
    Some(match level {
        0 => KeptHash::Stored { row, offset: 0 },
        1..LOWEST_KEPT => KeptHash::Leaves(index << level..row + 1),
        _ => KeptHash::Stored { row, offset: usize::from(level - LOWEST_KEPT + 1) * HASH_LENGTH },
    })
}

/// The root over these leaf hashes, which lie one behind the other. Level by level: the last one of an odd number goes up as it
/// is, which is the split of RFC 6962 section 2.1.
///
/// # Errors
/// [`LogError::MalformedHash`] for a part of one.
pub fn root_of_leaves(hashes: &[u8]) -> Result<Hash, LogError> {
    let mut level = hashes.chunks(HASH_LENGTH).map(Hash::from_slice).collect::<Result<Vec<_>, _>>()?;
    while level.len() > 1 {
        for place in 0..level.len() / 2 {
            level[place] = node_hash(&level[2 * place], &level[2 * place + 1]);
        }
        if level.len() % 2 == 1 {
            let last = level.len() - 1;
            level.swap(last / 2, last);
        }
        level.truncate(level.len().div_ceil(2));
    }
    Ok(level.pop().unwrap_or(EMPTY_ROOT))
}

impl Completed {
    /// What the row of this leaf keeps.
    #[must_use]
    pub fn kept(&self) -> Cow<'_, [u8]> {
        let (leaf, above) = self.as_bytes().split_at(HASH_LENGTH);
        match above.get(usize::from(LOWEST_KEPT - 1) * HASH_LENGTH..) {
            Some(kept) if !kept.is_empty() => Cow::Owned([leaf, kept].concat()),
            _ => Cow::Borrowed(leaf),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::{Frontier, leaf_hash};

    #[test]
    fn every_subtree_is_found() {
        let mut frontier = Frontier::new();
        let (mut rows, mut all) = (Vec::new(), Vec::new());
        for leaf in 0..200_u32 {
            let completed = frontier.append(leaf_hash(&leaf.to_be_bytes()));
            rows.push(completed.kept().into_owned());
            all.push(completed.iter().collect::<Vec<_>>());
        }
        let bytes: usize = rows.iter().map(Vec::len).sum();
        assert!(bytes <= 200 * 36);
        for level in 0..8_u8 {
            for index in 0..200 >> level {
                let (row, position) = locate(level, index).unwrap();
                let found = match locate_kept(level, index).unwrap() {
                    KeptHash::Stored { row, offset } => {
                        Hash::from_slice(&rows[row as usize][offset..offset + 32]).unwrap()
                    }
                    KeptHash::Leaves(leaves) => {
                        let of = &rows[leaves.start as usize..leaves.end as usize];
                        root_of_leaves(&of.iter().flat_map(|row| row[..32].to_vec()).collect::<Vec<_>>()).unwrap()
                    }
                };
                assert_eq!(found, all[row as usize][position], "{level} {index}");
            }
        }
        assert_eq!(locate_kept(3, 2), Some(KeptHash::Leaves(16..24)));
        assert_eq!(locate_kept(64, 0), None);
        assert_eq!(root_of_leaves(&[0; 33]), Err(LogError::MalformedHash));
    }

    #[test]
    fn the_root_of_any_number_of_leaves_is_that_of_the_tree() {
        let (mut frontier, mut hashes) = (Frontier::new(), Vec::new());
        for leaf in 0..300_u32 {
            assert_eq!(root_of_leaves(&hashes), Ok(frontier.root()), "{leaf}");
            let leaf = leaf_hash(&leaf.to_be_bytes());
            hashes.extend(leaf.as_bytes());
            frontier.append(leaf);
        }
    }
}
