//! Tables of rooms and training: read with the keys of rooms, protected as every table, and compared with those before where
//! they are about people.

use super::members::{Team, code, supervise};
use super::rooms::{day, some, text};
use super::*;
use crate::access::AccessError;
use crate::model::PlaceCode;
use crate::model::records::{
    Certification, MonitoringVisit, Officer, Room, Station, Survey, TrainingEvent, TrainingParticipant, VisitItem,
};
use crate::release::engine::Unwatched;
use crate::release::tables::{PublishedTable, TablesError};
use crate::vault::TablesPlan;

/// A station with a room and a training.
struct Place {
    team: Team,
    session: Session,
    room: RecordId,
    training: RecordId,
}

impl Place {
    fn new() -> Self {
        let team = Team::new();
        let session = team.sign_in(&team.enrol("unit-supervisor"));
        let place = PlaceCode::parse("12").unwrap();
        let station = Station { name_en: text("Example"), place: Some(place), ..Station::default() };
        let station = session.create(Some(session.unit()), &station, &supervise()).unwrap().record;
        let room = Room { name: text("Room"), seats: Some(3), ..Room::default() };
        let room = session.create(Some(station), &room, &supervise()).unwrap().record;
        let training = TrainingEvent {
            title: text("Interviewing"),
            kind: some("training"),
            started_on: day("2025-05-06"),
            ..TrainingEvent::default()
        };
        let training = session.create(Some(station), &training, &supervise()).unwrap().record;
        Self { team, session, room, training }
    }

    fn add<R: Record>(&self, parent: RecordId, record: &R) -> RecordId {
        self.session.create(Some(parent), record, &supervise()).unwrap().record
    }

    fn participants(&self, count: usize, sex: &str, unit: &str) {
        for _ in 0..count {
            let one = TrainingParticipant {
                name: text("Chan Dara"),
                sex: some(sex),
                unit_kind: some(unit),
                ..TrainingParticipant::default()
            };
            self.add(self.training, &one);
        }
    }

    fn visit(&self, score: u64) -> RecordId {
        let visit = MonitoringVisit { visited_on: day("2025-02"), total_percent: Some(score), ..Default::default() };
        self.add(self.room, &visit)
    }
}

fn request(rows: &str, dimensions: &[(&str, &str)]) -> TablesRequest {
    let dimension = |(column, values): &(&str, &str)| format!("[[dimension]]\ncolumn = \"{column}\"\n{values}\n");
    let dimensions: String = dimensions.iter().map(dimension).collect();
    TablesRequest::parse(&format!("name = \"t\"\naudience = \"inside\"\nrows = \"{rows}\"\n{dimensions}")).unwrap()
}

const SEX: (&str, &str) = ("training_participant.sex", "values = [\"female\", \"male\"]");
const UNIT: (&str, &str) = ("training_participant.unit_kind", "values = [\"dahtjp\", \"district_police\"]");

fn plan(session: &Session, request: &TablesRequest) -> Result<TablesPlan, Error> {
    session.plan_tables(request, &supervise(), &Unwatched)
}

fn counts(published: &PublishedTable) -> Vec<Option<i64>> {
    published.cells.iter().map(|cell| cell.count).collect()
}

#[test]
fn participants_are_counted_and_few_are_hidden_with_what_would_tell_of_them() {
    let place = Place::new();
    place.participants(9, "female", "dahtjp");
    place.participants(2, "male", "dahtjp");
    place.participants(8, "female", "district_police");
    place.participants(30, "male", "district_police");
    let monitor = place.team.sign_in(&place.team.enrol("room-monitor"));
    let planned = plan(&monitor, &request("participants", &[SEX, UNIT])).unwrap();
    // Two men of a unit: nothing below the floor is shown, and the two are not what a line leaves.
    let shown = counts(&planned.published);
    assert!(shown.iter().flatten().all(|count| *count >= 5), "{shown:?}");
    let hidden = shown.iter().filter(|count| count.is_none()).count();
    assert!(hidden >= 4, "{shown:?}");
    assert_eq!(shown.last().copied().flatten(), Some(49));
    let account = planned.published.account.unwrap();
    assert!(account.narrowest_interval.is_some_and(|width| width >= 5), "{account:?}");
    assert_eq!((planned.guard.singles_out, planned.guard.narrows), (None, None));
    // By whom they were trained with; the event and its station tell of each participant.
    let event = ("training_event.kind", "values = [\"training\"]");
    let province = ("station.place", "values = [\"12\"]");
    let told = plan(&monitor, &request("participants", &[event, province])).unwrap();
    assert_eq!(counts(&told.published), [Some(49); 4]);
    // Names are nowhere, and not asked for: the log tells which fields were read.
    assert!(!serde_json::to_string(&told).unwrap().contains("Dara"));
}

#[test]
fn a_table_of_people_is_compared_with_those_before_it() {
    let place = Place::new();
    place.participants(12, "female", "dahtjp");
    place.participants(12, "male", "dahtjp");
    let monitor = place.team.sign_in(&place.team.enrol("room-monitor"));
    let asked = request("participants", &[SEX]);
    let folder = |name: &str| place.team.world.folder.path().join(name);
    let build = |name: &str| monitor.build_tables(&asked, &folder(name), &supervise(), &Unwatched);
    assert_eq!(counts(&build("first").unwrap()), [Some(12), Some(12), Some(24)]);
    assert!(folder("first").join("table.csv").exists());
    // One more woman: her sex would follow by subtraction.
    place.participants(1, "female", "dahtjp");
    let told = plan(&monitor, &asked).unwrap();
    assert_eq!(told.guard.singles_out.map(|told| told.smallest), Some(1));
    let refused = code(build("second"));
    assert!(matches!(refused, Error::Tables(TablesError::SinglesOut { at_risk: 1, .. })), "{refused:?}");
    assert!(!folder("second").exists());
    // A table of other rows is another matter, and so are five more.
    plan(&monitor, &request("training", &[("training_event.kind", "values = [\"training\"]")])).unwrap();
    place.participants(4, "female", "dahtjp");
    assert_eq!(counts(&build("second").unwrap()), [Some(17), Some(12), Some(29)]);
    // What left counts for everybody who opens the vault, also later.
    place.participants(1, "male", "dahtjp");
    let other = place.team.sign_in(&place.team.enrol("room-monitor"));
    assert!(plan(&other, &asked).unwrap().guard.singles_out.is_some());
    place.team.chief.check(|_, _| ()).unwrap();
}

