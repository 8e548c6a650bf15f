//! Attempts to sign in: counted and slowed down in the host's key store, and each failure in the log of the vault.
//!
//! The entry is signed by the device (see `device_session.rs`). Where that cannot be, because the file is busy or is not
//! as this device knows it, the attempt waits in the key store and is logged at the next sign-in. If the program ends
//! between that sign-in and the forgetting of what waited, it is logged twice, never not at all.

use std::path::Path;

use minicbor::{Decoder, Encoder};

use super::act::Act;
use super::device_session::details_of;
use super::kept::KeptOversight;
use super::open_keys::Begun;
use super::{Error, Session, Vault};
use crate::access::AccessError;
use crate::error::Diagnosis;
use crate::id::VaultId;
use crate::keys::{Attempts, Identity, IdentityAttempts, KeyError, KeyStore, Slower, Unlock};
use crate::log::DetailKey;

const VERSION: u64 = 1;

/// Most attempts that wait. Of more, the last stands for them: its number of failures in a row tells how many there were.
const MOST_WAITING: usize = 64;

impl Vault {
    /// Unlocks an identity file and signs its member in: what a host calls with what a person has typed. Wrong
    /// passphrases are counted, slowed down, and logged in this vault.
    ///
    /// # Errors
    /// As [`IdentityAttempts::open`] and [`sign_in`](Self::sign_in); [`KeyError::TooManyAttempts`] says how long to wait.
    pub fn sign_in_with_file(&self, path: &Path, unlock: Unlock<'_>) -> Result<Session, Error> {
        // Before anything may wait for a person: what ends all sessions meanwhile ends this one too.
        let begun = Begun::now();
        self.ask_clock()?;
        let attempts = self.identity_attempts();
        let identity = attempts.open(path, unlock).map_err(|error| {
            if error == KeyError::WrongPassphrase {
                self.log_failed_attempt(error.code(), attempts.failures(path).unwrap_or(1));
            }
            error
        })?;
        self.sign_in_since(&begun, &identity)
    }

    /// Attempts at identity files, counted on the host of this vault. They are not logged in it.
    #[must_use]
    pub fn identity_attempts(&self) -> IdentityAttempts<'_> {
        // Not `key_store()`, here and for what slows down: a host may open an identity from within a batch, too.
        let host = &self.inner.host;
        IdentityAttempts::with(host.key_store.as_ref(), host.clock.as_ref(), self.slow_down())
    }

    /// How attempts are slowed down: by the host, and by the access-policy that this device has seen last. Of both, the
    /// longer wait counts.
    fn slow_down(&self) -> Slower {
        // A key store that fails here fails at the count as well.
        let kept = KeptOversight::load(self.inner.host.key_store.as_ref(), self.inner.file.vault).ok().flatten();
        Slower(self.locking().slow_down, kept.map(|kept| kept.slow_down()))
    }

    /// Signs a member in, unless it is too early after too many failures; counts and logs a failure.
    pub(super) fn sign_in_counted(&self, begun: &Begun, identity: &Identity) -> Result<Session, Error> {
        self.counted(|| self.sign_in_uncounted(begun, identity))
    }

    /// Makes an attempt to get in, unless it is too early after too many failures; counts and logs a failure.
    pub(super) fn counted(&self, attempt: impl FnOnce() -> Result<Session, Error>) -> Result<Session, Error> {
        let name = attempts_name(self.inner.file.vault);
        let clock = self.inner.host.clock.as_ref();
        let attempts = Attempts::new(name, self.key_store(), clock, self.slow_down());
        let failures = attempts.admit()?;
        let signed_in = attempt();
        match &signed_in {
            // A count that stays makes the next wait longer, no more.
            Ok(_) if failures > 0 => drop(attempts.clear()),
            Err(error) if is_refusal(error) => {
                let failures = attempts.fail()?;
                self.log_failed_attempt(error.code(), failures);
            }
            _ => {}
        }
        signed_in
    }

    /// Logs a failed attempt now, or keeps it for the next sign-in.
    pub(super) fn log_failed_attempt(&self, code: u16, failures: u32) {
        let attempt = FailedAttempt { at: self.clock().0, code, failures };
        if self.write_failed_attempt(&attempt).is_err() {
            // With a key store that fails as well there is no place left for it; the count has failed before then.
            let _ = Waiting::load(self.key_store(), self.inner.file.vault)
                .and_then(|waiting| waiting.with(attempt).store(self.key_store(), self.inner.file.vault));
        }
    }

    /// Forgets the attempts that have been logged.
    pub(super) fn forget_waiting_attempts(&self, logged: &Waiting) {
        if logged.0.is_empty() {
            return;
        }
        let (key_store, vault) = (self.key_store(), self.inner.file.vault);
        // What stays is logged once more at the next sign-in. One that has come since is not among the logged.
        let _ = Waiting::load(key_store, vault).and_then(|waiting| {
            let left = waiting.without(logged);
            let forgotten = || key_store.remove(&waiting_name(vault)).map_err(|error| KeyError::from(error).into());
            if left.0.is_empty() { forgotten() } else { left.store(key_store, vault) }
        });
    }
}

impl Act<'_> {
    /// Logs the attempts that waited, at a sign-in.
    pub(super) fn log_waiting_attempts(&mut self, waiting: &Waiting) -> Result<(), Error> {
        for attempt in &waiting.0 {
            self.log_nobody(details_of(attempt).with(DetailKey::ATTEMPTED_AT, attempt.at))?;
        }
        Ok(())
    }
}

