//! A specification of a table of counts, as a person wrote it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use saferoom::release::tables::TablesSpec;

fuzz_target!(|text: &str| {
    if let Ok(spec) = TablesSpec::parse(text) {
        for dimension in &spec.dimensions {
            let labels = dimension.labels();
            assert!(!labels.is_empty() && labels.iter().all(|label| !label.is_empty()));
        }
    }
});
