//! What a finished table bears out, counted from its texts in plain loops. It shares no code with the search, and none
//! with [`super::super::risk`], whose figures it is compared with.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use serde::{Deserialize, Serialize};

use super::super::error::ReleaseError;
use super::super::risk::RiskReport;
use super::super::table::{Column, Table};

/// What may be lost to rounding.
const SLACK: f64 = 1e-9;

/// The largest distinct l that is told of a column with lists.
const MOST_OF_LISTS: u64 = 5;

/// What holds for every class of a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claims {
    /// Classes of rows that are equal in the quasi-identifying columns.
    pub classes: u64,
    /// The size of the smallest class.
    pub k: u64,
    /// The size of the largest class.
    pub largest: u64,
    /// The risk of the row that is found most easily, by who knows that it is there.
    pub highest_risk: f64,
    /// The average risk of a row.
    pub average_risk: f64,
    /// The share of rows that are alone in their class.
    pub unique: f64,
    /// Per sensitive column what would be learnt.
    pub sensitive: Vec<SensitiveClaims>,
}

/// What would be learnt of a sensitive column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SensitiveClaims {
    /// The column.
    pub column: String,
    /// The fewest different values in a class; of lists, the fewest things one of which each of them has, 5 at most.
    pub distinct_l: u64,
    /// The smallest exponential of the entropy of a class; of lists, children by those who have the most frequent thing.
    pub entropy_l: f64,
    /// The largest distance of a class from this table, all values equally far apart.
    pub t_equal: f64,
    /// The same with values in order.
    pub t_ordered: f64,
}

impl Claims {
    /// The claims that a report makes.
    #[must_use]
    pub fn of(report: &RiskReport) -> Self {
        let sensitive = report.sensitive.iter().map(|risk| SensitiveClaims {
            column: risk.column.clone(),
            distinct_l: u64::from(risk.distinct_l),
            entropy_l: risk.entropy_l,
            t_equal: risk.t_equal,
            t_ordered: risk.t_ordered,
        });
        Self {
            classes: report.classes,
            k: u64::from(report.k),
            largest: u64::from(report.largest),
            highest_risk: report.prosecutor.highest,
            average_risk: report.prosecutor.average,
            unique: report.unique,
            sensitive: sensitive.collect(),
        }
    }

    /// Counts a table. With `units`, sizes and values are counted in different children.
    ///
    /// # Errors
    /// [`ReleaseError::NoSuchColumn`], [`ReleaseError::EmptyTable`].
    pub(super) fn count(
        table: &Table,
        quasi: &[&str],
        sensitive: &[&str],
        units: Option<&[u32]>,
    ) -> Result<Self, ReleaseError> {
        if table.rows() == 0 {
            return Err(ReleaseError::EmptyTable);
        }
        let columns: Vec<&Column> = quasi.iter().map(|name| table.column(name)).collect::<Result<_, _>>()?;
        // A column holds each text once, so that rows with the same numbers say the same.
        let mut rows_of: HashMap<Vec<u32>, Vec<u32>> = HashMap::new();
        for row in 0..table.rows() {
            let class = columns.iter().map(|column| column.codes()[row]).collect();
            rows_of.entry(class).or_default().push(row as u32);
        }
        let classes: Vec<Vec<u32>> = rows_of.into_values().collect();
        let unit = |row: u32| units.map_or(row, |units| units[row as usize]);
        let children = |rows: &Vec<u32>| rows.iter().map(|row| unit(*row)).collect::<HashSet<u32>>().len() as u64;
        let sizes: Vec<u64> = classes.iter().map(children).collect();
        let risks = classes.iter().zip(&sizes).map(|(rows, size)| rows.len() as f64 / *size as f64);
        let alone = classes.iter().filter(|rows| rows.len() == 1).count();
        let all = table.rows() as f64;
        Ok(Self {
            classes: classes.len() as u64,
            k: sizes.iter().copied().min().unwrap_or(0),
            largest: sizes.iter().copied().max().unwrap_or(0),
            highest_risk: sizes.iter().map(|size| 1.0 / *size as f64).fold(0.0, f64::max),
            average_risk: risks.sum::<f64>() / all,
            unique: alone as f64 / all,
            sensitive: sensitive
                .iter()
                .map(|name| Ok(SensitiveClaims::count(table.column(name)?, &classes, unit)))
                .collect::<Result<_, ReleaseError>>()?,
        })
    }

    /// Which claim of two lists differs first; `None` if they agree.
    pub(super) fn differs(&self, other: &Self) -> Option<&'static str> {
        let near = |a: f64, b: f64| (a - b).abs() <= SLACK * a.abs().max(1.0);
        let same_columns = self.sensitive.iter().map(|s| &s.column).eq(other.sensitive.iter().map(|s| &s.column));
        let sensitive = || self.sensitive.iter().zip(&other.sensitive);
        let checks = [
            (self.classes == other.classes, "classes"),
            (self.k == other.k, "k"),
            (self.largest == other.largest, "largest class"),
            (near(self.highest_risk, other.highest_risk), "highest risk"),
            (near(self.average_risk, other.average_risk), "average risk"),
            (near(self.unique, other.unique), "unique rows"),
            (same_columns, "sensitive columns"),
            (sensitive().all(|(a, b)| a.distinct_l == b.distinct_l), "distinct l"),
            (sensitive().all(|(a, b)| near(a.entropy_l, b.entropy_l)), "entropy l"),
            (sensitive().all(|(a, b)| near(a.t_equal, b.t_equal)), "t, equal"),
            (sensitive().all(|(a, b)| near(a.t_ordered, b.t_ordered)), "t, ordered"),
        ];
        checks.into_iter().find(|(same, _)| !same).map(|(_, what)| what)
    }
}

