//! The host's key store, implemented in the host's language.

use std::sync::Arc;

use saferoom::keys;
use zeroize::Zeroizing;

/// Keeps small secrets by name, outside the database: the Android Keystore, a keychain, the desktop's secret service.
///
/// Called with no lock held, from any thread and from several at once; `store` has to be durable when it returns. A call may
/// wait for a person or for the main thread, which may use the same session meanwhile. Must not call saferoom itself.
#[uniffi::export(rust, foreign)]
pub trait KeyStore: Send + Sync {
    /// The secret of this name, or nothing if there is none.
    ///
    /// # Errors
    /// [`KeyStoreError`]; a missing secret is not an error.
    fn load(&self, name: String) -> Result<Option<Vec<u8>>, KeyStoreError>;

    /// Keeps the secret under this name, in place of an earlier one.
    ///
    /// # Errors
    /// [`KeyStoreError`]; the earlier secret is then still there.
    fn store(&self, name: String, secret: Vec<u8>) -> Result<(), KeyStoreError>;

    /// Forgets the secret; nothing happens if there is none.
    ///
    /// # Errors
    /// [`KeyStoreError`].
    fn remove(&self, name: String) -> Result<(), KeyStoreError>;
}

/// Why a key store could not answer. Carries no text of the host: it might hold a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, uniffi::Error)]
pub enum KeyStoreError {
    /// The store cannot be reached now, such as while the phone is locked.
    #[error("it cannot be reached now")]
    Unavailable,
    /// The person refused, or failed to unlock it.
    #[error("the person did not unlock it")]
    Refused,
    /// The system has invalidated the key, such as after new fingerprints were added.
    #[error("the system has invalidated the key")]
    Invalidated,
    /// Anything else, such as any other exception of the host.
    #[error("it failed")]
    Failed,
}

impl From<uniffi::UnexpectedUniFFICallbackError> for KeyStoreError {
    fn from(_dropped: uniffi::UnexpectedUniFFICallbackError) -> Self {
        Self::Failed
    }
}

impl From<KeyStoreError> for keys::KeyStoreError {
    fn from(error: KeyStoreError) -> Self {
        match error {
            KeyStoreError::Unavailable => Self::Unavailable,
            KeyStoreError::Refused => Self::Refused,
            KeyStoreError::Invalidated => Self::Invalidated,
            KeyStoreError::Failed => Self::Failed,
        }
    }
}

impl From<keys::KeyStoreError> for KeyStoreError {
    fn from(error: keys::KeyStoreError) -> Self {
        match error {
            keys::KeyStoreError::Unavailable => Self::Unavailable,
            keys::KeyStoreError::Refused => Self::Refused,
            keys::KeyStoreError::Invalidated => Self::Invalidated,
            _ => Self::Failed,
        }
    }
}

/// A key store in a folder that only its owner may read. Protects against whoever takes the database file alone, not
/// against whoever takes the whole disk.
#[uniffi::export]
#[must_use]
pub fn file_key_store(folder: String) -> Arc<dyn KeyStore> {
    Arc::new(Lent(keys::FileKeyStore::new(folder)))
}

/// A key store of the core, lent to the host.
struct Lent(keys::FileKeyStore);

impl KeyStore for Lent {
    fn load(&self, name: String) -> Result<Option<Vec<u8>>, KeyStoreError> {
        Ok(keys::KeyStore::load(&self.0, &name)?.map(|secret| secret.to_vec()))
    }

    fn store(&self, name: String, secret: Vec<u8>) -> Result<(), KeyStoreError> {
        Ok(keys::KeyStore::store(&self.0, &name, &Zeroizing::new(secret))?)
    }

    fn remove(&self, name: String) -> Result<(), KeyStoreError> {
        Ok(keys::KeyStore::remove(&self.0, &name)?)
    }
}

/// A key store of the host, as the core wants it.
pub(crate) struct Hosted(pub(crate) Arc<dyn KeyStore>);

impl keys::KeyStore for Hosted {
    fn load(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, keys::KeyStoreError> {
        Ok(self.0.load(name.to_owned())?.map(Zeroizing::new))
    }

    fn store(&self, name: &str, secret: &[u8]) -> Result<(), keys::KeyStoreError> {
        Ok(self.0.store(name.to_owned(), secret.to_vec())?)
    }

    fn remove(&self, name: &str) -> Result<(), keys::KeyStoreError> {
        Ok(self.0.remove(name.to_owned())?)
    }
}
