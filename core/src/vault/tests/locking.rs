//! Sessions that lock, of themselves or because they are told to, and attempts that fail.

use std::sync::{Barrier, Weak};
use std::time::Duration;

use super::*;
use crate::access::RosterChange;
use crate::access::policy::AccessPolicy;
use crate::keys::{ManualClock, Passphrase, PassphraseCost, SlowDown, Unlock, create_identity_file};
use crate::log::DetailValue;
use crate::vault::keyring::ScopeKeys;

const MINUTE: Duration = Duration::from_secs(60);

/// A world whose clock goes on when it is told to.
fn world_with_clock() -> (World, ManualClock) {
    let clock = ManualClock::at(1_700_000_000_000);
    let mut world = World::new();
    let host = Host::with_shared(world.keys.clone()).with_clock(clock.clone());
    world.vault = Vault::open(&world.path(), host).unwrap();
    (world, clock)
}

/// Event, outcome and one detail of the last entries.
fn last_entries(world: &World, count: usize, key: DetailKey) -> Vec<(Event, Outcome, Option<u64>)> {
    let session = world.session();
    // Without the sign-in that looks.
    let size = session.log_size().unwrap() - 1;
    let entries = session.log_entries(size - count as u64, size, &Access::for_purpose("audit")).unwrap();
    let number = |value: Option<&DetailValue<'_>>| match value {
        Some(DetailValue::Number(number)) => Some(*number),
        _ => None,
    };
    let told = entries.iter().map(|logged| {
        let entry = &logged.entry;
        (entry.event, entry.outcome, number(entry.detail.as_ref().and_then(|detail| detail.get(key))))
    });
    told.collect()
}

impl Session {
    /// A sign of life of the data keys of a scope.
    fn sign_of_keys(&self, scope: ScopeId) -> Weak<ScopeKeys> {
        self.look(|act| Ok(Arc::downgrade(&act.keys.scope_keys(act.rows, scope)?))).unwrap()
    }
}

#[test]
fn an_idle_session_locks_itself_before_it_serves_anything() {
    let (world, clock) = world_with_clock();
    let session = world.session();
    let (case, id) = case_with_child(&session, "Sokha");
    for _ in 0..3 {
        clock.advance(5 * MINUTE - Duration::from_millis(1));
        session.read::<Child>(id, &access()).unwrap();
    }
    let keys = session.sign_of_keys(case.scope());
    assert!(keys.strong_count() > 0 && !session.lock_if_idle());
    clock.advance(5 * MINUTE);
    let size = world.vault.info().unwrap().log_entries;
    assert_eq!(session.read::<Child>(id, &access()).unwrap_err(), Error::LockedIdle);
    assert_eq!(keys.strong_count(), 0, "the keys are wiped");
    assert_eq!(session.read::<Child>(id, &access()).unwrap_err(), Error::LockedIdle);
    assert_eq!((session.log_size(), session.log_key().err()), (Err(Error::LockedIdle), Some(Error::LockedIdle)));
    assert_eq!(world.vault.info().unwrap().log_entries, size + 1, "its end was logged, and nothing else");
    assert_eq!(last_entries(&world, 1, DetailKey::IDLE_SECONDS), [(Event::Logout, Outcome::Success, Some(300))]);
    assert_eq!((Error::LockedIdle.code(), Error::Locked.code()), (730, 704));
}

#[test]
fn a_timer_of_the_host_locks_idle_sessions_and_the_time_can_be_set() {
    let (world, clock) = world_with_clock();
    let session = world.session();
    world.vault.set_locking(Locking { idle_timeout: MINUTE, ..world.vault.locking() });
    clock.advance(MINUTE / 2);
    session.log_size().unwrap();
    clock.set_wall(0);
    clock.advance(MINUTE / 2);
    assert!(!session.lock_if_idle(), "half of the time");
    clock.sleep(MINUTE);
    assert!(!session.lock_if_idle(), "the wall clock was set back: it shows no time that went by");
    clock.advance(MINUTE / 2);
    assert!(session.lock_if_idle() && session.is_locked());
    assert_eq!(session.cases(&access()), Err(Error::LockedIdle));

    let asked = world.session();
    asked.lock();
    clock.advance(MINUTE);
    assert_eq!(asked.cases(&access()), Err(Error::Locked), "the first reason stays");
    let strict = Host::with_shared(world.keys.clone())
        .with_clock(clock.clone())
        .with_locking(Locking { idle_timeout: Duration::ZERO, ..Locking::default() });
    let session = Vault::open(&world.path(), strict).unwrap().sign_in(&world.founder).unwrap();
    assert!(!session.is_locked());
    clock.advance(Duration::from_secs(1));
    assert!(session.is_locked());
}

