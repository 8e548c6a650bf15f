//! The live interview in a vault: durable step by step, resumed, shared by two sessions, and held once.

use super::members::{Team, code};
use super::*;
use crate::access::AccessError;
use crate::model::records::{CaseLink, Participant};
use crate::model::{CodeListName, Timestamp};
use crate::practice::PracticeError;
use crate::practice::authorise::Authorised;
use crate::practice::interview::{Completion, State, Step, Stopper, Tally};

fn coded<L: CodeListName>(text: &str) -> Coded<L> {
    Coded::new(text).unwrap()
}

fn plan(interviewer: RecordId) -> Interview {
    Interview {
        purpose: Some(coded("initial")),
        protocol: Some(coded("nichd_revised")),
        interviewer: Some(interviewer),
        ..Interview::default()
    }
}

fn enter(phase: &str) -> Step {
    Step::Enter { phase: coded(phase), previous: Completion::Full }
}

fn named(given: &str) -> Child {
    let (family, given) = (Text::new("Chan").ok(), Text::new(given).ok());
    Child { family_name_latin: family, given_name_latin: given, ..child("Chan") }
}

/// A child in a case of its own.
fn child_in_case(session: &Session, child: &Child) -> (RecordId, RecordId) {
    let case = session.create(Some(session.unit()), &Case::default(), &access()).unwrap().record;
    (case, session.create(Some(case), child, &access()).unwrap().record)
}

fn start(session: &Session, child: RecordId) -> LiveInterview {
    let earlier = session.earlier_interviews(child, &access()).unwrap();
    session.start_interview(child, plan(session.unit()), &earlier, false, &access()).unwrap()
}

fn step(session: &Session, live: &mut LiveInterview, step: &Step) {
    session.interview_step(live, step, None, &access()).unwrap();
}

#[test]
fn what_was_tapped_is_there_when_somebody_else_opens_the_file() {
    let world = World::new();
    let session = world.session();
    let (_, child) = child_in_case(&session, &named("Sokha"));
    let mut live = start(&session, child);
    step(&session, &mut live, &enter("introduction"));
    let guest = Participant { role: Some(coded("lawyer")), presence: Some(coded("remote")), ..Participant::default() };
    step(&session, &mut live, &Step::Arrive(Box::new(guest)));
    step(&session, &mut live, &Step::BeginBreak { reason: coded("fatigue"), with: None });
    let mut resumed = world.reopened().unwrap().resume_interview(live.id(), &access()).unwrap();
    assert_eq!(resumed.course(), live.course());
    assert_eq!(resumed.course().state(), State::OnBreak);
    session.lock();

    let session = world.reopened().unwrap();
    step(&session, &mut resumed, &Step::EndBreak { topic_not_discussed: Some(true) });
    step(&session, &mut resumed, &Step::Stop { by: Stopper::Child });
    let refused = code(session.interview_step(&mut resumed, &enter("ground_rules"), None, &access()));
    assert_eq!(refused, PracticeError::Ended.into());
    let by = RecordId::random();
    step(&session, &mut resumed, &Step::Lock { by, digest: None });
    let interview = session.read::<Interview>(live.id(), &access()).unwrap().record;
    assert_eq!((interview.locked_by, interview.breaks), (Some(by), Some(1)));
    session.check(|_, _| ()).unwrap();
}

#[test]
fn a_tap_is_one_transaction_with_one_entry_for_each_record() {
    let world = World::new();
    let session = world.session();
    let (_, child) = child_in_case(&session, &named("Sokha"));
    let mut live = start(&session, child);
    step(&session, &mut live, &enter("introduction"));
    for (tap, records) in [(Step::Count(Tally::Invitation), 1), (enter("ground_rules"), 2)] {
        let before = session.log_size().unwrap();
        step(&session, &mut live, &tap);
        let entries = session.log_entries(before, u64::MAX, &Access::for_purpose("audit")).unwrap();
        let written: Vec<_> =
            entries.iter().filter(|logged| matches!(logged.entry.event, Event::Create | Event::Update)).collect();
        assert_eq!(written.len(), records);
        assert!(written.iter().all(|logged| logged.entry.operation == written[0].entry.operation));
    }
    let before = session.log_size().unwrap();
    let refused = code(session.interview_step(&mut live, &enter("transition"), None, &access()));
    assert!(matches!(refused, Error::Practice(PracticeError::PhaseUnsettled { .. })));
    step(&session, &mut live, &Step::Inform(coded("may_stop")));
    step(&session, &mut live, &Step::Inform(coded("may_stop")));
    assert_eq!(session.log_size().unwrap(), before + 1, "nothing was written that changed nothing");
}

