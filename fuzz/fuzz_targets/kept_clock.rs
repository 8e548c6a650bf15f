//! The time that a device keeps: any bytes; what is accepted has this one form.
#![no_main]

use libfuzzer_sys::fuzz_target;
use saferoom::fuzzing::kept_clock;

fuzz_target!(|bytes: &[u8]| {
    if let Some(again) = kept_clock(bytes) {
        assert_eq!(again, bytes);
    }
});
