//! A break in an interview.

use saferoom_derive::Record;

use super::{BreakReason, ParticipantRole, redacted};
use crate::model::Timestamp;

/// A break in an interview
///
/// Make one for each break, also a short one.
#[derive(Clone, PartialEq, Default, Record)]
#[record(kind = INTERVIEW_BREAK, parents(INTERVIEW), at_most = 64)]
pub struct InterviewBreak {
    /// Reason
    ///
    /// The wish of the child comes first.
    #[field(no = 1, compartment = operations, class = operational, release = as_is, required)]
    pub reason: Option<BreakReason>,
    /// When it started
    ///
    /// From the clock in the room.
    #[field(no = 2, compartment = operations, class = operational, required, evidence)]
    pub started_at: Option<Timestamp>,
    /// When it ended
    ///
    /// From the clock in the room.
    #[field(no = 3, compartment = operations, class = operational, evidence)]
    pub ended_at: Option<Timestamp>,
    /// Role of the person who stayed with the child
    ///
    /// A child is not left alone.
    #[field(no = 4, compartment = operations, class = operational, release = as_is)]
    pub accompanied_by: Option<ParticipantRole>,
    /// Whether nothing of the matter was talked about in the break
    ///
    /// Yes if nobody asked the child about it.
    #[field(no = 5, compartment = operations, class = operational, release = as_is, evidence)]
    pub topic_not_discussed: Option<bool>,
}

redacted!(InterviewBreak);
