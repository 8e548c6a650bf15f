//! Questions to a bundle, reports of it and directories of names, from the command line.

mod bundle;
mod station;

use std::fs;
use std::path::Path;

use bundle::Bundle;
use saferoom::access::Access;
use saferoom::id::RecordId;
use saferoom::keys::Identity;
use saferoom::log::Hash;
use saferoom::model::records::Child;
use serde_json::Value as Json;
use station::{Run, Station, text};

const FAMILY: &str = "Zamorano";
const GIVEN: &str = "Quillota";
const REASON: &str = "Hearing at the court of Xylophone";

/// A station with a case and a child of that name, who was read twice, once in vain.
fn station() -> (Station, RecordId) {
    let station = Station::founded();
    let (_, child) = station.with_named_child(FAMILY, GIVEN);
    let session = station.session();
    session.read::<Child>(child, &Access::for_purpose("forensic-interview").because(REASON)).unwrap();
    session.read::<Child>(child, &Access::for_purpose("")).unwrap_err();
    session.read::<Child>(child, &Access::for_purpose("supervision")).unwrap();
    drop(session);
    (station, child)
}

fn audit(command: &str, bundle: &Bundle, more: &[&str]) -> Run {
    let mut run = station::saferoom();
    run.args(["audit", command]).arg(&bundle.folder).args(more);
    Run::of(run)
}

fn believed(bundle: &Bundle) -> [&str; 4] {
    ["--trust-policy", text(&bundle.policy), "--kept", text(&bundle.kept)]
}

fn query(bundle: &Bundle, more: &[&str]) -> Run {
    audit("query", bundle, &[&believed(bundle)[..], more].concat())
}

fn json(run: &Run) -> Json {
    serde_json::from_str(&run.out).unwrap_or_else(|error| panic!("{error}: {}", run.out))
}

#[test]
fn a_record_is_asked_for_and_its_chain_is_whole() {
    let (station, child) = station();
    let bundle = Bundle::of(&station);
    let id = child.to_string();
    // The case and the child have the first digits in common.
    query(&bundle, &["--record", &id[..12]]).ends_with(6);
    let short = format!("{}...{}", &id[..6], &id[26..]);
    let run = query(&bundle, &["--record", &short]).ends_with(0);
    assert!(run.out.contains(&short.replace("...", "…")), "{}", run.out);
    assert!(run.err.contains("verified: all"), "{}", run.err);
    assert!(
        run.out.contains("4 of ") && run.out.contains("The chain of this record is whole: 3 entries"),
        "{}",
        run.out
    );
    assert!(run.out.contains("1 refusals and 0 questions") && run.out.contains("cannot join"), "{}", run.out);

    let answer = json(&query(&bundle, &["--record", &child.to_string(), "--format", "json"]).ends_with(0));
    assert_eq!(answer["verified"], true);
    let links: Vec<_> = answer["entries"].as_array().unwrap().iter().map(|entry| entry["chain"].clone()).collect();
    assert_eq!(links, ["first", "linked", "cannot join", "linked"]);
    let chain = &answer["chains"][0];
    assert_eq!((&chain["whole"], &chain["joined"], &chain["log"]), (&Json::from(true), &Json::from(3), &Json::Null));
}

/// The vault leaves its device; on the other one it has the names of before.
fn move_to_another_device(station: &Station) {
    let key_passphrase = station.passphrase_file("key-passphrase", "stone river quiet\n");
    let (moved, key) = (station.path("moved"), station.path("key"));
    let key = ["--key", text(&key), "--key-passphrase-file", text(&key_passphrase)];
    station.signed_in(&[&["vault", "move-out", "--to", text(&moved)][..], &key].concat()).ends_with(0);
    fs::rename(station.path("vault"), station.path("left")).unwrap();
    fs::rename(station.path("vault.device"), station.path("left.device")).unwrap();
    station.signed_in(&[&["vault", "move-in", "--from", text(&moved)][..], &key].concat()).ends_with(0);
}

