//! What is sealed in the row of an epoch: any bytes; what is accepted has this one form.

use saferoom::fuzzing::epoch_row;

pub(crate) fn run(bytes: &[u8]) {
    if let Some(again) = epoch_row(bytes) {
        assert_eq!(again, bytes);
    }
}
