//! Khmer: what looks alike is stored in many orders and spellings; here it becomes one.
//!
//! A syllable is a base with subscripts (coeng and a consonant), register shifters, vowels and signs. Programs let people
//! type them in any order. The folded form has one order, and leaves out what spellings of one name differ in: shifters,
//! signs that silence or shorten, and the two subscripts that look the same.

use zeroize::Zeroizing;

const COENG: char = '\u{17D2}';
const RO: char = '\u{179A}';
const DA: char = '\u{178A}';
const TA: char = '\u{178F}';
const AA: char = '\u{17B6}';
const II: char = '\u{17B8}';
const U: char = '\u{17BB}';
const OE: char = '\u{17BE}';
const E: char = '\u{17C1}';
const OO: char = '\u{17C4}';
const REAHMUK: char = '\u{17C7}';
const YUUKALEAPINTU: char = '\u{17C8}';

/// Whether it is written in Khmer script.
pub(super) const fn is_khmer(character: char) -> bool {
    matches!(character, '\u{1780}'..='\u{17D3}' | '\u{17D7}' | '\u{17DC}' | '\u{17DD}')
}

const fn is_base(character: char) -> bool {
    matches!(character, '\u{1780}'..='\u{17B3}')
}

/// Vowels above the base: with them, a `U` below is how the system draws a register shifter.
const fn is_above(character: char) -> bool {
    matches!(character, '\u{17B7}'..='\u{17BA}' | OE)
}

/// Shifters, and signs that silence, shorten or repeat: spellings of one name differ in them.
const fn is_left_out(character: char) -> bool {
    matches!(
        character,
        '\u{17B4}' | '\u{17B5}' | '\u{17C9}'..='\u{17D1}' | '\u{17D3}' | '\u{17D7}' | '\u{17DC}' | '\u{17DD}'
    )
}

/// The folded form of a word.
pub(super) fn fold(word: &str) -> Zeroizing<String> {
    let mut folded = Zeroizing::new(String::with_capacity(word.len() + 4));
    let mut syllable = Syllable::default();
    let mut characters = word.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            COENG => {
                // A coeng without a consonant shows nothing.
                if let Some(below) = characters.next_if(|next| is_base(*next)) {
                    syllable.subscripts.push(if below == DA { TA } else { below });
                }
            }
            '\u{17A3}' => syllable.begin('\u{17A2}', &mut folded),
            '\u{17A4}' => {
                syllable.begin('\u{17A2}', &mut folded);
                syllable.signs.push(AA);
            }
            base if is_base(base) => syllable.begin(base, &mut folded),
            YUUKALEAPINTU => syllable.signs.push(REAHMUK),
            sign if is_left_out(sign) => {}
            sign if is_khmer(sign) => syllable.signs.push(sign),
            other => {
                syllable.end(&mut folded);
                folded.push(other);
            }
        }
    }
    syllable.end(&mut folded);
    folded
}

#[derive(Default)]
struct Syllable {
    base: Option<char>,
    subscripts: Vec<char>,
    /// Vowels and signs; their code points are in the order in which they belong.
    signs: Vec<char>,
}

impl Syllable {
    fn begin(&mut self, base: char, folded: &mut String) {
        self.end(folded);
        self.base = Some(base);
    }

    fn end(&mut self, folded: &mut String) {
        if self.signs.contains(&U) && self.signs.iter().any(|sign| is_above(*sign)) {
            self.signs.retain(|sign| *sign != U);
        }
        self.compose(E, II, OE);
        self.compose(E, AA, OO);
        // RO stands last: it is drawn before the base, and so it is typed anywhere.
        self.subscripts.sort_unstable_by_key(|below| (*below == RO, *below));
        self.signs.sort_unstable();
        self.subscripts.dedup();
        self.signs.dedup();
        folded.extend(self.base.take());
        self.subscripts.drain(..).for_each(|below| folded.extend([COENG, below]));
        folded.extend(self.signs.drain(..));
    }

    /// Two vowels that together look like a third.
    fn compose(&mut self, one: char, other: char, whole: char) {
        if self.signs.contains(&one) && self.signs.contains(&other) {
            self.signs.retain(|sign| *sign != one && *sign != other);
            self.signs.push(whole);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(one: &str, other: &str) {
        assert_eq!(*fold(one), *fold(other), "{one} {other}");
    }

    #[test]
    fn the_order_of_typing_does_not_count() {
        // subscript and vowel
        same("ស្រី", "សី\u{17D2}រ");
        // two subscripts, RO first or last
        same("ស\u{17D2}ត\u{17D2}រី", "ស\u{17D2}រ\u{17D2}តី");
        // vowel and nikahit
        same("ក\u{17BB}\u{17C6}", "ក\u{17C6}\u{17BB}");
        // the same sign twice
        same("កា", "ក\u{17B6}\u{17B6}");
    }

    #[test]
    fn what_looks_alike_is_alike() {
        same("ក\u{17C1}\u{17B8}", "ក\u{17BE}");
        same("ក\u{17C1}\u{17B6}", "ក\u{17C4}");
        same("ក\u{17D2}\u{178A}", "ក\u{17D2}\u{178F}");
        // register shifter, drawn as U under a vowel above
        same("ស\u{17CA}\u{17B8}", "ស\u{17BB}\u{17B8}");
        same("ម៉ៅ", "មៅ");
        same("ចាន់", "ចាន");
        same("\u{17A3}\u{17B6}", "\u{17A2}\u{17B6}");
    }

    #[test]
    fn different_names_stay_different() {
        for (one, other) in [("សុខ", "សុភា"), ("ដារ៉ា", "តារា"), ("លី", "លិ"), ("សំ", "សុំ")]
        {
            assert_ne!(*fold(one), *fold(other), "{one} {other}");
        }
    }

    #[test]
    fn fragments_do_no_harm() {
        for text in ["\u{17D2}", "\u{17D2}\u{17D2}ក", "\u{17B6}\u{17C1}", "ក\u{17D2}", "a\u{17D2}b"] {
            let once = fold(text);
            assert_eq!(*fold(&once), *once);
        }
    }
}
