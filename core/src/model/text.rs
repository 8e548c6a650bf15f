//! Texts that people wrote or said: normalised, free of characters that deceive, wiped.

use std::fmt;

use unicode_normalization::{UnicodeNormalization, is_nfc};
use zeroize::Zeroizing;

use super::encoding::{FieldType, single, string_length, write_text};
use super::{ValueError, ValueType};

/// The normalised text: NFC, without spaces around it.
fn normalise(text: &str, limit: usize) -> Result<Zeroizing<String>, ValueError> {
    let text = text.trim();
    // Composing shortens by at most three, so that anything longer than this is too long in any case.
    if text.len() > limit.saturating_mul(4) {
        return Err(ValueError::TooLong { limit });
    }
    if text.is_ascii() || is_nfc(text) {
        check(text, limit)?;
        return Ok(Zeroizing::new(text.to_owned()));
    }
    // Composing lengthens by at most three. No growth, so that no copy is left behind.
    let mut composed = Zeroizing::new(String::with_capacity(text.len().saturating_mul(3).min(limit) + 4));
    for character in text.nfc() {
        composed.push(character);
        if composed.len() > limit {
            return Err(ValueError::TooLong { limit });
        }
    }
    check(&composed, limit)?;
    Ok(Zeroizing::new(composed.as_str().to_owned()))
}

/// Whether a text may be stored as it is.
///
/// Whether it is normalised is not asked: newer tables of Unicode must not make an old text unreadable.
pub(super) fn check(text: &str, limit: usize) -> Result<(), ValueError> {
    if text.is_empty() {
        return Err(ValueError::Empty);
    }
    if text.len() > limit {
        return Err(ValueError::TooLong { limit });
    }
    if text.trim().len() != text.len() {
        return Err(ValueError::Encoding);
    }
    if may_be_refused(text) && text.chars().any(refused) { Err(ValueError::Character) } else { Ok(()) }
}

/// Whether a text that people are shown is one: not empty, and nothing in it deceives.
pub(super) fn is_shown(text: &str) -> bool {
    check(text, Narrative::MAX_LENGTH).is_ok()
}

/// Whether any byte is the first one of a character that could be refused. Looks at many at a time, and says no for most texts.
fn may_be_refused(text: &str) -> bool {
    let first = |byte: &u8| *byte < 0x20 || matches!(*byte, 0x7f | 0xc2 | 0xe2);
    text.as_bytes().chunks(32).any(|bytes| bytes.iter().fold(false, |any, byte| any | first(byte)))
}

/// Control characters, and overrides of direction: they make a text read differently from what it is.
const fn refused(character: char) -> bool {
    matches!(character, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
        || (matches!(character, '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}') && !matches!(character, '\n' | '\t'))
}

macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident, $limit:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq)]
        pub struct $name(Zeroizing<String>);

        impl $name {
            /// The limit, in bytes of UTF-8.
            pub const MAX_LENGTH: usize = $limit;

            /// The text, normalised to NFC and without spaces around it.
            ///
            /// # Errors
            /// [`ValueError`] if it is empty, too long, or has a control character or a direction override in it.
            pub fn new(text: impl AsRef<str>) -> Result<Self, ValueError> {
                normalise(text.as_ref(), Self::MAX_LENGTH).map(Self)
            }

            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FieldType for $name {
            const TYPE: ValueType = ValueType::$name;

            fn encode(&self, out: &mut Vec<u8>) {
                write_text(out, &self.0);
            }

            fn decode(bytes: &[u8]) -> Result<Self, ValueError> {
                let text = single(bytes)?.text("text")?;
                check(text, Self::MAX_LENGTH)?;
                Ok(Self(Zeroizing::new(text.to_owned())))
            }

            fn encoded_length_hint(&self) -> usize {
                string_length(self.0.len())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(redacted)"))
            }
        }
    )*};
}

texts! {
    /// A short text, such as a name. Wiped on drop.
    Text, 4096;
    /// A long text: what a person said. Wiped on drop.
    Narrative, 4 << 20;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_trimmed_and_composed() {
        assert_eq!(Text::new(" \u{85}Cafe\u{301}\r\n").unwrap().as_str(), "Café");
        assert_eq!(Narrative::new("Line\n\tខ្ញុំ\u{200B}បាន").unwrap().as_str(), "Line\n\tខ្ញុំ\u{200B}បាន");
    }

    #[test]
    fn deceiving_characters_are_refused() {
        for text in ["a\0b", "a\rb", "a\u{1b}b", "a\u{7f}b", "a\u{9b}b", "a\u{202E}b", "a\u{2066}b", "a\u{2069}b"] {
            assert_eq!(Text::new(text), Err(ValueError::Character));
        }
        assert_eq!(Text::new(" \n\u{3000}"), Err(ValueError::Empty));
    }

    #[test]
    fn no_refused_character_is_passed_over() {
        for character in ('\0'..=char::MAX).filter(|character| refused(*character)) {
            for text in [format!("{character}"), format!("{}{character}ក", "a".repeat(40))] {
                assert!(may_be_refused(&text), "{character:?}");
            }
        }
        assert!(!may_be_refused(&"Sokha ហើយ ".repeat(9)));
    }

    #[test]
    fn the_limit_counts_composed_bytes() {
        let limit = Text::MAX_LENGTH;
        assert!(Text::new("a".repeat(limit)).is_ok());
        assert_eq!(Text::new("a".repeat(limit + 1)), Err(ValueError::TooLong { limit }));
        assert!(Text::new("e\u{301}".repeat(limit / 2)).is_ok());
        assert_eq!(Text::new("e\u{301}".repeat(limit / 2 + 1)), Err(ValueError::TooLong { limit }));
        // Each of these becomes three characters.
        assert!(Text::new("\u{fb2c}".repeat(limit / 6)).is_ok());
        assert_eq!(Text::new("\u{fb2c}".repeat(limit / 6 + 1)), Err(ValueError::TooLong { limit }));
        assert_eq!(Text::new("a".repeat(9 * limit)), Err(ValueError::TooLong { limit }));
        assert!(Narrative::new("ក".repeat(Narrative::MAX_LENGTH / 3)).is_ok());
    }

    #[test]
    fn stored_texts_are_checked() {
        assert_eq!(Text::decode(b"\x60"), Err(ValueError::Empty));
        assert_eq!(Text::decode(b"\x62a "), Err(ValueError::Encoding));
        assert_eq!(Text::decode(b"\x63a\0b"), Err(ValueError::Character));
        assert_eq!(Text::decode(b"\x61\xff"), Err(ValueError::Utf8));
        assert_eq!(Text::decode(b"\x01"), Err(ValueError::Type { expected: "text" }));
        assert_eq!(format!("{:?}", Text::new("Sokha").unwrap()), "Text(redacted)");
    }
}
