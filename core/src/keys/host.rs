//! What the host lends to saferoom: a store for small secrets outside the database, and a clock.
//!
//! On a phone the [`KeyStore`] is the Android Keystore or the Secure Enclave's keychain, on a desktop the system's
//! keyring. It keeps what must never be in the database or a backup: the device's log key, the device half of an
//! identity's lock, and the newest head of each vault that this device has seen (which is what makes a rollback of the
//! whole file visible). [`FileKeyStore`] is the poor relation: a folder that only its owner may read.

use std::collections::HashMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use zeroize::Zeroizing;

use super::ClockError;
use crate::id::random_bytes;
use crate::new_file::{Existing, write_private_file};

/// Keeps small secrets (at most 4 KiB each) by name, outside the database.
///
/// Called with no lock held, neither of this process nor of the file: a call may wait for a person, or for another thread,
/// which may use the same vault and the same session meanwhile. Several threads may call at the same moment.
///
/// Names are ASCII letters, digits, `-`, `_` and `/`. A write has to be durable when `store` returns.
pub trait KeyStore: Send + Sync {
    /// The secret of this name, or `None` if there is none.
    ///
    /// # Errors
    /// [`KeyStoreError`]; a missing secret is not an error.
    fn load(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, KeyStoreError>;

    /// Keeps the secret under this name, in place of an earlier one.
    ///
    /// # Errors
    /// [`KeyStoreError`]; the earlier secret is then still there.
    fn store(&self, name: &str, secret: &[u8]) -> Result<(), KeyStoreError>;

    /// Forgets the secret; nothing happens if there is none.
    ///
    /// # Errors
    /// [`KeyStoreError`].
    fn remove(&self, name: &str) -> Result<(), KeyStoreError>;
}

/// Why a key store could not answer. Carries no text of the host: it might hold a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
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
    /// The name is not allowed.
    #[error("the name is not allowed")]
    Name,
    /// Anything else.
    #[error("it failed")]
    Failed,
}

impl KeyStoreError {
    pub(super) fn advice(self) -> &'static str {
        match self {
            Self::Unavailable => "Unlock the device and try again.",
            Self::Refused => "Try again and confirm with fingerprint, face or code.",
            Self::Invalidated => {
                "Unlock with the passphrase and enrol this device anew with `saferoom identity enrol`; a vault on this device is carried over with `saferoom vault adopt`."
            }
            Self::Name | Self::Failed => "Check that the key store's folder exists and belongs to you; then try again.",
        }
    }
}

/// Where the time comes from. Claims only: the order of the log does not depend on it.
pub trait Clock: Send + Sync {
    /// Milliseconds since 1970, UTC.
    fn wall_milliseconds(&self) -> u64;

    /// Milliseconds since some fixed moment of this boot or process; never goes back. Best with the time asleep in it.
    fn monotonic_milliseconds(&self) -> u64;

    /// Called with no lock held at the beginning of each call. A clock that has to ask somebody for the time does it here,
    /// and otherwise answers from what it heard: see [`AskedClock`](super::AskedClock).
    ///
    /// # Errors
    /// [`ClockError`]; the call ends with it before anything is done.
    fn ask(&self) -> Result<(), ClockError> {
        Ok(())
    }

    /// Waits before an answer that the access-policy slows down. No lock is held meanwhile.
    fn wait(&self, time: Duration) {
        std::thread::sleep(time);
    }

    /// Names the span of time within which monotonic times compare: two clocks that answer the same count from the same
    /// moment. By default this run of the program.
    fn span(&self) -> [u8; SPAN_LENGTH] {
        static SPAN: OnceLock<[u8; SPAN_LENGTH]> = OnceLock::new();
        *SPAN.get_or_init(random_bytes)
    }
}

/// Length of the name of a span.
pub const SPAN_LENGTH: usize = 16;

/// The system's clock.
#[derive(Debug)]
pub struct SystemClock {
    start: Instant,
}

impl Default for SystemClock {
    fn default() -> Self {
        // One moment for all of them, so that their times compare.
        static START: OnceLock<Instant> = OnceLock::new();
        Self { start: *START.get_or_init(Instant::now) }
    }
}

impl Clock for SystemClock {
    fn wall_milliseconds(&self) -> u64 {
        let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX)
    }

    fn monotonic_milliseconds(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

/// A key store in memory: for tests, and for hosts that bring everything themselves. Forgets all when dropped.
#[derive(Default)]
pub struct MemoryKeyStore(Mutex<HashMap<String, Zeroizing<Vec<u8>>>>);

#[cfg(test)]
impl MemoryKeyStore {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.lock().unwrap().is_empty()
    }

    /// Another store with the same secrets, as a copy of the device has it.
    pub(crate) fn copied(&self) -> Self {
        Self(Mutex::new(self.0.lock().unwrap().clone()))
    }
}

