//! A referral on its way to a service that is no member, and back.

mod overdue;

use proptest::prelude::*;

use super::members::{Team, code};
use super::*;
use crate::access::AccessError;
use crate::access::packet::{
    AcceptedPacket, ContentKind, KnownSenders, MemoryReplayGuard, Outcome as Became, Packet, PacketError, PacketWriter,
    Receipt, ReferralAnswer, ReferralPart, ShareManifest,
};
use crate::keys::{PacketAddress, PacketKeyPair, SystemClock};
use crate::model::records::{Consent, Referral};
use crate::model::{CodeListName, DynamicRecord, Timestamp, catalogue};
use crate::practice::authorise::Authorised;
use crate::practice::consent::{Basis, ConsentError, Disclosure, Override};
use crate::practice::referrals::{Mover, ReferralError};

fn coded<L: CodeListName>(text: &str) -> Coded<L> {
    Coded::new(text).unwrap()
}

fn texts(list: &[&str]) -> Vec<Text> {
    list.iter().map(|text| Text::new(text).unwrap()).collect()
}

pub(super) struct Desk {
    pub(super) team: Team,
    pub(super) officer: Identity,
    pub(super) session: Session,
    pub(super) provider: PacketKeyPair,
    pub(super) child: RecordId,
}

const FIELDS: [&str; 3] = ["child.family_name_latin", "child.sex", "referral.service_type"];

impl Desk {
    pub(super) fn new() -> Self {
        let team = Team::new();
        let officer = team.enrol("interviewer");
        let session = team.sign_in(&officer);
        let case = session.create(Some(session.unit()), &Case::default(), &access()).unwrap().record;
        let named = Child {
            nickname: Text::new("Not for the clinic").ok(),
            phones: texts(&["012 345 678"]),
            languages: vec![coded("km")],
            ..child("Sokha")
        };
        let child = session.create(Some(case), &named, &access()).unwrap().record;
        Self { team, officer, session, provider: PacketKeyPair::generate(), child }
    }

    fn agrees(&self, decision: &str) {
        agrees(&self.session, self.child, decision);
    }

    pub(super) fn referral(&self, urgency: &str) -> RecordId {
        self.session.create(Some(self.child), &to_the_clinic(urgency), &access()).unwrap().record
    }

    fn sending(&self, fields: &[&str]) -> SendReferral {
        SendReferral {
            to: self.provider.address().clone(),
            recipient_kind: "service_provider".into(),
            fields: fields.iter().map(|field| (*field).to_owned()).collect(),
            without_consent: None,
            expires_at: None,
        }
    }

    pub(super) fn send(&self, referral: RecordId) -> SentReferral {
        self.session.send_referral(referral, &self.sending(&FIELDS), &self.officer, &access()).unwrap()
    }

    /// What the service sees.
    fn opened(&self, sent: &SentReferral) -> (ReferralPart, ShareManifest, AcceptedPacket) {
        let mut known = KnownSenders::new();
        known.pin(&PacketAddress::from(&self.officer.public()));
        let packet = Packet::open(&sent.bytes[..], &self.provider).unwrap();
        let folder = self.team.world.folder.path();
        let mut packet =
            packet.accept(&known, &MemoryReplayGuard::new(), self.session.vault().clock().0, folder).unwrap();
        let bytes = packet.part_bytes(0, 1 << 20).unwrap();
        let part = ReferralPart::decode(&bytes).unwrap();
        let manifest = ShareManifest::decode(&packet.part_bytes(1, 1 << 20).unwrap()).unwrap();
        assert_eq!(manifest.verify(&bytes, &part), Ok(()));
        (part, manifest, packet)
    }

    fn answer(&self, sent: &SentReferral, state: &str) -> ReferralAnswer {
        let (part, ..) = self.opened(sent);
        ReferralAnswer {
            ticket: part.ticket,
            state: state.into(),
            outcome: None,
            decline_reason: None,
            appointment_at: None,
            by: "Reception".into(),
            at: self.session.vault().clock().0,
            feedback: String::new(),
        }
    }

