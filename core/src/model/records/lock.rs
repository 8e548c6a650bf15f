//! That a statement or an interview was closed for changes, and what stood there then.

use saferoom_derive::Record;

use super::redacted;
use crate::id::RecordId;
use crate::model::{Text, Timestamp};

/// A closing for changes
///
/// Made by the system when a statement or an interview is closed. From then on neither it nor its parts change.
#[derive(Clone, PartialEq, Default, Record)]
#[record(kind = LOCK, parents(STATEMENT, INTERVIEW), at_most = 1)]
pub struct Lock {
    /// When it was closed
    ///
    /// By the clock of this device.
    #[field(no = 1, compartment = operations, class = operational, required, evidence)]
    pub locked_at: Option<Timestamp>,

    /// Officer who closed it
    ///
    /// The record of the officer.
    #[field(no = 2, compartment = operations, class = quasi, evidence)]
    pub locked_by: Option<RecordId>,

    /// Digest of what stood there
    ///
    /// Filled in by the system. Compare it with the one on the printed paper.
    #[field(no = 3, compartment = operations, class = operational, required, evidence)]
    pub digest: Option<Text>,

    /// Random part of the digest
    ///
    /// Filled in by the system. Without it nobody can try texts against the digest.
    #[field(no = 4, compartment = narrative, class = operational, required, evidence)]
    pub salt: Option<Text>,

    /// Number of records that were closed
    ///
    /// The statement or interview itself and its parts.
    #[field(no = 5, compartment = operations, class = operational, required, evidence)]
    pub records: Option<u64>,

    /// Revision that was closed
    ///
    /// The number of the revision of the statement or interview.
    #[field(no = 6, compartment = operations, class = operational, required, evidence)]
    pub revision: Option<u64>,
}

redacted!(Lock);