#[test]
fn a_call_that_takes_long_is_no_idleness() {
    let (world, clock) = world_with_clock();
    let session = world.session();
    let written = session.write_batch(&access(), |batch| {
        clock.advance(60 * MINUTE);
        assert!(!session.lock_if_idle());
        batch.create(Some(session.unit()), &Case::default())
    });
    assert!(written.is_ok());
    assert!(session.cases(&access()).is_ok());
}

#[test]
fn locking_wipes_the_keys_whatever_is_still_held() {
    let world = World::new();
    let session = Arc::new(world.session());
    let (case, id) = case_with_child(&session, "Sokha");
    let (handle, vault) = (Arc::clone(&session), session.vault().clone());
    let opened = session.read::<Child>(id, &access()).unwrap();
    let granted = session.act(&access(), Event::Read, &[], |act| act.grant(id, Some(Child::spec()), None)).unwrap();
    let keys = session.sign_of_keys(case.scope());
    assert!(keys.strong_count() > 0);
    session.lock();
    assert_eq!(keys.strong_count(), 0);
    let late = handle.open(granted, &access(), &mut FieldBuffer::new(), Child::decode);
    assert_eq!(late.unwrap_err(), Error::Locked, "what was granted before opens no more");
    assert_eq!(handle.read::<Child>(id, &access()).unwrap_err(), Error::Locked);
    assert!(handle.is_locked());
    assert_eq!(opened.record, child("Sokha"), "what the host has read is the host's");
    assert!(vault.sign_in(&world.founder).unwrap().read::<Child>(id, &access()).is_ok());
}

#[test]
fn a_batch_of_another_thread_ends_with_the_lock() {
    let world = World::new();
    let session = world.session();
    let before = world.vault.info().unwrap().records;
    let (inside, locked) = (Barrier::new(2), Barrier::new(2));
    std::thread::scope(|threads| {
        let batch = threads.spawn(|| {
            session.write_batch(&access(), |batch| {
                batch.create(Some(session.unit()), &Case::default())?;
                inside.wait();
                locked.wait();
                let refused = batch.create(Some(session.unit()), &Case::default()).unwrap_err();
                assert_eq!(refused, Error::Locked);
                // A host that does not care about errors does not get through either.
                Ok(())
            })
        });
        inside.wait();
        let lock = threads.spawn(|| session.lock());
        while session.open.ending.why().is_none() {
            std::thread::yield_now();
        }
        locked.wait();
        lock.join().unwrap();
        assert!(session.is_locked());
        assert_eq!(batch.join().unwrap(), Err(Error::Locked));
    });
    assert_eq!(world.vault.info().unwrap().records, before);
    world.session().check(|_, _| ()).unwrap();
}

#[test]
fn locking_from_inside_a_batch_ends_both() {
    let world = World::new();
    let session = world.session();
    let before = world.vault.info().unwrap().records;
    let ended = session.write_batch(&access(), |batch| {
        batch.create(Some(session.unit()), &Case::default())?;
        session.lock();
        Ok(())
    });
    assert_eq!(ended, Err(Error::Locked));
    assert!(session.is_locked());
    assert_eq!(world.vault.info().unwrap().records, before);
    assert_eq!(last_entries(&world, 1, DetailKey::IDLE_SECONDS), [(Event::Logout, Outcome::Success, None)]);
}

#[test]
fn strangers_are_slowed_down_and_members_are_not_locked_out() {
    let (world, clock) = world_with_clock();
    let stranger = Identity::generate();
    let refused = |vault: &Vault, identity| vault.sign_in(identity).err();
    for _ in 0..3 {
        assert_eq!(refused(&world.vault, &stranger), Some(AccessError::NotAMember.into()));
    }
    let wait = |seconds| Some(KeyError::TooManyAttempts { wait: Duration::from_secs(seconds) }.into());
    assert_eq!(refused(&world.vault, &stranger), wait(1));
    assert_eq!(refused(&world.vault, &world.founder), wait(1));
    let again = Vault::open(&world.path(), Host::with_shared(world.keys.clone()).with_clock(clock.clone())).unwrap();
    assert_eq!(refused(&again, &world.founder), wait(1), "also for another process");
    clock.advance(Duration::from_secs(1));
    assert_eq!(refused(&world.vault, &stranger), Some(AccessError::NotAMember.into()));
    assert_eq!(refused(&world.vault, &world.founder), wait(2));
    clock.advance(Duration::from_secs(2));
    drop(world.session());
    assert_eq!(refused(&world.vault, &stranger), Some(AccessError::NotAMember.into()), "from the beginning");
    assert_eq!(refused(&world.vault, &world.founder), None);
    assert_eq!(Error::from(KeyError::TooManyAttempts { wait: MINUTE }).code(), 222);
}

