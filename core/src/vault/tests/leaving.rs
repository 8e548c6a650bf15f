//! Leaving: what is written afterwards opens with none of the keys of who has left; those who stay go on reading.

use super::hoard::{Hoard, Loot};
use super::members::{Team, role, supervise};
use super::*;
use crate::access::policy::{AccessPolicy, Sensitivity};
use crate::access::{Compartments, RosterChange};
use crate::keys::Clock;
use crate::store::Store;

/// A clock that stands still.
struct Fixed(u64);

impl Clock for Fixed {
    fn wall_milliseconds(&self) -> u64 {
        self.0
    }

    fn monotonic_milliseconds(&self) -> u64 {
        0
    }
}

impl Team {
    fn copy(&self) -> PathBuf {
        let copy = self.world.folder.path().join("copy");
        let connection = rusqlite::Connection::open(self.world.path()).unwrap();
        connection.execute("VACUUM INTO ?1", [copy.to_str().unwrap()]).unwrap();
        copy
    }

    fn file(&self) -> VaultRow {
        self.world.vault.inner.file
    }

    fn roster(&self) -> Roster {
        self.chief.look(|act| Ok(act.keys.roster.clone())).unwrap()
    }

    /// Number of the newest commit, and how many log entries and roster entries there are.
    fn now(&self) -> (u64, u64, u64) {
        let look =
            |act: &mut Act<'_>| Ok((act.commit_number() - 1, act.keys.frontier.size(), act.keys.roster.head().0));
        self.chief.look(look).unwrap()
    }

    /// What a hoard opens of the file as it is now, and of an old copy.
    fn loot(&self, hoard: &mut Hoard, copy: Option<&PathBuf>) -> Loot {
        let roster = self.roster();
        if let Some(copy) = copy {
            let mut store = Store::open(copy).unwrap();
            hoard.take_keys(&store.begin_reading().unwrap(), &roster);
        }
        self.chief
            .look(|act| {
                hoard.take_keys(act.rows, &roster);
                Ok(hoard.loot(act.rows, act.keys.file))
            })
            .unwrap()
    }
}

/// A case of `staying` with a child, that `leaving` can open.
fn reached_by(team: &Team, leaving: &Session, staying: &Session) -> (RecordId, RecordId) {
    let (case, id) = case_with_child(staying, "Sokha");
    let full = Child { trusted_people: Some(Narrative::new("An aunt").unwrap()), ..child("Sokha") };
    staying.amend(id, &full, &access()).unwrap();
    let is_interviewer = leaving.read::<Child>(id, &access()).is_err();
    if is_interviewer {
        let _ = team.chief.assign(case, leaving.member(), &access());
    }
    (case, id)
}

fn purpose_of(name: &str) -> Access {
    if name == "unit-supervisor" { supervise() } else { access() }
}

