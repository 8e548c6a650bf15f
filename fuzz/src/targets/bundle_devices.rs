//! The list of devices of a bundle: any bytes; what is accepted has this one form.

use saferoom::log::DeviceList;

pub(crate) fn run(bytes: &[u8]) {
    if let Ok(list) = DeviceList::parse(bytes) {
        assert_eq!(list.to_string().as_bytes(), bytes);
    }
}
