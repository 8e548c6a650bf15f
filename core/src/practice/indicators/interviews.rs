//! Interviews: how they were held. From operational fields alone; no share of few is shown.

use super::{SMALLEST_CELL, Share, Table, median};
use crate::model::records::Interview;

/// How interviews were held. A share that is none would tell about few.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct InterviewFigures {
    /// Interviews that have started; none if they are few.
    pub interviews: Option<u64>,
    /// Held in a room for children.
    pub in_room: Option<Share>,
    /// The first of the child on this allegation.
    pub first: Option<Share>,
    /// Why a child was interviewed again.
    pub repeat_reasons: Table,
    /// Recorded.
    pub recorded: Option<Share>,
    /// A support person was offered.
    pub support_offered: Option<Share>,
    /// Stopped by the child: its right, not a failure.
    pub stopped_by_child: Option<Share>,
    /// Practice in telling was not left out, as far as the flags were computed.
    pub narrative_training: Option<Share>,
    /// Open invitations out of all questions, all interviews together.
    pub invitations: Share,
    /// Days from the report to the interview, in the middle; none of few.
    pub median_delay_days: Option<u64>,
}

/// How interviews were held. Those that have not started are left out.
#[must_use]
pub fn interview_figures(interviews: &[Interview]) -> InterviewFigures {
    let held: Vec<_> = interviews.iter().filter(|one| one.started_at.is_some()).collect();
    let share =
        |answer: fn(&Interview) -> Option<bool>| Share::of(held.iter().map(|one| answer(one))).guarded(SMALLEST_CELL);
    let few = (held.len() as u64) < SMALLEST_CELL;
    let reasons = held.iter().filter_map(|one| one.repeat_reason.as_ref()).map(|reason| reason.code().as_str());
    let sum =
        |count: fn(&Interview) -> Option<u64>| held.iter().filter_map(|one| count(one)).fold(0, u64::saturating_add);
    let open = sum(|one| one.invitations).saturating_add(sum(|one| one.cued_invitations));
    let closed: [fn(&Interview) -> Option<u64>; 5] = [
        |one| one.directive_questions,
        |one| one.option_posing_questions,
        |one| one.suggestive_questions,
        |one| one.faux_invitations,
        |one| one.negative_recasts,
    ];
    let questions = closed.into_iter().map(sum).fold(open, u64::saturating_add);
    InterviewFigures {
        interviews: (!few || held.is_empty()).then_some(held.len() as u64),
        in_room: share(|one| match (&one.room, &one.alternative_venue) {
            (Some(_), _) => Some(true),
            (None, Some(_)) => Some(false),
            (None, None) => None,
        }),
        first: share(|one| one.sequence_number.map(|number| number == 1)),
        repeat_reasons: Table::count(reasons, SMALLEST_CELL),
        recorded: share(|one| one.recording.as_ref().map(|recording| recording.code().as_str() != "none")),
        support_offered: share(|one| {
            one.support_person_choice.as_ref().map(|choice| choice.code().as_str() != "not_offered")
        }),
        stopped_by_child: share(|one| {
            one.disclosure_outcome.as_ref().map(|outcome| outcome.code().as_str() == "stopped_by_child")
        }),
        narrative_training: share(|one| {
            let skipped = one.quality_flags.iter().any(|flag| flag.code().as_str() == "narrative_training_skipped");
            one.ended_at.map(|_| !skipped)
        }),
        invitations: if few { Share::default() } else { Share { count: open, of: questions } },
        median_delay_days: median(held.iter().filter_map(|one| one.delay_days)).filter(|_| !few),
    }
}