#[test]
fn an_old_copy_the_new_file_and_all_keys_open_nothing_that_was_written_afterwards() {
    for name in ["interviewer", "unit-supervisor"] {
        let team = Team::new();
        let (one, other) = (team.enrol(name), team.enrol("interviewer"));
        let (leaving, staying) = (team.sign_in(&one), team.sign_in(&other));
        let (case, id) = reached_by(&team, &leaving, &staying);
        leaving.read::<Child>(id, &purpose_of(name)).unwrap();
        leaving.amend(id, &leaving.read::<Child>(id, &purpose_of(name)).unwrap().record, &purpose_of(name)).unwrap();
        let copy = team.copy();
        let (before, ..) = team.now();
        team.suspend(&one);
        let (commit, size, roster) = team.now();
        staying.amend(id, &child("Sophea"), &access()).unwrap();
        team.chief.amend(id, &child("Sophea"), &access()).unwrap();
        let (other_case, fresh) = case_with_child(&staying, "Bopha");
        team.chief.set_sensitivity(case, Sensitivity::Restricted, &access()).unwrap();

        let mut hoard = Hoard::of_session(&one, &leaving);
        let loot = team.loot(&mut hoard, Some(&copy));
        assert!(loot.groups.iter().any(|(written, record, _)| *written <= before && *record == id), "{name}: old ones");
        for record in [case, id, other_case, fresh] {
            assert_eq!(loot.later(commit, record), [], "{name}");
        }
        assert!(loot.entries.iter().all(|place| *place < size), "{name}: {:?}", loot.entries);
        // The entry that suspends them was sealed to all who were members until then.
        assert!(loot.roster.iter().all(|position| *position < roster), "{name}: {:?} {roster}", loot.roster);
        assert!(loot.case_circles.iter().all(|written| *written <= commit), "{name}");

        team.chief.move_on(&access(), |_, _| ()).unwrap();
        staying.move_on(&access(), |_, _| ()).unwrap();
        let loot = team.loot(&mut hoard, Some(&copy));
        for record in [case, id, other_case, fresh] {
            assert_eq!(loot.later(commit, record), [], "{name}, moved on");
        }
        let alone = team.loot(&mut Hoard::of_identity(team.file().vault, &one), None);
        assert!(alone.groups.is_empty() && alone.roster.is_empty() && alone.case_circles.is_empty(), "{name}");
        assert!(alone.entries.is_empty(), "{name}");
        team.chief.check(|_, _| ()).unwrap();
    }
}

#[test]
fn who_joins_after_moving_on_reads_everything_by_the_newest_generation() {
    let team = Team::new();
    let (one, other) = (team.enrol("unit-supervisor"), team.enrol("interviewer"));
    let staying = team.sign_in(&other);
    let all: Vec<_> = (0..5).map(|number| case_with_child(&staying, &format!("Child{number}")).1).collect();
    drop(team.sign_in(&one));
    team.suspend(&one);
    let mut steps = Vec::new();
    let moved = team.chief.move_on(&access(), |done, total| steps.push((done, total))).unwrap();
    assert_eq!((moved.closed, moved.kept), (0, 0));
    assert!(moved.wrapped >= 10 && moved.removed >= 10, "{moved:?}");
    assert_eq!(steps.first(), Some(&(2, 6)));
    assert_eq!(steps.last(), Some(&(6, 6)));
    let again = team.chief.move_on(&access(), |_, _| ()).unwrap();
    assert_eq!((again.wrapped, again.removed), (0, 0));
    team.chief.check(|_, _| ()).unwrap();

    let late = team.enrol("unit-supervisor");
    let late = team.sign_in(&late);
    for (number, id) in all.iter().enumerate() {
        let seen = late.read::<Child>(*id, &supervise()).unwrap();
        assert_eq!(seen.record.family_name_latin, child(&format!("Child{number}")).family_name_latin);
    }
    let unit = team.chief.unit().scope();
    let held = late.with_keys(|keys| Ok(keys.circles.generations(unit, Compartment::Identity))).unwrap();
    assert_eq!(held.iter().map(|name| name.generation).collect::<Vec<_>>(), [2]);
    for session in [&late, &staying, &team.sign_in(&other)] {
        session.check(|_, _| ()).unwrap();
    }
    // Whoever is resumed is given the newest generation.
    team.chief.change_roster(RosterChange::Resume { member: one.member() }, &[&team.world.founder], &access()).unwrap();
    assert!(team.sign_in(&one).read::<Child>(all[0], &supervise()).is_ok());
    team.chief.check(|_, _| ()).unwrap();
}

