//! Letters that deceive: two scripts in one name, marks and characters that nobody sees. Unicode's own tables (UTS #39)
//! say which scripts go together.

use unicode_script::{Script, UnicodeScript as _};
use unicode_security::MixedScript as _;

/// Whether one script, or a set of scripts that one language uses together, writes all of it.
pub(super) fn is_one_script(text: &str) -> bool {
    text.is_ascii() || text.chars().all(is_plain_khmer) || text.is_single_script()
}

/// Khmer, and what every script shares.
const fn is_plain_khmer(character: char) -> bool {
    matches!(character, '\u{1780}'..='\u{17FF}' | ' ' | '-' | '.' | '\u{200B}')
}

/// Whether every letter is of this script.
pub(super) fn is_script(text: &str, script: Script) -> bool {
    text.chars().all(|character| {
        matches!(character.script(), Script::Common | Script::Inherited) || character.script() == script
    })
}

/// The script of this four-letter code of ISO 15924.
pub(super) fn script_of(code: &str) -> Option<Script> {
    Script::from_short_name(code)
}

/// Whether a mark of direction stands in it.
pub(super) fn has_direction_mark(text: &str) -> bool {
    !text.is_ascii()
        && text.chars().any(
            |c| matches!(c, '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}'),
        )
}

/// Whether a character stands in it that nobody sees. Between two Khmer letters, a zero-width space or joiner is part of
/// how Khmer is written.
pub(super) fn has_invisible(text: &str) -> bool {
    if text.is_ascii() {
        return false;
    }
    let mut before = None;
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let between = before.is_some_and(is_khmer) && characters.peek().copied().is_some_and(is_khmer);
        let hidden = match character {
            '\u{200B}'..='\u{200D}' => !between,
            _ => is_invisible(character),
        };
        if hidden {
            return true;
        }
        before = Some(character);
    }
    false
}

const fn is_khmer(character: char) -> bool {
    matches!(character, '\u{1780}'..='\u{17FF}')
}

const fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{AD}' | '\u{34F}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
            | '\u{2028}' | '\u{2029}' | '\u{2060}'..='\u{2065}' | '\u{206A}'..='\u{206F}' | '\u{2800}' | '\u{3164}'
            | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E0FFF}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_one_script_pass() {
        for name in ["Sok Sophea", "Nguyễn Văn", "សុខ សុភា", "ស៊ុ\u{200B}ភា", "王小明", "佐藤さくら", "O'Neil-2", "สมชาย"]
        {
            assert!(is_one_script(name) && !has_invisible(name) && !has_direction_mark(name), "{name}");
        }
    }

    #[test]
    fn mixed_and_hidden_letters_do_not() {
        for name in ["សុភា Sophea", "Sоphea", "Αlex", "Sok សុខ", "ѕophea"] {
            assert!(!is_one_script(name), "{name}");
        }
        for name in
            ["So\u{200B}k", "\u{200B}សុភា", "សុភា\u{200B}", "So\u{AD}k", "Sok\u{FEFF}", "ស\u{17B4}ក", "So\u{E0041}k"]
        {
            assert!(has_invisible(name), "{name:?}");
        }
        for name in ["Sok\u{200F}", "\u{202E}kos", "So\u{61C}k"] {
            assert!(has_direction_mark(name), "{name:?}");
        }
        assert!(is_script("Sophéa d'Ek", Script::Latin) && !is_script("Ѕорһеа", Script::Latin));
        assert_eq!((script_of("Latn"), script_of("Xxxx")), (Some(Script::Latin), None));
    }
}
