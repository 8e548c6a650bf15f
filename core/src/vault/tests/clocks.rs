//! Clocks that are set, and sign-ins that fail: the log of an honest vault says so, and its times pass.

use super::*;
use crate::keys::{AskedClock, Clock, ClockError, KeyError, ManualClock, TimeReading, TimeSource};
use crate::log::{Answer, DetailKey, DetailValue, Event, MemoryFolder, Verdict, verify_bundle};
use crate::vault::LogExport;
use std::sync::{Mutex, Weak};

const HOUR: u64 = 3_600_000;
const NINE: u64 = 1_767_258_000_000;

pub(super) struct Shared(pub(super) Arc<ManualClock>);

impl Clock for Shared {
    fn wall_milliseconds(&self) -> u64 {
        self.0.wall_milliseconds()
    }

    fn monotonic_milliseconds(&self) -> u64 {
        self.0.monotonic_milliseconds()
    }
}

fn host(world: &World, clock: &Arc<ManualClock>) -> Host {
    Host::with_shared(world.keys.clone()).with_clock(Shared(Arc::clone(clock)))
}

fn adjustments(session: &Session) -> Vec<(u64, u64)> {
    let entries = session.log_entries(0, u64::MAX, &access()).unwrap();
    let of = |logged: &LoggedEntry| {
        let detail = logged.entry.detail.clone()?;
        let number = |key| match detail.get(key) {
            Some(DetailValue::Number(number)) => *number,
            _ => 0,
        };
        let told = (number(DetailKey::CLOCK_BACK_MS), number(DetailKey::CLOCK_FORWARD_MS));
        (logged.entry.event == Event::ClockAdjustment).then_some(told)
    };
    entries.iter().filter_map(of).collect()
}

#[test]
fn an_honest_vault_with_clock_changes_and_failed_sign_ins_passes() {
    let world = World::new();
    let clock = Arc::new(ManualClock::at(NINE));
    let vault = Vault::open(&world.path(), host(&world, &clock)).unwrap();
    // The founding bears the time of the machine, which is another one.
    let session = vault.sign_in(&world.founder).unwrap();
    let (_, id) = case_with_child(&session, "Sokha");
    let before = adjustments(&session).len();
    // Set back within the session, with a reason that must stay where it belongs.
    clock.set_wall(NINE - 2 * HOUR);
    session.read::<Child>(id, &access().because("hearing on Monday")).unwrap();
    assert_eq!(adjustments(&session)[before..], [(2 * HOUR, 0)]);
    let entries = session.log_entries(0, u64::MAX, &access()).unwrap();
    let with_reason = entries.iter().find(|logged| logged.reason.is_some()).unwrap();
    assert_eq!(with_reason.entry.event, Event::Read);
    // Put right again: ahead of the monotonic clock.
    clock.set_wall(NINE + HOUR);
    // Nobody can tell that from a long sleep, so the session ends; the entry about its end comes after that about the clock.
    assert_eq!(session.read::<Child>(id, &access()).unwrap_err(), Error::LockedIdle);
    let session = vault.sign_in(&world.founder).unwrap();
    assert_eq!(adjustments(&session)[before..], [(2 * HOUR, 0), (0, 3 * HOUR)]);
    session.lock();
    // Set back while nobody was signed in: a stranger tries first, then the member comes.
    clock.set_wall(NINE - 5 * HOUR);
    assert!(vault.sign_in(&Identity::generate()).is_err());
    let session = vault.sign_in(&world.founder).unwrap();
    assert_eq!(adjustments(&session)[before + 2..], [(6 * HOUR, 0)]);

    let mut folder = MemoryFolder::default();
    session.write_log(&mut folder, &LogExport::default(), &access(), &mut |_, _| ()).unwrap();
    let report = verify_bundle(&folder, &session.trust_policy().unwrap(), &[], 1_900_000_000);
    assert_eq!(*report.answer(Verdict::Time), Answer::Passed, "{report:?}");
    assert_eq!(*report.answer(Verdict::Integrity), Answer::Passed);
    session.check(|_, _| ()).unwrap();
}

