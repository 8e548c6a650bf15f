//! A line of what the store holds: any text; what is accepted has this one form.
#![no_main]

use libfuzzer_sys::fuzz_target;
use saferoom::log::StoredHead;

fuzz_target!(|text: &str| {
    if let Ok(head) = text.parse::<StoredHead>() {
        assert_eq!(head.to_string(), text);
    }
});
