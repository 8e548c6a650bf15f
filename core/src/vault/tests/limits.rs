//! What is counted of a member, and what follows from it.

use std::time::Duration;

use super::emergency::refusal;
use super::members::role;
use super::*;
use crate::access::policy::{AccessPolicy, Measure};
use crate::access::{FindingKind, ReviewOutcome, RosterChange};
use crate::keys::{EmergencySecret, ManualClock};
use crate::log::{DetailKey, DetailValue};
use crate::model::SearchKind;
use crate::model::search::SearchQuery;
use crate::vault::exchange::ExportOptions;

const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(24 * 3600);
/// Noon in Phnom Penh.
const NOON: u64 = 1_700_024_400_000;
/// What every role has to have a limit for.
const MUST: [&str; 3] = ["reads-per-day", "records-per-hour", "searches-across-units-per-hour"];

type Steps<'a> = &'a [(&'a str, u32, &'a str)];

/// The standard access-policy, with these limits for a role.
fn policy(version: u32, role: &str, steps: Steps<'_>) -> AccessPolicy {
    let text = AccessPolicy::standard_text().replacen("version = 1", &format!("version = {version}"), 1);
    let start = text.find(&format!("name = \"{role}\"")).unwrap();
    let from = start + text[start..].find("limits = [").unwrap();
    let to = from + text[from..].find("\n]").unwrap();
    let far = MUST.iter().filter(|must| steps.iter().all(|(measure, ..)| measure != *must));
    let steps = steps.iter().copied().chain(far.map(|measure| (*measure, 900_000, "refuse")));
    let line = |(measure, at, effect)| format!("{{ measure = \"{measure}\", at = {at}, effect = \"{effect}\" }}");
    let lines: Vec<_> = steps.map(line).collect();
    AccessPolicy::parse(&format!("{}limits = [{}{}", &text[..from], lines.join(","), &text[to..])).unwrap()
}

/// A station with one officer and two cases that are theirs, and a clock that goes on when it is told to.
struct Desk {
    world: World,
    clock: ManualClock,
    officer: Identity,
    cases: [RecordId; 2],
    children: Vec<RecordId>,
}

impl Desk {
    fn new(of: &str, steps: Steps<'_>) -> Self {
        let (mut world, clock) = (World::new(), ManualClock::at(NOON));
        let host = Host::with_shared(world.keys.clone()).with_clock(clock.clone());
        world.vault = Vault::open(&world.path(), host).unwrap();
        let (chief, officer) = (world.session(), Identity::generate());
        let why = access().because("the first policy");
        chief.enrol(&officer.public(), &role(of), chief.unit().scope(), &[&world.founder], &why).unwrap();
        let change = RosterChange::Policy(Box::new(policy(2, of, steps)));
        chief.change_roster(change, &[&world.founder], &why).unwrap();
        let mut desk = Self { world, clock, officer, cases: [RecordId::random(); 2], children: Vec::new() };
        let session = desk.sign_in();
        for case in &mut desk.cases {
            *case = session.create(Some(session.unit()), &Case::default(), &supervised()).unwrap().record;
            for name in ["Sokha", "Dara", "Bopha"] {
                desk.children.push(session.create(Some(*case), &child(name), &supervised()).unwrap().record);
            }
        }
        desk
    }

    /// As another process.
    fn open(&self, identity: &Identity) -> Result<Session, Error> {
        let host = Host::with_shared(self.world.keys.clone()).with_clock(self.clock.clone());
        Vault::open(&self.world.path(), host)?.sign_in(identity)
    }

    fn sign_in(&self) -> Session {
        self.open(&self.officer).unwrap()
    }

    fn unusual(&self) -> Vec<(Measure, u64)> {
        let findings = self.world.session().findings(false, &access()).unwrap();
        let unusual = findings.iter().filter_map(|finding| match finding.opened.kind {
            FindingKind::Unusual { measure, count } => {
                assert_eq!(finding.opened.member, self.officer.member());
                Some((measure, count))
            }
            FindingKind::Emergency { .. }
            | FindingKind::Reversal { .. }
            | FindingKind::OverdueReferral { .. }
            | FindingKind::UnsignedRepeat { .. } => None,
        });
        let mut unusual: Vec<_> = unusual.collect();
        unusual.sort_unstable();
        unusual
    }

