//! Pages of a column: their heads are looked at before the library reads them, and what it unpacked before it makes values of
//! it. It asks for room for as much as either says, and where there is not that much the program ends.

use std::sync::Arc;

use bytes::Bytes;
use parquet::basic::{Encoding, Type as Physical};
use parquet::column::page::{Page, PageMetadata, PageReader};
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::reader::ChunkReader;
use parquet::file::serialized_reader::SerializedPageReader;

use super::super::error::OutputError;
use super::thrift::{Field, Input, Malformed, STRUCTURE};

/// The largest page once it is unpacked. Usual is one megabyte.
const LARGEST: i32 = 64 << 20;

/// The largest dictionary. Usual is one megabyte; each of its values takes thirty-two bytes, also one that is empty.
const LARGEST_DICTIONARY: usize = 16 << 20;

/// How long the head of a page usually is, and the longest: its statistics may quote two values.
const USUAL_HEAD: u64 = 256;
const LONGEST_HEAD: u64 = 64 << 10;

/// Bytes that a file has left: no two columns have the same ones.
pub(super) struct Budget(u64);

impl Budget {
    pub(super) fn of(source: &impl ChunkReader) -> Self {
        Self(source.len())
    }

    fn spend(&mut self, bytes: u64) -> std::result::Result<(), OutputError> {
        self.0 = self.0.checked_sub(bytes).ok_or(OutputError::Parquet)?;
        Ok(())
    }
}

/// The pages of a column in a row group of so many rows, whose heads are in order. None says more values than that.
pub(super) fn pages<R: ChunkReader + 'static>(
    source: &Arc<R>,
    column: &ColumnChunkMetaData,
    rows: usize,
    budget: &mut Budget,
) -> std::result::Result<Box<dyn PageReader>, OutputError> {
    let (start, length) = column.byte_range();
    budget.spend(length)?;
    if column.encodings().any(|encoding| encoding == Encoding::DELTA_BYTE_ARRAY) {
        let column = column.column_descr().name().to_owned();
        return Err(OutputError::ColumnType { column, what: "texts in the encoding DELTA_BYTE_ARRAY" });
    }
    let end = start.checked_add(length).filter(|end| *end <= source.len()).ok_or(OutputError::Parquet)?;
    check_heads(source.as_ref(), start, end)?;
    let pages = SerializedPageReader::new(Arc::clone(source), column, rows, None).map_err(|_| OutputError::Parquet)?;
    let required = column.column_descr().max_def_level() == 0;
    Ok(Box::new(Checked { pages, physical: column.column_type(), required, rows }))
}

fn check_heads(source: &impl ChunkReader, start: u64, end: u64) -> std::result::Result<(), OutputError> {
    let mut position = start;
    while position < end {
        let head = |longest: u64| {
            let bytes = source.get_bytes(position, (end - position).min(longest) as usize).map_err(|_| Malformed)?;
            parse_head(&bytes)
        };
        let head = head(USUAL_HEAD).or_else(|Malformed| head(LONGEST_HEAD));
        let (head, page) = head.map_err(|Malformed| OutputError::Parquet)?;
        position = position.saturating_add(head).saturating_add(page);
    }
    Ok(())
}

/// How long the head of a page is, and the page behind it.
fn parse_head(bytes: &[u8]) -> std::result::Result<(u64, u64), Malformed> {
    let mut input = Input::new(bytes);
    let mut compressed = None;
    input.structure(|input, field| {
        match field.number {
            1 | 4 => input.i32(field).map(drop)?,
            2 if input.i32(field)? > LARGEST => return Err(Malformed),
            2 => (),
            3 => compressed = u64::try_from(input.i32(field)?).ok(),
            5 => parse_kind(input, field, 4, None)?,
            6 => parse_kind(input, field, 0, None)?,
            7 => parse_kind(input, field, 2, Some(3))?,
            8 => parse_kind(input, field, 6, Some(7))?,
            _ => return Ok(false),
        }
        Ok(true)
    })?;
    let head = (bytes.len() - input.left()) as u64;
    Ok((head, compressed.ok_or(Malformed)?))
}

