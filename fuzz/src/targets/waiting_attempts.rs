//! The attempts to sign in that wait to be logged: any bytes; what is accepted has this one form.

use saferoom::fuzzing::waiting_attempts;

pub(crate) fn run(bytes: &[u8]) {
    if let Some(again) = waiting_attempts(bytes) {
        assert_eq!(again, bytes);
    }
}
