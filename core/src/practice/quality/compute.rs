//! How each flag is found.

use super::{Circumstances, Flag, QualityRules, Thresholds};
use crate::model::Timestamp;
use crate::model::records::Interview;
use crate::practice::interview::{Course, Tally};

/// The flags that are computed here, in the order in which they are shown.
pub(super) const CODES: [&str; 10] = [
    "guardian_suspect_present",
    "repeat_without_reason",
    "no_recording",
    "narrative_training_skipped",
    "no_break",
    "over_three_in_room",
    "many_leading_questions",
    "long_delay",
    "certificate_out_of_date",
    "asked_by_interviewer",
];

/// Places from which nobody hears the child.
const OUT_OF_HEARING: &str = "waiting_place";

/// What of an interview a review should look at, as it stands at `now` (or stood when it ended).
#[must_use]
pub fn quality_flags(
    course: &Course,
    circumstances: &Circumstances,
    rules: &QualityRules,
    now: Timestamp,
) -> Vec<Flag> {
    let (interview, thresholds) = (course.interview(), rules.thresholds());
    let found = [
        conflicted_present(course, circumstances),
        repeat_without_reason(interview),
        no_recording(interview),
        training_skipped(course),
        no_break(course, circumstances.age, thresholds, now),
        exceeds(interview.persons_in_room, thresholds.persons_in_room),
        leading_questions(interview, thresholds),
        exceeds(interview.delay_days, thresholds.delay_days),
        certificate_expired(interview, circumstances),
        asked_by_interviewer(interview),
    ];
    let flag = |(code, found): (&&'static str, Option<Finding>)| {
        found.map(|finding| Flag { code, found: finding.found, limit: finding.limit })
    };
    CODES.iter().zip(found).filter_map(flag).collect()
}

/// The numbers of a flag.
#[derive(Debug, Clone, Copy, Default)]
struct Finding {
    found: Option<u64>,
    limit: Option<u64>,
}

fn when(holds: bool) -> Option<Finding> {
    holds.then(Finding::default)
}

fn exceeds(found: Option<u64>, limit: u64) -> Option<Finding> {
    found.filter(|found| *found > limit).map(|found| Finding { found: Some(found), limit: Some(limit) })
}

fn conflicted_present(course: &Course, circumstances: &Circumstances) -> Option<Finding> {
    let conflicted = course.people().iter().map(|kept| &kept.record).filter(|person| {
        let hears = person.presence.as_ref().is_none_or(|place| place.code().as_str() != OUT_OF_HEARING);
        let conflict = person.conflict_check.as_ref().is_some_and(|check| check.code().as_str() == "conflict_found");
        let relation = person.relation_to_child.as_ref();
        hears && (conflict || relation.is_some_and(|relation| circumstances.suspect_relations.contains(relation)))
    });
    exceeds(Some(conflicted.count() as u64), 0).map(|finding| Finding { limit: None, ..finding })
}

fn repeat_without_reason(interview: &Interview) -> Option<Finding> {
    let complete = interview.repeat_reason.is_some() && interview.repeat_authorisation.is_some();
    when(interview.sequence_number > Some(1) && !complete)
}

fn no_recording(interview: &Interview) -> Option<Finding> {
    when(interview.recording.as_ref().is_none_or(|recording| recording.code().as_str() == "none"))
}

fn training_skipped(course: &Course) -> Option<Finding> {
    const TRAINING: &str = "narrative_training";
    let protocol = course.protocol();
    let asked = protocol.phases.iter().any(|phase| phase.substantive && course.was_held(&phase.phase));
    when(asked && protocol.phase(TRAINING).is_some() && !course.was_held(TRAINING))
}

fn no_break(course: &Course, age: Option<u64>, thresholds: &Thresholds, now: Timestamp) -> Option<Finding> {
    let start = course.interview().started_at?;
    let end = course.interview().ended_at.unwrap_or(now);
    let (mut since, mut longest) = (start, 0);
    for pause in course.breaks().iter().map(|kept| &kept.record) {
        let Some(began) = pause.started_at else { continue };
        longest = longest.max(began.milliseconds() - since.milliseconds());
        since = pause.ended_at.unwrap_or(end).max(since);
    }
    longest = longest.max(end.milliseconds() - since.milliseconds());
    exceeds(u64::try_from(longest / 60_000).ok(), thresholds.minutes_without_break(age))
}

fn leading_questions(interview: &Interview, thresholds: &Thresholds) -> Option<Finding> {
    let count = |tally: Tally| u128::from(tally.of(interview));
    let questions: u128 = Tally::ALL.iter().copied().filter(|tally| tally.is_question()).map(count).sum();
    if questions < u128::from(thresholds.leading_least_questions).max(1) {
        return None;
    }
    let leading = count(Tally::OptionPosing) + count(Tally::Suggestive);
    // Whole per cent: a reason to look, no figure to compare people by.
    exceeds(u64::try_from(leading * 100 / questions).ok(), thresholds.leading_percent)
}

fn certificate_expired(interview: &Interview, circumstances: &Circumstances) -> Option<Finding> {
    let (start, until) = (interview.started_at?.to_text(), circumstances.certified_until?.to_text());
    // A half-known day is compared as far as it is known: a month has expired when the next one has begun.
    let until = until.trim_end_matches('~');
    when(start.get(..until.len()).is_some_and(|start| start > until))
}

fn asked_by_interviewer(interview: &Interview) -> Option<Finding> {
    let role = interview.asked_after_by.as_ref().map(|role| role.code().as_str());
    when(matches!(role, Some("interviewer" | "second_interviewer")))
}
