//! What a transformation costs in usefulness, and lower bounds of it.
//!
//! N rows, S of them suppressed. Suppressed rows have the topmost value in every column.

use std::cmp::Ordering;

use super::super::error::ReleaseError;
use super::base::{Base, BaseColumn};
use super::judge::Judge;

/// A measure of what is lost.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Metric {
    /// Per column the share of the leaves that a value stands for, averaged over rows and scaled to 0..1 (Iyengar's
    /// loss, the normalised certainty penalty). `gs` weighs generalisation (towards 0) against suppression (towards 1).
    Loss {
        /// From 0 (generalising costs more) to 1 (suppressing costs nothing less than generalising); 0.5 is even.
        gs: f64,
    },
    /// Non-uniform entropy: how many bits of each column are lost. `monotonic` leaves suppression out.
    Entropy {
        /// Whether suppression is left out.
        monotonic: bool,
    },
    /// Precision: level by height of the hierarchy, averaged. `monotonic` leaves suppression out.
    Precision {
        /// Whether suppression is left out.
        monotonic: bool,
    },
    /// Discernibility: the sum of squares of class sizes; a suppressed row counts N. `monotonic` counts suppressed
    /// classes like the others.
    Discernibility {
        /// Whether suppressed classes count like the others.
        monotonic: bool,
    },
    /// The average size of classes; the suppressed rows are one more class.
    AverageClassSize,
    /// The sum of the levels.
    Height,
}

/// How the costs of columns become one cost. Weights are scaled so that the largest is 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aggregate {
    /// Their sum.
    Sum,
    /// Their arithmetic mean.
    Arithmetic,
    /// The geometric mean of each plus one, minus one.
    Geometric,
    /// The largest.
    Maximum,
    /// All, largest first, compared like words in a dictionary.
    Rank,
}

/// A cost: one number, or for [`Aggregate::Rank`] several, the first of which decides.
#[derive(Debug, Clone, PartialEq)]
pub struct Cost(Vec<f64>);

impl Cost {
    /// The numbers, the deciding one first.
    #[must_use]
    pub fn values(&self) -> &[f64] {
        &self.0
    }

    pub(super) fn compare(&self, other: &Self) -> Ordering {
        let different = self.0.iter().zip(&other.0).map(|(a, b)| a.total_cmp(b)).find(|order| order.is_ne());
        different.unwrap_or_else(|| self.0.len().cmp(&other.0.len()))
    }

    /// Whether a bound lies above a cost by more than rounding can explain.
    pub(super) fn exceeds(&self, cost: &Self) -> bool {
        for (bound, cost) in self.0.iter().zip(&cost.0) {
            let slack = 1e-12 + cost.abs() * 1e-11;
            if (bound - cost).abs() > slack {
                return bound > cost;
            }
        }
        false
    }
}

impl Metric {
    pub(super) fn check(&self) -> Result<(), ReleaseError> {
        match self {
            Self::Loss { gs } if !(0.0..=1.0).contains(gs) => {
                Err(ReleaseError::SpecValue { line: 0, key: "gs", allowed: "from 0 to 1" })
            }
            _ => Ok(()),
        }
    }

    /// The usual aggregate.
    #[must_use]
    pub fn usual_aggregate(&self) -> Aggregate {
        match self {
            Self::Loss { .. } => Aggregate::Geometric,
            Self::Precision { .. } => Aggregate::Arithmetic,
            _ => Aggregate::Sum,
        }
    }

    /// Whether what was dropped still counts class by class.
    pub(super) fn needs_suppressed_classes(&self) -> bool {
        matches!(self, Self::Discernibility { monotonic: true })
    }

    /// Whether it needs to know which values the suppressed rows have.
    pub(super) fn needs_suppressed_values(&self) -> bool {
        matches!(self, Self::Loss { .. } | Self::Entropy { monotonic: false })
    }

    fn by_class(&self) -> bool {
        matches!(self, Self::Discernibility { .. } | Self::AverageClassSize)
    }
}

/// What is known of a transformation, or of all transformations that begin alike.
#[derive(Debug)]
pub(super) struct State<'a> {
    /// The levels of the first columns; the others may still have any.
    pub(super) levels: &'a [usize],
    /// How many rows are suppressed, at least.
    pub(super) suppressed: u64,
    /// Per column, rows suppressed by code of the finest level; not all of them, if `fresh` has some.
    pub(super) dropped: &'a [Vec<u32>],
    /// Per column with a level, rows suppressed by code of this level, in addition.
    pub(super) fresh: &'a [Vec<u32>],
    /// How many rows are in `fresh`.
    pub(super) fresh_rows: u64,
    /// Classes that are kept.
    pub(super) kept_classes: u64,
    /// The sum of squares of their sizes.
    pub(super) kept_squares: f64,
    /// The sum of squares of the sizes of the others.
    pub(super) suppressed_squares: f64,
}

