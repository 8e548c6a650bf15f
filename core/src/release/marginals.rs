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
    let mut labels: Vec<Option<&str>> = level.labels().iter().map(Option::as_deref).collect();
    labels.sort_unstable();
    labels.dedup();
    let place = |code: &u32| labels.binary_search(&level.labels()[*code as usize].as_deref()).unwrap_or(0);
    let of_leaf: Vec<usize> = level.of_leaf().iter().map(place).collect();
    let mut counts = vec![0_u64; labels.len()];
    let rows = quasi.leaves.iter().map(|leaf| of_leaf[*leaf as usize]);
    match &bound.problem.units {
        None => rows.for_each(|label| counts[label] += 1),
        Some(units) => {
            let mut pairs: Vec<(usize, u32)> = rows.zip(units.iter().copied()).collect();
            pairs.sort_unstable();
            pairs.dedup();
            pairs.iter().for_each(|(label, _)| counts[*label] += 1);
        }
    }
    let counted = || labels.iter().zip(&counts).filter(|(_, count)| **count > 0);
    let rounded = |count: u64| (count + step / 2) / step * step;
    let named = counted().filter(|(label, count)| label.is_some() && **count >= step);
    let named: Vec<Share> =
        named.map(|(label, count)| Share { value: label.map(str::to_owned), count: rounded(*count) }).collect();
    let others: u64 = counted().filter(|(label, count)| label.is_none() || **count < step).map(|(_, n)| n).sum();
    let others = Some(Share { value: None, count: rounded(others) }).filter(|share| share.count > 0);
    named.into_iter().chain(others).collect()
}

fn after(released: &Table, name: &str) -> Vec<Share> {
    let Ok(column) = released.column(name) else { return Vec::new() };
    let mut counts = vec![0_u64; column.values().len() + 1];
    column.codes().iter().for_each(|code| counts[(*code as usize).min(column.values().len())] += 1);
    let texts = column.values().iter().map(|text| Some(text.as_str())).chain([None]);
    let counts: BTreeMap<Option<&str>, u64> = texts.zip(counts).filter(|(_, count)| *count > 0).collect();
    counts.into_iter().map(|(value, count)| Share { value: value.map(str::to_owned), count }).collect()
}