    /// Events and outcomes of the officer, and the numbers of one detail.
    fn entries(&self, key: DetailKey) -> Vec<(Event, Outcome, Option<u64>)> {
        let chief = self.world.session();
        let entries = chief.log_entries(0, u64::MAX, &Access::for_purpose("audit")).unwrap();
        let mine = entries
            .iter()
            .map(|logged| &logged.entry)
            .filter(|entry| entry.actor.as_ref().is_some_and(|actor| actor.member == self.officer.member()));
        let number = |value: Option<&DetailValue<'_>>| match value {
            Some(DetailValue::Number(number)) => Some(*number),
            _ => None,
        };
        mine.map(|entry| (entry.event, entry.outcome, number(entry.detail.as_ref().and_then(|detail| detail.get(key)))))
            .collect()
    }

    fn tallies(&self) -> i64 {
        raw(self).query_row("SELECT count(*) FROM tally", [], |row| row.get(0)).unwrap()
    }
}

fn raw(desk: &Desk) -> rusqlite::Connection {
    rusqlite::Connection::open(desk.world.path()).unwrap()
}

fn supervised() -> Access {
    Access::for_purpose("supervision")
}

fn by_name(name: &str) -> SearchQuery {
    SearchQuery::among(RecordKind::CHILD).by(SearchKind::Name, name)
}

/// What one act more of each measure is.
fn one_more(desk: &Desk, session: &Session, measure: Measure, number: usize) -> Result<(), Error> {
    let access = supervised();
    match measure {
        Measure::RepeatedSearch => {
            let spellings = ["Sopheaktra", "SOPHEAKTRA", " sopheaktra "];
            session.search(&by_name(spellings[number % 3]), &access).map(drop)
        }
        Measure::SearchesAcrossUnitsPerHour => session.search_across_units(&by_name("Kunvathana"), &access).map(drop),
        Measure::RecordsPerHour => {
            session.read::<Child>(desk.children[number], &access)?;
            session.read::<Child>(desk.children[number], &access).map(drop)
        }
        Measure::OtherCasesPerDay => {
            let chief = desk.world.session();
            let (_, child) = case_with_child(&chief, "Phalla");
            session.read::<Child>(child, &access)?;
            session.read::<Child>(child, &access).map(drop)
        }
        _ => session.read::<Child>(desk.children[0], &access).map(drop),
    }
}

#[test]
fn each_measure_alerts_once_in_its_window_and_a_second_person_closes_it() {
    for measure in Measure::ALL {
        let of = if *measure == Measure::OtherCasesPerDay { "unit-supervisor" } else { "interviewer" };
        let desk = Desk::new(of, &[(measure.name(), 3, "alert")]);
        if *measure == Measure::ReadsAtNight {
            desk.clock.advance(12 * HOUR);
        }
        let session = desk.sign_in();
        for number in 0..5 {
            one_more(&desk, &session, *measure, number).unwrap();
            let expected: &[_] = if number < 2 { &[] } else { &[(*measure, 3)] };
            assert_eq!(desk.unusual(), expected, "{measure}, {number}");
        }
        let told = desk.entries(DetailKey::MEASURE);
        let told: Vec<_> = told.iter().filter(|(event, ..)| *event == Event::Unusual).collect();
        assert_eq!(told, [&(Event::Unusual, Outcome::Success, Some(u64::from(measure.number())))]);

        let chief = desk.world.session();
        let open = chief.findings(true, &access()).unwrap();
        let close = |session: &Session| {
            session.review_finding(open[0].id, ReviewOutcome::Justified, "Asked for it", &supervised())
        };
        assert_eq!(refusal(close(&session)), AccessError::NotAllowed);
        close(&chief).unwrap();
        assert!(chief.findings(true, &access()).unwrap().is_empty());

        // Another window: news again.
        desk.clock.advance(2 * DAY + HOUR);
        let session = desk.sign_in();
        (0..3).for_each(|number| one_more(&desk, &session, *measure, number).unwrap());
        assert_eq!(desk.unusual(), [(*measure, 3), (*measure, 3)], "{measure}");
        desk.world.session().check(|_, _| ()).unwrap();
    }
}

