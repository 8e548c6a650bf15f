//! A log through several epochs, power cuts during a change, and what a thief of today's keys can and cannot do.

use super::*;
use crate::keys::{KeyStore, KeyStoreError, MemoryKeyStore, SigningKey, Zeroizing};
use crate::log::entry::tests::smallest;
use crate::log::{Checkpoint, Frontier, Hash, Note, leaf_hash};

const NAME: &str = "saferoom/epoch";

fn origin() -> KeyName {
    KeyName::new("log.example.org").unwrap()
}

/// A log in memory: its entries as they are, its checkpoints as they were signed.
#[derive(Clone, Default)]
struct Log {
    entries: Vec<Entry<'static>>,
    frontier: Frontier,
    checkpoints: Vec<(u64, Note)>,
}

impl Log {
    fn add(&mut self, event: Event, statement: Option<EpochStatement>) {
        let detail = statement.map(|statement| statement.with_details(Detail::default()));
        let entry = Entry { seq: self.frontier.size(), event, detail, ..smallest() };
        self.frontier.append(leaf_hash(&entry.encode().unwrap()));
        self.entries.push(entry.into_owned());
    }

    fn sign(&mut self, log_key: &SigningKey, keys: &EpochKeys) {
        let size = self.frontier.size();
        let mut note = Checkpoint::new(origin(), size, self.frontier.root()).unwrap().sign(log_key).unwrap();
        keys.sign(&mut note).unwrap();
        self.checkpoints.push((size, note));
    }

    fn verify(&self) -> Result<Vec<(u64, u64)>, EpochError> {
        let mut chain = EpochChain::new(origin());
        for (index, entry) in (0..).zip(&self.entries) {
            chain.read(index, entry)?;
        }
        self.checkpoints.iter().try_for_each(|(size, note)| chain.check(*size, note))?;
        Ok(chain.without_handover().collect())
    }
}

fn log_key() -> SigningKey {
    SigningKey::from_seed(&[1; 32])
}

/// Three epochs of three entries each, a checkpoint after each entry.
fn three_epochs(store: &dyn KeyStore) -> (Log, EpochKeys) {
    let mut log = Log::default();
    let mut keys = EpochKeys::begin(store, NAME, origin()).unwrap();
    log.add(Event::Genesis, Some(keys.statement()));
    log.sign(&log_key(), &keys);
    for _ in 0..2 {
        for _ in 0..2 {
            log.add(Event::Read, None);
            log.sign(&log_key(), &keys);
        }
        let statement = keys.advance(store).unwrap();
        log.add(Event::KeyRotation, Some(statement));
        log.sign(&log_key(), &keys);
        keys.settle(store).unwrap();
    }
    log.add(Event::Read, None);
    log.sign(&log_key(), &keys);
    (log, keys)
}

#[test]
fn a_log_changes_its_epochs_and_verifies() {
    let store = MemoryKeyStore::default();
    let (log, keys) = three_epochs(&store);
    assert_eq!(log.verify(), Ok(vec![]));
    assert_eq!(keys.statement().epoch, 2);
    let mut chain = EpochChain::new(origin());
    (0..).zip(&log.entries).for_each(|(index, entry)| chain.read(index, entry).unwrap());
    assert_eq!(chain.handovers().collect::<Vec<_>>(), [4, 7]);
    assert_eq!(
        [0, 1, 3, 4, 6, 7, 99].map(|size| chain.in_force(size).map(|s| s.epoch)),
        [None, Some(0), Some(0), Some(1), Some(1), Some(2), Some(2)]
    );
    // Loaded again it is the same key; the names of all lines are the log's and its epoch's.
    let again = EpochKeys::load(&store, NAME, origin(), &keys.statement()).unwrap();
    assert_eq!(again.statement(), keys.statement());
    let names: Vec<_> = log.checkpoints[3].1.signatures().iter().map(|line| line.name().to_string()).collect();
    assert_eq!(names, ["log.example.org", "log.example.org/epoch/0", "log.example.org/epoch/1"]);
    assert!(!format!("{keys:?}").contains("seed"));
}

