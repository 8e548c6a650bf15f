//! The vectors in `tests/vectors/release` of what a folder of an extract says: manifests, each against a table, and signatures.

mod make;

use serde_json::{Value, json};

use super::super::table::Table;
use super::manifest::Manifest;
use super::open::{check_table, plain_names};
use super::recount::Claims;
use super::signature::{public_keys, verify};
use super::types::ColumnType;
use crate::seal::sha256;
use crate::vectors::{Refusal, Run, hex, hold, text, write};

const FILES: [(&str, Run); 2] = [("manifests", manifest), ("signatures", signature)];

#[test]
fn folder_vectors_hold() {
    hold("release", &FILES);
}

#[test]
#[ignore = "writes tests/vectors/release"]
fn write_folder_vectors() {
    for ((file, run), make) in FILES.iter().zip([make::manifests, make::signatures]) {
        write("release", file, *run, make());
    }
}

/// `text` as a manifest, and what it claims of the rows in `csv`.
fn manifest(vector: &Value) -> Result<Value, Refusal> {
    let input = text(&vector["text"]).as_bytes();
    let manifest = Manifest::from_bytes(input)?;
    assert_eq!(manifest.to_bytes().as_deref(), Ok(input));
    let files = plain_names(&manifest)?.len();
    let table = Table::from_csv(text(&vector["csv"]).as_bytes())?;
    let types: Vec<ColumnType> = table.columns().iter().map(|column| ColumnType::of(column, false)).collect();
    check_table(&manifest, &table, &types)?;
    let claims = |claims: &Claims| json!({ "classes": claims.classes, "k": claims.k, "largest": claims.largest });
    Ok(json!({
        "release": manifest.release, "audience": manifest.audience, "sha256": hex(sha256(input)), "files": files,
        "children": claims(&manifest.children), "counted": claims(&manifest.counted),
    }))
}

/// Which of the keys in `trusted`, one a line, signed `text`.
fn signature(vector: &Value) -> Result<Value, Refusal> {
    let trusted = public_keys(text(&vector["trusted"]))?;
    let signer = verify(text(&vector["signature"]).as_bytes(), text(&vector["text"]).as_bytes(), &trusted)?;
    Ok(json!({ "signer": hex(signer.as_bytes()) }))
}
