//! What somebody gives to a custodian in order to be enrolled: their public keys, signed by themselves.
//!
//! As a file, 1377 bytes: `"SFRMENRL"`, version u8, member id\[16\], Ed25519 key\[32\], X-Wing key\[1216\], slot
//! key\[32\], signature\[64\], checksum\[8\]. The signature is that of the Ed25519 key over all before it, so that nobody
//! enrols a key of theirs with keys of somebody else. Both sides compare the fingerprint before anybody signs.

use super::{Identity, KeyError, PublicIdentity, SlotKey, VerifyingKey};
use crate::id::MemberId;
use crate::seal::{HybridPublicKey, LabelledInput, sha256};

const MAGIC: &[u8; 8] = b"SFRMENRL";
const VERSION: u8 = 1;
const CHECKSUM_LENGTH: usize = 8;
const KEYS: usize = 8 + 1 + 16 + 32 + HybridPublicKey::LENGTH + 32;

/// Length of an enrolment file.
pub const ENROLMENT_LENGTH: usize = KEYS + 64 + CHECKSUM_LENGTH;

impl Identity {
    /// The bytes of an enrolment file: for a custodian of the vault, and for nobody else to keep.
    #[must_use]
    pub fn enrolment_file(&self) -> Vec<u8> {
        let public = self.public();
        let mut out = public.enrolment_keys();
        let signature = self.sign(signed(&out).as_bytes());
        out.extend_from_slice(&signature);
        let checksum = sha256(&out);
        out.extend_from_slice(&checksum[..CHECKSUM_LENGTH]);
        out
    }
}

impl PublicIdentity {
    fn enrolment_keys(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(ENROLMENT_LENGTH);
        out.extend_from_slice(MAGIC);
        out.push(VERSION);
        out.extend_from_slice(self.member.as_bytes());
        out.extend_from_slice(self.verifying_key.as_bytes());
        out.extend_from_slice(&self.hybrid_key.to_bytes());
        out.extend_from_slice(self.slot_key.expose());
        out
    }

    /// Reads an enrolment file.
    ///
    /// # Errors
    /// [`KeyError::Enrolment`] if it is none, damaged, or not signed by the keys that it names;
    /// [`KeyError::EnrolmentTooNew`].
    pub fn from_enrolment_file(bytes: &[u8]) -> Result<Self, KeyError> {
        let rest = bytes.strip_prefix(MAGIC).ok_or(KeyError::Enrolment)?;
        if *rest.first().ok_or(KeyError::Enrolment)? > VERSION {
            return Err(KeyError::EnrolmentTooNew);
        }
        let (keys, rest) = bytes.split_at_checked(KEYS).ok_or(KeyError::Enrolment)?;
        let (signature, checksum) = rest.split_first_chunk::<64>().ok_or(KeyError::Enrolment)?;
        let identity = Self::read_keys(keys).ok_or(KeyError::Enrolment)?;
        let whole = sha256(&bytes[..KEYS + 64])[..CHECKSUM_LENGTH] == *checksum;
        let own =
            identity.enrolment_keys() == keys && identity.verifying_key.verifies(signed(keys).as_bytes(), signature);
        if whole && own { Ok(identity) } else { Err(KeyError::Enrolment) }
    }

    fn read_keys(keys: &[u8]) -> Option<Self> {
        let rest = keys.get(MAGIC.len() + 1..)?;
        let (member, rest) = rest.split_first_chunk()?;
        let (verifying, rest) = rest.split_first_chunk()?;
        let (hybrid, rest) = rest.split_at_checked(HybridPublicKey::LENGTH)?;
        Some(Self {
            member: MemberId::from_bytes(*member),
            verifying_key: VerifyingKey::from_bytes(*verifying),
            hybrid_key: HybridPublicKey::from_bytes(hybrid).ok()?,
            slot_key: SlotKey::from_bytes(rest.try_into().ok()?),
        })
    }

    /// What two people compare face to face or by telephone before one enrols the other: 16 bytes of a digest over all
    /// keys, in groups of four digits.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let digest =
            sha256(LabelledInput::new("saferoom/identity/fingerprint").part(&self.enrolment_keys()).as_bytes());
        let groups: Vec<_> = digest[..16].chunks(2).map(|pair| format!("{:02x}{:02x}", pair[0], pair[1])).collect();
        groups.join(" ")
    }
}

fn signed(keys: &[u8]) -> LabelledInput {
    LabelledInput::new("saferoom/identity/enrolment").part(keys)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_its_owner_signed_is_an_enrolment() {
        let (one, other) = (Identity::generate(), Identity::generate());
        let file = one.enrolment_file();
        assert_eq!(file.len(), ENROLMENT_LENGTH);
        assert_eq!(PublicIdentity::from_enrolment_file(&file), Ok(one.public()));
        assert_eq!(one.public().fingerprint().len(), 39);
        assert_ne!(one.public().fingerprint(), other.public().fingerprint());
        for at in (0..file.len()).filter(|at| *at != 8) {
            let mut flipped = file.clone();
            flipped[at] ^= 1;
            assert_eq!(PublicIdentity::from_enrolment_file(&flipped), Err(KeyError::Enrolment), "byte {at}");
        }
        let mut newer = file.clone();
        newer[8] = 2;
        assert_eq!(PublicIdentity::from_enrolment_file(&newer), Err(KeyError::EnrolmentTooNew));
        for length in [0, 8, 9, KEYS, file.len() - 1] {
            assert_eq!(PublicIdentity::from_enrolment_file(&file[..length]), Err(KeyError::Enrolment));
        }
        // The keys of one person with the signature and a checksum of another.
        let mut mixed = other.public().enrolment_keys();
        mixed.extend_from_slice(&one.sign(signed(&mixed).as_bytes()));
        let checksum = sha256(&mixed);
        mixed.extend_from_slice(&checksum[..CHECKSUM_LENGTH]);
        assert_eq!(PublicIdentity::from_enrolment_file(&mixed), Err(KeyError::Enrolment));
    }
}
