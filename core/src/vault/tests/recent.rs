//! Places of the newest entries that are noted beside the heads: every entry names the one before it, whatever happens.

use std::collections::HashMap;

use proptest::prelude::*;

use super::*;
use crate::store::Store;

/// Children of one case, and a session.
fn with_children(world: &World, count: usize) -> (Session, Vec<RecordId>) {
    let session = world.session();
    let case = session.create(Some(session.unit()), &Case::default(), &access()).unwrap().record;
    let children = session
        .write_batch(&access(), |batch| {
            (0..count).map(|_| Ok(batch.create(Some(case), &child("Sokha"))?.record)).collect::<Result<Vec<_>, Error>>()
        })
        .unwrap();
    (session, children)
}

/// Every entry about a record names the one before it, and none is left out.
fn chains_hold(session: &Session) {
    let mut last = HashMap::new();
    let entries = session.log_entries(0, u64::MAX, &Access::for_purpose("supervision")).unwrap();
    for logged in entries {
        let (seq, what) = (logged.entry.seq, logged.entry.what);
        if let Some(what) = what.filter(|_| logged.entry.outcome == crate::log::Outcome::Success) {
            if matches!(logged.entry.event, crate::log::Event::Read | crate::log::Event::Update) {
                assert_eq!(what.previous, last.get(&what.record).copied(), "entry {seq}");
            }
            last.insert(what.record, seq);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn entries_of_a_record_are_a_chain(
        steps in proptest::collection::vec((0..4_u8, proptest::collection::vec(0..60_usize, 1..40)), 1..12)
    ) {
        let world = World::new();
        let (mut session, children) = with_children(&world, 60);
        let other = world.session();
        for (step, chosen) in steps {
            let ids: Vec<_> = chosen.iter().map(|index| children[*index]).collect();
            match step {
                0 => drop(session.read_many::<Child>(&ids, &access()).unwrap()),
                1 => drop(other.read::<Child>(ids[0], &access()).unwrap()),
                2 => drop(session.amend(ids[0], &child("Dara"), &access()).unwrap()),
                _ => {
                    session.lock();
                    session = world.reopened().unwrap();
                }
            }
        }
        chains_hold(&session);
        session.check(|_, _| ()).unwrap();
    }
}

#[test]
fn places_go_into_the_heads_and_the_lists_go() {
    let world = World::new();
    let (session, children) = with_children(&world, 60);
    let full = || count(&world.path());
    session.read_many::<Child>(&children[..40], &access()).unwrap();
    assert_eq!(full(), 2, "two full lists, one that grows");
    session.read_many::<Child>(&children[40..], &access()).unwrap();
    assert_eq!(full(), 0, "all are in the heads");
    session.read_many::<Child>(&children[..20], &access()).unwrap();
    assert_eq!(full(), 1);
    chains_hold(&world.reopened().unwrap());
}

fn count(path: &std::path::Path) -> i64 {
    let store = Store::open(path).unwrap();
    store.raw().query_row("SELECT count(*) FROM recent", [], |row| row.get(0)).unwrap()
}

/// Changed, dropped, swapped, doubled or put back: refused.
#[test]
fn lists_that_were_touched_are_refused() {
    let world = World::new();
    let (session, children) = with_children(&world, 45);
    session.read_many::<Child>(&children[..20], &access()).unwrap();
    let old = world.folder.path().join("old");
    let run = |sql: &str| Store::open(&world.path()).unwrap().raw().execute_batch(sql).unwrap();
    run(&format!("VACUUM INTO '{}'", old.display()));
    session.read_many::<Child>(&children[20..], &access()).unwrap();
    session.lock();
    let attach = format!("ATTACH '{}' AS old;", old.display());
    let good = world.folder.path().join("good");
    run(&format!("VACUUM INTO '{}'", good.display()));
    let restore = format!(
        "ATTACH '{}' AS good; DELETE FROM main.recent; INSERT INTO main.recent SELECT * FROM good.recent;
         UPDATE main.tip SET recent = (SELECT recent FROM good.tip); DETACH good;",
        good.display()
    );
    for attack in [
        "DELETE FROM recent;".to_owned(),
        "DELETE FROM recent WHERE list = 1;".to_owned(),
        "UPDATE recent SET list = list + 5;".to_owned(),
        "UPDATE recent SET sealed = (SELECT sealed FROM recent WHERE list = 0) WHERE list = 1;".to_owned(),
        "INSERT INTO recent SELECT 2, sealed FROM recent WHERE list = 0;".to_owned(),
        "UPDATE recent SET sealed = zeroblob(40);".to_owned(),
        "UPDATE tip SET recent = (SELECT sealed FROM recent WHERE list = 0);".to_owned(),
        "UPDATE tip SET recent = x'';".to_owned(),
        format!("{attach} UPDATE main.tip SET recent = (SELECT recent FROM old.tip); DETACH old;"),
        format!("{attach} DELETE FROM main.recent; INSERT INTO main.recent SELECT * FROM old.recent; DETACH old;"),
    ] {
        run(&attack);
        let refused = world.reopened().unwrap_err();
        assert!(matches!(refused, Error::Integrity(_) | Error::Store(_)), "{attack}: {refused:?}");
        run(&restore);
    }
    chains_hold(&world.reopened().unwrap());
}

/// A fold takes a head out of the sum as it was counted in, and not what somebody made of it in the meantime.
#[test]
fn a_head_that_was_changed_outside_ends_the_fold() {
    let world = World::new();
    let (session, children) = with_children(&world, 60);
    let other = session.create(Some(session.unit()), &Case::default(), &access()).unwrap().record;
    let changed = session.create(Some(other), &child("Dara"), &access()).unwrap().record;
    session.read::<Child>(changed, &access()).unwrap();
    session.lock();
    let sql = format!("UPDATE head SET entry = 0 WHERE record = x'{changed}'");
    assert_eq!(Store::open(&world.path()).unwrap().raw().execute(&sql, []).unwrap(), 1);
    // A session that touches none of that case: but where its record was read stands in its lists.
    let refused = world.reopened().and_then(|session| session.read_many::<Child>(&children, &access()).map(drop));
    assert!(matches!(refused, Err(Error::Integrity(_))), "{refused:?}");
}
