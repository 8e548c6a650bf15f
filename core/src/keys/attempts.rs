//! Attempts to unlock or to sign in: counted in the host's key store, and slowed down after some have failed.
//!
//! Nobody is locked out for ever: a wait ends after a day at the latest, whatever was set and however the clocks jump.
//!
//! Which clock decides: within one run of the program the monotonic clock, which nobody can set. After a restart only
//! the wall clock is left. If it shows a time before the last failure, it was set back; the wait then begins anew. Who
//! sets it forward and restarts the program waits less, as does who can change the key store, and who copies the file
//! away guesses without waiting at all: against that there is the cost of the passphrase, and the device as second lock.
//!
//! Kept is deterministic CBOR, docs/formats.md "Attempts": `[1, failures, wall clock of the last one, monotonic clock of
//! the last one, span]`.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use minicbor::{Decoder, Encoder};

use super::host::SPAN_LENGTH;
use super::identity_file::{host_counter_name, open_identity_file, relock_identity_file};
use super::locked_file::Unlock;
use super::{Clock, Identity, KeyError, KeyStore, Passphrase, PassphraseCost};

const VERSION: u64 = 1;

/// No wait is longer, whatever is set.
const LONGEST_WAIT: Duration = Duration::from_secs(24 * 60 * 60);

/// How attempts are slowed down after failures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SlowDown {
    /// From how many failures in a row on there is a wait; 3 by default. From the first on, if 0.
    pub from: u32,
    /// The wait after that many; it doubles with every further failure. A second by default.
    pub first: Duration,
    /// The longest wait; 5 minutes by default, a day at most.
    pub longest: Duration,
}

impl Default for SlowDown {
    fn default() -> Self {
        Self { from: 3, first: Duration::from_secs(1), longest: Duration::from_secs(5 * 60) }
    }
}

impl SlowDown {
    /// How long to wait after so many failures in a row.
    #[must_use]
    pub fn wait_after(&self, failures: u32) -> Duration {
        let Some(doublings) = failures.checked_sub(self.from.max(1)) else { return Duration::ZERO };
        let factor = 1u32.checked_shl(doublings).unwrap_or(u32::MAX);
        self.first.saturating_mul(factor).min(self.longest).min(LONGEST_WAIT)
    }
}

/// Attempts at identity files on this device, counted and slowed down.
///
/// A count belongs to the lock of a file: a copy of the file has the same one, and a new passphrase begins anew.
#[derive(Clone, Copy)]
pub struct IdentityAttempts<'a> {
    store: &'a dyn KeyStore,
    clock: &'a dyn Clock,
    slow_down: Slower,
}

/// What the host says of waits, and perhaps somebody else: the longer wait counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Slower(pub(crate) SlowDown, pub(crate) Option<SlowDown>);

impl Slower {
    fn wait_after(&self, failures: u32) -> Duration {
        let other = self.1.map_or(Duration::ZERO, |other| other.wait_after(failures));
        self.0.wait_after(failures).max(other)
    }

    /// So many failures that each of both waits.
    fn from(&self) -> u32 {
        self.1.map_or(self.0.from, |other| other.from.max(self.0.from))
    }
}

impl<'a> IdentityAttempts<'a> {
    /// Attempts that are counted in this key store.
    #[must_use]
    pub fn new(store: &'a dyn KeyStore, clock: &'a dyn Clock, slow_down: SlowDown) -> Self {
        Self { store, clock, slow_down: Slower(slow_down, None) }
    }

    /// As [`new`](Self::new), with the waits of an access-policy besides.
    pub(crate) fn with(store: &'a dyn KeyStore, clock: &'a dyn Clock, slow_down: Slower) -> Self {
        Self { store, clock, slow_down }
    }

    /// As [`open_identity_file`].
    ///
    /// # Errors
    /// [`KeyError::TooManyAttempts`], without a look at the passphrase; otherwise as [`open_identity_file`].
    pub fn open(&self, path: &Path, unlock: Unlock<'_>) -> Result<Identity, KeyError> {
        self.of(path)?.attempt(|| open_identity_file(path, unlock))
    }

    /// As [`relock_identity_file`].
    ///
    /// # Errors
    /// [`KeyError::TooManyAttempts`]; otherwise as [`relock_identity_file`].
    pub fn relock(&self, path: &Path, old: Unlock<'_>, new: Unlock<'_>, cost: PassphraseCost) -> Result<(), KeyError> {
        self.of(path)?.attempt(|| relock_identity_file(path, old, new, cost))
    }

