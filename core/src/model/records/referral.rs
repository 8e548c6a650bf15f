//! A referral of a child to a service.

use saferoom_derive::Record;

use super::{
    DeclineReason, OverrideGround, ReferralStatus, ReferralUrgency, ServiceOutcome, ServiceType, YesNoUnsure, redacted,
};
use crate::id::RecordId;
use crate::model::{Narrative, PartialDate, Text, Timestamp};

/// A referral
///
/// Make one for each service that is offered to the child, also if it is declined.
#[derive(Clone, PartialEq, Default, Record)]
#[record(kind = REFERRAL, parents(CASE, CHILD), at_most = 256)]
pub struct Referral {
    // 1 to 9: to whom.
    /// Service
    ///
    /// What the child needs. One service to a referral.
    #[field(no = 1, compartment = referral, class = sensitive, release = coarse_code, required)]
    pub service_type: Option<ServiceType>,
    /// To which organisation
    ///
    /// Its official name.
    #[field(no = 2, compartment = referral, class = quasi)]
    pub to_agency: Option<Text>,
    /// To which person
    ///
    /// Name and function.
    #[field(no = 3, compartment = referral, class = direct)]
    pub to_person: Option<Text>,
    /// Telephone number there
    ///
    /// The number of the office.
    #[field(no = 4, compartment = referral, class = direct)]
    pub to_phone: Option<Text>,
    /// How soon it is needed
    ///
    /// Within a day if the child is in danger, hurt, or may have to take medicine in time.
    #[field(no = 5, compartment = referral, class = operational, release = as_is)]
    pub urgency: Option<ReferralUrgency>,
    /// Officer who made it
    ///
    /// The record of the officer.
    #[field(no = 6, compartment = referral, class = quasi)]
    pub made_by: Option<RecordId>,

    // 10 to 19: when and how far.
    /// When it was made
    ///
    /// When the organisation was asked.
    #[field(no = 10, compartment = referral, class = quasi, release = month)]
    pub made_at: Option<Timestamp>,
    /// Appointment
    ///
    /// When the child is expected.
    #[field(no = 11, compartment = referral, class = quasi)]
    pub appointment_at: Option<Timestamp>,
    /// State
    ///
    /// Where it stands today.
    #[field(no = 12, compartment = referral, class = operational, release = as_is, required)]
    pub status: Option<ReferralStatus>,
    /// Why it was declined
    ///
    /// Needed if child, guardian or organisation declined.
    #[field(no = 13, compartment = referral, class = sensitive, release = as_is)]
    pub decline_reason: Option<DeclineReason>,
    /// Who confirmed that it arrived
    ///
    /// Name and function.
    #[field(no = 14, compartment = referral, class = quasi)]
    pub received_by: Option<Text>,
    /// When it arrived
    ///
    /// As confirmed.
    #[field(no = 15, compartment = referral, class = operational)]
    pub received_at: Option<Timestamp>,
    /// When it expires
    ///
    /// After that the organisation may not use what it got.
    #[field(no = 16, compartment = referral, class = operational)]
    pub expires_at: Option<PartialDate>,
    /// Hours until it arrived
    ///
    /// From making it to the answer that it arrived. Filled in by the program.
    #[field(no = 17, compartment = referral, class = operational, release = as_is)]
    pub hours_to_receipt: Option<u64>,

    // 20 to 29: what was told, and on what ground.
    /// Fields that were given to the organisation
    ///
    /// The exact list, such as child.given_name. Only what the service needs.
    #[field(no = 20, compartment = referral, class = operational, release = count, evidence)]
    pub shared_fields: Vec<Text>,
    /// Consent that it rests on
    ///
    /// The record of the consent.
    #[field(no = 21, compartment = referral, class = operational, evidence)]
    pub consent: Option<RecordId>,
    /// Ground for telling without consent
    ///
    /// Only if there is no consent that covers it.
    #[field(no = 22, compartment = referral, class = sensitive, release = as_is, evidence)]
    pub override_ground: Option<OverrideGround>,
    /// Why it could not wait for consent
    ///
    /// What would have happened otherwise.
    #[field(no = 23, compartment = referral, class = narrative, evidence)]
    pub override_reason: Option<Narrative>,
    /// Authorisation of telling without consent
    ///
    /// The record that a second person signed.
    #[field(no = 24, compartment = referral, class = quasi, evidence)]
    pub override_by: Option<RecordId>,
    /// Information sharing protocol
    ///
    /// Name and number of the agreement between the organisations.
    #[field(no = 25, compartment = referral, class = operational)]
    pub isp_reference: Option<Text>,

    // 30 to 39: what came of it.
    /// Outcome
    ///
    /// As the child or caregiver sees it.
    #[field(no = 30, compartment = referral, class = sensitive, release = as_is)]
    pub outcome: Option<ServiceOutcome>,
    /// What the organisation reported back
    ///
    /// Only that the service was given and what is needed next. No therapy notes.
    #[field(no = 31, compartment = referral, class = narrative)]
    pub provider_feedback: Option<Narrative>,
    /// When the service ended
    ///
    /// As the organisation says.
    #[field(no = 32, compartment = referral, class = quasi, release = quarter)]
    pub completed_on: Option<PartialDate>,
    /// Whether the child says it helped
    ///
    /// The child's own answer.
    #[field(no = 33, compartment = referral, class = sensitive, release = as_is)]
    pub child_satisfied: Option<YesNoUnsure>,
}

redacted!(Referral);
