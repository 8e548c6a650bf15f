//! Indicators: figures over rooms, visits, training and interviews. Records come in as the values of their fields; figures
//! go out as JSON, since they hold no value of a person: small cells are hidden, denominators stand beside.

use std::collections::HashMap;

use saferoom::model::{ModelError, PartialDate, Record};
use saferoom::practice::indicators as core;

use crate::error::SaferoomError;
use crate::json::json;
use crate::types::NewRecord;
use crate::value::{FieldValue, fields_of_typed, typed_of};

type Fields = HashMap<String, FieldValue>;

/// Points of a visit by domain of the checklist, critical failures and what was not looked at: from records `visit_item`.
///
/// # Errors
/// A record that breaks a rule.
#[uniffi::export]
pub fn visit_scores_json(items: Vec<HashMap<String, FieldValue>>) -> Result<String, SaferoomError> {
    json(&core::score_visit(&all(items)?))
}

/// How each domain changed between two visits, from the records `visit_item` of both.
///
/// # Errors
/// A record that breaks a rule.
#[uniffi::export]
pub fn compare_visits_json(
    before: Vec<HashMap<String, FieldValue>>,
    now: Vec<HashMap<String, FieldValue>>,
) -> Result<String, SaferoomError> {
    let (before, now) = (core::score_visit(&all(before)?), core::score_visit(&all(now)?));
    json(&core::compare_visits(&before, &now))
}

/// What rooms were used for, from records `room_use`.
///
/// # Errors
/// A record that breaks a rule.
#[uniffi::export]
pub fn room_use_figures_json(uses: Vec<HashMap<String, FieldValue>>) -> Result<String, SaferoomError> {
    json(&core::room_use_figures(&all(uses)?))
}

/// What became of planned actions (records `planned_action`) as of a day such as `2026-11-24`.
///
/// # Errors
/// A record that breaks a rule, or no date.
#[uniffi::export]
pub fn action_figures_json(actions: Vec<HashMap<String, FieldValue>>, today: String) -> Result<String, SaferoomError> {
    let today = PartialDate::parse(&today).map_err(ModelError::from)?;
    json(&core::action_figures(&all(actions)?, today))
}

/// Whom a training reached, from records `training_participant`.
///
/// # Errors
/// A record that breaks a rule.
#[uniffi::export]
pub fn reach_figures_json(participants: Vec<HashMap<String, FieldValue>>) -> Result<String, SaferoomError> {
    json(&core::reach_figures(&all(participants)?))
}

/// What those who were there say in one wave (records `survey`), as JSON; `null` if too few have answered.
///
/// # Errors
/// A record that breaks a rule.
#[uniffi::export]
pub fn survey_figures_json(surveys: Vec<HashMap<String, FieldValue>>, wave: String) -> Result<String, SaferoomError> {
    json(&core::survey_figures(&all(surveys)?, &wave))
}

/// How interviews were held, from records `interview`; no share of few is shown.
///
/// # Errors
/// A record that breaks a rule.
#[uniffi::export]
pub fn interview_figures_json(interviews: Vec<HashMap<String, FieldValue>>) -> Result<String, SaferoomError> {
    json(&core::interview_figures(&all(interviews)?))
}

/// The published meeting of March 2024, reconstructed as records.
#[derive(Clone, uniffi::Record)]
#[uniffi::export(Display, Debug)]
pub struct ReconstructedMeeting {
    /// What of it is published, and what is not: to be shown with every figure.
    pub note: String,
    /// The event.
    pub event: NewRecord,
    /// Those who were there, without names.
    pub participants: Vec<NewRecord>,
    /// What they said afterwards.
    pub surveys: Vec<NewRecord>,
}

redacted! { ReconstructedMeeting }

/// The published meeting of March 2024 as records, to try figures on. A reconstruction, and `note` says so.
///
/// # Errors
/// Never in practice: the records come with this release.
#[uniffi::export]
pub fn reconstructed_meeting() -> Result<ReconstructedMeeting, SaferoomError> {
    let meeting = core::reconstructed_meeting();
    Ok(ReconstructedMeeting {
        note: meeting.note.clone(),
        event: loose(&meeting.event)?,
        participants: meeting.participants.iter().map(loose).collect::<Result<_, _>>()?,
        surveys: meeting.surveys.iter().map(loose).collect::<Result<_, _>>()?,
    })
}

fn loose<R: Record>(record: &R) -> Result<NewRecord, ModelError> {
    Ok(NewRecord { kind: R::spec().name().to_owned(), parent: None, fields: fields_of_typed(record)? })
}

fn all<R: Record>(records: Vec<Fields>) -> Result<Vec<R>, ModelError> {
    records.into_iter().map(typed_of).collect()
}