    fn packed(&self, by: &PacketKeyPair, sent: &SentReferral, number: u64, answer: &ReferralAnswer) -> Vec<u8> {
        let receipt =
            Receipt { packet: sent.packet, outcome: Became::ACCEPTED, note: String::new(), parts: Vec::new() }.encode();
        let answer = answer.encode();
        let writer = PacketWriter::new(by, self.session.vault().clock().0)
            .to(&self.officer.public().hybrid_key, number)
            .in_reply_to(sent.packet)
            .part(ContentKind::RECEIPT, "", &receipt)
            .part(ContentKind::REFERRAL_ANSWER, "", &answer);
        let mut file = Vec::new();
        writer.write(&mut file).unwrap();
        file
    }

    pub(super) fn take(&self, file: &[u8]) -> Result<PacketReport, Error> {
        let mut known = KnownSenders::new();
        known.pin(self.provider.address());
        let packet = Packet::open(std::io::Cursor::new(file.to_vec()), &self.officer)?;
        self.session.take_in(packet, &known, self.team.world.folder.path(), &access())
    }

    pub(super) fn answers(&self, sent: &SentReferral, number: u64, state: &str) -> Result<PacketReport, Error> {
        self.take(&self.packed(&self.provider, sent, number, &self.answer(sent, state)))
    }

    fn now(&self, referral: RecordId) -> Referral {
        self.session.read::<Referral>(referral, &access()).unwrap().record
    }
}

fn agrees(session: &Session, child: RecordId, decision: &str) {
    let given = i64::try_from(session.vault().clock().0).unwrap() - 60_000;
    let consent = Consent {
        giver: Some(coded("child_alone_mature")),
        purpose: Some(coded("referral")),
        decision: Some(coded(decision)),
        service: Some(coded("psychosocial")),
        recipients: texts(&["The clinic"]),
        scope_fields: texts(&["child.*", "guardian.*"]),
        given_at: Timestamp::from_milliseconds(given).ok(),
        ..Consent::default()
    };
    session.create(Some(child), &consent, &access()).unwrap();
}

fn to_the_clinic(urgency: &str) -> Referral {
    Referral {
        service_type: Some(coded("psychosocial")),
        to_agency: Text::new("The clinic").ok(),
        urgency: Some(coded(urgency)),
        status: Some(coded("proposed")),
        ..Referral::default()
    }
}

