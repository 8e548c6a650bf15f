//! The epoch keys of a log as they are kept: any bytes; what is accepted has this one form.

pub(crate) fn run(bytes: &[u8]) {
    if let Some(again) = saferoom::fuzzing::epoch_keys(bytes) {
        assert_eq!(again, bytes);
    }
}
