//! What is sealed in the row of an epoch: any bytes; what is accepted has this one form.
#![no_main]

use libfuzzer_sys::fuzz_target;
use saferoom::fuzzing::epoch_row;

fuzz_target!(|bytes: &[u8]| {
    if let Some(again) = epoch_row(bytes) {
        assert_eq!(again, bytes);
    }
});
