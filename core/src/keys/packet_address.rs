//! Where packets are sent to: the two public keys of a correspondent.
//!
//! As a file, 1329 bytes: `"SFRMADDR"`, version u8, Ed25519 key\[32\], X-Wing key\[1216\], signature\[64\],
//! checksum\[8\]. The signature is that of the address's own Ed25519 key, so that nobody pairs a key of theirs with a
//! key of somebody else. No name stands in it: who gets an address says whose it is.

use std::fmt;

use super::{KeyError, PublicIdentity, Signature, SigningKey, VerifyingKey};
use crate::seal::{HybridPublicKey, LabelledInput, sha256};

const MAGIC: &[u8; 8] = b"SFRMADDR";
const VERSION: u8 = 1;
const CHECKSUM_LENGTH: usize = 8;

/// The public keys of whoever sends and receives packets: a member, or somebody without a vault.
#[derive(Clone, PartialEq, Eq)]
pub struct PacketAddress {
    /// Verifies what they sign.
    pub verifying_key: VerifyingKey,
    /// Seals to them.
    pub hybrid_key: HybridPublicKey,
}

impl PacketAddress {
    /// Length of an address file.
    pub const FILE_LENGTH: usize = 8 + 1 + 32 + HybridPublicKey::LENGTH + 64 + CHECKSUM_LENGTH;

    /// The digest by which certificates and suspensions name an address.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        sha256(self.input("saferoom/packet/address").as_bytes())
    }

    /// What two people compare by telephone: the first 16 bytes of the digest, in groups of four digits.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let groups: Vec<_> =
            self.digest()[..16].chunks(2).map(|pair| format!("{:02x}{:02x}", pair[0], pair[1])).collect();
        groups.join(" ")
    }

    /// The bytes of an address file, signed by the key that it names.
    pub(super) fn signed(&self, key: &SigningKey) -> Vec<u8> {
        self.encode(&key.sign(self.input("saferoom/packet/address-file").as_bytes()))
    }

    fn encode(&self, signature: &Signature) -> Vec<u8> {
        let mut out = Vec::with_capacity(Self::FILE_LENGTH);
        out.extend_from_slice(MAGIC);
        out.push(VERSION);
        out.extend_from_slice(self.verifying_key.as_bytes());
        out.extend_from_slice(&self.hybrid_key.to_bytes());
        out.extend_from_slice(signature);
        let checksum = sha256(&out);
        out.extend_from_slice(&checksum[..CHECKSUM_LENGTH]);
        out
    }

    /// Reads an address file.
    ///
    /// # Errors
    /// [`KeyError::PacketAddress`], [`KeyError::PacketAddressTooNew`].
    pub fn from_file_bytes(bytes: &[u8]) -> Result<Self, KeyError> {
        let rest = bytes.strip_prefix(MAGIC).ok_or(KeyError::PacketAddress)?;
        let (version, _) = rest.split_first().ok_or(KeyError::PacketAddress)?;
        if *version > VERSION {
            return Err(KeyError::PacketAddressTooNew);
        }
        Self::read(rest).filter(|(address, signature)| address.encode(signature) == bytes).map_or(
            Err(KeyError::PacketAddress),
            |(address, signature)| {
                let own = address.input("saferoom/packet/address-file");
                let signed = address.verifying_key.verifies(own.as_bytes(), &signature);
                if signed { Ok(address) } else { Err(KeyError::PacketAddress) }
            },
        )
    }

    fn read(rest: &[u8]) -> Option<(Self, Signature)> {
        let (_, rest) = rest.split_first()?;
        let (verifying, rest) = rest.split_first_chunk()?;
        let (hybrid, rest) = rest.split_at_checked(HybridPublicKey::LENGTH)?;
        let (signature, _) = rest.split_first_chunk()?;
        let verifying_key = VerifyingKey::from_bytes(*verifying);
        let hybrid_key = HybridPublicKey::from_bytes(hybrid).ok()?;
        Some((Self { verifying_key, hybrid_key }, *signature))
    }

    fn input(&self, label: &str) -> LabelledInput {
        LabelledInput::new(label).part(self.verifying_key.as_bytes()).part(&self.hybrid_key.to_bytes())
    }
}

impl From<&PublicIdentity> for PacketAddress {
    fn from(identity: &PublicIdentity) -> Self {
        Self { verifying_key: identity.verifying_key, hybrid_key: identity.hybrid_key.clone() }
    }
}

impl fmt::Debug for PacketAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PacketAddress({})", self.fingerprint())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::PacketKeyPair;

    #[test]
    fn only_whole_addresses_of_one_owner_are_read() {
        let (one, other) = (PacketKeyPair::generate(), PacketKeyPair::generate());
        let file = one.address_file();
        assert_eq!(file.len(), PacketAddress::FILE_LENGTH);
        assert_eq!(PacketAddress::from_file_bytes(&file).as_ref(), Ok(one.address()));
        assert_eq!(one.address().fingerprint().len(), 39);
        for at in (0..file.len()).filter(|at| *at != 8) {
            let mut flipped = file.clone();
            flipped[at] ^= 1;
            assert_eq!(PacketAddress::from_file_bytes(&flipped), Err(KeyError::PacketAddress), "byte {at}");
        }
        let mut newer = file.clone();
        newer[8] = 2;
        assert_eq!(PacketAddress::from_file_bytes(&newer), Err(KeyError::PacketAddressTooNew));
        assert_eq!(PacketAddress::from_file_bytes(&file[..file.len() - 1]), Err(KeyError::PacketAddress));
        assert_eq!(PacketAddress::from_file_bytes(&[&file[..], &[0]].concat()), Err(KeyError::PacketAddress));
        // A key pair out of two owners: each key is real, but nobody who holds the first has signed for the second.
        let mixed = PacketAddress { hybrid_key: other.address().hybrid_key.clone(), ..one.address().clone() };
        let stolen = mixed.encode(&file[9 + 32 + 1216..][..64].try_into().unwrap());
        assert_eq!(PacketAddress::from_file_bytes(&stolen), Err(KeyError::PacketAddress));
    }
}