#[test]
fn an_observer_counts_while_the_interviewer_goes_on() {
    let world = World::new();
    let (interviewer, observer) = (world.session(), world.reopened().unwrap());
    let (_, child) = child_in_case(&interviewer, &named("Sokha"));
    let mut live = start(&interviewer, child);
    let mut watched = observer.resume_interview(live.id(), &access()).unwrap();
    for phase in ["introduction", "rapport_building", "ground_rules"] {
        step(&interviewer, &mut live, &enter(phase));
        step(&observer, &mut watched, &Step::Count(Tally::CuedInvitation));
    }
    // What the observer knew is outdated: the break was begun by somebody else.
    step(&interviewer, &mut live, &Step::BeginBreak { reason: coded("planned"), with: None });
    step(&observer, &mut watched, &Step::EndBreak { topic_not_discussed: None });
    let course = interviewer.resume_interview(live.id(), &access()).unwrap();
    assert_eq!(course.course(), watched.course());
    assert_eq!(course.course().interview().cued_invitations, Some(3));
    assert_eq!((course.course().phases().len(), course.course().state()), (3, State::Running));
}

#[test]
fn only_who_may_interview_does() {
    let team = Team::new();
    let investigator = team.sign_in(&team.enrol("investigator"));
    let access = Access::for_purpose("investigation");
    let case = investigator.create(Some(investigator.unit()), &Case::default(), &access).unwrap().record;
    let before = team.chief.log_size().unwrap();
    let none = EarlierInterviews::not_looked();
    let refused = investigator.start_interview(case, plan(investigator.unit()), &none, true, &access);
    assert_eq!(refused.unwrap_err(), AccessError::NotAllowed.into());
    let entries = team.chief.log_entries(before, u64::MAX, &Access::for_purpose("audit")).unwrap();
    assert!(entries.iter().any(|logged| logged.entry.event == Event::Denied));
}

#[test]
fn an_interview_that_was_prepared_starts_once_and_says_how_long_the_child_waited() {
    let world = World::new();
    let session = world.session();
    let reported_at = Timestamp::from_milliseconds(session.vault().clock().0 as i64 - 3 * 86_400_000 - 5).ok();
    let case = Case { reported_at, ..Case::default() };
    let case = session.create(Some(session.unit()), &case, &access()).unwrap().record;
    let child = session.create(Some(case), &named("Sokha"), &access()).unwrap().record;
    let id = session.create(Some(child), &plan(session.unit()), &access()).unwrap().record;
    let earlier = session.earlier_interviews(child, &access()).unwrap();
    assert!(earlier.known().is_empty(), "it has not started");
    let resumed = session.resume_interview(id, &access());
    assert_eq!(resumed.unwrap_err(), PracticeError::NotStarted.into());
    let live = session.start_planned_interview(id, &earlier, false, &access()).unwrap();
    assert_eq!((live.id(), live.course().interview().delay_days), (id, Some(3)));
    let again = session.start_planned_interview(id, &earlier, false, &access());
    assert_eq!(again.unwrap_err(), PracticeError::StartedAlready.into());
    let wrong = session.resume_interview(child, &access()).unwrap_err();
    assert_eq!(wrong, Error::WrongKind { expected: "interview", found: "child" });
}

#[test]
fn the_count_follows_the_child_across_cases() {
    let team = Team::new();
    let session = &team.chief;
    let (first, child) = child_in_case(session, &named("Sokha"));
    start(session, child);
    // The same child, in the same case: a reason and a second person who signed.
    let earlier = session.earlier_interviews(child, &access()).unwrap();
    assert_eq!((earlier.known().len(), earlier.possible(), earlier.units_to_ask()), (1, &[][..], vec![]));
    let again = |plan, urgent| session.start_interview(child, plan, &earlier, urgent, &access());
    let by = session.unit();
    assert_eq!(again(plan(by), false).unwrap_err(), PracticeError::RepeatNeedsReason.into());
    let reason = Interview { repeat_reason: Some(coded("new_allegation")), ..plan(session.unit()) };
    assert_eq!(again(reason.clone(), false).unwrap_err(), PracticeError::RepeatNeedsAuthoriser.into());
    let supervisor = team.sign_in(&team.enrol("unit-supervisor"));
    let act = Authorised::Repeat { reason: coded("new_allegation") };
    let signed = super::authorise::sign(&supervisor, child, &act);
    let agreed = Interview { repeat_authorisation: Some(signed), ..reason };
    let second = again(agreed, false).unwrap();
    assert_eq!(second.course().interview().sequence_number, Some(2));

    // In a case that is linked as being about the same child.
    let (linked, same) = child_in_case(session, &named("Nobody knows"));
    let link = CaseLink { other_case: Some(first), kind: Some(coded("same_child")), ..CaseLink::default() };
    session.create(Some(linked), &link, &access()).unwrap();
    assert_eq!(session.earlier_interviews(same, &access()).unwrap().known().len(), 2);
}

