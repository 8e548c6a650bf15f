//! The attempts to sign in that wait to be logged: any bytes; what is accepted has this one form.
#![no_main]

use libfuzzer_sys::fuzz_target;
use saferoom::fuzzing::waiting_attempts;

fuzz_target!(|bytes: &[u8]| {
    if let Some(again) = waiting_attempts(bytes) {
        assert_eq!(again, bytes);
    }
});
