//! A form document, as bytes out of a roster and as a text that a person wrote.

use saferoom::model::FormDocument;

pub(crate) fn run(bytes: &[u8]) {
    if let Ok(form) = FormDocument::decode(bytes) {
        assert_eq!(form.encode(), bytes);
    }
    if let Some(form) = std::str::from_utf8(bytes).ok().and_then(|text| FormDocument::parse(text).ok()) {
        assert_eq!(FormDocument::decode(&form.encode()), Ok(form));
    }
}
