//! The oversight circle that the host's key store keeps: any bytes; what is accepted has this one form.

use saferoom::fuzzing::kept_oversight;

pub(crate) fn run(bytes: &[u8]) {
    if let Some(again) = kept_oversight(bytes) {
        assert_eq!(again, bytes);
    }
}
