//! The vectors in `tests/vectors/keys`: circles and what they wrap, identities and their files, envelopes.

mod emergency;
mod make;

use std::path::Path;

use serde_json::{Value, json};

use super::*;
use crate::id::{MemberId, ScopeId, VaultId};
use crate::seal::ValueContext;
use crate::vectors::{Refusal, Run, bytes, fixed, hex, hold, labelled, number, secret, text, write};

const FILES: [(&str, Run); 11] = [
    ("circles", circle),
    ("circle-wraps", circle_wrap),
    ("data-keys", data_key),
    ("member-wraps", member_wrap),
    ("envelopes", envelope),
    ("identities", identity),
    ("identity-files", identity_file),
    ("attempt-counts", attempt_count_of),
    ("enrolment-files", enrolment),
    ("emergency-secrets", emergency::secret),
    ("emergency-wraps", emergency::wrap),
];

#[test]
fn key_vectors_hold() {
    hold("keys", &FILES);
}

#[test]
#[ignore = "writes tests/vectors/keys"]
fn write_key_vectors() {
    for (file, run) in FILES {
        write("keys", file, run, make::vectors(file));
    }
}

fn vault(vector: &Value) -> VaultId {
    VaultId::from_bytes(fixed(&vector["vault"]))
}

fn circle_name(vector: &Value) -> CircleName {
    let circle = &vector["circle"];
    CircleName {
        scope: ScopeId::from_bytes(fixed(&circle["scope"])),
        compartment: number(&circle["compartment"]),
        generation: number(&circle["generation"]),
    }
}

fn circle_secret(vector: &Value) -> CircleSecret {
    CircleSecret::from_secret(secret(&vector["secret"]))
}

fn circle_keys(vector: &Value) -> CircleKeys {
    circle_secret(vector).keys(vault(vector), circle_name(vector))
}

fn wrap_place(vector: &Value) -> WrapPlace {
    WrapPlace {
        vault: vault(vector),
        scope: ScopeId::from_bytes(fixed(&vector["place"]["scope"])),
        ordinal: number(&vector["place"]["ordinal"]),
    }
}

fn member_identity(vector: &Value) -> Identity {
    Identity::from_parts(MemberId::from_bytes(fixed(&vector["member"])), secret(&vector["seed"]))
}

fn circle(vector: &Value) -> Result<Value, Refusal> {
    let keys = circle_keys(vector);
    Ok(json!({
        "commitment": hex(circle_secret(vector).commitment(vault(vector), circle_name(vector))),
        "public_key": hex(keys.hybrid().public_key().to_bytes()),
        "value_key": hex(keys.value_key().expose()),
        "slot_key": hex(keys.slot_key().expose()),
    }))
}

fn circle_wrap(vector: &Value) -> Result<Value, Refusal> {
    let identity = member_identity(vector);
    let secret = identity.open_circle(vault(vector), circle_name(vector), &bytes(&vector["wrapped"]))?;
    let slot = identity.slot(vault(vector), circle_name(vector));
    Ok(json!({ "secret": hex(secret.secret().expose()), "slot": hex(slot) }))
}

fn data_key(vector: &Value) -> Result<Value, Refusal> {
    let (keys, at, commitment) = (circle_keys(vector), wrap_place(vector), fixed(&vector["commitment"]));
    let (place, key) = keys.wrap_key().unwrap(&at, &commitment, &bytes(&vector["wrapped"]))?;
    Ok(json!({
        "key": hex(key.secret().expose()),
        "compartment": place.compartment,
        "generation": place.generation,
        "tag": hex(keys.slot_key().data_key(at.vault, at.scope, at.ordinal)),
    }))
}

/// A data key that is wrapped for a member: under their own key, or under the key of an envelope to them.
fn member_wrap(vector: &Value) -> Result<Value, Refusal> {
    let keys = member_identity(vector).member_keys(vault(vector));
    let (at, commitment, wrapped) = (wrap_place(vector), fixed(&vector["commitment"]), bytes(&vector["wrapped"]));
    let slots = &keys.public.slot_key;
    let (place, key) = if vector["envelope"].is_null() {
        keys.wrap_key().unwrap(&at, &commitment, &wrapped)?
    } else {
        let envelope = Envelope::from_bytes(bytes(&vector["envelope"]));
        let key = envelope.open_as_member(&keys, at.vault, &bytes(&vector["binding"]))?;
        key.wrap_key().unwrap(&at, &commitment, &wrapped)?
    };
    Ok(json!({
        "key": hex(key.secret().expose()),
        "compartment": place.compartment,
        "generation": place.generation,
        "tag": hex(slots.data_key(at.vault, at.scope, at.ordinal)),
        "envelope_slot": hex(slots.envelope(at.vault, number(&vector["session"]))),
    }))
}

