use proptest::prelude::*;

use super::*;
use crate::error::Diagnosis;
use crate::model::records::{ParticipantRole, PresencePlace};
use crate::model::{CodeListName, Coded, Narrative, Text};

mod properties;

/// The start of the interviews of the tests, in milliseconds.
const START: i64 = 1_772_416_800_000;

pub(super) fn code<L: CodeListName>(text: &str) -> Coded<L> {
    Coded::new(text).unwrap()
}

pub(super) fn minute(minute: i64) -> Timestamp {
    Timestamp::from_milliseconds(START + minute * 60_000).unwrap()
}

pub(super) fn planned(protocol: &str) -> Interview {
    Interview {
        purpose: Some(code("initial")),
        protocol: Some(code(protocol)),
        interviewer: Some(RecordId::from_bytes([1; 16])),
        ..Interview::default()
    }
}

pub(super) fn begun(protocol: &str) -> Course {
    Course::begin(planned(protocol), Earlier::default(), None, minute(0)).unwrap()
}

/// What a vault does: takes the step, and gives new records their ids.
pub(super) fn take(course: &mut Course, step: &Step, at: i64) -> Result<Vec<Change>, PracticeError> {
    let (mut next, changes) = course.after(step, None, minute(at))?;
    for change in &changes {
        let new = match change {
            Change::Interview => false,
            Change::Phase(place) => next.phases[*place].id.is_none(),
            Change::Break(place) => next.breaks[*place].id.is_none(),
            Change::Person(place) => next.people[*place].id.is_none(),
        };
        if new {
            next.give_id(*change, RecordId::random());
        }
    }
    *course = next;
    Ok(changes)
}

pub(super) fn enter(phase: &str) -> Step {
    Step::Enter { phase: code(phase), previous: Completion::Full }
}

pub(super) fn skip(phase: &str) -> Step {
    Step::Skip { phase: code(phase), reason: code("child_began_to_tell") }
}

fn arrive(role: &str, presence: &str) -> Step {
    let person = Participant {
        role: Some(code::<crate::model::records::ParticipantRoleList>(role)),
        presence: Some(code(presence)),
        ..Participant::default()
    };
    Step::Arrive(Box::new(person))
}

fn pause() -> Step {
    Step::BeginBreak { reason: code("child_request"), with: Some(ParticipantRole::new("support_person").unwrap()) }
}

fn end() -> Step {
    Step::End { outcome: Some(code("partial")), last: Completion::Full }
}

#[test]
fn an_interview_from_beginning_to_end() {
    let mut course = begun("nichd_revised");
    for (minute, phase) in
        [(0, "introduction"), (3, "rapport_building"), (9, "ground_rules"), (12, "narrative_training")]
    {
        assert_eq!(take(&mut course, &enter(phase), minute).unwrap().len(), if minute == 0 { 1 } else { 2 });
    }
    take(&mut course, &arrive("observer", "observation_room"), 12).unwrap();
    take(&mut course, &arrive("interpreter", "in_room"), 13).unwrap();
    take(&mut course, &enter("transition"), 18).unwrap();
    take(&mut course, &enter("substantive_free_recall"), 20).unwrap();
    for tally in [Tally::Invitation, Tally::Invitation, Tally::CuedInvitation, Tally::Suggestive, Tally::Supportive] {
        take(&mut course, &Step::Count(tally), 21).unwrap();
    }
    take(&mut course, &Step::TakeBack(Tally::Suggestive), 22).unwrap();
    assert_eq!((Tally::Invitation.of(&course.interview), Tally::Suggestive.of(&course.interview)), (2, 0));
    take(&mut course, &pause(), 30).unwrap();
    assert_eq!((course.state(), course.since_break(minute(35))), (State::OnBreak, None));
    take(&mut course, &Step::EndBreak { topic_not_discussed: Some(true) }, 40).unwrap();
    assert_eq!(course.since_break(minute(45)), Some(5 * 60_000));
    take(&mut course, &enter("closing"), 50).unwrap();
    assert_eq!(course.persons_in_room(), 3);
    take(&mut course, &end(), 55).unwrap();
    let interview = course.interview();
    assert_eq!((interview.net_minutes, interview.breaks, interview.persons_in_room), (Some(45), Some(1), Some(3)));
    assert_eq!((interview.started_at, interview.ended_at), (Some(minute(0)), Some(minute(55))));
    assert_eq!(interview.protocol_version.as_ref().unwrap().as_str(), "2014");
    assert_eq!(course.present().count(), 0, "everybody has left");
    let order: Vec<_> = course.phases().iter().map(|kept| kept.record.position.unwrap()).collect();
    assert_eq!(order, [1, 2, 3, 4, 5, 6, 7]);
    let lock = Step::Lock { by: RecordId::from_bytes([2; 16]), digest: Text::new("sha256:00").ok() };
    take(&mut course, &lock, 60).unwrap();
    assert_eq!(course.state(), State::Locked);
    assert_eq!(take(&mut course, &lock, 61), Err(PracticeError::Locked));
    assert_eq!(take(&mut course, &Step::Count(Tally::Directive), 61), Err(PracticeError::Locked));
}

