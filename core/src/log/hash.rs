//! SHA-256 as RFC 6962 section 2.1 uses it: one prefix byte tells leaves from nodes, so that neither can pose as the other.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::digest::{Context, SHA256, digest};

use super::LogError;

/// Length of a hash, in bytes.
pub const HASH_LENGTH: usize = 32;

/// The root of the empty tree: SHA-256 of nothing.
pub const EMPTY_ROOT: Hash = Hash([
    0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9, 0x24, 0x27, 0xae, 0x41,
    0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55,
]);

const LEAF_PREFIX: u8 = 0;
const NODE_PREFIX: u8 = 1;

/// The hash of a leaf: SHA-256(0x00 ‖ entry).
#[must_use]
pub fn leaf_hash(entry: &[u8]) -> Hash {
    let mut context = Context::new(&SHA256);
    context.update(&[LEAF_PREFIX]);
    context.update(entry);
    Hash::of_digest(&context.finish())
}

/// The hash of an interior node: SHA-256(0x01 ‖ left ‖ right).
#[must_use]
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    let mut input = [NODE_PREFIX; 1 + 2 * HASH_LENGTH];
    input[1..=HASH_LENGTH].copy_from_slice(&left.0);
    input[1 + HASH_LENGTH..].copy_from_slice(&right.0);
    Hash::of(&input)
}

/// A SHA-256 hash. Printed as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash([u8; HASH_LENGTH]);

impl Hash {
    /// The plain SHA-256 of `bytes`, without a prefix: for commitments, heads and files, not for the tree.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self::of_digest(&digest(&SHA256, bytes))
    }

    /// The hash with these bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; HASH_LENGTH]) -> Self {
        Self(bytes)
    }

    /// The hash from a slice of exactly 32 bytes.
    ///
    /// # Errors
    /// [`LogError::MalformedHash`] for any other length.
    pub fn from_slice(bytes: &[u8]) -> Result<Self, LogError> {
        bytes.try_into().map(Self).map_err(|_| LogError::MalformedHash)
    }

    /// The 32 bytes of the hash.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; HASH_LENGTH] {
        &self.0
    }

    /// The hash as standard base64 with padding, as in checkpoints and proofs.
    #[must_use]
    pub fn to_base64(&self) -> String {
        STANDARD.encode(self.0)
    }

    /// The hash from standard base64 with padding.
    ///
    /// # Errors
    /// [`LogError::MalformedHash`] for anything else, even another spelling of the same bytes.
    pub fn from_base64(text: &str) -> Result<Self, LogError> {
        let bytes = STANDARD.decode(text).map_err(|_| LogError::MalformedHash)?;
        Self::from_slice(&bytes)
    }

    fn of_digest(digest: &ring::digest::Digest) -> Self {
        let mut bytes = [0; HASH_LENGTH];
        bytes.copy_from_slice(digest.as_ref());
        Self(bytes)
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hash({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_those_of_rfc_6962() {
        assert_eq!(Hash::of(b""), EMPTY_ROOT);
        let known = [
            (leaf_hash(b""), "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
            (leaf_hash(b"L123456"), "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56"),
        ];
        for (hash, expected) in known {
            assert_eq!(hash.to_string(), expected);
        }
        // The reference hashes nodes of any length; a context does the same as `node_hash` for whole hashes.
        let mut context = Context::new(&SHA256);
        context.update(b"\x01N123N456");
        assert_eq!(
            Hash::of_digest(&context.finish()).to_string(),
            "aa217fe888e47007fa15edab33c2b492a722cb106c64667fc2b044444de66bbb"
        );
        let (left, right) = (leaf_hash(b"left"), leaf_hash(b"right"));
        let joined = [&[1][..], left.as_bytes(), right.as_bytes()].concat();
        assert_eq!(node_hash(&left, &right), Hash::of(&joined));
    }

    #[test]
    fn base64_is_strict() {
        let text = EMPTY_ROOT.to_base64();
        assert_eq!(Hash::from_base64(&text), Ok(EMPTY_ROOT));
        for bad in [&text[..43], &text.replace('=', ""), &format!("{text}\n"), &text.replace("U=", "V="), "AAAA"] {
            assert_eq!(Hash::from_base64(bad), Err(LogError::MalformedHash), "{bad}");
        }
    }
}
