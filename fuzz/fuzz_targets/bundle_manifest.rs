//! The manifest of a bundle: any bytes; what is accepted has this one form.
#![no_main]

use libfuzzer_sys::fuzz_target;
use saferoom::log::BundleManifest;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(manifest) = BundleManifest::parse(bytes) {
        assert_eq!(manifest.to_string().as_bytes(), bytes);
    }
});
