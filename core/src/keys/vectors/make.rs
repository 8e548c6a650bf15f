//! What the vectors are: the inputs, and by hand the error of each input that must be refused.

use serde_json::{Value, json};

use super::super::*;
use super::{
    circle_keys, circle_name, circle_secret, emergency, member_identity, new_identity_file, vault, wrap_place,
};
use crate::seal::{LabelledInput, ValueContext, derive_secret, sha256};
use crate::vectors::{bad, bytes, changed, flipped, good, hex, labelled, secret, shortened};

pub(super) fn vectors(file: &str) -> Vec<Value> {
    match file {
        "circles" => circles(),
        "circle-wraps" => circle_wraps(),
        "data-keys" => data_keys(),
        "member-wraps" => member_wraps(),
        "envelopes" => envelopes(),
        "identities" => identities(),
        "identity-files" => identity_files(),
        "attempt-counts" => attempt_counts(),
        "enrolment-files" => enrolment_files(),
        "emergency-secrets" => emergency::secrets(),
        "emergency-wraps" => emergency::wraps(),
        _ => unreachable!("no such file of vectors"),
    }
}

pub(super) fn base() -> Value {
    json!({
        "vault": hex([1; 16]),
        "circle": { "scope": hex([2; 16]), "compartment": 4, "generation": 3 },
        "secret": hex([0x51; 32]),
        "place": { "scope": hex([6; 16]), "ordinal": 770 },
    })
}

/// The same input with one value inside another replaced.
pub(super) fn inner(base: &Value, outer: &str, key: &str, value: impl Into<Value>) -> Value {
    let mut object = base[outer].clone();
    object[key] = value.into();
    object
}

fn circles() -> Vec<Value> {
    let mut other_vault = base();
    other_vault["vault"] = json!(hex([9; 16]));
    let mut other_compartment = base();
    other_compartment["circle"]["compartment"] = json!(255);
    let mut other_generation = base();
    other_generation["circle"]["generation"] = json!(u32::MAX);
    let mut founding = base();
    founding["circle"] = json!({ "scope": hex([2; 16]), "compartment": 1, "generation": 1 });
    vec![
        good("a circle", "the tag is that of a data key of another scope", base()),
        good("another vault", "nothing is as in \"a circle\"", other_vault),
        good("the highest compartment", "", other_compartment),
        good("the highest generation", "", other_generation),
        good("a unit's own", "data key of the circle's own scope", founding),
    ]
}

fn circle_wraps() -> Vec<Value> {
    let mut vector = base();
    vector["member"] = json!(hex([0x0A; 16]));
    vector["seed"] = json!(hex([0x0B; 32]));
    let public = member_identity(&vector).public();
    let wrapped = public.wrap_circle(vault(&vector), circle_name(&vector), &circle_secret(&vector)).unwrap();
    vector["wrapped"] = json!(hex(wrapped));
    for key in ["secret", "place"] {
        vector.as_object_mut().unwrap().remove(key);
    }
    let some = good("a circle's secret to a member", "HPKE to the member's X-Wing key", vector);
    let wrapped = some["wrapped"].clone();
    let refused = |key: &str, value: Value, name: &str| changed(&some, key, value, name, "wrap");
    vec![
        refused("seed", hex([0x0C; 32]).into(), "to someone else"),
        refused("member", hex([0x0D; 16]).into(), "the same seed under another name"),
        refused("vault", hex([9; 16]).into(), "in another vault"),
        refused("circle", inner(&some, "circle", "scope", hex([3; 16])), "of another scope"),
        refused("circle", inner(&some, "circle", "compartment", 5), "of another compartment"),
        refused("circle", inner(&some, "circle", "generation", 4), "of another generation"),
        refused("wrapped", flipped(&wrapped, 7).into(), "the encapsulated key flipped"),
        refused("wrapped", flipped(&wrapped, 1120).into(), "the ciphertext flipped"),
        refused("wrapped", flipped(&wrapped, -1).into(), "the tag flipped"),
        refused("wrapped", shortened(&wrapped, 1).into(), "the last byte is missing"),
        refused("wrapped", "".into(), "no bytes"),
        some,
    ]
}

