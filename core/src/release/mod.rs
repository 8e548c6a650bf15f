//! What may leave without a key: tables in which nobody is found.
//!
//! [`release`] takes a [`Table`], a [`Spec`](spec::Spec) and gives a table that keeps what the
//! specification promises, with an account of what was done and of the risks before and after. It needs no vault. The
//! [`engine`] is usable alone, on numbers. With the feature `parquet`, `output` writes what was released into a signed
//! folder, and opens such a folder.

mod account;
mod beside;
mod children;
pub mod engine;
mod error;
pub mod hierarchy;
mod indicators;
mod key;
mod marginals;
mod meaning;
mod origin;
#[cfg(feature = "parquet")]
pub mod output;
mod pseudonym;
mod released;
pub mod risk;
mod rooms;
pub mod series;
pub mod spec;
mod table;
pub mod tables;
#[cfg(test)]
mod vectors;
mod verify;

pub use self::account::{Account, Plan, ReleasedColumn, SearchAccount, TradeOff, Utility};
pub(crate) use self::children::children_of;
pub use self::children::{ChildColumns, PSEUDONYM_COLUMN, ROW_COLUMN, table_of_children};
pub use self::error::ReleaseError;
pub use self::indicators::{INDICATORS, Indicator};
pub use self::key::ReleaseKey;
pub use self::marginals::{Marginal, Share};
pub use self::meaning::Label;
pub use self::pseudonym::{Pseudonym, Pseudonyms};
pub use self::released::{Released, plan, plan_of, release};
pub use self::rooms::{RoomsColumns, RoomsRecord, RoomsRows};
pub use self::table::{Column, MISSING, MOST_COLUMNS, MOST_ROWS, Table};
