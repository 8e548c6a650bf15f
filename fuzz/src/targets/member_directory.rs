//! Who is behind a pseudonym, as CSV or JSON: any bytes; what is accepted can be shown on one line.

use saferoom::log::MemberDirectory;

pub(crate) fn run(bytes: &[u8]) {
    let Ok(directory) = MemberDirectory::parse(bytes) else { return };
    for (member, name) in directory.iter() {
        assert!(!name.is_empty() && name.chars().count() <= 100 && !name.chars().any(char::is_control));
        assert_eq!(directory.name(member), Some(name));
        assert!(directory.members(name).contains(member));
    }
}
