//! How often each value stands in a column, before and after. What was before is told without anybody rare in it: only
//! values that enough children have, in steps of that number.

use std::collections::BTreeMap;

use serde::Serialize;

use super::spec::Bound;
use super::table::Table;

/// The values of one quasi-identifying column and how often they stand there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Marginal {
    /// The column.
    pub column: String,
    /// Before, at the finest level that may leave: children per value, rounded to multiples of `step`. Values of fewer
    /// children are counted together, without their names.
    pub before: Vec<Share>,
    /// After: rows per value.
    pub after: Vec<Share>,
    /// The smallest number of children that is told.
    pub step: u64,
}

/// How often a value stands in a column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Share {
    /// The value; `None` for a missing one, or before for all rare ones together.
    pub value: Option<String>,
    /// How often.
    pub count: u64,
}

/// The marginals of every quasi-identifying column.
pub(super) fn of(bound: &Bound, finest: &[usize], released: &Table, step: u32) -> Vec<Marginal> {
    let step = u64::from(step.max(1));
    let columns = bound.problem.quasi.iter().enumerate();
    let marginal = columns.map(|(index, quasi)| Marginal {
        column: quasi.name.clone(),
        before: before(bound, index, finest[index], step),
        after: after(released, &quasi.name),
        step,
    });
    marginal.collect()
}

fn before(bound: &Bound, index: usize, finest: usize, step: u64) -> Vec<Share> {
    let quasi = &bound.problem.quasi[index];
    let level = &quasi.hierarchy.levels()[finest];
    let label = |leaf: u32| level.labels()[level.of_leaf()[leaf as usize] as usize].as_deref();
    let unit = |row: usize| bound.problem.units.as_ref().map_or(row as u32, |units| units[row]);
    let mut pairs: Vec<(Option<&str>, u32)> =
        quasi.leaves.iter().enumerate().map(|(row, leaf)| (label(*leaf), unit(row))).collect();
    pairs.sort_unstable();
    pairs.dedup();
    let mut counts: BTreeMap<Option<&str>, u64> = BTreeMap::new();
    pairs.iter().for_each(|(label, _)| *counts.entry(*label).or_default() += 1);
    let rounded = |count: u64| (count + step / 2) / step * step;
    let named = counts.iter().filter(|(label, count)| label.is_some() && **count >= step);
    let named: Vec<Share> =
        named.map(|(label, count)| Share { value: label.map(str::to_owned), count: rounded(*count) }).collect();
    let others: u64 = counts.iter().filter(|(label, count)| label.is_none() || **count < step).map(|(_, n)| n).sum();
    let others = Some(Share { value: None, count: rounded(others) }).filter(|share| share.count > 0);
    named.into_iter().chain(others).collect()
}

fn after(released: &Table, name: &str) -> Vec<Share> {
    let Ok(column) = released.column(name) else { return Vec::new() };
    let mut counts: BTreeMap<Option<&str>, u64> = BTreeMap::new();
    (0..released.rows()).for_each(|row| *counts.entry(column.value(row)).or_default() += 1);
    counts.into_iter().map(|(value, count)| Share { value: value.map(str::to_owned), count }).collect()
}
