//! An interview of a child: when, how, and how the child was.

use saferoom_derive::Record;

use super::{
    AlternativeVenue, DisclosureOutcome, DistressSign, InformationGiven, InterpreterMode, InterviewAid,
    InterviewPurpose, Language, MatchConfidence, NoRecordingReason, ParticipantRole, PreferenceMatch, PreferredSex,
    PriorInterviewer, Protocol, QualityFlag, QuestionCodingMethod, Recording, RepeatReason, SafetyConcern,
    SpecialMeasure, SupportGiven, SupportPersonChoice, YesNoUnsure, redacted,
};
use crate::id::RecordId;
use crate::model::{Narrative, Text, Timestamp};

/// An interview
///
/// Make one before the child enters the room, after you have looked for earlier interviews. One record for each
/// session.
#[derive(Clone, PartialEq, Default, Record)]
#[record(kind = INTERVIEW, parents(CASE, CHILD))]
pub struct Interview {
    // 1 to 9: which interview this is.
    /// Purpose
    ///
    /// First interview only if no agency has formally interviewed this child about this allegation before.
    #[field(no = 1, compartment = operations, class = operational, release = as_is, required)]
    pub purpose: Option<InterviewPurpose>,
    /// Which formal interview of this child on this allegation it is, by any agency
    ///
    /// Count those of all agencies: police, commune, organisation, prosecutor, court. The first is 1.
    #[field(no = 2, compartment = operations, class = operational, release = as_is, evidence)]
    pub sequence_number: Option<u64>,
    /// Earlier interviews that the child or the file tells of
    ///
    /// How many times the child already had to tell it. 0 if none.
    #[field(no = 3, compartment = operations, class = sensitive, release = as_is)]
    pub prior_interviews_declared: Option<u64>,
    /// Earlier interviews that a match with other records found
    ///
    /// What the search for earlier records found. 0 if nothing was found.
    #[field(no = 4, compartment = operations, class = sensitive, release = as_is)]
    pub prior_interviews_matched: Option<u64>,
    /// Why the child is interviewed again
    ///
    /// Needed from the second interview on. Convenience of an agency is no reason.
    #[field(no = 5, compartment = operations, class = operational, release = as_is)]
    pub repeat_reason: Option<RepeatReason>,
    /// Officer who authorised interviewing the child again
    ///
    /// As a paper says it. In a live interview the supervisor signs an authorisation.
    #[field(no = 6, compartment = operations, class = quasi, evidence)]
    pub repeat_authorised_by: Option<RecordId>,
    /// Who held the earlier interviews
    ///
    /// Choose all. It shows where agencies could have shared instead of asking again.
    #[field(no = 7, compartment = operations, class = sensitive, release = as_is)]
    pub prior_interviews_by: Vec<PriorInterviewer>,
    /// How sure the match with other records is
    ///
    /// As the search answered it.
    #[field(no = 8, compartment = operations, class = sensitive, release = as_is)]
    pub prior_match_confidence: Option<MatchConfidence>,

    // 10 to 19: when and where.
    /// When it was planned
    ///
    /// Not during school, at night, or when the child is hungry or tired.
    #[field(no = 10, compartment = operations, class = quasi)]
    pub scheduled_at: Option<Timestamp>,
    /// When it started
    ///
    /// When the child came into the room, not when the recording began.
    #[field(no = 11, compartment = operations, class = quasi, release = month, evidence)]
    pub started_at: Option<Timestamp>,
    /// When it ended
    ///
    /// When the child left the room.
    #[field(no = 12, compartment = operations, class = quasi, evidence)]
    pub ended_at: Option<Timestamp>,
    /// Minutes without breaks
    ///
    /// The time in which the child was asked or told something.
    #[field(no = 13, compartment = operations, class = operational, release = as_is)]
    pub net_minutes: Option<u64>,
    /// Number of breaks
    ///
    /// How many there were. For when and why, add a break record for each.
    #[field(no = 14, compartment = operations, class = operational, release = as_is)]
    pub breaks: Option<u64>,
    /// Days from the report to the interview
    ///
    /// Whole days. Long waiting is hard on the child.
    #[field(no = 15, compartment = operations, class = operational, release = as_is)]
    pub delay_days: Option<u64>,
    /// Room
    ///
    /// The record of the child-friendly interview room.
    #[field(no = 16, compartment = operations, class = quasi, release = present)]
    pub room: Option<RecordId>,
    /// Place if not in a room for children
    ///
    /// Only if no child-friendly interview room was used.
    #[field(no = 17, compartment = operations, class = quasi, release = as_is)]
    pub alternative_venue: Option<AlternativeVenue>,
    /// Why no room for children was used
    ///
    /// Such as too far, occupied, or the wish of the child.
    #[field(no = 18, compartment = operations, class = narrative)]
    pub alternative_venue_reason: Option<Narrative>,
    /// Station
    ///
    /// The record of the station where it took place.
    #[field(no = 19, compartment = operations, class = quasi)]
    pub station: Option<RecordId>,

