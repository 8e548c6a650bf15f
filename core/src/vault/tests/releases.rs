//! Releases are compared with those before them, and noisy answers are paid for.

use super::members::{Team, code};
use super::*;
use crate::access::releases::{Audience, ReleaseException, ReleasePolicy, ReleaseSeries};
use crate::access::{AccessError, RosterChange};
use crate::model::records::Release;
use crate::release::engine::Unwatched;
use crate::release::series::Membership;
use crate::release::spec::InSeries;
use crate::release::tables::{Narrowed, Rho, ShownTable, TablesError, TablesSpec, tabulate};
use crate::release::{Column, Table};
use crate::seal::sha256;
use crate::vault::{EXTRACTS, TABLES};

fn research() -> Access {
    Access::for_purpose("HRESCH")
}

fn series(budget: u64, audience: Audience) -> ReleaseSeries {
    ReleaseSeries { name: "Yearly".into(), audience, budget, lasting_pseudonyms: false }
}

fn sign(team: &Team, change: RosterChange) -> Result<(), Error> {
    team.chief.change_roster(change, &[&team.world.founder], &access()).map(drop)
}

fn desk(team: &Team) -> Session {
    team.sign_in(&team.enrol("extract-desk"))
}

fn children(numbers: std::ops::Range<u8>) -> Membership {
    Membership::new(numbers.map(|number| ([number; 16], 0)))
}

fn singles_out_one(release: &Membership) -> Error {
    TablesError::SinglesOut { release: release.digest(), at_risk: 1, groups: 1, smallest: 1 }.into()
}

#[test]
fn a_release_that_singles_a_child_out_stays_unless_custodians_sign() {
    let team = Team::new();
    let desk = desk(&team);
    let first = children(0..20);
    desk.record_release("2025", Audience::Inside, 20, &first, &research()).unwrap();
    // The year after: one child less.
    let second = children(0..19);
    let told = desk.compare_release(Audience::Inside, &second, &research()).unwrap().unwrap();
    assert_eq!((told.at_risk, told.smallest), (1, 1));
    let refused = code(desk.record_release("2026", Audience::Inside, 19, &second, &research()));
    assert_eq!(refused, singles_out_one(&second));
    assert_eq!(desk.past_releases(&research()).unwrap().len(), 1, "nothing was recorded");
    // Custodians sign for this release, and for no other.
    let exception = ReleaseException { series: EXTRACTS.into(), membership: sha256(&second.encode()) };
    sign(&team, RosterChange::ReleaseException(exception)).unwrap();
    let other = children(0..18);
    assert!(desk.record_release("2026", Audience::Inside, 18, &other, &research()).is_err());
    assert!(desk.check_release(Audience::Inside, &other, &research()).is_err());
    desk.check_release(Audience::Inside, &second, &research()).unwrap();
    desk.record_release("2026", Audience::Inside, 19, &second, &research()).unwrap();
    let past = desk.past_releases(&research()).unwrap();
    assert_eq!(past.iter().map(|release| release.name.as_str()).collect::<Vec<_>>(), ["2025", "2026"]);
    team.chief.check(|_, _| ()).unwrap();
}

/// Somebody else builds the same period between the search and the record.
#[test]
fn only_new_children_are_still_new_when_the_release_is_recorded() {
    let team = Team::new();
    let (one, other) = (desk(&team), desk(&team));
    sign(&team, RosterChange::ReleaseSeries(series(0, Audience::Inside))).unwrap();
    let asked = |only_new| InSeries { name: "Yearly".into(), only_new, lasting_pseudonyms: false, line: 0 };
    let record = |session: &Session, only_new, children: &Membership| {
        let rows = children.children() as u64;
        session.record_release_in(&asked(only_new), ("x", Audience::Inside), rows, children, &research())
    };
    let period = children(0..20);
    one.check_release_in(&asked(true), Audience::Inside, &period, &research()).unwrap();
    record(&other, true, &period).unwrap();
    // The same classes once more single nobody out, but these children are not new any more.
    let refused = code(record(&one, true, &period));
    assert_eq!(refused, Error::Tables(TablesError::NotOnlyNew { children: 20 }));
    let overlapping = code(one.check_release_in(&asked(true), Audience::Inside, &children(15..40), &research()));
    assert_eq!(overlapping, Error::Tables(TablesError::NotOnlyNew { children: 5 }));
    record(&one, true, &children(20..40)).unwrap();
    record(&one, false, &period).unwrap();
    assert_eq!(one.past_releases(&research()).unwrap().len(), 3);
}

