//! What allows to seize, copy or examine an evidence item.

use saferoom_derive::Record;

use super::{AuthorizationKind, redacted};
use crate::model::{Narrative, PartialDate, Text};

/// An authorisation to seize, copy or examine
///
/// Make one for each warrant, order or consent that an item rests on.
#[derive(Clone, PartialEq, Default, Record)]
#[record(kind = EVIDENCE_AUTHORIZATION, parents(EVIDENCE_ITEM), at_most = 32)]
pub struct EvidenceAuthorization {
    /// Kind
    ///
    /// What kind of paper it is.
    #[field(no = 1, compartment = evidence, class = sensitive, required, evidence)]
    pub kind: Option<AuthorizationKind>,
    /// Number
    ///
    /// As on the paper.
    #[field(no = 2, compartment = evidence, class = sensitive, search = exact, evidence)]
    pub identifier: Option<Text>,
    /// Issued by
    ///
    /// The court or office.
    #[field(no = 3, compartment = evidence, class = sensitive, evidence)]
    pub issued_by: Option<Text>,
    /// Valid from
    ///
    /// As on the paper.
    #[field(no = 4, compartment = evidence, class = operational, evidence)]
    pub valid_from: Option<PartialDate>,
    /// Valid until
    ///
    /// As on the paper.
    #[field(no = 5, compartment = evidence, class = operational, evidence)]
    pub valid_until: Option<PartialDate>,
    /// What it allows
    ///
    /// In the words of the paper.
    #[field(no = 6, compartment = evidence, class = narrative, evidence)]
    pub scope: Option<Narrative>,
}

redacted!(EvidenceAuthorization);
