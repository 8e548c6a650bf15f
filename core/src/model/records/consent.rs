//! A consent or assent: who said what to which question.

use saferoom_derive::Record;

use super::{
    ConsentAid, ConsentDecision, ConsentForm, ConsentGiver, ConsentPurpose, GuardianConflict, Language, ServiceType,
    WithholdReason, YesNoUnsure, redacted,
};
use crate::id::RecordId;
use crate::model::{Narrative, PartialDate, Text, Timestamp};

/// A consent or assent
///
/// Make one for each question and each person asked. The child's assent and the guardian's consent are separate
/// records; a child's no is never overruled by a guardian's yes.
#[derive(Clone, PartialEq, Default, Record)]
#[record(kind = CONSENT, parents(CASE, CHILD, INTERVIEW), at_most = 256)]
pub struct Consent {
    // 1 to 9: who decided what.
    /// Who was asked
    ///
    /// The child is always asked, in words the child understands.
    #[field(no = 1, compartment = operations, class = operational, release = as_is, required, evidence)]
    pub giver: Option<ConsentGiver>,
    /// What for
    ///
    /// One purpose to a record.
    #[field(no = 2, compartment = operations, class = operational, release = as_is, required, evidence)]
    pub purpose: Option<ConsentPurpose>,
    /// Decision
    ///
    /// Refused is as valid as agreed. Silence is not agreement.
    #[field(no = 3, compartment = operations, class = sensitive, release = as_is, required, evidence)]
    pub decision: Option<ConsentDecision>,
    /// Guardian
    ///
    /// The record, if a guardian was asked.
    #[field(no = 4, compartment = operations, class = quasi, evidence)]
    pub guardian: Option<RecordId>,
    /// Conflict of the guardian
    ///
    /// If the guardian may be involved or stands by someone who is, that guardian does not decide.
    #[field(no = 5, compartment = offence, class = sensitive, release = as_is, evidence)]
    pub guardian_conflict: Option<GuardianConflict>,
    /// Service
    ///
    /// For a referral.
    #[field(no = 6, compartment = referral, class = sensitive, release = coarse_code)]
    pub service: Option<ServiceType>,
    /// Conditions
    ///
    /// In the words of the person who was asked.
    #[field(no = 7, compartment = narrative, class = narrative, evidence)]
    pub conditions: Option<Narrative>,

    // 10 to 19: how far it reaches.
    /// Who may be told
    ///
    /// Organisations, one to a line.
    #[field(no = 10, compartment = operations, class = quasi, evidence)]
    pub recipients: Vec<Text>,
    /// What may be told
    ///
    /// Fields, such as child.given_name, one to a line. Empty: nothing.
    #[field(no = 11, compartment = operations, class = operational, release = count, evidence)]
    pub scope_fields: Vec<Text>,
    /// Who must not be told
    ///
    /// Persons or organisations whom the child does not want to know.
    #[field(no = 12, compartment = identity, class = direct, evidence)]
    pub withhold_from: Vec<Text>,
    /// Why they must not be told
    ///
    /// Ask gently; an answer is not needed.
    #[field(no = 13, compartment = wellbeing, class = sensitive, release = as_is)]
    pub withhold_reason: Option<WithholdReason>,

    // 20 to 29: how it was asked.
    /// How it was given
    ///
    /// A thumbprint or a spoken yes that was recorded is enough.
    #[field(no = 20, compartment = operations, class = operational, release = as_is, evidence)]
    pub how: Option<ConsentForm>,
    /// Language
    ///
    /// In which it was explained.
    #[field(no = 21, compartment = profile, class = quasi, release = coarse_code, evidence)]
    pub language: Option<Language>,
    /// Officer who explained it
    ///
    /// The record of the officer.
    #[field(no = 22, compartment = operations, class = quasi, evidence)]
    pub explained_by: Option<RecordId>,
    /// Aids
    ///
    /// What was used to explain it.
    #[field(no = 23, compartment = operations, class = operational, release = as_is)]
    pub aids: Vec<ConsentAid>,
    /// Whether the person understood it
    ///
    /// Ask the person to say it in own words.
    #[field(no = 24, compartment = operations, class = sensitive, release = as_is, evidence)]
    pub understood: Option<YesNoUnsure>,
    /// Signed paper or recording
    ///
    /// The record of the evidence item.
    #[field(no = 25, compartment = evidence, class = operational, release = present, evidence)]
    pub evidence_item: Option<RecordId>,

    // 30 to 39: from when to when.
    /// When it was given
    ///
    /// Before anything is done that needs it.
    #[field(no = 30, compartment = operations, class = quasi, release = month, evidence)]
    pub given_at: Option<Timestamp>,
    /// Until when it holds
    ///
    /// After that, ask again.
    #[field(no = 31, compartment = operations, class = operational, evidence)]
    pub valid_until: Option<PartialDate>,
    /// When it was withdrawn
    ///
    /// Can be at any time, without a reason. Then tell no one any more.
    #[field(no = 32, compartment = operations, class = operational, release = present, evidence)]
    pub withdrawn_at: Option<Timestamp>,
    /// Consent that it replaces
    ///
    /// The older record stays.
    #[field(no = 33, compartment = operations, class = operational, release = present, evidence)]
    pub supersedes: Option<RecordId>,
}

redacted!(Consent);
