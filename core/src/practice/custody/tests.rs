use std::ops::ControlFlow;

use proptest::prelude::*;

use super::*;
use crate::error::Diagnosis;
use crate::model::records::{ContentDigest, EvidenceItem};
use crate::model::{CodeListName, Coded, Text, Timestamp, ValueType, catalogue};

fn code<L: CodeListName>(text: &str) -> Coded<L> {
    Coded::new(text).unwrap()
}

fn text(text: &str) -> Option<Text> {
    Text::new(text).ok()
}

fn officer(number: u8) -> Option<RecordId> {
    Some(RecordId::from_bytes([number; 16]))
}

fn hour(hour: i64) -> Option<Timestamp> {
    Timestamp::from_milliseconds(1_772_416_800_000 + hour * 3_600_000).ok()
}

fn event(action: &str, at: i64, by: u8) -> CustodyEvent {
    CustodyEvent { action: Some(code(action)), started_at: hour(at), performer: officer(by), ..CustodyEvent::default() }
}

fn hand_over(at: i64, from: u8, to: u8) -> CustodyEvent {
    CustodyEvent { receiver: officer(to), ..event("transferred", at, from) }
}

fn add(chain: &mut Vec<Event>, event: CustodyEvent) -> Result<(), CustodyError> {
    let event = append(chain, event)?;
    chain.push((RecordId::random(), event));
    Ok(())
}

/// Collected by officer 1, sealed, handed to officer 2, examined there.
fn chain() -> Vec<Event> {
    let mut chain = Vec::new();
    let sealed = CustodyEvent { seal_after: text("S-1"), after_digest: text("sha256:AB"), ..event("sealed", 1, 1) };
    for event in
        [event("collected", 0, 1), sealed, hand_over(2, 1, 2), event("received", 3, 2), event("examined", 4, 2)]
    {
        add(&mut chain, event).unwrap();
    }
    chain
}

#[test]
fn a_whole_chain_is_put_in_order_and_found_right() {
    let whole = chain();
    let mut shuffled = whole.clone();
    shuffled.reverse();
    shuffled.swap(0, 2);
    let (ordered, wrong) = verify(shuffled).unwrap();
    assert!(ordered == whole && wrong.is_empty());
    assert!(verify(Vec::new()).unwrap().0.is_empty());
}

/// Computed from docs/formats.md by another program.
#[test]
fn the_digest_of_an_event_is_the_one_of_the_format() {
    let event = CustodyEvent {
        action: Some(code("collected")),
        started_at: hour(0),
        place_from: text("Safe 1"),
        ..CustodyEvent::default()
    };
    let digest = event_digest(&event).unwrap();
    assert_eq!(digest, "sha256:e752f27bfb508cf18549eb0229bea323d15fa2a474ab1b9f986bf3ab7eeb8172");
}

#[test]
fn a_gap_a_fork_and_a_changed_event_are_no_chain() {
    let whole = chain();
    let without = |place: usize| {
        let mut chain = whole.clone();
        chain.remove(place);
        verify(chain).unwrap_err()
    };
    assert_eq!(without(0), CustodyError::Gap { event: whole[1].0 });
    assert_eq!(without(2), CustodyError::Gap { event: whole[3].0 });
    let mut forked = whole.clone();
    forked.push((RecordId::random(), whole[4].1.clone()));
    assert_eq!(verify(forked).unwrap_err(), CustodyError::Fork { event: whole[3].0 });
    let mut twice = whole.clone();
    twice.push((RecordId::random(), event("collected", 0, 1)));
    assert_eq!(verify(twice).unwrap_err(), CustodyError::NoBeginning);
    let mut changed = whole.clone();
    changed[1].1.seal_after = text("S-2");
    assert_eq!(verify(changed).unwrap_err(), CustodyError::Altered { event: whole[1].0 });
    let mut circle = whole.clone();
    circle[0].1.previous_event = Some(whole[4].0);
    assert_eq!(verify(circle).unwrap_err(), CustodyError::NoBeginning);
}

