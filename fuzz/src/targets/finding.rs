//! A finding's entry, alone and in its padding: any bytes; what is accepted has one form.

use saferoom::access::FindingEntry;
use saferoom::fuzzing::finding;

pub(crate) fn run(bytes: &[u8]) {
    if let Some(again) = finding(bytes) {
        assert_eq!(again, bytes);
    }
    if let Ok(entry) = FindingEntry::decode(bytes) {
        assert_eq!(entry.encode(), bytes);
    }
}
