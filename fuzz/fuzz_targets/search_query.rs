//! Texts that people search by: any text is folded to bounded words, and asked or refused.
#![no_main]

use libfuzzer_sys::fuzz_target;
use saferoom::model::search::folded_name;

fuzz_target!(|text: &str| {
    let words = folded_name(text);
    assert!(words.len() <= 6);
    assert_eq!(words, folded_name(text));
    saferoom::fuzzing::search_query(text);
});
