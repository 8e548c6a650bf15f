//! A text that a person wrote: any; what is accepted is stable, is stored and read back, and stays within its limit.

use saferoom::model::{FieldType, Narrative, Text};

pub(crate) fn run(text: &str) {
    // Short inputs reach the limit only if they are repeated.
    let long = text.repeat(Text::MAX_LENGTH / text.len().max(64));
    for text in [text, &long] {
        if let Ok(text) = Text::new(text) {
            assert!((1..=Text::MAX_LENGTH).contains(&text.as_str().len()));
            assert_eq!(Text::new(text.as_str()), Ok(text.clone()));
            let mut stored = Vec::new();
            text.encode(&mut stored);
            assert_eq!(Text::decode(&stored), Ok(text.clone()));
            assert_eq!(Narrative::new(text.as_str()).unwrap().as_str(), text.as_str());
        }
    }
}
