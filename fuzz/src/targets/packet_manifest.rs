//! A packet's manifest: what is read is written again as the same bytes.

use saferoom::fuzzing::packet_manifest;

pub(crate) fn run(bytes: &[u8]) {
    if let Some(again) = packet_manifest(bytes) {
        assert_eq!(again, bytes);
    }
}
