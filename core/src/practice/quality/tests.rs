use super::*;
use crate::id::RecordId;
use crate::model::records::{Interview, InterviewBreak, InterviewPhase, Participant};
use crate::model::{CodeListName, Coded, Timestamp};
use crate::practice::interview::{Course, Kept};

const START: i64 = 1_772_416_800_000;

fn code<L: CodeListName>(text: &str) -> Coded<L> {
    Coded::new(text).unwrap()
}

fn minute(minute: i64) -> Timestamp {
    Timestamp::from_milliseconds(START + minute * 60_000).unwrap()
}

fn kept<R>(record: R) -> Kept<R> {
    Kept { id: Some(RecordId::random()), record }
}

/// An interview that a review has nothing to say about.
fn good() -> Interview {
    Interview {
        protocol: Some(code("nichd_revised")),
        started_at: Some(minute(0)),
        ended_at: Some(minute(40)),
        recording: Some(code("video")),
        sequence_number: Some(1),
        persons_in_room: Some(2),
        delay_days: Some(7),
        invitations: Some(15),
        option_posing_questions: Some(5),
        asked_after_by: Some(code("psychologist")),
        ..Interview::default()
    }
}

fn course(interview: Interview, phases: &[&str], breaks: &[(i64, i64)], people: Vec<Participant>) -> Course {
    let phase = |(place, name): (usize, &&str)| {
        kept(InterviewPhase {
            phase: Some(code(name)),
            position: Some(place as u64 + 1),
            started_at: Some(minute(place as i64)),
            completion: Some(code("full")),
            ..InterviewPhase::default()
        })
    };
    let pause = |(from, to): &(i64, i64)| {
        kept(InterviewBreak {
            started_at: Some(minute(*from)),
            ended_at: Some(minute(*to)),
            ..InterviewBreak::default()
        })
    };
    let phases = phases.iter().enumerate().map(phase).collect();
    Course::resume(interview, phases, breaks.iter().map(pause).collect(), people.into_iter().map(kept).collect())
        .unwrap()
}

const WHOLE: [&str; 4] = ["introduction", "ground_rules", "narrative_training", "substantive_free_recall"];

fn found(course: &Course, circumstances: &Circumstances) -> Vec<(&'static str, Option<u64>)> {
    let flags = quality_flags(course, circumstances, quality_rules(), minute(600));
    flags.iter().map(|flag| (flag.code, flag.found)).collect()
}

fn of(interview: Interview) -> Vec<(&'static str, Option<u64>)> {
    let teenager = Circumstances { age: Some(15), ..Circumstances::default() };
    found(&course(interview, &WHOLE, &[], Vec::new()), &teenager)
}

#[test]
fn a_good_interview_has_no_flags() {
    assert!(of(good()).is_empty());
}

#[test]
fn each_flag_has_its_threshold() {
    let flag = |interview| of(interview);
    assert_eq!(flag(Interview { persons_in_room: Some(3), ..good() }), []);
    assert_eq!(flag(Interview { persons_in_room: Some(4), ..good() }), [("over_three_in_room", Some(4))]);
    assert_eq!(flag(Interview { delay_days: Some(8), ..good() }), [("long_delay", Some(8))]);
    assert_eq!(flag(Interview { recording: None, ..good() }), [("no_recording", None)]);
    assert_eq!(flag(Interview { recording: Some(code("none")), ..good() }), [("no_recording", None)]);
    let by = |role| Interview { asked_after_by: Some(code(role)), ..good() };
    assert_eq!(flag(by("interviewer")), [("asked_by_interviewer", None)]);
    assert_eq!(flag(by("second_interviewer")), [("asked_by_interviewer", None)]);
    let again = Interview { sequence_number: Some(2), repeat_reason: Some(code("child_request")), ..good() };
    assert_eq!(flag(again.clone()), [("repeat_without_reason", None)]);
    assert_eq!(flag(Interview { repeat_authorisation: Some(RecordId::random()), ..again }), []);
}

#[test]
fn the_share_of_leading_questions_is_judged_only_of_enough_questions() {
    let asked = |open, leading, suggestive| {
        let (invitations, option_posing_questions) = (Some(open), Some(leading));
        of(Interview { invitations, option_posing_questions, suggestive_questions: Some(suggestive), ..good() })
    };
    assert_eq!(asked(14, 3, 2), [("many_leading_questions", Some(26))]);
    assert_eq!(asked(15, 3, 2), [], "a quarter");
    assert_eq!(asked(1, 8, 0), [], "of nine questions nothing is said");
    assert_eq!(asked(1, 8, 1), [("many_leading_questions", Some(90))]);
    assert_eq!(asked(0, u64::MAX, u64::MAX).len(), 1, "no number is too large");
}

