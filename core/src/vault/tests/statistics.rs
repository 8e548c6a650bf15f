//! Statistics: what the desk learns, what it does not, and who tells what when.

use super::erasure::Office;
use super::hoard::Hoard;
use super::members::{Team, supervise};
use super::*;
use crate::access::policy::{AccessPolicy, Reach};
use crate::access::{AccessError, FindingKind, RosterChange};
use crate::model::statistics::{STATISTICS_RULES, StatisticsError};
use crate::model::{PartialDate, PlaceCode, Timestamp};
use crate::store::{StatisticsRow, Store};

fn extract() -> Access {
    Access::for_purpose("HRESCH")
}

fn reported(at: &str) -> Case {
    Case { reported_at: Some(Timestamp::parse(at).unwrap()), ..Case::default() }
}

fn born(name: &str, birth: &str) -> Child {
    Child {
        date_of_birth: Some(PartialDate::parse(birth).unwrap()),
        home_commune: Some(PlaceCode::parse("12030405").unwrap()),
        ..child(name)
    }
}

fn case_of(session: &Session, child: &Child) -> (RecordId, RecordId) {
    let case = session.create(Some(session.unit()), &reported("2024-05-16T10:00:00Z"), &access()).unwrap().record;
    (case, session.create(Some(case), child, &access()).unwrap().record)
}

/// All values that were told of children, as `field=text`, per case.
fn told(read: &StatisticsRead, kind: RecordKind, spec: &'static crate::model::RecordSpec) -> Vec<Vec<String>> {
    let of_case = |case: &CaseStatistics| {
        let records = case.sections.iter().flat_map(|section| &section.records);
        let values = records.filter(|record| record.kind == kind.number()).flat_map(|record| &record.values);
        let mut values: Vec<_> = values
            .map(|(number, text)| format!("{}={}", spec.field(FieldNumber::new(*number)).unwrap().name, **text))
            .collect();
        values.sort();
        values
    };
    read.cases.iter().map(of_case).collect()
}

fn children(session: &Session, access: &Access) -> Vec<Vec<String>> {
    told(&session.statistics(access).unwrap(), RecordKind::CHILD, <Child as crate::model::Record>::spec())
}

const SOKHA: [&str; 4] = ["date_of_birth=9", "home_commune=1203", "role=victim", "sex=female"];

#[test]
fn with_all_its_keys_the_desk_opens_no_name_no_birth_no_village_no_case_and_no_narrative() {
    let team = Team::new();
    let (case, id) = case_of(&team.chief, &born("Sokha", "2014-05-17"));
    let identity = team.enrol("extract-desk");
    let desk = team.sign_in(&identity);
    // What it reads: coarse values, and one entry that says how many rows.
    let before = team.chief.log_size().unwrap();
    assert_eq!(children(&desk, &extract()), [SOKHA]);
    let entries = team.chief.log_entries(before, u64::MAX, &Access::for_purpose("audit")).unwrap();
    assert_eq!(entries.iter().filter(|entry| entry.entry.event == Event::Query).count(), 1);
    let row = desk.statistics(&extract()).unwrap().cases.remove(0);
    for part in [&case.as_bytes()[..6], &id.as_bytes()[..6]] {
        assert!(!row.id.windows(6).any(|window| window == part), "a row's id says nothing of its case");
    }
    // What it cannot read.
    for record in [case, id] {
        let refused = desk.read_fields(record, None, &extract()).unwrap_err();
        assert!(matches!(refused, Error::Access(AccessError::NoKey { .. })), "{refused:?}");
    }
    // By a program of its own, with every key that its session ever held: no data key of a case.
    let slots: Vec<u64> = row.sections.iter().flat_map(|section| &section.records).map(|record| record.slot).collect();
    assert!(!slots.contains(&u64::from_be_bytes(id.as_bytes()[..8].try_into().unwrap())));
    let mut hoard = Hoard::of_session(&identity, &desk);
    team.chief
        .look(|act| {
            let roster = act.keys.roster.clone();
            hoard.take_keys(act.rows, &roster);
            Ok(())
        })
        .unwrap();
    assert!(hoard.data.iter().all(|(scope, ..)| *scope != case.scope()), "{}", hoard.data.len());
}

