//! The lines of a file, one after the other, of bounded length, digested as they are read.

use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};

use zeroize::{Zeroize, Zeroizing};

use super::super::Error;
use super::error::{ExchangeError, LineRule};
use crate::seal::Sha256Stream;

const BYTE_ORDER_MARK: &[u8] = &[0xEF, 0xBB, 0xBF];

/// The largest buffer that is kept between lines.
const KEPT: usize = 16 << 10;

/// A line and its number, from 1.
pub(super) type Numbered<'l> = (u64, Result<&'l str, LineRule>);

/// An open file.
pub(super) struct LineReader<R> {
    inner: BufReader<R>,
    buffer: Zeroizing<Vec<u8>>,
    digest: Sha256Stream,
    longest: usize,
    /// The number of the line that was read last, from 1.
    line: u64,
    /// How many bytes were read.
    pub(super) position: u64,
}

impl<R: Read + Seek> LineReader<R> {
    /// Begins at the start of `file`.
    pub(super) fn open(mut file: R, longest: usize) -> Result<Self, Error> {
        file.seek(SeekFrom::Start(0)).map_err(|error| ExchangeError::reading(&error))?;
        let inner = BufReader::with_capacity(64 << 10, file);
        let buffer = Zeroizing::new(Vec::with_capacity(KEPT));
        Ok(Self { inner, buffer, digest: Sha256Stream::new(), longest, line: 0, position: 0 })
    }

    /// The next line that is not blank, without its end; none at the end of the file.
    pub(super) fn next(&mut self) -> Result<Option<Numbered<'_>>, Error> {
        loop {
            let Some(whole) = self.read()? else { return Ok(None) };
            self.line += 1;
            if self.line == 1 && (self.buffer.starts_with(&[0xFF, 0xFE]) || self.buffer.starts_with(&[0xFE, 0xFF])) {
                return Err(ExchangeError::Utf16.into());
            }
            if !whole {
                return Ok(Some((self.line, Err(LineRule::TooLong))));
            }
            let marked = self.line == 1 && self.buffer.starts_with(BYTE_ORDER_MARK);
            let start = if marked { BYTE_ORDER_MARK.len() } else { 0 };
            if !self.buffer[start..].trim_ascii().is_empty() {
                let text = std::str::from_utf8(&self.buffer[start..]).map_err(|_| LineRule::Utf8);
                return Ok(Some((self.line, text)));
            }
        }
    }

    /// Reads up to the end of a line: whether all of it is there; none at the end of the file.
    fn read(&mut self) -> Result<Option<bool>, Error> {
        clear(&mut self.buffer);
        let (mut whole, mut any) = (true, false);
        loop {
            let bytes = match self.inner.fill_buf() {
                Ok(bytes) => bytes,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(ExchangeError::reading(&error)),
            };
            if bytes.is_empty() {
                return Ok(any.then_some(whole));
            }
            any = true;
            let end = bytes.iter().position(|byte| *byte == b'\n');
            let taken = end.map_or(bytes.len(), |end| end + 1);
            let content = end.unwrap_or(bytes.len());
            whole &= self.buffer.len() + content <= self.longest;
            if whole {
                extend(&mut self.buffer, &bytes[..content]);
            }
            self.digest.update(&bytes[..taken]);
            self.position += taken as u64;
            self.inner.consume(taken);
            if end.is_some() {
                return Ok(Some(whole));
            }
        }
    }

    /// The digest of all that was read.
    pub(super) fn digest(&self) -> [u8; 32] {
        self.digest.clone().finish()
    }
}

/// Wipes what is there; an allocation for one long line is given back, for wiping it again for each short one costs.
pub(super) fn clear(buffer: &mut Zeroizing<Vec<u8>>) {
    if buffer.capacity() > KEPT {
        *buffer = Zeroizing::new(Vec::with_capacity(KEPT));
    }
    buffer.zeroize();
}

/// Appends, and wipes the allocation that became too small.
fn extend(buffer: &mut Zeroizing<Vec<u8>>, bytes: &[u8]) {
    if buffer.capacity() - buffer.len() < bytes.len() {
        let mut larger = Zeroizing::new(Vec::with_capacity((buffer.len() + bytes.len()).max(2 * buffer.capacity())));
        larger.extend_from_slice(buffer);
        *buffer = larger;
    }
    buffer.extend_from_slice(bytes);
}
