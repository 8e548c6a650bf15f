//! What a monitor reports: rooms side by side, two rounds compared, actions, training, and the meeting as it is published.

use std::collections::BTreeMap;

use serde::Serialize;

use super::gathered::{Placed, RoomsRecords, below};
use super::requests::{OpenRequest, open_requests};
use super::{
    ActionFigures, DomainChange, ReachFigures, RoomUseFigures, Share, SurveyFigures, VisitScores, action_figures,
    compare_visits, is_before, knowledge_gained, reach_figures, reconstructed_meeting, room_use_figures,
    score_visit_of, survey_figures,
};
use crate::id::RecordId;
use crate::model::records::{InterviewMonth, PlannedAction, Station, Testimonial, TrainingEvent};
use crate::model::{DynamicRecord, FieldBuffer, PartialDate, Record, Text};
use crate::practice::rooms::may_be_published;

/// The waves of a questionnaire, in their order.
pub const WAVES: [&str; 4] = ["pre", "post", "m3", "m6"];

/// All figures of rooms and training, as of a day. Nothing in it is about a child, and no small cell is shown.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MonitorReport {
    /// The day, as of which actions are overdue.
    pub as_of: String,
    /// The stations, by name.
    pub stations: Vec<StationFigures>,
    /// Rooms whose newest visit has a better score than the one before, of those that were visited twice.
    pub improved: Share,
    /// All planned actions together.
    pub actions: ActionFigures,
    /// Those that are open, what is overdue first.
    pub open_actions: Vec<OpenAction>,
    /// What stations asked for and do not have yet, what is overdue first.
    pub requests: Vec<OpenRequest>,
    /// The trainings and meetings, the newest first.
    pub training: Vec<EventFigures>,
    /// Whom all of them reached together: places in trainings, not people.
    pub reach: ReachFigures,
    /// What may be published of what adults said.
    pub testimonials: Vec<Quote>,
    /// The published meeting, reconstructed: its note has to be shown with its figures.
    pub meeting: MeetingFigures,
}

/// A station with its rooms.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StationFigures {
    /// Its name in English.
    pub name_en: String,
    /// Its name in Khmer; may be empty.
    pub name_km: String,
    /// Its province.
    pub province: Option<String>,
    /// Until when all that it has is here; none: it is kept in this vault.
    pub until: Option<String>,
    /// Its rooms.
    pub rooms: Vec<RoomFigures>,
    /// What its rooms were used for.
    pub room_use: RoomUseFigures,
    /// What became of its planned actions.
    pub actions: ActionFigures,
    /// How interviews were held, by month; of the vault that the station is kept in.
    pub interviews: Vec<MonthFigures>,
}

/// A room, round by round.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RoomFigures {
    /// What it is called.
    pub name: String,
    /// Its state, of the list `room_status`.
    pub status: Option<String>,
    /// The visits, the oldest first.
    pub rounds: Vec<Round>,
    /// How each domain changed between the last two visits.
    pub changes: Vec<DomainChange>,
    /// By how many tenths of a per cent the total changed between them.
    pub change: Option<i64>,
    /// The total of the last visit in each half-year, such as `2026-1`.
    pub half_years: BTreeMap<String, Share>,
}

/// A visit.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Round {
    /// When.
    pub visited_on: String,
    /// Version of the checklist, as it was noted.
    pub checklist: Option<String>,
    /// What was found.
    pub scores: VisitScores,
    /// How it was found out, by how many items.
    pub evidence: BTreeMap<String, u64>,
}

/// An action that is not done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OpenAction {
    /// The station, in English; empty for one that follows from a training.
    pub station: String,
    /// What is to be done.
    pub what: String,
    /// Function and office of who does it.
    pub owner: Option<String>,
    /// The item of the checklist.
    pub item: Option<String>,
    /// Until when.
    pub due_on: Option<String>,
    /// Whether all of that date has passed, or it is said to be late.
    pub overdue: bool,
}

/// A training or meeting.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EventFigures {
    /// Its title.
    pub title: String,
    /// Its kind, of the list `training_kind`.
    pub kind: Option<String>,
    /// Its first day.
    pub started_on: Option<String>,
    /// How many came, as the event says.
    pub attended: Option<u64>,
    /// Whom it reached, by the list of participants.
    pub reach: ReachFigures,
    /// What they said, by wave; a wave with few answers is left out.
    pub surveys: BTreeMap<String, SurveyFigures>,
    /// Who knew more right afterwards than before, of those who answered both times; none of few.
    pub knowledge_gained: Option<Share>,
}

