//! Reading.

use std::sync::Arc;

use parquet::basic::Type as Physical;
use parquet::column::reader::{ColumnReader, ColumnReaderImpl, get_column_reader};
use parquet::data_type::DataType;
use parquet::errors::ParquetError;
use parquet::file::metadata::{
    ParquetMetaData, ParquetMetaDataOptions, ParquetMetaDataReader, ParquetStatisticsPolicy,
};
use parquet::file::reader::ChunkReader;

use super::super::super::error::ReleaseError;
use super::super::super::table::{Column, ColumnBuilder, Table};
use super::super::error::OutputError;
use super::super::types::{ColumnType, date_text};
use super::BATCH;
use super::footer::{Described, Footer, Logical};
use super::pages::{Budget, pages};

/// What a column holds that is no column of a table.
pub(super) const NO_SINGLE_VALUES: &str = "lists or records, not single values";

/// What stands in a column of a file.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Text,
    Bool,
    Integer,
    Number,
    Day,
    /// So many of them are a day.
    Moment(i64),
}

pub(super) fn table(source: impl ChunkReader + 'static) -> Result<(Table, Vec<ColumnType>), OutputError> {
    let footer = Footer::of(&source)?;
    let kinds = footer.columns.iter().map(kind).collect::<Result<Vec<_>, _>>()?;
    let metadata = metadata(&source, &footer)?;
    let (mut budget, source) = (Budget::of(&source), Arc::new(source));
    let mut columns = Vec::new();
    let mut types = Vec::new();
    for (place, (described, kind)) in footer.columns.iter().zip(kinds).enumerate() {
        let texts =
            Texts { kind, rows: ColumnBuilder::new(described.name.clone()), count: 0, most: footer.rows as u64 };
        columns.push(column(&source, &metadata, place, texts, &mut budget)?);
        types.push(match kind {
            Kind::Text | Kind::Bool => ColumnType::String,
            Kind::Integer => ColumnType::Integer,
            Kind::Number => ColumnType::Number,
            Kind::Day | Kind::Moment(_) => ColumnType::Date,
        });
    }
    let table = Table::new(columns)?;
    if table.rows() == footer.rows { Ok((table, types)) } else { Err(OutputError::Parquet) }
}

fn damaged(_: ParquetError) -> OutputError {
    OutputError::Parquet
}

/// Where the columns lie. Nothing of their statistics is asked for.
fn metadata(source: &impl ChunkReader, footer: &Footer) -> Result<ParquetMetaData, OutputError> {
    let mut options = ParquetMetaDataOptions::new().with_schema(Arc::new(footer.schema().map_err(damaged)?));
    options.set_column_stats_policy(ParquetStatisticsPolicy::SkipAll);
    options.set_size_stats_policy(ParquetStatisticsPolicy::SkipAll);
    options.set_encoding_stats_policy(ParquetStatisticsPolicy::SkipAll);
    ParquetMetaDataReader::new().with_metadata_options(Some(options)).parse_and_finish(source).map_err(damaged)
}

fn kind(column: &Described) -> Result<Kind, OutputError> {
    /// Numbers of converted types, which are older than logical ones.
    const UTF8: i32 = 0;
    const ENUM: i32 = 4;
    const DATE: i32 = 6;
    const TIMESTAMP_MILLIS: i32 = 9;
    const TIMESTAMP_MICROS: i32 = 10;
    const UINT_8: i32 = 11;
    const INT_64: i32 = 18;
    Ok(match (column.physical, column.logical, column.converted) {
        (Physical::BOOLEAN, ..) => Kind::Bool,
        (Physical::INT32, Some(Logical::Day), _) | (Physical::INT32, None, Some(DATE)) => Kind::Day,
        (Physical::INT64, Some(Logical::Moment(per_day)), _) => Kind::Moment(per_day),
        (Physical::INT64, None, Some(TIMESTAMP_MILLIS)) => Kind::Moment(86_400_000),
        (Physical::INT64, None, Some(TIMESTAMP_MICROS)) => Kind::Moment(86_400_000_000),
        (Physical::INT32 | Physical::INT64, Some(Logical::Integer), _)
        | (Physical::INT32 | Physical::INT64, None, None | Some(UINT_8..=INT_64)) => Kind::Integer,
        (Physical::FLOAT | Physical::DOUBLE, ..) => Kind::Number,
        (Physical::BYTE_ARRAY, Some(Logical::Text), _) | (Physical::BYTE_ARRAY, None, Some(UTF8 | ENUM)) => Kind::Text,
        _ => {
            let what = "values that are neither texts, whole numbers, numbers nor days";
            return Err(OutputError::ColumnType { column: column.name.clone(), what });
        }
    })
}

