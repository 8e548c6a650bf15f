//! A member's identity.

use std::path::Path;
use std::sync::Arc;

use saferoom::keys::{self, IdentityAttempts, Passphrase, PassphraseCost, SlowDown, SystemClock, Unlock};

use crate::error::SaferoomError;
use crate::key_store::{Hosted, KeyStore};

/// A member's identity: the keys that sign in. Wiped when the last reference to it goes.
#[derive(Debug, uniffi::Object)]
#[uniffi::export(Display)]
pub struct Identity(pub(crate) keys::Identity);

#[uniffi::export]
impl Identity {
    /// A fresh identity that is kept nowhere: for tests, and for hosts that keep it themselves.
    #[uniffi::constructor]
    #[must_use]
    pub fn generate() -> Arc<Self> {
        Arc::new(Self(keys::Identity::generate()))
    }

    /// A fresh identity, kept in a new file under a passphrase of at least 8 characters; with `key_store`, this device
    /// is needed too. An existing file is never replaced.
    ///
    /// # Errors
    /// The passphrase is too short, the file exists or cannot be written, the key store fails.
    #[uniffi::constructor(default(key_store = None))]
    pub fn create_file(
        path: String,
        passphrase: &[u8],
        key_store: Option<Arc<dyn KeyStore>>,
    ) -> Result<Arc<Self>, SaferoomError> {
        let identity = keys::Identity::generate();
        with_lock(passphrase, key_store, |lock| {
            keys::create_identity_file(Path::new(&path), &identity, lock, PassphraseCost::STANDARD)
        })?;
        Ok(Arc::new(Self(identity)))
    }

    /// The identity of a file. With `key_store`, attempts are counted and slowed down; `Vault.sign_in_with_file` does so
    /// always.
    ///
    /// # Errors
    /// A distinct code for each of: too many attempts (with the wait), wrong passphrase, damaged, not an identity file, newer version, device needed.
    #[uniffi::constructor(default(key_store = None))]
    pub fn open_file(
        path: String,
        passphrase: &[u8],
        key_store: Option<Arc<dyn KeyStore>>,
    ) -> Result<Arc<Self>, SaferoomError> {
        let counter = key_store.clone().map(Hosted);
        let opened = with_lock(passphrase, key_store, |lock| match &counter {
            Some(store) => attempts(store, |attempts| attempts.open(Path::new(&path), lock)),
            None => keys::open_identity_file(Path::new(&path), lock),
        });
        Ok(Arc::new(Self(opened?)))
    }

    /// The member's pseudonym.
    #[must_use]
    pub fn member_id(&self) -> String {
        self.0.member().to_string()
    }
}

impl std::fmt::Display for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Identity(redacted)")
    }
}

/// Makes an attempt at an identity file that is counted in this key store.
pub(crate) fn attempts<T>(
    store: &Hosted,
    attempt: impl FnOnce(IdentityAttempts<'_>) -> Result<T, keys::KeyError>,
) -> Result<T, keys::KeyError> {
    attempt(IdentityAttempts::new(store, &SystemClock::default(), SlowDown::default()))
}

pub(crate) fn with_lock<T, E: From<keys::KeyError>>(
    passphrase: &[u8],
    key_store: Option<Arc<dyn KeyStore>>,
    work: impl FnOnce(Unlock<'_>) -> Result<T, E>,
) -> Result<T, E> {
    let passphrase = Passphrase::new(passphrase.to_vec())?;
    match key_store.map(Hosted) {
        None => work(Unlock::Passphrase(&passphrase)),
        Some(store) => work(Unlock::Both(&passphrase, &store)),
    }
}