    /// As [`enrol_host`](super::enrol_host), with the key store in which the attempts are counted.
    ///
    /// # Errors
    /// [`KeyError::TooManyAttempts`]; otherwise as [`enrol_host`](super::enrol_host).
    pub fn enrol_host(&self, path: &Path, passphrase: &Passphrase, cost: PassphraseCost) -> Result<(), KeyError> {
        self.relock(path, Unlock::Passphrase(passphrase), Unlock::Either(passphrase, self.store), cost)
    }

    /// How many attempts at this file have failed in a row.
    ///
    /// # Errors
    /// As [`open`](Self::open), but for the passphrase.
    pub fn failures(&self, path: &Path) -> Result<u32, KeyError> {
        self.of(path)?.failures()
    }

    fn of(&self, path: &Path) -> Result<Attempts<'a>, KeyError> {
        Ok(Attempts::new(host_counter_name(path)?, self.store, self.clock, self.slow_down))
    }
}

impl std::fmt::Debug for IdentityAttempts<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("IdentityAttempts(..)")
    }
}

/// Attempts at one thing.
pub(crate) struct Attempts<'a> {
    name: String,
    store: &'a dyn KeyStore,
    clock: &'a dyn Clock,
    slow_down: Slower,
}

impl<'a> Attempts<'a> {
    /// Attempts that are counted under this name of the key store.
    pub(crate) fn new(name: String, store: &'a dyn KeyStore, clock: &'a dyn Clock, slow_down: Slower) -> Self {
        Self { name, store, clock, slow_down }
    }

    /// Makes an attempt that can fail by a wrong passphrase. It is counted before it is made: who ends the program in
    /// between has used it up, and of many at once each counts, or is refused.
    fn attempt<T>(&self, work: impl FnOnce() -> Result<T, KeyError>) -> Result<T, KeyError> {
        {
            let _turn = Turn::at(&self.name).ok_or(KeyError::TooManyAttempts { wait: TURN_WAITS })?;
            self.admit()?;
            self.fail()?;
        }
        let done = work();
        // Counted it is. While another thread counts, the count is not corrected: it is one too many, never one too few.
        let Some(_turn) = Turn::at(&self.name) else { return done };
        match &done {
            // A count that stays makes the next wait longer, no more: the identity is open.
            Ok(_) => drop(self.clear()),
            // The wait begins when the person sees that it failed.
            Err(KeyError::WrongPassphrase) => self.put(Counter::now(self.failures()?.max(1), self.clock))?,
            Err(_) => self.take_back()?,
        }
        done
    }

    /// Admits an attempt, unless it is too early. Answers how many have failed in a row.
    ///
    /// # Errors
    /// [`KeyError::TooManyAttempts`], [`KeyError::KeyStore`].
    pub(crate) fn admit(&self) -> Result<u32, KeyError> {
        let Some(counter) = self.load()? else { return Ok(0) };
        let wait = self.slow_down.wait_after(counter.failures);
        let elapsed = match counter.elapsed(self.clock) {
            Some(elapsed) => elapsed,
            // The clock was set back, or the count was damaged: the wait begins anew, once.
            None => {
                self.put(Counter::now(counter.failures, self.clock))?;
                Duration::ZERO
            }
        };
        match wait.checked_sub(elapsed).filter(|wait| !wait.is_zero()) {
            Some(wait) => Err(KeyError::TooManyAttempts { wait }),
            None => Ok(counter.failures),
        }
    }

    /// Counts a failure. Answers how many there were in a row, this one included.
    ///
    /// # Errors
    /// [`KeyError::KeyStore`].
    pub(crate) fn fail(&self) -> Result<u32, KeyError> {
        let failures = self.failures()?.saturating_add(1);
        self.put(Counter::now(failures, self.clock))?;
        Ok(failures)
    }

    /// Forgets all failures.
    ///
    /// # Errors
    /// [`KeyError::KeyStore`].
    pub(crate) fn clear(&self) -> Result<(), KeyError> {
        Ok(self.store.remove(&self.name)?)
    }

    /// An attempt that failed for another reason was none.
    fn take_back(&self) -> Result<(), KeyError> {
        match self.load()? {
            Some(counter) if counter.failures > 1 => self.put(Counter { failures: counter.failures - 1, ..counter }),
            _ => self.clear(),
        }
    }

    fn failures(&self) -> Result<u32, KeyError> {
        Ok(self.load()?.map_or(0, |counter| counter.failures))
    }

    fn load(&self) -> Result<Option<Counter>, KeyError> {
        let bytes = self.store.load(&self.name)?;
        // What cannot be read counts as enough failures for a wait: whoever damages the count gains nothing.
        Ok(bytes.map(|bytes| Counter::decode(&bytes).unwrap_or(Counter::damaged(self.slow_down.from()))))
    }

