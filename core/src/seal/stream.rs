//! A long plaintext as frames: at most 64 KiB each, sealed, numbered, the last one marked.
//!
//! Frame: last u8 (0, 1), length u32 (big-endian), sealed value. Its context is the label, a binding (the header of the
//! file, or its digest), the number from 0, and whether it is the last: no frame can be changed, left out, moved,
//! repeated or taken from another stream, and nothing can be added behind the last one.
//! Memory holds one frame, however long the stream. Backups and packets are written this way.

use std::io::{self, ErrorKind, Read, Write};

use zeroize::{Zeroize, Zeroizing};

use super::{LabelledInput, SealError, Secret, VALUE_OVERHEAD, ValueContext};

/// Most plain bytes of one frame.
pub(crate) const FRAME: usize = 64 * 1024;

/// Why a stream could not be written or read.
#[derive(Debug)]
pub(crate) enum StreamError {
    /// The input ends before the last frame does.
    Truncated,
    /// A frame does not open, is none, or something stands behind the last one.
    Altered,
    /// An item is longer than the caller allows, or than the format can carry.
    TooLong,
    /// A plaintext that cannot be sealed.
    Seal(SealError),
    /// What is below failed.
    Io(io::Error),
}

impl From<SealError> for StreamError {
    fn from(error: SealError) -> Self {
        Self::Seal(error)
    }
}

/// What the frames of one stream share.
struct Frames {
    key: Secret,
    label: &'static str,
    binding: Vec<u8>,
    number: u64,
}

impl Frames {
    fn context(&self, last: bool) -> ValueContext {
        let input = LabelledInput::new(self.label).part(&self.binding).number(self.number).number(u64::from(last));
        ValueContext::new(input)
    }
}

/// Writes the frames of a stream.
pub(crate) struct StreamWriter<W> {
    out: W,
    frames: Frames,
    plain: Zeroizing<Vec<u8>>,
    written: u64,
}

impl<W: Write> StreamWriter<W> {
    /// A stream under `key`, which is used for no other one.
    pub(crate) fn new(out: W, label: &'static str, binding: Vec<u8>, key: Secret) -> Self {
        let frames = Frames { key, label, binding, number: 0 };
        Self { out, frames, plain: Zeroizing::new(Vec::with_capacity(FRAME)), written: 0 }
    }

    /// Adds one item with its length in front.
    pub(crate) fn item(&mut self, item: &[u8]) -> Result<(), StreamError> {
        let length = u32::try_from(item.len()).map_err(|_| StreamError::TooLong)?;
        self.push(&length.to_be_bytes())?;
        self.push(item)
    }

    /// Adds bytes.
    pub(crate) fn push(&mut self, mut bytes: &[u8]) -> Result<(), StreamError> {
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

    /// Writes what has been added as a frame, however short.
    pub(crate) fn frame(&mut self, last: bool) -> Result<(), StreamError> {
        let sealed = self.frames.context(last).seal(&self.frames.key, &self.plain)?;
        let mut head = [u8::from(last), 0, 0, 0, 0];
        head[1..].copy_from_slice(&(sealed.len() as u32).to_be_bytes());
        self.out.write_all(&head).and_then(|()| self.out.write_all(&sealed)).map_err(StreamError::Io)?;
        self.written += (head.len() + sealed.len()) as u64;
        self.frames.number += 1;
        self.plain.clear();
        Ok(())
    }

    /// Writes the last frame; returns what was written to, and how many bytes.
    pub(crate) fn end(mut self) -> Result<(W, u64), StreamError> {
        self.frame(true)?;
        Ok((self.out, self.written))
    }
}

/// Reads the frames of a stream, each of them authenticated before a byte of it is used.
pub(crate) struct StreamReader<R> {
    input: R,
    frames: Frames,
    plain: Zeroizing<Vec<u8>>,
    used: usize,
    ended: bool,
}

impl<R: Read> StreamReader<R> {
    /// The stream that was written with the same label, binding and key.
    pub(crate) fn new(input: R, label: &'static str, binding: Vec<u8>, key: Secret) -> Self {
        let frames = Frames { key, label, binding, number: 0 };
        let plain = Zeroizing::new(Vec::with_capacity(FRAME + VALUE_OVERHEAD));
        Self { input, frames, plain, used: 0, ended: false }
    }

    /// The next item, of so many bytes at most; `None` at the end of the stream.
    pub(crate) fn item(&mut self, longest: usize, item: &mut Vec<u8>) -> Result<Option<()>, StreamError> {
        item.clear();
        let mut length = [0; 4];
        match self.take(&mut length)? {
            0 => return Ok(None),
            4 => (),
            _ => return Err(StreamError::Altered),
        }
        let length = u32::from_be_bytes(length) as usize;
        if length > longest {
            return Err(StreamError::TooLong);
        }
        // Memory grows with what is there, not with what is claimed.
        while item.len() < length {
            let chunk = self.chunk(length - item.len())?;
            if chunk.is_empty() {
                return Err(StreamError::Altered);
            }
            item.extend_from_slice(chunk);
        }
        Ok(Some(()))
    }

