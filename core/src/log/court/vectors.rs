//! The vectors in `tests/vectors/log/court_files.json`.

use serde_json::{Value, json};

use super::tests::{Log, listed_anew, policy, written};
use super::*;
use crate::log::MemoryFolder;
use crate::vectors::{Refusal, Run, bad, good, hold, text, write};

const FILES: [(&str, Run); 1] = [("court_files", court_file)];

#[test]
fn court_file_vectors_hold() {
    hold("log", &FILES);
}

#[test]
#[ignore = "writes tests/vectors/log"]
fn write_court_file_vectors() {
    write("log", "court_files", court_file, made());
}

fn court_file(vector: &Value) -> Result<Value, Refusal> {
    let files = vector["files"].as_object().unwrap().iter();
    let folder = files.map(|(name, bytes)| (name.clone(), crate::vectors::bytes(bytes)));
    let policy = TrustPolicy::parse(text(&vector["policy"]).as_bytes()).unwrap();
    let judged = verify_court_file(&MemoryFolder(folder.collect()), &policy).map_err(|error| match &error {
        CourtFileError::Log(inner) => Refusal::from(error.clone()).named(inner),
        _ => Refusal::from(error),
    })?;
    Ok(json!({
        "index": judged.entry.seq.to_string(),
        "leaf": judged.leaf.to_string(),
        "size": judged.judgement.checkpoint.size().to_string(),
        "witnesses": judged.judgement.cosignatures.iter().map(|(key, _)| key.to_string()).collect::<Vec<_>>(),
        "reason": judged.reason.as_ref().map(Disclosure::value),
    }))
}

fn made() -> Vec<Value> {
    let log = Log::new();
    let (ours, theirs) = (written(&log.court_file(3)), written(&log.court_file(4)));
    let input = |folder: &MemoryFolder, seed| {
        let files = folder.0.iter().map(|(name, bytes)| (name.clone(), json!(crate::vectors::hex(bytes))));
        json!({ "files": files.collect::<serde_json::Map<_, _>>(), "policy": policy(seed).to_string() })
    };
    let with = |name: &str, from: &MemoryFolder| {
        let mut folder = ours.clone();
        folder.0.insert(name.to_owned(), from.0[name].clone());
        folder
    };
    let refused = |name: &str, error: &str, folder: &MemoryFolder| bad(name, error, "", input(folder, 1));
    let mut extra = ours.clone();
    let proof = EntryProof::parse(&ours.0["proof.tlog-proof"]).unwrap().with_extra(b"?".to_vec()).unwrap();
    extra.0.insert("proof.tlog-proof".to_owned(), proof.to_string().into_bytes());
    let mut unlisted = ours.clone();
    unlisted.0.insert("court-file".to_owned(), b"# saferoom court file 1\n".to_vec());
    let (bundle, ended) = log.bundle(false);
    let uncosigned = written(&CourtFile::of_bundle(&bundle, &ended, 3, &[]).unwrap());
    vec![
        good("with a reason", "", input(&ours, 1)),
        good("without a reason", "", input(&written(&log.court_file(0)), 1)),
        refused("a file that was changed", "file-changed", &with("entry", &theirs)),
        refused("another entry", "root-mismatch", &listed_anew(with("entry", &theirs))),
        refused("the proof of another index", "root-mismatch", &listed_anew(with("proof.tlog-proof", &theirs))),
        refused("the reason of another entry", "reason", &listed_anew(with("reason", &theirs))),
        refused("a proof that brings something along", "unproven", &listed_anew(extra)),
        refused("a list without an entry", "list", &unlisted),
        refused("a witness too few", "quorum", &uncosigned),
        bad("a log that nobody believes", "origin-mismatch", "", input(&ours, 7)),
    ]
}
