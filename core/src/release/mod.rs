//! What may leave without a key: tables in which nobody is found.

pub mod engine;
mod error;
pub mod hierarchy;
mod table;

pub use self::error::ReleaseError;
pub use self::table::{Column, MISSING, MOST_COLUMNS, MOST_ROWS, Table};
