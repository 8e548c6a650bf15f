//! The vectors in `tests/vectors/statement`: statements, kept heads, lists of groups, heads, and whole sealed records.

mod findings;
mod locking;
mod records;
mod signed;
mod slices;
mod tallies;
mod times;

use serde_json::{Value, json};

use super::groups::{Group, Groups, HeadParts, push_again, push_group};
use super::kept::Kept;
use super::statement::Statement;
use super::*;
use crate::id::ScopeId;
use crate::log::Hash;
use crate::seal::sha256;
use crate::vectors::{
    Refusal, Run, bad, bytes, changed, fixed, flipped, good, hex, hold, list, number, shortened, write,
};

const FILES: [(&str, Run); 16] = [
    ("statements", statement),
    ("kept-heads", kept),
    ("group-lists", group_list),
    ("heads", head),
    ("records", records::run),
    ("kinds", records::run),
    ("kept-oversights", locking::oversight),
    ("waiting-attempts", locking::waiting),
    ("device-certificates", locking::certificate),
    ("finding-entries", findings::entry),
    ("findings", findings::row),
    ("subject-slices", slices::run),
    ("tallies", tallies::tally),
    ("tally-rows", tallies::row),
    ("closings", signed::closing),
    ("authorisations", signed::authorisation),
];

const MAKERS: [fn() -> Vec<Value>; 16] = [
    statements,
    kept_heads,
    group_lists,
    heads,
    records::make,
    records::make_kinds,
    locking::kept_oversights,
    locking::waiting_attempts,
    locking::device_certificates,
    findings::entries,
    findings::rows,
    slices::make,
    tallies::tallies,
    tallies::rows,
    signed::closings,
    signed::authorisations,
];

#[test]
fn statement_vectors_hold() {
    hold("statement", &FILES);
}

/// What lies beside the log has its vectors beside those of bundles.
const LOG_FILES: [(&str, Run); 2] = [("epoch-rows", times::epoch), ("kept-clocks", times::clock)];

#[test]
fn epoch_and_clock_vectors_hold() {
    hold("log/bundle", &LOG_FILES);
}

#[test]
#[ignore = "writes tests/vectors/log/bundle"]
fn write_epoch_and_clock_vectors() {
    for ((file, run), make) in LOG_FILES.iter().zip([times::epochs, times::kept_clocks]) {
        write("log/bundle", file, *run, make());
    }
}

#[test]
fn every_kind_of_record_has_a_vector() {
    let vectors = crate::vectors::read("statement", "kinds");
    let names: Vec<_> = vectors.iter().map(|vector| vector["name"].as_str().unwrap()).collect();
    let without: Vec<_> = crate::model::catalogue().records().iter().filter(|r| !names.contains(&r.name())).collect();
    assert!(
        without.is_empty(),
        "run `cargo xtask vectors`: {:?}",
        without.iter().map(|r| r.name()).collect::<Vec<_>>()
    );
}

#[test]
#[ignore = "writes tests/vectors/statement"]
fn write_statement_vectors() {
    for ((file, run), make) in FILES.iter().zip(MAKERS) {
        write("statement", file, *run, make());
    }
}

fn statement(vector: &Value) -> Result<Value, Refusal> {
    let input = bytes(&vector["input"]);
    let statement = Statement::decode(&input).map_err(|_| Refusal::malformed())?;
    let key = SigningKey::from_seed(&[0x44; 32]);
    let signed = Statement::signed_bytes(&input);
    Ok(json!({
        "vault": statement.vault.to_string(),
        "device": statement.device.to_string(),
        "commit": statement.commit.to_string(),
        "roster_position": statement.roster_position.to_string(),
        "roster_digest": hex(statement.roster_digest),
        "log_size": statement.log_size.to_string(),
        "log_root": statement.log_root.to_string(),
        "state_root": hex(statement.state_root),
        "parts": statement.parts.iter().map(hex).collect::<Vec<_>>(),
        "digest": hex(sha256(&input)),
        "signed_bytes": hex(signed.as_bytes()),
        "signature_of_seed_44": hex(key.sign(signed.as_bytes())),
    }))
}

fn example(commit: u64, log_size: u64, parts: &[[u8; 32]]) -> Vec<u8> {
    let statement = Statement {
        vault: VaultId::from_bytes([1; 16]),
        device: DeviceId::from_bytes([2; 16]),
        commit,
        roster_position: 0,
        roster_digest: [3; 32],
        log_size,
        log_root: Hash::from_bytes([4; 32]),
        state_root: [5; 32],
        parts: parts.to_vec(),
    };
    statement.encode()
}

