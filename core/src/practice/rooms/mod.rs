//! Rooms, visits and training as a station tells them to who monitors it: what leaves, and what stays.
//!
//! The compartment `rooms` holds nothing about a child, but it does hold names of officers and words that people wrote.
//! [`leaving`] is the one rule for both sides: a station sends what it lets through, and a monitor refuses a packet that
//! holds anything else. What was not declared operational stays, unless it is named here.

mod error;
mod leaving;
#[cfg(test)]
mod tests;

pub use error::RoomsError;
pub use leaving::{LEAVING_KINDS, Leaving, Treatment, check_arrived, leaving, may_be_published, treatment};
