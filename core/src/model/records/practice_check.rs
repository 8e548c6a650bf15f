//! An answer of the child-friendly practice checklist, for one interview.

use saferoom_derive::Record;

use super::{ChecklistAnswer, ChecklistItem, redacted};
use crate::model::Narrative;

/// An answer of the checklist for one interview
///
/// Make one for each item that you looked at.
#[derive(Clone, PartialEq, Default, Record)]
#[record(kind = PRACTICE_CHECK, parents(INTERVIEW), at_most = 128)]
pub struct PracticeCheck {
    /// Item
    ///
    /// An item of the checklist.
    #[field(no = 1, compartment = operations, class = operational, release = as_is, required)]
    pub item: Option<ChecklistItem>,
    /// Answer
    ///
    /// Not applicable only if it could not matter here.
    #[field(no = 2, compartment = operations, class = operational, release = as_is, required)]
    pub answer: Option<ChecklistAnswer>,
    /// Remark
    ///
    /// What was missing and why. Nothing of what the child told.
    #[field(no = 3, compartment = operations, class = narrative)]
    pub note: Option<Narrative>,
}

redacted!(PracticeCheck);
