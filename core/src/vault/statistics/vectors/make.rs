//! Makes the vectors of statistics. What is wrong in those to refuse is spelled out byte for byte; their names say it.

mod cbor;

use serde_json::{Value, json};

use self::cbor::{array, bytes, endless, long, map, null, number, text};
use crate::vectors::{bad, good, hex};

fn taken(name: &str, comment: &str, input: &[u8]) -> Value {
    good(name, comment, json!({ "input": hex(input) }))
}

fn refused(name: &str, input: &[u8]) -> Value {
    bad(name, "malformed", "", json!({ "input": hex(input) }))
}

fn newer(input: &[u8]) -> Value {
    bad("version 2", "too-new", "of a newer release", json!({ "input": hex(input) }))
}

/// What no parser takes, made of what it takes.
fn broken(taken: &[u8]) -> Vec<Value> {
    vec![
        refused("no bytes", &[]),
        refused("the last byte is missing", &taken[..taken.len() - 1]),
        refused("a byte too many", &[taken, &[0]].concat()),
    ]
}

pub(super) fn paddings() -> Vec<Value> {
    let in_256 = |input: &[u8]| json!({ "bucket": 256, "input": hex(input) });
    let padded = |said: u32, content: &[u8], length: usize| {
        let mut input = [&said.to_be_bytes()[..], content].concat();
        input.resize(length, 0);
        in_256(&input)
    };
    let wrong = |name: &str, input: Value| bad(name, "malformed", "", input);
    let full = [7; 252];
    vec![
        good("nothing", "a length of 0 and zeros", padded(0, &[], 256)),
        good("three bytes", "", padded(3, &[1, 2, 3], 256)),
        good("zeros are content", "the length says which", padded(3, &[0, 0, 0], 256)),
        good("a full bucket", "no zero behind", padded(252, &full, 256)),
        good("two buckets", "one byte more than fits in one", padded(253, &[7; 253], 512)),
        wrong("no bytes", in_256(&[])),
        wrong("half of a length", in_256(&[0, 0])),
        wrong("a bucket too short", padded(3, &[1, 2, 3], 255)),
        wrong("a bucket too long", padded(3, &[1, 2, 3], 257)),
        wrong("a bucket too many", padded(3, &[1, 2, 3], 512)),
        wrong("something in the padding", padded(3, &[1, 2, 3, 4], 256)),
        wrong("a length beyond the bytes", padded(253, &full, 256)),
        wrong("the longest length", padded(u32::MAX, &full, 256)),
    ]
}

/// A block: its circle's generation, and sections of these compartments.
fn block(generation: u64, compartments: &[u64]) -> Vec<u8> {
    let section = |compartment: &u64| array(&[number(*compartment), bytes(&[0xC0; 4])]);
    let sections: Vec<Vec<u8>> = compartments.iter().map(section).collect();
    array(&[number(generation), bytes(&[0xE0; 4]), array(&sections)])
}

pub(super) fn rows() -> Vec<Value> {
    let row = |source: Vec<u8>, reversal: Vec<u8>, blocks: &[Vec<u8>]| {
        array(&[number(1), bytes(&[5; 16]), source, reversal, array(blocks)])
    };
    let of = |blocks: &[Vec<u8>]| row(null(), null(), blocks);
    let way = array(&[bytes(&[9; 16]), bytes(&[0xE1; 4]), bytes(&[0xC1; 4])]);
    let plain = of(&[block(1, &[1, 3])]);
    let with = |version: Vec<u8>| array(&[version, bytes(&[5; 16]), null(), null(), array(&[])]);
    let many: Vec<u64> = (1..=65).collect();
    let mut vectors = vec![
        taken("of this vault", "envelopes and sections are sealed; here they are any bytes", &plain),
        taken("of another vault", "", &row(bytes(&[6; 16]), null(), &[block(1, &[2])])),
        taken("with a way back to its case", "", &row(null(), way, &[block(1, &[1]), block(2, &[8])])),
        taken("nothing told yet", "", &of(&[])),
        taken("the highest generation", "32 bits", &of(&[block(u64::from(u32::MAX), &[1])])),
        newer(&with(number(2))),
        refused("version 0", &with(number(0))),
        refused("version in a longer form", &with(long(0, 1))),
        refused("four parts", &array(&[number(1), bytes(&[5; 16]), null(), null()])),
        refused("a unit of 15 bytes", &array(&[number(1), bytes(&[5; 15]), null(), null(), array(&[])])),
        refused("a source of 17 bytes", &row(bytes(&[6; 17]), null(), &[])),
        refused("a source that is a text", &row(text("6666666666666666"), null(), &[])),
        refused("a way back of two parts", &row(null(), array(&[bytes(&[9; 16]), bytes(&[1])]), &[])),
        refused("a compartment twice in a block", &of(&[block(1, &[3, 3])])),
        refused("a compartment in two blocks", &of(&[block(1, &[1, 3]), block(2, &[3])])),
        refused("a compartment beyond 8 bits", &of(&[block(1, &[256])])),
        refused("a generation beyond 32 bits", &of(&[block(1 << 32, &[1])])),
        refused("65 sections in a block", &of(&[block(1, &many)])),
        refused(
            "blocks without a length",
            &array(&[number(1), bytes(&[5; 16]), null(), null(), endless(&[block(1, &[1])])]),
        ),
    ];
    vectors.extend(broken(&plain));
    vectors
}

