//! Attacks with raw writes: what follows from an act is not stated by hand, whoever writes.

use std::io::Cursor;

use super::authorise::sign;
use super::members::{Team, code, supervise};
use super::*;
use crate::access::{AccessError, FindingKind};
use crate::log::{DetailKey, Outcome};
use crate::model::records::{EvidenceItem, Referral};
use crate::model::{CodeListName, Governed, Timestamp};
use crate::practice::PracticeError;
use crate::practice::authorise::{AuthorisationError, Authorised};
use crate::vault::exchange::{ExportOptions, ImportOptions};

fn coded<L: CodeListName>(text: &str) -> Coded<L> {
    Coded::new(text).unwrap()
}

fn by_hand(rule: &'static str, kind: &'static str, field: &'static str) -> Error {
    PracticeError::ByHand(Governed { rule, kind, field: Some(field) }).into()
}

fn hours_ago(session: &Session, hours: i64) -> Option<Timestamp> {
    Timestamp::from_milliseconds(session.vault().clock().0 as i64 - hours * 3_600_000).ok()
}

#[test]
fn a_referral_is_moved_by_its_states_and_not_by_hand() {
    let world = World::new();
    let session = world.session();
    let (_, child) = case_with_child(&session, "Sokha");
    let referral = |status: &str| Referral {
        service_type: Some(coded("shelter")),
        status: Some(coded(status)),
        decline_reason: (status == "declined_by_child").then(|| coded("not_stated")),
        ..Referral::default()
    };
    let refused = by_hand("referral-moves-by-its-states", "referral", "status");
    for status in ["sent", "accepted", "completed", "revoked"] {
        assert_eq!(code(session.create(Some(child), &referral(status), &access())), refused, "{status}");
    }
    session.create(Some(child), &referral("declined_by_child"), &access()).unwrap();
    let id = session.create(Some(child), &referral("proposed"), &access()).unwrap().record;
    let amend = |referral: Referral| session.amend(id, &referral, &access());
    for status in ["sent", "completed", "declined_by_child"] {
        assert_eq!(code(amend(referral(status))), refused, "{status}");
    }
    let nothing = code(amend(Referral { status: None, ..referral("proposed") }));
    assert!(matches!(nothing, Error::Model(_)), "nor is it taken away: {nothing:?}");
    session.move_referral(id, &coded("sent"), None, &access()).unwrap();
    assert_eq!(code(amend(referral("proposed"))), refused, "nor put back");
    // The rest of it is the station's to write.
    let more = Referral { to_person: Text::new("Dr Sok").ok(), ..referral("sent") };
    assert_eq!(amend(more).unwrap().number, 3);
    let failed = session.log_entries(0, session.log_size().unwrap(), &access()).unwrap();
    let denied = failed.iter().filter(|logged| logged.entry.outcome != Outcome::Success);
    let of_code = |logged: &&crate::vault::LoggedEntry| {
        let detail = logged.entry.detail.as_ref();
        detail.and_then(|detail| detail.get(DetailKey::ERROR_CODE)) == Some(&1138_u64.into())
    };
    assert_eq!(denied.filter(of_code).count(), 8, "each attempt stands in the log");
}

#[test]
fn a_copy_is_not_recorded_by_hand() {
    let team = Team::new();
    let (second, third) = (team.sign_in(&team.enrol("unit-supervisor")), team.sign_in(&team.enrol("unit-supervisor")));
    let why = supervise;
    let case = second.create(Some(second.unit()), &Case::default(), &why()).unwrap().record;
    let item = |class: Option<&str>| EvidenceItem {
        exhibit_number: Text::new("2026/17-1").ok(),
        kind: Some(coded("device")),
        contains_csam: Some(coded("no")),
        copy_class: class.map(coded),
        ..EvidenceItem::default()
    };
    let class = by_hand("copy-needs-second-person", "evidence_item", "copy_class");
    assert_eq!(code(second.create(Some(case), &item(Some("working")), &why())), class);
    let plain = second.create(Some(case), &item(None), &why()).unwrap().record;
    assert_eq!(code(second.amend(plain, &item(Some("disclosure")), &why())), class);
    second.amend(plain, &item(Some("master")), &why()).unwrap();
    assert_eq!(code(second.amend(plain, &item(Some("working")), &why())), class, "a master becomes no copy");
    // Nor is what another signed for something else claimed for it.
    let signed = sign(&third, plain, &Authorised::Copy { class: coded("working") });
    let claimed = EvidenceItem { copy_authorisation: Some(signed), ..item(Some("master")) };
    let claim = by_hand("copy-needs-second-person", "evidence_item", "copy_authorisation");
    assert_eq!(code(second.create(Some(case), &claimed, &why())), claim);
    assert_eq!(code(second.amend(plain, &claimed, &why())), claim);
    // In a batch of others nothing stays of them.
    let before = second.records_of(case, &why()).unwrap().len();
    let both = second.write_batch(&why(), |batch| {
        batch.create(Some(case), &item(Some("master")))?;
        batch.create(Some(case), &item(Some("redacted")))
    });
    assert_eq!((code(both), second.records_of(case, &why()).unwrap().len()), (class, before));
}

