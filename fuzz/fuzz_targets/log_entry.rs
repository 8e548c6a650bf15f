//! A log entry: any bytes; what is accepted has this one form.
#![no_main]

use libfuzzer_sys::fuzz_target;
use saferoom::log::{Entry, MAX_ENTRY_LENGTH};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(entry) = Entry::decode(bytes) {
        assert!(bytes.len() <= MAX_ENTRY_LENGTH);
        assert_eq!(entry.encode().unwrap(), bytes);
        assert_eq!(entry.leaf_hash().unwrap(), saferoom::log::leaf_hash(bytes));
        assert_eq!(entry.clone().into_owned(), entry);
    }
});