fn envelope(vector: &Value) -> Result<Value, Refusal> {
    let envelope = Envelope::from_bytes(bytes(&vector["envelope"]));
    let key = envelope.open(&circle_keys(vector), vault(vector), &bytes(&vector["binding"]))?;
    let mut plain = Vec::new();
    key.open_onto(&ValueContext::new(labelled(vector)), &bytes(&vector["sealed"]), &mut plain)?;
    Ok(json!({ "plain": hex(plain) }))
}

fn identity(vector: &Value) -> Result<Value, Refusal> {
    let identity = member_identity(vector);
    Ok(json!({
        "verifying_key": hex(identity.public().verifying_key.as_bytes()),
        "public_key": hex(identity.public().hybrid_key.to_bytes()),
        "signature": hex(identity.sign(&bytes(&vector["message"]))),
        "slot": hex(identity.slot(vault(vector), circle_name(vector))),
        "slot_key": hex(identity.public().slot_key.expose()),
    }))
}

fn identity_file(vector: &Value) -> Result<Value, Refusal> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("identity");
    std::fs::write(&path, bytes(&vector["file"])).unwrap();
    let identity = unlock(vector, |lock| open_identity_file(&path, lock))?;
    Ok(json!({ "member": hex(identity.member().as_bytes()), "seed": hex(identity.seed().expose()) }))
}

fn enrolment(vector: &Value) -> Result<Value, Refusal> {
    let public = PublicIdentity::from_enrolment_file(&bytes(&vector["file"]))?;
    Ok(json!({
        "member": hex(public.member.as_bytes()),
        "verifying_key": hex(public.verifying_key.as_bytes()),
        "public_key": hex(public.hybrid_key.to_bytes()),
        "slot_key": hex(public.slot_key.expose()),
        "fingerprint": public.fingerprint(),
    }))
}

/// Calls with what a vector offers to unlock with: `passphrase`, and `host`, the secret in the host's key store, which
/// it keeps under the name `saferoom/identity/` and the file's salt.
fn unlock<T>(vector: &Value, with: impl FnOnce(Unlock<'_>) -> T) -> T {
    let store = MemoryKeyStore::default();
    if !vector["host"].is_null() {
        let name = format!("saferoom/identity/{}", hex(&bytes(&vector["file"])[22..38]));
        store.store(&name, &bytes(&vector["host"])).unwrap();
    }
    let passphrase = |value: &Value| Passphrase::new(text(value).into()).unwrap();
    match (&vector["passphrase"], &vector["host"]) {
        (Value::Null, _) => with(Unlock::Host(&store)),
        (words, Value::Null) if vector["both"].is_null() => with(Unlock::Passphrase(&passphrase(words))),
        (words, _) => with(Unlock::Both(&passphrase(words), &store)),
    }
}

/// The bytes of a new identity file, and the secret that the host's key store was given.
fn new_identity_file(folder: &Path, identity: &Identity, passphrase: Option<&str>, host: bool) -> (String, Value) {
    let store = MemoryKeyStore::default();
    let words = passphrase.map(|words| Passphrase::new(words.into()).unwrap());
    let lock = match (&words, host) {
        (Some(words), false) => Unlock::Passphrase(words),
        (Some(words), true) => Unlock::Both(words, &store),
        (None, _) => Unlock::Host(&store),
    };
    let path = folder.join("identity");
    create_identity_file(&path, identity, lock, PassphraseCost::LEAST).unwrap();
    let file = std::fs::read(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    let name = format!("saferoom/identity/{}", hex(&file[22..38]));
    let kept = store.load(&name).unwrap();
    (hex(file), kept.map_or(Value::Null, |secret| json!(hex(&*secret))))
}

fn attempt_count_of(vector: &Value) -> Result<Value, Refusal> {
    let counter = attempts::Counter::decode(&bytes(&vector["input"])).ok_or_else(Refusal::malformed)?;
    Ok(json!({
        "failures": counter.failures,
        "wall": counter.wall.to_string(),
        "monotonic": counter.monotonic.to_string(),
        "span": hex(counter.span),
    }))
}