#[test]
fn the_old_key_is_gone_after_a_change() {
    let store = MemoryKeyStore::default();
    let mut keys = EpochKeys::begin(&store, NAME, origin()).unwrap();
    let old = store.load(NAME).unwrap().unwrap();
    let seed = &old[old.len() - 33..old.len() - 1];
    keys.advance(&store).unwrap();
    assert!(store.load(NAME).unwrap().unwrap().windows(32).any(|window| window == seed));
    keys.settle(&store).unwrap();
    assert!(!store.load(NAME).unwrap().unwrap().windows(32).any(|window| window == seed));
    // Settling and abandoning without a change do nothing.
    let statement = keys.statement();
    keys.settle(&store).unwrap();
    keys.abandon(&store).unwrap();
    assert_eq!(keys.statement(), statement);
}

#[test]
fn a_change_that_was_cut_off_is_finished_or_undone() {
    let store = MemoryKeyStore::default();
    let mut keys = EpochKeys::begin(&store, NAME, origin()).unwrap();
    let (old, new) = (keys.statement(), keys.advance(&store).unwrap());
    assert_eq!(keys.advance(&store).unwrap(), new, "a change is begun once");
    let kept = store.load(NAME).unwrap().unwrap();
    drop(keys);
    // The entry was committed: the new key is in force.
    let finished = EpochKeys::load(&store, NAME, origin(), &new).unwrap();
    assert_eq!(finished.statement(), new);
    assert!(matches!(EpochKeys::load(&store, NAME, origin(), &old), Err(EpochError::ForeignKeys)));
    // It was not: the old one stays, and the next change draws another.
    store.store(NAME, &kept).unwrap();
    let mut undone = EpochKeys::load(&store, NAME, origin(), &old).unwrap();
    assert_eq!(undone.statement(), old);
    assert_ne!(undone.advance(&store).unwrap(), new);
    // A log that names another key is not this device's.
    let foreign = EpochStatement { epoch: 0, key: log_key().verifying_key() };
    assert!(matches!(EpochKeys::load(&store, NAME, origin(), &foreign), Err(EpochError::ForeignKeys)));
    store.store(NAME, b"damaged").unwrap();
    assert!(matches!(EpochKeys::load(&store, NAME, origin(), &old), Err(EpochError::ForeignKeys)));
    store.remove(NAME).unwrap();
    assert!(matches!(EpochKeys::load(&store, NAME, origin(), &old), Err(EpochError::ForeignKeys)));
}

