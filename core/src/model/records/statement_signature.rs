//! A signature under a statement.

use saferoom_derive::Record;

use super::{SignatoryRole, SignatureMethod, redacted};
use crate::id::RecordId;
use crate::model::{Text, Timestamp};

/// A signature under a statement
///
/// Make one for each person who was asked to sign, also if the person did not want to.
#[derive(Clone, PartialEq, Default, Record)]
#[record(kind = STATEMENT_SIGNATURE, parents(STATEMENT), at_most = 32)]
pub struct StatementSignature {
    /// Who signed
    ///
    /// The role of the person.
    #[field(no = 1, compartment = operations, class = operational, release = as_is, required, evidence)]
    pub signatory: Option<SignatoryRole>,
    /// How
    ///
    /// Not given is a valid answer.
    #[field(no = 2, compartment = operations, class = operational, release = as_is, required, evidence)]
    pub method: Option<SignatureMethod>,
    /// When
    ///
    /// From the paper or the clock.
    #[field(no = 3, compartment = operations, class = operational, evidence)]
    pub signed_at: Option<Timestamp>,
    /// Officer
    ///
    /// The record, if an officer signed.
    #[field(no = 4, compartment = operations, class = quasi, evidence)]
    pub officer: Option<RecordId>,
    /// Participant
    ///
    /// The record, if someone who was present signed.
    #[field(no = 5, compartment = operations, class = quasi, evidence)]
    pub participant: Option<RecordId>,
    /// Name
    ///
    /// Only if there is no record of the person.
    #[field(no = 6, compartment = identity, class = direct, evidence)]
    pub name: Option<Text>,
    /// Number of signed pages
    ///
    /// Each page is signed.
    #[field(no = 7, compartment = evidence, class = operational, evidence)]
    pub page_count: Option<u64>,

    /// Version of the statement that was signed
    ///
    /// Filled in by the system. A later version has to be signed anew.
    #[field(no = 8, compartment = operations, class = operational, evidence)]
    pub statement_version: Option<u64>,
}

redacted!(StatementSignature);
