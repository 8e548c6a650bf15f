//! A slice of the log for a subject's report: as it comes on a stick, and what it holds once it opened.
#![no_main]

use libfuzzer_sys::fuzz_target;
use saferoom::fuzzing::{sealed_slice, subject_slice};

fuzz_target!(|bytes: &[u8]| {
    assert!(!sealed_slice(bytes));
    if let Some(again) = subject_slice(bytes) {
        assert_eq!(again, bytes);
    }
});
