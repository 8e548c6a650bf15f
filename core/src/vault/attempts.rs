//! Attempts to sign in: counted and slowed down per vault, in the host's key store, beside those at identity files.

use std::path::Path;

use super::{Error, Session, Vault};
use crate::access::AccessError;
use crate::id::VaultId;
use crate::keys::{Attempts, Identity, IdentityAttempts, KeyError, Unlock};

impl Vault {
    /// Unlocks an identity file and signs its member in: what a host calls with what a person has typed. Wrong
    /// passphrases are counted and slowed down.
    ///
    /// # Errors
    /// As [`IdentityAttempts::open`] and [`sign_in`](Self::sign_in); [`KeyError::TooManyAttempts`] says how long to wait.
    pub fn sign_in_with_file(&self, path: &Path, unlock: Unlock<'_>) -> Result<Session, Error> {
        let identity = self.identity_attempts().open(path, unlock)?;
        self.sign_in(&identity)
    }

    /// Attempts at identity files, counted on the host of this vault.
    #[must_use]
    pub fn identity_attempts(&self) -> IdentityAttempts<'_> {
        let host = &self.inner.host;
        IdentityAttempts::new(host.key_store.as_ref(), host.clock.as_ref(), self.locking().slow_down)
    }

    /// Signs a member in, unless it is too early after too many failures; counts a failure.
    pub(super) fn sign_in_counted(&self, identity: &Identity) -> Result<Session, Error> {
        let host = &self.inner.host;
        let name = attempts_name(self.inner.file.vault);
        let attempts = Attempts::new(name, host.key_store.as_ref(), host.clock.as_ref(), self.locking().slow_down);
        let failures = attempts.admit()?;
        match self.sign_in_uncounted(identity) {
            Ok(session) => {
                if failures > 0 {
                    // A count that stays makes the next wait longer, no more.
                    let _ = attempts.clear();
                }
                Ok(session)
            }
            Err(error) if is_refusal(&error) => {
                attempts.fail()?;
                Err(error)
            }
            Err(error) => Err(error),
        }
    }
}

/// Whether a sign-in failed because of who asked, and not because of the file or the device.
fn is_refusal(error: &Error) -> bool {
    matches!(error, Error::Access(AccessError::NotAMember) | Error::Key(KeyError::Wrap(_) | KeyError::Commitment))
}

/// Name of the count of failed sign-ins in the host's key store.
pub(super) fn attempts_name(vault: VaultId) -> String {
    format!("saferoom/{vault}/attempts")
}