/// Computes costs and bounds.
#[derive(Debug)]
pub(super) struct Costs<'a> {
    base: &'a Base,
    metric: Metric,
    aggregate: Aggregate,
    /// No kept class is smaller.
    smallest: u64,
    most_suppressed: u64,
    /// Per column and level, the cost of the column when nothing is suppressed.
    plain: Vec<Vec<f64>>,
    /// Per column, what a suppressed row adds at least.
    least_extra: Vec<f64>,
}

impl<'a> Costs<'a> {
    pub(super) fn new(base: &'a Base, metric: Metric, aggregate: Aggregate, judge: &Judge) -> Self {
        let mut costs = Self {
            base,
            metric,
            aggregate,
            smallest: judge.smallest(),
            most_suppressed: judge.most_suppressed(),
            plain: Vec::new(),
            least_extra: vec![0.0; base.columns.len()],
        };
        costs.plain = base.columns.iter().map(|column| costs.plain_costs(column)).collect();
        if let Metric::Loss { gs } = metric {
            let (g, s) = factors(gs);
            let extra = |share: &f64| share + s * (1.0 - share) - g * share;
            let least = |column: &BaseColumn| column.levels[0].share.iter().map(extra).fold(f64::INFINITY, f64::min);
            costs.least_extra = base.columns.iter().map(least).collect();
        }
        costs
    }

    pub(super) fn metric(&self) -> Metric {
        self.metric
    }

    /// The cost of a transformation: every column has a level.
    pub(super) fn cost(&self, state: &State<'_>) -> Cost {
        let rows = self.base.total_rows as f64;
        match self.metric {
            Metric::Discernibility { monotonic: true } => Cost(vec![state.kept_squares + state.suppressed_squares]),
            Metric::Discernibility { monotonic: false } => {
                Cost(vec![state.kept_squares + rows * state.suppressed as f64])
            }
            Metric::AverageClassSize => {
                Cost(vec![rows / (state.kept_classes + u64::from(state.suppressed > 0)).max(1) as f64])
            }
            _ => self.joined((0..self.base.columns.len()).map(|index| self.of_column(index, state))),
        }
    }

    /// No transformation that begins with the levels of `state` costs less.
    pub(super) fn bound(&self, state: &State<'_>) -> Cost {
        if self.metric.by_class() {
            return Cost(vec![self.class_bound(state)]);
        }
        self.joined((0..self.base.columns.len()).map(|index| match state.levels.get(index) {
            Some(_) => self.of_column(index, state),
            None => self.of_open_column(index, state),
        }))
    }

    /// The cost of each column of the problem, and of all together.
    pub(super) fn by_column(&self, state: &State<'_>) -> Vec<f64> {
        (0..self.base.columns.len()).map(|index| self.of_column(index, state)).collect()
    }

    fn class_bound(&self, state: &State<'_>) -> f64 {
        let rows = self.base.total_rows as f64;
        let kept = rows - state.suppressed as f64;
        match self.metric {
            Metric::Discernibility { monotonic: true } => {
                let kept = rows - self.most_suppressed as f64;
                kept * self.smallest as f64 + self.most_suppressed as f64
            }
            Metric::Discernibility { monotonic: false } => kept * self.smallest as f64 + rows * state.suppressed as f64,
            _ => rows / ((kept / self.smallest as f64).floor() + 1.0),
        }
    }

    fn plain_costs(&self, column: &BaseColumn) -> Vec<f64> {
        column.levels.iter().enumerate().map(|(index, _)| self.plain_cost(column, index)).collect()
    }

    fn plain_cost(&self, column: &BaseColumn, index: usize) -> f64 {
        let level = &column.levels[index];
        match self.metric {
            Metric::Loss { .. } => level.rows.iter().zip(&level.share).map(|(rows, share)| *rows as f64 * share).sum(),
            Metric::Entropy { .. } => {
                let values = &column.levels[0];
                let lost = |(rows, code): (&u64, &u32)| {
                    let joined = level.rows[*code as usize];
                    if *rows == 0 { 0.0 } else { -(*rows as f64) * (*rows as f64 / joined as f64).log2() }
                };
                values.rows.iter().zip(&level.of_finest).map(lost).sum()
            }
            Metric::Precision { .. } => level.number as f64 / column.height.max(1) as f64,
            _ => level.number as f64,
        }
    }

