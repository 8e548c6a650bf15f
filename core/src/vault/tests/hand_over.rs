//! A case that goes to another unit: all of it that can go, whole, and in whatever order it comes.

use super::disclose::coded;
use super::members::{Team, code, supervise};
use super::*;
use crate::access::packet::{ContentKind, KnownSenders, Packet, PacketError, PacketWriter};
use crate::model::records::{AllegedOffender, CaseLink, CustodyEvent, EvidenceItem, OffenderRelation, QualityReview};

/// Takes over what the founder of one station hands over, by an interviewer of another.
struct Way {
    here: Team,
    there: Team,
    receiver: Identity,
    session: Session,
}

impl Way {
    fn new() -> Self {
        let (here, there) = (Team::new(), Team::new());
        let receiver = there.enrol("interviewer");
        let session = there.sign_in(&receiver);
        Self { here, there, receiver, session }
    }

    fn packed(&self, over: &HandOver) -> Packet<std::io::Cursor<Vec<u8>>> {
        let (part, mut file) = (over.records.to_bytes(), Vec::new());
        let part: &[u8] = &part;
        let writer = PacketWriter::new(&self.here.world.founder, 1).to(&self.receiver.public().hybrid_key, 1);
        writer.part(ContentKind::CASE_HANDOVER, "", &part).write(&mut file).unwrap();
        Packet::open(std::io::Cursor::new(file), &self.receiver).unwrap()
    }

    fn take(&self, over: &HandOver) -> Vec<(RecordId, RecordId)> {
        let mut known = KnownSenders::new();
        known.pin(&(&self.here.world.founder.public()).into());
        let folder = self.there.world.folder.path();
        self.session.take_in(self.packed(over), &known, folder, &access()).unwrap().records
    }

    fn hand_over(&self, case: RecordId) -> HandOver {
        let unit = self.session.unit().scope();
        self.here.chief.hand_over(case, unit, &self.here.world.founder, &access()).unwrap()
    }
}

#[test]
fn a_case_goes_whole_and_what_needs_something_that_stays_is_left_out() {
    let way = Way::new();
    let chief = &way.here.chief;
    let (interview, statement, _) = super::child_statement::closed(chief);
    let one = chief.info(interview).unwrap().parent.unwrap();
    let case = chief.info(one).unwrap().parent.unwrap();
    let other = chief.create(Some(case), &child("Dara"), &access()).unwrap().record;
    let offender = chief.create(Some(case), &AllegedOffender::default(), &access()).unwrap().record;
    let relations: Vec<_> = [one, other]
        .map(|child| {
            let relation = OffenderRelation {
                child: Some(child),
                relationship: Some(coded("neighbour_or_family_friend")),
                ..Default::default()
            };
            chief.create(Some(offender), &relation, &access()).unwrap().record
        })
        .to_vec();
    let review = QualityReview {
        reviewer: Some(chief.unit()),
        reviewed_on: crate::model::PartialDate::parse("2026-03").ok(),
        ..QualityReview::default()
    };
    let review = chief.create(Some(interview), &review, &access()).unwrap().record;
    let (elsewhere, _) = case_with_child(chief, "Nobody knows");
    let link = CaseLink { other_case: Some(elsewhere), kind: Some(coded("same_child")), ..CaseLink::default() };
    let link = chief.create(Some(case), &link, &access()).unwrap().record;

    let over = way.hand_over(case);
    let mut left_out: Vec<_> = over.left_out.iter().map(|(id, _)| *id).collect();
    left_out.sort_unstable();
    let mut expected = [review, link];
    expected.sort_unstable();
    assert_eq!(left_out, expected);
    assert_eq!(over.withheld, []);
    let taken = way.take(&over);
    let new = |old: RecordId| taken.iter().find(|(there, _)| *there == old).map(|(_, here)| *here);
    assert!(new(review).is_none() && new(link).is_none());
    let closing = way.session.closing(new(statement).unwrap(), &access()).unwrap().unwrap();
    assert_eq!(closing.fits, Some(true));
    for (relation, child) in relations.into_iter().zip([one, other]) {
        let read = way.session.read::<OffenderRelation>(new(relation).unwrap(), &access()).unwrap();
        assert_eq!((read.record.child, read.revision), (new(child), 1));
    }
    way.there.chief.check(|_, _| ()).unwrap();
}

