//! What the host's key store keeps for entries of the device, and how a device certifies its sessions.

use serde_json::{Value, json};

use super::edited;
use crate::id::{DeviceId, ScopeId, VaultId};
use crate::keys::{CircleName, SigningKey, VerifyingKey};
use crate::seal::{HybridSecretKey, Secret, sha256};
use crate::store::SessionRow;
use crate::vault::attempts::{FailedAttempt, Waiting};
use crate::vault::device_session::certified_bytes;
use crate::vault::kept::KeptOversight;
use crate::vectors::{Refusal, bad, bytes, changed, fixed, flipped, good, hex, number};

pub(super) fn oversight(vector: &Value) -> Result<Value, Refusal> {
    let kept = KeptOversight::decode(&bytes(&vector["input"])).ok_or_else(Refusal::malformed)?;
    Ok(json!({
        "roster_position": kept.roster.0.to_string(),
        "roster_digest": hex(kept.roster.1),
        "log": kept.log,
        "scope": kept.circle.scope.to_string(),
        "compartment": kept.circle.compartment,
        "generation": kept.circle.generation,
        "public_key_sha256": hex(sha256(&kept.public_key.to_bytes())),
        "free_attempts": kept.slow_down[0],
        "first_delay_seconds": kept.slow_down[1],
        "longest_delay_seconds": kept.slow_down[2],
    }))
}

pub(super) fn kept_oversights() -> Vec<Value> {
    let kept = KeptOversight {
        roster: (7, [3; 32]),
        log: 2,
        circle: CircleName { scope: ScopeId::from_bytes([4; 16]), compartment: 12, generation: 5 },
        public_key: HybridSecretKey::from_seed(&Secret::copy_of(&[6; 32])).public_key(),
        slow_down: [5, 5, 900],
    };
    let plain = kept.encode();
    let far = KeptOversight { log: (1 << 23) - 1, ..kept };
    let too_far = KeptOversight { log: 1 << 23, ..far.clone() };
    let vector = |name: &str, bytes: &[u8]| good(name, "", json!({ "input": hex(bytes) }));
    let mut vectors = vec![vector("a kept oversight circle", &plain), vector("the last log", &far.encode())];
    vectors.push(bad("a log whose places are no numbers", "malformed", "", json!({ "input": hex(too_far.encode()) })));
    vectors.extend(edited(
        &plain,
        &[
            ("no bytes", &Vec::clear),
            ("the last byte is missing", &|bytes| bytes.truncate(bytes.len() - 1)),
            ("a byte too many", &|bytes| bytes.push(0)),
            ("version 2", &|bytes| bytes[1] = 2),
            ("twelve parts", &|bytes| bytes[0] = 0x8C),
            ("roster position in a longer form", &|bytes| drop(bytes.splice(2..3, [0x18, 7]))),
        ],
    ));
    vectors
}

pub(super) fn waiting(vector: &Value) -> Result<Value, Refusal> {
    let waiting = Waiting::decode(&bytes(&vector["input"])).ok_or_else(Refusal::malformed)?;
    let attempt = |attempt: &FailedAttempt| json!({ "at": attempt.at.to_string(), "code": attempt.code, "failures": attempt.failures });
    Ok(waiting.0.iter().map(attempt).collect())
}

pub(super) fn waiting_attempts() -> Vec<Value> {
    let attempt = |failures| FailedAttempt { at: 1_700_000_000_000, code: 610, failures };
    let most = FailedAttempt { at: u64::MAX, code: u16::MAX, failures: u32::MAX };
    let two = Waiting(vec![attempt(1), attempt(2)]).encode();
    let vector = |name: &str, waiting: Waiting| good(name, "", json!({ "input": hex(waiting.encode()) }));
    let mut vectors = vec![
        vector("none", Waiting::default()),
        vector("two", Waiting(vec![attempt(1), attempt(2)])),
        vector("64, with the highest numbers", Waiting(vec![most; 64])),
    ];
    vectors.push(bad("65", "malformed", "", json!({ "input": hex(Waiting(vec![most; 65]).encode()) })));
    vectors.extend(edited(
        &two,
        &[
            ("no bytes", &Vec::clear),
            ("the last byte is missing", &|bytes| bytes.truncate(bytes.len() - 1)),
            ("a byte too many", &|bytes| bytes.push(0)),
            ("version 2", &|bytes| bytes[1] = 2),
            ("an attempt of four parts", &|bytes| bytes[3] = 0x84),
            ("failures in a longer form", &|bytes| drop(bytes.splice(bytes.len() - 1.., [0x18, 2]))),
            ("an indefinite list", &|bytes| {
                bytes[2] = 0x9F;
                bytes.push(0xFF);
            }),
        ],
    ));
    vectors
}

fn session_of(vector: &Value) -> SessionRow {
    SessionRow {
        number: number(&vector["session"]),
        device: DeviceId::from_bytes(fixed(&vector["device"])),
        public_key: fixed(&vector["public_key"]),
        certificate: Vec::new(),
        envelope: bytes(&vector["envelope"]),
    }
}

pub(super) fn certificate(vector: &Value) -> Result<Value, Refusal> {
    let row = session_of(vector);
    let certified = certified_bytes(VaultId::from_bytes(fixed(&vector["vault"])), &row);
    let key = VerifyingKey::from_bytes(fixed(&vector["log_key"]));
    let signature = bytes(&vector["certificate"]).try_into().map_err(|_| Refusal::malformed())?;
    if !key.verifies(certified.as_bytes(), &signature) {
        return Err(Refusal::malformed());
    }
    Ok(json!({ "signed_bytes": hex(certified.as_bytes()) }))
}

pub(super) fn device_certificates() -> Vec<Value> {
    let log_key = SigningKey::from_seed(&[0x44; 32]);
    let mut plain = json!({
        "vault": hex([1; 16]),
        "device": hex([2; 16]),
        "session": 9,
        "public_key": hex(SigningKey::from_seed(&[0x45; 32]).verifying_key().as_bytes()),
        "envelope": hex([7; 1168]),
        "log_key": hex(log_key.verifying_key().as_bytes()),
    });
    let certified = certified_bytes(VaultId::from_bytes([1; 16]), &session_of(&plain));
    plain["certificate"] = json!(hex(log_key.sign(certified.as_bytes())));
    let signed = good("a device session", "the log key is of the seed 32 times 44", plain);
    let other = |key: &str, name: &str| changed(&signed, key, flipped(&signed[key], 0), name, "malformed");
    vec![
        other("vault", "of another vault"),
        other("device", "of another device"),
        changed(&signed, "session", 10, "of another sign-in", "malformed"),
        other("public_key", "of another session key"),
        other("envelope", "with another envelope"),
        other("log_key", "by another log key"),
        other("certificate", "another signature"),
        changed(&signed, "certificate", hex([0; 63]), "63 bytes", "malformed"),
        signed,
    ]
}
