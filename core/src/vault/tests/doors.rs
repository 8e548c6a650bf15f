//! Every way out of a vault stands in the consent rules, with what it asks first; there is none other.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::practice::consent::{Asks, consent_rules};

/// Which file of the vault opens which door. What is printed for a court goes through `disclose.rs`.
const DOORS: [(&str, &str); 13] = [
    ("disclosure", "disclose.rs"),
    ("disclosure", "referral/send.rs"),
    ("hand_over", "hand_over.rs"),
    ("lines", "exchange/export.rs"),
    ("subject_report", "subject.rs"),
    ("directory", "directory.rs"),
    ("backup", "backup/make.rs"),
    ("rooms", "rooms/export.rs"),
    ("rooms", "rooms/tables.rs"),
    ("statistics", "statistics/packet.rs"),
    ("extract", "statistics/extract.rs"),
    ("extract", "releases/past.rs"),
    ("extract", "releases/record.rs"),
];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("tests") {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") && !path.ends_with("tests.rs") {
            found.push(path);
        }
    }
}

#[test]
fn every_door_is_listed_and_there_is_none_other() {
    let vault = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/vault");
    let mut files = Vec::new();
    sources(&vault, &mut files);
    let opens = |path: &PathBuf| fs::read_to_string(path).unwrap().contains("Event::Export");
    let name = |path: PathBuf| path.strip_prefix(&vault).unwrap().to_str().unwrap().replace('\\', "/");
    let opening: BTreeSet<String> = files.into_iter().filter(opens).map(name).collect();
    assert_eq!(opening, DOORS.iter().map(|(_, file)| (*file).to_owned()).collect());
    let listed: BTreeSet<&str> = consent_rules().doors().iter().map(|door| door.code.as_str()).collect();
    assert_eq!(listed, DOORS.iter().map(|(door, _)| *door).collect());
    let asking = consent_rules().doors().iter().filter(|door| door.asks == Asks::Consent);
    assert_eq!(asking.map(|door| door.code.as_str()).collect::<Vec<_>>(), ["disclosure"]);
    // What stays with the same authority says in so many words that nobody is asked.
    for code in ["hand_over", "lines"] {
        let door = consent_rules().doors().iter().find(|door| door.code == code).unwrap();
        assert!(door.asks == Asks::Reason && door.en.contains("so no consent is asked"), "{code}");
    }
}
