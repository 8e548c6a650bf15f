//! What the vectors are: the inputs, and by hand the defect of each input that must be refused.

mod entries;
mod public_log;
mod tiles;

use serde_json::{Map, Value, json};

use super::super::*;
use super::hex;
use crate::keys::SigningKey;

/// The vectors of one file, without what is recorded for accepted ones.
pub(super) fn vectors(file: &str) -> Vec<Value> {
    match file {
        "entries" => entries::vectors(),
        "disclosures" => disclosures(),
        "trees" => trees(),
        "proofs" => proofs(),
        "keys" => keys(),
        "notes" => notes(),
        "checkpoints" => checkpoints(),
        "entry_proofs" => tiles::entry_proofs(),
        "tile_paths" => tiles::tile_paths(),
        "entry_bundles" => tiles::entry_bundles(),
        _ => unreachable!("no such file of vectors"),
    }
}

fn good(name: &str, input: &[u8]) -> Value {
    json!({ "name": name, "input": hex(input) })
}

fn bad(name: &str, error: &str, input: &[u8]) -> Value {
    json!({ "name": name, "error": error, "input": hex(input) })
}

fn disclosures() -> Vec<Value> {
    let salt = [0x5a; SALT_LENGTH];
    let encoded = |label: &str, value: &str| {
        let mut out = vec![0x83, 0x58, 0x20];
        out.extend(salt);
        for text in [label, value] {
            out.push(0x60 | u8::try_from(text.len()).unwrap());
            out.extend(text.as_bytes());
        }
        out
    };
    let plain = encoded("reason", "court hearing");
    let mut long_head = plain.clone();
    long_head.splice(35..36, [0x78, 6]);
    let mut short_salt = plain.clone();
    short_salt.splice(1..4, [0x58, 0x1f]);
    vec![
        good("a reason", &plain),
        good("a reason in Khmer", &encoded("reason", "តុលាការ")),
        bad("a salt of 31 bytes", "malformed-disclosure", &short_salt),
        bad("a length in a longer spelling", "malformed-disclosure", &long_head),
        bad("a trailing byte", "malformed-disclosure", &[&plain[..], &[0]].concat()),
        bad("no label", "malformed-disclosure", &encoded("", "court hearing")),
        bad("a value that is not in NFC", "malformed-disclosure", &encoded("reason", "cafe\u{301}")),
    ]
}

/// The eight leaves of the tests of certificate-transparency.
const LEAVES: [&str; 8] =
    ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];

fn trees() -> Vec<Value> {
    (0..=LEAVES.len()).map(|size| json!({ "name": format!("{size} leaves"), "input": LEAVES[..size] })).collect()
}

/// Rows of the tree over [`LEAVES`].
struct Rows(Vec<Completed>);

impl HashReader for Rows {
    type Error = LogError;

    fn read(&self, level: u8, index: u64) -> Result<Hash, LogError> {
        let (row, position) = locate(level, index).unwrap();
        Ok(self.0[row as usize].iter().nth(position).unwrap())
    }
}

fn proofs() -> Vec<Value> {
    let leaves: Vec<Hash> = LEAVES.iter().map(|leaf| leaf_hash(&super::unhex(leaf))).collect();
    let mut frontier = Frontier::new();
    let rows = Rows(leaves.iter().map(|leaf| frontier.append(*leaf)).collect());
    let mut proofs = Vec::new();
    for (index, size) in [(0, 1), (0, 8), (5, 8), (2, 3), (1, 5), (6, 7)] {
        let proof = prove_inclusion(index, size, &rows).unwrap();
        let root = root_at(size, &rows).unwrap();
        proofs.push(inclusion(index, size, &leaves[index as usize], &proof, &root));
    }
    for (old, new) in [(0, 8), (1, 1), (1, 8), (6, 8), (2, 5), (4, 8), (7, 8)] {
        let proof = prove_consistency(old, new, &rows).unwrap();
        let (old_root, root) = (root_at(old, &rows).unwrap(), root_at(new, &rows).unwrap());
        proofs.push(consistency(old, &old_root, new, &root, &proof));
    }
    proofs.extend(bad_proofs(&leaves, &rows));
    proofs.extend(public_log::proofs());
    proofs
}

