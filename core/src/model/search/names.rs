//! Names: each by itself, and every two of one person together, whatever their order.
//!
//! A common name alone would be a list of thousands, and the first that a thief recognises. So it stands in the index
//! only as one of a pair.

use zeroize::Zeroizing;

use super::romanisation::{Folding, folding};
use super::terms::{Domain, Term};
use super::words::{Script, Word, words};
use crate::model::FieldNumber;

/// Most terms of one record that come from names; further ones are not in the index.
const MAX_TERMS: usize = 64;

/// Parts the two names of a pair: no name has it.
const BETWEEN: char = '\u{1F}';

/// A name as it was written in one field: as one word, and each of its words.
struct Written {
    field: FieldNumber,
    script: Script,
    keys: Vec<Zeroizing<String>>,
    words: Vec<Word>,
}

/// The terms of all names of a record.
pub(super) fn name_terms(names: &[(FieldNumber, Zeroizing<String>)], terms: &mut Vec<Term>) {
    let folding = folding();
    let written: Vec<_> = names.iter().flat_map(|(field, text)| written_in(folding, *field, text)).collect();
    let start = terms.len();
    for name in &written {
        for key in &name.keys {
            add(terms, start, single(folding, Some(name.field), key));
        }
    }
    for (index, name) in written.iter().enumerate() {
        for (one, other) in splits(folding, &name.words) {
            add(terms, start, single(folding, Some(name.field), &one));
            add(terms, start, single(folding, Some(name.field), &other));
            add(terms, start, pair(&one, &other));
        }
        for other in written[index + 1..].iter().filter(|other| other.script == name.script) {
            for one in &name.keys {
                for other in &other.keys {
                    add(terms, start, pair(one, other));
                }
            }
        }
    }
}

/// What finds a name: any of these groups, each with all its terms.
pub(super) fn asked_name(text: &str, field: Option<FieldNumber>) -> Vec<Vec<Term>> {
    let folding = folding();
    let words = words(text);
    let key = |word: &Word| Some(word.key(folding)).filter(|key| !key.is_empty());
    let mut groups = Vec::new();
    if let Some(whole) = joined(folding, &words) {
        groups.push(vec![single(folding, field, &whole)]);
    }
    if let (Some(_), true) = (field, words.len() > 1) {
        groups.push(words.iter().filter_map(key).map(|key| single(folding, field, &key)).collect());
        return groups;
    }
    // Who has the pair has both names. Asked for as well, they leave hardly any candidate that is none.
    let both = |one: &str, other: &str| [pair(one, other), single(folding, None, one), single(folding, None, other)];
    for (one, other) in splits(folding, &words) {
        groups.push(both(&one, &other).to_vec());
    }
    if words.len() > 2 {
        let pairs = words.windows(2).filter_map(|two| Some(both(&key(&two[0])?, &key(&two[1])?)));
        groups.push(pairs.flatten().collect());
    }
    groups.retain(|group| !group.is_empty());
    groups
}

/// The names that stand in one field, one for each script.
fn written_in(folding: &Folding, field: FieldNumber, text: &str) -> Vec<Written> {
    let words = words(text);
    let mut written = Vec::new();
    for words in words.chunk_by(|one, next| one.script == next.script) {
        let mut keys: Vec<_> = joined(folding, words).into_iter().collect();
        if words.len() > 1 {
            keys.extend(words.iter().map(|word| word.key(folding)).filter(|key| !key.is_empty()));
        }
        if let (Some(first), false) = (words.first(), keys.is_empty()) {
            written.push(Written { field, script: first.script, keys, words: words.to_vec() });
        }
    }
    written
}

/// All words of one script as one word.
fn joined(folding: &Folding, words: &[Word]) -> Option<Zeroizing<String>> {
    let one_script = words.windows(2).all(|two| two[0].script == two[1].script);
    let key = Word::join(words).filter(|_| one_script)?.key(folding);
    (!key.is_empty()).then_some(key)
}

/// Every way to read the words as two names, and every two neighbours.
fn splits(folding: &Folding, words: &[Word]) -> Vec<(Zeroizing<String>, Zeroizing<String>)> {
    let cut = |at: usize| Some((joined(folding, &words[..at])?, joined(folding, &words[at..])?));
    let mut splits: Vec<_> = (1..words.len()).filter_map(cut).collect();
    if words.len() > 2 {
        splits.extend(
            words.windows(2).filter_map(|two| Some((joined(folding, &two[..1])?, joined(folding, &two[1..])?))),
        );
    }
    splits
}

