//! The vectors in `tests/vectors/log`: for readers in other languages, and so that no format changes unnoticed.
//!
//! Each file is a list of `{name, input…, expected}` or, for what must be refused, `{name, input…, error}` with the name
//! of the defect ([`LogError::name`]) and its stable `code`. Bytes are in hexadecimal. `cargo test -p saferoom --lib write_log_vectors --
//! --ignored` writes them afresh from [`make`]; a change of an existing vector is a change of the format.

mod make;

use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};

use super::*;
use crate::error::Diagnosis;

/// What the vectors of a file are given to.
type Run = fn(&Value) -> Result<Value, LogError>;

const FILES: [(&str, Run); 10] = [
    ("entries", entry),
    ("disclosures", disclosure),
    ("trees", tree),
    ("proofs", proof),
    ("keys", key),
    ("notes", note),
    ("checkpoints", checkpoint),
    ("entry_proofs", entry_proof),
    ("tile_paths", tile_path),
    ("entry_bundles", entry_bundle),
];

#[test]
fn log_vectors_hold() {
    for (file, run) in FILES {
        let vectors: Value = serde_json::from_str(&fs::read_to_string(path(file)).unwrap()).unwrap();
        let vectors = vectors.as_array().unwrap();
        assert!(!vectors.is_empty());
        for vector in vectors {
            let result = match run(vector) {
                Ok(expected) => ("expected", expected),
                Err(error) => {
                    assert_eq!(vector["code"], error.code(), "{file}: {}", vector["name"]);
                    ("error", json!(error.name()))
                }
            };
            let name = &vector["name"];
            assert!(vector["expected"].is_null() != vector["error"].is_null(), "{file}: {name} has one result");
            assert_eq!(vector[result.0], result.1, "{file}: {name}");
        }
    }
}

#[test]
#[ignore = "writes tests/vectors/log"]
fn write_log_vectors() {
    for (file, run) in FILES {
        let mut vectors = make::vectors(file);
        for vector in &mut vectors {
            // What must be refused is said by hand; what is accepted is recorded here, and then stays.
            if vector["error"].is_null() {
                vector["expected"] = run(vector).unwrap_or_else(|error| panic!("{}: {error}", vector["name"]));
                vector.as_object_mut().unwrap().remove("error");
            } else if let Err(error) = run(vector) {
                vector["code"] = json!(error.code());
            }
        }
        fs::create_dir_all(path(file).parent().unwrap()).unwrap();
        fs::write(path(file), format!("{:#}\n", Value::from(vectors))).unwrap();
    }
}

fn entry(vector: &Value) -> Result<Value, LogError> {
    let bytes = bytes(&vector["input"]);
    let entry = Entry::decode(&bytes)?;
    assert_eq!(entry.encode()?, bytes);
    Ok(json!({
        "leaf_hash": leaf_hash(&bytes).to_string(),
        "seq": entry.seq,
        "wall_ms": entry.wall_ms,
        "monotonic_ms": entry.monotonic_ms,
        "event": entry.event.code(),
        "outcome": entry.outcome.code(),
        "member": entry.actor.as_ref().map(|actor| actor.member.to_string()),
        "role": entry.actor.as_ref().map(|actor| actor.role.clone()),
        "device": entry.device.to_string(),
        "hl7": entry.why.as_ref().map(|why| why.hl7.clone()),
        "commitment": entry.why.as_ref().and_then(|why| why.commitment).map(|hash| hash.to_string()),
        "record": entry.what.as_ref().map(|what| what.record.to_string()),
        "fields": entry.what.as_ref().map(|what| what.fields.to_vec()),
        "details": entry.detail.as_ref().map(|detail| detail.iter().map(|(key, _)| key.0).collect::<Vec<_>>()),
    }))
}

fn disclosure(vector: &Value) -> Result<Value, LogError> {
    let disclosure = Disclosure::decode(&bytes(&vector["input"]))?;
    Ok(json!({
        "commitment": disclosure.commitment().to_string(),
        "label": disclosure.label(),
        "value": disclosure.value(),
    }))
}

fn tree(vector: &Value) -> Result<Value, LogError> {
    let mut frontier = Frontier::new();
    let mut rows = Vec::new();
    for leaf in list(&vector["input"]) {
        let completed = frontier.append(leaf_hash(&bytes(leaf)));
        rows.push(completed.iter().map(|hash| hash.to_string()).collect::<Vec<_>>());
    }
    Ok(json!({ "root": frontier.root().to_string(), "rows": rows }))
}

