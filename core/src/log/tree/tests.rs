//! Known answers, and the tree against the recursive definitions of RFC 6962 section 2.1 taken literally.

use proptest::prelude::*;

use super::*;
use crate::log::leaf_hash;

/// Rows as a store keeps them, see the layout in [`super`].
struct Rows(Vec<Completed>);

impl Rows {
    fn of(count: u64) -> (Self, Vec<Hash>) {
        let leaves: Vec<Hash> = (0..count).map(|index| leaf_hash(&index.to_be_bytes())).collect();
        let mut frontier = Frontier::new();
        (Self(leaves.iter().map(|leaf| frontier.append(*leaf)).collect()), leaves)
    }
}

impl HashReader for Rows {
    type Error = LogError;

    fn read(&self, level: u8, index: u64) -> Result<Hash, LogError> {
        let (row, position) = locate(level, index).ok_or(LogError::IndexOutOfRange)?;
        let row = usize::try_from(row).ok().and_then(|row| self.0.get(row)).ok_or(LogError::IndexOutOfRange)?;
        row.iter().nth(position).ok_or(LogError::IndexOutOfRange)
    }
}

/// MTH of RFC 6962 section 2.1.
fn naive_root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => EMPTY_ROOT,
        [leaf] => *leaf,
        _ => {
            let (left, right) = leaves.split_at(naive_split(leaves.len()));
            node_hash(&naive_root(left), &naive_root(right))
        }
    }
}

/// PATH of RFC 6962 section 2.1.1.
fn naive_inclusion(index: usize, leaves: &[Hash]) -> Vec<Hash> {
    if leaves.len() == 1 {
        return Vec::new();
    }
    let (left, right) = leaves.split_at(naive_split(leaves.len()));
    let (mut proof, sibling) = if index < left.len() {
        (naive_inclusion(index, left), naive_root(right))
    } else {
        (naive_inclusion(index - left.len(), right), naive_root(left))
    };
    proof.push(sibling);
    proof
}

/// SUBPROOF of RFC 6962 section 2.1.2.
fn naive_consistency(old: usize, leaves: &[Hash], known: bool) -> Vec<Hash> {
    if old == leaves.len() {
        return if known { Vec::new() } else { vec![naive_root(leaves)] };
    }
    let (left, right) = leaves.split_at(naive_split(leaves.len()));
    let (mut proof, sibling) = if old <= left.len() {
        (naive_consistency(old, left, known), naive_root(right))
    } else {
        (naive_consistency(old - left.len(), right, false), naive_root(left))
    };
    proof.push(sibling);
    proof
}

fn naive_split(count: usize) -> usize {
    count.next_power_of_two() / 2
}

fn flipped(hash: &Hash, bit: usize) -> Hash {
    let mut bytes = *hash.as_bytes();
    bytes[bit / 8 % 32] ^= 1 << (bit % 8);
    Hash::from_bytes(bytes)
}

#[test]
fn the_eight_leaves_of_certificate_transparency() {
    let leaves: [&[u8]; 8] = [
        b"",
        &[0x00],
        &[0x10],
        &[0x20, 0x21],
        &[0x30, 0x31],
        &[0x40, 0x41, 0x42, 0x43],
        &[0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57],
        &[0x60, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6a, 0x6b, 0x6c, 0x6d, 0x6e, 0x6f],
    ];
    let hashes: Vec<Hash> = leaves.iter().map(|leaf| leaf_hash(leaf)).collect();
    let mut frontier = Frontier::new();
    assert_eq!(frontier.root(), EMPTY_ROOT);
    for (index, hash) in hashes.iter().enumerate() {
        frontier.append(*hash);
        assert_eq!(frontier.root(), naive_root(&hashes[..=index]));
    }
    // Published with the certificate-transparency code and repeated by every library since.
    assert_eq!(frontier.root().to_string(), "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");
}

#[test]
fn rows_hold_what_each_leaf_completes() {
    let (rows, leaves) = Rows::of(8);
    let lengths: Vec<usize> = rows.0.iter().map(Completed::count).collect();
    assert_eq!(lengths, [1, 2, 1, 3, 1, 2, 1, 4]);
    assert_eq!(rows.0[7].as_bytes().len(), 4 * 32);
    for level in 0..=3 {
        for index in 0..8_u64 >> level {
            let span = 1 << level;
            let start = index as usize * span;
            assert_eq!(rows.read(level, index), Ok(naive_root(&leaves[start..start + span])));
        }
    }
}

#[test]
fn places_of_any_subtree_are_found_or_refused() {
    assert_eq!(locate(0, 0), Some((0, 0)));
    assert_eq!(locate(3, 1), Some((15, 3)));
    assert_eq!(locate(63, 0), Some((MAX_SIZE - 1, 63)));
    assert_eq!(locate(0, MAX_SIZE - 1), Some((MAX_SIZE - 1, 0)));
    for (level, index) in [(63, 1), (64, 0), (255, 0), (0, MAX_SIZE), (1, u64::MAX), (62, 2)] {
        assert_eq!(locate(level, index), None, "{level} {index}");
    }
}

