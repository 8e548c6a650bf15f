//! Counts with noise. Every cell of the declared domain is answered, the empty ones too, so that which cells there are
//! says nothing.

use std::collections::HashMap;

use serde::Serialize;

use super::super::spec::ReleasePolicy;
use super::super::table::{Column, Table};
use super::budget::Rho;
use super::cube::Cube;
use super::error::TablesError;
use super::noise::{Fraction, Noise, gaussian_error, laplace_error};
use super::published::{PublishedCell, PublishedTable, values};
use super::spec::{Counted, Mechanism, Private, TablesSpec};

/// The probability with which (epsilon, delta)-differential privacy may fail, for the epsilon that is told beside rho.
const DELTA: f64 = 1e-9;

/// A question for noisy counts, ready to be answered once its cost is paid.
///
/// There is no public way to an answer but through a vault, which counts what it costs: noise that can be drawn again
/// and again is none.
pub struct PrivateQuestion {
    spec: TablesSpec,
    cube: Cube,
    private: Private,
}

/// How noisy counts were made.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PrivateAccount {
    /// How noise was drawn.
    pub mechanism: Mechanism,
    /// Epsilon of pure differential privacy, for Laplace.
    pub epsilon: Option<f64>,
    /// What the answer costs of the budget.
    pub rho: f64,
    /// Epsilon of (epsilon, 1e-9)-differential privacy that follows from rho.
    pub epsilon_at_delta: f64,
    /// In how many rows at most a child counts.
    pub most_rows_of_a_child: u64,
    /// 95 of 100 inner cells are off by no more than this.
    pub error_95: u64,
    /// Whether negative counts are shown as zero. Then sums of many cells are too high.
    pub clamped: bool,
    /// What is protected.
    pub protects: &'static str,
}

impl std::fmt::Debug for PrivateQuestion {
    /// No counts.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PrivateQuestion").field("name", &self.spec.name).finish_non_exhaustive()
    }
}

impl PrivateQuestion {
    /// Counts, with each child in no more than the rows that the specification allows.
    ///
    /// # Errors
    /// [`TablesError::Mode`] without noise in the specification, and those of counting.
    pub fn new(spec: &TablesSpec, table: &Table, _: &ReleasePolicy) -> Result<Self, TablesError> {
        let private = spec.private.ok_or(TablesError::Mode { what: "this specification asks for no noise" })?;
        let spec = TablesSpec { counted: Counted::Rows, ..spec.clone() };
        let bounded = first_rows(&spec, table, private.most_rows_of_a_child)?;
        let cube = Cube::count(&spec, &bounded)?;
        Ok(Self { spec, cube, private })
    }

    /// What an answer costs.
    #[must_use]
    pub fn cost(&self) -> Rho {
        self.private.cost()
    }

    /// Draws the noise. Whoever calls this has paid.
    ///
    /// # Errors
    /// [`TablesError::NoRandomness`].
    pub(crate) fn answer(self) -> Result<PublishedTable, TablesError> {
        let scale = self.scale()?;
        let mut noise = Noise::default();
        let domain = self.cube.domain();
        let mut noisy = vec![0_i64; domain.cells()];
        for cell in (0..domain.cells()).filter(|cell| !domain.is_total(*cell)) {
            let drawn = match self.private.mechanism {
                Mechanism::Laplace => noise.laplace(scale)?,
                Mechanism::Gaussian => noise.gaussian(scale)?,
            };
            let count = i64::try_from(self.cube.counts()[cell]).unwrap_or(i64::MAX).saturating_add(drawn);
            noisy[cell] = if self.private.clamp { count.max(0) } else { count };
        }
        // Totals are sums of noisy cells: they cost nothing more, and add up.
        for line in domain.lines() {
            if let Some((total, parts)) = line.split_last() {
                noisy[*total] = parts.iter().fold(0, |sum, cell| sum.saturating_add(noisy[*cell]));
            }
        }
        let cells = noisy.iter().enumerate().map(|(cell, count)| PublishedCell {
            values: values(&self.spec, &self.cube, cell),
            count: Some(*count),
            rates: Vec::new(),
            sum: None,
        });
        let cells = cells.collect();
        Ok(PublishedTable { cells, private: Some(self.account(scale)), ..PublishedTable::empty(&self.spec) })
    }

    /// The scale of Laplace noise, or the variance of Gaussian noise. One child changes at most so many counts by one as
    /// it has rows; several in one cell change it by more, so both sensitivities are that number.
    fn scale(&self) -> Result<Fraction, TablesError> {
        let rows = self.private.most_rows_of_a_child;
        match self.private.mechanism {
            Mechanism::Laplace => Fraction::new(rows * 1_000_000, self.private.parameter),
            Mechanism::Gaussian => Fraction::new(rows * rows * 1_000_000, 2 * self.private.parameter),
        }
    }

    fn account(&self, scale: Fraction) -> PrivateAccount {
        let private = &self.private;
        let laplace = private.mechanism == Mechanism::Laplace;
        PrivateAccount {
            mechanism: private.mechanism,
            epsilon: laplace.then(|| private.parameter as f64 / 1e6),
            rho: private.cost().as_f64(),
            epsilon_at_delta: private.cost().epsilon(DELTA),
            most_rows_of_a_child: private.most_rows_of_a_child,
            error_95: if laplace { laplace_error(scale) } else { gaussian_error(scale) },
            clamped: private.clamp,
            protects: "whether a child is in the data at all, with all of its rows",
        }
    }
}

/// The table with the first rows of each child only. Which rows come first is the order of the table, which has to say
/// nothing about other children: statistics rows are in the order of their random ids.
fn first_rows(spec: &TablesSpec, table: &Table, most: u64) -> Result<Table, TablesError> {
    let Some(name) = &spec.unit else { return Ok(table.clone()) };
    let column = table.column(name)?;
    let mut seen: HashMap<u32, u64> = HashMap::new();
    let mut kept = Vec::new();
    for (row, unit) in column.codes().iter().enumerate() {
        let count = seen.entry(*unit).or_default();
        *count += 1;
        // A row without a child is a child of its own.
        if *count <= most || *unit == super::super::table::MISSING {
            kept.push(row);
        }
    }
    let columns =
        table.columns().iter().map(|column| Column::new(column.name(), kept.iter().map(|row| column.value(*row))));
    Ok(Table::new(columns.collect())?)
}
