//! The head that the host's key store keeps: any bytes; what is accepted has this one form.

use saferoom::fuzzing::kept_head;

pub(crate) fn run(bytes: &[u8]) {
    if let Some(again) = kept_head(bytes) {
        assert_eq!(again, bytes);
    }
}