#[test]
fn a_referral_goes_out_is_answered_and_all_of_it_is_logged() {
    let desk = Desk::new();
    let id = desk.referral("within_72h");
    let refused = desk.session.send_referral(id, &desk.sending(&FIELDS), &desk.officer, &access());
    assert_eq!(code(refused), ConsentError::ChildNotAsked.into());
    desk.agrees("agreed");
    let other = desk.referral("routine");
    let before = desk.session.log_size().unwrap();
    let sent = desk.send(id);
    assert_eq!(sent.told, FIELDS.map(str::to_owned));
    assert!(matches!(&sent.basis, Basis::Consent(answers) if answers.len() == 1));
    let stands = desk.now(id);
    assert_eq!(stands.status, Some(coded("sent")));
    assert_eq!(stands.shared_fields, texts(&FIELDS));
    assert!(stands.made_at.is_some() && stands.consent.is_some());

    // What the service reads: these fields of this child and this referral, and not one of the vault's ids.
    let (part, manifest, packet) = desk.opened(&sent);
    assert_eq!(manifest, sent.manifest);
    assert_eq!(manifest.records.iter().map(|(_, numbers)| numbers.len()).collect::<Vec<_>>(), [2, 1]);
    let told: Vec<_> = part.records.iter().map(|record| record.record(catalogue()).unwrap()).collect();
    let read: Vec<_> = told.iter().flat_map(DynamicRecord::iter).map(|(_, value)| value.to_plain_text()).collect();
    assert_eq!(read, ["Sokha", "female", "psychosocial"]);
    let bytes = part.encode();
    for id in [id, other, desk.child] {
        assert!(!bytes.windows(6).any(|window| window == &id.as_bytes()[..6]), "no part of an id leaves");
    }
    let entries = desk.team.chief.log_entries(before, u64::MAX, &Access::for_purpose("audit")).unwrap();
    let of_packet = |logged: &&LoggedEntry| {
        let detail = logged.entry.detail.as_ref();
        detail.and_then(|detail| detail.get(DetailKey::PACKET).cloned())
            == Some(crate::log::DetailValue::from(&sent.packet.as_bytes()[..]))
    };
    let left: Vec<_> = entries.iter().filter(of_packet).collect();
    assert_eq!((left.len(), left[0].entry.event, left[0].entry.what.as_ref().unwrap().record), (1, Event::Export, id));
    drop(packet);

    let report = desk.answers(&sent, 1, "accepted").unwrap();
    assert_eq!(report.receipts.len(), 1);
    let moved = ReferralMoved { referral: id, from: "sent".into(), to: "accepted".into() };
    assert_eq!(report.referrals, [moved]);
    assert!(report.receipt.parts.is_empty() && report.receipt.outcome == Became::ACCEPTED);
    let done = ReferralAnswer {
        outcome: Some("partly".into()),
        feedback: "Three meetings. One more is planned.".into(),
        ..desk.answer(&sent, "completed")
    };
    desk.take(&desk.packed(&desk.provider, &sent, 2, &done)).unwrap();
    let stands = desk.now(id);
    assert_eq!((stands.status, stands.outcome), (Some(coded("completed")), Some(coded("partly"))));
    assert_eq!(stands.received_by, Text::new("Reception").ok());
    assert_eq!(stands.provider_feedback.unwrap().as_str(), "Three meetings. One more is planned.");
    assert_eq!(desk.now(other).status, Some(coded("proposed")), "the other is not touched");
    desk.team.chief.check(|_, _| ()).unwrap();
}

#[test]
fn what_is_wrong_with_an_answer_is_named_and_nothing_moves() {
    let desk = Desk::new();
    desk.agrees("agreed");
    let (id, other) = (desk.referral("routine"), desk.referral("routine"));
    let (sent, second) = (desk.send(id), desk.send(other));
    let good = desk.answer(&sent, "accepted");
    let file = desk.packed(&desk.provider, &sent, 1, &good);

    let mut altered = file.clone();
    let middle = altered.len() - 900;
    altered[middle] ^= 1;
    assert_eq!(code(desk.take(&altered)), PacketError::Altered.into());
    let mut newer = file.clone();
    newer[8] = 9;
    assert_eq!(code(desk.take(&newer)), PacketError::TooNew.into());
    let elsewhere = PacketWriter::new(&desk.provider, 5).to(&Identity::generate().public().hybrid_key, 9);
    let (mut for_another, part) = (Vec::new(), good.encode());
    elsewhere.part(ContentKind::REFERRAL_ANSWER, "", &part).write(&mut for_another).unwrap();
    assert_eq!(code(desk.take(&for_another)), PacketError::NotForYou.into());
    let stranger = desk.packed(&PacketKeyPair::generate(), &sent, 1, &good);
    assert_eq!(code(desk.take(&stranger)), PacketError::UnknownSender.into());

    // The service is known, but the answer is about another's referral, or to another packet.
    let twisted = desk.packed(&desk.provider, &second, 3, &good);
    assert_eq!(code(desk.take(&twisted)), ReferralError::OtherPacket.into());
    let mut ticket = good.clone();
    ticket.ticket[20] ^= 1;
    assert_eq!(code(desk.take(&desk.packed(&desk.provider, &sent, 4, &ticket))), ReferralError::NotOurs.into());
    let known = PacketKeyPair::generate();
    let mut senders = KnownSenders::new();
    senders.pin(known.address());
    let packet = desk.packed(&known, &sent, 1, &good);
    let packet = Packet::open(std::io::Cursor::new(packet), &desk.officer).unwrap();
    let folder = desk.team.world.folder.path();
    let refused = desk.session.take_in(packet, &senders, folder, &access());
    assert_eq!(code(refused), ReferralError::OtherProvider.into());
    let unknown = ReferralAnswer { outcome: Some("cured".into()), ..good.clone() };
    let unknown = code(desk.take(&desk.packed(&desk.provider, &sent, 5, &unknown)));
    assert_eq!(unknown, ReferralError::UnknownCode("cured".into()).into());
    assert_eq!(desk.now(id).status, Some(coded("sent")));

    // What was refused left nothing behind: the good one is new, once.
    assert_eq!(desk.take(&file).unwrap().referrals.len(), 1);
    let again = desk.take(&file).unwrap();
    assert!(again.again && again.referrals.is_empty());
    let back = code(desk.answers(&sent, 6, "received"));
    let expected = ReferralError::Transition { from: "accepted".into(), to: "received".into(), by: Mover::Provider };
    assert_eq!(back, expected.into());
    let entries = desk.team.chief.log_entries(0, u64::MAX, &Access::for_purpose("audit")).unwrap();
    let failed = entries
        .iter()
        .filter(|logged| logged.entry.event == Event::Import && logged.entry.outcome == Outcome::MinorFailure);
    assert_eq!(failed.count(), 5, "each refusal about a referral is logged");
    desk.team.chief.check(|_, _| ()).unwrap();
}

