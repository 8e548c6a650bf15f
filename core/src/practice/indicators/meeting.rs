//! The published meeting of 20 March 2024 as records: a reconstruction, and it says so.

use std::sync::OnceLock;

use serde::Deserialize;

use crate::model::records::{Survey, TrainingEvent, TrainingParticipant};
use crate::model::{CodeListName, Coded, PartialDate, PlaceCode, Text, ValueError};

const SHIPPED: &str = include_str!("../../../data/meeting-2024.toml");

/// A training event with those who were there and what they said.
#[derive(Debug, Clone, PartialEq)]
pub struct Meeting {
    /// What of it is published, and what is not: to be shown with every figure.
    pub note: String,
    /// The event.
    pub event: TrainingEvent,
    /// Those who were there, without names.
    pub participants: Vec<TrainingParticipant>,
    /// What they said afterwards.
    pub surveys: Vec<Survey>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: u64,
    note: String,
    title: String,
    kind: String,
    topics: Vec<String>,
    day: String,
    place: String,
    participants: Vec<Group>,
    answers: Answers,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Group {
    province: String,
    unit: String,
    women: u64,
    men: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Answers {
    count: u64,
    useful: u64,
    passes_on: u64,
}

/// The meeting, reconstructed from what is published of it.
///
/// # Panics
/// Never in a release: a test reads the file that is compiled in.
#[must_use]
pub fn reconstructed_meeting() -> &'static Meeting {
    static MEETING: OnceLock<Meeting> = OnceLock::new();
    MEETING.get_or_init(|| {
        let file: File = toml::from_str(SHIPPED).unwrap_or_else(|error| panic!("the compiled-in meeting: {error}"));
        assert_eq!(file.version, 1, "the compiled-in meeting has the format of this release");
        meeting(&file).unwrap_or_else(|error| panic!("the compiled-in meeting: {error}"))
    })
}

fn code<L: CodeListName>(code: &str) -> Result<Option<Coded<L>>, ValueError> {
    Coded::new(code).map(Some)
}

fn meeting(file: &File) -> Result<Meeting, ValueError> {
    let people: u64 = file.participants.iter().map(|group| group.women + group.men).sum();
    let women: u64 = file.participants.iter().map(|group| group.women).sum();
    let topics: Result<Vec<_>, _> = file.topics.iter().map(|topic| Coded::new(topic)).collect();
    let event = TrainingEvent {
        title: Some(Text::new(&file.title)?),
        kind: code(&file.kind)?,
        topics: topics?,
        started_on: Some(PartialDate::parse(&file.day)?),
        ended_on: Some(PartialDate::parse(&file.day)?),
        place: Some(PlaceCode::parse(&file.place)?),
        participants_attended: Some(people),
        women_attended: Some(women),
        ..TrainingEvent::default()
    };
    let mut participants = Vec::new();
    for group in &file.participants {
        for (sex, count) in [("female", group.women), ("male", group.men)] {
            for _ in 0..count {
                participants.push(TrainingParticipant {
                    unit_kind: code(&group.unit)?,
                    province: Some(PlaceCode::parse(&group.province)?),
                    sex: code(sex)?,
                    role: code("participant")?,
                    ..TrainingParticipant::default()
                });
            }
        }
    }
    let mut surveys = Vec::new();
    for number in 0..file.answers.count {
        surveys.push(Survey {
            wave: code("post")?,
            answered_on: Some(PartialDate::parse(&file.day)?),
            usefulness: Some(if number < file.answers.useful { 5 } else { 3 }),
            intent_to_apply: code(if number < file.answers.passes_on { "yes" } else { "unsure" })?,
            ..Survey::default()
        });
    }
    Ok(Meeting { note: file.note.clone(), event, participants, surveys })
}
