//! Sealed groups: made by `seal_group`'s rules, but with fixed prefixes and, for the bad ones, malformed on purpose.

use serde_json::{Value, json};

use super::super::*;
use crate::id::{DeviceId, RecordId, ScopeId, VaultId};
use crate::seal::raw::seal_raw_group;
use crate::vectors::{Refusal, bad, bytes, changed, fixed, flipped, good, hex, number, secret, shortened};

pub(super) fn run(vector: &Value) -> Result<Value, Refusal> {
    let (mut out, mut places) = (Vec::new(), Vec::new());
    let key = secret(&vector["key"]);
    let add = |number: u64, place| places.push((number, place));
    open_group(&key, &context(&vector["context"]), &bytes(&vector["sealed"]), &mut out, |_| true, add)?;
    // A field opens without the others.
    for (number, place) in &places {
        let mut alone = Vec::new();
        let group = bytes(&vector["sealed"]);
        open_group(&key, &context(&vector["context"]), &group, &mut alone, |one| one == *number, |_, _| ())?;
        assert_eq!(alone, out[place.clone()]);
    }
    let field = |(number, place): (u64, std::ops::Range<usize>)| json!({ "number": number.to_string(), "value": hex(&out[place]) });
    Ok(json!({ "fields": places.into_iter().map(field).collect::<Vec<_>>() }))
}

fn context(vector: &Value) -> GroupContext {
    GroupContext {
        vault: VaultId::from_bytes(fixed(&vector["vault"])),
        kind: number(&vector["kind"]),
        scope: ScopeId::from_bytes(fixed(&vector["scope"])),
        record: RecordId::from_bytes(fixed(&vector["record"])),
        parent: RecordId::from_bytes(fixed(&vector["parent"])),
        device: DeviceId::from_bytes(fixed(&vector["device"])),
        revision: number(&vector["revision"]),
        compartment: number(&vector["compartment"]),
        generation: number(&vector["generation"]),
        key_commitment: fixed(&vector["key_commitment"]),
    }
}

fn base() -> Value {
    json!({
        "key": hex([0x31; 32]),
        "context": {
            "vault": hex([1; 16]), "kind": 2, "scope": hex([2; 16]), "record": hex([3; 16]), "parent": hex([4; 16]),
            "device": hex([5; 16]), "revision": "6", "compartment": 1, "generation": 7, "key_commitment": hex([8; 32]),
        },
    })
}

/// A group out of a plain directory and parts.
fn raw(prefix: u8, directory: &[u8], parts: &[(u64, &[u8])]) -> Value {
    let mut vector = base();
    let group = seal_raw_group(&secret(&vector["key"]), &context(&vector["context"]), [prefix; 16], directory, parts);
    vector["sealed"] = json!(hex(group));
    vector
}

fn varint(mut value: u64) -> Vec<u8> {
    let mut out = Vec::new();
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
    out
}

/// A group as `seal_group` makes it.
fn sealed(prefix: u8, fields: &[(u64, &[u8])]) -> Value {
    let (mut before, mut directory) = (0, Vec::new());
    for (number, value) in fields {
        directory.extend(varint(number - before));
        directory.extend(varint(value.len() as u64));
        before = *number;
    }
    let plain: usize = fields.iter().map(|(_, value)| value.len() + 16).sum();
    let length = 18 + (directory.len() + 16).next_multiple_of(32) + plain;
    let (number, value) = fields.last().unwrap();
    let mut last = value.to_vec();
    last.resize(value.len() + padded_length(length) - length, 0);
    let mut parts = fields.to_vec();
    *parts.last_mut().unwrap() = (*number, &last);
    let vector = raw(prefix, &directory, &parts);
    assert_eq!(bytes(&vector["sealed"]).len(), padded_length(length));
    // The library's own sealing differs in nothing but the prefix.
    let mut own = Vec::new();
    let (key, place) = (secret(&vector["key"]), context(&vector["context"]));
    seal_group(&key, &place, fields.iter().copied(), &mut own).unwrap();
    let own_prefix = own[2..18].try_into().unwrap();
    assert_eq!(seal_raw_group(&key, &place, own_prefix, &directory, &parts), own);
    vector
}

pub(super) fn make() -> Vec<Value> {
    let fields: [(u64, &[u8]); 3] = [(1, b"one"), (7, b""), (300, b"three hundred")];
    let some = good("three fields", "the second one is empty", sealed(1, &fields));
    let extra = (1 << 32) + 5;
    let many: Vec<(u64, &[u8])> = (1..=200).map(|number| (number, &b"x"[..])).collect();
    let mut vectors = vec![
        good("one field", "", sealed(2, &[(1, b"value")])),
        good("one empty field", "nothing but padding in its part", sealed(3, &[(30, b"")])),
        good("extra fields", "numbers from 2^32, the highest one", {
            sealed(4, &[(2, b"built in"), (1 << 32, b"extra"), (extra, b"extra"), (u64::MAX, b"last")])
        }),
        good("padding", "1000 bytes; the last part carries zero bytes behind its value", sealed(5, &[(1, &[9; 1000])])),
        good("a value that ends in zero bytes", "told from padding by its length", sealed(6, &[(1, &[1, 0, 0, 0])])),
        good("two hundred fields", "a directory of many units", sealed(7, &many)),
        good("a directory without filling", "16 bytes of entries: no step of 0 ends it", {
            sealed(8, &[1, 2, 3, 4, 5, 6, 7, 8].map(|number| (number, &b"v"[..])))
        }),
    ];
    vectors.extend(outside(&some));
    vectors.extend(misplaced(&some));
    vectors.extend(inside());
    vectors.insert(0, some);
    vectors
}