#[test]
fn an_older_answer_does_not_overtake_a_newer_one() {
    let desk = Desk::new();
    desk.agrees("agreed");
    let id = desk.referral("routine");
    let sent = desk.send(id);
    desk.answers(&sent, 2, "no_show").unwrap();
    assert_eq!(code(desk.answers(&sent, 1, "accepted")), ReferralError::OlderAnswer.into());
    assert_eq!(desk.now(id).status, Some(coded("no_show")));
    desk.answers(&sent, 3, "accepted").unwrap();
    // Of another referral nothing was said yet.
    let other = desk.send(desk.referral("routine"));
    assert!(desk.answers(&other, 1, "accepted").is_ok());
    desk.team.chief.check(|_, _| ()).unwrap();
}

#[test]
fn what_cannot_be_sent_is_named_before_anything_opens() {
    let desk = Desk::new();
    desk.agrees("agreed");
    let id = desk.referral("routine");
    let send =
        |id, fields: &[&str]| code(desk.session.send_referral(id, &desk.sending(fields), &desk.officer, &access()));
    assert_eq!(send(id, &["referral.made_by"]), ReferralError::Reference("referral.made_by".into()).into());
    assert_eq!(send(id, &["guardian.phones"]), ReferralError::NothingToTell.into());
    assert!(matches!(send(id, &["statement.body"]), Error::Consent(ConsentError::FieldNotForRecipient { .. })));
    assert!(matches!(send(id, &["referral.to_phone"]), Error::Consent(ConsentError::FieldNotCovered(_))));
    let nobody = Referral { to_agency: None, ..desk.now(id) };
    let nobody = desk.session.create(Some(desk.child), &nobody, &access()).unwrap().record;
    assert_eq!(send(nobody, &FIELDS), ReferralError::Missing("organisation").into());
    let case = desk.session.info(desk.child).unwrap().parent.unwrap();
    let loose = desk.session.create(Some(case), &desk.now(id), &access()).unwrap().record;
    assert_eq!(send(loose, &FIELDS), ReferralError::NoChild.into());
    let to = |status: &str| desk.session.move_referral(id, &coded(status), None, &access());
    to("revoked").unwrap();
    assert!(matches!(send(id, &FIELDS), Error::Referral(ReferralError::Transition { .. })));
    assert!(matches!(code(to("completed")), Error::Referral(ReferralError::Transition { by: Mover::Station, .. })));
    let monitor = desk.team.sign_in(&desk.team.enrol("room-monitor"));
    let refused = monitor.move_referral(id, &coded("revoked"), None, &access());
    assert!(matches!(code(refused), Error::Access(_)));
    let chief = &desk.team.chief;
    assert!(
        chief.log_entries(0, u64::MAX, &access()).unwrap().iter().all(|logged| logged.entry.event != Event::Export
            || logged.entry.outcome == Outcome::MinorFailure
            || logged.entry.detail.as_ref().is_some_and(|detail| detail.get(DetailKey::PACKET).is_none()))
    );
}