fn single(folding: &Folding, field: Option<FieldNumber>, key: &str) -> Term {
    Term { domain: Domain::Names, field, text: Zeroizing::new(key.to_owned()), indexed: !folding.is_common(key) }
}

fn pair(one: &str, other: &str) -> Term {
    let (first, second) = if one <= other { (one, other) } else { (other, one) };
    let mut text = Zeroizing::new(String::with_capacity(first.len() + second.len() + 1));
    text.push_str(first);
    text.push(BETWEEN);
    text.push_str(second);
    Term { domain: Domain::Pairs, field: None, text, indexed: true }
}

fn add(terms: &mut Vec<Term>, start: usize, term: Term) {
    if terms.len() < start + MAX_TERMS && !terms[start..].contains(&term) {
        terms.push(term);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recorded(names: &[&str]) -> Vec<Term> {
        let number = |index: usize| FieldNumber::new(index as u64 + 1);
        let names: Vec<_> =
            names.iter().enumerate().map(|(index, name)| (number(index), Zeroizing::new((*name).to_owned()))).collect();
        let mut terms = Vec::new();
        name_terms(&names, &mut terms);
        terms
    }

    fn finds(asked: &str, field: Option<u64>, names: &[&str]) -> bool {
        let terms = recorded(names);
        let groups = asked_name(asked, field.map(FieldNumber::new));
        groups.iter().any(|group| group.iter().all(|term| terms.iter().any(|has| term.is_met_by(has))))
    }

    #[test]
    fn order_spacing_and_spelling_do_not_count() {
        let child = &["Sokh", "Sreyneth"];
        for asked in [
            "Sok Sreyneth",
            "sreyneth sok",
            "SOK, Srey Neth",
            "Srey-Neth Sokh",
            "Sreynet",
            "srey neth",
            "Sok Sray Neth",
        ] {
            assert!(finds(asked, None, child), "{asked}");
        }
        for asked in ["Sok Sreymao", "Som Sreyneth", "Srey", "Neth", "Sreyneth Som", "Sok Srey", ""] {
            assert!(!finds(asked, None, child), "{asked}");
        }
    }

    #[test]
    fn each_of_several_given_names_counts() {
        let child = &["Chea", "Dara Rithya"];
        for asked in
            ["Chea Dara", "Rithya Chea", "Chea Dara Rithya", "Dara Rithya", "Rithya", "Chea Rithya Dara", "Dararithya"]
        {
            assert!(finds(asked, None, child), "{asked}");
        }
    }

    #[test]
    fn a_whole_name_in_one_field_is_found_by_its_parts() {
        let child = &["Chea Dara Rithya", "Popo"];
        for asked in ["Dara Chea", "Chea Dara Rithya", "Popo Chea", "Rithya Dara"] {
            assert!(finds(asked, None, child), "{asked}");
        }
    }

    #[test]
    fn scripts_are_searched_each_by_itself() {
        let child = &["ចាន់", "សុភ័ក្ត្រា", "Chan", "Sopheaktra"];
        for asked in ["ចាន់ សុភ័ក្ត្រា", "សុភ័ក្ត្រា\u{200B}", "ចាន សុភក្ត្រា", "Chan Sopheaktra", "sopheaktra chhan"]
        {
            assert!(finds(asked, None, child), "{asked}");
        }
        assert!(!finds("ចាន់ Sopheaktra", None, &["ចាន់", "សុភ័ក្ត្រា"]));
    }

    #[test]
    fn a_named_field_is_asked_alone() {
        let child = &["Chan", "Sopheaktra"];
        assert!(finds("Chann", Some(1), child));
        assert!(!finds("Chann", Some(2), child));
        assert!(!finds("Sopheaktra Chan", Some(1), child));
        assert!(finds("Dara Rithya", Some(2), &["Chan", "Rithya Dara"]));
    }

    #[test]
    fn a_common_name_is_in_the_index_with_another_only() {
        let terms = recorded(&["Sok", "Kunvathana"]);
        let indexed: Vec<_> = terms.iter().filter(|term| term.indexed).map(|term| term.domain).collect();
        assert_eq!(indexed, [Domain::Names, Domain::Pairs]);
        assert!(!asked_name("Sok", None)[0][0].indexed);
    }

    #[test]
    fn many_names_stay_bounded() {
        let names: Vec<String> = (0..40).map(|number| format!("kaka{number} lala{number} mama{number}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        assert_eq!(recorded(&names).len(), MAX_TERMS);
    }
}
