//! One step of an action plan.

use saferoom_derive::Record;

use super::{ActionStatus, ChecklistItem, redacted};
use crate::model::{Narrative, PartialDate, Text};

/// A planned action
///
/// Make one for each step of an action plan.
#[derive(Clone, PartialEq, Default, Record)]
#[record(kind = PLANNED_ACTION, parents(ACTION_PLAN), at_most = 256)]
pub struct PlannedAction {
    /// What
    ///
    /// One thing that can be done and seen.
    #[field(no = 1, compartment = rooms, class = operational, release = as_is, required)]
    pub what: Option<Text>,
    /// Who does it
    ///
    /// Function and office.
    #[field(no = 2, compartment = rooms, class = quasi)]
    pub owner: Option<Text>,
    /// Until when
    ///
    /// The day.
    #[field(no = 3, compartment = rooms, class = operational, release = quarter)]
    pub due_on: Option<PartialDate>,
    /// State
    ///
    /// Where it stands today.
    #[field(no = 4, compartment = rooms, class = operational, release = as_is, required)]
    pub status: Option<ActionStatus>,
    /// When it was done
    ///
    /// The day.
    #[field(no = 5, compartment = rooms, class = operational, release = quarter)]
    pub done_on: Option<PartialDate>,
    /// Item of the checklist
    ///
    /// The item that it is about.
    #[field(no = 6, compartment = rooms, class = operational, release = as_is)]
    pub item: Option<ChecklistItem>,
    /// Cost in US dollars
    ///
    /// Whole dollars.
    #[field(no = 7, compartment = rooms, class = operational)]
    pub cost: Option<u64>,
    /// Remark
    ///
    /// What holds it up. No child, no case.
    #[field(no = 8, compartment = rooms, class = narrative)]
    pub note: Option<Narrative>,
}

redacted!(PlannedAction);