    fn of_open_column(&self, index: usize, state: &State<'_>) -> f64 {
        let column = &self.base.columns[index];
        match self.metric {
            Metric::Loss { gs } => {
                let (g, s) = factors(gs);
                let level = &column.levels[0];
                let dropped = state.dropped.get(index).map_or(&[][..], Vec::as_slice);
                let extra: f64 = dropped.iter().zip(&level.share).map(|(rows, share)| extra(*rows, *share, g, s)).sum();
                let fresh = state.fresh_rows as f64 * self.least_extra[index];
                self.scaled(column, g, g * self.plain[index][0] + extra + fresh)
            }
            Metric::Precision { monotonic: false } => self.with_suppression(self.plain[index][0], state),
            _ => self.plain[index][0],
        }
    }

    fn of_column(&self, index: usize, state: &State<'_>) -> f64 {
        let column = &self.base.columns[index];
        let chosen = state.levels[index];
        let plain = self.plain[index][chosen];
        match self.metric {
            Metric::Loss { gs } => {
                let (g, s) = factors(gs);
                let share = &column.levels[chosen].share;
                let suppressed = self.suppressed_values(index, chosen, state);
                let extra: f64 = suppressed.iter().zip(share).map(|(rows, share)| extra(*rows, *share, g, s)).sum();
                self.scaled(column, g, g * plain + extra)
            }
            Metric::Entropy { monotonic: false } => {
                let suppressed = self.suppressed_values(index, chosen, state);
                let all: u32 = suppressed.iter().sum();
                let lost = |rows: &u32| -f64::from(*rows) * (f64::from(*rows) / f64::from(all)).log2();
                plain + suppressed.iter().filter(|rows| **rows > 0).map(lost).sum::<f64>()
            }
            Metric::Precision { monotonic: false } => self.with_suppression(plain, state),
            _ => plain,
        }
    }

    fn with_suppression(&self, plain: f64, state: &State<'_>) -> f64 {
        let (rows, suppressed) = (self.base.total_rows as f64, state.suppressed as f64);
        ((rows - suppressed) * plain + suppressed) / rows
    }

    /// Rows suppressed so far, by code of the level.
    fn suppressed_values(&self, index: usize, chosen: usize, state: &State<'_>) -> Vec<u32> {
        let level = &self.base.columns[index].levels[chosen];
        let mut rows = state.fresh.get(index).cloned().unwrap_or_else(|| vec![0; level.size]);
        for (dropped, code) in state.dropped.get(index).into_iter().flatten().zip(&level.of_finest) {
            rows[*code as usize] += dropped;
        }
        rows
    }

    /// A sum of shares, scaled so that 0 is the table as it came and 1 is nothing left.
    fn scaled(&self, column: &BaseColumn, g: f64, sum: f64) -> f64 {
        let rows = self.base.total_rows as f64;
        let least = g * rows / column.leaves as f64;
        let loss = if rows - least > 0.0 { ((sum - least) / (rows - least)).max(0.0) } else { 0.0 };
        (loss * 1e10).floor() / 1e10
    }

    fn joined(&self, costs: impl Iterator<Item = f64>) -> Cost {
        let count = self.base.columns.len() as f64;
        let weighted = costs.zip(&self.base.columns).map(|(cost, column)| cost * column.weight);
        Cost(match self.aggregate {
            Aggregate::Sum => vec![weighted.sum()],
            Aggregate::Arithmetic => vec![weighted.sum::<f64>() / count],
            Aggregate::Geometric => {
                vec![weighted.map(|cost| cost + 1.0).product::<f64>().powf(1.0 / count) - 1.0]
            }
            Aggregate::Maximum => vec![weighted.fold(0.0, f64::max)],
            Aggregate::Rank => {
                let mut costs: Vec<f64> = weighted.collect();
                costs.sort_by(|a, b| b.total_cmp(a));
                costs
            }
        })
    }
}

/// The factors of generalisation and of suppression.
fn factors(gs: f64) -> (f64, f64) {
    (if gs <= 0.5 { 1.0 } else { 1.0 - 2.0 * (gs - 0.5) }, (2.0 * gs).min(1.0))
}

/// What suppressed rows of a value cost beyond what they would cost when kept.
#[inline]
fn extra(rows: u32, share: f64, g: f64, s: f64) -> f64 {
    if rows == 0 { 0.0 } else { f64::from(rows) * (share + s * (1.0 - share) - g * share) }
}
