//! A form document, as bytes out of a roster and as a text that a person wrote.
#![no_main]

use libfuzzer_sys::fuzz_target;
use saferoom::model::FormDocument;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(form) = FormDocument::decode(bytes) {
        assert_eq!(form.encode(), bytes);
    }
    if let Some(form) = std::str::from_utf8(bytes).ok().and_then(|text| FormDocument::parse(text).ok()) {
        assert_eq!(FormDocument::decode(&form.encode()), Ok(form));
    }
});
