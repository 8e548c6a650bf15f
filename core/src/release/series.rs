//! The guard of a series: what several releases tell together that none tells alone.
//!
//! Each release keeps to itself which child stands in which class (rows that look the same in the quasi-identifying
//! columns). Somebody who holds all releases can tell children apart by the classes they are in: in the class of 12 boys of the
//! first release and in no class of the second there may be one child only, the one who left. So every group of children
//! with the same classes in all releases, however it came about, has to be as large as a class. (Sequential k-anonymity;
//! Xiao and Tao, m-Invariance, 2007, for the setting.)
//!
//! What was known before is not held against a new release: a group that was too small already, and is not parted further,
//! does not count.

use std::collections::{BTreeMap, BTreeSet};

use crate::id::hexadecimal;
use crate::seal::sha256;

/// Which child stands in which class of a release. Children whose rows were suppressed are not in it.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Membership {
    classes: BTreeMap<ChildId, Vec<u32>>,
}

/// The random id of a child's statistics, the same in every release that is compared.
pub type ChildId = [u8; 16];

/// The most children in a membership.
pub const MOST_CHILDREN: usize = 2_000_000;

const FORMAT: u8 = 1;
const HEADER: usize = 5;

impl std::fmt::Debug for Membership {
    /// No ids: being in a release is the secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Membership({} children)", self.classes.len())
    }
}

/// What a new release would tell together with those before it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Differencing {
    /// Children in groups that are too small.
    pub at_risk: u64,
    /// How many such groups there are.
    pub groups: u64,
    /// The children in the smallest one.
    pub smallest: u64,
    /// Per earlier release, in their order: children whom it and the new one single out together, without the others.
    pub with_each: Vec<u64>,
}

/// Why bytes are no membership.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the bytes are no membership of a release")]
pub struct NoMembership;

impl Membership {
    /// Children with the numbers of the classes that their rows are in. A child may have rows in several.
    #[must_use]
    pub fn new(rows: impl IntoIterator<Item = (ChildId, u32)>) -> Self {
        let mut classes: BTreeMap<ChildId, Vec<u32>> = BTreeMap::new();
        for (child, class) in rows {
            classes.entry(child).or_default().push(class);
        }
        for found in classes.values_mut() {
            found.sort_unstable();
        }
        Self { classes }
    }

    /// How many children there are.
    #[must_use]
    pub fn children(&self) -> usize {
        self.classes.len()
    }

    /// Who is in it.
    pub fn ids(&self) -> impl Iterator<Item = &ChildId> {
        self.classes.keys()
    }

    /// How many children of it are not in another one.
    #[must_use]
    pub fn not_in(&self, other: &Self) -> u64 {
        self.ids().filter(|child| !other.classes.contains_key(*child)).count() as u64
    }

    /// The same children, all in one class: who is in it, and nothing else.
    #[must_use]
    pub fn presence(&self) -> Self {
        Self { classes: self.classes.keys().map(|child| (*child, vec![0])).collect() }
    }

    pub(crate) fn classes_of(&self, child: &ChildId) -> &[u32] {
        self.classes.get(child).map_or(&[], Vec::as_slice)
    }

    /// SHA-256 of the canonical bytes: by this custodians name the release.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        sha256(&self.encode())
    }

    /// The digest in hexadecimal.
    #[must_use]
    pub fn digest_text(&self) -> String {
        hexadecimal(&self.digest())
    }

    /// Canonical bytes: `1`, the number of children, then for each, ascending, its id, the number of its rows, and their
    /// classes, ascending (u32 big-endian each).
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(HEADER + self.classes.len() * 24);
        bytes.push(FORMAT);
        bytes.extend_from_slice(&(self.classes.len() as u32).to_be_bytes());
        for (child, classes) in &self.classes {
            bytes.extend_from_slice(child);
            bytes.extend_from_slice(&(classes.len() as u32).to_be_bytes());
            classes.iter().for_each(|class| bytes.extend_from_slice(&class.to_be_bytes()));
        }
        bytes
    }

    /// The membership of exactly these bytes.
    ///
    /// # Errors
    /// [`NoMembership`] for bytes that [`encode`](Self::encode) does not write.
    pub fn decode(bytes: &[u8]) -> Result<Self, NoMembership> {
        let mut rest = bytes;
        if take(&mut rest, 1)? != [FORMAT] {
            return Err(NoMembership);
        }
        let count = number(&mut rest)? as usize;
        if count > MOST_CHILDREN {
            return Err(NoMembership);
        }
        let mut classes: BTreeMap<ChildId, Vec<u32>> = BTreeMap::new();
        for _ in 0..count {
            let child: ChildId = take(&mut rest, 16)?.try_into().map_err(|_| NoMembership)?;
            let rows = number(&mut rest)? as usize;
            if rows == 0 || rows > rest.len() / 4 {
                return Err(NoMembership);
            }
            let found = (0..rows).map(|_| number(&mut rest)).collect::<Result<Vec<u32>, _>>()?;
            let ascending = classes.last_key_value().is_none_or(|(last, _)| *last < child);
            if !ascending || !found.is_sorted() {
                return Err(NoMembership);
            }
            classes.insert(child, found);
        }
        if rest.is_empty() { Ok(Self { classes }) } else { Err(NoMembership) }
    }
}

