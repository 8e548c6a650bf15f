//! How a session ends: locked, idle for too long, or over its time. Its keys are wiped whatever else fails.

use std::time::Duration;

use super::Session;
use crate::log::{Detail, DetailKey, Event, Outcome};
use crate::vault::Error;
use crate::vault::act::Act;
use crate::vault::idle::Call;
use crate::vault::keeping::ToKeep;
use crate::vault::open_keys::{Ending, HeldKeys, Why, wipe_others};
use crate::vault::unlocked::Unlocked;

/// Ends all sessions of this process, of whatever vault: for an app that is locked, goes to the background or ends. These as
/// [`Session::lock`] does each, with their last entries; any other as a panic wipe does, without. A sign-in that is under way
/// ends as locked. Answers how many sessions were open.
///
/// All are marked first and keys that no call uses are wiped before any that one does, and no key store is asked before the
/// keys of all are gone, since it may wait for a person: not to be called in the thread that it waits for. Waits for running
/// calls, which end at their next step, and for other processes that write, up to ten seconds for each session; but not when
/// called from inside a call, for which others may wait: such calls finish their sessions, and what no call uses is wiped
/// without an entry.
pub fn lock_all(sessions: &[&Session]) -> usize {
    let listed: Vec<_> = sessions.iter().map(|session| &session.open).collect();
    lock_these(sessions, || wipe_others(&listed))
}

/// Locks these, and the others once what is free was wiped, and once more before any key store is asked: for what has begun
/// since. Answers how many were open.
pub(in crate::vault) fn lock_these(sessions: &[&Session], others: impl Fn() -> usize) -> usize {
    let open = sessions.iter().filter(|session| session.open.ending.why().is_none()).count();
    for session in sessions {
        session.open.ending.begin(Why::Asked);
        session.open.take_back();
    }
    let within = sessions.iter().any(|session| session.is_called_here());
    let mut due = Vec::new();
    for session in sessions {
        let Some(mut keys) = session.open.take_if_ending() else { continue };
        if within {
            *keys = None;
        } else {
            due.push((session, session.wipe(keys)));
        }
    }
    let mut wiped = others();
    if !within {
        let used = sessions.iter().filter_map(|session| Some((session, session.open.lock().ok()?)));
        due.extend(used.map(|(session, keys)| (session, session.wipe(keys))));
    }
    wiped += others();
    for (session, due) in due {
        let _ = session.vault.keep(due);
    }
    open + wiped
}

impl Session {
    /// Ends the session: wipes its keys, whatever the host still holds. Later calls answer [`Error::Locked`].
    ///
    /// A call that another thread is in ends at its next step, and writes nothing that was not durable by then; this waits for
    /// it. From inside a batch the batch ends, and the keys go with it. A case that is open in an emergency is closed.
    pub fn lock(&self) {
        self.end_by(Why::Asked);
    }

    /// Locks the session if nobody has called it for the [idle timeout](field@crate::vault::Locking::idle_timeout) of the host or that of
    /// the access-policy, or if it has lasted longer than the access-policy allows; for a timer of the host: without one, the
    /// next call does it. Answers whether the session is locked.
    ///
    /// A call that another thread is in is not waited for: it ends at its next step, and the keys go with it.
    pub fn lock_if_idle(&self) -> bool {
        // A clock that does not answer now has answered before, and time goes on from there.
        let _ = self.ask_clock();
        self.mark_if_over();
        self.finish_if_ending();
        self.open.ending.why().is_some()
    }

    /// Whether the session is locked, by a call of [`lock`](Self::lock) or because it was idle for too long: then nothing
    /// is served any more.
    ///
    /// Waits for nothing and asks nobody, not even the host: any thread may ask, also one that the host's key store waits
    /// for. The keys of a session that was idle for too long go with the next call, or with
    /// [`lock_if_idle`](Self::lock_if_idle).
    #[must_use]
    pub fn is_locked(&self) -> bool {
        self.mark_if_over();
        self.open.ending.why().is_some()
    }

