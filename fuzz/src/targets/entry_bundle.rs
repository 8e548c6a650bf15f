//! A bundle of entries: any bytes and any number; what is accepted is nothing but these entries.

use saferoom::log::split_bundle;

pub(crate) fn run(input: (u16, &[u8])) {
    let (width, bytes) = input;
    if let Ok(entries) = split_bundle(bytes, width) {
        let mut again = Vec::new();
        for entry in entries {
            again.extend((entry.len() as u16).to_be_bytes());
            again.extend(entry);
        }
        assert_eq!(again, bytes);
    }
}
