//! Several programs at work on one vault: nothing is lost, and the log has no gap.

use std::sync::Mutex;

use saferoom::id::RecordId;
use saferoom::model::records::{Case, Child};
use saferoom::vault::{Error, Session};
use saferoom_tests::{World, access, child};

const WRITERS: usize = 8;
const ROUNDS: usize = 25;

/// A call on a session.
type Call = fn(&Session) -> Result<(), Error>;

/// Each thread opens the file for itself, as a process would; half of its calls write, half read what others wrote.
#[test]
fn eight_programs_write_and_read_at_once() {
    let world = World::new();
    let case = {
        let session = world.session();
        session.create(Some(session.unit()), &Case::default(), &access()).unwrap().record
    };
    let written: Mutex<Vec<(RecordId, String, u64)>> = Mutex::default();
    std::thread::scope(|scope| {
        for writer in 0..WRITERS {
            let (world, written) = (&world, &written);
            scope.spawn(move || {
                let session = world.session();
                for round in 0..ROUNDS {
                    let name = format!("Sokha {writer} {round}");
                    match round % 5 {
                        0 | 2 => {
                            let id = session.create(Some(case), &child(&name), &access()).unwrap().record;
                            written.lock().unwrap().push((id, name, 1));
                        }
                        1 => {
                            let (id, _, _) = {
                                let written = written.lock().unwrap();
                                written[(writer * 7 + round) % written.len()].clone()
                            };
                            // The list is held while it is written, so that it knows the last name of each child.
                            let mut written = written.lock().unwrap();
                            let revision = session.amend(id, &child(&name), &access()).unwrap();
                            let entry = written.iter_mut().find(|(known, _, _)| *known == id).unwrap();
                            assert_eq!(revision.number, entry.2 + 1, "no revision was lost");
                            *entry = (id, name, revision.number);
                        }
                        _ => {
                            let (id, name, number) = {
                                let written = written.lock().unwrap();
                                written[(writer * 13 + round) % written.len()].clone()
                            };
                            let opened = session.read::<Child>(id, &access()).unwrap();
                            assert!(opened.revision > number || opened.record == child(&name));
                        }
                    }
                }
            });
        }
    });
    let written = written.into_inner().unwrap();
    assert_eq!(written.len(), WRITERS * ROUNDS * 2 / 5);
    let session = world.session();
    for (id, name, number) in &written {
        let opened = session.read::<Child>(*id, &access()).unwrap();
        assert_eq!((opened.revision, opened.record == child(name)), (*number, true));
        assert_eq!(session.history(*id, &access()).unwrap().len() as u64, *number);
    }
    assert_eq!(session.records_of(case, &access()).unwrap().len(), written.len() + 1);
    let size = session.log_size().unwrap();
    let entries = session.log_entries(0, size, &access()).unwrap();
    assert!(entries.iter().enumerate().all(|(index, logged)| logged.entry.seq == index as u64));
    assert_eq!(entries.len() as u64, size);
    let report = session.check(|_, _| ()).unwrap();
    assert_eq!(report.records, written.len() as u64 + 2);
    assert_eq!(report.revisions, report.writes_logged);
    // Founding the vault, the case, the writers, and this look.
    assert_eq!(report.sessions, WRITERS as u64 + 3);
}

/// Clones of one session's threads are served one after the other.
#[test]
fn threads_share_one_session() {
    let world = World::new();
    let session = world.session();
    let case = session.create(Some(session.unit()), &Case::default(), &access()).unwrap().record;
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let session = &session;
            scope.spawn(move || {
                for round in 0..10 {
                    let name = format!("Bopha {thread} {round}");
                    let id = session.create(Some(case), &child(&name), &access()).unwrap().record;
                    assert!(session.read::<Child>(id, &access()).unwrap().record == child(&name));
                }
            });
        }
    });
    assert_eq!(session.check(|_, _| ()).unwrap().records, 42);
}

#[test]
fn a_batch_that_calls_its_session_is_refused_and_writes_nothing() {
    let world = World::new();
    let session = world.session();
    let before = session.check(|_, _| ()).unwrap();
    let unit = session.unit();
    let refused: [Result<(), Error>; 4] = [
        session.write_batch(&access(), |_| session.cases(&access()).map(drop)),
        session.write_batch(&access(), |_| session.create(Some(unit), &Case::default(), &access()).map(drop)),
        session.write_batch(&access(), |batch| {
            batch.create(Some(unit), &Case::default())?;
            session.read_fields(unit, None, &access()).map(drop)
        }),
        session.write_batch(&access(), |_| session.log_size().map(drop)),
    ];
    for refused in refused {
        assert_eq!(refused, Err(Error::WithinCall));
    }
    assert_eq!(session.check(|_, _| ()).unwrap(), before);
    session.create(Some(unit), &Case::default(), &access()).unwrap();
}

/// What asks the vault from inside a batch is refused as well, and does not wait for itself for ever.
#[test]
fn a_batch_that_checks_its_vault_does_not_hang() {
    let inside: [(&str, Call); 4] = [
        ("check", |session| session.check(|_, _| ()).map(drop)),
        ("info", |session| session.vault().info().map(drop)),
        ("checkpoint", |session| session.checkpoint().map(drop)),
        ("lock", |session| {
            session.lock();
            if session.is_locked() { Ok(()) } else { Err(Error::WithinCall) }
        }),
    ];
    let mut hanging = Vec::new();
    for (name, call) in inside {
        let (sender, receiver) = std::sync::mpsc::channel();
        // A thread of its own, which is left behind if it hangs.
        std::thread::spawn(move || {
            let world = World::new();
            let session = world.session();
            let _ = sender.send(session.write_batch(&access(), |_| call(&session)));
        });
        match receiver.recv_timeout(std::time::Duration::from_secs(20)) {
            Ok(Err(Error::Locked)) => assert_eq!(name, "lock", "the batch ends with its session"),
            Ok(answer) => assert!(matches!(answer, Ok(()) | Err(Error::WithinCall)), "{name}: {answer:?}"),
            Err(_) => hanging.push(name),
        }
    }
    assert!(hanging.is_empty(), "hangs from inside a batch: {hanging:?}");
}

/// A panic inside a batch leaves neither a half-made batch nor a session that hangs.
#[test]
fn a_panic_in_a_batch_writes_nothing() {
    let world = World::new();
    let session = world.session();
    let before = session.check(|_, _| ()).unwrap();
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        session.write_batch(&access(), |batch| -> Result<(), Error> {
            batch.create(Some(session.unit()), &Case::default())?;
            panic!("the host's own");
        })
    }));
    assert!(panicked.is_err());
    let case = session.create(Some(session.unit()), &Case::default(), &access()).unwrap().record;
    assert_eq!(session.cases(&access()).unwrap(), [case], "the session works on");
    let reopened = world.sign_in().and_then(|session| session.check(|_, _| ()));
    assert_eq!(reopened.err(), None, "and leaves a vault that others can open");
    let after = session.check(|_, _| ()).unwrap();
    assert_eq!((after.records, after.commits), (before.records + 1, before.commits + 1));
}
