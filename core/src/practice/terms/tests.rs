use proptest::prelude::*;

use super::*;
use crate::model::{LabelLanguage, catalogue, code_lists};

fn found(text: &str) -> Vec<(&'static str, &str)> {
    lint(text).into_iter().map(|warning| (warning.term.code.as_str(), &text[warning.place])).collect()
}

#[test]
fn terms_are_found_whatever_the_case_and_the_spaces() {
    assert_eq!(found("He had Child  Pornography."), [("child_pornography", "Child  Pornography")]);
    assert_eq!(
        found("child-porn, CHILD\nPROSTITUTES"),
        [("child_pornography", "child-porn"), ("child_prostitute", "CHILD\nPROSTITUTES")]
    );
    assert_eq!(found("an al\u{AD}leged\u{A0}victim"), [("alleged_victim", "al\u{AD}leged\u{A0}victim")]);
    assert_eq!(found("sexting"), [("sexting", "sexting")]);
    assert!(found("grandchild pornographyx, sextings1, an alleged offender, child sexual abuse material").is_empty());
    assert!(found("").is_empty());
}

#[test]
fn khmer_is_found_within_a_text_without_spaces() {
    let text = "គាត់មានរូបអាស\u{200B}អាភាសកុមារច្រើន";
    assert_eq!(found(text), [("child_pornography", "រូបអាស\u{200B}អាភាសកុមារ")]);
}

#[test]
fn what_to_write_instead_stands_in_both_languages_and_is_clean_itself() {
    for term in terms().all() {
        for language in LabelLanguage::ALL {
            assert!(found(term.instead(*language)).is_empty(), "{}", term.code);
        }
    }
    assert!(terms().km_status().starts_with("draft"));
}

#[test]
fn what_saferoom_shows_itself_is_clean() {
    for list in code_lists().all() {
        for entry in &list.entries {
            assert!(found(&entry.en).is_empty() && found(&entry.km).is_empty(), "{} {}", list.name, entry.code);
        }
    }
    for record in catalogue().records() {
        for field in record.fields {
            for text in [field.label, field.help] {
                assert!(found(text).is_empty(), "{}.{}: {text}", record.name(), field.name);
            }
        }
    }
}

#[test]
fn what_a_file_may_not_say_is_named() {
    let refused = |from: &str, to: &str| {
        assert!(SHIPPED.contains(from), "{from}");
        Terms::parse(&SHIPPED.replacen(from, to, 1)).unwrap_err()
    };
    assert!(matches!(refused("[[term]]", "[term"), TermFileError::Toml(_)));
    assert_eq!(refused("version = 1", "version = 2"), TermFileError::Version(2));
    assert_eq!(refused("code = \"sexting\"", "code = \"consented\""), TermFileError::Duplicate("consented".into()));
    assert_eq!(refused("\"sexted\"", "\"Sexting\""), TermFileError::Duplicate("Sexting".into()));
    assert_eq!(refused("\"sexted\"", "\"\u{200B}\""), TermFileError::Incomplete("sexting".into()));
    let empty = refused("instead_en = \"child sexual abuse material\"", "instead_en = \" \"");
    assert_eq!(empty, TermFileError::Incomplete("child_pornography".into()));
}

proptest! {
    #[test]
    fn a_warning_is_a_place_in_the_text(text in "([a-z -]{0,12}|child porn|រូប|កុមារ|\\PC{0,6}){0,12}") {
        let mut last = 0;
        for warning in lint(&text) {
            prop_assert!(warning.place.start >= last && warning.place.end <= text.len());
            prop_assert!(text.get(warning.place.clone()).is_some());
            last = warning.place.end;
        }
    }

    #[test]
    fn every_spelling_is_found_in_any_sentence(term in 0..terms().all().len(), before in "[0-9 .,]{0,5}", upper in any::<bool>()) {
        for spelling in &terms().all()[term].en {
            let spelling = if upper { spelling.to_uppercase() } else { spelling.clone() };
            let text = format!("{before} {spelling}.");
            prop_assert!(lint(&text).iter().any(|warning| warning.term == &terms().all()[term]));
        }
    }
}