#[test]
fn no_column_and_no_order_leads_from_a_row_to_its_case() {
    let team = Team::new();
    let cases: Vec<_> = (0..6).map(|_| case_of(&team.chief, &born("Sokha", "2014-05-17")).0).collect();
    let mut store = Store::open(&team.world.path()).unwrap();
    let rows = store.begin_reading().unwrap();
    let mut found: Vec<StatisticsRow> = Vec::new();
    rows.each_statistics([0; 16], [0xFF; 16], |row| found.push(row)).unwrap();
    assert_eq!(found.len(), cases.len());
    assert!(found.windows(2).all(|pair| pair[0].id < pair[1].id), "they lie in the order of their random ids");
    assert!(found.iter().all(|row| row.sealed.len() == found[0].sealed.len()), "and are of one length");
    // The order of the ids is not that of the cases: each case's row is found by its link alone.
    let of_case = |case: &RecordId| {
        team.chief.attack(|keys, rows| {
            let links = rows.statistics_link(case.scope()).unwrap().unwrap();
            let context = crate::vault::statistics::links_context(keys.file.vault, case.scope());
            let plain = keys.circles.open_for_all(&context, &links.sealed).unwrap();
            let links = crate::vault::statistics::unpadded_links(&plain).unwrap();
            let known = keys.scope_keys(rows, case.scope()).unwrap();
            let mut rows = links.links.iter().map(|(ordinal, sealed)| {
                let (_, _, key) = known.by_ordinal(*ordinal).unwrap().opened.clone().unwrap();
                crate::keys::StatisticsLink::open(&key, keys.file.vault, case.scope(), *ordinal, sealed).unwrap().row
            });
            let first = rows.next().unwrap();
            assert!(rows.all(|row| row == first));
            first
        })
    };
    let mut linked: Vec<_> = cases.iter().map(of_case).collect();
    linked.sort_unstable();
    assert_eq!(linked, found.iter().map(|row| row.id).collect::<Vec<_>>());
}

#[test]
fn a_later_session_amends_the_row_and_a_colleague_without_a_key_changes_nothing_of_it() {
    let team = Team::new();
    let (case, id) = case_of(&team.chief, &born("Sokha", "2014-05-17"));
    let rows = |session: &Session| session.statistics(&access()).unwrap();
    let first = rows(&team.chief).cases[0].id;
    let chief = team.world.reopened().unwrap();
    let older = Child { home_commune: None, ..born("Sokha", "2010-01-01") };
    chief.amend(id, &older, &access()).unwrap();
    assert_eq!(children(&chief, &access()), [["date_of_birth=14", "role=victim", "sex=female"]]);
    assert_eq!((rows(&chief).cases[0].id, rows(&chief).pending), (first, 0), "the row is the same");
    // Ages count from the report: when that is corrected, they follow.
    chief.amend(case, &reported("2020-05-16T10:00:00Z"), &access()).unwrap();
    assert_eq!(children(&chief, &access())[0][0], "date_of_birth=10");
    // A social worker reads who the child is, and not when it was reported.
    let worker = team.enrol("social-worker");
    chief.assign(case, worker.member(), &access()).unwrap();
    let plan = Access::for_purpose("safety-plan");
    team.sign_in(&worker).amend(id, &born("Sokha", "2015-01-01"), &plan).unwrap();
    let read = rows(&chief);
    assert_eq!(read.pending, 1, "the age waits for somebody who knows when it was reported");
    let age = |session: &Session| children(session, &access())[0].iter().any(|value| value == "date_of_birth=5");
    assert!(!age(&chief));
    // Opening the case is enough.
    chief.read::<Child>(id, &access()).unwrap();
    assert!(age(&chief));
    assert_eq!(rows(&chief).pending, 0);
    chief.check(|_, _| ()).unwrap();
}

#[test]
fn nothing_waits_for_a_report_that_a_case_does_not_have() {
    let team = Team::new();
    let case = team.chief.create(Some(team.chief.unit()), &Case::default(), &access()).unwrap().record;
    team.chief.create(Some(case), &born("Sokha", "2014-05-17"), &access()).unwrap();
    let read = team.chief.statistics(&access()).unwrap();
    assert_eq!((read.cases.len(), read.pending), (1, 0));
    assert_eq!(children(&team.chief, &access()), [&SOKHA[1..]], "there is no age without a report");
    // When the case gets one, the age is told.
    team.chief.amend(case, &reported("2024-05-16T10:00:00Z"), &access()).unwrap();
    assert_eq!(children(&team.chief, &access()), [&SOKHA[..]]);
    assert_eq!(team.chief.statistics(&access()).unwrap().pending, 0);
}

