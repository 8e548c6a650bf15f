//! Entries: the example of the reference in its parts, and each part spoilt in turn.

use serde_json::Value;

use super::{bad, good};
use crate::log::entry::tests::{example, smallest};
use crate::log::vectors::unhex;
use crate::log::{Entry, Event};

/// One key and its value each. All but the last are bytes that were published before entries had a blind.
const PARTS: [&str; 13] = [
    "0001",
    "0101",
    "021b0000019b76daabe8",
    "03191770",
    "04484509beb0ab401d71",
    "0502",
    "0700",
    "08a30050010f4928749bd109657b1b4ef213359a016a63617365776f726b65720250e87cb45c05ad389d58904ea398345c24",
    "0950ef260e9aa3c673af240d17a266048036",
    "0aa20066484c4547414c035820f50f4c5c1ee68953bb5fa97d4e5b6ff62cec5eb462352287ebc9811caf9e48ab",
    "0ba30050c97c121a37e664a6ccbe874f9b0afb22010102820207",
    "0c507d3c6b8d51ac8ec79a2adbf98045944f",
    "0e50000102030405060708090a0b0c0d0e0f",
];

pub(super) fn vectors() -> Vec<Value> {
    let whole = |parts: &[&str]| unhex(&format!("{:02x}{}", 0xa0 + parts.len(), parts.concat()));
    let full = whole(&PARTS);
    // The example with some digits replaced, which must stand in it once.
    let replaced = |from: &str, to: &str| {
        let place = PARTS.iter().position(|part| part.contains(from)).expect("the digits stand in the example");
        let part = PARTS[place].replacen(from, to, 1);
        let mut parts = PARTS;
        parts[place] = &part;
        whole(&parts)
    };
    let without = |place: usize| whole(&[&PARTS[..place], &PARTS[place + 1..]].concat());
    let with = |place: usize, part: &'static str| whole(&[&PARTS[..place], &[part], &PARTS[place..]].concat());
    let swapped = |one: usize, other: usize| {
        let mut parts = PARTS;
        parts.swap(one, other);
        whole(&parts)
    };
    let actor = format!("{}0500", PARTS[7].replacen("08a3", "08a4", 1));
    let mut more_actor = PARTS;
    more_actor[7] = &actor;
    let encoded = |entry: Entry<'_>| entry.encode().unwrap();

    vec![
        good("the example of the reference, with a blind", &full),
        good("every part", &encoded(example())),
        good("the fewest parts", &encoded(smallest())),
        good("an event of a newer library", &encoded(Entry { event: Event::Other(999), ..example() })),
        good("no fields", &replaced("02820207", "0280")),
        good("an unknown detail", &with(12, "0da1187801")),
        bad("empty", "malformed-entry", &[]),
        bad("no map", "malformed-entry", &unhex("8100")),
        bad("the example of the reference, which lacks the blind", "missing-key", &without(12)),
        bad("no version", "missing-key", &without(0)),
        bad("no operation", "missing-key", &without(11)),
        bad("version 2", "unknown-version", &replaced("0001", "0002")),
        bad("key 6", "unknown-key", &with(6, "0600")),
        bad("key 15", "unknown-key", &with(13, "0f00")),
        bad("key 5 of the actor", "unknown-key", &whole(&more_actor)),
        bad("a key in text", "malformed-entry", &with(13, "617800")),
        bad("a negative sequence number", "malformed-entry", &replaced("0101", "0120")),
        bad("a number in a longer spelling", "non-canonical", &replaced("0101", "011801")),
        bad("a key in a longer spelling", "non-canonical", &replaced("0101", "180101")),
        bad("a length in a longer spelling", "non-canonical", &replaced("0066", "007806")),
        bad("keys out of order", "non-canonical", &swapped(2, 3)),
        bad("a key twice", "non-canonical", &with(2, "0101")),
        bad("an indefinite map", "non-canonical", &[&[0xbf], &full[1..], &[0xff]].concat()),
        bad("an indefinite list of fields", "non-canonical", &replaced("02820207", "029f0207ff")),
        bad("an indefinite text", "malformed-entry", &replaced("0066484c4547414c", "007f66484c4547414cff")),
        bad("a trailing byte", "non-canonical", &[&full[..], &[0]].concat()),
        bad("cut short", "malformed-entry", &full[..full.len() - 1]),
        bad("a tag", "malformed-entry", &replaced("021b", "02c11b")),
        bad("null for an absent part", "malformed-entry", &with(12, "0df6")),
        bad("an event beyond 16 bits", "invalid-value", &replaced("0502", "051a00010000")),
        bad("an event in text", "malformed-entry", &replaced("0502", "056472656164")),
        bad("outcome 1", "invalid-value", &replaced("0700", "0701")),
        bad("a device of 15 bytes", "malformed-entry", &replaced("0950ef", "094f")),
        bad("a blind of 17 bytes", "malformed-entry", &replaced("0e50", "0e51ff")),
        bad("a commitment of 31 bytes", "malformed-entry", &replaced("5820f5", "581f")),
        bad("fields that descend", "invalid-value", &replaced("02820207", "02820702")),
        bad("a field twice", "invalid-value", &replaced("02820207", "02820202")),
        bad("a field number in text", "malformed-entry", &replaced("02820207", "0282026137")),
        bad("a count of fields beyond the end", "malformed-entry", &replaced("0282", "029bffffffffffffffff")),
        bad("an empty role", "invalid-value", &replaced("6a63617365776f726b6572", "60")),
        bad("a newline in the role", "invalid-value", &replaced("6361736577", "6361730a77")),
        bad("a role that is no UTF-8", "malformed-entry", &replaced("6a63", "6aff")),
        bad("a role that is not in NFC", "invalid-value", &replaced("6a63617365776f726b6572", "6365cc81")),
        bad("details that are empty", "invalid-value", &with(12, "0da0")),
        bad("a detail that is a float", "malformed-entry", &with(12, "0da101f90000")),
        bad("details out of order", "non-canonical", &with(12, "0da202000100")),
        bad("a detail with an empty text", "invalid-value", &with(12, "0da10160")),
    ]
}
