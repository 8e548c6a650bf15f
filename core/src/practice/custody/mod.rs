//! The custody of an exhibit: a chain of events, each of which names the digest of the one before.
//!
//! Every event is a record, so its revision is signed by who wrote it; the chain adds that none is missing and none was
//! changed later. [`append`] makes the next event and refuses what cannot be: [`verify`] tells an auditor what is wrong with
//! a chain that is there. A hand-over takes two: who hands over names who receives, and that person says that they have it.

mod chain;
mod error;
mod integrity;
#[cfg(test)]
mod tests;
mod verify;

pub use chain::{append, event_digest, waits_for_officer};
pub use error::CustodyError;
pub use integrity::{Checked, FileCheck, check_file};
pub use verify::{Wrong, verify};

use crate::id::RecordId;
use crate::model::records::CustodyEvent;

/// An event with its record.
pub type Event = (RecordId, CustodyEvent);
