//! A second person's signature: made in their own session, for exactly one act, used once.

use super::members::{Team, code, supervise};
use super::*;
use crate::access::{AccessError, FindingKind, ReviewOutcome};
use crate::log::DetailKey;
use crate::model::records::{Authorisation, EvidenceItem};
use crate::model::{CodeListName, Governed, Timestamp};
use crate::practice::PracticeError;
use crate::practice::authorise::{AuthorisationError, Authorised};
use crate::practice::consent::{Basis, Disclosure, Override};

const HOUR: i64 = 3_600_000;

fn coded<L: CodeListName>(text: &str) -> Coded<L> {
    Coded::new(text).unwrap()
}

fn words(text: &str) -> Narrative {
    Narrative::new(text).unwrap()
}

pub(super) fn in_an_hour(session: &Session) -> Timestamp {
    Timestamp::from_milliseconds(session.vault().clock().0 as i64 + HOUR).unwrap()
}

/// Signs an act, as the second person.
pub(super) fn sign(by: &Session, subject: RecordId, act: &Authorised) -> RecordId {
    by.authorise(subject, act, words("I have looked at it"), in_an_hour(by), &supervise()).unwrap()
}

fn asked(recipient: &str) -> Disclosure {
    Disclosure {
        purpose: "referral".into(),
        recipient_kind: "service_provider".into(),
        recipient: recipient.into(),
        service: Some("psychosocial".into()),
        fields: vec!["child.sex".into(), "child.family_name_latin".into()],
    }
}

fn telling(recipient: &str) -> Authorised {
    Authorised::Override { disclosure: asked(recipient), ground: coded("imminent_danger") }
}

fn stated(authorisation: RecordId) -> Override {
    Override { ground: coded("imminent_danger"), reason: words("In danger tonight"), authorisation }
}

#[test]
fn a_disclosure_without_consent_takes_two_people_and_holds_once() {
    let team = Team::new();
    let officer = team.sign_in(&team.enrol("interviewer"));
    let supervisor = team.enrol("unit-supervisor");
    let second = team.sign_in(&supervisor);
    let (_, child) = case_with_child(&officer, "Sokha");
    let tell = |session: &Session, id| session.disclose(child, &asked("The clinic"), Some(&stated(id)), &access());

    let refused = officer.authorise(child, &telling("The clinic"), words("Me"), in_an_hour(&officer), &access());
    assert_eq!(code(refused), AccessError::NotAllowed.into(), "an interviewer does not authorise");
    assert_eq!(code(tell(&officer, child)), AuthorisationError::NotThere.into());
    let other = sign(&second, child, &telling("Another clinic"));
    assert_eq!(code(tell(&officer, other)), AuthorisationError::AnotherAct.into());
    let id = sign(&second, child, &telling("The clinic"));
    assert_eq!(
        code(second.disclose(child, &asked("The clinic"), Some(&stated(id)), &supervise())),
        AuthorisationError::SignedByActor.into()
    );

    let before = team.chief.log_size().unwrap();
    let told = tell(&officer, id).unwrap();
    assert!(matches!(told.basis, Basis::Ground { .. }));
    let entries = team.chief.log_entries(before, u64::MAX, &Access::for_purpose("audit")).unwrap();
    let export = entries.iter().find(|logged| logged.entry.event == Event::Export).unwrap();
    assert_eq!(export.entry.actor.as_ref().unwrap().member, officer.member());
    let signer = export.entry.detail.as_ref().unwrap().get(DetailKey::MEMBER);
    assert_eq!(signer, Some(&(&second.member().as_bytes()[..]).into()), "both stand in the log");
    assert_eq!(code(tell(&officer, id)), AuthorisationError::Used.into(), "once");
    let checked = officer.authorisation(id, &access()).unwrap();
    assert_eq!((checked.signed_by, checked.used_by), (second.member(), Some(officer.member())));
    assert_eq!((checked.subject, checked.used_for), (child, Some(child)));

    // Who was suspended after signing answers for nothing any more.
    let late = sign(&second, child, &telling("The clinic"));
    team.suspend(&supervisor);
    assert_eq!(code(tell(&officer, late)), AuthorisationError::SignerMayNot.into());
    team.chief.check(|_, _| ()).unwrap();
}

