//! What all test vectors share: files of `{name, comment, input…, expected}` or, for what must be refused, `{name,
//! comment, input…, error, code}`. `error` is the variant of the error in kebab case, `code` its stable number.
//!
//! The vectors lie in `tests/vectors`; bytes are in hexadecimal, 64-bit numbers are decimal texts. Ignored tests named
//! `write_*_vectors` (`cargo xtask vectors`) add what is new. What stands in a file already stays as it is, above all
//! what was sealed at random and has to open for ever; `SAFEROOM_BLESS=1` writes all of it afresh.

use std::fmt::Debug;
use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::error::Diagnosis;
use crate::seal::{LabelledInput, Secret};

/// What the vectors of a file are given to.
pub(crate) type Run = fn(&Value) -> Result<Value, Refusal>;

/// Why an input was refused.
#[derive(Debug, Clone)]
pub(crate) struct Refusal {
    error: String,
    code: Option<u16>,
}

impl Refusal {
    /// For what is refused without an error of its own.
    pub(crate) fn malformed() -> Self {
        Self { error: "malformed".into(), code: None }
    }

    /// The same code, under the name of the reason inside the error.
    pub(crate) fn named(self, reason: &impl Debug) -> Self {
        Self { error: variant(reason), ..self }
    }
}

impl<E: Diagnosis> From<E> for Refusal {
    fn from(error: E) -> Self {
        Self { error: variant(&error), code: Some(error.code()) }
    }
}

/// The name of an enum's variant, in kebab case.
fn variant(value: &impl Debug) -> String {
    let text = format!("{value:?}");
    let variant = text.split(|character: char| !character.is_alphanumeric()).next().unwrap_or_default();
    let mut name = String::new();
    for character in variant.chars() {
        if character.is_uppercase() && !name.is_empty() {
            name.push('-');
        }
        name.push(character.to_ascii_lowercase());
    }
    name
}

/// Checks every vector of these files of a folder.
pub(crate) fn hold(folder: &str, files: &[(&str, Run)]) {
    for (file, run) in files {
        let vectors = read(folder, file);
        assert!(!vectors.is_empty(), "{folder}/{file} has vectors");
        for vector in &vectors {
            let name = &vector["name"];
            assert!(vector["expected"].is_null() != vector["error"].is_null(), "{file}: {name} has one result");
            match run(vector) {
                Ok(expected) => assert_eq!(vector["expected"], expected, "{folder}/{file}: {name}"),
                Err(refusal) => {
                    assert_eq!(vector["error"], json!(refusal.error), "{folder}/{file}: {name}");
                    assert_eq!(vector["code"], json!(refusal.code), "{folder}/{file}: {name}");
                }
            }
        }
    }
}

/// Writes a file: what stands in it already, and what is new.
pub(crate) fn write(folder: &str, file: &str, run: Run, made: Vec<Value>) {
    let afresh = std::env::var("SAFEROOM_BLESS").is_ok_and(|value| value == "1");
    let kept = if path(folder, file).exists() && !afresh { read(folder, file) } else { Vec::new() };
    let vectors: Vec<_> = made
        .into_iter()
        .map(|vector| kept.iter().find(|kept| kept["name"] == vector["name"]).cloned().unwrap_or(vector))
        .map(|mut vector| {
            // What must be refused, and as what, is said by hand; what is accepted is recorded once.
            match run(&vector) {
                Ok(expected) if vector["expected"].is_null() => vector["expected"] = expected,
                Ok(_) => (),
                Err(refusal) => vector["code"] = json!(refusal.code),
            }
            vector
        })
        .collect();
    fs::create_dir_all(path(folder, file).parent().unwrap()).unwrap();
    fs::write(path(folder, file), format!("{:#}\n", Value::from(vectors))).unwrap();
}

/// The vectors of a file.
pub(crate) fn read(folder: &str, file: &str) -> Vec<Value> {
    let text = fs::read_to_string(path(folder, file)).unwrap();
    let Ok(Value::Array(vectors)) = serde_json::from_str(&text) else { panic!("{folder}/{file} is a list") };
    vectors
}

fn path(folder: &str, file: &str) -> PathBuf {
    let vectors = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors");
    vectors.join(folder).join(file).with_extension("json")
}

/// A vector that must be accepted.
pub(crate) fn good(name: &str, comment: &str, input: Value) -> Value {
    vector(name, comment, input)
}

/// A vector that must be refused with this error.
pub(crate) fn bad(name: &str, error: &str, comment: &str, input: Value) -> Value {
    let mut vector = vector(name, comment, input);
    vector["error"] = json!(error);
    vector
}

/// The same vector with another input under this key, which must be refused with this error.
pub(crate) fn changed(good: &Value, key: &str, value: impl Into<Value>, name: &str, error: &str) -> Value {
    let mut vector = good.clone();
    vector[key] = value.into();
    vector["name"] = json!(name);
    vector["error"] = json!(error);
    vector["comment"] = json!(format!("as \"{}\", but {key} is another", good["name"].as_str().unwrap()));
    vector
}

fn vector(name: &str, comment: &str, mut input: Value) -> Value {
    input["name"] = json!(name);
    input["comment"] = json!(comment);
    input
}

pub(crate) fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap()
}

pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

/// A number, as a JSON number or a decimal text.
pub(crate) fn number<T: TryFrom<u64>>(value: &Value) -> T {
    let number = value.as_u64().unwrap_or_else(|| text(value).parse().unwrap());
    T::try_from(number).ok().unwrap()
}

pub(crate) fn bytes(value: &Value) -> Vec<u8> {
    unhex(text(value))
}

pub(crate) fn fixed<const N: usize>(value: &Value) -> [u8; N] {
    bytes(value).try_into().unwrap()
}

pub(crate) fn secret(value: &Value) -> Secret {
    Secret::copy_of(&fixed(value))
}

/// A label and parts: `{"bytes": hex}` or `{"number": decimal}`.
pub(crate) fn labelled(vector: &Value) -> LabelledInput {
    list(&vector["parts"]).iter().fold(LabelledInput::new(text(&vector["label"])), |input, part| {
        if part["bytes"].is_null() { input.number(number(&part["number"])) } else { input.part(&bytes(&part["bytes"])) }
    })
}

pub(crate) fn hex(bytes: impl AsRef<[u8]>) -> String {
    bytes.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(crate) fn unhex(digits: &str) -> Vec<u8> {
    let digits: Vec<u8> = digits.chars().map(|digit| digit.to_digit(16).unwrap() as u8).collect();
    assert!(digits.len().is_multiple_of(2), "whole bytes");
    digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect()
}

/// The same hexadecimal bytes with some bits changed at a place, from the end if negative.
pub(crate) fn flipped(digits: &Value, at: isize) -> String {
    let mut bytes = bytes(digits);
    let at = if at < 0 { bytes.len() - at.unsigned_abs() } else { at.unsigned_abs() };
    bytes[at] ^= 0x10;
    hex(bytes)
}

/// The same hexadecimal bytes without the last ones.
pub(crate) fn shortened(digits: &Value, by: usize) -> String {
    let bytes = bytes(digits);
    hex(&bytes[..bytes.len() - by])
}
