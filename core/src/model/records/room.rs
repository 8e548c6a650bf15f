//! A child-friendly interview room.

use saferoom_derive::Record;

use super::{RoomStatus, redacted};
use crate::model::{PartialDate, Text};

/// A room
///
/// Make one for each child-friendly interview room.
#[derive(Clone, PartialEq, Default, Record)]
#[record(kind = ROOM, parents(STATION))]
pub struct Room {
    /// Name
    ///
    /// The name people use for it. No name of a child or donor family.
    #[field(no = 1, compartment = rooms, class = operational, release = as_is, required)]
    pub name: Option<Text>,
    /// State
    ///
    /// Whether it can be used today.
    #[field(no = 2, compartment = rooms, class = operational, release = as_is)]
    pub status: Option<RoomStatus>,
    /// When it opened
    ///
    /// The day on which it could first be used.
    #[field(no = 3, compartment = rooms, class = operational, release = year)]
    pub opened_on: Option<PartialDate>,
    /// Who pays for it
    ///
    /// The organisation that pays for equipment and upkeep.
    #[field(no = 4, compartment = rooms, class = operational, release = as_is)]
    pub funder: Option<Text>,
    /// Whether there is an observation room
    ///
    /// A room from which others watch without being seen by the child.
    #[field(no = 10, compartment = rooms, class = operational, release = as_is)]
    pub has_observation_room: Option<bool>,
    /// Whether recording is installed
    ///
    /// Yes only if it works today.
    #[field(no = 11, compartment = rooms, class = operational, release = as_is)]
    pub recording_installed: Option<bool>,
    /// Whether there is a separate waiting place
    ///
    /// Where the child cannot meet an alleged offender.
    #[field(no = 12, compartment = rooms, class = operational, release = as_is)]
    pub separate_waiting_place: Option<bool>,
    /// Whether a wheelchair can get there
    ///
    /// From the street to the room and to a toilet.
    #[field(no = 13, compartment = rooms, class = operational, release = as_is)]
    pub wheelchair_accessible: Option<bool>,
    /// Number of seats
    ///
    /// Count those fit for children too.
    #[field(no = 14, compartment = rooms, class = operational, release = as_is)]
    pub seats: Option<u64>,
    /// Whether nobody outside can hear what is said
    ///
    /// Try it: one speaks inside, one listens at the door.
    #[field(no = 15, compartment = rooms, class = operational, release = as_is)]
    pub sound_proof: Option<bool>,
    /// Whether the observation room sees and hears live
    ///
    /// Yes only if it works today.
    #[field(no = 16, compartment = rooms, class = operational, release = as_is)]
    pub live_feed: Option<bool>,
    /// Whether recording goes on when the power fails
    ///
    /// Try it once a year.
    #[field(no = 17, compartment = rooms, class = operational, release = as_is)]
    pub backup_power: Option<bool>,
}

redacted!(Room);
