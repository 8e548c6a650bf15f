use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::model::records::{
    Interview, InterviewMonth, PlannedAction, Request, RoomUse, Survey, TrainingParticipant, VisitItem,
};
use crate::model::{
    CodeListName, Coded, Compartment, FieldBuffer, PartialDate, Record, Text, Timestamp, code_lists, validate,
};

fn code<L: CodeListName>(text: &str) -> Coded<L> {
    Coded::new(text).unwrap()
}

#[test]
fn the_published_meeting_gives_the_published_figures() {
    let meeting = reconstructed_meeting();
    assert!(meeting.note.contains("Reconstruction") && meeting.note.contains("not published"));
    let reach = reach_figures(&meeting.participants);
    assert_eq!((reach.participants, reach.women), (25, Share { count: 10, of: 25 }));
    assert_eq!((meeting.event.participants_attended, meeting.event.women_attended), (Some(25), Some(10)));
    let provinces: Vec<_> = reach.provinces.cells.keys().map(String::as_str).collect();
    assert_eq!(provinces, ["01", "02", "07", "08", "12", "17"], "Phnom Penh and five others");
    let said = survey_figures(&meeting.surveys, "post").unwrap();
    assert_eq!(said.useful.text(), "85.7 % (18 of 21)");
    assert_eq!(said.will_apply.text(), "95.2 % (20 of 21)");
    assert_eq!(survey_figures(&meeting.surveys, "m6"), None);
    // They are records that a vault takes.
    fn check<R: Record>(record: &R) {
        let mut fields = FieldBuffer::new();
        record.encode(&mut fields).unwrap();
        validate(R::spec(), &fields).unwrap();
    }
    check(&meeting.event);
    meeting.participants.iter().for_each(check);
    meeting.surveys.iter().for_each(check);
}

#[test]
fn rooms_and_training_need_no_field_about_a_child() {
    let kinds =
        [VisitItem::spec(), RoomUse::spec(), PlannedAction::spec(), TrainingParticipant::spec(), Survey::spec()];
    for spec in kinds {
        assert_eq!(spec.compartments(), [Compartment::Rooms], "{}", spec.name());
    }
}

fn visit(scores: &[(&str, &str)]) -> VisitScores {
    let item = |(item, score): &(&str, &str)| VisitItem {
        item: Some(code(item)),
        score: Some(code(score)),
        ..VisitItem::default()
    };
    score_visit(&scores.iter().map(item).collect::<Vec<_>>())
}

#[test]
fn a_visit_is_scored_by_domain_and_compared_with_the_one_before() {
    let before = visit(&[("A1", "0"), ("A4", "1"), ("B1", "2"), ("C1", "n_a"), ("G1", "1")]);
    let share = |scores: &VisitScores, domain: &str| scores.domains.get(domain).copied();
    assert_eq!(share(&before, "A"), Some(Share { count: 1, of: 4 }));
    assert_eq!((share(&before, "B"), share(&before, "C")), (Some(Share { count: 2, of: 2 }), None));
    assert_eq!(before.total, Share { count: 4, of: 8 });
    assert_eq!(before.critical_failures, ["A1"]);
    assert!(before.missing.contains(&"A2".to_owned()) && !before.missing.contains(&"C1".to_owned()));
    let now = visit(&[("A1", "2"), ("A4", "1"), ("B1", "1"), ("B1", "2"), ("D1", "0")]);
    assert_eq!(share(&now, "B"), Some(Share { count: 1, of: 2 }), "of two scores the lower");
    let changes: BTreeMap<_, _> =
        compare_visits(&before, &now).into_iter().map(|change| (change.domain.clone(), change.change)).collect();
    assert_eq!(changes["A"], Some(500));
    assert_eq!(changes["B"], Some(-500));
    assert_eq!((changes["D"], changes["G"]), (None, None), "out of nothing");
    let all = code_lists().list("checklist_item").unwrap().entries.len();
    assert_eq!(visit(&[]).missing.len(), all);
}

