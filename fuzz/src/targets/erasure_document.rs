//! Documents about erasures: what the roster carries, certificates, lists.

use saferoom::access::erasure::{ErasureDocument, SignedCertificate, SignedErasureList};

pub(crate) fn run(bytes: &[u8]) {
    if let Ok(document) = ErasureDocument::decode(bytes) {
        assert_eq!(document.encode(), bytes);
    }
    if let Ok(list) = SignedErasureList::from_bytes(bytes) {
        assert_eq!(list.to_bytes(), bytes);
        assert!(list.demand(&[], 1).is_err());
    }
    if let Ok(certificate) = SignedCertificate::from_bytes(bytes) {
        assert_eq!(certificate.to_bytes(), bytes);
        let _ = certificate.document().to_text();
        assert!(certificate.verify(&[]).is_err());
    }
}
