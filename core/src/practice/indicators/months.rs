//! Interviews of a month, as counts that may leave the compartments of a child: no cell of fewer than five, nor what
//! would give one away, nor a change from which one could be had by subtraction.

use std::collections::BTreeSet;

use super::{Cell, SMALLEST_CELL, Share, Table, interview_figures};
use crate::id::RecordId;
use crate::model::records::{Consent, Interview, InterviewMonth, InterviewPhase, Referral};
use crate::model::{PartialDate, Timestamp};
use crate::practice::referrals::hours_between;

/// An interview, with what the records above and below it say.
#[derive(Debug, Clone, Default)]
pub struct CountedInterview {
    /// The interview.
    pub interview: Interview,
    /// Whether there was a break.
    pub had_break: bool,
    /// The child that it was of.
    pub child: Option<RecordId>,
    /// Whether the child was below ten years.
    pub is_young: Option<bool>,
    /// The phases, as they were followed.
    pub phases: Vec<InterviewPhase>,
}

/// A refusal, and whether it was respected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CountedRefusal {
    /// When it was said.
    pub given_at: Option<Timestamp>,
    /// Whether what was refused was not done.
    pub respected: bool,
}

/// All that is counted.
#[derive(Debug, Clone, Default)]
pub struct Counted {
    /// The interviews.
    pub interviews: Vec<CountedInterview>,
    /// The referrals; they count in the month in which they were made.
    pub referrals: Vec<Referral>,
    /// The refusals; they count in the month in which they were said.
    pub refusals: Vec<CountedRefusal>,
}

/// Whether a refusal was respected, by what was recorded and told of the same child: none if it is no refusal, or its
/// records do not say.
#[must_use]
pub fn refusal(consent: &Consent, interviews: &[&Interview], referrals: &[&Referral]) -> Option<CountedRefusal> {
    let code = consent.decision.as_ref().map(|decision| decision.code().as_str());
    let refused = matches!(code, Some("refused" | "withdrawn"));
    let recorded = |one: &&Interview| {
        let after = one.started_at >= consent.given_at;
        after && one.recording.as_ref().is_some_and(|recording| recording.code().as_str() != "none")
    };
    let respected = match consent.purpose.as_ref().map(|purpose| purpose.code().as_str()) {
        Some("recording") => !interviews.iter().any(recorded),
        Some("referral" | "share" | "medical_exam") => !referrals.iter().any(|one| one.override_ground.is_some()),
        _ => return None,
    };
    refused.then_some(CountedRefusal { given_at: consent.given_at, respected })
}

/// The figures of a month, of the interviews that began in it, in UTC. Of fewer than five, only that it was computed.
#[must_use]
pub fn interview_month(month: PartialDate, counted: &Counted, now: Timestamp) -> InterviewMonth {
    let began = |one: &&CountedInterview| is_in(one.interview.started_at, month);
    let in_month: Vec<_> = counted.interviews.iter().filter(began).collect();
    let mut row = InterviewMonth { month: Some(month), computed_at: Some(now), ..InterviewMonth::default() };
    if (in_month.len() as u64) < SMALLEST_CELL {
        return row;
    }
    count_interviews(&mut row, &in_month);
    count_children(&mut row, &in_month);
    count_faces(&mut row, &in_month);
    let referrals: Vec<_> = counted.referrals.iter().filter(|one| is_in(one.made_at, month)).collect();
    count_referrals(&mut row, &referrals);
    let refusals = counted.refusals.iter().filter(|one| is_in(one.given_at, month));
    (row.refusals_respected, row.refusals_respected_of) = pair(refusals.map(|one| Some(one.respected)));
    row
}

fn count_interviews(row: &mut InterviewMonth, in_month: &[&CountedInterview]) {
    let plain: Vec<_> = in_month.iter().map(|one| one.interview.clone()).collect();
    let figures = interview_figures(&plain);
    let ended = in_month.iter().filter(|one| one.interview.ended_at.is_some());
    row.interviews = figures.interviews;
    row.median_delay_days = figures.median_delay_days;
    (row.in_room, row.in_room_of) = both(figures.in_room);
    (row.first, row.first_of) = both(figures.first);
    (row.recorded, row.recorded_of) = both(figures.recorded);
    (row.support_offered, row.support_offered_of) = both(figures.support_offered);
    (row.practised, row.practised_of) = both(figures.narrative_training);
    (row.with_break, row.with_break_of) = pair(ended.map(|one| Some(one.had_break)));
    (row.undue_delay, row.undue_delay_of) = pair(plain.iter().map(|one| {
        let flagged = one.quality_flags.iter().any(|flag| flag.code().as_str() == "long_delay");
        (flagged || one.delay_days.is_some()).then_some(flagged)
    }));
    let with_phases = in_month.iter().filter(|one| !one.phases.is_empty()).count() as u64;
    if with_phases >= SMALLEST_CELL {
        let phases = in_month.iter().flat_map(|one| &one.phases);
        (row.phases_full, row.phases_full_of) =
            pair(phases.map(|phase| phase.completion.as_ref().map(|done| done.code().as_str() == "full")));
    }
    // Questions are counted only where enough interviews have counts.
    let counted = plain.iter().filter(|one| one.invitations.is_some()).count() as u64;
    if counted >= SMALLEST_CELL {
        let sum = |count: fn(&Interview) -> Option<u64>| plain.iter().filter_map(count).fold(0, u64::saturating_add);
        row.invitations = Some(figures.invitations.count);
        row.questions = Some(figures.invitations.of);
        row.leading_questions =
            Some(sum(|one| one.option_posing_questions).saturating_add(sum(|one| one.suggestive_questions)));
    }
}

