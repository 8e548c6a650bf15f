//! What is kept of accepted packets: what is read is written again as the same bytes.
#![no_main]

use libfuzzer_sys::fuzz_target;
use saferoom::fuzzing::packet_seen;

fuzz_target!(|bytes: &[u8]| {
    if let Some(again) = packet_seen(bytes) {
        assert_eq!(again, bytes);
    }
});