/// A wrap as docs/formats.md says it, of any key under any commitment.
fn wrap(vector: &Value, commitment: &[u8], key: &[u8; 32], nature: &DataKeyPlace) -> String {
    let (circle, at) = (circle_name(vector), wrap_place(vector));
    let named = LabelledInput::new("saferoom/circle/wrap-key")
        .part(vault(vector).as_bytes())
        .part(circle.scope.as_bytes())
        .number(circle.compartment.into())
        .number(circle.generation.into());
    let input = LabelledInput::new("saferoom/data-key/wrap")
        .part(at.vault.as_bytes())
        .part(at.scope.as_bytes())
        .number(at.ordinal.into())
        .part(commitment);
    let wrap_key = derive_secret(&secret(&vector["secret"]), &named);
    let plain = [&key[..], &[nature.compartment], &nature.generation.to_be_bytes()].concat();
    hex(ValueContext::new(input).seal(&wrap_key, &plain).unwrap())
}

fn data_keys() -> Vec<Value> {
    let key = DataKey::from_bytes_for_vectors(&[0x61; 32]);
    let mut vector = base();
    let at = wrap_place(&vector);
    let nature = DataKeyPlace { scope: at.scope, compartment: 4, generation: 2 };
    let commitment = key.commitment(at.vault, &nature);
    vector["commitment"] = json!(hex(commitment));
    vector["wrapped"] = json!(hex(circle_keys(&vector).wrap_key().wrap(&at, &nature, &key).unwrap()));
    let some = good("a data key", "the context binds vault, scope, ordinal and commitment", vector);
    let wrapped = some["wrapped"].clone();
    let by_hand = |key: &[u8; 32], nature: &DataKeyPlace| wrap(&some, &commitment, key, nature);
    let mut built = some.clone();
    (built["name"], built["comment"]) = (json!("a data key, wrapped by hand"), json!("by the words of the format"));
    built["wrapped"] = json!(by_hand(&[0x61; 32], &nature));
    let refused = |key: &str, value: Value, name: &str| changed(&some, key, value, name, "wrap");
    let other = |key: u8, nature: DataKeyPlace, name: &str| {
        changed(&some, "wrapped", by_hand(&[key; 32], &nature), name, "commitment")
    };
    vec![
        built,
        refused("place", inner(&some, "place", "scope", hex([7; 16])), "moved to another scope"),
        refused("place", inner(&some, "place", "ordinal", 771), "moved to another ordinal"),
        refused("circle", inner(&some, "circle", "scope", hex([3; 16])), "by the circle of another scope"),
        refused("circle", inner(&some, "circle", "compartment", 5), "by the circle of another compartment"),
        refused("circle", inner(&some, "circle", "generation", 4), "by another generation of the circle"),
        refused("secret", hex([0x52; 32]).into(), "by another circle's secret"),
        refused("vault", hex([9; 16]).into(), "in another vault"),
        refused("commitment", hex([0; 32]).into(), "another commitment"),
        refused("wrapped", flipped(&wrapped, 0).into(), "the prefix flipped"),
        refused("wrapped", flipped(&wrapped, 20).into(), "the ciphertext flipped"),
        refused("wrapped", flipped(&wrapped, -1).into(), "the tag flipped"),
        refused("wrapped", shortened(&wrapped, 33).into(), "too short"),
        other(0x62, nature, "another key under this commitment"),
        other(0x61, DataKeyPlace { compartment: 1, ..nature }, "the key, said to be of another compartment"),
        other(0x61, DataKeyPlace { generation: 3, ..nature }, "the key, said to be of another generation"),
        some,
    ]
}

