//! The answers of one participant, under a token that no officer record holds.

use saferoom_derive::Record;

use super::{EvaluationLevel, PracticeBarrier, SurveyWave, YesNoUnsure, redacted};
use crate::model::{Narrative, PartialDate, Text};

/// A survey of a participant
///
/// Made from one answered questionnaire. It must not be possible to see whose it is.
#[derive(Clone, PartialEq, Default, Record)]
#[record(kind = SURVEY, parents(TRAINING_EVENT))]
pub struct Survey {
    /// Token of the participant
    ///
    /// Drawn by the participant. The same in all waves, so that answers can be compared. Never a name, number
    /// or initials.
    #[field(no = 1, compartment = rooms, class = linkage)]
    pub participant_token: Option<Text>,
    /// When it was asked
    ///
    /// Before, right after, or months after.
    #[field(no = 2, compartment = rooms, class = operational, release = as_is, required)]
    pub wave: Option<SurveyWave>,
    /// When it was answered
    ///
    /// The month is enough.
    #[field(no = 3, compartment = rooms, class = operational, release = quarter)]
    pub answered_on: Option<PartialDate>,
    /// Score of the test of knowledge in percent
    ///
    /// From 0 to 100.
    #[field(no = 4, compartment = rooms, class = operational, release = as_is)]
    pub knowledge_score: Option<u64>,
    /// How useful it was, from 1 to 5
    ///
    /// 5 is very useful.
    #[field(no = 5, compartment = rooms, class = operational, release = as_is)]
    pub usefulness: Option<u64>,
    /// Whether the participant wants to use it
    ///
    /// As answered.
    #[field(no = 6, compartment = rooms, class = operational, release = as_is)]
    pub intent_to_apply: Option<YesNoUnsure>,
    /// Whether the participant has used it since
    ///
    /// Only in the later waves.
    #[field(no = 7, compartment = rooms, class = operational, release = as_is)]
    pub applied_since: Option<YesNoUnsure>,
    /// What keeps the participant from using it
    ///
    /// Choose all.
    #[field(no = 8, compartment = rooms, class = operational, release = as_is)]
    pub barriers: Vec<PracticeBarrier>,
    /// What the answers tell about
    ///
    /// Reaction, learning, behaviour or results.
    #[field(no = 9, compartment = rooms, class = operational, release = as_is)]
    pub level: Option<EvaluationLevel>,
    /// In own words
    ///
    /// As written. Take out names of people and places.
    #[field(no = 10, compartment = rooms, class = narrative)]
    pub free_text: Option<Narrative>,
}

redacted!(Survey);