/// A colleague writes when a case was reported; they open nothing that the chief wrote, and cannot see that there is an age.
/// The age is told when the chief opens the case.
fn an_age_follows_what_a_colleague_reports(team: &Team) {
    let other = team.sign_in(&team.enrol("interviewer"));
    let case = team.chief.create(Some(team.chief.unit()), &Case::default(), &access()).unwrap().record;
    let id = team.chief.create(Some(case), &born("Sokha", "2014-05-17"), &access()).unwrap().record;
    other.amend(case, &reported("2024-05-16T10:00:00Z"), &access()).unwrap();
    assert_eq!(team.chief.statistics(&access()).unwrap().pending, 1);
    team.chief.read::<Child>(id, &access()).unwrap();
    assert_eq!(children(&team.chief, &access()), [&SOKHA[..]]);
    assert_eq!(team.chief.statistics(&access()).unwrap().pending, 0);
}

/// From now on interviewers tell no statistics.
fn without_statistics(team: &Team) {
    let text = AccessPolicy::standard_text().replacen("version = 1", "version = 2", 1);
    // The first role that may is the interviewer.
    let policy = AccessPolicy::parse(&text.replacen("statistics = \"write\", ", "", 1)).unwrap();
    assert_eq!(policy.role("interviewer").unwrap().reach(Compartment::Statistics), Reach::None);
    let change = RosterChange::Policy(Box::new(policy));
    team.chief.change_roster(change, &[&team.world.founder], &access()).unwrap();
}

#[test]
fn an_age_follows_a_report_by_whoever_has_no_link_to_the_row() {
    an_age_follows_what_a_colleague_reports(&Team::new());
}

#[test]
fn an_age_follows_a_report_by_whoever_may_not_tell_statistics() {
    let team = Team::new();
    without_statistics(&team);
    an_age_follows_what_a_colleague_reports(&team);
}

#[test]
fn an_age_goes_with_the_report_whoever_takes_it_away() {
    let team = Team::new();
    let (case, id) = case_of(&team.chief, &born("Sokha", "2014-05-17"));
    team.chief.amend(case, &Case::default(), &access()).unwrap();
    assert_eq!(children(&team.chief, &access()), [&SOKHA[1..]]);
    team.chief.amend(case, &reported("2024-05-16T10:00:00Z"), &access()).unwrap();
    assert_eq!(children(&team.chief, &access()), [&SOKHA[..]]);
    // By somebody who works on the case and tells no statistics.
    let interviewer = team.enrol("interviewer");
    team.chief.assign(case, interviewer.member(), &access()).unwrap();
    without_statistics(&team);
    team.sign_in(&interviewer).amend(case, &Case::default(), &access()).unwrap();
    team.chief.read::<Child>(id, &access()).unwrap();
    assert_eq!(children(&team.chief, &access()), [&SOKHA[1..]]);
    assert_eq!(team.chief.statistics(&access()).unwrap().pending, 0);
}

#[test]
fn a_report_of_a_case_without_a_child_leaves_nothing_waiting() {
    let team = Team::new();
    let other = team.sign_in(&team.enrol("interviewer"));
    let case = team.chief.create(Some(team.chief.unit()), &Case::default(), &access()).unwrap().record;
    other.amend(case, &reported("2024-05-16T10:00:00Z"), &access()).unwrap();
    team.chief.read::<Case>(case, &access()).unwrap();
    let read = team.chief.statistics(&access()).unwrap();
    assert_eq!((read.cases.len(), read.pending), (1, 0));
}

#[test]
fn what_a_blind_writer_hands_in_is_told_and_what_follows_waits() {
    let team = Team::new();
    let officer = team.enrol("front-line-officer");
    let session = team.sign_in(&officer);
    let intake = Access::for_purpose("mandatory-report");
    let case = session.create(Some(session.unit()), &reported("2024-05-16T10:00:00Z"), &intake);
    let case = case.expect("a front-line officer hands in").record;
    session.create(Some(case), &born("Sokha", "2014-05-17"), &intake).unwrap();
    let read = team.chief.statistics(&access()).unwrap();
    assert_eq!(read.cases.len(), 1);
    if read.pending > 0 {
        team.chief.read::<Case>(case, &access()).unwrap();
    }
    assert_eq!(children(&team.chief, &access()), [SOKHA]);
    assert_eq!(team.chief.statistics(&access()).unwrap().pending, 0);
}

