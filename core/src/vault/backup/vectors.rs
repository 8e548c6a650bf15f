//! The vectors in `tests/vectors/backup`: containers under one key, and what is none.

use serde_json::{Value, json};

use super::frames::FrameWriter;
use super::fuzzing::{container, example_header, example_key, sealed};
use super::manifest::{Manifest, encode_counts};
use super::{BackupHeader, Purpose};
use crate::id::DeviceId;
use crate::log::Hash;
use crate::vault::Error;
use crate::vectors::{Refusal, Run, bytes, changed, flipped, good, hex, hold, shortened, write};

const FILES: [(&str, Run); 1] = [("containers", run)];

#[test]
fn backup_vectors_hold() {
    hold("backup", &FILES);
}

#[test]
#[ignore = "writes tests/vectors/backup"]
fn write_backup_vectors() {
    write("backup", "containers", run, make());
}

fn run(vector: &Value) -> Result<Value, Refusal> {
    let input = bytes(&vector["input"]);
    let items = container(&input).map_err(|error| match &error {
        Error::Backup(reason) => Refusal::from(error.clone()).named(reason),
        _ => Refusal::from(error),
    })?;
    let header = BackupHeader::decode(&input[..66])?;
    let manifest = Manifest::decode(&items[0]).map_err(|_| Refusal::malformed())?;
    let (counts, rows) = items[1..].split_last().ok_or_else(Refusal::malformed)?;
    let (end, rows) = rows.split_last().ok_or_else(Refusal::malformed)?;
    assert!(end.is_empty());
    Ok(json!({
        "purpose": if header.purpose == Purpose::Backup { "backup" } else { "move" },
        "vault": header.vault.to_string(),
        "key_id": header.key.id.to_string(),
        "key_not_after": header.key.not_after.to_string(),
        "stream_key": hex(example_key().stream_key(&input[..66]).expose()),
        "schema": manifest.schema,
        "device": manifest.device.to_string(),
        "commit": manifest.commit.to_string(),
        "log_size": manifest.log_size.to_string(),
        "log_root": manifest.log_root.to_string(),
        "statement_digest": hex(manifest.statement),
        "made_at": manifest.made_at.to_string(),
        "tables": manifest.tables,
        "rows": rows.iter().map(hex).collect::<Vec<_>>(),
        "counts": hex(counts),
    }))
}

fn manifest() -> Manifest {
    Manifest {
        schema: 1,
        device: DeviceId::from_bytes([2; 16]),
        commit: 7,
        log_size: 9,
        log_root: Hash::from_bytes([3; 32]),
        statement: [4; 32],
        made_at: 1_800_000_000_000,
        tables: vec!["entry".into(), "vault".into()],
    }
}

fn input(items: &[Vec<u8>]) -> Value {
    json!({
        "secret": hex([0x43; 32]),
        "input": hex(sealed(items.iter().map(Vec::as_slice)).unwrap()),
    })
}

/// The header, then each item in a frame of its own.
fn in_frames(items: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let mut out = FrameWriter::begin(Vec::new(), &example_header(), &example_key()).unwrap();
    for (number, item) in items.iter().enumerate() {
        out.item(item).unwrap();
        if number + 1 < items.len() {
            out.frame().unwrap();
        }
    }
    let (mut bytes, _) = out.end().unwrap();
    let mut parts = vec![bytes.drain(..66).collect()];
    while !bytes.is_empty() {
        let length = u32::from_be_bytes(bytes[1..5].try_into().unwrap()) as usize;
        parts.push(bytes.drain(..5 + length).collect());
    }
    parts
}

fn make() -> Vec<Value> {
    // Rows: [1, 1, h'01', null] and [0, -1, "text"].
    let rows = [vec![0x84, 1, 1, 0x41, 1, 0xF6], vec![0x83, 0, 0x20, 0x64, b't', b'e', b'x', b't']];
    let small = [vec![manifest().encode()], rows.to_vec(), vec![vec![], encode_counts(&[1, 1])]].concat();
    let some = good("two rows", "manifest, rows, an empty item, counts; one frame, the last", input(&small));
    let frames = in_frames(&small);
    let large = good(
        "a frame for each item",
        "frames may be shorter than 65536 bytes",
        json!({
            "secret": hex([0x43; 32]), "input": hex(frames.concat()),
        }),
    );
    let [header, first, second, third, rest @ ..] = frames.as_slice() else { panic!("a header and five frames") };
    let rest = rest.concat();
    let damaged = |parts: &[&[u8]], name: &str| changed(&large, "input", hex(parts.concat()), name, "damaged");
    let mut newer = example_header().encode();
    newer[8] = 2;
    let length = bytes(&some["input"]).len();
    vec![
        changed(&some, "input", json!(""), "no bytes", "not-a-backup"),
        changed(&some, "input", hex(b"something else"), "something else", "not-a-backup"),
        changed(&some, "input", hex(newer), "version 2", "too-new"),
        changed(&some, "input", flipped(&some["input"], 9), "purpose flipped", "damaged"),
        changed(&some, "input", flipped(&some["input"], 12), "vault flipped", "damaged"),
        changed(&some, "input", flipped(&some["input"], 30), "key id flipped", "other-key"),
        changed(&some, "input", flipped(&some["input"], 49), "end of the key's life flipped", "other-key"),
        changed(&some, "input", flipped(&some["input"], 60), "salt flipped", "damaged"),
        changed(&some, "input", flipped(&some["input"], 66), "not marked as the last frame", "damaged"),
        changed(&some, "input", flipped(&some["input"], 70), "length flipped", "damaged"),
        changed(&some, "input", flipped(&some["input"], -1), "last byte flipped", "damaged"),
        changed(&some, "input", shortened(&some["input"], 1), "the last byte is missing", "damaged"),
        changed(&some, "input", shortened(&some["input"], length - 66), "no frame", "damaged"),
        damaged(&[header, first, second, third], "the last frames are missing"),
        damaged(&[header, first, third, &rest], "a frame in between is missing"),
        damaged(&[header, second, first, third, &rest], "two frames exchanged"),
        damaged(&[header, first, first, second, third, &rest], "a frame twice"),
        damaged(&[header, first, second, third, &rest, &[0]], "a byte too many"),
        some,
        large,
    ]
}
