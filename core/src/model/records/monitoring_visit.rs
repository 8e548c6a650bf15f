//! A monitoring visit to a room or station.

use saferoom_derive::Record;

use super::{ChecklistItem, ScoreTrend, redacted};
use crate::id::RecordId;
use crate::model::{Narrative, PartialDate, Text};

/// A monitoring visit
///
/// Make one for each visit to a room or station. Look at the room, not at cases.
#[derive(Clone, PartialEq, Default, Record)]
#[record(kind = MONITORING_VISIT, parents(ROOM, STATION))]
pub struct MonitoringVisit {
    // 1 to 9: the visit.
    /// When
    ///
    /// The day of the visit.
    #[field(no = 1, compartment = rooms, class = operational, release = quarter, required)]
    pub visited_on: Option<PartialDate>,
    /// Organisation of the visitors
    ///
    /// Its official name.
    #[field(no = 2, compartment = rooms, class = operational, release = as_is)]
    pub visitor_organisation: Option<Text>,
    /// Visitors
    ///
    /// Names, one to a line.
    #[field(no = 3, compartment = rooms, class = quasi)]
    pub visitors: Vec<Text>,
    /// Whether the visit was announced
    ///
    /// Yes if the station knew of it the day before.
    #[field(no = 4, compartment = rooms, class = operational, release = as_is)]
    pub announced: Option<bool>,
    /// Version of the checklist
    ///
    /// As printed on it.
    #[field(no = 5, compartment = rooms, class = operational, release = as_is)]
    pub checklist_version: Option<Text>,
    /// Visit before this one
    ///
    /// The record of the visit.
    #[field(no = 6, compartment = rooms, class = operational, release = present)]
    pub previous_visit: Option<RecordId>,

    // 10 to 29: the scores, in percent of what can be reached.
    /// Total score in percent
    ///
    /// From 0 to 100. Computed from the items.
    #[field(no = 10, compartment = rooms, class = operational, release = as_is)]
    pub total_percent: Option<u64>,
    /// Score for access and privacy in percent
    ///
    /// From 0 to 100.
    #[field(no = 11, compartment = rooms, class = operational, release = as_is)]
    pub access_percent: Option<u64>,
    /// Score for the environment in percent
    ///
    /// From 0 to 100.
    #[field(no = 12, compartment = rooms, class = operational, release = as_is)]
    pub environment_percent: Option<u64>,
    /// Score for the equipment in percent
    ///
    /// From 0 to 100.
    #[field(no = 13, compartment = rooms, class = operational, release = as_is)]
    pub equipment_percent: Option<u64>,
    /// Score for the procedure in percent
    ///
    /// From 0 to 100.
    #[field(no = 14, compartment = rooms, class = operational, release = as_is)]
    pub procedure_percent: Option<u64>,
    /// Score for what happens afterwards in percent
    ///
    /// From 0 to 100.
    #[field(no = 15, compartment = rooms, class = operational, release = as_is)]
    pub after_percent: Option<u64>,
    /// Score for data protection in percent
    ///
    /// From 0 to 100.
    #[field(no = 16, compartment = rooms, class = operational, release = as_is)]
    pub data_percent: Option<u64>,
    /// Score for the use of the room in percent
    ///
    /// From 0 to 100.
    #[field(no = 17, compartment = rooms, class = operational, release = as_is)]
    pub use_percent: Option<u64>,
    /// Trend since the last visit
    ///
    /// Compared with the visit before.
    #[field(no = 18, compartment = rooms, class = operational, release = as_is)]
    pub trend: Option<ScoreTrend>,
    /// Critical items that failed
    ///
    /// Those with a star and a score of 0.
    #[field(no = 19, compartment = rooms, class = operational, release = as_is)]
    pub critical_failures: Vec<ChecklistItem>,

    // 30 to 39: what follows.
    /// Summary
    ///
    /// What is good and what has to change. No child, no case.
    #[field(no = 30, compartment = rooms, class = narrative)]
    pub summary: Option<Narrative>,
    /// Whether all photos were checked for people
    ///
    /// Yes only if every photo was looked at and shows nobody.
    #[field(no = 31, compartment = rooms, class = operational, release = as_is)]
    pub photos_checked: Option<bool>,
    /// Whether the station signed
    ///
    /// Yes if the station has read and signed it.
    #[field(no = 32, compartment = rooms, class = operational, release = as_is)]
    pub signed_by_station: Option<bool>,
    /// Officer who signed for the station
    ///
    /// The record of the officer.
    #[field(no = 33, compartment = rooms, class = quasi)]
    pub signatory: Option<RecordId>,
    /// When the next visit is due
    ///
    /// As agreed.
    #[field(no = 34, compartment = rooms, class = operational)]
    pub next_visit_due: Option<PartialDate>,
}

redacted!(MonitoringVisit);