/// An inclusion proof has an index and a leaf hash, a consistency proof an old size and an old root.
fn proof(vector: &Value) -> Result<Value, LogError> {
    let proof: Vec<Hash> = list(&vector["proof"]).iter().map(hash).collect();
    let (size, root) = (vector["size"].as_u64().unwrap(), hash(&vector["root"]));
    match vector["index"].as_u64() {
        Some(index) => verify_inclusion(&hash(&vector["leaf_hash"]), index, size, &proof, &root)?,
        None => {
            let old_size = vector["old_size"].as_u64().unwrap();
            verify_consistency(old_size, &hash(&vector["old_root"]), size, &root, &proof)?;
        }
    }
    Ok(json!("verified"))
}

fn key(vector: &Value) -> Result<Value, LogError> {
    let text = String::from_utf8(bytes(&vector["input"])).unwrap();
    let key: NoteKey = text.parse()?;
    assert_eq!(key.to_string(), text);
    Ok(json!({
        "name": key.name().as_str(),
        "id": key.id().to_string(),
        "type": key.key_type().code(),
        "public_key": hex(key.public_key()),
    }))
}

fn note(vector: &Value) -> Result<Value, LogError> {
    let bytes = bytes(&vector["input"]);
    let note = Note::parse(&bytes)?;
    assert_eq!(note.to_string().as_bytes(), bytes);
    let known = keys(vector);
    Ok(json!({ "text": hex(note.text().as_bytes()), "signers": names(&note.verify(&known)?) }))
}

fn checkpoint(vector: &Value) -> Result<Value, LogError> {
    let known = keys(vector);
    let opened = Checkpoint::open(&bytes(&vector["input"]), &known)?;
    Ok(json!({
        "origin": opened.checkpoint.origin().as_str(),
        "size": opened.checkpoint.size(),
        "root": opened.checkpoint.root().to_string(),
        "signers": names(&opened.signers),
        "cosignatures": opened.cosignatures.iter().map(|one| json!([one.key.name().as_str(), one.time])).collect::<Vec<_>>(),
    }))
}

fn entry_proof(vector: &Value) -> Result<Value, LogError> {
    let known = keys(vector);
    let bytes = bytes(&vector["input"]);
    let proof = EntryProof::parse(&bytes)?;
    assert_eq!(proof.to_string().as_bytes(), bytes);
    let opened = proof.verify(&hash(&vector["leaf_hash"]), &known)?;
    Ok(json!({ "index": proof.index(), "size": opened.checkpoint.size(), "extra": proof.extra().map(hex) }))
}

fn tile_path(vector: &Value) -> Result<Value, LogError> {
    let text = String::from_utf8(bytes(&vector["input"])).unwrap();
    let path: TilePath = text.parse()?;
    assert_eq!(path.to_string(), text);
    let level = if let TileKind::Hashes(level) = path.kind() { Some(level) } else { None };
    Ok(json!({ "level": level, "index": path.index(), "width": path.width() }))
}

fn entry_bundle(vector: &Value) -> Result<Value, LogError> {
    let bytes = bytes(&vector["input"]);
    let entries = split_bundle(&bytes, vector["width"].as_u64().unwrap() as u16)?;
    Ok(entries.into_iter().map(hex).collect())
}

fn keys(vector: &Value) -> Vec<NoteKey> {
    list(&vector["keys"]).iter().map(|key| key.as_str().unwrap().parse().unwrap()).collect()
}

fn names(signers: &[&NoteKey]) -> Vec<String> {
    signers.iter().map(|key| key.name().to_string()).collect()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap()
}

fn hash(value: &Value) -> Hash {
    Hash::from_slice(&bytes(value)).unwrap()
}

fn bytes(value: &Value) -> Vec<u8> {
    unhex(value.as_str().unwrap())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(digits: &str) -> Vec<u8> {
    let digits: Vec<u8> = digits.chars().map(|digit| digit.to_digit(16).unwrap() as u8).collect();
    assert!(digits.len().is_multiple_of(2), "whole bytes");
    digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect()
}

fn path(file: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors/log").join(file).with_extension("json")
}