fn bad_proofs(leaves: &[Hash], rows: &Rows) -> Vec<Value> {
    let path = prove_inclusion(5, 8, rows).unwrap();
    let root = root_at(8, rows).unwrap();
    let longer = [&path[..], &[root]].concat();
    let swapped = [path[1], path[0], path[2]];
    let included = |index, size, proof: &[Hash]| inclusion(index, size, &leaves[5], proof, &root);

    let way = prove_consistency(6, 8, rows).unwrap();
    let old_root = root_at(6, rows).unwrap();
    let longer_way = [&way[..], &[root]].concat();
    let consistent = |old, old_root: &Hash, new, proof: &[Hash]| consistency(old, old_root, new, &root, proof);

    vec![
        refused("inclusion: the last hash is missing", "proof-length", included(5, 8, &path[..2])),
        refused("inclusion: a hash too many", "proof-length", included(5, 8, &longer)),
        refused("inclusion: hashes swapped", "root-mismatch", included(5, 8, &swapped)),
        refused("inclusion: another index", "root-mismatch", included(4, 8, &path)),
        refused("inclusion: an index beyond the tree", "index-out-of-range", included(8, 8, &path)),
        refused("inclusion: a size beyond 2^63", "size-out-of-range", included(5, (1 << 63) + 1, &path)),
        refused("consistency: the last hash is missing", "proof-length", consistent(6, &old_root, 8, &way[..2])),
        refused("consistency: no hash", "proof-length", consistent(6, &old_root, 8, &[])),
        refused("consistency: a hash too many", "proof-length", consistent(6, &old_root, 8, &longer_way)),
        refused("consistency: another old root", "root-mismatch", consistent(6, &leaves[0], 8, &way)),
        refused("consistency: another old size", "root-mismatch", consistent(5, &old_root, 8, &[way[0]; 4])),
        refused("consistency: equal sizes, other roots", "root-mismatch", consistent(8, &old_root, 8, &[])),
        refused("consistency: an empty tree with a root", "root-mismatch", consistent(0, &old_root, 8, &[])),
        refused("consistency: sizes swapped", "size-out-of-range", consistent(9, &old_root, 8, &way)),
    ]
}

fn inclusion(index: u64, size: u64, leaf: &Hash, proof: &[Hash], root: &Hash) -> Value {
    json!({
        "name": format!("inclusion of leaf {index} in a tree of {size}"),
        "index": index,
        "leaf_hash": leaf.to_string(),
        "proof": printed(proof),
        "size": size,
        "root": root.to_string(),
    })
}

fn consistency(old: u64, old_root: &Hash, size: u64, root: &Hash, proof: &[Hash]) -> Value {
    json!({
        "name": format!("consistency of a tree of {old} with one of {size}"),
        "old_size": old,
        "old_root": old_root.to_string(),
        "proof": printed(proof),
        "size": size,
        "root": root.to_string(),
    })
}

fn refused(name: &str, error: &str, vector: Value) -> Value {
    let mut members: Map<String, Value> = vector.as_object().unwrap().clone();
    members.insert("name".to_owned(), name.into());
    members.insert("error".to_owned(), error.into());
    members.into()
}

fn printed(hashes: &[Hash]) -> Vec<String> {
    hashes.iter().map(Hash::to_string).collect()
}

const LOG_KEY: &str = "audit.example.org/log/7f3a+838044d9+AdPgSH/KWo1eEN1qvW/iMdtrMFviaDgjoj/M3xYpcYNH";
const WITNESS_KEY: &str = "witness.example.net/w1+2e6082fd+BN+GARmBG3ZTJJSX8/UQnTezIZRqgCkLwWQCBUNSL47c";

