//! A disclosure: any bytes; what is accepted has this one form and opens its commitment.
#![no_main]

use libfuzzer_sys::fuzz_target;
use saferoom::log::Disclosure;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(disclosure) = Disclosure::decode(bytes) {
        assert_eq!(disclosure.encode().as_slice(), bytes);
        assert!(disclosure.opens(&disclosure.commitment()));
    }
});