#[test]
fn a_hand_over_takes_two() {
    let refused = |steps: &[CustodyEvent], last: CustodyEvent| {
        let mut chain = Vec::new();
        steps.iter().for_each(|step| add(&mut chain, step.clone()).unwrap());
        add(&mut chain, last).unwrap_err()
    };
    let start = [event("collected", 0, 1)];
    assert_eq!(refused(&start, event("received", 1, 2)), CustodyError::NotHandedOver);
    assert_eq!(refused(&start, event("transferred", 1, 1)), CustodyError::Parties);
    assert_eq!(refused(&start, hand_over(1, 1, 1)), CustodyError::OnePerson);
    assert_eq!(refused(&start, hand_over(1, 3, 2)), CustodyError::NotTheHolder);
    let gone = [event("collected", 0, 1), hand_over(1, 1, 2)];
    assert_eq!(refused(&gone, event("examined", 2, 2)), CustodyError::OnTheWay);
    assert_eq!(refused(&gone, event("received", 2, 3)), CustodyError::OtherReceiver);
    assert_eq!(refused(&gone, event("received", 2, 1)), CustodyError::OnePerson);
    let nobody = CustodyEvent { performer: None, ..event("received", 2, 1) };
    assert_eq!(refused(&gone, nobody), CustodyError::Parties);
    // To somebody of another office, and from there.
    let outside = CustodyEvent { receiver_name: text("Clerk, Court 3"), ..event("transferred", 1, 1) };
    let there = |name| CustodyEvent { performer: None, performer_name: text(name), ..event("received", 2, 1) };
    let mut chain = Vec::new();
    for event in [event("collected", 0, 1), outside.clone(), there("Clerk, Court 3")] {
        add(&mut chain, event).unwrap();
    }
    assert_eq!(refused(&[event("collected", 0, 1), outside], there("Clerk, Court 4")), CustodyError::OtherReceiver);
    // A hand-over that nobody received shows when somebody looks.
    let mut open = Vec::new();
    gone.iter().for_each(|step| add(&mut open, step.clone()).unwrap());
    let digest = event_digest(&open.last().unwrap().1).unwrap();
    let forced = CustodyEvent {
        previous_event: Some(open[1].0),
        previous_event_digest: text(&digest),
        ..event("examined", 3, 2)
    };
    open.push((RecordId::random(), forced));
    let (_, wrong) = verify(open.clone()).unwrap();
    assert_eq!(wrong, [(open[2].0, CustodyError::OnTheWay)]);
}

#[test]
fn seals_digests_copies_and_times() {
    let next = |event| add(&mut chain(), event);
    assert_eq!(next(event("viewed", 3, 2)), Err(CustodyError::Time));
    let seal = |found: &str, result: Option<&str>| CustodyEvent {
        seal_before: text(found),
        result: result.map(code),
        ..event("unsealed", 9, 2)
    };
    assert_eq!(next(seal("S-1", None)), Ok(()));
    assert_eq!(next(seal("S-9", None)), Err(CustodyError::Seal));
    assert_eq!(next(seal("S-9", Some("as_expected"))), Err(CustodyError::Seal));
    assert_eq!(next(seal("S-9", Some("seal_broken"))), Ok(()));
    let digest = |found: &str, result: Option<&str>| CustodyEvent {
        before_digest: text(found),
        result: result.map(code),
        ..event("integrity_check", 9, 2)
    };
    assert_eq!(next(digest("SHA256:ab", None)), Ok(()));
    assert_eq!(next(digest("sha256:ac", None)), Err(CustodyError::Digest));
    assert_eq!(next(digest("sha256:ac", Some("digest_differs"))), Ok(()));
    assert_eq!(next(event("copied", 9, 2)), Err(CustodyError::Copy));
    let copy = CustodyEvent { basis: text("Order 7"), made_items: vec![RecordId::random()], ..event("copied", 9, 2) };
    assert_eq!(next(copy), Ok(()));
    assert_eq!(next(CustodyEvent { started_at: None, ..event("viewed", 9, 2) }), Err(CustodyError::Incomplete));
    assert_eq!(append(&[], event("viewed", 9, 2)), Err(CustodyError::Beginning { action: "viewed".into() }));
    let mut gone = chain();
    add(&mut gone, event("lost", 9, 2)).unwrap();
    assert_eq!(add(&mut gone, event("viewed", 10, 2)), Err(CustodyError::Lost));
    add(&mut gone, event("collected", 10, 3)).unwrap();
    add(&mut gone, event("destroyed", 11, 3)).unwrap();
    assert_eq!(add(&mut gone, event("viewed", 12, 3)), Err(CustodyError::Destroyed));
}

proptest! {
    #[test]
    fn whatever_is_changed_in_one_event_shows(place in 0..4_usize, note in "[a-z]{1,12}", moved in 1..99_i64) {
        let whole = chain();
        let mut changed = whole.clone();
        changed[place].1.purpose = text(&note);
        prop_assert_eq!(verify(changed).unwrap_err(), CustodyError::Altered { event: whole[place].0 });
        let mut changed = whole.clone();
        changed[place].1.started_at = hour(-moved);
        prop_assert_eq!(verify(changed).unwrap_err(), CustodyError::Altered { event: whole[place].0 });
    }
}

fn digest(method: &str, value: &str) -> ContentDigest {
    ContentDigest { method: Some(code(method)), value: text(value), ..ContentDigest::default() }
}

const ABC_256: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

