//! Whether the wall clock was set while nobody wrote: then the next entry is about that.
//!
//! Within a process both clocks are compared, with the newest entry of any of its sessions of this vault: the log has one
//! order, whoever writes. From one process to the next only the wall clock can be: the newest time that was written lies in
//! the host's key store, never in the file, is read at a sign-in and lags by up to a minute.

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

/// The clocks as they were at the newest entry that a session of this process has written to a vault.
pub(super) type NewestTime = Arc<Mutex<Option<Seen>>>;

/// The clocks as they were at the newest entry of this session, and of the act that is under way.
#[derive(Debug, Default)]
pub(super) struct Clocks {
    seen: Option<Seen>,
    pending: Option<Seen>,
    of_all: NewestTime,
    kept: Arc<Mutex<Option<u64>>>,
}

/// A time that is to be kept.
pub(super) struct DueTime {
    wall: u64,
    kept: Arc<Mutex<Option<u64>>>,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Seen {
    wall: u64,
    /// None if it is of another process.
    monotonic: Option<u64>,
}

impl Seen {
    /// What the wall clock has to show by now, at least: of another process nobody knows how long ago it was.
    fn expected(&self, monotonic: u64) -> u64 {
        self.wall.saturating_add(self.monotonic.map_or(0, |before| monotonic.saturating_sub(before)))
    }
}

impl Clocks {
    /// Of a session that begins, on a device that has kept this time, in a process whose sessions share the other.
    pub(super) fn since(kept: Option<u64>, of_all: NewestTime) -> Self {
        let seen = kept.map(|wall| Seen { wall, monotonic: None });
        Self { seen, pending: None, of_all, kept: Arc::new(Mutex::new(kept)) }
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
        let back = self.newest(monotonic)?.saturating_sub(wall);
        if back > STEP_MS {
            return Some(Detail::of(DetailKey::CLOCK_BACK_MS, back));
        }
        let own = self.pending.or(self.seen).filter(|seen| seen.monotonic.is_some())?;
        let forward = wall.saturating_sub(own.expected(monotonic));
        (forward > AHEAD_MS).then(|| Detail::of(DetailKey::CLOCK_FORWARD_MS, forward))
    }

    /// What the wall clock has to show by now, at least, as far as anything is known.
    fn newest(&self, monotonic: u64) -> Option<u64> {
        let of_all = *self.of_all.lock().unwrap_or_else(PoisonError::into_inner);
        // What this session wrote before the newest entry of all is behind it in the log, and says nothing any more.
        let own = self.seen.filter(|seen| seen.monotonic.is_none() || of_all.is_none());
        let known = if self.pending.is_some() { [self.pending, None] } else { [of_all, own] };
        known.iter().flatten().map(|seen| seen.expected(monotonic)).max()
    }

    /// Notes the time of an entry. It counts only once the act is durable.
    pub(super) fn note(&mut self, wall: u64, monotonic: u64) {
        self.pending = Some(Seen { wall, monotonic: Some(monotonic) });
    }

    pub(super) fn confirm(&mut self) {
        let Some(pending) = self.pending.take() else { return };
        self.seen = Some(pending);
        *self.of_all.lock().unwrap_or_else(PoisonError::into_inner) = Some(pending);
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

    fn in_another_process(kept: Option<u64>) -> Clocks {
        Clocks::since(kept, NewestTime::default())
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
    fn a_session_of_this_process_knows_what_the_others_wrote() {
        let of_all = NewestTime::default();
        let mut one = Clocks::since(None, Arc::clone(&of_all));
        one.note(10 * HOUR, HOUR);
        one.confirm();
        let mut other = Clocks::since(None, Arc::clone(&of_all));
        // Ahead by less than a sleep may be, and put right again while the first one has nothing to say.
        assert_eq!(other.jump(11 * HOUR, HOUR), None);
        other.note(11 * HOUR, HOUR);
        other.confirm();
        assert_eq!(one.jump(10 * HOUR, HOUR), Some(Detail::of(DetailKey::CLOCK_BACK_MS, HOUR)));
        one.note(10 * HOUR, HOUR);
        one.confirm();
        assert_eq!(other.jump(10 * HOUR, HOUR), None, "the log says so already");
        assert_eq!(one.jump(10 * HOUR, HOUR), None);
    }

    #[test]
    fn another_process_knows_the_wall_clock_alone() {
        let (store, vault) = (MemoryKeyStore::default(), VaultId::random());
        assert_eq!(in_another_process(load(&store, vault)).jump(0, 0), None);
        seen(10 * HOUR, HOUR).due().unwrap().keep(&store, vault).unwrap();
        let next = in_another_process(load(&store, vault));
        assert_eq!(next.jump(100 * HOUR, 0), None, "nobody knows how long it was off");
        assert_eq!(next.jump(9 * HOUR, 0), Some(Detail::of(DetailKey::CLOCK_BACK_MS, HOUR)));
        for bytes in [&b""[..], b"damaged", &[0x82, 1, 0x18, 1], &[0x82, 2, 1], &[0x83, 1, 1]] {
            store.store(&name(vault), bytes).unwrap();
            assert_eq!(in_another_process(load(&store, vault)).jump(0, 0), None);
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