#[test]
fn logs_of_earlier_devices_are_asked_too() {
    let (station, child) = station();
    move_to_another_device(&station);
    station.session().read::<Child>(child, &Access::for_purpose("supervision")).unwrap();
    let bundle = Bundle::of(&station);
    let id = child.to_string();
    let answer = json(&query(&bundle, &["--record", &id, "--format", "json"]).ends_with(0));
    let logs: Vec<_> = answer["entries"].as_array().unwrap().iter().map(|entry| entry["log"].clone()).collect();
    assert_eq!(logs, [Json::from(0), Json::from(0), Json::from(0), Json::from(0), Json::Null]);
    assert_eq!(answer["chains"].as_array().unwrap().len(), 2);
    let run = query(&bundle, &["--record", &format!("{}...{}", &id[..6], &id[26..])]).ends_with(0);
    assert!(run.out.contains("whole in log 0: 3 entries") && run.out.contains("5 of "), "{}", run.out);
}

#[test]
fn the_chain_is_whole_when_the_first_act_after_a_move_was_a_hand_over() {
    let station = Station::founded();
    let (case, _) = station.with_named_child(FAMILY, GIVEN);
    move_to_another_device(&station);
    let session = station.session();
    let access = Access::for_purpose("supervision").because("The unit of the north takes it over");
    // What the export would name lies in the log of the device before; the reading of the case names the export.
    session.hand_over(case, session.unit().scope(), &Identity::generate(), &access).unwrap();
    drop(session);
    let bundle = Bundle::of(&station);
    let answer = json(&query(&bundle, &["--record", &case.to_string(), "--format", "json"]).ends_with(0));
    let after = &answer["chains"][1];
    assert_eq!((&after["log"], &after["whole"], &after["joined"]), (&Json::Null, &Json::from(true), &Json::from(2)));
}

#[test]
fn answers_fit_what_is_asked_and_are_the_same_in_each_format() {
    let (station, _) = station();
    let bundle = Bundle::of(&station);
    let count = |more: &[&str]| {
        let answer = json(&query(&bundle, &[more, &["--format", "json"]].concat()).ends_with(0));
        let csv = query(&bundle, &[more, &["--format", "csv"]].concat()).ends_with(0).out;
        let found = answer["entries"].as_array().unwrap().len();
        assert_eq!(csv::Reader::from_reader(csv.as_bytes()).records().count(), found, "{csv}");
        assert_eq!(answer["found"], found);
        found
    };
    assert_eq!(count(&["--outcome", "denied"]), 1);
    assert_eq!(count(&["--action", "denied"]), 1);
    assert_eq!(count(&["--outcome", "break-glass"]), 0);
    assert_eq!(count(&["--purpose", "supervision"]), 1);
    assert_eq!(count(&["--action", "read", "--purpose", "forensic-interview"]), 1);
    assert_eq!(count(&["--since", "2199-01-01"]), 0);
    assert_eq!(count(&["--until", "2199-01-01"]), count(&[]));
    let founder = station.session().member().to_string();
    assert!(count(&["--actor", &founder[..8]]) > 4);
}

