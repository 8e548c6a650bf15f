//! A date as a person writes it: any text; what is accepted has one form, in text and stored.

use saferoom::model::{FieldType, PartialDate};

pub(crate) fn run(text: &str) {
    let Ok(date) = PartialDate::parse(text) else { return };
    assert_eq!(date.to_text(), text.trim());
    assert!((1900..=2100).contains(&date.in_year()));
    let mut stored = Vec::new();
    date.encode(&mut stored);
    assert_eq!(PartialDate::decode(&stored), Ok(date));
}
