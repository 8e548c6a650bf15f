//! The chain of custody in a vault: two officers, two sessions, one exhibit.

use super::members::code;
use super::*;
use crate::model::records::{CustodyEvent, EvidenceItem};
use crate::model::{CodeListName, Timestamp};
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
    let world = World::new();
    let (one, two) = (world.session(), world.reopened().unwrap());
    let item = exhibit(&one);
    let add = |session: &Session, event| session.add_custody_event(item, event, &access());
    assert!(one.custody_chain(item, &access()).unwrap().events.is_empty());
    add(&one, event(&one, "collected", 1)).unwrap();
    let to = Some(RecordId::from_bytes([2; 16]));
    add(&one, CustodyEvent { receiver: to, ..event(&one, "transferred", 1) }).unwrap();
    assert_eq!(code(add(&one, event(&one, "examined", 1))), CustodyError::OnTheWay.into());
    add(&two, event(&two, "received", 2)).unwrap();
    add(&two, event(&two, "examined", 2)).unwrap();
    let chain = one.custody_chain(item, &access()).unwrap();
    assert_eq!((chain.events.len(), chain.wrong.len()), (4, 0));
    assert_eq!(chain.events[3].1.previous_event, Some(chain.events[2].0));

    // Whoever changes an event later makes the chain say so: the digest that the next one names is of what stood there.
    let (id, mut changed) = chain.events[1].clone();
    changed.receiver = Some(RecordId::from_bytes([3; 16]));
    one.amend(id, &changed, &access()).unwrap();
    assert_eq!(code(two.custody_chain(item, &access())), CustodyError::Altered { event: id }.into());
    assert_eq!(code(add(&two, event(&two, "viewed", 2))), CustodyError::Altered { event: id }.into());
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
