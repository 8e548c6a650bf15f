//! Packets in the vault: what is handed in, what is handed over, what comes twice.

use super::members::{Team, code, role, supervise};
use super::*;
use crate::access::AccessError;
use crate::access::packet::{
    Checkpoints, ContentKind, HandIn, HandInRecord, KnownSenders, Packet, PacketError, PacketWriter, SignedHandIn,
};
use crate::keys::{PacketKeyPair, SigningKey};
use crate::log::{DeviceStatement, LogError, NoteKey};
use crate::model::{DynamicRecord, catalogue};

const NOW: u64 = 1_795_000_000_000;

fn records(name: &str) -> Vec<HandInRecord> {
    let dynamic = |record: &dyn Fn(&mut crate::model::FieldBuffer), kind: &str| {
        let mut fields = crate::model::FieldBuffer::new();
        record(&mut fields);
        DynamicRecord::decode(catalogue().by_name(kind).unwrap(), &fields).unwrap()
    };
    let case = dynamic(&|fields| Case::default().encode(fields).unwrap(), "case");
    let child = dynamic(&|fields| child(name).encode(fields).unwrap(), "child");
    let (case_id, child_id) = (RecordId::random(), RecordId::random());
    let case = HandInRecord::of(case_id, None, &case).unwrap();
    vec![case, HandInRecord::of(child_id, Some(case_id), &child).unwrap()]
}

/// A packet from somebody without a vault to a member.
fn packet_of(sender: &PacketKeyPair, to: &Identity, sequence: u64, kind: ContentKind, part: &[u8]) -> Vec<u8> {
    let mut file = Vec::new();
    let writer = PacketWriter::new(sender, NOW).to(&to.public().hybrid_key, sequence).part(kind, "part", &part);
    writer.write(&mut file).unwrap();
    file
}

fn opened(file: &[u8], by: &Identity) -> Packet<std::io::Cursor<Vec<u8>>> {
    Packet::open(std::io::Cursor::new(file.to_vec()), by).unwrap()
}

struct Desk {
    team: Team,
    supervisor: Identity,
    session: Session,
    sender: PacketKeyPair,
    known: KnownSenders,
}

impl Desk {
    fn new() -> Self {
        let team = Team::new();
        let supervisor = team.enrol("unit-supervisor");
        let session = team.sign_in(&supervisor);
        let sender = PacketKeyPair::generate();
        let mut known = KnownSenders::new();
        known.pin(sender.address());
        Self { team, supervisor, session, sender, known }
    }

    fn signed(&self, unit: crate::id::ScopeId) -> SignedHandIn {
        HandIn { unit, submitted_at: NOW, records: records("Sokha") }.sign(&self.sender).unwrap()
    }

    fn take(&self, file: &[u8]) -> Result<PacketReport, Error> {
        let folder = self.team.world.folder.path();
        self.session.take_in(opened(file, &self.supervisor), &self.known, folder, &supervise())
    }
}

#[test]
fn a_hand_in_is_taken_in_once() {
    let desk = Desk::new();
    let part = desk.signed(desk.session.unit().scope()).to_bytes();
    let file = packet_of(&desk.sender, &desk.supervisor, 1, ContentKind::HAND_IN, &part);
    let report = desk.take(&file).unwrap();
    assert_eq!((report.again, report.records.len()), (false, 2));
    let (_, id) = report.records[1];
    assert_eq!(desk.session.read::<Child>(id, &supervise()).unwrap().record, child("Sokha"));
    let before = desk.session.cases(&supervise()).unwrap().len();
    // Once more, in another session: remembered by the vault.
    let again = desk.take(&file).unwrap();
    assert!(again.again && again.records.is_empty());
    assert_eq!(desk.session.cases(&supervise()).unwrap().len(), before);
    // Another packet under the same number.
    let other = packet_of(&desk.sender, &desk.supervisor, 1, ContentKind::HAND_IN, &part);
    assert_eq!(code(desk.take(&other)), Error::Packet(PacketError::NumberReused));
    desk.team.chief.check(|_, _| ()).unwrap();
}

