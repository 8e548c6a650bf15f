//! What the vectors and `fuzz/` are given of the container.

use super::frames::{FrameReader, FrameWriter, HEADER_LENGTH};
use super::{BackupError, BackupHeader, Purpose};
use crate::id::{BackupKeyId, VaultId};
use crate::keys::{BackupKey, BackupKeyInfo};
use crate::seal::Secret;
use crate::vault::Error;

/// The key of all examples.
pub(crate) fn example_key() -> BackupKey {
    let info = BackupKeyInfo { id: BackupKeyId::from_bytes([0x42; 16]), not_after: 4_102_444_800_000 };
    BackupKey::from_parts(info, Secret::copy_of(&[0x43; 32]))
}

/// The header of all examples.
pub(crate) fn example_header() -> BackupHeader {
    BackupHeader::new(Purpose::Backup, VaultId::from_bytes([1; 16]), example_key().info()).with_salt([5; 16])
}

/// All items of a container under the example key.
pub(crate) fn container(bytes: &[u8]) -> Result<Vec<Vec<u8>>, Error> {
    let (head, rest) = bytes.split_at_checked(HEADER_LENGTH).unwrap_or((bytes, &[]));
    let header = BackupHeader::decode(head)?;
    if header.key != example_key().info() {
        return Err(BackupError::OtherKey.into());
    }
    let mut frames = FrameReader::begin(rest, &header, &example_key());
    let (mut items, mut item) = (Vec::new(), Vec::new());
    while frames.item(&mut item)?.is_some() {
        items.push(item.clone());
    }
    Ok(items)
}

/// A container of these items under the example key.
pub(crate) fn sealed<'i>(items: impl IntoIterator<Item = &'i [u8]>) -> Result<Vec<u8>, Error> {
    let mut out = FrameWriter::begin(Vec::new(), &example_header(), &example_key())?;
    items.into_iter().try_for_each(|item| out.item(item))?;
    Ok(out.end()?.0)
}

/// Takes `plain` as items with one byte of length in front, seals them, and reads everything back.
#[cfg(feature = "fuzzing")]
pub(crate) fn content(plain: &[u8]) -> Result<u64, Error> {
    let mut items = Vec::new();
    let mut rest = plain;
    while let Some((length, after)) = rest.split_first() {
        let (item, after) = after.split_at(after.len().min(usize::from(*length)));
        items.push(item);
        rest = after;
    }
    let read = container(&sealed(items.iter().copied())?)?;
    assert!(read.iter().map(Vec::as_slice).eq(items), "what was sealed comes back");
    let (first, rows) = read.split_first().ok_or(BackupError::Damaged)?;
    let manifest = super::manifest::Manifest::decode(first).map_err(|_| BackupError::Damaged)?;
    assert_eq!(manifest.encode(), *first);
    Ok(rows.iter().filter(|row| crate::store::is_copied_row(row)).count() as u64)
}
