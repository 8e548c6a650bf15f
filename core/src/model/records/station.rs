//! A police station or another office with rooms.

use saferoom_derive::Record;

use super::{StationLevel, redacted};
use crate::model::{PlaceCode, Text};

/// A station
///
/// Make one for each police station or office that has a room or leads cases.
#[derive(Clone, PartialEq, Default, Record)]
#[record(kind = STATION, parents(UNIT, ROOMS_SOURCE))]
pub struct Station {
    /// Name in Khmer
    ///
    /// The official name.
    #[field(no = 1, compartment = rooms, class = operational, release = as_is)]
    pub name_km: Option<Text>,
    /// Name in English
    ///
    /// The official name, without abbreviations.
    #[field(no = 2, compartment = rooms, class = operational, release = as_is, required)]
    pub name_en: Option<Text>,
    /// Level
    ///
    /// The level of the administration.
    #[field(no = 3, compartment = rooms, class = operational, release = as_is)]
    pub level: Option<StationLevel>,
    /// Place
    ///
    /// The official code of the commune or village where it stands.
    #[field(no = 4, compartment = rooms, class = operational, search = place, release = district)]
    pub place: Option<PlaceCode>,
    /// Whether it has a child-friendly interview room
    ///
    /// Yes also while the room is under repair.
    #[field(no = 10, compartment = rooms, class = operational, release = as_is)]
    pub has_child_friendly_room: Option<bool>,
    /// Telephone numbers
    ///
    /// Numbers of the office, one to a line.
    #[field(no = 11, compartment = rooms, class = operational)]
    pub phones: Vec<Text>,
    /// Address
    ///
    /// So that a caregiver can find it.
    #[field(no = 12, compartment = rooms, class = operational)]
    pub address: Option<Text>,
}

redacted!(Station);
