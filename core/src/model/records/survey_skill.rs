//! How confident a participant is in one skill.

use saferoom_derive::Record;

use super::{InterviewSkill, redacted};

/// Confidence in one skill
///
/// Make one for each skill of the questionnaire.
#[derive(Clone, PartialEq, Default, Record)]
#[record(kind = SURVEY_SKILL, parents(SURVEY), at_most = 64)]
pub struct SurveySkill {
    /// Skill
    ///
    /// As in the questionnaire.
    #[field(no = 1, compartment = rooms, class = operational, release = as_is, required)]
    pub skill: Option<InterviewSkill>,
    /// Confidence from 1 to 5
    ///
    /// 5 is very confident.
    #[field(no = 2, compartment = rooms, class = operational, release = as_is, required)]
    pub confidence: Option<u64>,
}

redacted!(SurveySkill);
