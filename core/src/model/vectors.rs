//! The vectors in `tests/vectors/model`: the stored form of a value of every type.

use serde_json::{Value as Json, json};

use super::*;
use crate::vectors::{Refusal, Run, bad, bytes, good, hex, hold, text, unhex, write};

const FILES: [(&str, Run); 1] = [("values", value)];

#[test]
fn model_vectors_hold() {
    hold("model", &FILES);
}

#[test]
#[ignore = "writes tests/vectors/model"]
fn write_model_vectors() {
    write("model", "values", value, make());
}

fn value(vector: &Json) -> Result<Json, Refusal> {
    let value_type = ValueType::from_name(text(&vector["type"])).unwrap();
    let input = bytes(&vector["input"]);
    let repeated = vector["list"].as_bool().unwrap();
    let value = Value::decode(value_type, repeated, &input).map_err(|error| {
        // The code of a value's error is that of the record's; its name is its own.
        let refusal = Refusal::from(ModelError::Value(error));
        refusal.named(&error)
    })?;
    let mut again = Vec::new();
    value.encode(&mut again);
    assert_eq!(again, input);
    Ok(json!({ "text": value.to_plain_text() }))
}

fn input(value_type: &str, list: bool, input: &[u8]) -> Json {
    json!({ "type": value_type, "list": list, "input": hex(input) })
}

/// A text item.
fn item(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    encoding::write_text(&mut out, text);
    out
}

fn make() -> Vec<Json> {
    let single = |value_type: &str, name: &str, bytes: &[u8]| {
        good(&format!("{value_type}: {name}"), "", input(value_type, false, bytes))
    };
    let list = |value_type: &str, name: &str, bytes: &[u8]| {
        good(&format!("{value_type}, list: {name}"), "", input(value_type, true, bytes))
    };
    let id = [&[0x50][..], &[0xAB; 16]].concat();
    let mut vectors = vec![
        single("text", "ASCII", &item("Sokha")),
        single("text", "Khmer", &item("ស្រីមុំ")),
        single("text", "24 bytes", &item(&"a".repeat(24))),
        single("text", "the longest", &item(&"a".repeat(4096))),
        single("text", "a stored text that is not in NFC", &item("Cafe\u{301}")),
        single("narrative", "two lines", &item("First.\n\tខ្ញុំបាននិយាយ។")),
        single("narrative", "longer than a text may be", &item(&"a".repeat(4097))),
        single("code", "a code", &item("not_stated-2")),
        single("code", "the longest", &item(&"a".repeat(64))),
        single("date", "a year", &item("2014")),
        single("date", "a month", &item("2014-05")),
        single("date", "a day", &item("2024-02-29")),
        single("date", "estimated", &item("2014-05-17~")),
        single("time", "the start of 1970", &[0]),
        single("time", "with milliseconds", &unhex("1b000001a20e86f5fa")),
        single("time", "the end of 2199", &unhex("1b00000699e991a7ff")),
        single("place", "a province", &item("12")),
        single("place", "a district", &item("1204")),
        single("place", "a commune", &item("120405")),
        single("place", "a village", &item("12040506")),
        single("bool", "no", &[0xF4]),
        single("bool", "yes", &[0xF5]),
        single("unsigned", "23", &[0x17]),
        single("unsigned", "24", &[0x18, 24]),
        single("unsigned", "256", &[0x19, 1, 0]),
        single("unsigned", "65536", &[0x1A, 0, 1, 0, 0]),
        single("unsigned", "the highest", &[0x1B, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]),
        single("id", "an id", &id),
        list("text", "two", &[&[0x82][..], &item("Srey"), &item("ស្រី")].concat()),
        list("code", "one", &[&[0x81][..], &item("female")].concat()),
        list("date", "two", &[&[0x82][..], &item("2014"), &item("2015~")].concat()),
        list("id", "24", &[&[0x98, 24][..], &id.repeat(24)].concat()),
        list("bool", "two", &[0x82, 0xF4, 0xF5]),
        list("unsigned", "two", &[0x82, 0, 0x18, 99]),
    ];
    vectors.extend(malformed());
    vectors.extend(unallowed());
    vectors
}

