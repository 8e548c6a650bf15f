//! The hashes of one tile, and those of the nodes above them as far as somebody asked.

use crate::log::{Hash, node_hash};

use super::path::TILE_WIDTH;

const WIDTH: usize = TILE_WIDTH as usize;

/// A tile in memory.
#[derive(Debug)]
pub(super) struct Tile {
    /// The node over `nodes[2 * at]` and `nodes[2 * at + 1]` is `nodes[at]`, the one over all is `nodes[1]`; the hashes of the
    /// tile are the second half. A node is none until it was asked for, a hash if the tile is partial.
    nodes: Vec<Option<Hash>>,
}

impl Tile {
    /// The tile with these hashes, one behind the other; what is more than a tile is left out.
    pub(super) fn new(hashes: &[u8]) -> Self {
        let mut nodes = vec![None; 2 * WIDTH];
        let hashes = hashes.as_chunks().0.iter().map(|bytes| Some(Hash::from_bytes(*bytes)));
        nodes[WIDTH..].iter_mut().zip(hashes).for_each(|(node, hash)| *node = hash);
        Self { nodes }
    }

    /// The root over the `2^level` hashes of this tile from the one at `first` on, a multiple of as many. None if they are not
    /// all there. At most 255 nodes are hashed, each only once.
    pub(super) fn subtree(&mut self, level: u8, first: usize) -> Option<Hash> {
        let at = (WIDTH + first).checked_shr(level.into()).filter(|at| *at > 0 && first < WIDTH)?;
        self.node(at)
    }

    fn node(&mut self, at: usize) -> Option<Hash> {
        if let Some(known) = *self.nodes.get(at)? {
            return Some(known);
        }
        if at >= WIDTH {
            return None;
        }
        let node = node_hash(&self.node(2 * at)?, &self.node(2 * at + 1)?);
        self.nodes[at] = Some(node);
        Some(node)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::{Frontier, leaf_hash};

    #[test]
    fn subtrees_are_those_of_the_leaves() {
        let leaves: Vec<Hash> = (0..200_u32).map(|leaf| leaf_hash(&leaf.to_be_bytes())).collect();
        let mut tile = Tile::new(&leaves.iter().flat_map(|leaf| *leaf.as_bytes()).collect::<Vec<_>>());
        for level in (0..=8_u8).rev() {
            for first in (0..WIDTH).step_by(1 << level) {
                let expected = leaves.get(first..first + (1 << level)).map(|leaves| {
                    let mut frontier = Frontier::new();
                    for leaf in leaves {
                        frontier.append(*leaf);
                    }
                    frontier.root()
                });
                assert_eq!(tile.subtree(level, first), expected, "{level} {first}");
                assert_eq!(tile.subtree(level, first), expected, "asked again");
            }
        }
        assert_eq!(tile.subtree(0, 256), None);
        assert_eq!(tile.subtree(9, 0), None);
    }
}
