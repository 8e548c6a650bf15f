//! Statements: corrections with a reason, read-back, signatures, translation pairs, and what a closing puts on record.
//!
//! Pure functions: the statement as it stands, and what somebody wants to do with it, give the statement as it stands then.
//! Nothing is overwritten: each is written as a new revision, and after a closing as a new record that names the one whose
//! place it takes. Words that harm are pointed out ([`crate::practice::terms::lint`]) and never rewritten.

mod content;
mod edit;
mod error;
mod sign;
#[cfg(test)]
mod tests;
mod translate;

pub use content::{Content, SALT_LENGTH, content_digest};
pub use edit::{Correction, ReadBack, correct, first, read_back, succeed};
pub use error::StatementError;
pub use sign::{ready_to_close, sign};
pub use translate::{is_stale, translation};

use crate::model::records::Statement;

/// The version of a statement: that of the first text is 1.
#[must_use]
pub fn version(statement: &Statement) -> u64 {
    statement.version.unwrap_or(1)
}
