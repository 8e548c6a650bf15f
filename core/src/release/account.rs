//! What was done to a table, what it costs, and what it is worth.

use serde::{Deserialize, Serialize};

use super::marginals::Marginal;
use super::risk::RiskReport;
use super::spec::Role;

/// What a plan says before anything leaves, and a receipt afterwards.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Account {
    /// What the release is called.
    pub name: String,
    /// Who will hold it.
    pub audience: &'static str,
    /// Rows of the table.
    pub rows: u64,
    /// Rows that are left out.
    pub suppressed: u64,
    /// The columns that leave, with the levels of those that are generalised.
    pub columns: Vec<ReleasedColumn>,
    /// The privacy models, in words.
    pub models: Vec<String>,
    /// The share of rows that might have been left out.
    pub suppression_limit: f64,
    /// What is lost.
    pub utility: Utility,
    /// How the optimum was found.
    pub search: SearchAccount,
    /// The risks of the table as it was, in the quasi-identifying columns that leave. Nothing of sensitive columns:
    /// beside [`after`](Self::after) it would tell what harmed a child who was left out.
    pub before: RiskReport,
    /// The risks of what leaves.
    pub after: RiskReport,
    /// What each quasi-identifying column says, before and after.
    pub marginals: Vec<Marginal>,
}

/// A column of the released table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReleasedColumn {
    /// Its name.
    pub name: String,
    /// Its role.
    pub role: Role,
    /// Per round of recoding the level of its hierarchy; empty if it leaves as it is.
    pub levels: Vec<usize>,
    /// The topmost level of its hierarchy.
    pub height: usize,
    /// What is lost in it, by the metric that was asked for.
    pub loss: f64,
}

/// What the full-domain optimum costs, by all metrics. Local recoding only makes it better.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Utility {
    /// By the metric that was asked for; several numbers where losses are ranked.
    pub cost: Vec<f64>,
    /// The normalised certainty penalty, 0 to 1.
    pub loss: f64,
    /// Level by height, averaged.
    pub precision: f64,
    /// Bits lost.
    pub entropy: f64,
    /// The sum of squares of class sizes.
    pub discernibility: f64,
    /// Rows per class.
    pub average_class: f64,
    /// Rows that local recoding brought back.
    pub brought_back: u64,
}

/// How the search went.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SearchAccount {
    /// How many transformations there are.
    pub transformations: f64,
    /// How many beginnings and transformations were checked.
    pub checks: u64,
    /// Whether no transformation is better.
    pub optimal: bool,
    /// No transformation costs less than this.
    pub bound: Vec<f64>,
}

/// What a release would be, and what other suppression limits would give.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Plan {
    /// The release under the specification.
    pub account: Account,
    /// The same search with other suppression limits, ascending.
    pub trade_off: Vec<TradeOff>,
}

/// A suppression limit, and what it gives.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TradeOff {
    /// The share of rows that may be suppressed.
    pub suppression: f64,
    /// Rows that are; `None` if the models cannot be met.
    pub suppressed: Option<u64>,
    /// What the optimum costs.
    pub cost: Option<Vec<f64>>,
    /// Its levels, in the order of the quasi-identifying columns.
    pub levels: Option<Vec<usize>>,
}
