//! Small files that would end the program: each is read in a process of its own, with little room.

use std::io::Write as _;
use std::process::Command;

use super::*;

/// Names the file that the child reads.
const FILE: &str = "SAFEROOM_HOSTILE_PARQUET";

/// Bytes of Thrift's compact protocol.
fn varint(mut number: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
    bytes
}

fn int(number: i64) -> Vec<u8> {
    varint((number.unsigned_abs() << 1) - u64::from(number < 0))
}

/// A field of a structure: how far it is from the one before, its type, its value.
fn field(step: u8, kind: u8, value: &[u8]) -> Vec<u8> {
    [&[step << 4 | kind], value].concat()
}

fn list(elements: &[Vec<u8>]) -> Vec<u8> {
    [&[0xfc][..], &varint(elements.len() as u64), &elements.concat()].concat()
}

/// A group of columns with so many below it.
fn group(children: i64) -> Vec<u8> {
    [field(3, 5, &int(1)), field(1, 8, b"\x01g"), field(1, 5, &int(children)), vec![0]].concat()
}

/// A column of numbers, or of texts.
fn leaf(physical: i64) -> Vec<u8> {
    [field(1, 5, &int(physical)), field(2, 5, &int(1)), field(1, 8, b"\x01c"), vec![0]].concat()
}

fn text_leaf() -> Vec<u8> {
    [field(1, 5, &int(6)), field(2, 5, &int(1)), field(1, 8, b"\x01c"), field(2, 5, &int(0)), vec![0]].concat()
}

/// A file whose columns have these pages, each its own, and this schema.
fn file(pages: &[u8], schema: &[Vec<u8>], rows: i64, encoding: i64) -> Vec<u8> {
    let length = int(pages.len() as i64);
    let columns = schema.iter().filter(|element| [leaf(1), text_leaf()].contains(element));
    let chunk = |(place, column): (usize, &Vec<u8>)| {
        let chunk = [
            field(1, 5, &int(if *column == leaf(1) { 1 } else { 6 })),
            field(1, 9, &[&[0x15][..], &int(encoding)].concat()),
            field(1, 9, b"\x18\x01c"),
            field(1, 5, &int(6)), // zstd
            field(1, 6, &int(rows)),
            field(1, 6, &length),
            field(1, 6, &length),
            field(2, 6, &int((4 + place * pages.len()) as i64)),
            vec![0],
        ];
        [field(2, 6, &int(0)), field(1, 12, &chunk.concat()), vec![0]].concat()
    };
    let chunks: Vec<_> = columns.enumerate().map(chunk).collect();
    let group = [field(1, 9, &list(&chunks)), field(1, 6, &length), field(1, 6, &int(rows)), vec![0]].concat();
    let schema = field(1, 9, &list(schema));
    let footer =
        [field(1, 5, &int(1)), schema, field(1, 6, &int(rows)), field(1, 9, &list(&[group])), vec![0]].concat();
    [b"PAR1", &pages.repeat(chunks.len())[..], &footer, &(footer.len() as u32).to_le_bytes(), b"PAR1"].concat()
}

fn page(kind: i64, unpacked: i64, packed: &[u8], head: &[u8]) -> Vec<u8> {
    [
        field(1, 5, &int(kind)),
        field(1, 5, &int(unpacked)),
        field(1, 5, &int(packed.len() as i64)),
        head.to_vec(),
        vec![0],
    ]
    .concat()
    .into_iter()
    .chain(packed.iter().copied())
    .collect()
}

/// A page of the second version with this encoding, whose values are not packed: all of them are there.
fn data(values: i64, encoding: i64, levels: &[u8], body: &[u8]) -> Vec<u8> {
    let head = [
        field(1, 5, &int(values)),
        field(1, 5, &int(0)),
        field(1, 5, &int(values)),
        field(1, 5, &int(encoding)),
        field(1, 5, &int(levels.len() as i64)),
        field(1, 5, &int(0)),
        field(1, 2, &[]),
        vec![0],
    ];
    let body = [levels, body].concat();
    page(3, body.len() as i64, &body, &field(5, 12, &head.concat()))
}

/// A dictionary of so many values.
fn dictionary(values: i64, unpacked: i64, packed: &[u8]) -> Vec<u8> {
    page(2, unpacked, packed, &field(4, 12, &[field(1, 5, &int(values)), field(1, 5, &int(0)), vec![0]].concat()))
}

/// A frame of zstd (RFC 8878) with these bytes as they are, in one block.
fn packed(bytes: &[u8]) -> Vec<u8> {
    let block = ((bytes.len() as u32) << 3 | 1).to_le_bytes();
    [&[0x28, 0xb5, 0x2f, 0xfd, 0x20, bytes.len() as u8], &block[..3], bytes].concat()
}

/// Levels of so many values that are there, or missing: a run.
fn run(values: u64, level: u8) -> Vec<u8> {
    [varint(values << 1), vec![level]].concat()
}

