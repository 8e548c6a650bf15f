//! The head that the host's key store keeps: any bytes; what is accepted has this one form.
#![no_main]

use libfuzzer_sys::fuzz_target;
use saferoom::fuzzing::kept_head;

fuzz_target!(|bytes: &[u8]| {
    if let Some(again) = kept_head(bytes) {
        assert_eq!(again, bytes);
    }
});
