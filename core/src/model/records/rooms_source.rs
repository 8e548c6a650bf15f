//! Where rooms, visits and training of another vault come from: kept by who monitors several stations.

use saferoom_derive::Record;

use super::redacted;
use crate::model::{Text, Timestamp};

/// A station whose rooms are monitored from here
///
/// Made and kept by the program when a packet of a station is taken in. What the station sent stands below it.
#[derive(Clone, PartialEq, Default, Record)]
#[record(kind = ROOMS_SOURCE, parents(UNIT))]
pub struct RoomsSource {
    /// Vault of the station
    ///
    /// Filled in by the program.
    #[field(no = 1, compartment = rooms, class = operational, required)]
    pub source_vault: Option<Text>,
    /// Device that keeps it
    ///
    /// Filled in by the program.
    #[field(no = 2, compartment = rooms, class = operational)]
    pub source_device: Option<Text>,
    /// Up to which of its commits everything is here
    ///
    /// Filled in by the program.
    #[field(no = 3, compartment = rooms, class = operational)]
    pub until_commit: Option<u64>,
    /// Until when everything is here
    ///
    /// By the clock of the station.
    #[field(no = 4, compartment = rooms, class = operational)]
    pub until: Option<Timestamp>,
    /// When it was taken in
    ///
    /// By the clock of this device.
    #[field(no = 5, compartment = rooms, class = operational)]
    pub taken_in_at: Option<Timestamp>,
    /// Who may send for it
    ///
    /// Signing keys. The first one is that of the first packet; others are added by hand.
    #[field(no = 6, compartment = rooms, class = operational)]
    pub senders: Vec<Text>,
    /// Newest packet
    ///
    /// Filled in by the program.
    #[field(no = 7, compartment = rooms, class = operational)]
    pub packet: Option<Text>,
}

redacted!(RoomsSource);
