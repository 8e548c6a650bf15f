//! A backup as it could lie on a disk: any bytes, read up to where they do not open.

use saferoom::fuzzing::backup_container;

pub(crate) fn run(bytes: &[u8]) {
    // Only who holds the key makes one that opens; the fuzzer has none but the examples it starts from.
    if backup_container(bytes).is_ok() {
        assert!(bytes.starts_with(b"SFRMBKUP\x01"));
        assert!(backup_container(&bytes[..bytes.len() - 1]).is_err());
    }
}
