//! A whole roster: the id of a vault, then entries, each behind its length as four bytes. Its founder and its custodians
//! may be anybody; whatever they signed, a reader neither panics nor lists what the entries do not say.

use saferoom::access::{Roster, RosterEntry};
use saferoom::id::VaultId;

pub(crate) fn run(bytes: &[u8]) {
    let Some((vault, mut rest)) = bytes.split_first_chunk::<16>() else { return };
    let vault = VaultId::from_bytes(*vault);
    let mut entries = Vec::new();
    while let Some((length, after)) = rest.split_first_chunk::<4>() {
        let Some((entry, after)) = after.split_at_checked(u32::from_be_bytes(*length) as usize) else { break };
        let Ok(entry) = RosterEntry::from_bytes(entry) else { break };
        entries.push(entry);
        rest = after;
    }
    let Ok(roster) = Roster::verify(vault, &entries) else { return };
    assert_eq!((roster.vault(), roster.head().0), (vault, entries.len() as u64 - 1));
    assert_eq!(roster.digest_at(0), Some(roster.genesis()));
    assert!(roster.custodians().next().is_some(), "somebody is left who can change it");
    for circle in roster.circles() {
        assert!(circle.closed_at.is_none_or(|closed| closed > circle.listed_at));
        for holder in roster.holders(&circle.listing.name) {
            assert!(roster.member(holder.member).is_some_and(|member| member.is_active()));
        }
    }
}