#[test]
fn the_access_policy_slows_attempts_down_as_soon_as_this_device_has_seen_it() {
    let (world, clock) = world_with_clock();
    let text = AccessPolicy::standard_text().replacen("version = 1", "version = 2", 1);
    let text = text.replacen("free_attempts = 5", "free_attempts = 2", 1);
    let policy = AccessPolicy::parse(&text.replacen("first_delay_seconds = 5", "first_delay_seconds = 60", 1)).unwrap();
    let session = world.session();
    let change = RosterChange::Policy(Box::new(policy));
    session.change_roster(change, &[&world.founder], &access().because("stricter")).unwrap();
    session.lock();
    // As after a restart: nobody has signed in yet, so nobody could read the policy.
    let open = || Vault::open(&world.path(), Host::with_shared(world.keys.clone()).with_clock(clock.clone())).unwrap();
    let refused = |identity: &Identity| open().sign_in(identity).err();
    let wait = |seconds| Some(KeyError::TooManyAttempts { wait: Duration::from_secs(seconds) }.into());
    let stranger = Identity::generate();
    (0..2).for_each(|_| assert_eq!(refused(&stranger), Some(AccessError::NotAMember.into())));
    assert_eq!(refused(&stranger), wait(60));
    assert_eq!(refused(&world.founder), wait(60));
    clock.advance(MINUTE);
    assert_eq!(refused(&stranger), Some(AccessError::NotAMember.into()));
    assert_eq!(refused(&world.founder), wait(120), "twice as long");

    // Passphrases of an identity file as well; a host that is stricter stays so.
    let path = world.folder.path().join("identity");
    let passphrase = |text: &str| Passphrase::new(text.as_bytes().to_vec()).unwrap();
    let (right, wrong) = (passphrase("quiet river stone"), passphrase("quiet river sand"));
    let cost = PassphraseCost::LEAST;
    create_identity_file(&path, &world.founder, Unlock::Passphrase(&right), cost).unwrap();
    let vault = open();
    for _ in 0..2 {
        let refused = vault.identity_attempts().open(&path, Unlock::Passphrase(&wrong)).err();
        assert_eq!(refused, Some(KeyError::WrongPassphrase));
    }
    let waits = || vault.identity_attempts().open(&path, Unlock::Passphrase(&right)).err().map(Error::from);
    assert_eq!(waits(), wait(60));
    let strict = SlowDown { from: 1, first: 10 * MINUTE, longest: 10 * MINUTE };
    vault.set_locking(Locking { slow_down: strict, ..vault.locking() });
    assert_eq!(waits(), wait(600));
}

#[test]
fn a_session_ends_after_the_hours_that_the_access_policy_allows() {
    let (world, clock) = world_with_clock();
    let session = world.session();
    let hours = session.access_policy().unwrap().sign_in().session_hours;
    // Busy all the time: it is not idleness that ends it.
    for _ in 0..hours * 60 - 1 {
        clock.advance(MINUTE);
        session.info(session.unit()).unwrap();
    }
    clock.advance(MINUTE);
    assert!(session.info(session.unit()).is_err() && session.is_locked());
}

/// The entry about the end is lost with its transaction. The head that goes with it must not be kept then: the file would
/// be taken for an older copy, and never open again.
#[test]
fn an_end_that_the_disk_refuses_leaves_a_vault_that_opens() {
    let world = World::new();
    let session = world.session();
    let (_, id) = case_with_child(&session, "Sokha");
    // Found out at the commit and not before, as a full disk is: a row that points nowhere.
    let obstacle = "PRAGMA foreign_keys = ON; CREATE TEMP TABLE there (id INTEGER PRIMARY KEY);
        CREATE TEMP TABLE here (id REFERENCES there (id) DEFERRABLE INITIALLY DEFERRED);
        CREATE TEMP TRIGGER obstacle AFTER INSERT ON main.entry BEGIN INSERT INTO here VALUES (1); END";
    session.vault().store().unwrap().raw().execute_batch(obstacle).unwrap();
    let size = session.log_size().unwrap();
    session.lock();
    drop(session);
    let session = Vault::open(&world.path(), Host::with_shared(world.keys.clone())).unwrap().sign_in(&world.founder);
    let session = session.expect("no rollback");
    assert_eq!(session.log_size().unwrap(), size + 1, "the end was not logged, and the new sign-in is");
    assert!(session.read::<Child>(id, &access()).is_ok());
    session.check(|_, _| ()).unwrap();
}

/// Keys that were in use in the moment of the wipe are gone as soon as that use has ended, also if nobody calls again.
#[test]
fn a_wipe_reaches_keys_that_are_in_use() {
    let world = World::new();
    let session = world.session();
    let held = session.open.lock().unwrap();
    std::thread::scope(|scope| {
        scope.spawn(|| assert!(session.open.wipe())).join().unwrap();
    });
    assert!(held.is_some(), "not under the hands of who uses them");
    drop(held);
    assert!(session.open.lock().unwrap().is_none());
}
