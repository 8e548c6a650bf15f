//! The vectors in `tests/vectors/recovery`: shares as text, sets, what shares give, what a recovery key opens.

use serde_json::{Value, json};

use super::set::Ceremony;
use super::*;
use crate::id::{ScopeId, VaultId};
use crate::keys::{CircleName, CircleSecret};
use crate::seal::Secret;
use crate::vectors::{Refusal, Run, bad, bytes, changed, fixed, flipped, good, hex, hold, list, number, text, write};

const FILES: [(&str, Run); 4] = [("shares", share), ("sets", set), ("restoring", restoring), ("wraps", wrap)];

#[test]
fn recovery_vectors_hold() {
    hold("recovery", &FILES);
}

#[test]
#[ignore = "writes tests/vectors/recovery"]
fn write_recovery_vectors() {
    for (file, run) in FILES {
        write("recovery", file, run, vectors(file));
    }
}

fn share(vector: &Value) -> Result<Value, Refusal> {
    let share = RecoveryShare::from_text(text(&vector["text"])).map_err(Refusal::from)?;
    Ok(json!({ "bytes": hex(*share.to_bytes()), "number": share.number(), "threshold": share.threshold() }))
}

fn set(vector: &Value) -> Result<Value, Refusal> {
    let set = RecoverySet::decode(&bytes(&vector["set"]))?;
    if !vector["previous"].is_null() {
        set.require_follows(Some(&RecoverySet::decode(&bytes(&vector["previous"]))?))?;
    }
    let unit = match set.scope() {
        RecoveryScope::Unit(unit) => json!(hex(unit.as_bytes())),
        RecoveryScope::Oversight => Value::Null,
        RecoveryScope::Reversal(unit) => json!([hex(unit.as_bytes())]),
    };
    Ok(json!({
        "vault": hex(set.vault().as_bytes()),
        "unit": unit,
        "number": set.number(),
        "threshold": set.threshold(),
        "count": set.count(),
        "key_id": hex(set.public_key().id().as_bytes()),
        "digest": hex(set.digest()),
    }))
}

fn key(vector: &Value) -> Result<RecoveryKey, RecoveryError> {
    let older = list(&vector["older"]).iter().map(|set| RecoverySet::decode(&bytes(set))).collect::<Result<_, _>>()?;
    let mut restoring = Restoring::begin(RecoverySet::decode(&bytes(&vector["set"]))?, older);
    for share in list(&vector["shares"]) {
        restoring.add(RecoveryShare::from_text(text(share))?)?;
    }
    restoring.finish()
}

fn restoring(vector: &Value) -> Result<Value, Refusal> {
    Ok(json!({ "key_id": hex(key(vector)?.set().public_key().id().as_bytes()) }))
}

fn circle(vector: &Value) -> CircleName {
    let circle = &vector["circle"];
    CircleName {
        scope: ScopeId::from_bytes(fixed(&circle["scope"])),
        compartment: number(&circle["compartment"]),
        generation: number(&circle["generation"]),
    }
}

fn wrap(vector: &Value) -> Result<Value, Refusal> {
    let secret = key(vector)?.open(circle(vector), &fixed(&vector["commitment"]), &bytes(&vector["wrapped"]))?;
    Ok(json!({ "secret": hex(secret.secret().expose()) }))
}

fn vectors(file: &str) -> Vec<Value> {
    match file {
        "shares" => shares(),
        "sets" => sets(),
        "restoring" => restorings(),
        "wraps" => wraps(),
        _ => unreachable!("no such file of vectors"),
    }
}

const VAULT: VaultId = VaultId::from_bytes([1; 16]);
const UNIT: RecoveryScope = RecoveryScope::Unit(ScopeId::from_bytes([2; 16]));

/// The first ceremony of a unit, or of oversight: the seed is given, the polynomial is drawn.
fn ceremony(scope: RecoveryScope, threshold: u8, count: u8) -> (RecoverySet, Vec<RecoveryShare>) {
    let ceremony = Ceremony { vault: VAULT, scope, number: 1, previous: None };
    let seed = if scope == UNIT { 0x5E } else { 0x5F };
    RecoverySet::hold(ceremony, threshold, count, &Secret::copy_of(&[seed; 32])).unwrap()
}

