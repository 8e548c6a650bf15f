//! Rooms of many stations: sending them to a monitor, whose vault takes them in as any packet, and their figures.

use std::path::Path;

use saferoom::keys::PacketAddress;
use saferoom::model::{ModelError, PartialDate};

use crate::error::SaferoomError;
use crate::json::json;
use crate::packet::Correspondent;
use crate::session::Session;
use crate::types::AccessInput;

/// What was sent to a monitor.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct RoomsExport {
    /// The packet.
    pub packet: String,
    /// How many records it holds.
    pub records: u64,
    /// The commit after which it begins; 0: it holds everything.
    pub since: u64,
    /// The commit up to which it reaches.
    pub until: u64,
}

/// A station whose rooms are monitored from this vault.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct RoomsStation {
    /// The record about it: what it sent stands below.
    pub id: String,
    /// Until when all that it has is here: milliseconds since 1970, UTC, by its clock.
    pub until: Option<i64>,
    /// When it was taken in: milliseconds since 1970, UTC.
    pub taken_in_at: Option<i64>,
}

#[uniffi::export]
impl Session {
    /// Writes rooms, visits and training of this unit into a packet for a monitor, whose address file is given: what is new
    /// since the last one to them, or everything. Logged.
    ///
    /// # Errors
    /// The role does not allow it (logged as denied); no address; the file exists.
    pub fn export_rooms(
        &self,
        to: &[u8],
        path: String,
        sender: &Correspondent,
        everything: bool,
        access: AccessInput,
    ) -> Result<RoomsExport, SaferoomError> {
        let to = PacketAddress::from_file_bytes(to)?;
        let sent = self.0.export_rooms(&to, Path::new(&path), sender.keys()?.signer(), everything, &access.into())?;
        Ok(RoomsExport {
            packet: sent.packet.manifest.packet.to_string(),
            records: sent.records as u64,
            since: sent.since,
            until: sent.until,
        })
    }

    /// The stations whose rooms are monitored from this vault. Logged.
    ///
    /// # Errors
    /// The member lacks the keys of rooms.
    pub fn rooms_stations(&self, access: AccessInput) -> Result<Vec<RoomsStation>, SaferoomError> {
        let stations = self.0.rooms_stations(&access.into())?;
        let station = |station: saferoom::vault::RoomsStation| RoomsStation {
            id: station.id.to_string(),
            until: station.source.until.map(|time| time.milliseconds()),
            taken_in_at: station.source.taken_in_at.map(|time| time.milliseconds()),
        };
        Ok(stations.into_iter().map(station).collect())
    }

    /// Lets one more person, whose address file is given, send for a station. Logged.
    ///
    /// # Errors
    /// No such station, no address, or the role does not allow it.
    pub fn allow_rooms_sender(&self, station: String, sender: &[u8], access: AccessInput) -> Result<(), SaferoomError> {
        let sender = PacketAddress::from_file_bytes(sender)?;
        Ok(self.0.allow_rooms_sender(station.parse()?, &sender, &access.into())?)
    }

    /// Counts the interviews of months that are over (such as `2026-02`), for those who look after rooms. No count tells of
    /// fewer than five. Returns the records that were written.
    ///
    /// # Errors
    /// A month that is not over; the member lacks keys.
    pub fn count_interviews(&self, months: Vec<String>, access: AccessInput) -> Result<Vec<String>, SaferoomError> {
        let months: Result<Vec<_>, _> = months.iter().map(|month| PartialDate::parse(month)).collect();
        let written = self.0.count_interviews(&months.map_err(ModelError::from)?, &access.into())?;
        Ok(written.iter().map(ToString::to_string).collect())
    }

    /// The figures of all rooms, visits and training that are here, as JSON. Opens nothing about a child. Logged.
    ///
    /// # Errors
    /// The member lacks the keys of rooms.
    pub fn monitor_report_json(&self, access: AccessInput) -> Result<String, SaferoomError> {
        json(&self.0.monitor_report(&access.into())?)
    }
}
