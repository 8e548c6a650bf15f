//! Attacks on the roster with two copies of the file: an older one, and what a member who was suspended since can still
//! write into it. A member's keys open a lot; they must not bring their owner back, nor be believed.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::Connection;
use saferoom::access::{AccessError, RoleName, RosterChange};
use saferoom::id::RecordId;
use saferoom::keys::Identity;
use saferoom::model::records::Child;
use saferoom::vault::{Error, Host, Session, Vault};
use saferoom_tests::{Caseload, Keys, World, access, child, fold, raw, record_cases, tables};

/// A station from which an interviewer was suspended: the file before, the file since, and what the interviewer made of a
/// copy from before.
struct Scene {
    world: World,
    interviewer: Identity,
    case: RecordId,
    child: RecordId,
    before: PathBuf,
    since: PathBuf,
    /// The key store of the device, as it was before.
    keys_before: Arc<Keys>,
    gone_on: PathBuf,
}

impl Scene {
    fn new() -> Self {
        let world = World::new();
        let mut load = Caseload::default();
        let chief = world.session();
        let interviewer = world.enrol(&chief, "interviewer");
        record_cases(&world.sign_in_as(&interviewer).unwrap(), 1, &mut load).unwrap();
        drop(chief);
        fold(&world.path());
        let [before, since, gone_on] = ["before", "since", "gone-on"].map(|name| world.folder.path().join(name));
        std::fs::copy(world.path(), &before).unwrap();
        let keys_before = world.keys.snapshot();
        let chief = world.session();
        chief.suspend(interviewer.member(), &[&world.founder], &access()).unwrap();
        chief.amend(load.children[0], &child("Written since"), &access()).unwrap();
        drop(chief);
        fold(&world.path());
        std::fs::copy(world.path(), &since).unwrap();
        // In a copy from before, on a device that knows no better, the interviewer goes on.
        std::fs::copy(&before, &gone_on).unwrap();
        let alone = open(&gone_on, keys_before.snapshot()).unwrap().sign_in(&interviewer).unwrap();
        alone.amend(load.children[0], &child("Forged"), &access()).unwrap();
        drop(alone);
        fold(&gone_on);
        Self { case: load.cases[0], child: load.children[0], world, interviewer, before, since, keys_before, gone_on }
    }

    /// A copy of the newest file, after a change; `other` is attached beside it.
    fn grafted(&self, from: &Path, change: impl FnOnce(&Connection)) -> PathBuf {
        let copy = self.world.folder.path().join("copy");
        for side in ["", "-wal", "-shm"] {
            let mut name = copy.as_os_str().to_owned();
            name.push(side);
            let _ = std::fs::remove_file(name);
        }
        std::fs::copy(&self.since, &copy).unwrap();
        let connection = raw(&copy);
        connection.execute_batch(&format!("ATTACH '{}' AS other", from.display())).unwrap();
        change(&connection);
        copy
    }

    /// What the founder sees in a file: nothing may be read that was not written by whoever may write.
    fn refused(&self, file: &Path) -> Error {
        let looked = open(file, self.world.keys.snapshot()).and_then(|vault| {
            let session = vault.sign_in(&self.world.founder)?;
            let seen = session.read::<Child>(self.child, &access()).map(|opened| opened.record);
            if let Ok(seen) = &seen {
                assert_ne!(*seen, child("Forged"), "a wrong value");
                assert_eq!(*seen, child("Written since"), "a wrong value");
            }
            session.check(|_, _| ())?;
            seen.map(drop)
        });
        looked.expect_err("noticed")
    }
}

fn open(file: &Path, keys: Arc<Keys>) -> Result<Vault, Error> {
    Vault::open(file, Host::with_shared(keys))
}

fn code(error: &Error) -> u16 {
    saferoom::error::Diagnosis::code(error)
}

fn run(connection: &Connection, sql: &str) {
    connection.execute_batch(sql).unwrap();
}