fn member_wraps() -> Vec<Value> {
    let mut vector = base();
    for key in ["circle", "secret"] {
        vector.as_object_mut().unwrap().remove(key);
    }
    vector["member"] = json!(hex([0x0A; 16]));
    vector["seed"] = json!(hex([0x0B; 32]));
    vector["session"] = json!(7);
    let (key, at, identity) =
        (DataKey::from_bytes_for_vectors(&[0x61; 32]), wrap_place(&vector), member_identity(&vector));
    let nature = DataKeyPlace { scope: at.scope, compartment: 4, generation: 2 };
    vector["commitment"] = json!(hex(key.commitment(at.vault, &nature)));
    let mut own = vector.clone();
    own["wrapped"] = json!(hex(identity.member_keys(at.vault).wrap_key().wrap(&at, &nature, &key).unwrap()));
    let own = good("under the member's own key", "of an identity in one vault", own);
    let (envelope_key, envelope) = EnvelopeKey::for_member(at.vault, &identity.public(), b"session").unwrap();
    vector["binding"] = json!(hex("session"));
    vector["envelope"] = json!(hex(envelope.as_bytes()));
    vector["wrapped"] = json!(hex(envelope_key.wrap_key().wrap(&at, &nature, &key).unwrap()));
    let by_envelope =
        good("under an envelope to the member", "a session wrapped it that does not hold their key", vector);
    let refused = |some: &Value, key: &str, value: Value, name: &str| changed(some, key, value, name, "wrap");
    vec![
        refused(&own, "seed", hex([0x0C; 32]).into(), "for another device of the member"),
        refused(&own, "member", hex([0x0D; 16]).into(), "for another member of the same seed"),
        refused(&own, "vault", hex([9; 16]).into(), "in another vault"),
        refused(&own, "place", inner(&own, "place", "scope", hex([7; 16])), "moved to another scope"),
        refused(&own, "place", inner(&own, "place", "ordinal", 771), "moved to another ordinal"),
        refused(&own, "commitment", hex([0; 32]).into(), "another commitment"),
        refused(&own, "wrapped", by_envelope["wrapped"].clone(), "under the envelope, said to be under the own key"),
        refused(&by_envelope, "wrapped", own["wrapped"].clone(), "under the own key, said to be under the envelope"),
        refused(&by_envelope, "binding", hex("other").into(), "an envelope of another session"),
        refused(&by_envelope, "member", hex([0x0D; 16]).into(), "an envelope to another member"),
        refused(&by_envelope, "envelope", flipped(&by_envelope["envelope"], 1120).into(), "the envelope flipped"),
        own,
        by_envelope,
    ]
}

fn envelopes() -> Vec<Value> {
    let mut vector = base();
    vector.as_object_mut().unwrap().remove("place");
    vector["binding"] = json!(hex("session"));
    vector["label"] = json!("saferoom/test");
    vector["parts"] = json!([{ "number": "7" }]);
    let (vault, circle) = (vault(&vector), circle_name(&vector));
    let public = circle_keys(&vector).hybrid().public_key();
    let (key, envelope) = EnvelopeKey::generate(vault, circle, &public, b"session").unwrap();
    vector["envelope"] = json!(hex(envelope.as_bytes()));
    vector["sealed"] = json!(hex(key.seal(&ValueContext::new(labelled(&vector)), b"entry").unwrap()));
    let some = good("a value in an envelope", "a key to the circle's public key; the value under that key", vector);
    let refused = |key: &str, value: Value, name: &str| changed(&some, key, value, name, "wrap");
    vec![
        refused("binding", hex("other").into(), "bound to another session"),
        refused("secret", hex([0x52; 32]).into(), "by another circle's secret"),
        refused("circle", inner(&some, "circle", "compartment", 5), "of another compartment"),
        refused("vault", hex([9; 16]).into(), "in another vault"),
        refused("envelope", flipped(&some["envelope"], 1120).into(), "the envelope flipped"),
        refused("parts", json!([{ "number": "8" }]), "the value in another place"),
        refused("sealed", flipped(&some["sealed"], -1).into(), "the value flipped"),
        some,
    ]
}

fn identities() -> Vec<Value> {
    let with = |member: u8, seed: u8, message: &str| {
        let mut vector = base();
        vector.as_object_mut().unwrap().retain(|key, _| key == "vault" || key == "circle");
        vector["member"] = json!(hex([member; 16]));
        vector["seed"] = json!(hex([seed; 32]));
        vector["message"] = json!(hex(message));
        vector
    };
    vec![
        good("an identity", "Ed25519 and X-Wing pairs out of one seed", with(0x0A, 0x0B, "message")),
        good("the same seed, another member", "nothing is as in \"an identity\"", with(0x0D, 0x0B, "message")),
        good("another seed, no message", "", with(0x0A, 0x0C, "")),
    ]
}

