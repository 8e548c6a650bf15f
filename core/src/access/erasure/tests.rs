//! Documents about erasures: one encoding, and nothing that is not signed.

use proptest::prelude::*;

use super::vectors::{custodian, erasure, example};
use super::*;

#[test]
fn documents_have_one_encoding() {
    let list = ErasureList {
        vault: crate::id::VaultId::random(),
        issued_at: 7,
        roster: (3, [4; 32]),
        erasures: vec![erasure(&[1, 2]), erasure(&[5])],
    };
    let listed = ErasureDocument::Listed(Box::new(Signed::new(list).signed_by(&custodian(1))));
    for document in [ErasureDocument::Direct(erasure(&[1, 2])), listed] {
        let bytes = document.encode();
        assert_eq!(ErasureDocument::decode(&bytes).as_ref(), Ok(&document));
        assert!(ErasureDocument::decode(&[&bytes[..], &[0]].concat()).is_err());
        for length in 0..bytes.len() {
            assert!(ErasureDocument::decode(&bytes[..length]).is_err());
        }
    }
}

#[test]
fn every_bit_of_a_certificate_counts() {
    let signed = SignedCertificate::new(example()).signed_by(&custodian(0x0A));
    let keys = [custodian(0x0A).public().verifying_key];
    assert!(signed.verify(&keys).is_ok());
    let bytes = signed.to_bytes();
    for place in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[place] ^= 1;
        let verified = SignedCertificate::from_bytes(&changed).and_then(|read| read.verify(&keys));
        assert!(verified.is_err(), "byte {place}");
    }
}

#[test]
fn a_ground_names_a_rule_exactly_where_it_rests_on_one() {
    assert!(Ground::retention_ended("any-case").is_ok());
    for wrong in ["", "Any case", "a_b", &"x".repeat(65)] {
        assert_eq!(Ground::retention_ended(wrong), Err(ErasureError::Rule), "{wrong}");
    }
    assert_eq!(Ground::of(GroundKind::RetentionEnded), Err(ErasureError::Rule));
    for kind in GroundKind::ALL {
        assert_eq!(GroundKind::from_number(kind.number()), Some(kind));
    }
}

proptest! {
    #[test]
    fn any_bytes_are_refused_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(ErasureDocument::decode(&bytes).is_err());
        prop_assert!(SignedCertificate::from_bytes(&bytes).is_err());
        prop_assert!(SignedErasureList::from_bytes(&bytes).is_err());
    }
}