    /// The next bytes, at least one and `most` at most; none at the end of the stream.
    pub(crate) fn chunk(&mut self, most: usize) -> Result<&[u8], StreamError> {
        // A frame may be empty.
        while self.used == self.plain.len() {
            if !self.frame()? {
                return Ok(&[]);
            }
        }
        let start = self.used;
        self.used += most.min(self.plain.len() - start);
        Ok(&self.plain[start..self.used])
    }

    /// Fills `bytes` as far as there are any; returns how far.
    fn take(&mut self, bytes: &mut [u8]) -> Result<usize, StreamError> {
        let mut filled = 0;
        while filled < bytes.len() {
            let chunk = self.chunk(bytes.len() - filled)?;
            if chunk.is_empty() {
                break;
            }
            bytes[filled..filled + chunk.len()].copy_from_slice(chunk);
            filled += chunk.len();
        }
        Ok(filled)
    }

    fn frame(&mut self) -> Result<bool, StreamError> {
        if self.ended {
            return Ok(false);
        }
        let mut head = [0; 5];
        self.fill(&mut head)?;
        let [last, length @ ..] = head;
        let length = u32::from_be_bytes(length) as usize;
        if last > 1 || !(VALUE_OVERHEAD..=FRAME + VALUE_OVERHEAD).contains(&length) {
            return Err(StreamError::Altered);
        }
        let mut sealed = vec![0; length];
        self.fill(&mut sealed)?;
        self.plain.zeroize();
        self.used = 0;
        let context = self.frames.context(last == 1);
        context.open_onto(&self.frames.key, &sealed, &mut self.plain).map_err(|_| StreamError::Altered)?;
        self.frames.number += 1;
        self.ended = last == 1;
        if self.ended && self.input.read(&mut [0]).map_err(StreamError::Io)? != 0 {
            return Err(StreamError::Altered);
        }
        Ok(true)
    }

    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), StreamError> {
        self.input.read_exact(bytes).map_err(|error| match error.kind() {
            ErrorKind::UnexpectedEof => StreamError::Truncated,
            _ => StreamError::Io(error),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(plain: &[u8]) -> Vec<u8> {
        let mut out = StreamWriter::new(Vec::new(), "test", b"binding".to_vec(), Secret::copy_of(&[7; 32]));
        out.push(plain).unwrap();
        out.end().unwrap().0
    }

    fn read(bytes: &[u8], binding: &[u8], key: u8) -> Result<Vec<u8>, StreamError> {
        let mut input = StreamReader::new(bytes, "test", binding.to_vec(), Secret::copy_of(&[key; 32]));
        let mut out = Vec::new();
        loop {
            match input.chunk(1000)? {
                [] => return Ok(out),
                chunk => out.extend_from_slice(chunk),
            }
        }
    }

    #[test]
    fn what_was_written_comes_back_and_nothing_else_does() {
        for length in [0, 1, FRAME - 1, FRAME, FRAME + 1, 3 * FRAME] {
            let plain: Vec<u8> = (0..length).map(|at| at as u8).collect();
            let bytes = written(&plain);
            assert_eq!(read(&bytes, b"binding", 7).unwrap(), plain);
            assert!(matches!(read(&bytes, b"another", 7), Err(StreamError::Altered)));
            assert!(matches!(read(&bytes, b"binding", 8), Err(StreamError::Altered)));
            assert!(matches!(read(&bytes[..bytes.len() - 1], b"binding", 7), Err(StreamError::Truncated)));
            assert!(matches!(read(&[&bytes[..], &[0]].concat(), b"binding", 7), Err(StreamError::Altered)));
        }
    }

    #[test]
    fn frames_keep_their_places() {
        let bytes = written(&[1; 2 * FRAME + 10]);
        let frame = 5 + FRAME + VALUE_OVERHEAD;
        let (first, second, last) = (&bytes[..frame], &bytes[frame..2 * frame], &bytes[2 * frame..]);
        for parts in [&[second, first, last][..], &[first, last], &[first, first, second, last], &[first, second]] {
            assert!(read(&parts.concat(), b"binding", 7).is_err());
        }
    }

    #[test]
    fn items_are_no_longer_than_allowed() {
        let mut out = StreamWriter::new(Vec::new(), "test", Vec::new(), Secret::copy_of(&[7; 32]));
        out.item(b"item").unwrap();
        let bytes = out.end().unwrap().0;
        let reader = || StreamReader::new(&bytes[..], "test", Vec::new(), Secret::copy_of(&[7; 32]));
        let mut item = Vec::new();
        let mut input = reader();
        assert!(input.item(4, &mut item).unwrap().is_some());
        assert_eq!(item, b"item");
        assert!(input.item(4, &mut item).unwrap().is_none());
        assert!(matches!(reader().item(3, &mut item), Err(StreamError::TooLong)));
    }
}
