//! Secrets sealed to a public key: HPKE (RFC 9180) base mode with the X-Wing KEM (ML-KEM-768 and X25519,
//! draft-ietf-hpke-pq), HKDF-SHA256 and ChaCha20-Poly1305.
//!
//! Only keys travel this way. A public key has 1216 bytes, a sealed secret `enc[1120] || ciphertext || tag[16]`.

use std::fmt;

use hpke::aead::ChaCha20Poly1305;
use hpke::kdf::HkdfSha256;
use hpke::kem::XWing;
use hpke::{Deserializable, Kem, OpModeR, OpModeS, Serializable, single_shot_open, single_shot_seal};
use zeroize::Zeroizing;

use super::{LabelledInput, SealError, Secret};

const ENCAPSULATED_LENGTH: usize = 1120;

/// How many bytes longer a secret sealed to a public key is than the secret.
pub const SEALED_TO_KEY_OVERHEAD: usize = ENCAPSULATED_LENGTH + 16;

/// The public half of an X-Wing key pair.
#[derive(Clone, PartialEq, Eq)]
pub struct HybridPublicKey(<XWing as Kem>::PublicKey);

impl HybridPublicKey {
    /// Length of its bytes.
    pub const LENGTH: usize = 1216;

    /// Reads a public key.
    ///
    /// # Errors
    /// [`SealError::PublicKey`] if the bytes are none.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, SealError> {
        <XWing as Kem>::PublicKey::from_bytes(bytes).map(Self).map_err(|_| SealError::PublicKey)
    }

    /// Its 1216 bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        self.0.to_bytes().to_vec()
    }

    /// Seals `secret` so that only the holder of the private half opens it, and only in the place that `info` names.
    ///
    /// # Errors
    /// [`SealError::PublicKey`] if the key cannot be used.
    pub fn seal(&self, info: &LabelledInput, secret: &[u8]) -> Result<Vec<u8>, SealError> {
        let (encapsulated, sealed) = single_shot_seal::<ChaCha20Poly1305, HkdfSha256, XWing>(
            &OpModeS::Base,
            &self.0,
            info.as_bytes(),
            secret,
            b"",
        )
        .map_err(|_| SealError::PublicKey)?;
        let mut out = Vec::with_capacity(ENCAPSULATED_LENGTH + sealed.len());
        out.extend_from_slice(&encapsulated.to_bytes());
        out.extend_from_slice(&sealed);
        Ok(out)
    }
}

impl fmt::Debug for HybridPublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HybridPublicKey(..)")
    }
}

/// The private half of an X-Wing key pair: a 32-byte seed, expanded when used.
pub struct HybridSecretKey(<XWing as Kem>::PrivateKey);

impl HybridSecretKey {
    /// The key pair of a seed.
    #[must_use]
    pub fn from_seed(seed: &Secret) -> Self {
        Self(<XWing as Kem>::PrivateKey::from_bytes(seed.expose()).expect("an X-Wing private key has 32 bytes"))
    }

    /// The public half. Costs a key expansion; keep it.
    #[must_use]
    pub fn public_key(&self) -> HybridPublicKey {
        HybridPublicKey(XWing::sk_to_pk(&self.0))
    }

    /// Opens what [`HybridPublicKey::seal`] made.
    ///
    /// # Errors
    /// [`SealError::Malformed`] if it is too short, [`SealError::Authentication`] if it was sealed to another key or
    /// place, or changed.
    pub fn open(&self, info: &LabelledInput, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
        if sealed.len() < SEALED_TO_KEY_OVERHEAD {
            return Err(SealError::Malformed);
        }
        let (encapsulated, ciphertext) = sealed.split_at(ENCAPSULATED_LENGTH);
        let encapsulated =
            <XWing as Kem>::EncappedKey::from_bytes(encapsulated).map_err(|_| SealError::Authentication)?;
        single_shot_open::<ChaCha20Poly1305, HkdfSha256, XWing>(
            &OpModeR::Base,
            &self.0,
            &encapsulated,
            info.as_bytes(),
            ciphertext,
            b"",
        )
        .map(Zeroizing::new)
        .map_err(|_| SealError::Authentication)
    }

    /// Opens a sealed secret of 32 bytes.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn open_secret(&self, info: &LabelledInput, sealed: &[u8]) -> Result<Secret, SealError> {
        Secret::from_slice(&self.open(info, sealed)?).ok_or(SealError::Malformed)
    }
}

impl fmt::Debug for HybridSecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HybridSecretKey(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_recipient_opens_and_only_in_its_place() {
        let seed = Secret::generate();
        let key = HybridSecretKey::from_seed(&seed);
        let info = LabelledInput::new("test").part(b"here");
        let public = HybridPublicKey::from_bytes(&key.public_key().to_bytes()).unwrap();
        let secret = Secret::generate();
        let sealed = public.seal(&info, secret.expose()).unwrap();
        assert_eq!(sealed.len(), 32 + SEALED_TO_KEY_OVERHEAD);
        assert_eq!(HybridSecretKey::from_seed(&seed).open_secret(&info, &sealed).unwrap(), secret);

        let elsewhere = LabelledInput::new("test").part(b"there");
        assert_eq!(key.open(&elsewhere, &sealed).err(), Some(SealError::Authentication));
        let stranger = HybridSecretKey::from_seed(&Secret::generate());
        assert_eq!(stranger.open(&info, &sealed).err(), Some(SealError::Authentication));
        assert_eq!(key.open(&info, &sealed[..1135]).err(), Some(SealError::Malformed));
        for index in [0, 500, 1119, 1120, sealed.len() - 1] {
            let mut flipped = sealed.clone();
            flipped[index] ^= 1;
            assert!(key.open(&info, &flipped).is_err(), "byte {index}");
        }
        assert_eq!(HybridPublicKey::from_bytes(&[0; 1215]).err(), Some(SealError::PublicKey));
    }
}
