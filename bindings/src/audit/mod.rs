//! The log, asked: by a member who reads it, or by an auditor out of a bundle that is verified first.

mod activity;
mod entry;
mod query;
mod session;

pub use activity::{BundleActivity, bundle_activity};
pub use entry::{ChainLink, LogEntry};
pub use query::{BundleAnswers, LogEnding, LogQuestion, RecordChainReport, query_bundle};
pub use session::{LogInfo, collect_cosignatures};
