//! Keys of backups: drawn at random, with an id and a declared lifetime, kept outside the backup.
//!
//! A backup key lies in a key file under a passphrase, or in the host's key store ([`BackupKeys`]). When its lifetime
//! is over a restore refuses it, and it should be destroyed: what was erased from the vault since is then erased from
//! every backup under it.

use std::path::Path;
use std::time::Duration;

use minicbor::{Decoder, Encoder};
use zeroize::Zeroizing;

use super::locked_file::{FileKind, Unlock};
use super::{Clock, KeyError, KeyStore, Passphrase, PassphraseCost};
use crate::id::BackupKeyId;
use crate::seal::{LabelledInput, Secret, derive_secret};

const BODY_LENGTH: usize = 16 + 8 + 32;
const KIND: FileKind = FileKind {
    magic: b"SFRMBKEY",
    label: "saferoom/backup-key-file",
    lock_label: "saferoom/backup-key-file/lock-key",
    body_length: BODY_LENGTH,
    other: KeyError::NotABackupKey,
    damaged: KeyError::BackupKeyDamaged,
    too_new: KeyError::BackupKeyTooNew,
};

const SHORTEST: Duration = Duration::from_secs(60);
const LONGEST: Duration = Duration::from_secs(10 * 366 * 24 * 3600);
/// Where the host's key store keeps them all: one secret of at most 4 KiB.
const STORE_NAME: &str = "saferoom/backup-keys";
const STORE_VERSION: u64 = 1;
const MOST_KEYS: usize = 64;

/// The key of backups; wiped on drop, never printed.
#[derive(Clone)]
pub struct BackupKey {
    info: BackupKeyInfo,
    secret: Secret,
}

/// What may be shown of a backup key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BackupKeyInfo {
    /// Its id, which stands in clear in every backup under it.
    pub id: BackupKeyId,
    /// The end of its lifetime: milliseconds since 1970, UTC.
    pub not_after: u64,
}

impl BackupKeyInfo {
    /// Whether its lifetime is over at `now` (milliseconds since 1970, UTC).
    #[must_use]
    pub fn is_expired(&self, now: u64) -> bool {
        now > self.not_after
    }
}

impl BackupKey {
    /// Draws a key that lives for `lifetime` from the clock's now on.
    ///
    /// # Errors
    /// [`KeyError::BackupKeyLifetime`] below one minute and above ten years.
    pub fn generate(clock: &dyn Clock, lifetime: Duration) -> Result<Self, KeyError> {
        if !(SHORTEST..=LONGEST).contains(&lifetime) {
            return Err(KeyError::BackupKeyLifetime);
        }
        let milliseconds = u64::try_from(lifetime.as_millis()).map_err(|_| KeyError::BackupKeyLifetime)?;
        let not_after = clock.wall_milliseconds().saturating_add(milliseconds);
        let info = BackupKeyInfo { id: BackupKeyId::random(), not_after };
        Ok(Self { info, secret: Secret::generate() })
    }

    #[cfg(any(test, feature = "fuzzing"))]
    pub(crate) fn from_parts(info: BackupKeyInfo, secret: Secret) -> Self {
        Self { info, secret }
    }

    /// What may be shown of it.
    #[must_use]
    pub fn info(&self) -> BackupKeyInfo {
        self.info
    }

    /// Refuses a key whose lifetime is over.
    ///
    /// # Errors
    /// [`KeyError::BackupKeyExpired`].
    pub fn require_valid(&self, now: u64) -> Result<(), KeyError> {
        if self.info.is_expired(now) { Err(KeyError::BackupKeyExpired) } else { Ok(()) }
    }

    /// The key of one backup's frames.
    pub(crate) fn stream_key(&self, header: &[u8]) -> Secret {
        derive_secret(&self.secret, &LabelledInput::new("saferoom/backup/stream-key").part(header))
    }

    /// Keeps the key in a new file under a passphrase; an existing file is never replaced.
    ///
    /// # Errors
    /// [`KeyError::File`] if the file exists or cannot be written.
    pub fn create_file(&self, path: &Path, passphrase: &Passphrase, cost: PassphraseCost) -> Result<(), KeyError> {
        KIND.create(path, &self.body(), Unlock::Passphrase(passphrase), cost)
    }

    /// Reads a key file. The lifetime is not judged here: it is when the key is used.
    ///
    /// # Errors
    /// A distinct [`KeyError`] for each of: not a key file, newer version, damaged, absurd parameters, wrong passphrase,
    /// file not readable.
    pub fn open_file(path: &Path, passphrase: &Passphrase) -> Result<Self, KeyError> {
        let body = KIND.open(path, Unlock::Passphrase(passphrase))?;
        Self::from_body(&body).ok_or(KeyError::BackupKeyDamaged)
    }

