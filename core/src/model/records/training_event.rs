//! A training event.

use saferoom_derive::Record;

use super::{TrainingKind, TrainingTopic, redacted};
use crate::model::{Narrative, PartialDate, PlaceCode, Text};

/// A training event
///
/// Make one for each training, refresher or meeting.
#[derive(Clone, PartialEq, Default, Record)]
#[record(kind = TRAINING_EVENT, parents(UNIT, STATION, ROOMS_SOURCE))]
pub struct TrainingEvent {
    /// Title
    ///
    /// As in the invitation.
    #[field(no = 1, compartment = rooms, class = operational, release = as_is, required)]
    pub title: Option<Text>,
    /// Kind
    ///
    /// What kind of event it was.
    #[field(no = 2, compartment = rooms, class = operational, release = as_is, required)]
    pub kind: Option<TrainingKind>,
    /// Topics
    ///
    /// Choose all.
    #[field(no = 3, compartment = rooms, class = operational, release = as_is)]
    pub topics: Vec<TrainingTopic>,
    /// First day
    ///
    /// The first day of the event.
    #[field(no = 4, compartment = rooms, class = operational, release = month, required)]
    pub started_on: Option<PartialDate>,
    /// Last day
    ///
    /// The last day of the event.
    #[field(no = 5, compartment = rooms, class = operational, release = month)]
    pub ended_on: Option<PartialDate>,
    /// Place
    ///
    /// The official code.
    #[field(no = 6, compartment = rooms, class = operational, search = place, release = province)]
    pub place: Option<PlaceCode>,
    /// Host
    ///
    /// The organisation that invited.
    #[field(no = 7, compartment = rooms, class = operational, release = as_is)]
    pub host: Option<Text>,
    /// Who paid for it
    ///
    /// The organisation.
    #[field(no = 8, compartment = rooms, class = operational, release = as_is)]
    pub donor: Option<Text>,
    /// Facilitators
    ///
    /// Names, one to a line.
    #[field(no = 9, compartment = rooms, class = quasi, release = count)]
    pub facilitators: Vec<Text>,
    /// Number of participants invited
    ///
    /// How many were invited.
    #[field(no = 10, compartment = rooms, class = operational, release = as_is)]
    pub participants_planned: Option<u64>,
    /// Number of participants who came
    ///
    /// How many came.
    #[field(no = 11, compartment = rooms, class = operational, release = as_is)]
    pub participants_attended: Option<u64>,
    /// Number of women who came
    ///
    /// How many of those who came.
    #[field(no = 12, compartment = rooms, class = operational, release = as_is)]
    pub women_attended: Option<u64>,
    /// Hours
    ///
    /// Hours of training without breaks.
    #[field(no = 13, compartment = rooms, class = operational, release = as_is)]
    pub hours: Option<u64>,
    /// Whether all cases used as examples were invented
    ///
    /// Never a real child, not even changed.
    #[field(no = 14, compartment = rooms, class = operational, release = as_is)]
    pub examples_are_invented: Option<bool>,
    /// Report
    ///
    /// What was done and learned. No child, no case.
    #[field(no = 15, compartment = rooms, class = narrative)]
    pub report: Option<Narrative>,
}

redacted!(TrainingEvent);