#[test]
fn people_outside_are_guarded_by_their_own_floor() {
    let team = Team::new();
    let desk = desk(&team);
    desk.record_release("one", Audience::Outside, 20, &children(0..20), &research()).unwrap();
    // Six new children are enough inside, not outside.
    let refused = code(desk.record_release("two", Audience::Outside, 26, &children(0..26), &research()));
    assert!(matches!(refused, Error::Tables(TablesError::SinglesOut { at_risk: 6, .. })), "{refused:?}");
    desk.record_release("two", Audience::Outside, 31, &children(0..31), &research()).unwrap();
}

#[test]
fn tables_are_compared_by_whom_they_count() {
    let team = Team::new();
    let desk = desk(&team);
    let by_parity =
        |numbers: std::ops::Range<u8>| Membership::new(numbers.map(|number| ([number; 16], u32::from(number % 2))));
    desk.record_release("rows", Audience::Inside, 20, &children(0..20), &research()).unwrap();
    // Another way of parting the same children tells nothing of who came or left.
    let parted = Membership::new((0..20_u8).map(|number| ([number; 16], u32::from(number / 7))));
    desk.record_table("by place", Audience::Inside, &parted, &research()).unwrap();
    // One who came is one too few, in a table as in rows; five in each cell are enough.
    let refused = code(desk.record_table("later", Audience::Inside, &by_parity(0..21), &research()));
    assert_eq!(refused, singles_out_one(&by_parity(0..21)));
    assert!(desk.check_table(Audience::Inside, &by_parity(0..24), &research()).is_err());
    desk.record_table("later", Audience::Inside, &by_parity(0..30), &research()).unwrap();
    // And rows are compared with the tables before them.
    assert!(desk.record_release("rows", Audience::Inside, 31, &children(0..31), &research()).is_err());
    desk.record_release("rows", Audience::Inside, 30, &children(0..30), &research()).unwrap();
    // An exception for rows lets no table pass.
    let one_left = by_parity(0..29);
    let exception = |series: &str| ReleaseException { series: series.into(), membership: sha256(&one_left.encode()) };
    sign(&team, RosterChange::ReleaseException(exception(EXTRACTS))).unwrap();
    assert!(desk.record_table("less", Audience::Inside, &one_left, &research()).is_err());
    sign(&team, RosterChange::ReleaseException(exception(TABLES))).unwrap();
    desk.record_table("less", Audience::Inside, &one_left, &research()).unwrap();
}

/// Classes count between extracts, and only an undeclared table of counts has none, whatever a series is called.
#[test]
fn a_series_cannot_take_the_name_of_tables_and_pass_the_guard() {
    let team = Team::new();
    let desk = desk(&team);
    for name in [TABLES, EXTRACTS] {
        let named = ReleaseSeries { name: name.into(), ..series(0, Audience::Inside) };
        assert_eq!(named.check(), Err(crate::access::releases::ReleasesError::SeriesName));
        assert!(sign(&team, RosterChange::ReleaseSeries(named)).is_err(), "{name}");
    }
    sign(&team, RosterChange::ReleaseSeries(series(0, Audience::Inside))).unwrap();
    let in_classes = |of: fn(u8) -> u8| Membership::new((0..12).map(|number| ([number; 16], u32::from(of(number)))));
    let (by_age, by_place) = (in_classes(|number| number / 6), in_classes(|number| number / 4 % 2));
    let asked = InSeries { name: "Yearly".into(), only_new: false, lasting_pseudonyms: false, line: 0 };
    let record = |children| desk.record_release_in(&asked, ("x", Audience::Inside), 12, children, &research());
    record(&by_age).unwrap();
    let refused = code(record(&by_place));
    assert!(matches!(refused, Error::Tables(TablesError::SinglesOut { smallest: 2, .. })), "{refused:?}");
}

