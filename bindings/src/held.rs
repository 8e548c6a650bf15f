//! What the host holds, and the library wipes all the same when the app shuts down: keys, and values that were opened.
//!
//! An object of the host lives until the host's runtime collects it, which may be never. What is secret in it therefore lies
//! in a slot that can be emptied from here. Sessions wipe their own keys (`Session.lock`).

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use saferoom::error::{Diagnosis, Family};
use saferoom::vault;

use crate::error::SaferoomError;
use crate::session::Session;

/// Ends saferoom in this app: locks all sessions, with their last entries in the log, and wipes what other objects hold that
/// the host still refers to: identities, keys of backups and packets, shares, second secrets, opened records, interviews,
/// opened packets. Answers how many sessions it has locked.
///
/// For an app that is locked, goes to the background or ends. Sessions answer that they are locked from then on (code 704), and
/// the other objects that they were wiped (993); so does a sign-in or an unlocking that is under way, when it comes to its end.
/// The identity's file stays, and the app can begin anew with it at any time; to make the file useless as well, there is
/// `panic_wipe`. Not reached is what the host's own runtime has copied out (texts, records).
///
/// Calls of sessions end at their next step, and this waits for them, not for calls on other objects, which go on with what
/// they hold until they end. Key stores are asked last; what is unlocked anew while they
/// still wait for a person is wiped as well when this returns. Not to be called in a thread that the key store waits for.
#[uniffi::export]
#[must_use]
pub fn shutdown() -> u64 {
    empty_all();
    // Once more, whatever happens: a read that is under way fills slots until its session is marked.
    let _again = Again;
    let sessions: Vec<Arc<Session>> = all(&SESSIONS).values().filter_map(Weak::upgrade).collect();
    let open: Vec<_> = sessions.iter().map(|session| &session.0).collect();
    vault::lock_all(&open) as u64
}

struct Again;

impl Drop for Again {
    fn drop(&mut self) {
        empty_all();
    }
}

/// Empties all slots. Whatever is being unlocked or signed in is wiped when it comes to its end.
pub(crate) fn empty_all() {
    BEGUN.fetch_add(1, Ordering::SeqCst);
    let slots: Vec<_> = all(&SLOTS).values().filter_map(Weak::upgrade).collect();
    slots.iter().for_each(|slot| slot.empty());
}

/// The moment at which a call began that makes something secret. What it makes after a shutdown is wiped with the rest.
#[derive(Clone, Copy)]
pub(crate) struct Begun(u64);

impl Begun {
    pub(crate) fn now() -> Self {
        Self(BEGUN.load(Ordering::SeqCst))
    }

    fn refuse(self) -> Result<(), SaferoomError> {
        if BEGUN.load(Ordering::SeqCst) == self.0 { Ok(()) } else { Err(SaferoomError::of(&Wiped)) }
    }
}

/// How often everything that the host holds was wiped in this process.
static BEGUN: AtomicU64 = AtomicU64::new(0);

/// What is held, and the sessions, each under the address of its allocation, which a weak reference keeps from being another's.
static SLOTS: Mutex<BTreeMap<usize, Weak<dyn Empty>>> = Mutex::new(BTreeMap::new());
static SESSIONS: Mutex<BTreeMap<usize, Weak<Session>>> = Mutex::new(BTreeMap::new());

/// Something that lies in an object of the host.
pub(crate) struct Held<T: Send + Sync + 'static>(Arc<Slot<T>>);

struct Slot<T>(Mutex<Option<Arc<T>>>);

trait Empty: Send + Sync {
    fn empty(&self);
}

impl<T: Send + Sync> Empty for Slot<T> {
    fn empty(&self) {
        // Wiped when it is dropped; a call that works with it now lets go of it when it ends.
        drop(lock(&self.0).take());
    }
}

impl<T: Send + Sync + 'static> Held<T> {
    /// Holds what a call has made that began then.
    ///
    /// # Errors
    /// There was a shutdown since: it is wiped.
    pub(crate) fn new(secret: T, begun: Begun) -> Result<Self, SaferoomError> {
        let held = Self::fresh(secret);
        // A shutdown counts first and looks for slots then: one of both sees the other.
        begun.refuse()?;
        Ok(held)
    }

    /// As [`new`](Self::new), for what a call has made durable already: after a shutdown the object is there, and holds nothing.
    pub(crate) fn durable(secret: T, begun: Begun) -> Self {
        let held = Self::fresh(secret);
        if begun.refuse().is_err() {
            held.0.empty();
        }
        held
    }

    /// Holds what is drawn at this moment.
    pub(crate) fn fresh(secret: T) -> Self {
        let held = Self(Arc::new(Slot(Mutex::new(Some(Arc::new(secret))))));
        let weak: Weak<Slot<T>> = Arc::downgrade(&held.0);
        all(&SLOTS).insert(held.address(), weak);
        held
    }

    /// What it holds, for as long as a call needs it.
    pub(crate) fn get(&self) -> Result<Arc<T>, SaferoomError> {
        lock(&self.0.0).clone().ok_or_else(|| SaferoomError::of(&Wiped))
    }

    fn address(&self) -> usize {
        Arc::as_ptr(&self.0) as usize
    }
}

impl<T: Send + Sync + 'static> Drop for Held<T> {
    fn drop(&mut self) {
        all(&SLOTS).remove(&self.address());
    }
}

impl Session {
    /// A session of the host whose sign-in began then.
    ///
    /// # Errors
    /// There was a shutdown since: it is locked.
    pub(crate) fn of(session: vault::Session, begun: Begun) -> Result<Arc<Self>, SaferoomError> {
        let session = Arc::new(Self(session));
        all(&SESSIONS).insert(Arc::as_ptr(&session) as usize, Arc::downgrade(&session));
        begun.refuse().inspect_err(|_| session.0.lock())?;
        Ok(session)
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        all(&SESSIONS).remove(&(std::ptr::from_ref(self) as usize));
    }
}

fn all<T: ?Sized>(list: &'static Mutex<BTreeMap<usize, Weak<T>>>) -> MutexGuard<'static, BTreeMap<usize, Weak<T>>> {
    lock(list)
}

fn lock<T: ?Sized>(one: &Mutex<T>) -> MutexGuard<'_, T> {
    one.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<T: Send + Sync + 'static> fmt::Debug for Held<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Held(redacted)")
    }
}

/// The object was wiped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("what this object held was wiped when the app shut saferoom down, or wiped an identity")]
struct Wiped;

impl Diagnosis for Wiped {
    fn code(&self) -> u16 {
        Family::Input.code(93)
    }

    fn advice(&self) -> &'static str {
        "Open it anew: unlock the identity's file with its passphrase, or sign in and read the record again."
    }
}