fn take<'a>(rest: &mut &'a [u8], length: usize) -> Result<&'a [u8], NoMembership> {
    let (taken, left) = rest.split_at_checked(length).ok_or(NoMembership)?;
    *rest = left;
    Ok(taken)
}

fn number(rest: &mut &[u8]) -> Result<u32, NoMembership> {
    take(rest, 4)?.try_into().map(u32::from_be_bytes).map_err(|_| NoMembership)
}

/// Whether a new release and the earlier ones together single out fewer than `k` children anywhere; `None` if they do
/// not. n log n in the number of children, for each earlier release.
#[must_use]
pub fn compare(earlier: &[Membership], new: &Membership, k: u64) -> Option<Differencing> {
    differencing(earlier, new, k, Told::Classes)
}

/// The same for a new table of counts: the classes of a child are sums that it is counted in, each of them known by itself,
/// and all together of nobody.
#[must_use]
pub fn compare_sums(earlier: &[Membership], new: &Membership, k: u64) -> Option<Differencing> {
    differencing(earlier, new, k, Told::Sums)
}

/// What a new release tells of children who are in several classes.
#[derive(Clone, Copy)]
enum Told {
    /// Which child is in exactly these.
    Classes,
    /// How many are in each.
    Sums,
}

impl Told {
    fn parts(self, classes: &[u32]) -> impl Iterator<Item = &[u32]> {
        let size = match self {
            Self::Sums => 1,
            Self::Classes => classes.len().max(1),
        };
        let nowhere = classes.is_empty().then_some(classes);
        classes.chunks(size).chain(nowhere)
    }
}

fn differencing(earlier: &[Membership], new: &Membership, k: u64, told: Told) -> Option<Differencing> {
    let all: Vec<&Membership> = earlier.iter().collect();
    let small = small_groups(&all, new, k, told);
    (!small.is_empty()).then(|| Differencing {
        at_risk: children_in(&small),
        groups: small.len() as u64,
        smallest: small.iter().map(|group| group.len() as u64).min().unwrap_or(0),
        with_each: earlier.iter().map(|one| children_in(&small_groups(&[one], new, k, told))).collect(),
    })
}

/// Each child once, in however many groups it is.
fn children_in(groups: &[Vec<&ChildId>]) -> u64 {
    groups.iter().flatten().collect::<BTreeSet<_>>().len() as u64
}