#[test]
fn no_child_is_asked_before_it_knows_who_asks_and_what_the_rules_are() {
    for protocol in protocols().all() {
        for phase in protocol.phases.iter().filter(|phase| phase.substantive) {
            let mut course = begun(&protocol.code);
            let phase = phase.phase.as_str();
            let refused = |course: &mut Course| take(course, &enter(phase), 1).unwrap_err();
            let missing =
                |missing: &str| PracticeError::PhaseOutOfOrder { phase: phase.into(), missing: missing.into() };
            if course.protocol != protocol {
                continue;
            }
            assert_eq!(refused(&mut course), missing("introduction"));
            take(&mut course, &enter("introduction"), 1).unwrap();
            assert_eq!(refused(&mut course), missing("ground_rules"));
            let whole = take(&mut course, &skip("ground_rules"), 1).unwrap_err();
            assert_eq!(whole, PracticeError::PhaseMustBeHeld { phase: "ground_rules".into() });
        }
    }
}

#[test]
fn practice_in_telling_is_left_out_only_with_a_reason() {
    let mut course = begun("nichd_standard");
    for phase in ["introduction", "ground_rules", "rapport_building"] {
        take(&mut course, &enter(phase), 1).unwrap();
    }
    let refused = take(&mut course, &enter("transition"), 2).unwrap_err();
    let (phase, open) = ("transition".into(), "narrative_training".into());
    assert_eq!(refused, PracticeError::PhaseUnsettled { phase, open });
    take(&mut course, &skip("narrative_training"), 2).unwrap();
    assert_eq!(course.current_phase().unwrap().0, "rapport_building", "it still goes on");
    let twice = take(&mut course, &skip("narrative_training"), 2).unwrap_err();
    assert_eq!(twice, PracticeError::PhaseSettled { phase: "narrative_training".into() });
    take(&mut course, &enter("transition"), 3).unwrap();
    let same = take(&mut course, &enter("transition"), 3).unwrap_err();
    assert_eq!(same, PracticeError::PhaseGoesOn { phase: "transition".into() });
    let unknown = take(&mut course, &enter("planning"), 3).unwrap_err();
    assert_eq!(unknown, PracticeError::PhaseNotInProtocol { phase: "planning".into() });
    let overview = course.overview();
    assert_eq!(overview.len(), course.protocol.phases.len());
    let training = overview.iter().find(|state| state.phase == "narrative_training").unwrap();
    assert!(training.left_out && !training.held && training.obstacle.is_none());
    let open = take(&mut course, &end(), 9).unwrap_err();
    assert_eq!(open, PracticeError::EndUnsettled { open: "closing".into() });
}

#[test]
fn a_break_ends_once_and_not_before_it_starts() {
    let mut course = begun("ncac");
    take(&mut course, &enter("introduction"), 1).unwrap();
    let over = Step::EndBreak { topic_not_discussed: None };
    assert_eq!(take(&mut course, &over, 2), Err(PracticeError::NoBreak));
    take(&mut course, &pause(), 5).unwrap();
    assert_eq!(take(&mut course, &pause(), 6), Err(PracticeError::OnBreak));
    assert_eq!(take(&mut course, &Step::Count(Tally::Directive), 6), Err(PracticeError::OnBreak));
    assert_eq!(take(&mut course, &enter("ground_rules"), 6), Err(PracticeError::OnBreak));
    assert_eq!(take(&mut course, &end(), 6), Err(PracticeError::OnBreak));
    let at = |moment| course.after(&over, Some(minute(moment)), minute(8)).map(|_| ());
    assert_eq!(at(4), Err(PracticeError::BreakEndsBeforeStart));
    assert_eq!(at(9), Err(PracticeError::InFuture));
    assert_eq!(at(7), Ok(()));
    let (later, _) = course.after(&over, None, minute(3)).unwrap();
    assert_eq!(later.breaks[0].record.ended_at, Some(minute(5)), "a clock that was put back is not followed");
    take(&mut course, &over, 8).unwrap();
    assert_eq!(course.after(&pause(), Some(minute(7)), minute(9)).unwrap_err(), PracticeError::TooEarly);
}

