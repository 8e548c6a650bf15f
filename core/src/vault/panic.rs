//! The panic wipe: within a moment nothing on this device opens anything any more. The vault file stays as it is.

use std::path::Path;

use super::kept::{epoch_key_name, log_key_name};
use super::open_keys::wipe_all;
use super::{Error, Vault};
use crate::keys::{KeyError, KeyStore, wipe_identity_file};

/// What happens to the device's own keys in a panic wipe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DeviceKeys {
    /// The device stays one that keeps the vault's log: another member can sign in, and go on with the log.
    #[default]
    Keep,
    /// The log key goes as well. The log on this device ends without a last entry: nobody signs in here any more, and
    /// a custodian has to bring the vault back with a backup, or take this copy over ([`Vault::adopt`]).
    Wipe,
}

/// Wipes an identity from this device: locks all open sessions of this process, of whatever vault, without waiting and
/// without entries; forgets what the key store keeps for the identity; writes over its file and removes it.
///
/// Needs no vault, no sign-in and no network. Identities that the host holds unlocked are the host's to drop. Sessions
/// of other processes stay open. What it cannot promise stands at [`wipe_identity_file`]. Answers how many sessions it
/// has locked.
///
/// # Errors
/// As [`wipe_identity_file`]. The sessions are locked then all the same.
pub fn panic_wipe(identity: &Path, key_store: &dyn KeyStore) -> Result<usize, Error> {
    let locked = wipe_all();
    wipe_identity_file(identity, key_store)?;
    Ok(locked)
}

impl Vault {
    /// As [`panic_wipe`], with the key store of this vault's host; perhaps with the keys of the device.
    ///
    /// # Errors
    /// As [`panic_wipe`], and [`KeyError::KeyStore`]. Everything else was done nevertheless.
    pub fn panic_wipe(&self, identity: &Path, device: DeviceKeys) -> Result<usize, Error> {
        // Not `key_store()`: a wipe is not refused from within a batch either, whose lock it does not need.
        let key_store = self.inner.host.key_store.as_ref();
        let wiped = panic_wipe(identity, key_store);
        if device == DeviceKeys::Wipe {
            // The kept head stays: it is no secret, and shows what a copy or a backup lacks that is brought in later.
            // Both are asked for before anything is answered: one that does not go is no reason to leave the other.
            let names = [log_key_name(self.inner.file), epoch_key_name(self.inner.file)];
            let removed = names.map(|name| key_store.remove(&name));
            removed.into_iter().collect::<Result<(), _>>().map_err(KeyError::from)?;
        }
        wiped
    }
}
