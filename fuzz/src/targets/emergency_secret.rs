//! A second secret as somebody types it: what is accepted is printed in one way, and read back from that.

use saferoom::keys::EmergencySecret;

pub(crate) fn run(text: &str) {
    let Ok(second) = EmergencySecret::parse(text) else { return };
    let printed = second.to_text();
    assert_eq!(EmergencySecret::parse(&printed).unwrap().public(), second.public());
}
