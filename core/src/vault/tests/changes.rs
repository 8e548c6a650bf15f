//! What was written is told to whoever listens, and listening keeps nothing open.

use std::time::Duration;

use super::*;
use crate::keys::ManualClock;
use crate::model::{Record, Value};

#[test]
fn whoever_listens_hears_kinds_and_ids_of_every_session() {
    let world = World::new();
    let (session, other) = (world.session(), world.reopened().unwrap());
    let begun = session.change_mark().unwrap();
    assert!(session.changes_since(begun).unwrap().records.is_empty());
    let (case, child) = case_with_child(&other, "Sokha");
    other.amend(case, &Case::default(), &access()).unwrap();
    let entries = session.log_size().unwrap();
    let heard = session.changes_since(begun).unwrap();
    let told: Vec<_> = heard.records.iter().map(|info| (info.id, info.kind)).collect();
    assert_eq!(told, [(child, Some(RecordKind::CHILD)), (case, Some(RecordKind::CASE))]);
    assert!(!heard.more);
    assert_eq!(session.log_size().unwrap(), entries, "structure is shown without an entry");
    assert!(session.changes_since(heard.mark).unwrap().records.is_empty());
    other.read::<Child>(child, &access()).unwrap();
    assert!(session.changes_since(heard.mark).unwrap().records.is_empty(), "a read is no change");
}

#[test]
fn listening_does_not_keep_a_session_open() {
    let clock = ManualClock::at(1_700_000_000_000);
    let mut world = World::new();
    world.vault = Vault::open(&world.path(), Host::with_shared(world.keys.clone()).with_clock(clock.clone())).unwrap();
    let session = world.session();
    let mark = session.change_mark().unwrap();
    for _ in 0..4 {
        clock.advance(Duration::from_secs(60));
        assert!(session.changes_since(mark).is_ok());
    }
    clock.advance(Duration::from_secs(60));
    assert_eq!(session.changes_since(mark).unwrap_err(), Error::LockedIdle);
    assert!(session.is_locked());
}

#[test]
fn an_earlier_revision_is_read_whatever_its_kind() {
    let world = World::new();
    let session = world.session();
    let (case, id) = case_with_child(&session, "Sokha");
    session.amend(id, &child("Dara"), &access()).unwrap();
    let name = |number| {
        let opened = session.read_revision_fields(id, Some(Child::spec()), number, &access()).unwrap();
        opened.record.get("family_name_latin").cloned()
    };
    let text = |name: &str| Some(Value::Text(Text::new(name).unwrap()));
    assert_eq!((name(1), name(2)), (text("Sokha"), text("Dara")));
    let refused = session.read_revision_fields(case, Some(Child::spec()), 1, &access());
    assert_eq!(refused.unwrap_err(), Error::WrongKind { expected: "child", found: "case" });
    assert_eq!(session.read_revision_fields(id, None, 3, &access()).unwrap_err(), Error::NoSuchRecord);
}
