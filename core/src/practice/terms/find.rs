//! How a term is found: by its letters, whatever the case, the spaces and the invisible characters between them.

use super::{TermWarning, Terms};

/// The letters of a text as they are compared, each with the place where it stands: in small letters, one space for
/// whatever lies between words, nothing for what is not seen.
pub(super) fn plain(text: &str) -> impl Iterator<Item = (usize, char)> {
    let mut after_space = false;
    text.char_indices().filter_map(move |(place, letter)| {
        if is_invisible(letter) {
            return None;
        }
        let space = letter.is_whitespace() || matches!(letter, '-' | '_' | '\u{2010}'..='\u{2015}');
        let repeated = space && after_space;
        after_space = space;
        let letter = if space { ' ' } else { letter.to_lowercase().next().unwrap_or(letter) };
        (!repeated).then_some((place, letter))
    })
}

/// Characters that are not seen and hide a word from a search.
const fn is_invisible(letter: char) -> bool {
    matches!(letter, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}')
}

pub(super) fn find(text: &str, terms: &'static Terms) -> Vec<TermWarning> {
    let letters: Vec<(usize, char)> = plain(text).collect();
    let mut warnings = Vec::new();
    let mut at = 0;
    while at < letters.len() {
        match longest_at(&letters, at, terms) {
            Some((end, term)) => {
                let stop = letters.get(end - 1).map_or(text.len(), |(place, _)| place + width(text, *place));
                warnings.push(TermWarning { term: &terms.all()[term], place: letters[at].0..stop });
                at = end;
            }
            None => at += 1,
        }
    }
    warnings
}

/// Where the longest spelling that begins here ends, and its term.
fn longest_at(letters: &[(usize, char)], at: usize, terms: &Terms) -> Option<(usize, usize)> {
    let within_word = at > 0 && letters[at - 1].1.is_alphanumeric();
    terms.spellings.iter().find_map(|(spelling, whole, term)| {
        let end = at + spelling.len();
        let here = letters.get(at..end)?.iter().map(|(_, letter)| letter).eq(spelling);
        if !here || (*whole && within_word) {
            return None;
        }
        if !whole {
            return Some((end, *term));
        }
        let ends = |end: usize| letters.get(end).is_none_or(|(_, letter)| !letter.is_alphanumeric());
        let plural = letters.get(end).is_some_and(|(_, letter)| *letter == 's') && ends(end + 1);
        if ends(end) { Some((end, *term)) } else { plural.then_some((end + 1, *term)) }
    })
}

fn width(text: &str, place: usize) -> usize {
    text[place..].chars().next().map_or(0, char::len_utf8)
}
