//! Bulk: all records as JSON Lines, out to a holder of the keys and in again.
//!
//! An export is a disclosure: every record is read through the log, batch by batch, each batch durable before a line of
//! it is written; a manifest says what left, is signed by the session, and its digest stands in an entry of its own. The
//! lines are plaintext. An import is checked completely first, then written in one transaction of the file: all or none.
//!
//! The forms of line and manifest are in `docs/formats.md`; the decisions in ADR 0018.

mod error;
mod export;
mod file;
mod import;
mod line;
mod manifest;
mod plan;
mod read_lines;
#[cfg(test)]
mod tests;
mod write_lines;

pub use error::{ExchangeError, LineProblem, LineRule};
pub use export::ExportOptions;
pub use file::{ExportedFile, manifest_path};
pub use import::{ImportOptions, ImportReport, ImportStep, NewId, check_lines};
pub use line::MAX_LINE;
pub use manifest::{KindSummary, Manifest, SignedManifest};