#[test]
fn small_cells_and_what_would_give_them_away_are_not_shown() {
    let table = |counts: &[(&'static str, usize)]| {
        let codes = counts.iter().flat_map(|(code, count)| std::iter::repeat_n(*code, *count));
        Table::count(codes, 5)
    };
    let shown = |table: &Table| table.cells.values().map(|cell| *cell != Cell::Small).collect::<Vec<_>>();
    let whole = table(&[("a", 5), ("b", 9)]);
    assert_eq!((shown(&whole), whole.total), (vec![true, true], Some(14)));
    let one = table(&[("a", 2), ("b", 9), ("c", 7)]);
    assert_eq!((shown(&one), one.total), (vec![false, true, false], Some(18)), "the next smallest goes as well");
    let two = table(&[("a", 1), ("b", 1), ("c", 7), ("d", 20)]);
    assert_eq!(shown(&two), [false, false, false, true], "two of one each would be seen through");
    let alone = table(&[("a", 3)]);
    assert_eq!((shown(&alone), alone.total), (vec![false], None));
    let few = table(&[("a", 1), ("b", 2)]);
    assert_eq!((shown(&few), few.total), (vec![false, false], None));
    assert_eq!(table(&[]).total, Some(0));
}

proptest! {
    #[test]
    fn no_small_cell_follows_from_what_is_shown(counts in proptest::collection::vec(0..30_usize, 0..8), least in 2..8_u64) {
        let names = ["a", "b", "c", "d", "e", "f", "g", "h"];
        let codes = counts.iter().enumerate().flat_map(|(place, count)| std::iter::repeat_n(names[place], *count));
        let table = Table::count(codes, least);
        let mut shown = 0;
        let mut hidden = Vec::new();
        for (name, cell) in &table.cells {
            let real = counts[names.iter().position(|one| one == name).unwrap()] as u64;
            match cell {
                Cell::Count(count) => {
                    prop_assert!(*count == real && real >= least);
                    shown += count;
                }
                Cell::Small => hidden.push(real),
            }
        }
        if let Some(total) = table.total {
            prop_assert_eq!(total, counts.iter().sum::<usize>() as u64);
            let rest = total - shown;
            prop_assert!(hidden.is_empty() || (hidden.len() > 1 && rest >= least));
        }
    }

    #[test]
    fn a_share_never_tells_of_few(count in 0..40_u64, more in 0..40_u64) {
        let share = Share { count, of: count + more };
        if let Some(shown) = share.guarded(5) {
            prop_assert!(shown.count == 0 || shown.count >= 5);
            prop_assert!(more == 0 || more >= 5);
        }
        if let Some(tenths) = share.tenths() {
            let exact = count as f64 * 1000.0 / (count + more) as f64;
            prop_assert!((tenths as f64 - exact).abs() <= 0.5 + 1e-9);
        }
    }
}

#[test]
fn what_rooms_are_used_for() {
    let one = |purpose: &str, case_type: Option<&str>, worked: Option<bool>| RoomUse {
        used_for: Some(code(purpose)),
        case_type: case_type.map(code),
        equipment_worked: worked,
        ..RoomUse::default()
    };
    let mut uses = vec![one("suspect_interview", None, None), one("storage", None, Some(false))];
    uses.extend((0..12).map(|_| one("child_victim_interview", Some("csea"), Some(true))));
    uses.extend((0..6).map(|_| one("child_witness_interview", Some("ocsea"), Some(true))));
    uses.extend((0..5).map(|_| one("not_used", None, None)));
    let figures = room_use_figures(&uses);
    assert_eq!((figures.misuse, figures.equipment_worked), (2, Share { count: 18, of: 19 }));
    assert_eq!(figures.held_in_room, Some(Share { count: 18, of: 23 }));
    assert_eq!(figures.case_types.cells["ocsea"], Cell::Count(6));
    uses.truncate(16);
    let figures = room_use_figures(&uses);
    assert_eq!(figures.case_types.cells["ocsea"], Cell::Small, "two children");
    assert_eq!(figures.case_types.cells["csea"], Cell::Small, "or the two could be had by subtraction");
}

#[test]
fn actions_are_overdue_when_all_of_their_date_has_passed() {
    let action = |status: &str, due: &str| PlannedAction {
        status: Some(code(status)),
        due_on: PartialDate::parse(due).ok(),
        ..PlannedAction::default()
    };
    let today = PartialDate::parse("2026-03-02").unwrap();
    let actions = [
        action("open", "2026-03-01"),
        action("under_way", "2026-03"),
        action("open", "2026-02"),
        action("late", "2027"),
        action("done", "2020"),
        action("dropped", "2020"),
    ];
    assert_eq!(action_figures(&actions, today), ActionFigures { done: 1, open: 4, overdue: 3 });
}

#[test]
fn interviews_are_counted_and_few_are_not_told() {
    let held = |number: u64| Interview {
        started_at: Timestamp::parse("2026-03-02T02:00:00Z").ok(),
        ended_at: Timestamp::parse("2026-03-02T03:00:00Z").ok(),
        sequence_number: Some(if number < 14 { 1 } else { 2 }),
        repeat_reason: (number >= 14).then(|| code("new_evidence")),
        recording: Some(code(if number < 18 { "video" } else { "none" })),
        invitations: Some(6),
        directive_questions: Some(3),
        option_posing_questions: Some(1),
        delay_days: Some(number),
        ..Interview::default()
    };
    let mut all: Vec<_> = (0..20).map(held).collect();
    all.push(Interview::default());
    let figures = interview_figures(&all);
    assert_eq!((figures.interviews, figures.median_delay_days), (Some(20), Some(9)));
    assert_eq!(figures.first, Some(Share { count: 14, of: 20 }));
    assert_eq!(figures.recorded, None, "two that were not recorded would be known");
    assert_eq!(figures.invitations.text(), "60.0 % (120 of 200)");
    assert_eq!(figures.repeat_reasons.cells["new_evidence"], Cell::Count(6));
    let few = interview_figures(&all[..4]);
    assert_eq!((few.interviews, few.first, few.median_delay_days), (None, None, None));
    assert_eq!(few.invitations, Share::default());
}

#[test]
fn an_answer_with_the_same_token_counts_once_and_few_answers_are_not_told() {
    let answer = |token: &str, intent: &str| Survey {
        participant_token: Text::new(token).ok(),
        wave: Some(code("post")),
        intent_to_apply: Some(code(intent)),
        knowledge_score: Some(7),
        ..Survey::default()
    };
    let mut answers: Vec<_> = ["a", "b", "c", "d"].iter().map(|token| answer(token, "yes")).collect();
    assert_eq!(survey_figures(&answers, "post"), None);
    answers.push(answer("e", "no"));
    answers.push(answer("a", "unsure"));
    let figures = survey_figures(&answers, "post").unwrap();
    assert_eq!((figures.answers, figures.will_apply, figures.knowledge), (5, Share { count: 3, of: 5 }, Some(7)));
}

#[test]
fn shares_are_rounded_half_up_and_a_median_is_a_value() {
    assert_eq!(Share { count: 1, of: 8 }.text(), "12.5 % (1 of 8)");
    assert_eq!(Share { count: 1, of: 2000 }.tenths(), Some(1));
    assert_eq!(Share::default().text(), "\u{2013}");
    assert_eq!(Share { count: u64::MAX, of: u64::MAX }.tenths(), Some(1000));
    assert_eq!((median([3, 1, 2, 9].into_iter()), median(std::iter::empty())), (Some(2), None));
}

#[test]
fn a_month_tells_of_five_or_nobody_and_of_no_change_of_fewer() {
    let month = PartialDate::parse("2026-03").unwrap();
    let now = Timestamp::parse("2026-04-02T02:00:00Z").unwrap();
    let held = |number: u64| CountedInterview {
        interview: Interview {
            started_at: Timestamp::parse(if number < 40 { "2026-03-31T23:00:00Z" } else { "2026-04-01T01:00:00Z" })
                .ok(),
            ended_at: Timestamp::parse("2026-04-01T03:00:00Z").ok(),
            recording: Some(code(if number.is_multiple_of(2) { "video" } else { "none" })),
            invitations: Some(6),
            option_posing_questions: Some(2),
            sequence_number: Some(if number == 3 { 2 } else { 1 }),
            delay_days: Some(number),
            ..Interview::default()
        },
        had_break: number < 6,
        ..CountedInterview::default()
    };
    let all: Vec<_> = (0..50).map(held).collect();
    let counted = |interviews: &[CountedInterview]| Counted { interviews: interviews.to_vec(), ..Counted::default() };
    let row = interview_month(month, &counted(&all), now);
    assert_eq!((row.interviews, row.recorded, row.recorded_of), (Some(40), Some(20), Some(40)));
    assert_eq!((row.with_break, row.with_break_of), (Some(6), Some(40)));
    assert_eq!((row.first, row.first_of), (None, None), "one child that was interviewed again");
    assert_eq!((row.invitations, row.leading_questions, row.questions), (Some(240), Some(80), Some(320)));
    let few = interview_month(month, &counted(&all[..4]), now);
    assert_eq!(few, InterviewMonth { month: Some(month), computed_at: Some(now), ..InterviewMonth::default() });
    let of = |count: usize| interview_month(month, &counted(&all[..count]), now);
    assert!(!may_replace(&of(4), &of(4)) && !may_replace(&of(4), &of(8)) && may_replace(&of(4), &of(9)));
    assert!(!may_replace(&of(6), &of(7)) && !may_replace(&of(9), &of(4)) && may_replace(&of(6), &of(11)));
    assert!(is_over(month, now) && !is_over(PartialDate::parse("2026-04").unwrap(), now));
    assert!(!is_over(PartialDate::parse("2026").unwrap(), now));
}

#[test]
fn of_figures_that_are_told_anew_none_changes_by_fewer_than_five() {
    let pair = |count: u64, of: u64, referrals: u64| InterviewMonth {
        interviews: Some(20),
        recorded: Some(count),
        recorded_of: Some(of),
        need_met: Some(referrals),
        need_met_of: Some(referrals + 5),
        ..InterviewMonth::default()
    };
    let told = |row: &InterviewMonth| (row.recorded, row.recorded_of, row.need_met, row.need_met_of);
    let settled = replacement(pair(10, 20, 6), pair(15, 30, 7));
    assert_eq!(told(&settled), (Some(15), Some(30), Some(6), Some(11)), "one referral would be known");
    let settled = replacement(pair(10, 20, 6), pair(10, 26, 6));
    assert_eq!(settled.recorded_of, Some(26), "none of six was recorded");
    let settled = replacement(pair(10, 20, 6), pair(11, 26, 6));
    assert_eq!(told(&settled).1, Some(20), "one of six was recorded: that would be known");
    let settled = replacement(pair(10, 20, 6), pair(15, 26, 6));
    assert_eq!(told(&settled).1, Some(20), "one of six was not recorded: that would be known");
    let settled = replacement(pair(10, 20, 6), pair(11, 20, 6));
    assert_eq!(settled.recorded, Some(10), "nor one that was amended");
    let asked = |interviews: u64, children: u64| InterviewMonth {
        interviews: Some(interviews),
        children: Some(children),
        ..InterviewMonth::default()
    };
    assert_eq!(replacement(asked(20, 20), asked(26, 25)).children, Some(20), "one child was asked again");
    assert_eq!(replacement(asked(20, 20), asked(26, 26)).children, Some(26));
    let hidden = InterviewMonth { interviews: Some(20), ..InterviewMonth::default() };
    assert_eq!(told(&replacement(hidden, pair(10, 20, 2))), (Some(10), Some(20), None, None));
}

#[test]
fn who_knew_more_afterwards_is_counted_by_token() {
    let answer = |token: u64, wave: &str, score: u64| Survey {
        participant_token: Text::new(format!("token {token}")).ok(),
        wave: Some(code(wave)),
        knowledge_score: Some(score),
        ..Survey::default()
    };
    let mut answers: Vec<_> = (0..15)
        .flat_map(|token| [answer(token, "pre", 50), answer(token, "post", if token < 10 { 80 } else { 50 })])
        .collect();
    answers.push(answer(99, "post", 90));
    assert_eq!(knowledge_gained(&answers), Some(Share { count: 10, of: 15 }));
    assert_eq!(knowledge_gained(&answers[..24]), None, "two did not");
    assert_eq!(knowledge_gained(&[]), None);
}

#[test]
fn a_refusal_is_respected_if_what_was_refused_was_not_done() {
    let consent = |purpose: &str, decision: &str| crate::model::records::Consent {
        purpose: Some(code(purpose)),
        decision: Some(code(decision)),
        given_at: Timestamp::parse("2026-03-02T02:00:00Z").ok(),
        ..Default::default()
    };
    let held = |at: &str, recording: &str| Interview {
        started_at: Timestamp::parse(at).ok(),
        recording: Some(code(recording)),
        ..Interview::default()
    };
    let respected = |purpose: &str, interview: &Interview, overridden: bool| {
        let told = crate::model::records::Referral {
            override_ground: overridden.then(|| code("legal_duty")),
            ..Default::default()
        };
        refusal(&consent(purpose, "refused"), &[interview], &[&told]).map(|one| one.respected)
    };
    let (after, before) = (held("2026-03-02T03:00:00Z", "video"), held("2026-03-02T01:00:00Z", "video"));
    assert_eq!(respected("recording", &after, false), Some(false));
    assert_eq!(respected("recording", &before, false), Some(true), "it was recorded before the child said no");
    assert_eq!(respected("recording", &held("2026-03-02T03:00:00Z", "none"), true), Some(true));
    assert_eq!((respected("share", &after, false), respected("share", &after, true)), (Some(true), Some(false)));
    assert_eq!(respected("contact_later", &after, true), None, "nothing says what was done");
    assert_eq!(refusal(&consent("share", "agreed"), &[], &[]), None);
}

#[test]
fn rooms_stand_side_by_side_and_rounds_are_compared() {
    let id = |byte: u8| crate::id::RecordId::from_bytes([byte; 16]);
    let mut records = RoomsRecords::default();
    fn add<R: Record>(records: &mut RoomsRecords, at: crate::id::RecordId, parent: crate::id::RecordId, record: &R) {
        let mut fields = FieldBuffer::new();
        record.encode(&mut fields).unwrap();
        let record = crate::model::DynamicRecord::decode(R::spec(), &fields).unwrap();
        records.add(at, parent, &record).unwrap();
    }
    let text = |text: &str| Text::new(text).ok();
    let day = |day: &str| PartialDate::parse(day).ok();
    use crate::model::records::{ActionPlan, MonitoringVisit, Room, Station, Testimonial};
    add(&mut records, id(2), id(1), &Station { name_en: text("Kandal"), ..Station::default() });
    add(&mut records, id(3), id(2), &Room { name: text("Room"), ..Room::default() });
    for (visit, on, score) in [(4, "2025-03-01", "0"), (5, "2026-03-01", "2")] {
        add(&mut records, id(visit), id(3), &MonitoringVisit { visited_on: day(on), ..MonitoringVisit::default() });
        let item = VisitItem {
            item: Some(code("A1")),
            score: Some(code(score)),
            evidence: vec![code("seen")],
            ..VisitItem::default()
        };
        add(&mut records, id(visit + 10), id(visit), &item);
    }
    add(&mut records, id(6), id(5), &ActionPlan { title: text("Door"), ..ActionPlan::default() });
    let late = PlannedAction {
        what: text("Mend the door"),
        due_on: day("2026-03"),
        status: Some(code("open")),
        ..PlannedAction::default()
    };
    add(&mut records, id(7), id(6), &late);
    let asked = |what: &str, status: &str, by: &str| Request {
        what: text(what),
        kind: Some(code("equipment")),
        status: Some(code(status)),
        needed_by: day(by),
        ..Request::default()
    };
    for (at, request) in [
        (40, asked("Camera", "asked", "2026-05")),
        (41, asked("Lock", "granted", "2026-03")),
        (42, asked("Chair", "fulfilled", "2026-03")),
        (43, asked("Car", "refused", "2026-03")),
    ] {
        add(&mut records, id(at), id(3), &request);
    }
    let said = |consent: &str| Testimonial {
        text: crate::model::Narrative::new("It helps").ok(),
        speaker_role: Some(code("officer")),
        publish_consent: Some(code(consent)),
        checked_for_children: Some(true),
        ..Testimonial::default()
    };
    for (at, consent) in [(30, "no"), (31, "internal"), (32, "anonymous")] {
        add(&mut records, id(at), id(3), &said(consent));
    }
    let report = MonitorReport::of(&records, id(1), PartialDate::parse("2026-04-02").unwrap());
    let room = &report.stations[0].rooms[0];
    assert_eq!((room.rounds.len(), room.change), (2, Some(1000)));
    assert_eq!(room.rounds[0].scores.critical_failures, ["A1"]);
    assert_eq!((room.changes[0].domain.as_str(), room.changes[0].change), ("A", Some(1000)));
    assert_eq!(room.rounds[1].evidence["seen"], 1);
    assert_eq!(report.improved, Share { count: 1, of: 1 });
    assert_eq!(room.half_years["2025-1"], Share { count: 0, of: 2 });
    assert_eq!(room.half_years["2026-1"], Share { count: 2, of: 2 });
    assert_eq!(report.open_actions.len(), 1);
    assert!(report.open_actions[0].overdue && report.open_actions[0].station == "Kandal");
    let open: Vec<_> = report.requests.iter().map(|one| (one.what.as_str(), one.overdue)).collect();
    assert_eq!(open, [("Lock", true), ("Camera", false)]);
    assert_eq!(report.testimonials.len(), 1, "nobody who did not agree");
    assert_eq!(report.testimonials[0].role, None);
    assert_eq!(report.meeting.event.surveys["post"].useful.text(), "85.7 % (18 of 21)");
    assert!(report.meeting.note.contains("Reconstruction"));
}