#[test]
fn a_hand_in_that_states_what_follows_from_an_act_is_refused_whole_and_nothing_is_lost() {
    let desk = Desk::new();
    let coded = |text: &str| crate::model::Coded::new(text).unwrap();
    let referral = |status: &str| crate::model::records::Referral {
        service_type: Some(crate::model::Coded::new("shelter").unwrap()),
        status: Some(coded(status)),
        ..Default::default()
    };
    let packet = |sequence: u64, status: &str| {
        let mut all = records("Sokha");
        let mut fields = crate::model::FieldBuffer::new();
        referral(status).encode(&mut fields).unwrap();
        let sent = DynamicRecord::decode(catalogue().by_name("referral").unwrap(), &fields).unwrap();
        let parent = all[1].id;
        all.push(HandInRecord::of(RecordId::random(), Some(parent), &sent).unwrap());
        let hand_in = HandIn { unit: desk.session.unit().scope(), submitted_at: NOW, records: all };
        let part = hand_in.sign(&desk.sender).unwrap().to_bytes();
        packet_of(&desk.sender, &desk.supervisor, sequence, ContentKind::HAND_IN, &part)
    };
    let governed =
        crate::model::Governed { rule: "referral-moves-by-its-states", kind: "referral", field: Some("status") };
    let refused = crate::practice::PracticeError::ByHand(governed);
    assert!(crate::error::Diagnosis::advice(&refused).contains("Record it as proposed"), "it says what to do");
    let refused: Error = refused.into();
    for status in ["sent", "completed"] {
        assert_eq!(code(desk.take(&packet(1, status))), refused, "{status}");
        assert_eq!(desk.session.cases(&supervise()).unwrap(), [], "nothing of it is kept");
    }
    // The number is not used up: the sender mends it and hands it in again.
    let report = desk.take(&packet(1, "proposed")).unwrap();
    assert_eq!((report.again, report.records.len()), (false, 3));
    desk.team.chief.check(|_, _| ()).unwrap();
}

#[test]
fn what_is_for_another_unit_or_from_a_stranger_is_refused_and_nothing_is_kept() {
    let desk = Desk::new();
    let part = desk.signed(crate::id::ScopeId::random()).to_bytes();
    let file = packet_of(&desk.sender, &desk.supervisor, 1, ContentKind::HAND_IN, &part);
    assert_eq!(code(desk.take(&file)), Error::Packet(PacketError::OtherUnit));
    let stranger = PacketKeyPair::generate();
    let part = desk.signed(desk.session.unit().scope()).to_bytes();
    let file = packet_of(&stranger, &desk.supervisor, 1, ContentKind::HAND_IN, &part);
    assert_eq!(code(desk.take(&file)), Error::Packet(PacketError::UnknownSender));
    // A known sender passes on what somebody unknown has signed.
    let foreign = HandIn { unit: desk.session.unit().scope(), submitted_at: NOW, records: records("Sokha") };
    let part = foreign.sign(&stranger).unwrap().to_bytes();
    let file = packet_of(&desk.sender, &desk.supervisor, 2, ContentKind::HAND_IN, &part);
    assert_eq!(code(desk.take(&file)), Error::Packet(PacketError::UnknownSender));
    assert_eq!(desk.session.cases(&supervise()).unwrap(), []);
    // Who may not accept does not.
    let monitor = desk.team.enrol("room-monitor");
    let session = desk.team.sign_in(&monitor);
    let part = desk.signed(desk.session.unit().scope()).to_bytes();
    let file = packet_of(&desk.sender, &monitor, 1, ContentKind::HAND_IN, &part);
    let folder = desk.team.world.folder.path();
    let refused = session.take_in(opened(&file, &monitor), &desk.known, folder, &supervise());
    assert_eq!(code(refused), Error::Access(AccessError::NotAllowed));
    desk.team.chief.check(|_, _| ()).unwrap();
}

#[test]
fn who_was_a_member_once_hands_nothing_in_whoever_pinned_the_key() {
    let mut desk = Desk::new();
    let officer = desk.team.enrol("front-line-officer");
    desk.known.pin(&(&officer.public()).into());
    let hand_in = |desk: &Desk, sequence, signed_by: &dyn crate::access::packet::PacketSigner| {
        let unit = desk.session.unit().scope();
        let part = HandIn { unit, submitted_at: NOW, records: records("Sokha") }.sign(signed_by).unwrap().to_bytes();
        (sequence, part)
    };
    let sent = |desk: &Desk, (sequence, part): (u64, zeroize::Zeroizing<Vec<u8>>), by_member: bool| {
        let (part, mut file): (&[u8], _) = (&part, Vec::new());
        let to = &desk.supervisor.public().hybrid_key;
        let writer = match by_member {
            true => PacketWriter::new(&officer, NOW),
            false => PacketWriter::new(&desk.sender, NOW),
        };
        writer.to(to, sequence).part(ContentKind::HAND_IN, "part", &part).write(&mut file).unwrap();
        desk.take(&file)
    };
    assert!(sent(&desk, hand_in(&desk, 1, &officer), true).is_ok());
    desk.team.suspend(&officer);
    let refused = Error::Packet(PacketError::SuspendedSender);
    assert_eq!(code(sent(&desk, hand_in(&desk, 2, &officer), true)), refused);
    // Nor by somebody who passes it on.
    assert_eq!(code(sent(&desk, hand_in(&desk, 1, &officer), false)), refused);
    assert_eq!(desk.session.cases(&supervise()).unwrap().len(), 1);
}

