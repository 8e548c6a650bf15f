//! What leaves for somebody outside: exactly what was agreed to, or on a ground that somebody answers for.

use super::members::{Team, code};
use super::*;
use crate::model::records::{Consent, Guardian};
use crate::model::{CodeListName, Timestamp, Value};
use crate::practice::authorise::Authorised;
use crate::practice::consent::{Basis, ConsentError, Disclosure, Override};

pub(super) fn coded<L: CodeListName>(text: &str) -> Coded<L> {
    Coded::new(text).unwrap()
}

pub(super) fn texts(list: &[&str]) -> Vec<Text> {
    list.iter().map(|text| Text::new(text).unwrap()).collect()
}

pub(super) fn answer(session: &Session, giver: &str, decision: &str) -> Consent {
    let given = i64::try_from(session.vault().clock().0).unwrap() - 60_000;
    Consent {
        giver: Some(coded(giver)),
        purpose: Some(coded("referral")),
        decision: Some(coded(decision)),
        service: Some(coded("psychosocial")),
        recipients: texts(&["The clinic"]),
        scope_fields: texts(&["child.*"]),
        given_at: Timestamp::from_milliseconds(given).ok(),
        ..Consent::default()
    }
}

pub(super) fn referral(fields: &[&str]) -> Disclosure {
    Disclosure {
        purpose: "referral".into(),
        recipient_kind: "service_provider".into(),
        recipient: "The clinic".into(),
        service: Some("psychosocial".into()),
        fields: fields.iter().map(|field| (*field).to_owned()).collect(),
    }
}

const FIELDS: [&str; 2] = ["child.family_name_latin", "child.sex"];

fn named(name: &str) -> Child {
    Child { nickname: Text::new("Not for the clinic").ok(), ..child(name) }
}

#[test]
fn the_manifest_is_what_was_opened_and_nothing_else_was() {
    let world = World::new();
    let session = world.session();
    let case = session.create(Some(session.unit()), &Case::default(), &access()).unwrap().record;
    let child = session.create(Some(case), &named("Sokha"), &access()).unwrap().record;
    let other = session.create(Some(case), &named("Another"), &access()).unwrap().record;
    let refused = code(session.disclose(child, &referral(&FIELDS), None, &access()));
    assert_eq!(refused, ConsentError::ChildNotAsked.into());
    session.create(Some(child), &answer(&session, "child_alone_mature", "agreed"), &access()).unwrap();
    // What the other child said is about the other child.
    session.create(Some(other), &answer(&session, "child_assent", "refused"), &access()).unwrap();

    let before = session.log_size().unwrap();
    let disclosed = session.disclose(child, &referral(&FIELDS), None, &access()).unwrap();
    assert!(matches!(&disclosed.basis, Basis::Consent(answers) if answers.len() == 1));
    let numbers: Vec<_> = disclosed.manifest.iter().map(|(id, fields)| (*id, fields.len())).collect();
    assert_eq!(numbers, [(child, 2)]);
    let shown: Vec<_> = disclosed.records[0].record.iter().map(|(field, _)| field.name).collect();
    assert_eq!(shown, ["family_name_latin", "sex"]);
    assert_eq!(disclosed.records[0].record.get("family_name_latin"), Some(&Value::Text(Text::new("Sokha").unwrap())));

    let entries = session.log_entries(before, u64::MAX, &Access::for_purpose("audit")).unwrap();
    let export = entries.iter().position(|logged| logged.entry.event == Event::Export).unwrap();
    let read = &entries[export + 1].entry;
    let fields: Vec<u64> = disclosed.manifest[0].1.iter().map(|field| field.get()).collect();
    assert_eq!((read.event, &read.what.as_ref().unwrap().fields[..]), (Event::Read, &fields[..]));
    assert_eq!(entries.len(), export + 2, "nothing was read after that");
}

