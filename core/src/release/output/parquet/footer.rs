//! The end of a Parquet file: its columns and how many rows it says there are, read by ourselves.
//!
//! The `parquet` crate goes down one call for each level of nesting and asks for room for as many columns as a file names:
//! both end the program, and no panic. It never sees the schema of a file: it is given the one that is made here, which is flat.

use std::sync::Arc;

use bytes::Bytes;
use parquet::basic::{Repetition, Type as Physical};
use parquet::errors::ParquetError;
use parquet::file::reader::ChunkReader;
use parquet::schema::types::{SchemaDescriptor, Type};

use super::super::super::error::ReleaseError;
use super::super::super::table::{MOST_COLUMNS, MOST_ROWS};
use super::super::error::OutputError;
use super::thrift::{Field, Input, Malformed, STRUCTURE};

/// How a file ends, and how it begins.
const MAGIC: &[u8; 4] = b"PAR1";

/// Bytes behind the footer: its length and how a file ends.
const TAIL: usize = 8;

/// The longest footer that is read. What it lists takes up to fifty times as much room in memory.
const LONGEST: usize = 16 << 20;

/// The most row groups: a thousand rows in each would fill the largest table.
const MOST_GROUPS: usize = MOST_ROWS / 1000;

/// Cells for which there is always room, and further ones for each byte of the file: a few bytes can say that a hundred million
/// rows are missing.
const CELLS: usize = 1 << 26;
const CELLS_PER_BYTE: usize = 64;

/// A column, as the footer describes it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Described {
    pub(super) name: String,
    pub(super) physical: Physical,
    pub(super) required: bool,
    pub(super) logical: Option<Logical>,
    /// The older form of `logical`.
    pub(super) converted: Option<i32>,
}

/// What a column's values mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Logical {
    Text,
    Integer,
    Day,
    /// So many of them are a day.
    Moment(i64),
    Other,
}

/// What a footer says.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Footer {
    pub(super) columns: Vec<Described>,
    pub(super) rows: usize,
}

/// Why a footer is not read any further.
enum Refused {
    Malformed,
    Nested { column: String },
    TooLarge { columns: usize, rows: usize },
}

impl Footer {
    /// That of a file.
    pub(super) fn of(source: &impl ChunkReader) -> Result<Self, OutputError> {
        let bytes = footer_bytes(source)?;
        let footer = Self::parse(&bytes).map_err(|refused| match refused {
            Refused::Malformed => OutputError::Parquet,
            Refused::Nested { column } => OutputError::ColumnType { column, what: super::read::NO_SINGLE_VALUES },
            Refused::TooLarge { columns, rows } => ReleaseError::TooLarge { columns, rows }.into(),
        })?;
        let columns = footer.columns.len();
        let room = usize::try_from(source.len()).unwrap_or(usize::MAX).saturating_mul(CELLS_PER_BYTE);
        let rows = room.saturating_add(CELLS) / columns.max(1);
        if footer.rows > rows {
            return Err(ReleaseError::TooLarge { columns, rows }.into());
        }
        Ok(footer)
    }

    /// The same schema for the library: which bytes a column has, and not what they mean.
    pub(super) fn schema(&self) -> Result<SchemaDescriptor, ParquetError> {
        let field = |column: &Described| {
            let repetition = if column.required { Repetition::REQUIRED } else { Repetition::OPTIONAL };
            let field = Type::primitive_type_builder(&column.name, column.physical).with_repetition(repetition);
            field.with_length(i32::from(column.physical == Physical::FIXED_LEN_BYTE_ARRAY)).build().map(Arc::new)
        };
        let fields = self.columns.iter().map(field).collect::<Result<_, _>>()?;
        Ok(SchemaDescriptor::new(Arc::new(Type::group_type_builder("table").with_fields(fields).build()?)))
    }

    /// Of the footer's bytes. Version, schema, rows and row groups stand at the beginning, in this order: before what is read
    /// here stands nothing that could be read in two ways. The rest is the library's, and is passed over here: so it takes no
    /// longer than its bytes.
    fn parse(bytes: &[u8]) -> Result<Self, Refused> {
        let mut input = Input::new(bytes);
        let version = input.demanded(1)?;
        input.i32(version)?;
        let schema = input.demanded(2)?;
        let columns = parse_schema(&mut input, schema)?;
        let rows = input.demanded(3)?;
        let rows = usize::try_from(input.i64(rows)?).map_err(|_| Malformed)?;
        let groups = input.demanded(4)?;
        let groups = input.structures(groups)?;
        if rows > MOST_ROWS || groups > MOST_GROUPS {
            return Err(too_large());
        }
        input.skip_structures(groups)?;
        input.rest(4)?;
        Ok(Self { columns, rows })
    }
}