#[test]
fn what_an_old_copy_still_shows_to_who_left_is_said() {
    let team = Team::new();
    let (one, other) = (team.enrol("interviewer"), team.enrol("unit-supervisor"));
    let (leaving, supervisor) = (team.sign_in(&one), team.sign_in(&other));
    let (case, _) = case_with_child(&leaving, "Sokha");
    case_with_child(&team.chief, "Dara");
    let count = |member: MemberId, compartment| {
        let exposure = team.chief.exposure(member, &access()).unwrap();
        let found = exposure.compartments.iter().find(|exposed| exposed.compartment == compartment);
        found.map_or((0, 0), |exposed| (exposed.cases, exposed.records))
    };
    // Of each case the case itself and the child.
    assert_eq!(count(one.member(), Compartment::Identity), (1, 2));
    assert_eq!(count(other.member(), Compartment::Identity), (2, 4));
    assert_eq!(count(other.member(), Compartment::Narrative), (0, 0));
    team.suspend(&one);
    team.suspend(&other);
    let (_, later) = case_with_child(&team.chief, "Bopha");
    team.chief.amend(later, &child("Bopha"), &access()).unwrap();
    let exposure = team.chief.exposure(one.member(), &access()).unwrap();
    assert!(!exposure.active);
    let [(of, compartments)] = exposure.cases[..] else { panic!("{exposure:?}") };
    assert!(of == case && compartments.contains(Compartment::Narrative));
    assert_eq!(count(other.member(), Compartment::Identity), (2, 4), "nothing that came later");
    assert!(supervisor.exposure(one.member(), &supervise()).is_err());
    let interviewer = team.sign_in(&team.enrol("interviewer"));
    let refused = interviewer.exposure(one.member(), &access()).unwrap_err();
    assert_eq!(refused, AccessError::NotAllowed.into());
}

#[test]
fn moving_on_can_be_broken_off_and_taken_up_again() {
    let team = Team::new();
    let (one, other) = (team.enrol("unit-supervisor"), team.enrol("interviewer"));
    let staying = team.sign_in(&other);
    let all: Vec<_> = (0..5).map(|number| case_with_child(&staying, &format!("Child{number}")).1).collect();
    team.suspend(&one);
    let broken = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        team.chief.move_on(&access(), |done, _| assert!(done < 4, "the power fails"))
    }));
    assert!(broken.is_err());
    let chief = team.world.reopened().unwrap();
    chief.check(|_, _| ()).unwrap();
    let rest = chief.move_on(&access(), |_, _| ()).unwrap();
    assert!(rest.wrapped > 0);
    chief.check(|_, _| ()).unwrap();
    for id in all {
        assert!(staying.read::<Child>(id, &access()).is_ok());
        assert!(chief.read::<Child>(id, &access()).is_ok());
    }
}

/// Whether the keys that a session held open a record's next revision, after something has happened. `now` is the clock of
/// whoever writes it.
fn opens_after(
    team: &Team,
    who: &Identity,
    id: RecordId,
    now: Option<u64>,
    happens: impl FnOnce(),
) -> Vec<Compartment> {
    let session = team.sign_in(who);
    let seen = session.read::<Child>(id, &supervise()).or_else(|_| session.read::<Child>(id, &access()));
    let seen = seen.or_else(|_| session.read::<Child>(id, &Access::for_purpose("safety-plan")));
    assert!(seen.is_ok(), "{seen:?}");
    let mut hoard = Hoard::of_session(who, &session);
    let copy = team.world.folder.path().join("copy");
    let _ = std::fs::remove_file(&copy);
    let copy = team.copy();
    happens();
    let (commit, ..) = team.now();
    let host = Host::with_shared(team.world.keys.clone());
    let host = match now {
        Some(now) => host.with_clock(Fixed(now)),
        None => host,
    };
    let writer = Vault::open(&team.world.path(), host).unwrap().sign_in(&team.world.founder).unwrap();
    writer.amend(id, &child("Sophea"), &access()).unwrap();
    team.loot(&mut hoard, Some(&copy)).later(commit, id)
}