    fn put(&self, counter: Counter) -> Result<(), KeyError> {
        Ok(self.store.store(&self.name, &counter.encode())?)
    }
}

/// The turn at a count: two threads that load and store it at the same moment would count one failure for two.
///
/// It is no lock. Who has it asks the key store, which may wait for a thread that wants it as well; so it is waited for a
/// moment, and then done without.
struct Turn<'n>(&'n str);

/// How long a turn is waited for.
const TURN_WAITS: Duration = Duration::from_secs(2);

const TURN_STEP: Duration = Duration::from_millis(5);

impl<'n> Turn<'n> {
    fn at(name: &'n str) -> Option<Self> {
        let begun = Instant::now();
        while !Self::taken().insert(name.to_owned()) {
            if begun.elapsed() >= TURN_WAITS {
                return None;
            }
            std::thread::sleep(TURN_STEP);
        }
        Some(Self(name))
    }

    /// The names of the counts that somebody is at; locked for moments only.
    fn taken() -> MutexGuard<'static, BTreeSet<String>> {
        static TAKEN: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
        TAKEN.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        Self::taken().remove(self.0);
    }
}

/// What is kept of failures in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Counter {
    pub(crate) failures: u32,
    pub(crate) wall: u64,
    pub(crate) monotonic: u64,
    pub(crate) span: [u8; SPAN_LENGTH],
}

impl Counter {
    fn now(failures: u32, clock: &dyn Clock) -> Self {
        let (wall, monotonic) = (clock.wall_milliseconds(), clock.monotonic_milliseconds());
        Self { failures, wall, monotonic, span: clock.span() }
    }

    fn damaged(from: u32) -> Self {
        Self { failures: from.max(1), wall: u64::MAX, monotonic: u64::MAX, span: [0; SPAN_LENGTH] }
    }