/// Whether an attempt failed because of who asked or with what shares, and not because of the file or the device.
fn is_refusal(error: &Error) -> bool {
    match error {
        Error::Access(error) => {
            matches!(error, AccessError::NotAMember | AccessError::Suspended | AccessError::RecoverySet)
        }
        Error::Key(error) => matches!(error, KeyError::Wrap(_) | KeyError::Commitment | KeyError::Recovery(_)),
        _ => false,
    }
}

/// Name of the count of failed sign-ins in the host's key store.
fn attempts_name(vault: VaultId) -> String {
    format!("saferoom/{vault}/attempts")
}

fn waiting_name(vault: VaultId) -> String {
    format!("saferoom/{vault}/waiting-attempts")
}

/// An attempt to sign in that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FailedAttempt {
    /// When: milliseconds since 1970, UTC.
    pub(super) at: u64,
    /// Code of the error.
    pub(super) code: u16,
    /// How many have failed in a row, this one included.
    pub(super) failures: u32,
}

/// The attempts that wait to be logged. Deterministic CBOR: `[1, [* [at, code, failures]]]`, 64 of them at most.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Waiting(pub(super) Vec<FailedAttempt>);

impl Waiting {
    /// What waits in the key store. What cannot be read there was put there by somebody else, and is given up.
    pub(super) fn load(store: &dyn KeyStore, vault: VaultId) -> Result<Self, Error> {
        let bytes = store.load(&waiting_name(vault)).map_err(KeyError::from)?;
        Ok(bytes.and_then(|bytes| Self::decode(&bytes)).unwrap_or_default())
    }

    fn with(mut self, attempt: FailedAttempt) -> Self {
        self.0.truncate(MOST_WAITING - 1);
        self.0.push(attempt);
        self
    }

    /// Those that are not among the logged.
    fn without(mut self, logged: &Self) -> Self {
        self.0.retain(|attempt| !logged.0.contains(attempt));
        self
    }

    fn store(&self, store: &dyn KeyStore, vault: VaultId) -> Result<(), Error> {
        Ok(store.store(&waiting_name(vault), &self.encode()).map_err(KeyError::from)?)
    }

    pub(super) fn encode(&self) -> Vec<u8> {
        let mut out = Encoder::new(Vec::new());
        let mut write = || -> Result<(), minicbor::encode::Error<std::convert::Infallible>> {
            out.array(2)?.u64(VERSION)?.array(self.0.len() as u64)?;
            for attempt in &self.0 {
                out.array(3)?.u64(attempt.at)?.u16(attempt.code)?.u32(attempt.failures)?;
            }
            Ok(())
        };
        let _infallible = write();
        out.into_writer()
    }

    pub(super) fn decode(bytes: &[u8]) -> Option<Self> {
        let mut input = Decoder::new(bytes);
        let head = (input.array().ok()?, input.u64().ok()?);
        let count = input.array().ok()?.filter(|count| *count <= MOST_WAITING as u64)?;
        let mut attempts = Vec::new();
        for _ in 0..count {
            input.array().ok()?.filter(|length| *length == 3)?;
            let (at, code, failures) = (input.u64().ok()?, input.u16().ok()?, input.u32().ok()?);
            attempts.push(FailedAttempt { at, code, failures });
        }
        let waiting = Self(attempts);
        (head == (Some(2), VERSION) && waiting.encode() == bytes).then_some(waiting)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::MemoryKeyStore;
    use proptest::prelude::*;

    #[test]
    fn as_many_wait_as_a_key_store_can_hold_and_the_last_tells_how_many_there_were() {
        let (store, vault) = (MemoryKeyStore::default(), VaultId::random());
        for failures in 1..=1000 {
            let attempt = FailedAttempt { at: u64::MAX, code: 999, failures };
            Waiting::load(&store, vault).unwrap().with(attempt).store(&store, vault).unwrap();
        }
        let waiting = Waiting::load(&store, vault).unwrap();
        assert_eq!((waiting.0.len(), waiting.0.last().unwrap().failures), (MOST_WAITING, 1000));
        assert!(store.load(&waiting_name(vault)).unwrap().unwrap().len() < 4096);
        store.store(&waiting_name(vault), b"damaged").unwrap();
        assert_eq!(Waiting::load(&store, vault), Ok(Waiting::default()));
    }

    #[test]
    fn what_came_while_others_were_being_logged_still_waits() {
        let attempt = |failures| FailedAttempt { at: 5, code: 602, failures };
        let logged = Waiting(vec![attempt(1), attempt(2)]);
        let left = |now: &[u32]| Waiting(now.iter().map(|number| attempt(*number)).collect()).without(&logged);
        assert_eq!(left(&[1, 2]), Waiting::default());
        assert_eq!(left(&[1, 2, 3]), Waiting(vec![attempt(3)]));
        assert_eq!(left(&[]), Waiting::default(), "another process has forgotten them");
    }

    proptest! {
        #[test]
        fn waiting_attempts_have_one_encoding(attempts: Vec<(u64, u16, u32)>, extra: u8) {
            let attempts = attempts.into_iter().take(MOST_WAITING);
            let waiting = Waiting(attempts.map(|(at, code, failures)| FailedAttempt { at, code, failures }).collect());
            let mut bytes = waiting.encode();
            prop_assert_eq!(Waiting::decode(&bytes), Some(waiting));
            bytes.push(extra);
            prop_assert_eq!(Waiting::decode(&bytes), None);
        }
    }
}