fn identity_files() -> Vec<Value> {
    let folder = tempfile::tempdir().unwrap();
    let identity = member_identity(&json!({ "member": hex([0x0A; 16]), "seed": hex([0x0B; 32]) }));
    let make = |name: &str, comment: &str, passphrase: Option<&str>, host: bool| {
        let (file, secret) = new_identity_file(folder.path(), &identity, passphrase, host);
        let mut vector = json!({ "file": file });
        if let Some(words) = passphrase {
            vector["passphrase"] = json!(words);
        }
        if host {
            vector["host"] = secret;
        }
        good(name, comment, vector)
    };
    let some = make("by passphrase", "Argon2id, 8 MiB, one pass: the least", Some("quiet river stone"), false);
    let khmer = make("by a passphrase in Khmer", "its UTF-8 bytes", Some("ទន្លេស្ងាត់ថ្មពណ៌ស"), false);
    let host = make("by the host", "the secret is in the host's key store", None, true);
    let both = make("by both", "passphrase and host", Some("quiet river stone"), true);

    let file = bytes(&some["file"]);
    let with = |name: &str, error: &str, edit: &dyn Fn(&mut Vec<u8>)| {
        let mut edited = file.clone();
        edit(&mut edited);
        changed(&some, "file", hex(edited), name, error)
    };
    // With a checksum that fits: made by somebody, not by a bad disk.
    let forged = |name: &str, error: &str, at: usize, value: &[u8]| {
        with(name, error, &|file| {
            file[at..at + value.len()].copy_from_slice(value);
            let checksum = sha256(&file[..118]);
            file[118..].copy_from_slice(&checksum[..8]);
        })
    };
    let absurd = |name: &str, at: usize, value: u32| forged(name, "absurd-parameters", at, &value.to_be_bytes());
    let mut host_alone = changed(&both, "host", Value::Null, "host secret missing", "host-secret-missing");
    host_alone.as_object_mut().unwrap().remove("host");
    let mut wrong_both =
        changed(&both, "passphrase", "quiet river sand", "by both, wrong passphrase", "wrong-passphrase");
    wrong_both["comment"] = json!("the host's secret is right");
    let mut no_passphrase = some.clone();
    no_passphrase.as_object_mut().unwrap().remove("passphrase");
    vec![
        changed(&some, "passphrase", "quiet river sand", "wrong passphrase", "wrong-passphrase"),
        bad("no passphrase offered", "wrong-passphrase", "the host's key store is offered only", no_passphrase),
        changed(&host, "host", hex([0x33; 32]), "wrong host secret", "wrong-passphrase"),
        changed(&host, "host", hex([0x33; 31]), "a host secret of 31 bytes", "host-secret-missing"),
        host_alone,
        wrong_both,
        with("no bytes", "not-an-identity", &Vec::clear),
        with("not an identity", "not-an-identity", &|file| *file = b"SQLite format 3\0".to_vec()),
        with("truncated within the magic", "identity-damaged", &|file| file.truncate(5)),
        with("truncated behind the magic", "identity-damaged", &|file| file.truncate(8)),
        with("truncated within the header", "identity-damaged", &|file| file.truncate(30)),
        with("truncated by one byte", "identity-damaged", &|file| file.truncate(125)),
        with("a byte too many", "identity-damaged", &|file| file.push(0)),
        with("salt damaged", "identity-damaged", &|file| file[22] ^= 1),
        with("sealed part damaged", "identity-damaged", &|file| file[60] ^= 1),
        with("checksum damaged", "identity-damaged", &|file| file[125] ^= 1),
        forged("version 2", "identity-too-new", 8, &[2]),
        with("version 2 of another length", "identity-too-new", &|file| {
            file[8] = 2;
            file.extend([0; 40]);
        }),
        forged("version 0", "identity-damaged", 8, &[0]),
        forged("no lock", "identity-damaged", 9, &[&[0][..], &[0; 12]].concat()),
        forged("a lock flag of a newer release", "identity-damaged", 9, &[5]),
        forged("parameters without passphrase", "identity-damaged", 9, &[2]),
        absurd("4 TiB of memory", 10, u32::MAX),
        absurd("1 GiB and 1 KiB of memory", 10, 1024 * 1024 + 1),
        absurd("less than 8 MiB of memory", 10, 8 * 1024 - 1),
        absurd("no pass", 14, 0),
        absurd("17 passes", 14, 17),
        absurd("no lane", 18, 0),
        absurd("5 lanes", 18, 5),
        forged("sane parameters, but others", "wrong-passphrase", 14, &2_u32.to_be_bytes()),
        forged("sealed part replaced", "wrong-passphrase", 60, &[0; 4]),
        some,
        khmer,
        host,
        both,
    ]
}

