//! A use of a room. Says nothing about a child, so that those who look after rooms can read it.

use saferoom_derive::Record;

use super::{CaseTypeCoarse, NotUsedReason, RoomPurpose, UnitKind, redacted};
use crate::model::{Narrative, PartialDate, Timestamp};

/// A use of a room
///
/// Make one each time the room is used, and each time it should have been used and was not. Nothing about the
/// child.
#[derive(Clone, PartialEq, Default, Record)]
#[record(kind = ROOM_USE, parents(ROOM))]
pub struct RoomUse {
    /// Date
    ///
    /// The day.
    #[field(no = 1, compartment = rooms, class = quasi, release = month, required)]
    pub date: Option<PartialDate>,
    /// From
    ///
    /// When the room was taken.
    #[field(no = 2, compartment = rooms, class = operational)]
    pub started_at: Option<Timestamp>,
    /// Until
    ///
    /// When the room was free again.
    #[field(no = 3, compartment = rooms, class = operational)]
    pub ended_at: Option<Timestamp>,
    /// Used for
    ///
    /// Honestly, also if it was a meeting or storage.
    #[field(no = 4, compartment = rooms, class = operational, release = as_is, required)]
    pub used_for: Option<RoomPurpose>,
    /// Kind of case, coarsely
    ///
    /// Only for interviews of children. No name, no case number.
    #[field(no = 5, compartment = rooms, class = sensitive, release = as_is)]
    pub case_type: Option<CaseTypeCoarse>,
    /// Kind of unit that used it
    ///
    /// The kind of unit, not the officer.
    #[field(no = 6, compartment = rooms, class = operational, release = as_is)]
    pub unit_kind: Option<UnitKind>,
    /// Why it was not used
    ///
    /// If an interview took place elsewhere although there is a room.
    #[field(no = 7, compartment = rooms, class = operational, release = as_is)]
    pub not_used_reason: Option<NotUsedReason>,
    /// Whether the equipment worked
    ///
    /// No if anything failed, even for a moment.
    #[field(no = 8, compartment = rooms, class = operational, release = as_is)]
    pub equipment_worked: Option<bool>,
    /// Remark
    ///
    /// About the room only. Never about a child.
    #[field(no = 9, compartment = rooms, class = narrative)]
    pub note: Option<Narrative>,
}

redacted!(RoomUse);