/// The groups that the new release makes too small.
fn small_groups<'m>(earlier: &[&'m Membership], new: &'m Membership, k: u64, told: Told) -> Vec<Vec<&'m ChildId>> {
    // Groups before, by the classes in each earlier release; then how the new one parts each.
    type Parts<'m> = BTreeMap<&'m [u32], Vec<&'m ChildId>>;
    let mut before: BTreeMap<Vec<&[u32]>, (u64, Parts<'m>)> = BTreeMap::new();
    let children: BTreeSet<&ChildId> =
        earlier.iter().copied().chain([new]).flat_map(|release| release.classes.keys()).collect();
    for child in children {
        let known = earlier.iter().map(|release| release.classes_of(child)).collect();
        let (whole, parts) = before.entry(known).or_default();
        *whole += 1;
        told.parts(new.classes_of(child)).for_each(|part| parts.entry(part).or_default().push(child));
    }
    let small = before.into_iter().flat_map(|(known, (whole, parts))| {
        let released = known.iter().any(|classes| !classes.is_empty());
        // Too small already, and not parted: nothing new is told.
        let old = released && whole < k && parts.values().all(|part| part.len() as u64 == whole);
        parts.into_values().filter(move |part| (part.len() as u64) < k && !old)
    });
    small.collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;

    fn child(number: u8) -> ChildId {
        [number; 16]
    }

    fn release(rows: &[(u8, u32)]) -> Membership {
        Membership::new(rows.iter().map(|(number, class)| (child(*number), *class)))
    }

    fn all_in(class: u32, children: std::ops::Range<u8>) -> Vec<(u8, u32)> {
        children.map(|child| (child, class)).collect()
    }

    #[test]
    fn one_child_who_left_or_came_is_found() {
        let first = release(&all_in(0, 0..10));
        let left = release(&all_in(0, 0..9));
        let told = compare(std::slice::from_ref(&first), &left, 5).unwrap();
        assert_eq!(told, Differencing { at_risk: 1, groups: 1, smallest: 1, with_each: vec![1] });
        let came = release(&all_in(0, 0..12));
        assert_eq!(compare(std::slice::from_ref(&first), &came, 5).unwrap().at_risk, 2);
        assert_eq!(compare(std::slice::from_ref(&first), &release(&all_in(0, 0..15)), 5), None, "five new ones");
        assert_eq!(compare(std::slice::from_ref(&first), &first, 5), None, "the same again tells nothing");
    }

    #[test]
    fn classes_that_cross_single_children_out() {
        // Both releases are 5-anonymous; together they tell four groups, the smallest of two.
        let by_age = release(&[all_in(0, 0..6), all_in(1, 6..12)].concat());
        let by_place = release(&[all_in(0, 0..4), all_in(1, 4..8), all_in(0, 8..12)].concat());
        let told = compare(&[by_age], &by_place, 5).unwrap();
        assert_eq!((told.at_risk, told.groups, told.smallest), (12, 4, 2));
    }

    #[test]
    fn what_two_tell_only_with_a_third_is_found() {
        let pairs = |groups: [std::ops::Range<u8>; 2]| {
            release(
                &groups
                    .into_iter()
                    .enumerate()
                    .flat_map(|(class, range)| all_in(class as u32, range))
                    .collect::<Vec<_>>(),
            )
        };
        let first = pairs([0..6, 6..12]);
        let second = pairs([0..9, 9..15]);
        let third = release(&[all_in(0, 0..3), all_in(1, 3..15)].concat());
        assert!(compare(&[first.clone(), second.clone()], &third, 3).is_none());
        let told = compare(&[first, second], &third, 4).unwrap();
        assert_eq!((told.smallest, told.with_each), (3, vec![9, 3]));
    }

    #[test]
    fn what_was_signed_for_before_does_not_block_for_ever() {
        let first = release(&all_in(0, 0..10));
        let second = release(&all_in(0, 0..9));
        assert_eq!(compare(&[first, second.clone()], &second, 5), None);
    }

    #[test]
    fn bytes_come_back_and_wrong_ones_do_not() {
        let membership = release(&[(1, 4), (1, 2), (7, 0)]);
        let bytes = membership.encode();
        assert_eq!(Membership::decode(&bytes).unwrap(), membership);
        for length in 0..bytes.len() {
            assert_eq!(Membership::decode(&bytes[..length]), Err(NoMembership));
        }
        assert!(Membership::decode(&[&bytes[..], &[0]].concat()).is_err());
        let mut swapped = bytes.clone();
        swapped.swap(28, 32);
        assert!(Membership::decode(&swapped).is_err(), "classes ascend");
        assert!(!format!("{membership:?}").contains("[1"));
    }

    proptest! {
        /// Whatever the guard lets pass: nobody who holds all releases can part the children into a group of fewer than k.
        #[test]
        fn what_passes_tells_no_small_group(releases in prop::collection::vec(prop::collection::vec((0_u8..24, 0_u32..3), 0..30), 1..4), k in 2_u64..5) {
            let mut passed: Vec<Membership> = Vec::new();
            for rows in releases {
                let new = release(&rows);
                if compare(&passed, &new, k).is_none() {
                    passed.push(new);
                }
            }
            let mut groups: HashMap<String, u64> = HashMap::new();
            for number in 0..24 {
                let seen: Vec<Option<&Vec<u32>>> = passed.iter().map(|release| release.classes.get(&child(number))).collect();
                if seen.iter().any(Option::is_some) {
                    *groups.entry(format!("{seen:?}")).or_default() += 1;
                }
            }
            prop_assert!(groups.values().all(|size| *size >= k), "{groups:?}");
        }

        /// Releases of new children alone, each in classes of k and more, pass one after the other, however many there are.
        #[test]
        fn periods_never_single_anybody_out(periods in prop::collection::vec(prop::collection::vec(3_u32..7, 1..4), 1..6)) {
            let mut passed: Vec<Membership> = Vec::new();
            let mut next = 0_u8;
            for sizes in periods {
                let mut rows = Vec::new();
                for (class, size) in sizes.iter().enumerate() {
                    for _ in 0..*size {
                        rows.push((next, class as u32));
                        next += 1;
                    }
                }
                let new = release(&rows);
                prop_assert_eq!(compare(&passed, &new, 3), None);
                passed.push(new);
            }
        }

        #[test]
        fn any_membership_comes_back(rows in prop::collection::vec((any::<u8>(), any::<u32>()), 0..40)) {
            let membership = release(&rows);
            prop_assert_eq!(Membership::decode(&membership.encode()).unwrap(), membership);
        }
    }
}
