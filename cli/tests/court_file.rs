//! The court file of a single access, from a station's vault to somebody who has nothing else.

mod bundle;
mod station;

use std::fs;
use std::path::Path;

use bundle::Bundle;
use saferoom::access::Access;
use saferoom::model::records::Child;
use station::{Run, Station, text};

const REASON: &str = "Hearing at the court of Xylophone";

fn saferoom(arguments: &[&str]) -> Run {
    let mut command = station::saferoom();
    command.args(arguments);
    Run::of(command)
}

/// A station whose bundle discloses all reasons, and the number of the entry about a read with a reason.
fn station() -> (Station, Bundle, String) {
    let station = Station::founded();
    let (_, child) = station.with_named_child("Zamorano", "Quillota");
    let session = station.session();
    session.read::<Child>(child, &Access::for_purpose("forensic-interview").because(REASON)).unwrap();
    drop(session);
    let bundle = Bundle::of(&station);
    fs::remove_dir_all(&bundle.folder).unwrap();
    let export = ["audit", "export", "--purpose", "audit", "--open-reasons", "all", "--no-view", "--out"];
    station.signed_in(&[&export[..], &[text(&bundle.folder)]].concat()).ends_with(0);
    let query = ["audit", "query", text(&bundle.folder), "--trust-policy", text(&bundle.policy), "--kept"];
    let more = [text(&bundle.kept), "--action", "read", "--format", "json"];
    let found = saferoom(&[&query[..], &more].concat()).ends_with(0).json();
    let index = found["entries"][0]["index"].to_string();
    (station, bundle, index)
}

fn make(bundle: &Bundle, index: &str, out: &Path) -> Run {
    let believed = ["--trust-policy", text(&bundle.policy), "--kept", text(&bundle.kept)];
    let arguments = ["audit", "court-file", text(&bundle.folder), "--entry", index, "--out", text(out)];
    saferoom(&[&arguments[..], &believed].concat())
}

fn verify(folder: &Path, policy: &Path, more: &[&str]) -> Run {
    let arguments = ["audit", "verify-court-file", text(folder), "--trust-policy", text(policy)];
    saferoom(&[&arguments[..], more].concat())
}

#[test]
fn a_court_checks_one_access_alone() {
    let (station, bundle, index) = station();
    let out = station.path("court");
    let run = make(&bundle, &index, &out).ends_with(0);
    assert!(run.err.contains("verified") && format!("{}{}", run.out, run.err).contains("reason stands"), "{}", run.err);
    // It is all that the court has.
    fs::remove_dir_all(&bundle.folder).unwrap();
    let run = verify(&out, &bundle.policy, &[]).ends_with(0);
    assert!(run.out.contains(REASON) && run.out.contains("stands in the log"), "{}", run.out);
    let found = verify(&out, &bundle.policy, &["--json"]).ends_with(0).json();
    assert_eq!(found["index"].to_string(), index);
    assert_eq!((&found["pages"], &found["reason"]), (&"same".into(), &REASON.into()));
    assert_eq!(found["entry"]["event"], "read");
    // No value of a record, and no key to one.
    let page = fs::read_to_string(out.join("page.en.html")).unwrap();
    assert!(page.contains(REASON) && !page.contains("Zamorano") && !page.contains("Quillota"));
    // What stands in it is found by the tools of any Unix.
    let list = fs::read_to_string(out.join("court-file")).unwrap();
    let listed = list.lines().skip(1).map(|line| line.split_once("  ").unwrap());
    for (hash, name) in listed {
        assert_eq!(saferoom::log::Hash::of(&fs::read(out.join(name)).unwrap()).to_string(), hash, "{name}");
    }
}

#[test]
fn what_was_changed_is_refused() {
    let (station, bundle, index) = station();
    let out = station.path("court");
    make(&bundle, &index, &out).ends_with(0);
    for name in ["entry", "proof.tlog-proof", "reason", "page.km.html", "court-file"] {
        let path = out.join(name);
        let bytes = fs::read(&path).unwrap();
        let mut changed = bytes.clone();
        let middle = changed.len() / 2;
        changed[middle] ^= 1;
        fs::write(&path, changed).unwrap();
        let run = verify(&out, &bundle.policy, &["--json"]).ends_with(3);
        assert!(run.out.is_empty() && run.err.contains("do this"), "{name}: {} {}", run.out, run.err);
        fs::write(&path, bytes).unwrap();
    }
    verify(&out, &bundle.policy, &[]).ends_with(0);
    // A trust policy that comes along, and one of another station.
    fs::copy(&bundle.policy, out.join("trust-policy.txt")).unwrap();
    verify(&out, &out.join("trust-policy.txt"), &[]).ends_with(6);
    let elsewhere = Station::founded();
    let other = Bundle::of(&elsewhere);
    verify(&out, &other.policy, &[]).ends_with(3);
    verify(&station.path("nothing"), &bundle.policy, &[]).ends_with(5);
    make(&bundle, "9999", &station.path("more")).ends_with(6);
}
