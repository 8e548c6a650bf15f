//! Whatever is tapped, in whatever order: what is recorded keeps the rules.

use super::*;

const PHASES: [&str; 14] = [
    "introduction",
    "rapport_building",
    "ground_rules",
    "narrative_training",
    "transition",
    "substantive_free_recall",
    "incident_exploration",
    "separate_incidents",
    "post_break_clarification",
    "disclosure_information",
    "closing",
    "neutral_topic",
    "planning",
    "a_newer_phase",
];

/// A step; who leaves or moves is chosen among those who ever came.
#[derive(Debug, Clone)]
enum Tap {
    Step(Step),
    Leave(usize),
    Move(usize, &'static str),
}

fn phase() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(&PHASES[..])
}

fn taps() -> impl Strategy<Value = Tap> {
    let completion = prop_oneof![Just(Completion::Full), Just(Completion::Partial)];
    let place = proptest::sample::select(&["in_room", "observation_room", "remote"][..]);
    let role = proptest::sample::select(&["guardian", "lawyer", "observer", "child"][..]);
    let tally = proptest::sample::select(&Tally::ALL[..]);
    prop_oneof![
        8 => (phase(), completion).prop_map(|(phase, previous)| Tap::Step(Step::Enter { phase: code(phase), previous })),
        3 => phase().prop_map(|phase| Tap::Step(skip(phase))),
        3 => (role, place.clone()).prop_map(|(role, place)| Tap::Step(arrive(role, place))),
        2 => any::<prop::sample::Index>().prop_map(|who| Tap::Leave(who.index(8))),
        2 => (any::<prop::sample::Index>(), place).prop_map(|(who, to)| Tap::Move(who.index(8), to)),
        2 => Just(Tap::Step(pause())),
        3 => Just(Tap::Step(Step::EndBreak { topic_not_discussed: None })),
        3 => tally.clone().prop_map(|tally| Tap::Step(Step::Count(tally))),
        1 => tally.prop_map(|tally| Tap::Step(Step::TakeBack(tally))),
        1 => Just(Tap::Step(Step::AskToContinue(code("yes")))),
        1 => Just(Tap::Step(end())),
        1 => Just(Tap::Step(Step::Lock { by: RecordId::from_bytes([3; 16]), digest: None })),
    ]
}

fn step_of(tap: &Tap, course: &Course) -> Step {
    let who =
        |place: &usize| course.people.get(*place).and_then(|kept| kept.id).unwrap_or(RecordId::from_bytes([9; 16]));
    match tap {
        Tap::Step(step) => step.clone(),
        Tap::Leave(place) => Step::Leave { who: who(place) },
        Tap::Move(place, to) => Step::Move { who: who(place), to: code(to) },
    }
}

fn check(course: &Course) {
    let mut held = std::collections::BTreeSet::new();
    for (place, kept) in course.phases.iter().enumerate() {
        let phase = &kept.record;
        let name = phase.phase.as_ref().unwrap().code().as_str();
        let spec = course.protocol.phase(name).unwrap();
        assert_eq!(phase.position, Some(place as u64 + 1));
        if phase.completion == Some(code("skipped")) {
            assert!(spec.skip == Skip::WithReason && phase.skip_reason.is_some() && phase.started_at.is_none());
            continue;
        }
        assert!(!spec.substantive || (held.contains("introduction") && held.contains("ground_rules")));
        assert!(
            phase.started_at >= course.started_at() && phase.ended_at.is_none_or(|end| Some(end) >= phase.started_at)
        );
        held.insert(name);
    }
    let open = course.phases.iter().filter(|kept| kept.record.started_at.is_some() && kept.record.ended_at.is_none());
    let breaks = course.breaks.iter().filter(|kept| kept.record.ended_at.is_none()).count();
    let over = matches!(course.state(), State::Ended | State::Locked);
    assert!(open.count() <= usize::from(!over) && breaks <= usize::from(!over));
    assert!(!over || course.present().count() == 0);
    assert!(course.interview.persons_in_room >= Some(course.persons_in_room()));
    for window in course.breaks.windows(2) {
        assert!(window[0].record.ended_at <= window[1].record.started_at);
    }
    for person in course.people.iter().map(|kept| &kept.record) {
        assert!(person.until_time.is_none_or(|until| Some(until) >= person.from_time));
    }
}

use crate::practice::Skip;

proptest! {
    #[test]
    fn what_is_recorded_keeps_the_rules(
        protocol in proptest::sample::select(&["nichd_standard", "nichd_revised", "ncac", "childfirst", "abe_peace", "none"][..]),
        taps in proptest::collection::vec((taps(), -3..6_i64), 1..80),
    ) {
        let mut course = begun(protocol);
        let mut clock = 0;
        for (tap, minutes) in taps {
            clock += minutes;
            let before = course.clone();
            let step = step_of(&tap, &course);
            match take(&mut course, &step, clock.max(0)) {
                Ok(_) => check(&course),
                Err(_) => prop_assert!(course == before),
            }
            // The child may stop at any time, and what is there then is whole.
            if !matches!(course.state(), State::Ended | State::Locked) {
                let mut stopped = course.clone();
                take(&mut stopped, &Step::Stop { by: Stopper::Child }, clock.max(0)).unwrap();
                check(&stopped);
                prop_assert_eq!(stopped.state(), State::Ended);
            }
        }
        // Whoever opens the records anew goes on where it was, in whatever order they come.
        let reversed = |kept: &[Kept<InterviewPhase>]| kept.iter().rev().cloned().collect();
        let resumed = Course::resume(course.interview.clone(), reversed(&course.phases), course.breaks.clone(), course.people.clone()).unwrap();
        prop_assert_eq!(resumed.phases, course.phases.clone());
        prop_assert_eq!(resumed.interview, course.interview.clone());
    }

    #[test]
    fn no_text_of_a_file_of_protocols_panics(text in ".{0,200}") {
        let _ = crate::practice::Protocols::parse(&text);
    }
}
