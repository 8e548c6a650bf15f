//! The vectors in `tests/vectors/log/bundle`: the small files of a bundle, and the directory that may lie beside it.

use serde_json::{Value, json};

use super::heads::read_part;
use super::{BundleManifest, BundleProblem, DeviceList};
use crate::keys::SigningKey;
use crate::log::{Hash, KeyName, MemberDirectory, NoteKey};
use crate::vectors::{Refusal, Run, bad, bytes, good, hold, write};

const FOLDER: &str = "log/bundle";

const FILES: [(&str, Run); 4] =
    [("manifests", manifest), ("devices", devices), ("heads", heads), ("directories", directory)];

const MAKERS: [fn() -> Vec<Value>; 4] = [manifests, device_lists, lists_of_heads, directories];

#[test]
fn bundle_vectors_hold() {
    hold(FOLDER, &FILES);
}

/// Too long for a file of vectors.
#[test]
fn a_part_of_heads_holds_4096_lines() {
    let digest = Hash::of(b"head");
    let of = |count: u64| {
        let lines = (1..=count).rev().map(|revision| format!("{} {revision} {digest}\n", "1a".repeat(16)));
        read_part(format!("# saferoom heads 1\n{}", lines.collect::<String>()).as_bytes()).map(|heads| heads.len())
    };
    assert_eq!((of(4096), of(4097)), (Ok(4096), Err(BundleProblem::Heads)));
}

#[test]
#[ignore = "writes tests/vectors/log/bundle"]
fn write_bundle_vectors() {
    for ((file, run), make) in FILES.iter().zip(MAKERS) {
        write(FOLDER, file, *run, make());
    }
}

fn manifest(vector: &Value) -> Result<Value, Refusal> {
    let text = bytes(&vector["input"]);
    let manifest = BundleManifest::parse(&text)?;
    assert_eq!(manifest.to_string().as_bytes(), text);
    Ok(manifest.files().map(|(file, hash)| json!([file.to_string(), hash.to_string()])).collect())
}

fn devices(vector: &Value) -> Result<Value, Refusal> {
    let text = bytes(&vector["input"]);
    let list = DeviceList::parse(&text)?;
    assert_eq!(list.to_string().as_bytes(), text);
    let devices = list.devices().iter().map(|device| {
        json!({
            "device": device.device.to_string(),
            "origin": device.key.name().as_str(),
            "size": device.ended.map(|(size, _)| size.to_string()),
            "root": device.ended.map(|(_, root)| root.to_string()),
        })
    });
    Ok(devices.collect())
}

fn heads(vector: &Value) -> Result<Value, Refusal> {
    let heads = read_part(&bytes(&vector["input"]))?;
    Ok(heads.iter().map(|head| json!([head.record.to_string(), head.revision, head.digest.to_string()])).collect())
}

fn directory(vector: &Value) -> Result<Value, Refusal> {
    let directory = MemberDirectory::parse(&bytes(&vector["input"]))?;
    Ok(directory.iter().map(|(member, name)| json!([member.to_string(), name])).collect())
}

fn input(text: &str) -> Value {
    input_of(text.as_bytes())
}

fn input_of(bytes: &[u8]) -> Value {
    json!({ "input": crate::vectors::hex(bytes) })
}

fn manifests() -> Vec<Value> {
    let line = |name: &str| format!("{}  {name}\n", Hash::of(name.as_bytes()));
    let of = |names: &[&str]| {
        let lines: String = names.iter().map(|name| line(name)).collect();
        format!("# saferoom bundle 1\n{lines}")
    };
    let whole = of(&[
        "checkpoint",
        "devices",
        "heads/0",
        "heads/1",
        "proofs/12.consistency",
        "checkpoints/12",
        "openings/3.reason",
        "view/0.ndjson",
        "logs/0/checkpoints/7",
        "logs/0/openings/5.reason",
        "logs/0/view/0.ndjson",
    ]);
    let bad = |name: &str, comment: &str, text: &str| bad(name, "manifest", comment, input(text));
    vec![
        good("the least", "Every bundle has a checkpoint.", input(&of(&["checkpoint"]))),
        good("every kind of file", "", input(&whole)),
        good("the highest number", "", input(&of(&["checkpoint", "checkpoints/9223372036854775808"]))),
        bad("empty", "", ""),
        bad("no checkpoint", "", &of(&["devices"])),
        bad("version 2", "", &whole.replacen("bundle 1", "bundle 2", 1)),
        bad("no newline at the end", "", whole.trim_end()),
        bad("line ends of Windows", "", &whole.replace('\n', "\r\n")),
        bad("two files in the other order", "", &of(&["devices", "checkpoint"])),
        bad("a file twice", "", &of(&["checkpoint", "checkpoint"])),
        bad("a digest in capitals", "", &whole.replace(&Hash::of(b"devices").to_string(), &"A".repeat(64))),
        bad("a digest of 63 digits", "", &whole.replacen(&Hash::of(b"devices").to_string()[..2], "a", 1)),
        bad("one blank", "", &whole.replacen("  checkpoint\n", " checkpoint\n", 1)),
        bad("a number with a leading zero", "", &of(&["checkpoint", "heads/00"])),
        bad("a number beyond 2^63", "", &of(&["checkpoint", "checkpoints/9223372036854775809"])),
        bad("a file that no bundle has", "", &of(&["checkpoint", "trust-policy.txt"])),
        bad("a file outside of the bundle", "", &of(&["checkpoint", "../checkpoint"])),
        bad("a tile", "The root says what tiles are.", &of(&["checkpoint", "tile/0/000"])),
        bad("a proof of an earlier log", "", &of(&["checkpoint", "logs/0/proofs/3.consistency"])),
        self::bad("no UTF-8", "manifest", "", input_of(&[whole.as_bytes(), &[0xFF, b'\n']].concat())),
    ]
}