#[test]
fn names_come_with_a_directory_alone() {
    let (station, child) = station();
    let directory = station.path("staff.csv");
    let write = |more: &[&str]| {
        let purpose = ["audit", "directory", "--purpose", "audit", "--reason", "Visit", "--out", text(&directory)];
        station.signed_in(&[&purpose[..], more].concat())
    };
    let run = write(&[]).ends_with(0);
    assert!(run.out.contains("1 members") && run.out.contains("1 of them have no name"), "{}", run.out);
    write(&[]).ends_with(5);
    let filled = fs::read_to_string(&directory).unwrap().replacen(",,founder", ",Sok Dara,founder", 1);
    assert!(filled.contains("Sok Dara"), "{filled}");
    fs::write(&directory, &filled).unwrap();

    let again = station.path("again.csv");
    let arguments = ["audit", "directory", "--purpose", "audit", "--names", text(&directory), "--out", text(&again)];
    assert!(!station.signed_in(&arguments).ends_with(0).out.contains("no name"));
    assert_eq!(fs::read_to_string(&again).unwrap(), filled);

    let bundle = Bundle::of(&station);
    let record = child.to_string();
    let asked = ["--record", &record, "--directory", text(&directory)];
    assert!(query(&bundle, &asked).ends_with(0).out.contains("Sok Dara"));
    assert!(!query(&bundle, &asked[..2]).ends_with(0).out.contains("Sok Dara"));
    assert_eq!(
        query(&bundle, &[&asked[..], &["--actor", "Sok Dara"]].concat()).ends_with(0).out.matches("Sok Dara").count(),
        4
    );
    // Both directories that left stand in the log.
    let exports = json(&query(&bundle, &["--action", "export", "--format", "json"]).ends_with(0));
    assert_eq!(exports["found"], 2);
}

#[test]
fn a_bundle_that_is_not_believed_is_not_shown_and_one_without_a_policy_is_loud() {
    let (station, _) = station();
    let bundle = Bundle::of(&station);
    let run = audit("query", &bundle, &[]).ends_with(0);
    assert!(run.err.contains("NOT VERIFIED. Without --trust-policy"), "{}", run.err);
    let run = audit("query", &bundle, &["--trust-policy", text(&bundle.policy)]).ends_with(3);
    assert!(run.out.is_empty() && run.err.contains("consistency: no checkpoint from an earlier visit"), "{}", run.err);

    alter(&bundle.folder);
    let run = query(&bundle, &[]).ends_with(3);
    assert!(run.out.is_empty() && run.err.contains("integrity: "), "{}", run.err);
    let run = audit("query", &bundle, &[]);
    assert!(run.err.contains("does not even agree with itself"), "{}", run.err);
}

#[test]
fn what_is_no_question_is_refused() {
    let (station, _) = station();
    let bundle = Bundle::of(&station);
    for more in [["--record", "child"], ["--record", "12345"], ["--record", "ffffffffff"], ["--since", "yesterday"]] {
        query(&bundle, &more).ends_with(6);
    }
    query(&bundle, &["--action", "peek"]).ends_with(2);
    query(&bundle, &["--directory", text(&station.path("none.csv"))]).ends_with(5);
}

#[test]
fn no_value_of_a_record_and_no_hash_of_one_is_in_an_answer_or_a_report() {
    let (station, child) = station();
    let bundle = Bundle::of(&station);
    let report = station.path("report.html");
    let arguments = [&believed(&bundle)[..], &["--html", text(&report)]].concat();
    audit("report", &bundle, &arguments).ends_with(0);
    let mut written = fs::read_to_string(&report).unwrap();
    assert!(written.contains("Yes. The bundle passed"), "{written}");
    for format in ["table", "csv", "json"] {
        written.push_str(&query(&bundle, &["--format", format, "--record", &child.to_string()]).ends_with(0).out);
    }
    files(&bundle.folder, &mut |bytes| written.push_str(&String::from_utf8_lossy(bytes)));
    let lower = written.to_lowercase();
    for value in [FAMILY, GIVEN, REASON, "Example unit", "victim"] {
        let hash = Hash::of(value.as_bytes());
        let hex: String = hash.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        assert!(!lower.contains(&value.to_lowercase()), "{value}");
        assert!(!lower.contains(&hex) && !written.contains(&hash.to_base64()), "the hash of {value}");
    }
}

fn files(folder: &Path, visit: &mut impl FnMut(&[u8])) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files(&path, visit) } else { visit(&fs::read(&path).unwrap()) }
    }
}

/// Flips a bit of an entry.
fn alter(folder: &Path) {
    let entries = fs::read_dir(folder.join("tile/entries/000.p")).unwrap().next().unwrap().unwrap().path();
    let mut bytes = fs::read(&entries).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&entries, bytes).unwrap();
}
