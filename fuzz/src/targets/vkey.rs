//! A verifier key: any text; what is accepted has this one form.

use saferoom::log::NoteKey;

pub(crate) fn run(text: &str) {
    if let Ok(key) = text.parse::<NoteKey>() {
        assert_eq!(key.to_string(), text);
    }
}
