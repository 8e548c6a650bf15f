//! From a text as people type it to words: one alphabet each, without what cannot be seen.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use zeroize::Zeroizing;

use super::khmer;
use super::romanisation::{Folding, folding};

/// Most words that one text gives; the rest is not searched.
pub(super) const MAX_WORDS: usize = 6;

/// Longest word, in characters; what is behind is not searched.
const MAX_CHARACTERS: usize = 64;

/// Longest text that is looked at, in bytes.
pub(super) const MAX_TEXT: usize = 1024;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Script {
    Latin,
    Khmer,
    Other,
}

/// A word in one script: small letters, no accents, not yet folded.
#[derive(Clone)]
pub(super) struct Word {
    pub(super) script: Script,
    pub(super) text: Zeroizing<String>,
}

impl Word {
    /// What is compared: all spellings of one name have the same.
    pub(super) fn key(&self, folding: &Folding) -> Zeroizing<String> {
        match self.script {
            Script::Latin => folding.skeleton(&self.text),
            Script::Khmer => khmer::fold(&self.text),
            Script::Other => self.text.clone(),
        }
    }

    /// Several words written as one.
    pub(super) fn join(words: &[Self]) -> Option<Self> {
        let script = words.first()?.script;
        let mut text = Zeroizing::new(String::with_capacity(words.iter().map(|word| word.text.len()).sum()));
        words.iter().for_each(|word| text.push_str(&word.text));
        Some(Self { script, text })
    }
}

/// The words of a text, at most [`MAX_WORDS`].
pub(super) fn words(text: &str) -> Vec<Word> {
    words_with(folding(), text)
}

pub(super) fn words_with(folding: &Folding, text: &str) -> Vec<Word> {
    let plain = plain(text);
    let mut words = Vec::new();
    for written in plain.split(is_between_words) {
        one_script_each(folding, written, &mut words);
    }
    words.truncate(MAX_WORDS);
    words
}

/// The text in small letters and ASCII digits, compatibility forms resolved, without what cannot be seen.
pub(super) fn plain(text: &str) -> Zeroizing<String> {
    let text = &text[..text.floor_char_boundary(MAX_TEXT)];
    // Compatibility forms can be 18 times as long; more than twice as long is no name.
    let mut plain = Zeroizing::new(String::with_capacity(2 * MAX_TEXT + 16));
    for character in text.nfkc().filter(|character| !is_invisible(*character)).map(ascii_digit) {
        if plain.len() > 2 * MAX_TEXT {
            break;
        }
        plain.extend(character.to_lowercase());
    }
    plain
}

/// Zero-width characters, direction marks, variation selectors: nobody sees them.
const fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}'
            | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}'
            | '\u{E0000}'..='\u{E0FFF}'
    )
}

/// Digits of the scripts of the region, and Arabic ones.
fn ascii_digit(character: char) -> char {
    const ZEROS: [u32; 7] = [0x17E0, 0x0E50, 0x0ED0, 0x1040, 0x0660, 0x06F0, 0x0966];
    let code = u32::from(character);
    let digit = ZEROS.iter().find_map(|zero| code.checked_sub(*zero).filter(|digit| *digit < 10));
    digit.and_then(|digit| char::from_digit(digit, 10)).unwrap_or(character)
}

/// Spaces, hyphens and dots part words; apostrophes do not.
fn is_between_words(character: char) -> bool {
    character.is_whitespace()
        || matches!(
            character,
            '-' | '_' | '.' | ',' | ';' | '/' | '\\' | '|' | '(' | ')' | '·' | '\u{2010}'..='\u{2015}' | '\u{17D4}'..='\u{17D6}'
        )
}

/// Cuts what is written without a space between two scripts, such as a Khmer and a Latin name, where the script changes.
fn one_script_each(folding: &Folding, written: &str, words: &mut Vec<Word>) {
    if let Some(latin) = as_latin(folding, written) {
        push(words, Script::Latin, latin);
        return;
    }
    let mut part: Option<(Script, Zeroizing<String>)> = None;
    for character in written.chars() {
        let Some(script) = script_of(folding, character) else {
            // Digits and marks go with what stands before them.
            if let Some((_, text)) = part.as_mut().filter(|_| belongs(character)) {
                text.push(character);
            } else if character.is_ascii_digit() {
                part = Some((Script::Latin, room(written)));
                part.iter_mut().for_each(|(_, text)| text.push(character));
            }
            continue;
        };
        if part.as_ref().is_none_or(|(open, _)| *open != script) {
            finish(folding, part.take(), words);
            part = Some((script, room(written)));
        }
        part.iter_mut().for_each(|(_, text)| text.push(character));
    }
    finish(folding, part, words);
}

fn room(written: &str) -> Zeroizing<String> {
    Zeroizing::new(String::with_capacity(written.len()))
}