    fn body(&self) -> Zeroizing<Vec<u8>> {
        let mut body = Zeroizing::new(Vec::with_capacity(BODY_LENGTH));
        body.extend_from_slice(self.info.id.as_bytes());
        body.extend_from_slice(&self.info.not_after.to_be_bytes());
        body.extend_from_slice(self.secret.expose());
        body
    }

    fn from_body(body: &[u8]) -> Option<Self> {
        let (id, rest) = body.split_first_chunk::<16>()?;
        let (not_after, secret) = rest.split_first_chunk::<8>()?;
        let info = BackupKeyInfo { id: BackupKeyId::from_bytes(*id), not_after: u64::from_be_bytes(*not_after) };
        Some(Self { info, secret: Secret::from_slice(secret)? })
    }
}

impl std::fmt::Debug for BackupKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "BackupKey({}, redacted)", self.info.id)
    }
}

/// The backup keys in the host's key store: up to 64.
pub struct BackupKeys<'a>(&'a dyn KeyStore);

impl<'a> BackupKeys<'a> {
    /// Those in this store.
    #[must_use]
    pub fn of(store: &'a dyn KeyStore) -> Self {
        Self(store)
    }

    /// Keeps a key, durably.
    ///
    /// # Errors
    /// [`KeyError::TooManyBackupKeys`], and what the store answers.
    pub fn keep(&self, key: &BackupKey) -> Result<(), KeyError> {
        let mut keys = self.load()?;
        keys.retain(|known| known.info.id != key.info.id);
        if keys.len() >= MOST_KEYS {
            return Err(KeyError::TooManyBackupKeys);
        }
        keys.push(key.clone());
        self.write(&keys)
    }

    /// What may be shown of all keys, the oldest first; expired ones too.
    ///
    /// # Errors
    /// What the store answers, [`KeyError::BackupKeyDamaged`].
    pub fn list(&self) -> Result<Vec<BackupKeyInfo>, KeyError> {
        Ok(self.load()?.iter().map(BackupKey::info).collect())
    }

    /// The key of this id.
    ///
    /// # Errors
    /// [`KeyError::NoSuchBackupKey`], and as [`list`](Self::list).
    pub fn find(&self, id: BackupKeyId) -> Result<BackupKey, KeyError> {
        self.load()?.into_iter().find(|key| key.info.id == id).ok_or(KeyError::NoSuchBackupKey)
    }

    /// Destroys a key: no backup under it can be restored from this store any more.
    ///
    /// # Errors
    /// [`KeyError::NoSuchBackupKey`], and as [`list`](Self::list).
    pub fn destroy(&self, id: BackupKeyId) -> Result<(), KeyError> {
        let mut keys = self.load()?;
        let before = keys.len();
        keys.retain(|key| key.info.id != id);
        if keys.len() == before { Err(KeyError::NoSuchBackupKey) } else { self.write(&keys) }
    }

    /// Destroys all keys whose lifetime is over at `now` (milliseconds since 1970, UTC); returns which.
    ///
    /// # Errors
    /// As [`list`](Self::list).
    pub fn destroy_expired(&self, now: u64) -> Result<Vec<BackupKeyInfo>, KeyError> {
        let (expired, valid): (Vec<_>, Vec<_>) = self.load()?.into_iter().partition(|key| key.info.is_expired(now));
        if !expired.is_empty() {
            self.write(&valid)?;
        }
        Ok(expired.iter().map(BackupKey::info).collect())
    }

    fn load(&self) -> Result<Vec<BackupKey>, KeyError> {
        match self.0.load(STORE_NAME)? {
            Some(bytes) => decode(&bytes).ok_or(KeyError::BackupKeyDamaged),
            None => Ok(Vec::new()),
        }
    }

    fn write(&self, keys: &[BackupKey]) -> Result<(), KeyError> {
        Ok(self.0.store(STORE_NAME, &encode(keys))?)
    }
}

impl std::fmt::Debug for BackupKeys<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("BackupKeys(redacted)")
    }
}

/// Deterministic CBOR: `[1, [key, ...]]`, each key the 56 bytes of a key file's body.
fn encode(keys: &[BackupKey]) -> Zeroizing<Vec<u8>> {
    // Room for all at once: growing would leave copies behind.
    let mut out = Encoder::new(Vec::with_capacity(16 + keys.len() * (BODY_LENGTH + 2)));
    let mut write = || -> Result<(), minicbor::encode::Error<std::convert::Infallible>> {
        out.array(2)?.u64(STORE_VERSION)?.array(keys.len() as u64)?;
        for key in keys {
            out.bytes(&key.body())?;
        }
        Ok(())
    };
    let _infallible = write();
    Zeroizing::new(out.into_writer())
}