#[test]
fn rows_of_older_rules_are_counted_and_made_anew_by_whoever_opens_the_case() {
    let team = Team::new();
    let (case, id) = case_of(&team.chief, &born("Sokha", "2014-05-17"));
    let aged = team.chief.act(&access(), Event::Update, &[], |act| {
        act.age_statistics(case.scope())?;
        act.log(Event::Update, Outcome::Success, None, None).map(drop)
    });
    aged.unwrap();
    let chief = team.world.reopened().unwrap();
    assert_eq!(chief.statistics(&access()).unwrap().older_rules, 1);
    chief.read::<Child>(id, &access()).unwrap();
    let read = chief.statistics(&access()).unwrap();
    assert_eq!((read.older_rules, read.pending), (0, 0));
    assert!(read.cases[0].sections.iter().all(|section| section.rules == STATISTICS_RULES));
    assert_eq!(children(&chief, &access()), [SOKHA]);
}

#[test]
fn the_statistics_still_add_up_when_a_case_is_erased_and_nothing_leads_to_it_any_more() {
    let office = Office::new();
    let (case, _) = case_of(&office.chief, &born("Sokha", "2014-05-17"));
    let (other, _) = case_of(&office.chief, &born("Sophea", "2010-05-17"));
    let before = office.chief.statistics(&access()).unwrap();
    office.erase(case);
    let chief = office.world.reopened().unwrap();
    assert_eq!(chief.statistics(&access()).unwrap(), before);
    let linked =
        chief.attack(|_, rows| [case, other].map(|case| rows.statistics_link(case.scope()).unwrap().is_some()));
    assert_eq!(linked, [false, true], "the link dies with the keys of the case");
    chief.check(|_, _| ()).unwrap();
}

#[test]
fn a_row_that_is_left_out_put_back_exchanged_or_moved_is_noticed() {
    let team = Team::new();
    let (case, id) = case_of(&team.chief, &born("Sokha", "2014-05-17"));
    case_of(&team.chief, &born("Sophea", "2010-05-17"));
    let (mut old, mut link) = (Vec::new(), None);
    team.chief.attack(|_, rows| {
        rows.each_statistics([0; 16], [0xFF; 16], |row| old.push(row)).unwrap();
        link = rows.statistics_link(case.scope()).unwrap();
    });
    team.chief.amend(id, &born("Sokha", "2012-05-17"), &access()).unwrap();
    let mut newest = Vec::new();
    team.chief.attack(|_, rows| rows.each_statistics([0; 16], [0xFF; 16], |row| newest.push(row)).unwrap());
    let noticed = |what: &str, change: &dyn Fn(&crate::store::Rows<'_>)| {
        team.chief.attack(|_, rows| change(rows));
        let session = team.world.reopened().unwrap();
        let read = session.statistics(&access());
        assert!(matches!(read, Err(Error::Integrity(_))), "{what}: {read:?}");
        assert!(session.check(|_, _| ()).is_err(), "{what}");
        let put_back = |rows: &crate::store::Rows<'_>| newest.iter().for_each(|row| rows.put_statistics(row).unwrap());
        team.chief.attack(|_, rows| put_back(rows));
        team.world.reopened().unwrap().check(|_, _| ()).unwrap();
    };
    noticed("put back", &|rows| old.iter().for_each(|row| rows.put_statistics(row).unwrap()));
    let exchanged = StatisticsRow { id: newest[0].id, sealed: newest[1].sealed.clone() };
    noticed("exchanged", &|rows| rows.put_statistics(&exchanged).unwrap());
    noticed("left out", &|rows| rows.forget_statistics(&newest[0].id).unwrap());
    // A link of before the amendment is one as well; without any, the case would get a second row.
    let newest_link = team.chief.attack(|_, rows| rows.statistics_link(case.scope()).unwrap().unwrap());
    team.chief.attack(|_, rows| rows.remove_statistics_link(case.scope()).unwrap());
    let session = team.world.reopened().unwrap();
    assert!(matches!(session.read::<Child>(id, &access()), Err(Error::Integrity(_))));
    team.chief.attack(|_, rows| rows.put_statistics_link(&newest_link).unwrap());
    team.world.reopened().unwrap().check(|_, _| ()).unwrap();
}