#[test]
fn every_proof_of_small_trees_is_that_of_the_rfc_and_verifies() {
    let (rows, leaves) = Rows::of(40);
    for size in 0..=40_usize {
        let root = naive_root(&leaves[..size]);
        for index in 0..size {
            let proof = prove_inclusion(index as u64, size as u64, &rows).unwrap();
            assert_eq!(proof, naive_inclusion(index, &leaves[..size]));
            assert_eq!(verify_inclusion(&leaves[index], index as u64, size as u64, &proof, &root), Ok(()));
        }
        for old in 0..=size {
            let proof = prove_consistency(old as u64, size as u64, &rows).unwrap();
            if old > 0 {
                assert_eq!(proof, naive_consistency(old, &leaves[..size], true));
            }
            let old_root = naive_root(&leaves[..old]);
            assert_eq!(verify_consistency(old as u64, &old_root, size as u64, &root, &proof), Ok(()));
        }
    }
}

#[test]
fn impossible_sizes_are_errors() {
    let (rows, _) = Rows::of(3);
    let hash = EMPTY_ROOT;
    for size in [MAX_SIZE + 1, u64::MAX] {
        assert_eq!(root_at(size, &rows), Err(LogError::SizeOutOfRange));
        assert_eq!(prove_inclusion(0, size, &rows), Err(LogError::SizeOutOfRange));
        assert_eq!(prove_consistency(1, size, &rows), Err(LogError::SizeOutOfRange));
        assert_eq!(verify_inclusion(&hash, 0, size, &[], &hash), Err(LogError::SizeOutOfRange));
        assert_eq!(verify_consistency(1, &hash, size, &hash, &[]), Err(LogError::SizeOutOfRange));
        assert_eq!(Frontier::from_hashes(size, vec![]), Err(LogError::SizeOutOfRange));
    }
    assert_eq!(root_at(4, &rows), Err(LogError::IndexOutOfRange));
    assert_eq!(prove_inclusion(3, 3, &rows), Err(LogError::IndexOutOfRange));
    assert_eq!(prove_consistency(3, 2, &rows), Err(LogError::SizeOutOfRange));
    assert_eq!(verify_inclusion(&hash, 0, 0, &[], &hash), Err(LogError::IndexOutOfRange));
    assert_eq!(verify_consistency(3, &hash, 2, &hash, &[]), Err(LogError::SizeOutOfRange));
    assert_eq!(verify_consistency(0, &leaf_hash(b""), 2, &hash, &[]), Err(LogError::RootMismatch));
    assert_eq!(verify_consistency(0, &hash, 2, &hash, &[hash]), Err(LogError::ProofLength));
    assert_eq!(verify_consistency(2, &hash, 2, &hash, &[hash]), Err(LogError::ProofLength));
    assert_eq!(verify_inclusion(&hash, MAX_SIZE - 1, MAX_SIZE, &[hash; 63], &hash), Err(LogError::RootMismatch));
    assert_eq!(verify_inclusion(&hash, MAX_SIZE - 1, MAX_SIZE, &[hash; 64], &hash), Err(LogError::ProofLength));
    assert_eq!(verify_consistency(MAX_SIZE - 1, &hash, MAX_SIZE, &hash, &[]), Err(LogError::ProofLength));
    assert_eq!(Frontier::from_hashes(3, vec![hash]), Err(LogError::FrontierShape));
    let mut largest = Frontier::from_hashes(MAX_SIZE - 1, vec![hash; 63]).unwrap();
    assert_eq!(largest.append(hash).count(), 64);
    assert_eq!((largest.size(), largest.hashes().len()), (MAX_SIZE, 1));
}

/// A tree of any size in which every leaf is the same, so that a subtree's hash depends on its level alone.
struct Alike(Vec<Hash>);

impl Alike {
    fn new() -> Self {
        let mut levels = vec![leaf_hash(b"the same")];
        for level in 0..63 {
            levels.push(node_hash(&levels[level], &levels[level]));
        }
        Self(levels)
    }
}

impl HashReader for Alike {
    type Error = LogError;

    fn read(&self, level: u8, index: u64) -> Result<Hash, LogError> {
        locate(level, index).ok_or(LogError::IndexOutOfRange)?;
        Ok(self.0[usize::from(level)])
    }
}

