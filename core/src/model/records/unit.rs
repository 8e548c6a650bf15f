//! A unit: the team that keeps cases, and everything below it.

use saferoom_derive::Record;

use super::{UnitKind, redacted};
use crate::model::{PlaceCode, Text};

/// A unit
///
/// Made once, when the vault is founded: the team that keeps the cases.
#[derive(Clone, PartialEq, Default, Record)]
#[record(kind = UNIT, opens_scope)]
pub struct Unit {
    /// Name
    ///
    /// The official name in English.
    #[field(no = 1, compartment = operations, class = operational, release = as_is, required)]
    pub name: Option<Text>,
    /// Name in Khmer
    ///
    /// The official name.
    #[field(no = 2, compartment = operations, class = operational, release = as_is)]
    pub name_km: Option<Text>,
    /// Kind
    ///
    /// What the unit is for.
    #[field(no = 3, compartment = operations, class = operational, release = as_is)]
    pub kind: Option<UnitKind>,
    /// Province
    ///
    /// The official code of two digits.
    #[field(no = 4, compartment = operations, class = operational, search = place, release = province)]
    pub province: Option<PlaceCode>,
    /// District
    ///
    /// The official code of four digits. Empty for a unit of a whole province.
    #[field(no = 5, compartment = operations, class = operational, release = district)]
    pub district: Option<PlaceCode>,
    /// Telephone numbers
    ///
    /// Numbers of the office, one to a line.
    #[field(no = 10, compartment = operations, class = operational)]
    pub phones: Vec<Text>,
}

redacted!(Unit);
