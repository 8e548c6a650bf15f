//! The chain of custody in a vault: two officers, two sessions, one exhibit.

use super::members::code;
use super::*;
use crate::model::records::{ContentDigest, CustodyEvent, EvidenceItem};
use crate::model::{CodeListName, Governed, Timestamp};
use crate::practice::PracticeError;
use crate::practice::custody::CustodyError;

fn coded<L: CodeListName>(text: &str) -> Coded<L> {
    Coded::new(text).unwrap()
}

fn event(session: &Session, action: &str, by: u8) -> CustodyEvent {
    CustodyEvent {
        action: Some(coded(action)),
        started_at: Timestamp::from_milliseconds(i64::try_from(session.vault().clock().0).unwrap()).ok(),
        performer: Some(RecordId::from_bytes([by; 16])),
        ..CustodyEvent::default()
    }
}

fn exhibit(session: &Session) -> RecordId {
    let case = session.create(Some(session.unit()), &Case::default(), &access()).unwrap().record;
    let item = EvidenceItem {
        exhibit_number: Text::new("2026/17-1").ok(),
        kind: Some(coded("device")),
        ..EvidenceItem::default()
    };
    session.create(Some(case), &item, &access()).unwrap().record
}

#[test]
fn an_exhibit_goes_from_hand_to_hand_and_the_chain_says_so() {
    let team = super::members::Team::new();
    let one = &team.chief;
    let two = team.sign_in(&team.enrol("unit-supervisor"));
    let two = &two;
    let access = super::members::supervise;
    let item = exhibit(one);
    let add = |session: &Session, event| session.add_custody_event(item, event, &access());
    assert!(one.custody_chain(item, &access()).unwrap().events.is_empty());
    add(one, event(one, "collected", 1)).unwrap();
    let to = Some(RecordId::from_bytes([2; 16]));
    add(one, CustodyEvent { receiver: to, ..event(one, "transferred", 1) }).unwrap();
    assert_eq!(code(add(one, event(one, "examined", 1))), CustodyError::OnTheWay.into());
    // Nobody signs both for who gives and for who takes.
    assert_eq!(code(add(one, event(one, "received", 2))), CustodyError::SignedByOne.into());
    add(two, event(two, "received", 2)).unwrap();
    add(two, event(two, "examined", 2)).unwrap();
    let chain = one.custody_chain(item, &access()).unwrap();
    assert_eq!((chain.events.len(), chain.wrong.len()), (4, 0));
    assert_eq!(chain.events[3].1.previous_event, Some(chain.events[2].0));

    // Whoever changes an event later makes the chain say so: the digest that the next one names is of what stood there.
    let (id, mut changed) = chain.events[1].clone();
    changed.receiver = Some(RecordId::from_bytes([3; 16]));
    let by_hand = PracticeError::ByHand(Governed { rule: "custody-is-linked", kind: "custody_event", field: None });
    assert_eq!(code(one.amend(id, &changed, &access())), by_hand.clone().into());
    assert_eq!(code(one.create(Some(item), &changed, &access())), by_hand.into());
    one.become_lawless();
    one.amend(id, &changed, &access()).unwrap();
    assert_eq!(code(two.custody_chain(item, &access())), CustodyError::Altered { event: id }.into());
    assert_eq!(code(add(two, event(two, "viewed", 2))), CustodyError::Altered { event: id }.into());
}

#[test]
fn who_signs_for_both_is_found_out_by_every_reader() {
    let world = World::new();
    let session = world.session();
    let item = exhibit(&session);
    let to = Some(RecordId::from_bytes([2; 16]));
    session.add_custody_event(item, event(&session, "collected", 1), &access()).unwrap();
    let given = CustodyEvent { receiver: to, ..event(&session, "transferred", 1) };
    session.add_custody_event(item, given, &access()).unwrap();
    let chain = session.custody_chain(item, &access()).unwrap();
    let taken = crate::practice::custody::append(&chain.events, event(&session, "received", 2)).unwrap();
    session.become_lawless();
    let id = session.create(Some(item), &taken, &access()).unwrap().record;
    assert_eq!(session.custody_chain(item, &access()).unwrap().wrong, [(id, CustodyError::SignedByOne)]);
}

#[test]
fn a_file_is_checked_against_what_is_recorded_of_an_exhibit() {
    let world = World::new();
    let session = world.session();
    let path = world.folder.path().join("interview.mp4");
    std::fs::write(&path, b"abc").unwrap();
    let item = exhibit(&session);
    let go_on = |_, _| std::ops::ControlFlow::Continue(());
    let check = |item| session.check_exhibit_file(item, &path, go_on, &access());
    assert_eq!(code(check(item)), CustodyError::NotSaid.into());
    let harmless = EvidenceItem {
        exhibit_number: Text::new("2026/17-1").ok(),
        kind: Some(coded("interview_video")),
        contains_csam: Some(coded("no")),
        size_bytes: Some(3),
        ..EvidenceItem::default()
    };
    session.amend(item, &harmless, &access()).unwrap();
    assert_eq!(code(check(item)), CustodyError::NoDigest.into());
    let digest = ContentDigest {
        method: Some(coded("SHA256")),
        value: Text::new("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad").ok(),
        ..ContentDigest::default()
    };
    session.create(Some(item), &digest, &access()).unwrap();
    assert!(check(item).unwrap().fits());
    std::fs::write(&path, b"abd").unwrap();
    assert!(!check(item).unwrap().fits());
}

#[test]
fn custody_is_of_exhibits_and_taken_by_those_who_may() {
    let team = super::members::Team::new();
    let item = exhibit(&team.chief);
    let case = team.chief.info(item).unwrap().parent.unwrap();
    let wrong = code(team.chief.custody_chain(case, &access()));
    assert_eq!(wrong, Error::WrongKind { expected: "evidence_item", found: "case" });
    let begins = code(team.chief.add_custody_event(item, event(&team.chief, "viewed", 1), &access()));
    assert_eq!(begins, CustodyError::Beginning { action: "viewed".into() }.into());
    let auditor = team.sign_in(&team.enrol("auditor"));
    let refused = code(auditor.add_custody_event(item, event(&auditor, "collected", 1), &Access::for_purpose("audit")));
    assert!(matches!(refused, Error::Access(_)), "{refused:?}");
}