fn keys() -> Vec<Value> {
    let key = |name: &str, text: &str| good(name, text.as_bytes());
    let bad = |name: &str, error: &str, text: &str| bad(name, error, text.as_bytes());
    vec![
        key("the key of an example log", LOG_KEY),
        key("the example of C2SP signed-note", "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"),
        key("the test key of sumdb/note", "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"),
        key("the key of a witness", WITNESS_KEY),
        key("a key of a type that is not verified", "witness.example.net/w2+00c0ffee+BgECAw=="),
        bad("another id of a witness", "key-id-mismatch", &WITNESS_KEY.replace("2e6082fd", "2e6082fe")),
        bad(
            "a key of a witness of 31 bytes",
            "malformed-key",
            "a+00000000+BAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        ),
        bad("a type without a key", "malformed-key", "a+00000000+Bg=="),
        bad("another name", "key-id-mismatch", &LOG_KEY.replace("7f3a", "7f3b")),
        bad("another id", "key-id-mismatch", &LOG_KEY.replace("838044d9", "838044d8")),
        bad("an id in upper case", "malformed-key", &LOG_KEY.replace("838044d9", "838044D9")),
        bad("no name", "malformed-key", LOG_KEY.trim_start_matches(|c| c != '+')),
        bad("a space in the name", "malformed-key", &LOG_KEY.replace("log/", "log ")),
        bad("a key of 31 bytes", "malformed-key", "a+00000000+AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="),
        bad("trailing bits in base64", "malformed-key", "a+00000000+AR=="),
        bad("a newline at the end", "malformed-key", &format!("{LOG_KEY}\n")),
    ]
}

fn signing_key(seed: &str) -> SigningKey {
    SigningKey::from_seed(Hash::of(seed.as_bytes()).as_bytes())
}

fn signed(text: &str) -> String {
    let mut note = Note::new(text).unwrap();
    note.sign(KeyName::new("audit.example.org/log/7f3a").unwrap(), &signing_key("log seed")).unwrap();
    note.to_string()
}

/// The checkpoint of the example log, and the line of its witness.
const BODY: &str = "audit.example.org/log/7f3a\n300\no/aMAz9sXeWOoSOxHi8rN31R20yupiNAoV7BwjsNLy0=\n";
const WITNESS_LINE: &str = "\u{2014} witness.example.net/w1 LmCC/QAAAABpVcowSp3iUa0RVREn7McPBR7Iq6Boq/BStNDhbHhalpHFzT3SfYxW/L4ZKj3Hb0fa5P2F6uUtygBLg9JkTAXLkU4dBg==\n";

fn notes() -> Vec<Value> {
    let plain = signed("text\n");
    let line = plain.lines().nth(2).unwrap();
    let unknown = "\u{2014} someone AAAAAAA=\n";
    let fifteen: String = (0..15).map(|number| format!("\u{2014} someone{number} AAAAAAA=\n")).collect();
    let thirty_two: String = (0..32).map(|number| format!("\u{2014} someone{number} AAAAAAA=\n")).collect();
    let with_key = |vector: Value| {
        let mut vector = vector;
        vector["keys"] = json!([LOG_KEY]);
        vector
    };
    let good = |name: &str, whole: &str| with_key(good(name, whole.as_bytes()));
    let bad = |name: &str, error: &str, whole: &str| with_key(bad(name, error, whole.as_bytes()));
    let mut invalid_utf8 = plain.clone().into_bytes();
    invalid_utf8[0] = 0xff;
    vec![
        good("one signature", &plain),
        good("a text with blank lines", &signed("one\n\ntwo\n\n")),
        good("a text that looks like a signature", &signed("a\n\n\u{2014} b AAAAAAA=\n")),
        good("a signature of an unknown key beside", &format!("{plain}{unknown}")),
        good("a signature of an unknown key before", &plain.replace(line, &format!("{unknown}{line}"))),
        good("sixteen signatures", &format!("{plain}{fifteen}")),
        bad("empty", "malformed-note", ""),
        bad("no signature", "malformed-note", "text\n"),
        bad("no signature after the blank line", "malformed-note", "text\n\n"),
        bad("no blank line", "malformed-note", &plain.replace("\n\n", "\n")),
        bad("no newline at the end", "malformed-note", plain.trim_end()),
        bad("a blank line at the end", "malformed-note", &format!("{plain}\n")),
        bad("line ends of Windows", "malformed-note", &plain.replace('\n', "\r\n")),
        bad("a tab in the text", "malformed-note", &plain.replace("text", "te\txt")),
        with_key(self::bad("no UTF-8", "malformed-note", &invalid_utf8)),
        bad("a hyphen for the dash", "malformed-note", &plain.replace('\u{2014}', "-")),
        bad("base64 without padding", "malformed-note", &plain.replace('=', "")),
        bad("a signature of no bytes", "malformed-note", &format!("{plain}\u{2014} someone AAAAAA==\n")),
        bad("a plus in a name", "malformed-note", &format!("{plain}\u{2014} some+one AAAAAAA=\n")),
        bad("a junk line among the signatures", "malformed-note", &format!("{plain}junk\n")),
        bad("the same line twice", "duplicate-signature", &format!("{plain}{line}\n")),
        bad("thirty-three signatures", "too-many-signatures", &format!("{plain}{thirty_two}")),
        bad("an altered text", "bad-signature", &plain.replace("text", "test")),
        bad(
            "a good and a bad signature",
            "bad-signature",
            &format!("{plain}{}\n", signed("test\n").lines().nth(2).unwrap()),
        ),
        bad("a signature of 63 bytes", "bad-signature", &format!("{plain}{}\n", short_line())),
        bad("only an unknown key", "unsigned", &format!("text\n\n{unknown}")),
        bad("the right name with another key id", "unsigned", "text\n\n\u{2014} audit.example.org/log/7f3a AAAAAAA=\n"),
    ]
}

/// A line under the name and id of the example log with a signature that is too short.
fn short_line() -> String {
    let key: NoteKey = LOG_KEY.parse().unwrap();
    let bytes = [&key.id().as_bytes()[..], &[0; 63]].concat();
    let encoded = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, bytes);
    format!("\u{2014} {} {encoded}", key.name())
}

