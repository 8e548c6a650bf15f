//! A bundle from the command line: the auditor's first visit, the second, and what was not left alone in between.

mod station;

use std::fs;
use std::path::Path;

use serde_json::Value as Json;
use station::{Run, Station, text};

/// A run that signs in nowhere.
fn saferoom(arguments: &[&str]) -> Run {
    let mut command = station::saferoom();
    command.args(arguments);
    Run::of(command)
}

struct Visit {
    station: Station,
    policy: String,
    kept: String,
}

impl Visit {
    /// The first one: the auditor takes the trust policy and a checkpoint along.
    fn first() -> Self {
        let station = Station::founded();
        let (policy, kept) = (station.path("trust-policy.txt"), station.path("kept.checkpoint"));
        // This station has no witness: nobody can say how old a checkpoint is.
        let text_of = station.signed_in(&["audit", "trust-policy"]).ends_with(0).out;
        assert!(text_of.contains("#saferoom demand") && !text_of.contains("freshness"), "{text_of}");
        fs::write(&policy, text_of).unwrap();
        fs::write(&kept, station.signed_in(&["audit", "checkpoint"]).ends_with(0).out).unwrap();
        let (policy, kept) = (text(&policy).to_owned(), text(&kept).to_owned());
        Self { station, policy, kept }
    }

    fn bundle(&self) -> String {
        text(&self.station.path("bundle")).to_owned()
    }

    fn export(&self, more: &[&str]) -> Run {
        let bundle = self.bundle();
        let arguments = ["audit", "export", "--purpose", "audit", "--out", &bundle];
        self.station.signed_in(&[&arguments[..], more].concat())
    }

    fn verify(&self, more: &[&str]) -> Run {
        let bundle = self.bundle();
        let arguments = ["audit", "verify", &bundle, "--trust-policy", &self.policy];
        saferoom(&[&arguments[..], more].concat())
    }
}

fn answers(json: &Json, answer: &str) -> Vec<String> {
    let verdicts = json["verdicts"].as_array().unwrap().iter().filter(|verdict| verdict["answer"] == answer);
    verdicts.map(|verdict| verdict["verdict"].as_str().unwrap().to_owned()).collect()
}

fn json(run: &Run) -> Json {
    serde_json::from_str(&run.out).unwrap()
}

#[test]
fn an_auditor_visits_twice() {
    let visit = Visit::first();
    let (case, _) = visit.station.with_named_child("Chan", "Sokha");
    visit.export(&["--since", &visit.kept]).ends_with(0);
    // The folder is there: not another time.
    assert!(visit.export(&[]).ends_with(5).err.contains("S411"));
    let run = visit.verify(&["--kept", &visit.kept]).ends_with(0);
    assert!(run.out.contains("writes") && run.out.contains("passed"), "{}", run.out);
    let found = visit.verify(&["--kept", &visit.kept, "--json"]).ends_with(0).json();
    assert_eq!(found["accepted"], true);
    assert!(answers(&found, "failed").is_empty());
    // Without what was kept nothing shows that the log was not cut; it says so, loudly.
    let run = visit.verify(&[]).ends_with(1);
    assert!(format!("{}{}", run.out, run.err).contains("NOTHING WAS KEPT"), "{} {}", run.out, run.err);
    assert_eq!(answers(&json(&visit.verify(&["--json"]).ends_with(1)), "nothing-kept"), ["consistency"]);
    // No value of a record stands in it.
    let all = every_byte(Path::new(&visit.bundle()));
    for value in ["Chan", "Sokha", "Example unit", "female"] {
        assert!(!all.windows(value.len()).any(|window| window == value.as_bytes()), "{value}");
    }
    assert!(all.windows(32).any(|window| window == case.to_string().as_bytes()), "pseudonyms do");
}

#[test]
fn one_byte_is_enough() {
    let visit = Visit::first();
    visit.export(&[]).ends_with(0);
    let heads = Path::new(&visit.bundle()).join("heads/0");
    let mut bytes = fs::read(&heads).unwrap();
    let last = bytes.len() - 2;
    bytes[last] = if bytes[last] == b'0' { b'1' } else { b'0' };
    fs::write(&heads, &bytes).unwrap();
    let run = visit.verify(&["--kept", &visit.kept, "--json"]).ends_with(3);
    assert_eq!(answers(&json(&run), "failed"), ["integrity", "writes"]);
    assert!(run.err.contains("evidence"), "{}", run.err);
}

