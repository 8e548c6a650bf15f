//! How many different things there were within a window, in bounded memory.
//!
//! Exact up to a bound. Beyond it only those are kept whose id ends in a zero bit, then in two, and so on; each that is
//! kept then stands for two, four, and so on (adaptive sampling: M. Wegman; P. Flajolet, "On adaptive sampling", 1990).
//! Ids are random, so their last bits choose as well as a hash would. An estimate is off by 1.2 / sqrt(kept) as a rule:
//! 8 in a hundred with 256.

use minicbor::Decoder;
use minicbor::decode::Error as DecodeError;

use crate::access::cbor::{Writer, Written, expect_array, refused};

/// Bytes of one of them: `tag u32 || age u8 || level u8`.
const LENGTH: usize = 6;

/// More bits than this no tag has to spare.
const MAX_LEVEL: u8 = 31;

/// What was seen lately.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Distinct {
    /// Tags of so many zero bits at the end are taken in.
    level: u8,
    /// Ascending by tag, each once.
    seen: Vec<Seen>,
    most: usize,
}

/// One of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Seen {
    /// The last four bytes of an id.
    tag: u32,
    /// How many steps ago it was last seen.
    age: u8,
    /// It stands for 2 to the power of this.
    level: u8,
}

impl Seen {
    fn is_sampled(&self, level: u8) -> bool {
        self.tag.trailing_zeros() >= u32::from(level)
    }
}

impl Distinct {
    /// Nothing yet; exact up to so many.
    pub(super) const fn of_most(most: usize) -> Self {
        Self { level: 0, seen: Vec::new(), most }
    }

    /// How many different ones, about.
    pub(super) fn count(&self) -> u64 {
        self.seen.iter().map(|seen| 1 << seen.level).sum()
    }

    /// Takes one in.
    pub(super) fn add(&mut self, id: &[u8; 16]) {
        let [.., a, b, c, d] = *id;
        let new = Seen { tag: u32::from_be_bytes([a, b, c, d]), age: 0, level: self.level };
        match self.seen.binary_search_by_key(&new.tag, |seen| seen.tag) {
            Ok(place) => self.seen[place].age = 0,
            Err(place) if new.is_sampled(self.level) => self.seen.insert(place, new),
            Err(_) => {}
        }
        while self.seen.len() > self.most && self.level < MAX_LEVEL {
            self.level += 1;
            let level = self.level;
            self.seen.retain(|seen| seen.is_sampled(level));
            self.seen.iter_mut().for_each(|seen| seen.level = seen.level.max(level));
        }
    }

    /// So many steps went by; what is older than the window is forgotten.
    pub(super) fn age(&mut self, steps: u64, window: u8) {
        let aged = |age: u8| u8::try_from(u64::from(age).saturating_add(steps)).ok().filter(|age| *age <= window);
        self.seen.retain_mut(|seen| match aged(seen.age) {
            Some(age) => {
                seen.age = age;
                true
            }
            None => false,
        });
        while self.level > 0 && self.seen.len() <= self.most / 4 {
            self.level -= 1;
        }
    }

    /// `[ level: uint, seen: bstr ]`.
    pub(super) fn write(&self, out: &mut Writer) -> Written {
        let mut bytes = Vec::with_capacity(self.seen.len() * LENGTH);
        for seen in &self.seen {
            bytes.extend_from_slice(&seen.tag.to_be_bytes());
            bytes.extend_from_slice(&[seen.age, seen.level]);
        }
        out.array(2)?.u8(self.level)?.bytes(&bytes)?;
        Ok(())
    }

    pub(super) fn read(input: &mut Decoder<'_>, most: usize, window: u8) -> Result<Self, DecodeError> {
        expect_array(input, 2)?;
        let level = input.u8()?;
        let (parts, rest) = input.bytes()?.as_chunks::<LENGTH>();
        let of = |[a, b, c, d, age, level]: &[u8; LENGTH]| Seen {
            tag: u32::from_be_bytes([*a, *b, *c, *d]),
            age: *age,
            level: *level,
        };
        let seen: Vec<_> = parts.iter().map(of).collect();
        let good = |seen: &Seen| seen.age <= window && seen.level <= MAX_LEVEL && seen.is_sampled(seen.level);
        let ascending = seen.is_sorted_by(|one, next| one.tag < next.tag);
        if !rest.is_empty() || seen.len() > most || level > MAX_LEVEL || !ascending || !seen.iter().all(good) {
            return Err(refused("what was seen is not in order"));
        }
        Ok(Self { level, seen, most })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::random_bytes;

    #[test]
    fn it_is_exact_up_to_the_bound_and_near_beyond_it() {
        let ids: Vec<[u8; 16]> = (0..10_000).map(|_| random_bytes()).collect();
        let mut seen = Distinct::of_most(512);
        for (index, id) in ids.iter().enumerate() {
            seen.add(id);
            seen.add(id);
            let (count, real) = (seen.count(), index as u64 + 1);
            assert!(seen.seen.len() <= 512);
            if real <= 512 {
                assert_eq!(count, real);
            } else {
                assert!(count.abs_diff(real) * 3 < real, "{count} of {real}");
            }
        }
    }

    #[test]
    fn what_is_older_than_the_window_is_forgotten_and_then_it_is_exact_again() {
        let mut seen = Distinct::of_most(16);
        let ids: Vec<[u8; 16]> = (0..1000).map(|_| random_bytes()).collect();
        ids.iter().for_each(|id| seen.add(id));
        assert!(seen.level > 0);
        seen.age(2, 12);
        seen.add(&[7; 16]);
        seen.age(11, 12);
        assert!(seen.count() <= 1);
        seen.age(2, 12);
        assert_eq!((seen.count(), seen.level), (0, 0));
        ids.iter().take(16).for_each(|id| seen.add(id));
        assert_eq!(seen.count(), 16);
        seen.age(u64::MAX, 12);
        assert_eq!(seen, Distinct::of_most(16));
    }
}
