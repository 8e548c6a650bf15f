//! The rows of a CSV file, streamed: UTF-8 with or without byte order mark, LF or CRLF, quoted cells.

use std::collections::VecDeque;
use std::io::{self, Chain, Cursor, Read, Seek, SeekFrom};
use std::sync::Arc;

use csv::{ByteRecord, ReaderBuilder};

use super::error::{ImportError, Problem, Rule};
use super::plan::Plan;

/// Follows the file. It is only a row of its own if no quote is open by then.
const END: &[u8] = b"\n\x1esaferoom: end of file\x1e\n";

/// What was read to look for a byte order mark, the rest of the file, and the mark of its end.
type Framed<R> = Chain<Chain<Cursor<Vec<u8>>, R>, &'static [u8]>;

/// An open file whose header fits the plan.
pub(super) struct Table<R> {
    reader: csv::Reader<Lines<Framed<R>>>,
    record: ByteRecord,
    header: Vec<Arc<str>>,
    /// Where each column of the plan is in the file.
    columns: Vec<usize>,
    /// The columns that the plan does not use.
    pub(super) unmapped: Vec<String>,
}

/// One row.
#[derive(Clone, Copy)]
pub(super) struct Row<'t> {
    /// The line on which it begins.
    pub(super) line: u64,
    record: &'t ByteRecord,
    header: &'t [Arc<str>],
    columns: &'t [usize],
}

impl<R: Read + Seek> Table<R> {
    /// Begins at the start of `file`.
    pub(super) fn open(mut file: R, plan: &Plan) -> Result<Self, ImportError> {
        let failed = || ImportError::io("file");
        file.seek(SeekFrom::Start(0)).map_err(failed())?;
        let mut first = Vec::with_capacity(3);
        (&mut file).take(3).read_to_end(&mut first).map_err(failed())?;
        if first.starts_with(&[0xFF, 0xFE]) || first.starts_with(&[0xFE, 0xFF]) {
            return Err(ImportError::Utf16);
        }
        if first == [0xEF, 0xBB, 0xBF] {
            first.clear();
        }
        let whole = Lines::new(Cursor::new(first).chain(file).chain(END));
        let mut builder = ReaderBuilder::new();
        let reader = builder.has_headers(false).flexible(true).delimiter(plan.delimiter).from_reader(whole);
        let mut table =
            Self { reader, record: ByteRecord::new(), header: Vec::new(), columns: Vec::new(), unmapped: Vec::new() };
        table.read_header(plan)?;
        Ok(table)
    }

    fn read_header(&mut self, plan: &Plan) -> Result<(), ImportError> {
        if self.next()?.is_none() {
            return Err(ImportError::NoHeader);
        }
        let names: Result<Vec<_>, _> = self.record.iter().map(std::str::from_utf8).collect();
        self.header = names.map_err(|_| ImportError::NoHeader)?.into_iter().map(|name| name.trim().into()).collect();
        for (second, name) in self.header.iter().enumerate() {
            if let Some(first) = self.header[..second].iter().position(|other| other == name) {
                return Err(ImportError::DuplicateColumn { first: first + 1, second: second + 1 });
            }
        }
        let place = |name: &Arc<str>| self.header.iter().position(|column| column == name);
        let missing: Vec<_> =
            plan.columns.iter().filter(|name| place(name).is_none()).map(ToString::to_string).collect();
        // Only names of the mapping are shown here: what looks like a header may be a child's row.
        if !missing.is_empty() {
            return Err(ImportError::MissingColumns(missing));
        }
        self.columns = plan.columns.iter().filter_map(place).collect();
        let unused = self.header.iter().filter(|name| !plan.columns.contains(name));
        self.unmapped = unused.map(ToString::to_string).collect();
        Ok(())
    }

    /// The next row; none at the end of the file.
    pub(super) fn next(&mut self) -> Result<Option<Row<'_>>, ImportError> {
        let found = self.read()?;
        if found && self.record.as_slice() == &END[1..END.len() - 1] {
            // What follows the marker was in the file, marker and all: no table has that.
            return if self.read()? { Err(damaged()) } else { Ok(None) };
        }
        if !found {
            return Ok(None);
        }
        let end = self.reader.position().byte().saturating_sub(1);
        let inside = self.record.as_slice().iter().filter(|byte| **byte == b'\n').count() as u64;
        let line = (1 + self.reader.get_mut().before(end)).saturating_sub(inside);
        if self.record.as_slice().ends_with(END) {
            return Err(ImportError::OpenQuote { line: line + 1 });
        }
        Ok(Some(Row { line, record: &self.record, header: &self.header, columns: &self.columns }))
    }

    fn read(&mut self) -> Result<bool, ImportError> {
        self.reader.read_byte_record(&mut self.record).map_err(|error| match error.into_kind() {
            csv::ErrorKind::Io(error) => ImportError::Io { what: "file", kind: error.kind() },
            _ => damaged(),
        })
    }

    /// How many bytes have been read.
    pub(super) fn position(&self) -> u64 {
        self.reader.position().byte()
    }
}

impl<'t> Row<'t> {
    /// Whether the row has the header's form and is UTF-8 throughout.
    pub(super) fn check(&self, problems: &mut Vec<Problem>) {
        let (expected, found) = (self.header.len(), self.record.len());
        if expected != found {
            problems.push(Problem { column: None, field: None, rule: Rule::Ragged { expected, found } });
            return;
        }
        let broken = self.record.iter().zip(self.header).filter(|(cell, _)| std::str::from_utf8(cell).is_err());
        problems.extend(broken.map(|(_, name)| Problem { column: Some(name.clone()), field: None, rule: Rule::Utf8 }));
    }

    /// The cell in a column of the plan. Empty if the row was not found good by [`check`](Self::check).
    pub(super) fn cell(&self, column: usize) -> &'t str {
        let cell = self.columns.get(column).and_then(|place| self.record.get(*place)).unwrap_or_default();
        std::str::from_utf8(cell).unwrap_or_default()
    }
}

fn damaged() -> ImportError {
    ImportError::Io { what: "file", kind: io::ErrorKind::InvalidData }
}

/// Remembers where the lines end that the CSV reader has yet to come to; its own count is off by one with CRLF.
struct Lines<R> {
    inner: R,
    offset: u64,
    ends: VecDeque<u64>,
    passed: u64,
}

impl<R> Lines<R> {
    const fn new(inner: R) -> Self {
        Self { inner, offset: 0, ends: VecDeque::new(), passed: 0 }
    }

    /// How many lines end before this byte. Asked with rising positions.
    fn before(&mut self, byte: u64) -> u64 {
        while self.ends.front().is_some_and(|end| *end < byte) {
            self.ends.pop_front();
            self.passed += 1;
        }
        self.passed
    }
}

impl<R: Read> Read for Lines<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.inner.read(buffer)?;
        let ends = buffer[..length].iter().zip(self.offset..).filter(|(byte, _)| **byte == b'\n');
        self.ends.extend(ends.map(|(_, offset)| offset));
        self.offset += length as u64;
        Ok(length)
    }
}
