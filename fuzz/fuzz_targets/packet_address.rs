//! A packet address file, and a packet key file that stays locked.
#![no_main]

use libfuzzer_sys::fuzz_target;
use saferoom::fuzzing::packet_key_file;
use saferoom::keys::PacketAddress;

fuzz_target!(|bytes: &[u8]| {
    if PacketAddress::from_file_bytes(bytes).is_ok() {
        assert_eq!(bytes.len(), PacketAddress::FILE_LENGTH);
    }
    let _refused_or_not = packet_key_file(bytes);
});
