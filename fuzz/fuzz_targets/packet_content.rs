//! What stands inside a packet: a manifest and parts that an honest key signed and sealed, however absurd.
#![no_main]

use libfuzzer_sys::fuzz_target;
use saferoom::fuzzing::packet_content;

fuzz_target!(|bytes: &[u8]| {
    let _refused_or_not = packet_content(bytes);
});
