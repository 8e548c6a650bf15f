//! A participant of a training event.

use saferoom_derive::Record;

use super::{RankBand, Sex, TrainingRole, UnitKind, redacted};
use crate::id::RecordId;
use crate::model::{PlaceCode, Text};

/// A participant of a training event
///
/// Make one for each person who came. Keep the survey tokens apart from these names.
#[derive(Clone, PartialEq, Default, Record)]
#[record(kind = TRAINING_PARTICIPANT, parents(TRAINING_EVENT))]
pub struct TrainingParticipant {
    /// Officer
    ///
    /// The record, if the participant is an officer of this vault.
    #[field(no = 1, compartment = rooms, class = quasi)]
    pub officer: Option<RecordId>,
    /// Name
    ///
    /// Only if there is no record.
    #[field(no = 2, compartment = rooms, class = direct, search = name)]
    pub name: Option<Text>,
    /// Kind of unit
    ///
    /// The kind of unit the participant serves in.
    #[field(no = 3, compartment = rooms, class = operational, release = as_is)]
    pub unit_kind: Option<UnitKind>,
    /// Province
    ///
    /// The official code of two digits.
    #[field(no = 4, compartment = rooms, class = quasi, release = province)]
    pub province: Option<PlaceCode>,
    /// Sex
    ///
    /// As the participant says.
    #[field(no = 5, compartment = rooms, class = quasi, release = as_is)]
    pub sex: Option<Sex>,
    /// Rank, coarsely
    ///
    /// The band, not the rank.
    #[field(no = 6, compartment = rooms, class = quasi, release = as_is)]
    pub rank_band: Option<RankBand>,
    /// Part in the event
    ///
    /// As on the list.
    #[field(no = 7, compartment = rooms, class = operational, release = as_is)]
    pub role: Option<TrainingRole>,
    /// Days attended
    ///
    /// Whole days.
    #[field(no = 8, compartment = rooms, class = operational, release = as_is)]
    pub attended_days: Option<u64>,
    /// Whether the test was passed
    ///
    /// Empty if there was none.
    #[field(no = 9, compartment = rooms, class = operational, release = as_is)]
    pub passed: Option<bool>,
}

redacted!(TrainingParticipant);
