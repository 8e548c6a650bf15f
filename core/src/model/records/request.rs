//! A request: what a station asks for, so that a room works as it should.

use saferoom_derive::Record;

use super::{ChecklistItem, RequestKind, RequestStatus, redacted};
use crate::model::{Narrative, PartialDate, Text};

/// A request
///
/// Make one for each thing that a station asks its ministry, its province or an organisation for.
#[derive(Clone, PartialEq, Default, Record)]
#[record(kind = REQUEST, parents(STATION, ROOM, MONITORING_VISIT, TRAINING_EVENT))]
pub struct Request {
    /// What is asked for
    ///
    /// One thing. No child, no case.
    #[field(no = 1, compartment = rooms, class = operational, release = as_is, required)]
    pub what: Option<Text>,
    /// Kind
    ///
    /// What sort of thing it is.
    #[field(no = 2, compartment = rooms, class = operational, release = as_is, required)]
    pub kind: Option<RequestKind>,
    /// State
    ///
    /// Where it stands today.
    #[field(no = 3, compartment = rooms, class = operational, release = as_is, required)]
    pub status: Option<RequestStatus>,
    /// Who is asked
    ///
    /// Function and office.
    #[field(no = 4, compartment = rooms, class = quasi)]
    pub asked_of: Option<Text>,
    /// When it was asked
    ///
    /// The day.
    #[field(no = 5, compartment = rooms, class = operational, release = quarter)]
    pub asked_on: Option<PartialDate>,
    /// Until when it is needed
    ///
    /// The day.
    #[field(no = 6, compartment = rooms, class = operational, release = quarter)]
    pub needed_by: Option<PartialDate>,
    /// When it was answered
    ///
    /// The day.
    #[field(no = 7, compartment = rooms, class = operational, release = quarter)]
    pub answered_on: Option<PartialDate>,
    /// Item of the checklist
    ///
    /// The item that it is about.
    #[field(no = 8, compartment = rooms, class = operational, release = as_is)]
    pub item: Option<ChecklistItem>,
    /// Cost in US dollars
    ///
    /// Whole dollars.
    #[field(no = 9, compartment = rooms, class = operational)]
    pub cost: Option<u64>,
    /// Answer
    ///
    /// What was answered. No child, no case.
    #[field(no = 10, compartment = rooms, class = narrative)]
    pub answer: Option<Narrative>,
}

redacted!(Request);
