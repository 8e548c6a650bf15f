//! What the values of a sensitive column say of a child: nothing where one is missing or not known, several things where it
//! is a list (`;` between them). Diversity counts what is said.
//!
//! A column without lists is judged by the definitions as they stand, over the children of whom something is said. A list says
//! each of its things, so that `a`, `a;b` and `a;c` are three values and tell one thing of everybody. Of a column with lists:
//!
//! - *distinct l*: no `l - 1` things are such that one of them is said of every child. Where each value says one thing, that
//!   is the number of different values.
//! - *entropy l*: the logarithm of how many children there are for each of whom the most frequent thing is said (min-entropy).
//!   It is never more than the entropy of values that say one thing each.

/// Codes that say nothing, in every list of the catalogue.
const UNSAID: [&str; 3] = ["unknown", "not_specified", "not_stated"];

/// Between the things of a list.
const SEPARATOR: char = ';';

/// The largest l that is told and may be asked of a column with lists.
pub const MOST_OF_LISTS: u32 = 5;

/// What each value of a column says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Says {
    /// Per value the things, ascending.
    of_value: Vec<Vec<u32>>,
    /// How many things there are.
    things: usize,
    lists: bool,
}

impl Says {
    /// Of these values, in the order of their codes.
    #[must_use]
    pub fn of<'v>(values: impl IntoIterator<Item = Option<&'v str>>) -> Self {
        let mut known: std::collections::HashMap<&str, u32> = std::collections::HashMap::new();
        let mut says = Self { of_value: Vec::new(), things: 0, lists: false };
        for value in values {
            let parts = value.into_iter().flat_map(|value| value.split(SEPARATOR)).map(str::trim);
            let mut things: Vec<u32> = parts
                .filter(|part| !part.is_empty() && !UNSAID.contains(part))
                .map(|part| {
                    let next = known.len() as u32;
                    *known.entry(part).or_insert(next)
                })
                .collect();
            things.sort_unstable();
            things.dedup();
            says.lists |= value.is_some_and(|value| value.contains(SEPARATOR));
            says.of_value.push(things);
        }
        says.things = known.len();
        says
    }

    /// Values of which each says one thing.
    #[must_use]
    pub fn one_each(values: usize) -> Self {
        Self { of_value: (0..values as u32).map(|value| vec![value]).collect(), things: values, lists: false }
    }

    /// Whether a value is a list.
    #[must_use]
    pub fn has_lists(&self) -> bool {
        self.lists
    }

    /// The counts of those values that say something.
    pub(in crate::release) fn said<'s>(&'s self, counts: &'s [u32]) -> impl Iterator<Item = u32> + 's {
        self.there(counts).map(|(_, count)| count)
    }

    fn there<'s>(&'s self, counts: &'s [u32]) -> impl Iterator<Item = (&'s [u32], u32)> + 's {
        let all = self.of_value.iter().map(Vec::as_slice).zip(counts.iter().copied());
        all.filter(|(things, count)| !things.is_empty() && *count > 0)
    }

    /// The distinct l of a class with these counts of values; of a column with lists [`MOST_OF_LISTS`] at most.
    pub(in crate::release) fn distinct(&self, counts: &[u32]) -> u32 {
        if self.lists {
            let lists: Vec<&[u32]> = self.there(counts).map(|(things, _)| things).collect();
            return (0..MOST_OF_LISTS).find(|size| one_of_each(&lists, *size)).unwrap_or(MOST_OF_LISTS);
        }
        let mut seen = vec![false; self.things];
        self.there(counts).for_each(|(things, _)| seen[things[0] as usize] = true);
        seen.into_iter().filter(|seen| *seen).count() as u32
    }

    /// Whether a class has this distinct l.
    pub(super) fn is_distinct(&self, counts: &[u32], l: u32) -> bool {
        match self.lists {
            false => self.distinct(counts) >= l,
            true => l.checked_sub(1).is_none_or(|fewer| {
                let lists: Vec<&[u32]> = self.there(counts).map(|(things, _)| things).collect();
                !one_of_each(&lists, fewer)
            }),
        }
    }

    /// The natural logarithm of the entropy l of a class with these counts of values; nothing said is less than any.
    pub(in crate::release) fn entropy(&self, counts: &[u32]) -> f64 {
        let sum: u32 = self.said(counts).sum();
        if sum == 0 {
            return f64::NEG_INFINITY;
        }
        let sum = f64::from(sum);
        if self.lists {
            return (sum / f64::from(self.most(counts))).ln();
        }
        -self.said(counts).map(|count| f64::from(count) / sum).map(|share| share * share.ln()).sum::<f64>()
    }

    /// Of how many children the most frequent thing is said.
    pub(in crate::release) fn most(&self, counts: &[u32]) -> u32 {
        let mut of_thing = vec![0; self.things];
        for (things, count) in self.there(counts) {
            things.iter().for_each(|thing| of_thing[*thing as usize] += count);
        }
        of_thing.into_iter().max().unwrap_or(0)
    }
}

