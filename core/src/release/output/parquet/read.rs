//! Reading.

use parquet::basic::{ConvertedType, LogicalType, TimeUnit, Type as Physical};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::DataType;
use parquet::errors::ParquetError;
use parquet::file::reader::{ChunkReader, FileReader, SerializedFileReader};
use parquet::schema::types::ColumnDescriptor;

use super::super::super::error::ReleaseError;
use super::super::super::table::{Column, ColumnBuilder, MOST_COLUMNS, MOST_ROWS, Table};
use super::super::error::OutputError;
use super::super::types::{ColumnType, date_text};
use super::BATCH;

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
    let reader = SerializedFileReader::new(source).map_err(damaged)?;
    let schema = reader.metadata().file_metadata().schema_descr_ptr();
    let rows = usize::try_from(reader.metadata().file_metadata().num_rows()).unwrap_or(usize::MAX);
    if schema.num_columns() > MOST_COLUMNS || rows > MOST_ROWS {
        return Err(ReleaseError::TooLarge { columns: MOST_COLUMNS, rows: MOST_ROWS }.into());
    }
    let mut columns = Vec::new();
    let mut types = Vec::new();
    for (place, descriptor) in schema.columns().iter().enumerate() {
        let kind = kind(descriptor)?;
        columns.push(column(&reader, place, descriptor, kind)?);
        types.push(match kind {
            Kind::Text | Kind::Bool => ColumnType::String,
            Kind::Integer => ColumnType::Integer,
            Kind::Number => ColumnType::Number,
            Kind::Day | Kind::Moment(_) => ColumnType::Date,
        });
    }
    let table = Table::new(columns)?;
    if table.rows() == rows { Ok((table, types)) } else { Err(OutputError::Parquet) }
}

fn damaged(_: ParquetError) -> OutputError {
    OutputError::Parquet
}

fn kind(descriptor: &ColumnDescriptor) -> Result<Kind, OutputError> {
    let refuse = |what| Err(OutputError::ColumnType { column: descriptor.name().to_owned(), what });
    if descriptor.path().parts().len() > 1 || descriptor.max_rep_level() > 0 || descriptor.max_def_level() > 1 {
        return refuse("lists or records, not single values");
    }
    let logical = descriptor.logical_type_ref();
    Ok(match (descriptor.physical_type(), logical, descriptor.converted_type()) {
        (Physical::BOOLEAN, ..) => Kind::Bool,
        (Physical::INT32, Some(LogicalType::Date), _) | (Physical::INT32, _, ConvertedType::DATE) => Kind::Day,
        (Physical::INT64, Some(LogicalType::Timestamp(moment)), _) => Kind::Moment(per_day(&moment.unit)),
        (Physical::INT64, None, ConvertedType::TIMESTAMP_MILLIS) => Kind::Moment(per_day(&TimeUnit::MILLIS)),
        (Physical::INT64, None, ConvertedType::TIMESTAMP_MICROS) => Kind::Moment(per_day(&TimeUnit::MICROS)),
        (Physical::INT32 | Physical::INT64, None | Some(LogicalType::Integer(_)), converted)
            if !matches!(
                converted,
                ConvertedType::TIME_MILLIS | ConvertedType::TIME_MICROS | ConvertedType::DECIMAL
            ) =>
        {
            Kind::Integer
        }
        (Physical::FLOAT | Physical::DOUBLE, ..) => Kind::Number,
        (Physical::BYTE_ARRAY, Some(LogicalType::String | LogicalType::Enum), _) => Kind::Text,
        (Physical::BYTE_ARRAY, None, ConvertedType::UTF8 | ConvertedType::ENUM) => Kind::Text,
        _ => return refuse("values that are neither texts, whole numbers, numbers nor days"),
    })
}

fn per_day(unit: &TimeUnit) -> i64 {
    match unit {
        TimeUnit::MILLIS => 86_400_000,
        TimeUnit::MICROS => 86_400_000_000,
        TimeUnit::NANOS => 86_400_000_000_000,
    }
}

/// The column of all row groups together.
fn column(
    reader: &impl FileReader,
    place: usize,
    descriptor: &ColumnDescriptor,
    kind: Kind,
) -> Result<Column, OutputError> {
    let mut texts = Texts { kind, rows: ColumnBuilder::new(descriptor.name().to_owned()), count: 0 };
    for group in 0..reader.num_row_groups() {
        let group = reader.get_row_group(group).map_err(damaged)?;
        match group.get_column_reader(place).map_err(damaged)? {
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
            if read > records {
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