#[test]
fn whoever_held_the_circle_and_left_opens_nothing_that_is_told_later() {
    let team = Team::new();
    let (_, id) = case_of(&team.chief, &born("Sokha", "2014-05-17"));
    let desk = team.enrol("extract-desk");
    let hoard = Hoard::of_session(&desk, &team.sign_in(&desk));
    team.suspend(&desk);
    team.chief.amend(id, &born("Sokha", "2010-05-17"), &access()).unwrap();
    let read = team.chief.statistics(&access()).unwrap();
    assert_eq!((read.closed, children(&team.chief, &access())[0][0].as_str()), (0, "date_of_birth=13"));
    let opened = team.chief.attack(|keys, rows| {
        let mut row = Vec::new();
        rows.each_statistics([0; 16], [0xFF; 16], |stored| row.push(stored)).unwrap();
        let context = crate::vault::statistics::row_context(keys.file.vault, &row[0].id);
        let plain = keys.circles.open_for_all(&context, &row[0].sealed).unwrap();
        let stored = crate::vault::statistics::unpadded_row(&plain).unwrap();
        let identity = Compartment::Identity.number();
        let block = stored.blocks.iter().find(|block| block.sections.iter().any(|(number, _)| *number == identity));
        hoard.opens_envelope(&block.unwrap().envelope, &row[0].id)
    });
    assert!(!opened);
}

#[test]
fn who_makes_no_extracts_reads_no_statistics() {
    let team = Team::new();
    case_of(&team.chief, &born("Sokha", "2014-05-17"));
    let supervisor = team.sign_in(&team.enrol("unit-supervisor"));
    assert_eq!(supervisor.statistics(&supervise()), Err(Error::Access(AccessError::NotAllowed)));
    assert_eq!(StatisticsError::Row.code(), 1703);
}

#[test]
fn shares_lead_back_to_the_case_and_nothing_else_does() {
    use crate::keys::{RecoveryScope, RecoverySet};
    let team = Team::new();
    let unit = team.chief.unit().scope();
    let scope = RecoveryScope::Reversal(unit);
    let (early, early_child) = case_of(&team.chief, &born("Sokha", "2014-05-17"));
    let (set, shares) = team.chief.begin_recovery(scope, None).unwrap();
    let signer: &Identity = &team.world.founder;
    team.chief.set_up_recovery(&set, &[signer], &access()).unwrap();
    let restore = |set: &RecoverySet, shares: &[crate::keys::RecoveryShare]| {
        let mut restoring = crate::keys::Restoring::begin(set.clone(), Vec::new());
        for share in shares {
            restoring.add(share.clone()).unwrap();
        }
        restoring.finish()
    };
    assert!(restore(&set, &shares[..1]).is_err(), "nobody alone");
    let key = restore(&set, &shares).unwrap();
    let (late, _) = case_of(&team.chief, &born("Sophea", "2014-05-17"));
    let why = || access().because("The child is in danger, and only the extract names her");
    // Without a reason, by who may not, or of a row that there is not: refused.
    let rows = team.chief.statistics_rows(&why()).unwrap();
    let refused = team.chief.reverse_statistics(&rows[0], &key, &access());
    assert_eq!(refused, Err(Error::Access(AccessError::ReasonMissing)));
    let desk = team.sign_in(&team.enrol("extract-desk"));
    let refused = desk.reverse_statistics(&rows[0], &key, &extract().because("Curious"));
    assert_eq!(refused, Err(Error::Access(AccessError::NotAllowed)));
    let none = team.chief.reverse_statistics(&[1; 16], &key, &why());
    assert_eq!(none, Err(Error::Statistics(StatisticsError::NoSuchRow)));
    // A row of before the ceremony has no way back until somebody opens the case.
    let lead = |rows: &[[u8; 16]]| -> Vec<Option<RecordId>> {
        rows.iter().map(|row| team.chief.reverse_statistics(row, &key, &why()).ok()).collect()
    };
    let found = lead(&rows);
    assert_eq!(found.iter().flatten().copied().collect::<Vec<_>>(), [late]);
    team.world.reopened().unwrap().read::<Child>(early_child, &access()).unwrap();
    let found = lead(&rows);
    assert!(found.contains(&Some(early)) && found.contains(&Some(late)), "{found:?}");
    let findings = team.chief.findings(true, &access()).unwrap();
    let reversals = findings.iter().filter(|finding| matches!(finding.opened.kind, FindingKind::Reversal { .. }));
    assert_eq!(reversals.count(), 3, "each is to be looked at by somebody else");
    let entries = team.chief.log_entries(0, u64::MAX, &Access::for_purpose("audit")).unwrap();
    assert_eq!(entries.iter().filter(|entry| entry.entry.event == Event::Reversal).count(), 3 + 2);
    // Another ceremony's key opens nothing of it.
    let (other, shares) = RecoverySet::first(set.vault(), scope, 2, 2).unwrap();
    let refused = team.chief.reverse_statistics(&rows[0], &restore(&other, &shares).unwrap(), &why());
    let key = *set.public_key().id().as_bytes();
    assert_eq!(refused, Err(Error::Statistics(StatisticsError::AlsoReversal { ceremony: 1, key })));
    team.chief.check(|_, _| ()).unwrap();
}