pub(super) fn links() -> Vec<Value> {
    let row = |pending: &[u64], key: Vec<u8>, ordinals: &[u64]| {
        let pending: Vec<Vec<u8>> = pending.iter().map(|compartment| number(*compartment)).collect();
        let link = |ordinal: &u64| array(&[number(*ordinal), bytes(&[0xC0; 4])]);
        let links: Vec<Vec<u8>> = ordinals.iter().map(link).collect();
        array(&[number(1), number(1), array(&pending), key, array(&links)])
    };
    let with = |version: Vec<u8>, rules: Vec<u8>| array(&[version, rules, array(&[]), null(), array(&[])]);
    let plain = row(&[], bytes(&[9; 16]), &[1, 2]);
    let mut vectors = vec![
        taken("all is told", "links are sealed; here they are any bytes", &plain),
        taken("two compartments are pending", "", &row(&[1, 8], null(), &[3])),
        taken("nothing yet", "", &row(&[], null(), &[])),
        taken("the highest ordinal", "16 bits", &row(&[], null(), &[u64::from(u16::MAX)])),
        newer(&with(number(2), number(1))),
        refused("version 0", &with(number(0), number(1))),
        refused("rules in a longer form", &with(number(1), long(0, 1))),
        refused("negative rules", &with(number(1), vec![0x20])),
        refused("pending compartments descend", &row(&[8, 1], null(), &[])),
        refused("a pending compartment twice", &row(&[1, 1], null(), &[])),
        refused("ordinals descend", &row(&[], null(), &[2, 1])),
        refused("an ordinal twice", &row(&[], null(), &[2, 2])),
        refused("an ordinal beyond 16 bits", &row(&[], null(), &[1 << 16])),
        refused("a key of 15 bytes", &row(&[], bytes(&[9; 15]), &[])),
        refused("four parts", &array(&[number(1), number(1), array(&[]), null()])),
        refused("links without a length", &array(&[number(1), number(1), array(&[]), null(), endless(&[])])),
    ];
    vectors.extend(broken(&plain));
    vectors
}

pub(super) fn sections() -> Vec<Value> {
    let section = |compartment: u64, records: &[Vec<u8>]| array(&[number(compartment), number(1), array(records)]);
    let record = |slot: u64, parent: u64, kind: u64, values: Vec<u8>| {
        array(&[number(slot), number(parent), number(kind), values])
    };
    let value = |field: u64, told: &str| (number(field), text(told));
    let child = |values: &[(Vec<u8>, Vec<u8>)]| section(2, &[record(7, 0, 2, map(values))]);
    let two = section(2, &[record(7, 0, 2, map(&[value(10, "12"), value(30, "female")])), record(3, 7, 5, map(&[]))]);
    let mut vectors = vec![
        taken("two records", "in the order in which they came, not by slot; the second has no value yet", &two),
        taken("no record", "", &section(1, &[])),
        taken("the case itself", "its slot is 0", &section(8, &[record(0, 0, 1, map(&[value(4, "2024-05")]))])),
        taken("items of a list", "", &child(&[value(9, "physical;sexual")])),
        taken(
            "the highest numbers",
            "",
            &section(2, &[record(u64::MAX, u64::MAX, 0xFFFF, map(&[value(u64::MAX, "")]))]),
        ),
        taken("the longest value", "4096 bytes", &child(&[value(1, &"a".repeat(4096))])),
        refused("a value too long", &child(&[value(1, &"a".repeat(4097))])),
        refused("compartment 0", &section(0, &[])),
        refused("a compartment that is none", &section(99, &[])),
        refused("a slot twice", &section(2, &[record(7, 0, 2, map(&[])), record(7, 0, 5, map(&[]))])),
        refused("a kind beyond 16 bits", &section(2, &[record(7, 0, 1 << 16, map(&[]))])),
        refused("fields descend", &child(&[value(30, "female"), value(10, "12")])),
        refused("a field twice", &child(&[value(10, "12"), value(10, "13")])),
        refused("a field in a longer form", &child(&[(long(0, 10), text("12"))])),
        refused("a value that is a number", &child(&[(number(10), number(12))])),
        refused("a value that is not UTF-8", &child(&[(number(10), vec![0x62, 0xFF, 0xFE])])),
        refused("a record of three parts", &section(2, &[array(&[number(7), number(0), number(2)])])),
        refused("records without a length", &array(&[number(2), number(1), endless(&[])])),
        refused("more records than are read", &array(&[number(2), number(1), vec![0x9A, 0, 1, 0, 1]])),
    ];
    vectors.extend(broken(&two));
    vectors
}

