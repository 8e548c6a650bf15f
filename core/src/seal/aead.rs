//! XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03), split at its seam.
//!
//! The construction is: subkey = HChaCha20(key, nonce\[0..16\]), then ChaCha20-Poly1305 (RFC 8439) with the nonce
//! 00000000 || nonce\[16..24\]. One [`Prefix`] of 16 random bytes therefore serves many values under one key, told
//! apart by the 8-byte suffix, for the price of one HChaCha20. The result is standard: the `chacha20poly1305` crate
//! opens what is sealed here and the other way round (see the property test).

use chacha20::{R20, hchacha};
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey};
use zeroize::Zeroize;

use super::{SealError, Secret};
use crate::id::random_bytes;

/// Length of the Poly1305 tag.
pub(super) const TAG_LENGTH: usize = 16;
/// Length of the random part of the nonce.
pub(super) const PREFIX_LENGTH: usize = 16;

/// The random 16 bytes at the start of a nonce.
pub(super) type Prefix = [u8; PREFIX_LENGTH];

/// The cipher for one (key, prefix). Lives for one call.
pub(super) struct PrefixCipher(LessSafeKey);

impl PrefixCipher {
    /// For sealing: with a prefix that was never used before.
    pub(super) fn fresh(key: &Secret) -> (Self, Prefix) {
        let prefix = random_bytes();
        (Self::with_prefix(key, &prefix), prefix)
    }

    /// For opening what was sealed with this prefix.
    pub(super) fn with_prefix(key: &Secret, prefix: &Prefix) -> Self {
        let mut subkey = hchacha::<R20>(&(*key.expose()).into(), &(*prefix).into());
        // ring copies the key and does not wipe its copy on drop; it lives on the stack for the length of one call.
        let unbound = UnboundKey::new(&CHACHA20_POLY1305, &subkey).expect("the subkey has 32 bytes");
        subkey.as_mut_slice().zeroize();
        Self(LessSafeKey::new(unbound))
    }

    /// Seals `buffer[from..]` in place and appends the tag.
    pub(super) fn seal_tail(
        &self,
        suffix: u64,
        aad: &[u8],
        buffer: &mut Vec<u8>,
        from: usize,
    ) -> Result<(), SealError> {
        let tag = self
            .0
            .seal_in_place_separate_tag(nonce(suffix), Aad::from(aad), &mut buffer[from..])
            .map_err(|_| SealError::TooLong)?;
        buffer.extend_from_slice(tag.as_ref());
        Ok(())
    }

    /// Opens `sealed` (ciphertext and tag) onto the end of `out`; on failure `out` is as before.
    pub(super) fn open_onto(&self, suffix: u64, aad: &[u8], sealed: &[u8], out: &mut Vec<u8>) -> Result<(), SealError> {
        let from = out.len();
        out.extend_from_slice(sealed);
        match self.0.open_in_place(nonce(suffix), Aad::from(aad), &mut out[from..]) {
            Ok(plain) => {
                let length = plain.len();
                out.truncate(from + length);
                Ok(())
            }
            Err(_) => {
                out[from..].zeroize();
                out.truncate(from);
                Err(SealError::Authentication)
            }
        }
    }
}

fn nonce(suffix: u64) -> Nonce {
    let mut bytes = [0; 12];
    bytes[4..].copy_from_slice(&suffix.to_be_bytes());
    Nonce::assume_unique_for_key(bytes)
}

#[cfg(test)]
mod tests {
    use chacha20poly1305::aead::{Aead, KeyInit, Payload};
    use chacha20poly1305::{XChaCha20Poly1305, XNonce};
    use proptest::prelude::*;

    use super::*;

    fn whole_nonce(prefix: Prefix, suffix: u64) -> XNonce {
        let mut nonce = [0; 24];
        nonce[..16].copy_from_slice(&prefix);
        nonce[16..].copy_from_slice(&suffix.to_be_bytes());
        nonce.into()
    }

