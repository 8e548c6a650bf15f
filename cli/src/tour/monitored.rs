//! What a station of the tour has for its monitor: a room, visits, a plan, uses, a training with what was said of it, and a
//! few interviews to be counted. All invented.

use saferoom::id::RecordId;
use saferoom::model::records::{
    ActionPlan, Case, Child, Interview, MonitoringVisit, PlannedAction, RoomUse, Survey, Testimonial, TrainingEvent,
    TrainingParticipant, VisitItem,
};
use saferoom::model::{Narrative, PartialDate, PlaceCode, code_lists};
use saferoom::vault::{Batch, Error};

use super::caseload::{code, harm_form, text, time};
use super::random::Random;
use super::stations::{self, Place};

/// When the two rounds took place.
pub(super) const ROUNDS: [&str; 2] = ["2023-11-14", "2024-11-19"];
/// The months whose interviews are counted.
pub(super) const MONTHS: [&str; 2] = ["2024-05", "2024-06"];
/// Noon in Phnom Penh on the first of May 2024, in milliseconds since 1970.
const FIRST_OF_MAY: u64 = 1_714_539_600_000;
const DAY: u64 = 86_400_000;

/// A station and its room, and what else everybody needs to know of them.
pub(super) fn found(
    batch: &mut Batch<'_, '_>,
    unit: RecordId,
    place: &Place,
    random: &mut Random,
) -> Result<RecordId, Error> {
    let station = batch.create(Some(unit), &stations::station(place))?.record;
    let room = batch.create(Some(station), &stations::room(place, random))?.record;
    uses(batch, room, random)?;
    voices(batch, room)?;
    interviews(batch, unit, (place, room), random)?;
    training(batch, unit, place, random)?;
    Ok(room)
}

/// A visit with all items of the checklist; the second round finds it better. What follows from the first is planned.
pub(super) fn visit(batch: &mut Batch<'_, '_>, room: RecordId, round: usize, random: &mut Random) -> Result<(), Error> {
    let visit = MonitoringVisit {
        visited_on: PartialDate::parse(ROUNDS[round]).ok(),
        visitor_organisation: text("Example monitor"),
        announced: Some(round == 0),
        checklist_version: text("1"),
        ..MonitoringVisit::default()
    };
    let visit = batch.create(Some(room), &visit)?.record;
    let good = [45, 75][round];
    for entry in code_lists().list("checklist_item").map(|list| list.entries.as_slice()).unwrap_or_default() {
        let score = if random.percent(good) { "2" } else { random.pick(&["0", "1", "1"]) };
        let seen = code(random.pick(&["seen", "seen", "told", "document"])).into_iter().collect();
        let item = VisitItem { item: code(&entry.code), score: code(score), evidence: seen, ..VisitItem::default() };
        batch.create(Some(visit), &item)?;
    }
    if round == 0 {
        plan(batch, visit)?;
    }
    Ok(())
}

fn plan(batch: &mut Batch<'_, '_>, visit: RecordId) -> Result<(), Error> {
    let agreed_on = PartialDate::parse(ROUNDS[0]).ok();
    let plan =
        ActionPlan { title: text("After the first round"), status: code("agreed"), agreed_on, ..ActionPlan::default() };
    let plan = batch.create(Some(visit), &plan)?.record;
    let actions = [
        ("Put up a sign that the room is in use", "A5", "done", "2024-02"),
        ("A separate waiting place", "A2", "open", "2024-06"),
        ("A second battery for the recorder", "C4", "open", "2035-01"),
    ];
    for (what, item, status, due) in actions {
        let action = PlannedAction {
            what: text(what),
            owner: text("Head of the station"),
            item: code(item),
            status: code(status),
            due_on: PartialDate::parse(due).ok(),
            done_on: PartialDate::parse(due).ok().filter(|_| status == "done"),
            ..PlannedAction::default()
        };
        batch.create(Some(plan), &action)?;
    }
    Ok(())
}

fn uses(batch: &mut Batch<'_, '_>, room: RecordId, random: &mut Random) -> Result<(), Error> {
    let purposes = [("child_victim_interview", 14), ("child_witness_interview", 6), ("training", 6), ("not_used", 5)];
    for (purpose, count) in purposes {
        for _ in 0..count {
            let used = RoomUse {
                date: PartialDate::day(2024, random.between(1, 6) as u8, random.between(1, 28) as u8).ok(),
                used_for: code(purpose),
                case_type: code("csea").filter(|_| purpose.starts_with("child")),
                not_used_reason: code("occupied").filter(|_| purpose == "not_used"),
                equipment_worked: Some(random.percent(90)).filter(|_| purpose != "not_used"),
                ..RoomUse::default()
            };
            batch.create(Some(room), &used)?;
        }
    }
    Ok(())
}

