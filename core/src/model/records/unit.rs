//! A unit: the team that keeps cases, and everything below it.

use saferoom_derive::Record;

use super::{UnitKind, redacted};
use crate::model::{PlaceCode, Text};

/// A unit
#[derive(Clone, PartialEq, Default, Record)]
#[record(kind = UNIT, opens_scope)]
pub struct Unit {
    /// Name
    #[field(no = 1, compartment = operations, class = operational, release = as_is, required)]
    pub name: Option<Text>,
    /// Name in Khmer
    #[field(no = 2, compartment = operations, class = operational, release = as_is)]
    pub name_km: Option<Text>,
    /// Kind
    #[field(no = 3, compartment = operations, class = operational, release = as_is)]
    pub kind: Option<UnitKind>,
    /// Province
    #[field(no = 4, compartment = operations, class = operational, search = place, release = province)]
    pub province: Option<PlaceCode>,
    /// District
    #[field(no = 5, compartment = operations, class = operational, release = district)]
    pub district: Option<PlaceCode>,
    /// Telephone numbers
    #[field(no = 10, compartment = operations, class = operational)]
    pub phones: Vec<Text>,
}

redacted!(Unit);
