//! Derivations: HKDF-SHA256 (RFC 5869), HMAC-SHA256 and SHA-256, by `ring`.
//!
//! Every input is a list of parts, each preceded by its length (u32, big-endian), after a label that says what the
//! output is for: `("a", "bc")` and `("ab", "c")` never collide, and no two uses share an output.

use ring::{digest, hkdf, hmac};

use super::{FORMAT_VERSION, Secret};

/// Salt of every HKDF call: names the product and the format, so that no other protocol derives the same keys.
pub(super) const SALT: &[u8] = b"saferoom\x00key-derivation\x00\x01";

/// A label and its parts, as bytes that no other label and parts have.
#[derive(Debug, Clone, Default)]
pub struct LabelledInput(Vec<u8>);

impl LabelledInput {
    /// Starts with the label, such as `saferoom/circle/wrap-key`.
    #[must_use]
    pub fn new(label: &str) -> Self {
        let mut bytes = Vec::with_capacity(320);
        bytes.push(FORMAT_VERSION);
        Self(bytes).part(label.as_bytes())
    }

    /// Adds a part of any length up to 4 GiB.
    #[must_use]
    pub fn part(mut self, part: &[u8]) -> Self {
        let length = u32::try_from(part.len()).unwrap_or(u32::MAX);
        self.0.extend_from_slice(&length.to_be_bytes());
        self.0.extend_from_slice(part);
        self
    }

    /// Adds an unsigned number as a part of 8 bytes, big-endian.
    #[must_use]
    pub fn number(self, number: u64) -> Self {
        self.part(&number.to_be_bytes())
    }

    /// The bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// A new secret out of `secret`, for the one use that `input` names.
#[must_use]
pub fn derive_secret(secret: &Secret, input: &LabelledInput) -> Secret {
    let mut derived = Secret::zeroed();
    expand(secret, input, derived.expose_mut());
    derived
}

/// 32 public bytes out of `secret`, such as a commitment: they reveal nothing about it.
#[must_use]
pub fn derive_bytes(secret: &Secret, input: &LabelledInput) -> [u8; 32] {
    let mut derived = [0; 32];
    expand(secret, input, &mut derived);
    derived
}

fn expand(secret: &Secret, input: &LabelledInput, out: &mut [u8; 32]) {
    hkdf::Salt::new(hkdf::HKDF_SHA256, SALT)
        .extract(secret.expose())
        .expand(&[input.as_bytes()], hkdf::HKDF_SHA256)
        .and_then(|material| material.fill(out))
        .expect("32 bytes are within what HKDF-SHA256 can give");
}

/// An HMAC-SHA256 key with its two hash states computed once.
#[must_use]
pub fn hmac_key(secret: &Secret) -> hmac::Key {
    hmac::Key::new(hmac::HMAC_SHA256, secret.expose())
}

/// SHA-256 of `bytes`.
#[must_use]
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut out = [0; 32];
    out.copy_from_slice(digest::digest(&digest::SHA256, bytes).as_ref());
    out
}

/// SHA-256 of bytes that come piece by piece.
#[derive(Clone)]
pub struct Sha256Stream(digest::Context);

impl Sha256Stream {
    /// Nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self(digest::Context::new(&digest::SHA256))
    }

    /// Takes further bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The digest of all of them.
    #[must_use]
    pub fn finish(self) -> [u8; 32] {
        let mut out = [0; 32];
        out.copy_from_slice(self.0.finish().as_ref());
        out
    }
}

impl Default for Sha256Stream {
    fn default() -> Self {
        Self::new()
    }
}

impl std::fmt::Debug for Sha256Stream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sha256Stream(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_not_ambiguous() {
        let secret = Secret::copy_of(&[7; 32]);
        let derive = |input: LabelledInput| derive_bytes(&secret, &input);
        assert_ne!(
            derive(LabelledInput::new("l").part(b"a").part(b"bc")),
            derive(LabelledInput::new("l").part(b"ab").part(b"c"))
        );
        assert_ne!(derive(LabelledInput::new("l").part(b"")), derive(LabelledInput::new("l")));
        assert_ne!(derive(LabelledInput::new("l").part(b"m")), derive(LabelledInput::new("lm")));
    }
}
