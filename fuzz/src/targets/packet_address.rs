//! A packet address file, and a packet key file that stays locked.

use saferoom::fuzzing::packet_key_file;
use saferoom::keys::PacketAddress;

pub(crate) fn run(bytes: &[u8]) {
    if PacketAddress::from_file_bytes(bytes).is_ok() {
        assert_eq!(bytes.len(), PacketAddress::FILE_LENGTH);
    }
    let _refused_or_not = packet_key_file(bytes);
}
