//! Writing: opened records as lines. Nothing is kept but one buffer, which is wiped.

use std::io::{self, Write};

use serde_json::to_writer;
use zeroize::Zeroizing;

use super::super::Opened;
use super::read_lines::clear;
use crate::model::{DynamicRecord, Value};
use crate::seal::Sha256Stream;

/// Writes lines, and digests what it wrote.
pub(super) struct LineWriter<'w> {
    out: &'w mut dyn Write,
    buffer: Zeroizing<Vec<u8>>,
    digest: Sha256Stream,
    pub(super) lines: u64,
    pub(super) bytes: u64,
}

impl<'w> LineWriter<'w> {
    pub(super) fn new(out: &'w mut dyn Write) -> Self {
        let buffer = Zeroizing::new(Vec::with_capacity(16 << 10));
        Self { out, buffer, digest: Sha256Stream::new(), lines: 0, bytes: 0 }
    }

    /// Writes a record.
    pub(super) fn write(&mut self, opened: &Opened<DynamicRecord>) -> io::Result<()> {
        // Room for all of it: no half-grown copy stays behind. Escapes at most double a text; ids and names are short.
        let values: usize = opened.record.iter().map(|(_, value)| 2 * value.encoded_length_hint() + 128).sum();
        if self.buffer.capacity() < values + 512 {
            self.buffer = Zeroizing::new(Vec::with_capacity(values + 512));
        }
        write_record(&mut self.buffer, opened)?;
        self.buffer.push(b'\n');
        self.out.write_all(&self.buffer)?;
        self.digest.update(&self.buffer);
        self.lines += 1;
        self.bytes += self.buffer.len() as u64;
        clear(&mut self.buffer);
        Ok(())
    }

    /// The digest of all lines.
    pub(super) fn finish(self) -> io::Result<[u8; 32]> {
        self.out.flush()?;
        Ok(self.digest.finish())
    }
}

fn write_record(out: &mut Vec<u8>, opened: &Opened<DynamicRecord>) -> io::Result<()> {
    write!(out, "{{\"kind\":\"{}\",\"id\":\"{}\",\"parent\":", opened.record.spec().name(), opened.id)?;
    match opened.parent {
        Some(parent) => write!(out, "\"{parent}\"")?,
        None => out.extend_from_slice(b"null"),
    }
    write!(out, ",\"revision\":{},\"author\":\"{}\",\"fields\":{{", opened.revision, opened.author)?;
    for (index, (field, value)) in opened.record.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        write!(out, "\"{}\":", field.name)?;
        write_value(out, value)?;
    }
    out.extend_from_slice(b"}}");
    Ok(())
}

fn write_value(out: &mut Vec<u8>, value: &Value) -> io::Result<()> {
    match value {
        Value::Bool(value) => write!(out, "{value}"),
        Value::Unsigned(number) => write!(out, "{number}"),
        Value::Text(text) => Ok(to_writer(out, text.as_str())?),
        Value::Narrative(text) => Ok(to_writer(out, text.as_str())?),
        Value::List(items) => {
            for (index, item) in items.iter().enumerate() {
                out.push(if index == 0 { b'[' } else { b',' });
                write_value(out, item)?;
            }
            out.extend_from_slice(if items.is_empty() { b"[]" } else { b"]" });
            Ok(())
        }
        // Codes, dates, moments, places and ids: their text forms need no escapes, but the writer is the judge of that.
        other => Ok(to_writer(out, Zeroizing::new(other.to_plain_text()).as_str())?),
    }
}
