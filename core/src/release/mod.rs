//! What may leave without a key: tables in which nobody is found.
//!
//! [`release`] takes a [`Table`], a [`Spec`](spec::Spec) and gives a table that keeps what the
//! specification promises, with an account of what was done and of the risks before and after. It needs no vault. The
//! [`engine`] is usable alone, on numbers. With the feature `parquet`, `output` writes what was released into a signed
//! folder, and opens such a folder.

mod account;
pub mod engine;
mod error;
pub mod hierarchy;
mod key;
mod marginals;
mod meaning;
mod origin;
#[cfg(feature = "parquet")]
pub mod output;
mod released;
pub mod risk;
pub mod spec;
mod table;
mod verify;

pub use self::account::{Account, Plan, ReleasedColumn, SearchAccount, TradeOff, Utility};
pub use self::error::ReleaseError;
pub use self::key::ReleaseKey;
pub use self::marginals::{Marginal, Share};
pub use self::meaning::Label;
pub use self::released::{Released, plan, release};
pub use self::table::{Column, MISSING, MOST_COLUMNS, MOST_ROWS, Table};
