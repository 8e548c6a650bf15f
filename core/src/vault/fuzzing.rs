//! What `fuzz/` is given of the vault's own formats.

use super::attempts::Waiting;
use super::backup_keys;
use super::clocks;
use super::epochs::ListedEpoch;
use super::findings::{padded, unpadded};
use super::groups::{Groups, push_again};
use super::kept::{Kept, KeptOversight};
use super::statement::Statement;
use super::subject::slice::Slice;
use crate::id::{MemberId, RecordId, VaultId};
use crate::keys::Identity;
use crate::seal::Secret;

/// A statement, read and written again.
pub(crate) fn statement(bytes: &[u8]) -> Option<Vec<u8>> {
    Statement::decode(bytes).ok().map(|statement| statement.encode())
}

/// A kept head, read and written again.
pub(crate) fn kept_head(bytes: &[u8]) -> Option<Vec<u8>> {
    Kept::decode(bytes).map(|kept| kept.encode())
}

/// A kept oversight circle, read and written again.
pub(crate) fn kept_oversight(bytes: &[u8]) -> Option<Vec<u8>> {
    KeptOversight::decode(bytes).map(|kept| kept.encode())
}

/// The row of an epoch, read and written again.
pub(crate) fn epoch_row(plain: &[u8]) -> Option<Vec<u8>> {
    ListedEpoch::decode(plain).map(|listed| listed.encode())
}

/// The time that a device keeps, read and written again.
pub(crate) fn kept_clock(bytes: &[u8]) -> Option<Vec<u8>> {
    clocks::decode(bytes).map(clocks::encode)
}

/// A note of a backup's key, read and written again.
pub(crate) fn noted_backup_key(bytes: &[u8]) -> Option<Vec<u8>> {
    backup_keys::noted_key(bytes)
}

/// The attempts that wait to be logged, read and written again.
pub(crate) fn waiting_attempts(bytes: &[u8]) -> Option<Vec<u8>> {
    Waiting::decode(bytes).map(|waiting| waiting.encode())
}

/// The list of a revision's groups, read and written again.
pub(crate) fn group_list(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(bytes.len());
    for group in Groups::new(bytes) {
        push_again(&mut out, &group.ok()?).ok()?;
    }
    Some(out)
}

/// What is sealed of a finding's entry, read and written again.
pub(crate) fn finding(plain: &[u8]) -> Option<Vec<u8>> {
    unpadded(plain).ok().map(|entry| padded(&entry.encode()))
}

/// What is sealed of a row of the statistics, of a row of links, of a section and of a note, read and written again.
pub(crate) fn statistics(plain: &[u8]) -> [Option<Vec<u8>>; 4] {
    use super::statistics::{
        note_again, padded_links, padded_row, padded_section, unpadded_links, unpadded_row, unpadded_section,
    };
    let row = unpadded_row(plain).ok().map(|row| padded_row(&row).to_vec());
    let links = unpadded_links(plain).ok().map(|links| padded_links(&links).to_vec());
    let section = unpadded_section(plain).ok().map(|section| padded_section(&section).to_vec());
    [row, links, section, note_again(plain)]
}

/// What is sealed of a slice of the log, read and written again.
pub(crate) fn subject_slice(plain: &[u8]) -> Option<Vec<u8>> {
    Slice::decode(plain).map(|slice| slice.encode().to_vec())
}

/// A slice of the log as it comes on a stick, for a device for which no part of it is.
pub(crate) fn sealed_slice(slice: &[u8]) -> bool {
    let device = Identity::from_parts(MemberId::from_bytes([1; 16]), Secret::copy_of(&[2; 32]));
    let (vault, child) = (VaultId::from_bytes([3; 16]), RecordId::from_bytes([4; 16]));
    Slice::open(vault, child, &device.member_keys(vault), slice).is_some()
}
