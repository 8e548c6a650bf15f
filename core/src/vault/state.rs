//! The authenticated state: one root over every current head and every wrapped key.
//!
//! Ids fall into 4096 buckets by their first 12 bits; records of one scope share a bucket. Each bucket has a sum
//! (mod 2^256) of HMACs, one per head or wrapped key in it: an update is a subtraction and an addition. 64 sums form a
//! chunk; chunks are sealed (so that no thief sees sums or their differences) and the root is the digest of the digests
//! of the 64 sealed chunks. A session signs the root with every commit. Loading costs 64 rows whatever the size of the
//! vault; a bucket is compared with its rows when it is first touched after loading. See docs/adr/0005.

use ring::hmac;
use zeroize::{Zeroize, Zeroizing};

use super::IntegrityError;
use crate::id::VaultId;
use crate::keys::CircleKeys;
use crate::seal::{LabelledInput, Secret, ValueContext, derive_secret, hmac_key, sha256};
use crate::store::{HeadRow, KeyRow, Rows};

use super::Error;

const BUCKETS: usize = 4096;
const CHUNKS: usize = 64;
const PER_CHUNK: usize = BUCKETS / CHUNKS;

/// A sum mod 2^256, little-endian limbs.
type Sum = [u64; 4];

/// The loaded state of one vault.
pub(super) struct State {
    vault: VaultId,
    element_key: hmac::Key,
    chunk_key: Secret,
    sums: Box<[Sum; BUCKETS]>,
    digests: Box<[[u8; 32]; CHUNKS]>,
    dirty: [bool; CHUNKS],
    verified: Box<[bool; BUCKETS]>,
}

impl State {
    /// The state of a vault without records. `roster` are the keys of the circle of all members.
    pub(super) fn empty(vault: VaultId, roster: &CircleKeys) -> Self {
        let derive = |label| derive_secret(roster.value_key(), &LabelledInput::new(label).part(vault.as_bytes()));
        Self {
            vault,
            element_key: hmac_key(&derive("saferoom/state/element-key")),
            chunk_key: derive("saferoom/state/chunk-key"),
            sums: Box::new([[0; 4]; BUCKETS]),
            digests: Box::new([[0; 32]; CHUNKS]),
            dirty: [true; CHUNKS],
            verified: Box::new([true; BUCKETS]),
        }
    }

