//! A second secret as somebody types it: what is accepted is printed in one way, and read back from that.
#![no_main]

use libfuzzer_sys::fuzz_target;
use saferoom::keys::EmergencySecret;

fuzz_target!(|text: &str| {
    let Ok(second) = EmergencySecret::parse(text) else { return };
    let printed = second.to_text();
    assert_eq!(EmergencySecret::parse(&printed).unwrap().public(), second.public());
});