fn typed(share: &RecoveryShare) -> String {
    share.to_text().to_string()
}

fn shares() -> Vec<Value> {
    let bytes: [u8; 32] = std::array::from_fn(|at| u8::try_from(at).unwrap());
    let share = RecoveryShare { mark: [7; 8], threshold: 2, number: 3, value: Secret::copy_of(&bytes) };
    let some =
        good("share 3, two needed", "the value is 00 to 1f, the mark 07 eight times", json!({ "text": typed(&share) }));
    let right = text(&some["text"]).to_owned();
    let spelled = |name: &str, comment: &str, text: String| good(name, comment, json!({ "text": text }));
    let refused = |name: &str, error: &str, text: String| changed(&some, "text", text, name, error);
    let with = |change: &dyn Fn(&mut RecoveryShare)| {
        let mut other = share.clone();
        change(&mut other);
        typed(&other)
    };
    let group = |at: usize, word: &str| {
        let words = right.split(' ').enumerate().map(|(index, old)| if index + 1 == at { word } else { old });
        words.collect::<Vec<_>>().join(" ")
    };
    vec![
        spelled("small letters, no spaces", "", right.to_lowercase().replace(' ', "")),
        spelled("hyphens and line ends", "", right.replacen(' ', "-", 5).replace(' ', "\n")),
        spelled("the letter O for the digit 0", "", format!("SFR1{}", right[4..].replace('0', "O"))),
        spelled("the digit 1 for the letter L", "", format!("SFR1{}", right[4..].replace('L', "1"))),
        refused("a wrong character", "mistyped", group(9, "QQQQ")),
        refused("two groups exchanged", "mistyped", {
            let mut words: Vec<_> = right.split(' ').collect();
            words.swap(4, 5);
            words.join(" ")
        }),
        refused("a character of no share", "character", group(9, "QBQQ")),
        refused("a group left out", "text-length", right.replacen(&right[5..10], "", 1)),
        refused("no prefix", "not-a-share", right[4..].to_owned()),
        refused("another prefix", "not-a-share", right.replacen("SFR1", "MS12", 1)),
        refused("nothing", "not-a-share", String::new()),
        refused("number 0", "not-a-share", with(&|share| share.number = 0)),
        refused("one needed", "not-a-share", with(&|share| share.threshold = 1)),
        some,
    ]
}

fn sets() -> Vec<Value> {
    let (first, _) = ceremony(UNIT, 2, 3);
    let (oversight, _) = ceremony(RecoveryScope::Oversight, 3, 5);
    let (second, _) = first.next(2, 2).unwrap();
    let (stranger, _) = oversight.next(3, 5).unwrap();
    let of = |set: &RecoverySet| json!({ "set": hex(set.encode()) });
    let after = |set: &RecoverySet, previous: &RecoverySet| json!({ "set": hex(set.encode()), "previous": hex(previous.encode()) });
    let some = good("the first of a unit", "2 of 3", of(&first));
    // Lengths: array, version, vault[17], unit[17], number, key[3 + 1216], slots[2 + 32], signing[2 + 32], threshold, shares[1 + 3 * 34], null.
    let edited = |name: &str, at: usize, byte: u8| {
        let mut set = first.encode();
        set[at] = byte;
        bad(name, "set", "", json!({ "set": hex(set) }))
    };
    vec![
        good("the first of oversight", "3 of 5, null for the unit", of(&oversight)),
        good("the second of a unit", "2 of 2, after the first", after(&second, &first)),
        bad("the second after another", "sequence", "of another scope", after(&second, &oversight)),
        bad("the first after itself", "sequence", "", after(&first, &first)),
        bad("oversight's second after a unit's", "sequence", "", after(&stranger, &first)),
        edited("version 2", 1, 2),
        edited("eleven items", 0, 0x8B),
        edited("ceremony 0", 36, 0),
        edited("ceremony 2 without a previous one", 36, 2),
        edited("one share needed", 1324, 1),
        edited("more needed than there are", 1324, 4),
        changed(&some, "set", flipped(&some["set"], 0), "no array", "set"),
        changed(&some, "set", format!("{}00", text(&some["set"])), "a byte too many", "set"),
        changed(&some, "set", hex(&first.encode()[..1428]), "the last byte is missing", "set"),
        changed(&some, "set", "", "no bytes", "set"),
        some,
    ]
}

