//! The file of the vault changed by hand, or an earlier one put in its place: what a bundle made of it shows.

use saferoom::id::RecordId;
use saferoom::log::{BundleProblem, Verdict};
use saferoom::model::records::Child;
use saferoom::vault::{Error, IntegrityError, Session};
use saferoom_tests::{access, child, fold, raw};

use crate::station::{DAY, START, Station, checkpoint, export, failed, hex, judge, problems, size_of, try_export};

/// A child whose name was corrected once.
fn corrected_child(station: &Station, session: &Session) -> RecordId {
    let load = station.work(session, 2);
    session.amend(load.children[0], &child("Sokha Again"), &access()).unwrap();
    load.children[0]
}

fn intruder(station: &Station, sql: &str) {
    assert!(raw(&station.path()).execute(sql, []).unwrap() > 0, "{sql}");
}

#[test]
fn a_row_of_the_store_changed_by_hand() {
    let station = Station::founded();
    let session = station.session();
    let record = corrected_child(&station, &session);
    let (policy, kept, id) = (session.trust_policy().unwrap(), [checkpoint(&session)], hex(&record));
    assert_eq!(failed(&judge(&export(&session, &[]), &policy, &kept, START)), []);
    // The first revision in the place of the second.
    let first = format!("SELECT groups FROM revision WHERE record = x'{id}' AND number = 1");
    intruder(&station, &format!("UPDATE revision SET groups = ({first}) WHERE record = x'{id}' AND number = 2"));
    let report = judge(&export(&session, &[]), &policy, &kept, START);
    assert_eq!(failed(&report), [Verdict::Writes]);
    let told = problems(&report, Verdict::Writes);
    assert!(told.contains(&BundleProblem::NotLogged { record, revision: 2 }), "{told:?}");
    assert!(told.contains(&BundleProblem::NotStored { record, revision: 2 }), "{told:?}");
    // And nobody is given the value.
    assert!(session.read::<Child>(record, &access()).is_err());
}

#[test]
fn an_entry_that_does_not_open_to_its_leaf() {
    for (name, sql) in [
        ("exchanged", "UPDATE entry SET sealed = (SELECT sealed FROM entry WHERE position = 11) WHERE position = 10"),
        ("changed", "UPDATE entry SET sealed = zeroblob(length(sealed)) WHERE position = 10"),
        ("deleted", "DELETE FROM entry WHERE position = 10"),
    ] {
        let station = Station::founded();
        let session = station.session();
        corrected_child(&station, &session);
        intruder(&station, sql);
        let refused = try_export(&session, &[]).map(|_| ()).unwrap_err();
        assert!(matches!(refused, Error::Integrity(_)), "{name}: {refused:?}");
        assert!(session.check(|_, _| ()).is_err(), "{name}");
    }
}

/// The whole device as it was yesterday, key store and all: only what somebody kept elsewhere speaks against it.
#[test]
fn an_old_device_under_a_newer_log() {
    let station = Station::founded();
    let session = station.session();
    station.work(&session, 2);
    session.lock();
    drop(session);
    fold(&station.path());
    let old = std::fs::read(station.path()).unwrap();
    let old_keys = station.keys.snapshot();
    let session = station.session();
    station.work(&session, 2);
    let (policy, kept) = (session.trust_policy().unwrap(), checkpoint(&session));
    session.lock();
    drop(session);
    fold(&station.path());
    // With the key store as it is, the device itself refuses.
    std::fs::write(station.path(), &old).unwrap();
    let refused = station.open(&station.path()).err();
    assert_eq!(refused, Some(Error::Integrity(IntegrityError::Rollback)));
    let before = Station { keys: old_keys, ..station };
    let session = before.session();
    let report = judge(&export(&session, &[]), &policy, std::slice::from_ref(&kept), START);
    assert_eq!(failed(&report), [Verdict::Consistency]);
    let told = problems(&report, Verdict::Consistency);
    assert!(matches!(told[..], [BundleProblem::Shrunk { kept: of, .. }] if of == size_of(&kept)), "{told:?}");
}

/// The tables of the records as they were yesterday, beside today's log.
#[test]
fn an_old_store_under_a_newer_log() {
    let station = Station::founded();
    let session = station.session();
    let record = station.work(&session, 1).children[0];
    session.lock();
    drop(session);
    fold(&station.path());
    let old = station.folder.path().join("old");
    std::fs::copy(station.path(), &old).unwrap();
    station.clock.set(START + DAY);
    let session = station.session();
    session.amend(record, &child("Sokha Again"), &access()).unwrap();
    let auditor = station.enrolled(&session, "auditor");
    let (policy, kept) = (session.trust_policy().unwrap(), checkpoint(&session));
    let connection = raw(&station.path());
    connection.execute("ATTACH ?1 AS old", [old.to_str().unwrap()]).unwrap();
    let put_back = |sql: &str| assert!(connection.execute(sql, []).unwrap() > 0, "{sql}");
    // The revision that was the newest: the auditor's export shows what the store holds, and the log says what is missing.
    put_back(&format!("DELETE FROM main.revision WHERE record = x'{}' AND number > 1", hex(&record)));
    put_back(
        "UPDATE main.head SET revision = (SELECT old.head.revision FROM old.head WHERE record = main.head.record)",
    );
    let report = judge(&export(&auditor, &[]), &policy, std::slice::from_ref(&kept), START + DAY);
    assert_eq!(failed(&report), [Verdict::Writes]);
    assert_eq!(problems(&report, Verdict::Writes), [BundleProblem::NotStored { record, revision: 2 }]);
    // Whole tables: there is no export any more.
    put_back("DELETE FROM main.head");
    put_back("INSERT INTO main.head SELECT * FROM old.head");
    let refused = try_export(&auditor, &[]).map(|_| ()).unwrap_err();
    assert!(matches!(refused, Error::Integrity(_)), "{refused:?}");
    drop(connection);
    // Nor does anybody sign in to read.
    session.lock();
    let refused = station.open(&station.path()).and_then(|session| session.read::<Child>(record, &access()).map(drop));
    assert!(matches!(refused, Err(Error::Integrity(_))), "{refused:?}");
}

/// What an entry takes in the file and in a bundle, keys of sessions and the derived view aside.
#[test]
fn an_entry_is_small() {
    let station = Station::founded();
    let session = station.session();
    station.work(&session, 12);
    let size = session.log_size().unwrap();
    let sql = "SELECT sum(pgsize - unused) FROM dbstat WHERE name = 'entry'";
    let file: i64 = raw(&station.path()).query_row(sql, [], |row| row.get(0)).unwrap();
    let at_rest = file as f64 / size as f64;
    assert!(at_rest <= 320.0, "{at_rest} bytes at rest");
    let bundle = export(&session, &[]);
    let tiles = bundle.0.iter().filter(|(name, _)| name.starts_with("tile/"));
    let exported = tiles.map(|(_, bytes)| bytes.len()).sum::<usize>() as f64 / (size + 1) as f64;
    assert!(exported <= 260.0, "{exported} bytes in a bundle");
    println!("{at_rest:.1} bytes at rest, {exported:.1} in a bundle");
}
