//! The keys of somebody who gets packets without a vault, such as a shelter or a hospital: one 32-byte seed, from which
//! an X-Wing pair and an Ed25519 pair follow, in a file under a passphrase (see `locked_file.rs`).

use std::fmt;
use std::path::Path;

use zeroize::Zeroizing;

use super::locked_file::{FileKind, Unlock};
use super::{KeyError, PacketAddress, Passphrase, PassphraseCost, Signature, SigningKey};
use crate::seal::{HybridSecretKey, LabelledInput, Secret, derive_secret};

pub(super) const KIND: FileKind = FileKind {
    magic: b"SFRMPKEY",
    label: "saferoom/packet-key-file",
    lock_label: "saferoom/packet-key-file/lock-key",
    body_length: 32,
    other: KeyError::NotAPacketKey,
    damaged: KeyError::PacketKeyDamaged,
    too_new: KeyError::PacketKeyTooNew,
};

/// The private keys of a correspondent without a vault; wiped on drop, never printed.
pub struct PacketKeyPair {
    seed: Secret,
    signing: SigningKey,
    hybrid: HybridSecretKey,
    address: PacketAddress,
}

impl PacketKeyPair {
    /// Fresh keys.
    #[must_use]
    pub fn generate() -> Self {
        Self::from_seed(Secret::generate())
    }

    pub(crate) fn from_seed(seed: Secret) -> Self {
        let derive = |label| derive_secret(&seed, &LabelledInput::new(label));
        let hybrid = HybridSecretKey::from_seed(&derive("saferoom/packet-key/hybrid-seed"));
        let signing = SigningKey::from_seed(derive("saferoom/packet-key/signing-seed").expose());
        let address = PacketAddress { verifying_key: signing.verifying_key(), hybrid_key: hybrid.public_key() };
        Self { seed, signing, hybrid, address }
    }

    /// The public half.
    #[must_use]
    pub fn address(&self) -> &PacketAddress {
        &self.address
    }

    /// The public half as the bytes of a file, to be given to those who send packets.
    #[must_use]
    pub fn address_file(&self) -> Vec<u8> {
        self.address.signed(&self.signing)
    }

    /// Signs `message`.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> Signature {
        self.signing.sign(message)
    }

    /// Opens a secret that was sealed to the public key in the place that `info` names.
    ///
    /// # Errors
    /// [`KeyError::Wrap`] if it was sealed to someone else or in another place, or changed.
    pub(crate) fn open_sealed(&self, info: &LabelledInput, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        Ok(self.hybrid.open(info, sealed)?)
    }

    /// The key under which the owner keeps what they have seen.
    pub(crate) fn seen_key(&self) -> Secret {
        derive_secret(&self.seed, &LabelledInput::new("saferoom/packet-key/seen-key"))
    }

    /// Keeps the keys in a new file under a passphrase; an existing file is never replaced.
    ///
    /// # Errors
    /// [`KeyError::File`] if the file exists or cannot be written.
    pub fn create_file(&self, path: &Path, passphrase: &Passphrase, cost: PassphraseCost) -> Result<(), KeyError> {
        KIND.create(path, self.seed.expose(), Unlock::Passphrase(passphrase), cost)
    }

    /// Reads a key file.
    ///
    /// # Errors
    /// A distinct [`KeyError`] for each of: not a packet key, newer version, damaged, absurd parameters, wrong
    /// passphrase, file not readable.
    pub fn open_file(path: &Path, passphrase: &Passphrase) -> Result<Self, KeyError> {
        let body = KIND.open(path, Unlock::Passphrase(passphrase))?;
        Ok(Self::from_seed(Secret::from_slice(&body).ok_or(KeyError::PacketKeyDamaged)?))
    }
}

impl fmt::Debug for PacketKeyPair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PacketKeyPair({}, redacted)", self.address.fingerprint())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_file_opens_with_its_passphrase_only() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("shelter.packet-key");
        let passphrase = |text: &str| Passphrase::new(text.as_bytes().to_vec()).unwrap();
        let keys = PacketKeyPair::generate();
        keys.create_file(&path, &passphrase("quiet river stone"), PassphraseCost::LEAST).unwrap();
        let opened = PacketKeyPair::open_file(&path, &passphrase("quiet river stone")).unwrap();
        assert_eq!(opened.address(), keys.address());
        let wrong = PacketKeyPair::open_file(&path, &passphrase("quiet river sand")).err();
        assert_eq!(wrong, Some(KeyError::WrongPassphrase));
        let bytes = std::fs::read(&path).unwrap();
        std::fs::write(&path, &bytes[..bytes.len() - 1]).unwrap();
        let short = PacketKeyPair::open_file(&path, &passphrase("quiet river stone")).err();
        assert_eq!(short, Some(KeyError::PacketKeyDamaged));
        std::fs::write(&path, b"SFRMBKEYsomething else entirely").unwrap();
        let other = PacketKeyPair::open_file(&path, &passphrase("quiet river stone")).err();
        assert_eq!(other, Some(KeyError::NotAPacketKey));
        assert!(!format!("{keys:?}").contains("seed"));
    }
}
