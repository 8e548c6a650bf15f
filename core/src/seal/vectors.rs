//! The vectors in `tests/vectors/seal`: derivations, sealed values, sealed groups, padding, secrets sealed to a key.

mod groups;

use serde_json::{Value, json};

use super::*;
use crate::seal::raw::seal_raw_value;
use crate::vectors::{
    Refusal, Run, bad, bytes, changed, flipped, good, hex, hold, labelled, list, number, secret, shortened, write,
};

const FILES: [(&str, Run); 5] =
    [("derivations", derivation), ("values", value), ("groups", groups::run), ("padding", padding), ("hybrid", hybrid)];

#[test]
fn seal_vectors_hold() {
    hold("seal", &FILES);
}

#[test]
#[ignore = "writes tests/vectors/seal"]
fn write_seal_vectors() {
    for ((file, run), make) in FILES.iter().zip([derivations, values, groups::make, paddings, hybrids]) {
        write("seal", file, *run, make());
    }
}

fn derivation(vector: &Value) -> Result<Value, Refusal> {
    let (secret, input) = (secret(&vector["secret"]), labelled(vector));
    let derived = derive_bytes(&secret, &input);
    assert_eq!(derive_secret(&secret, &input), Secret::copy_of(&derived));
    Ok(json!({
        "input": hex(input.as_bytes()),
        "sha256": hex(sha256(input.as_bytes())),
        "derived": hex(derived),
        "hmac": hex(ring::hmac::sign(&hmac_key(&secret), input.as_bytes())),
    }))
}

fn derivations() -> Vec<Value> {
    let key = hex([7; 32]);
    let with = |label: &str, parts: Value| json!({ "secret": key, "label": label, "parts": parts });
    let part = |text: &str| json!({ "bytes": hex(text) });
    vec![
        good("a label alone", "the format's version, then the label with its length", with("saferoom/test", json!([]))),
        good("no label", "", with("", json!([]))),
        good("two parts", "each with its length before it", with("l", json!([part("a"), part("bc")]))),
        good("two parts, cut elsewhere", "differs from \"two parts\"", with("l", json!([part("ab"), part("c")]))),
        good("an empty part", "differs from no part", with("l", json!([part("")]))),
        good("numbers", "8 bytes each", with("l", json!([{ "number": "0" }, { "number": u64::MAX.to_string() }]))),
        good("a long part", "1000 bytes", with("l", json!([{ "bytes": hex([0x5A; 1000]) }]))),
        good("a zero secret", "", json!({ "secret": hex([0; 32]), "label": "l", "parts": [] })),
    ]
}

fn value(vector: &Value) -> Result<Value, Refusal> {
    let (place, sealed) = (ValueContext::new(labelled(vector)), bytes(&vector["sealed"]));
    let mut plain = Vec::new();
    place.open_onto(&secret(&vector["key"]), &sealed, &mut plain)?;
    let prefix = sealed[..16].try_into().unwrap();
    assert_eq!(seal_raw_value(&secret(&vector["key"]), &labelled(vector), prefix, &plain), sealed);
    Ok(json!({ "plain": hex(plain) }))
}

fn values() -> Vec<Value> {
    let parts = json!([{ "bytes": hex("here") }, { "number": "7" }]);
    let vector = |plain: &[u8], prefix: u8| {
        let mut vector = json!({ "key": hex([8; 32]), "label": "saferoom/test", "parts": parts });
        vector["sealed"] = json!(hex(seal_raw_value(&secret(&vector["key"]), &labelled(&vector), [prefix; 16], plain)));
        vector
    };
    let some = good("five bytes", "prefix 16, ciphertext 5, tag 16", vector(b"value", 1));
    let sealed = &some["sealed"];
    let refused = |key: &str, value: Value, name: &str| changed(&some, key, value, name, "authentication");
    let cut = |length: usize, name: &str| changed(&some, "sealed", shortened(sealed, 37 - length), name, "malformed");
    let mut vectors = vec![
        good("nothing", "an empty value", vector(b"", 2)),
        good("more than one block", "200 bytes", vector(&[0xC3; 200], 3)),
        cut(0, "no bytes"),
        cut(16, "the prefix alone"),
        cut(31, "one byte less than prefix and tag"),
        refused("sealed", shortened(sealed, 1).into(), "the tag's last byte is missing"),
        refused("sealed", format!("{}00", sealed.as_str().unwrap()).into(), "a byte too many"),
        refused("sealed", flipped(sealed, 0).into(), "prefix flipped, first byte"),
        refused("sealed", flipped(sealed, 15).into(), "prefix flipped, last byte"),
        refused("sealed", flipped(sealed, 16).into(), "ciphertext flipped"),
        refused("sealed", flipped(sealed, 21).into(), "tag flipped, first byte"),
        refused("sealed", flipped(sealed, -1).into(), "tag flipped, last byte"),
        refused("key", hex([9; 32]).into(), "another key"),
        refused("label", "saferoom/tests".into(), "another label"),
        refused("parts", json!([{ "bytes": hex("here") }, { "number": "8" }]), "another number in the context"),
        refused("parts", json!([{ "bytes": hex("here") }]), "a part of the context is missing"),
    ];
    vectors.insert(0, some);
    vectors
}

