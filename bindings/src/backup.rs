//! Backups, moves, and the locks of an identity file.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use saferoom::access::erasure::SignedErasureList;
use saferoom::keys::{self, Passphrase, PassphraseCost, SystemClock, Unlock};
use saferoom::vault::{self, RestoreOptions};

use crate::clock::{HostClock, host};
use crate::error::SaferoomError;
use crate::held::{Begun, Held};
use crate::identity::{Identity, attempts};
use crate::key_store::{Hosted, KeyStore};
use crate::session::Session;
use crate::types::AccessInput;

/// The key of backups: kept in a file under a passphrase, apart from the backups. Wiped by `shutdown`, and when the
/// last reference goes.
#[derive(Debug, uniffi::Object)]
pub struct BackupKey {
    info: keys::BackupKeyInfo,
    held: Held<keys::BackupKey>,
}

#[uniffi::export]
impl BackupKey {
    /// A fresh key that lives for so many seconds (a minute to ten years), in a new file; an existing one stays.
    ///
    /// # Errors
    /// The lifetime or the passphrase is not allowed, the file exists or cannot be written.
    #[uniffi::constructor]
    pub fn create_file(path: String, passphrase: &[u8], lifetime_seconds: u64) -> Result<Arc<Self>, SaferoomError> {
        let begun = Begun::now();
        let passphrase = Passphrase::new(passphrase.to_vec())?;
        let key = keys::BackupKey::generate(&SystemClock::default(), Duration::from_secs(lifetime_seconds))?;
        key.create_file(Path::new(&path), &passphrase, PassphraseCost::STANDARD)?;
        let (info, held) = (key.info(), Held::durable(key, begun));
        Ok(Arc::new(Self { info, held }))
    }

    /// The key of a file.
    ///
    /// # Errors
    /// A distinct code for each of: wrong passphrase, damaged, no key file, newer version.
    #[uniffi::constructor]
    pub fn open_file(path: String, passphrase: &[u8]) -> Result<Arc<Self>, SaferoomError> {
        let begun = Begun::now();
        let passphrase = Passphrase::new(passphrase.to_vec())?;
        Self::of(keys::BackupKey::open_file(Path::new(&path), &passphrase)?, begun)
    }

    /// Its id, which stands in clear in every backup under it.
    #[must_use]
    pub fn id(&self) -> String {
        self.info.id.to_string()
    }

    /// The end of its lifetime: milliseconds since 1970, UTC.
    #[must_use]
    pub fn not_after(&self) -> u64 {
        self.info.not_after
    }
}

impl BackupKey {
    fn of(key: keys::BackupKey, begun: Begun) -> Result<Arc<Self>, SaferoomError> {
        Ok(Arc::new(Self { info: key.info(), held: Held::new(key, begun)? }))
    }
}

/// What a backup or a move file holds.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct BackupReport {
    /// Its length in bytes.
    pub bytes: u64,
    /// How many entries the log has in it.
    pub log_size: u64,
    /// The root over them, in hexadecimal.
    pub log_root: String,
    /// After a move: the last checkpoint of this device's log, for the auditor.
    pub final_checkpoint: Option<String>,
    /// After a move: whether the key store has let go of the keys that signed it. If not, take them out of it by hand.
    pub keys_removed: Option<bool>,
}

/// What was brought in.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct RestoreReport {
    /// The vault.
    pub vault: String,
    /// The new device.
    pub device: String,
    /// Origin of its log.
    pub origin: String,
    /// How many entries the log before it has.
    pub previous_log_size: u64,
    /// Whether this device had kept a head to compare with.
    pub compared: bool,
    /// Commits that are lost, as far as this device knows.
    pub lost_commits: u64,
    /// Log entries that are lost, as far as this device knows.
    pub lost_entries: u64,
    /// Cases that the list of erasures named and that were not erased in what arrived.
    pub erased: u64,
}

impl BackupReport {
    fn of(report: &vault::BackupReport) -> Self {
        let (bytes, log_size, log_root) = (report.bytes, report.log_size, report.log_root.to_string());
        Self { bytes, log_size, log_root, final_checkpoint: None, keys_removed: None }
    }
}

impl From<vault::RestoreReport> for RestoreReport {
    fn from(report: vault::RestoreReport) -> Self {
        Self {
            vault: report.vault.to_string(),
            device: report.device.to_string(),
            origin: report.origin,
            previous_log_size: report.previous.size,
            compared: report.compared,
            lost_commits: report.lost_commits,
            lost_entries: report.lost_entries,
            erased: report.erased,
        }
    }
}

#[uniffi::export]
impl Session {
    /// Writes a backup of the whole vault to a new file. Logged before the file appears.
    ///
    /// # Errors
    /// The file exists, the disk is full, the key's lifetime is over; no file appears then.
    pub fn backup_to(&self, path: String, key: &BackupKey, access: AccessInput) -> Result<BackupReport, SaferoomError> {
        Ok(BackupReport::of(&self.0.backup_to(Path::new(&path), &*key.held.get()?, &access.into())?))
    }

    /// Moves the vault out of this device: a move file, the end of this device's log, and nobody signs in here any more.
    ///
    /// # Errors
    /// As `backup_to`; not a custodian, or somebody else wrote meanwhile. The vault goes on here then.
    pub fn move_out(&self, path: String, key: &BackupKey, access: AccessInput) -> Result<BackupReport, SaferoomError> {
        let moved = self.0.move_out(Path::new(&path), &*key.held.get()?, &access.into())?;
        let (final_checkpoint, keys_removed) = (Some(moved.final_checkpoint), Some(moved.keys_removed));
        Ok(BackupReport { final_checkpoint, keys_removed, ..BackupReport::of(&moved.backup) })
    }
}

