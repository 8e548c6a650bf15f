//! The list of devices of a bundle: any bytes; what is accepted has this one form.
#![no_main]

use libfuzzer_sys::fuzz_target;
use saferoom::log::DeviceList;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(list) = DeviceList::parse(bytes) {
        assert_eq!(list.to_string().as_bytes(), bytes);
    }
});
