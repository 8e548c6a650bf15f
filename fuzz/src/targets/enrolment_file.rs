//! A file with which somebody asks to be enrolled.

use saferoom::keys::PublicIdentity;

pub(crate) fn run(bytes: &[u8]) {
    if let Ok(identity) = PublicIdentity::from_enrolment_file(bytes) {
        assert!(!identity.fingerprint().is_empty());
    }
}
