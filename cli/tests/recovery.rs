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
    recovery(station, &["set-up", "--shares", &count], "share", shares)
}

/// A restore with these shares, after which there are three new ones.
fn restore(station: &Station, shares: &[&str], new: [&str; 3]) -> Run {
    let passphrase = station.path("passphrase");
    let new = new.map(|name| station.path(name));
    let arguments = [
        "restore",
        "--json",
        "--shares",
        "3",
        "--new-share-file",
        text(&new[0]),
        "--new-share-file",
        text(&new[1]),
        "--new-share-file",
        text(&new[2]),
        "--new-share-passphrase-file",
        text(&passphrase),
    ];
    recovery(station, &arguments, "share", shares)
}

#[test]
fn a_ceremony_in_files_a_restore_and_the_next_ceremony() {
    let station = Station::founded();
    let before = station.signed_in(&["recovery", "status", "--json"]).json();
    assert_eq!((before.as_array().unwrap().len(), &before[0]["set"]), (2, &Json::Null));
    let run = station.signed_in(&["recovery", "status"]).ends_with(0);
    assert!(run.out.contains("Hold a ceremony for the unit") && run.out.contains("for the log"), "{}", run.out);

    let run = set_up(&station, &["1.share", "2.share", "3.share", "4.share"]).ends_with(0);
    assert!(run.out.contains("is in force: 3 of 4 shares"), "{}", run.out);
    let status = station.signed_in(&["recovery", "status", "--json"]).json();
    assert_eq!((&status[0]["set"]["ceremony"], &status[0]["set"]["needed"]), (&Json::from(1), &Json::from(3)));
    assert_eq!(status[0]["wrapped"], status[0]["circles"]);
    assert_eq!(status[1]["set"], Json::Null);

    let new = ["a.share", "b.share", "c.share"];
    let run = restore(&station, &["1.share", "2.share"], new).ends_with(4);
    assert!(run.err.contains("Share 2 is taken. 1 more needed") && run.err.contains("error[S270]"), "{}", run.err);
    assert!(!station.path("a.share").exists(), "no share of a key that is never used");
    let run = restore(&station, &["2.share", "2.share", "3.share"], new).ends_with(4);
    assert!(run.err.contains("share 2 was given already"), "{}", run.err);

    let done = restore(&station, &["3.share", "1.share", "4.share"], new).json();
    assert_eq!((&done["set"]["ceremony"], &done["set"]["shares"]), (&Json::from(2), &Json::from(3)));
    assert_eq!(done["restored"]["circles"], status[0]["circles"]);
    // The old shares are named as such, the new ones are those that count.
    let run = restore(&station, &["1.share", "2.share"], ["d.share", "e.share", "f.share"]).ends_with(4);
    assert!(run.err.contains("of ceremony 1, which a later one replaced"), "{}", run.err);
    restore(&station, &new, ["d.share", "e.share", "f.share"]).ends_with(0);
    station.signed_in(&["vault", "check"]).ends_with(0);
}

#[test]
fn a_founder_who_lost_everything_comes_back_with_shares() {
    let station = Station::founded();
    let (case, _) = station.with_case();
    set_up(&station, &["1.share", "2.share", "3.share"]).ends_with(0);
    let founder = station.session().member().to_string();
    std::fs::remove_file(station.path("identity")).unwrap();

    let run = recovery(&station, &["reinstate", "--member", &founder], "share", &["1.share", "2.share"]).ends_with(4);
    assert!(run.err.contains("error[S270]"), "{}", run.err);
    assert!(!station.path("identity").exists());
    let all = ["1.share", "2.share", "3.share"];
    let done = recovery(&station, &["reinstate", "--json", "--member", &founder], "share", &all).json();
    assert_eq!((&done["member"], &done["identity_made"]), (&Json::from(founder), &Json::from(true)));
    // A custodian again, who opens nothing before the restore.
    let id = case.to_string();
    let show = ["case", "show", &id, "--purpose", "investigation"];
    let shown = station.signed_in(&show).ends_with(0).out;
    assert!(shown.contains("nothing of it opens") && !shown.contains("R-17"), "{shown}");
    restore(&station, &all, ["a.share", "b.share", "c.share"]).ends_with(0);
    assert!(station.signed_in(&show).ends_with(0).out.contains("R-17"));
    station.signed_in(&["vault", "check"]).ends_with(0);
}

#[test]
fn what_cannot_be_set_up_leaves_nothing() {
    let station = Station::founded();
    // Paper needs a terminal.
    let run = station.signed_in(&["recovery", "set-up"]).ends_with(6);
    assert!(run.err.contains("on a terminal only"), "{}", run.err);
    for [needed, shares] in [["4", "3"], ["3", "33"], ["3", "1000"]] {
        let run = station.signed_in(&["recovery", "set-up", "--needed", needed, "--shares", shares]).ends_with(6);
        assert!(run.err.contains("error[S274]"), "{}", run.err);
    }
    let run = station.signed_in(&["recovery", "set-up", "--needed", "2", "--shares", "3"]).ends_with(4);
    assert!(run.err.contains("error[S632]"), "{}", run.err);
    let unit = "00112233445566778899aabbccddeeff";
    station.signed_in(&["recovery", "set-up", "--unit", unit]).ends_with(4);
    station.signed_in(&["recovery", "restore"]).ends_with(4);
    std::fs::write(station.path("2.share"), "something else").unwrap();
    let run = set_up(&station, &["1.share", "2.share", "3.share"]).ends_with(5);
    assert!(run.err.contains("error[S240]"), "{}", run.err);
    assert_eq!(station.signed_in(&["recovery", "status", "--json"]).json()[0]["set"], Json::Null);
}

#[test]
fn the_log_has_a_key_of_its_own() {
    let station = Station::founded();
    let of_log = ["set-up", "--oversight", "--json", "--shares", "3"];
    let shares = ["1.share", "2.share", "3.share"];
    let status = recovery(&station, &of_log, "share", &shares).json();
    assert_eq!((&status["unit"], &status["wrapped"]), (&Json::Null, &Json::from(1)));
    let run = restore(&station, &shares, ["a.share", "b.share", "c.share"]).ends_with(4);
    assert!(run.err.contains("error[S633]"), "{}", run.err);
    // Its holders make no custodian.
    let run = recovery(&station, &["reinstate"], "share", &shares).ends_with(4);
    assert!(run.err.contains("error[S634]"), "{}", run.err);
}