/// What two adults said: one may be quoted, the other may not.
fn voices(batch: &mut Batch<'_, '_>, room: RecordId) -> Result<(), Error> {
    let said = [("Children talk more freely here.", "role_only"), ("Please keep this to yourselves.", "no")];
    for (words, consent) in said {
        let testimonial = Testimonial {
            text: Narrative::new(words).ok(),
            speaker_role: code("officer"),
            given_on: PartialDate::parse(ROUNDS[0]).ok(),
            publish_consent: code(consent),
            checked_for_children: Some(consent != "no"),
            ..Testimonial::default()
        };
        batch.create(Some(room), &testimonial)?;
    }
    Ok(())
}

/// Eight interviews in May, and three in June: too few to be told.
fn interviews(
    batch: &mut Batch<'_, '_>,
    unit: RecordId,
    (place, room): (&Place, RecordId),
    random: &mut Random,
) -> Result<(), Error> {
    let case = Case { reported_at: time(FIRST_OF_MAY), ..Case::default() };
    let case = batch.create(Some(unit), &case)?.record;
    for number in 0..11 {
        let day = if number < 8 { number * 3 } else { 31 + number };
        let child = Child {
            sex: code("female"),
            role: code("victim"),
            age_band: code("10-13"),
            date_of_birth: PartialDate::year(random.between(2011, 2013) as u16).ok(),
            home_province: PlaceCode::parse(place.province).ok(),
            harm_forms: code(harm_form(random)).into_iter().collect(),
            ..Child::default()
        };
        let child = batch.create(Some(case), &child)?.record;
        let start = FIRST_OF_MAY + day * DAY;
        let interview = Interview {
            purpose: code("initial"),
            sequence_number: Some(1),
            started_at: time(start),
            ended_at: time(start + 45 * 60_000),
            delay_days: Some(random.between(0, 9)),
            room: Some(room),
            recording: code("video"),
            support_person_choice: code("child_chose"),
            breaks: Some(1),
            invitations: Some(random.between(8, 20)),
            directive_questions: Some(random.between(4, 12)),
            option_posing_questions: Some(random.between(0, 6)),
            suggestive_questions: Some(random.between(0, 2)),
            ..Interview::default()
        };
        batch.create(Some(child), &interview)?;
    }
    Ok(())
}

fn training(batch: &mut Batch<'_, '_>, unit: RecordId, place: &Place, random: &mut Random) -> Result<(), Error> {
    let day = PartialDate::day(2024, 2, random.between(5, 23) as u8).ok();
    let event = TrainingEvent {
        title: text(&format!("Interviewing children, {}", place.name)),
        kind: code("training"),
        topics: ["child_interviewing", "cfr_guidelines"].into_iter().filter_map(code).collect(),
        started_on: day,
        ended_on: day,
        place: PlaceCode::parse(place.province).ok(),
        ..TrainingEvent::default()
    };
    let event = batch.create(Some(unit), &event)?.record;
    for number in 0..6 {
        let participant = TrainingParticipant {
            unit_kind: code("provincial_ahtjp"),
            province: PlaceCode::parse(place.province).ok(),
            sex: code(if number < 3 { "female" } else { "male" }),
            role: code("participant"),
            ..TrainingParticipant::default()
        };
        batch.create(Some(event), &participant)?;
        for (wave, low, high) in [("pre", 35, 60), ("post", 65, 90), ("m6", 60, 85)] {
            let survey = Survey {
                participant_token: text(&format!("token {number}")),
                wave: code(wave),
                answered_on: day,
                knowledge_score: Some(random.between(low, high)),
                usefulness: Some(random.between(3, 5)).filter(|_| wave == "post"),
                intent_to_apply: code(if random.percent(85) { "yes" } else { "unsure" }).filter(|_| wave == "post"),
                applied_since: code(if random.percent(70) { "yes" } else { "no" }).filter(|_| wave == "m6"),
                ..Survey::default()
            };
            batch.create(Some(event), &survey)?;
        }
    }
    Ok(())
}
