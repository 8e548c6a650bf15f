//! Epochs in a bundle: a key for a time, handed over once, and never used outside of it.

use super::*;
use crate::keys::MemoryKeyStore;
use crate::log::{Detail, EpochError, EpochKeys, EpochStatement};

/// A log with three epochs, and the checkpoints with which the second and third took over.
struct Epochs {
    log: Log,
    keys: EpochKeys,
    store: MemoryKeyStore,
    handovers: Vec<Note>,
}

impl Epochs {
    fn new() -> Self {
        let store = MemoryKeyStore::default();
        let keys = EpochKeys::begin(&store, "epochs", name(ORIGIN)).unwrap();
        let mut log = Log::default();
        let first = keys.statement();
        log.add(|entry| (entry.event, entry.detail) = (Event::Genesis, Some(first.with_details(Detail::default()))));
        let mut epochs = Self { log, keys, store, handovers: Vec::new() };
        for _ in 0..2 {
            epochs.log.add(|_| ());
            epochs.change();
        }
        epochs.log.add(|_| ());
        epochs
    }

    fn change(&mut self) {
        let next = self.keys.advance(&self.store).unwrap();
        self.begin(&next);
        let handover = self.signed();
        self.handovers.push(handover);
        self.keys.settle(&self.store).unwrap();
    }

    fn begin(&mut self, epoch: &EpochStatement) {
        let detail = epoch.with_details(Detail::default());
        self.log.add(|entry| (entry.event, entry.detail) = (Event::KeyRotation, Some(detail)));
    }

    /// The checkpoint of the whole log, signed by who is in force.
    fn signed(&self) -> Note {
        let mut note = self.log.checkpoint(self.log.entries.len());
        self.keys.sign(&mut note).unwrap();
        note
    }

    fn answer(&self, newest: &Note, earlier: &[Note]) -> Vec<BundleProblem> {
        let folder = self.log.folder_with(newest, earlier).unwrap();
        match verify(&folder, &[]).answer(Verdict::Authenticity) {
            Answer::Failed { problems, .. } => problems.clone(),
            _ => vec![],
        }
    }
}

#[test]
fn honest_epochs_pass() {
    let epochs = Epochs::new();
    assert_eq!(epochs.answer(&epochs.signed(), &epochs.handovers), []);
}

#[test]
fn a_handover_that_is_missing_or_signed_by_one_alone() {
    let epochs = Epochs::new();
    let missing = epochs.answer(&epochs.signed(), &epochs.handovers[..1]);
    assert_eq!(missing, [EpochError::NotSigned { epoch: 2, size: 5 }.into()]);
    let alone = epochs.log.checkpoint(5);
    assert!(!epochs.answer(&epochs.signed(), &[epochs.handovers[0].clone(), alone]).is_empty());
}

#[test]
fn an_epoch_skipped_or_used_again() {
    let mut skipped = Epochs::new();
    let later = EpochStatement { epoch: 4, key: key(9).verifying_key() };
    skipped.begin(&later);
    skipped.log.add(|_| ());
    let told = skipped.answer(&skipped.signed(), &skipped.handovers);
    assert_eq!(told, [EpochError::Skipped { expected: 3, found: 4 }.into()]);
    for (epoch, key) in [(3, skipped.keys.statement().key), (2, key(9).verifying_key()), (0, key(8).verifying_key())] {
        let mut again = Epochs::new();
        // The key of an epoch before, or its number.
        let key = if epoch == 3 { again.keys.statement().key } else { key };
        again.begin(&EpochStatement { epoch, key });
        again.log.add(|_| ());
        let told = again.answer(&again.signed(), &again.handovers);
        assert_eq!(told, [EpochError::Reused { epoch }.into()]);
    }
}

#[test]
fn whoever_has_the_key_of_the_log_and_not_that_of_the_epoch() {
    let epochs = Epochs::new();
    let size = epochs.log.entries.len();
    let told = epochs.answer(&epochs.log.checkpoint(size), &epochs.handovers);
    assert_eq!(told, [EpochError::NotSigned { epoch: 2, size: size as u64 }.into()]);
    // Today's key on yesterday's log.
    let mut early = epochs.log.checkpoint(4);
    epochs.keys.sign(&mut early).unwrap();
    let earlier = [&epochs.handovers[..], &[early]].concat();
    assert_eq!(epochs.answer(&epochs.signed(), &earlier), [EpochError::NotInForce { epoch: 2, size: 4 }.into()]);
}