fn enrolment_files() -> Vec<Value> {
    let identity = member_identity(&json!({ "member": hex([0x0A; 16]), "seed": hex([0x0B; 32]) }));
    let other = member_identity(&json!({ "member": hex([0x0D; 16]), "seed": hex([0x0E; 32]) }));
    let file = identity.enrolment_file();
    let some = good("an enrolment", "of member 0a, seed 0b", json!({ "file": hex(&file) }));
    let with = |name: &str, error: &str, edit: &dyn Fn(&mut Vec<u8>)| {
        let mut edited = file.clone();
        edit(&mut edited);
        changed(&some, "file", hex(edited), name, error)
    };
    // With a checksum that fits, and where it says so with a signature of somebody.
    let forged = |name: &str, signer: Option<&Identity>, edit: &dyn Fn(&mut Vec<u8>)| {
        with(name, "enrolment", &|file| {
            edit(file);
            if let Some(signer) = signer {
                let input = LabelledInput::new("saferoom/identity/enrolment").part(&file[..1305]);
                let signature = signer.sign(input.as_bytes());
                file[1305..1369].copy_from_slice(&signature);
            }
            let checksum = sha256(&file[..1369]);
            file[1369..].copy_from_slice(&checksum[..8]);
        })
    };
    vec![
        with("no bytes", "enrolment", &Vec::clear),
        with("an identity file", "enrolment", &|file| file[..8].copy_from_slice(b"SFRMIDNT")),
        with("version 2", "enrolment-too-new", &|file| file[8] = 2),
        with("the last byte is missing", "enrolment", &|file| file.truncate(1376)),
        with("a byte too many", "enrolment", &|file| file.push(0)),
        with("the checksum flipped", "enrolment", &|file| file[1376] ^= 1),
        forged("version 0", Some(&identity), &|file| file[8] = 0),
        forged("another member id, not signed", None, &|file| file[9] ^= 1),
        forged("another slot key, not signed", None, &|file| file[1273] ^= 1),
        forged("the X-Wing key of somebody else, signed by them", Some(&other), &|file| {
            file[57..1273].copy_from_slice(&other.public().hybrid_key.to_bytes());
        }),
        forged("an X-Wing key beyond the modulus", Some(&identity), &|file| file[57..60].fill(0xFF)),
        some,
    ]
}

fn attempt_counts() -> Vec<Value> {
    let counter = attempts::Counter { failures: 3, wall: 1_700_000_000_000, monotonic: 5_000, span: [8; 16] };
    let plain = counter.encode();
    let most = attempts::Counter { failures: u32::MAX, wall: u64::MAX, monotonic: u64::MAX, span: [0xFF; 16] };
    let input = |bytes: &[u8]| json!({ "input": hex(bytes) });
    let edited = |name: &str, edit: fn(&mut Vec<u8>)| {
        let mut bytes = plain.clone();
        edit(&mut bytes);
        bad(name, "malformed", "", input(&bytes))
    };
    vec![
        good("three failures", "", input(&plain)),
        good("the highest numbers", "", input(&most.encode())),
        edited("no bytes", Vec::clear),
        edited("the last byte is missing", |bytes| bytes.truncate(bytes.len() - 1)),
        edited("a byte too many", |bytes| bytes.push(0)),
        edited("version 2", |bytes| bytes[1] = 2),
        edited("six parts", |bytes| bytes[0] = 0x86),
        edited("failures in a longer form", |bytes| drop(bytes.splice(2..3, [0x18, 3]))),
        edited("failures beyond 2^32", |bytes| drop(bytes.splice(2..3, [0x1B, 0, 0, 0, 1, 0, 0, 0, 0]))),
        edited("a span of 15 bytes", |bytes| {
            let at = bytes.len() - 17;
            bytes[at] = 0x4F;
            bytes.pop();
        }),
    ]
}