impl KeyStore for MemoryKeyStore {
    fn load(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, KeyStoreError> {
        Ok(self.0.lock().map_err(|_| KeyStoreError::Failed)?.get(name).cloned())
    }

    fn store(&self, name: &str, secret: &[u8]) -> Result<(), KeyStoreError> {
        let secret = Zeroizing::new(secret.to_vec());
        self.0.lock().map_err(|_| KeyStoreError::Failed)?.insert(name.to_owned(), secret);
        Ok(())
    }

    fn remove(&self, name: &str) -> Result<(), KeyStoreError> {
        self.0.lock().map_err(|_| KeyStoreError::Failed)?.remove(name);
        Ok(())
    }
}

impl std::fmt::Debug for MemoryKeyStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MemoryKeyStore(redacted)")
    }
}

/// A key store in a folder that only its owner may read (mode 0700, files 0600).
///
/// It protects against whoever takes the database file alone, not against whoever takes the whole disk.
#[derive(Debug, Clone)]
pub struct FileKeyStore {
    folder: PathBuf,
}

impl FileKeyStore {
    /// A key store in this folder, which is made when the first secret is kept.
    #[must_use]
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        let folder = folder.into();
        // A program that goes to another folder, as daemons do, still means this one: in a second, empty one the newest head
        // would be kept where nobody looks for it.
        Self { folder: std::path::absolute(&folder).unwrap_or(folder) }
    }

    fn path(&self, name: &str) -> Result<PathBuf, KeyStoreError> {
        let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '/');
        if name.is_empty() || !name.chars().all(allowed) {
            return Err(KeyStoreError::Name);
        }
        Ok(self.folder.join(name.replace('/', ".")))
    }
}

impl KeyStore for FileKeyStore {
    fn load(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, KeyStoreError> {
        match fs::read(self.path(name)?) {
            Ok(bytes) => Ok(Some(Zeroizing::new(bytes))),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(_) => Err(KeyStoreError::Failed),
        }
    }

    fn store(&self, name: &str, secret: &[u8]) -> Result<(), KeyStoreError> {
        let path = self.path(name)?;
        create_private_folder(&self.folder).map_err(|_| KeyStoreError::Failed)?;
        write_private_file(&path, secret, Existing::Replace).map_err(|_| KeyStoreError::Failed)
    }

    fn remove(&self, name: &str) -> Result<(), KeyStoreError> {
        match fs::remove_file(self.path(name)?) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(KeyStoreError::Failed),
            _ => Ok(()),
        }
    }
}

fn create_private_folder(folder: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// A clock that goes on only when it is told to.
#[cfg(test)]
#[derive(Clone)]
pub(crate) struct ManualClock(std::sync::Arc<Mutex<(u64, u64, u8)>>);

#[cfg(test)]
impl ManualClock {
    pub(crate) fn at(wall: u64) -> Self {
        Self(std::sync::Arc::new(Mutex::new((wall, 7, 0))))
    }

    /// Time goes by.
    pub(crate) fn advance(&self, by: std::time::Duration) {
        self.sleep(by);
        self.0.lock().unwrap().1 += by.as_millis() as u64;
    }

    /// Time goes by while the device sleeps, and its monotonic clock stands still.
    pub(crate) fn sleep(&self, by: std::time::Duration) {
        self.0.lock().unwrap().0 += by.as_millis() as u64;
    }

    pub(crate) fn set_wall(&self, wall: u64) {
        self.0.lock().unwrap().0 = wall;
    }

    /// The device starts again.
    pub(crate) fn restart(&self) {
        let mut clock = self.0.lock().unwrap();
        (clock.1, clock.2) = (0, clock.2 + 1);
    }
}

#[cfg(test)]
impl Clock for ManualClock {
    fn wall_milliseconds(&self) -> u64 {
        self.0.lock().unwrap().0
    }

    fn monotonic_milliseconds(&self) -> u64 {
        self.0.lock().unwrap().1
    }

    fn wait(&self, time: Duration) {
        self.advance(time);
    }

    fn span(&self) -> [u8; SPAN_LENGTH] {
        [self.0.lock().unwrap().2; SPAN_LENGTH]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn behaves_like_a_key_store(store: &dyn KeyStore) {
        assert!(store.load("a/b").unwrap().is_none());
        store.store("a/b", b"one").unwrap();
        store.store("a/b", b"two").unwrap();
        assert_eq!(store.load("a/b").unwrap().unwrap().as_slice(), b"two");
        store.remove("a/b").unwrap();
        store.remove("a/b").unwrap();
        assert!(store.load("a/b").unwrap().is_none());
    }

    #[test]
    fn both_stores_keep_and_forget() {
        behaves_like_a_key_store(&MemoryKeyStore::default());
        let folder = tempfile::tempdir().unwrap();
        let store = FileKeyStore::new(folder.path().join("keys"));
        behaves_like_a_key_store(&store);
        assert_eq!(store.store("../escape", b"x"), Err(KeyStoreError::Name));
        store.store("c", b"x").unwrap();
        assert_eq!(fs::read_dir(folder.path().join("keys")).unwrap().count(), 1, "no temporary file stays");
    }

    #[test]
    fn the_folder_stays_the_same_when_the_program_goes_to_another() {
        let here = std::env::current_dir().unwrap();
        assert_eq!(FileKeyStore::new("keys").path("c"), Ok(here.join("keys/c")));
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_may_read() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        FileKeyStore::new(folder.path().join("keys")).store("c", b"x").unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&folder.path().join("keys")), 0o700);
        assert_eq!(mode(&folder.path().join("keys/c")), 0o600);
    }
}
