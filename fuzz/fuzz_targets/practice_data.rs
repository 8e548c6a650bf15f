//! Files of consent rules, quality rules and terms, and texts for the linter: any text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use saferoom::practice::consent::ConsentRules;
use saferoom::practice::quality::QualityRules;
use saferoom::practice::terms::{Terms, lint};

fuzz_target!(|text: &str| {
    for warning in lint(text) {
        assert!(text.get(warning.place).is_some());
    }
    if let Ok(rules) = ConsentRules::parse(text) {
        assert!(rules.grounds().iter().flat_map(|ground| &ground.recipients).all(|kind| rules.recipient(kind).is_some()));
    }
    if let Ok(rules) = QualityRules::parse(text) {
        assert!(rules.thresholds().minutes_without_break(None) > 0);
    }
    if let Ok(terms) = Terms::parse(text) {
        assert!(terms.all().iter().all(|term| !term.instead_en.trim().is_empty()));
    }
});
