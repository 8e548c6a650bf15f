//! How interviews of a month were held, as counts that tell of no child: all that those who look after rooms see of them.

use saferoom_derive::Record;

use super::redacted;
use crate::model::{PartialDate, Timestamp};

/// Interviews of a month, counted
///
/// Computed by the program from the interviews of a month that is over. No count tells of fewer than five.
#[derive(Clone, PartialEq, Default, Record)]
#[record(kind = INTERVIEW_MONTH, parents(UNIT, ROOMS_SOURCE))]
pub struct InterviewMonth {
    /// Month
    ///
    /// The month in which the interviews began.
    #[field(no = 1, compartment = rooms, class = operational, release = quarter, required)]
    pub month: Option<PartialDate>,
    /// Number of interviews
    ///
    /// Empty if they were fewer than five.
    #[field(no = 2, compartment = rooms, class = operational, release = as_is)]
    pub interviews: Option<u64>,
    /// When it was computed
    ///
    /// Filled in by the program.
    #[field(no = 3, compartment = rooms, class = operational)]
    pub computed_at: Option<Timestamp>,
    /// Days from report to interview, in the middle
    ///
    /// Half of the interviews took place within so many days.
    #[field(no = 4, compartment = rooms, class = operational, release = as_is)]
    pub median_delay_days: Option<u64>,
    /// Interviews held in a room for children
    ///
    /// Empty if it would tell of few.
    #[field(no = 10, compartment = rooms, class = operational, release = as_is)]
    pub in_room: Option<u64>,
    /// Interviews of which it is known whether they were held in a room for children
    ///
    /// The denominator.
    #[field(no = 11, compartment = rooms, class = operational, release = as_is)]
    pub in_room_of: Option<u64>,
    /// First interviews of a child
    ///
    /// Empty if it would tell of few.
    #[field(no = 12, compartment = rooms, class = operational, release = as_is)]
    pub first: Option<u64>,
    /// Interviews of which it is known whether they were the first
    ///
    /// The denominator.
    #[field(no = 13, compartment = rooms, class = operational, release = as_is)]
    pub first_of: Option<u64>,
    /// Recorded interviews
    ///
    /// Empty if it would tell of few.
    #[field(no = 14, compartment = rooms, class = operational, release = as_is)]
    pub recorded: Option<u64>,
    /// Interviews of which it is known whether they were recorded
    ///
    /// The denominator.
    #[field(no = 15, compartment = rooms, class = operational, release = as_is)]
    pub recorded_of: Option<u64>,
    /// Interviews at which a support person was offered
    ///
    /// Empty if it would tell of few.
    #[field(no = 16, compartment = rooms, class = operational, release = as_is)]
    pub support_offered: Option<u64>,
    /// Interviews of which it is known whether a support person was offered
    ///
    /// The denominator.
    #[field(no = 17, compartment = rooms, class = operational, release = as_is)]
    pub support_offered_of: Option<u64>,
    /// Interviews with a break
    ///
    /// Empty if it would tell of few.
    #[field(no = 18, compartment = rooms, class = operational, release = as_is)]
    pub with_break: Option<u64>,
    /// Interviews that have ended
    ///
    /// The denominator of those with a break.
    #[field(no = 19, compartment = rooms, class = operational, release = as_is)]
    pub with_break_of: Option<u64>,
    /// Open invitations to tell
    ///
    /// Of all interviews together.
    #[field(no = 30, compartment = rooms, class = operational, release = as_is)]
    pub invitations: Option<u64>,
    /// Option-posing and suggestive questions
    ///
    /// Of all interviews together.
    #[field(no = 31, compartment = rooms, class = operational, release = as_is)]
    pub leading_questions: Option<u64>,
    /// Questions
    ///
    /// The denominator of both.
    #[field(no = 32, compartment = rooms, class = operational, release = as_is)]
    pub questions: Option<u64>,
}

redacted!(InterviewMonth);