/// What somebody said who agreed that it is published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Quote {
    /// The words.
    pub text: String,
    /// The speaker's role, if they agreed to that.
    pub role: Option<String>,
}

/// The published meeting.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MeetingFigures {
    /// What of it is published, and what is not.
    pub note: String,
    /// Its figures.
    pub event: EventFigures,
}

/// How interviews of a month were held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MonthFigures {
    /// The month.
    pub month: String,
    /// How many; none: fewer than five.
    pub interviews: Option<u64>,
    /// Held in a room for children.
    pub in_room: Option<Share>,
    /// The first of the child.
    pub first: Option<Share>,
    /// Recorded.
    pub recorded: Option<Share>,
    /// A support person was offered.
    pub support_offered: Option<Share>,
    /// With a break.
    pub with_break: Option<Share>,
    /// Open invitations, of all questions.
    pub invitations: Option<Share>,
    /// Option-posing and suggestive questions, of all questions.
    pub leading_questions: Option<Share>,
    /// Days from report to interview, in the middle.
    pub median_delay_days: Option<u64>,
    /// For which the child waited too long.
    pub undue_delay: Option<Share>,
    /// With practice in telling.
    pub narrative_training: Option<Share>,
    /// Phases that were done in full, of all phases.
    pub phases_full: Option<Share>,
    /// Interviews out of the children who were interviewed: from 1 on.
    pub interviews_per_child: Option<Ratio>,
    /// Breaks out of hours of being asked, of children below ten years.
    pub breaks_per_hour_young: Option<Ratio>,
    /// How the child's own face changed.
    pub faces: Option<FaceFigures>,
    /// Referrals due within 24 hours that arrived in 24 hours.
    pub referred_24h: Option<Share>,
    /// Referrals due within 72 hours or less that arrived in 72 hours.
    pub referred_72h: Option<Share>,
    /// Referrals after which the need was met, of those whose outcome is known.
    pub need_met: Option<Share>,
    /// Refusals that were respected.
    pub refusals_respected: Option<Share>,
}

/// So many for each of something: an average with what it is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Ratio {
    /// How many.
    pub count: u64,
    /// For how much.
    pub of: u64,
    /// In hundredths.
    pub hundredths: u64,
}

impl Ratio {
    /// None out of nothing. `of` may be a part of the unit, such as minutes of an hour: 60 in one.
    #[must_use]
    pub fn new(count: u64, of: u64, in_one: u64) -> Option<Self> {
        let exact = u128::from(count) * 100 * u128::from(in_one);
        let hundredths = u64::try_from(exact.checked_div(u128::from(of))?).ok()?;
        Some(Self { count, of, hundredths })
    }
}

/// How the child's own face changed, of the interviews at which it pointed to one before and after.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct FaceFigures {
    /// To a happier one.
    pub better: u64,
    /// To the same.
    pub same: u64,
    /// To a sadder one.
    pub worse: u64,
}

impl MonitorReport {
    /// The figures of what was read from a vault, whose unit is `unit`, as of a day.
    #[must_use]
    pub fn of(records: &RoomsRecords, unit: RecordId, today: PartialDate) -> Self {
        let mut stations: Vec<_> =
            records.stations.iter().map(|station| station_figures(records, station, unit, today)).collect();
        stations.sort_by(|one, other| one.name_en.cmp(&other.name_en));
        let changes = stations.iter().flat_map(|station| &station.rooms).map(|room| room.change.map(|by| by > 0));
        let actions: Vec<_> = records.actions.iter().map(|placed| placed.record.clone()).collect();
        let mut open: Vec<_> = records.actions.iter().filter_map(|one| open_action(records, one, today)).collect();
        let order = |one: &OpenAction| (!one.overdue, one.due_on.clone().unwrap_or_else(|| "9999".into()));
        open.sort_by_key(|one| (order(one), one.station.clone(), one.what.clone()));
        let mut training: Vec<_> = records.events.iter().map(|event| event_of(records, event)).collect();
        training.sort_by(|one, other| (&other.started_on, &one.title).cmp(&(&one.started_on, &other.title)));
        let everybody: Vec<_> = records.participants.iter().map(|placed| placed.record.clone()).collect();
        Self {
            as_of: today.to_text(),
            improved: Share::of(changes),
            stations,
            actions: action_figures(&actions, today),
            open_actions: open,
            requests: open_requests(records, today),
            training,
            reach: reach_figures(&everybody),
            testimonials: records.testimonials.iter().filter_map(|placed| quote(&placed.record)).collect(),
            meeting: meeting(),
        }
    }
}

