//! The oversight circle that the host's key store keeps: any bytes; what is accepted has this one form.
#![no_main]

use libfuzzer_sys::fuzz_target;
use saferoom::fuzzing::kept_oversight;

fuzz_target!(|bytes: &[u8]| {
    if let Some(again) = kept_oversight(bytes) {
        assert_eq!(again, bytes);
    }
});