    // 20 to 29: who.
    /// Interviewer
    ///
    /// The record of the officer who talked with the child. Only trained interviewers.
    #[field(no = 20, compartment = operations, class = quasi, evidence)]
    pub interviewer: Option<RecordId>,
    /// Second interviewer
    ///
    /// The record of an officer who took over or asked as well. Most interviews have none.
    #[field(no = 21, compartment = operations, class = quasi, evidence)]
    pub second_interviewer: Option<RecordId>,
    /// Whether the interviewer is the same as before
    ///
    /// For a further interview. A child should not have to begin again with a stranger.
    #[field(no = 22, compartment = operations, class = operational, release = as_is)]
    pub same_interviewer: Option<bool>,
    /// Sex of the interviewer that the child prefers
    ///
    /// Ask the child before the interview.
    #[field(no = 23, compartment = operations, class = sensitive, release = as_is)]
    pub preferred_interviewer_sex: Option<PreferredSex>,
    /// Who chose the support person
    ///
    /// Offer it to every child. Never someone who may be involved.
    #[field(no = 24, compartment = operations, class = sensitive, release = as_is)]
    pub support_person_choice: Option<SupportPersonChoice>,
    /// Support person
    ///
    /// The name. For relation and place, add a participant record.
    #[field(no = 25, compartment = identity, class = direct, release = present)]
    pub support_person: Option<Text>,
    /// Number of persons in the room, with the child
    ///
    /// Best is two: child and interviewer. Others watch from the observation room.
    #[field(no = 26, compartment = operations, class = operational, release = as_is)]
    pub persons_in_room: Option<u64>,
    /// How an interpreter took part
    ///
    /// For who it was and whether sworn, add a participant record.
    #[field(no = 27, compartment = operations, class = operational, release = as_is)]
    pub interpreter_mode: Option<InterpreterMode>,
    /// Language
    ///
    /// The language in which the child told it.
    #[field(no = 28, compartment = profile, class = quasi, release = coarse_code)]
    pub language: Option<Language>,
    /// Whether the interviewer was of the sex the child preferred
    ///
    /// Not matched is no fault if you say so; it shows where officers are missing.
    #[field(no = 29, compartment = operations, class = operational, release = as_is)]
    pub interviewer_sex_match: Option<PreferenceMatch>,

    // 30 to 39: how.
    /// Protocol
    ///
    /// The interview protocol that you followed.
    #[field(no = 30, compartment = operations, class = operational, release = as_is)]
    pub protocol: Option<Protocol>,
    /// Version of the protocol
    ///
    /// As printed on it, such as 2014 or 2.1.
    #[field(no = 31, compartment = operations, class = operational, release = as_is)]
    pub protocol_version: Option<Text>,
    /// Special measures for the child
    ///
    /// What was arranged to protect the child. Choose all.
    #[field(no = 32, compartment = operations, class = operational, release = as_is)]
    pub special_measures: Vec<SpecialMeasure>,
    /// What the child was told beforehand
    ///
    /// Only what you really said, in words the child understood.
    #[field(no = 33, compartment = operations, class = operational, release = as_is)]
    pub information_given: Vec<InformationGiven>,
    /// Recording
    ///
    /// What was recorded. A good recording spares the child from telling it again.
    #[field(no = 34, compartment = operations, class = operational, release = as_is, evidence)]
    pub recording: Option<Recording>,
    /// Why there is no recording
    ///
    /// Needed if nothing was recorded.
    #[field(no = 35, compartment = operations, class = operational, release = as_is)]
    pub no_recording_reason: Option<NoRecordingReason>,
    /// Consent or assent to the recording
    ///
    /// The record of the consent. The child's own answer counts as well as the guardian's.
    #[field(no = 36, compartment = operations, class = quasi, evidence)]
    pub recording_consent: Option<RecordId>,
    /// Recording device
    ///
    /// Make and inventory number. Never a private phone.
    #[field(no = 37, compartment = evidence, class = operational, evidence)]
    pub recording_device: Option<Text>,
    /// Evidence items of the recording
    ///
    /// The records of the master and of every copy.
    #[field(no = 38, compartment = evidence, class = operational, release = count, evidence)]
    pub recordings: Vec<RecordId>,

