//! A monitor takes in what a station sent.

use std::collections::BTreeSet;

use crate::access::packet::{HandInRecord, PacketMark, RoomsPart};
use crate::access::policy::Action;
use crate::id::{RecordId, hexadecimal};
use crate::model::records::RoomsSource;
use crate::model::{DynamicRecord, FieldBuffer, Record, RecordKind, Text, Timestamp, Value};
use crate::practice::rooms::{RoomsError, check_arrived};
use crate::store::HeadRow;
use crate::vault::Error;
use crate::vault::act::Act;
use crate::vault::packet::LastingNames;
use crate::vault::write::SHARED_PREFIX;

impl Act<'_> {
    /// Takes in the rooms of a station; returns the ids of what is new or was changed, there and here.
    pub(in crate::vault) fn take_rooms_in(
        &mut self,
        part: &RoomsPart,
        mark: &PacketMark,
    ) -> Result<Vec<(RecordId, RecordId)>, Error> {
        self.demand(Action::MonitorRooms)?;
        if part.vault == self.keys.file.vault {
            return Err(RoomsError::OwnPacket.into());
        }
        let places = self.places_of(part)?;
        let held = self.held_source(places.source)?;
        check_source(held.as_ref().map(|(_, source)| source), part, mark)?;
        self.write_source(&places, held, part, mark)?;
        let mut taken = Vec::with_capacity(part.records.len());
        for record in &part.records {
            if let Some(here) = self.take_record(&places, record)? {
                taken.push((record.id, here));
            }
        }
        Ok(taken)
    }

    fn places_of(&self, part: &RoomsPart) -> Result<Places, Error> {
        let names = self.lasting_names("saferoom/rooms/record")?;
        let unit = self.keys.unit().record();
        let arriving = part.records.iter().map(|record| record.id).collect();
        let mut places = Places { names, part_vault: *part.vault.as_bytes(), unit, source: unit, arriving };
        places.source = places.of(None);
        Ok(places)
    }

    fn held_source(&mut self, id: RecordId) -> Result<Option<(HeadRow, RoomsSource)>, Error> {
        let Some(head) = self.held(id)? else { return Ok(None) };
        let source = RoomsSource::decode(&self.open_compared(&head)?)?;
        Ok(Some((head, source)))
    }

    /// The head of a record that came before.
    fn held(&mut self, id: RecordId) -> Result<Option<HeadRow>, Error> {
        match self.head(id) {
            Ok(head) => Ok(Some(head)),
            Err(Error::NoSuchRecord) => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn write_source(
        &mut self,
        places: &Places,
        held: Option<(HeadRow, RoomsSource)>,
        part: &RoomsPart,
        mark: &PacketMark,
    ) -> Result<(), Error> {
        let senders = match &held {
            Some((_, source)) => source.senders.clone(),
            None => vec![text(&hexadecimal(mark.sender.as_bytes()))?],
        };
        let source = RoomsSource {
            source_vault: Some(text(&part.vault.to_string())?),
            source_device: Some(text(&part.device.to_string())?),
            until_commit: Some(part.until),
            until: time(part.made_at),
            taken_in_at: time(self.wall()),
            senders,
            packet: Some(text(&mark.packet.to_string())?),
        };
        let mut fields = FieldBuffer::new();
        source.encode(&mut fields)?;
        match held {
            Some(_) => self.amend(RoomsSource::spec(), places.source, &fields)?,
            None => self.create_as(places.source, RoomsSource::spec(), places.unit, &fields)?,
        };
        Ok(())
    }

    /// Writes one record; none if it is here already as it is.
    fn take_record(&mut self, places: &Places, record: &HandInRecord) -> Result<Option<RecordId>, Error> {
        let read = record.record(self.keys.roster.catalogue())?;
        check_arrived(&read)?;
        let spec = read.spec();
        let id = places.of(Some(record.id));
        let mut fields = FieldBuffer::new();
        self.with_places(places, &read)?.encode(&mut fields)?;
        if let Some(head) = self.held(id)? {
            if self.open_compared(&head)?.iter().eq(fields.iter()) {
                return Ok(None);
            }
            return Ok(Some(self.amend(spec, id, &fields)?.record));
        }
        let parent = record.parent.map_or(places.source, |parent| places.of(Some(parent)));
        if self.held(parent)?.is_none() {
            return Err(RoomsError::NoParent { kind: spec.name() }.into());
        }
        Ok(Some(self.create_as(id, spec, parent, &fields)?.record))
    }

    /// References to other records of the station lead to where these stand here; those to what is not here are left out.
    fn with_places(&mut self, places: &Places, record: &DynamicRecord) -> Result<DynamicRecord, Error> {
        let mut out = DynamicRecord::new(record.spec());
        for (field, value) in record.iter() {
            let value = match value {
                Value::Id(id) => {
                    let here = places.of(Some(*id));
                    if !places.arriving.contains(id) && self.held(here)?.is_none() {
                        continue;
                    }
                    Value::Id(here)
                }
                other => other.clone(),
            };
            out.set(field.name, value)?;
        }
        Ok(out)
    }
}

/// Where the records of a station stand here.
struct Places {
    names: LastingNames,
    part_vault: [u8; 16],
    unit: RecordId,
    source: RecordId,
    /// What the packet holds, by the names that the station gives.
    arriving: BTreeSet<RecordId>,
}

impl Places {
    /// The id here of a record of the station; of the record about the station itself without one.
    fn of(&self, record: Option<RecordId>) -> RecordId {
        let mut name = Vec::with_capacity(32);
        name.extend_from_slice(&self.part_vault);
        name.extend(record.iter().flat_map(|record| record.as_bytes()));
        let mut id = self.names.of(&name);
        // As every record of the unit, so that they lie together.
        id[..SHARED_PREFIX].copy_from_slice(&self.unit.as_bytes()[..SHARED_PREFIX]);
        RecordId::from_bytes(id)
    }
}

/// Whether a packet fits what is held of its station.
fn check_source(held: Option<&RoomsSource>, part: &RoomsPart, mark: &PacketMark) -> Result<(), RoomsError> {
    let Some(held) = held else {
        return if part.since == 0 { Ok(()) } else { Err(RoomsError::Gap { since: part.since, held: 0 }) };
    };
    let sender = hexadecimal(mark.sender.as_bytes());
    if !held.senders.iter().any(|known| known.as_str() == sender) {
        return Err(RoomsError::OtherSender);
    }
    let same_device = held.source_device.as_ref().is_some_and(|held| held.as_str() == part.device.to_string());
    let until = held.until_commit.filter(|_| same_device).unwrap_or(0);
    let made_at = held.until.map_or(0, |time| u64::try_from(time.milliseconds()).unwrap_or(0));
    if part.made_at < made_at || part.until < until {
        return Err(RoomsError::Older);
    }
    if part.since > until { Err(RoomsError::Gap { since: part.since, held: until }) } else { Ok(()) }
}

pub(super) fn text(text: &str) -> Result<Text, Error> {
    let refused = |reason| crate::model::ModelError::Field {
        kind: RecordKind::ROOMS_SOURCE.name(),
        field: "source_vault",
        reason,
    };
    Ok(Text::new(text).map_err(refused)?)
}

fn time(milliseconds: u64) -> Option<Timestamp> {
    i64::try_from(milliseconds).ok().and_then(|time| Timestamp::from_milliseconds(time).ok())
}
