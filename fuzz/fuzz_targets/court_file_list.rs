//! The list of a court file: any bytes; what is accepted has this one form.
#![no_main]

use libfuzzer_sys::fuzz_target;
use saferoom::log::CourtFileList;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(list) = CourtFileList::parse(bytes) {
        assert_eq!(list.to_string().as_bytes(), bytes);
    }
});
