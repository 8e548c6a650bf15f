//! Commitments to free text: the log holds the hash, the vault keeps the opening, and `sha256sum` checks it.
//!
//! A disclosure is the deterministic CBOR of `[salt, label, value]` with 32 fresh random bytes of salt, and the
//! commitment is its SHA-256: the pattern of SD-JWT (RFC 9901). Whoever destroys the disclosure has erased the text,
//! and the log still verifies.

use std::fmt;

use minicbor::{Decoder, Encoder};
use unicode_normalization::{UnicodeNormalization, is_nfc};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::MAX_ENTRY_LENGTH;
use super::codec::is_text;
use crate::id::fill_random;
use crate::log::{Hash, LogError};

/// Length of the salt, in bytes.
pub const SALT_LENGTH: usize = 32;

/// The heads of one array, one byte string and two texts, at their longest.
const OVERHEAD: usize = 16;

/// The opening of a commitment: salt, label and value. Wiped on drop, never printed.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Disclosure {
    salt: [u8; SALT_LENGTH],
    label: String,
    value: String,
}

impl Disclosure {
    /// A disclosure of `value` under `label`, such as `reason`, with a fresh salt. Brings the value into NFC.
    ///
    /// # Errors
    /// [`LogError::InvalidValue`] if the label is no short text or the value is too long.
    pub fn new(label: &str, value: &str) -> Result<Self, LogError> {
        let mut disclosure = Self { salt: [0; SALT_LENGTH], label: label.to_owned(), value: normalised(value) };
        fill_random(&mut disclosure.salt);
        disclosure.check()?;
        Ok(disclosure)
    }

    /// What the value is, such as `reason`.
    #[must_use]
    pub fn label(&self) -> &str {
        &self.label
    }

    /// What was committed to.
    #[must_use]
    pub fn value(&self) -> &str {
        &self.value
    }

    /// The bytes that the commitment is the SHA-256 of.
    #[must_use]
    pub fn encode(&self) -> Zeroizing<Vec<u8>> {
        // With room for all of it, so that no part is left behind in memory by growing.
        let mut out = Zeroizing::new(Vec::with_capacity(SALT_LENGTH + self.label.len() + self.value.len() + OVERHEAD));
        let mut encoder = Encoder::new(&mut *out);
        let written = encoder
            .array(3)
            .and_then(|encoder| encoder.bytes(&self.salt))
            .and_then(|encoder| encoder.str(&self.label))
            .and_then(|encoder| encoder.str(&self.value))
            .is_ok();
        debug_assert!(written, "writing to memory does not fail");
        out
    }

    /// The disclosure with exactly these bytes.
    ///
    /// # Errors
    /// [`LogError::MalformedDisclosure`].
    pub fn decode(bytes: &[u8]) -> Result<Self, LogError> {
        let disclosure = Self::read(bytes).ok_or(LogError::MalformedDisclosure)?;
        if disclosure.check().is_err() || *disclosure.encode() != bytes {
            return Err(LogError::MalformedDisclosure);
        }
        Ok(disclosure)
    }

    /// The commitment that stands in the log.
    #[must_use]
    pub fn commitment(&self) -> Hash {
        Hash::of(&self.encode())
    }

    /// Whether this is the opening of `commitment`.
    #[must_use]
    pub fn opens(&self, commitment: &Hash) -> bool {
        self.commitment() == *commitment
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let mut decoder = Decoder::new(bytes);
        if decoder.array().ok()? != Some(3) {
            return None;
        }
        let salt = decoder.bytes().ok()?.try_into().ok()?;
        let label = decoder.str().ok()?.to_owned();
        let value = decoder.str().ok()?.to_owned();
        Some(Self { salt, label, value })
    }

    fn check(&self) -> Result<(), LogError> {
        if !is_text(&self.label) {
            return Err(LogError::InvalidValue { place: "disclosure.label" });
        }
        let length = SALT_LENGTH + self.label.len() + self.value.len() + OVERHEAD;
        if length > MAX_ENTRY_LENGTH || !is_nfc(&self.value) {
            return Err(LogError::InvalidValue { place: "disclosure.value" });
        }
        Ok(())
    }
}

impl fmt::Debug for Disclosure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Disclosure(redacted)")
    }
}

/// `text` in NFC, made without leaving half-grown copies behind: NFC grows a text by a factor of three at most.
fn normalised(text: &str) -> String {
    if is_nfc(text) {
        return text.to_owned();
    }
    let mut result = String::with_capacity(3 * text.len());
    result.extend(text.nfc());
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn disclosures_open_their_commitment_and_no_other() {
        let first = Disclosure::new("reason", "court hearing").unwrap();
        let second = Disclosure::new("reason", "court hearing").unwrap();
        assert!(first.opens(&first.commitment()));
        assert_ne!(first.commitment(), second.commitment(), "the salt differs");
        assert_eq!(Disclosure::decode(&first.encode()).unwrap(), first);
        assert_eq!(Hash::of(&first.encode()), first.commitment());
        assert_eq!(format!("{first:?}"), "Disclosure(redacted)");
    }

    #[test]
    fn values_are_brought_into_nfc() {
        let disclosure = Disclosure::new("reason", "cafe\u{301} ខ្មែរ").unwrap();
        assert_eq!(disclosure.value(), "caf\u{e9} ខ្មែរ");
        assert_eq!(Disclosure::decode(&disclosure.encode()).unwrap(), disclosure);
    }

    #[test]
    fn what_is_no_disclosure_is_refused() {
        let encoded = Disclosure::new("reason", "court hearing").unwrap().encode();
        for length in 0..encoded.len() {
            assert_eq!(Disclosure::decode(&encoded[..length]), Err(LogError::MalformedDisclosure));
        }
        let longer = [&encoded[..], &[0]].concat();
        assert_eq!(Disclosure::decode(&longer), Err(LogError::MalformedDisclosure));
        let long = "a".repeat(MAX_ENTRY_LENGTH);
        assert_eq!(Disclosure::new("reason", &long), Err(LogError::InvalidValue { place: "disclosure.value" }));
        assert_eq!(Disclosure::new("", "text"), Err(LogError::InvalidValue { place: "disclosure.label" }));
    }
}
