//! A child-friendly interview room.

use saferoom_derive::Record;

use super::{RoomStatus, redacted};
use crate::model::{PartialDate, Text};

/// A room
#[derive(Clone, PartialEq, Default, Record)]
#[record(kind = ROOM, parents(STATION))]
pub struct Room {
    /// Name
    #[field(no = 1, compartment = rooms, class = operational, release = as_is, required)]
    pub name: Option<Text>,
    /// State
    #[field(no = 2, compartment = rooms, class = operational, release = as_is)]
    pub status: Option<RoomStatus>,
    /// When it opened
    #[field(no = 3, compartment = rooms, class = operational, release = year)]
    pub opened_on: Option<PartialDate>,
    /// Who pays for it
    #[field(no = 4, compartment = rooms, class = operational, release = as_is)]
    pub funder: Option<Text>,
    /// Whether there is an observation room
    #[field(no = 10, compartment = rooms, class = operational, release = as_is)]
    pub has_observation_room: Option<bool>,
    /// Whether recording is installed
    #[field(no = 11, compartment = rooms, class = operational, release = as_is)]
    pub recording_installed: Option<bool>,
    /// Whether there is a separate waiting place
    #[field(no = 12, compartment = rooms, class = operational, release = as_is)]
    pub separate_waiting_place: Option<bool>,
    /// Whether a wheelchair can get there
    #[field(no = 13, compartment = rooms, class = operational, release = as_is)]
    pub wheelchair_accessible: Option<bool>,
    /// Number of seats
    #[field(no = 14, compartment = rooms, class = operational, release = as_is)]
    pub seats: Option<u64>,
}

redacted!(Room);
