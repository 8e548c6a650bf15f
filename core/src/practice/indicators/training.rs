//! Training: whom it reached, and what those who were there say.

use std::collections::BTreeMap;

use super::{SMALLEST_CELL, Share, Table, median};
use crate::model::records::{Survey, TrainingParticipant};

/// Officers are seen by name at a meeting; what is not shown is only what one of them answered.
const LEAST_OF_OFFICERS: u64 = 1;

/// Answers below this are not told: of three people in a room everybody knows who said what.
const LEAST_ANSWERS: usize = 5;

/// Whom a training reached.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ReachFigures {
    /// Participants; facilitators, observers and organisers are left out.
    pub participants: u64,
    /// By sex.
    pub sex: Table,
    /// Women, of those whose sex is known.
    pub women: Share,
    /// By kind of unit.
    pub units: Table,
    /// By province.
    pub provinces: Table,
}

/// What those who were there say, in one wave.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize)]
pub struct SurveyFigures {
    /// How many answered.
    pub answers: u64,
    /// Who will apply or pass on what they learned.
    pub will_apply: Share,
    /// Who have applied it since.
    pub have_applied: Share,
    /// Who found it useful: 4 or 5 of 5.
    pub useful: Share,
    /// Score of knowledge in the middle.
    pub knowledge: Option<u64>,
    /// What keeps them from it, by how many.
    pub barriers: BTreeMap<String, u64>,
}

/// Whom a training reached.
#[must_use]
pub fn reach_figures(participants: &[TrainingParticipant]) -> ReachFigures {
    let others = ["facilitator", "observer", "organiser"];
    let took_part =
        |one: &&TrainingParticipant| one.role.as_ref().is_none_or(|role| !others.contains(&role.code().as_str()));
    let there: Vec<_> = participants.iter().filter(took_part).collect();
    let sex = |one: &TrainingParticipant| one.sex.as_ref().map(|sex| sex.code().as_str().to_owned());
    let known = |one: &TrainingParticipant| sex(one).filter(|sex| sex != "unknown").map(|sex| sex == "female");
    let count = |codes: Vec<String>| Table::count(codes.iter().map(String::as_str), LEAST_OF_OFFICERS);
    let unit = |one: &TrainingParticipant| one.unit_kind.as_ref().map(|unit| unit.code().as_str().to_owned());
    let province = |one: &TrainingParticipant| one.province.as_ref().map(|place| place.as_str().to_owned());
    ReachFigures {
        participants: there.len() as u64,
        sex: count(there.iter().filter_map(|one| sex(one)).collect()),
        women: Share::of(there.iter().map(|one| known(one))),
        units: count(there.iter().filter_map(|one| unit(one)).collect()),
        provinces: count(there.iter().filter_map(|one| province(one)).collect()),
    }
}

/// What those who were there say in one wave; none if too few have answered. Of two answers with the same token the later
/// one in the list counts.
#[must_use]
pub fn survey_figures(surveys: &[Survey], wave: &str) -> Option<SurveyFigures> {
    let of_wave = surveys.iter().filter(|survey| survey.wave.as_ref().is_some_and(|one| one.code().as_str() == wave));
    let mut answers: BTreeMap<String, &Survey> = BTreeMap::new();
    for (place, survey) in of_wave.enumerate() {
        // Who gave no token is somebody else each time.
        let token = survey.participant_token.as_ref().map(|token| format!("token {}", token.as_str()));
        answers.insert(token.unwrap_or_else(|| format!("number {place}")), survey);
    }
    if answers.len() < LEAST_ANSWERS {
        return None;
    }
    let all = || answers.values().copied();
    let yes = |answer: Option<&str>| answer.map(|answer| answer == "yes");
    let mut barriers: BTreeMap<String, u64> = BTreeMap::new();
    for barrier in all().flat_map(|survey| &survey.barriers) {
        *barriers.entry(barrier.code().as_str().to_owned()).or_default() += 1;
    }
    Some(SurveyFigures {
        answers: answers.len() as u64,
        will_apply: Share::of(
            all().map(|survey| yes(survey.intent_to_apply.as_ref().map(|code| code.code().as_str()))),
        ),
        have_applied: Share::of(
            all().map(|survey| yes(survey.applied_since.as_ref().map(|code| code.code().as_str()))),
        ),
        useful: Share::of(all().map(|survey| survey.usefulness.map(|useful| useful >= 4))),
        knowledge: median(all().filter_map(|survey| survey.knowledge_score)),
        barriers,
    })
}

/// Who knew more right afterwards than before, of those who answered both times under the same token; none if they are few,
/// or if few did not.
#[must_use]
pub fn knowledge_gained(surveys: &[Survey]) -> Option<Share> {
    let scores = |wave: &str| -> BTreeMap<&str, u64> {
        let of_wave = surveys.iter().filter(|one| one.wave.as_ref().is_some_and(|known| known.code().as_str() == wave));
        of_wave.filter_map(|one| Some((one.participant_token.as_ref()?.as_str(), one.knowledge_score?))).collect()
    };
    let (before, after) = (scores("pre"), scores("post"));
    let both = before.iter().filter_map(|(token, before)| Some((before, after.get(token)?)));
    let share = Share::of(both.map(|(before, after)| Some(after > before)));
    share.guarded(SMALLEST_CELL).filter(|share| share.of > 0)
}
