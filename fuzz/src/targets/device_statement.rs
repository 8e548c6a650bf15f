//! What an entry says of the log of a device: any entry; what is read is written as it was.

use saferoom::log::{DeviceStatement, Entry, OrganisationLog};

pub(crate) fn run(bytes: &[u8]) {
    let Ok(entry) = Entry::decode(bytes) else { return };
    let _any_answer = OrganisationLog::default().read(&entry);
    if let Some(Ok(statement)) = DeviceStatement::of(&entry) {
        let again = Entry { detail: Some(statement.detail()), ..entry };
        assert_eq!(DeviceStatement::of(&again), Some(Ok(statement)));
    }
}