#[test]
fn who_comes_moves_and_leaves() {
    let mut course = begun("abe_peace");
    for role in ["child", "interviewer"] {
        assert_eq!(take(&mut course, &arrive(role, "in_room"), 1), Err(PracticeError::NotAParticipant));
    }
    let changes = take(&mut course, &arrive("support_person", "in_room"), 1).unwrap();
    assert_eq!(changes, [Change::Interview, Change::Person(0)], "three are in the room now");
    let who = course.people[0].id.unwrap();
    let to = |place: &str| Step::Move { who, to: PresencePlace::new(place).unwrap() };
    assert_eq!(take(&mut course, &to("in_room"), 2), Err(PracticeError::ThereAlready));
    assert_eq!(take(&mut course, &to("observation_room"), 2).unwrap(), [Change::Person(0), Change::Person(1)]);
    assert_eq!(course.people[1].record.from_time, Some(minute(2)));
    assert_eq!(course.persons_in_room(), 2);
    assert_eq!(course.interview.persons_in_room, Some(3), "the most that there were");
    assert_eq!(take(&mut course, &Step::Leave { who }, 3), Err(PracticeError::LeftAlready));
    let who = course.people[1].id.unwrap();
    let leave = Step::Leave { who };
    assert_eq!(course.after(&leave, Some(minute(1)), minute(5)), Err(PracticeError::LeavesBeforeArrival));
    take(&mut course, &leave, 5).unwrap();
    assert_eq!(take(&mut course, &leave, 6), Err(PracticeError::LeftAlready));
    let nobody = Step::Leave { who: RecordId::from_bytes([9; 16]) };
    assert_eq!(take(&mut course, &nobody, 6), Err(PracticeError::NoSuchParticipant));
}

#[test]
fn no_means_stop() {
    let mut course = begun("nichd_revised");
    take(&mut course, &enter("introduction"), 1).unwrap();
    take(&mut course, &arrive("lawyer", "remote"), 1).unwrap();
    take(&mut course, &Step::AskToContinue(code("unsure")), 2).unwrap();
    take(&mut course, &pause(), 3).unwrap();
    take(&mut course, &Step::AskToContinue(code("no")), 4).unwrap();
    assert_eq!(course.state(), State::Ended);
    assert_eq!(course.interview.disclosure_outcome, Some(code("stopped_by_child")));
    assert_eq!(course.phases[0].record.completion, Some(code("partial")));
    assert_eq!(course.breaks[0].record.ended_at, Some(minute(4)));
    assert_eq!(course.people[0].record.until_time, Some(minute(4)));
    assert_eq!(take(&mut course, &Step::Stop { by: Stopper::Child }, 5), Err(PracticeError::Ended));
}

#[test]
fn aids_and_lists() {
    let mut course = begun("nichd_revised");
    let aid =
        |aid: &str, why: Option<&str>| Step::Aid { aid: code(aid), why: why.map(|why| Narrative::new(why).unwrap()) };
    take(&mut course, &aid("none", None), 1).unwrap();
    take(&mut course, &aid("drawing", None), 1).unwrap();
    assert_eq!(course.interview.aids_used, [code("drawing")]);
    let refused = take(&mut course, &aid("body_diagram", None), 2).unwrap_err();
    assert_eq!(refused, PracticeError::AidNeedsReason { aid: "body_diagram".into() });
    take(&mut course, &aid("body_diagram", Some("The child points")), 2).unwrap();
    take(&mut course, &aid("timeline", Some("School years")), 3).unwrap();
    assert_eq!(course.interview.aids_justification.as_ref().unwrap().as_str(), "The child points\nSchool years");
    assert!(!take(&mut course, &Step::Measure(code("screen")), 3).unwrap().is_empty());
    assert!(take(&mut course, &Step::Measure(code("screen")), 3).unwrap().is_empty(), "it stands there already");
    take(&mut course, &Step::Inform(code("may_stop")), 3).unwrap();
    assert_eq!(take(&mut course, &Step::TakeBack(Tally::Invitation), 3), Err(PracticeError::NothingToTakeBack));
    let lock = Step::Lock { by: RecordId::from_bytes([2; 16]), digest: None };
    assert_eq!(take(&mut course, &lock, 3), Err(PracticeError::NotEnded));
}