#[test]
fn a_key_store_that_fails_changes_nothing() {
    struct Failing(MemoryKeyStore);
    impl KeyStore for Failing {
        fn load(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, KeyStoreError> {
            self.0.load(name)
        }
        fn store(&self, _: &str, _: &[u8]) -> Result<(), KeyStoreError> {
            Err(KeyStoreError::Failed)
        }
        fn remove(&self, name: &str) -> Result<(), KeyStoreError> {
            self.0.remove(name)
        }
    }
    let store = MemoryKeyStore::default();
    let mut keys = EpochKeys::begin(&store, NAME, origin()).unwrap();
    let statement = keys.statement();
    let store = Failing(store);
    assert!(matches!(keys.advance(&store), Err(EpochError::Key(_))));
    let mut note = Note::new("text\n").unwrap();
    keys.sign(&mut note).unwrap();
    assert_eq!((keys.statement(), note.signatures().len()), (statement, 1));
    assert!(matches!(EpochKeys::begin(&store, NAME, origin()), Err(EpochError::Key(_))));
}

#[test]
fn an_epoch_that_is_skipped_or_reused_is_refused() {
    let (log, keys) = three_epochs(&MemoryKeyStore::default());
    let other = |epoch| EpochStatement { epoch, key: SigningKey::from_seed(&[9; 32]).verifying_key() };
    let with = |event, statement| {
        let mut log = log.clone();
        log.add(event, Some(statement));
        log.verify()
    };
    assert_eq!(with(Event::KeyRotation, other(4)), Err(EpochError::Skipped { expected: 3, found: 4 }));
    assert_eq!(with(Event::KeyRotation, other(2)), Err(EpochError::Reused { epoch: 2 }));
    assert_eq!(with(Event::KeyRotation, other(u64::MAX)), Err(EpochError::Skipped { expected: 3, found: u64::MAX }));
    let same_key = EpochStatement { epoch: 3, ..keys.statement() };
    assert_eq!(with(Event::KeyRotation, same_key), Err(EpochError::Reused { epoch: 3 }));
    assert_eq!(with(Event::Genesis, other(3)), Err(EpochError::Skipped { expected: 3, found: 3 }));
    // A change without a checkpoint of both is named; one beside any other event says nothing.
    assert_eq!(with(Event::KeyRotation, other(3)), Ok(vec![(3, 9)]));
    assert_eq!(with(Event::Read, other(9)), Ok(vec![]));

    let mut late = Log::default();
    late.add(Event::Read, None);
    late.add(Event::Genesis, Some(other(0)));
    assert_eq!(late.verify(), Err(EpochError::Skipped { expected: 0, found: 0 }));
    let mut half = Log::default();
    half.add(Event::Genesis, None);
    half.entries[0].detail = Some(Detail::of(DetailKey::EPOCH, 0_u64));
    assert_eq!(half.verify(), Err(EpochError::Statement));
}

#[test]
fn checkpoints_are_signed_by_the_epoch_in_force_and_by_no_other() {
    let (log, keys) = three_epochs(&MemoryKeyStore::default());
    let resigned = |place: usize, lines: &[usize]| {
        let mut log = log.clone();
        let old = &log.checkpoints[place].1;
        let mut note = Note::new(old.text()).unwrap();
        lines.iter().for_each(|line| note.add(old.signatures()[*line].clone()).unwrap());
        log.checkpoints[place].1 = note;
        log
    };
    let signed_by = |place: usize, number: u64| {
        let mut log = log.clone();
        let note = &mut log.checkpoints[place].1;
        note.sign(epoch_name(&origin(), number).unwrap(), &keys.current).unwrap();
        log.verify()
    };
    assert_eq!(resigned(1, &[0]).verify(), Err(EpochError::NotSigned { epoch: 0, size: 2 }));
    assert_eq!(resigned(3, &[0, 2]).verify(), Err(EpochError::NotSigned { epoch: 0, size: 4 }));
    assert_eq!(resigned(3, &[0, 1]).verify(), Err(EpochError::NotSigned { epoch: 1, size: 4 }));
    // The newest key signs an old size: pre-dated.
    assert_eq!(signed_by(1, 2), Err(EpochError::NotInForce { epoch: 2, size: 2 }));
    // Under the name of another epoch it is an unknown key, and under one that never began too.
    assert_eq!(signed_by(1, 1), Ok(vec![]));
    assert_eq!(signed_by(1, 77), Ok(vec![]));
    // No epoch at all.
    let mut bare = Log::default();
    bare.add(Event::Genesis, None);
    bare.sign(&log_key(), &keys);
    assert_eq!(bare.verify(), Err(EpochError::NoEpoch { size: 1 }));
}

#[test]
fn who_steals_todays_keys_cannot_rewrite_earlier_epochs() {
    let store = MemoryKeyStore::default();
    let (honest, keys) = three_epochs(&store);
    // The thief has the log key and the key of epoch 2, changes entry 2 and signs everything anew.
    let mut forged = Log::default();
    for (index, entry) in honest.entries.iter().enumerate() {
        let mut entry = entry.clone();
        entry.wall_ms += u64::from(index == 2);
        forged.frontier.append(leaf_hash(&entry.encode().unwrap()));
        forged.entries.push(entry);
        if index == 6 || index == 7 {
            forged.sign(&log_key(), &keys);
        }
    }
    assert_eq!(forged.verify(), Err(EpochError::NotSigned { epoch: 1, size: 7 }));
    // Without a checkpoint at the change, its absence is told.
    forged.checkpoints.remove(0);
    assert_eq!(forged.verify(), Ok(vec![(1, 4), (2, 7)]));
    assert_ne!(forged.frontier.root(), Hash::of(b""));
}
