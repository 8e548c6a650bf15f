//! Whether the wall clock was set while nobody wrote: then the next entry is about that.
//!
//! Within a session both clocks are compared. From one session to the next only the wall clock can be: the newest time
//! that was written lies in the host's key store, never in the file, and lags by up to a minute.

use std::sync::{Arc, Mutex, PoisonError};

use minicbor::{Decoder, Encoder};

use crate::id::VaultId;
use crate::keys::{KeyStore, KeyStoreError};
use crate::log::{Detail, DetailKey};

const VERSION: u64 = 1;

/// Smaller steps are those of a clock that is kept right.
const STEP_MS: u64 = 10_000;

/// A wall clock that goes ahead of the monotonic one by less than this was perhaps asleep with the device.
const AHEAD_MS: u64 = 3_600_000;

/// How much newer the time has to be to be kept again.
const KEEP_AFTER_MS: u64 = 60_000;

/// The clocks as they were at the newest entry of this session, and of the act that is under way.
#[derive(Debug, Default)]
pub(super) struct Clocks {
    seen: Option<Seen>,
    pending: Option<Seen>,
    kept: Arc<Mutex<Option<u64>>>,
}

/// A time that is to be kept.
pub(super) struct DueTime {
    wall: u64,
    kept: Arc<Mutex<Option<u64>>>,
}

#[derive(Debug, Clone, Copy)]
struct Seen {
    wall: u64,
    /// None if it is of another session.
    monotonic: Option<u64>,
}

impl Clocks {
    /// Of a session that begins, on a device that has kept this time.
    pub(super) fn since(kept: Option<u64>) -> Self {
        let seen = kept.map(|wall| Seen { wall, monotonic: None });
        Self { seen, pending: None, kept: Arc::new(Mutex::new(kept)) }
    }

    /// The newest time, if it is much newer than what was kept, or older.
    pub(super) fn due(&self) -> Option<DueTime> {
        let seen = self.seen?;
        let fresh = |kept: u64| seen.wall >= kept && seen.wall - kept < KEEP_AFTER_MS;
        let kept = *self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        (!kept.is_some_and(fresh)).then(|| DueTime { wall: seen.wall, kept: Arc::clone(&self.kept) })
    }

    /// What an entry about the clock says, if there has to be one before an entry of this time.
    pub(super) fn jump(&self, wall: u64, monotonic: u64) -> Option<Detail<'static>> {
        let seen = self.pending.or(self.seen)?;
        let passed = seen.monotonic.map(|before| monotonic.saturating_sub(before));
        // Of another session nobody knows how long ago it was.
        let expected = seen.wall.saturating_add(passed.unwrap_or(0));
        let (back, forward) = (expected.saturating_sub(wall), wall.saturating_sub(expected));
        if back > STEP_MS {
            return Some(Detail::of(DetailKey::CLOCK_BACK_MS, back));
        }
        (passed.is_some() && forward > AHEAD_MS).then(|| Detail::of(DetailKey::CLOCK_FORWARD_MS, forward))
    }

    /// Notes the time of an entry. It counts only once the act is durable.
    pub(super) fn note(&mut self, wall: u64, monotonic: u64) {
        self.pending = Some(Seen { wall, monotonic: Some(monotonic) });
    }

    pub(super) fn confirm(&mut self) {
        self.seen = self.pending.take().or(self.seen);
    }

    pub(super) fn forget(&mut self) {
        self.pending = None;
    }
}

impl DueTime {
    /// Keeps it.
    pub(super) fn keep(&self, store: &dyn KeyStore, vault: VaultId) -> Result<(), KeyStoreError> {
        store.store(&name(vault), &encode(self.wall))?;
        *self.kept.lock().unwrap_or_else(PoisonError::into_inner) = Some(self.wall);
        Ok(())
    }
}

/// The time that this device has kept; damaged or none is nothing to compare with.
pub(super) fn load(store: &dyn KeyStore, vault: VaultId) -> Option<u64> {
    store.load(&name(vault)).ok().flatten().and_then(|bytes| decode(&bytes))
}