#[test]
fn what_is_written_by_hand_or_about_another_child_is_no_signature() {
    let team = Team::new();
    let officer = team.sign_in(&team.enrol("interviewer"));
    let second = team.sign_in(&team.enrol("unit-supervisor"));
    let (case, child) = case_with_child(&officer, "Sokha");
    let other = officer.create(Some(case), &super::child("Dara"), &access()).unwrap().record;
    let tell = |id| officer.disclose(child, &asked("The clinic"), Some(&stated(id)), &access());
    let about_other = sign(&second, other, &telling("The clinic"));
    assert_eq!(code(tell(about_other)), AuthorisationError::NotThere.into());
    // A copy of a good one, by the same hand: the digest is of another record.
    let good = sign(&second, child, &telling("The clinic"));
    let copied = second.read::<Authorisation>(good, &supervise()).unwrap().record;
    let by_hand =
        PracticeError::ByHand(Governed { rule: "authorisation-is-signed", kind: "authorisation", field: None });
    assert_eq!(code(second.create(Some(child), &copied, &supervise())), by_hand.clone().into());
    assert_eq!(code(officer.amend(good, &copied, &access())), by_hand.into(), "nobody uses it up by hand");
    // A program of their own can write it all the same.
    second.become_lawless();
    let forged = second.create(Some(child), &copied, &supervise()).unwrap().record;
    assert_eq!(code(tell(forged)), AuthorisationError::NotAsSigned.into());
    assert_eq!(code(officer.authorisation(forged, &access())), AuthorisationError::NotAsSigned.into());
    // A second revision is not what was signed, whoever wrote it.
    second.amend(good, &copied, &supervise()).unwrap();
    assert_eq!(code(tell(good)), AuthorisationError::Used.into());
    let subject = second.authorise(case, &telling("The clinic"), words("Wrong"), in_an_hour(&second), &supervise());
    assert_eq!(code(subject), AuthorisationError::Subject.into());
    let until = Timestamp::from_milliseconds(second.vault().clock().0 as i64 + 8 * 24 * HOUR).unwrap();
    let too_long = second.authorise(child, &telling("The clinic"), words("Long"), until, &supervise());
    assert_eq!(code(too_long), AuthorisationError::Time.into());
}

#[test]
fn nobody_authorises_in_a_unit_where_they_do_not_write() {
    let team = Team::new();
    let unit = Unit { name: Text::new("Another unit").ok(), ..Unit::default() };
    let other = team.chief.add_unit(&unit, &[&team.world.founder], &access()).unwrap();
    let outsider = Identity::generate();
    let supervises = super::members::role("unit-supervisor");
    team.chief.enrol(&outsider.public(), &supervises, other.scope(), &[&team.world.founder], &access()).unwrap();
    let officer = team.sign_in(&team.enrol("interviewer"));
    let (_, child) = case_with_child(&officer, "Sokha");
    let outsider = team.sign_in(&outsider);
    let refused = outsider.authorise(child, &telling("The clinic"), words("I"), in_an_hour(&outsider), &supervise());
    assert!(matches!(code(refused), Error::Access(AccessError::MayNotWrite { .. })));
    // A program of their own writes it all the same.
    outsider.become_lawless();
    let id = sign(&outsider, child, &telling("The clinic"));
    let told = officer.disclose(child, &asked("The clinic"), Some(&stated(id)), &access());
    assert_eq!(code(told), IntegrityError::Author.into());
}