/// What a head says for one kind of page: so many numbers, one that is yes or no, and further things that are passed over.
fn parse_kind(
    input: &mut Input<'_>,
    field: Field,
    numbers: i16,
    yes_or_no: Option<i16>,
) -> std::result::Result<(), Malformed> {
    field.demand(STRUCTURE)?;
    input.structure(|input, field| {
        if field.number <= numbers {
            input.i32(field).map(drop)?;
            return Ok(true);
        }
        if Some(field.number) == yes_or_no {
            field.demand_bool()?;
        }
        Ok(false)
    })
}

/// Pages whose values need no more room than their bytes say.
struct Checked<R: ChunkReader> {
    pages: SerializedPageReader<R>,
    physical: Physical,
    required: bool,
    rows: usize,
}

impl<R: ChunkReader> Checked<R> {
    fn check(&self, page: &Page) -> Result<()> {
        match page {
            Page::DictionaryPage { buf, num_values, .. } => {
                let least = match self.physical {
                    Physical::INT64 | Physical::DOUBLE => 8,
                    _ => 4,
                };
                demand(buf.len() <= LARGEST_DICTIONARY && *num_values as usize <= buf.len() / least)
            }
            Page::DataPage { buf, num_values, encoding, def_level_encoding, .. } => {
                let levels = self.levels_of_older(buf, *num_values, *def_level_encoding);
                self.check_values(buf, levels, *num_values, *encoding)
            }
            Page::DataPageV2 { buf, num_values, encoding, def_levels_byte_len, rep_levels_byte_len, .. } => {
                let levels = (*def_levels_byte_len as usize).checked_add(*rep_levels_byte_len as usize);
                self.check_values(buf, levels, *num_values, *encoding)
            }
        }
    }

    /// How many bytes stand before the values in a page of the first version.
    #[expect(deprecated, reason = "old files have it")]
    fn levels_of_older(&self, buffer: &[u8], values: u32, encoding: Encoding) -> Option<usize> {
        match encoding {
            _ if self.required => Some(0),
            Encoding::BIT_PACKED => Some((values as usize).div_ceil(8)),
            _ => (u32::from_le_bytes(*buffer.first_chunk()?) as usize).checked_add(4),
        }
    }

    fn check_values(&self, buffer: &Bytes, levels: Option<usize>, values: u32, encoding: Encoding) -> Result<()> {
        demand(values as usize <= self.rows)?;
        match encoding {
            Encoding::PLAIN
            | Encoding::PLAIN_DICTIONARY
            | Encoding::RLE
            | Encoding::RLE_DICTIONARY
            | Encoding::DELTA_BINARY_PACKED
            | Encoding::BYTE_STREAM_SPLIT => Ok(()),
            // The lengths come first, and say themselves how many there are: blocks, parts of a block, and then this.
            Encoding::DELTA_LENGTH_BYTE_ARRAY => {
                let lengths = levels.and_then(|levels| buffer.get(levels..)).unwrap_or_default();
                let mut input = Input::new(lengths);
                let count = (0..3).try_fold(0, |_, _| input.varint());
                demand(count.is_ok_and(|count| count <= u64::from(values)))
            }
            // A value may repeat most of the one before: a page can say more than any memory holds.
            _ => demand(false),
        }
    }
}

fn demand(holds: bool) -> Result<()> {
    if holds { Ok(()) } else { Err(ParquetError::General(String::new())) }
}

impl<R: ChunkReader> Iterator for Checked<R> {
    type Item = Result<Page>;

    fn next(&mut self) -> Option<Self::Item> {
        self.get_next_page().transpose()
    }
}

impl<R: ChunkReader> PageReader for Checked<R> {
    fn get_next_page(&mut self) -> Result<Option<Page>> {
        let page = self.pages.get_next_page()?;
        page.as_ref().map_or(Ok(()), |page| self.check(page))?;
        Ok(page)
    }

    fn peek_next_page(&mut self) -> Result<Option<PageMetadata>> {
        self.pages.peek_next_page()
    }

    fn skip_next_page(&mut self) -> Result<()> {
        self.pages.skip_next_page()
    }
}