    // 40 to 49: the questions, counted.
    /// Open invitations
    ///
    /// Such as: tell me everything that happened.
    #[field(no = 40, compartment = operations, class = operational, release = as_is)]
    pub invitations: Option<u64>,
    /// Directive questions (who, what, when, where)
    ///
    /// About something the child has already spoken of.
    #[field(no = 41, compartment = operations, class = operational, release = as_is)]
    pub directive_questions: Option<u64>,
    /// Option-posing questions
    ///
    /// Yes-or-no questions and questions with a choice.
    #[field(no = 42, compartment = operations, class = operational, release = as_is)]
    pub option_posing_questions: Option<u64>,
    /// Suggestive questions
    ///
    /// Questions that assume something the child has not said, or repeat it until the answer changes.
    #[field(no = 43, compartment = operations, class = operational, release = as_is)]
    pub suggestive_questions: Option<u64>,
    /// Cued invitations
    ///
    /// Such as: you said he came in; tell me more about that.
    #[field(no = 44, compartment = operations, class = operational, release = as_is)]
    pub cued_invitations: Option<u64>,
    /// Invitations in form only
    ///
    /// Questions that begin like an invitation but ask for one detail.
    #[field(no = 45, compartment = operations, class = operational, release = as_is)]
    pub faux_invitations: Option<u64>,
    /// Negative recasts
    ///
    /// Questions with a doubt in them, such as: did you not say ...?
    #[field(no = 46, compartment = operations, class = operational, release = as_is)]
    pub negative_recasts: Option<u64>,
    /// Supportive statements that suggest nothing
    ///
    /// Such as: you are doing well. Not: you are doing well because you told me about him.
    #[field(no = 47, compartment = operations, class = operational, release = as_is)]
    pub supportive_statements: Option<u64>,
    /// Who counted the questions
    ///
    /// The record of the officer. Better someone other than the interviewer.
    #[field(no = 48, compartment = operations, class = quasi)]
    pub question_coder: Option<RecordId>,
    /// How the questions were counted
    ///
    /// From the recording is more exact than live.
    #[field(no = 49, compartment = operations, class = operational, release = as_is)]
    pub question_coding_method: Option<QuestionCodingMethod>,

    // 50 to 59: what it led to.
    /// What it led to
    ///
    /// What happened in the interview. It does not say whether the child is believed.
    #[field(no = 50, compartment = offence, class = sensitive, release = as_is, evidence)]
    pub disclosure_outcome: Option<DisclosureOutcome>,
    /// Summary
    ///
    /// What the child told, in the child's words. No judgement and no guess.
    #[field(no = 51, compartment = narrative, class = narrative, evidence)]
    pub summary: Option<Narrative>,
    /// Points to look at in the review
    ///
    /// Found by rules from the other fields. They are for learning, not for blame.
    #[field(no = 52, compartment = operations, class = operational, release = as_is)]
    pub quality_flags: Vec<QualityFlag>,
    /// When the record was closed for changes
    ///
    /// When the interviewer declared it complete. Corrections after that are revisions with a reason.
    #[field(no = 53, compartment = operations, class = operational, evidence)]
    pub locked_at: Option<Timestamp>,
    /// Officer who closed it
    ///
    /// The record of the officer.
    #[field(no = 54, compartment = operations, class = quasi, evidence)]
    pub locked_by: Option<RecordId>,
    /// Digest of the statement when it was closed
    ///
    /// As the system shows it, in hexadecimal. Do not type it by hand.
    #[field(no = 55, compartment = evidence, class = operational, evidence)]
    pub locked_digest: Option<Text>,
    /// Aids that were used
    ///
    /// Such as drawing. Choose none if nothing was used.
    #[field(no = 56, compartment = operations, class = sensitive, release = as_is)]
    pub aids_used: Vec<InterviewAid>,
    /// Why aids were used
    ///
    /// What the child could not say in words, and which aid helped. Body diagrams and exhibits need a reason.
    #[field(no = 57, compartment = operations, class = narrative)]
    pub aids_justification: Option<Narrative>,

