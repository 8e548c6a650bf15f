//! From a table of rows to a table of counts that may be published, with what was done.

use serde::Serialize;

use super::super::engine::Watch;
use super::super::rooms::RoomsRows;
use super::super::spec::ReleasePolicy;
use super::super::table::{Column, Table};
use super::cube::Cube;
use super::error::TablesError;
use super::private::PrivateAccount;
use super::protect::{Hidden, protect};
use super::spec::{Counted, Rate, TablesSpec};

/// A table that may be published.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PublishedTable {
    /// What it is called.
    pub name: String,
    /// Who will hold it.
    pub audience: &'static str,
    /// What the rows are, of rooms and training; without it, children.
    pub rows: Option<RoomsRows>,
    /// What a count counts.
    pub counted: Counted,
    /// The columns of its dimensions.
    pub dimensions: Vec<String>,
    /// The names of its rates.
    pub rates: Vec<String>,
    /// The column that is summed.
    pub magnitude: Option<String>,
    /// Every cell, totals included.
    pub cells: Vec<PublishedCell>,
    /// How it was protected, if cells are hidden.
    pub account: Option<TablesAccount>,
    /// How it was protected, if there is noise.
    pub private: Option<PrivateAccount>,
}

/// A cell.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PublishedCell {
    /// Its value in each dimension; none in a total.
    pub values: Vec<Option<String>>,
    /// The count; none if it is hidden. Below zero only with noise.
    pub count: Option<i64>,
    /// The rates, in order.
    pub rates: Vec<Option<RateCell>>,
    /// The sum of the magnitude.
    pub sum: Option<u64>,
}

/// A share, computed from counts that are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct RateCell {
    /// How many.
    pub count: u64,
    /// Out of how many.
    pub of: u64,
}

/// How a table was protected.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TablesAccount {
    /// From how many children on a cell is shown.
    pub threshold: u64,
    /// Whether zeros are hidden.
    pub zeros_hidden: bool,
    /// Cells, totals included.
    pub cells: usize,
    /// How many are hidden.
    pub hidden: usize,
    /// The narrowest interval that can be computed for a hidden count; none if nothing is hidden.
    pub narrowest_interval: Option<u64>,
    /// The most rows of one child in a cell, if rows are counted.
    pub most_rows_of_a_child: u64,
}

/// Counts the rows of a table, and hides what must not be known.
///
/// Two linear programs per hidden cell and round; a table of a few hundred cells takes well under a second.
///
/// # Errors
/// Any [`TablesError`] but those of budgets.
pub fn tabulate(
    spec: &TablesSpec,
    table: &Table,
    policy: &ReleasePolicy,
    watch: &dyn Watch,
) -> Result<PublishedTable, TablesError> {
    if spec.private.is_some() {
        return Err(TablesError::Mode { what: "this specification asks for noise, which a vault has to account for" });
    }
    let threshold = spec.threshold(policy)?;
    let cube = Cube::count(spec, table)?;
    let hidden = protect(&cube, spec, threshold, watch)?;
    Ok(publish(spec, &cube, &hidden, threshold))
}

fn publish(spec: &TablesSpec, cube: &Cube, hidden: &Hidden, threshold: u64) -> PublishedTable {
    let shown = |cell: usize| (!hidden.cells[cell]).then(|| cube.counts()[cell]);
    let cells = (0..cube.domain().cells()).map(|cell| PublishedCell {
        values: values(spec, cube, cell),
        count: shown(cell).and_then(|count| i64::try_from(count).ok()),
        rates: spec.rates.iter().map(|rate| rate.of(spec, cube, cell, &shown)).collect(),
        sum: cube.sums().and_then(|sums| (!hidden.cells[cell]).then(|| sums.totals[cell])),
    });
    PublishedTable {
        cells: cells.collect(),
        account: Some(TablesAccount {
            threshold,
            zeros_hidden: spec.hide_zeros,
            cells: hidden.cells.len(),
            hidden: hidden.cells.iter().filter(|hidden| **hidden).count(),
            narrowest_interval: hidden.narrowest,
            most_rows_of_a_child: cube.most_rows_of_a_child(),
        }),
        ..PublishedTable::empty(spec)
    }
}

/// The value of a cell in each dimension.
pub(super) fn values(spec: &TablesSpec, cube: &Cube, cell: usize) -> Vec<Option<String>> {
    let places = cube.domain().places(cell);
    let label = |(dimension, place): (&super::Dimension, usize)| dimension.labels().get(place).cloned();
    spec.dimensions.iter().zip(places).map(label).collect()
}

impl Rate {
    /// The share in a cell, for cells that are a total in the dimension of the rate; none if it needs a hidden count.
    fn of(
        &self,
        spec: &TablesSpec,
        cube: &Cube,
        cell: usize,
        shown: &impl Fn(usize) -> Option<u64>,
    ) -> Option<RateCell> {
        let index = spec.dimensions.iter().position(|dimension| dimension.column == self.dimension)?;
        let mut places = cube.domain().places(cell);
        if places[index] != cube.domain().sizes()[index] {
            return None;
        }
        let labels = spec.dimensions[index].labels();
        let mut rate = RateCell { count: 0, of: 0 };
        for (place, label) in labels.iter().enumerate() {
            if self.without.contains(label) {
                continue;
            }
            places[index] = place;
            let count = shown(cube.domain().cell(&places))?;
            rate.of += count;
            rate.count += if self.values.contains(label) { count } else { 0 };
        }
        (rate.of > 0).then_some(rate)
    }
}

impl PublishedTable {
    pub(super) fn empty(spec: &TablesSpec) -> Self {
        Self {
            name: spec.name.clone(),
            audience: spec.audience.name(),
            rows: spec.rows,
            counted: spec.counted,
            dimensions: spec.dimensions.iter().map(|dimension| dimension.column.clone()).collect(),
            rates: spec.rates.iter().map(|rate| rate.name.clone()).collect(),
            magnitude: spec.magnitude.as_ref().map(|magnitude| magnitude.column.clone()),
            cells: Vec::new(),
            account: None,
            private: None,
        }
    }

    /// As rows: the dimensions (an empty entry is a total), `count`, per rate its count and what it is out of, the sum.
    ///
    /// # Errors
    /// As [`Table::new`]: a rate with the name of a dimension.
    pub fn to_table(&self) -> Result<Table, TablesError> {
        let text = |number: Option<String>| number;
        let mut columns: Vec<(String, Vec<Option<String>>)> = Vec::new();
        for (index, name) in self.dimensions.iter().enumerate() {
            columns.push((name.clone(), self.cells.iter().map(|cell| cell.values[index].clone()).collect()));
        }
        let number = |count: &PublishedCell| text(count.count.map(|count| count.to_string()));
        columns.push((String::from("count"), self.cells.iter().map(number).collect()));
        for (index, name) in self.rates.iter().enumerate() {
            let part = |of: fn(RateCell) -> u64| {
                self.cells.iter().map(|cell| cell.rates[index].map(|rate| of(rate).to_string())).collect::<Vec<_>>()
            };
            columns.push((name.clone(), part(|rate| rate.count)));
            columns.push((format!("{name}, out of"), part(|rate| rate.of)));
        }
        if let Some(name) = &self.magnitude {
            let sums = self.cells.iter().map(|cell| cell.sum.map(|sum| sum.to_string()));
            columns.push((format!("sum of {name}"), sums.collect()));
        }
        let column =
            |(name, rows): &(String, Vec<Option<String>>)| Column::new(name, rows.iter().map(Option::as_deref));
        Ok(Table::new(columns.iter().map(column).collect())?)
    }
}
