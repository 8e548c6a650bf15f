//! A review of an interview by peers or a supervisor.

use saferoom_derive::Record;

use super::{QuestionCodingMethod, ReviewFollowUp, redacted};
use crate::id::RecordId;
use crate::model::{Narrative, PartialDate};

/// A review of an interview
///
/// Made by a peer or supervisor who did not take part, to learn from it.
#[derive(Clone, PartialEq, Default, Record)]
#[record(kind = QUALITY_REVIEW, parents(INTERVIEW), at_most = 16)]
pub struct QualityReview {
    /// Reviewer
    ///
    /// The record of the officer. Not the interviewer.
    #[field(no = 1, compartment = operations, class = quasi, required)]
    pub reviewer: Option<RecordId>,
    /// When it was reviewed
    ///
    /// Best within a month.
    #[field(no = 2, compartment = operations, class = operational, release = quarter, required)]
    pub reviewed_on: Option<PartialDate>,
    /// Score in percent
    ///
    /// By the form that your unit uses. From 0 to 100. It is about the interview, never about the child.
    #[field(no = 3, compartment = operations, class = operational, release = as_is)]
    pub score: Option<u64>,
    /// What the review is based on
    ///
    /// The recording, or being there.
    #[field(no = 4, compartment = operations, class = operational, release = as_is)]
    pub method: Option<QuestionCodingMethod>,
    /// What went well
    ///
    /// Say it concretely, so that it can be done again.
    #[field(no = 5, compartment = operations, class = narrative)]
    pub strengths: Option<Narrative>,
    /// What could be better
    ///
    /// Concrete and kind. Quote the interviewer, not the child.
    #[field(no = 6, compartment = operations, class = narrative)]
    pub feedback: Option<Narrative>,
    /// Whether it was talked over with the interviewer
    ///
    /// Yes only after the talk.
    #[field(no = 7, compartment = operations, class = operational, release = as_is)]
    pub discussed_with_interviewer: Option<bool>,
    /// What follows from it
    ///
    /// Training and support, not blame.
    #[field(no = 8, compartment = operations, class = operational, release = as_is)]
    pub follow_up: Option<ReviewFollowUp>,
}

redacted!(QualityReview);