/// How many children there were, and the breaks of the young ones.
fn count_children(row: &mut InterviewMonth, in_month: &[&CountedInterview]) {
    let children: BTreeSet<_> = in_month.iter().filter_map(|one| one.child).collect();
    if in_month.iter().all(|one| one.child.is_some()) {
        // One interview more than children would be a child that was interviewed twice.
        let share = Share { count: children.len() as u64, of: in_month.len() as u64 };
        row.children = share.guarded(SMALLEST_CELL).map(|share| share.count);
    }
    let measured = |one: &&&CountedInterview| one.interview.breaks.is_some() && one.interview.net_minutes.is_some();
    let young: Vec<_> = in_month.iter().filter(|one| one.is_young == Some(true)).filter(measured).collect();
    let of_all = Share { count: young.len() as u64, of: in_month.len() as u64 }.guarded(SMALLEST_CELL);
    let with_break = Share::of(young.iter().map(|one| one.interview.breaks.map(|breaks| breaks > 0)));
    if of_all.is_some() && with_break.guarded(SMALLEST_CELL).is_some() {
        let sum = |count: fn(&Interview) -> Option<u64>| {
            Some(young.iter().filter_map(|one| count(&one.interview)).fold(0, u64::saturating_add))
        };
        row.young_interviews = Some(young.len() as u64);
        (row.young_breaks, row.young_minutes) = (sum(|one| one.breaks), sum(|one| one.net_minutes));
    }
}

/// How the children's own faces changed: all three counts, or none.
fn count_faces(row: &mut InterviewMonth, in_month: &[&CountedInterview]) {
    let faces = in_month.iter().filter_map(|one| one.interview.face_before.zip(one.interview.face_after));
    let codes = faces.map(|(before, after)| match after.cmp(&before) {
        std::cmp::Ordering::Greater => "better",
        std::cmp::Ordering::Equal => "same",
        std::cmp::Ordering::Less => "worse",
    });
    let table = Table::count(codes, SMALLEST_CELL);
    let cell = |code: &str| match table.cells.get(code) {
        None => Some(0),
        Some(Cell::Count(count)) => Some(*count),
        Some(Cell::Small) => None,
    };
    if table.cells.is_empty() {
        return;
    }
    if let (Some(better), Some(same), Some(worse)) = (cell("better"), cell("same"), cell("worse")) {
        (row.face_better, row.face_same, row.face_worse) = (Some(better), Some(same), Some(worse));
        row.face_of = Some(better + same + worse);
    }
}

fn count_referrals(row: &mut InterviewMonth, referrals: &[&Referral]) {
    let arrived = |hours: u64, urgent: &'static [&'static str]| {
        pair(referrals.iter().filter(|one| is_due(one, urgent)).map(|one| arrived_in(one, hours)))
    };
    (row.referred_24h, row.referred_24h_of) = arrived(24, &["within_24h"]);
    (row.referred_72h, row.referred_72h_of) = arrived(72, &["within_24h", "within_72h"]);
    (row.need_met, row.need_met_of) = pair(referrals.iter().map(|one| {
        let outcome = one.outcome.as_ref().map(|outcome| outcome.code().as_str());
        outcome.filter(|outcome| *outcome != "unknown").map(|outcome| outcome == "need_met")
    }));
}

/// Whether a referral of this urgency has left.
fn is_due(referral: &Referral, urgent: &[&str]) -> bool {
    let status = referral.status.as_ref().map_or("proposed", |status| status.code().as_str());
    referral.urgency.as_ref().is_some_and(|urgency| urgent.contains(&urgency.code().as_str()))
        && !matches!(status, "proposed" | "declined_by_child" | "declined_by_guardian" | "revoked")
}

/// Whether it arrived in so many hours; none while it is under way.
fn arrived_in(referral: &Referral, hours: u64) -> Option<bool> {
    let dates = || Some(hours_between(referral.made_at?, referral.received_at?));
    let ended = referral
        .status
        .as_ref()
        .is_some_and(|status| matches!(status.code().as_str(), "rejected" | "unavailable" | "expired"));
    let taken = referral.hours_to_receipt.or_else(dates);
    taken.map(|taken| taken <= hours).or(ended.then_some(false))
}

fn pair(answers: impl Iterator<Item = Option<bool>>) -> (Option<u64>, Option<u64>) {
    both(Share::of(answers).guarded(SMALLEST_CELL))
}