fn restorings() -> Vec<Value> {
    let (first, old) = ceremony(UNIT, 2, 3);
    let (set, shares) = first.next(3, 5).unwrap();
    let (_, oversight) = ceremony(RecoveryScope::Oversight, 3, 5);
    let of = |shares: &[&RecoveryShare]| {
        let shares: Vec<_> = shares.iter().map(|share| typed(share)).collect();
        json!({ "set": hex(set.encode()), "older": [hex(first.encode())], "shares": shares })
    };
    let altered = RecoveryShare { value: Secret::copy_of(&[9; 32]), ..shares[1].clone() };
    let renumbered = RecoveryShare { number: 3, ..shares[1].clone() };
    vec![
        good("three of five", "in any order", of(&[&shares[4], &shares[0], &shares[2]])),
        good("more than needed", "", of(&[&shares[0], &shares[1], &shares[2], &shares[3]])),
        bad("two of three", "not-enough", "", of(&[&shares[0], &shares[1]])),
        bad("a share twice", "duplicate", "", of(&[&shares[0], &shares[1], &shares[0]])),
        bad("a share of the ceremony before", "older-ceremony", "", of(&[&shares[0], &old[1], &shares[2]])),
        bad("a share of oversight", "other-ceremony", "", of(&[&shares[0], &oversight[1], &shares[2]])),
        bad("an altered share", "changed", "the checksum fits", of(&[&shares[0], &altered, &shares[2]])),
        bad("a renumbered share", "changed", "the checksum fits", of(&[&shares[0], &renumbered])),
    ]
}

fn wraps() -> Vec<Value> {
    let (set, shares) = ceremony(UNIT, 2, 2);
    let secret = CircleSecret::from_secret(Secret::copy_of(&[0x51; 32]));
    let mut vector = json!({
        "set": hex(set.encode()),
        "older": [],
        "shares": shares.iter().map(typed).collect::<Vec<_>>(),
        "circle": { "scope": hex([2; 16]), "compartment": 4, "generation": 3 },
    });
    let name = circle(&vector);
    vector["commitment"] = json!(hex(secret.commitment(VAULT, name)));
    vector["wrapped"] = json!(hex(set.wrap_circle(name, &secret).unwrap()));
    let some = good("a circle's secret to a recovery key", "HPKE to the X-Wing key of the set", vector);
    let moved = |key: &str, value: Value, name: &str| {
        let mut circle = some["circle"].clone();
        circle[key] = value;
        changed(&some, "circle", circle, name, "wrap")
    };
    let member_wrap = {
        let identity = crate::keys::Identity::generate();
        let to = crate::keys::PublicIdentity { hybrid_key: set.public_key().hybrid().clone(), ..identity.public() };
        hex(to.wrap_circle(VAULT, name, &secret).unwrap())
    };
    vec![
        moved("scope", json!(hex([3; 16])), "of another scope"),
        moved("compartment", json!(5), "of another compartment"),
        moved("generation", json!(4), "of another generation"),
        changed(&some, "commitment", hex([0; 32]), "another commitment", "commitment"),
        changed(&some, "wrapped", flipped(&some["wrapped"], 7), "the encapsulated key flipped", "wrap"),
        changed(&some, "wrapped", flipped(&some["wrapped"], -1), "the tag flipped", "wrap"),
        changed(&some, "wrapped", "", "no bytes", "wrap"),
        changed(&some, "wrapped", member_wrap, "a wrap made as if to a member with this key", "wrap"),
        some,
    ]
}