/// Changes without the key.
fn outside(some: &Value) -> Vec<Value> {
    let sealed = &some["sealed"];
    let group = bytes(sealed);
    let refused = |value: String, name: &str, error: &str| changed(some, "sealed", value, name, error);
    let authentication = |value: String, name: &str| refused(value, name, "authentication");
    let cut = |length: usize, name: &str| refused(shortened(sealed, group.len() - length), name, "malformed");
    let units = |units: u16| hex([&units.to_be_bytes()[..], &group[2..]].concat());
    // Directory at 18..50, parts at 50..69, 69..85, 85..
    let swapped = [&group[..50], &group[69..85], &group[50..69], &group[85..]].concat();
    let other = bytes(&self::sealed(9, &[(1, b"ONE"), (7, b""), (300, b"three hundred")])["sealed"]);
    let mut moved = group.clone();
    moved[50..69].copy_from_slice(&other[50..69]);
    vec![
        cut(0, "no bytes"),
        cut(1, "half of units"),
        cut(17, "a prefix cut short"),
        cut(49, "a directory cut short"),
        cut(65, "no part behind the directory"),
        refused(shortened(sealed, 30), "parts cut short", "malformed"),
        authentication(shortened(sealed, 1), "the last byte is missing"),
        authentication(format!("{}00", sealed.as_str().unwrap()), "a byte too many"),
        refused(units(0), "units zero", "malformed"),
        refused(units(0xFFFF), "units beyond the group", "malformed"),
        authentication(units(2), "units too many, but within the group"),
        authentication(flipped(sealed, 2), "prefix flipped"),
        authentication(flipped(sealed, 18), "directory flipped"),
        authentication(flipped(sealed, 49), "directory's tag flipped"),
        authentication(flipped(sealed, 50), "first field flipped"),
        authentication(flipped(sealed, 69), "tag of the empty field flipped"),
        authentication(flipped(sealed, 85), "last field flipped"),
        authentication(flipped(sealed, -17), "padding flipped"),
        authentication(flipped(sealed, -1), "last tag flipped"),
        authentication(hex(swapped), "two fields swapped"),
        authentication(hex(moved), "a field of another group of the same place"),
    ]
}

/// Another place or key.
fn misplaced(some: &Value) -> Vec<Value> {
    let id = json!(hex([0x77; 16]));
    let places = [
        ("vault", id.clone()),
        ("kind", json!(3)),
        ("scope", id.clone()),
        ("record", id.clone()),
        ("parent", id.clone()),
        ("device", id),
        ("revision", json!("7")),
        ("compartment", json!(2)),
        ("generation", json!(8)),
        ("key_commitment", json!(hex([9; 32]))),
    ];
    let elsewhere = places.into_iter().map(|(key, value)| {
        let mut context = some["context"].clone();
        context[key] = value;
        changed(some, "context", context, &format!("moved to another {key}"), "authentication")
    });
    elsewhere.chain([changed(some, "key", hex([0x32; 32]), "another key", "authentication")]).collect()
}

/// What only who holds the key can make.
fn inside() -> Vec<Value> {
    let by = |name: &str, comment: &str, directory: &[u8], parts: &[(u64, &[u8])]| {
        bad(name, "malformed", &format!("made with the key: {comment}"), raw(0x40, directory, parts))
    };
    let one = (1, &b"one"[..]);
    vec![
        by("a step not in its shortest form", "81 00 for 1", &[0x81, 0, 3], &[one]),
        by("a length not in its shortest form", "83 00 for 3", &[1, 0x83, 0], &[one]),
        by("a varint of eleven bytes", "", &[[0x81; 10].as_slice(), &[0, 3]].concat(), &[one]),
        by("a varint beyond 64 bits", "", &[[0xFF; 9].as_slice(), &[2, 3]].concat(), &[(u64::MAX, b"one")]),
        by(
            "a number beyond 64 bits",
            "two steps that add up to 2^64",
            &{ [varint(u64::MAX).as_slice(), &[0], &[1], &[0]].concat() },
            &[(u64::MAX, b""), (1, b"")],
        ),
        by("an empty directory", "no field", &[], &[one]),
        by("a step of 0 between fields", "bytes behind the end of the directory", &[1, 3, 0, 0, 1], &[one]),
        by("a step without a length", "the directory ends", &[[1; 14].as_slice(), &[0x81, 1]].concat(), &[one]),
        by("a directory that ends within a varint", "", &[[1; 15].as_slice(), &[0x80]].concat(), &[one]),
        by("a length beyond the group", "", &[1, 100], &[one]),
        by("a length beyond 64 bits with its tag", "", &[&[1][..], &varint(u64::MAX)].concat(), &[one]),
        by("a part that is missing", "", &[1, 3, 1, 3], &[one]),
        by("padding that is not zero", "", &[1, 3], &[(1, b"one\0\0x")]),
        bad("a part behind the last one", "authentication", "made with the key: nothing lists it", {
            raw(0x41, &[1, 3], &[one, (2, b"two")])
        }),
        bad("a part under another number", "authentication", "made with the key: listed as 2, sealed as 1", {
            raw(0x42, &[2, 3], &[one])
        }),
        bad("a part shorter than its length", "authentication", "made with the key", {
            raw(0x43, &[1, 4, 1, 3], &[one, (2, b"four")])
        }),
    ]
}
