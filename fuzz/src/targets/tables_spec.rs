//! A specification of a table of counts, as a person wrote it.

use saferoom::release::tables::TablesSpec;

pub(crate) fn run(text: &str) {
    if let Ok(spec) = TablesSpec::parse(text) {
        for dimension in &spec.dimensions {
            let labels = dimension.labels();
            assert!(!labels.is_empty() && labels.iter().all(|label| !label.is_empty()));
        }
    }
}
