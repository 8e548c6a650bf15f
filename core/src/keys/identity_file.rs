//! The identity file: a member's id and seed, locked by a passphrase, by a secret of the host's key store, by both, or
//! by either. The bytes are those of a locked file, see `locked_file.rs`.

use std::path::Path;

use zeroize::Zeroizing;

use super::locked_file::{FileKind, Unlock};
use super::{Identity, KeyError, KeyStore, Passphrase, PassphraseCost};
use crate::id::{MemberId, hexadecimal};
use crate::seal::Secret;

const BODY_LENGTH: usize = 16 + 32;

pub(super) const KIND: FileKind = FileKind {
    magic: b"SFRMIDNT",
    label: "saferoom/identity-file",
    lock_label: "saferoom/identity-file/lock-key",
    body_length: BODY_LENGTH,
    other: KeyError::NotAnIdentity,
    damaged: KeyError::IdentityDamaged,
    too_new: KeyError::IdentityTooNew,
};

/// Locks `identity` and writes it to a new file that only its owner may read; an existing file is never replaced.
///
/// # Errors
/// [`KeyError::File`] if the file exists or cannot be written, [`KeyError::KeyStore`] if the host's store fails.
pub fn create_identity_file(
    path: &Path,
    identity: &Identity,
    unlock: Unlock<'_>,
    cost: PassphraseCost,
) -> Result<(), KeyError> {
    KIND.create(path, &body_of(identity), unlock, cost)
}

/// Reads and unlocks an identity file.
///
/// # Errors
/// A distinct [`KeyError`] for each of: not an identity file, newer version, truncated or damaged, absurd parameters,
/// wrong passphrase, host secret missing, host key invalidated, host store failing, file not readable.
pub fn open_identity_file(path: &Path, unlock: Unlock<'_>) -> Result<Identity, KeyError> {
    let body = KIND.open(path, unlock)?;
    let (member, seed) = body.split_at_checked(16).ok_or(KeyError::IdentityDamaged)?;
    let member = MemberId::from_slice(member).map_err(|_| KeyError::IdentityDamaged)?;
    Ok(Identity::from_parts(member, Secret::from_slice(seed).ok_or(KeyError::IdentityDamaged)?))
}

/// Locks an identity file anew: another passphrase, with or without the host's key store. The file is replaced in one
/// step; a copy that was made before still opens with the old lock, as do backups of it.
///
/// # Errors
/// As [`open_identity_file`] with the old lock and [`create_identity_file`] with the new one; the file is then unchanged.
pub fn relock_identity_file(
    path: &Path,
    old: Unlock<'_>,
    new: Unlock<'_>,
    cost: PassphraseCost,
) -> Result<(), KeyError> {
    KIND.relock(path, old, new, cost)
}

/// Enrols this device's key store as a second way to open the file, beside the passphrase: for the first time, or again
/// after the system has invalidated its key ([`KeyError::HostKeyInvalidated`]).
///
/// # Errors
/// As [`relock_identity_file`]; [`KeyError::HostKeyInvalidated`] also if the file was locked with both, so that the
/// passphrase alone opens nothing.
pub fn enrol_host(
    path: &Path,
    passphrase: &Passphrase,
    store: &dyn KeyStore,
    cost: PassphraseCost,
) -> Result<(), KeyError> {
    relock_identity_file(path, Unlock::Passphrase(passphrase), Unlock::Either(passphrase, store), cost)
}

/// Name of the count of attempts at this file in the host's key store: that of its lock, which a copy has as well.
pub(super) fn host_counter_name(path: &Path) -> Result<String, KeyError> {
    Ok(counter_of(&KIND.salt_of(path)?))
}

/// As [`host_counter_name`], by the salt.
pub(super) fn counter_of(salt: &[u8]) -> String {
    format!("saferoom/attempts/identity/{}", hexadecimal(salt))
}