#[test]
fn a_refusal_is_logged_and_a_ground_needs_somebody_who_may() {
    let team = Team::new();
    let interviewer = team.sign_in(&team.enrol("interviewer"));
    let (_, child) = case_with_child(&interviewer, "Sokha");
    interviewer.create(Some(child), &answer(&interviewer, "child_assent", "refused"), &access()).unwrap();
    let mut guardian = answer(&interviewer, "guardian", "agreed");
    guardian.guardian_conflict = Some(coded("none"));
    interviewer.create(Some(child), &guardian, &access()).unwrap();
    let before = team.chief.log_size().unwrap();
    let refused = code(interviewer.disclose(child, &referral(&FIELDS), None, &access()));
    assert_eq!(refused, ConsentError::ChildRefused.into(), "whatever the guardian says");
    let audit = Access::for_purpose("audit");
    let entries = team.chief.log_entries(before, u64::MAX, &audit).unwrap();
    let last = &entries.last().unwrap().entry;
    assert_eq!((last.event, last.what.as_ref().unwrap().record), (Event::Denied, child));

    let reason = Narrative::new("The child is in danger tonight").unwrap();
    let asked = Authorised::Override { disclosure: referral(&FIELDS), ground: coded("imminent_danger") };
    let second = team.sign_in(&team.enrol("unit-supervisor"));
    let authorisation = super::authorise::sign(&second, child, &asked);
    let stated = Override { ground: coded("imminent_danger"), reason, authorisation };
    let before = team.chief.log_size().unwrap();
    let told = team.chief.disclose(child, &referral(&FIELDS), Some(&stated), &access()).unwrap();
    let despite = vec![ConsentError::ChildRefused];
    assert_eq!(told.basis, Basis::Ground { ground: "imminent_danger".into(), despite });
    let entries = team.chief.log_entries(before, u64::MAX, &audit).unwrap();
    let export = entries.iter().find(|logged| logged.entry.event == Event::Export).unwrap();
    assert_eq!(export.reason.as_deref(), Some("imminent_danger: The child is in danger tonight"));
    let narrative = code(team.chief.disclose(child, &referral(&["statement.body"]), Some(&stated), &access()));
    assert!(matches!(narrative, Error::Consent(ConsentError::FieldNotForRecipient { .. })));
}

#[test]
fn a_guardian_who_may_be_involved_by_another_record_decides_nothing() {
    let world = World::new();
    let session = world.session();
    let (case, child) = case_with_child(&session, "Sokha");
    let suspect = Guardian { relation: Some(coded("father")), is_suspect: Some(coded("yes")), ..Guardian::default() };
    let suspect = session.create(Some(case), &suspect, &access()).unwrap().record;
    session.create(Some(child), &answer(&session, "child_assent", "agreed"), &access()).unwrap();
    let mut yes = answer(&session, "guardian", "agreed");
    (yes.guardian, yes.guardian_conflict) = (Some(suspect), Some(coded("none")));
    session.create(Some(child), &yes, &access()).unwrap();
    let refused = code(session.disclose(child, &referral(&FIELDS), None, &access()));
    assert_eq!(refused, ConsentError::GuardianInConflict.into());
}

#[test]
fn referrals_of_a_child_are_shown_with_what_is_overdue_first() {
    use crate::model::records::Referral;
    use crate::practice::referrals::{Overdue, Stage};
    let world = World::new();
    let session = world.session();
    let (case, child) = case_with_child(&session, "Sokha");
    assert!(session.referrals_of_child(child, &access()).unwrap().is_empty());
    let long_ago = i64::try_from(session.vault().clock().0).unwrap() - 30 * 3_600_000;
    let referral = |service: &str| Referral {
        service_type: Some(coded(service)),
        status: Some(coded("proposed")),
        urgency: Some(coded("within_24h")),
        made_at: Timestamp::from_milliseconds(long_ago).ok(),
        ..Referral::default()
    };
    let done = session.create(Some(child), &referral("shelter"), &access()).unwrap().record;
    let late = session.create(Some(child), &referral("medical_urgent"), &access()).unwrap().record;
    for (id, to) in [(done, "sent"), (done, "completed"), (late, "sent")] {
        session.move_referral(id, &coded(to), None, &access()).unwrap();
    }
    let found = session.referrals_of_child(child, &access()).unwrap();
    let shown: Vec<_> = found.iter().map(|one| (one.id, one.stage, one.overdue)).collect();
    assert_eq!(shown, [(late, Stage::Waiting, Some(Overdue::NotBegun)), (done, Stage::Completed, None)]);
    assert_eq!(code(session.referrals_of_child(case, &access())), Error::NoSuchRecord);
}
