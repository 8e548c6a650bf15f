//! A station sends its rooms.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;

use minicbor::{Decoder, Encoder};

use crate::access::Access;
use crate::access::packet::{ContentKind, HandInRecord, PacketSigner, PacketWriter, RoomsPart, WrittenPacket};
use crate::access::policy::Action;
use crate::id::{DeviceId, RecordId, hexadecimal};
use crate::keys::{PacketAddress, VerifyingKey};
use crate::log::{Detail, DetailKey, Event, Outcome};
use crate::model::{DynamicRecord, Value};
use crate::practice::rooms::{LEAVING_KINDS, Leaving, leaving};
use crate::seal::sha256;
use crate::store::HeadRow;
use crate::vault::act::Act;
use crate::vault::packet::LastingNames;
use crate::vault::write::prefix_bounds;
use crate::vault::{Error, Opened, Session};

/// What was sent to a monitor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoomsExport {
    /// The packet as it was written.
    pub packet: WrittenPacket,
    /// How many records it holds.
    pub records: usize,
    /// The commit after which it begins; 0: it holds everything.
    pub since: u64,
    /// The commit up to which it reaches.
    pub until: u64,
}

/// What is new, before it is read.
struct Changed {
    device: DeviceId,
    since: u64,
    until: u64,
    /// Those above before those below them.
    heads: Vec<HeadRow>,
}

/// What the records of a station are called outside. Ids of one act ascend, by steps that show where something was left out:
/// outside, names tell neither which records were written together nor in which order.
struct Outside {
    names: LastingNames,
    unit: RecordId,
}

impl Session {
    /// Writes the rooms, visits and training of this unit into a packet for a monitor: what is new or was changed since
    /// the last packet to the same monitor, or everything. Each record that leaves is logged as read, and the packet as
    /// an export. What never leaves: see [`crate::practice::rooms`].
    ///
    /// # Errors
    /// [`crate::access::AccessError::NotAllowed`] (logged as denied) without the action `export-rooms`;
    /// [`crate::access::packet::PacketError`] if the file exists or cannot be written: then the next packet begins where
    /// this one would have.
    pub fn export_rooms(
        &self,
        to: &PacketAddress,
        path: &Path,
        signer: &dyn PacketSigner,
        everything: bool,
        access: &Access,
    ) -> Result<RoomsExport, Error> {
        let changed = self.act(access, Event::Export, &[], |act| {
            act.demand(Action::ExportRooms)?;
            let changed = act.changed_rooms(&to.verifying_key, everything)?;
            let recipient = sha256(to.verifying_key.as_bytes());
            let detail = Detail::of(DetailKey::COUNT, changed.heads.len() as u64);
            act.log(Event::Export, Outcome::Success, None, Some(detail.with(DetailKey::RECIPIENT, &recipient[..])))?;
            Ok(changed)
        })?;
        let ids: Vec<_> = changed.heads.iter().map(|head| head.record).collect();
        let opened = self.read_many_fields(&ids, None, access)?;
        let (now, _) = self.vault().clock();
        let part = RoomsPart {
            vault: self.vault().inner.file.vault,
            device: changed.device,
            since: changed.since,
            until: changed.until,
            made_at: now,
            records: self.look(|act| act.leaving_records(opened))?,
        };
        let bytes = zeroize::Zeroizing::new(part.encode());
        let writer = PacketWriter::new(signer, now).to(&to.hybrid_key, now).part(ContentKind::ROOMS, "", &bytes);
        let packet = writer.write_file(path)?;
        self.act(access, Event::Export, &[], |act| {
            act.remember_sent(&to.verifying_key, changed.device, changed.until)?;
            let detail = Detail::of(DetailKey::MANIFEST_DIGEST, &packet.digest[..])
                .with(DetailKey::COUNT, part.records.len() as u64)
                .with(DetailKey::PACKET, &packet.manifest.packet.as_bytes()[..]);
            act.log(Event::Export, Outcome::Success, None, Some(detail)).map(drop)
        })?;
        Ok(RoomsExport { packet, records: part.records.len(), since: part.since, until: part.until })
    }
}