#[test]
fn an_honest_copy_of_the_newest_file_is_read_as_it_is() {
    let scene = Scene::new();
    let copy = scene.grafted(&scene.before, |_| ());
    let session = open(&copy, scene.world.keys.snapshot()).unwrap().sign_in(&scene.world.founder).unwrap();
    assert_eq!(session.read::<Child>(scene.child, &access()).unwrap().record, child("Written since"));
    session.check(|_, _| ()).unwrap();
    let case_members = session.case_members(scene.case, &access()).unwrap();
    assert!(case_members.iter().any(|grant| grant.member == scene.interviewer.member()));
}

#[test]
fn who_was_suspended_is_refused_and_an_older_file_does_not_bring_them_back() {
    let scene = Scene::new();
    let suspended = |session: Result<Session, Error>| session.map(drop).expect_err("refused");
    let refused = suspended(open(&scene.since, scene.world.keys.snapshot()).unwrap().sign_in(&scene.interviewer));
    assert_eq!(refused, Error::Access(AccessError::Suspended));
    // The device has kept the newest head: the older file, roster and all, is not it. For nobody.
    for file in [&scene.before, &scene.gone_on] {
        for identity in [&scene.interviewer, &*scene.world.founder] {
            let refused = suspended(open(file, scene.world.keys.snapshot()).unwrap().sign_in(identity));
            assert!(matches!(refused, Error::Integrity(_)), "{refused:?}");
        }
    }
    // A device that knows no better reads the file as it was then; that is what kept heads and checkpoints are for.
    open(&scene.before, scene.keys_before.snapshot()).unwrap().sign_in(&scene.interviewer).unwrap();
}

#[test]
fn a_deleted_suspension_is_noticed() {
    let scene = Scene::new();
    let last: i64 = raw(&scene.since).query_row("SELECT max(position) FROM roster", [], |row| row.get(0)).unwrap();
    assert_eq!(last, 3, "founding, enrolment, suspension, new circles");
    let suspension = "DELETE FROM main.roster WHERE position = 2;";
    let circles = "DELETE FROM main.roster WHERE position = 3;";
    let moved = "UPDATE main.roster SET position = 2 WHERE position = 3;";
    let tip = "DELETE FROM main.tip; INSERT INTO main.tip SELECT * FROM other.tip;";
    let state = "DELETE FROM main.state; INSERT INTO main.state SELECT * FROM other.state;";
    let slots = "DELETE FROM main.slot WHERE slot NOT IN (SELECT slot FROM other.slot);";
    let roster = "DELETE FROM main.roster; INSERT INTO main.roster SELECT * FROM other.roster;";
    for parts in [
        vec![suspension],
        vec![suspension, moved],
        vec![suspension, circles],
        vec![circles],
        vec![suspension, circles, slots],
        vec![suspension, circles, tip],
        vec![suspension, circles, tip, state],
        vec![suspension, circles, tip, state, slots],
        vec![roster],
        vec![roster, tip, state, slots],
    ] {
        let copy = scene.grafted(&scene.before, |connection| run(connection, &parts.concat()));
        scene.refused(&copy);
        let opened = open(&copy, scene.world.keys.snapshot()).unwrap().sign_in(&scene.interviewer);
        assert!(opened.is_err(), "{parts:?}");
    }
}

