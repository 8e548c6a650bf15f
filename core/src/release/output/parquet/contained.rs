//! Reading what a stranger wrote, by a library that trusts what it reads: the `parquet` crate answers some damaged files with a
//! panic. It runs in a thread of its own, and a thread that breaks off is a damaged file.
//!
//! A stack that overflows and room that is not there end the program instead, from whatever thread: `footer` and `pages` refuse
//! what would come to that before the library sees it.

use std::thread::{self, Builder};

use super::super::error::OutputError;
use crate::panics::CONTAINED;

/// Its stack. What is read is flat; structures that the library passes over lie at most 64 deep.
const STACK: usize = 4 << 20;

/// What a reading comes to; that the file is damaged, when it panics.
pub(super) fn contained<T: Send>(reading: impl FnOnce() -> Result<T, OutputError> + Send) -> Result<T, OutputError> {
    thread::scope(|scope| {
        let started = Builder::new().name(CONTAINED.to_owned()).stack_size(STACK).spawn_scoped(scope, reading);
        let started = started.map_err(|error| OutputError::Read { file: "Parquet".to_owned(), kind: error.kind() })?;
        started.join().unwrap_or(Err(OutputError::Parquet))
    })
}