/// Bytes that no type has as a stored form.
fn malformed() -> Vec<Json> {
    let wrong = |value_type: &str, name: &str, error: &str, bytes: &[u8]| {
        bad(&format!("{value_type}: {name}"), error, "", input(value_type, false, bytes))
    };
    let list = |value_type: &str, name: &str, error: &str, bytes: &[u8]| {
        bad(&format!("{value_type}, list: {name}"), error, "", input(value_type, true, bytes))
    };
    vec![
        wrong("text", "no bytes", "encoding", b""),
        wrong("text", "cut short", "encoding", b"\x65Sokh"),
        wrong("text", "a byte too many", "encoding", b"\x65Sokhaa"),
        wrong("text", "two items", "encoding", b"\x61a\x61b"),
        wrong("text", "a length in a longer form", "encoding", b"\x78\x05Sokha"),
        wrong("text", "an indefinite length", "encoding", b"\x7f\x61a\xff"),
        wrong("text", "a length beyond memory", "encoding", &[0x7B, 255, 255, 255, 255, 255, 255, 255, 255, b'a']),
        wrong("text", "a tag before it", "encoding", b"\xc0\x61a"),
        wrong("text", "a byte string", "type", b"\x41a"),
        wrong("text", "a number", "type", b"\x01"),
        wrong("text", "a list where one is expected", "encoding", b"\x81\x61a"),
        wrong("unsigned", "a negative number", "encoding", b"\x20"),
        wrong("unsigned", "24 in a longer form", "encoding", &[0x19, 0, 24]),
        wrong("unsigned", "23 in a longer form", "encoding", &[0x18, 23]),
        wrong("unsigned", "a text", "type", b"\x611"),
        wrong("unsigned", "reserved information 28", "encoding", &[0x1C]),
        wrong("bool", "null", "encoding", &[0xF6]),
        wrong("bool", "true in two bytes", "encoding", &[0xF8, 21]),
        wrong("bool", "a number", "type", &[1]),
        wrong("id", "15 bytes", "type", &[&[0x4F][..], &[1; 15]].concat()),
        wrong("id", "17 bytes", "type", &[&[0x51][..], &[1; 17]].concat()),
        wrong("id", "a text", "type", &item("abababababababababababababababab")),
        list("text", "no items", "encoding", &[0x80]),
        list("text", "an item where a list is expected", "type", b"\x61a"),
        list("text", "fewer items than it says", "encoding", b"\x82\x61a"),
        list("text", "more items than it says", "encoding", b"\x81\x61a\x61b"),
        list("text", "more items than bytes", "encoding", b"\x9b\xff\xff\xff\xff\xff\xff\xff\xff\x61a"),
        list("text", "a count in a longer form", "encoding", b"\x98\x01\x61a"),
        list("text", "an indefinite length", "encoding", b"\x9f\x61a\xff"),
        list("text", "an item of another type", "type", b"\x82\x61a\x01"),
        list("text", "a list within", "type", b"\x81\x81\x61a"),
        list("text", "an item that is not UTF-8", "utf8", b"\x82\x61a\x61\xff"),
    ]
}

/// Well-formed items with values that are not allowed.
fn unallowed() -> Vec<Json> {
    let wrong = |value_type: &str, name: &str, error: &str, text: &str| {
        bad(&format!("{value_type}: {name}"), error, "", input(value_type, false, &item(text)))
    };
    let mut vectors = vec![
        wrong("text", "empty", "empty", ""),
        wrong("text", "longer than 4096 bytes", "too-long", &"a".repeat(4097)),
        wrong("text", "a space behind it", "encoding", "Sokha "),
        wrong("text", "NUL", "character", "a\0b"),
        wrong("text", "a direction override", "character", "a\u{202E}b"),
        wrong("text", "a direction isolate", "character", "a\u{2066}b"),
        wrong("text", "a control character", "character", "a\u{9B}b"),
        wrong("narrative", "a carriage return", "character", "a\r\nb"),
        wrong("code", "empty", "code", ""),
        wrong("code", "65 letters", "code", &"a".repeat(65)),
        wrong("code", "a space", "code", "a b"),
        wrong("code", "letters outside ASCII", "code", "ស្រី"),
        wrong("date", "before 1900", "date", "1899"),
        wrong("date", "after 2100", "date", "2101"),
        wrong("date", "no such month", "date", "2014-13"),
        wrong("date", "month 0", "date", "2014-00"),
        wrong("date", "no leap year", "date", "2023-02-29"),
        wrong("date", "a space", "date", " 2014"),
        wrong("date", "other digits", "date", "២០១៤"),
        wrong("place", "one digit", "place", "1"),
        wrong("place", "ten digits", "place", "1204050607"),
        wrong("place", "letters", "place", "12ab"),
        wrong("place", "a space", "place", "12 "),
        wrong("time", "a text", "type", "2026-11-24T18:16:00Z"),
    ];
    let time =
        |name: &str, bytes: &str| bad(&format!("time: {name}"), "range", "", input("time", false, &unhex(bytes)));
    vectors.extend([time("the start of 2200", "1b00000699e991a800"), time("beyond 63 bits", "1bffffffffffffffff")]);
    vectors.push(bad("text: not UTF-8", "utf8", "", input("text", false, b"\x61\xff")));
    vectors
}
