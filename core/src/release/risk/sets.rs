//! Which columns tell rows apart: distinction and separation (Motwani and Xu) of sets of columns.

use serde::{Deserialize, Serialize};

use super::count;
use crate::release::engine::number_columns;

/// The most sets in a report.
const MOST_SETS: usize = 1_024;

/// How well a set of columns tells rows apart.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SetRisk {
    /// The columns.
    pub columns: Vec<String>,
    /// Different combinations by rows.
    pub distinction: f64,
    /// The share of pairs of rows that differ.
    pub separation: f64,
}

/// All sets of up to `size` columns, and the set of all.
pub(super) fn of(names: &[&str], columns: &[(Vec<u32>, usize)], rows: usize, size: usize) -> Vec<SetRisk> {
    if size == 0 {
        return Vec::new();
    }
    let mut sets: Vec<Vec<usize>> = Vec::new();
    let mut open: Vec<Vec<usize>> = vec![Vec::new()];
    for _ in 0..size.min(names.len()) {
        let longer = |set: &Vec<usize>| {
            let (set, from) = (set.clone(), set.last().map_or(0, |last| last + 1));
            (from..names.len()).map(move |next| [set.clone(), vec![next]].concat())
        };
        open = open.iter().flat_map(longer).take(MOST_SETS).collect();
        sets.extend(open.iter().cloned());
    }
    sets.truncate(MOST_SETS);
    let all: Vec<usize> = (0..names.len()).collect();
    if !sets.contains(&all) {
        sets.push(all);
    }
    sets.into_iter().map(|set| risk(&set, names, columns, rows)).collect()
}

fn risk(set: &[usize], names: &[&str], columns: &[(Vec<u32>, usize)], rows: usize) -> SetRisk {
    let chosen: Vec<(Vec<u32>, usize)> = set.iter().map(|place| columns[*place].clone()).collect();
    let sizes = count(&number_columns(&chosen, rows));
    let pairs = rows as f64 * (rows as f64 - 1.0);
    let alike: f64 = sizes.iter().map(|size| f64::from(*size) * (f64::from(*size) - 1.0)).sum();
    SetRisk {
        columns: set.iter().map(|place| names[*place].to_owned()).collect(),
        distinction: sizes.len() as f64 / rows as f64,
        separation: if pairs > 0.0 { 1.0 - alike / pairs } else { 0.0 },
    }
}
