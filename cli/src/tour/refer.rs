//! A child goes to a shelter that has no vault: what was agreed to is told and nothing else, the shelter opens it with keys of
//! its own and answers; then the case goes to another station.

use std::io::Cursor;

use saferoom::access::Access;
use saferoom::access::packet::{
    ContentKind, KnownSenders, MemoryReplayGuard, Outcome, Packet, PacketWriter, Receipt, ReferralAnswer,
};
use saferoom::id::RecordId;
use saferoom::keys::{Clock, Identity, PacketAddress, PacketKeyPair, SystemClock};
use saferoom::model::LabelLanguage;
use saferoom::model::records::{Child, Consent, Referral};
use saferoom::practice::consent::ConsentError;
use saferoom::practice::referrals::ToldReferral;
use saferoom::vault::{Error, SendReferral, SentReferral, Session, Vault};

use super::caseload::{code, text, time};
use super::folder::Folder;
use super::interview_live::Interviewed;
use super::reading::{refused, unexpected};
use super::show::Step;
use super::{begin, show, stations};
use crate::console::Console;
use crate::failure::Failure;
use crate::new_file;

const SHELTER: &str = "Example shelter";

/// What the shelter needs to know.
const FIELDS: [&str; 4] = ["child.given_name_latin", "child.sex", "child.age_at_report", "referral.service_type"];

/// More than a part of the tour has.
const LONGEST: usize = 1 << 20;

/// [`Step::Refer`].
pub(super) fn to_a_shelter(
    out: &Console,
    folder: &Folder,
    founder: &Identity,
    session: &Session,
    interviewed: Interviewed,
) -> Result<(), Failure> {
    show::step(out, Step::Refer, "Refer the child, hand the case over");
    show::say(
        out,
        "The child needs a place for the night. A shelter is no member: it has a key pair of its own, and no vault. What \
         it is told needs the child's yes; a guardian's yes never takes the place of a no.",
    );
    let access = Access::for_purpose("forensic-interview").because("A place for the night");
    let shelter = PacketKeyPair::generate();
    let referral = proposed(session, interviewed.child, &access)?;
    answered(session, interviewed.child, "refused", &access)?;
    let sending = SendReferral {
        to: shelter.address().clone(),
        recipient_kind: "service_provider".to_owned(),
        fields: FIELDS.map(str::to_owned).to_vec(),
        without_consent: None,
        expires_at: Some(now() + 30 * 86_400_000),
    };
    let no = session.send_referral(referral, &sending, founder, &access).err();
    let no = no.filter(|error| *error == Error::from(ConsentError::ChildRefused));
    out.blank();
    refused(out, &no.ok_or_else(|| unexpected("a child's no was passed over"))?.into());
    answered(session, interviewed.child, "agreed", &access)?;
    out.blank();
    show::say(out, "Asked again the next day, in its own words, the child agrees. Now the packet is made:");
    let sent = session.send_referral(referral, &sending, founder, &access)?;
    new_file::write(&folder.referral(), &sent.bytes)?;
    read(out, founder, &shelter, &sent)?;
    answer(out, folder, founder, &shelter, session, &sent, &access)?;
    hand_over(out, folder, founder, session, interviewed, &access)
}

fn now() -> u64 {
    SystemClock::default().wall_milliseconds()
}

fn proposed(session: &Session, child: RecordId, access: &Access) -> Result<RecordId, Error> {
    let referral = Referral {
        service_type: code("shelter"),
        to_agency: text(SHELTER),
        urgency: code("within_24h"),
        status: code("proposed"),
        ..Referral::default()
    };
    Ok(session.create(Some(child), &referral, access)?.record)
}

/// What the child says to it. The newest answer counts.
fn answered(session: &Session, child: RecordId, decision: &str, access: &Access) -> Result<(), Error> {
    let asked = now() - if decision == "refused" { 60_000 } else { 1_000 };
    let consent = Consent {
        giver: code("child_alone_mature"),
        purpose: code("referral"),
        decision: code(decision),
        service: code("shelter"),
        recipients: text(SHELTER).into_iter().collect(),
        scope_fields: FIELDS[..3].iter().filter_map(|field| text(field)).collect(),
        given_at: time(asked),
        ..Consent::default()
    };
    session.create(Some(child), &consent, access).map(drop)
}

/// At the shelter.
fn read(out: &Console, sender: &Identity, shelter: &PacketKeyPair, sent: &SentReferral) -> Result<(), Failure> {
    let told = told(sender, shelter, sent)?;
    out.blank();
    let mut rows = Vec::new();
    for (kind, fields) in told.in_language(LabelLanguage::English) {
        rows.extend(fields.into_iter().map(|field| [format!("  {kind}"), field.label, field.value]));
    }
    if rows.len() != FIELDS.len() || sent.told.len() != FIELDS.len() {
        return Err(unexpected("a shelter was told more, or less, than was agreed to"));
    }
    out.table(&["  at the shelter", "field", "what it reads"], rows);
    out.good("the share manifest lists exactly these fields; neither nickname nor interview is there");
    Ok(())
}

