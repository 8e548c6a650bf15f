//! A session's statement: any bytes; what is accepted has this one form.

use saferoom::fuzzing::statement;

pub(crate) fn run(bytes: &[u8]) {
    if let Some(again) = statement(bytes) {
        assert_eq!(again, bytes);
    }
}