    /// Loads the state and checks it against the signed root.
    pub(super) fn load(&mut self, rows: &Rows<'_>, root: &[u8; 32]) -> Result<(), Error> {
        let sealed = rows.state()?;
        if sealed.len() != CHUNKS {
            return Err(IntegrityError::State.into());
        }
        for (digest, chunk) in self.digests.iter_mut().zip(&sealed) {
            *digest = sha256(chunk);
        }
        if self.root() != *root {
            return Err(IntegrityError::State.into());
        }
        let mut plain = Zeroizing::new(Vec::with_capacity(PER_CHUNK * 32 + 64));
        for (index, chunk) in sealed.iter().enumerate() {
            plain.clear();
            self.context(index).open_onto(&self.chunk_key, chunk, &mut plain).map_err(|_| IntegrityError::State)?;
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

    /// Writes what has changed; returns the new root.
    pub(super) fn store(&mut self, rows: &Rows<'_>) -> Result<[u8; 32], Error> {
        let mut plain = Zeroizing::new(Vec::with_capacity(PER_CHUNK * 32));
        for index in 0..CHUNKS {
            if !std::mem::take(&mut self.dirty[index]) {
                continue;
            }
            plain.zeroize();
            for limb in self.sums[index * PER_CHUNK..(index + 1) * PER_CHUNK].iter().flatten() {
                plain.extend_from_slice(&limb.to_le_bytes());
            }
            let sealed = self.context(index).seal(&self.chunk_key, &plain)?;
            self.digests[index] = sha256(&sealed);
            rows.put_state(index, &sealed)?;
        }
        Ok(self.root())
    }

    fn root(&self) -> [u8; 32] {
        sha256(LabelledInput::new("saferoom/state-root").part(self.digests.as_flattened()).as_bytes())
    }

    fn context(&self, chunk: usize) -> ValueContext {
        ValueContext::new(LabelledInput::new("saferoom/state-chunk").part(self.vault.as_bytes()).number(chunk as u64))
    }

    /// Takes a head into the sum of its bucket.
    pub(super) fn add_head(&mut self, head: &HeadRow) {
        let element = self.head_element(head);
        add(self.sum_mut(head.record.as_bytes()), &element);
    }

    /// Takes a head out of the sum of its bucket.
    pub(super) fn remove_head(&mut self, head: &HeadRow) {
        let element = self.head_element(head);
        subtract(self.sum_mut(head.record.as_bytes()), &element);
    }

    /// Takes a wrapped key into the sum of its bucket.
    pub(super) fn add_key(&mut self, key: &KeyRow) {
        let element = self.key_element(key);
        add(self.sum_mut(key.scope.as_bytes()), &element);
    }

    fn sum_mut(&mut self, id: &[u8; 16]) -> &mut Sum {
        let bucket = bucket_of(id);
        self.dirty[bucket / PER_CHUNK] = true;
        &mut self.sums[bucket]
    }

    /// Compares the bucket of `id` with its rows, once after each loading.
    pub(super) fn verify_bucket(&mut self, rows: &Rows<'_>, id: &[u8; 16]) -> Result<(), Error> {
        let bucket = bucket_of(id);
        if self.verified[bucket] {
            return Ok(());
        }
        let (first, last) = bounds(bucket);
        let mut sum = [0; 4];
        rows.each_head(first, last, |head| add(&mut sum, &self.head_element(&head)))?;
        rows.each_key(first, last, |key| add(&mut sum, &self.key_element(key)))?;
        if sum != self.sums[bucket] {
            return Err(IntegrityError::Bucket.into());
        }
        self.verified[bucket] = true;
        Ok(())
    }

    /// Compares every bucket with its rows.
    pub(super) fn verify_all(&mut self, rows: &Rows<'_>) -> Result<(), Error> {
        (0..BUCKETS).try_for_each(|bucket| self.verify_bucket(rows, &bounds(bucket).0))
    }

    fn head_element(&self, head: &HeadRow) -> Sum {
        let mut bytes = [0; 1 + 16 * 3 + 2 + 32 + 8];
        bytes[0] = b'H';
        bytes[1..17].copy_from_slice(head.record.as_bytes());
        bytes[17..33].copy_from_slice(head.scope.as_bytes());
        bytes[33..49].copy_from_slice(head.parent.as_bytes());
        bytes[49..51].copy_from_slice(&head.kind.to_be_bytes());
        bytes[51..83].copy_from_slice(&head.digest);
        bytes[83..].copy_from_slice(&head.entry.to_be_bytes());
        to_sum(hmac::sign(&self.element_key, &bytes).as_ref())
    }

    fn key_element(&self, key: &KeyRow) -> Sum {
        let input = LabelledInput::new("saferoom/state/key")
            .part(key.scope.as_bytes())
            .number(u64::from(key.ordinal))
            .part(&key.tag)
            .part(&key.commitment)
            .part(&key.sealed);
        to_sum(hmac::sign(&self.element_key, input.as_bytes()).as_ref())
    }
}

impl Drop for State {
    fn drop(&mut self) {
        self.sums.as_flattened_mut().zeroize();
    }
}

fn bucket_of(id: &[u8; 16]) -> usize {
    usize::from(u16::from_be_bytes([id[0], id[1]]) >> 4)
}

/// The lowest and highest id of a bucket.
fn bounds(bucket: usize) -> ([u8; 16], [u8; 16]) {
    let start = (bucket as u16) << 4;
    let (mut first, mut last) = ([0; 16], [0xFF; 16]);
    first[..2].copy_from_slice(&start.to_be_bytes());
    last[..2].copy_from_slice(&(start | 0xF).to_be_bytes());
    (first, last)
}

fn to_sum(bytes: &[u8]) -> Sum {
    let mut sum = [0; 4];
    for (limb, chunk) in sum.iter_mut().zip(bytes.chunks_exact(8)) {
        *limb = chunk.iter().rev().fold(0, |value, byte| value << 8 | u64::from(*byte));
    }
    sum
}

fn add(sum: &mut Sum, element: &Sum) {
    let mut carry = false;
    for (limb, other) in sum.iter_mut().zip(element) {
        let (value, first) = limb.overflowing_add(*other);
        let (value, second) = value.overflowing_add(u64::from(carry));
        (*limb, carry) = (value, first | second);
    }
}

fn subtract(sum: &mut Sum, element: &Sum) {
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

    #[test]
    fn buckets_cover_all_ids() {
        assert_eq!(bounds(0).0, [0; 16]);
        assert_eq!(bounds(BUCKETS - 1).1, [0xFF; 16]);
        for bucket in 0..BUCKETS {
            let (first, last) = bounds(bucket);
            assert_eq!((bucket_of(&first), bucket_of(&last)), (bucket, bucket));
        }
    }
}