/// The file with the way back of a release stays sealed to the key of its ceremony, and a row goes over to the next one when it is
/// told again.
#[cfg(feature = "extract")]
#[test]
fn a_pseudonym_leads_back_after_a_later_ceremony() {
    use crate::keys::{RecoveryKey, RecoveryScope, RecoveryShare};
    let team = Team::new();
    let unit = team.chief.unit().scope();
    let ceremony = || {
        let (set, shares) = team.chief.begin_recovery(RecoveryScope::Reversal(unit), None).unwrap();
        team.chief.set_up_recovery(&set, &[&team.world.founder], &access()).unwrap();
        (*set.public_key().id().as_bytes(), shares)
    };
    let put_together = |id: &[u8; 16], shares: &[RecoveryShare]| -> RecoveryKey {
        let mut restoring = team.chief.begin_reversal(unit, id).unwrap();
        for share in shares {
            restoring.add(share.clone()).unwrap();
        }
        restoring.finish().unwrap()
    };
    let (first_id, first_shares) = ceremony();
    let (case, child) = case_of(&team.chief, &born("Sokha", "2014-05-17"));
    let key = crate::release::ReleaseKey::from_bytes(&[3; 32]);
    let name = team.chief.statistics(&access()).unwrap().names(&key)[0];
    let way_back = team.chief.way_back(&key).unwrap().unwrap();
    assert_eq!(*way_back.key(), first_id);
    let (second_id, second_shares) = ceremony();
    let (first, second) = (put_together(&first_id, &first_shares), put_together(&second_id, &second_shares));
    let mut restoring = team.chief.begin_reversal(unit, &first_id).unwrap();
    assert!(restoring.add(second_shares[0].clone()).is_err(), "a share of another ceremony");
    assert_eq!(team.chief.begin_reversal(unit, &[9; 16]).err(), Some(AccessError::NoRecovery.into()));
    let why = || access().because("The child is in danger");
    let lead = |keys: &[&RecoveryKey]| team.chief.reverse_pseudonym(name, &way_back, keys, &why());
    let lacks = |ceremony, key| Err(Error::Statistics(StatisticsError::AlsoReversal { ceremony, key }));
    assert_eq!(lead(&[&second]), lacks(1, first_id));
    assert_eq!(lead(&[&first]), Ok(case), "the row is still sealed to the first");
    // Somebody opens the case: its row goes over to the newer key.
    team.world.reopened().unwrap().read::<Child>(child, &access()).unwrap();
    assert_eq!(lead(&[&first]), lacks(2, second_id));
    assert_eq!(lead(&[&second, &first]), Ok(case));
    team.chief.check(|_, _| ()).unwrap();
}

#[cfg(feature = "extract")]
#[test]
fn a_specification_gets_a_row_for_each_child_and_an_extract_has_an_entry() {
    let team = Team::new();
    for (name, birth) in [("Sokha", "2014-05-17"), ("Sophea", "2010-05-17")] {
        case_of(&team.chief, &born(name, birth));
    }
    let desk = team.sign_in(&team.enrol("extract-desk"));
    let text = r#"
        name = "x"
        audience = "inside"
        suppression = 0.0
        [[column]]
        name = "child.date_of_birth"
        role = "quasi-identifying"
        hierarchy = { kind = "age" }
        [[column]]
        name = "child.sex"
        role = "quasi-identifying"
        hierarchy = { kind = "suppress" }
        [[model]]
        kind = "k-anonymity"
        k = 5
    "#;
    let spec = crate::release::spec::Spec::parse(text).unwrap();
    let table = desk.statistics(&extract()).unwrap().table(&spec).unwrap();
    let mut ages: Vec<_> = (0..table.rows()).map(|row| table.columns()[0].value(row).unwrap()).collect();
    ages.sort_unstable();
    assert_eq!(ages, ["13", "9"]);
    desk.note_extract(&[7; 32], 2, &extract()).unwrap();
    let entries = team.chief.log_entries(0, u64::MAX, &Access::for_purpose("audit")).unwrap();
    assert_eq!(entries.iter().filter(|entry| entry.entry.event == Event::Export).count(), 1);
    let supervisor = team.sign_in(&team.enrol("unit-supervisor"));
    assert_eq!(supervisor.note_extract(&[7; 32], 2, &supervise()), Err(Error::Access(AccessError::NotAllowed)));
}

