//! The second opinion: what every class of a finished table has to fulfil, computed again in plain loops over its texts.
//! It shares no code with the search. Definitions as in [`super::engine::Model`].

use std::collections::{BTreeMap, BTreeSet};

use super::engine::{Distance, Model, Recoding, Sensitive};
use super::error::ReleaseError;
use super::spec::Bound;
use super::table::Table;

/// What may be lost to rounding.
const SLACK: f64 = 1e-9;

/// What a released row says in the quasi-identifying columns.
type Class<'t> = Vec<Option<&'t str>>;

/// The finished table, and where its rows came from.
pub(super) struct Finished<'t> {
    /// The table it came from.
    pub(super) original: &'t Table,
    /// What was asked.
    pub(super) bound: &'t Bound,
    /// How it was recoded.
    pub(super) recoding: &'t Recoding,
    /// What leaves.
    pub(super) table: &'t Table,
    /// Per row of it the row of the original.
    pub(super) sources: &'t [usize],
}

impl Finished<'_> {
    /// Whether each class keeps this model. `None` if it is not about classes one by one.
    pub(super) fn keeps(&self, model: &Model) -> Result<Option<bool>, ReleaseError> {
        Ok(Some(match *model {
            Model::RecursiveL { column, c, l } => {
                let silent = self.silent(column);
                self.each(column, |counts, _| {
                    let said = counts.iter().enumerate().filter(|(code, _)| !silent.contains(code));
                    recursive(&said.map(|(_, count)| *count).collect::<Vec<_>>(), c, l as usize)
                })?
            }
            Model::TCloseness { column, t, distance } => {
                let sensitive = &self.bound.problem.sensitive[column];
                self.each(column, |counts, whole| {
                    let extra: Vec<f64> =
                        shares(counts).iter().zip(whole).map(|(class, whole)| class - whole).collect();
                    apart(&extra, distance, sensitive) <= t + SLACK
                })?
            }
            Model::BetaLikeness { column, beta, enhanced } => self.each(column, |counts, whole| {
                shares(counts).iter().zip(whole).filter(|(class, _)| **class > 0.0).all(|(class, whole)| {
                    let most = if enhanced { beta.min(-whole.ln()) } else { beta };
                    (class - whole) / whole <= most + SLACK
                })
            })?,
            Model::KMap { k } => self.people()?.values().all(|(_, people)| *people >= u64::from(k)),
            Model::DeltaPresence { least, most } => self.people()?.values().all(|(rows, people)| {
                let share = *rows as f64 / *people as f64;
                (least - SLACK..=most + SLACK).contains(&share)
            }),
            _ => return Ok(None),
        }))
    }

    /// Whether a test holds for the counts of values in each class; it is told their shares in the whole table as well.
    fn each(&self, column: usize, holds: impl Fn(&[u64], &[f64]) -> bool) -> Result<bool, ReleaseError> {
        let sensitive = &self.bound.problem.sensitive[column];
        let unit = |row: usize| self.bound.problem.units.as_ref().map_or(row as u32, |units| units[row]);
        let original = &self.original.columns()[self.bound.sensitive[column]];
        let all: BTreeSet<(u32, u32)> =
            (0..self.original.rows()).map(|row| (sensitive.codes[row], unit(row))).collect();
        let whole = sensitive.whole.clone().unwrap_or_else(|| shares(&counts(&all, sensitive.size)));
        // The value of a row is what the finished table says, by the code that the original has for this text.
        let codes: BTreeMap<Option<&str>, u32> =
            (0..self.original.rows()).map(|row| (original.value(row), sensitive.codes[row])).collect();
        let released = self.table.column(original.name())?;
        let mut classes: BTreeMap<Class<'_>, BTreeSet<(u32, u32)>> = BTreeMap::new();
        for (row, source) in self.sources.iter().enumerate() {
            let code = codes.get(&released.value(row)).ok_or(ReleaseError::Broken { what: "values" })?;
            classes.entry(self.class(row)?).or_default().insert((*code, unit(*source)));
        }
        Ok(classes.values().all(|class| holds(&counts(class, sensitive.size), &whole)))
    }

    /// The codes of values that say nothing.
    fn silent(&self, column: usize) -> BTreeSet<usize> {
        let original = &self.original.columns()[self.bound.sensitive[column]];
        let codes = &self.bound.problem.sensitive[column].codes;
        let nothing =
            |row: &usize| matches!(original.value(*row), None | Some("unknown" | "not_specified" | "not_stated"));
        (0..self.original.rows()).filter(nothing).map(|row| codes[row] as usize).collect()
    }

    fn class(&self, row: usize) -> Result<Class<'_>, ReleaseError> {
        let quasi = self.bound.problem.quasi.iter();
        quasi.map(|quasi| Ok(self.table.column(&quasi.name)?.value(row))).collect()
    }

    /// Per class how many rows it has, and how many people of the population it could be about. Where classes were recoded
    /// in several rounds, this cannot be told.
    fn people(&self) -> Result<BTreeMap<Class<'_>, (u64, u64)>, ReleaseError> {
        let broken = ReleaseError::Broken { what: "population" };
        let ([levels], Some(population)) = (&self.recoding.rounds[..], &self.bound.problem.population) else {
            return Err(broken);
        };
        let mut classes: BTreeMap<Class<'_>, (u64, u64)> = BTreeMap::new();
        for row in 0..self.table.rows() {
            classes.entry(self.class(row)?).or_default().0 += 1;
        }
        // What a row would say of a person.
        let says = |person: usize| -> Class<'_> {
            let columns = self.bound.problem.quasi.iter().zip(population).zip(levels);
            let label = columns.map(|((quasi, leaves), level)| {
                let level = &quasi.hierarchy.levels()[*level];
                let label = level.labels()[level.of_leaf()[leaves[person] as usize] as usize].as_deref();
                label.filter(|_| level.labels().len() > 1)
            });
            label.collect()
        };
        for class in (0..population.first().map_or(0, Vec::len)).map(says) {
            if let Some((_, people)) = classes.get_mut(&class) {
                *people += 1;
            }
        }
        Ok(classes)
    }
}

