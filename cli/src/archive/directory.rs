//! The central directory of a zip, looked through before the zip is read.
//!
//! Refused is what lets two programs see two different bundles in one file, or makes one that unpacks it write elsewhere:
//! the same name twice, names that lead out, links, encrypted files, bytes before or after the zip, and a directory that
//! does not end where the end record begins. Layout: PKWARE APPNOTE 4.3.12 to 4.3.16.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

use super::ArchiveError;

/// The most files: those of a bundle of some 60 million entries.
const MAX_FILES: u64 = 1 << 19;
/// The longest directory, in bytes. It is held in memory.
const MAX_DIRECTORY: u64 = 1 << 26;

const END: &[u8] = b"PK\x05\x06";
const END_LENGTH: u64 = 22;
const END64: &[u8] = b"PK\x06\x06";
const END64_LENGTH: u64 = 56;
const LOCATOR: &[u8] = b"PK\x06\x07";
const LOCATOR_LENGTH: u64 = 20;
const FILE: &[u8] = b"PK\x01\x02";
const FILE_LENGTH: usize = 46;

/// Made on a system whose upper attributes are those of Unix: 3 Unix, 19 macOS.
const UNIX_MAKERS: [u8; 2] = [3, 19];
const STORED: u16 = 0;
const DEFLATED: u16 = 8;

/// The names in a zip.
#[derive(Debug)]
pub(super) struct Directory {
    names: BTreeSet<String>,
}

impl Directory {
    pub(super) fn read(file: &mut File) -> Result<Self, ArchiveError> {
        let (offset, length, count) = place(file)?;
        if count > MAX_FILES || length > MAX_DIRECTORY {
            return Err(ArchiveError::TooMany);
        }
        let bytes = read_at(file, offset, length)?;
        Self::parse(&bytes, count)
    }

    /// The directory with exactly these bytes, of so many files.
    pub(super) fn parse(mut bytes: &[u8], count: u64) -> Result<Self, ArchiveError> {
        let mut names = BTreeSet::new();
        while !bytes.is_empty() {
            let (name, rest) = read_file(bytes)?;
            if !names.insert(name) {
                return Err(ArchiveError::Twice);
            }
            bytes = rest;
        }
        if names.len() as u64 == count { Ok(Self { names }) } else { Err(ArchiveError::Ambiguous) }
    }

    pub(super) fn count(&self) -> usize {
        self.names.len()
    }

    /// The one folder that all lies in, with its slash, if a folder was zipped with its name.
    pub(super) fn prefix(&self) -> String {
        let first = self.names.first().and_then(|name| name.split_once('/')).map(|(folder, _)| format!("{folder}/"));
        let all = |prefix: &String| self.names.iter().all(|name| name.starts_with(prefix));
        first.filter(|prefix| self.names.contains(&format!("{prefix}bundle")) && all(prefix)).unwrap_or_default()
    }
}

/// Offset, length and number of files of the directory. It ends where the end records begin, and they end the file.
fn place(file: &mut File) -> Result<(u64, u64, u64), ArchiveError> {
    let whole = file.seek(SeekFrom::End(0)).map_err(|error| ArchiveError::Io(error.kind()))?;
    // Without a comment: whoever searches for the end record from behind, and whoever does not, finds the same.
    let at = whole.checked_sub(END_LENGTH).ok_or(ArchiveError::NoZip)?;
    let end = read_at(file, at, END_LENGTH)?;
    if !end.starts_with(END) || end[4..8] != [0; 4] || end[20..] != [0, 0] {
        return Err(ArchiveError::NoZip);
    }
    let (count, length, offset) = (u64::from(u16_at(&end, 10)), u32_at(&end, 12), u32_at(&end, 16));
    let large = count == 0xFFFF || length == u64::from(u32::MAX) || offset == u64::from(u32::MAX);
    let (count, length, offset, end) = if large { place64(file, at)? } else { (count, length, offset, at) };
    if offset.checked_add(length) == Some(end) { Ok((offset, length, count)) } else { Err(ArchiveError::Ambiguous) }
}

fn place64(file: &mut File, end: u64) -> Result<(u64, u64, u64, u64), ArchiveError> {
    let at = end.checked_sub(LOCATOR_LENGTH + END64_LENGTH).ok_or(ArchiveError::NoZip)?;
    let bytes = read_at(file, at, END64_LENGTH + LOCATOR_LENGTH)?;
    let (record, locator) = bytes.split_at(END64_LENGTH as usize);
    let plain = record.starts_with(END64) && u64_at(record, 4) == END64_LENGTH - 12 && record[16..24] == [0; 8];
    if !plain || !locator.starts_with(LOCATOR) || u64_at(locator, 8) != at {
        return Err(ArchiveError::Ambiguous);
    }
    Ok((u64_at(record, 32), u64_at(record, 40), u64_at(record, 48), at))
}

fn read_file(bytes: &[u8]) -> Result<(String, &[u8]), ArchiveError> {
    if bytes.len() < FILE_LENGTH || !bytes.starts_with(FILE) {
        return Err(ArchiveError::Ambiguous);
    }
    let (maker, flags, method, mode) = (bytes[5], u16_at(bytes, 8), u16_at(bytes, 10), u16_at(bytes, 40));
    let lengths = [28, 30, 32].map(|at| usize::from(u16_at(bytes, at)));
    let (name, rest) = bytes[FILE_LENGTH..].split_at_checked(lengths[0]).ok_or(ArchiveError::Ambiguous)?;
    let rest = rest.get(lengths[1] + lengths[2]..).ok_or(ArchiveError::Ambiguous)?;
    // Bit 0: encrypted; 6 and 13: more of the same.
    if flags & 0b10_0000_0100_0001 != 0 || ![STORED, DEFLATED].contains(&method) {
        return Err(ArchiveError::Packing);
    }
    let kind = mode & 0o170_000;
    if UNIX_MAKERS.contains(&maker) && ![0, 0o100_000, 0o040_000].contains(&kind) {
        return Err(ArchiveError::Link);
    }
    let name = std::str::from_utf8(name).ok().filter(|name| stays_inside(name)).ok_or(ArchiveError::Name)?;
    Ok((name.to_owned(), rest))
}

/// Whether a name is relative, and no part of it leads up, to a drive or to a stream.
fn stays_inside(name: &str) -> bool {
    let strange = |c: char| c.is_control() || matches!(c, '\\' | ':');
    let parts = name.strip_suffix('/').unwrap_or(name).split('/');
    !name.contains(strange) && parts.into_iter().all(|part| !matches!(part, "" | "." | ".."))
}

fn read_at(file: &mut File, offset: u64, length: u64) -> Result<Vec<u8>, ArchiveError> {
    let io = |error: std::io::Error| ArchiveError::Io(error.kind());
    file.seek(SeekFrom::Start(offset)).map_err(io)?;
    let mut bytes = Vec::new();
    file.take(length).read_to_end(&mut bytes).map_err(io)?;
    if bytes.len() as u64 == length { Ok(bytes) } else { Err(ArchiveError::NoZip) }
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([bytes[at], bytes[at + 1]])
}

fn u32_at(bytes: &[u8], at: usize) -> u64 {
    u64::from(u16_at(bytes, at)) | u64::from(u16_at(bytes, at + 2)) << 16
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u32_at(bytes, at) | u32_at(bytes, at + 4) << 32
}