#[test]
fn two_sessions_see_one_clock() {
    let world = World::new();
    let clock = Arc::new(ManualClock::at(NINE));
    let vault = Vault::open(&world.path(), host(&world, &clock)).unwrap();
    let one = vault.sign_in(&world.founder).unwrap();
    let (_, id) = case_with_child(&one, "Sokha");
    clock.set_wall(NINE + HOUR);
    let other = vault.sign_in(&world.founder).unwrap();
    other.read::<Child>(id, &access()).unwrap();
    let before = adjustments(&other).len();
    // Put right, before the first session could see that it was ever wrong.
    clock.set_wall(NINE + 60_000);
    one.read::<Child>(id, &access()).unwrap();
    let told = adjustments(&one);
    assert!(told[before..].iter().all(|(back, forward)| (*back, *forward) == (HOUR - 60_000, 0)), "{told:?}");
    assert_eq!(told.len(), before + 1);
    let mut folder = MemoryFolder::default();
    one.write_log(&mut folder, &LogExport::default(), &access(), &mut |_, _| ()).unwrap();
    let report = verify_bundle(&folder, &one.trust_policy().unwrap(), &[], 1_900_000_000);
    assert_eq!(*report.answer(Verdict::Time), Answer::Passed, "{report:?}");
}

/// A host that answers what it was told to, and looks whether the file is locked meanwhile.
#[derive(Clone, Default)]
struct Told {
    answer: Arc<Mutex<Option<TimeReading>>>,
    vault: Arc<Mutex<Weak<crate::vault::Inner>>>,
}

impl Told {
    fn tell(&self, wall: u64) {
        *self.answer.lock().unwrap() = Some(TimeReading { wall_milliseconds: wall, monotonic_milliseconds: HOUR });
    }
}

impl TimeSource for Told {
    fn now(&self) -> Result<TimeReading, ClockError> {
        if let Some(vault) = self.vault.lock().unwrap().upgrade() {
            assert!(vault.store.try_lock().is_some(), "asked with the lock held");
        }
        self.answer.lock().unwrap().ok_or(ClockError::Failed)
    }
}

#[test]
fn a_host_is_asked_for_the_time_with_no_lock_held_and_may_have_none() {
    let world = World::new();
    let told = Told::default();
    assert_eq!(AskedClock::new(told.clone()).unwrap_err(), ClockError::Failed);
    told.tell(NINE);
    let host = Host::with_shared(world.keys.clone()).with_clock(AskedClock::new(told.clone()).unwrap());
    let vault = Vault::open(&world.path(), host).unwrap();
    *told.vault.lock().unwrap() = Arc::downgrade(&vault.inner);
    let session = vault.sign_in(&world.founder).unwrap();
    let (_, id) = case_with_child(&session, "Sokha");
    let newest = |session: &Session| session.log_entries(0, u64::MAX, &access()).unwrap().pop().unwrap().entry;
    assert!((NINE..NINE + HOUR).contains(&newest(&session).wall_ms));

    // Set back: the log says so, as of any clock.
    let before = adjustments(&session).len();
    told.tell(NINE - 2 * HOUR);
    session.read::<Child>(id, &access()).unwrap();
    let told_of = adjustments(&session);
    assert_eq!(told_of.len(), before + 1, "the first call after it has told it");
    assert!((2 * HOUR - 60_000..=2 * HOUR + 60_000).contains(&told_of.last().unwrap().0), "{told_of:?}");

    // No time, no call: nothing is read and nothing is logged.
    let size = session.log_size().unwrap();
    *told.answer.lock().unwrap() = None;
    let error = session.read::<Child>(id, &access()).unwrap_err();
    assert_eq!(error, KeyError::from(ClockError::Failed).into());
    assert_eq!(error.code(), 223);
    assert_eq!(vault.sign_in(&world.founder).unwrap_err(), error);
    assert!(!session.is_locked());
    told.tell(NINE - 2 * HOUR);
    assert_eq!(session.log_size().unwrap(), size);
    session.read::<Child>(id, &access()).unwrap();
}
