//! The list of a court file: any bytes; what is accepted has this one form.

use saferoom::log::CourtFileList;

pub(crate) fn run(bytes: &[u8]) {
    if let Ok(list) = CourtFileList::parse(bytes) {
        assert_eq!(list.to_string().as_bytes(), bytes);
    }
}
