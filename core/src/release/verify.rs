//! Distances of a finished table from the table it came from, in plain loops over texts: the second opinion.

use std::collections::{BTreeMap, BTreeSet};

use super::error::ReleaseError;
use super::spec::Bound;
use super::table::Table;

/// The largest distance, all values equally far apart, between the values of a sensitive column in a class and in the
/// whole table before anything was suppressed.
pub(super) fn distance(table: &Table, bound: &Bound, sources: &[usize], column: usize) -> Result<f64, ReleaseError> {
    let problem = &bound.problem;
    let quasi: Vec<_> = problem.quasi.iter().map(|quasi| table.column(&quasi.name)).collect::<Result<_, _>>()?;
    let unit = |row: usize| problem.units.as_ref().map_or(row as u32, |units| units[row]);
    let codes = &problem.sensitive[column].codes;
    let whole: BTreeSet<(u32, u32)> = (0..problem.rows).map(|row| (codes[row], unit(row))).collect();
    let whole = shares(&whole);
    let mut classes: BTreeMap<Vec<Option<&str>>, BTreeSet<(u32, u32)>> = BTreeMap::new();
    for (row, source) in sources.iter().enumerate() {
        let class: Vec<Option<&str>> = quasi.iter().map(|column| column.value(row)).collect();
        classes.entry(class).or_default().insert((codes[*source], unit(*source)));
    }
    let distance = |class: &BTreeSet<(u32, u32)>| {
        let class = shares(class);
        let apart = |(value, whole): (&u32, &f64)| (class.get(value).copied().unwrap_or(0.0) - whole).abs();
        whole.iter().map(apart).sum::<f64>() / 2.0
    };
    Ok(classes.values().map(distance).fold(0.0, f64::max))
}

fn shares(pairs: &BTreeSet<(u32, u32)>) -> BTreeMap<u32, f64> {
    let mut counts = BTreeMap::new();
    pairs.iter().for_each(|(value, _)| *counts.entry(*value).or_insert(0.0) += 1.0);
    counts.values_mut().for_each(|count| *count /= pairs.len() as f64);
    counts
}
