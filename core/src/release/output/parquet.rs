//! Tables as Parquet: typed columns, nulls for what is missing, zstd. Dictionaries hold what the table holds, in the order
//! of its rows; there are no other names, orders or times in the file.

use std::fs::File;
use std::io::Write;
use std::sync::Arc;

use bytes::Bytes;
use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical, ZstdLevel};
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int32Type, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::types::{Type, TypePtr};

use super::super::table::{Column, MISSING, Table};
use super::error::OutputError;
use super::types::{ColumnType, day, integer, number};

mod contained;
mod footer;
mod pages;
mod read;
#[cfg(test)]
mod tests;
mod thrift;

use self::contained::contained;

/// Rows of a row group.
const GROUP: usize = 1 << 20;

/// Rows that are handed over at once.
const BATCH: usize = 1 << 14;

/// Writes a table; `meta` stands in the footer by name.
///
/// # Errors
/// [`OutputError::Write`], [`OutputError::Parquet`].
pub fn write_parquet(
    table: &Table,
    types: &[ColumnType],
    meta: &[(&str, String)],
    out: impl Write + Send,
) -> Result<(), OutputError> {
    let failed = |error: ParquetError| match error {
        ParquetError::External(error) => {
            let kind = error.downcast_ref::<std::io::Error>().map_or(std::io::ErrorKind::Other, std::io::Error::kind);
            OutputError::Write { file: super::DATA.to_owned(), kind }
        }
        _ => OutputError::Parquet,
    };
    write(table, types, meta, out).map_err(failed)
}

fn write(
    table: &Table,
    types: &[ColumnType],
    meta: &[(&str, String)],
    out: impl Write + Send,
) -> Result<(), ParquetError> {
    let fields = table.columns().iter().zip(types).map(|(column, kind)| field(column.name(), *kind));
    let fields = fields.collect::<Result<Vec<_>, _>>()?;
    let schema = Arc::new(Type::group_type_builder("extract").with_fields(fields).build()?);
    let mut writer = SerializedFileWriter::new(out, schema, Arc::new(properties(meta)?))?;
    for start in (0..table.rows()).step_by(GROUP) {
        let rows = start..(start + GROUP).min(table.rows());
        let mut group = writer.next_row_group()?;
        for (column, kind) in table.columns().iter().zip(types) {
            let Some(mut out) = group.next_column()? else { break };
            write_column(column, *kind, &column.codes()[rows.clone()], &mut out)?;
            out.close()?;
        }
        group.close()?;
    }
    writer.close().map(|_| ())
}

fn properties(meta: &[(&str, String)]) -> Result<WriterProperties, ParquetError> {
    let meta = meta.iter().map(|(key, value)| KeyValue::new((*key).to_owned(), value.clone())).collect();
    Ok(WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(3)?))
        .set_created_by(concat!("saferoom ", env!("CARGO_PKG_VERSION")).to_owned())
        .set_key_value_metadata(Some(meta))
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .build())
}

fn field(name: &str, kind: ColumnType) -> Result<TypePtr, ParquetError> {
    let (physical, logical) = match kind {
        ColumnType::String => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
        ColumnType::Integer => (Physical::INT64, None),
        ColumnType::Number => (Physical::DOUBLE, None),
        ColumnType::Date => (Physical::INT32, Some(LogicalType::Date)),
    };
    let field = Type::primitive_type_builder(name, physical).with_logical_type(logical);
    Ok(Arc::new(field.with_repetition(Repetition::OPTIONAL).build()?))
}

fn write_column(
    column: &Column,
    kind: ColumnType,
    codes: &[u32],
    out: &mut SerializedColumnWriter<'_>,
) -> Result<(), ParquetError> {
    /// The values of present rows, and which rows are present.
    fn parts<T: Clone>(codes: &[u32], values: &[T]) -> (Vec<T>, Vec<i16>) {
        let present = codes.iter().filter_map(|code| values.get(*code as usize).cloned()).collect();
        (present, codes.iter().map(|code| i16::from(*code != MISSING)).collect())
    }
    fn lossless<T>(column: &Column, read: impl Fn(&str) -> Option<T>) -> Result<Vec<T>, ParquetError> {
        let lost = || ParquetError::General("a value does not fit its type".to_owned());
        column.values().iter().map(|value| read(value).ok_or_else(lost)).collect()
    }
    macro_rules! write_as {
        ($type:ty, $values:expr) => {{
            let values = $values;
            for codes in codes.chunks(BATCH) {
                let (present, levels) = parts(codes, &values);
                out.typed::<$type>().write_batch(&present, Some(&levels), None)?;
            }
        }};
    }
    match kind {
        ColumnType::String => write_as!(
            ByteArrayType,
            lossless(column, |text| { Some(ByteArray::from(Bytes::copy_from_slice(text.as_bytes()))) })?
        ),
        ColumnType::Integer => write_as!(Int64Type, lossless(column, integer)?),
        ColumnType::Number => write_as!(DoubleType, lossless(column, number)?),
        ColumnType::Date => write_as!(Int32Type, lossless(column, day)?),
    }
    Ok(())
}

/// A table out of a Parquet file: flat columns of texts, numbers, days, yes and no.
///
/// # Errors
/// [`OutputError::Parquet`], [`OutputError::ColumnType`], and those of [`Table::new`].
pub fn read_parquet(bytes: Vec<u8>) -> Result<Table, OutputError> {
    read_typed(bytes).map(|(table, _)| table)
}

/// The same, and the type of each column.
pub(super) fn read_typed(bytes: Vec<u8>) -> Result<(Table, Vec<ColumnType>), OutputError> {
    contained(|| read::table(Bytes::from(bytes)))
}

/// A table out of a Parquet file that is too large for memory beside its table.
///
/// # Errors
/// As [`read_parquet`].
pub fn read_parquet_file(file: File) -> Result<Table, OutputError> {
    contained(|| read::table(file)).map(|(table, _)| table)
}

/// Whether these are the first bytes of a Parquet file.
#[must_use]
pub fn is_parquet(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PAR1")
}
