//! Rooms of many stations: what a station sends, what a monitor takes in, and what neither lets through.

use std::io::Cursor;
use std::path::PathBuf;

use super::members::{Team, code, supervise};
use super::*;
use crate::access::AccessError;
use crate::access::packet::{
    ContentKind, HandInRecord, KnownSenders, MemoryReplayGuard, Packet, PacketError, PacketWriter, RoomsPart,
};
use crate::id::DeviceId;
use crate::keys::PacketAddress;
use crate::model::records::{
    ActionPlan, MonitoringVisit, PlannedAction, Room, RoomUse, Station, Survey, Testimonial, TrainingEvent,
    TrainingParticipant, VisitItem,
};
use crate::model::{CodeListName, Compartment, DynamicRecord, FieldBuffer, PartialDate, Record, RecordKind};
use crate::practice::rooms::RoomsError;

pub(super) fn some<L: CodeListName>(code: &str) -> Option<Coded<L>> {
    Some(Coded::new(code).unwrap())
}

pub(super) fn text(text: &str) -> Option<Text> {
    Some(Text::new(text).unwrap())
}

pub(super) fn day(text: &str) -> Option<PartialDate> {
    Some(PartialDate::parse(text).unwrap())
}

fn words(text: &str) -> Option<Narrative> {
    Some(Narrative::new(text).unwrap())
}

/// A station with a room, and a supervisor who sends what it has.
struct Sender {
    team: Team,
    supervisor: Identity,
    session: Session,
    room: RecordId,
    sent: std::cell::Cell<u32>,
}

impl Sender {
    fn new(name: &str) -> Self {
        let team = Team::new();
        let supervisor = team.enrol("unit-supervisor");
        let session = team.sign_in(&supervisor);
        let station = Station { name_en: text(name), ..Station::default() };
        let station = session.create(Some(session.unit()), &station, &supervise()).unwrap().record;
        let room = Room { name: text("Room"), seats: Some(3), ..Room::default() };
        let room = session.create(Some(station), &room, &supervise()).unwrap().record;
        Self { team, supervisor, session, room, sent: std::cell::Cell::new(0) }
    }

    fn address(&self) -> PacketAddress {
        (&self.supervisor.public()).into()
    }

    fn add<R: Record>(&self, parent: RecordId, record: &R) -> RecordId {
        self.session.create(Some(parent), record, &supervise()).unwrap().record
    }

    fn use_room(&self, note: &str) -> RecordId {
        let one = RoomUse {
            date: day("2025-03-04"),
            used_for: some("child_victim_interview"),
            case_type: some("csea"),
            note: words(note),
            ..RoomUse::default()
        };
        self.add(self.room, &one)
    }

    /// Sends what is new, or everything; the packet, and how many records it holds.
    fn send(&self, to: &Identity, everything: bool) -> (Vec<u8>, usize) {
        self.sent.set(self.sent.get() + 1);
        let path: PathBuf = self.team.world.folder.path().join(format!("{}.packet", self.sent.get()));
        let to: PacketAddress = (&to.public()).into();
        let sent = self.session.export_rooms(&to, &path, &self.supervisor, everything, &supervise()).unwrap();
        (std::fs::read(path).unwrap(), sent.records)
    }
}

/// A vault with a room monitor in it, who knows these stations.
struct Monitor {
    team: Team,
    identity: Identity,
    session: Session,
    known: KnownSenders,
}

impl Monitor {
    fn new(stations: &[&Sender]) -> Self {
        let team = Team::new();
        let identity = team.enrol("room-monitor");
        let session = team.sign_in(&identity);
        let mut known = KnownSenders::new();
        stations.iter().for_each(|station| known.pin(&station.address()));
        Self { team, identity, session, known }
    }

    fn take(&self, packet: &[u8]) -> Result<PacketReport, Error> {
        let packet = Packet::open(Cursor::new(packet.to_vec()), &self.identity)?;
        self.session.take_in(packet, &self.known, self.team.world.folder.path(), &supervise())
    }