/// Name of the newest time in the host's key store.
fn name(vault: VaultId) -> String {
    format!("saferoom/{vault}/kept-clock")
}

/// `[1, milliseconds since 1970]`, deterministic CBOR.
pub(super) fn encode(wall: u64) -> Vec<u8> {
    let mut out = Encoder::new(Vec::new());
    let _infallible = out.array(2).and_then(|out| out.u64(VERSION)).and_then(|out| out.u64(wall)).map(drop);
    out.into_writer()
}

pub(super) fn decode(bytes: &[u8]) -> Option<u64> {
    let mut input = Decoder::new(bytes);
    let head = (input.array().ok()?, input.u64().ok()?);
    let wall = input.u64().ok()?;
    (head == (Some(2), VERSION) && encode(wall) == bytes).then_some(wall)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::MemoryKeyStore;

    const HOUR: u64 = 3_600_000;

    fn seen(wall: u64, monotonic: u64) -> Clocks {
        let mut clocks = Clocks::default();
        clocks.note(wall, monotonic);
        clocks.confirm();
        clocks
    }

    #[test]
    fn only_steps_of_the_wall_clock_are_told() {
        let clocks = seen(10 * HOUR, HOUR);
        assert_eq!(clocks.jump(11 * HOUR, 2 * HOUR), None);
        assert_eq!(clocks.jump(11 * HOUR - 9_000, 2 * HOUR), None);
        let back = |by: u64| Some(Detail::of(DetailKey::CLOCK_BACK_MS, by));
        assert_eq!(clocks.jump(9 * HOUR, HOUR), back(HOUR));
        assert_eq!(clocks.jump(10 * HOUR, 2 * HOUR), back(HOUR));
        assert_eq!(clocks.jump(13 * HOUR, 2 * HOUR), Some(Detail::of(DetailKey::CLOCK_FORWARD_MS, 2 * HOUR)));
        assert_eq!(Clocks::default().jump(0, 0), None);
    }

    #[test]
    fn what_was_not_durable_was_not_seen() {
        let mut clocks = seen(10 * HOUR, HOUR);
        clocks.note(HOUR, HOUR);
        clocks.forget();
        clocks.confirm();
        assert_eq!(clocks.jump(10 * HOUR, HOUR), None);
        assert!(clocks.jump(HOUR, HOUR).is_some());
    }

    #[test]
    fn another_session_knows_the_wall_clock_alone() {
        let (store, vault) = (MemoryKeyStore::default(), VaultId::random());
        assert_eq!(Clocks::since(load(&store, vault)).jump(0, 0), None);
        seen(10 * HOUR, HOUR).due().unwrap().keep(&store, vault).unwrap();
        let next = Clocks::since(load(&store, vault));
        assert_eq!(next.jump(100 * HOUR, 0), None, "nobody knows how long it was off");
        assert_eq!(next.jump(9 * HOUR, 0), Some(Detail::of(DetailKey::CLOCK_BACK_MS, HOUR)));
        for bytes in [&b""[..], b"damaged", &[0x82, 1, 0x18, 1], &[0x82, 2, 1], &[0x83, 1, 1]] {
            store.store(&name(vault), bytes).unwrap();
            assert_eq!(Clocks::since(load(&store, vault)).jump(0, 0), None);
        }
    }

    #[test]
    fn a_time_is_due_once_a_minute_and_again_if_it_was_not_kept() {
        let (store, vault) = (MemoryKeyStore::default(), VaultId::random());
        let mut clocks = seen(10 * HOUR, HOUR);
        assert!(clocks.due().is_some() && clocks.due().is_some(), "not kept yet");
        clocks.due().unwrap().keep(&store, vault).unwrap();
        let mut at = |wall: u64| {
            clocks.note(wall, HOUR);
            clocks.confirm();
            clocks.due().is_some()
        };
        assert!(!at(10 * HOUR + KEEP_AFTER_MS - 1));
        assert!(at(10 * HOUR + KEEP_AFTER_MS));
        assert!(at(10 * HOUR - 1), "set back");
    }
}