/// An amendment moves a child within its section, and siblings would change places: one would be released twice, and a lasting
/// pseudonym would name the other.
#[cfg(feature = "extract")]
#[test]
fn a_child_keeps_its_id_and_its_pseudonym_whatever_is_amended_or_added() {
    let team = Team::new();
    let (case, elder) = case_of(&team.chief, &born("Sokha", "2010-01-01"));
    team.chief.create(Some(case), &born("Sophea", "2014-01-01"), &access()).unwrap();
    let text = "name = \"x\"\naudience = \"inside\"\nsuppression = 0.0\n[[column]]\nname = \"child.date_of_birth\"\n\
                role = \"quasi-identifying\"\nhierarchy = { kind = \"age\" }\n[[model]]\nkind = \"k-anonymity\"\nk = 5\n";
    let spec = crate::release::spec::Spec::parse(text).unwrap();
    let key = crate::release::ReleaseKey::from_bytes(&[3; 32]);
    // Age, id and pseudonym of each.
    let named = |session: &Session| {
        let read = session.statistics(&access()).unwrap();
        let table = read.table(&spec).unwrap();
        let ages = (0..table.rows()).map(|row| table.columns()[0].value(row).unwrap().to_owned());
        let mut named: Vec<_> = ages.zip(read.child_ids()).zip(read.names(&key)).collect();
        named.sort();
        named
    };
    let before = named(&team.chief);
    assert_eq!(before.iter().map(|((age, _), _)| age.as_str()).collect::<Vec<_>>(), ["10", "14"]);
    team.chief.amend(elder, &born("Sokha Chan", "2010-01-01"), &access()).unwrap();
    assert_eq!(named(&team.chief), before);
    team.chief.amend(case, &reported("2024-05-17T10:00:00Z"), &access()).unwrap();
    assert_eq!(named(&team.chief), before);
    // A section that is made anew has the records in the order in which they were last written.
    let aged = team.chief.act(&access(), Event::Update, &[], |act| {
        act.age_statistics(case.scope())?;
        act.log(Event::Update, Outcome::Success, None, None).map(drop)
    });
    aged.unwrap();
    let chief = team.world.reopened().unwrap();
    chief.read::<Child>(elder, &access()).unwrap();
    assert_eq!(named(&chief), before);
    // Another sibling changes nobody.
    chief.create(Some(case), &born("Dara", "2018-01-01"), &access()).unwrap();
    let after = named(&chief);
    assert_eq!((after.len(), before.iter().all(|one| after.contains(one))), (3, true));
}