pub(super) fn text(text: Option<&Text>) -> String {
    text.map_or_else(String::new, |text| text.as_str().to_owned())
}

fn station_figures(
    records: &RoomsRecords,
    station: &Placed<Station>,
    unit: RecordId,
    today: PartialDate,
) -> StationFigures {
    let source = records.sources.iter().find(|source| source.id == station.parent);
    let within = |id| records.stands_in(id, station.id);
    let mut rooms: Vec<_> = records.rooms.iter().filter(|room| room.parent == station.id).collect();
    rooms.sort_by_key(|room| text(room.record.name.as_ref()));
    let uses: Vec<_> = records.uses.iter().filter(|one| within(one.id)).map(|one| one.record.clone()).collect();
    let actions: Vec<_> = records.actions.iter().filter(|one| within(one.id)).map(|one| one.record.clone()).collect();
    let mut months = below(&records.months, source.map_or(unit, |source| source.id));
    months.sort_by_key(|month| month.month.map(|month| month.to_text()));
    let mut rooms: Vec<_> = rooms
        .into_iter()
        .map(|room| {
            let status = room.record.status.as_ref().map(|status| status.code().as_str().to_owned());
            room_figures(records, room.id, text(room.record.name.as_ref()), status)
        })
        .collect();
    // Visits to the station as a whole stand beside its rooms.
    let whole = room_figures(records, station.id, String::new(), None);
    if !whole.rounds.is_empty() {
        rooms.push(whole);
    }
    StationFigures {
        name_en: text(station.record.name_en.as_ref()),
        name_km: text(station.record.name_km.as_ref()),
        province: station.record.place.as_ref().and_then(|place| place.as_str().get(..2)).map(str::to_owned),
        until: source.and_then(|source| source.record.until).map(|until| until.to_text()),
        rooms,
        room_use: room_use_figures(&uses),
        actions: action_figures(&actions, today),
        interviews: months.iter().filter_map(MonthFigures::of).collect(),
    }
}

fn room_figures(records: &RoomsRecords, place: RecordId, name: String, status: Option<String>) -> RoomFigures {
    let mut visits: Vec<_> = records.visits.iter().filter(|visit| visit.parent == place).collect();
    visits.sort_by_key(|visit| visit.record.visited_on.map(|day| day.to_text()));
    let round = |visit: &&Placed<crate::model::records::MonitoringVisit>| {
        let items = below(&records.items, visit.id);
        let mut evidence: BTreeMap<String, u64> = BTreeMap::new();
        for seen in items.iter().flat_map(|item| &item.evidence) {
            *evidence.entry(seen.code().as_str().to_owned()).or_default() += 1;
        }
        // A version that is no number is not known here.
        let version = visit.record.checklist_version.as_ref().and_then(|version| version.as_str().trim().parse().ok());
        Round {
            visited_on: visit.record.visited_on.map_or_else(String::new, |day| day.to_text()),
            checklist: visit.record.checklist_version.as_ref().map(|version| version.as_str().to_owned()),
            scores: score_visit_of(&items, version),
            evidence,
        }
    };
    let rounds: Vec<_> = visits.iter().map(round).collect();
    let (changes, change) = match &rounds[..] {
        [.., before, now] => {
            let tenths = |round: &Round| round.scores.total.tenths().and_then(|tenths| i64::try_from(tenths).ok());
            let change = tenths(now).zip(tenths(before)).map(|(now, before)| now - before);
            (compare_visits(&before.scores, &now.scores), change)
        }
        _ => (Vec::new(), None),
    };
    let half_years = rounds.iter().filter_map(|round| Some((half_year(&round.visited_on)?, round.scores.total)));
    RoomFigures { name, status, half_years: half_years.collect(), rounds, changes, change }
}

/// The half-year of a day; none if only its year is known.
fn half_year(day: &str) -> Option<String> {
    let (year, month) = (day.get(..4)?, day.get(5..7)?.parse::<u8>().ok()?);
    Some(format!("{year}-{}", if month <= 6 { 1 } else { 2 }))
}

