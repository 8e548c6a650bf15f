//! Texts that people search by: any text is folded to bounded words, and asked or refused.

use saferoom::model::search::folded_name;

pub(crate) fn run(text: &str) {
    let words = folded_name(text);
    assert!(words.len() <= 6);
    assert_eq!(words, folded_name(text));
    saferoom::fuzzing::search_query(text);
}
