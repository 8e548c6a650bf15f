//! The count of failed attempts: any bytes; what is accepted has this one form.
#![no_main]

use libfuzzer_sys::fuzz_target;
use saferoom::fuzzing::attempt_count;

fuzz_target!(|bytes: &[u8]| {
    if let Some(again) = attempt_count(bytes) {
        assert_eq!(again, bytes);
    }
});
