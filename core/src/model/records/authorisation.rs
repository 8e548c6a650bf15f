//! That a second person allowed one act: a disclosure without consent, another interview, a copy of an exhibit.

use saferoom_derive::Record;

use super::{AuthorisedAct, ConsentPurpose, CopyClass, OverrideGround, RepeatReason, ServiceType, redacted};
use crate::id::RecordId;
use crate::model::{Narrative, Text, Timestamp};

/// A second person's authorisation
///
/// Made by the system when a second person allows one act. It holds once, for exactly what it says.
#[derive(Clone, PartialEq, Default, Record)]
#[record(kind = AUTHORISATION, parents(CHILD, CASE, EVIDENCE_ITEM))]
pub struct Authorisation {
    // 1 to 19: what is allowed.
    /// What is allowed
    ///
    /// One act.
    #[field(no = 1, compartment = operations, class = operational, required, evidence)]
    pub act: Option<AuthorisedAct>,
    /// Ground
    ///
    /// Why it may be told without consent.
    #[field(no = 2, compartment = operations, class = sensitive, evidence)]
    pub ground: Option<OverrideGround>,
    /// Purpose of the disclosure
    ///
    /// What for somebody is told.
    #[field(no = 3, compartment = operations, class = operational, evidence)]
    pub purpose: Option<ConsentPurpose>,
    /// Kind of recipient
    ///
    /// A code of the consent rules.
    #[field(no = 4, compartment = operations, class = operational, evidence)]
    pub recipient_kind: Option<Text>,
    /// Recipient
    ///
    /// Who is told.
    #[field(no = 5, compartment = operations, class = sensitive, evidence)]
    pub recipient: Option<Text>,
    /// Service
    ///
    /// For a referral.
    #[field(no = 6, compartment = operations, class = sensitive, evidence)]
    pub service: Option<ServiceType>,
    /// Fields
    ///
    /// What is told, field by field.
    #[field(no = 7, compartment = operations, class = operational, evidence)]
    pub fields: Vec<Text>,
    /// Why the child is interviewed again
    ///
    /// For another interview.
    #[field(no = 8, compartment = operations, class = operational, evidence)]
    pub repeat_reason: Option<RepeatReason>,
    /// Kind of copy
    ///
    /// For a copy of an exhibit.
    #[field(no = 9, compartment = operations, class = operational, evidence)]
    pub copy_class: Option<CopyClass>,

    // 20 to 29: why, and until when.
    /// Reason of the person who allows it
    ///
    /// In their words.
    #[field(no = 20, compartment = operations, class = narrative, required, evidence)]
    pub reason: Option<Narrative>,
    /// Until when it holds
    ///
    /// A few days at most.
    #[field(no = 21, compartment = operations, class = operational, required, evidence)]
    pub valid_until: Option<Timestamp>,
    /// Digest of what was allowed
    ///
    /// Filled in by the system. It binds vault, record, person, act and time.
    #[field(no = 22, compartment = operations, class = operational, required, evidence)]
    pub digest: Option<Text>,

    // 30 to 39: its use.
    /// When it was used
    ///
    /// Filled in by the system. It is used once.
    #[field(no = 30, compartment = operations, class = operational, evidence)]
    pub used_at: Option<Timestamp>,
    /// For what it was used
    ///
    /// The record of the child, the interview or the copy.
    #[field(no = 31, compartment = operations, class = operational, evidence)]
    pub used_for: Option<RecordId>,
}

redacted!(Authorisation);