/// The interviewer's session certificate, commit and revision are genuine, signed when the interviewer was a member: in the
/// file of those who know better they count for nothing.
#[test]
fn what_a_suspended_member_wrote_in_a_copy_is_not_taken_over() {
    let scene = Scene::new();
    let connection = raw(&scene.since);
    let all = tables(&connection);
    let graft = |table: &str| format!("INSERT OR REPLACE INTO main.{table} SELECT * FROM other.{table};");
    let replace =
        |table: &str| format!("DELETE FROM main.{table}; INSERT INTO main.{table} SELECT * FROM other.{table};");
    let of_writing = ["session", "commitment", "authorship", "revision", "head", "keyring", "slot", "token"];
    let signed = ["state", "tip"];
    // The revision with its author, as the newest of the record.
    let newest = format!("(SELECT max(id) FROM other.revision WHERE record = X'{}')", scene.child);
    let revision = format!(
        "{} INSERT INTO main.revision SELECT id + 1000, record, number, earlier, previous, commit_number, place, groups \
         FROM other.revision WHERE id = {newest}; UPDATE main.head SET revision = {newest} + 1000, digest = (SELECT digest \
         FROM other.head WHERE record = X'{}') WHERE record = X'{}';",
        ["session", "commitment", "authorship", "keyring", "slot"].map(graft).concat(),
        scene.child,
        scene.child
    );
    let attempts: [String; 6] = [
        of_writing.map(graft).concat(),
        of_writing.map(graft).concat() + &signed.map(replace).concat(),
        of_writing.map(replace).concat() + &signed.map(replace).concat(),
        // All but the roster; all.
        all.iter().filter(|table| *table != "roster").map(|table| replace(table)).collect(),
        all.iter().map(|table| replace(table)).collect(),
        revision,
    ];
    for attempt in attempts {
        let copy = scene.grafted(&scene.gone_on, |connection| run(connection, &attempt));
        scene.refused(&copy);
    }
}

/// Nobody but a custodian changes the roster, whatever the program says; and what was refused stands in the log.
#[test]
fn an_officer_changes_nothing_of_the_roster() {
    let world = World::new();
    let chief = world.session();
    let (officer, other) = (world.enrol(&chief, "interviewer"), world.enrol(&chief, "auditor"));
    let session = world.sign_in_as(&officer).unwrap();
    let (unit, role) = (session.unit().scope(), RoleName::parse("unit-supervisor").unwrap());
    let stranger = Identity::generate();
    for change in [
        RosterChange::Role { member: officer.member(), role: role.clone(), unit },
        RosterChange::Enrol { identity: stranger.public(), role, unit },
        RosterChange::Suspend { member: other.member() },
        RosterChange::AddIdentity { identity: Identity::generate_for(other.member()).public() },
        RosterChange::Policy(Box::new(chief.access_policy().unwrap())),
    ] {
        let before = chief.log_size().unwrap();
        let refused = session.change_roster(change, &[&officer], &access()).unwrap_err();
        assert!(matches!(refused, Error::Access(AccessError::ApprovalsMissing { have: 0, needed: 1 })), "{refused:?}");
        let denied = &chief.log_entries(before, u64::MAX, &access()).unwrap()[0].entry;
        assert_eq!((denied.event, code(&refused)), (saferoom::log::Event::Denied, 616));
    }
    assert_eq!(chief.members().unwrap().len(), 3);
}

/// What somebody changed in the file just before a member is suspended is not counted in with what was there.
#[test]
fn nothing_is_smuggled_in_while_the_state_is_counted_again() {
    for change in [
        "UPDATE head SET entry = 0 WHERE record = (SELECT max(record) FROM head)",
        "DELETE FROM head WHERE record = (SELECT max(record) FROM head WHERE record <> scope)",
        "DELETE FROM keyring WHERE tag = (SELECT max(tag) FROM keyring)",
        "DELETE FROM token WHERE token = (SELECT max(token) FROM token)",
        "INSERT INTO slot VALUES (X'00112233445566778899AABBCCDDEEFF', NULL, X'00')",
        "DELETE FROM circle",
    ] {
        let world = World::new();
        let chief = world.session();
        let interviewer = world.enrol(&chief, "interviewer");
        let mut load = Caseload::default();
        record_cases(&world.sign_in_as(&interviewer).unwrap(), 1, &mut load).unwrap();
        raw(&world.path()).execute_batch(change).unwrap();
        let refused = chief.suspend(interviewer.member(), &[&world.founder], &access()).unwrap_err();
        assert!(matches!(refused, Error::Integrity(_)), "{change}: {refused:?}");
        let session = world.session();
        assert!(session.check(|_, _| ()).is_err(), "{change}");
    }
}
