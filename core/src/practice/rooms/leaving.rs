//! What of each record leaves a station, and in which form.

use super::RoomsError;
use crate::model::{
    Code, Compartment, DynamicRecord, FieldClass, FieldSpec, ModelError, Narrative, PartialDate, RecordKind,
    RecordSpec, Text, Value,
};

/// The kinds of records that leave, those above before those below them.
pub const LEAVING_KINDS: [RecordKind; 14] = [
    RecordKind::STATION,
    RecordKind::ROOM,
    RecordKind::TRAINING_EVENT,
    RecordKind::ROOM_USE,
    RecordKind::MONITORING_VISIT,
    RecordKind::VISIT_ITEM,
    RecordKind::ACTION_PLAN,
    RecordKind::PLANNED_ACTION,
    RecordKind::REQUEST,
    RecordKind::TRAINING_PARTICIPANT,
    RecordKind::SURVEY,
    RecordKind::SURVEY_SKILL,
    RecordKind::TESTIMONIAL,
    RecordKind::INTERVIEW_MONTH,
];

/// In place of words that may not be published any more.
const TAKEN_BACK: &str = "(taken back)";

/// How many digits a token has that stands for another.
const TOKEN_DIGITS: usize = 32;

/// What becomes of a field on its way to a monitor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Treatment {
    /// It goes as it is.
    Kept,
    /// The month of it goes.
    Month,
    /// A token that stands for it goes: the same for the same, and nobody else's.
    Token,
    /// It stays.
    Dropped,
}

/// Fields that are not treated as their class says: operational ones are kept, others dropped.
const EXCEPTIONS: [(&str, Treatment); 17] = [
    // The hour of an interview would name a child to whoever saw it come.
    ("room_use.date", Treatment::Month),
    ("room_use.started_at", Treatment::Dropped),
    ("room_use.ended_at", Treatment::Dropped),
    // What visitors write about a room, for those who have to change it; functions and offices, no names.
    ("monitoring_visit.summary", Treatment::Kept),
    ("visit_item.note", Treatment::Kept),
    ("action_plan.agreed_with", Treatment::Kept),
    ("action_plan.goal", Treatment::Kept),
    ("planned_action.owner", Treatment::Kept),
    ("planned_action.note", Treatment::Kept),
    ("request.asked_of", Treatment::Kept),
    ("request.answer", Treatment::Kept),
    // Whom a training reached, without names.
    ("training_participant.province", Treatment::Kept),
    ("training_participant.sex", Treatment::Kept),
    ("training_participant.rank_band", Treatment::Kept),
    ("survey.participant_token", Treatment::Token),
    // Only with consent: see `leaving`.
    ("testimonial.text", Treatment::Kept),
    ("testimonial.speaker_token", Treatment::Token),
];

/// What becomes of a field.
#[must_use]
pub fn treatment(spec: &RecordSpec, field: &FieldSpec) -> Treatment {
    if field.compartment != Compartment::Rooms || field.number.get() > u64::from(u32::MAX) {
        return Treatment::Dropped;
    }
    let path = format!("{}.{}", spec.name(), field.name);
    let exception = EXCEPTIONS.iter().find(|(name, _)| *name == path);
    exception.map_or_else(
        || if field.class == FieldClass::Operational { Treatment::Kept } else { Treatment::Dropped },
        |(_, treatment)| *treatment,
    )
}

/// What leaves of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Leaving {
    /// Nothing: the recipient does not learn that it is there.
    Nothing,
    /// This.
    Record(DynamicRecord),
}