type Happens = Box<dyn FnOnce() + Send>;

/// At which call from now, and what.
type Waiting = std::sync::Mutex<(usize, Option<Happens>)>;

/// A clock at one of whose calls something else happens.
#[derive(Clone)]
struct Interrupting(Arc<(SystemClock, Waiting)>);

impl Interrupting {
    fn at_call(&self, call: usize, happens: Happens) {
        *self.0.1.lock().unwrap() = (call, Some(happens));
    }

    /// Whether it has happened.
    fn happened(&self) -> bool {
        self.0.1.lock().unwrap().1.take().is_none()
    }
}

impl Clock for Interrupting {
    fn wall_milliseconds(&self) -> u64 {
        let due = {
            let mut waiting = self.0.1.lock().unwrap();
            let due = waiting.0 == 0;
            waiting.0 = waiting.0.saturating_sub(1);
            if due { waiting.1.take() } else { None }
        };
        if let Some(happens) = due {
            happens();
        }
        self.0.0.wall_milliseconds()
    }

    fn monotonic_milliseconds(&self) -> u64 {
        self.0.0.monotonic_milliseconds()
    }
}

#[test]
fn what_is_taken_back_before_the_packet_is_made_keeps_it_from_being_made() {
    let desk = Desk::new();
    let clock = Interrupting(Arc::new((SystemClock::default(), std::sync::Mutex::default())));
    let host = Host::with_shared(desk.team.world.keys.clone()).with_clock(clock.clone());
    let session = Vault::open(&desk.team.world.path(), host).unwrap().sign_in(&desk.officer).unwrap();
    let other = Arc::new(desk.team.sign_in(&desk.officer));
    let (mut went_out, mut changed) = (0, 0);
    for call in 0..200 {
        let (_, child) = case_with_child(&other, "Sokha");
        agrees(&other, child, "agreed");
        let id = other.create(Some(child), &to_the_clinic("routine"), &access()).unwrap().record;
        let before = other.log_size().unwrap();
        let (meanwhile, path) = (Arc::clone(&other), desk.team.world.path());
        let takes_back = move || {
            // Nobody else writes while the act itself does.
            let file = rusqlite::Connection::open(path).unwrap();
            file.busy_timeout(std::time::Duration::ZERO).unwrap();
            let free = file.execute_batch("BEGIN IMMEDIATE; ROLLBACK").is_ok();
            drop(file);
            if free {
                agrees(&meanwhile, child, "refused");
            }
        };
        clock.at_call(call, Box::new(takes_back));
        let sent = session.send_referral(id, &desk.sending(&FIELDS), &desk.officer, &access());
        let happened = clock.happened();
        let entries = desk.team.chief.log_entries(before, u64::MAX, &Access::for_purpose("audit")).unwrap();
        let no = entries.iter().position(|logged| logged.entry.event == Event::Create);
        let told =
            |logged: &LoggedEntry| logged.entry.event == Event::Export && logged.entry.outcome == Outcome::Success;
        let out = entries.iter().rposition(told);
        match sent {
            Ok(_) => went_out += 1,
            Err(Error::ChangedElsewhere) => changed += 1,
            Err(error) => assert_eq!(error, ConsentError::ChildRefused.into()),
        }
        if let (Some(no), Some(out)) = (no, out) {
            assert!(out < no, "call {call}: it was told although the child had said no");
        }
        if !happened {
            break;
        }
    }
    assert!(went_out > 0 && changed > 0, "{went_out} {changed}");
}