    // 60 to 79: how the child is.
    /// Whether the child feels safe, before
    ///
    /// The child's own answer, asked before anything else.
    #[field(no = 60, compartment = wellbeing, class = sensitive, release = as_is)]
    pub feels_safe_before: Option<YesNoUnsure>,
    /// Whether the child feels safe, after
    ///
    /// The child's own answer, best asked by someone other than the interviewer.
    #[field(no = 61, compartment = wellbeing, class = sensitive, release = as_is)]
    pub feels_safe_after: Option<YesNoUnsure>,
    /// The child's own face from 1 to 5, before
    ///
    /// The face the child points to: 1 is very sad, 5 very glad. Never point for the child.
    #[field(no = 62, compartment = wellbeing, class = sensitive, release = as_is)]
    pub face_before: Option<u64>,
    /// The child's own face from 1 to 5, after
    ///
    /// The face the child points to: 1 is very sad, 5 very glad. Never point for the child.
    #[field(no = 63, compartment = wellbeing, class = sensitive, release = as_is)]
    pub face_after: Option<u64>,
    /// Whether the child felt listened to
    ///
    /// The child's own answer.
    #[field(no = 64, compartment = wellbeing, class = sensitive, release = as_is)]
    pub felt_listened_to: Option<YesNoUnsure>,
    /// Whether the child knew that stopping was allowed
    ///
    /// The child's own answer.
    #[field(no = 65, compartment = wellbeing, class = sensitive, release = as_is)]
    pub could_stop: Option<YesNoUnsure>,
    /// Observed signs of distress; no diagnosis
    ///
    /// What you saw or heard. Do not interpret it.
    #[field(no = 66, compartment = wellbeing, class = sensitive, release = count)]
    pub distress_signs: Vec<DistressSign>,
    /// Immediate concern for the child's safety
    ///
    /// If there is any, the child does not leave before something is done.
    #[field(no = 67, compartment = wellbeing, class = sensitive, release = present)]
    pub safety_concern: Option<SafetyConcern>,
    /// What was done for the child's safety
    ///
    /// Who was called, where the child goes now, who stays with the child.
    #[field(no = 68, compartment = wellbeing, class = narrative)]
    pub safety_action: Option<Narrative>,
    /// Whether the child wants to go on
    ///
    /// Ask at the start and after each break. No means stop.
    #[field(no = 69, compartment = wellbeing, class = sensitive, release = as_is)]
    pub wants_to_continue: Option<YesNoUnsure>,
    /// Whether the child has eaten, drunk and slept enough
    ///
    /// Ask before starting. If not, wait.
    #[field(no = 70, compartment = wellbeing, class = sensitive, release = as_is)]
    pub basic_needs_met: Option<bool>,
    /// Support that was given to the child
    ///
    /// During and right after the interview. Choose all.
    #[field(no = 71, compartment = wellbeing, class = sensitive, release = as_is)]
    pub support_given: Vec<SupportGiven>,
    /// Whether the child needs someone to follow up
    ///
    /// Yes if anyone in the room thinks so. Then make a referral.
    #[field(no = 72, compartment = wellbeing, class = sensitive, release = as_is)]
    pub follow_up_needed: Option<bool>,
    /// Role of the person who observed how the child was
    ///
    /// The role, not the name.
    #[field(no = 73, compartment = wellbeing, class = operational, release = as_is)]
    pub observed_by_role: Option<ParticipantRole>,
    /// Whether the child understood the questions
    ///
    /// The child's own answer.
    #[field(no = 74, compartment = wellbeing, class = sensitive, release = as_is)]
    pub understood_questions: Option<YesNoUnsure>,
    /// Role of the person who asked the child afterwards
    ///
    /// Best someone other than the interviewer.
    #[field(no = 75, compartment = wellbeing, class = operational, release = as_is)]
    pub asked_after_by: Option<ParticipantRole>,
    /// What the child said about the interview
    ///
    /// In the child's own words. Nothing about what happened to the child; that belongs into the statement.
    #[field(no = 76, compartment = wellbeing, class = narrative)]
    pub child_feedback: Option<Narrative>,
    /// Referral that was made for the child's safety
    ///
    /// The record of the referral.
    #[field(no = 77, compartment = wellbeing, class = sensitive, release = present)]
    pub safety_referral: Option<RecordId>,
    /// Why the interviewer asked the child afterwards
    ///
    /// Needed if nobody else asked. Such as: nobody else was there, the child did not want to talk with anybody else.
    #[field(no = 78, compartment = wellbeing, class = narrative)]
    pub asked_after_reason: Option<Narrative>,
    /// What the guardian said about room and interview
    ///
    /// In the guardian's own words. Nothing about what happened to the child.
    #[field(no = 79, compartment = wellbeing, class = narrative)]
    pub guardian_feedback: Option<Narrative>,

    // 80 to 89: how the interviewer supported the child.
    /// Times that reluctance was met with support
    ///
    /// How often you noticed that the child hesitated, and answered it calmly.
    #[field(no = 80, compartment = operations, class = operational, release = as_is)]
    pub reluctance_addressed: Option<u64>,
    /// Times that the child was reassured
    ///
    /// Without promising what you cannot keep.
    #[field(no = 81, compartment = operations, class = operational, release = as_is)]
    pub reassurances: Option<u64>,
    /// Times that a feeling was acknowledged
    ///
    /// Such as: I see that this is hard.
    #[field(no = 82, compartment = operations, class = operational, release = as_is)]
    pub emotions_acknowledged: Option<u64>,

    // 90 to 99: what a second person signed.
    /// Authorisation to interview the child again
    ///
    /// The record that a second person signed. Filled in before the interview starts.
    #[field(no = 90, compartment = operations, class = operational, evidence)]
    pub repeat_authorisation: Option<RecordId>,
}

redacted!(Interview);
