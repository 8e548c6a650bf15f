//! What is kept of accepted packets: what is read is written again as the same bytes.

use saferoom::fuzzing::packet_seen;

pub(crate) fn run(bytes: &[u8]) {
    if let Some(again) = packet_seen(bytes) {
        assert_eq!(again, bytes);
    }
}
