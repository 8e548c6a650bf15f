//! One share: its bytes, its file. The text form is in `text.rs`.
//!
//! Bytes (43): version u8 = 1, threshold u8, number u8 from 1, mark of the key\[8\], value\[32\]. The mark is the beginning
//! of the recovery key's id, which fixes vault, scope, ceremony and public key; the digest of the share, which the set
//! lists, binds all of it.

use std::fmt;
use std::path::Path;

use zeroize::Zeroizing;

use super::RecoveryError;
use crate::keys::locked_file::{FileKind, Unlock};
use crate::keys::{KeyError, Passphrase, PassphraseCost};
use crate::seal::Secret;

pub(super) const VERSION: u8 = 1;
pub(super) const LENGTH: usize = 3 + MARK_LENGTH + 32;
pub(super) const MARK_LENGTH: usize = 8;

pub(in crate::keys) const KIND: FileKind = FileKind {
    magic: b"SFRMRSHR",
    label: "saferoom/recovery-share-file",
    lock_label: "saferoom/recovery-share-file/lock-key",
    body_length: LENGTH,
    other: KeyError::NotARecoveryShare,
    damaged: KeyError::RecoveryShareDamaged,
    too_new: KeyError::RecoveryShareTooNew,
};

/// One person's share of a recovery key; wiped on drop, never printed by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct RecoveryShare {
    pub(super) mark: [u8; MARK_LENGTH],
    pub(super) threshold: u8,
    pub(super) number: u8,
    pub(super) value: Secret,
}

impl RecoveryShare {
    /// Its number in the ceremony, from 1.
    #[must_use]
    pub fn number(&self) -> u8 {
        self.number
    }

    /// How many shares of its ceremony are needed.
    #[must_use]
    pub fn threshold(&self) -> u8 {
        self.threshold
    }

    /// Keeps the share in a new file under a passphrase; an existing file is never replaced.
    ///
    /// # Errors
    /// [`KeyError::File`] if the file exists or cannot be written.
    pub fn create_file(&self, path: &Path, passphrase: &Passphrase, cost: PassphraseCost) -> Result<(), KeyError> {
        KIND.create(path, &*self.to_bytes(), Unlock::Passphrase(passphrase), cost)
    }

    /// Reads a file with a share. Whether the share is of the right ceremony is judged when it is used.
    ///
    /// # Errors
    /// A distinct [`KeyError`] for each of: not such a file, newer version, damaged, absurd parameters, wrong passphrase,
    /// file not readable.
    pub fn open_file(path: &Path, passphrase: &Passphrase) -> Result<Self, KeyError> {
        let body = KIND.open(path, Unlock::Passphrase(passphrase))?;
        Self::from_bytes(&body).map_err(|error| match error {
            RecoveryError::TooNew => KeyError::RecoveryShareTooNew,
            _ => KeyError::RecoveryShareDamaged,
        })
    }

    pub(super) fn to_bytes(&self) -> Zeroizing<[u8; LENGTH]> {
        let mut bytes = Zeroizing::new([0; LENGTH]);
        bytes[..3].copy_from_slice(&[VERSION, self.threshold, self.number]);
        bytes[3..3 + MARK_LENGTH].copy_from_slice(&self.mark);
        bytes[3 + MARK_LENGTH..].copy_from_slice(self.value.expose());
        bytes
    }

    pub(super) fn from_bytes(bytes: &[u8]) -> Result<Self, RecoveryError> {
        let ([version, threshold, number], rest) = bytes.split_first_chunk().ok_or(RecoveryError::NotAShare)?;
        match *version {
            VERSION => {}
            version if version > VERSION => return Err(RecoveryError::TooNew),
            _ => return Err(RecoveryError::NotAShare),
        }
        let (mark, value) = rest.split_first_chunk().ok_or(RecoveryError::NotAShare)?;
        let value = Secret::from_slice(value).ok_or(RecoveryError::NotAShare)?;
        if *threshold < 2 || *number == 0 {
            return Err(RecoveryError::NotAShare);
        }
        Ok(Self { mark: *mark, threshold: *threshold, number: *number, value })
    }
}

impl fmt::Debug for RecoveryShare {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RecoveryShare({}, redacted)", self.number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::{ScopeId, VaultId};
    use crate::keys::{RecoveryScope, RecoverySet};

    #[test]
    fn a_share_file_opens_with_its_passphrase_only() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("share");
        let passphrase = |text: &str| Passphrase::new(text.as_bytes().to_vec()).unwrap();
        let (_, shares) = RecoverySet::first(VaultId::random(), RecoveryScope::Unit(ScopeId::random()), 2, 2).unwrap();
        shares[1].create_file(&path, &passphrase("quiet river stone"), PassphraseCost::LEAST).unwrap();
        assert_eq!(RecoveryShare::open_file(&path, &passphrase("quiet river stone")).unwrap(), shares[1]);
        let open = || RecoveryShare::open_file(&path, &passphrase("quiet river sand")).err();
        assert_eq!(open(), Some(KeyError::WrongPassphrase));
        let bytes = std::fs::read(&path).unwrap();
        std::fs::write(&path, &bytes[..bytes.len() - 1]).unwrap();
        assert_eq!(open(), Some(KeyError::RecoveryShareDamaged));
        std::fs::write(&path, b"something else entirely").unwrap();
        assert_eq!(open(), Some(KeyError::NotARecoveryShare));
    }

    #[test]
    fn a_share_is_never_printed_and_equal_only_as_a_whole() {
        let (_, shares) = RecoverySet::first(VaultId::random(), RecoveryScope::Oversight, 2, 3).unwrap();
        assert_eq!(format!("{:?}", shares[2]), "RecoveryShare(3, redacted)");
        assert_eq!(RecoveryShare::from_bytes(&*shares[0].to_bytes()).unwrap(), shares[0]);
        let others = [
            RecoveryShare { number: 2, ..shares[0].clone() },
            RecoveryShare { threshold: 3, ..shares[0].clone() },
            RecoveryShare { mark: [0; 8], ..shares[0].clone() },
            RecoveryShare { value: Secret::generate(), ..shares[0].clone() },
        ];
        assert!(others.iter().all(|other| *other != shares[0]));
    }
}
