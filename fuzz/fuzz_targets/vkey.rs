//! A verifier key: any text; what is accepted has this one form.
#![no_main]

use libfuzzer_sys::fuzz_target;
use saferoom::log::NoteKey;

fuzz_target!(|text: &str| {
    if let Ok(key) = text.parse::<NoteKey>() {
        assert_eq!(key.to_string(), text);
    }
});
