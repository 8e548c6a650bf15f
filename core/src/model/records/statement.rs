//! A statement: what a child said, or a document about it.

use saferoom_derive::Record;

use super::{EditReason, Language, SignatureMethod, StatementKind, redacted};
use crate::id::RecordId;
use crate::model::{Narrative, Text, Timestamp};

/// A statement
#[derive(Clone, PartialEq, Default, Record)]
#[record(kind = STATEMENT, parents(INTERVIEW))]
pub struct Statement {
    // 1 to 9: what it is.
    /// Kind
    #[field(no = 1, compartment = operations, class = operational, release = as_is, required, evidence)]
    pub kind: Option<StatementKind>,
    /// Language
    #[field(no = 2, compartment = profile, class = quasi, release = coarse_code, evidence)]
    pub language: Option<Language>,
    /// Text
    #[field(no = 3, compartment = narrative, class = narrative, required, evidence)]
    pub body: Option<Narrative>,
    /// When it was taken down
    #[field(no = 4, compartment = operations, class = quasi, evidence)]
    pub taken_at: Option<Timestamp>,
    /// Author
    #[field(no = 5, compartment = operations, class = quasi, evidence)]
    pub author: Option<RecordId>,

    // 10 to 19: its history.
    /// Version
    #[field(no = 10, compartment = operations, class = operational, release = as_is, evidence)]
    pub version: Option<u64>,
    /// Statement that it replaces
    #[field(no = 11, compartment = operations, class = operational, release = present, evidence)]
    pub supersedes: Option<RecordId>,
    /// Why it was changed
    #[field(no = 12, compartment = operations, class = operational, release = as_is, evidence)]
    pub edit_reason: Option<EditReason>,
    /// Why it was changed, in words
    #[field(no = 13, compartment = narrative, class = narrative, evidence)]
    pub edit_reason_text: Option<Narrative>,

    // 20 to 29: how the child agreed to it.
    /// Whether it was read back to the child
    #[field(no = 20, compartment = operations, class = operational, release = as_is, evidence)]
    pub read_back: Option<bool>,
    /// Number of corrections by the child
    #[field(no = 21, compartment = operations, class = operational, release = as_is, evidence)]
    pub child_corrections: Option<u64>,
    /// How the child signed
    #[field(no = 22, compartment = operations, class = operational, release = as_is, evidence)]
    pub child_signature: Option<SignatureMethod>,
    /// Exhibit number of the signed paper or the recording
    #[field(no = 23, compartment = evidence, class = operational, evidence)]
    pub exhibit_number: Option<Text>,
}

redacted!(Statement);