/// A table of ages in bands, with a membership of as many children.
fn of_ages(bands: &str, ages: &[u8]) -> (ShownTable, Membership) {
    let text = format!("name = \"Ages\"\naudience = \"inside\"\n[[dimension]]\ncolumn = \"age\"\nbands = {bands}\n");
    let (spec, texts) = (TablesSpec::parse(&text).unwrap(), ages.iter().map(u8::to_string).collect::<Vec<_>>());
    let table = Table::new(vec![Column::new("age", texts.iter().map(|age| Some(age.as_str())))]).unwrap();
    let ids: Vec<_> = (0..ages.len()).map(|number| [number as u8; 16]).collect();
    let published = tabulate(&spec, &table, &ReleasePolicy::default(), &Unwatched).unwrap();
    (ShownTable::of(&text, &published).unwrap(), published.membership(&spec, &table, &ids).unwrap())
}

#[test]
fn a_table_is_audited_together_with_those_before_it() {
    let team = Team::new();
    let desk = desk(&team);
    // Twenty of nine and younger, one of ten, twenty older ones: no cell of either table is small.
    let ages = [&[9; 20][..], &[10], &[12; 20]].concat();
    let (up_to_nine, children) = of_ages("[0, 10]", &ages);
    let inside = |membership| (Audience::Inside, membership);
    let audited = desk.check_shown_table(&up_to_nine, inside(&children), &research()).unwrap();
    desk.record_shown_table("one", inside(&children), (&up_to_nine, &audited), &research()).unwrap();
    let (up_to_ten, again) = of_ages("[0, 11]", &ages);
    assert_eq!(desk.compare_table(Audience::Inside, &again, &research()).unwrap(), None, "the same children");
    let told = Narrowed { cells: 1, narrowest: 0 };
    assert_eq!(desk.narrowed_by_table(&up_to_ten, inside(&again), &research()).unwrap(), Some(told));
    let refused = code(desk.check_shown_table(&up_to_ten, inside(&again), &research()));
    assert_eq!(refused, TablesError::narrows(told, &again).into());
    // It is asked again when the table is recorded, as the other may have left in between.
    let recorded = desk.record_shown_table("two", inside(&again), (&up_to_ten, &[].into()), &research());
    assert_eq!(code(recorded), TablesError::narrows(told, &again).into());
    assert_eq!(desk.past_releases(&research()).unwrap().len(), 1);
    // The same bands once more tell nothing; nor do other bands of enough children.
    desk.check_shown_table(&up_to_nine, inside(&children), &research()).unwrap();
    desk.check_shown_table(&of_ages("[0, 13]", &ages).0, inside(&children), &research()).unwrap();
    // Custodians may let this very table pass.
    let exception = ReleaseException { series: TABLES.into(), membership: again.digest() };
    sign(&team, RosterChange::ReleaseException(exception)).unwrap();
    let audited = desk.check_shown_table(&up_to_ten, inside(&again), &research()).unwrap();
    desk.record_shown_table("two", inside(&again), (&up_to_ten, &audited), &research()).unwrap();
    assert_eq!(desk.past_releases(&research()).unwrap().len(), 2);
}

fn question(epsilon: &str) -> (TablesSpec, Table) {
    let text = format!(
        "name = \"By sex\"\naudience = \"outside\"\n[[dimension]]\ncolumn = \"sex\"\nvalues = [\"f\", \"m\"]\n\
         [private]\nmechanism = \"laplace\"\nepsilon = {epsilon}\n"
    );
    let rows = (0..60).map(|row| Some(if row % 3 == 0 { "m" } else { "f" }));
    (TablesSpec::parse(&text).unwrap(), Table::new(vec![Column::new("sex", rows)]).unwrap())
}

