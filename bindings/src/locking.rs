//! Sessions that lock themselves, attempts that are counted, and the panic wipe.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use saferoom::vault::{self, DeviceKeys, Locking};

use crate::error::SaferoomError;
use crate::held::{Begun, empty_all};
use crate::identity::with_lock;
use crate::key_store::{Hosted, KeyStore};
use crate::session::Session;
use crate::vault::Vault;

#[uniffi::export]
impl Vault {
    /// Unlocks an identity file and signs its member in. Wrong passphrases are counted, slowed down and logged. With
    /// `key_store`, the device is needed to unlock the file.
    ///
    /// # Errors
    /// Too many attempts (code 222, with the wait), a wrong passphrase, and what `sign_in` answers.
    #[uniffi::method(default(key_store = None))]
    pub fn sign_in_with_file(
        &self,
        path: String,
        passphrase: &[u8],
        key_store: Option<Arc<dyn KeyStore>>,
    ) -> Result<Arc<Session>, SaferoomError> {
        let begun = Begun::now();
        let sign_in = |lock: saferoom::keys::Unlock<'_>| self.0.sign_in_with_file(Path::new(&path), lock);
        Session::of(with_lock::<_, vault::Error>(passphrase, key_store, sign_in)?, begun)
    }

    /// After so many seconds without a call the sessions of this vault lock themselves: 1 to 43,200; 300 at first.
    pub fn set_idle_timeout(&self, seconds: u64) {
        self.0.set_locking(Locking { idle_timeout: Duration::from_secs(seconds), ..self.0.locking() });
    }

    /// As `panic_wipe`, with the key store of this vault; with `device`, its log key goes as well, and nobody signs in
    /// to it on this device any more.
    ///
    /// # Errors
    /// As `panic_wipe`.
    pub fn panic_wipe(&self, identity_path: String, device: bool) -> Result<u64, SaferoomError> {
        empty_all();
        let device = if device { DeviceKeys::Wipe } else { DeviceKeys::Keep };
        Ok(self.0.panic_wipe(Path::new(&identity_path), device)? as u64)
    }
}

#[uniffi::export]
impl Session {
    /// Locks the session if it was idle for too long, for a timer of the host; without one, the next call does it.
    /// Answers whether it is locked.
    pub fn lock_if_idle(&self) -> bool {
        self.0.lock_if_idle()
    }
}

/// Wipes an identity from this device, without a passphrase: locks all sessions of this process, forgets what the key
/// store has for the identity, overwrites its file and removes it. What other objects hold (identities, keys, opened records) is
/// wiped as by `shutdown`. Answers how many sessions were locked.
///
/// # Errors
/// The file is not there, is no identity file, or a step failed; everything else was done nevertheless.
#[uniffi::export]
pub fn panic_wipe(identity_path: String, key_store: Arc<dyn KeyStore>) -> Result<u64, SaferoomError> {
    empty_all();
    Ok(vault::panic_wipe(Path::new(&identity_path), &Hosted(key_store))? as u64)
}