#[test]
fn how_long_without_a_break_depends_on_the_age() {
    let long = |minutes| Interview { ended_at: Some(minute(minutes)), ..good() };
    let aged = |age, minutes, breaks: &[(i64, i64)]| {
        let circumstances = Circumstances { age, ..Circumstances::default() };
        found(&course(long(minutes), &WHOLE, breaks, Vec::new()), &circumstances)
    };
    assert_eq!(aged(Some(5), 21, &[]), [("no_break", Some(21))]);
    assert_eq!(aged(Some(5), 20, &[]), []);
    assert_eq!(aged(Some(6), 21, &[]), []);
    assert_eq!(aged(Some(17), 61, &[]), [("no_break", Some(61))]);
    assert_eq!(aged(Some(40), 61, &[]), [("no_break", Some(61))]);
    assert_eq!(aged(None, 21, &[]), [("no_break", Some(21))], "as for the youngest");
    assert_eq!(aged(Some(5), 60, &[(20, 25), (45, 50)]), []);
    assert_eq!(aged(Some(5), 60, &[(15, 25), (46, 50)]), [("no_break", Some(21))]);
    let running = Interview { ended_at: None, ..good() };
    let circumstances = Circumstances { age: Some(15), ..Circumstances::default() };
    assert_eq!(found(&course(running, &WHOLE, &[], Vec::new()), &circumstances), [("no_break", Some(600))]);
}

#[test]
fn training_that_was_skipped_matters_once_the_child_was_asked() {
    let teenager = Circumstances { age: Some(15), ..Circumstances::default() };
    let of = |phases: &[&str]| found(&course(good(), phases, &[], Vec::new()), &teenager);
    assert_eq!(of(&["introduction", "ground_rules"]), []);
    let skipped = of(&["introduction", "ground_rules", "substantive_free_recall"]);
    assert_eq!(skipped, [("narrative_training_skipped", None)]);
}

#[test]
fn nobody_who_may_be_involved_hears_the_child() {
    let person = |presence: &str, conflict: Option<&str>| Participant {
        presence: Some(code(presence)),
        conflict_check: conflict.map(code),
        relation_to_child: Some(code("stepfather")),
        ..Participant::default()
    };
    let of = |person, suspects: &[&str]| {
        let suspect_relations = suspects.iter().map(|relation| code(relation)).collect();
        let circumstances = Circumstances { age: Some(15), suspect_relations, ..Circumstances::default() };
        found(&course(good(), &WHOLE, &[], vec![person]), &circumstances)
    };
    let flag = [("guardian_suspect_present", Some(1))];
    assert_eq!(of(person("in_room", Some("conflict_found")), &[]), flag);
    assert_eq!(of(person("observation_room", None), &["stepfather"]), flag);
    assert_eq!(of(person("waiting_place", Some("conflict_found")), &["stepfather"]), []);
    assert_eq!(of(person("in_room", Some("no_conflict")), &["father"]), []);
}

#[test]
fn a_certificate_expires_with_the_last_day_of_what_is_known() {
    // The interviews of these tests start on 2026-03-02.
    let until = |date: &str| {
        let certified_until = Some(PartialDate::parse(date).unwrap());
        let circumstances = Circumstances { age: Some(15), certified_until, ..Circumstances::default() };
        found(&course(good(), &WHOLE, &[], Vec::new()), &circumstances)
    };
    for valid in ["2026-03-02", "2026-03", "2026", "2026~", "2027"] {
        assert_eq!(until(valid), [], "{valid}");
    }
    for expired in ["2026-03-01", "2026-02", "2025~"] {
        assert_eq!(until(expired), [("certificate_out_of_date", None)], "{expired}");
    }
}

#[test]
fn flags_are_explained_in_both_languages_with_their_numbers() {
    let flag = Flag { code: "no_break", found: Some(50), limit: Some(30) };
    let english = flag.explain(quality_rules(), LabelLanguage::English);
    assert_eq!(english, "50 minutes without a break. At this age a break is due after 30 minutes at the latest.");
    for code in super::compute::CODES {
        let flag = Flag { code, found: Some(7), limit: Some(9) };
        for language in [LabelLanguage::English, LabelLanguage::Khmer] {
            let text = flag.explain(quality_rules(), language);
            assert!(text != code && !text.contains('{'), "{code}: {text}");
            let words = ["credib", "truth", "lie ", "lying", "believ"];
            assert!(!words.iter().any(|word| text.to_lowercase().contains(word)), "{text}");
        }
    }
}

#[test]
fn ages_are_the_lowest_that_they_can_be() {
    let age = |birth: &str| age_at(PartialDate::parse(birth).unwrap(), minute(0));
    assert_eq!(age("2014-03-02"), Some(12));
    assert_eq!(age("2014-03-03"), Some(11));
    assert_eq!((age("2014-02"), age("2014-03"), age("2014")), (Some(12), Some(11), Some(11)));
    assert_eq!((age("2026"), age("2027")), (Some(0), None));
}

#[test]
fn what_a_file_may_not_say_is_named() {
    let refused = |from: &str, to: &str| {
        assert!(SHIPPED.contains(from), "{from}");
        QualityRules::parse(&SHIPPED.replacen(from, to, 1)).unwrap_err()
    };
    assert!(matches!(refused("[thresholds]", "[thresholds"), QualityFileError::Toml(_)));
    assert_eq!(refused("version = 1", "version = 3"), QualityFileError::Version(3));
    assert_eq!(refused("code = \"no_break\"", "code = \"a_flag\""), QualityFileError::Flag("a_flag".into()));
    assert_eq!(refused("code = \"no_break\"", "code = \"long_delay\""), QualityFileError::Flag("long_delay".into()));
    assert_eq!(
        refused("leading_percent = 25", "leading_percent = 101"),
        QualityFileError::Threshold("leading_percent")
    );
    assert_eq!(refused("delay_days = 7", "delay_days = 0"), QualityFileError::Threshold("delay_days"));
    assert_eq!(refused("up_to_age = 9", "up_to_age = 5"), QualityFileError::Threshold("without_break"));
}