#[test]
fn keys_move_on_before_the_next_write_whatever_was_taken_away() {
    let team = Team::new();
    let unit = team.chief.unit().scope();
    let signers = [&team.world.founder];
    let (case, id) = case_with_child(&team.chief, "Sokha");
    let change = |change: RosterChange| assert!(team.chief.change_roster(change, &signers, &access()).is_ok());

    // Nothing was taken away: the keys open it.
    let supervisor = team.enrol("unit-supervisor");
    assert!(!opens_after(&team, &supervisor, id, None, || ()).is_empty());
    // Another role.
    let member = supervisor.member();
    let gone = || change(RosterChange::Role { member, role: role("room-monitor"), unit });
    assert_eq!(opens_after(&team, &supervisor, id, None, gone), []);
    // A revoked device.
    let supervisor = team.enrol("unit-supervisor");
    let second = Identity::generate_for(supervisor.member());
    change(RosterChange::AddIdentity { identity: second.public() });
    let key = second.public().verifying_key;
    let gone = || assert!(team.chief.revoke_identity(supervisor.member(), key, &signers, &access()).is_ok());
    assert_eq!(opens_after(&team, &second, id, None, gone), []);
    assert!(!opens_after(&team, &supervisor, id, None, || ()).is_empty(), "the other device goes on");
    // An assignment taken back.
    let interviewer = team.enrol("interviewer");
    team.chief.assign(case, interviewer.member(), &access()).unwrap();
    assert!(!opens_after(&team, &interviewer, id, None, || ()).is_empty());
    let gone = || team.chief.unassign(case, interviewer.member(), &access()).unwrap();
    assert_eq!(opens_after(&team, &interviewer, id, None, gone), []);
    // A share that has ended.
    let social = team.enrol("social-worker");
    let now = crate::keys::SystemClock::default().wall_milliseconds();
    let shared = Compartments::of([Compartment::Identity]);
    team.chief.share(case, social.member(), shared, Some(now + 3_600_000), &access()).unwrap();
    assert_eq!(opens_after(&team, &social, id, None, || ()), [Compartment::Identity]);
    assert_eq!(opens_after(&team, &social, id, Some(now + 7_200_000), || ()), []);
    team.chief.check(|_, _| ()).unwrap();
}

#[test]
fn keys_move_on_when_a_case_is_held_more_closely() {
    let team = Team::new();
    let (supervisor, interviewer) = (team.enrol("unit-supervisor"), team.enrol("interviewer"));
    let staying = team.sign_in(&interviewer);
    let (case, id) = case_with_child(&staying, "Sokha");
    let session = team.sign_in(&supervisor);
    session.read::<Child>(id, &supervise()).unwrap();
    let mut hoard = Hoard::of_session(&supervisor, &session);
    team.chief.set_sensitivity(case, Sensitivity::Restricted, &access()).unwrap();
    let (commit, ..) = team.now();
    staying.amend(id, &child("Sophea"), &access()).unwrap();
    assert_eq!(team.loot(&mut hoard, None).later(commit, id), []);
    let moved = team.chief.move_on(&access(), |_, _| ()).unwrap();
    assert!(moved.removed > 0, "the wraps for the unit's circle: {moved:?}");
    assert_eq!(staying.read::<Child>(id, &access()).unwrap().record, child("Sophea"));
    team.chief.check(|_, _| ()).unwrap();
}

#[test]
fn keys_move_on_when_the_access_policy_gives_a_role_less() {
    let team = Team::new();
    let (_, id) = case_with_child(&team.chief, "Sokha");
    let supervisor = team.enrol("unit-supervisor");
    let text = AccessPolicy::standard_text().replacen("version = 1", "version = 2", 1);
    let before = "reach = { identity = \"unit\", profile = \"unit\", offence = \"unit\", evidence";
    assert!(text.contains(before));
    let narrower =
        text.replacen(before, "reach = { identity = \"case\", profile = \"unit\", offence = \"unit\", evidence", 1);
    let policy = AccessPolicy::parse(&narrower).unwrap();
    let narrow = || {
        let change = RosterChange::Policy(Box::new(policy));
        team.chief.change_roster(change, &[&team.world.founder], &access()).unwrap();
    };
    let opened = opens_after(&team, &supervisor, id, None, narrow);
    assert!(!opened.contains(&Compartment::Identity) && opened.contains(&Compartment::Profile), "{opened:?}");
    team.chief.check(|_, _| ()).unwrap();
}