/// A name, and what is done to a good encoding.
type Edit<'a> = (&'a str, &'a dyn Fn(&mut Vec<u8>));

/// Bad vectors of one encoding, each with an edit; nothing of them can be read.
fn edited(good: &[u8], edits: &[Edit<'_>]) -> Vec<Value> {
    let vector = |(name, edit): &Edit<'_>| {
        let mut bytes = good.to_vec();
        edit(&mut bytes);
        assert_ne!(bytes, good);
        bad(name, "malformed", "", json!({ "input": hex(bytes) }))
    };
    edits.iter().map(vector).collect()
}

fn statements() -> Vec<Value> {
    let plain = example(7, 300, &[[6; 32], [7; 32]]);
    let vector = |name: &str, comment: &str, bytes: &[u8]| good(name, comment, json!({ "input": hex(bytes) }));
    let mut vectors = vec![
        vector("a statement", "deterministic CBOR", &plain),
        vector("a read", "no heads were written", &example(8, 301, &[])),
        vector("the highest numbers", "", &example(u64::MAX, u64::MAX, &[[0xFF; 32]])),
        vector("256 parts", "the most", &example(9, 400, &[[8; 32]; 256])),
    ];
    let many = example(9, 400, &[[8; 32]; 257]);
    vectors.extend(edited(
        &plain,
        &[
            ("no bytes", &Vec::clear),
            ("cut short", &|bytes| bytes.truncate(100)),
            ("the last byte is missing", &|bytes| bytes.truncate(bytes.len() - 1)),
            ("a byte too many", &|bytes| bytes.push(0)),
            ("version 2", &|bytes| bytes[1] = 2),
            ("eleven parts", &|bytes| bytes[0] = 0x8B),
            ("version in a longer form", &|bytes| drop(bytes.splice(1..2, [0x18, 1]))),
            ("commit in a longer form", &|bytes| drop(bytes.splice(36..37, [0x18, 7]))),
            ("a negative commit", &|bytes| bytes[36] = 0x26),
            ("a vault id of 15 bytes", &|bytes| {
                bytes[2] = 0x4F;
                bytes.remove(3);
            }),
            ("fewer digests than it says", &|bytes| bytes.truncate(bytes.len() - 34)),
            ("an indefinite list", &|bytes| {
                let at = bytes.len() - 69;
                assert_eq!(bytes[at], 0x82);
                bytes[at] = 0x9F;
                bytes.push(0xFF);
            }),
            ("257 parts", &|bytes| *bytes = many.clone()),
            ("a count of 2^64 - 1", &|bytes| {
                let at = bytes.len() - 69;
                bytes.splice(at..at + 1, [0x9B, 255, 255, 255, 255, 255, 255, 255, 255]);
            }),
        ],
    ));
    vectors
}

fn kept(vector: &Value) -> Result<Value, Refusal> {
    let kept = Kept::decode(&bytes(&vector["input"])).ok_or_else(Refusal::malformed)?;
    Ok(json!({
        "genesis": hex(kept.genesis),
        "device": kept.device.to_string(),
        "commit": kept.commit.to_string(),
        "log_size": kept.log_size.to_string(),
        "log_root": kept.log_root.to_string(),
        "statement": hex(kept.statement),
        "roster_position": kept.roster.0.to_string(),
        "roster_digest": hex(kept.roster.1),
        "erased": kept.erased.to_string(),
    }))
}

fn kept_heads() -> Vec<Value> {
    let statement = Statement::decode(&example(7, 300, &[])).unwrap();
    let plain = Kept::of([9; 32], 3, &statement).encode();
    let mut vectors = vec![good("a kept head", "of the example statement", json!({ "input": hex(&plain) }))];
    vectors.extend(edited(
        &plain,
        &[
            ("no bytes", &Vec::clear),
            ("the last byte is missing", &|bytes| bytes.truncate(bytes.len() - 1)),
            ("a byte too many", &|bytes| bytes.push(0)),
            ("version 2", &|bytes| bytes[1] = 2),
            ("eleven parts", &|bytes| bytes[0] = 0x8B),
            ("commit in a longer form", &|bytes| drop(bytes.splice(53..54, [0x18, 7]))),
            ("a genesis of 31 bytes", &|bytes| {
                bytes[3] = 31;
                bytes.remove(4);
            }),
        ],
    ));
    vectors
}