#[test]
fn a_checkpoint_of_another_log_is_logged_here() {
    let desk = Desk::new();
    let elsewhere = World::new();
    let note = crate::log::Note::parse(elsewhere.session().checkpoint().unwrap().as_bytes()).unwrap();
    let part = Checkpoints { notes: vec![note] }.encode();
    let file = packet_of(&desk.sender, &desk.supervisor, 1, ContentKind::CHECKPOINTS, &part);
    let report = desk.take(&file).unwrap();
    assert_eq!(report.checkpoints.unwrap().notes.len(), 1);
    let entries = desk.team.chief.log_entries(0, u64::MAX, &access()).unwrap();
    let digest = crate::seal::sha256(Checkpoints::decode(&part).unwrap().notes[0].to_string().as_bytes());
    let kept = entries.iter().filter_map(|logged| DeviceStatement::of(&logged.entry)).collect::<Vec<_>>();
    let note = Checkpoints::decode(&part).unwrap().notes.remove(0);
    assert_eq!(kept, [DeviceStatement::seen(note)]);
    let named = |logged: &LoggedEntry| {
        let detail = logged.entry.detail.as_ref().and_then(|detail| detail.get(DetailKey::CHECKPOINT_DIGEST).cloned());
        detail == Some(crate::log::DetailValue::from(&digest[..]))
    };
    assert_eq!(entries.iter().filter(|logged| named(logged)).count(), 1);
}

#[test]
fn only_who_manages_members_says_which_logs_there_are() {
    let desk = Desk::new();
    let elsewhere = World::new();
    let session = elsewhere.session();
    let (key, end) = (session.log_key().unwrap(), session.checkpoint().unwrap());
    let end = crate::log::Note::parse(end.as_bytes()).unwrap();
    for refused in [desk.session.enrol_log(&key, &supervise()), desk.session.retire_log(&key, &end, &supervise())] {
        assert_eq!(code(refused), Error::Access(AccessError::NotAllowed));
    }
    let index = desk.team.chief.enrol_log(&key, &access()).unwrap();
    // What the verifier would hold against the log for ever is refused, and does not stand there.
    let chief = &desk.team.chief;
    let stranger = World::new().session().log_key().unwrap();
    let same_name = NoteKey::new(key.name().clone(), SigningKey::from_seed(&[7; 32]).verifying_key());
    assert_eq!(code(chief.enrol_log(&same_name, &access())), LogError::Contradiction.into());
    assert!(matches!(code(chief.retire_log(&same_name, &end, &access())), Error::Log(_)), "another key");
    assert!(matches!(code(chief.retire_log(&stranger, &end, &access())), Error::Log(_)), "another log's key");
    let unknown = World::new().session();
    let its_end = crate::log::Note::parse(unknown.checkpoint().unwrap().as_bytes()).unwrap();
    let never = chief.retire_log(&unknown.log_key().unwrap(), &its_end, &access());
    assert_eq!(code(never), LogError::Contradiction.into(), "nobody enrolled it");
    chief.retire_log(&key, &end, &access()).unwrap();
    case_with_child(&session, "Sokha");
    let later = crate::log::Note::parse(session.checkpoint().unwrap().as_bytes()).unwrap();
    assert_eq!(code(chief.retire_log(&key, &later, &access())), LogError::Contradiction.into(), "it has ended");
    let entries = desk.team.chief.log_entries(index, u64::MAX, &access()).unwrap();
    let said: Vec<_> = entries.iter().filter_map(|logged| DeviceStatement::of(&logged.entry)).collect();
    assert_eq!(said, [Ok(DeviceStatement::Enrolled(key)), DeviceStatement::retired(end)]);
}