#[test]
fn a_reason_is_asked_and_without_one_nothing_opens_but_an_entry_is_made() {
    let desk = Desk::new("interviewer", &[("reads-per-hour", 3, "ask-reason")]);
    let session = desk.sign_in();
    let id = desk.children[0];
    (0..2).for_each(|_| drop(session.read::<Child>(id, &supervised()).unwrap()));
    let expected = AccessError::ReasonAsked { measure: Measure::ReadsPerHour, count: 3 };
    for _ in 0..2 {
        assert_eq!(refusal(session.read::<Child>(id, &supervised())), expected);
        assert_eq!(refusal(session.read::<Child>(id, &supervised().because("  "))), expected);
        assert_eq!(refusal(session.read_revision::<Child>(id, 1, &supervised())), expected);
        assert_eq!(refusal(session.read_fields(id, None, &supervised())), expected);
    }
    assert_eq!((Error::from(expected).code(), desk.unusual()), (677, vec![(Measure::ReadsPerHour, 3)]));
    let reads = |event, outcome| {
        let entries = desk.entries(DetailKey::ERROR_CODE);
        entries
            .iter()
            .filter(|(of, ended, _)| (*of, *ended) == (event, outcome))
            .map(|(.., code)| *code)
            .collect::<Vec<_>>()
    };
    assert_eq!(reads(Event::Read, Outcome::Success).len(), 2, "what was refused was not read");
    assert_eq!(reads(Event::Denied, Outcome::MinorFailure), [Some(677); 8]);
    // With a reason it is read and counted; of a batch all or nothing.
    session.read::<Child>(id, &supervised().because("The prosecutor asks today")).unwrap();
    let expected = AccessError::ReasonAsked { measure: Measure::ReadsPerHour, count: 9 };
    assert_eq!(refusal(session.read_many::<Child>(&desk.children, &supervised())), expected);
    assert_eq!(desk.unusual().len(), 1, "one finding in an hour");
    // A search is no read.
    session.search(&by_name("Sopheaktra"), &supervised()).unwrap();
    desk.clock.advance(2 * HOUR);
    desk.sign_in().read_many::<Child>(&desk.children[..2], &supervised()).unwrap();
}

#[test]
fn what_is_refused_stays_refused_until_the_time_has_passed_whoever_signs_in_anew() {
    let desk = Desk::new("interviewer", &[("records-per-hour", 3, "refuse"), ("repeated-search", 2, "refuse")]);
    let (one, other) = (desk.sign_in(), desk.sign_in());
    one.read::<Child>(desk.children[0], &supervised()).unwrap();
    other.read::<Child>(desk.children[1], &supervised()).unwrap();
    let expected = AccessError::LimitReached { measure: Measure::RecordsPerHour, count: 3 };
    let urgent = supervised().because("It is urgent");
    for session in [&one, &other, &desk.sign_in()] {
        assert_eq!(refusal(session.read::<Child>(desk.children[2], &urgent)), expected);
        // What was seen already is nothing new.
        session.read::<Child>(desk.children[0], &urgent).unwrap();
    }
    assert_eq!((Error::from(expected).code(), desk.unusual()), (678, vec![(Measure::RecordsPerHour, 3)]));
    one.search(&by_name("Sopheaktra"), &supervised()).unwrap();
    let twice = AccessError::LimitReached { measure: Measure::RepeatedSearch, count: 2 };
    assert_eq!(refusal(other.search(&by_name("sopheaktra"), &urgent)), twice);
    other.search(&by_name("Kunvathana"), &supervised()).unwrap();
    desk.clock.advance(Duration::from_secs(66 * 60));
    desk.sign_in().read_many::<Child>(&desk.children[2..4], &supervised()).unwrap();
}

#[test]
fn slow_answers_wait_outside_of_every_lock_and_longer_each_time() {
    let desk = Desk::new("interviewer", &[("reads-per-hour", 2, "alert"), ("reads-per-hour", 3, "slow")]);
    let session = desk.sign_in();
    let mut waits = Vec::new();
    for _ in 0..9 {
        let before = crate::keys::Clock::wall_milliseconds(&desk.clock);
        session.read::<Child>(desk.children[0], &supervised()).unwrap();
        waits.push(crate::keys::Clock::wall_milliseconds(&desk.clock) - before);
    }
    assert_eq!(waits, [0, 0, 250, 500, 1000, 2000, 4000, 5000, 5000]);
    assert_eq!(desk.unusual(), [(Measure::ReadsPerHour, 2), (Measure::ReadsPerHour, 3)], "the stronger one is news");
}

/// A clock that locks a session while it waits.
#[derive(Clone)]
struct Waiting(ManualClock, Arc<std::sync::Mutex<Option<Arc<Session>>>>);