fn device_lists() -> Vec<Value> {
    let key = |seed: u8| {
        let name = KeyName::new(format!("police.example.org/audit/{seed}")).unwrap();
        NoteKey::new(name, SigningKey::from_seed(&[seed; 32]).verifying_key())
    };
    let id = |seed: u8| format!("{seed:02x}").repeat(16);
    let ended = |seed: u8| format!("{} {} 12 {}\n", id(seed), key(seed), Hash::of(b"root").to_base64());
    let kept = |seed: u8| format!("{} {} kept\n", id(seed), key(seed));
    let of = |lines: &[String]| format!("# saferoom devices 1\n{}", lines.concat());
    let whole = of(&[ended(1), ended(2), kept(3)]);
    let bad = |name: &str, text: &str| bad(name, "device-list", "", input(text));
    vec![
        good("one device", "", input(&of(&[kept(3)]))),
        good("three, one after the other", "", input(&whole)),
        bad("empty", ""),
        bad("no device", &of(&[])),
        bad("version 2", &whole.replacen("devices 1", "devices 2", 1)),
        bad("the last has ended", &of(&[ended(1), ended(2)])),
        bad("two are kept", &of(&[kept(2), kept(3)])),
        bad("the same log twice", &of(&[ended(3), kept(3)])),
        bad("no newline at the end", whole.trim_end()),
        bad("two blanks", &whole.replacen(" 12 ", " 12  ", 1)),
        bad("a size with a leading zero", &whole.replacen(" 12 ", " 012 ", 1)),
        bad("a size beyond 2^63", &whole.replacen(" 12 ", " 9223372036854775809 ", 1)),
        bad("a root without padding", &whole.replacen("=\n", "\n", 1)),
        bad("an id in capitals", &of(&[kept(0xab).replace("abab", "ABAB")])),
        bad("a key that is not that of its name", &whole.replacen("audit/1", "audit/9", 1)),
        bad("a word too many", &whole.replacen("kept", "kept now", 1)),
    ]
}

fn lists_of_heads() -> Vec<Value> {
    let line = |record: u8, revision: &str| {
        format!("{} {revision} {}\n", format!("{record:02x}").repeat(16), Hash::of(&[record]))
    };
    let of = |lines: &[String]| format!("# saferoom heads 1\n{}", lines.concat());
    let whole = of(&[line(0x1a, "2"), line(0x1a, "1"), line(0x2b, "1")]);
    let bad = |name: &str, text: &str| bad(name, "heads", "", input(text));
    vec![
        good("an empty store", "", input(&of(&[]))),
        good("two records, one of them corrected", "", input(&whole)),
        bad("empty", ""),
        bad("version 2", &whole.replacen("heads 1", "heads 2", 1)),
        bad("two records in the other order", &of(&[line(0x2b, "1"), line(0x1a, "1")])),
        bad("two revisions in the other order", &of(&[line(0x1a, "1"), line(0x1a, "2")])),
        bad("a line twice", &of(&[line(0x1a, "1"), line(0x1a, "1")])),
        bad("a revision with a leading zero", &of(&[line(0x1a, "01")])),
        bad("capitals", &whole.to_uppercase().replacen("# SAFEROOM HEADS", "# saferoom heads", 1)),
        bad("no newline at the end", whole.trim_end()),
        bad("a word too many", &whole.replacen(" 2 ", " 2 2 ", 1)),
    ]
}

fn directories() -> Vec<Value> {
    const ONE: &str = "0102030405060708090a0b0c0d0e0f10";
    const OTHER: &str = "1102030405060708090a0b0c0d0e0f10";
    let csv = format!("member,name,role\n{ONE},\"Sok, Dara\",interviewer\n{OTHER},,custodian\n");
    let json = format!("[{{\"member\": \"{ONE}\", \"name\": \"សុខ ដារ៉ា\", \"phone\": 12}}]");
    let bad = |name: &str, error: &str, text: &str| bad(name, error, "", input(text));
    vec![
        good("CSV", "A member without a name is left out.", input(&csv)),
        good(
            "CSV with a mark of byte order and line ends of Windows",
            "",
            input(&format!("\u{FEFF}{}", csv.replace('\n', "\r\n"))),
        ),
        good("columns in another order", "", input(&format!("name,member\nDara,{ONE}\n"))),
        good("JSON", "", input(&json)),
        good("no member", "", input("member,name\n")),
        bad("no column for the member", "csv", &format!("name\n{ONE}\n")),
        bad("a column is missing in a line", "csv", &format!("member,name\n{ONE}\n")),
        bad("an object and no list", "csv", "{}"),
        bad("JSON that does not end", "json", "[{"),
        bad("JSON without a member", "json", "[{\"name\": \"Dara\"}]"),
        bad("no id", "member", "member,name\nsomebody,Dara\n"),
        bad("a member twice", "twice", &format!("member,name\n{ONE},A\n{ONE},B\n")),
        bad("101 letters", "name", &format!("member,name\n{ONE},{}\n", "ដ".repeat(101))),
        bad("a name over two lines", "name", &format!("member,name\n{ONE},\"a\nb\"\n")),
        bad("a mark that turns what follows around", "name", &format!("member,name\n{ONE},a\u{202E}b\n")),
        self::bad("no UTF-8", "encoding", "", input_of(&[csv.as_bytes(), &[0xFF]].concat())),
    ]
}
