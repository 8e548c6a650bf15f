//! One item of the checklist at a monitoring visit.

use saferoom_derive::Record;

use super::{ChecklistItem, ChecklistScore, VisitEvidence, redacted};
use crate::model::{Narrative, Text};

/// An item of a monitoring visit
///
/// Make one for each item of the checklist.
#[derive(Clone, PartialEq, Default, Record)]
#[record(kind = VISIT_ITEM, parents(MONITORING_VISIT), at_most = 256)]
pub struct VisitItem {
    /// Item
    ///
    /// An item of the checklist.
    #[field(no = 1, compartment = rooms, class = operational, release = as_is, required)]
    pub item: Option<ChecklistItem>,
    /// Score
    ///
    /// Not applicable only if it cannot matter in this room.
    #[field(no = 2, compartment = rooms, class = operational, release = as_is, required)]
    pub score: Option<ChecklistScore>,
    /// How it was found out
    ///
    /// Seen is better than told.
    #[field(no = 3, compartment = rooms, class = operational, release = as_is)]
    pub evidence: Vec<VisitEvidence>,
    /// Remark
    ///
    /// What was missing. No child, no case.
    #[field(no = 4, compartment = rooms, class = narrative)]
    pub note: Option<Narrative>,
    /// Photo
    ///
    /// Number of the photo. Only rooms and things.
    #[field(no = 5, compartment = rooms, class = operational)]
    pub photo_reference: Option<Text>,
    /// Whether the photo shows a person
    ///
    /// If yes, do not keep the photo.
    #[field(no = 6, compartment = rooms, class = operational)]
    pub photo_contains_person: Option<bool>,
}

redacted!(VisitItem);
