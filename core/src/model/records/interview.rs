//! An interview of a child: when, how, and how the child was.

use saferoom_derive::Record;

use super::{
    AlternativeVenue, DisclosureOutcome, DistressSign, InformationGiven, InterpreterMode, InterviewPurpose, Language,
    PreferredSex, Protocol, Recording, RepeatReason, SafetyConcern, SpecialMeasure, SupportPersonChoice, YesNoUnsure,
    redacted,
};
use crate::id::RecordId;
use crate::model::{Narrative, Text, Timestamp};

/// An interview
#[derive(Clone, PartialEq, Default, Record)]
#[record(kind = INTERVIEW, parents(CASE, CHILD))]
pub struct Interview {
    // 1 to 9: which interview this is.
    /// Purpose
    #[field(no = 1, compartment = operations, class = operational, release = as_is, required)]
    pub purpose: Option<InterviewPurpose>,
    /// Which formal interview of this child on this allegation it is, by any agency
    #[field(no = 2, compartment = operations, class = operational, release = as_is, evidence)]
    pub sequence_number: Option<u64>,
    /// Earlier interviews that the child or the file tells of
    #[field(no = 3, compartment = operations, class = sensitive, release = as_is)]
    pub prior_interviews_declared: Option<u64>,
    /// Earlier interviews that a match with other records found
    #[field(no = 4, compartment = operations, class = sensitive, release = as_is)]
    pub prior_interviews_matched: Option<u64>,
    /// Why the child is interviewed again
    #[field(no = 5, compartment = operations, class = operational, release = as_is)]
    pub repeat_reason: Option<RepeatReason>,
    /// Officer who authorised interviewing the child again
    #[field(no = 6, compartment = operations, class = quasi, evidence)]
    pub repeat_authorised_by: Option<RecordId>,

    // 10 to 19: when and where.
    /// When it was planned
    #[field(no = 10, compartment = operations, class = quasi)]
    pub scheduled_at: Option<Timestamp>,
    /// When it started
    #[field(no = 11, compartment = operations, class = quasi, release = month, evidence)]
    pub started_at: Option<Timestamp>,
    /// When it ended
    #[field(no = 12, compartment = operations, class = quasi, evidence)]
    pub ended_at: Option<Timestamp>,
    /// Minutes without breaks
    #[field(no = 13, compartment = operations, class = operational, release = as_is)]
    pub net_minutes: Option<u64>,
    /// Number of breaks
    #[field(no = 14, compartment = operations, class = operational, release = as_is)]
    pub breaks: Option<u64>,
    /// Days from the report to the interview
    #[field(no = 15, compartment = operations, class = operational, release = as_is)]
    pub delay_days: Option<u64>,
    /// Room
    #[field(no = 16, compartment = operations, class = quasi, release = present)]
    pub room: Option<RecordId>,
    /// Place if not in a room for children
    #[field(no = 17, compartment = operations, class = quasi, release = as_is)]
    pub alternative_venue: Option<AlternativeVenue>,

    // 20 to 29: who.
    /// Interviewer
    #[field(no = 20, compartment = operations, class = quasi, evidence)]
    pub interviewer: Option<RecordId>,
    /// Second interviewer
    #[field(no = 21, compartment = operations, class = quasi, evidence)]
    pub second_interviewer: Option<RecordId>,
    /// Whether the interviewer is the same as before
    #[field(no = 22, compartment = operations, class = operational, release = as_is)]
    pub same_interviewer: Option<bool>,
    /// Sex of the interviewer that the child prefers
    #[field(no = 23, compartment = operations, class = sensitive, release = as_is)]
    pub preferred_interviewer_sex: Option<PreferredSex>,
    /// Who chose the support person
    #[field(no = 24, compartment = operations, class = sensitive, release = as_is)]
    pub support_person_choice: Option<SupportPersonChoice>,
    /// Support person
    #[field(no = 25, compartment = identity, class = direct, release = present)]
    pub support_person: Option<Text>,
    /// Number of persons in the room, with the child
    #[field(no = 26, compartment = operations, class = operational, release = as_is)]
    pub persons_in_room: Option<u64>,
    /// How an interpreter took part
    #[field(no = 27, compartment = operations, class = operational, release = as_is)]
    pub interpreter_mode: Option<InterpreterMode>,
    /// Language
    #[field(no = 28, compartment = profile, class = quasi, release = coarse_code)]
    pub language: Option<Language>,