#[test]
fn a_kept_checkpoint_from_the_bundle_is_refused() {
    let visit = Visit::first();
    visit.export(&[]).ends_with(0);
    let inside = Path::new(&visit.bundle()).join("checkpoint");
    let run = visit.verify(&["--kept", &visit.kept, "--kept", text(&inside)]).ends_with(6);
    assert!(run.err.contains("kept checkpoint lies in the bundle"), "{}", run.err);
    let run = saferoom(&["audit", "query", &visit.bundle(), "--trust-policy", &visit.policy, "--kept", text(&inside)]);
    run.ends_with(6);
}

#[test]
fn a_trust_policy_from_the_bundle_is_refused() {
    let visit = Visit::first();
    visit.export(&[]).ends_with(0);
    let inside = Path::new(&visit.bundle()).join("trust-policy.txt");
    fs::copy(&visit.policy, &inside).unwrap();
    let run = saferoom(&["audit", "verify", &visit.bundle(), "--trust-policy", text(&inside)]).ends_with(6);
    assert!(run.err.contains("another way"), "{}", run.err);
    // Nor does a copy of it that names another key find anything to believe.
    let other = Visit::first();
    let run = saferoom(&["audit", "verify", &visit.bundle(), "--trust-policy", &other.policy, "--json"]).ends_with(3);
    let failed = answers(&json(&run), "failed");
    assert!(failed.contains(&"authenticity".to_owned()) && failed.contains(&"devices".to_owned()), "{failed:?}");
}

#[test]
fn reasons_are_opened_when_somebody_asks_for_them() {
    let visit = Visit::first();
    visit
        .station
        .signed_in(&["case", "list", "--purpose", "investigation", "--reason", "hearing on Monday"])
        .ends_with(0);
    assert!(visit.export(&["--open-reasons", "0"]).ends_with(6).err.contains("S410"));
    assert!(visit.export(&["--open-reasons", "x"]).ends_with(6).err.contains("numbers"));
    let exported = json(&visit.export(&["--open-reasons", "all", "--json"]).ends_with(0));
    assert_eq!(exported["reasons"], 1);
    visit.verify(&["--kept", &visit.kept]).ends_with(0);
    let all = every_byte(Path::new(&visit.bundle()));
    assert!(all.windows(17).any(|window| window == b"hearing on Monday"));
}

#[test]
fn a_zip_is_read_as_a_folder_is() {
    let visit = Visit::first();
    let (_, child) = visit.station.with_named_child("Chan", "Sokha");
    let path = visit.station.path("bundle.zip");
    let zip = text(&path);
    let export = ["audit", "export", "--purpose", "audit", "--zip", "--out", zip, "--json"];
    let exported = json(&visit.station.signed_in(&export).ends_with(0));
    // It is there: not another time, and what is there stays.
    let before = fs::read(&path).unwrap();
    visit.station.signed_in(&export).ends_with(5);
    assert_eq!(fs::read(&path).unwrap(), before);

    let believed = ["--trust-policy", &visit.policy, "--kept", &visit.kept];
    let on = |command: &str, more: &[&str]| saferoom(&[&["audit", command, zip], &believed[..], more].concat());
    let found = on("verify", &["--json"]).ends_with(0).json();
    assert_eq!((&found["accepted"], &found["size"]), (&true.into(), &exported["size"]));
    let asked = on("query", &["--record", &child.to_string(), "--format", "json"]).ends_with(0).json();
    assert_eq!(asked["found"], 1);
    let page = visit.station.path("report.html");
    on("report", &["--html", text(&page)]).ends_with(0);
    assert!(page.exists());
    let court = visit.station.path("court");
    on("court-file", &["--entry", "1", "--out", text(&court)]).ends_with(0);
    saferoom(&["audit", "verify-court-file", text(&court), "--trust-policy", &visit.policy]).ends_with(0);

    // One byte of an entry, in the middle of the packed file.
    let place = before.windows(13).position(|window| window == b"tile/entries/").unwrap();
    let mut changed = before.clone();
    changed[place + 200] ^= 1;
    fs::write(&path, changed).unwrap();
    on("verify", &[]).ends_with(3);
    fs::write(&path, &before[..before.len() - 1]).unwrap();
    assert!(on("verify", &[]).ends_with(5).err.contains("cut short"));
    fs::write(&path, [&before[..], &before[..]].concat()).unwrap();
    assert!(on("query", &[]).ends_with(3).err.contains("more than one way"));
}

fn every_byte(folder: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        bytes.extend(if path.is_dir() { every_byte(&path) } else { fs::read(path).unwrap() });
    }
    bytes
}
