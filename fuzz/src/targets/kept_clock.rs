//! The time that a device keeps: any bytes; what is accepted has this one form.

use saferoom::fuzzing::kept_clock;

pub(crate) fn run(bytes: &[u8]) {
    if let Some(again) = kept_clock(bytes) {
        assert_eq!(again, bytes);
    }
}
