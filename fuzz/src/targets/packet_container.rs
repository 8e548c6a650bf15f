//! A packet as it could come on a stick: any bytes, read up to where they are refused.

use saferoom::fuzzing::packet_container;

pub(crate) fn run(bytes: &[u8]) {
    // Only who holds the recipient's public key makes one that opens; the fuzzer has none but the examples it starts from.
    if packet_container(bytes).is_ok() {
        assert!(bytes.starts_with(b"SFRMPACK\x01"));
        assert!(packet_container(&bytes[..bytes.len() - 1]).is_err());
    }
}