fn decode(bytes: &[u8]) -> Option<Vec<BackupKey>> {
    let mut input = Decoder::new(bytes);
    if input.array().ok()? != Some(2) || input.u64().ok()? != STORE_VERSION {
        return None;
    }
    let count = input.array().ok()?.filter(|count| *count <= MOST_KEYS as u64)?;
    let keys = (0..count).map(|_| BackupKey::from_body(input.bytes().ok()?)).collect::<Option<Vec<_>>>()?;
    (encode(&keys).as_slice() == bytes).then_some(keys)
}

/// The keys of backups as the key store keeps them, read and written again: for `fuzz/`.
#[cfg(feature = "fuzzing")]
pub(crate) fn kept_backup_keys(bytes: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    decode(bytes).map(|keys| encode(&keys))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::{MemoryKeyStore, SystemClock};

    const DAY: Duration = Duration::from_secs(24 * 3600);

    fn key() -> BackupKey {
        BackupKey::generate(&SystemClock::default(), DAY).unwrap()
    }

    #[test]
    fn keys_live_as_long_as_declared() {
        let clock = SystemClock::default();
        let key = key();
        let not_after = key.info().not_after;
        assert!(not_after >= clock.wall_milliseconds() + 23 * 3600 * 1000);
        assert_eq!(key.require_valid(not_after), Ok(()));
        assert_eq!(key.require_valid(not_after + 1), Err(KeyError::BackupKeyExpired));
        for absurd in [Duration::ZERO, Duration::from_secs(59), DAY * 3661] {
            assert_eq!(BackupKey::generate(&clock, absurd).err(), Some(KeyError::BackupKeyLifetime));
        }
    }

    #[test]
    fn a_key_file_opens_with_its_passphrase_only() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("backup.key");
        let passphrase = |text: &str| Passphrase::new(text.as_bytes().to_vec()).unwrap();
        let key = key();
        key.create_file(&path, &passphrase("quiet river stone"), PassphraseCost::LEAST).unwrap();
        let opened = BackupKey::open_file(&path, &passphrase("quiet river stone")).unwrap();
        assert_eq!((opened.info(), opened.stream_key(b"x")), (key.info(), key.stream_key(b"x")));
        let wrong = BackupKey::open_file(&path, &passphrase("quiet river sand")).err();
        assert_eq!(wrong, Some(KeyError::WrongPassphrase));
        let bytes = std::fs::read(&path).unwrap();
        std::fs::write(&path, &bytes[..bytes.len() - 1]).unwrap();
        let truncated = BackupKey::open_file(&path, &passphrase("quiet river stone")).err();
        assert_eq!(truncated, Some(KeyError::BackupKeyDamaged));
        std::fs::write(&path, b"something else entirely").unwrap();
        let other = BackupKey::open_file(&path, &passphrase("quiet river stone")).err();
        assert_eq!(other, Some(KeyError::NotABackupKey));
    }

    #[test]
    fn the_key_store_keeps_lists_and_destroys() {
        let store = MemoryKeyStore::default();
        let keys = BackupKeys::of(&store);
        assert_eq!(keys.list(), Ok(vec![]));
        let (one, mut two) = (key(), key());
        two.info.not_after += 10;
        keys.keep(&one).unwrap();
        keys.keep(&one).unwrap();
        keys.keep(&two).unwrap();
        assert_eq!(keys.list(), Ok(vec![one.info(), two.info()]));
        assert_eq!(keys.find(two.info().id).unwrap().stream_key(b""), two.stream_key(b""));
        assert_eq!(keys.destroy_expired(one.info.not_after), Ok(vec![]));
        assert_eq!(keys.destroy_expired(one.info.not_after + 1), Ok(vec![one.info()]));
        assert_eq!(keys.find(one.info().id).err(), Some(KeyError::NoSuchBackupKey));
        keys.destroy(two.info().id).unwrap();
        assert_eq!(keys.destroy(two.info().id), Err(KeyError::NoSuchBackupKey));
        assert_eq!(keys.list(), Ok(vec![]));
    }

    #[test]
    fn as_many_keys_as_fit_and_no_damage_unnoticed() {
        let store = MemoryKeyStore::default();
        let keys = BackupKeys::of(&store);
        for _ in 0..MOST_KEYS {
            keys.keep(&key()).unwrap();
        }
        assert!(store.load(STORE_NAME).unwrap().unwrap().len() <= 4096);
        assert_eq!(keys.keep(&key()), Err(KeyError::TooManyBackupKeys));
        let bytes = store.load(STORE_NAME).unwrap().unwrap();
        store.store(STORE_NAME, &bytes[..bytes.len() - 1]).unwrap();
        assert_eq!(keys.list(), Err(KeyError::BackupKeyDamaged));
    }
}