impl crate::keys::Clock for Waiting {
    fn wall_milliseconds(&self) -> u64 {
        self.0.wall_milliseconds()
    }

    fn monotonic_milliseconds(&self) -> u64 {
        self.0.monotonic_milliseconds()
    }

    fn wait(&self, time: Duration) {
        let session = self.1.lock().unwrap().take();
        session.expect("waits once").lock();
        self.0.advance(time);
    }
}

#[test]
fn what_waits_stays_closed_if_the_session_is_locked_meanwhile() {
    let desk = Desk::new("interviewer", &[("reads-per-hour", 1, "slow")]);
    let clock = Waiting(desk.clock.clone(), Arc::default());
    let host = Host::with_shared(desk.world.keys.clone()).with_clock(clock.clone());
    let session = Arc::new(Vault::open(&desk.world.path(), host).unwrap().sign_in(&desk.officer).unwrap());
    *clock.1.lock().unwrap() = Some(Arc::clone(&session));
    assert_eq!(session.read::<Child>(desk.children[0], &supervised()).unwrap_err(), Error::Locked);
    assert!(desk.entries(DetailKey::COUNT).iter().any(|(event, ..)| *event == Event::Read), "the entry stands");
}

#[test]
fn a_role_without_limits_is_not_counted() {
    let desk = Desk::new("interviewer", &[]);
    let chief = desk.world.session();
    assert_eq!(desk.tallies(), 0);
    chief.read_many::<Child>(&desk.children, &access()).unwrap();
    assert_eq!(desk.tallies(), 0, "the founder");
    desk.sign_in().read::<Child>(desk.children[0], &supervised()).unwrap();
    assert_eq!(desk.tallies(), 1);
}

#[test]
fn an_emergency_counts_as_a_read_of_anothers_case() {
    let desk = Desk::new("interviewer", &[("other-cases-per-day", 1, "alert"), ("reads-per-hour", 2, "refuse")]);
    let (chief, second) = (desk.world.session(), EmergencySecret::generate());
    let change = RosterChange::Emergency { member: desk.officer.member(), second: Some(second.public()) };
    chief.change_roster(change, &[&desk.world.founder], &access()).unwrap();
    let (case, id) = case_with_child(&chief, "Phalla");
    let why = Access::for_purpose("BTG").because("The child is in danger tonight");
    let session = desk.sign_in();
    let open = session.break_glass(case, &second, &why).unwrap();
    open.read::<Child>(id).unwrap();
    assert_eq!(desk.unusual(), [(Measure::OtherCasesPerDay, 1)]);
    let expected = AccessError::LimitReached { measure: Measure::ReadsPerHour, count: 2 };
    assert_eq!(refusal(open.read_fields(id)), expected);
}

#[test]
fn an_export_counts_what_it_reads_and_one_of_everything_is_always_looked_at() {
    let desk = Desk::new("unit-supervisor", &[("records-per-hour", 500, "alert")]);
    let session = desk.sign_in();
    let why = supervised().because("For the court");
    let options = ExportOptions { cases: Some(vec![desk.cases[0]]), history: false };
    session.export_lines(&mut Vec::new(), &options, &why, &mut |_| ()).unwrap();
    assert_eq!(desk.unusual(), []);
    session.export_lines(&mut Vec::new(), &ExportOptions::default(), &why, &mut |_| ()).unwrap();
    assert_eq!(desk.unusual(), [(Measure::RecordsPerHour, desk.world.vault.info().unwrap().records)]);

    let desk = Desk::new("unit-supervisor", &[("records-per-hour", 3, "refuse")]);
    let mut out = Vec::new();
    let refused = desk.sign_in().export_lines(&mut out, &options_of(&desk), &why, &mut |_| ());
    assert_eq!(refusal(refused), AccessError::LimitReached { measure: Measure::RecordsPerHour, count: 4 });
    assert!(out.is_empty());
}

fn options_of(desk: &Desk) -> ExportOptions {
    ExportOptions { cases: Some(vec![desk.cases[0]]), history: false }
}