#[test]
fn an_interview_is_begun_by_its_call_and_a_repeat_that_was_held_is_signed_or_a_finding() {
    let team = Team::new();
    let officer = team.sign_in(&team.enrol("interviewer"));
    let second = team.sign_in(&team.enrol("unit-supervisor"));
    let (_, child) = case_with_child(&officer, "Sokha");
    let (started_at, ended_at) = (hours_ago(&officer, 3), hours_ago(&officer, 2));
    let planned = Interview { purpose: Some(coded("initial")), ..Interview::default() };
    let begun = Interview { started_at, ..planned.clone() };
    let live = |field| by_hand("interview-goes-on-live", "interview", field);
    assert_eq!(code(officer.create(Some(child), &begun, &access())), live("started_at"));
    let id = officer.create(Some(child), &planned, &access()).unwrap().record;
    assert_eq!(code(officer.amend(id, &begun, &access())), live("started_at"));
    let locked = Interview { locked_at: hours_ago(&officer, 1), started_at, ended_at, ..planned.clone() };
    let closes = by_hand("interview-closes-by-its-call", "interview", "locked_at");
    assert_eq!(code(officer.create(Some(child), &locked, &access())), closes);

    let repeat = |authorisation| Interview {
        started_at,
        ended_at,
        sequence_number: Some(2),
        repeat_reason: Some(coded("new_allegation")),
        repeat_authorisation: authorisation,
        ..planned.clone()
    };
    let record = |interview: &Interview| officer.create(Some(child), interview, &access());
    let nothing = code(record(&repeat(Some(child))));
    assert_eq!(nothing, AuthorisationError::NotThere.into(), "any id is no authorisation");
    let signed = sign(&second, child, &Authorised::Repeat { reason: coded("new_allegation") });
    let held = record(&repeat(Some(signed))).unwrap().record;
    assert_eq!(second.authorisation(signed, &supervise()).unwrap().used_for, Some(held));
    assert_eq!(code(record(&repeat(Some(signed)))), AuthorisationError::Used.into());
    let other = Interview { repeat_reason: Some(coded("child_request")), ..repeat(Some(signed)) };
    let stands = by_hand("signed-repeat-stands", "interview", "repeat_reason");
    assert_eq!(code(officer.amend(held, &other, &access())), stands);
    let unsigned = || {
        let findings = second.findings(true, &supervise()).unwrap();
        findings.iter().filter(|one| matches!(one.opened.kind, FindingKind::UnsignedRepeat { .. })).count()
    };
    assert_eq!(unsigned(), 0);
    let alone = record(&repeat(None)).unwrap().record;
    assert_eq!(unsigned(), 1, "what happened is recorded, and somebody has to look");
    officer.amend(alone, &Interview { net_minutes: Some(40), ..repeat(None) }, &access()).unwrap();
    assert_eq!(unsigned(), 1, "once");
    // A plan that turns out to be a repeat that was held: the same by the other way.
    officer.amend(id, &repeat(None), &access()).unwrap();
    assert_eq!(unsigned(), 2);
}

#[test]
fn history_brings_what_stood_elsewhere_and_changes_nothing_that_stands_here() {
    let world = World::new();
    let session = world.session();
    let (_, child) = case_with_child(&session, "Sokha");
    let done =
        Referral { service_type: Some(coded("shelter")), status: Some(coded("completed")), ..Referral::default() };
    let id = session.write_history(&access(), |batch| batch.create(Some(child), &done)).unwrap().record;
    let entries = session.log_entries(0, session.log_size().unwrap(), &access()).unwrap();
    let import = entries.iter().rfind(|logged| logged.entry.event == Event::Import).unwrap();
    let count = import.entry.detail.as_ref().unwrap().get(DetailKey::COUNT).cloned();
    assert_eq!(count, Some(1_u64.into()), "the log says that it was brought in");
    let back = Referral { status: Some(coded("proposed")), ..done };
    let amended = session.write_history(&access(), |batch| batch.amend(id, &back));
    assert_eq!(code(amended), by_hand("referral-moves-by-its-states", "referral", "status"));
}

#[test]
fn who_may_not_import_states_no_history() {
    let team = Team::new();
    let officer = team.sign_in(&team.enrol("interviewer"));
    let supervisor = team.sign_in(&team.enrol("unit-supervisor"));
    let (case, child) = case_with_child(&officer, "Sokha");
    let done =
        Referral { service_type: Some(coded("shelter")), status: Some(coded("completed")), ..Referral::default() };
    let not_allowed = Error::Access(AccessError::NotAllowed);
    let refused = officer.write_history(&access(), |batch| batch.create(Some(child), &done));
    assert_eq!(code(refused), not_allowed, "a right to write is none to state the past");
    let mut file = Vec::new();
    let why = supervise().because("moved");
    supervisor.export_lines(&mut file, &ExportOptions::default(), &why, &mut |_| ()).unwrap();
    let import = |session: &Session, why: &Access| {
        session.import_lines(Cursor::new(&file), &ImportOptions::default(), why, &mut |_| ())
    };
    assert_eq!(code(import(&officer, &access())), not_allowed);
    let count = || supervisor.records_of(case, &supervise()).unwrap().len();
    assert_eq!(count(), 2, "nothing was written");
    let entries = team.chief.log_entries(0, team.chief.log_size().unwrap(), &access()).unwrap();
    let denied = entries.iter().filter(|logged| logged.entry.outcome != Outcome::Success);
    assert_eq!(denied.count(), 2, "both attempts stand in the log");
    // The supervisor's role may.
    supervisor.write_history(&supervise(), |batch| batch.create(Some(child), &done)).unwrap();
    assert_eq!(count(), 3);
    assert_eq!(import(&supervisor, &supervise()).unwrap().problem_count, 0);
}
