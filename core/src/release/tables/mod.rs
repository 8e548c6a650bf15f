//! Tables of counts that may leave: small cells are not shown, nor can they be computed from the others.
//!
//! A [`TablesSpec`] declares the dimensions and all of their values, so that no value comes from the data. [`tabulate`]
//! counts, hides cells of few children and cells that one child dominates, hides further cells until the audit finds
//! no hidden cell too well known, and answers what may be published. The audit computes what an attacker can: the least
//! and the greatest value of each hidden cell that agree with everything published, by linear programming. Its
//! answers are not taken on trust: each is a whole table, which is checked in exact numbers, so that an error of the
//! solver can only hide more.
//!
//! [`noise`] and [`budget`] are for the other way: every cell is shown, with noise of known size, and what each
//! answer gives away is counted against a budget that the vault keeps.
//!
//! Sources: Hundepool et al., Statistical Disclosure Control (2012), chapter 4, for primary and complementary suppression,
//! the dominance and p% rules and the audit; Canonne, Kamath and Steinke, The Discrete Gaussian for Differential Privacy
//! (2020), for the noise; Bun and Steinke, Concentrated Differential Privacy (2016), for the budget.

mod audit;
pub mod budget;
mod cube;
mod error;
mod folder;
mod membership;
pub mod noise;
mod pair;
mod private;
mod protect;
mod published;
mod shown;
mod spec;
#[cfg(test)]
mod tests;

pub use self::audit::{Interval, audit};
pub use self::budget::Rho;
pub use self::cube::{Cube, Domain, MOST_CELLS};
pub use self::error::TablesError;
pub use self::folder::{TABLE_FILE, UnnamedTables};
pub use self::pair::{Moved, Narrowed, audit_pair};
pub use self::private::{PrivateAccount, PrivateQuestion};
pub use self::published::{PublishedCell, PublishedTable, RateCell, TablesAccount, tabulate};
pub use self::shown::ShownTable;
pub use self::spec::{Counted, Dimension, Dominance, Magnitude, Mechanism, Private, Rate, TablesSpec};
