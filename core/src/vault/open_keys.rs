//! The keys of an open session, and how they go: when the session is locked, idle too long, or wiped in a panic.
//!
//! Ending has two steps. A mark is set first: from then on every step of every call answers that the session is locked,
//! also of a batch that another thread is in. Then the keys are taken out and wiped, by whoever holds them next.

use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use super::Error;
use super::unlocked::Unlocked;
use super::wipeable::{InUse, Wipeable};

/// Why a session ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Why {
    /// The host or the member locked it.
    Asked = 1,
    /// Nobody called it for too long.
    Idle = 2,
    /// The identity was wiped.
    Wiped = 3,
}

/// The mark that a session ends; shared by whoever works with its keys.
#[derive(Debug, Clone, Default)]
pub(super) struct Ending(Arc<AtomicU8>);

impl Ending {
    /// Marks the session as ending. The first reason stays.
    pub(super) fn begin(&self, why: Why) {
        let _first_stays = self.0.compare_exchange(0, why as u8, Ordering::AcqRel, Ordering::Acquire);
    }

    /// Why the session ends, if it does.
    pub(super) fn why(&self) -> Option<Why> {
        let known = [Why::Asked, Why::Idle, Why::Wiped];
        known.into_iter().find(|why| *why as u8 == self.0.load(Ordering::Acquire))
    }

    /// Refuses a step of a session that ends.
    pub(super) fn refuse(&self) -> Result<(), Error> {
        if self.why().is_some() { Err(self.error()) } else { Ok(()) }
    }

    /// What a locked session answers.
    pub(super) fn error(&self) -> Error {
        if self.why() == Some(Why::Idle) { Error::LockedIdle } else { Error::Locked }
    }
}

/// The keys, for one thread; perhaps gone already.
pub(super) type HeldKeys<'k> = InUse<'k, Box<Unlocked>>;

/// The keys of one session.
pub(super) struct OpenKeys {
    keys: Wipeable<Box<Unlocked>>,
    pub(super) ending: Ending,
    /// Keys that the host holds for the time of the session, such as those of a case that is open in an emergency.
    lent: Mutex<Vec<Weak<dyn Lent>>>,
}

/// Keys outside the session's own that go when it ends, whoever holds on to them.
pub(super) trait Lent: Send + Sync {
    /// Wipes them, without waiting.
    fn take_back(&self);
}

/// The open sessions of this process, for [`wipe_all`].
static OPEN: Mutex<Vec<Weak<OpenKeys>>> = Mutex::new(Vec::new());

/// How often all sessions of this process were ended.
static ENDED: AtomicU64 = AtomicU64::new(0);

/// The moment at which a sign-in began. One that goes on while all sessions are ended ends with them: it may have waited for a
/// person in the key store, and its keys are known to nobody yet.
pub(super) struct Begun(u64);

impl Begun {
    pub(super) fn now() -> Self {
        Self(ENDED.load(Ordering::SeqCst))
    }
}

impl OpenKeys {
    /// Takes in the keys of a session whose sign-in began then.
    pub(super) fn new(keys: Unlocked, begun: &Begun) -> Arc<Self> {
        let ending = keys.ending.clone();
        let open = Arc::new(Self { keys: Wipeable::new(Box::new(keys)), ending, lent: Mutex::default() });
        let mut sessions = sessions();
        sessions.retain(|known| known.strong_count() > 0);
        sessions.push(Arc::downgrade(&open));
        drop(sessions);
        // Who ends all counts first and looks for sessions then: one of both sees the other.
        if ENDED.load(Ordering::SeqCst) != begun.0 {
            open.wipe();
        }
        open
    }

    /// The keys, once no other thread uses them; perhaps gone already.
    pub(super) fn lock(&self) -> Result<HeldKeys<'_>, Error> {
        self.keys.lock()
    }

    /// Whether this thread is inside a call that uses the keys.
    pub(super) fn is_held_here(&self) -> bool {
        self.keys.is_held_here()
    }

    /// Lends keys to the host until the session ends. One that has ended by now lends nothing.
    pub(super) fn lend(&self, keys: &Arc<impl Lent + 'static>) {
        let weak: Weak<dyn Lent> = Arc::downgrade(keys) as Weak<dyn Lent>;
        let mut lent = self.lent();
        lent.retain(|known| known.strong_count() > 0);
        lent.push(weak);
        drop(lent);
        // Whoever ended it has either seen these, or marked it before: one of both takes them back.
        if self.ending.why().is_some() {
            self.take_back();
        }
    }

    /// Wipes what was lent.
    pub(super) fn take_back(&self) {
        let lent = std::mem::take(&mut *self.lent());
        lent.iter().filter_map(Weak::upgrade).for_each(|keys| keys.take_back());
    }

    fn lent(&self) -> MutexGuard<'_, Vec<Weak<dyn Lent>>> {
        self.lent.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The keys of a session that ends, if no thread uses them: for who has marked it, and for who lets go of them.
    pub(super) fn take_if_ending(&self) -> Option<HeldKeys<'_>> {
        self.keys.take_if(|| self.ending.why().is_some())
    }

    /// Wipes the keys now if nobody uses them. Otherwise they go when that call ends, at its next step at the latest.
    pub(super) fn wipe(&self) -> bool {
        let open = self.ending.why().is_none();
        self.ending.begin(Why::Wiped);
        self.take_back();
        self.keys.wipe();
        open
    }
}

/// Wipes the keys of all sessions of this process, of whatever vault, without waiting and without entries in their logs.
/// Answers how many sessions were open.
pub(super) fn wipe_all() -> usize {
    end_those_that_begin();
    open_now().iter().filter(|open| open.wipe()).count()
}

/// The same for all but these.
pub(super) fn wipe_others(but: &[&Arc<OpenKeys>]) -> usize {
    end_those_that_begin();
    // One that somebody is just locking has its last entry, and ends with it.
    let ends_by_itself = |open: &Arc<OpenKeys>| {
        but.iter().any(|listed| Arc::ptr_eq(listed, open)) || open.ending.why() == Some(Why::Asked)
    };
    open_now().iter().filter(|open| !ends_by_itself(open) && open.wipe()).count()
}

/// Sign-ins that are under way end when they come to their end.
fn end_those_that_begin() {
    ENDED.fetch_add(1, Ordering::SeqCst);
}

fn open_now() -> Vec<Arc<OpenKeys>> {
    sessions().iter().filter_map(Weak::upgrade).collect()
}

fn sessions() -> MutexGuard<'static, Vec<Weak<OpenKeys>>> {
    OPEN.lock().unwrap_or_else(PoisonError::into_inner)
}
