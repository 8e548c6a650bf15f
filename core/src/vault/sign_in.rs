//! Signing in: circles, roster, newest statement and log are verified against each other and against what this device has
//! kept, before anything else is done; a session's signing key is certified; and what is newest is kept again.

use std::sync::Arc;

use super::act::Act;
use super::attempts::Waiting;
use super::circles::Circles;
use super::clocks::Clocks;
use super::epoch_change::{DueEpoch, EpochChange};
use super::kept::Kept;
use super::open_keys::Begun;
use super::unlocked::{SignIn, Unlocked, certificate_context, certified_bytes};
use super::{Error, IntegrityError, Session, Vault, clocks, forms};
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
        self.sign_in_since(&Begun::now(), identity)
    }

    /// As [`sign_in`](Self::sign_in), for one that has begun before with the unlocking of a file.
    pub(super) fn sign_in_since(&self, begun: &Begun, identity: &Identity) -> Result<Session, Error> {
        self.ask_clock()?;
        self.sign_in_counted(begun, identity).map_err(|error| self.second_look(error))
    }

    pub(super) fn sign_in_uncounted(&self, begun: &Begun, identity: &Identity) -> Result<Session, Error> {
        if self.inner.file.is_retired() {
            return Err(Error::Retired);
        }
        let known = Known::load(self)?;
        let mut change = EpochChange::Unknown;
        let signed_in = loop {
            match self.sign_in_once(identity, &known, &change)? {
                Attempt::SignedIn(signed_in) => break signed_in,
                Attempt::EpochIsDue(due) => change = change.prepare(self, due)?,
            }
        };
        let SignedIn { keys, began_epoch } = *signed_in;
        if began_epoch {
            change.settle(self.key_store());
        }
        self.keep(keys.to_keep())?;
        self.forget_waiting_attempts(&known.waiting);
        Session::begin(self.clone(), keys, begun)
    }

    /// One transaction: all of a sign-in, or that the epoch has to be changed first.
    fn sign_in_once(&self, identity: &Identity, known: &Known, change: &EpochChange) -> Result<Attempt, Error> {
        let file = self.inner.file;
        let clock = self.clock();
        let mut store = self.store()?;
        let rows = store.begin()?;
        let (roster, circles) = self.open_roster(&rows, identity)?;
        if known.kept.genesis != roster.genesis() {
            return Err(AccessError::Roster.into());
        }
        if roster.log().device != file.device || roster.log().log_key != known.log_key.verifying_key() {
            return Err(IntegrityError::Statement.into());
        }
        let (sign_in, row) = self.begin_session(&rows, identity, roster, circles)?;
        let mut keys = Unlocked::new(sign_in)?;
        keys.demand(known.kept.clone());
        keys.clocks = Clocks::since(known.time, Arc::clone(&self.inner.newest_time));
        keys.refresh(&rows)?;
        rows.add_session(&row)?;
        let mut act = Act::begin(&rows, &mut keys, clock)?;
        let due = act.due_epoch()?;
        if let Some(due) = due.as_ref().filter(|_| change.has_to_prepare()) {
            return Ok(Attempt::EpochIsDue(due.clone()));
        }
        act.log_waiting_attempts(&known.waiting)?;
        let next = due.as_ref().and_then(|due| change.prepared_from(&due.in_force));
        if let Some(next) = next {
            act.next_epoch(next, &known.log_key)?;
        }
        act.log(Event::Login, Outcome::Success, None, None)?;
        act.pass_on_circles()?;
        act.sign()?;
        rows.commit()?;
        keys.confirm();
        Ok(Attempt::SignedIn(Box::new(SignedIn { keys, began_epoch: next.is_some() })))
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
}

/// What the host's key store knows before a sign-in: loaded while nothing is locked.
struct Known {
    log_key: SigningKey,
    kept: Kept,
    time: Option<u64>,
    waiting: Waiting,
}

impl Known {
    fn load(vault: &Vault) -> Result<Self, Error> {
        let (key_store, id) = (vault.key_store(), vault.inner.file.vault);
        let log_key = vault.log_key()?;
        // The log key without a kept head: somebody took the head away, so that nothing would show a rollback.
        let kept = Kept::load(key_store, id)?.ok_or(IntegrityError::Rollback)?;
        Ok(Self { log_key, kept, time: clocks::load(key_store, id), waiting: Waiting::load(key_store, id)? })
    }
}

/// How a transaction of a sign-in ended.
enum Attempt {
    SignedIn(Box<SignedIn>),
    /// With nothing done: the next epoch has to begin first.
    EpochIsDue(DueEpoch),
}

struct SignedIn {
    keys: Unlocked,
    began_epoch: bool,
}
