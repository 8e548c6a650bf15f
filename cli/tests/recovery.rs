//! `saferoom recovery` end to end, through the built binary, with shares in files.

mod station;

use std::path::PathBuf;

use serde_json::Value as Json;
use station::{Run, Station, text};

/// Runs a command of recovery with share files of these names, all under the station's passphrase.
fn recovery(station: &Station, arguments: &[&str], option: &str, shares: &[&str]) -> Run {
    let passphrase = station.path("passphrase");
    let files: Vec<PathBuf> = shares.iter().map(|name| station.path(name)).collect();
    let (file, words) = (format!("--{option}-file"), format!("--{option}-passphrase-file"));
    let mut all = vec!["recovery"];
    all.extend(arguments);
    for path in &files {
        all.extend([file.as_str(), text(path)]);
    }
    all.extend([words.as_str(), text(&passphrase)]);
    station.signed_in(&all)
}

fn set_up(station: &Station, shares: &[&str]) -> Run {
    let count = shares.len().to_string();
    recovery(station, &["set-up", "--needed", "2", "--shares", &count], "share", shares)
}

/// A restore with these shares, after which there are two new ones.
fn restore(station: &Station, shares: &[&str], new: [&str; 2]) -> Run {
    let passphrase = station.path("passphrase");
    let new = new.map(|name| station.path(name));
    let arguments = [
        "restore",
        "--json",
        "--shares",
        "2",
        "--new-share-file",
        text(&new[0]),
        "--new-share-file",
        text(&new[1]),
        "--new-share-passphrase-file",
        text(&passphrase),
    ];
    recovery(station, &arguments, "share", shares)
}

#[test]
fn a_ceremony_in_files_a_restore_and_the_next_ceremony() {
    let station = Station::founded();
    let (_, child) = station.with_case();
    let before = station.signed_in(&["recovery", "status", "--json"]).json();
    assert_eq!((before.as_array().unwrap().len(), &before[0]["set"]), (2, &Json::Null));
    let run = station.signed_in(&["recovery", "status"]).ends_with(0);
    assert!(run.out.contains("Hold a ceremony for the unit") && run.out.contains("for the log"), "{}", run.out);

    let run = set_up(&station, &["1.share", "2.share", "3.share"]).ends_with(0);
    assert!(run.out.contains("is in force: 2 of 3 shares"), "{}", run.out);
    let status = station.signed_in(&["recovery", "status", "--json"]).json();
    assert_eq!((&status[0]["set"]["ceremony"], &status[0]["set"]["needed"]), (&Json::from(1), &Json::from(2)));
    assert_eq!(status[0]["wrapped"], status[0]["circles"]);
    assert_eq!(status[1]["set"], Json::Null);

    let run = restore(&station, &["1.share"], ["a.share", "b.share"]).ends_with(4);
    assert!(run.err.contains("Share 1 is right. 1 more needed") && run.err.contains("error[S270]"), "{}", run.err);
    assert!(!station.path("a.share").exists(), "no share of a key that is never used");
    let run = restore(&station, &["2.share", "2.share"], ["a.share", "b.share"]).ends_with(4);
    assert!(run.err.contains("share 2 was given already"), "{}", run.err);

    let done = restore(&station, &["3.share", "1.share"], ["a.share", "b.share"]).json();
    assert_eq!((&done["set"]["ceremony"], &done["set"]["shares"]), (&Json::from(2), &Json::from(2)));
    assert_eq!(done["restored"]["circles"], status[0]["circles"]);
    // The old shares are named as such, the new ones are those that count.
    let run = restore(&station, &["1.share", "2.share"], ["c.share", "d.share"]).ends_with(4);
    assert!(run.err.contains("of ceremony 1, which a later one replaced"), "{}", run.err);
    restore(&station, &["a.share", "b.share"], ["c.share", "d.share"]).ends_with(0);
    station.signed_in(&["vault", "check"]).ends_with(0);
    let show = ["case", "list", "--ids", "--purpose", "investigation"];
    station.signed_in(&show).ends_with(0);
    let _ = child;
}

#[test]
fn what_cannot_be_set_up_leaves_nothing() {
    let station = Station::founded();
    // Paper needs a terminal.
    let run = station.signed_in(&["recovery", "set-up", "--needed", "2", "--shares", "3"]).ends_with(6);
    assert!(run.err.contains("on a terminal only"), "{}", run.err);
    for [needed, shares] in [["1", "3"], ["4", "3"], ["2", "33"]] {
        let run = station.signed_in(&["recovery", "set-up", "--needed", needed, "--shares", shares]).ends_with(6);
        assert!(run.err.contains("error[S274]"), "{}", run.err);
    }
    let unit = "00112233445566778899aabbccddeeff";
    station.signed_in(&["recovery", "set-up", "--needed", "2", "--shares", "3", "--unit", unit]).ends_with(4);
    station.signed_in(&["recovery", "restore"]).ends_with(4);
    std::fs::write(station.path("2.share"), "something else").unwrap();
    let run = set_up(&station, &["1.share", "2.share"]).ends_with(5);
    assert!(run.err.contains("error[S240]"), "{}", run.err);
    assert_eq!(station.signed_in(&["recovery", "status", "--json"]).json()[0]["set"], Json::Null);
}

#[test]
fn the_log_has_a_key_of_its_own() {
    let station = Station::founded();
    let of_log = ["set-up", "--oversight", "--json", "--needed", "2", "--shares", "2"];
    let status = recovery(&station, &of_log, "share", &["1.share", "2.share"]).json();
    assert_eq!((&status["unit"], &status["wrapped"]), (&Json::Null, &Json::from(1)));
    let run = restore(&station, &["1.share", "2.share"], ["a.share", "b.share"]).ends_with(4);
    assert!(run.err.contains("error"), "{}", run.err);
}