#[test]
fn a_case_is_handed_over_to_another_vault() {
    let desk = Desk::new();
    let (case, id) = case_with_child(&desk.team.chief, "Sokha");
    let second = Child { siblings: vec![id], ..child("Dara") };
    desk.team.chief.create(Some(case), &second, &access()).unwrap();
    let there = Desk::new();
    let unit = there.session.unit().scope();
    let over = desk.team.chief.hand_over(case, unit, &desk.team.world.founder, &access()).unwrap();
    assert_eq!(over.withheld, []);
    let part = over.records.to_bytes();
    let sender = &desk.team.world.founder;
    let mut file = Vec::new();
    let part: &[u8] = &part;
    let writer = PacketWriter::new(sender, NOW).to(&there.supervisor.public().hybrid_key, 1);
    writer.part(ContentKind::CASE_HANDOVER, "case", &part).write(&mut file).unwrap();
    let mut known = KnownSenders::new();
    known.pin(&(&sender.public()).into());
    let folder = there.team.world.folder.path();
    let report = there.session.take_in(opened(&file, &there.supervisor), &known, folder, &supervise()).unwrap();
    assert_eq!(report.records.len(), 3);
    let new_of = |old: RecordId| report.records.iter().find(|(there, _)| *there == old).unwrap().1;
    let first = there.session.read::<Child>(new_of(id), &supervise()).unwrap();
    assert_eq!(first.record.family_name_latin, child("Sokha").family_name_latin);
    assert_eq!(first.parent, Some(new_of(case)));
    let (_, other) = report.records.iter().find(|(old, _)| *old != id && *old != case).unwrap();
    let other = there.session.read::<Child>(*other, &supervise()).unwrap().record;
    assert!(other.siblings.is_empty() || other.siblings == [new_of(id)], "no id of the other vault");
    // A supervisor of the sending station hands over what they can open, and is told what is missing.
    let part = desk.session.hand_over(case, unit, &desk.supervisor, &supervise());
    assert!(part.is_ok(), "{part:?}");
    let officer = desk.team.enrol("interviewer");
    let officer = desk.team.sign_in(&officer);
    assert_eq!(code(officer.hand_over(case, unit, sender, &access())), Error::Access(AccessError::NotAllowed));
}

#[test]
fn a_front_line_officer_hands_in_and_reads_nothing_back() {
    let desk = Desk::new();
    let officer = desk.team.enrol("front-line-officer");
    let officer = desk.team.sign_in(&officer);
    let report = Access::for_purpose("mandatory-report");
    let made = officer.hand_in(&records("Sokha"), &report).unwrap();
    let (_, id) = made[1];
    assert!(officer.read::<Child>(id, &report).is_err());
    let held = |case: RecordId| {
        officer.look(|act| {
            let keys = act.keys.scope_keys(act.rows, case.scope())?;
            Ok(keys.keys.iter().filter(|key| key.opened.is_some()).count())
        })
    };
    assert_eq!(held(made[0].1), Ok(0), "no key is left, not even in memory");
    // Nor by the other way to write.
    let case = officer.create(Some(officer.unit()), &Case::default(), &report).unwrap().record;
    officer.create(Some(case), &child("Dara"), &report).unwrap();
    assert_eq!(held(case), Ok(0));
    let seen = desk.session.read::<Child>(id, &supervise()).unwrap();
    assert_eq!((seen.record, seen.author), (child("Sokha"), officer.member()));
    assert!(officer.amend(id, &child("Sophea"), &report).is_err());
    assert_eq!(code(desk.session.hand_in(&records("Dara"), &supervise())), Error::Access(AccessError::NotAllowed));
    let _ = role;
    desk.team.chief.check(|_, _| ()).unwrap();
}

#[test]
fn a_case_that_is_handed_over_brings_its_closed_statements_closed() {
    let desk = Desk::new();
    let (chief, founder) = (&desk.team.chief, &desk.team.world.founder);
    let (interview, statement, _) = super::child_statement::closed(chief);
    let case = chief.info(interview).unwrap().parent.and_then(|child| chief.info(child).unwrap().parent).unwrap();
    let digest = chief.closing(statement, &access()).unwrap().unwrap().digest;
    let unit = chief.unit().scope();
    let part = chief.hand_over(case, unit, &desk.sender, &supervise()).unwrap().records.to_bytes();
    let take = |sequence, kind| {
        let file = packet_of(&desk.sender, founder, sequence, kind, &part);
        chief.take_in(opened(&file, founder), &desk.known, desk.team.world.folder.path(), &supervise())
    };
    let report = take(1, ContentKind::CASE_HANDOVER).unwrap();
    let there = report.records.iter().find(|(old, _)| *old == statement).unwrap().1;
    let closing = chief.closing(there, &access()).unwrap().unwrap();
    assert_eq!((closing.digest, closing.fits), (digest, Some(true)));
    // What is handed in is not closed yet: whoever accepts it closes it.
    let refused = code(take(2, ContentKind::HAND_IN));
    assert_eq!(refused, crate::practice::statement::StatementError::ClosingByHand.into());
}
