//! The container: a clear header, then sealed frames of at most 64 KiB, numbered, the last one marked.
//!
//! Header (66 bytes): `"SFRMBKUP"`, version u8, purpose u8 (1 backup, 2 move), vault\[16\], key id\[16\], end of the
//! key's life u64 (ms since 1970 UTC), salt\[16\]; big-endian. The frames are those of `seal/stream.rs`, bound to the header:
//! none can be changed, left out, moved, repeated or taken from another backup.

use std::io::{Read, Write};

use super::BackupError;
use crate::id::{BackupKeyId, VaultId, random_bytes};
use crate::keys::{BackupKey, BackupKeyInfo};
use crate::seal::{StreamError, StreamReader, StreamWriter};
use crate::store::StoreError;
use crate::vault::Error;

pub(crate) const MAGIC: &[u8; 8] = b"SFRMBKUP";
const VERSION: u8 = 1;
pub(crate) const HEADER_LENGTH: usize = 8 + 1 + 1 + 16 + 16 + 8 + 16;
/// Label of the frames, see [`crate::seal`].
const FRAMES: &str = "saferoom/backup/frame";

/// What a container is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// A backup: the vault goes on where it is.
    Backup,
    /// A move: the vault goes on where this file is brought.
    Move,
}

/// What stands in clear at the beginning of a backup.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BackupHeader {
    /// What it is for.
    pub purpose: Purpose,
    /// The vault.
    pub vault: VaultId,
    /// The key that opens it.
    pub key: BackupKeyInfo,
    salt: [u8; 16],
}

impl BackupHeader {
    pub(super) fn new(purpose: Purpose, vault: VaultId, key: BackupKeyInfo) -> Self {
        Self { purpose, vault, key, salt: random_bytes() }
    }

    #[cfg(any(test, feature = "fuzzing"))]
    pub(super) fn with_salt(self, salt: [u8; 16]) -> Self {
        Self { salt, ..self }
    }

    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(HEADER_LENGTH);
        out.extend_from_slice(MAGIC);
        out.extend_from_slice(&[VERSION, if self.purpose == Purpose::Backup { 1 } else { 2 }]);
        out.extend_from_slice(self.vault.as_bytes());
        out.extend_from_slice(self.key.id.as_bytes());
        out.extend_from_slice(&self.key.not_after.to_be_bytes());
        out.extend_from_slice(&self.salt);
        out
    }

    /// Reads a header.
    ///
    /// # Errors
    /// [`BackupError::NotABackup`], [`BackupError::TooNew`], [`BackupError::Damaged`].
    pub fn decode(bytes: &[u8]) -> Result<Self, BackupError> {
        if !bytes.starts_with(MAGIC) {
            let truncated = !bytes.is_empty() && MAGIC.starts_with(bytes);
            return Err(if truncated { BackupError::Damaged } else { BackupError::NotABackup });
        }
        match bytes.get(8) {
            Some(&VERSION) => {}
            Some(version) if *version > VERSION => return Err(BackupError::TooNew),
            _ => return Err(BackupError::Damaged),
        }
        let bytes: &[u8; HEADER_LENGTH] = bytes.try_into().map_err(|_| BackupError::Damaged)?;
        let purpose = match bytes[9] {
            1 => Purpose::Backup,
            2 => Purpose::Move,
            _ => return Err(BackupError::Damaged),
        };
        let part = |at: usize| -> [u8; 16] { std::array::from_fn(|index| bytes[at + index]) };
        let not_after = bytes[42..50].iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte));
        let key = BackupKeyInfo { id: BackupKeyId::from_bytes(part(26)), not_after };
        Ok(Self { purpose, vault: VaultId::from_bytes(part(10)), key, salt: part(50) })
    }
}

impl From<StreamError> for Error {
    fn from(error: StreamError) -> Self {
        match error {
            StreamError::Io(error) => StoreError::from(&error).into(),
            StreamError::Seal(error) => error.into(),
            StreamError::Truncated | StreamError::Altered | StreamError::TooLong => BackupError::Damaged.into(),
        }
    }
}

/// Writes the frames of a container.
pub(super) struct FrameWriter<W>(StreamWriter<W>);

impl<W: Write> FrameWriter<W> {
    /// Writes the header.
    pub(super) fn begin(mut out: W, header: &BackupHeader, key: &BackupKey) -> Result<Self, Error> {
        let header = header.encode();
        out.write_all(&header).map_err(StreamError::Io)?;
        let key = key.stream_key(&header);
        Ok(Self(StreamWriter::new(out, FRAMES, header, key)))
    }

    /// Adds one item with its length in front.
    pub(super) fn item(&mut self, item: &[u8]) -> Result<(), Error> {
        Ok(self.0.item(item)?)
    }

    /// Ends the frame that is being filled.
    #[cfg(test)]
    pub(super) fn frame(&mut self) -> Result<(), Error> {
        Ok(self.0.frame(false)?)
    }

    /// Writes the last frame; returns what was written to, and how many bytes.
    pub(super) fn end(self) -> Result<(W, u64), Error> {
        let (out, written) = self.0.end()?;
        Ok((out, HEADER_LENGTH as u64 + written))
    }
}

/// Reads the frames of a container.
pub(super) struct FrameReader<R>(StreamReader<R>);

impl<R: Read> FrameReader<R> {
    pub(super) fn begin(input: R, header: &BackupHeader, key: &BackupKey) -> Self {
        let header = header.encode();
        let key = key.stream_key(&header);
        Self(StreamReader::new(input, FRAMES, header, key))
    }

    /// The next item; `None` at the end of the container.
    pub(super) fn item(&mut self, item: &mut Vec<u8>) -> Result<Option<()>, Error> {
        Ok(self.0.item(usize::MAX, item)?)
    }
}
