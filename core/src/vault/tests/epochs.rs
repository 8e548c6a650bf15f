//! The epochs of a vault's log: a new key each day, the old one gone, whatever happens in between.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use zeroize::Zeroizing;

use super::clocks::Shared;
use super::*;
use crate::keys::{KeyStoreError, ManualClock};
use crate::log::{Answer, Checkpoint, EpochKeys, Event, MemoryFolder, Note, Verdict, verify_bundle};
use crate::vault::LogExport;
use crate::vault::kept::epoch_key_name;

const DAY: u64 = 24 * 3_600_000;
const START: u64 = 1_767_258_000_000;

/// A key store that fails from some write of epoch keys on, as if the power went.
#[derive(Default)]
struct PowerCut {
    store: MemoryKeyStore,
    writes_left: AtomicUsize,
    seeds: Mutex<Vec<Vec<u8>>>,
    /// What the next look at an epoch key finds instead, as if another process had not settled yet.
    stale: Mutex<Option<Vec<u8>>>,
}

impl KeyStore for PowerCut {
    fn load(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, KeyStoreError> {
        let stale = if name.contains("/epoch-key/") { self.stale.lock().unwrap().take() } else { None };
        if let Some(stale) = stale {
            return Ok(Some(Zeroizing::new(stale)));
        }
        self.store.load(name)
    }

    fn store(&self, name: &str, secret: &[u8]) -> Result<(), KeyStoreError> {
        if name.contains("/epoch-key/") {
            if self.writes_left.fetch_sub(1, Ordering::SeqCst) == 0 {
                self.writes_left.store(0, Ordering::SeqCst);
                return Err(KeyStoreError::Failed);
            }
            self.seeds.lock().unwrap().push(secret.to_vec());
        }
        self.store.store(name, secret)
    }

    fn remove(&self, name: &str) -> Result<(), KeyStoreError> {
        self.store.remove(name)
    }
}

struct Days {
    folder: tempfile::TempDir,
    clock: Arc<ManualClock>,
    keys: Arc<PowerCut>,
    founder: Identity,
    vault: Vault,
    today: u64,
}

impl Days {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::at(START));
        let keys = Arc::new(PowerCut { writes_left: AtomicUsize::new(usize::MAX >> 1), ..PowerCut::default() });
        let founder = Identity::generate();
        let host = Host::with_shared(keys.clone()).with_clock(Shared(clock.clone()));
        let unit = Unit { name: Some(Text::new("Example unit").unwrap()), ..Unit::default() };
        let path = folder.path().join("vault.saferoom");
        let vault = Vault::create(&path, host, &founder, "police.example.org/audit/1", &unit).unwrap();
        Self { folder, clock, keys, founder, vault, today: 0 }
    }

    fn next_day(&mut self) -> Session {
        self.today += 1;
        self.clock.set_wall(START + self.today * DAY);
        self.session()
    }

    fn session(&self) -> Session {
        self.vault.sign_in(&self.founder).unwrap()
    }

    fn power(&self, writes: usize) {
        self.keys.writes_left.store(writes, Ordering::SeqCst);
    }

    /// The epochs that the log has, and that a bundle of it passes.
    fn epochs(&self, session: &Session, kept: &[Note]) -> usize {
        let mut folder = MemoryFolder::default();
        session.write_log(&mut folder, &LogExport::default(), &access(), &mut |_, _| ()).unwrap();
        let kept: Vec<String> = kept.iter().map(ToString::to_string).collect();
        let kept: Vec<&[u8]> = kept.iter().map(|note| note.as_bytes()).collect();
        let report = verify_bundle(&folder, &session.trust_policy().unwrap(), &kept, 1_900_000_000);
        for verdict in [Verdict::Integrity, Verdict::Authenticity, Verdict::Consistency, Verdict::Time] {
            assert_eq!(*report.answer(verdict), Answer::Passed, "{verdict:?}: {report:?}");
        }
        session.check(|_, _| ()).unwrap();
        let begins = |entry: &LoggedEntry| matches!(entry.entry.event, Event::Genesis | Event::KeyRotation);
        let entries = session.log_entries(0, u64::MAX, &access()).unwrap();
        entries.iter().filter(|entry| begins(entry)).count()
    }
}

#[test]
fn where_the_turn_cannot_be_had_the_epoch_stays_and_everybody_signs_in() {
    let mut days = Days::new();
    let beside = days.folder.path().join("vault.saferoom-epoch");
    std::fs::create_dir(&beside).unwrap();
    assert_eq!(signers(&note(&days.next_day())), ["0"]);
    std::fs::remove_dir(&beside).unwrap();
    std::fs::write(&beside, b"what a tool that copies files has left").unwrap();
    assert_eq!(signers(&note(&days.next_day())), ["0"]);
    std::fs::remove_file(&beside).unwrap();
    assert_eq!(signers(&note(&days.next_day())), ["1"]);
}

fn note(session: &Session) -> Note {
    Note::parse(session.checkpoint().unwrap().as_bytes()).unwrap()
}

/// The epochs that signed, by the names of their lines.
fn signers(note: &Note) -> Vec<String> {
    let names = note.signatures().iter().map(|line| line.name().as_str().to_owned());
    names.filter_map(|name| name.split_once("/epoch/").map(|(_, epoch)| epoch.to_owned())).collect()
}

