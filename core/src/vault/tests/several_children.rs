//! Several children in a case: what one of them said, or was told, is not the other's.

use super::disclose::{answer, coded, referral, texts};
use super::members::{Team, code};
use super::*;
use crate::access::Compartments;
use crate::model::records::{CaseLink, Guardian, Referral};
use crate::practice::consent::{ConsentError, Disclosure};

const FIELDS: [&str; 2] = ["child.family_name_latin", "child.sex"];

/// A case with two children.
fn two_children(session: &Session) -> (RecordId, RecordId, RecordId) {
    let (case, one) = case_with_child(session, "Sokha");
    let other = session.create(Some(case), &child("Dara"), &access()).unwrap().record;
    (case, one, other)
}

#[test]
fn a_report_shows_nothing_of_the_other_child() {
    let team = Team::new();
    let (auditor, interviewer) = (team.sign_in(&team.enrol("auditor")), team.sign_in(&team.enrol("interviewer")));
    let (case, one, other) = two_children(&interviewer);
    let put = |parent, decision: &str| {
        let said = answer(&interviewer, "child_assent", decision);
        interviewer.create(Some(parent), &said, &access()).unwrap().record
    };
    let (own, of_other, of_whom) = (put(one, "agreed"), put(other, "refused"), put(case, "agreed"));
    let offered =
        Referral { service_type: Some(coded("shelter")), status: Some(coded("proposed")), ..Referral::default() };
    let offered = interviewer.create(Some(other), &offered, &access()).unwrap().record;

    let auditing = Access::for_purpose("subject-access");
    let report = |child| {
        let slice = auditor.subject_slice(child, interviewer.member(), &auditing).unwrap();
        interviewer.subject_report(child, &slice, &auditing).unwrap()
    };
    let about_one = report(one);
    let shown = |id| about_one.held.iter().find(|held| held.id == id).map(|held| held.about_the_child).unwrap();
    assert!(shown(one) && shown(own));
    for id in [other, of_other, offered, of_whom] {
        let held = about_one.held.iter().find(|held| held.id == id).unwrap();
        assert_eq!((held.about_the_child, held.fields.len(), held.withheld), (false, 0, 0));
    }
    // Who made or read the other child's records is for the other child.
    let of_kind = |kind| about_one.accesses.iter().filter(|access| access.kind == Some(kind)).count();
    let made = |id| {
        team.chief
            .log_entries(0, u64::MAX, &auditing)
            .unwrap()
            .iter()
            .filter(|logged| logged.entry.what.as_ref().is_some_and(|what| what.record == id))
            .count()
    };
    assert!(of_kind(RecordKind::REFERRAL) == 0 && made(offered) > 0);
    assert!(of_kind(RecordKind::CONSENT) >= 2);
    assert!(report(other).held.iter().any(|held| held.id == offered && held.about_the_child));
}

#[test]
fn an_answer_beside_several_children_opens_none_of_them() {
    let world = World::new();
    let session = world.session();
    let (case, one, other) = two_children(&session);
    let disclose = |child| session.disclose(child, &referral(&FIELDS), None, &access());
    let put = |parent, decision: &str| {
        let said = answer(&session, "child_alone_mature", decision);
        session.create(Some(parent), &said, &access()).unwrap();
    };
    put(case, "agreed");
    for child in [one, other] {
        assert_eq!(code(disclose(child)), ConsentError::ChildNotAsked.into());
    }
    put(one, "agreed");
    assert!(disclose(one).is_ok());
    // A no may be that of this child.
    put(case, "refused");
    assert_eq!(code(disclose(one)), ConsentError::ChildRefused.into());
}

#[test]
fn what_stands_beside_several_children_and_is_of_one_stays_here() {
    let world = World::new();
    let session = world.session();
    let (case, one, _) = two_children(&session);
    let interview = |parent| {
        let plan = Interview { purpose: Some(coded("initial")), ..Interview::default() };
        let id = session.create(Some(parent), &plan, &access()).unwrap().record;
        let said = Statement {
            kind: Some(coded("summary")),
            body: Narrative::new("What one of them told").ok(),
            ..Statement::default()
        };
        session.create(Some(id), &said, &access()).unwrap().record
    };
    let (of_one, _) = (interview(one), interview(case));
    let said = crate::model::records::Consent {
        purpose: Some(coded("share")),
        service: None,
        recipients: texts(&["The prosecutor"]),
        scope_fields: texts(&["statement.*", "consent.*"]),
        ..answer(&session, "child_alone_mature", "agreed")
    };
    session.create(Some(one), &said, &access()).unwrap();
    session.create(Some(case), &said, &access()).unwrap();
    let wanted = Disclosure {
        purpose: "share".into(),
        recipient_kind: "prosecutor".into(),
        recipient: "The prosecutor".into(),
        service: None,
        fields: vec!["statement.body".into(), "consent.decision".into()],
    };
    let told = session.disclose(one, &wanted, None, &access()).unwrap();
    let kinds: Vec<_> = told.records.iter().map(|opened| opened.record.spec().name()).collect();
    assert_eq!(kinds.len(), 2, "{kinds:?}");
    assert!(told.manifest.iter().any(|(id, _)| *id == of_one));
}

