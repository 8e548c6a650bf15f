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
    /// Interviews with practice in telling
    ///
    /// Empty if it would tell of few.
    #[field(no = 20, compartment = rooms, class = operational, release = as_is)]
    pub practised: Option<u64>,
    /// Interviews of which it is known whether there was practice in telling
    ///
    /// The denominator.
    #[field(no = 21, compartment = rooms, class = operational, release = as_is)]
    pub practised_of: Option<u64>,
    /// Phases that were done in full
    ///
    /// Empty if it would tell of few.
    #[field(no = 22, compartment = rooms, class = operational, release = as_is)]
    pub phases_full: Option<u64>,
    /// Phases of the interviews
    ///
    /// The denominator.
    #[field(no = 23, compartment = rooms, class = operational, release = as_is)]
    pub phases_full_of: Option<u64>,
    /// Interviews for which a child waited too long
    ///
    /// Empty if it would tell of few.
    #[field(no = 24, compartment = rooms, class = operational, release = as_is)]
    pub undue_delay: Option<u64>,
    /// Interviews of which it is known how long the child waited
    ///
    /// The denominator.
    #[field(no = 25, compartment = rooms, class = operational, release = as_is)]
    pub undue_delay_of: Option<u64>,
    /// Children who were interviewed
    ///
    /// Empty if it would tell of few. With the number of interviews it says how often a child was asked.
    #[field(no = 26, compartment = rooms, class = operational, release = as_is)]
    pub children: Option<u64>,
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
    /// Breaks in interviews of children below ten years
    ///
    /// Empty if it would tell of few.
    #[field(no = 33, compartment = rooms, class = operational, release = as_is)]
    pub young_breaks: Option<u64>,
    /// Minutes without breaks of interviews of children below ten years
    ///
    /// Sixty times the breaks by these minutes: breaks in an hour.
    #[field(no = 34, compartment = rooms, class = operational, release = as_is)]
    pub young_minutes: Option<u64>,
    /// Interviews of children below ten years
    ///
    /// Those of which breaks and minutes are known.
    #[field(no = 35, compartment = rooms, class = operational, release = as_is)]
    pub young_interviews: Option<u64>,
    /// Interviews after which the child pointed to a happier face
    ///
    /// Empty if it would tell of few.
    #[field(no = 40, compartment = rooms, class = operational, release = as_is)]
    pub face_better: Option<u64>,
    /// Interviews after which the child pointed to the same face
    ///
    /// Empty if it would tell of few.
    #[field(no = 41, compartment = rooms, class = operational, release = as_is)]
    pub face_same: Option<u64>,
    /// Interviews after which the child pointed to a sadder face
    ///
    /// Empty if it would tell of few.
    #[field(no = 42, compartment = rooms, class = operational, release = as_is)]
    pub face_worse: Option<u64>,
    /// Interviews at which the child pointed to a face before and after
    ///
    /// The denominator.
    #[field(no = 43, compartment = rooms, class = operational, release = as_is)]
    pub face_of: Option<u64>,
    /// Referrals within 24 hours that arrived in 24 hours
    ///
    /// Empty if it would tell of few.
    #[field(no = 50, compartment = rooms, class = operational, release = as_is)]
    pub referred_24h: Option<u64>,
    /// Referrals that were due within 24 hours
    ///
    /// The denominator. Those still under way are left out.
    #[field(no = 51, compartment = rooms, class = operational, release = as_is)]
    pub referred_24h_of: Option<u64>,
    /// Urgent referrals that arrived in 72 hours
    ///
    /// Empty if it would tell of few.
    #[field(no = 52, compartment = rooms, class = operational, release = as_is)]
    pub referred_72h: Option<u64>,
    /// Referrals that were due within 72 hours
    ///
    /// The denominator. Those still under way are left out.
    #[field(no = 53, compartment = rooms, class = operational, release = as_is)]
    pub referred_72h_of: Option<u64>,
    /// Referrals after which the need was met
    ///
    /// Empty if it would tell of few.
    #[field(no = 54, compartment = rooms, class = operational, release = as_is)]
    pub need_met: Option<u64>,
    /// Referrals whose outcome is known
    ///
    /// The denominator.
    #[field(no = 55, compartment = rooms, class = operational, release = as_is)]
    pub need_met_of: Option<u64>,
    /// Refusals that were respected
    ///
    /// Empty if it would tell of few.
    #[field(no = 56, compartment = rooms, class = operational, release = as_is)]
    pub refusals_respected: Option<u64>,
    /// Refusals of which it is known whether they were respected
    ///
    /// The denominator.
    #[field(no = 57, compartment = rooms, class = operational, release = as_is)]
    pub refusals_respected_of: Option<u64>,
}

redacted!(InterviewMonth);