#[test]
fn references_hold_in_whatever_order_the_records_come() {
    let way = Way::new();
    let chief = &way.here.chief;
    // The ids of a case are random behind their beginning: of so many some come before what they name.
    let (case, first) = case_with_child(chief, "Sokha");
    let mut last = first;
    for number in 0..8 {
        let next = Child { siblings: vec![last], ..child(&format!("Child {number}")) };
        last = chief.create(Some(case), &next, &access()).unwrap().record;
    }
    chief.amend(first, &Child { siblings: vec![last], ..child("Sokha") }, &access()).unwrap();
    let taken = way.take(&way.hand_over(case));
    let new = |old: RecordId| taken.iter().find(|(there, _)| *there == old).unwrap().1;
    for (old, here) in &taken {
        if *old == case {
            continue;
        }
        let there = way.session.read::<Child>(*here, &access()).unwrap();
        let siblings: Vec<_> = chief.read::<Child>(*old, &access()).unwrap().record.siblings;
        assert_eq!(there.record.siblings, siblings.into_iter().map(new).collect::<Vec<_>>());
        assert_eq!(there.revision, 1, "written once");
    }
}

#[test]
fn what_the_other_side_would_refuse_is_refused_here() {
    let way = Way::new();
    let chief = &way.here.chief;
    let (interview, ..) = super::child_statement::closed(chief);
    let case = chief.info(interview).unwrap().parent.and_then(|child| chief.info(child).unwrap().parent).unwrap();
    let supervisor = way.here.enrol("unit-supervisor");
    let session = way.here.sign_in(&supervisor);
    let before = chief.log_size().unwrap();
    let refused = code(session.hand_over(case, way.session.unit().scope(), &supervisor, &supervise()));
    let Error::Packet(PacketError::NotWhole { kind, field }) = refused else { panic!("{refused:?}") };
    assert!([("statement", "body"), ("lock", "salt")].contains(&(kind, field)), "{kind}.{field}");
    let entries = chief.log_entries(before, u64::MAX, &Access::for_purpose("audit")).unwrap();
    let last = &entries.last().unwrap().entry;
    assert_eq!((last.event, last.outcome), (Event::Export, Outcome::MinorFailure));
}

fn event(session: &Session, action: &str, more: CustodyEvent) -> CustodyEvent {
    CustodyEvent {
        action: Some(coded(action)),
        started_at: crate::model::Timestamp::from_milliseconds(i64::try_from(session.vault().clock().0).unwrap()).ok(),
        performer: Some(RecordId::from_bytes([1; 16])),
        ..more
    }
}

/// An exhibit with a chain of three events.
fn exhibit(session: &Session) -> (RecordId, RecordId) {
    let case = session.create(Some(session.unit()), &Case::default(), &access()).unwrap().record;
    let item = EvidenceItem {
        exhibit_number: Text::new("2026/17-1").ok(),
        kind: Some(coded("device")),
        ..EvidenceItem::default()
    };
    let item = session.create(Some(case), &item, &access()).unwrap().record;
    let sealed = CustodyEvent { seal_after: Text::new("S-1").ok(), ..CustodyEvent::default() };
    for (action, more) in [("collected", CustodyEvent::default()), ("sealed", sealed), ("examined", Default::default())]
    {
        session.add_custody_event(item, event(session, action, more), &access()).unwrap();
    }
    (case, item)
}

#[test]
fn a_chain_of_custody_holds_where_the_case_went_and_goes_on_there() {
    let way = Way::new();
    let (case, item) = exhibit(&way.here.chief);
    let taken = way.take(&way.hand_over(case));
    let item = taken.iter().find(|(there, _)| *there == item).unwrap().1;
    goes_on(&way.session, item);
}

#[test]
fn a_chain_of_custody_holds_after_an_import_of_lines() {
    use crate::vault::exchange::{ExportOptions, ImportOptions};
    let way = Way::new();
    let why = Access::for_purpose("record-management").because("move to another station");
    exhibit(&way.here.chief);
    let mut lines = Vec::new();
    way.here.chief.export_lines(&mut lines, &ExportOptions::default(), &why, &mut |_| ()).unwrap();
    let there = &way.there.chief;
    let lines = std::io::Cursor::new(&lines[..]);
    there.import_lines(lines, &ImportOptions::default(), &why, &mut |_| ()).unwrap();
    let case = there.cases(&access()).unwrap()[0];
    let records = there.records_of(case, &access()).unwrap();
    let item = records.iter().find(|info| info.kind == Some(RecordKind::EVIDENCE_ITEM)).unwrap().id;
    goes_on(there, item);
}

fn goes_on(session: &Session, item: RecordId) {
    let chain = session.custody_chain(item, &access()).unwrap();
    assert_eq!((chain.events.len(), &chain.wrong[..]), (3, &[][..]));
    session.add_custody_event(item, event(session, "viewed", CustodyEvent::default()), &access()).unwrap();
    assert_eq!(session.custody_chain(item, &access()).unwrap().events.len(), 4);
}