/// Two stations and a desk with a vault of its own.
#[test]
fn stations_hand_their_statistics_to_the_desk_what_is_new_and_once() {
    use crate::access::packet::{ContentKind, KnownSenders, Packet, PacketWriter, StatisticsSlice};
    struct Station {
        team: Team,
        officer: Identity,
    }
    impl Station {
        fn new() -> Self {
            let team = Team::new();
            let officer = team.enrol("extract-desk");
            Self { team, officer }
        }

        fn slice(&self, desk: &Identity, again: bool) -> StatisticsSlice {
            let session = self.team.sign_in(&self.officer);
            session.hand_over_statistics(&desk.public().verifying_key, "Kandal", again, &extract()).unwrap()
        }

        fn packet(&self, desk: &Identity, number: u64, slice: &StatisticsSlice) -> Vec<u8> {
            let (mut file, part) = (Vec::new(), slice.encode());
            let part: &[u8] = &part;
            let writer = PacketWriter::new(&self.officer, 1_795_000_000_000);
            let writer = writer.to(&desk.public().hybrid_key, number).part(ContentKind::STATISTICS, "", &part);
            writer.write(&mut file).unwrap();
            file
        }
    }
    let (one, two, desk) = (Station::new(), Station::new(), Station::new());
    let (_, sokha) = case_of(&one.team.chief, &born("Sokha", "2014-05-17"));
    case_of(&one.team.chief, &born("Dara", "2009-05-17"));
    case_of(&two.team.chief, &born("Sophea", "2010-05-17"));
    let take = |from: &Station, number: u64, slice: &StatisticsSlice| {
        let mut known = KnownSenders::new();
        let public = from.officer.public();
        known.pin(&crate::keys::PacketAddress {
            verifying_key: public.verifying_key,
            hybrid_key: public.hybrid_key.clone(),
        });
        let file = from.packet(&desk.officer, number, slice);
        let packet = Packet::open(std::io::Cursor::new(file), &desk.officer).unwrap();
        let session = desk.team.sign_in(&desk.officer);
        session.take_in(packet, &known, desk.team.world.folder.path(), &extract())
    };
    let first = one.slice(&desk.officer, false);
    assert_eq!((first.rows.len(), take(&one, 1, &first).unwrap().statistics), (2, 2));
    assert_eq!(take(&two, 1, &two.slice(&desk.officer, false)).unwrap().statistics, 1);
    let at_the_desk = || desk.team.sign_in(&desk.officer).statistics(&extract()).unwrap();
    assert_eq!((at_the_desk().cases.len(), at_the_desk().stations.len()), (3, 2));
    assert!(at_the_desk().cases.iter().all(|case| case.source.is_some()));
    // What has not changed does not travel again; asked for once more it changes nothing.
    assert_eq!(one.slice(&desk.officer, false).rows.len(), 0);
    let again = one.slice(&desk.officer, true);
    assert_eq!((again.rows.len(), take(&one, 2, &again).unwrap().statistics), (2, 0));
    // What has changed does, and takes the place of what was there.
    one.team.chief.amend(sokha, &born("Sokha", "2012-05-17"), &access()).unwrap();
    let changed = one.slice(&desk.officer, false);
    assert_eq!((changed.rows.len(), take(&one, 3, &changed).unwrap().statistics), (1, 1));
    let mut ages: Vec<_> =
        children(&desk.team.sign_in(&desk.officer), &extract()).into_iter().map(|mut of| of.swap_remove(0)).collect();
    ages.sort();
    assert_eq!(ages, ["date_of_birth=11", "date_of_birth=13", "date_of_birth=14"]);
    let station = at_the_desk().stations.into_iter().find(|station| station.vault == changed.vault).unwrap();
    assert_eq!((station.name.as_str(), station.until), ("Kandal", changed.until));
    // An older packet after a newer one, rows of another station, its own rows: refused, and nothing has changed.
    let before = at_the_desk();
    assert!(matches!(take(&one, 2, &first), Err(Error::Packet(_))));
    let stolen = StatisticsSlice { vault: two.team.chief.attack(|keys, _| keys.file.vault), ..changed.clone() };
    assert_eq!(take(&two, 2, &stolen).err(), Some(Error::Statistics(StatisticsError::OtherSource)));
    // Nor can a known sender invent a station: what it sends is of the vault that it sent of first.
    let invented = StatisticsSlice {
        vault: crate::id::VaultId::from_bytes([9; 16]),
        rows: vec![crate::access::packet::StatisticsSliceRow {
            id: [9; 16],
            sections: changed.rows[0].sections.clone(),
        }],
        ..changed.clone()
    };
    assert_eq!(take(&two, 3, &invented).err(), Some(Error::Statistics(StatisticsError::OtherVault)));
    let own = StatisticsSlice { vault: desk.team.chief.attack(|keys, _| keys.file.vault), ..changed };
    assert_eq!(take(&two, 3, &own).err(), Some(Error::Statistics(StatisticsError::OwnRows)));
    let malformed = StatisticsSlice {
        rows: vec![crate::access::packet::StatisticsSliceRow { id: [1; 16], sections: vec![b"Sokha".to_vec()] }],
        ..first
    };
    assert_eq!(take(&one, 9, &malformed).err(), Some(Error::Statistics(StatisticsError::Malformed)));
    assert_eq!(at_the_desk(), before);
    // The desk hands nothing on as its own, and a supervisor hands over nothing at all.
    assert_eq!(desk.slice(&one.officer, true).rows.len(), 0);
    let supervisor = one.team.sign_in(&one.team.enrol("unit-supervisor"));
    let refused = supervisor.hand_over_statistics(&desk.officer.public().verifying_key, "Kandal", false, &supervise());
    assert_eq!(refused, Err(Error::Access(AccessError::NotAllowed)));
    desk.team.chief.check(|_, _| ()).unwrap();
    one.team.chief.check(|_, _| ()).unwrap();
}