fn group_list(vector: &Value) -> Result<Value, Refusal> {
    let input = bytes(&vector["input"]);
    let groups: Vec<_> = Groups::new(&input).collect::<Result<_, _>>()?;
    let mut again = Vec::new();
    groups.iter().for_each(|group| push_again(&mut again, group).unwrap());
    assert_eq!(again, input);
    let shown = |group: Group<'_>| {
        let mut shown = json!({ "ordinal": group.ordinal, "group": hex(group.sealed) });
        if let Some((number, device)) = group.origin {
            shown["carried_from"] = json!({ "revision": number, "device": device.to_string() });
        }
        shown
    };
    Ok(groups.into_iter().map(shown).collect())
}

fn push(out: &mut Vec<u8>, ordinal: u16, group: &[u8]) {
    push_group(out, ordinal, |out| {
        out.extend_from_slice(group);
        Ok::<_, crate::seal::SealError>(())
    })
    .unwrap();
}

fn groups(list: &[(u16, &[u8])]) -> Vec<u8> {
    let mut out = Vec::new();
    list.iter().for_each(|(ordinal, group)| push(&mut out, *ordinal, group));
    out
}

fn group_lists() -> Vec<Value> {
    let two = groups(&[(1, b"one"), (3, b"three")]);
    let vector = |name: &str, bytes: &[u8]| good(name, "", json!({ "input": hex(bytes) }));
    let refused = |name: &str, bytes: &[u8]| bad(name, "head", "", json!({ "input": hex(bytes) }));
    vec![
        vector("none", b""),
        vector("two", &two),
        vector("an empty one", &groups(&[(1, b"")])),
        vector("the highest ordinal", &groups(&[(0x7FFF, b"x")])),
        refused("an ordinal for groups carried over", &groups(&[(0x8000, b"x")])),
        refused("an ordinal twice", &groups(&[(1, b"x"), (1, b"y")])),
        refused("ordinals that descend", &groups(&[(2, b"x"), (1, b"y")])),
        refused("half of an ordinal", &two[..1]),
        refused("an ordinal alone", &two[..2]),
        refused("a length cut short", &two[..5]),
        refused("a group cut short", &two[..two.len() - 1]),
        refused("a length beyond the bytes", &[0, 1, 255, 255, 255, 255, 0]),
        refused("a byte too many", &[&two[..], &[0]].concat()),
    ]
}

fn head_parts(vector: &Value) -> HeadParts {
    HeadParts {
        vault: VaultId::from_bytes(fixed(&vector["vault"])),
        kind: number(&vector["kind"]),
        scope: ScopeId::from_bytes(fixed(&vector["scope"])),
        record: RecordId::from_bytes(fixed(&vector["record"])),
        parent: RecordId::from_bytes(fixed(&vector["parent"])),
        device: DeviceId::from_bytes(fixed(&vector["device"])),
        number: number(&vector["revision"]),
        previous: vector["previous"].is_string().then(|| fixed(&vector["previous"])),
    }
}

fn head(vector: &Value) -> Result<Value, Refusal> {
    let commitment = |ordinal: u16| {
        let matching = |listed: &&Value| number::<u16>(&listed["ordinal"]) == ordinal;
        list(&vector["commitments"]).iter().find(matching).map(|listed| fixed(&listed["commitment"]))
    };
    let digest = head_parts(vector).digest(&bytes(&vector["groups"]), commitment)?;
    // What a statement lists of a commit that wrote this head alone.
    Ok(json!({ "digest": hex(digest), "part_digest": hex(Statement::part_digest(&digest)) }))
}

/// Where the example records stand.
fn place() -> Value {
    json!({
        "vault": hex([1; 16]), "kind": 2, "scope": hex([2; 16]), "record": hex([3; 16]), "parent": hex([2; 16]),
        "device": hex([5; 16]), "revision": "1",
    })
}

fn heads() -> Vec<Value> {
    let mut vector = place();
    vector["commitments"] = json!([
        { "ordinal": 1, "commitment": hex([0x11; 32]) }, { "ordinal": 3, "commitment": hex([0x13; 32]) },
    ]);
    vector["groups"] = json!(hex(groups(&[(1, b"one"), (3, b"three")])));
    let mut second = vector.clone();
    (second["revision"], second["previous"]) = (json!("2"), json!(hex([0x77; 32])));
    let some = good("a first revision", "no digest before it", vector.clone());
    vec![
        good("a second revision", "with the digest of the head before it", second),
        changed(&some, "groups", hex(groups(&[(2, b"two")])), "a group of an unknown data key", "head"),
        changed(&some, "groups", shortened(&some["groups"], 1), "groups cut short", "head"),
        good("another group", "one bit: another digest", {
            vector["groups"] = json!(flipped(&vector["groups"], -1));
            vector
        }),
        some,
    ]
}