#[test]
fn a_possible_match_is_asked_about_and_never_stops_what_cannot_wait() {
    let world = World::new();
    let session = world.session();
    let (_, first) = child_in_case(&session, &named("Sopheaktra"));
    start(&session, first);
    let (_, child) = child_in_case(&session, &named("Sopheaktra"));
    let mut earlier = session.earlier_interviews(child, &access()).unwrap();
    assert_eq!((earlier.known().len(), earlier.possible().len()), (0, 1));
    assert_eq!(earlier.possible()[0].child, first);
    let begin = |earlier: &EarlierInterviews, urgent| {
        session.start_interview(child, plan(session.unit()), earlier, urgent, &access())
    };
    assert_eq!(begin(&earlier, false).unwrap_err(), PracticeError::UnitNotAsked.into());
    assert_eq!(begin(&EarlierInterviews::not_looked(), false).unwrap_err(), PracticeError::UnitNotAsked.into());
    begin(&EarlierInterviews::not_looked(), true).unwrap();
    begin(&earlier, true).unwrap();
    // Somebody has looked: it is the same child, or it is not.
    let mut other = earlier.clone();
    other.another_child(first);
    let (_, third) = child_in_case(&session, &named("Kunvathana"));
    session.start_interview(third, plan(session.unit()), &other, false, &access()).unwrap();
    session.same_child(&mut earlier, first, &access()).unwrap();
    assert_eq!((earlier.known().len(), earlier.possible().len()), (1, 0));
    assert_eq!(begin(&earlier, false).unwrap_err(), PracticeError::RepeatNeedsReason.into());
}

#[test]
fn a_case_of_a_colleague_is_not_shown_only_that_somebody_should_be_asked() {
    let team = Team::new();
    let (one, other) = (team.sign_in(&team.enrol("interviewer")), team.sign_in(&team.enrol("interviewer")));
    let (_, first) = child_in_case(&one, &named("Sopheaktra"));
    start(&one, first);
    let (_, child) = child_in_case(&other, &named("Sopheaktra"));
    let mut earlier = other.earlier_interviews(child, &access()).unwrap();
    assert!(earlier.known().is_empty() && earlier.possible().is_empty());
    assert_eq!(earlier.units_to_ask(), [other.unit()]);
    let begin = |earlier: &EarlierInterviews, urgent| {
        other.start_interview(child, plan(other.unit()), earlier, urgent, &access())
    };
    assert_eq!(begin(&earlier, false).unwrap_err(), PracticeError::UnitNotAsked.into());
    begin(&earlier, true).unwrap();
    earlier.units_were_asked();
    let live = begin(&earlier, false).unwrap();
    assert_eq!(live.course().interview().prior_match_confidence, Some(coded("possible")));
    assert_eq!(live.course().interview().sequence_number, Some(1));
}

#[test]
fn flags_are_computed_from_what_is_recorded_and_kept_in_the_interview() {
    use crate::model::records::{Certification, Guardian, Officer};
    let world = World::new();
    let session = world.session();
    let officer = Officer { name: Text::new("Officer").ok(), ..Officer::default() };
    let officer = session.create(Some(session.unit()), &officer, &access()).unwrap().record;
    let certificate = Certification {
        course: Some(coded("child_interviewing")),
        expires_on: crate::model::PartialDate::parse("2020-01").ok(),
        ..Certification::default()
    };
    session.create(Some(officer), &certificate, &access()).unwrap();
    let (case, child) = child_in_case(&session, &named("Sokha"));
    let suspect = Guardian { relation: Some(coded("father")), is_suspect: Some(coded("yes")), ..Guardian::default() };
    session.create(Some(case), &suspect, &access()).unwrap();
    let earlier = session.earlier_interviews(child, &access()).unwrap();
    let mut live = session.start_interview(child, plan(officer), &earlier, false, &access()).unwrap();
    let person = Participant {
        role: Some(coded("guardian")),
        presence: Some(coded("in_room")),
        relation_to_child: Some(coded("father")),
        ..Participant::default()
    };
    step(&session, &mut live, &Step::Arrive(Box::new(person)));
    step(&session, &mut live, &Step::Stop { by: Stopper::Child });
    let expected = ["guardian_suspect_present", "no_recording", "certificate_out_of_date"];
    let flags = session.keep_quality_flags(&mut live, &access()).unwrap();
    assert_eq!(flags.iter().map(|flag| flag.code).collect::<Vec<_>>(), expected);
    let kept = session.read::<Interview>(live.id(), &access()).unwrap();
    let kept: Vec<_> = kept.record.quality_flags.iter().map(|flag| flag.code().as_str().to_owned()).collect();
    assert_eq!(kept, expected);
    let size = session.read::<Interview>(live.id(), &access()).unwrap().revision;
    session.keep_quality_flags(&mut live, &access()).unwrap();
    assert_eq!(session.read::<Interview>(live.id(), &access()).unwrap().revision, size, "nothing new to say");
    assert_eq!(session.quality_flags(live.id(), &access()).unwrap(), flags);
}
