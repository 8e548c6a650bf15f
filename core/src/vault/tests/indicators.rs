//! Indicators of good practice: the desk counts them out of statistics alone, and those who look after rooms get them by
//! month; each with its numerator and its denominator, none of fewer than five.

use super::members::{Team, supervise};
use super::*;
use crate::model::records::{Consent, Interview, InterviewPhase, QualityFlag, Referral};
use crate::model::{CodeListName, PartialDate, Timestamp};
use crate::practice::indicators::{MonthFigures, Share};

fn some<L: CodeListName>(code: &str) -> Option<Coded<L>> {
    Some(Coded::new(code).unwrap())
}

fn at(text: &str) -> Option<Timestamp> {
    Some(Timestamp::parse(text).unwrap())
}

/// How many children were interviewed well, and how many badly.
const WELL: u64 = 20;
const BADLY: u64 = 10;

fn interview(well: bool, room: RecordId) -> Interview {
    let flags = ["narrative_training_skipped", "long_delay"].map(|flag| QualityFlag::new(flag).unwrap());
    Interview {
        purpose: some("initial"),
        sequence_number: Some(if well { 1 } else { 2 }),
        repeat_reason: if well { None } else { some("not_shared_between_agencies") },
        started_at: at("2025-03-10T02:00:00Z"),
        ended_at: at("2025-03-10T03:00:00Z"),
        net_minutes: Some(40),
        breaks: Some(u64::from(well)),
        delay_days: Some(if well { 2 } else { 20 }),
        room: well.then_some(room),
        alternative_venue: if well { None } else { some("home") },
        support_person_choice: some(if well { "child_chose" } else { "not_offered" }),
        recording: some(if well { "video" } else { "none" }),
        no_recording_reason: if well { None } else { some("no_power") },
        invitations: Some(if well { 8 } else { 1 }),
        directive_questions: Some(if well { 2 } else { 9 }),
        face_before: Some(3),
        face_after: Some(if well { 4 } else { 2 }),
        quality_flags: if well { Vec::new() } else { flags.to_vec() },
        ..Interview::default()
    }
}

fn referral(well: bool) -> Referral {
    Referral {
        service_type: some("shelter"),
        urgency: some("within_24h"),
        status: some("completed"),
        made_at: at("2025-03-10T04:00:00Z"),
        hours_to_receipt: Some(if well { 5 } else { 100 }),
        outcome: some(if well { "need_met" } else { "not_met" }),
        ..Referral::default()
    }
}

/// A station in which this many children were interviewed in March 2025.
fn station(team: &Team) {
    let why = access().because("a register on paper");
    let session = &team.chief;
    let write = |batch: &mut Batch<'_, '_>, number: u64| -> Result<(), Error> {
        let well = number < WELL;
        let case = batch.create(Some(session.unit()), &Case::default())?.record;
        let child = Child { age_at_report: Some(8), ..child("Sokha") };
        let child = batch.create(Some(case), &child)?.record;
        let held = batch.create(Some(child), &interview(well, case))?.record;
        let completion = some(if well { "full" } else { "partial" });
        let phase = InterviewPhase { phase: some("introduction"), completion, ..InterviewPhase::default() };
        batch.create(Some(held), &phase)?;
        batch.create(Some(child), &referral(well))?;
        let refused = Consent {
            giver: some("child_assent"),
            purpose: some("recording"),
            decision: some("refused"),
            given_at: at("2025-03-10T01:00:00Z"),
            ..Consent::default()
        };
        batch.create(Some(child), &refused).map(drop)
    };
    session.write_history(&why, |batch| (0..WELL + BADLY).try_for_each(|number| write(batch, number))).unwrap();
}

/// One of the children.
fn a_child(team: &Team) -> RecordId {
    let case = team.chief.cases(&access()).unwrap()[0];
    let records = team.chief.records_of(case, &access()).unwrap();
    records.iter().find(|record| record.kind == Some(crate::model::RecordKind::CHILD)).unwrap().id
}

