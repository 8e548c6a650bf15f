//! A file with which somebody asks to be enrolled.
#![no_main]

use libfuzzer_sys::fuzz_target;
use saferoom::keys::PublicIdentity;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(identity) = PublicIdentity::from_enrolment_file(bytes) {
        assert!(!identity.fingerprint().is_empty());
    }
});