#[test]
fn counts_that_were_deleted_put_back_or_exchanged_are_an_integrity_error() {
    for open in [false, true] {
        for change in
            ["DELETE FROM tally", "UPDATE tally SET sealed = x'00'", "UPDATE tally SET name = zeroblob(16)", ""]
        {
            let desk = Desk::new("interviewer", &[("reads-per-hour", 100, "alert")]);
            let session = desk.sign_in();
            session.read::<Child>(desk.children[0], &supervised()).unwrap();
            let sealed = |desk: &Desk| -> Vec<u8> {
                raw(desk).query_row("SELECT sealed FROM tally", [], |row| row.get(0)).unwrap()
            };
            let old = sealed(&desk);
            session.read::<Child>(desk.children[0], &supervised()).unwrap();
            assert_ne!(old, sealed(&desk));
            if !open {
                session.lock();
            }
            match change {
                "" => assert_eq!(raw(&desk).execute("UPDATE tally SET sealed = ?1", [old]).unwrap(), 1),
                change => raw(&desk).execute_batch(change).unwrap(),
            }
            let seen = match open {
                true => session.read::<Child>(desk.children[0], &supervised()).err(),
                false => desk.open(&desk.officer).err(),
            };
            assert_eq!(seen, Some(IntegrityError::State.into()), "{change}");
            assert_eq!(desk.open(&desk.world.founder).err(), Some(IntegrityError::State.into()), "whoever looks");
        }
    }
}

#[test]
fn an_open_session_notices_counts_that_another_member_has_had_signed_as_fewer() {
    let desk = Desk::new("interviewer", &[("reads-per-hour", 3, "refuse")]);
    let session = desk.sign_in();
    session.read_many::<Child>(&desk.children[..2], &supervised()).unwrap();
    // The founder with a program of their own: the row is taken out, and the state is signed without it.
    let chief = desk.world.session();
    chief.look(|act| act.keys.state.verify_all(act.rows)).unwrap();
    chief
        .act(&access(), Event::Heartbeat, &[], |act| {
            let mut rows = Vec::new();
            act.rows.each_tally(|row| rows.push(row.clone()))?;
            for row in &rows {
                act.keys.state.remove_tally(row);
                act.rows.forget_tally(&row.name)?;
            }
            act.log(Event::Heartbeat, Outcome::Success, None, None).map(drop)
        })
        .unwrap();
    assert_eq!(session.read::<Child>(desk.children[0], &supervised()).err(), Some(IntegrityError::Rollback.into()));
}

#[test]
fn whichever_step_fails_nothing_is_counted_told_or_opened() {
    let desk = Desk::new("interviewer", &[("reads-per-hour", 2, "alert"), ("reads-per-hour", 4, "refuse")]);
    let mut world = World { vault: desk.world.vault.clone(), ..World::new() };
    world.vault =
        Vault::open(&desk.world.path(), Host::with_shared(desk.world.keys.clone()).with_clock(desk.clock.clone()))
            .unwrap();
    let session = world.vault.sign_in(&desk.officer).unwrap();
    let id = desk.children[0];
    session.read::<Child>(id, &supervised()).unwrap();
    let size = session.log_size().unwrap();
    let steps = ["INSERT ON main.tally", "INSERT ON main.entry", "INSERT ON main.finding", "INSERT ON main.tip"];
    for step in steps {
        let remove = obstacle(&world, step);
        assert!(matches!(session.read::<Child>(id, &supervised()), Err(Error::Store(_))), "{step}");
        world.vault.store().unwrap().raw().execute_batch(remove).unwrap();
        assert_eq!(session.log_size().unwrap(), size, "{step}");
    }
    assert_eq!(desk.unusual(), []);
    session.read::<Child>(id, &supervised()).unwrap();
    assert_eq!(desk.unusual(), [(Measure::ReadsPerHour, 2)]);
    session.read::<Child>(id, &supervised()).unwrap();
    // A refusal that cannot be logged is a refusal all the same, and the next one is told.
    let refused = AccessError::LimitReached { measure: Measure::ReadsPerHour, count: 4 };
    for step in ["INSERT ON main.tally", "INSERT ON main.finding", "INSERT ON main.tip"] {
        let remove = obstacle(&world, step);
        assert_eq!(refusal(session.read::<Child>(id, &supervised())), refused, "{step}");
        world.vault.store().unwrap().raw().execute_batch(remove).unwrap();
    }
    assert_eq!(desk.unusual().len(), 1);
    assert_eq!(refusal(session.read::<Child>(id, &supervised())), refused);
    assert_eq!(desk.unusual(), [(Measure::ReadsPerHour, 2), (Measure::ReadsPerHour, 4)]);
    session.check(|_, _| ()).unwrap();
}
