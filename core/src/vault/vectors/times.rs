//! What lies beside the log: the rows of its epochs, and the time that a device keeps.

use serde_json::{Value, json};

use super::edited;
use crate::keys::SigningKey;
use crate::vault::clocks;
use crate::vault::epochs::ListedEpoch;
use crate::vectors::{Refusal, bytes, good, hex};

pub(super) fn epoch(vector: &Value) -> Result<Value, Refusal> {
    let listed = ListedEpoch::decode(&bytes(&vector["input"])).ok_or_else(Refusal::malformed)?;
    Ok(json!({
        "began_at": listed.began_at.to_string(),
        "key": hex(listed.key.as_bytes()),
        "handover": listed.handover,
    }))
}

pub(super) fn epochs() -> Vec<Value> {
    let key = SigningKey::from_seed(&[7; 32]).verifying_key();
    let first = ListedEpoch { began_at: 1_767_258_000_000, key, handover: None };
    let next = ListedEpoch { handover: Some("checkpoint\n".to_owned()), ..first.clone() };
    let vector = |name: &str, listed: &ListedEpoch| good(name, "", json!({ "input": hex(listed.encode()) }));
    let mut vectors = vec![vector("the first epoch", &first), vector("an epoch that took over", &next)];
    vectors.extend(edited(
        &next.encode(),
        &[
            ("no bytes", &Vec::clear),
            ("the last byte is missing", &|bytes| bytes.truncate(bytes.len() - 1)),
            ("a byte too many", &|bytes| bytes.push(0)),
            ("version 2", &|bytes| bytes[1] = 2),
            ("five parts", &|bytes| bytes[0] = 0x85),
            ("an array without a length", &|bytes| {
                bytes[0] = 0x9F;
                bytes.push(0xFF);
            }),
            ("a key of 31 bytes", &|bytes| {
                bytes[12] = 0x1F;
                bytes.remove(13);
            }),
            ("the length of the checkpoint in a longer form", &|bytes| drop(bytes.splice(45..46, [0x78, 11]))),
            ("a checkpoint of bytes", &|bytes| bytes[45] = 0x4B),
            ("a checkpoint that is no UTF-8", &|bytes| bytes[46] = 0xFF),
        ],
    ));
    vectors
}

pub(super) fn clock(vector: &Value) -> Result<Value, Refusal> {
    let wall = clocks::decode(&bytes(&vector["input"])).ok_or_else(Refusal::malformed)?;
    Ok(json!({ "wall_ms": wall.to_string() }))
}

pub(super) fn kept_clocks() -> Vec<Value> {
    let vector = |name: &str, wall| good(name, "", json!({ "input": hex(clocks::encode(wall)) }));
    let mut vectors = vec![
        vector("a morning in 2026", 1_767_258_000_000),
        vector("the beginning of 1970", 0),
        vector("the last time", u64::MAX),
    ];
    vectors.extend(edited(
        &clocks::encode(1_767_258_000_000),
        &[
            ("no bytes", &Vec::clear),
            ("the last byte is missing", &|bytes| bytes.truncate(bytes.len() - 1)),
            ("a byte too many", &|bytes| bytes.push(0)),
            ("version 2", &|bytes| bytes[1] = 2),
            ("three parts", &|bytes| bytes[0] = 0x83),
            ("a time below 0", &|bytes| bytes[2] = 0x3B),
            ("a time in a longer form", &|bytes| {
                bytes.truncate(2);
                bytes.extend([0x18, 7]);
            }),
        ],
    ));
    vectors
}