fn told(sender: &Identity, shelter: &PacketKeyPair, sent: &SentReferral) -> Result<ToldReferral, Failure> {
    let mut known = KnownSenders::new();
    known.pin(&PacketAddress::from(&sender.public()));
    let packet = Packet::open(&sent.bytes[..], shelter)?;
    let mut packet = packet.accept(&known, &MemoryReplayGuard::new(), now(), &std::env::temp_dir())?;
    let (part, manifest) = (packet.part_bytes(0, LONGEST)?, packet.part_bytes(1, LONGEST)?);
    Ok(ToldReferral::read(&part, &manifest)?)
}

fn answer(
    out: &Console,
    folder: &Folder,
    founder: &Identity,
    shelter: &PacketKeyPair,
    session: &Session,
    sent: &SentReferral,
    access: &Access,
) -> Result<(), Failure> {
    let answer = ReferralAnswer {
        ticket: told(founder, shelter, sent)?.ticket().to_vec(),
        state: "accepted".to_owned(),
        outcome: None,
        decline_reason: None,
        appointment_at: None,
        by: "Reception".to_owned(),
        at: now(),
        feedback: "A place from tonight on.".to_owned(),
    };
    let take = |file: &[u8], by: &PacketKeyPair| {
        let mut known = KnownSenders::new();
        known.pin(by.address());
        session.take_in(Packet::open(Cursor::new(file.to_vec()), founder)?, &known, folder.path(), access)
    };
    let stranger = PacketKeyPair::generate();
    let false_answer = take(&packed(&stranger, founder, sent, &answer)?, &stranger).err();
    let false_answer = false_answer.filter(|error| matches!(error, Error::Referral(_)));
    let file = packed(shelter, founder, sent, &answer)?;
    let report = take(&file, shelter)?;
    let moved = report.referrals.first().ok_or_else(|| unexpected("an answer moved no referral"))?;
    out.good(format_args!(
        "its answer comes back as a packet: {} → {}, sealed into the referral",
        moved.from, moved.to
    ));
    if !take(&file, shelter)?.again {
        return Err(unexpected("a packet was taken in twice"));
    }
    out.good("the same packet once more changes nothing");
    out.blank();
    show::say(out, "Somebody else answers in its place:");
    out.blank();
    refused(out, &false_answer.ok_or_else(|| unexpected("an answer of somebody else was taken in"))?.into());
    Ok(())
}

fn packed(by: &PacketKeyPair, to: &Identity, sent: &SentReferral, answer: &ReferralAnswer) -> Result<Vec<u8>, Failure> {
    let receipt = Receipt { packet: sent.packet, outcome: Outcome::ACCEPTED, note: String::new(), parts: Vec::new() };
    let (receipt, answer, mut file) = (receipt.encode(), answer.encode(), Vec::new());
    PacketWriter::new(by, now())
        .to(&to.public().hybrid_key, now())
        .in_reply_to(sent.packet)
        .part(ContentKind::RECEIPT, "", &receipt)
        .part(ContentKind::REFERRAL_ANSWER, "", &answer)
        .write(&mut file)?;
    Ok(file)
}

/// The family moves: the case goes to another station, with a vault and keys of its own.
fn hand_over(
    out: &Console,
    folder: &Folder,
    founder: &Identity,
    session: &Session,
    interviewed: Interviewed,
    access: &Access,
) -> Result<(), Failure> {
    let colleague = Identity::generate();
    let path = folder.other_station();
    let vault =
        Vault::create(&path, begin::host_of(&path), &colleague, "other.example.org/audit/1", &stations::unit())?;
    let there = vault.sign_in(&colleague)?;
    let over = session.hand_over(interviewed.case, there.unit().scope(), founder, access)?;
    let (part, mut file) = (over.records.to_bytes(), Vec::new());
    PacketWriter::new(founder, now())
        .to(&colleague.public().hybrid_key, now())
        .part(ContentKind::CASE_HANDOVER, "", &part)
        .write(&mut file)?;
    let mut known = KnownSenders::new();
    known.pin(&PacketAddress::from(&founder.public()));
    let report = there.take_in(Packet::open(Cursor::new(file), &colleague)?, &known, folder.path(), access)?;
    let here = report.records.iter().find(|(old, _)| *old == interviewed.child).map(|(_, here)| *here);
    let here = here.ok_or_else(|| unexpected("a child did not come along with its case"))?;
    let child = there.read::<Child>(here, access)?.record;
    if child.given_name_latin != session.read::<Child>(interviewed.child, access)?.record.given_name_latin {
        return Err(unexpected("a case arrived with other values"));
    }
    out.blank();
    show::say(out, "The family moves, and the case goes to another station, whose vault has keys of its own:");
    out.blank();
    out.good(format_args!("{} records went over in a packet, each under a new id there", report.records.len()));
    Ok(())
}
