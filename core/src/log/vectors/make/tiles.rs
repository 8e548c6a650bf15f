//! Tile paths, bundles of entries, and proofs of single entries.

use serde_json::{Value, json};

use super::{LOG_KEY, bad, good, signing_key};
use crate::log::{Checkpoint, EntryProof, Hash, KeyName, MemoryFolder, TileReader, TileWriter};

pub(super) fn tile_paths() -> Vec<Value> {
    let good = |name: &str, path: &str| good(name, path.as_bytes());
    let bad = |name: &str, path: &str| bad(name, "malformed-tile-path", path.as_bytes());
    vec![
        good("the first leaf hashes", "tile/0/000"),
        good("an index of three groups", "tile/0/x001/x234/067"),
        good("a partial tile", "tile/2/000.p/1"),
        good("entries", "tile/entries/x001/000.p/112"),
        good("the last leaf hashes of the largest log", "tile/0/x036/x028/x797/x018/x963/967"),
        bad("empty", ""),
        bad("a group of two digits", "tile/0/00"),
        bad("a last group with an x", "tile/0/x000"),
        bad("a first group without an x", "tile/0/001/002"),
        bad("a group of zeros before the first", "tile/0/x000/001"),
        bad("a level with a leading zero", "tile/00/000"),
        bad("a level that no tree has", "tile/8/000.p/1"),
        bad("an index that no tree has", "tile/0/x036/x028/x797/x018/x963/968"),
        bad("an index beyond 64 bits", "tile/0/x999/x999/x999/x999/x999/x999/999"),
        bad("a full tile called partial", "tile/0/000.p/256"),
        bad("an empty tile", "tile/0/000.p/0"),
        bad("a width with a leading zero", "tile/0/000.p/01"),
        bad("a newline at the end", "tile/0/000\n"),
    ]
}

pub(super) fn entry_bundles() -> Vec<Value> {
    let with = |mut vector: Value, width: u16| {
        vector["width"] = json!(width);
        vector
    };
    let good = |name: &str, width: u16, bytes: &[u8]| with(good(name, bytes), width);
    let bad = |name: &str, width: u16, bytes: &[u8]| with(bad(name, "malformed-bundle", bytes), width);
    let two = [0, 3, 1, 2, 3, 0, 1, 9];
    vec![
        good("two entries", 2, &two),
        good("an empty entry", 1, &[0, 0]),
        good("three empty entries", 3, &[0; 6]),
        bad("fewer entries than the name says", 3, &two),
        bad("more entries than the name says", 1, &two),
        bad("cut within an entry", 2, &two[..7]),
        bad("cut within a length", 2, &two[..6]),
        bad("a trailing byte", 2, &[&two[..], &[0]].concat()),
        bad("a length beyond the end", 1, &[0xff, 0xff, 1]),
        bad("empty", 1, &[]),
    ]
}

pub(super) fn entry_proofs() -> Vec<Value> {
    let mut folder = MemoryFolder::default();
    let mut writer = TileWriter::new(&mut folder);
    for entry in 0..300_u16 {
        writer.append(&entry.to_be_bytes()).unwrap();
    }
    let root = writer.finish().unwrap().root();
    let origin = KeyName::new("audit.example.org/log/7f3a").unwrap();
    let checkpoint = Checkpoint::new(origin, 300, root).unwrap().sign(&signing_key("log seed")).unwrap();
    let (leaf, hashes) = TileReader::new(&folder, 300).unwrap().prove_inclusion(260, &root).unwrap();
    let proof = EntryProof::new(260, hashes, checkpoint).unwrap();
    let with_extra = proof.clone().with_extra(b"opening".to_vec()).unwrap().to_string();
    let text = proof.to_string();
    let first = proof.hashes()[0].to_base64();

    let with = |mut vector: Value, leaf: &Hash| {
        vector["leaf_hash"] = json!(leaf.to_string());
        vector["keys"] = json!([LOG_KEY]);
        vector
    };
    let bad = |name: &str, error: &str, text: &str| with(bad(name, error, text.as_bytes()), &leaf);
    let malformed = |name: &str, text: &str| bad(name, "malformed-proof", text);
    vec![
        with(good("an entry of 300", text.as_bytes()), &leaf),
        with(good("with an opening beside", with_extra.as_bytes()), &leaf),
        malformed("empty", ""),
        malformed("another version", &text.replace("@v1", "@v2")),
        malformed("no index", &text.replace("index 260\n", "")),
        malformed("an index with a leading zero", &text.replace("index 260", "index 0260")),
        malformed("extra after the index", &text.replace("index 260", "index 260\nextra AA==")),
        malformed("a hash without padding", &text.replacen(&first, &first.replace('=', ""), 1)),
        malformed("line ends of Windows", &text.replace('\n', "\r\n")),
        bad("another index", "root-mismatch", &text.replace("index 260", "index 261")),
        bad("an index beyond the log", "index-out-of-range", &text.replace("index 260", "index 300")),
        bad("a hash is missing", "proof-length", &text.replacen(&format!("{first}\n"), "", 1)),
        bad("sixty-four hashes", "proof-length", &text.replacen(&first, &[first.as_str(); 64].join("\n"), 1)),
        bad("a checkpoint of another size", "bad-signature", &text.replace("\n300\n", "\n301\n")),
        bad("no signature", "malformed-note", &text[..text.find('\u{2014}').unwrap()]),
        with(self::bad("another leaf", "root-mismatch", text.as_bytes()), &Hash::of(b"another leaf")),
    ]
}
