//! The manifest of a bundle: any bytes; what is accepted has this one form.

use saferoom::log::BundleManifest;

pub(crate) fn run(bytes: &[u8]) {
    if let Ok(manifest) = BundleManifest::parse(bytes) {
        assert_eq!(manifest.to_string().as_bytes(), bytes);
    }
}
