//! What other writers write: every type, both versions of pages, every encoding that is read.

use parquet::basic::Encoding;
use parquet::data_type::{BoolType, FloatType};
use parquet::file::properties::{WriterPropertiesBuilder, WriterVersion};
use parquet::schema::parser::parse_message_type;

use super::*;

const SCHEMA: &str = "
    message whatever {
        optional binary name (STRING);
        required binary sex (ENUM);
        optional int32 born (DATE);
        optional int64 seen (TIMESTAMP(MICROS,true));
        required int64 older (TIMESTAMP_MILLIS);
        optional int32 age (INTEGER(8,true));
        required int64 number;
        optional boolean agreed;
        optional double share;
        required float part;
    }";

const ROWS: usize = 3000;

/// Which rows have a value where one may be missing, and how many do.
fn present() -> (Vec<i16>, usize) {
    let levels: Vec<_> = (0..ROWS).map(|row| i16::from(row % 5 != 0)).collect();
    let count = levels.iter().filter(|level| **level == 1).count();
    (levels, count)
}

fn written(properties: WriterPropertiesBuilder) -> Vec<u8> {
    let (mut bytes, schema) = (Vec::new(), Arc::new(parse_message_type(SCHEMA).unwrap()));
    let mut writer = SerializedFileWriter::new(&mut bytes, schema, Arc::new(properties.build())).unwrap();
    let (levels, some) = present();
    let texts = |count: usize| -> Vec<ByteArray> {
        (0..count).map(|row| ByteArray::from(format!("text {}", row % 700).into_bytes())).collect()
    };
    let mut group = writer.next_row_group().unwrap();
    macro_rules! column {
        ($type:ty, $values:expr, $levels:expr) => {{
            let mut column = group.next_column().unwrap().unwrap();
            column.typed::<$type>().write_batch(&$values, $levels, None).unwrap();
            column.close().unwrap();
        }};
    }
    let (optional, none) = (Some(&levels[..]), None);
    column!(ByteArrayType, texts(some), optional);
    column!(ByteArrayType, texts(ROWS), none);
    column!(Int32Type, vec![19_000; some], optional);
    column!(Int64Type, vec![19_000 * 86_400_000_000; some], optional);
    column!(Int64Type, vec![19_000 * 86_400_000; ROWS], none);
    column!(Int32Type, (0..some as i32).collect::<Vec<_>>(), optional);
    column!(Int64Type, (0..ROWS as i64).map(|row| row * row - 7).collect::<Vec<_>>(), none);
    column!(BoolType, vec![true; some], optional);
    column!(DoubleType, vec![0.25; some], optional);
    column!(FloatType, vec![0.5; ROWS], none);
    group.close().unwrap();
    writer.close().unwrap();
    bytes
}

#[test]
fn every_type_is_read_from_both_versions_of_pages_and_in_every_encoding() {
    let builder = || WriterProperties::builder().set_data_page_row_count_limit(500);
    let plain = || builder().set_dictionary_enabled(false);
    let zstd = Compression::ZSTD(ZstdLevel::try_new(3).unwrap());
    let of_texts =
        |encoding| plain().set_column_encoding("name".into(), encoding).set_column_encoding("sex".into(), encoding);
    let table = read_parquet(written(builder())).unwrap();
    let first = |column: &str| (0..3).map(|row| table.column(column).unwrap().value(row)).collect::<Vec<_>>();
    assert_eq!(first("name"), [None, Some("text 0"), Some("text 1")]);
    assert_eq!(first("sex"), [Some("text 0"), Some("text 1"), Some("text 2")]);
    for day in ["born", "seen", "older"] {
        assert_eq!(first(day)[1], Some("2022-01-08"), "{day}");
    }
    assert_eq!((first("age")[2], first("number")[2]), (Some("1"), Some("-3")));
    assert_eq!((first("agreed")[2], first("share")[2], first("part")[2]), (Some("true"), Some("0.25"), Some("0.5")));
    for version in [WriterVersion::PARQUET_1_0, WriterVersion::PARQUET_2_0] {
        for compression in [Compression::UNCOMPRESSED, Compression::SNAPPY, zstd] {
            let lengths = of_texts(Encoding::DELTA_LENGTH_BYTE_ARRAY);
            let packed = plain().set_column_encoding("number".into(), Encoding::DELTA_BINARY_PACKED);
            let texts = of_texts(Encoding::PLAIN);
            for written_as in [builder(), lengths, packed.set_column_encoding("name".into(), Encoding::PLAIN), texts] {
                // Without a dictionary the second version writes texts in an encoding that is refused.
                let written_as = written_as.set_writer_version(version).set_compression(compression);
                match read_parquet(written(written_as)) {
                    Ok(read) => assert_eq!(read, table),
                    Err(OutputError::ColumnType { column, .. }) => {
                        assert_eq!((column.as_str(), version), ("sex", WriterVersion::PARQUET_2_0));
                    }
                    Err(error) => panic!("{error}"),
                }
            }
        }
    }
}

/// Why a file with this one column is refused, or that it is not.
fn refused(column: &str) -> Option<OutputError> {
    let schema = Arc::new(parse_message_type(&format!("message m {{ {column} }}")).unwrap());
    let mut bytes = Vec::new();
    SerializedFileWriter::new(&mut bytes, schema, Arc::default()).unwrap().close().unwrap();
    match read_parquet(bytes) {
        Err(OutputError::Release(_)) | Ok(_) => None,
        Err(error) => Some(error),
    }
}

#[test]
fn columns_of_other_types_are_told_by_their_name() {
    let unreadable = [
        "optional group list (LIST) { repeated group list { optional binary element (STRING); } }",
        "optional group list { optional int32 a; }",
        "repeated int32 list;",
        "optional binary list;",
        "optional binary list (JSON);",
        "optional int32 list (TIME(MILLIS,true));",
        "optional int32 list (DECIMAL(5,2));",
        "optional int64 list (TIME_MICROS);",
        "optional int96 list;",
        "optional fixed_len_byte_array(16) list (UUID);",
    ];
    for column in unreadable {
        let error = refused(column);
        let named = matches!(&error, Some(OutputError::ColumnType { column, .. }) if column == "list");
        assert!(named, "{column}: {error:?}");
    }
    assert_eq!(refused("optional int32 a; optional binary b (UTF8);"), None);
}