    proptest! {
        #[test]
        fn the_published_crate_opens_ours_and_we_open_its(
            key in any::<[u8; 32]>(),
            suffix in any::<u64>(),
            aad in proptest::collection::vec(any::<u8>(), 0..80),
            plain in proptest::collection::vec(any::<u8>(), 0..3000),
        ) {
            let secret = Secret::copy_of(&key);
            let peer = XChaCha20Poly1305::new(&key.into());

            let (cipher, prefix) = PrefixCipher::fresh(&secret);
            let mut ours = plain.clone();
            cipher.seal_tail(suffix, &aad, &mut ours, 0).unwrap();
            let theirs = peer
                .encrypt(&whole_nonce(prefix, suffix), Payload { msg: &plain, aad: &aad })
                .unwrap();
            prop_assert_eq!(&ours, &theirs);

            let mut opened = Vec::new();
            PrefixCipher::with_prefix(&secret, &prefix).open_onto(suffix, &aad, &theirs, &mut opened).unwrap();
            prop_assert_eq!(&opened, &plain);
            let peer_opened = peer.decrypt(&whole_nonce(prefix, suffix), Payload { msg: &ours, aad: &aad }).unwrap();
            prop_assert_eq!(&peer_opened, &plain);
        }
    }

    #[test]
    fn agrees_with_the_published_crate_at_every_length_up_to_1100() {
        let secret = Secret::copy_of(&[9; 32]);
        let peer = XChaCha20Poly1305::new(&[9; 32].into());
        for length in 0..1100 {
            let plain = vec![0x5A; length];
            let (cipher, prefix) = PrefixCipher::fresh(&secret);
            let mut ours = plain.clone();
            cipher.seal_tail(7, b"place", &mut ours, 0).unwrap();
            let opened = peer.decrypt(&whole_nonce(prefix, 7), Payload { msg: &ours, aad: b"place" }).unwrap();
            assert_eq!(opened, plain);
        }
    }

    #[test]
    fn the_draft_vector_holds() {
        // draft-irtf-cfrg-xchacha-03, appendix A.3.1.
        let plain = b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, \
                      sunscreen would be it.";
        let aad = [0x50, 0x51, 0x52, 0x53, 0xc0, 0xc1, 0xc2, 0xc3, 0xc4, 0xc5, 0xc6, 0xc7];
        let mut key = [0; 32];
        (0x80..=0x9f).zip(key.iter_mut()).for_each(|(value, byte)| *byte = value);
        let mut prefix = [0; 16];
        (0x40..=0x4f).zip(prefix.iter_mut()).for_each(|(value, byte)| *byte = value);
        let cipher = PrefixCipher::with_prefix(&Secret::copy_of(&key), &prefix);
        let mut sealed = plain.to_vec();
        cipher.seal_tail(0x5051_5253_5455_5657, &aad, &mut sealed, 0).unwrap();
        assert_eq!(sealed[..8], [0xbd, 0x6d, 0x17, 0x9d, 0x3e, 0x83, 0xd4, 0x3b]);
        let tag = [0xc0, 0x87, 0x59, 0x24, 0xc1, 0xc7, 0x98, 0x79, 0x47, 0xde, 0xaf, 0xd8, 0x78, 0x0a, 0xcf, 0x49];
        assert_eq!(sealed[sealed.len() - 16..], tag);
    }

    #[test]
    fn a_failed_opening_leaves_nothing_behind() {
        let (cipher, _) = PrefixCipher::fresh(&Secret::generate());
        let mut sealed = b"what she said".to_vec();
        cipher.seal_tail(1, b"", &mut sealed, 0).unwrap();
        let mut out = b"before".to_vec();
        assert_eq!(cipher.open_onto(2, b"", &sealed, &mut out), Err(SealError::Authentication));
        assert_eq!(out, b"before");
    }
}
