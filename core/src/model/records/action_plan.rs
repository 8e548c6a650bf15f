//! An action plan: what has to change in a room or station.

use saferoom_derive::Record;

use super::{PlanStatus, redacted};
use crate::model::{Narrative, PartialDate, Text};

/// An action plan
///
/// Make one when a visit or a training shows what has to change.
#[derive(Clone, PartialEq, Default, Record)]
#[record(kind = ACTION_PLAN, parents(MONITORING_VISIT, STATION, ROOM, TRAINING_EVENT))]
pub struct ActionPlan {
    /// Title
    ///
    /// What has to change, in a few words.
    #[field(no = 1, compartment = rooms, class = operational, release = as_is, required)]
    pub title: Option<Text>,
    /// State
    ///
    /// Where it stands today.
    #[field(no = 2, compartment = rooms, class = operational, release = as_is, required)]
    pub status: Option<PlanStatus>,
    /// When it was agreed
    ///
    /// The day.
    #[field(no = 3, compartment = rooms, class = operational, release = quarter)]
    pub agreed_on: Option<PartialDate>,
    /// With whom it was agreed
    ///
    /// Function and office.
    #[field(no = 4, compartment = rooms, class = quasi)]
    pub agreed_with: Option<Text>,
    /// When it is looked at again
    ///
    /// The day.
    #[field(no = 5, compartment = rooms, class = operational)]
    pub review_on: Option<PartialDate>,
    /// Goal
    ///
    /// How one will see that it is reached. No child, no case.
    #[field(no = 6, compartment = rooms, class = narrative)]
    pub goal: Option<Narrative>,
}

redacted!(ActionPlan);
