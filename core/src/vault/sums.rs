//! One area of the authenticated state: 4096 sums, in 64 sealed chunks. See [`super::state`].

use zeroize::{Zeroize, Zeroizing};

use super::{Error, IntegrityError};
use crate::id::VaultId;
use crate::seal::{LabelledInput, Secret, ValueContext, sha256};
use crate::store::Rows;

pub(super) const BUCKETS: usize = 4096;
/// Chunks of one area.
pub(super) const CHUNKS: usize = 64;
const PER_CHUNK: usize = BUCKETS / CHUNKS;

/// A sum mod 2^256, little-endian limbs.
pub(super) type Sum = [u64; 4];

/// The loaded sums of one area.
pub(super) struct Sums {
    /// Number of its first chunk in the file.
    first: usize,
    sums: Box<[Sum; BUCKETS]>,
    digests: Box<[[u8; 32]; CHUNKS]>,
    dirty: [bool; CHUNKS],
    /// Digest of all digests, while none changes.
    root: Option<[u8; 32]>,
    verified: Box<[bool; BUCKETS]>,
}

impl Sums {
    /// The sums of nothing.
    pub(super) fn empty(first: usize) -> Self {
        Self {
            first,
            sums: Box::new([[0; 4]; BUCKETS]),
            digests: Box::new([[0; 32]; CHUNKS]),
            dirty: [true; CHUNKS],
            root: None,
            verified: Box::new([true; BUCKETS]),
        }
    }

    /// Takes the digests of the sealed chunks; returns the root that they make.
    pub(super) fn take_digests(&mut self, sealed: &[Vec<u8>]) -> [u8; 32] {
        for (digest, chunk) in self.digests.iter_mut().zip(sealed) {
            *digest = sha256(chunk);
        }
        self.root = None;
        self.root()
    }

    /// Opens the chunks whose digests were found to be right.
    pub(super) fn open(&mut self, vault: VaultId, key: &Secret, sealed: &[Vec<u8>]) -> Result<(), Error> {
        let mut plain = Zeroizing::new(Vec::with_capacity(PER_CHUNK * 32 + 64));
        for (index, chunk) in sealed.iter().enumerate() {
            plain.clear();
            context(vault, self.first + index).open_onto(key, chunk, &mut plain).map_err(|_| IntegrityError::State)?;
            if plain.len() != PER_CHUNK * 32 {
                return Err(IntegrityError::State.into());
            }
            let sums = &mut self.sums[index * PER_CHUNK..(index + 1) * PER_CHUNK];
            for (sum, bytes) in sums.iter_mut().zip(plain.chunks_exact(32)) {
                *sum = to_sum(bytes);
            }
        }
        self.dirty = [false; CHUNKS];
        self.verified.fill(false);
        Ok(())
    }

    /// Writes the chunks that have changed; returns the new root.
    pub(super) fn store(&mut self, rows: &Rows<'_>, vault: VaultId, key: &Secret) -> Result<[u8; 32], Error> {
        let mut plain = Zeroizing::new(Vec::with_capacity(PER_CHUNK * 32));
        for index in 0..CHUNKS {
            if !std::mem::take(&mut self.dirty[index]) {
                continue;
            }
            plain.zeroize();
            for limb in self.sums[index * PER_CHUNK..(index + 1) * PER_CHUNK].iter().flatten() {
                plain.extend_from_slice(&limb.to_le_bytes());
            }
            let sealed = context(vault, self.first + index).seal(key, &plain)?;
            self.digests[index] = sha256(&sealed);
            self.root = None;
            rows.put_state(self.first + index, &sealed)?;
        }
        Ok(self.root())
    }

    fn root(&mut self) -> [u8; 32] {
        let digests = &self.digests;
        *self.root.get_or_insert_with(|| {
            sha256(LabelledInput::new("saferoom/state-area").part(digests.as_flattened()).as_bytes())
        })
    }

    /// Takes an element into the sum of its bucket.
    pub(super) fn add(&mut self, bucket: usize, element: &Sum) {
        self.dirty[bucket / PER_CHUNK] = true;
        add(&mut self.sums[bucket], element);
    }

    /// Takes an element out of the sum of its bucket.
    pub(super) fn subtract(&mut self, bucket: usize, element: &Sum) {
        self.dirty[bucket / PER_CHUNK] = true;
        subtract(&mut self.sums[bucket], element);
    }

    /// Makes all sums those of nothing.
    pub(super) fn clear(&mut self) {
        self.sums.as_flattened_mut().zeroize();
        self.dirty = [true; CHUNKS];
        self.verified.fill(true);
    }

    /// Whether the bucket was compared with its rows since the last loading.
    pub(super) fn is_verified(&self, bucket: usize) -> bool {
        self.verified[bucket]
    }

    /// Compares the bucket with the sum of its rows.
    pub(super) fn verify(&mut self, bucket: usize, found: &Sum) -> Result<(), IntegrityError> {
        self.verified[bucket] = self.sums[bucket] == *found;
        if self.verified[bucket] { Ok(()) } else { Err(IntegrityError::Bucket) }
    }
}

impl Drop for Sums {
    fn drop(&mut self) {
        self.sums.as_flattened_mut().zeroize();
    }
}

fn context(vault: VaultId, chunk: usize) -> ValueContext {
    ValueContext::new(LabelledInput::new("saferoom/state-chunk").part(vault.as_bytes()).number(chunk as u64))
}

pub(super) fn to_sum(bytes: &[u8]) -> Sum {
    let mut sum = [0; 4];
    for (limb, chunk) in sum.iter_mut().zip(bytes.chunks_exact(8)) {
        *limb = chunk.iter().rev().fold(0, |value, byte| value << 8 | u64::from(*byte));
    }
    sum
}

pub(super) fn add(sum: &mut Sum, element: &Sum) {
    let mut carry = false;
    for (limb, other) in sum.iter_mut().zip(element) {
        let (value, first) = limb.overflowing_add(*other);
        let (value, second) = value.overflowing_add(u64::from(carry));
        (*limb, carry) = (value, first | second);
    }
}

pub(super) fn subtract(sum: &mut Sum, element: &Sum) {
    let mut borrow = false;
    for (limb, other) in sum.iter_mut().zip(element) {
        let (value, first) = limb.overflowing_sub(*other);
        let (value, second) = value.overflowing_sub(u64::from(borrow));
        (*limb, borrow) = (value, first | second);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn sums_do_not_depend_on_the_order_and_come_back(
            elements in proptest::collection::vec(any::<[u64; 4]>(), 1..20)
        ) {
            let mut forward = [0; 4];
            elements.iter().for_each(|element| add(&mut forward, element));
            let mut backward = [0; 4];
            elements.iter().rev().for_each(|element| add(&mut backward, element));
            prop_assert_eq!(forward, backward);
            elements.iter().for_each(|element| subtract(&mut forward, element));
            prop_assert_eq!(forward, [0; 4]);
        }
    }
}
