//! The list of the groups of a revision: any bytes; what is accepted has this one form.

use saferoom::fuzzing::group_list;

pub(crate) fn run(bytes: &[u8]) {
    if let Some(again) = group_list(bytes) {
        assert_eq!(again, bytes);
    }
}
