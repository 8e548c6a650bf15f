//! The count of failed attempts: any bytes; what is accepted has this one form.

use saferoom::fuzzing::attempt_count;

pub(crate) fn run(bytes: &[u8]) {
    if let Some(again) = attempt_count(bytes) {
        assert_eq!(again, bytes);
    }
}