impl SensitiveClaims {
    fn count(column: &Column, classes: &[Vec<u32>], unit: impl Fn(u32) -> u32) -> Self {
        let order = in_order(column);
        let place = |row: u32| order[&column.value(row as usize)];
        let lists = column.values().iter().any(|value| value.contains(';'));
        let said = |class: &Vec<u32>| {
            let pairs: BTreeSet<(Option<&str>, u32)> =
                class.iter().map(|row| (column.value(*row as usize), unit(*row))).collect();
            pairs.into_iter().map(|(value, _)| things(value)).filter(|things| !things.is_empty()).collect::<Vec<_>>()
        };
        let counts = |rows: &mut dyn Iterator<Item = u32>| {
            let pairs: BTreeSet<(usize, u32)> = rows.map(|row| (place(row), unit(row))).collect();
            let mut counts = vec![0u64; order.len()];
            pairs.iter().for_each(|(place, _)| counts[*place] += 1);
            let sum: u64 = counts.iter().sum();
            counts.iter().map(|count| *count as f64 / sum as f64).collect::<Vec<f64>>()
        };
        let whole = counts(&mut classes.iter().flatten().copied());
        let mut claims = Self {
            column: column.name().to_owned(),
            distinct_l: u64::MAX,
            entropy_l: f64::INFINITY,
            t_equal: 0.0,
            t_ordered: 0.0,
        };
        for class in classes {
            let shares = counts(&mut class.iter().copied());
            let (distinct, entropy) = diversity(&said(class), lists);
            let extra: Vec<f64> = shares.iter().zip(&whole).map(|(share, whole)| share - whole).collect();
            let too_much: f64 = extra.iter().filter(|extra| **extra > 0.0).sum();
            let carried: f64 = (0..extra.len()).map(|last| extra[..=last].iter().sum::<f64>().abs()).sum();
            let steps = extra.len().saturating_sub(1).max(1) as f64;
            claims.distinct_l = claims.distinct_l.min(distinct);
            claims.entropy_l = claims.entropy_l.min(entropy);
            claims.t_equal = claims.t_equal.max(too_much);
            claims.t_ordered = claims.t_ordered.max(carried / steps);
        }
        claims
    }
}

/// What a value says of a child: nothing if it is missing or not known; a list says all that is in it.
fn things(value: Option<&str>) -> BTreeSet<&str> {
    let nothing = |thing: &&str| matches!(*thing, "" | "unknown" | "not_specified" | "not_stated");
    value.unwrap_or_default().split(';').map(str::trim).filter(|thing| !nothing(thing)).collect()
}

/// The distinct and the entropy l of a class in which this is said of its children.
fn diversity(said: &[BTreeSet<&str>], lists: bool) -> (u64, f64) {
    let mut children: BTreeMap<&str, u64> = BTreeMap::new();
    said.iter().flatten().for_each(|thing| *children.entry(thing).or_default() += 1);
    let (all, most) = (said.len() as f64, children.values().copied().max().unwrap_or(0));
    if most == 0 {
        return (0, 0.0);
    }
    if lists {
        let covered = |size: &u64| covers(&said.iter().collect::<Vec<_>>(), *size);
        return ((1..MOST_OF_LISTS).find(covered).unwrap_or(MOST_OF_LISTS), all / most as f64);
    }
    let shares = children.values().map(|count| *count as f64 / all);
    (children.len() as u64, (-shares.map(|share| share * share.ln()).sum::<f64>()).exp())
}

/// Whether so many things are enough for each of these to have one.
fn covers(said: &[&BTreeSet<&str>], size: u64) -> bool {
    let Some((first, rest)) = said.split_first() else { return true };
    size > 0
        && first.iter().any(|thing| {
            let without: Vec<_> = rest.iter().copied().filter(|things| !things.contains(thing)).collect();
            covers(&without, size - 1)
        })
}

/// The place of each value: numbers by size, else by the alphabet; a missing one last.
fn in_order(column: &Column) -> BTreeMap<Option<&str>, usize> {
    let mut values: Vec<&str> = column.values().iter().map(String::as_str).collect();
    let numbers: Option<Vec<f64>> = values.iter().map(|value| value.parse().ok()).collect();
    match numbers {
        Some(_) => values.sort_by(|a, b| a.parse().unwrap_or(f64::NAN).total_cmp(&b.parse().unwrap_or(f64::NAN))),
        None => values.sort_unstable(),
    }
    let missing = (0..column.codes().len()).any(|row| column.value(row).is_none());
    let places = values.into_iter().map(Some).chain(missing.then_some(None));
    places.enumerate().map(|(place, value)| (value, place)).collect()
}
