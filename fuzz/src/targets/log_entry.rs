//! A log entry: any bytes; what is accepted has this one form.

use saferoom::log::{Entry, MAX_ENTRY_LENGTH};

pub(crate) fn run(bytes: &[u8]) {
    if let Ok(entry) = Entry::decode(bytes) {
        assert!(bytes.len() <= MAX_ENTRY_LENGTH);
        assert_eq!(entry.encode().unwrap(), bytes);
        assert_eq!(entry.leaf_hash().unwrap(), saferoom::log::leaf_hash(bytes));
        assert_eq!(entry.clone().into_owned(), entry);
    }
}
