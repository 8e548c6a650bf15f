//! Packets in the vault: what comes in is taken in once, in one act, with its entry; what goes out is read under log.
//!
//! A hand-in and a case that is handed over are the same on the way: records in the order of their parents, signed inside
//! the packet. On acceptance each is sealed into its place here, under an id of its own; references between them follow.
//! Who takes it in is the author here; who submitted it stands in the entry, and in the packet, which stays a document.

use std::collections::HashMap;
use std::io::Read;
use std::path::Path;

use super::act::Act;
use super::closing::Way;
use super::referral::{Answered, ReferralMoved};
use super::write::new_id;
use super::{Error, Session};
use crate::access::packet::{
    AcceptedPacket, Checkpoints, ContentKind, HandInRecord, MemoryReplayGuard, Novelty, Outcome as Became, Packet,
    PacketError, PacketMark, PartResult, Receipt, ReplayGuard, RoomsPart, RosterSlice, SignedHandIn, StatisticsSlice,
};
use crate::access::packet::{KnownSenders, Standing};
use crate::access::policy::Action;
use crate::access::{Access, AccessError};
use crate::error::Diagnosis;
use crate::id::{PacketId, RecordId, ScopeId};
use crate::keys::VerifyingKey;
use crate::log::{Detail, DetailKey, DeviceStatement, Event, Outcome};
use crate::model::{DynamicRecord, FieldBuffer, RecordKind, Value};
use crate::seal::{LabelledInput, ValueContext, derive_secret, hmac_key, sha256};
use crate::store::{CorrespondentRow, Rows};

/// Longest part that holds records: what a case of many statements needs.
const LONGEST_RECORDS: usize = 64 << 20;
/// Longest part of any other kind.
const LONGEST_OTHER: usize = 4 << 20;

/// What became of a packet that came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PacketReport {
    /// The packet.
    pub packet: PacketId,
    /// Whether it was taken in before: nothing of it was taken in again.
    pub again: bool,
    /// The records that it brought, by their ids in the packet.
    pub records: Vec<(RecordId, RecordId)>,
    /// Checkpoints of other logs, as signed notes: for the host's witness. Each stands in an entry of the log, as it came.
    pub checkpoints: Option<Checkpoints>,
    /// How many rows of another station's statistics were new or had changed.
    pub statistics: u64,
    /// Certificates, suspensions and entries of another vault's roster: for the host's list of known senders.
    pub roster: Option<RosterSlice>,
    /// Referrals that a service answered, and where they stand now.
    pub referrals: Vec<ReferralMoved>,
    /// What became of packets that went out, as their recipients say.
    pub receipts: Vec<Receipt>,
    /// What to answer the sender.
    pub receipt: Receipt,
}

impl Session {
    /// Takes a packet in: verifies all of it, then writes what it brings, remembers the packet and logs it, in one act.
    /// Once more changes nothing and answers as before. `folder` is where a large one waits, sealed.
    ///
    /// # Errors
    /// [`PacketError`] for a sender who is not known or was a member once, a packet for somebody else, altered, stale or
    /// expired; the errors of the records that it brings; nothing was taken in then. Refusals by the access-policy are logged as denied.
    pub fn take_in<R: Read>(
        &self,
        packet: Packet<R>,
        known: &KnownSenders,
        folder: &Path,
        access: &Access,
    ) -> Result<PacketReport, Error> {
        let sender = packet.manifest().sender.verifying_key;
        let guard = self.look(|act| {
            act.refuse_former(sender)?;
            act.packets_of(&sender)
        });
        let guard = guard.map_err(|error| self.refused(access, Event::Import, &[], error))?;
        let (now, _) = self.vault().clock();
        let mut packet = packet.accept(known, &guard, now, folder)?;
        let answers = self.read_answered(&mut packet, access)?;
        self.act(access, Event::Import, &[], |act| act.take_packet_in(&mut packet, &answers))
    }

