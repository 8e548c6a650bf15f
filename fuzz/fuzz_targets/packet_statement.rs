//! What an organisation says: an organisation itself, certificates, suspensions.
#![no_main]

use libfuzzer_sys::fuzz_target;
use saferoom::access::packet::{Organisation, SignedCertificate, SignedSuspensions};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(organisation) = Organisation::from_bytes(bytes) {
        assert_eq!(organisation.to_bytes(), bytes);
    }
    if let Ok(certificate) = SignedCertificate::from_bytes(bytes) {
        assert_eq!(certificate.to_bytes(), bytes);
    }
    if let Ok(suspensions) = SignedSuspensions::from_bytes(bytes) {
        assert_eq!(suspensions.to_bytes(), bytes);
    }
});