    // 30 to 49: how.
    /// Protocol
    #[field(no = 30, compartment = operations, class = operational, release = as_is)]
    pub protocol: Option<Protocol>,
    /// Version of the protocol
    #[field(no = 31, compartment = operations, class = operational, release = as_is)]
    pub protocol_version: Option<Text>,
    /// Special measures for the child
    #[field(no = 32, compartment = operations, class = operational, release = as_is)]
    pub special_measures: Vec<SpecialMeasure>,
    /// What the child was told beforehand
    #[field(no = 33, compartment = operations, class = operational, release = as_is)]
    pub information_given: Vec<InformationGiven>,
    /// Recording
    #[field(no = 34, compartment = operations, class = operational, release = as_is, evidence)]
    pub recording: Option<Recording>,
    /// Open invitations
    #[field(no = 40, compartment = operations, class = operational, release = as_is)]
    pub invitations: Option<u64>,
    /// Directive questions (who, what, when, where)
    #[field(no = 41, compartment = operations, class = operational, release = as_is)]
    pub directive_questions: Option<u64>,
    /// Option-posing questions
    #[field(no = 42, compartment = operations, class = operational, release = as_is)]
    pub option_posing_questions: Option<u64>,
    /// Suggestive questions
    #[field(no = 43, compartment = operations, class = operational, release = as_is)]
    pub suggestive_questions: Option<u64>,

    // 50 to 59: what it led to.
    /// What it led to
    #[field(no = 50, compartment = offence, class = sensitive, release = as_is, evidence)]
    pub disclosure_outcome: Option<DisclosureOutcome>,
    /// Summary
    #[field(no = 51, compartment = narrative, class = narrative, evidence)]
    pub summary: Option<Narrative>,

    // 60 to 79: how the child is.
    /// Whether the child feels safe, before
    #[field(no = 60, compartment = wellbeing, class = sensitive, release = as_is)]
    pub feels_safe_before: Option<YesNoUnsure>,
    /// Whether the child feels safe, after
    #[field(no = 61, compartment = wellbeing, class = sensitive, release = as_is)]
    pub feels_safe_after: Option<YesNoUnsure>,
    /// The child's own face from 1 to 5, before
    #[field(no = 62, compartment = wellbeing, class = sensitive, release = as_is)]
    pub face_before: Option<u64>,
    /// The child's own face from 1 to 5, after
    #[field(no = 63, compartment = wellbeing, class = sensitive, release = as_is)]
    pub face_after: Option<u64>,
    /// Whether the child felt listened to
    #[field(no = 64, compartment = wellbeing, class = sensitive, release = as_is)]
    pub felt_listened_to: Option<YesNoUnsure>,
    /// Whether the child knew that stopping was allowed
    #[field(no = 65, compartment = wellbeing, class = sensitive, release = as_is)]
    pub could_stop: Option<YesNoUnsure>,
    /// Observed signs of distress; no diagnosis
    #[field(no = 66, compartment = wellbeing, class = sensitive, release = count)]
    pub distress_signs: Vec<DistressSign>,
    /// Immediate concern for the child's safety
    #[field(no = 67, compartment = wellbeing, class = sensitive, release = present)]
    pub safety_concern: Option<SafetyConcern>,
    /// What was done for the child's safety
    #[field(no = 68, compartment = wellbeing, class = narrative)]
    pub safety_action: Option<Narrative>,
}

redacted!(Interview);
