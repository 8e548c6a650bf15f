//! A police station or another office with rooms.

use saferoom_derive::Record;

use super::{StationLevel, redacted};
use crate::model::{PlaceCode, Text};

/// A station
#[derive(Clone, PartialEq, Default, Record)]
#[record(kind = STATION, parents(UNIT))]
pub struct Station {
    /// Name in Khmer
    #[field(no = 1, compartment = rooms, class = operational, release = as_is)]
    pub name_km: Option<Text>,
    /// Name in English
    #[field(no = 2, compartment = rooms, class = operational, release = as_is, required)]
    pub name_en: Option<Text>,
    /// Level
    #[field(no = 3, compartment = rooms, class = operational, release = as_is)]
    pub level: Option<StationLevel>,
    /// Place
    #[field(no = 4, compartment = rooms, class = operational, search = place, release = district)]
    pub place: Option<PlaceCode>,
    /// Whether it has a child-friendly interview room
    #[field(no = 10, compartment = rooms, class = operational, release = as_is)]
    pub has_child_friendly_room: Option<bool>,
    /// Telephone numbers
    #[field(no = 11, compartment = rooms, class = operational)]
    pub phones: Vec<Text>,
}

redacted!(Station);