fn open_action(records: &RoomsRecords, placed: &Placed<PlannedAction>, today: PartialDate) -> Option<OpenAction> {
    let action = &placed.record;
    let status = action.status.as_ref().map(|status| status.code().as_str());
    if matches!(status, Some("done" | "dropped")) {
        return None;
    }
    let station = records.stations.iter().find(|station| records.stands_in(placed.id, station.id));
    let due = action.due_on;
    Some(OpenAction {
        station: station.map_or_else(String::new, |station| text(station.record.name_en.as_ref())),
        what: text(action.what.as_ref()),
        owner: action.owner.as_ref().map(|owner| owner.as_str().to_owned()),
        item: action.item.as_ref().map(|item| item.code().as_str().to_owned()),
        due_on: due.map(|due| due.to_text()),
        overdue: status == Some("late") || due.is_some_and(|due| is_before(due, today)),
    })
}

fn event_of(records: &RoomsRecords, event: &Placed<TrainingEvent>) -> EventFigures {
    let (people, surveys) = (below(&records.participants, event.id), below(&records.surveys, event.id));
    event_figures(&event.record, &people, &surveys)
}

fn event_figures(
    event: &TrainingEvent,
    people: &[crate::model::records::TrainingParticipant],
    surveys: &[crate::model::records::Survey],
) -> EventFigures {
    let waves = WAVES.iter().filter_map(|wave| Some(((*wave).to_owned(), survey_figures(surveys, wave)?)));
    EventFigures {
        title: text(event.title.as_ref()),
        kind: event.kind.as_ref().map(|kind| kind.code().as_str().to_owned()),
        started_on: event.started_on.map(|day| day.to_text()),
        attended: event.participants_attended,
        reach: reach_figures(people),
        surveys: waves.collect(),
        knowledge_gained: knowledge_gained(surveys),
    }
}

/// Only what may be published, also in the station's own report.
fn quote(testimonial: &Testimonial) -> Option<Quote> {
    let mut fields = FieldBuffer::new();
    testimonial.encode(&mut fields).ok()?;
    let record = DynamicRecord::decode(Testimonial::spec(), &fields).ok()?;
    let by_role = testimonial.publish_consent.as_ref().is_some_and(|consent| consent.code().as_str() == "role_only");
    may_be_published(&record).then(|| Quote {
        text: testimonial.text.as_ref().map_or_else(String::new, |text| text.as_str().to_owned()),
        role: testimonial.speaker_role.as_ref().filter(|_| by_role).map(|role| role.code().as_str().to_owned()),
    })
}

fn meeting() -> MeetingFigures {
    let meeting = reconstructed_meeting();
    MeetingFigures {
        note: meeting.note.clone(),
        event: event_figures(&meeting.event, &meeting.participants, &meeting.surveys),
    }
}

impl MonthFigures {
    fn of(row: &InterviewMonth) -> Option<Self> {
        let share = |count: Option<u64>, of: Option<u64>| Some(Share { count: count?, of: of? });
        let ratio = |count: Option<u64>, of: Option<u64>, in_one| Ratio::new(count?, of?, in_one);
        Some(Self {
            month: row.month?.to_text(),
            interviews: row.interviews,
            in_room: share(row.in_room, row.in_room_of),
            first: share(row.first, row.first_of),
            recorded: share(row.recorded, row.recorded_of),
            support_offered: share(row.support_offered, row.support_offered_of),
            with_break: share(row.with_break, row.with_break_of),
            invitations: share(row.invitations, row.questions),
            leading_questions: share(row.leading_questions, row.questions),
            median_delay_days: row.median_delay_days,
            undue_delay: share(row.undue_delay, row.undue_delay_of),
            narrative_training: share(row.practised, row.practised_of),
            phases_full: share(row.phases_full, row.phases_full_of),
            interviews_per_child: ratio(row.interviews, row.children, 1),
            breaks_per_hour_young: ratio(row.young_breaks, row.young_minutes, 60),
            faces: FaceFigures::of(row),
            referred_24h: share(row.referred_24h, row.referred_24h_of),
            referred_72h: share(row.referred_72h, row.referred_72h_of),
            need_met: share(row.need_met, row.need_met_of),
            refusals_respected: share(row.refusals_respected, row.refusals_respected_of),
        })
    }
}

impl FaceFigures {
    fn of(row: &InterviewMonth) -> Option<Self> {
        Some(Self { better: row.face_better?, same: row.face_same?, worse: row.face_worse? })
    }
}