#[test]
fn a_closely_held_case_that_nobody_could_open_is_not_written() {
    let team = Team::new();
    let (case, id) = case_with_child(&team.chief, "Sokha");
    team.chief.set_sensitivity(case, Sensitivity::Sealed, &access()).unwrap();
    let refused = team.chief.amend(id, &child("Sophea"), &access()).unwrap_err();
    assert!(matches!(refused, Error::Access(AccessError::NobodyAssigned { .. })), "{refused:?}");
    let interviewer = team.enrol("interviewer");
    team.chief.assign(case, interviewer.member(), &access()).unwrap();
    team.sign_in(&interviewer).amend(id, &child("Sophea"), &access()).unwrap();
    team.chief.check(|_, _| ()).unwrap();
}

#[test]
fn an_index_made_anew_by_the_session_that_moved_the_circle_is_of_the_new_generation() {
    let team = Team::new();
    let leaving = team.enrol("unit-supervisor");
    let named =
        |family: &str, given: &str| Child { given_name_latin: Some(Text::new(given).unwrap()), ..child(family) };
    let case = team.chief.create(Some(team.chief.unit()), &Case::default(), &access()).unwrap().record;
    // This session has used the keys of the old generation.
    let id = team.chief.create(Some(case), &named("Sokha", "Maly"), &access()).unwrap().record;
    team.chief.suspend(leaving.member(), &[&team.world.founder], &access()).unwrap();
    team.chief.rebuild_search_index(&access(), |_, _| ()).unwrap();
    // Another one finds and changes what stands in the index.
    let other = team.sign_in(&team.world.founder);
    let query = |text: &str| {
        let asked = crate::model::search::SearchQuery::among(RecordKind::CHILD);
        asked.by(crate::model::SearchKind::Name, text)
    };
    let found = |text: &str| format!("{:?}", other.search(&query(text), &access()).unwrap()).contains("Record(");
    assert!(found("Sokha Maly"));
    other.amend(id, &named("Dara", "Sophea"), &access()).unwrap();
    assert!(found("Dara Sophea") && !found("Sokha Maly"));
    other.check(|_, _| ()).unwrap();
}

#[test]
fn what_somebody_drew_who_does_not_read_it_seals_nothing_of_others() {
    let team = Team::new();
    let (officer, supervisor) = (team.enrol("front-line-officer"), team.enrol("unit-supervisor"));
    let session = team.sign_in(&officer);
    let report = Access::for_purpose("mandatory-report");
    let case = session.create(Some(session.unit()), &Case::default(), &report).unwrap().record;
    let id = session.create(Some(case), &child("Sokha"), &report).unwrap().record;
    let (commit, ..) = team.now();
    let mut hoard = Hoard::of_session(&officer, &session);
    assert!(!team.loot(&mut hoard, None).later(0, id).is_empty(), "what they wrote themselves");
    let supervisor = team.sign_in(&supervisor);
    assert_eq!(supervisor.read::<Child>(id, &supervise()).unwrap().record, child("Sokha"));
    for name in ["Sophea", "Bopha"] {
        supervisor.amend(id, &child(name), &supervise()).unwrap();
    }
    assert_eq!(team.loot(&mut hoard, None).later(commit, id), []);
    // One new key for those who read, and no more.
    let keys = supervisor.look(|act| act.keys.scope_keys(act.rows, case.scope())).unwrap();
    assert_eq!(keys.of(Compartment::Identity).count(), 2);
    team.chief.check(|_, _| ()).unwrap();
}