fn hostile() -> Vec<(&'static str, Vec<u8>)> {
    let flat = [group(1), leaf(1)];
    let texts = [group(1), text_leaf()];
    let nested: Vec<_> = (0..100_000).map(|_| group(1)).chain([leaf(1)]).collect();
    let lengths = |count: u64| [varint(128), varint(4), varint(count), int(1)].concat();
    let null_rows = data(100_000_000, 0, &run(100_000_000, 0), &[]);
    vec![
        ("nested groups", file(&[], &nested, 0, 0)),
        ("more columns than there is room for", file(&[], &[group(i64::from(i32::MAX)), leaf(1)], 0, 0)),
        ("columns of columns", file(&[], &[group(1), group(i64::from(i32::MAX)), leaf(1)], 0, 0)),
        (
            "a schema longer than the file",
            file(&[], &flat, 0, 0).replaced(&list(&flat), &[0xfc, 0xff, 0xff, 0xff, 0x7f]),
        ),
        ("a footer longer than the file", file(&[], &flat, 0, 0).ending(&u32::MAX.to_le_bytes())),
        (
            "a page that is far larger unpacked",
            file(&dictionary(1, i64::from(i32::MAX), &packed(&[7; 8])), &texts, 1, 0),
        ),
        (
            "a dictionary of more values than bytes",
            file(&dictionary(i64::from(i32::MAX), 8, &packed(&[0; 8])), &texts, 1, 0),
        ),
        ("lengths of more texts than values", file(&data(1, 6, &run(1, 1), &lengths(1 << 32)), &texts, 1, 6)),
        ("lengths of as many texts as are not there", {
            let (most, all) = (i64::from(i32::MAX), i32::MAX as u64);
            file(&data(most, 6, &run(all, 1), &lengths(all)), &texts, 1, 6)
        }),
        ("lists that have nothing to read, in the footer", file(&[], &flat, 0, 0).with_lists(1000)),
        ("an encoding that repeats what was before", file(&data(1, 7, &run(1, 1), &lengths(1 << 32)), &texts, 1, 0)),
        ("an encoding that repeats, and is named", file(&data(1, 7, &run(1, 1), &lengths(1 << 32)), &texts, 1, 7)),
        ("more rows than it says", file(&null_rows, &flat, 1, 0)),
        ("more missing values than there is room for", {
            let schema: Vec<_> = [group(40)].into_iter().chain((0..40).map(|_| leaf(1))).collect();
            file(&null_rows, &schema, 100_000_000, 0)
        }),
        (
            "two columns of a hundred million missing values",
            file(&null_rows, &[group(2), leaf(1), leaf(1)], 100_000_000, 0),
        ),
    ]
}

trait Changed {
    fn with_lists(self, count: usize) -> Self;
    fn replaced(self, from: &[u8], to: &[u8]) -> Self;
    fn ending(self, length: &[u8; 4]) -> Self;
}

impl Changed for Vec<u8> {
    /// With a field at the end of the footer that holds lists, each of two thousand million times yes or no.
    fn with_lists(self, count: usize) -> Self {
        let length = u32::from_le_bytes(*self[self.len() - 8..].first_chunk().unwrap()) as usize;
        let end = self.len() - 8;
        let list = [&[0xf2][..], &varint(u64::from(i32::MAX as u32))].concat();
        let lists = [&[0xf9][..], &varint(count as u64), &list.repeat(count)].concat();
        // Without the byte that ends the structure, which comes after the new field.
        let footer = [&self[end - length..end - 1], &field(9, 9, &lists), &[0]].concat();
        [&self[..end - length], &footer, &(footer.len() as u32).to_le_bytes(), b"PAR1"].concat()
    }

    fn replaced(self, from: &[u8], to: &[u8]) -> Self {
        let at = self.windows(from.len()).position(|window| window == from).unwrap();
        [&self[..at], to, &self[at + from.len()..]].concat()
    }

    fn ending(mut self, length: &[u8; 4]) -> Self {
        let at = self.len() - 8;
        self[at..at + 4].copy_from_slice(length);
        self
    }
}

/// The pages above are as a reader expects them, but for what is said of each.
#[test]
fn what_is_not_hostile_is_read() {
    let read = |bytes| read_parquet(bytes).map(|table| table.rows());
    let texts = [group(1), text_leaf()];
    assert_eq!(read(file(&data(3, 0, &run(3, 0), &[]), &[group(1), leaf(1)], 3, 0)), Ok(3));
    assert_eq!(read(file(&data(2, 0, &run(2, 1), b"\x01\0\0\0a\x01\0\0\0b"), &texts, 2, 0)), Ok(2));
    let lengths = [varint(128), varint(4), varint(1), int(1), b"a".to_vec()].concat();
    assert_eq!(read(file(&data(1, 6, &run(1, 1), &lengths), &texts, 1, 6)), Ok(1));
    let from_dictionary = [dictionary(1, 5, &packed(b"\x01\0\0\0a")), data(2, 8, &run(2, 1), b"\x01\x04\0")].concat();
    assert_eq!(read(file(&from_dictionary, &texts, 2, 8)), Ok(2));
}

#[test]
#[ignore = "run by the test below, in a process of its own"]
fn a_hostile_file() {
    let Some(path) = std::env::var_os(FILE) else { return };
    assert!(read_parquet(std::fs::read(&path).unwrap()).is_err());
    assert!(read_parquet_file(File::open(&path).unwrap()).is_err());
}

#[cfg(target_os = "linux")]
#[test]
fn a_small_file_that_asks_for_too_much_is_an_error_and_does_not_end_the_program() {
    let folder = tempfile::tempdir().unwrap();
    for (what, bytes) in hostile() {
        let path = folder.path().join("hostile.parquet");
        File::create(&path).unwrap().write_all(&bytes).unwrap();
        // 1 GB of room: what is asked for beyond that is refused, as on a small machine.
        let child = Command::new("sh")
            .args(["-c", "ulimit -v 1000000 && exec timeout 120 \"$0\" \"$@\""])
            .arg(std::env::current_exe().unwrap())
            .args(["--exact", "release::output::parquet::tests::hostile::a_hostile_file", "--ignored"])
            .args(["--test-threads", "1"])
            .env(FILE, &path)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&child.stdout);
        assert!(child.status.success() && said.contains("1 passed"), "{what}: {} {said}", child.status);
    }
}
