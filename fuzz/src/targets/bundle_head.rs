//! A line of what the store holds: any text; what is accepted has this one form.

use saferoom::log::StoredHead;

pub(crate) fn run(text: &str) {
    if let Ok(head) = text.parse::<StoredHead>() {
        assert_eq!(head.to_string(), text);
    }
}