#[test]
fn visits_scores_and_items_are_counted_and_may_be_told_each_time() {
    let place = Place::new();
    let visits: Vec<RecordId> =
        [40, 45, 48, 30, 20, 90, 95, 92, 93, 99, 91].iter().map(|score| place.visit(*score)).collect();
    for visit in visits.iter().take(6) {
        place.add(*visit, &VisitItem { item: some("A3"), score: some("0"), ..VisitItem::default() });
        place.add(*visit, &VisitItem { item: some("B1"), score: some("2"), ..VisitItem::default() });
    }
    let monitor = place.team.sign_in(&place.team.enrol("room-monitor"));
    let scores = request("visits", &[("monitoring_visit.total_percent", "bands = [0, 50, 101]")]);
    let path = place.team.world.folder.path().join("scores");
    let built = monitor.build_tables(&scores, &path, &supervise(), &Unwatched).unwrap();
    assert_eq!(counts(&built), [Some(5), Some(6), Some(0), Some(11)]);
    let domain = ("visit_item.domain", "values = [\"A\", \"B\"]");
    let score = ("visit_item.score", "values = [\"0\", \"1\", \"2\"]\nother = \"other\"");
    let items = plan(&monitor, &request("visit-items", &[domain, score])).unwrap();
    let count = |values: [Option<&str>; 2]| {
        let cell = items.published.cells.iter().find(|cell| cell.values.iter().map(Option::as_deref).eq(values));
        cell.unwrap().count
    };
    assert_eq!(count([Some("A"), Some("0")]), Some(6));
    assert_eq!(count([Some("B"), Some("0")]), Some(0));
    assert_eq!(count([None, None]), Some(12));
    // One visit more may be told: it is about a room.
    place.visit(96);
    let again = place.team.world.folder.path().join("again");
    let built = monitor.build_tables(&scores, &again, &supervise(), &Unwatched).unwrap();
    assert_eq!(counts(&built).last(), Some(&Some(12)));
}

#[test]
fn who_answered_twice_is_one_person() {
    let place = Place::new();
    for number in 0..6 {
        for wave in ["pre", "post"] {
            let token = text(&format!("token {}", number % 4));
            place.add(place.training, &Survey { participant_token: token, wave: some(wave), ..Survey::default() });
        }
    }
    let monitor = place.team.sign_in(&place.team.enrol("room-monitor"));
    let wave = ("survey.wave", "values = [\"pre\", \"post\"]\nother = \"later\"");
    // A person has answers in two waves: children's rule would count nobody twice.
    let refused = code(plan(&monitor, &request("surveys", &[wave])));
    assert_eq!(refused, Error::Tables(TablesError::SeveralCells { children: 4 }));
    let text = "name = \"t\"\naudience = \"inside\"\nrows = \"surveys\"\ncount = \"rows\"\n[[dimension]]\n\
                column = \"survey.wave\"\nvalues = [\"pre\", \"post\"]\nother = \"later\"\n";
    let rows = plan(&monitor, &TablesRequest::parse(text).unwrap());
    // Twelve answers of four people: too few people for any cell.
    match rows {
        Ok(plan) => assert_eq!(counts(&plan.published).iter().flatten().filter(|count| **count > 0).count(), 0),
        Err(error) => assert_eq!(error, Error::Tables(TablesError::Unprotectable)),
    }
}

#[test]
fn certificates_need_the_keys_of_officers_and_a_trainer_makes_no_tables() {
    let place = Place::new();
    for number in 0..7 {
        let officer = Officer { name: text(&format!("Chan {number}")), ..Officer::default() };
        let officer = place.add(place.session.unit(), &officer);
        place.add(officer, &Certification { course: some("child_interviewing"), ..Certification::default() });
    }
    let course = ("certification.course", "values = [\"child_interviewing\"]\nother = \"other\"");
    let asked = request("certificates", &[course]);
    let told = plan(&place.session, &asked).unwrap();
    assert_eq!(counts(&told.published), [Some(7), Some(0), Some(7)]);
    let monitor = place.team.sign_in(&place.team.enrol("room-monitor"));
    let denied = code(plan(&monitor, &asked));
    assert!(matches!(denied, Error::Access(AccessError::NoKey { .. })), "{denied:?}");
    let trainer = place.team.sign_in(&place.team.enrol("trainer"));
    let training = request("participants", &[SEX]);
    let denied = code(trainer.plan_tables(&training, &Access::for_purpose("training"), &Unwatched));
    assert_eq!(denied, Error::Access(AccessError::NotAllowed));
    // There is no noise for rooms: it is paid from budgets about children.
    let noisy = "name = \"t\"\naudience = \"inside\"\nrows = \"visits\"\n[[dimension]]\ncolumn = \"room.seats\"\n\
                 bands = [0, 3]\n[private]\nmechanism = \"laplace\"\nepsilon = 1.0\n";
    assert!(matches!(TablesRequest::parse(noisy), Err(TablesError::Mode { .. })));
}