#[test]
fn a_file_is_read_once_and_compared_with_every_digest() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("interview.mp4");
    std::fs::write(&path, b"abc").unwrap();
    let item = EvidenceItem { size_bytes: Some(3), contains_csam: Some(code("no")), ..EvidenceItem::default() };
    let go_on = |_, _| ControlFlow::Continue(());
    let digests = [digest("SHA256", &ABC_256.to_uppercase()), digest("MD5", "00"), digest("SHA512", "00")];
    let found = check_file(&path, &item, &digests, go_on).unwrap();
    assert_eq!((found.length, found.length_fits, found.fits()), (3, Some(true), false));
    let checked: Vec<_> = found.digests.iter().map(|(_, checked)| *checked).collect();
    assert_eq!(checked, [Checked::Fits, Checked::NotChecked, Checked::Differs]);
    assert!(check_file(&path, &item, &digests[..1], go_on).unwrap().fits());
    let shorter = EvidenceItem { size_bytes: Some(4), ..item.clone() };
    assert!(!check_file(&path, &shorter, &digests[..1], go_on).unwrap().fits());
    assert_eq!(check_file(&path, &item, &digests[1..2], go_on), Err(CustodyError::NoDigest));
    assert_eq!(check_file(&path, &item, &[], go_on), Err(CustodyError::NoDigest));
    let none = check_file(&folder.path().join("none"), &item, &digests[..1], go_on);
    assert_eq!(none, Err(CustodyError::File(std::io::ErrorKind::NotFound)));
}

fn harmless() -> EvidenceItem {
    EvidenceItem { contains_csam: Some(code("no")), ..EvidenceItem::default() }
}

#[test]
fn progress_is_told_and_a_check_can_be_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("long");
    std::fs::write(&path, vec![7; 300_000]).unwrap();
    let digests = [digest("SHA384", "00")];
    let mut seen = Vec::new();
    let watch = |done, total| {
        seen.push((done, total));
        ControlFlow::Continue(())
    };
    check_file(&path, &harmless(), &digests, watch).unwrap();
    assert!(seen.is_sorted() && seen.first() == Some(&(0, 300_000)) && seen.last() == Some(&(300_000, 300_000)));
    let stop = |done, _| if done > 100_000 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) };
    assert_eq!(check_file(&path, &harmless(), &digests, stop), Err(CustodyError::Stopped));
}

#[test]
fn what_may_hold_abuse_material_is_not_opened_and_no_field_holds_bytes() {
    // The file does not even exist: it was never looked at.
    for csam in ["suspected", "confirmed", "not_examined", "a_newer_code"] {
        let item = EvidenceItem { contains_csam: Some(code(csam)), ..EvidenceItem::default() };
        let digests = [digest("SHA256", ABC_256)];
        let refused = check_file(std::path::Path::new("/none"), &item, &digests, |_, _| panic!("nothing is read"));
        assert_eq!(refused, Err(CustodyError::EvidenceUnitOnly), "{csam}");
    }
    let unsaid =
        check_file(std::path::Path::new("/none"), &EvidenceItem::default(), &[digest("SHA256", ABC_256)], |_, _| {
            panic!("nothing is read")
        });
    assert_eq!(unsaid, Err(CustodyError::NotSaid));
    // A value is a text, a code, a date, a number, a reference. There is no type of value that a picture fits into.
    let known = ["text", "narrative", "code", "date", "time", "place", "bool", "unsigned", "id"];
    let names: Vec<_> = ValueType::ALL.iter().map(|value_type| value_type.name()).collect();
    assert!(names.iter().all(|name| known.contains(name)), "{names:?}");
    let evidence = catalogue().by_name("evidence_item").unwrap();
    assert!(evidence.fields.iter().all(|field| field.value_type != ValueType::Narrative));
}

#[test]
fn every_error_has_a_code_of_its_own() {
    let id = RecordId::from_bytes([1; 16]);
    let all = [
        CustodyError::Incomplete,
        CustodyError::Beginning { action: String::new() },
        CustodyError::NoBeginning,
        CustodyError::Gap { event: id },
        CustodyError::Fork { event: id },
        CustodyError::Altered { event: id },
        CustodyError::Time,
        CustodyError::Destroyed,
        CustodyError::Lost,
        CustodyError::OnTheWay,
        CustodyError::NotHandedOver,
        CustodyError::Parties,
        CustodyError::OnePerson,
        CustodyError::OtherReceiver,
        CustodyError::NotTheHolder,
        CustodyError::Seal,
        CustodyError::Digest,
        CustodyError::Copy,
        CustodyError::EvidenceUnitOnly,
        CustodyError::NotSaid,
        CustodyError::SignedByOne,
        CustodyError::NoDigest,
        CustodyError::Stopped,
        CustodyError::File(std::io::ErrorKind::NotFound),
    ];
    let codes: std::collections::BTreeSet<_> = all.iter().map(Diagnosis::code).collect();
    assert_eq!(codes.len(), all.len());
    assert!(all.iter().all(|error| error.advice().ends_with('.')));
}
