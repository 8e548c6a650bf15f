//! What a table of counts is asked to be: dimensions with all of their values, thresholds, rates, magnitudes, noise.

use serde::Deserialize;
use toml::Spanned;

use super::super::error::ReleaseError;
use super::super::rooms::RoomsRows;
use super::super::spec::{Audience, ReleasePolicy};
use super::super::table::{MISSING, Table};
use super::budget::{Rho, millionths};
use super::error::TablesError;

/// The most that a single row can add to a magnitude.
const MOST_AMOUNT: u64 = 1_000_000_000;

/// A specification of one table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TablesSpec {
    /// What the table is called.
    pub name: String,
    /// Who will hold it.
    pub audience: Audience,
    /// What the rows are, of the rooms and training of a vault; without it they are children, or those of a file.
    pub rows: Option<RoomsRows>,
    /// The column that tells which child a row is about; without it, every row is a child of its own.
    pub unit: Option<String>,
    /// What is counted.
    pub counted: Counted,
    /// From how many children on a cell is shown; the floor of the release-policy if there is none.
    pub threshold: Option<u64>,
    /// Whether a zero is hidden like a small count: where it says of everybody in a line what they did not suffer.
    pub hide_zeros: bool,
    /// The dimensions.
    pub dimensions: Vec<Dimension>,
    /// Shares to show beside the counts.
    pub rates: Vec<Rate>,
    /// A magnitude to sum beside the counts.
    pub magnitude: Option<Magnitude>,
    /// Noise instead of hidden cells.
    pub private: Option<Private>,
}

/// What a count counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Counted {
    /// Different children; each may be in one cell only, so that totals are sums.
    Children,
    /// Rows, such as interviews. Thresholds are of children nevertheless.
    Rows,
}

/// A dimension: a column, and the values that the table has, whatever the data have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dimension {
    /// The column.
    pub column: String,
    /// Its values, in the order of the table.
    pub values: Vec<Value>,
    /// What rows of other values are called; without it they are an error.
    pub other: Option<String>,
    /// What rows without a value are called; without it they are an error.
    pub missing: Option<String>,
}

/// A value of a dimension.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// This text.
    Text(String),
    /// Whole numbers from the first to below the second; none: without end.
    Band(i64, Option<i64>),
}

/// A share: of the children in a cell, those who have one of these values.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rate {
    /// What it is called.
    pub name: String,
    /// A dimension of the table.
    pub dimension: String,
    /// The values that count.
    pub values: Vec<String>,
    /// The values that do not count in the denominator, such as "not known".
    #[serde(default)]
    pub without: Vec<String>,
}

/// A magnitude, and when a cell of it is sensitive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Magnitude {
    /// The column: whole numbers from 0 on.
    pub column: String,
    /// A cell is sensitive if its greatest contributions make more than a share of it.
    pub dominance: Option<Dominance>,
    /// A cell is sensitive if somebody who knows the second greatest contribution can tell the greatest to within so many
    /// per cent.
    pub p_percent: Option<u32>,
}

/// The (n, k) rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dominance {
    /// So many greatest contributions together, 1 to 8.
    pub n: usize,
    /// Per cent of the cell.
    pub k: u32,
}

/// How noise is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mechanism {
    /// The discrete Laplace distribution: epsilon-differential privacy.
    Laplace,
    /// The discrete Gaussian distribution: rho-zero-concentrated differential privacy.
    Gaussian,
}

/// Noise, and what it costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Private {
    /// How noise is drawn.
    pub mechanism: Mechanism,
    /// Epsilon for Laplace, rho for Gaussian, in millionths.
    pub parameter: u64,
    /// In how many rows at most a child counts; further rows are left out.
    pub most_rows_of_a_child: u64,
    /// Whether negative counts are shown as zero.
    pub clamp: bool,
}