fn finish(folding: &Folding, part: Option<(Script, Zeroizing<String>)>, words: &mut Vec<Word>) {
    let Some((script, text)) = part else { return };
    let text = if script == Script::Latin { as_latin(folding, &text).unwrap_or(text) } else { text };
    push(words, script, text);
}

fn push(words: &mut Vec<Word>, script: Script, text: Zeroizing<String>) {
    let end = text.char_indices().nth(MAX_CHARACTERS).map_or(text.len(), |(at, _)| at);
    if end > 0 && words.len() < MAX_WORDS {
        words.push(Word { script, text: Zeroizing::new(text[..end].to_owned()) });
    }
}

/// The word in ASCII letters and digits, if it is Latin, or looks it in every letter.
fn as_latin(folding: &Folding, written: &str) -> Option<Zeroizing<String>> {
    let mut latin = Zeroizing::new(String::with_capacity(2 * written.len()));
    for character in written.nfd().filter(|character| !is_combining_mark(*character)) {
        if let Some(letters) = folding.ascii_letters(character) {
            latin.push_str(letters);
        } else if let Some(letter) = folding.latin_look_alike(character) {
            latin.push(letter);
        } else if character.is_alphanumeric() {
            return None;
        }
    }
    (!latin.is_empty()).then_some(latin)
}

fn script_of(folding: &Folding, character: char) -> Option<Script> {
    match character {
        'a'..='z' | '\u{C0}'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}' => Some(Script::Latin),
        khmer if khmer::is_khmer(khmer) => Some(Script::Khmer),
        letter if folding.ascii_letters(letter).is_some() => Some(Script::Latin),
        letter if letter.is_alphabetic() && !is_combining_mark(letter) => Some(Script::Other),
        _ => None,
    }
}

fn belongs(character: char) -> bool {
    character.is_alphanumeric() || is_combining_mark(character)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn keys(text: &str) -> Vec<String> {
        words(text).iter().map(|word| word.key(folding()).as_str().to_owned()).collect()
    }

    #[test]
    fn what_cannot_be_seen_does_not_count() {
        let plain = keys("សុភា Vanna");
        for text in
            ["សុ\u{200B}ភា\u{200D} Vanna", "\u{FEFF}សុភា\u{2060} V\u{AD}anna", "\u{200E}សុភា Va\u{FE0F}nna\u{202C}"]
        {
            assert_eq!(keys(text), plain);
        }
    }

    #[test]
    fn case_accents_and_compatibility_forms_do_not_count() {
        for text in ["VANNA", "vánnà", "Ｖａｎｎａ", "V'anna", "va\u{301}nna"] {
            assert_eq!(keys(text), keys("Vanna"), "{text}");
        }
        assert_eq!(keys("Đặng Łøß"), keys("dang loss"));
        assert_eq!(keys("Srey-Mom"), keys("srey mom"));
    }

    #[test]
    fn look_alikes_of_other_alphabets_are_seen_through() {
        // Cyrillic а and о in a Latin word, and a word all of such letters.
        assert_eq!(keys("D\u{430}r\u{430}"), keys("Dara"));
        assert_eq!(keys("\u{441}\u{43E}\u{43A}"), keys("cok"));
        // A real Cyrillic word stays what it is.
        assert_eq!(words("Иван")[0].script, Script::Other);
    }

    #[test]
    fn scripts_are_parted_where_they_meet() {
        assert_eq!(keys("សុភាVanna"), keys("សុភា Vanna"));
        assert_eq!(keys("សុភា២"), keys("សុភា2"));
        assert_eq!(
            words("ទារក 漢字 Vanna").iter().map(|word| word.script).collect::<Vec<_>>(),
            [Script::Khmer, Script::Other, Script::Latin]
        );
    }

    #[test]
    fn nothing_is_nothing_and_much_is_cut() {
        for text in ["", " ", "...", "\u{200B}", "\u{301}", "🙂", "'"] {
            assert!(words(text).is_empty(), "{text:?}");
        }
        assert_eq!(words(&"a b ".repeat(5000)).len(), MAX_WORDS);
        assert!(words(&"x".repeat(50_000))[0].text.len() <= MAX_CHARACTERS);
        assert!(plain(&"\u{FDFA}".repeat(400)).len() < 3 * MAX_TEXT);
    }

    proptest! {
        #[test]
        fn any_text_gives_bounded_words(text in "\\PC{0,80}") {
            for word in words(&text) {
                prop_assert!(!word.text.is_empty());
                prop_assert!(word.text.chars().count() <= MAX_CHARACTERS);
                prop_assert!(!word.key(folding()).is_empty() || word.script == Script::Khmer);
            }
        }

        #[test]
        fn khmer_never_depends_on_zero_width(text in "[\u{1780}-\u{17D2}]{1,12}", at in 0_usize..12) {
            let at = text.char_indices().nth(at).map_or(text.len(), |(at, _)| at);
            let mut marked = text.clone();
            marked.insert(at, '\u{200B}');
            prop_assert_eq!(keys(&marked), keys(&text));
        }
    }
}