/// A line of the example witness that is a plain signature.
fn timeless_line() -> String {
    let key: NoteKey = WITNESS_KEY.parse().unwrap();
    let bytes = [&key.id().as_bytes()[..], &signing_key("witness seed").sign(BODY.as_bytes())].concat();
    let encoded = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, bytes);
    format!("\u{2014} {} {encoded}\n", key.name())
}

fn checkpoints() -> Vec<Value> {
    let origin = "audit.example.org/log/7f3a";
    let root = "o/aMAz9sXeWOoSOxHi8rN31R20yupiNAoV7BwjsNLy0=";
    let with_key = |mut vector: Value| {
        vector["keys"] = json!([LOG_KEY]);
        vector
    };
    let good = |name: &str, whole: &str| with_key(good(name, whole.as_bytes()));
    let bad = |name: &str, error: &str, body: &str| with_key(bad(name, error, signed(body).as_bytes()));
    let empty = EMPTY_ROOT.to_base64();
    let cosigned = |name: &str, error: Option<&str>, line: &str| {
        let whole = format!("{}{line}", signed(BODY));
        let mut vector =
            error.map_or_else(|| self::good(name, whole.as_bytes()), |error| self::bad(name, error, whole.as_bytes()));
        vector["keys"] = json!([LOG_KEY, WITNESS_KEY]);
        vector
    };
    let line = |text: &str, time: u64| {
        let witness = KeyName::new("witness.example.net/w1").unwrap();
        format!("{}\n", NoteSignature::cosign(witness, &signing_key("witness seed"), text, time).unwrap())
    };
    vec![
        cosigned("cosigned", None, WITNESS_LINE),
        cosigned("cosigned twice by one witness", None, &format!("{WITNESS_LINE}{}", line(BODY, 1_767_316_400))),
        cosigned("cosigned at the last time there is", None, &line(BODY, i64::MAX as u64)),
        cosigned("a cosignature of another checkpoint", Some("bad-signature"), &line(&BODY.replace("300", "301"), 1)),
        cosigned("a cosignature with another time", Some("bad-signature"), &WITNESS_LINE.replace("pVcow", "pVcox")),
        cosigned("a cosignature without a time", Some("bad-signature"), &timeless_line()),
        good("the example log", &signed(BODY)),
        good("the example log with its witness", &format!("{}{WITNESS_LINE}", signed(BODY))),
        good("an empty log", &signed(&format!("{origin}\n0\n{empty}\n"))),
        good("the largest log", &signed(&format!("{origin}\n9223372036854775808\n{root}\n"))),
        good("an extension line", &signed(&format!("{BODY}extension\n"))),
        bad("two lines", "malformed-checkpoint", &format!("{origin}\n300\n")),
        bad("no origin", "malformed-checkpoint", &format!("\n300\n{root}\n")),
        bad("a size with a leading zero", "malformed-checkpoint", &BODY.replace("300", "0300")),
        bad("a size with a sign", "malformed-checkpoint", &BODY.replace("300", "+300")),
        bad("a hexadecimal size", "malformed-checkpoint", &BODY.replace("300", "12c")),
        bad("no size", "malformed-checkpoint", &BODY.replace("300", "")),
        bad("a size beyond 2^63", "size-out-of-range", &BODY.replace("300", "9223372036854775809")),
        bad("a size beyond 2^64", "size-out-of-range", &BODY.replace("300", "18446744073709551616")),
        bad("a root of 31 bytes", "malformed-checkpoint", &BODY.replace(root, &root.replace("Ly0=", "Lw=="))),
        bad("a root without padding", "malformed-checkpoint", &BODY.replace('=', "")),
        bad("a root in base64url", "malformed-checkpoint", &BODY.replace("o/aM", "o_aM")),
        bad("a blank extension line", "malformed-checkpoint", &format!("{BODY}\n")),
        bad("an empty log with a root", "root-mismatch", &BODY.replace("300", "0")),
        bad("the origin of another log", "origin-mismatch", &BODY.replace("7f3a", "7f3b")),
        with_key(self::bad("an altered size", "bad-signature", signed(BODY).replace("\n300\n", "\n301\n").as_bytes())),
        with_key(self::bad("only the witness", "unsigned", format!("{BODY}\n{WITNESS_LINE}").as_bytes())),
    ]
}