#[test]
fn proofs_hold_at_the_edges_of_the_largest_trees() {
    let (reader, leaf) = (Alike::new(), leaf_hash(b"the same"));
    let edges = [1, 2, 3, (1 << 32) - 1, 1 << 32, (1 << 62) - 1, 1 << 62, (1 << 62) + 1, MAX_SIZE - 1, MAX_SIZE];
    for size in edges {
        let root = root_at(size, &reader).unwrap();
        for index in edges.into_iter().flat_map(|edge| [edge - 1, edge]).filter(|index| *index < size) {
            let proof = prove_inclusion(index, size, &reader).unwrap();
            assert!(proof.len() <= 63);
            assert_eq!(verify_inclusion(&leaf, index, size, &proof, &root), Ok(()), "{index} of {size}");
            let other = leaf_hash(b"another");
            assert_eq!(verify_inclusion(&other, index, size, &proof, &root), Err(LogError::RootMismatch));
        }
        for old in edges.into_iter().filter(|old| *old <= size) {
            let old_root = root_at(old, &reader).unwrap();
            let proof = prove_consistency(old, size, &reader).unwrap();
            assert_eq!(verify_consistency(old, &old_root, size, &root, &proof), Ok(()), "{old} in {size}");
            let other = verify_consistency(old, &leaf_hash(b"another"), size, &root, &proof);
            assert_eq!(other, Err(LogError::RootMismatch), "{old} in {size}");
        }
    }
}

proptest! {
    #[test]
    fn frontiers_are_found_again_at_any_size(count in 0_u64..400, cut in 0_u64..400) {
        let (rows, leaves) = Rows::of(count);
        let size = cut.min(count);
        let mut frontier = Frontier::new();
        for leaf in &leaves[..size as usize] {
            frontier.append(*leaf);
        }
        prop_assert_eq!(frontier_at(size, &rows).unwrap(), frontier.clone());
        prop_assert_eq!(root_at(size, &rows).unwrap(), naive_root(&leaves[..size as usize]));
        let again = Frontier::from_hashes(frontier.size(), frontier.hashes().to_vec()).unwrap();
        prop_assert_eq!(again, frontier);
    }

    #[test]
    fn an_altered_inclusion_proof_fails(size in 1_u64..600, index in any::<u64>(), bit in any::<usize>()) {
        let (rows, leaves) = Rows::of(size);
        let index = index % size;
        let root = root_at(size, &rows).unwrap();
        let leaf = leaves[index as usize];
        let proof = prove_inclusion(index, size, &rows).unwrap();
        prop_assert_eq!(verify_inclusion(&leaf, index, size, &proof, &root), Ok(()));

        prop_assert!(verify_inclusion(&flipped(&leaf, bit), index, size, &proof, &root).is_err());
        prop_assert!(verify_inclusion(&leaf, index, size, &proof, &flipped(&root, bit)).is_err());
        let longer = [&proof[..], &[root]].concat();
        prop_assert_eq!(verify_inclusion(&leaf, index, size, &longer, &root), Err(LogError::ProofLength));
        if !proof.is_empty() {
            let mut altered = proof.clone();
            let which = bit % altered.len();
            altered[which] = flipped(&altered[which], bit);
            prop_assert!(verify_inclusion(&leaf, index, size, &altered, &root).is_err());
            let shorter = &proof[..proof.len() - 1];
            prop_assert_eq!(verify_inclusion(&leaf, index, size, shorter, &root), Err(LogError::ProofLength));
        }
        let elsewhere = (index + 1) % size;
        prop_assert!(elsewhere == index || verify_inclusion(&leaf, elsewhere, size, &proof, &root).is_err());
    }

    #[test]
    fn an_altered_consistency_proof_fails(size in 2_u64..600, old in any::<u64>(), bit in any::<usize>()) {
        let (rows, _) = Rows::of(size);
        let old = 1 + old % (size - 1);
        let (root1, root2) = (root_at(old, &rows).unwrap(), root_at(size, &rows).unwrap());
        let proof = prove_consistency(old, size, &rows).unwrap();
        prop_assert_eq!(verify_consistency(old, &root1, size, &root2, &proof), Ok(()));

        prop_assert!(verify_consistency(old, &flipped(&root1, bit), size, &root2, &proof).is_err());
        prop_assert!(verify_consistency(old, &root1, size, &flipped(&root2, bit), &proof).is_err());
        let longer = [&proof[..], &[root1]].concat();
        prop_assert_eq!(verify_consistency(old, &root1, size, &root2, &longer), Err(LogError::ProofLength));
        let shorter = &proof[..proof.len() - 1];
        prop_assert_eq!(verify_consistency(old, &root1, size, &root2, shorter), Err(LogError::ProofLength));
        let mut altered = proof.clone();
        let which = bit % altered.len();
        altered[which] = flipped(&altered[which], bit);
        prop_assert!(verify_consistency(old, &root1, size, &root2, &altered).is_err());
    }

    #[test]
    fn verifying_nonsense_never_panics(
        index in any::<u64>(), size1 in any::<u64>(), size2 in any::<u64>(), count in 0_usize..80,
    ) {
        let hash = leaf_hash(b"nonsense");
        let proof = vec![hash; count];
        let _ = verify_inclusion(&hash, index, size1, &proof, &hash);
        let _ = verify_consistency(size1, &hash, size2, &hash, &proof);
        let _ = verify_inclusion(&hash, index >> 1, size1 >> 1, &proof, &hash);
        let _ = verify_consistency(size1 >> 2, &hash, size2 >> 1, &hash, &proof);
    }
}
