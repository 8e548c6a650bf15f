//! Backups: the rows of the file, sealed under a key that is kept elsewhere; bringing them back; moving to another device.
//!
//! A restored, moved or copied vault is on a new device, with a new log that names the last known size and root of the
//! one before it. See docs/adr/0016 and 0017.

mod error;
mod frames;
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) mod fuzzing;
mod make;
mod manifest;
mod restore;
mod takeover;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod vectors;

pub use error::BackupError;
pub use frames::{BackupHeader, Purpose};
pub use make::{BackupReport, MoveReport};
pub use restore::{RestoreOptions, RestoreReport};