    /// Hands records in, as a member whose role writes and does not read back: they are sealed for those who read them, and
    /// this member cannot open them again. Returns the ids that they have got.
    ///
    /// # Errors
    /// [`AccessError::NotAllowed`] (logged as denied), and what is wrong with the records.
    pub fn hand_in(&self, records: &[HandInRecord], access: &Access) -> Result<Vec<(RecordId, RecordId)>, Error> {
        self.act(access, Event::Create, &[], |act| {
            act.demand(Action::HandIn)?;
            act.place_records(records)
        })
    }
}

impl Act<'_> {
    fn take_packet_in(&mut self, packet: &mut AcceptedPacket, answers: &[Answered]) -> Result<PacketReport, Error> {
        let mark = *packet.mark();
        self.refuse_former(mark.sender)?;
        let mut memory = self.packets_of(&mark.sender)?;
        let mut report = PacketReport {
            packet: mark.packet,
            again: memory.check(&mark)? == Novelty::Again,
            records: Vec::new(),
            checkpoints: None,
            statistics: 0,
            roster: None,
            referrals: Vec::new(),
            receipts: Vec::new(),
            receipt: Receipt { packet: mark.packet, outcome: Became::ACCEPTED, note: String::new(), parts: Vec::new() },
        };
        if report.again {
            return Ok(report);
        }
        let kinds: Vec<_> = packet.manifest().parts.iter().map(|part| part.kind).collect();
        for (index, kind) in kinds.into_iter().enumerate() {
            if kind == ContentKind::REFERRAL_ANSWER {
                report.referrals.push(self.take_answer(answers, index)?);
            } else {
                self.take_part(packet, index, kind, &mut report)?;
            }
        }
        if !report.receipt.parts.is_empty() {
            report.receipt.outcome = Became::PARTLY;
        }
        memory.remember(&mark)?;
        self.remember_packets(&mark, &memory)?;
        let sender = sha256(mark.sender.as_bytes());
        let detail = Detail::of(DetailKey::MANIFEST_DIGEST, &mark.digest[..])
            .with(DetailKey::COUNT, report.records.len() as u64)
            .with(DetailKey::PACKET, &mark.packet.as_bytes()[..])
            .with(DetailKey::SENDER, &sender[..]);
        self.log(Event::Import, Outcome::Success, None, Some(detail))?;
        Ok(report)
    }

    fn take_part(
        &mut self,
        packet: &mut AcceptedPacket,
        index: usize,
        kind: ContentKind,
        report: &mut PacketReport,
    ) -> Result<(), Error> {
        match kind {
            ContentKind::HAND_IN | ContentKind::CASE_HANDOVER => {
                self.demand(Action::Accept)?;
                let signed = SignedHandIn::from_bytes(&packet.part_bytes(index, LONGEST_RECORDS)?)?;
                self.demand_submitter(packet, signed.submitter())?;
                let hand_in = signed.hand_in();
                if hand_in.unit != self.keys.unit() {
                    return Err(PacketError::OtherUnit.into());
                }
                // A case that is handed over brings what was closed there; what is handed in is closed here.
                self.way = if kind == ContentKind::CASE_HANDOVER { Way::Import } else { Way::Record };
                report.records.extend(self.place_records(&hand_in.records)?);
                self.way = Way::Record;
            }
            ContentKind::CHECKPOINTS => {
                let checkpoints = Checkpoints::decode(&packet.part_bytes(index, LONGEST_OTHER)?)?;
                for note in &checkpoints.notes {
                    let seen = DeviceStatement::seen(note.clone())?;
                    self.log(Event::DeviceLog, Outcome::Success, None, Some(seen.detail()))?;
                }
                report.checkpoints = Some(checkpoints);
            }
            ContentKind::STATISTICS => {
                let slice = StatisticsSlice::decode(&packet.part_bytes(index, LONGEST_RECORDS)?)?;
                report.statistics += self.take_statistics(&slice, &packet.manifest().sender.verifying_key)?;
            }
            ContentKind::ROSTER => {
                report.roster = Some(RosterSlice::decode(&packet.part_bytes(index, LONGEST_OTHER)?)?);
            }
            ContentKind::RECEIPT => {
                report.receipts.push(Receipt::decode(&packet.part_bytes(index, LONGEST_OTHER)?)?);
            }
            ContentKind::ROOMS => {
                let part = RoomsPart::decode(&packet.part_bytes(index, LONGEST_RECORDS)?)?;
                let taken = self.take_rooms_in(&part, packet.mark())?;
                report.records.extend(taken);
            }
            // What this release does not take in by itself is said, and left to the host.
            _ => report.receipt.parts.push(PartResult {
                part: index as u64,
                outcome: Became::RECEIVED,
                code: u64::from(PacketError::TooNew.code()),
            }),
        }
        Ok(())
    }

    /// Records are from who sends the packet, or from a member who gave them to the sender.
    fn demand_submitter(&self, packet: &AcceptedPacket, submitter: VerifyingKey) -> Result<(), Error> {
        let sender = packet.manifest().sender.verifying_key == submitter;
        debug_assert!(!matches!(packet.standing(), Standing::Unknown), "an unknown sender is not accepted");
        let listed = self.refuse_former(submitter)?;
        if sender || listed { Ok(()) } else { Err(PacketError::UnknownSender.into()) }
    }

    /// Whether this is the key of a member of this vault. One who was suspended, or whose device was struck off, is refused,
    /// whoever else knows the key: what the vault does not let in by its own door comes in by no other.
    fn refuse_former(&self, key: VerifyingKey) -> Result<bool, PacketError> {
        let members = || self.keys.roster.members();
        let works = members().any(|member| member.active_identities().any(|identity| identity.verifying_key == key));
        let listed = || members().any(|member| member.verifying_keys().any(|known| known == key));
        if !works && listed() { Err(PacketError::SuspendedSender) } else { Ok(works) }
    }

    /// Writes records that came from outside, locks last; returns their ids there and here. All ids are drawn before anything
    /// is written: whatever names another record of these names it at once, in whatever order they come.
    fn place_records(&mut self, records: &[HandInRecord]) -> Result<Vec<(RecordId, RecordId)>, Error> {
        let catalogue = self.keys.roster.catalogue();
        let drawn = self.draw_ids(records)?;
        let unit = self.keys.unit().record();
        let here = |there: RecordId| drawn.get(&there).map(|(id, _)| *id);
        let is_lock = |record: &&HandInRecord| record.kind == RecordKind::LOCK.number();
        let (locks, open): (Vec<_>, Vec<_>) = records.iter().partition(is_lock);
        let mut placed = Vec::with_capacity(records.len());
        let mut fields = FieldBuffer::new();
        for record in open.into_iter().chain(locks) {
            let read = with_new_ids(&record.record(catalogue)?, here)?;
            fields.clear();
            read.encode(&mut fields)?;
            let parent = record.parent.and_then(here).unwrap_or(unit);
            let id = here(record.id).ok_or(PacketError::Content { kind: ContentKind::HAND_IN })?;
            self.create_as(id, read.spec(), parent, &fields)?;
            placed.push((record.id, id));
        }
        Ok(placed)
    }

    /// Draws an id of here for each record, with the scope of what stands below it.
    fn draw_ids(&mut self, records: &[HandInRecord]) -> Result<HashMap<RecordId, (RecordId, ScopeId)>, Error> {
        let catalogue = self.keys.roster.catalogue();
        let mut drawn: HashMap<RecordId, (RecordId, ScopeId)> = HashMap::with_capacity(records.len());
        for record in records {
            let spec = RecordKind::from_number(record.kind).and_then(|kind| catalogue.by_kind(kind));
            let spec = spec.ok_or(PacketError::TooNew)?;
            // What is below the unit is a case: nobody hands in officers or rooms.
            let scope = match record.parent {
                None if spec.kind == RecordKind::CASE => self.keys.unit(),
                None => return Err(Error::Parent { kind: spec.name() }),
                Some(parent) => drawn.get(&parent).ok_or(PacketError::Content { kind: ContentKind::HAND_IN })?.1,
            };
            let id = new_id(spec, scope, &mut self.draw);
            drawn.insert(record.id, (id, if spec.opens_scope { id.scope() } else { scope }));
        }
        Ok(drawn)
    }

    /// What is remembered of the packets of a sender.
    fn packets_of(&mut self, sender: &VerifyingKey) -> Result<MemoryReplayGuard, Error> {
        let name = self.correspondent_name(sender)?;
        match self.remembered(&name)? {
            None => Ok(MemoryReplayGuard::new()),
            Some(plain) => Ok(MemoryReplayGuard::from_bytes(&plain)?),
        }
    }

    /// What is remembered under a name, for all members.
    pub(super) fn remembered(&mut self, name: &[u8; 16]) -> Result<Option<Vec<u8>>, Error> {
        self.keys.state.verify_bucket(self.rows, name)?;
        let Some(row) = self.rows.correspondent(name)? else { return Ok(None) };
        let plain = self.keys.circles.open_for_all(&memory_context(self.keys.file.vault, name), &row.sealed);
        plain.map(Some).ok_or_else(|| PacketError::SeenDamaged.into())
    }

    fn remember_packets(&mut self, mark: &PacketMark, memory: &MemoryReplayGuard) -> Result<(), Error> {
        let name = self.correspondent_name(&mark.sender)?;
        self.remember(name, &memory.to_bytes())
    }

    /// Remembers something under a name, in place of what was remembered before.
    pub(super) fn remember(&mut self, name: [u8; 16], plain: &[u8]) -> Result<(), Error> {
        let old = self.rows.correspondent(&name)?;
        let key = self.keys.circles.roster()?.value_key();
        let sealed = memory_context(self.keys.file.vault, &name).seal(key, plain)?;
        let row = CorrespondentRow { sender: name, sealed };
        if let Some(old) = &old {
            self.keys.state.remove_correspondent(old);
        }
        self.keys.state.add_correspondent(&row);
        Ok(Rows::put_correspondent(self.rows, &row)?)
    }

    /// What a sender is called in the file: random to whoever is no member.
    fn correspondent_name(&self, sender: &VerifyingKey) -> Result<[u8; 16], AccessError> {
        Ok(self.lasting_names("saferoom/correspondent/name-key")?.of(sender.as_bytes()))
    }

    /// Names for things of one sort. By the first generation of the circle of all members, so that they stay the same.
    pub(super) fn lasting_names(&self, label: &str) -> Result<LastingNames, AccessError> {
        let input = LabelledInput::new(label).part(self.keys.file.vault.as_bytes());
        Ok(LastingNames(hmac_key(&derive_secret(self.keys.circles.first_roster()?.value_key(), &input))))
    }
}

