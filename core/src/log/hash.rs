//! SHA-256 as RFC 6962 section 2.1 uses it: one prefix byte tells leaves from nodes, so that neither can pose as the other.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::digest::{Context, SHA256, digest};
use sha2::block_api::compress256;

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

/// How many bytes SHA-256 compresses at a time.
const BLOCK_LENGTH: usize = 64;

/// The length of what a node is the hash of, in bits.
const NODE_BITS: u64 = 8 * (1 + 2 * HASH_LENGTH as u64);

/// FIPS 180-4 section 5.3.3.
const INITIAL_STATE: [u32; 8] =
    [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];

/// The hash of a leaf: SHA-256(0x00 ‖ entry).
#[must_use]
pub fn leaf_hash(entry: &[u8]) -> Hash {
    let mut context = Context::new(&SHA256);
    context.update(&[LEAF_PREFIX]);
    context.update(entry);
    Hash::of_digest(&context.finish())
}

/// The hash of an interior node: SHA-256(0x01 ‖ left ‖ right).
///
/// A proof hashes hundreds of nodes and a verification millions, always 65 bytes: padded here (FIPS 180-4 section 5.1.1), they
/// take two compressions and nothing else. That is a third less than a digest of any length takes for them.
#[must_use]
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    let (most, last) = right.0.split_at(HASH_LENGTH - 1);
    let mut blocks = [[0; BLOCK_LENGTH]; 2];
    blocks[0][0] = NODE_PREFIX;
    blocks[0][1..=HASH_LENGTH].copy_from_slice(&left.0);
    blocks[0][1 + HASH_LENGTH..].copy_from_slice(most);
    blocks[1][..1].copy_from_slice(last);
    blocks[1][1] = 0x80;
    blocks[1][BLOCK_LENGTH - 8..].copy_from_slice(&NODE_BITS.to_be_bytes());
    let mut state = INITIAL_STATE;
    compress256(&mut state, &blocks);
    let mut hash = [0; HASH_LENGTH];
    hash.as_chunks_mut().0.iter_mut().zip(state).for_each(|(bytes, word)| *bytes = word.to_be_bytes());
    Hash(hash)
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
    use proptest::prelude::{prop_assert_eq, proptest};

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
        // The reference hashes nodes of any length; ours are always two whole hashes, see below.
        let mut context = Context::new(&SHA256);
        context.update(b"\x01N123N456");
        assert_eq!(
            Hash::of_digest(&context.finish()).to_string(),
            "aa217fe888e47007fa15edab33c2b492a722cb106c64667fc2b044444de66bbb"
        );
    }

    proptest! {
        /// What is padded here is what another library makes of the whole.
        #[test]
        fn a_node_is_the_hash_of_its_65_bytes(left: [u8; HASH_LENGTH], right: [u8; HASH_LENGTH]) {
            let joined = [&[1][..], &left, &right].concat();
            prop_assert_eq!(node_hash(&Hash(left), &Hash(right)), Hash::of(&joined));
        }
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