fn padding(vector: &Value) -> Result<Value, Refusal> {
    let lengths = list(&vector["lengths"]).iter();
    Ok(lengths.map(|length| padded_length(number(length)).to_string()).collect())
}

fn paddings() -> Vec<Value> {
    let table = |lengths: Vec<u64>| json!({ "lengths": lengths.iter().map(u64::to_string).collect::<Vec<_>>() });
    let near = |exponent: u32| [(1_u64 << exponent) - 1, 1 << exponent, (1 << exponent) + 1];
    vec![
        good("up to 300", "every length", table((0..=300).collect())),
        good("around powers of two", "where the step changes", table((9..=40).flat_map(near).collect())),
        good("some others", "", table(vec![1000, 1500, 4096, 5000, 10_000, 65_535, 99_999, 1_000_000, 4_194_304])),
    ]
}

fn hybrid(vector: &Value) -> Result<Value, Refusal> {
    let key = HybridSecretKey::from_seed(&secret(&vector["seed"]));
    let plain = key.open(&labelled(vector), &bytes(&vector["sealed"]))?;
    Ok(json!({ "public_key": hex(key.public_key().to_bytes()), "plain": hex(&*plain) }))
}

fn hybrids() -> Vec<Value> {
    let mut vector = json!({ "seed": hex([0x21; 32]), "label": "saferoom/test", "parts": [{ "bytes": hex("here") }] });
    let public = HybridSecretKey::from_seed(&secret(&vector["seed"])).public_key();
    let seal = |plain: &[u8]| hex(public.seal(&labelled(&vector), plain).unwrap());
    let (sealed, empty) = (seal(&[0x42; 32]), seal(b""));
    vector["sealed"] = json!(sealed);
    let some = good("a secret", "X-Wing, HKDF-SHA256, ChaCha20-Poly1305, base mode, AAD empty, enc || ct", vector);
    let sealed = &some["sealed"];
    let refused = |key: &str, value: Value, name: &str| changed(&some, key, value, name, "authentication");
    let mut nothing = some.clone();
    (nothing["name"], nothing["sealed"]) = (json!("nothing"), json!(empty));
    nothing["comment"] = json!("an empty plaintext");
    vec![
        nothing,
        refused("seed", hex([0x22; 32]).into(), "another recipient"),
        refused("parts", json!([{ "bytes": hex("there") }]), "another place"),
        refused("sealed", flipped(sealed, 0).into(), "ML-KEM ciphertext flipped, first byte"),
        refused("sealed", flipped(sealed, 1087).into(), "ML-KEM ciphertext flipped, last byte"),
        refused("sealed", flipped(sealed, 1088).into(), "X25519 share flipped"),
        refused("sealed", flipped(sealed, 1120).into(), "ciphertext flipped"),
        refused("sealed", flipped(sealed, -1).into(), "tag flipped"),
        refused("sealed", shortened(sealed, 1).into(), "the last byte is missing"),
        changed(&some, "sealed", shortened(sealed, 33), "one byte less than enc and tag", "malformed"),
        changed(&some, "sealed", "", "no bytes", "malformed"),
        bad("an X25519 share of zero", "authentication", "the all-zero point", {
            let mut zero = bytes(sealed);
            zero[1088..1120].fill(0);
            let mut vector = some.clone();
            vector["sealed"] = json!(hex(zero));
            vector
        }),
        some,
    ]
}