    /// All records of a kind, by their parents.
    fn all<R: Record>(&self) -> Vec<(RecordId, R)> {
        let infos = self.session.records_of(self.session.unit(), &supervise()).unwrap();
        let ids: Vec<_> = infos.iter().filter(|info| info.kind == Some(R::spec().kind)).map(|info| info.id).collect();
        let opened = self.session.read_many::<R>(&ids, &supervise()).unwrap();
        opened.into_iter().map(|opened| (opened.parent.unwrap(), opened.record)).collect()
    }
}

fn refusal<T>(result: Result<T, Error>) -> RoomsError {
    match code(result) {
        Error::Rooms(error) => error,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_monitor_gets_rooms_visits_and_training_and_no_name_of_anybody() {
    let station = Sender::new("Kandal example station");
    station.use_room("Nothing about a child, we hope: Sokha");
    let visit = MonitoringVisit {
        visited_on: day("2025-02-03"),
        visitors: vec![Text::new("Chan Dara").unwrap()],
        summary: words("The door does not close"),
        ..MonitoringVisit::default()
    };
    let first = station.add(station.room, &visit);
    station.add(first, &VisitItem { item: some("A3"), score: some("0"), note: words("Door"), ..VisitItem::default() });
    let second = MonitoringVisit { visited_on: day("2025-08-03"), previous_visit: Some(first), ..visit.clone() };
    station.add(station.room, &second);
    let plan = ActionPlan { title: text("A door"), status: some("agreed"), ..ActionPlan::default() };
    let plan = station.add(first, &plan);
    let action = PlannedAction { what: text("A new door"), status: some("open"), ..PlannedAction::default() };
    station.add(plan, &action);
    let event = TrainingEvent {
        title: text("Interviewing"),
        kind: some("training"),
        started_on: day("2025-05-06"),
        facilitators: vec![Text::new("Chan Dara").unwrap()],
        ..TrainingEvent::default()
    };
    let event = station.add(station.session.unit(), &event);
    let participant = TrainingParticipant {
        name: text("Chan Dara"),
        sex: some("female"),
        unit_kind: some("dahtjp"),
        ..TrainingParticipant::default()
    };
    station.add(event, &participant);
    station.add(event, &TrainingParticipant { name: text("Sok Vanna"), ..TrainingParticipant::default() });
    for wave in ["pre", "post"] {
        let survey = Survey { participant_token: text("blue lotus"), wave: some(wave), ..Survey::default() };
        station.add(event, &survey);
    }

    let monitor = Monitor::new(&[&station]);
    let (packet, records) = station.send(&monitor.identity, false);
    assert_eq!(records, 13);
    let report = monitor.take(&packet).unwrap();
    assert_eq!((report.again, report.records.len()), (false, 13));
    let again = monitor.take(&packet).unwrap();
    assert!(again.again && again.records.is_empty(), "the same packet twice is harmless");

    let (_, used) = monitor.all::<RoomUse>().pop().unwrap();
    assert_eq!(used, RoomUse { date: day("2025-03"), used_for: some("child_victim_interview"), ..RoomUse::default() });
    let visits = monitor.all::<MonitoringVisit>();
    assert!(visits.iter().all(|(_, visit)| visit.visitors.is_empty() && visit.summary.is_some()));
    let previous = visits.iter().find_map(|(_, visit)| visit.previous_visit).expect("references follow");
    assert_eq!(
        monitor.session.read::<MonitoringVisit>(previous, &supervise()).unwrap().record.visited_on,
        day("2025-02-03")
    );
    let people = monitor.all::<TrainingParticipant>();
    assert!(people.iter().all(|(_, one)| one.name.is_none() && one.officer.is_none()));
    assert!(people.iter().any(|(_, one)| one.sex == some("female") && one.unit_kind == some("dahtjp")));
    let surveys = monitor.all::<Survey>();
    let tokens: Vec<_> = surveys.iter().map(|(_, survey)| survey.participant_token.clone().unwrap()).collect();
    assert!(tokens[0] == tokens[1] && tokens[0].as_str() != "blue lotus", "the same person, and nobody's token");
    let stations = monitor.session.rooms_stations(&supervise()).unwrap();
    assert_eq!(stations.len(), 1);
    assert_eq!(monitor.all::<Station>()[0].0, stations[0].id, "what a station sent stands below it");
    monitor.team.chief.check(|_, _| ()).unwrap();
    station.team.chief.check(|_, _| ()).unwrap();
}

#[test]
fn only_what_is_new_is_sent_and_a_later_packet_replaces_an_older_one() {
    let station = Sender::new("Kandal example station");
    let monitor = Monitor::new(&[&station]);
    let (first, records) = station.send(&monitor.identity, false);
    assert_eq!(records, 2);
    station.use_room("one");
    let room = Room { name: text("Room"), seats: Some(5), ..Room::default() };
    station.session.amend(station.room, &room, &supervise()).unwrap();
    let (second, records) = station.send(&monitor.identity, false);
    assert_eq!(records, 2, "the room and its use");
    let gap = refusal(monitor.take(&second));
    assert!(matches!(gap, RoomsError::Gap { held: 0, .. }), "{gap:?}");
    monitor.take(&first).unwrap();
    assert_eq!(monitor.all::<Room>()[0].1.seats, Some(3));
    let report = monitor.take(&second).unwrap();
    assert_eq!(report.records.len(), 2);
    assert_eq!(monitor.all::<Room>()[0].1.seats, Some(5));
    assert_eq!(monitor.all::<RoomUse>().len(), 1);
    // Nothing new is a packet too: it says until when everything is here.
    let (third, records) = station.send(&monitor.identity, false);
    assert_eq!((records, monitor.take(&third).unwrap().records.len()), (0, 0));
    // Everything once more changes nothing.
    let before = monitor.all::<Room>();
    let (whole, records) = station.send(&monitor.identity, true);
    assert_eq!((records, monitor.take(&whole).unwrap().records.len()), (3, 0));
    assert!(monitor.all::<Room>() == before);
    // A packet that was lost on the way.
    station.use_room("two");
    let _lost = station.send(&monitor.identity, false);
    station.use_room("three");
    let (later, _) = station.send(&monitor.identity, false);
    assert!(matches!(refusal(monitor.take(&later)), RoomsError::Gap { since, held } if since > held && held > 0));
    let (whole, _) = station.send(&monitor.identity, true);
    monitor.take(&whole).unwrap();
    assert_eq!(monitor.all::<RoomUse>().len(), 3);
    // What was overtaken is refused, and nothing of it is kept.
    let refused = code(monitor.take(&later));
    assert_eq!(refused, Error::Packet(PacketError::Stale));
    monitor.team.chief.check(|_, _| ()).unwrap();
}

#[test]
fn stations_do_not_mix_and_each_is_sent_for_by_its_own_people() {
    let (one, two) = (Sender::new("Kandal example station"), Sender::new("Kampot example station"));
    let monitor = Monitor::new(&[&one, &two]);
    for station in [&one, &two] {
        monitor.take(&station.send(&monitor.identity, false).0).unwrap();
    }
    let stations = monitor.session.rooms_stations(&supervise()).unwrap();
    assert_eq!(stations.len(), 2);
    let parents: std::collections::BTreeSet<_> = monitor.all::<Station>().iter().map(|(parent, _)| *parent).collect();
    assert_eq!(parents, stations.iter().map(|station| station.id).collect());
    // The supervisor of one station says something about the other's rooms.
    let forged = RoomsPart {
        vault: two.team.world.vault.inner.file.vault,
        device: two.team.world.vault.inner.file.device,
        since: 0,
        until: u64::MAX,
        made_at: u64::MAX >> 12,
        records: Vec::new(),
    };
    let forged = packet_of(&one.supervisor, &monitor.identity, u64::MAX >> 1, &forged.encode());
    assert_eq!(refusal(monitor.take(&forged)), RoomsError::OtherSender);
    // A colleague takes over, and the monitor has asked by telephone.
    let colleague = two.team.enrol("unit-supervisor");
    let address: PacketAddress = (&colleague.public()).into();
    let mut known = KnownSenders::new();
    known.pin(&address);
    let path = two.team.world.folder.path().join("colleague.packet");
    let to: PacketAddress = (&monitor.identity.public()).into();
    let session = two.team.sign_in(&colleague);
    session.export_rooms(&to, &path, &colleague, true, &supervise()).unwrap();
    let take = || {
        let packet = Packet::open(Cursor::new(std::fs::read(&path).unwrap()), &monitor.identity).unwrap();
        monitor.session.take_in(packet, &known, monitor.team.world.folder.path(), &supervise())
    };
    assert_eq!(refusal(take()), RoomsError::OtherSender);
    let of_two = two.team.world.vault.inner.file.vault.to_string();
    let of_two = stations.iter().find(|one| one.source.source_vault.as_ref().unwrap().as_str() == of_two).unwrap();
    let unit = monitor.session.unit();
    assert_eq!(refusal(monitor.session.allow_rooms_sender(unit, &address, &supervise())), RoomsError::NoSuchSource);
    monitor.session.allow_rooms_sender(of_two.id, &address, &supervise()).unwrap();
    take().unwrap();
    monitor.team.chief.check(|_, _| ()).unwrap();
}

fn packet_of(sender: &Identity, to: &Identity, sequence: u64, part: &[u8]) -> Vec<u8> {
    let mut file = Vec::new();
    let writer = PacketWriter::new(sender, 1).to(&to.public().hybrid_key, sequence);
    writer.part(ContentKind::ROOMS, "", &part).write(&mut file).unwrap();
    file
}

#[test]
fn each_defect_has_its_own_answer_and_nothing_is_kept() {
    let station = Sender::new("Kandal example station");
    let monitor = Monitor::new(&[&station]);
    let (packet, _) = station.send(&monitor.identity, false);
    let other = Monitor::new(&[&station]);
    assert_eq!(code(other.take(&packet)), Error::Packet(PacketError::NotForYou));
    let mut altered = packet.clone();
    *altered.last_mut().unwrap() ^= 1;
    assert_eq!(code(monitor.take(&altered)), Error::Packet(PacketError::Altered));
    let file = station.team.world.vault.inner.file;
    let part = |records: Vec<HandInRecord>| RoomsPart {
        vault: file.vault,
        device: file.device,
        since: 0,
        until: 9,
        made_at: 1,
        records,
    };
    let sent = |part: &[u8], sequence| monitor.take(&packet_of(&station.supervisor, &monitor.identity, sequence, part));
    let mut newer = part(Vec::new()).encode();
    newer[1] = 9;
    assert_eq!(code(sent(&newer, 1)), Error::Packet(PacketError::TooNew));
    let own = RoomsPart { vault: monitor.team.world.vault.inner.file.vault, ..part(Vec::new()) };
    assert_eq!(refusal(sent(&own.encode(), 1)), RoomsError::OwnPacket);
    // Whoever writes packets with a program of their own.
    let record = |parent, record: &dyn Fn(&mut FieldBuffer), kind: RecordKind| {
        let mut fields = FieldBuffer::new();
        record(&mut fields);
        let record = DynamicRecord::decode(crate::model::catalogue().by_kind(kind).unwrap(), &fields).unwrap();
        HandInRecord::of(RecordId::random(), parent, &record).unwrap()
    };
    let a_child = record(None, &|fields| child("Sokha").encode(fields).unwrap(), RecordKind::CHILD);
    let held = |what: &str| RoomsError::NotOfRooms { what: what.to_owned() };
    assert_eq!(refusal(sent(&part(vec![a_child]).encode(), 1)), held("child"));
    let named = TrainingParticipant { name: text("Chan Dara"), ..TrainingParticipant::default() };
    let named = record(None, &|fields| named.encode(fields).unwrap(), RecordKind::TRAINING_PARTICIPANT);
    assert_eq!(refusal(sent(&part(vec![named]).encode(), 1)), held("training_participant.name"));
    let hour = RoomUse { date: day("2025-03-04"), used_for: some("meeting"), ..RoomUse::default() };
    let hour = record(None, &|fields| hour.encode(fields).unwrap(), RecordKind::ROOM_USE);
    assert_eq!(refusal(sent(&part(vec![hour]).encode(), 1)), held("room_use.date"));
    let room = Room { name: text("Room"), ..Room::default() };
    let lost = record(Some(RecordId::random()), &|fields| room.encode(fields).unwrap(), RecordKind::ROOM);
    assert_eq!(refusal(sent(&part(vec![lost]).encode(), 1)), RoomsError::NoParent { kind: "room" });
    assert_eq!(monitor.session.rooms_stations(&supervise()).unwrap(), []);
    // After all that, the packet is taken in.
    monitor.take(&packet).unwrap();
    let older = RoomsPart { device: DeviceId::random(), ..part(Vec::new()) };
    let older = packet_of(&station.supervisor, &monitor.identity, u64::MAX >> 1, &older.encode());
    assert_eq!(refusal(monitor.take(&older)), RoomsError::Older);
    monitor.team.chief.check(|_, _| ()).unwrap();
}

/// The part of a packet that was sent to this monitor.
fn part_of(packet: &[u8], monitor: &Monitor) -> RoomsPart {
    let packet = Packet::open(Cursor::new(packet.to_vec()), &monitor.identity).unwrap();
    let (guard, folder) = (MemoryReplayGuard::new(), monitor.team.world.folder.path());
    let mut packet = packet.accept(&monitor.known, &guard, 0, folder).unwrap();
    RoomsPart::decode(&packet.part_bytes(0, 1 << 20).unwrap()).unwrap()
}

fn all_ids(part: &RoomsPart) -> Vec<RecordId> {
    part.records.iter().flat_map(|record| [Some(record.id), record.parent]).flatten().collect()
}

#[test]
fn no_id_that_leaves_tells_what_else_was_written_with_it() {
    let station = Sender::new("Kandal example station");
    let monitor = Monitor::new(&[&station]);
    let consents = ["anonymous", "internal", "anonymous"];
    let written = station.session.write_batch(&supervise(), |batch| {
        let testimonial = |consent| Testimonial {
            text: words("The room helps"),
            publish_consent: some(consent),
            checked_for_children: Some(true),
            ..Testimonial::default()
        };
        consents.iter().map(|consent| Ok(batch.create(Some(station.room), &testimonial(consent))?.record)).collect()
    });
    let mut ours: Vec<RecordId> = written.unwrap();
    let visit = MonitoringVisit { visited_on: day("2025-02-03"), ..MonitoringVisit::default() };
    ours.push(station.add(station.room, &visit));
    ours.push(station.add(station.room, &MonitoringVisit { previous_visit: Some(ours[3]), ..visit }));
    ours.push(station.room);
    let part = part_of(&station.send(&monitor.identity, false).0, &monitor);
    assert_eq!(part.records.len(), 6, "station, room, two testimonials, two visits");
    let ids = all_ids(&part);
    assert!(ids.iter().all(|id| !ours.contains(id)));
    // Nor do they lie near each other, as those of one act do, or share what those of one unit do.
    let mut starts: Vec<_> = part.records.iter().map(|record| record.id.as_bytes()[..6].to_vec()).collect();
    starts.sort_unstable();
    starts.dedup();
    assert_eq!(starts.len(), part.records.len());
    // Fields that refer to records name them as the part does.
    let visits = part.records.iter().filter(|record| record.kind == RecordKind::MONITORING_VISIT.number());
    let visits: Vec<_> = visits.map(|record| (record.id, MonitoringVisit::decode(&record.fields).unwrap())).collect();
    let (_, later) = visits.iter().find(|(_, visit)| visit.previous_visit.is_some()).unwrap();
    let (first, _) = visits.iter().find(|(_, visit)| visit.previous_visit.is_none()).unwrap();
    assert_eq!(later.previous_visit, Some(*first));
    // The same record is called the same in each packet.
    let again = part_of(&station.send(&monitor.identity, true).0, &monitor);
    assert_eq!(all_ids(&again), ids);
}

#[test]
fn records_leave_in_an_order_that_is_not_that_of_their_days() {
    let station = Sender::new("Kandal example station");
    let monitor = Monitor::new(&[&station]);
    let written = station.session.write_batch(&supervise(), |batch| {
        let used = |day_: u32| RoomUse {
            date: day(&format!("2025-03-{day_:02}")),
            used_for: some("child_victim_interview"),
            equipment_worked: Some(day_ <= 15),
            ..RoomUse::default()
        };
        (1..=30).try_for_each(|day_| batch.create(Some(station.room), &used(day_)).map(drop))
    });
    written.unwrap();
    let part = part_of(&station.send(&monitor.identity, false).0, &monitor);
    let uses = part.records.iter().filter(|record| record.kind == RecordKind::ROOM_USE.number());
    let (ids, first_half): (Vec<_>, Vec<_>) =
        uses.map(|record| (record.id, RoomUse::decode(&record.fields).unwrap().equipment_worked)).unzip();
    assert!(ids.is_sorted(), "in the order of their names");
    let changes = first_half.windows(2).filter(|pair| pair[0] != pair[1]).count();
    assert!(changes > 3, "neither the order of their days nor its reverse: {first_half:?}");
    // Those above come first all the same.
    let places: Vec<_> = part.records.iter().map(|record| record.id).collect();
    for (place, record) in part.records.iter().enumerate() {
        let above = record.parent.map(|parent| places.iter().position(|id| *id == parent).unwrap());
        assert!(above.is_none_or(|above| above < place));
    }
    assert_eq!(monitor.take(&station.send(&monitor.identity, true).0).unwrap().records.len(), 32);
}

#[test]
fn a_testimonial_leaves_with_consent_only_and_is_taken_back() {
    let station = Sender::new("Kandal example station");
    let monitor = Monitor::new(&[&station]);
    let said = |words_: &str, consent: &str, checked: Option<bool>| Testimonial {
        text: words(words_),
        speaker_role: some("officer"),
        publish_consent: some(consent),
        checked_for_children: checked,
        ..Testimonial::default()
    };
    station.add(station.room, &said("secret one", "no", None));
    station.add(station.room, &said("secret two", "internal", Some(true)));
    station.add(station.room, &said("secret three", "anonymous", Some(false)));
    let public = said("The room helps", "anonymous", Some(true));
    let id = station.add(station.room, &public);
    let (packet, records) = station.send(&monitor.identity, false);
    assert_eq!(records, 3, "station, room, and one testimonial");
    monitor.take(&packet).unwrap();
    let there = monitor.all::<Testimonial>();
    assert_eq!(there.len(), 1);
    assert_eq!((there[0].1.text.clone(), there[0].1.speaker_role.clone()), (words("The room helps"), None));
    let withdrawn = Testimonial { withdrawn_on: day("2025-06-01"), ..public };
    station.session.amend(id, &withdrawn, &supervise()).unwrap();
    monitor.take(&station.send(&monitor.identity, false).0).unwrap();
    let there = monitor.all::<Testimonial>();
    assert_eq!((there.len(), there[0].1.publish_consent.clone()), (1, some("no")));
    assert_ne!(there[0].1.text, words("The room helps"));
}

#[test]
fn a_monitor_opens_no_field_about_a_child_by_key() {
    let station = Sender::new("Kandal example station");
    let (case, id) = case_with_child(&station.team.chief, "Sokha");
    let monitor = station.team.enrol("room-monitor");
    let monitor = station.team.sign_in(&monitor);
    let interview = Interview { purpose: some("initial"), recording: some("video"), ..Interview::default() };
    let interview = station.team.chief.create(Some(id), &interview, &access()).unwrap().record;
    for record in [id, interview] {
        let denied = code(monitor.read_fields(record, None, &supervise()));
        assert!(matches!(denied, Error::Access(AccessError::NoKey { .. })), "{denied:?}");
    }
    // Whatever saferoom would decide: of all keys of the case and the unit, those of rooms alone unwrap.
    let opened = |scope: crate::id::ScopeId| {
        let looked = monitor.look(|act| {
            let keys = act.keys.scope_keys(act.rows, scope)?;
            Ok(keys.keys.iter().filter_map(|key| key.opened.as_ref().map(|opened| opened.0)).collect::<Vec<_>>())
        });
        looked.unwrap()
    };
    assert_eq!(opened(case.scope()), []);
    assert_eq!(opened(monitor.unit().scope()), [Compartment::Rooms]);
    assert!(monitor.read::<Room>(station.room, &supervise()).is_ok());
    // And only who may send rooms does.
    let interviewer = station.team.enrol("interviewer");
    let session = station.team.sign_in(&interviewer);
    let to: PacketAddress = (&interviewer.public()).into();
    let path = station.team.world.folder.path().join("denied.packet");
    let refused = session.export_rooms(&to, &path, &interviewer, false, &access());
    assert_eq!(code(refused), Error::Access(AccessError::NotAllowed));
    assert!(!path.exists());
}

#[test]
fn interviews_are_counted_for_monitors_and_few_are_not_told() {
    let station = Sender::new("Kandal example station");
    let interview = |day: u64, recording: &str| Interview {
        purpose: some("initial"),
        started_at: crate::model::Timestamp::parse(&format!("2025-03-{day:02}T02:00:00Z")).ok(),
        ended_at: crate::model::Timestamp::parse(&format!("2025-03-{day:02}T03:00:00Z")).ok(),
        recording: some(recording),
        no_recording_reason: (recording == "none").then(|| Coded::new("no_power").unwrap()),
        ..Interview::default()
    };
    let (_, id) = case_with_child(&station.team.chief, "Sokha");
    let hold = |count: u64, recording: &str| {
        for day in 1..=count {
            station.team.chief.create(Some(id), &interview(day, recording), &access()).unwrap();
        }
    };
    hold(6, "video");
    hold(1, "none");
    let (march, april) = (day("2025-03").unwrap(), day("2025-04").unwrap());
    let written = station.session.count_interviews(&[march, april], &supervise()).unwrap();
    assert_eq!(written.len(), 2);
    hold(1, "none");
    assert_eq!(station.session.count_interviews(&[march], &supervise()).unwrap(), [], "one more would be known");
    let future = PartialDate::month(2100, 1).unwrap();
    assert_eq!(refusal(station.session.count_interviews(&[future], &supervise())), RoomsError::MonthNotOver);

    let monitor = Monitor::new(&[&station]);
    monitor.take(&station.send(&monitor.identity, false).0).unwrap();
    let report = monitor.session.monitor_report(&supervise()).unwrap();
    let months = &report.stations[0].interviews;
    assert_eq!((months[0].month.as_str(), months[0].interviews, months[0].recorded), ("2025-03", Some(7), None));
    assert_eq!((months[1].month.as_str(), months[1].interviews), ("2025-04", None));
    assert!(report.stations[0].until.is_some());
    hold(5, "video");
    assert_eq!(station.session.count_interviews(&[march], &supervise()).unwrap(), written[..1]);
    // Who reads rooms alone counts nobody.
    let blind = station.team.enrol("room-monitor");
    let blind = station.team.sign_in(&blind);
    let refused = blind.count_interviews(&[day("2025-05").unwrap()], &supervise());
    assert_eq!(code(refused), Error::Access(AccessError::NotAllowed));
}