impl Act<'_> {
    fn changed_rooms(&mut self, to: &VerifyingKey, everything: bool) -> Result<Changed, Error> {
        let device = self.keys.file.device;
        let since = if everything { 0 } else { self.sent_until(to, device)? };
        let until = self.commit_number() - 1;
        self.keys.state.verify_all(self.rows)?;
        let unit = self.keys.unit();
        let (first, last) = prefix_bounds(unit);
        let mut heads = Vec::new();
        self.rows.each_head(first, last, |row| {
            if row.scope == unit && LEAVING_KINDS.iter().any(|kind| kind.number() == row.kind) {
                heads.push(row);
            }
        })?;
        let mut ordered = parents_first(heads, unit.record());
        let mut changed = Vec::with_capacity(ordered.len());
        for head in ordered.drain(..) {
            if since == 0 || self.verify_current(&head)?.row.commit > since {
                changed.push(head);
            }
        }
        Ok(Changed { device, since, until, heads: changed })
    }

    /// What leaves of the records that were read: in the order of their names outside, those above before those below them.
    fn leaving_records(&mut self, opened: Vec<Opened<DynamicRecord>>) -> Result<Vec<HandInRecord>, Error> {
        let outside = Outside { names: self.lasting_names("saferoom/rooms/id")?, unit: self.keys.unit().record() };
        let names = self.lasting_names("saferoom/rooms/token")?;
        let token = |token: &str| hexadecimal(&names.of(token.as_bytes())[..]);
        let mut records = Vec::with_capacity(opened.len());
        for read in opened {
            if let Leaving::Record(record) = leaving(&read.record, read.revision, token)? {
                let (id, parent) = (outside.name(read.id), read.parent.and_then(|parent| outside.parent(parent)));
                records.push(HandInRecord::of(id, parent, &outside.renamed(record)?)?);
            }
        }
        let depths = depths(&records);
        records.sort_by_cached_key(|record| (depths[&record.id], record.id));
        Ok(records)
    }

    /// The commit up to which this monitor was sent everything; 0 if nothing was, or by another device.
    fn sent_until(&mut self, to: &VerifyingKey, device: DeviceId) -> Result<u64, Error> {
        let name = self.sent_name(to)?;
        let Some(plain) = self.remembered(&name)? else { return Ok(0) };
        let mut input = Decoder::new(&plain);
        let mut read = || Ok::<_, minicbor::decode::Error>((input.array()?, input.bytes()?.to_vec(), input.u64()?));
        Ok(match read() {
            Ok((Some(2), sent_by, until)) if sent_by == device.as_bytes() => until,
            _ => 0,
        })
    }

    fn remember_sent(&mut self, to: &VerifyingKey, device: DeviceId, until: u64) -> Result<(), Error> {
        let name = self.sent_name(to)?;
        let mut out = Encoder::new(Vec::with_capacity(32));
        let written = out.array(2).and_then(|out| out.bytes(device.as_bytes())).and_then(|out| out.u64(until)).is_ok();
        debug_assert!(written, "a Vec takes everything");
        self.remember(name, &out.into_writer())
    }

    fn sent_name(&self, to: &VerifyingKey) -> Result<[u8; 16], Error> {
        Ok(self.lasting_names("saferoom/rooms/sent")?.of(to.as_bytes()))
    }
}

impl Outside {
    fn name(&self, record: RecordId) -> RecordId {
        RecordId::from_bytes(self.names.of(record.as_bytes()))
    }

    /// The name of what a record stands below; none for the unit, which does not leave.
    fn parent(&self, parent: RecordId) -> Option<RecordId> {
        (parent != self.unit).then(|| self.name(parent))
    }

    /// The record, with the names of those that it refers to.
    fn renamed(&self, mut record: DynamicRecord) -> Result<DynamicRecord, Error> {
        let referring: Vec<_> =
            record.iter().filter_map(|(field, value)| Some((field.name, self.reference(value)?))).collect();
        for (field, value) in referring {
            record.set(field, value)?;
        }
        Ok(record)
    }

    /// A value that refers to other records, with their names.
    fn reference(&self, value: &Value) -> Option<Value> {
        match value {
            Value::Id(id) => Some(Value::Id(self.name(*id))),
            Value::List(items) if items.iter().any(|item| self.reference(item).is_some()) => {
                let renamed = |item: &Value| self.reference(item).unwrap_or_else(|| item.clone());
                Some(Value::List(items.iter().map(renamed).collect()))
            }
            _ => None,
        }
    }
}

/// How many of these records stand above each of them.
fn depths(records: &[HandInRecord]) -> HashMap<RecordId, usize> {
    // Those above come first.
    let mut depths = HashMap::with_capacity(records.len());
    for record in records {
        let above = record.parent.and_then(|parent| depths.get(&parent));
        depths.insert(record.id, above.map_or(0, |above: &usize| above + 1));
    }
    depths
}

/// Heads in the order of their parents; what stands below something of another kind is left out.
fn parents_first(heads: Vec<HeadRow>, unit: RecordId) -> Vec<HeadRow> {
    let mut below: HashMap<RecordId, Vec<HeadRow>> = HashMap::new();
    for head in heads {
        below.entry(head.parent).or_default().push(head);
    }
    let mut ordered = Vec::new();
    let mut seen = BTreeSet::new();
    let mut open = below.remove(&unit).unwrap_or_default();
    while let Some(head) = open.pop() {
        if seen.insert(head.record) {
            open.extend(below.remove(&head.record).unwrap_or_default());
            ordered.push(head);
        }
    }
    ordered
}