/// The bytes of the footer: as many as the last eight bytes of the file say.
fn footer_bytes(source: &impl ChunkReader) -> Result<Bytes, OutputError> {
    let damaged = |_| OutputError::Parquet;
    let before = source.len().checked_sub(TAIL as u64).ok_or(OutputError::Parquet)?;
    let tail = source.get_bytes(before, TAIL).map_err(damaged)?;
    let (length, magic) = tail.split_first_chunk().ok_or(OutputError::Parquet)?;
    let length = u32::from_le_bytes(*length);
    let start = before.checked_sub(u64::from(length)).filter(|_| magic == MAGIC).ok_or(OutputError::Parquet)?;
    if length as usize > LONGEST {
        return Err(OutputError::TooLarge { file: "Parquet".to_owned() });
    }
    source.get_bytes(start, length as usize).map_err(damaged)
}

/// The root, and columns that stand directly below it.
fn parse_schema(input: &mut Input<'_>, field: Field) -> Result<Vec<Described>, Refused> {
    let count = input.structures(field)?;
    if count > MOST_COLUMNS + 1 {
        return Err(too_large());
    }
    let root = Element::parse(input)?;
    let mut columns = Vec::with_capacity(count);
    for _ in 1..count {
        columns.push(Element::parse(input)?.described()?);
    }
    let children = usize::try_from(root.children.unwrap_or(0)).map_err(|_| Malformed)?;
    if children == columns.len() { Ok(columns) } else { Err(Refused::Malformed) }
}

/// What stands in the schema of a file for a column, a group of them, or the whole.
#[derive(Default)]
struct Element<'a> {
    physical: Option<i32>,
    repetition: Option<i32>,
    name: &'a [u8],
    children: Option<i32>,
    converted: Option<i32>,
    logical: Option<Logical>,
}

impl<'a> Element<'a> {
    fn parse(input: &mut Input<'a>) -> Result<Self, Malformed> {
        let mut element = Self::default();
        input.structure(|input, field| {
            match field.number {
                1 => element.physical = Some(input.i32(field)?),
                3 => element.repetition = Some(input.i32(field)?),
                4 => element.name = input.binary(field)?,
                5 => element.children = Some(input.i32(field)?),
                6 => element.converted = Some(input.i32(field)?),
                2 | 7..=9 => input.i32(field).map(drop)?,
                10 => {
                    field.demand(STRUCTURE)?;
                    element.logical = Some(Logical::parse(input)?);
                }
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        Ok(element)
    }

    fn described(self) -> Result<Described, Refused> {
        let name = std::str::from_utf8(self.name).map_err(|_| Malformed)?.to_owned();
        let required = match self.repetition.ok_or(Malformed)? {
            0 => true,
            1 => false,
            2 => return Err(Refused::Nested { column: name }),
            _ => return Err(Refused::Malformed),
        };
        if self.children.unwrap_or(0) != 0 {
            return Err(Refused::Nested { column: name });
        }
        let physical = match self.physical.ok_or(Malformed)? {
            0 => Physical::BOOLEAN,
            1 => Physical::INT32,
            2 => Physical::INT64,
            3 => Physical::INT96,
            4 => Physical::FLOAT,
            5 => Physical::DOUBLE,
            6 => Physical::BYTE_ARRAY,
            7 => Physical::FIXED_LEN_BYTE_ARRAY,
            _ => return Err(Refused::Malformed),
        };
        Ok(Described { name, physical, required, logical: self.logical, converted: self.converted })
    }
}

impl Logical {
    fn parse(input: &mut Input<'_>) -> Result<Self, Malformed> {
        let mut logical = None;
        input.structure(|input, field| {
            field.demand(STRUCTURE)?;
            let meaning = match field.number {
                1 | 4 => Self::Text,
                6 => Self::Day,
                10 => Self::Integer,
                8 => {
                    let meaning = Self::Moment(parse_per_day(input)?);
                    return if logical.replace(meaning).is_none() { Ok(true) } else { Err(Malformed) };
                }
                _ => Self::Other,
            };
            if logical.replace(meaning).is_none() { Ok(false) } else { Err(Malformed) }
        })?;
        logical.ok_or(Malformed)
    }
}

/// Of the unit of moments: how many of them are a day.
fn parse_per_day(input: &mut Input<'_>) -> Result<i64, Malformed> {
    let mut unit = None;
    input.structure(|input, field| match field.number {
        2 => {
            field.demand(STRUCTURE)?;
            input.structure(|_, field| {
                unit = Some(field.number);
                Ok(false)
            })?;
            Ok(true)
        }
        _ => Ok(false),
    })?;
    match unit {
        Some(1) => Ok(86_400_000),
        Some(2) => Ok(86_400_000_000),
        Some(3) => Ok(86_400_000_000_000),
        _ => Err(Malformed),
    }
}

fn too_large() -> Refused {
    Refused::TooLarge { columns: MOST_COLUMNS, rows: MOST_ROWS }
}

impl From<Malformed> for Refused {
    fn from(Malformed: Malformed) -> Self {
        Self::Malformed
    }
}
