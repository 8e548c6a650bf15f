//! Wiping an identity from this device, for when it is about to fall into the wrong hands.
//!
//! What cannot be promised: flash memory, journals, copy-on-write file systems, snapshots and backups may keep the old
//! bytes of the file. What protects those is the lock: with the host's key store in it ([`super::Unlock::Both`],
//! [`super::Unlock::Host`]) they open nothing once its secret is gone; with a passphrase alone they open with that.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use super::identity_file::{KIND, counter_of};
use super::locked_file::{HOST, host_name};
use super::{KeyError, KeyStore};
use crate::id::random_bytes;
use crate::new_file::sync_folder;

/// Magic and all of the header: magic\[8\], version, flags, parameters\[12\], salt\[16\].
const HEADER_LENGTH: usize = 38;
const SALT_AT: usize = 22;
const FLAGS_AT: usize = 9;

/// Wipes an identity file, also one that is damaged or of a newer version: forgets its secret and its count of attempts
/// in the host's key store, writes random bytes over it, and removes it. Needs no passphrase.
///
/// # Errors
/// [`KeyError::NotAnIdentity`] for any other file, which is left alone. [`KeyError::File`], [`KeyError::KeyStore`] if a
/// step failed; everything else was done nevertheless.
pub fn wipe_identity_file(path: &Path, store: &dyn KeyStore) -> Result<(), KeyError> {
    let file = |error: io::Error| KeyError::File(error.kind());
    let header = read_header(path).map_err(file)?;
    if !header.starts_with(KIND.magic) {
        return Err(KeyError::NotAnIdentity);
    }
    let forgotten = header.get(SALT_AT..HEADER_LENGTH).map_or(Ok(()), |salt| forget(store, salt));
    let removed = overwrite_and_remove(path).map_err(file);
    removed.and(forgotten)
}

/// The name under which a host's key store keeps its half of the lock of this identity file, if the file has such a lock.
///
/// # Errors
/// [`KeyError::NotAnIdentity`], [`KeyError::File`].
pub fn host_half_of(path: &Path) -> Result<Option<String>, KeyError> {
    let header = read_header(path).map_err(|error| KeyError::File(error.kind()))?;
    if !header.starts_with(KIND.magic) {
        return Err(KeyError::NotAnIdentity);
    }
    let locked = header.get(FLAGS_AT).is_some_and(|flags| flags & HOST != 0);
    Ok(header.get(SALT_AT..HEADER_LENGTH).filter(|_| locked).map(|salt| host_name(&KIND, salt)))
}

fn forget(store: &dyn KeyStore, salt: &[u8]) -> Result<(), KeyError> {
    let secret = store.remove(&host_name(&KIND, salt));
    let count = store.remove(&counter_of(salt));
    Ok(secret.and(count)?)
}

fn read_header(path: &Path) -> io::Result<Vec<u8>> {
    let mut header = Vec::with_capacity(HEADER_LENGTH);
    File::open(path)?.take(HEADER_LENGTH as u64).read_to_end(&mut header)?;
    Ok(header)
}

fn overwrite_and_remove(path: &Path) -> io::Result<()> {
    // A name may lead to a file that lies elsewhere: both go.
    let target = fs::canonicalize(path)?;
    // A file that cannot be written over can perhaps be removed, and the other way round.
    let overwritten = overwrite(&target);
    let removed = remove(&target).and_then(|()| if path.is_symlink() { remove(path) } else { Ok(()) });
    removed.and(overwritten)
}

fn overwrite(path: &PathBuf) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).open(path)?;
    let mut left = file.metadata()?.len();
    while left > 0 {
        let block: [u8; 64] = random_bytes();
        let length = left.min(block.len() as u64);
        file.write_all(&block[..length as usize])?;
        left -= length;
    }
    file.sync_all()
}

fn remove(path: &Path) -> io::Result<()> {
    fs::remove_file(path)?;
    sync_folder(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::{
        Identity, IdentityAttempts, ManualClock, MemoryKeyStore, Passphrase, PassphraseCost, SlowDown, Unlock,
        create_identity_file, open_identity_file,
    };

    #[test]
    fn a_wiped_identity_is_gone_and_so_is_what_the_device_kept_of_it() {
        let folder = tempfile::tempdir().unwrap();
        let [path, link, beside] = ["identity", "copy", "other"].map(|name| folder.path().join(name));
        let (store, clock) = (MemoryKeyStore::default(), ManualClock::at(0));
        let passphrase = |text: &str| Passphrase::new(text.as_bytes().to_vec()).unwrap();
        let (word, wrong) = (passphrase("quiet river stone"), passphrase("quiet river sand"));
        let both = Unlock::Both(&word, &store);
        create_identity_file(&path, &Identity::generate(), both, PassphraseCost::LEAST).unwrap();
        let before = fs::read(&path).unwrap();
        let attempts = IdentityAttempts::new(&store, &clock, SlowDown::default());
        assert!(attempts.open(&path, Unlock::Both(&wrong, &store)).is_err());
        fs::hard_link(&path, &link).unwrap();
        let half = host_half_of(&path).unwrap().unwrap();
        assert!(store.load(&half).unwrap().is_some());
        create_identity_file(&beside, &Identity::generate(), Unlock::Passphrase(&word), PassphraseCost::LEAST).unwrap();
        assert_eq!(host_half_of(&beside), Ok(None));

        wipe_identity_file(&path, &store).unwrap();
        assert!(!path.exists() && store.is_empty());
        let left = fs::read(&link).unwrap();
        assert!(left.len() == before.len() && left.iter().zip(&before).filter(|(new, old)| new == old).count() < 30);
        fs::write(&path, &before).unwrap();
        assert_eq!(open_identity_file(&path, both).err(), Some(KeyError::HostSecretMissing), "nor does a copy open");
        assert_eq!(wipe_identity_file(&link, &store), Err(KeyError::NotAnIdentity), "what it is now, nobody can tell");
    }

    #[test]
    fn other_files_are_left_alone_and_damaged_ones_are_not() {
        let folder = tempfile::tempdir().unwrap();
        let (path, store) = (folder.path().join("file"), MemoryKeyStore::default());
        assert_eq!(wipe_identity_file(&path, &store), Err(KeyError::File(io::ErrorKind::NotFound)));
        fs::write(&path, b"a letter").unwrap();
        assert_eq!(wipe_identity_file(&path, &store), Err(KeyError::NotAnIdentity));
        assert_eq!(fs::read(&path).unwrap(), b"a letter");
        for damaged in [&b"SFRMIDNT"[..], b"SFRMIDNT\x01\x03 and then something else, and much more of it"] {
            fs::write(&path, damaged).unwrap();
            assert_eq!(wipe_identity_file(&path, &store), Ok(()));
            assert!(!path.exists());
        }
    }
}
