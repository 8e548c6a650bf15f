//! One secret value under one key: a wrapped key, a log entry, a roster entry, the body of an identity file.
//!
//! Bytes: `prefix[16] || ciphertext || tag[16]`; XChaCha20-Poly1305 with the nonce `prefix || 0^8`; the AAD is the
//! context's bytes, a label and parts with their lengths.

use super::aead::{PREFIX_LENGTH, PrefixCipher, TAG_LENGTH};
use super::{LabelledInput, SealError, Secret};

/// How many bytes longer a sealed value is than the value.
pub const VALUE_OVERHEAD: usize = PREFIX_LENGTH + TAG_LENGTH;

/// Where a single value belongs: a label and parts. It opens in this place only.
#[derive(Debug, Clone)]
pub struct ValueContext(LabelledInput);

impl ValueContext {
    /// A context out of its label and parts.
    #[must_use]
    pub fn new(input: LabelledInput) -> Self {
        Self(input)
    }

    /// Seals `plain` under `key` in this place.
    ///
    /// # Errors
    /// [`SealError::TooLong`] beyond 256 GiB.
    pub fn seal(&self, key: &Secret, plain: &[u8]) -> Result<Vec<u8>, SealError> {
        let mut out = Vec::with_capacity(plain.len() + VALUE_OVERHEAD);
        let (cipher, prefix) = PrefixCipher::fresh(key);
        out.extend_from_slice(&prefix);
        out.extend_from_slice(plain);
        cipher.seal_tail(0, self.0.as_bytes(), &mut out, PREFIX_LENGTH)?;
        Ok(out)
    }

    /// Opens what [`seal`](Self::seal) made, onto the end of `out` (which should be wiped on drop).
    ///
    /// # Errors
    /// [`SealError::Malformed`] if it is too short, [`SealError::Authentication`] if key, place or bytes are not those
    /// it was sealed with; `out` is then as before.
    pub fn open_onto(&self, key: &Secret, sealed: &[u8], out: &mut Vec<u8>) -> Result<(), SealError> {
        let (prefix, rest) = sealed.split_first_chunk().ok_or(SealError::Malformed)?;
        if rest.len() < TAG_LENGTH {
            return Err(SealError::Malformed);
        }
        PrefixCipher::with_prefix(key, prefix).open_onto(0, self.0.as_bytes(), rest, out)
    }

    /// Seals a secret.
    ///
    /// # Errors
    /// As [`seal`](Self::seal).
    pub fn seal_secret(&self, key: &Secret, secret: &Secret) -> Result<Vec<u8>, SealError> {
        self.seal(key, secret.expose())
    }

    /// Opens a sealed secret of 32 bytes.
    ///
    /// # Errors
    /// As [`open_onto`](Self::open_onto).
    pub fn open_secret(&self, key: &Secret, sealed: &[u8]) -> Result<Secret, SealError> {
        let mut plain = zeroize::Zeroizing::new(Vec::with_capacity(sealed.len()));
        self.open_onto(key, sealed, &mut plain)?;
        Secret::from_slice(&plain).ok_or(SealError::Malformed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opens_in_its_place_only() {
        let key = Secret::generate();
        let place = ValueContext::new(LabelledInput::new("test").part(b"a"));
        let other = ValueContext::new(LabelledInput::new("test").part(b"b"));
        let sealed = place.seal(&key, b"value").unwrap();
        assert_eq!(sealed.len(), 5 + VALUE_OVERHEAD);
        let mut out = Vec::new();
        place.open_onto(&key, &sealed, &mut out).unwrap();
        assert_eq!(out, b"value");
        assert_eq!(other.open_onto(&key, &sealed, &mut out), Err(SealError::Authentication));
        assert_eq!(place.open_onto(&Secret::generate(), &sealed, &mut out), Err(SealError::Authentication));
        for length in 0..VALUE_OVERHEAD {
            assert_eq!(place.open_onto(&key, &sealed[..length], &mut out), Err(SealError::Malformed));
        }
        for index in 0..sealed.len() {
            let mut flipped = sealed.clone();
            flipped[index] ^= 0x40;
            assert_eq!(place.open_onto(&key, &flipped, &mut out), Err(SealError::Authentication));
        }
    }
}