fn both(share: Option<Share>) -> (Option<u64>, Option<u64>) {
    (share.map(|share| share.count), share.map(|share| share.of))
}

/// Whether new figures may take the place of those that were told before. Both are known to whoever saw both, so what
/// lies between them must not be about fewer than five interviews.
#[must_use]
pub fn may_replace(before: &InterviewMonth, now: &InterviewMonth) -> bool {
    is_far(before.interviews, now.interviews)
}

/// What takes the place of a row: of each figure the new one, unless what lies between is about fewer than five, or so few of
/// those who came in between are on one side.
#[must_use]
pub fn replacement(mut before: InterviewMonth, mut now: InterviewMonth) -> InterviewMonth {
    let children = |row: &InterviewMonth| [row.interviews, row.children];
    if !tells_of_enough(&children(&before), &children(&now)) {
        now.children = before.children;
    }
    for (old, new) in groups(&mut before).into_iter().zip(groups(&mut now)) {
        if !tells_of_enough(&told(&old), &told(&new)) {
            keep(old, new);
        }
    }
    // Breaks and minutes are no children: only how many were counted says anything.
    let (old, new) = (young(&mut before), young(&mut now));
    if !is_far(*old[0], *new[0]) {
        keep(old.into(), new.into());
    }
    now
}

fn told(group: &[&mut Option<u64>]) -> Vec<Option<u64>> {
    group.iter().map(|figure| **figure).collect()
}

fn keep(old: Vec<&mut Option<u64>>, new: Vec<&mut Option<u64>>) {
    for (old, new) in old.into_iter().zip(new) {
        *new = *old;
    }
}

/// Whether who knows a number with its parts of before and of now learns of no group of fewer than five: neither how many came
/// in between, nor how many of them are in one part, nor in none.
fn tells_of_enough(before: &[Option<u64>], now: &[Option<u64>]) -> bool {
    let (Some((of_before, before)), Some((of_now, now))) = (before.split_first(), now.split_first()) else {
        return false;
    };
    if !is_far(*of_before, *of_now) {
        return false;
    }
    let rest =
        |of: &Option<u64>, parts: &[Option<u64>]| Some(of.as_ref()?.saturating_sub(parts.iter().flatten().sum()));
    let parts = before.iter().copied().zip(now.iter().copied());
    let mut changes = parts.chain([(rest(of_before, before), rest(of_now, now))]);
    changes.all(|change| match change {
        (Some(before), Some(now)) => !(1..SMALLEST_CELL).contains(&now.abs_diff(before)),
        _ => true,
    })
}

/// Figures that are told together, in each the number first that they are out of.
fn groups(row: &mut InterviewMonth) -> Vec<Vec<&mut Option<u64>>> {
    vec![
        vec![&mut row.in_room_of, &mut row.in_room],
        vec![&mut row.first_of, &mut row.first],
        vec![&mut row.recorded_of, &mut row.recorded],
        vec![&mut row.support_offered_of, &mut row.support_offered],
        vec![&mut row.with_break_of, &mut row.with_break],
        vec![&mut row.practised_of, &mut row.practised],
        vec![&mut row.phases_full_of, &mut row.phases_full],
        vec![&mut row.undue_delay_of, &mut row.undue_delay],
        vec![&mut row.face_of, &mut row.face_better, &mut row.face_same, &mut row.face_worse],
        vec![&mut row.referred_24h_of, &mut row.referred_24h],
        vec![&mut row.referred_72h_of, &mut row.referred_72h],
        vec![&mut row.need_met_of, &mut row.need_met],
        vec![&mut row.refusals_respected_of, &mut row.refusals_respected],
    ]
}

/// What is told of the interviews of young children: their number, breaks, minutes.
fn young(row: &mut InterviewMonth) -> [&mut Option<u64>; 3] {
    [&mut row.young_interviews, &mut row.young_breaks, &mut row.young_minutes]
}

fn is_far(before: Option<u64>, now: Option<u64>) -> bool {
    let added = match (before, now) {
        (None, None) | (Some(_), None) => return false,
        // That they were fewer than five before says between one and how many were added: at least so many.
        (None, Some(now)) => now.saturating_sub(SMALLEST_CELL - 1),
        (Some(before), Some(now)) => now.abs_diff(before),
    };
    added >= SMALLEST_CELL
}

/// Whether a moment lies in a month, in UTC.
#[must_use]
pub fn is_in(moment: Option<Timestamp>, month: PartialDate) -> bool {
    moment.is_some_and(|at| at.to_text().starts_with(&month.to_text()))
}

/// Whether all of a month lies before a moment.
#[must_use]
pub fn is_over(month: PartialDate, now: Timestamp) -> bool {
    let (month_text, now) = (month.to_text(), now.to_text());
    let exact = month.in_month().is_some() && month.on_day().is_none() && !month.is_estimated();
    exact && now.get(..7).is_some_and(|this| month_text.as_str() < this)
}