fn body_of(identity: &Identity) -> Zeroizing<Vec<u8>> {
    let mut body = Zeroizing::new(Vec::with_capacity(BODY_LENGTH));
    body.extend_from_slice(identity.member().as_bytes());
    body.extend_from_slice(identity.seed().expose());
    body
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::sync::Mutex;

    use super::*;
    use crate::keys::{KeyStoreError, MemoryKeyStore};
    use crate::seal::sha256;

    const FILE_LENGTH: usize = 126;

    fn passphrase(text: &str) -> Passphrase {
        Passphrase::new(text.as_bytes().to_vec()).unwrap()
    }

    fn reseal_checksum(file: &mut [u8]) {
        let end = file.len() - 8;
        let checksum = sha256(&file[..end]);
        file[end..].copy_from_slice(&checksum[..8]);
    }

    #[test]
    fn every_lock_opens_with_its_key_and_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let (right, wrong) = (passphrase("quiet river stone"), passphrase("quiet river sand"));
        let (store, empty) = (MemoryKeyStore::default(), MemoryKeyStore::default());
        let identity = Identity::generate();
        let locks = [
            Unlock::Passphrase(&right),
            Unlock::Host(&store),
            Unlock::Both(&right, &store),
            Unlock::Either(&right, &store),
        ];
        for (index, lock) in locks.into_iter().enumerate() {
            let path = folder.path().join(index.to_string());
            create_identity_file(&path, &identity, lock, PassphraseCost::LEAST).unwrap();
            let opened = open_identity_file(&path, lock).unwrap();
            assert_eq!(opened.public(), identity.public());
            let again = create_identity_file(&path, &identity, lock, PassphraseCost::LEAST);
            assert_eq!(again, Err(KeyError::File(std::io::ErrorKind::AlreadyExists)));
        }
        let open = |index: usize, lock| open_identity_file(&folder.path().join(index.to_string()), lock).err();
        assert_eq!(open(0, Unlock::Passphrase(&wrong)), Some(KeyError::WrongPassphrase));
        assert_eq!(open(1, Unlock::Host(&empty)), Some(KeyError::HostSecretMissing));
        assert_eq!(open(2, Unlock::Passphrase(&right)), Some(KeyError::HostSecretMissing));
        assert_eq!(open(2, Unlock::Both(&wrong, &store)), Some(KeyError::WrongPassphrase));
        assert_eq!(open(3, Unlock::Passphrase(&right)), None);
        assert_eq!(open(3, Unlock::Host(&store)), None);
        assert_eq!(open(3, Unlock::Passphrase(&wrong)), Some(KeyError::WrongPassphrase));
        assert_eq!(open(3, Unlock::Host(&empty)), Some(KeyError::HostSecretMissing));
        assert_eq!(open(4, Unlock::Passphrase(&right)), Some(KeyError::File(std::io::ErrorKind::NotFound)));
    }

    #[test]
    fn damage_is_told_from_a_wrong_passphrase() {
        let right = passphrase("quiet river stone");
        let file = {
            let body = body_of(&Identity::generate());
            KIND.encode(&body, &[3; 16], 1, Some(&right), None, PassphraseCost::LEAST).unwrap()
        };
        assert_eq!(file.len(), FILE_LENGTH);
        let open = |bytes: &[u8]| KIND.parse(bytes).and_then(|locked| locked.unlock(Unlock::Passphrase(&right))).err();
        assert_eq!(open(&file), None);
        for length in 1..FILE_LENGTH {
            assert_eq!(open(&file[..length]), Some(KeyError::IdentityDamaged), "{length}");
        }
        assert_eq!(open(b""), Some(KeyError::NotAnIdentity));
        assert_eq!(open(b"something else entirely"), Some(KeyError::NotAnIdentity));
        for index in [9, 22, 40, FILE_LENGTH - 1] {
            let mut flipped = file.clone();
            flipped[index] ^= 2;
            assert!(open(&flipped).is_some_and(|error| error != KeyError::WrongPassphrase), "{index}");
        }
        let mut newer = file.clone();
        newer[8] = 2;
        assert_eq!(open(&newer), Some(KeyError::IdentityTooNew));
        for (at, value) in [(10, u32::MAX), (10, 1), (14, 0), (14, 5000), (18, 0), (18, 200)] {
            let mut absurd = file.clone();
            absurd[at..at + 4].copy_from_slice(&value.to_be_bytes());
            reseal_checksum(&mut absurd);
            assert_eq!(open(&absurd), Some(KeyError::AbsurdParameters), "{at} {value}");
        }
        let mut cheaper = file;
        cheaper[14..18].copy_from_slice(&2u32.to_be_bytes());
        reseal_checksum(&mut cheaper);
        assert_eq!(open(&cheaper), Some(KeyError::WrongPassphrase));
    }

    #[test]
    fn a_new_passphrase_replaces_the_old_one_in_one_step() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("identity");
        let (old, new) = (passphrase("quiet river stone"), passphrase("loud river stone"));
        let (old_lock, new_lock) = (Unlock::Passphrase(&old), Unlock::Passphrase(&new));
        let identity = Identity::generate();
        create_identity_file(&path, &identity, old_lock, PassphraseCost::LEAST).unwrap();
        let copy = folder.path().join("copy");
        fs::copy(&path, &copy).unwrap();

        let wrong = relock_identity_file(&path, new_lock, old_lock, PassphraseCost::LEAST);
        assert_eq!(wrong, Err(KeyError::WrongPassphrase));
        assert_eq!(fs::read(&path).unwrap(), fs::read(&copy).unwrap(), "a wrong passphrase changes nothing");
        relock_identity_file(&path, old_lock, new_lock, PassphraseCost::LEAST).unwrap();
        assert_eq!(open_identity_file(&path, new_lock).unwrap().public(), identity.public());
        assert_eq!(open_identity_file(&path, old_lock).err(), Some(KeyError::WrongPassphrase));
        assert_eq!(open_identity_file(&copy, new_lock).err(), Some(KeyError::WrongPassphrase));
        assert_eq!(open_identity_file(&copy, old_lock).unwrap().public(), identity.public());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "no unfinished file stays");
    }

    #[test]
    fn the_device_is_added_and_removed_as_a_lock() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("identity");
        let (word, store) = (passphrase("quiet river stone"), Counting::default());
        let (alone, both) = (Unlock::Passphrase(&word), Unlock::Both(&word, &store));
        create_identity_file(&path, &Identity::generate(), alone, PassphraseCost::LEAST).unwrap();
        relock_identity_file(&path, alone, both, PassphraseCost::LEAST).unwrap();
        assert_eq!(open_identity_file(&path, alone).err(), Some(KeyError::HostSecretMissing));
        assert!(open_identity_file(&path, both).is_ok());
        assert_eq!(store.secrets(), 1);
        relock_identity_file(&path, both, both, PassphraseCost::LEAST).unwrap();
        assert_eq!(store.secrets(), 1, "the old secret is forgotten, the new one is another");
        relock_identity_file(&path, both, alone, PassphraseCost::LEAST).unwrap();
        assert!(open_identity_file(&path, alone).is_ok());
        assert_eq!(store.secrets(), 0);
    }

    #[test]
    fn an_invalidated_host_key_has_an_error_of_its_own_and_a_way_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("identity");
        let (word, store) = (passphrase("quiet river stone"), Counting::default());
        let identity = Identity::generate();
        create_identity_file(&path, &identity, Unlock::Either(&word, &store), PassphraseCost::LEAST).unwrap();
        assert!(open_identity_file(&path, Unlock::Host(&store)).is_ok());

        let error_with = |failure| {
            *store.failing.lock().unwrap() = Some(failure);
            let error = open_identity_file(&path, Unlock::Host(&store)).err();
            *store.failing.lock().unwrap() = None;
            error
        };
        assert_eq!(error_with(KeyStoreError::Invalidated), Some(KeyError::HostKeyInvalidated));
        let locked = KeyError::KeyStore(KeyStoreError::Unavailable);
        assert_eq!(error_with(KeyStoreError::Unavailable), Some(locked), "a locked phone is another matter");
        store.invalidate();
        assert_eq!(open_identity_file(&path, Unlock::Host(&store)).err(), Some(KeyError::HostKeyInvalidated));

        assert_eq!(open_identity_file(&path, Unlock::Passphrase(&word)).unwrap().public(), identity.public());
        enrol_host(&path, &word, &store, PassphraseCost::LEAST).unwrap();
        assert_eq!(open_identity_file(&path, Unlock::Host(&store)).unwrap().public(), identity.public());
        assert_eq!(open_identity_file(&path, Unlock::Passphrase(&word)).unwrap().public(), identity.public());
    }

    #[test]
    fn a_key_store_that_fails_leaves_the_file_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("identity");
        let (word, store) = (passphrase("quiet river stone"), Counting::default());
        create_identity_file(&path, &Identity::generate(), Unlock::Passphrase(&word), PassphraseCost::LEAST).unwrap();
        let before = fs::read(&path).unwrap();
        *store.failing.lock().unwrap() = Some(KeyStoreError::Failed);
        let refused = enrol_host(&path, &word, &store, PassphraseCost::LEAST);
        assert_eq!(refused, Err(KeyError::KeyStore(KeyStoreError::Failed)));
        assert_eq!(fs::read(&path).unwrap(), before);
    }

    /// A key store whose keys the system can invalidate, as phones do when fingerprints change.
    #[derive(Default)]
    struct Counting {
        kept: MemoryKeyStore,
        names: Mutex<Vec<(String, bool)>>,
        failing: Mutex<Option<KeyStoreError>>,
    }

    impl Counting {
        fn secrets(&self) -> usize {
            self.names.lock().unwrap().len()
        }

        fn invalidate(&self) {
            self.names.lock().unwrap().iter_mut().for_each(|(_, valid)| *valid = false);
        }

        fn failure(&self) -> Result<(), KeyStoreError> {
            self.failing.lock().unwrap().map_or(Ok(()), Err)
        }
    }

    impl KeyStore for Counting {
        fn load(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, KeyStoreError> {
            self.failure()?;
            match self.names.lock().unwrap().iter().find(|(known, _)| known == name) {
                Some((_, false)) => Err(KeyStoreError::Invalidated),
                _ => self.kept.load(name),
            }
        }

        fn store(&self, name: &str, secret: &[u8]) -> Result<(), KeyStoreError> {
            self.failure()?;
            self.names.lock().unwrap().push((name.to_owned(), true));
            self.kept.store(name, secret)
        }

        fn remove(&self, name: &str) -> Result<(), KeyStoreError> {
            self.names.lock().unwrap().retain(|(known, _)| known != name);
            self.kept.remove(name)
        }
    }
}