#[test]
fn what_a_beginning_needs() {
    let begin = |interview, earlier| Course::begin(interview, earlier, None, minute(0));
    let refused = |interview| begin(interview, Earlier::default()).unwrap_err();
    assert_eq!(refused(Interview { protocol: None, ..planned("ncac") }), PracticeError::NoProtocol);
    assert_eq!(refused(Interview { interviewer: None, ..planned("ncac") }), PracticeError::NoInterviewer);
    assert_eq!(refused(begun("ncac").interview), PracticeError::StartedAlready);
    let version = Text::new("1066").ok();
    let unknown = refused(Interview { protocol_version: version, ..planned("ncac") });
    assert_eq!(unknown, PracticeError::UnknownProtocol { code: "ncac".into(), version: "(not in the list)".into() });
    let resumed = Course::resume(planned("ncac"), vec![], vec![], vec![]);
    assert_eq!(resumed.unwrap_err(), PracticeError::NotStarted);
}

#[test]
fn a_repeat_needs_a_reason_and_somebody_who_agreed_but_danger_waits_for_nothing() {
    let begin = |interview, earlier| Course::begin(interview, earlier, None, minute(0));
    let elsewhere = |elsewhere, urgent| Earlier { known: 0, elsewhere, urgent };
    assert_eq!(begin(planned("ncac"), elsewhere(OtherUnits::NotAsked, false)), Err(PracticeError::UnitNotAsked));
    for earlier in [elsewhere(OtherUnits::NotAsked, true), elsewhere(OtherUnits::Asked, false)] {
        let course = begin(planned("ncac"), earlier).unwrap();
        assert_eq!(course.interview.sequence_number, Some(1));
        assert_eq!(course.interview.prior_match_confidence, Some(code("possible")));
    }
    let known = |urgent| Earlier { known: 2, elsewhere: OtherUnits::NothingFound, urgent };
    let reason = Interview { repeat_reason: Some(code("new_allegation")), ..planned("ncac") };
    assert_eq!(begin(planned("ncac"), known(true)), Err(PracticeError::RepeatNeedsReason));
    assert_eq!(begin(reason.clone(), known(false)), Err(PracticeError::RepeatNeedsAuthoriser));
    let claimed = Interview { repeat_authorised_by: Some(RecordId::from_bytes([7; 16])), ..reason.clone() };
    assert_eq!(begin(claimed, known(false)), Err(PracticeError::RepeatNeedsAuthoriser), "a name is no signature");
    let urgent = begin(reason.clone(), known(true)).unwrap();
    assert_eq!(urgent.interview.sequence_number, Some(3));
    let agreed = Interview { repeat_authorisation: Some(RecordId::from_bytes([7; 16])), ..reason };
    assert_eq!(begin(agreed, known(false)).unwrap().interview.prior_interviews_matched, Some(2));
    let declared = Interview { sequence_number: Some(4), ..planned("ncac") };
    assert_eq!(begin(declared, Earlier::default()), Err(PracticeError::RepeatNeedsReason), "as the host says");
}

#[test]
fn every_error_says_what_to_do_under_a_code_of_its_own() {
    let name = || String::from("closing");
    let all = [
        PracticeError::NoProtocol,
        PracticeError::UnknownProtocol { code: name(), version: name() },
        PracticeError::NoInterviewer,
        PracticeError::StartedAlready,
        PracticeError::NotStarted,
        PracticeError::Ended,
        PracticeError::Locked,
        PracticeError::NotEnded,
        PracticeError::PhaseNotInProtocol { phase: name() },
        PracticeError::PhaseOutOfOrder { phase: name(), missing: name() },
        PracticeError::PhaseUnsettled { phase: name(), open: name() },
        PracticeError::PhaseGoesOn { phase: name() },
        PracticeError::PhaseMustBeHeld { phase: name() },
        PracticeError::PhaseSettled { phase: name() },
        PracticeError::OnBreak,
        PracticeError::NoBreak,
        PracticeError::BreakEndsBeforeStart,
        PracticeError::NoSuchParticipant,
        PracticeError::LeftAlready,
        PracticeError::LeavesBeforeArrival,
        PracticeError::ThereAlready,
        PracticeError::NotAParticipant,
        PracticeError::TooEarly,
        PracticeError::InFuture,
        PracticeError::NothingToTakeBack,
        PracticeError::AidNeedsReason { aid: name() },
        PracticeError::TooLong,
        PracticeError::EndUnsettled { open: name() },
        PracticeError::RepeatNeedsReason,
        PracticeError::RepeatNeedsAuthoriser,
        PracticeError::UnitNotAsked,
    ];
    let codes: std::collections::BTreeSet<_> = all.iter().map(Diagnosis::code).collect();
    assert_eq!(codes.len(), all.len());
    assert!(codes.iter().all(|code| (1100..1180).contains(code)));
    assert!(all.iter().all(|error| error.advice().ends_with('.') && !error.to_string().is_empty()));
}
