//! The list of the groups of a revision: any bytes; what is accepted has this one form.
#![no_main]

use libfuzzer_sys::fuzz_target;
use saferoom::fuzzing::group_list;

fuzz_target!(|bytes: &[u8]| {
    if let Some(again) = group_list(bytes) {
        assert_eq!(again, bytes);
    }
});
