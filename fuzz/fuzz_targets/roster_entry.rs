//! A roster entry: any bytes, and any body below a signature; what is accepted has one form.
#![no_main]

use libfuzzer_sys::fuzz_target;
use saferoom::access::{Roster, RosterEntry};
use saferoom::fuzzing::founding_entry;
use saferoom::id::VaultId;

fuzz_target!(|bytes: &[u8]| {
    if let Some(again) = founding_entry(bytes) {
        assert_eq!(again, bytes);
    }
    if let Ok(entry) = RosterEntry::from_bytes(bytes) {
        assert_eq!(entry.to_bytes(), bytes);
        if let Some(again) = founding_entry(&bytes[64..]) {
            assert_eq!(again, bytes[64..]);
        }
        // Where the body of an entry has its vault: only a signed entry gets further.
        let vault =
            bytes.get(69..85).and_then(|id| VaultId::from_slice(id).ok()).unwrap_or(VaultId::from_bytes([0; 16]));
        if let Ok(roster) = Roster::verify(vault, &[entry]) {
            assert_eq!(roster.founding().vault, vault);
            assert_eq!(roster.head(), (0, roster.genesis()));
        }
    }
});