#[cfg(feature = "extract")]
#[test]
fn the_desk_states_every_indicator_with_numerator_and_denominator_from_statistics_alone() {
    use crate::release::INDICATORS;
    use crate::release::engine::Unwatched;
    use crate::release::tables::PublishedTable;

    let team = Team::new();
    station(&team);
    let desk = team.sign_in(&team.enrol("extract-desk"));
    let table = |indicator: &crate::release::Indicator| -> PublishedTable {
        let (column, values) = (format!("indicator.{}", indicator.name), indicator.values);
        let text = format!(
            "name = \"t\"\naudience = \"inside\"\n[[dimension]]\ncolumn = \"{column}\"\nvalues = {values:?}\n\
             missing = \"not known\"\n[[rate]]\nname = \"share\"\ndimension = \"{column}\"\nvalues = [{:?}]\n\
             without = [\"not known\"]\n",
            values[0]
        );
        let request = TablesRequest::parse(&text).unwrap();
        desk.plan_tables(&request, &Access::for_purpose("HRESCH"), &Unwatched).unwrap().published
    };
    // The first value that an indicator can have, of children of whom it is known.
    let of_few = ["undue_delay", "open_invitations", "breaks_under_10", "refusal_respected"];
    for indicator in &INDICATORS {
        let published = table(indicator);
        let total = published.cells.iter().find(|cell| cell.values == [None]).unwrap();
        let share = total.rates[0].unwrap_or_else(|| panic!("{} is not known", indicator.name));
        let count = if of_few.contains(&indicator.name) { BADLY } else { WELL };
        assert_eq!((share.count, share.of), (count, WELL + BADLY), "{}", indicator.name);
    }
    // The example does the same by sex, as the guide says.
    let example = TablesRequest::parse(include_str!("../../../../examples/statistics/recorded.toml")).unwrap();
    let published = desk.plan_tables(&example, &Access::for_purpose("HRESCH"), &Unwatched).unwrap().published;
    let total = published.cells.iter().find(|cell| cell.values == [None, None]).unwrap();
    assert_eq!(total.rates[0].map(|rate| (rate.count, rate.of)), Some((WELL, WELL + BADLY)));
    // All indicators stand in the guide beside it.
    let guide = include_str!("../../../../examples/statistics/indicators.md");
    for indicator in &INDICATORS {
        let line = format!("| `indicator.{}` | {} |", indicator.name, indicator.values.join(", "));
        assert!(guide.contains(&line), "{line}");
    }
    // What they are made of is not opened: the desk has no key to a case.
    assert!(desk.read::<Child>(a_child(&team), &Access::for_purpose("HRESCH")).is_err());
    // A small cell is hidden here as in any other table, and so is its complement.
    let few = Team::new();
    let session = &few.chief;
    for number in 0..12 {
        let case = session.create(Some(session.unit()), &Case::default(), &access()).unwrap().record;
        let child = session.create(Some(case), &child("Sokha"), &access()).unwrap().record;
        session
            .create(
                Some(child),
                &Interview { repeat_reason: None, sequence_number: Some(1), ..interview(number > 0, case) },
                &access(),
            )
            .unwrap();
    }
    let desk = few.sign_in(&few.enrol("extract-desk"));
    let text = "name = \"t\"\naudience = \"inside\"\n[[dimension]]\ncolumn = \"indicator.recorded\"\nvalues = [\"yes\", \"no\"]\n";
    let request = TablesRequest::parse(text).unwrap();
    let published = desk.plan_tables(&request, &Access::for_purpose("HRESCH"), &Unwatched).unwrap().published;
    let hidden = published.cells.iter().filter(|cell| cell.count.is_none()).count();
    assert!(hidden >= 2, "one child that was not recorded is not told: {:?}", published.cells);
}

#[test]
fn those_who_look_after_rooms_get_every_indicator_of_a_month_and_no_child() {
    let team = Team::new();
    station(&team);
    let supervisor = team.sign_in(&team.enrol("unit-supervisor"));
    let march = PartialDate::parse("2025-03").unwrap();
    let station = crate::model::records::Station { name_en: Text::new("Kandal").ok(), ..Default::default() };
    supervisor.create(Some(supervisor.unit()), &station, &supervise()).unwrap();
    // Whoever counts reaches wellbeing, or its figures are left out.
    supervisor.count_interviews(&[march], &supervise()).unwrap();
    let monitor = team.sign_in(&team.enrol("room-monitor"));
    let month = || -> MonthFigures { monitor.monitor_report(&supervise()).unwrap().stations[0].interviews[0].clone() };
    let told = month();
    let (all, good, bad) = (WELL + BADLY, Share { count: WELL, of: 30 }, Share { count: BADLY, of: 30 });
    assert_eq!(told.interviews, Some(all));
    for share in [told.in_room, told.recorded, told.support_offered, told.narrative_training, told.phases_full] {
        assert_eq!(share, Some(good));
    }
    assert_eq!((told.undue_delay, told.median_delay_days), (Some(bad), Some(2)));
    assert_eq!((told.referred_24h, told.referred_72h, told.need_met), (Some(good), Some(good), Some(good)));
    assert_eq!(told.refusals_respected, Some(bad), "twenty were recorded all the same");
    let children = told.interviews_per_child.unwrap();
    assert_eq!((children.count, children.of, children.hundredths), (30, 30, 100));
    let breaks = told.breaks_per_hour_young.unwrap();
    assert_eq!((breaks.count, breaks.of, breaks.hundredths), (20, 1200, 100), "one in each hour");
    assert_eq!((told.faces, told.first), (None, Some(good)));
    // Who reads interviews as a whole counts faces as well, once five more came in.
    let before = team.chief.cases(&access()).unwrap().len();
    self::station(&team);
    assert_eq!(team.chief.cases(&access()).unwrap().len(), 2 * before);
    team.chief.count_interviews(&[march], &supervise()).unwrap();
    let faces = month().faces.unwrap();
    assert_eq!((faces.better, faces.same, faces.worse), (40, 0, 20));
    // One referral more is not told: it would be known.
    let figures = month().need_met;
    let child = team.chief.cases(&access()).unwrap()[0];
    let more = access().because("a register on paper");
    team.chief.write_history(&more, |batch| batch.create(Some(child), &referral(true))).unwrap();
    team.chief.count_interviews(&[march], &supervise()).unwrap();
    assert_eq!(month().need_met, figures);
    // By key: the monitor opens no field about a child.
    assert!(monitor.read::<Child>(a_child(&team), &supervise()).is_err());
}