#[test]
fn without_consent_it_goes_on_a_ground_that_stands_in_the_packet() {
    let desk = Desk::new();
    desk.agrees("refused");
    let id = desk.referral("within_24h");
    let reason = Narrative::new("The child is in danger tonight").unwrap();
    let disclosure = Disclosure {
        purpose: "referral".into(),
        recipient_kind: desk.sending(&FIELDS).recipient_kind,
        recipient: desk.now(id).to_agency.unwrap().as_str().to_owned(),
        service: desk.now(id).service_type.map(|service| service.code().as_str().to_owned()),
        fields: FIELDS.iter().map(|field| (*field).to_owned()).collect(),
    };
    let act = Authorised::Override { disclosure, ground: coded("imminent_danger") };
    let second = desk.team.sign_in(&desk.team.enrol("unit-supervisor"));
    let authorisation = super::authorise::sign(&second, desk.child, &act);
    let stated = Override { ground: coded("imminent_danger"), reason, authorisation };
    let sending = SendReferral { without_consent: Some(stated), ..desk.sending(&FIELDS) };
    let founder = &desk.team.world.founder;
    let sent = desk.team.chief.send_referral(id, &sending, founder, &access()).unwrap();
    assert_eq!(sent.manifest.ground.as_deref(), Some("imminent_danger"));
    let stands = desk.now(id);
    assert_eq!((stands.consent, stands.override_ground), (None, Some(coded("imminent_danger"))));
    let packet = Packet::open(&sent.bytes[..], &desk.provider).unwrap();
    let mut known = KnownSenders::new();
    known.pin(&PacketAddress::from(&founder.public()));
    let now = desk.session.vault().clock().0;
    let folder = desk.team.world.folder.path();
    let mut packet = packet.accept(&known, &MemoryReplayGuard::new(), now, folder).unwrap();
    let listed = packet.part_bytes(1, 1 << 20).unwrap();
    assert_eq!(ShareManifest::decode(&listed).unwrap().ground.as_deref(), Some("imminent_danger"));
    assert!(!listed.windows(14).any(|window| window == b"danger tonight"), "the words stay in the vault");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn the_share_manifest_is_exactly_what_is_disclosed(chosen in proptest::collection::btree_set(0_usize..12, 1..12)) {
        const CHOICES: [&str; 12] = [
            "child.family_name_latin", "child.given_name_latin", "child.nickname", "child.phones", "child.sex",
            "child.age_at_report", "child.languages", "child.interpreter_needed", "guardian.phones",
            "guardian.relation", "referral.service_type", "referral.urgency",
        ];
        // What is filled in, of these.
        const FILLED: [&str; 7] = [
            "child.family_name_latin", "child.languages", "child.nickname", "child.phones", "child.sex",
            "referral.service_type", "referral.urgency",
        ];
        let desk = Desk::new();
        desk.agrees("agreed");
        let id = desk.referral("routine");
        let wanted: Vec<_> = chosen.iter().map(|index| CHOICES[*index]).collect();
        let expected: Vec<_> = FILLED.iter().filter(|field| wanted.contains(field)).map(|field| (*field).to_owned()).collect();
        let sent = desk.session.send_referral(id, &desk.sending(&wanted), &desk.officer, &access());
        if expected.is_empty() {
            prop_assert_eq!(code(sent), Error::from(ReferralError::NothingToTell));
            return Ok(());
        }
        let sent = sent.unwrap();
        let (part, manifest, _) = desk.opened(&sent);
        let mut told = Vec::new();
        for record in &part.records {
            let record = record.record(catalogue()).unwrap();
            told.extend(record.iter().map(|(field, _)| format!("{}.{}", record.spec().name(), field.name)));
        }
        let mut listed = Vec::new();
        for (kind, numbers) in &manifest.records {
            let spec = catalogue().by_kind(crate::model::RecordKind::from_number(*kind).unwrap()).unwrap();
            let name = |number: &u64| format!("{}.{}", spec.name(), spec.field(FieldNumber::new(*number)).unwrap().name);
            listed.extend(numbers.iter().map(name));
        }
        let recorded: Vec<_> = desk.now(id).shared_fields.iter().map(|field| field.as_str().to_owned()).collect();
        for mut found in [told, listed, recorded, sent.told] {
            found.sort();
            prop_assert_eq!(&found, &expected);
        }
    }
}