/// The column of all row groups together.
fn column<R: ChunkReader + 'static>(
    source: &Arc<R>,
    metadata: &ParquetMetaData,
    place: usize,
    mut texts: Texts,
    budget: &mut Budget,
) -> Result<Column, OutputError> {
    let descriptor = metadata.file_metadata().schema_descr().column(place);
    for group in metadata.row_groups() {
        let rows = u64::try_from(group.num_rows()).ok().filter(|rows| *rows <= texts.most);
        let rows = rows.ok_or(OutputError::Parquet)? as usize;
        let pages = pages(source, group.column(place), rows, budget)?;
        match get_column_reader(descriptor.clone(), pages) {
            ColumnReader::BoolColumnReader(column) => texts.read(column, |texts, value| texts.bool(*value))?,
            ColumnReader::Int32ColumnReader(column) => texts.read(column, |texts, n| texts.integer(i64::from(*n)))?,
            ColumnReader::Int64ColumnReader(column) => texts.read(column, |texts, n| texts.integer(*n))?,
            ColumnReader::FloatColumnReader(column) => texts.read(column, |texts, n| texts.number(*n, n.is_nan()))?,
            ColumnReader::DoubleColumnReader(column) => texts.read(column, |texts, n| texts.number(*n, n.is_nan()))?,
            ColumnReader::ByteArrayColumnReader(column) => {
                texts.read(column, |texts, bytes| texts.text(bytes.data()))?
            }
            _ => return Err(OutputError::Parquet),
        }
    }
    Ok(texts.rows.finish())
}

/// A column in the making.
struct Texts {
    kind: Kind,
    rows: ColumnBuilder,
    count: u64,
    /// How many rows the file says that it has.
    most: u64,
}

impl Texts {
    fn read<T: DataType>(
        &mut self,
        mut column: ColumnReaderImpl<T>,
        mut push: impl FnMut(&mut Self, &T::T) -> Result<(), OutputError>,
    ) -> Result<(), OutputError>
    where
        T::T: Clone,
    {
        loop {
            let (mut levels, mut values) = (Vec::new(), Vec::new());
            let (records, _, read) =
                column.read_records(BATCH, Some(&mut levels), None, &mut values).map_err(damaged)?;
            if records == 0 {
                return Ok(());
            }
            // A column in which nothing may be missing has no levels.
            levels.resize(records.max(levels.len()), 1);
            if read > records || self.count + levels.len() as u64 > self.most {
                return Err(OutputError::Parquet);
            }
            let mut values = values.iter();
            for level in &levels {
                self.count += 1;
                match *level {
                    0 => self.rows.push(None),
                    _ => push(self, values.next().ok_or(OutputError::Parquet)?)?,
                }
            }
        }
    }

    fn text(&mut self, bytes: &[u8]) -> Result<(), OutputError> {
        // As in CSV, an empty text is a missing value.
        let text = std::str::from_utf8(bytes).map_err(|_| ReleaseError::NotUtf8 { line: self.count })?.trim();
        self.rows.push((!text.is_empty()).then_some(text));
        Ok(())
    }

    fn bool(&mut self, value: bool) -> Result<(), OutputError> {
        self.rows.push(Some(if value { "true" } else { "false" }));
        Ok(())
    }

    fn number(&mut self, number: impl ToString, nan: bool) -> Result<(), OutputError> {
        if nan {
            let (column, row) = (self.rows.name().to_owned(), self.count as usize);
            return Err(ReleaseError::NotANumber { column, row }.into());
        }
        self.rows.push(Some(&number.to_string()));
        Ok(())
    }

    fn integer(&mut self, number: i64) -> Result<(), OutputError> {
        let refuse = |what| OutputError::ColumnType { column: self.rows.name().to_owned(), what };
        let days = match self.kind {
            Kind::Day => number,
            Kind::Moment(per_day) if number % per_day == 0 => number / per_day,
            Kind::Moment(_) => return Err(refuse("moments, not days")),
            _ => {
                self.rows.push(Some(&number.to_string()));
                return Ok(());
            }
        };
        let text = i32::try_from(days).ok().and_then(date_text);
        let text = text.ok_or_else(|| refuse("days outside of the years 0 to 9999"))?;
        self.rows.push(Some(&text));
        Ok(())
    }
}
