//! What the host holds, and the library wipes all the same when the app shuts down: keys, and values that were opened.
//!
//! An object of the host lives until the host's runtime collects it, which may be never. What is secret in it therefore lies
//! in a slot that can be emptied from here. Sessions wipe their own keys (`Session.lock`).

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use saferoom::error::{Diagnosis, Family};
use saferoom::vault;

use crate::error::SaferoomError;
use crate::session::Session;

/// Ends saferoom in this app: locks all sessions, with their last entries in the log, and wipes what other objects hold that
/// the host still refers to: identities, keys of backups and packets, shares, second secrets, opened records, interviews,
/// opened packets. Answers how many sessions it has locked.
///
/// For an app that is locked, goes to the background or ends. Sessions answer that they are locked from then on, and the other
/// objects that they were wiped (code 993). The identity's file stays, and the app can begin anew with it at any time; to make
/// the file useless as well, there is `panic_wipe`. What the host's own runtime has copied out (texts, records) is not reached.
///
/// A call that another thread is in ends at its next step; this waits for it. No key store is asked before everything is wiped.
#[uniffi::export]
#[must_use]
pub fn shutdown() -> u64 {
    let slots = std::mem::take(&mut *all(&SLOTS));
    slots.iter().filter_map(Weak::upgrade).for_each(|slot| slot.empty());
    let sessions: Vec<Arc<Session>> = std::mem::take(&mut *all(&SESSIONS)).iter().filter_map(Weak::upgrade).collect();
    let open: Vec<_> = sessions.iter().map(|session| &session.0).filter(|session| !session.is_locked()).collect();
    let count = open.len();
    // Also those that were idle for too long: their keys may still be there.
    let every: Vec<_> = sessions.iter().map(|session| &session.0).collect();
    vault::lock_all(&every);
    count as u64
}

/// Something that lies in an object of the host.
pub(crate) struct Held<T: Send + Sync + 'static>(Arc<Slot<T>>);

struct Slot<T>(Mutex<Option<Arc<T>>>);

trait Empty: Send + Sync {
    fn empty(&self);
}

impl<T: Send + Sync> Empty for Slot<T> {
    fn empty(&self) {
        // Wiped when it is dropped; a call that works with it now lets go of it when it ends.
        drop(self.0.lock().unwrap_or_else(PoisonError::into_inner).take());
    }
}

static SLOTS: Mutex<Vec<Weak<dyn Empty>>> = Mutex::new(Vec::new());
static SESSIONS: Mutex<Vec<Weak<Session>>> = Mutex::new(Vec::new());

impl<T: Send + Sync + 'static> Held<T> {
    pub(crate) fn new(secret: T) -> Self {
        let slot = Arc::new(Slot(Mutex::new(Some(Arc::new(secret)))));
        let weak: Weak<Slot<T>> = Arc::downgrade(&slot);
        note(&SLOTS, weak);
        Self(slot)
    }

    /// What it holds, for as long as a call needs it.
    pub(crate) fn get(&self) -> Result<Arc<T>, SaferoomError> {
        let held = self.0.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        held.ok_or_else(|| SaferoomError::of(&Wiped))
    }
}

impl<T: Send + Sync + 'static> fmt::Debug for Held<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Held(redacted)")
    }
}

impl Session {
    /// A session of the host, which `shutdown` finds.
    pub(crate) fn of(session: vault::Session) -> Arc<Self> {
        let session = Arc::new(Self(session));
        note(&SESSIONS, Arc::downgrade(&session));
        session
    }
}

/// Notes something, and forgets what is gone whenever the list would grow: so that it is at most twice as long as needed.
fn note<T: ?Sized>(list: &'static Mutex<Vec<Weak<T>>>, one: Weak<T>) {
    let mut list = all(list);
    if list.len() == list.capacity() {
        list.retain(|known| known.strong_count() > 0);
        let room = list.len() + 1;
        list.reserve(room);
    }
    list.push(one);
}

fn all<T: ?Sized>(list: &'static Mutex<Vec<Weak<T>>>) -> MutexGuard<'static, Vec<Weak<T>>> {
    list.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The object was wiped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("what this object held was wiped when the app shut saferoom down")]
struct Wiped;

impl Diagnosis for Wiped {
    fn code(&self) -> u16 {
        Family::Input.code(93)
    }

    fn advice(&self) -> &'static str {
        "Open it anew: unlock the identity's file with its passphrase, or sign in and read the record again."
    }
}
