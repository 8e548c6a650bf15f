//! Where the parts of a packet wait until all of them are verified: in memory if they are small, otherwise in a file
//! that is sealed under a key which this process alone holds, and that is removed with it.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use zeroize::{Zeroize, Zeroizing};

use super::PacketError;
use crate::new_file::unfinished_name;
use crate::seal::{LabelledInput, Secret, VALUE_OVERHEAD, ValueContext};

/// Up to so many bytes stay in memory.
const IN_MEMORY: u64 = 1024 * 1024;
const BLOCK: usize = 64 * 1024;

/// The bytes of all parts, one after the other.
pub(super) enum Spool {
    Memory(Zeroizing<Vec<u8>>),
    File(SealedFile),
}

/// Blocks of 64 KiB, each sealed under its number.
pub(super) struct SealedFile {
    file: File,
    /// Removed on drop, where an open file cannot be.
    path: Option<PathBuf>,
    key: Secret,
    block: Zeroizing<Vec<u8>>,
    /// Number of the block in `block`, while reading.
    loaded: Option<u64>,
    written: u64,
}

impl Spool {
    /// Room for so many bytes; a file lies in `folder`.
    pub(super) fn for_bytes(total: u64, folder: &Path) -> Result<Self, PacketError> {
        if total <= IN_MEMORY {
            // Room for all at once: growing would leave copies behind.
            return Ok(Self::Memory(Zeroizing::new(Vec::with_capacity(total as usize))));
        }
        Ok(Self::File(SealedFile::create(folder)?))
    }

    /// Adds bytes.
    pub(super) fn push(&mut self, bytes: &[u8]) -> Result<(), PacketError> {
        match self {
            Self::Memory(all) => all.extend_from_slice(bytes),
            Self::File(file) => file.push(bytes)?,
        }
        Ok(())
    }

    /// Nothing more is added.
    pub(super) fn finish(&mut self) -> Result<(), PacketError> {
        match self {
            Self::Memory(_) => Ok(()),
            Self::File(file) => file.write_block(),
        }
    }

    /// As if the disk failed: what is not read yet cannot be read any more.
    #[cfg(test)]
    pub(super) fn fail(&mut self) {
        if let Self::File(file) = self {
            file.key = Secret::generate();
        }
    }

    /// Reads at this place; returns how many bytes.
    pub(super) fn read_at(&mut self, at: u64, bytes: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Memory(all) => {
                let from = usize::try_from(at).unwrap_or(usize::MAX).min(all.len());
                (&all[from..]).read(bytes)
            }
            Self::File(file) => file.read_at(at, bytes),
        }
    }
}

impl SealedFile {
    fn create(folder: &Path) -> Result<Self, PacketError> {
        let path = unfinished_name(&folder.join("packet"));
        let mut options = OpenOptions::new();
        options.read(true).write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&path).map_err(|error| PacketError::from(&error))?;
        // Without a name nothing is left behind, however the process ends.
        let path = if cfg!(unix) && std::fs::remove_file(&path).is_ok() { None } else { Some(path) };
        let block = Zeroizing::new(Vec::with_capacity(BLOCK + VALUE_OVERHEAD));
        Ok(Self { file, path, key: Secret::generate(), block, loaded: None, written: 0 })
    }

    fn context(number: u64) -> ValueContext {
        ValueContext::new(LabelledInput::new("saferoom/packet/spool").number(number))
    }

    fn push(&mut self, mut bytes: &[u8]) -> Result<(), PacketError> {
        while !bytes.is_empty() {
            let (now, later) = bytes.split_at(bytes.len().min(BLOCK - self.block.len()));
            self.block.extend_from_slice(now);
            bytes = later;
            if self.block.len() == BLOCK {
                self.write_block()?;
            }
        }
        Ok(())
    }

    fn write_block(&mut self) -> Result<(), PacketError> {
        if self.block.is_empty() {
            return Ok(());
        }
        let sealed = Self::context(self.written).seal(&self.key, &self.block).map_err(crate::keys::KeyError::from)?;
        self.file.write_all(&sealed).map_err(|error| PacketError::from(&error))?;
        self.written += 1;
        self.block.zeroize();
        Ok(())
    }

    fn read_at(&mut self, at: u64, bytes: &mut [u8]) -> io::Result<usize> {
        let (number, within) = (at / BLOCK as u64, (at % BLOCK as u64) as usize);
        if self.loaded != Some(number) {
            self.load(number)?;
        }
        let from = within.min(self.block.len());
        (&self.block[from..]).read(bytes)
    }

    fn load(&mut self, number: u64) -> io::Result<()> {
        self.loaded = None;
        self.block.zeroize();
        if number >= self.written {
            return Ok(());
        }
        self.file.seek(SeekFrom::Start(number * (BLOCK + VALUE_OVERHEAD) as u64))?;
        let mut sealed = Vec::with_capacity(BLOCK + VALUE_OVERHEAD);
        (&mut self.file).take((BLOCK + VALUE_OVERHEAD) as u64).read_to_end(&mut sealed)?;
        let opened = Self::context(number).open_onto(&self.key, &sealed, &mut self.block);
        opened.map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
        self.loaded = Some(number);
        Ok(())
    }
}

impl Drop for SealedFile {
    fn drop(&mut self) {
        if let Some(path) = &self.path {
            let _ = std::fs::remove_file(path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(spool: &mut Spool) -> Vec<u8> {
        let (mut out, mut bytes) = (Vec::new(), [0; 10_007]);
        loop {
            match spool.read_at(out.len() as u64, &mut bytes).unwrap() {
                0 => return out,
                read => out.extend_from_slice(&bytes[..read]),
            }
        }
    }

    #[test]
    fn small_and_large_contents_come_back_and_leave_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        for total in [0, 1, IN_MEMORY, IN_MEMORY + 1, IN_MEMORY + 70_000] {
            let content: Vec<u8> = (0..total).map(|at| (at / 7) as u8).collect();
            let mut spool = Spool::for_bytes(total, folder.path()).unwrap();
            assert_eq!(matches!(spool, Spool::File(_)), total > IN_MEMORY);
            content.chunks(50_000).for_each(|chunk| spool.push(chunk).unwrap());
            spool.finish().unwrap();
            assert!(all(&mut spool) == content);
            let mut one = [0; 1];
            assert_eq!(spool.read_at(total / 2, &mut one).unwrap(), usize::from(total > 0));
            assert_eq!(spool.read_at(total + 1, &mut one).unwrap(), 0);
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn the_file_is_sealed_and_notices_a_change() {
        let folder = tempfile::tempdir().unwrap();
        let mut file = SealedFile::create(folder.path()).unwrap();
        file.push(&[b'x'; 2 * BLOCK]).unwrap();
        let mut raw = Vec::new();
        file.file.seek(SeekFrom::Start(0)).unwrap();
        file.file.read_to_end(&mut raw).unwrap();
        assert!(!raw.windows(8).any(|window| window == b"xxxxxxxx"));
        file.file.seek(SeekFrom::Start(100)).unwrap();
        file.file.write_all(&[raw[100] ^ 1]).unwrap();
        let error = file.read_at(0, &mut [0; 8]).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidData);
    }
}
