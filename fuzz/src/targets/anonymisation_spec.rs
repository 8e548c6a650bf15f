//! A specification for anonymising a table, as a person wrote it.

use saferoom::release::spec::Spec;

pub(crate) fn run(text: &str) {
    if let Ok(spec) = Spec::parse(text) {
        assert!((0.0..=1.0).contains(&spec.suppression));
        assert!(spec.columns.iter().all(|column| column.line > 0));
    }
}