/// Whether there are so many things that each of these lists says one of them.
fn one_of_each(lists: &[&[u32]], size: u32) -> bool {
    let Some(shortest) = lists.iter().min_by_key(|list| list.len()) else { return true };
    // Lists that have nothing in common need a thing each.
    if apart(lists) > size {
        return false;
    }
    shortest.iter().any(|thing| {
        let rest: Vec<&[u32]> = lists.iter().copied().filter(|list| !list.contains(thing)).collect();
        one_of_each(&rest, size - 1)
    })
}

/// How many lists there are that have nothing in common, taken as they come.
fn apart(lists: &[&[u32]]) -> u32 {
    let mut taken: Vec<u32> = Vec::new();
    let mut count = 0;
    for list in lists {
        if list.iter().all(|thing| !taken.contains(thing)) {
            taken.extend_from_slice(list);
            count += 1;
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn says(values: &[Option<&str>]) -> (Says, Vec<u32>) {
        (Says::of(values.iter().copied()), vec![1; values.len()])
    }

    #[test]
    fn what_is_not_known_and_what_is_said_of_everybody_is_no_diversity() {
        let (one, _) = says(&[Some("sexual_abuse"), None, Some("unknown")]);
        assert_eq!((one.distinct(&[4, 1, 1]), one.distinct(&[0, 3, 1])), (1, 0));
        assert!(one.entropy(&[4, 1, 1]).abs() < 1e-12 && one.entropy(&[0, 3, 0]) == f64::NEG_INFINITY);
        let (lists, counts) = says(&[Some("a"), Some("a;b"), Some("a;c")]);
        assert_eq!(lists.distinct(&counts), 1);
        assert!(lists.is_distinct(&counts, 1) && !lists.is_distinct(&counts, 2));
        assert!(lists.entropy(&counts).abs() < 1e-12, "one thing is said of all");
        let (lists, counts) = says(&[Some("a"), Some("a;b"), Some("c;unknown"), Some("b;c")]);
        assert_eq!(lists.distinct(&counts), 2, "a or c is said of everybody");
        assert!((lists.entropy(&counts) - 2f64.ln()).abs() < 1e-12, "two of four");
    }

    proptest! {
        /// By trying every set of things.
        #[test]
        fn as_by_brute_force(lists in prop::collection::vec(prop::collection::btree_set(0_u32..6, 0..4), 1..8)) {
            let texts: Vec<String> = lists.iter().map(|list| list.iter().map(|thing| format!("{thing};")).collect()).collect();
            let says = Says::of(texts.iter().map(|text| Some(text.as_str())).chain([Some("0;1")]));
            let counts: Vec<u32> = lists.iter().map(|_| 1).chain([0]).collect();
            let there: Vec<&BTreeSet<u32>> = lists.iter().filter(|list| !list.is_empty()).collect();
            let hits = |set: u32| there.iter().all(|list| list.iter().any(|thing| set >> thing & 1 == 1));
            let fewest = (0_u32..64).filter(|set| hits(*set)).map(u32::count_ones).min().unwrap();
            prop_assert_eq!(says.distinct(&counts), fewest.min(MOST_OF_LISTS));
            for l in 1..7 {
                prop_assert_eq!(says.is_distinct(&counts, l), fewest >= l);
            }
        }

        /// Where each value says one thing, it is the number of values.
        #[test]
        fn of_plain_values_as_ever(counts in prop::collection::vec(0_u32..4, 5)) {
            let plain = Says::one_each(5);
            let listed = Says { lists: true, ..plain.clone() };
            prop_assert_eq!(plain.distinct(&counts), listed.distinct(&counts));
            prop_assert!(listed.entropy(&counts) <= plain.entropy(&counts) + 1e-12);
        }
    }
}