#[test]
fn a_copy_of_an_exhibit_is_of_the_class_that_was_signed() {
    let team = Team::new();
    let custodian = team.sign_in(&team.enrol("evidence-custodian"));
    let second = team.sign_in(&team.enrol("unit-supervisor"));
    let case = second.create(Some(second.unit()), &Case::default(), &supervise()).unwrap().record;
    let item = |class: &str| EvidenceItem {
        exhibit_number: Text::new("2026/17-1").ok(),
        kind: Some(coded("device")),
        contains_csam: Some(coded("no")),
        copy_class: Some(coded(class)),
        ..EvidenceItem::default()
    };
    let why = Access::for_purpose("investigation");
    let master = second.create(Some(case), &item("master"), &supervise()).unwrap().record;
    let id = sign(&second, master, &Authorised::Copy { class: coded("working") });
    let copy = |class: &str, id| custodian.record_copy(master, item(class), id, &why);
    assert_eq!(code(copy("master", id)), AuthorisationError::NoCopy.into());
    assert_eq!(code(copy("disclosure", id)), AuthorisationError::AnotherAct.into());
    let before = custodian.records_of(case, &why).unwrap().len();
    let made = copy("working", id).unwrap();
    assert_eq!(code(copy("working", id)), AuthorisationError::Used.into());
    assert_eq!(custodian.records_of(case, &why).unwrap().len(), before + 1, "a refused copy leaves no record");
    let record = custodian.read::<EvidenceItem>(made, &why).unwrap().record;
    assert_eq!((&record.derived_from[..], record.copy_authorisation), (&[master][..], Some(id)));
    let checked = second.authorisation(id, &supervise()).unwrap();
    assert_eq!((checked.used_for, checked.used_by), (Some(made), Some(custodian.member())));
}

#[test]
fn a_repeat_takes_a_second_person_and_an_urgent_one_is_a_finding_until_somebody_looked() {
    let team = Team::new();
    let officer = team.sign_in(&team.enrol("interviewer"));
    let second = team.sign_in(&team.enrol("unit-supervisor"));
    let (family, given) = (Text::new("Chan").ok(), Text::new("Sopheaktra").ok());
    let named = Child { family_name_latin: family, given_name_latin: given, ..super::child("Chan") };
    let case = officer.create(Some(officer.unit()), &Case::default(), &access()).unwrap().record;
    let child = officer.create(Some(case), &named, &access()).unwrap().record;
    let plan = Interview {
        purpose: Some(coded("initial")),
        protocol: Some(coded("nichd_revised")),
        interviewer: Some(officer.unit()),
        repeat_reason: Some(coded("new_allegation")),
        ..Interview::default()
    };
    let earlier = officer.earlier_interviews(child, &access()).unwrap();
    officer.start_interview(child, plan.clone(), &earlier, false, &access()).unwrap();
    let earlier = officer.earlier_interviews(child, &access()).unwrap();
    assert_eq!(earlier.known().len(), 1);
    let start = |plan: &Interview, urgent| officer.start_interview(child, plan.clone(), &earlier, urgent, &access());
    let repeat = |reason: &str| Authorised::Repeat { reason: coded(reason) };
    let another = sign(&second, child, &repeat("child_request"));
    let with = |id| Interview { repeat_authorisation: Some(id), ..plan.clone() };
    assert_eq!(code(start(&with(another), false)), AuthorisationError::AnotherAct.into());
    let id = sign(&second, child, &repeat("new_allegation"));
    let live = start(&with(id), false).unwrap();
    assert_eq!(second.authorisation(id, &supervise()).unwrap().used_for, Some(live.id()));
    assert_eq!(code(start(&with(id), true)), AuthorisationError::Used.into(), "urgent or not");
    let unsigned = || {
        let mut findings = second.findings(true, &supervise()).unwrap();
        findings.retain(|finding| matches!(finding.opened.kind, FindingKind::UnsignedRepeat { .. }));
        findings
    };
    assert!(unsigned().is_empty());

    let urgent = start(&plan, true).unwrap();
    let flags = officer.quality_flags(urgent.id(), &access()).unwrap();
    assert!(flags.iter().any(|flag| flag.code == "repeat_without_reason"), "{flags:?}");
    let findings = unsigned();
    let kinds: Vec<_> = findings.iter().map(|finding| finding.opened.kind).collect();
    assert_eq!(kinds, [FindingKind::UnsignedRepeat { interview: urgent.id() }]);
    second.review_finding(findings[0].id, ReviewOutcome::Justified, "It was", &supervise()).unwrap();
    assert!(unsigned().is_empty());
}