#[test]
fn each_day_has_a_key_of_its_own_and_that_of_yesterday_is_gone() {
    let mut days = Days::new();
    let mut kept = Vec::new();
    for epoch in ["0", "1", "2", "3"] {
        let session = if epoch == "0" { days.session() } else { days.next_day() };
        case_with_child(&session, "Sokha");
        assert_eq!(signers(&note(&session)), [epoch]);
        kept.push(note(&session));
        // Twice on one day is one epoch.
        session.lock();
        assert_eq!(signers(&note(&days.session())), [epoch]);
    }
    assert_eq!(days.epochs(&days.session(), &kept), 4);
    // What lies in the key store is the key of today: none that was written before is there.
    let name = epoch_key_name(days.vault.inner.file);
    let now = days.keys.load(&name).unwrap().unwrap();
    let seeds = days.keys.seeds.lock().unwrap();
    let seed_of = |kept: &[u8]| kept[5..37].to_vec();
    let today = seed_of(&now);
    assert!(seeds.iter().any(|kept| seed_of(kept) != today));
    let file = std::fs::read(days.folder.path().join("vault.saferoom")).unwrap();
    for kept in seeds.iter() {
        let seed = seed_of(kept);
        assert!(seed == today || !now.windows(32).any(|window| window == seed));
        assert!(!file.windows(32).any(|window| window == seed), "no private key in the file");
    }
}

#[test]
fn the_power_goes_at_each_step_of_a_change() {
    // Before the next key is kept; after that, so that the old one stays beside it.
    for (writes, signed_in) in [(0, false), (1, true)] {
        let mut days = Days::new();
        let before = note(&days.session());
        days.power(writes);
        days.today += 1;
        days.clock.set_wall(START + DAY);
        assert_eq!(days.vault.sign_in(&days.founder).is_ok(), signed_in, "{writes}");
        days.power(usize::MAX >> 1);
        let session = days.session();
        let now = note(&session);
        assert_eq!(signers(&now), ["1"], "{writes}");
        assert_eq!(days.epochs(&session, &[before, now]), 2);
        session.lock();
        let session = days.next_day();
        assert_eq!(signers(&note(&session)), ["2"]);
        assert_eq!(days.epochs(&session, &[note(&session)]), 3);
    }
    // Between the next key and the commit.
    let mut days = Days::new();
    let session = days.session();
    let (in_force, _) = session.look(|act| act.epoch_in_force()).unwrap().unwrap();
    let origin = crate::log::KeyName::new("police.example.org/audit/1").unwrap();
    let name = epoch_key_name(days.vault.inner.file);
    let mut keys = EpochKeys::load(days.keys.as_ref(), &name, origin, &in_force).unwrap();
    keys.advance(days.keys.as_ref()).unwrap();
    assert_eq!(signers(&note(&session)), ["0"]);
    session.lock();
    let session = days.next_day();
    assert_eq!(signers(&note(&session)), ["1"]);
    assert_eq!(days.epochs(&session, &[note(&session)]), 2);
}

#[test]
fn a_change_of_the_epoch_that_another_process_is_at_is_waited_for() {
    let mut days = Days::new();
    let name = epoch_key_name(days.vault.inner.file);
    let yesterday = days.keys.load(&name).unwrap().unwrap().to_vec();
    let session = days.next_day();
    let meanwhile = || *days.keys.stale.lock().unwrap() = Some(yesterday.clone());
    meanwhile();
    assert_eq!(signers(&note(&session)), ["1"]);
    meanwhile();
    session.witness_request(0).unwrap();
    meanwhile();
    assert_eq!(days.epochs(&session, &[note(&session)]), 2);
}

#[test]
fn without_its_key_a_device_goes_on_and_signs_nothing() {
    let mut days = Days::new();
    days.keys.remove(&epoch_key_name(days.vault.inner.file)).unwrap();
    let session = days.next_day();
    case_with_child(&session, "Sokha");
    let refused = session.checkpoint().unwrap_err();
    assert_eq!(refused, crate::log::EpochError::ForeignKeys.into());
    assert_eq!(refused.code(), 498);
}

#[test]
fn rows_of_epochs_that_were_changed_show() {
    for sql in [
        "DELETE FROM epoch WHERE number = 0",
        "DELETE FROM epoch WHERE number = 1",
        "UPDATE epoch SET sealed = (SELECT sealed FROM epoch WHERE number = 0) WHERE number = 1",
        "UPDATE epoch SET sealed = x'00' WHERE number = 1",
        "UPDATE epoch SET number = 2 WHERE number = 1",
        "INSERT INTO epoch SELECT 1099511627776, sealed FROM epoch WHERE number = 1",
    ] {
        let mut days = Days::new();
        let session = days.next_day();
        session.check(|_, _| ()).unwrap();
        let connection = rusqlite::Connection::open(days.folder.path().join("vault.saferoom")).unwrap();
        assert_eq!(connection.execute(sql, []).unwrap(), 1);
        let refused = session.check(|_, _| ()).unwrap_err();
        assert_eq!(refused, IntegrityError::Log.into(), "{sql}");
    }
}

#[test]
fn what_a_thief_of_todays_keys_signs_for_yesterday_is_refused() {
    let mut days = Days::new();
    let session = days.session();
    case_with_child(&session, "Sokha");
    let yesterday: Checkpoint = note(&session).text().parse().unwrap();
    session.lock();
    let session = days.next_day();
    // Today's keys, on a log that ends yesterday.
    let (epoch, _) = session.look(|act| act.epoch_in_force()).unwrap().unwrap();
    let end = (yesterday.size(), *yesterday.root());
    let forged = days.vault.checkpoint_keys(yesterday.origin().clone()).unwrap().sign(end, Some(epoch)).unwrap();
    let options = LogExport { since: vec![forged], ..LogExport::default() };
    let mut folder = MemoryFolder::default();
    session.write_log(&mut folder, &options, &access(), &mut |_, _| ()).unwrap();
    let report = verify_bundle(&folder, &session.trust_policy().unwrap(), &[], 1_900_000_000);
    assert!(matches!(report.answer(Verdict::Authenticity), Answer::Failed { .. }), "{report:?}");
}
