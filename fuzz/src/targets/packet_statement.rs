//! What an organisation says: an organisation itself, certificates, suspensions.

use saferoom::access::packet::{Organisation, SignedCertificate, SignedSuspensions};

pub(crate) fn run(bytes: &[u8]) {
    if let Ok(organisation) = Organisation::from_bytes(bytes) {
        assert_eq!(organisation.to_bytes(), bytes);
    }
    if let Ok(certificate) = SignedCertificate::from_bytes(bytes) {
        assert_eq!(certificate.to_bytes(), bytes);
    }
    if let Ok(suspensions) = SignedSuspensions::from_bytes(bytes) {
        assert_eq!(suspensions.to_bytes(), bytes);
    }
}
