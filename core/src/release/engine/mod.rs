//! The search for the best generalisation: numbers in, decisions out; no names, no files, no vault.
//!
//! A [`Problem`] holds the columns as numbers. [`solve`] finds the full-domain transformation of least cost that
//! fulfils every privacy model within the suppression limit, by depth-first branch and bound: columns are fixed one
//! after the other, the columns not yet fixed stand at their coarsest, so that each step only parts existing classes.
//! What fails then for good (see [`Model::fails_for_good`]) is dropped at once, and counts in the bound of the cost.

mod base;
mod classes;
mod cost;
mod dense;
mod greedy;
mod judge;
mod local;
mod model;
mod problem;
mod says;
mod search;
#[cfg(test)]
mod tests;
mod worker;

pub(super) use self::base::number_columns;
pub use self::cost::{Aggregate, Cost, Metric};
pub use self::local::{Recoding, recode_rest};
pub use self::model::{Distance, Model};
pub use self::problem::{Problem, Quasi, Sensitive};
pub use self::says::{MOST_OF_LISTS, Says};
pub use self::search::{Limits, Solution, cost_of, evaluate, solve};

/// Hears how far a search is, and may end it.
pub trait Watch: Sync {
    /// So much of the whole is decided; both in numbers of transformations.
    fn progress(&self, decided: f64, whole: f64);
    /// Whether to stop now.
    fn cancelled(&self) -> bool;
}

/// Nobody watches.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unwatched;

impl Watch for Unwatched {
    fn progress(&self, _: f64, _: f64) {}

    fn cancelled(&self) -> bool {
        false
    }
}