fn options(
    origin: Option<String>,
    accept_loss: bool,
    erasures: Option<Vec<u8>>,
) -> Result<RestoreOptions, SaferoomError> {
    let list = erasures.map(|bytes| SignedErasureList::from_bytes(&bytes)).transpose();
    let erasures = list.map_err(vault::Error::from)?;
    Ok(RestoreOptions { origin, accept_loss, erasures })
}

/// Restores a backup to a new file at `target`; what `erasures`, a signed list, names is erased in it. Everything is checked before it appears.
///
/// # Errors
/// A file in the way, another or an expired key, a damaged backup, not a custodian, or (unless `accept_loss`) a backup
/// that is older than what this device has seen.
#[uniffi::export(default(origin = None, accept_loss = false, erasures = None, clock = None))]
#[allow(clippy::too_many_arguments)] // named in Kotlin, Swift and Python
pub fn restore_vault(
    from: String,
    key: &BackupKey,
    identity: &Identity,
    target: String,
    key_store: Arc<dyn KeyStore>,
    origin: Option<String>,
    accept_loss: bool,
    erasures: Option<Vec<u8>>,
    clock: Option<Arc<dyn HostClock>>,
) -> Result<RestoreReport, SaferoomError> {
    let (options, host) = (options(origin, accept_loss, erasures)?, host(key_store, clock)?);
    let (from, target) = (Path::new(&from), Path::new(&target));
    let (_, report) = vault::Vault::restore(from, &*key.held.get()?, &*identity.keys()?, target, host, &options)?;
    Ok(report.into())
}

/// Brings in a vault that was moved out of another device.
///
/// # Errors
/// As `restore_vault`.
#[uniffi::export(default(origin = None, accept_loss = false, erasures = None, clock = None))]
#[allow(clippy::too_many_arguments)] // as above
pub fn move_in_vault(
    from: String,
    key: &BackupKey,
    identity: &Identity,
    target: String,
    key_store: Arc<dyn KeyStore>,
    origin: Option<String>,
    accept_loss: bool,
    erasures: Option<Vec<u8>>,
    clock: Option<Arc<dyn HostClock>>,
) -> Result<RestoreReport, SaferoomError> {
    let (options, host) = (options(origin, accept_loss, erasures)?, host(key_store, clock)?);
    let (from, target) = (Path::new(&from), Path::new(&target));
    let (_, report) = vault::Vault::move_in(from, &*key.held.get()?, &*identity.keys()?, target, host, &options)?;
    Ok(report.into())
}

/// Takes over a plain copy of a vault whose device is lost, or whose key the system has invalidated.
///
/// # Errors
/// As `restore_vault`.
#[uniffi::export(default(origin = None, accept_loss = false, erasures = None, clock = None))]
#[allow(clippy::too_many_arguments)] // as above
pub fn adopt_vault(
    copy: String,
    identity: &Identity,
    target: String,
    key_store: Arc<dyn KeyStore>,
    origin: Option<String>,
    accept_loss: bool,
    erasures: Option<Vec<u8>>,
    clock: Option<Arc<dyn HostClock>>,
) -> Result<RestoreReport, SaferoomError> {
    let options = options(origin, accept_loss, erasures)?;
    let host = host(key_store, clock)?;
    let (_, report) = vault::Vault::adopt(Path::new(&copy), &*identity.keys()?, Path::new(&target), host, &options)?;
    Ok(report.into())
}

/// Changes the passphrase of an identity file, in one step. With `key_store`, attempts are counted and slowed down.
///
/// # Errors
/// The old passphrase is wrong or the new one too short, too many attempts; the file is unchanged then.
#[uniffi::export(default(key_store = None))]
pub fn change_passphrase(
    path: String,
    old: &[u8],
    new: &[u8],
    key_store: Option<Arc<dyn KeyStore>>,
) -> Result<(), SaferoomError> {
    let (old, new) = (Passphrase::new(old.to_vec())?, Passphrase::new(new.to_vec())?);
    let (old, new) = (Unlock::Passphrase(&old), Unlock::Passphrase(&new));
    let (path, cost) = (Path::new(&path), PassphraseCost::STANDARD);
    match key_store.map(Hosted) {
        Some(store) => attempts(&store, |attempts| attempts.relock(path, old, new, cost))?,
        None => keys::relock_identity_file(path, old, new, cost)?,
    }
    Ok(())
}

/// Lets the host's key store unlock an identity file beside the passphrase; again after the system invalidated its key.
///
/// # Errors
/// The passphrase is wrong, too many attempts, the key store fails; the file is unchanged then.
#[uniffi::export]
pub fn enrol_host(path: String, passphrase: &[u8], key_store: Arc<dyn KeyStore>) -> Result<(), SaferoomError> {
    let passphrase = Passphrase::new(passphrase.to_vec())?;
    let (path, cost) = (Path::new(&path), PassphraseCost::STANDARD);
    Ok(attempts(&Hosted(key_store), |attempts| attempts.enrol_host(path, &passphrase, cost))?)
}

/// The identity of a file that the host's key store alone unlocks. Code 221 if the system has invalidated its key.
///
/// # Errors
/// A distinct code for each of: key invalidated, key store locked, secret missing, damaged file.
#[uniffi::export]
pub fn open_identity_by_host(path: String, key_store: Arc<dyn KeyStore>) -> Result<Arc<Identity>, SaferoomError> {
    let begun = Begun::now();
    let store = Hosted(key_store);
    Identity::of(keys::open_identity_file(Path::new(&path), Unlock::Host(&store))?, begun)
}