#[test]
fn an_earlier_interview_of_one_of_several_is_asked_about() {
    let world = World::new();
    let session = world.session();
    let named = |given: &str| Child {
        family_name_latin: Text::new("Chan").ok(),
        given_name_latin: Text::new(given).ok(),
        ..child("Chan")
    };
    let case = session.create(Some(session.unit()), &Case::default(), &access()).unwrap().record;
    let [one, other] =
        ["Sopheaktra", "Kunvathana"].map(|given| session.create(Some(case), &named(given), &access()).unwrap().record);
    let look = |child| session.earlier_interviews(child, &access()).unwrap();
    assert!(look(one).units_to_ask().is_empty());
    let then = answer(&session, "child_assent", "agreed").given_at;
    let held = Interview { purpose: Some(coded("initial")), started_at: then, ended_at: then, ..Interview::default() };
    session.create(Some(case), &held, &access()).unwrap();
    let earlier = look(one);
    assert_eq!((earlier.known(), earlier.units_to_ask()), (vec![], vec![session.unit()]));

    // A case that is linked as being about the same child has two: either may be the one.
    let linked = session.create(Some(session.unit()), &Case::default(), &access()).unwrap().record;
    let same = session.create(Some(linked), &named("Rachana"), &access()).unwrap().record;
    let link = CaseLink { other_case: Some(case), kind: Some(coded("same_child")), ..CaseLink::default() };
    session.create(Some(linked), &link, &access()).unwrap();
    let earlier = look(same);
    let mut possible: Vec<_> = earlier.possible().iter().map(|possible| possible.child).collect();
    possible.sort_unstable();
    let mut both = [one, other];
    both.sort_unstable();
    assert_eq!(possible, both);
}

#[test]
fn a_guardian_who_may_be_involved_is_told_of_only_with_the_mark() {
    let team = Team::new();
    let session = team.sign_in(&team.enrol("interviewer"));
    let (case, child) = case_with_child(&session, "Sokha");
    let guardian = |relation: &str, suspect: Option<&str>, phone: &str| {
        let guardian = Guardian {
            relation: Some(coded(relation)),
            is_suspect: suspect.map(coded),
            phones: texts(&[phone]),
            ..Guardian::default()
        };
        session.create(Some(case), &guardian, &access()).unwrap().record
    };
    let mother = guardian("mother", None, "011 111 111");
    guardian("father", Some("yes"), "022 222 222");
    guardian("aunt_or_uncle", Some("unknown"), "033 333 333");
    let aunt = guardian("aunt_or_uncle", Some("no"), "044 444 444");
    let named = guardian("grandparent", Some("no"), "055 555 555");
    // Of whom a court says so, about whatever.
    let mut colluding = answer(&session, "court", "agreed");
    colluding.purpose = Some(coded("photo"));
    (colluding.guardian, colluding.guardian_conflict) = (Some(named), Some(coded("colluding")));
    session.create(Some(child), &colluding, &access()).unwrap();
    let said = crate::model::records::Consent {
        scope_fields: texts(&["guardian.*"]),
        ..answer(&session, "child_alone_mature", "agreed")
    };
    session.create(Some(child), &said, &access()).unwrap();
    let told = session.disclose(child, &referral(&["guardian.phones"]), None, &access()).unwrap();
    let mut whom: Vec<_> = told.manifest.iter().map(|(id, _)| *id).collect();
    whom.sort_unstable();
    let mut expected = [mother, aunt];
    expected.sort_unstable();
    assert_eq!(whom, expected);
    // Whoever is told who may be involved is told of all of them.
    let marked = crate::model::records::Consent {
        purpose: Some(coded("share")),
        service: None,
        recipients: texts(&["The prosecutor"]),
        ..said
    };
    session.create(Some(child), &marked, &access()).unwrap();
    let wanted = |fields: &[&str]| Disclosure {
        purpose: "share".into(),
        recipient_kind: "prosecutor".into(),
        recipient: "The prosecutor".into(),
        service: None,
        ..referral(fields)
    };
    let told = |fields: &[&str]| session.disclose(child, &wanted(fields), None, &access()).unwrap().manifest.len();
    assert_eq!(told(&["guardian.phones"]), 2);
    assert_eq!(told(&["guardian.phones", "guardian.is_suspect"]), 5);
}

#[test]
fn whoever_cannot_read_what_a_court_says_of_guardians_tells_nothing_of_them() {
    let team = Team::new();
    let friend = team.enrol("interviewer");
    let session = team.sign_in(&team.enrol("interviewer"));
    let (case, child) = case_with_child(&session, "Sokha");
    let relation = Some(coded("grandparent"));
    let grandparent = Guardian { relation, phones: texts(&["055 555 555"]), ..Guardian::default() };
    let named = session.create(Some(case), &grandparent, &access()).unwrap().record;
    let mut colluding = answer(&session, "court", "agreed");
    (colluding.guardian, colluding.guardian_conflict) = (Some(named), Some(coded("colluding")));
    session.create(Some(child), &colluding, &access()).unwrap();
    let said = crate::model::records::Consent {
        scope_fields: texts(&["guardian.*", "child.sex"]),
        ..answer(&session, "child_alone_mature", "agreed")
    };
    session.create(Some(child), &said, &access()).unwrap();
    let seen = [Compartment::Identity, Compartment::Profile, Compartment::Referral, Compartment::Operations];
    session.share(case, friend.member(), Compartments::of(seen), None, &access()).unwrap();
    let friend = team.sign_in(&friend);
    let told =
        |fields: &[&str]| friend.disclose(child, &referral(fields), None, &access()).map(|told| told.manifest.len());
    let refused = AccessError::NoKey { compartment: Compartment::Offence.name() };
    assert_eq!(told(&["guardian.phones"]).unwrap_err(), refused.into());
    assert_eq!(told(&["child.sex"]).unwrap(), 1);
}
