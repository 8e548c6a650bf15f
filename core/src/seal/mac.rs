//! HMAC-SHA256 (RFC 2104) of short messages under a key that is used often.
//!
//! The state has an element for every row and two for every token of the search index: millions of messages of a hundred bytes
//! under one key. The states of the hash after its first block are kept, and the message is padded here (FIPS 180-4, 5.1.1):
//! three compressions for a head, and nothing else. Through ring's contexts, which are copied for each, it takes twice as long.

use sha2::block_api::compress256;
use zeroize::Zeroize;

use super::Secret;

/// How many bytes SHA-256 compresses at a time.
const BLOCK: usize = 64;

/// FIPS 180-4 section 5.3.3.
const INITIAL_STATE: [u32; 8] =
    [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];

/// A key of HMAC-SHA256: what is left of it after the first block of both hashes. Wiped on drop, never printed.
pub struct MacKey {
    inner: Box<[u32; 8]>,
    outer: Box<[u32; 8]>,
}

impl MacKey {
    /// The key with these 32 bytes.
    #[must_use]
    pub fn new(secret: &Secret) -> Self {
        Self { inner: after_key(secret, 0x36), outer: after_key(secret, 0x5c) }
    }

    /// The code of a message.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> [u8; 32] {
        finish(&self.outer, &finish(&self.inner, message))
    }
}

impl Drop for MacKey {
    fn drop(&mut self) {
        self.inner.zeroize();
        self.outer.zeroize();
    }
}

impl std::fmt::Debug for MacKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MacKey(redacted)")
    }
}

/// The state of the hash after the padded key, which is as good as the key: it comes about where it stays.
fn after_key(secret: &Secret, pad: u8) -> Box<[u32; 8]> {
    let mut block = [pad; BLOCK];
    block.iter_mut().zip(secret.expose()).for_each(|(byte, key)| *byte ^= key);
    let mut state = Box::new(INITIAL_STATE);
    compress256(&mut state, std::slice::from_ref(&block));
    block.zeroize();
    state
}

/// The digest of one block, which led to `start`, and the message. Of neither anything stays on the stack.
fn finish(start: &[u32; 8], message: &[u8]) -> [u8; 32] {
    // The copy is compressed in place: it ends as the digest.
    let mut state = *start;
    let (blocks, rest) = message.as_chunks::<BLOCK>();
    if !blocks.is_empty() {
        compress256(&mut state, blocks);
    }
    let mut last = [0; 2 * BLOCK];
    last[..rest.len()].copy_from_slice(rest);
    last[rest.len()] = 0x80;
    let end = if rest.len() + 1 + 8 <= BLOCK { BLOCK } else { 2 * BLOCK };
    let bits = 8 * (BLOCK + message.len()) as u64;
    last[end - 8..end].copy_from_slice(&bits.to_be_bytes());
    compress256(&mut state, last[..end].as_chunks().0);
    last[..rest.len()].zeroize();
    let mut digest = [0; 32];
    digest.as_chunks_mut().0.iter_mut().zip(state).for_each(|(bytes, word)| *bytes = word.to_be_bytes());
    digest
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use ring::hmac;

    use super::*;

    fn rings(key: &[u8; 32], message: &[u8]) -> Vec<u8> {
        hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), message).as_ref().to_vec()
    }

    proptest! {
        #[test]
        fn it_is_what_ring_makes(key in any::<[u8; 32]>(), message in proptest::collection::vec(any::<u8>(), 0..300)) {
            prop_assert_eq!(MacKey::new(&Secret::copy_of(&key)).sign(&message).to_vec(), rings(&key, &message));
        }
    }

    #[test]
    fn it_is_what_ring_makes_at_every_length_up_to_four_blocks() {
        let key = [7; 32];
        let ours = MacKey::new(&Secret::copy_of(&key));
        for length in 0..=4 * BLOCK {
            let message = vec![0xA5; length];
            assert_eq!(ours.sign(&message).to_vec(), rings(&key, &message), "{length}");
        }
    }

    #[test]
    fn it_is_not_printed() {
        assert_eq!(format!("{:?}", MacKey::new(&Secret::generate())), "MacKey(redacted)");
    }
}