/// What leaves of a record, whose revision has this number. `token` makes a token out of another.
///
/// A testimonial leaves only if it may be published. One that was changed so that it may not any more leaves as a mark
/// without its words, so that whoever has them takes them back.
///
/// # Errors
/// [`ModelError`] if a value does not fit, which the catalogue rules out.
pub fn leaving(record: &DynamicRecord, revision: u64, token: impl Fn(&str) -> String) -> Result<Leaving, ModelError> {
    let spec = record.spec();
    if !LEAVING_KINDS.contains(&spec.kind) {
        return Ok(Leaving::Nothing);
    }
    if spec.kind == RecordKind::TESTIMONIAL && !may_be_published(record) {
        return if revision > 1 { taken_back(record).map(Leaving::Record) } else { Ok(Leaving::Nothing) };
    }
    let mut out = DynamicRecord::new(spec);
    for (field, value) in record.iter() {
        // Who agreed to be quoted without a name did not agree to be described.
        if field.name == "speaker_role" && !is_code(record, "publish_consent", "role_only") {
            continue;
        }
        let value = match (treatment(spec, field), value) {
            (Treatment::Kept, value) => Some(value.clone()),
            (Treatment::Month, Value::Date(date)) => Some(Value::Date(month_of(*date)?)),
            (Treatment::Token, Value::Text(text)) => {
                Some(Value::Text(Text::new(token(text.as_str())).map_err(|reason| ModelError::Field {
                    kind: spec.name(),
                    field: field.name,
                    reason,
                })?))
            }
            _ => None,
        };
        if let Some(value) = value {
            out.set(field.name, value)?;
        }
    }
    if spec.kind == RecordKind::TRAINING_PARTICIPANT && out.get("unit_kind").is_none() && out.get("role").is_none() {
        // A person without a name is somebody who was there.
        out.set_text("role", "participant")?;
    }
    Ok(Leaving::Record(out))
}

/// Whether the words of a testimonial may be told outside: its speaker agreed, a second person looked, and nothing was
/// taken back.
#[must_use]
pub fn may_be_published(testimonial: &DynamicRecord) -> bool {
    let agreed = ["anonymous", "role_only"].iter().any(|consent| is_code(testimonial, "publish_consent", consent));
    let checked = testimonial.get("checked_for_children") == Some(&Value::Bool(true));
    agreed && checked && testimonial.get("withdrawn_on").is_none()
}

fn is_code(record: &DynamicRecord, field: &str, expected: &str) -> bool {
    matches!(record.get(field), Some(Value::Code(code)) if code.as_str() == expected)
}

fn taken_back(record: &DynamicRecord) -> Result<DynamicRecord, ModelError> {
    let spec = record.spec();
    let refused = |reason| ModelError::Field { kind: spec.name(), field: "text", reason };
    let mut mark = DynamicRecord::new(spec);
    mark.set("text", Value::Narrative(Narrative::new(TAKEN_BACK).map_err(refused)?))?;
    mark.set("publish_consent", Value::Code(Code::parse("no").map_err(refused)?))?;
    Ok(mark)
}

fn month_of(date: PartialDate) -> Result<PartialDate, ModelError> {
    let refused = |reason| ModelError::Field { kind: "room_use", field: "date", reason };
    match date.in_month() {
        Some(month) => PartialDate::month(date.in_year(), month).map_err(refused),
        None => PartialDate::year(date.in_year()).map_err(refused),
    }
}

/// Refuses a record that arrived and holds what does not leave a station.
///
/// # Errors
/// [`RoomsError::NotOfRooms`] that names kind and field.
pub fn check_arrived(record: &DynamicRecord) -> Result<(), RoomsError> {
    let spec = record.spec();
    if !LEAVING_KINDS.contains(&spec.kind) {
        return Err(RoomsError::NotOfRooms { what: spec.name().to_owned() });
    }
    let fits = |field: &FieldSpec, value: &Value| match (treatment(spec, field), value) {
        (Treatment::Kept, _) => true,
        (Treatment::Month, Value::Date(date)) => date.on_day().is_none(),
        (Treatment::Token, Value::Text(text)) => is_token(text.as_str()),
        _ => false,
    };
    match record.iter().find(|(field, value)| !fits(field, value)) {
        Some((field, _)) => Err(RoomsError::NotOfRooms { what: format!("{}.{}", spec.name(), field.name) }),
        None if spec.kind == RecordKind::TESTIMONIAL && !may_be_published(record) && !is_taken_back(record) => {
            Err(RoomsError::NotOfRooms { what: format!("{}.text", spec.name()) })
        }
        None => Ok(()),
    }
}

fn is_token(text: &str) -> bool {
    text.len() == TOKEN_DIGITS && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

fn is_taken_back(record: &DynamicRecord) -> bool {
    matches!(record.get("text"), Some(Value::Narrative(text)) if text.as_str() == TAKEN_BACK)
        && record.iter().all(|(field, _)| matches!(field.name, "text" | "publish_consent"))
}
