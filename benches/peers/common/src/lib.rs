//! What all programs of the comparison share: the record, the clock, the commands that they answer, and a plain table.
//!
//! Each program is a process of its own, for it needs a SQLite, a language or a licence of its own. The driver
//! (`benches/peers/run.py`) asks them in turns, so that what disturbs the machine disturbs all of them alike.

pub mod log;
pub mod record;
pub mod serve;
pub mod table;

pub use record::{FIELDS, Row, row};
pub use serve::{Peer, Took, took};
