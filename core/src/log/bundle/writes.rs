//! Whether the store holds exactly what the log says was written: no revision without an entry, none gone, none rolled back.
//!
//! Both sides are summed up, each write as a number that only this run can compute, so that memory does not grow with the
//! log. Where the sums differ, a second reading finds out what it is.

use std::collections::HashMap;

use super::heads::StoredHead;
use super::{BundleProblem, MAX_TOLD};
use crate::id::{RecordId, random_bytes};
use crate::log::Hash;

/// The sums are kept apart by some bits of the record, so that the second reading has little to remember.
const BUCKETS: usize = 1024;

/// How many buckets that differ are looked into.
const LOOKED_INTO: usize = 8;

/// How many writes are remembered at most while the difference is looked for: some 15 MB.
const MAX_REMEMBERED: usize = if cfg!(test) { 1 << 6 } else { 1 << 17 };

/// A sum of keyed hashes, limb by limb.
type Sum = [u64; 4];

/// The two sides.
#[derive(Debug)]
pub(super) struct Writes {
    key: [u8; 32],
    /// Logged minus stored: zero where both hold the same.
    difference: Box<[Sum; BUCKETS]>,
    last: Option<StoredHead>,
    parts: u64,
}

impl Writes {
    pub(super) fn new() -> Self {
        // Drawn anew, so that nobody can make a bundle whose sums agree by design.
        Self { key: random_bytes(), difference: Box::new([[0; 4]; BUCKETS]), last: None, parts: 0 }
    }

    /// How many parts of the list were read.
    pub(super) fn parts(&self) -> u64 {
        self.parts
    }

    /// Takes in what the log says was written.
    pub(super) fn logged(&mut self, write: &StoredHead) {
        let number = self.number_of(write);
        let sum = &mut self.difference[bucket_of(write.record)];
        sum.iter_mut().zip(number).for_each(|(limb, more)| *limb = limb.wrapping_add(more));
    }

    /// Takes in the next part of what the store holds.
    ///
    /// # Errors
    /// [`BundleProblem::Heads`] if it does not follow on the part before.
    pub(super) fn stored(&mut self, part: u64, heads: &[StoredHead]) -> Result<(), BundleProblem> {
        let follows = match (&self.last, heads.first()) {
            (Some(last), Some(first)) => last.order() < first.order(),
            _ => self.last.is_none(),
        };
        if part != self.parts || !follows {
            return Err(BundleProblem::Heads);
        }
        for head in heads {
            let number = self.number_of(head);
            let sum = &mut self.difference[bucket_of(head.record)];
            sum.iter_mut().zip(number).for_each(|(limb, less)| *limb = limb.wrapping_sub(less));
        }
        (self.last, self.parts) = (heads.last().copied().or(self.last), self.parts + 1);
        Ok(())
    }

    /// Whether both sides hold the same.
    pub(super) fn agree(&self) -> bool {
        self.difference.iter().all(|sum| *sum == [0; 4])
    }

    /// Begins the second reading.
    pub(super) fn look_closer(&self) -> Differences {
        let differ = self.difference.iter().enumerate().filter(|(_, sum)| **sum != [0; 4]);
        let buckets = differ.map(|(bucket, _)| bucket).take(LOOKED_INTO).collect();
        Differences { buckets, found: HashMap::new(), too_many: false }
    }

    fn number_of(&self, write: &StoredHead) -> Sum {
        let mut bytes = [0; 32 + 16 + 8 + 32];
        bytes[..32].copy_from_slice(&self.key);
        bytes[32..48].copy_from_slice(write.record.as_bytes());
        bytes[48..56].copy_from_slice(&write.revision.to_be_bytes());
        bytes[56..].copy_from_slice(write.digest.as_bytes());
        let hash = Hash::of(&bytes);
        let mut sum = [0; 4];
        for (limb, bytes) in sum.iter_mut().zip(hash.as_bytes().chunks_exact(8)) {
            *limb = bytes.iter().fold(0, |limb, byte| limb << 8 | u64::from(*byte));
        }
        sum
    }
}

/// What is on one side only, of some buckets.
#[derive(Debug)]
pub(super) struct Differences {
    buckets: Vec<usize>,
    /// How often it was logged, less how often it is stored.
    found: HashMap<StoredHead, i64>,
    /// There was no room for all of them: what was found says nothing of what was not.
    too_many: bool,
}

impl Differences {
    pub(super) fn logged(&mut self, write: &StoredHead) {
        self.count(write, 1);
    }

    pub(super) fn stored(&mut self, head: &StoredHead) {
        self.count(head, -1);
    }

    fn count(&mut self, head: &StoredHead, step: i64) {
        if self.too_many || !self.buckets.contains(&bucket_of(head.record)) {
            return;
        }
        let count = self.found.entry(*head).or_default();
        *count += step;
        if *count == 0 {
            self.found.remove(head);
        }
        if self.found.len() > MAX_REMEMBERED {
            self.found = HashMap::new();
            self.too_many = true;
        }
    }

    /// What is wrong, in the order of the records.
    pub(super) fn problems(self) -> Vec<BundleProblem> {
        if self.too_many {
            return vec![BundleProblem::TooManyDifferences];
        }
        let mut differ: Vec<_> = self.found.into_iter().collect();
        differ.sort_by_key(|(head, count)| (head.order(), *count));
        let problem = |(head, count): (StoredHead, i64)| {
            let StoredHead { record, revision, .. } = head;
            if count > 0 {
                BundleProblem::NotStored { record, revision }
            } else {
                BundleProblem::NotLogged { record, revision }
            }
        };
        differ.into_iter().take(MAX_TOLD).map(problem).collect()
    }
}

fn bucket_of(record: RecordId) -> usize {
    // Records of one case begin with the same bytes; the last ones are of the record alone.
    let [.., second, last] = *record.as_bytes();
    usize::from(u16::from_be_bytes([second, last])) % BUCKETS
}
