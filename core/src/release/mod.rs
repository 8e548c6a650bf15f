//! What may leave without a key: tables in which nobody is found.
//!
//! [`release`] takes a [`Table`], a [`Spec`](spec::Spec) and gives a table that keeps what the
//! specification promises, with an account of what was done and of the risks before and after. It needs no vault. The
//! [`engine`] is usable alone, on numbers.

pub mod engine;
mod error;
pub mod hierarchy;
mod released;
pub mod risk;
pub mod spec;
mod table;
mod verify;

pub use self::error::ReleaseError;
pub use self::released::{Account, Plan, Released, ReleasedColumn, SearchAccount, TradeOff, Utility, plan, release};
pub use self::table::{Column, MISSING, MOST_COLUMNS, MOST_ROWS, Table};
