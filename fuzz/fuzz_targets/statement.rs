//! A session's statement: any bytes; what is accepted has this one form.
#![no_main]

use libfuzzer_sys::fuzz_target;
use saferoom::fuzzing::statement;

fuzz_target!(|bytes: &[u8]| {
    if let Some(again) = statement(bytes) {
        assert_eq!(again, bytes);
    }
});
