//! What is to be solved.

use super::super::error::ReleaseError;
use super::super::hierarchy::Hierarchy;
use super::cost::{Aggregate, Metric};
use super::model::Model;
use super::says::Says;

/// A quasi-identifying column.
#[derive(Debug, Clone)]
pub struct Quasi {
    /// Its name, for errors.
    pub name: String,
    /// Its hierarchy.
    pub hierarchy: Hierarchy,
    /// Per row the leaf of its hierarchy.
    pub leaves: Vec<u32>,
    /// The finest level that may be chosen.
    pub finest: usize,
    /// The coarsest level that may be chosen.
    pub coarsest: usize,
    /// How much it weighs in the cost.
    pub weight: f64,
}

/// A sensitive column.
#[derive(Debug, Clone)]
pub struct Sensitive {
    /// Its name, for errors.
    pub name: String,
    /// Per row its value, as a number below `size`; in order of the values, for the ordered distance.
    pub codes: Vec<u32>,
    /// How many values there are.
    pub size: usize,
    /// Per level above the values, which group each value belongs to; for the hierarchical distance.
    pub groups: Vec<Vec<u32>>,
    /// What each value says.
    pub says: Says,
    /// The frequencies that classes are compared with; those of the rows themselves if there are none.
    pub whole: Option<Vec<f64>>,
}

impl Sensitive {
    /// How frequent each value is, each child counted once for each of its values.
    #[must_use]
    pub fn frequencies(&self, units: Option<&[u32]>) -> Vec<f64> {
        let mut counts = vec![0u64; self.size];
        match units {
            None => self.codes.iter().for_each(|code| counts[*code as usize] += 1),
            Some(units) => {
                let mut pairs: Vec<(u32, u32)> = units.iter().copied().zip(self.codes.iter().copied()).collect();
                pairs.sort_unstable();
                pairs.dedup();
                pairs.iter().for_each(|(_, code)| counts[*code as usize] += 1);
            }
        }
        let sum: u64 = counts.iter().sum();
        counts.iter().map(|count| *count as f64 / sum as f64).collect()
    }
}

/// Columns as numbers, and what is asked of them.
#[derive(Debug, Clone)]
pub struct Problem {
    /// How many rows.
    pub rows: usize,
    /// The quasi-identifying columns.
    pub quasi: Vec<Quasi>,
    /// The sensitive columns.
    pub sensitive: Vec<Sensitive>,
    /// Per row a number of the child it is about, if not every row is a child of its own.
    pub units: Option<Vec<u32>>,
    /// Per quasi-identifying column the leaves of the rows of the population table, if there is one. The rows of the
    /// table itself are among them.
    pub population: Option<Vec<Vec<u32>>>,
    /// The privacy models; every class has to fulfil all of them.
    pub models: Vec<Model>,
    /// The share of rows that may be suppressed, 0 to 1.
    pub suppression: f64,
    /// What the cost of a transformation is.
    pub metric: Metric,
    /// How the costs of columns become one.
    pub aggregate: Aggregate,
}

impl Problem {
    /// How many rows may be suppressed.
    #[must_use]
    pub fn most_suppressed(&self) -> u64 {
        (self.suppression * self.rows as f64).floor() as u64
    }

    /// How many transformations there are.
    #[must_use]
    pub fn lattice(&self) -> f64 {
        self.quasi.iter().map(|quasi| (quasi.coarsest + 1 - quasi.finest) as f64).product()
    }

    /// Whether all is of one size and within its limits.
    ///
    /// # Errors
    /// [`ReleaseError::EmptyTable`], [`ReleaseError::UnequalColumns`], [`ReleaseError::SpecValue`],
    /// [`ReleaseError::SpecConflict`], [`ReleaseError::NoPopulation`], [`ReleaseError::TooFewUnits`].
    pub fn check(&self) -> Result<(), ReleaseError> {
        if self.rows == 0 {
            return Err(ReleaseError::EmptyTable);
        }
        self.check_columns()?;
        let value = |key, allowed| ReleaseError::SpecValue { line: 0, key, allowed };
        if !(0.0..=1.0).contains(&self.suppression) {
            return Err(value("suppression", "a share from 0 to 1"));
        }
        self.metric.check()?;
        self.models.iter().try_for_each(|model| model.check(self))
    }

    fn check_columns(&self) -> Result<(), ReleaseError> {
        let conflict = |what: &str| ReleaseError::SpecConflict { line: 0, what: what.to_owned() };
        let unequal = |name: &String| ReleaseError::UnequalColumns { column: name.clone() };
        if self.quasi.is_empty() {
            return Err(conflict("no column is quasi-identifying"));
        }
        for quasi in &self.quasi {
            if quasi.leaves.len() != self.rows {
                return Err(unequal(&quasi.name));
            }
            if quasi.finest > quasi.coarsest || quasi.coarsest > quasi.hierarchy.height() {
                return Err(conflict(&format!("column {} has no level between finest and coarsest", quasi.name)));
            }
            if !(quasi.weight.is_finite() && quasi.weight >= 0.0) {
                return Err(ReleaseError::SpecValue { line: 0, key: "weight", allowed: "a number, 0 or more" });
            }
        }
        if self.quasi.iter().all(|quasi| quasi.weight == 0.0) {
            return Err(conflict("every column has the weight 0"));
        }
        match self.sensitive.iter().find(|sensitive| sensitive.codes.len() != self.rows) {
            Some(sensitive) => Err(unequal(&sensitive.name)),
            None => Ok(()),
        }
    }

    /// How many different children there are.
    #[must_use]
    pub fn unit_count(&self) -> usize {
        self.units.as_ref().map_or(self.rows, |units| {
            let mut units = units.clone();
            units.sort_unstable();
            units.dedup();
            units.len()
        })
    }
}
