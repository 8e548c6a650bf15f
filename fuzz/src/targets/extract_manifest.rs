//! A manifest of an extract, and lines of trusted keys, as they came with a folder.

use saferoom::release::output::{Manifest, public_key_line, public_keys};

pub(crate) fn run(bytes: &[u8]) {
    if let Ok(manifest) = Manifest::from_bytes(bytes) {
        assert_eq!(manifest.to_bytes().as_deref(), Ok(bytes), "there is one text of a manifest");
    }
    if let Some(keys) = std::str::from_utf8(bytes).ok().and_then(|text| public_keys(text).ok()) {
        for key in keys {
            assert_eq!(public_keys(&public_key_line(&key).unwrap()), Ok(vec![key]));
        }
    }
}
