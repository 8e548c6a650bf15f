//! An identity file, up to where it would be unlocked: as it is, and with the checksum made to fit.

use saferoom::fuzzing::identity_file;
use saferoom::seal::sha256;

const LENGTH: usize = 126;

pub(crate) fn run(bytes: &[u8]) {
    if identity_file(bytes).is_ok() {
        assert_eq!(bytes.len(), LENGTH);
    }
    let mut fitting = bytes.to_vec();
    fitting.resize(LENGTH, 0);
    let checksum = sha256(&fitting[..LENGTH - 8]);
    fitting[LENGTH - 8..].copy_from_slice(&checksum[..8]);
    if identity_file(&fitting).is_ok() {
        // Whatever is accepted is bounded: no file makes the device work for minutes.
        let number = |at: usize| u32::from_be_bytes(fitting[at..at + 4].try_into().unwrap());
        assert!(fitting.starts_with(b"SFRMIDNT\x01") && (1..=3).contains(&fitting[9]));
        assert!(number(10) <= 1 << 20 && number(14) <= 16 && number(18) <= 4);
        fitting[LENGTH - 1] ^= 1;
        assert!(identity_file(&fitting).is_err());
    }
}