impl Private {
    /// What an answer costs: epsilon²/2 for Laplace (Bun and Steinke 2016, proposition 1.4), rho for Gaussian.
    #[must_use]
    pub fn cost(&self) -> Rho {
        match self.mechanism {
            Mechanism::Laplace => Rho::of_epsilon(self.parameter),
            Mechanism::Gaussian => Rho(self.parameter),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    name: String,
    audience: Audience,
    rows: Option<RoomsRows>,
    unit: Option<String>,
    #[serde(default = "children")]
    count: Counted,
    threshold: Option<u64>,
    #[serde(default)]
    hide_zeros: bool,
    dimension: Vec<Spanned<WrittenDimension>>,
    #[serde(default)]
    rate: Vec<Spanned<Rate>>,
    magnitude: Option<Spanned<WrittenMagnitude>>,
    private: Option<Spanned<WrittenPrivate>>,
}

fn children() -> Counted {
    Counted::Children
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenDimension {
    column: String,
    #[serde(default)]
    values: Vec<String>,
    #[serde(default)]
    bands: Vec<i64>,
    other: Option<String>,
    missing: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenMagnitude {
    column: String,
    dominance: Option<Dominance>,
    p_percent: Option<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenPrivate {
    mechanism: Mechanism,
    epsilon: Option<f64>,
    rho: Option<f64>,
    #[serde(default = "one")]
    most_rows_of_a_child: u64,
    #[serde(default)]
    clamp: bool,
}

fn one() -> u64 {
    1
}

impl TablesSpec {
    /// Reads a specification.
    ///
    /// # Errors
    /// [`ReleaseError::SpecSyntax`], [`TablesError::Dimension`], [`TablesError::Parameter`], with their line where there
    /// is one.
    pub fn parse(text: &str) -> Result<Self, TablesError> {
        let written: Written = toml::from_str(text).map_err(|error| {
            let line = error.span().map_or(1, |span| line_of(text, span.start));
            ReleaseError::SpecSyntax { line, what: error.message().to_owned() }
        })?;
        let line = |at: usize| line_of(text, at);
        let dimensions = written.dimension.into_iter().map(|dimension| {
            let line = line(dimension.span().start);
            dimension.into_inner().read(line)
        });
        let dimensions: Vec<Dimension> = dimensions.collect::<Result<_, _>>()?;
        let refuse = |at: usize, what| Err(TablesError::Dimension { line: line(at), what });
        for (index, dimension) in dimensions.iter().enumerate() {
            if dimensions[..index].iter().any(|before| before.column == dimension.column) {
                return refuse(0, "two dimensions have the same column");
            }
        }
        for rate in &written.rate {
            let span = rate.span().start;
            let rate = rate.get_ref();
            let Some(dimension) = dimensions.iter().find(|dimension| dimension.column == rate.dimension) else {
                return refuse(span, "a rate is about a dimension of the table");
            };
            let known = dimension.labels();
            if !rate.values.iter().chain(&rate.without).all(|value| known.contains(value)) {
                return refuse(span, "a rate names values of its dimension");
            }
            if rate.values.is_empty() || rate.values.iter().any(|value| rate.without.contains(value)) {
                return refuse(span, "a rate counts a value, and none that its denominator leaves out");
            }
        }
        let magnitude = match written.magnitude {
            Some(magnitude) => Some(magnitude.into_inner().read()?),
            None => None,
        };
        let private = written.private.map(|private| private.into_inner().read()).transpose()?;
        if private.is_some() && (magnitude.is_some() || !written.rate.is_empty()) {
            return Err(TablesError::Mode { what: "a table with noise has counts only; rates follow from them" });
        }
        if dimensions.is_empty() {
            return refuse(0, "a table needs a dimension");
        }
        Ok(Self {
            name: written.name,
            audience: written.audience,
            rows: written.rows,
            unit: written.unit,
            counted: written.count,
            threshold: written.threshold,
            hide_zeros: written.hide_zeros,
            dimensions,
            rates: written.rate.into_iter().map(Spanned::into_inner).collect(),
            magnitude,
            private,
        })
    }

    /// From how many children on a cell is shown.
    ///
    /// # Errors
    /// [`TablesError::BelowFloor`].
    pub fn threshold(&self, policy: &ReleasePolicy) -> Result<u64, TablesError> {
        let floor = u64::from(policy.floor(self.audience));
        match self.threshold {
            Some(threshold) if threshold < floor => Err(TablesError::BelowFloor { threshold, floor }),
            threshold => Ok(threshold.unwrap_or(floor)),
        }
    }
}

fn line_of(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
}

impl WrittenDimension {
    fn read(self, line: usize) -> Result<Dimension, TablesError> {
        let refuse = |what| Err(TablesError::Dimension { line, what });
        let values: Vec<Value> = match (self.values.is_empty(), self.bands.as_slice()) {
            (false, []) => self.values.into_iter().map(Value::Text).collect(),
            (true, [_, ..]) => bands(&self.bands),
            _ => return refuse("a dimension has either `values` or `bands`"),
        };
        if self.bands.windows(2).any(|pair| pair[0] >= pair[1]) {
            return refuse("bands begin at ascending numbers");
        }
        let dimension = Dimension { column: self.column, values, other: self.other, missing: self.missing };
        let labels = dimension.labels();
        let unique: std::collections::HashSet<&String> = labels.iter().collect();
        if unique.len() != labels.len() || labels.iter().any(|label| label.is_empty()) {
            return refuse("the values of a dimension differ, and none is empty");
        }
        Ok(dimension)
    }
}

fn bands(starts: &[i64]) -> Vec<Value> {
    let ends = starts.iter().skip(1).copied().map(Some).chain([None]);
    starts.iter().zip(ends).map(|(start, end)| Value::Band(*start, end)).collect()
}

impl Dimension {
    /// The names of its values, in order; others and missing ones last.
    #[must_use]
    pub fn labels(&self) -> Vec<String> {
        let value = |value: &Value| match value {
            Value::Text(text) => text.clone(),
            Value::Band(from, Some(below)) if below - from == 1 => from.to_string(),
            Value::Band(from, Some(below)) => format!("{from}-{}", below - 1),
            Value::Band(from, None) => format!("{from}+"),
        };
        self.values.iter().map(value).chain(self.other.clone()).chain(self.missing.clone()).collect()
    }

    /// The place of a value; `None` if it is not declared.
    pub(super) fn place(&self, value: Option<&str>) -> Option<usize> {
        let Some(text) = value else {
            return self.missing.as_ref().map(|_| self.values.len() + usize::from(self.other.is_some()));
        };
        let number: Option<i64> = text.parse().ok();
        let declared = self.values.iter().position(|value| match value {
            Value::Text(declared) => declared == text,
            Value::Band(from, below) => {
                number.is_some_and(|number| number >= *from && below.is_none_or(|below| number < below))
            }
        });
        declared.or_else(|| self.other.as_ref().map(|_| self.values.len()))
    }
}

impl WrittenMagnitude {
    fn read(self) -> Result<Magnitude, TablesError> {
        let most = super::cube::REMEMBERED;
        if self.dominance.is_some_and(|rule| rule.n == 0 || rule.n > most || rule.k == 0 || rule.k > 100) {
            return Err(TablesError::Parameter { key: "dominance", allowed: "n from 1 to 8 and k from 1 to 100" });
        }
        if self.p_percent.is_some_and(|p| p == 0 || p > 100) {
            return Err(TablesError::Parameter { key: "p_percent", allowed: "from 1 to 100" });
        }
        if self.dominance.is_none() && self.p_percent.is_none() {
            return Err(TablesError::Parameter { key: "magnitude", allowed: "given with `dominance` or `p_percent`" });
        }
        Ok(Magnitude { column: self.column, dominance: self.dominance, p_percent: self.p_percent })
    }
}

impl Magnitude {
    /// What each row adds; nothing where it is missing.
    pub(super) fn amounts(&self, table: &Table) -> Result<Vec<u64>, TablesError> {
        let column = table.column(&self.column)?;
        let of_code = |value: &String| value.parse::<u64>().ok().filter(|amount| *amount <= MOST_AMOUNT);
        let of_code: Vec<Option<u64>> = column.values().iter().map(of_code).collect();
        let amount = |code: &u32| if *code == MISSING { Some(0) } else { of_code[*code as usize] };
        let amounts: Vec<Option<u64>> = column.codes().iter().map(amount).collect();
        match amounts.iter().position(Option::is_none) {
            None => Ok(amounts.into_iter().flatten().collect()),
            Some(row) => {
                let column = self.column.clone();
                Err(TablesError::NotAMagnitude { column, row: row + 1, most: MOST_AMOUNT })
            }
        }
    }
}

impl WrittenPrivate {
    fn read(self) -> Result<Private, TablesError> {
        let (key, given) = match (self.mechanism, self.epsilon, self.rho) {
            (Mechanism::Laplace, Some(epsilon), None) => ("epsilon", epsilon),
            (Mechanism::Gaussian, None, Some(rho)) => ("rho", rho),
            _ => {
                let allowed = "either `epsilon` with laplace or `rho` with gaussian";
                return Err(TablesError::Parameter { key: "private", allowed });
            }
        };
        let allowed = "from 0.001 to 10, with at most six decimals";
        let parameter = millionths(given).filter(|parameter| (1_000..=10_000_000).contains(parameter));
        let parameter = parameter.ok_or(TablesError::Parameter { key, allowed })?;
        if !(1..=100).contains(&self.most_rows_of_a_child) {
            return Err(TablesError::Parameter { key: "most_rows_of_a_child", allowed: "from 1 to 100" });
        }
        Ok(Private {
            mechanism: self.mechanism,
            parameter,
            most_rows_of_a_child: self.most_rows_of_a_child,
            clamp: self.clamp,
        })
    }
}