    /// Marks the session as ending if it was idle for too long, or has lasted for too long.
    fn mark_if_over(&self) {
        let now = self.vault.clock();
        if self.idle.idle(now) >= self.idle_timeout() || self.begun.idle(now) >= self.longest {
            self.open.ending.begin(Why::Idle);
        }
    }

    /// Ends the session without an entry: its log has ended already.
    pub(in crate::vault) fn end(&self) {
        self.open.ending.begin(Why::Asked);
        self.open.take_back();
        let Ok(mut guard) = self.open.lock() else { return };
        *guard = None;
    }

    pub(super) fn end_by(&self, why: Why) {
        self.open.ending.begin(why);
        // From inside a call of this thread: whoever serves that call finishes the session when it ends.
        let Ok(keys) = self.open.lock() else { return };
        self.finish(keys);
    }

    /// Lets go of the keys. If the session ends by now, it ends here.
    pub(in crate::vault) fn let_go(&self, keys: HeldKeys<'_>) {
        drop(keys);
        self.finish_if_ending();
    }

    fn finish_if_ending(&self) {
        if let Some(keys) = self.open.take_if_ending() {
            self.finish(keys);
        }
    }

    /// Logs the end of the session, wipes its keys, and keeps what it leaves.
    fn finish(&self, guard: HeldKeys<'_>) {
        let due = self.wipe(guard);
        let _ = self.vault.keep(due);
    }

    /// Logs the end of the session, and wipes its keys. Answers what is left for the key store.
    fn wipe(&self, mut guard: HeldKeys<'_>) -> ToKeep {
        self.open.take_back();
        // The end of the session is worth an entry, and the head is worth keeping (it lags at most). But no full disk
        // and no failing key store may keep the keys alive, nor one that waits for somebody.
        let due = match guard.as_deref_mut() {
            Some(keys) if self.open.ending.why() != Some(Why::Wiped) => {
                if self.log_out(keys).is_err() {
                    // What was signed did not reach the file: kept as the head, it would make the file look rolled back.
                    keys.forget();
                }
                keys.to_keep()
            }
            _ => ToKeep::default(),
        };
        *guard = None;
        due
    }

    fn log_out(&self, keys: &mut Unlocked) -> Result<(), Error> {
        let clock = self.vault.clock();
        let idle = (self.open.ending.why() == Some(Why::Idle)).then(|| self.idle.idle(clock).as_secs());
        let mut store = self.vault.store()?;
        let rows = store.begin()?;
        keys.ending = Ending::default();
        let mut act = Act::begin(&rows, keys, clock)?;
        let begun = act.keys.emergencies.take();
        begun.iter().try_for_each(|emergency| act.log_ended_with_session(emergency))?;
        act.log(Event::Logout, Outcome::Success, None, idle.map(|idle| Detail::of(DetailKey::IDLE_SECONDS, idle)))?;
        act.sign()?;
        rows.commit()?;
        keys.confirm();
        Ok(())
    }

    /// Whether this thread is inside a call that holds the keys or the file.
    fn is_called_here(&self) -> bool {
        self.open.is_held_here() || self.vault.inner.store.is_held_here()
    }

    /// Asks the host what time it is; not while this thread is inside a call already, and holds its locks.
    fn ask_clock(&self) -> Result<(), Error> {
        if self.open.is_held_here() { Ok(()) } else { self.vault.ask_clock() }
    }

    /// The shorter of what the host and the access-policy allow.
    fn idle_timeout(&self) -> Duration {
        self.vault.idle_timeout().min(self.longest_idle)
    }

    /// Begins a call, unless the session was idle for too long: then it is locked before anything is served.
    pub(in crate::vault) fn call(&self) -> Result<Call<'_>, Error> {
        self.ask_clock()?;
        let over = self.begun.idle(self.vault.clock()) >= self.longest;
        match self.idle.begin(self.vault.inner.host.clock.as_ref(), self.idle_timeout()) {
            Some(call) if !over => Ok(call),
            _ => {
                self.end_by(Why::Idle);
                Err(self.open.ending.error())
            }
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.lock();
    }
}
