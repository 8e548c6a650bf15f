//! How a session acts: one transaction of the file for what is done and its entry, signed, and a refusal logged before it is
//! answered.

use std::sync::PoisonError;
use std::time::{Duration, Instant};

use super::Session;
use crate::access::packet::PacketError;
use crate::access::{Access, AccessError};
use crate::error::Diagnosis;
use crate::id::RecordId;
use crate::log::{Event, Outcome};
use crate::practice::PracticeError;
use crate::store::Rows;
use crate::vault::Error;
use crate::vault::act::Act;
use crate::vault::keeping::ToKeep;
use crate::vault::open_keys::Why;
use crate::vault::unlocked::Unlocked;

/// How often the newest head is kept in the host's key store while a session is busy. It is also kept at the end.
const KEEP_EVERY: Duration = Duration::from_secs(1);

/// How long a slow answer waits before it looks whether the session was locked.
const WAIT_STEP: Duration = Duration::from_millis(100);

impl Session {
    /// Runs one act: decides about the purpose, and logs a refusal before answering with it.
    pub(in crate::vault) fn act<T>(
        &self,
        access: &Access,
        event: Event,
        about: &[(RecordId, u16)],
        work: impl FnOnce(&mut Act<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let done = self.transaction(|act| {
            act.state(access)?;
            work(act)
        });
        done.map_err(|error| self.refused(access, event, about, error))
    }

    /// Logs a refusal or a failure, and answers with it.
    pub(in crate::vault) fn refused(
        &self,
        access: &Access,
        event: Event,
        about: &[(RecordId, u16)],
        error: Error,
    ) -> Error {
        let (event, outcome) = match &error {
            Error::Access(_)
            | Error::Consent(_)
            | Error::Authorisation(_)
            | Error::Statement(_)
            | Error::Practice(PracticeError::ByHand(_))
            | Error::NoSuchRecord
            | Error::Erased { .. } => (Event::Denied, Outcome::MinorFailure),
            // Somebody tried, with shares in hand, and found nothing.
            Error::Statistics(_) | Error::Referral(_) => (event, Outcome::MinorFailure),
            // Somebody who was a member once, and a case of which a part would have gone.
            Error::Packet(PacketError::SuspendedSender | PacketError::NotWhole { .. }) => {
                (event, Outcome::MinorFailure)
            }
            Error::Integrity(_) | Error::Seal(_) | Error::Key(_) | Error::Log(_) => (event, Outcome::SeriousFailure),
            _ => return error,
        };
        // The attempt is logged in an act of its own; if even that fails, the answer is still the refusal.
        let _ = self.log_failure(access, event, outcome, about, &error);
        error
    }

    pub(in crate::vault) fn log_failure(
        &self,
        access: &Access,
        event: Event,
        outcome: Outcome,
        about: &[(RecordId, u16)],
        error: &Error,
    ) -> Result<(), Error> {
        self.transaction(|act| {
            let _stated_or_not = act.state(access);
            act.note_refusal(error)?;
            if about.is_empty() {
                act.log_failure(event, outcome, None, error as &dyn Diagnosis)?;
            }
            for record in about {
                act.log_failure(event, outcome, Some(*record), error as &dyn Diagnosis)?;
            }
            Ok(())
        })
    }

    fn transaction<T>(&self, work: impl FnOnce(&mut Act<'_>) -> Result<T, Error>) -> Result<T, Error> {
        let mut delay = Duration::ZERO;
        let value = self.committed(|rows, keys, clock| {
            let mut act = Act::begin(rows, keys, clock)?;
            let value = work(&mut act)?;
            delay = act.settle()?;
            act.sign()?;
            Ok(value)
        })?;
        self.wait(delay)?;
        Ok(value)
    }

    /// Waits before an answer that the access-policy slows down. The entry is durable and no lock is held; what was
    /// granted stays closed until then, and for ever if the session is locked meanwhile.
    fn wait(&self, delay: Duration) -> Result<(), Error> {
        if delay.is_zero() {
            return Ok(());
        }
        let _call = self.call()?;
        let mut left = delay;
        while !left.is_zero() {
            let step = left.min(WAIT_STEP);
            self.vault.inner.host.clock.wait(step);
            self.open.ending.refuse()?;
            left -= step;
        }
        Ok(())
    }

    /// Several acts, each signed, in one transaction of the file: all or none. `work` is called until it has a value.
    pub(in crate::vault) fn acts<T>(
        &self,
        mut work: impl FnMut(&mut Act<'_>) -> Result<Option<T>, Error>,
    ) -> Result<T, Error> {
        self.committed(|rows, keys, clock| {
            loop {
                let mut act = Act::begin(rows, keys, clock)?;
                let value = work(&mut act)?;
                act.settle()?;
                act.sign()?;
                keys.end_act();
                if let Some(value) = value {
                    return Ok(value);
                }
            }
        })
    }

    fn committed<T>(
        &self,
        work: impl FnOnce(&Rows<'_>, &mut Unlocked, (u64, u64)) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let _call = self.call()?;
        let mut guard = self.open.lock()?;
        let done = self.commit(&mut guard, work).map_err(|error| self.vault.second_look(error));
        let suspended = matches!(done, Err(Error::Access(AccessError::Suspended)));
        if suspended {
            // Whoever may not work here any more keeps no keys in memory either.
            self.open.ending.begin(Why::Asked);
        }
        self.let_go(guard);
        if suspended {
            // They sign no entry about it: the device does.
            self.vault.log_failed_attempt(AccessError::Suspended.code(), 1);
        }
        let (value, due) = done?;
        // A fork shows here at the latest. A key store that fails is no reason to hold back what is durable.
        if let Err(error @ Error::Integrity(_)) = self.vault.keep(due) {
            return Err(error);
        }
        Ok(value)
    }

    pub(in crate::vault) fn commit<T>(
        &self,
        keys: &mut Option<Box<Unlocked>>,
        work: impl FnOnce(&Rows<'_>, &mut Unlocked, (u64, u64)) -> Result<T, Error>,
    ) -> Result<(T, ToKeep), Error> {
        self.open.ending.refuse()?;
        let keys = keys.as_deref_mut().ok_or(Error::Locked)?;
        let mut store = self.vault.store()?;
        let rows = store.begin()?;
        let done = work(&rows, keys, self.vault.clock()).and_then(|value| {
            self.open.ending.refuse()?;
            rows.commit()?;
            Ok(value)
        });
        match done {
            Ok(value) => {
                keys.confirm();
                Ok((value, self.due(keys)))
            }
            Err(error) => {
                keys.forget();
                Err(error)
            }
        }
    }

    /// Whatever the host's key store is to keep is due at the next commit.
    pub(in crate::vault) fn keep_with_the_next_commit(&self) {
        if let Some(before) = Instant::now().checked_sub(KEEP_EVERY) {
            *self.kept.lock().unwrap_or_else(PoisonError::into_inner) = before;
        }
    }

    /// What the host's key store is to keep now, if it is time. It gets it once the locks are let go.
    fn due(&self, keys: &Unlocked) -> ToKeep {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.elapsed() < KEEP_EVERY {
            return ToKeep::default();
        }
        *kept = Instant::now();
        keys.to_keep()
    }

    /// Looks at structure without reading a value, and without an entry.
    pub(in crate::vault) fn look<T>(&self, work: impl FnOnce(&mut Act<'_>) -> Result<T, Error>) -> Result<T, Error> {
        let _call = self.call()?;
        let mut guard = self.open.lock()?;
        let looked = self.look_with(&mut guard, work).map_err(|error| self.vault.second_look(error));
        self.let_go(guard);
        looked
    }

    /// As [`look`](Self::look), for a program that listens: it is no call, so it does not keep an idle session open.
    pub(in crate::vault) fn overhear<T>(
        &self,
        work: impl FnOnce(&mut Act<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        if self.lock_if_idle() {
            return Err(self.open.ending.error());
        }
        let mut guard = self.open.lock()?;
        let looked = self.look_with(&mut guard, work).map_err(|error| self.vault.second_look(error));
        self.let_go(guard);
        looked
    }

    fn look_with<T>(
        &self,
        keys: &mut Option<Box<Unlocked>>,
        work: impl FnOnce(&mut Act<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.open.ending.refuse()?;
        let keys = keys.as_deref_mut().ok_or(Error::Locked)?;
        let mut store = self.vault.store()?;
        let rows = store.begin_reading()?;
        let mut act = Act::begin(&rows, keys, self.vault.clock())?;
        let looked = work(&mut act);
        keys.confirm();
        looked
    }

    pub(in crate::vault) fn with_keys<T>(&self, work: impl FnOnce(&Unlocked) -> Result<T, Error>) -> Result<T, Error> {
        let _call = self.call()?;
        let guard = self.open.lock()?;
        let done = self.open.ending.refuse().and_then(|()| work(guard.as_deref().ok_or(Error::Locked)?));
        self.let_go(guard);
        done
    }
}
