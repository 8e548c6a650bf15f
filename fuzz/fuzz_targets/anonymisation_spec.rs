//! A specification for anonymising a table, as a person wrote it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use saferoom::release::spec::Spec;

fuzz_target!(|text: &str| {
    if let Ok(spec) = Spec::parse(text) {
        assert!((0.0..=1.0).contains(&spec.suppression));
        assert!(spec.columns.iter().all(|column| column.line > 0));
    }
});