#[test]
fn an_answer_is_paid_for_and_an_exhausted_budget_refuses() {
    let team = Team::new();
    let desk = desk(&team);
    sign(&team, RosterChange::ReleaseSeries(series(1_000_000, Audience::Outside))).unwrap();
    let (spec, table) = question("1.0");
    let answer = desk.noisy_counts("Yearly", &spec, &table, &research()).unwrap();
    assert!((answer.cells[0].count.unwrap() - 40).abs() < 30);
    assert_eq!(desk.budget_left("Yearly", &research()).unwrap(), Rho(500_000));
    desk.noisy_counts("Yearly", &spec, &table, &research()).unwrap();
    let refused = code(desk.noisy_counts("Yearly", &spec, &table, &research()));
    assert_eq!(refused, Error::Tables(TablesError::BudgetExhausted { cost: 500_000, left: 0 }));
    // Nobody makes room by changing what was recorded.
    let past = desk.past_releases(&research()).unwrap();
    let opened = desk.read::<Release>(past[0].id, &research()).unwrap().record;
    let cheap = Release { cost: Some(0), ..opened.clone() };
    let refused = code(desk.amend(past[0].id, &cheap, &research()));
    assert!(matches!(refused, Error::Access(AccessError::MayNotWrite { .. })), "{refused:?}");
    let refused = code(desk.create(Some(desk.unit()), &opened, &research()));
    assert!(matches!(refused, Error::Access(AccessError::MayNotWrite { .. })), "{refused:?}");
    let entries = team.world.session().log_size().unwrap();
    assert!(entries > 0);
    team.chief.check(|_, _| ()).unwrap();
}

#[test]
fn two_desks_at_once_cannot_spend_a_budget_twice() {
    let team = Team::new();
    let (one, other) = (desk(&team), desk(&team));
    sign(&team, RosterChange::ReleaseSeries(series(500_000, Audience::Outside))).unwrap();
    let (spec, table) = question("0.5");
    let asked = |session: &Session| {
        (0..4).filter(|_| session.noisy_counts("Yearly", &spec, &table, &research()).is_ok()).count()
    };
    let answered = std::thread::scope(|scope| {
        let other = scope.spawn(|| asked(&other));
        asked(&one) + other.join().unwrap()
    });
    // 0.125 rho each.
    assert_eq!(answered, 4);
    assert_eq!(one.budget_left("Yearly", &research()).unwrap(), Rho(0));
}

#[test]
fn only_the_extract_desk_releases() {
    let team = Team::new();
    sign(&team, RosterChange::ReleaseSeries(series(500_000, Audience::Outside))).unwrap();
    let interviewer = team.sign_in(&team.enrol("interviewer"));
    let (spec, table) = question("0.5");
    let refused = code(desk(&team).noisy_counts("Monthly", &spec, &table, &research()));
    assert_eq!(refused, Error::Access(AccessError::NoSuchSeries));
    let refused = code(interviewer.noisy_counts("Yearly", &spec, &table, &access()));
    assert_eq!(refused, Error::Access(AccessError::NotAllowed));
    let refused = code(interviewer.record_release("x", Audience::Inside, 20, &children(0..20), &access()));
    assert_eq!(refused, Error::Access(AccessError::NotAllowed));
    let (spec, _) = question("0.5");
    let inside = TablesSpec { audience: Audience::Inside, ..spec };
    let refused = code(desk(&team).noisy_counts("Yearly", &inside, &table, &research()));
    assert_eq!(refused, Error::Tables(TablesError::OtherAudience { series: "outside" }));
}

#[test]
fn floors_are_what_custodians_signed() {
    let team = Team::new();
    assert_eq!(team.chief.release_policy().unwrap(), ReleasePolicy::default());
    let policy = ReleasePolicy { version: 2, inside_k: 8, outside_k: 20, most_quasi: 6 };
    sign(&team, RosterChange::ReleasePolicy(policy)).unwrap();
    assert_eq!(team.chief.release_policy().unwrap(), policy);
    let lower = ReleasePolicy { version: 3, inside_k: 3, ..policy };
    assert!(sign(&team, RosterChange::ReleasePolicy(lower)).is_err(), "a floor below the lowest");
    assert!(sign(&team, RosterChange::ReleasePolicy(policy)).is_err(), "an old version");
    assert_eq!(team.world.session().release_policy().unwrap(), policy);
}
