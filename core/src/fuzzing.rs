//! Entry points for the fuzz targets in `fuzz/`: parsers that the API does not show. Only with the feature `fuzzing`,
//! which no product enables; nothing here is stable.
//!
//! Each answers what it read, written again, so that a target can compare; `None` if it was refused.

use crate::error::Diagnosis;
use crate::seal::{GroupContext, Secret};

/// Whether an identity file is well formed; it is not unlocked. Otherwise the code of the error.
///
/// # Errors
/// The code of the error.
pub fn identity_file(bytes: &[u8]) -> Result<(), u16> {
    crate::keys::parse_identity_file(bytes).map_err(|error| error.code())
}

/// Whether a file with a recovery share is well formed; it is not unlocked. Otherwise the code of the error.
///
/// # Errors
/// The code of the error.
pub fn recovery_share_file(bytes: &[u8]) -> Result<(), u16> {
    crate::keys::parse_recovery_share_file(bytes).map_err(|error| error.code())
}

/// Asks for a text in each way that a child can be searched.
pub fn search_query(text: &str) {
    crate::model::search::fuzzing::query(text);
}

/// A statement.
#[must_use]
pub fn statement(bytes: &[u8]) -> Option<Vec<u8>> {
    crate::vault::fuzzing::statement(bytes)
}

/// A kept head.
#[must_use]
pub fn kept_head(bytes: &[u8]) -> Option<Vec<u8>> {
    crate::vault::fuzzing::kept_head(bytes)
}

/// A kept oversight circle.
#[must_use]
pub fn kept_oversight(bytes: &[u8]) -> Option<Vec<u8>> {
    crate::vault::fuzzing::kept_oversight(bytes)
}

/// What is sealed in the row of an epoch.
#[must_use]
pub fn epoch_row(plain: &[u8]) -> Option<Vec<u8>> {
    crate::vault::fuzzing::epoch_row(plain)
}

/// A kept clock.
#[must_use]
pub fn kept_clock(bytes: &[u8]) -> Option<Vec<u8>> {
    crate::vault::fuzzing::kept_clock(bytes)
}

/// The attempts to sign in that wait to be logged.
#[must_use]
pub fn waiting_attempts(bytes: &[u8]) -> Option<Vec<u8>> {
    crate::vault::fuzzing::waiting_attempts(bytes)
}

/// The count of failed attempts.
#[must_use]
pub fn attempt_count(bytes: &[u8]) -> Option<Vec<u8>> {
    crate::keys::attempt_count(bytes)
}

/// The epoch keys of a log, as they lie in the host's key store.
#[must_use]
pub fn epoch_keys(bytes: &[u8]) -> Option<Vec<u8>> {
    crate::log::fuzzing::epoch_keys(bytes)
}

/// A backup: bytes as they could lie on a disk, read up to where they do not open.
///
/// # Errors
/// The code of the error.
pub fn backup_container(bytes: &[u8]) -> Result<u64, u16> {
    crate::vault::backup::fuzzing::container(bytes).map(|items| items.len() as u64).map_err(|error| error.code())
}

/// What a backup holds once it opened: manifest, rows, counts; sealed here, so that the reader goes all the way.
///
/// # Errors
/// The code of the error.
pub fn backup_content(plain: &[u8]) -> Result<u64, u16> {
    crate::vault::backup::fuzzing::content(plain).map_err(|error| error.code())
}

/// The keys of backups as the host's key store keeps them.
#[must_use]
pub fn kept_backup_keys(bytes: &[u8]) -> Option<Vec<u8>> {
    crate::keys::kept_backup_keys(bytes).map(|again| again.to_vec())
}

/// What a vault notes of a backup's key.
#[must_use]
pub fn noted_backup_key(bytes: &[u8]) -> Option<Vec<u8>> {
    crate::vault::fuzzing::noted_backup_key(bytes)
}

/// Whether a packet key file is well formed; it is not unlocked. Otherwise the code of the error.
///
/// # Errors
/// The code of the error.
pub fn packet_key_file(bytes: &[u8]) -> Result<(), u16> {
    crate::keys::parse_packet_key_file(bytes).map_err(|error| error.code())
}

/// A packet as it could come on a stick, read up to where it is refused; answers how many parts it has.
///
/// # Errors
/// The code of the error.
pub fn packet_container(bytes: &[u8]) -> Result<u64, u16> {
    crate::access::packet::fuzzing::container(bytes).map_err(|error| error.code())
}

/// What a packet holds once it opened: two bytes of length, a manifest, parts; signed and sealed here, so that the
/// reader goes all the way.
///
/// # Errors
/// The code of the error.
pub fn packet_content(plain: &[u8]) -> Result<u64, u16> {
    crate::access::packet::fuzzing::content(plain).map_err(|error| error.code())
}

/// A packet's manifest.
#[must_use]
pub fn packet_manifest(bytes: &[u8]) -> Option<Vec<u8>> {
    crate::access::packet::fuzzing::manifest(bytes)
}

/// What is kept of accepted packets.
#[must_use]
pub fn packet_seen(bytes: &[u8]) -> Option<Vec<u8>> {
    crate::access::packet::fuzzing::seen(bytes)
}

/// The list of a revision's groups.
#[must_use]
pub fn group_list(bytes: &[u8]) -> Option<Vec<u8>> {
    crate::vault::fuzzing::group_list(bytes)
}

/// What is sealed of a finding's entry: its length, the entry, padding.
#[must_use]
pub fn finding(plain: &[u8]) -> Option<Vec<u8>> {
    crate::vault::fuzzing::finding(plain)
}

/// What is sealed of a row of the statistics, of a row of links, of a section and of a note.
#[must_use]
pub fn statistics(plain: &[u8]) -> [Option<Vec<u8>>; 4] {
    crate::vault::fuzzing::statistics(plain)
}

/// What is sealed of a slice of the log for a subject's report.
#[must_use]
pub fn subject_slice(plain: &[u8]) -> Option<Vec<u8>> {
    crate::vault::fuzzing::subject_slice(plain)
}

/// Whether a slice of the log opens for a device that it is not for: never.
#[must_use]
pub fn sealed_slice(slice: &[u8]) -> bool {
    crate::vault::fuzzing::sealed_slice(slice)
}

/// A sealed group with any plain directory and any parts: what no honest writer makes, but a thief of the key could.
#[must_use]
pub fn seal_raw_group(key: &Secret, context: &GroupContext, directory: &[u8], parts: &[(u64, &[u8])]) -> Vec<u8> {
    crate::seal::raw::seal_raw_group(key, context, [0x5A; 16], directory, parts)
}
