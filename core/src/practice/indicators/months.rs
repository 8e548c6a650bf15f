//! Interviews of a month, as counts that may leave the compartments of a child: no cell of fewer than five, nor what
//! would give one away, nor a change from which one could be had by subtraction.

use super::{SMALLEST_CELL, Share, interview_figures};
use crate::model::records::{Interview, InterviewMonth};
use crate::model::{PartialDate, Timestamp};

/// An interview, and whether there was a break in it.
#[derive(Debug, Clone)]
pub struct CountedInterview {
    /// The interview.
    pub interview: Interview,
    /// Whether there was a break.
    pub had_break: bool,
}

/// The figures of a month, of the interviews that began in it, in UTC. Of fewer than five, only that it was computed.
#[must_use]
pub fn interview_month(month: PartialDate, interviews: &[CountedInterview], now: Timestamp) -> InterviewMonth {
    let in_month: Vec<_> = interviews.iter().filter(|one| began_in(&one.interview, month)).collect();
    let mut row = InterviewMonth { month: Some(month), computed_at: Some(now), ..InterviewMonth::default() };
    if (in_month.len() as u64) < SMALLEST_CELL {
        return row;
    }
    let plain: Vec<_> = in_month.iter().map(|one| one.interview.clone()).collect();
    let figures = interview_figures(&plain);
    let ended = in_month.iter().filter(|one| one.interview.ended_at.is_some());
    let breaks = Share::of(ended.map(|one| Some(one.had_break))).guarded(SMALLEST_CELL);
    let both = |share: Option<Share>| (share.map(|share| share.count), share.map(|share| share.of));
    row.interviews = figures.interviews;
    row.median_delay_days = figures.median_delay_days;
    (row.in_room, row.in_room_of) = both(figures.in_room);
    (row.first, row.first_of) = both(figures.first);
    (row.recorded, row.recorded_of) = both(figures.recorded);
    (row.support_offered, row.support_offered_of) = both(figures.support_offered);
    (row.with_break, row.with_break_of) = both(breaks);
    // Questions are counted only where enough interviews have counts.
    let counted = plain.iter().filter(|one| one.invitations.is_some()).count() as u64;
    if counted >= SMALLEST_CELL {
        let sum = |count: fn(&Interview) -> Option<u64>| plain.iter().filter_map(count).fold(0, u64::saturating_add);
        row.invitations = Some(figures.invitations.count);
        row.questions = Some(figures.invitations.of);
        row.leading_questions =
            Some(sum(|one| one.option_posing_questions).saturating_add(sum(|one| one.suggestive_questions)));
    }
    row
}

/// Whether new figures may take the place of those that were told before. Both are known to whoever saw both, so what
/// lies between them must not be about fewer than five interviews.
#[must_use]
pub fn may_replace(before: &InterviewMonth, now: &InterviewMonth) -> bool {
    let added = match (before.interviews, now.interviews) {
        (None, None) => return false,
        // That they were fewer than five before says between one and how many were added: at least so many.
        (None, Some(now)) => now.saturating_sub(SMALLEST_CELL - 1),
        (Some(before), Some(now)) => now.abs_diff(before),
        (Some(_), None) => return false,
    };
    added >= SMALLEST_CELL
}

fn began_in(interview: &Interview, month: PartialDate) -> bool {
    interview.started_at.is_some_and(|at| at.to_text().starts_with(&month.to_text()))
}

/// Whether all of a month lies before a moment.
#[must_use]
pub fn is_over(month: PartialDate, now: Timestamp) -> bool {
    let (month_text, now) = (month.to_text(), now.to_text());
    let exact = month.in_month().is_some() && month.on_day().is_none() && !month.is_estimated();
    exact && now.get(..7).is_some_and(|this| month_text.as_str() < this)
}
