//! Signing in: circles, roster, newest statement and log are verified against each other and against what this device has
//! kept, before anything else is done; a session's signing key is certified; and what is newest is kept again.

use std::sync::PoisonError;

use super::act::{Act, read_clock};
use super::circles::Circles;
use super::clocks::Clocks;
use super::kept::{Kept, KeptOversight};
use super::statement::Statement;
use super::unlocked::{SignIn, Unlocked, certificate_context, certified_bytes};
use super::{Error, IntegrityError, Session, Vault, forms};
use crate::access::{AccessError, Roster};
use crate::keys::{EnvelopeKey, Identity, SigningKey};
use crate::log::{Event, Outcome};
use crate::model::Compartment;
use crate::store::{Rows, SessionRow};

impl Vault {
    /// Signs a member in: opens their circles, verifies roster, newest statement, state root and log, compares them with
    /// the newest head that this device has kept, and logs the sign-in.
    ///
    /// Costs one X-Wing opening per circle (about 0.3 ms each), whatever the size of the vault.
    ///
    /// # Errors
    /// [`AccessError::NotAMember`], [`Error::ForeignVault`], [`IntegrityError`] if the file was changed or rolled back;
    /// [`KeyError::TooManyAttempts`](crate::keys::KeyError::TooManyAttempts) after too many who were refused.
    pub fn sign_in(&self, identity: &Identity) -> Result<Session, Error> {
        self.ask_clock()?;
        self.sign_in_counted(identity).map_err(|error| self.second_look(error))
    }

    pub(super) fn sign_in_uncounted(&self, identity: &Identity) -> Result<Session, Error> {
        let (file, host) = (self.inner.file, &self.inner.host);
        if file.is_retired() {
            return Err(Error::Retired);
        }
        let log_key = self.log_key()?;
        // The log key without a kept head: somebody took the head away, so that nothing would show a rollback.
        let kept = Kept::load(host.key_store.as_ref(), file.vault)?.ok_or(IntegrityError::Rollback)?;
        let clock = read_clock(host.clock.as_ref());
        let mut store = self.store()?;
        let rows = store.begin()?;
        let (roster, circles) = self.open_roster(&rows, identity)?;
        if kept.genesis != roster.genesis() {
            return Err(AccessError::Roster.into());
        }
        if roster.log().device != file.device || roster.log().log_key != log_key.verifying_key() {
            return Err(IntegrityError::Statement.into());
        }
        let (sign_in, row) = self.begin_session(&rows, identity, roster, circles)?;
        let mut keys = Unlocked::new(sign_in)?;
        keys.demand(kept);
        keys.clocks = Clocks::load(host.key_store.as_ref(), file.vault);
        keys.refresh(&rows)?;
        rows.add_session(&row)?;
        let mut act = Act::begin(&rows, &mut keys, clock)?;
        let waiting = self.log_waiting_attempts(&mut act)?;
        let next_epoch = act.next_epoch(host.key_store.as_ref(), &log_key)?;
        act.log(Event::Login, Outcome::Success, None, None)?;
        act.pass_on_circles()?;
        act.sign()?;
        rows.commit()?;
        if let Some(mut epochs) = next_epoch {
            // What fails here is made up for when the keys are loaded next.
            let _ = epochs.settle(host.key_store.as_ref());
        }
        keys.confirm();
        drop(store);
        self.keep(&keys)?;
        self.forget_waiting_attempts(&waiting);
        Ok(Session::new(self.clone(), keys))
    }

    /// Opens the roster and the member's circles, checking each against the other.
    pub(super) fn open_roster(&self, rows: &Rows<'_>, identity: &Identity) -> Result<(Roster, Circles), Error> {
        let vault = self.inner.file.vault;
        let mut circles = Circles::of(rows, vault, identity)?;
        let roster = forms::open_roster(rows, vault, &circles)?;
        circles.follow(rows, &roster)?;
        Ok((roster, circles))
    }

    /// Draws a session's signing key, lets the member certify it, and prepares its envelope for the log.
    pub(super) fn begin_session<'i>(
        &self,
        rows: &Rows<'_>,
        identity: &'i Identity,
        roster: Roster,
        circles: Circles,
    ) -> Result<(SignIn<'i>, SessionRow), Error> {
        let file = self.inner.file;
        let signing = SigningKey::generate();
        let oversight =
            &roster.circle(roster.founding().unit, Compartment::Oversight).ok_or(AccessError::Roster)?.listing;
        let public_key = *signing.verifying_key().as_bytes();
        let (envelope_key, envelope) =
            EnvelopeKey::generate(file.vault, oversight.name, &oversight.public_key, &public_key)?;
        let mut row = SessionRow {
            number: rows.next_session()?,
            device: file.device,
            public_key,
            certificate: Vec::new(),
            envelope: envelope.as_bytes().to_vec(),
        };
        let signature = identity.sign(certified_bytes(file.vault, &row).as_bytes());
        let plain = [&identity.member().as_bytes()[..], &signature[..]].concat();
        row.certificate = certificate_context(file.vault, &row).seal(circles.roster()?.value_key(), &plain)?;
        let sign_in = SignIn { file, identity, roster, circles, session: row.number, signing, envelope: envelope_key };
        Ok((sign_in, row))
    }

    /// Keeps the newest head of a session in the host's key store.
    pub(super) fn keep(&self, keys: &Unlocked) -> Result<(), Error> {
        let key_store = self.inner.host.key_store.as_ref();
        // Without it the next session does not notice a clock that was set back meanwhile, no more.
        let _ = keys.clocks.keep(key_store, self.inner.file.vault);
        match (&keys.tip, keys.newest()) {
            (Some((bytes, tip)), _) => self.keep_head(&keys.roster, bytes, tip),
            // The session has refused the file: what it saw before is kept all the more.
            (None, Some(newest)) => match Kept::load(key_store, self.inner.file.vault)? {
                Some(kept) if kept.commit >= newest.commit => Ok(()),
                _ => newest.store(key_store, self.inner.file.vault),
            },
            (None, None) => Ok(()),
        }
    }

    /// Keeps a head, unless another process has kept a newer one. What was kept has to be extended by what replaces it:
    /// a session that was led onto a fork must not make its fork the truth.
    pub(super) fn keep_head(&self, roster: &Roster, bytes: &[u8], tip: &Statement) -> Result<(), Error> {
        let key_store = self.inner.host.key_store.as_ref();
        if let Some(kept) = Kept::load(key_store, self.inner.file.vault)? {
            if kept.commit > tip.commit {
                return Ok(());
            }
            let mut store = self.store()?;
            kept.verify(&store.begin_reading()?, roster, bytes, tip)?;
        }
        Kept::of(roster.genesis(), roster.erased().len() as u64, tip).store(key_store, self.inner.file.vault)?;
        self.keep_oversight(roster);
        Ok(())
    }

    /// Keeps what the device needs to log a failed sign-in, if the roster has changed since.
    fn keep_oversight(&self, roster: &Roster) {
        let mut known = self.inner.kept_roster.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(oversight) = KeptOversight::of(roster).filter(|kept| *known != Some(kept.roster)) else { return };
        // Without it, failed sign-ins wait in the key store until somebody signs in.
        if oversight.store(self.key_store(), self.inner.file.vault).is_ok() {
            *known = Some(oversight.roster);
        }
    }
}