    /// How long ago the last failure was; none if a clock shows a time before it.
    fn elapsed(&self, clock: &dyn Clock) -> Option<Duration> {
        let elapsed = if self.span == clock.span() {
            clock.monotonic_milliseconds().checked_sub(self.monotonic)
        } else {
            clock.wall_milliseconds().checked_sub(self.wall)
        };
        elapsed.map(Duration::from_millis)
    }

    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut out = Encoder::new(Vec::new());
        let mut write = || -> Result<(), minicbor::encode::Error<std::convert::Infallible>> {
            out.array(5)?.u64(VERSION)?.u32(self.failures)?.u64(self.wall)?.u64(self.monotonic)?.bytes(&self.span)?;
            Ok(())
        };
        let _infallible = write();
        out.into_writer()
    }

    pub(crate) fn decode(bytes: &[u8]) -> Option<Self> {
        let mut input = Decoder::new(bytes);
        let head = (input.array().ok()?, input.u64().ok()?);
        let counter = Self {
            failures: input.u32().ok()?,
            wall: input.u64().ok()?,
            monotonic: input.u64().ok()?,
            span: input.bytes().ok()?.try_into().ok()?,
        };
        (head == (Some(5), VERSION) && counter.encode() == bytes).then_some(counter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::{ManualClock, MemoryKeyStore, create_identity_file};
    use proptest::prelude::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn wait_of<T>(done: Result<T, KeyError>) -> Duration {
        match done {
            Err(KeyError::TooManyAttempts { wait }) => wait,
            _ => Duration::ZERO,
        }
    }

    #[test]
    fn the_wait_grows_to_its_longest_and_no_further() {
        let slow = SlowDown::default();
        let waits: Vec<_> = (0..14).map(|failures| slow.wait_after(failures).as_secs()).collect();
        assert_eq!(waits, [0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
        assert_eq!(slow.wait_after(u32::MAX).as_secs(), 300);
        let strict = SlowDown { from: 0, first: 90 * SECOND, longest: Duration::MAX };
        assert_eq!((strict.wait_after(0), strict.wait_after(1)), (Duration::ZERO, 90 * SECOND));
        assert_eq!(strict.wait_after(u32::MAX), LONGEST_WAIT, "nobody is locked out for ever");
    }

    #[test]
    fn the_longer_wait_of_host_and_policy_counts() {
        let policy = SlowDown { from: 5, first: 5 * SECOND, longest: 900 * SECOND };
        let both = Slower(SlowDown::default(), Some(policy));
        let waits: Vec<_> = (0..14).map(|failures| both.wait_after(failures).as_secs()).collect();
        assert_eq!(waits, [0, 0, 0, 1, 2, 5, 10, 20, 40, 80, 160, 320, 640, 900]);
        assert_eq!(both.from(), 5, "a damaged count waits by both");
    }

    #[test]
    fn wrong_passphrases_are_slowed_down_and_a_right_one_forgets_them() {
        let folder = tempfile::tempdir().unwrap();
        let (path, copy) = (folder.path().join("identity"), folder.path().join("copy"));
        let passphrase = |text: &str| Passphrase::new(text.as_bytes().to_vec()).unwrap();
        let (right, wrong) = (passphrase("quiet river stone"), passphrase("quiet river sand"));
        let (right, wrong) = (Unlock::Passphrase(&right), Unlock::Passphrase(&wrong));
        create_identity_file(&path, &Identity::generate(), right, PassphraseCost::LEAST).unwrap();
        std::fs::copy(&path, &copy).unwrap();
        let (store, clock) = (MemoryKeyStore::default(), ManualClock::at(1_000_000));
        let attempts = IdentityAttempts::new(&store, &clock, SlowDown::default());
        for failures in 1..=3 {
            assert_eq!(attempts.open(&path, wrong).err(), Some(KeyError::WrongPassphrase));
            assert_eq!(attempts.failures(&path), Ok(failures));
        }
        assert_eq!(wait_of(attempts.open(&path, right)), SECOND, "also for the right passphrase");
        assert_eq!(wait_of(attempts.relock(&path, right, right, PassphraseCost::LEAST)), SECOND);
        assert_eq!(wait_of(attempts.open(&copy, wrong)), SECOND, "a copy is the same file");
        assert_eq!(attempts.failures(&path), Ok(3), "what was not tried does not count");

        clock.restart();
        clock.advance(SECOND / 2);
        assert_eq!(wait_of(attempts.open(&path, right)), SECOND / 2, "the count survives a restart");
        clock.advance(SECOND / 2);
        assert_eq!(attempts.open(&path, wrong).err(), Some(KeyError::WrongPassphrase));
        assert_eq!(wait_of(attempts.open(&path, right)), 2 * SECOND);
        clock.advance(2 * SECOND);
        assert!(attempts.open(&path, right).is_ok());
        assert_eq!(attempts.failures(&path), Ok(0));
    }

    #[test]
    fn only_a_wrong_passphrase_counts() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("identity");
        let (store, clock) = (MemoryKeyStore::default(), ManualClock::at(0));
        let attempts = IdentityAttempts::new(&store, &clock, SlowDown::default());
        let passphrase = Passphrase::new(b"quiet river stone".to_vec()).unwrap();
        assert!(matches!(attempts.open(&path, Unlock::Passphrase(&passphrase)), Err(KeyError::File(_))));
        let both = Unlock::Both(&passphrase, &store);
        create_identity_file(&path, &Identity::generate(), both, PassphraseCost::LEAST).unwrap();
        for _ in 0..5 {
            let refused = attempts.open(&path, Unlock::Passphrase(&passphrase)).err();
            assert_eq!(refused, Some(KeyError::HostSecretMissing));
        }
        assert_eq!(attempts.failures(&path), Ok(0));
        assert!(attempts.open(&path, both).is_ok());
    }

    #[test]
    fn no_clock_shortens_a_wait_and_none_makes_it_endless() {
        let (store, clock) = (MemoryKeyStore::default(), ManualClock::at(1_000_000));
        let attempts = || Attempts::new("saferoom/test".into(), &store, &clock, Slower(SlowDown::default(), None));
        (0..20).for_each(|_| assert!(attempts().fail().is_ok()));
        let longest = SlowDown::default().longest;
        for wall in [0, 999_999, 1_000_001, u64::MAX] {
            clock.set_wall(wall);
            assert_eq!(wait_of(attempts().admit()), longest, "within one run no set clock counts");
        }
        clock.restart();
        clock.set_wall(1_000);
        assert_eq!(wait_of(attempts().admit()), longest, "set back: the wait begins anew");
        clock.advance(longest - SECOND);
        assert_eq!(wait_of(attempts().admit()), SECOND, "but only once");
        clock.advance(SECOND);
        assert_eq!(attempts().admit(), Ok(20));

        store.store("saferoom/test", b"damaged").unwrap();
        assert_eq!(wait_of(attempts().admit()), SECOND);
        clock.advance(SECOND);
        assert_eq!(attempts().admit(), Ok(3));
    }

    #[test]
    fn a_failing_key_store_lets_nobody_try() {
        struct Full;
        impl KeyStore for Full {
            fn load(&self, _: &str) -> Result<Option<zeroize::Zeroizing<Vec<u8>>>, super::super::KeyStoreError> {
                Ok(None)
            }
            fn store(&self, _: &str, _: &[u8]) -> Result<(), super::super::KeyStoreError> {
                Err(super::super::KeyStoreError::Failed)
            }
            fn remove(&self, _: &str) -> Result<(), super::super::KeyStoreError> {
                Ok(())
            }
        }
        let clock = ManualClock::at(0);
        let attempts = Attempts::new("saferoom/test".into(), &Full, &clock, Slower(SlowDown::default(), None));
        let mut tried = false;
        let refused = attempts.attempt(|| {
            tried = true;
            Ok(())
        });
        assert_eq!((refused, tried), (Err(KeyError::KeyStore(super::super::KeyStoreError::Failed)), false));
    }

    type Others<'a> = Box<dyn FnOnce(&Meanwhile<'_>) + Send + 'a>;

    /// A key store that waits, in its first write, for a thread which makes an attempt as well.
    struct Meanwhile<'a> {
        store: MemoryKeyStore,
        others: Mutex<Option<Others<'a>>>,
    }

    impl KeyStore for Meanwhile<'_> {
        fn load(&self, name: &str) -> Result<Option<zeroize::Zeroizing<Vec<u8>>>, super::super::KeyStoreError> {
            self.store.load(name)
        }
        fn store(&self, name: &str, secret: &[u8]) -> Result<(), super::super::KeyStoreError> {
            let others = self.others.lock().unwrap().take();
            if let Some(others) = others {
                std::thread::scope(|threads| threads.spawn(|| others(self)).join()).unwrap();
            }
            self.store.store(name, secret)
        }
        fn remove(&self, name: &str) -> Result<(), super::super::KeyStoreError> {
            self.store.remove(name)
        }
    }

    #[test]
    fn who_counts_while_the_key_store_waits_for_them_is_refused_and_does_not_hang() {
        let clock = ManualClock::at(1_000_000);
        let slow = Slower(SlowDown::default(), None);
        let wrong = || Err::<(), _>(KeyError::WrongPassphrase);
        let (at_once, of_another) = (Mutex::new(None), Mutex::new(None));
        let others = |store: &Meanwhile<'_>| {
            let attempt = |name: &str| Attempts::new(name.into(), store, &clock, slow).attempt(wrong);
            *of_another.lock().unwrap() = Some(attempt("saferoom/meanwhile/other"));
            *at_once.lock().unwrap() = Some(attempt("saferoom/meanwhile"));
        };
        let store = Meanwhile { store: MemoryKeyStore::default(), others: Mutex::new(Some(Box::new(others))) };
        let attempts = Attempts::new("saferoom/meanwhile".into(), &store, &clock, slow);
        assert_eq!(attempts.attempt(wrong), wrong());
        assert_eq!(attempts.failures(), Ok(1), "what was refused was none");
        assert_eq!(*at_once.lock().unwrap(), Some(Err(KeyError::TooManyAttempts { wait: TURN_WAITS })));
        assert_eq!(*of_another.lock().unwrap(), Some(wrong()), "another count is another turn");
        // Many at once, and a key store that answers: each counts.
        std::thread::scope(|threads| {
            let all: Vec<_> = (0..2).map(|_| threads.spawn(|| attempts.attempt(wrong))).collect();
            all.into_iter().for_each(|one| assert_eq!(one.join().unwrap(), wrong()));
        });
        assert_eq!(attempts.failures(), Ok(3));
    }

    proptest! {
        #[test]
        fn counters_have_one_encoding(failures: u32, wall: u64, monotonic: u64, span: [u8; SPAN_LENGTH], extra: u8) {
            let counter = Counter { failures, wall, monotonic, span };
            let mut bytes = counter.encode();
            prop_assert_eq!(Counter::decode(&bytes), Some(counter));
            bytes.push(extra);
            prop_assert_eq!(Counter::decode(&bytes), None);
        }

        #[test]
        fn waits_end(failures: u32, from: u32, first: u64, longest: u64, wall: u64) {
            let (first, longest) = (Duration::from_millis(first), Duration::from_millis(longest));
            let slow_down = SlowDown { from, first, longest };
            let (store, clock) = (MemoryKeyStore::default(), ManualClock::at(5_000));
            let attempts = Attempts::new("saferoom/test".into(), &store, &clock, Slower(slow_down, None));
            attempts.put(Counter::now(failures, &clock)).unwrap();
            clock.restart();
            clock.set_wall(wall.min(u64::MAX >> 1));
            drop(attempts.admit());
            clock.advance(LONGEST_WAIT);
            prop_assert_eq!(attempts.admit(), Ok(failures));
        }
    }
}