fn counts(pairs: &BTreeSet<(u32, u32)>, size: usize) -> Vec<u64> {
    let mut counts = vec![0; size];
    pairs.iter().for_each(|(code, _)| counts[*code as usize] += 1);
    counts
}

fn shares(counts: &[u64]) -> Vec<f64> {
    let sum: u64 = counts.iter().sum();
    counts.iter().map(|count| *count as f64 / sum as f64).collect()
}

/// Machanavajjhala et al.: the most frequent value, less often than `c` times the `l`-th and all rarer ones together.
fn recursive(counts: &[u64], c: f64, l: usize) -> bool {
    let mut sorted: Vec<u64> = counts.iter().copied().filter(|count| *count > 0).collect();
    sorted.sort_unstable();
    sorted.reverse();
    let rare: u64 = sorted.iter().skip(l.saturating_sub(1)).sum();
    sorted.len() >= l && (sorted.first().copied().unwrap_or(0) as f64) < c * rare as f64
}

/// Li et al., section 5: what has to be moved, and how far.
fn apart(extra: &[f64], distance: Distance, sensitive: &Sensitive) -> f64 {
    match distance {
        Distance::Equal => extra.iter().filter(|extra| **extra > 0.0).sum(),
        Distance::Ordered if extra.len() < 2 => 0.0,
        Distance::Ordered => {
            let up_to = |value: usize| extra[..=value].iter().sum::<f64>().abs();
            (0..extra.len()).map(up_to).sum::<f64>() / (extra.len() - 1) as f64
        }
        Distance::Hierarchical => hierarchical(extra, &sensitive.groups),
    }
}

/// At each node, the smaller one of what its children have too much and too little, times its height.
fn hierarchical(extra: &[f64], groups: &[Vec<u32>]) -> f64 {
    let mut cost = 0.0;
    for (index, level) in groups.iter().enumerate() {
        let mut nodes: BTreeMap<u32, BTreeMap<u32, f64>> = BTreeMap::new();
        for (value, extra) in extra.iter().enumerate() {
            let child = if index == 0 { value as u32 } else { groups[index - 1][value] };
            *nodes.entry(level[value]).or_default().entry(child).or_insert(0.0) += extra;
        }
        for children in nodes.values() {
            let plus: f64 = children.values().filter(|extra| **extra > 0.0).sum();
            let minus: f64 = children.values().filter(|extra| **extra < 0.0).map(|extra| -extra).sum();
            cost += plus.min(minus) * (index + 1) as f64 / groups.len() as f64;
        }
    }
    cost
}

#[cfg(test)]
mod tests {
    use super::super::engine::Says;
    use super::*;

    fn sensitive(groups: Vec<Vec<u32>>) -> Sensitive {
        Sensitive { name: "s".into(), codes: Vec::new(), size: 0, groups, says: Says::one_each(0), whole: None }
    }

    /// The salaries of Li et al., example 2: 3k to 11k in the whole table; {3k, 4k, 5k} is 0.375 away, {6k, 8k, 11k} 0.167.
    #[test]
    fn the_published_distances() {
        let away = |class: [usize; 3]| {
            let extra: Vec<f64> =
                (0..9).map(|value| if class.contains(&value) { 1.0 / 3.0 } else { 0.0 } - 1.0 / 9.0).collect();
            apart(&extra, Distance::Ordered, &sensitive(Vec::new()))
        };
        assert!((away([0, 1, 2]) - 0.375).abs() < 1e-12);
        assert!((away([3, 5, 8]) - 1.0 / 6.0).abs() < 1e-12);
    }

    #[test]
    fn values_that_meet_low_are_near() {
        // Four values, in two pairs below one root.
        let tree = sensitive(vec![vec![0, 0, 1, 1], vec![0, 0, 0, 0]]);
        let distance = |extra: [f64; 4]| apart(&extra, Distance::Hierarchical, &tree);
        assert_eq!(distance([0.5, -0.5, 0.0, 0.0]), 0.25);
        assert_eq!(distance([0.5, 0.0, -0.5, 0.0]), 0.5);
        assert_eq!(distance([0.0; 4]), 0.0);
    }

    #[test]
    fn the_rarer_values_have_to_weigh_enough() {
        assert!(recursive(&[4, 0, 3, 2], 2.0, 2) && !recursive(&[4, 3, 1], 1.0, 2));
        assert!(!recursive(&[9], 10.0, 2), "one value is no two");
    }
}