/// A record whose references are those that `new` makes of them; a reference of which it makes none is left out.
pub(super) fn with_new_ids(
    record: &DynamicRecord,
    new: impl Fn(RecordId) -> Option<RecordId>,
) -> Result<DynamicRecord, Error> {
    let mut out = DynamicRecord::new(record.spec());
    let renewed = |value: &Value| match value {
        Value::Id(id) => new(*id).map(Value::Id),
        other => Some(other.clone()),
    };
    for (field, value) in record.iter() {
        let value = match value {
            Value::List(items) => Some(Value::List(items.iter().filter_map(renewed).collect())),
            other => renewed(other),
        };
        match value {
            Some(Value::List(items)) if items.is_empty() => {}
            Some(value) => out.set(field.name, value)?,
            None => {}
        }
    }
    Ok(out)
}

/// Gives names that stay the same for the same thing, and are random to whoever is no member.
pub(super) struct LastingNames(ring::hmac::Key);

impl LastingNames {
    pub(super) fn of(&self, thing: &[u8]) -> [u8; 16] {
        let mac = ring::hmac::sign(&self.0, thing);
        let mut name = [0; 16];
        name.copy_from_slice(&mac.as_ref()[..16]);
        name
    }
}

fn memory_context(vault: crate::id::VaultId, name: &[u8; 16]) -> ValueContext {
    ValueContext::new(LabelledInput::new("saferoom/correspondent").part(vault.as_bytes()).part(name))
}
