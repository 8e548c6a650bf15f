//! A slice of the log for a subject's report: as it comes on a stick, and what it holds once it opened.

use saferoom::fuzzing::{sealed_slice, subject_slice};

pub(crate) fn run(bytes: &[u8]) {
    assert!(!sealed_slice(bytes));
    if let Some(again) = subject_slice(bytes) {
        assert_eq!(again, bytes);
    }
}
