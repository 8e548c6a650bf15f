//! The stations that are monitored from here.

use super::take_in::text;
use crate::access::Access;
use crate::access::policy::Action;
use crate::id::{RecordId, hexadecimal};
use crate::keys::PacketAddress;
use crate::log::Event;
use crate::model::records::RoomsSource;
use crate::model::{FieldBuffer, Record, RecordKind};
use crate::practice::rooms::RoomsError;
use crate::vault::{Error, Session};

/// A station whose rooms are monitored from here.
#[derive(Debug, Clone, PartialEq)]
pub struct RoomsStation {
    /// The record about it: what it sent stands below.
    pub id: RecordId,
    /// What is known of it.
    pub source: RoomsSource,
}

impl Session {
    /// The stations whose rooms are monitored from here. Each is logged as read.
    ///
    /// # Errors
    /// As [`Session::read_many`].
    pub fn rooms_stations(&self, access: &Access) -> Result<Vec<RoomsStation>, Error> {
        let records = self.records_of(self.unit(), access)?;
        let of_kind = records.iter().filter(|record| record.kind == Some(RecordKind::ROOMS_SOURCE));
        let ids: Vec<_> = of_kind.map(|record| record.id).collect();
        let opened = self.read_many::<RoomsSource>(&ids, access)?;
        Ok(opened.into_iter().map(|opened| RoomsStation { id: opened.id, source: opened.record }).collect())
    }

    /// Lets one more person send for a station: that they do was asked by another way. Logged as a change of its record.
    ///
    /// # Errors
    /// [`RoomsError::NoSuchSource`]; [`crate::access::AccessError::NotAllowed`] without the action `monitor-rooms`.
    pub fn allow_rooms_sender(&self, station: RecordId, sender: &PacketAddress, access: &Access) -> Result<(), Error> {
        let kind = RecordKind::ROOMS_SOURCE.number();
        self.act(access, Event::Update, &[(station, kind)], |act| {
            act.demand(Action::MonitorRooms)?;
            let head = match act.head(station) {
                Ok(head) if head.kind == kind => head,
                Ok(_) | Err(Error::NoSuchRecord) => return Err(RoomsError::NoSuchSource.into()),
                Err(error) => return Err(error),
            };
            let mut source = RoomsSource::decode(&act.open_compared(&head)?)?;
            let sender = text(&hexadecimal(sender.verifying_key.as_bytes()))?;
            if source.senders.contains(&sender) {
                return Ok(());
            }
            source.senders.push(sender);
            let mut fields = FieldBuffer::new();
            source.encode(&mut fields)?;
            act.amend(RoomsSource::spec(), station, &fields).map(drop)
        })
    }
}