pub(super) fn notes() -> Vec<Value> {
    let sent = |rows: &[(u8, usize)]| {
        let row = |(id, length): &(u8, usize)| array(&[bytes(&[*id; 16]), bytes(&vec![0xD0; *length])]);
        array(&[number(1), array(&rows.iter().map(row).collect::<Vec<_>>())])
    };
    let station = |vault: &[u8], name: Vec<u8>| array(&[number(2), bytes(vault), name, number(1_700_000_000_000)]);
    let kind = |kind: u64, content: Vec<u8>| array(&[number(kind), content]);
    let two = sent(&[(1, 16), (3, 16)]);
    let mut vectors = vec![
        taken("rows that a desk has got", "kind 1", &two),
        taken("a desk that has got none", "kind 1", &sent(&[])),
        taken("a station", "kind 2", &station(&[1; 16], text("Kandal"))),
        taken("the secret of a series", "kind 3", &kind(3, bytes(&[0x5E; 32]))),
        taken("the vault of a sender", "kind 4", &kind(4, bytes(&[5; 16]))),
        refused("kind 0", &kind(0, bytes(&[5; 16]))),
        refused("a kind that is none", &kind(5, bytes(&[5; 16]))),
        refused("a kind in a longer form", &array(&[long(0, 4), bytes(&[5; 16])])),
        refused("rows descend", &sent(&[(3, 16), (1, 16)])),
        refused("a row twice", &sent(&[(3, 16), (3, 16)])),
        refused("a digest of 15 bytes", &sent(&[(3, 15)])),
        refused("more rows than are read", &array(&[number(1), vec![0x9A, 0, 0x10, 0, 1]])),
        refused("a station of a vault of 15 bytes", &station(&[1; 15], text("Kandal"))),
        refused("a station that is bytes", &station(&[1; 16], bytes(b"Kandal"))),
        refused("a station that is not UTF-8", &station(&[1; 16], vec![0x62, 0xFF, 0xFE])),
        refused("a station without its time", &array(&[number(2), bytes(&[1; 16]), text("Kandal")])),
        refused("a secret of 31 bytes", &kind(3, bytes(&[0x5E; 31]))),
        refused("a secret of 33 bytes", &kind(3, bytes(&[0x5E; 33]))),
        refused("a secret that is a text", &kind(3, text(&"s".repeat(32)))),
        refused("a secret and more", &array(&[number(3), bytes(&[0x5E; 32]), null()])),
        refused("no secret", &array(&[number(3)])),
        refused("a sender's vault of 15 bytes", &kind(4, bytes(&[5; 15]))),
        refused("a sender without a vault", &kind(4, null())),
        refused("a note without a length", &endless(&[number(4), bytes(&[5; 16])])),
    ];
    vectors.extend(broken(&two));
    vectors
}

#[cfg(feature = "extract")]
pub(super) fn ways_back() -> Vec<Value> {
    let way = |version: Vec<u8>, release: Vec<u8>, sealed: &[u8]| {
        let ids = [4, 5, 9].map(|id| bytes(&[id; 16]));
        let [vault, unit, key] = ids;
        array(&[version, vault, unit, key, release, bytes(&[0xE0; 40]), bytes(sealed)])
    };
    let release = || bytes(&[7; 16]);
    let plain = way(number(1), release(), &[0xC0; 72]);
    let mut vectors = vec![
        taken("a way back", "envelope and key are sealed; here they are any bytes", &plain),
        newer(&way(number(2), release(), &[0xC0; 72])),
        refused("version 0", &way(number(0), release(), &[0xC0; 72])),
        refused("version in a longer form", &way(long(0, 1), release(), &[0xC0; 72])),
        refused("a release of 15 bytes", &way(number(1), bytes(&[7; 15]), &[0xC0; 72])),
        refused("no release", &way(number(1), null(), &[0xC0; 72])),
        refused("longer than any", &way(number(1), release(), &[0xC0; 4096])),
        refused("one part", &array(&[number(1)])),
    ];
    vectors.extend(broken(&plain));
    vectors
}
