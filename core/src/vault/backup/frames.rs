//! The container: a clear header, then sealed frames of at most 64 KiB, numbered, the last one marked.
//!
//! Header (66 bytes): `"SFRMBKUP"`, version u8, purpose u8 (1 backup, 2 move), vault\[16\], key id\[16\], end of the
//! key's life u64 (ms since 1970 UTC), salt\[16\]. Frame: last u8 (0, 1), length u32, sealed bytes. Big-endian. Each
//! frame is bound to the header, to its number and to whether it is the last: none can be changed, left out, moved,
//! repeated or taken from another backup.

use std::io::{ErrorKind, Read, Write};

use zeroize::Zeroizing;

use super::BackupError;
use crate::id::{BackupKeyId, VaultId, random_bytes};
use crate::keys::{BackupKey, BackupKeyInfo};
use crate::seal::{LabelledInput, Secret, VALUE_OVERHEAD, ValueContext};
use crate::store::StoreError;
use crate::vault::Error;

pub(crate) const MAGIC: &[u8; 8] = b"SFRMBKUP";
const VERSION: u8 = 1;
pub(crate) const HEADER_LENGTH: usize = 8 + 1 + 1 + 16 + 16 + 8 + 16;
const FRAME: usize = 64 * 1024;

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

fn frame_context(header: &[u8], number: u64, last: bool) -> ValueContext {
    let input = LabelledInput::new("saferoom/backup/frame").part(header).number(number).number(u64::from(last));
    ValueContext::new(input)
}

fn disk(error: &std::io::Error) -> Error {
    StoreError::from(error).into()
}

/// Writes the frames of a container.
pub(super) struct FrameWriter<W> {
    out: W,
    header: Vec<u8>,
    key: Secret,
    number: u64,
    plain: Vec<u8>,
    written: u64,
}

impl<W: Write> FrameWriter<W> {
    /// Writes the header.
    pub(super) fn begin(mut out: W, header: &BackupHeader, key: &BackupKey) -> Result<Self, Error> {
        let header = header.encode();
        out.write_all(&header).map_err(|error| disk(&error))?;
        let (key, written) = (key.stream_key(&header), header.len() as u64);
        Ok(Self { out, header, key, number: 0, plain: Vec::with_capacity(FRAME), written })
    }

    /// Adds one item with its length in front.
    pub(super) fn item(&mut self, item: &[u8]) -> Result<(), Error> {
        let length = u32::try_from(item.len()).map_err(|_| BackupError::Damaged)?;
        self.push(&length.to_be_bytes())?;
        self.push(item)
    }

    fn push(&mut self, mut bytes: &[u8]) -> Result<(), Error> {
        while !bytes.is_empty() {
            if self.plain.len() == FRAME {
                self.frame(false)?;
            }
            let (now, later) = bytes.split_at(bytes.len().min(FRAME - self.plain.len()));
            self.plain.extend_from_slice(now);
            bytes = later;
        }
        Ok(())
    }

    pub(super) fn frame(&mut self, last: bool) -> Result<(), Error> {
        let sealed = frame_context(&self.header, self.number, last).seal(&self.key, &self.plain)?;
        let mut head = [u8::from(last), 0, 0, 0, 0];
        head[1..].copy_from_slice(&(sealed.len() as u32).to_be_bytes());
        self.out.write_all(&head).and_then(|()| self.out.write_all(&sealed)).map_err(|error| disk(&error))?;
        self.written += (head.len() + sealed.len()) as u64;
        self.number += 1;
        self.plain.clear();
        Ok(())
    }

    /// Writes the last frame; returns what was written to, and how many bytes.
    pub(super) fn end(mut self) -> Result<(W, u64), Error> {
        self.frame(true)?;
        Ok((self.out, self.written))
    }
}

/// Reads the frames of a container, each of them authenticated before a byte of it is used.
pub(super) struct FrameReader<R> {
    input: R,
    header: Vec<u8>,
    key: Secret,
    number: u64,
    plain: Zeroizing<Vec<u8>>,
    used: usize,
    ended: bool,
}

impl<R: Read> FrameReader<R> {
    pub(super) fn begin(input: R, header: &BackupHeader, key: &BackupKey) -> Self {
        let header = header.encode();
        let key = key.stream_key(&header);
        Self { input, header, key, number: 0, plain: Zeroizing::new(Vec::new()), used: 0, ended: false }
    }

    /// The next item; `None` at the end of the container.
    pub(super) fn item(&mut self, item: &mut Vec<u8>) -> Result<Option<()>, Error> {
        item.clear();
        let mut length = Vec::with_capacity(4);
        self.pull(4, &mut length)?;
        let length: [u8; 4] = match length.as_slice().try_into() {
            Ok(length) => length,
            Err(_) if length.is_empty() => return Ok(None),
            Err(_) => return Err(BackupError::Damaged.into()),
        };
        let length = u32::from_be_bytes(length) as usize;
        self.pull(length, item)?;
        if item.len() == length { Ok(Some(())) } else { Err(BackupError::Damaged.into()) }
    }

    /// Takes `wanted` bytes, or as many as there are; memory grows with what is there, not with what is claimed.
    fn pull(&mut self, wanted: usize, out: &mut Vec<u8>) -> Result<(), Error> {
        while out.len() < wanted {
            if self.used == self.plain.len() && !self.frame()? {
                return Ok(());
            }
            let take = (wanted - out.len()).min(self.plain.len() - self.used);
            out.extend_from_slice(&self.plain[self.used..self.used + take]);
            self.used += take;
        }
        Ok(())
    }

    fn frame(&mut self) -> Result<bool, Error> {
        if self.ended {
            return Ok(false);
        }
        let mut head = [0; 5];
        self.fill(&mut head)?;
        let [last, length @ ..] = head;
        let length = u32::from_be_bytes(length) as usize;
        if last > 1 || !(VALUE_OVERHEAD..=FRAME + VALUE_OVERHEAD).contains(&length) {
            return Err(BackupError::Damaged.into());
        }
        let mut sealed = vec![0; length];
        self.fill(&mut sealed)?;
        self.plain.clear();
        self.used = 0;
        let context = frame_context(&self.header, self.number, last == 1);
        context.open_onto(&self.key, &sealed, &mut self.plain).map_err(|_| BackupError::Damaged)?;
        self.number += 1;
        self.ended = last == 1;
        if self.ended && self.input.read(&mut [0]).map_err(|error| disk(&error))? != 0 {
            return Err(BackupError::Damaged.into());
        }
        Ok(true)
    }

    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), Error> {
        self.input.read_exact(bytes).map_err(|error| match error.kind() {
            ErrorKind::UnexpectedEof => BackupError::Damaged.into(),
            _ => disk(&error),
        })
    }
}
