//! Changes of the files of a bundle, by whoever has it in hands and no key.

use saferoom::log::{Hash, LogError, MAX_ENTRY_LENGTH, MemoryFolder, TileError, TileWriter, Verdict};

use crate::station::{Evidence, evidence, failed, replace};

use Verdict::{Authenticity, Consistency, Integrity, Openings, Time, View, Writes};

type Change = fn(&mut Vec<Vec<u8>>);

/// What has to fail, at least, when a file of this name was changed.
fn speaks_against(name: &str) -> Verdict {
    match name.split('/').next().unwrap() {
        "heads" => Writes,
        "view" => View,
        "devices" => Verdict::Devices,
        "openings" => Openings,
        _ => Integrity,
    }
}

#[test]
fn an_honest_bundle_is_accepted() {
    let evidence = evidence();
    let report = evidence.judge(&evidence.bundle);
    assert!(report.accepted(&evidence.policy), "{report:?}");
    assert!(report.read() > 500, "{}", report.read());
    let names: Vec<&str> = evidence.bundle.0.keys().map(|name| name.split('/').next().unwrap()).collect();
    for kind in ["tile", "checkpoint", "checkpoints", "proofs", "openings", "view", "devices", "heads", "bundle"] {
        assert!(names.contains(&kind), "{kind}");
    }
}

/// Some bytes of each file; a test of the library itself flips every byte of a small bundle.
#[test]
fn a_flipped_byte_in_every_file() {
    let evidence = evidence();
    for (name, bytes) in &evidence.bundle.0 {
        let step = (bytes.len() / 12).max(1);
        for place in (0..bytes.len()).step_by(step).chain([bytes.len() - 1]) {
            let mut bundle = evidence.bundle.clone();
            bundle.0.get_mut(name).unwrap()[place] ^= 1;
            let report = evidence.judge(&bundle);
            assert!(!report.accepted(&evidence.policy), "{name} at {place}");
            let told = failed(&report);
            // A false digest or file name in the manifest, a file that is not what the manifest says: integrity.
            let expected = if name == "checkpoint" && told.contains(&Authenticity) { Authenticity } else { Integrity };
            let expected = if name.starts_with("view/") { View } else { expected };
            assert!(told.contains(&expected), "{name} at {place}: {told:?}");
        }
    }
}

#[test]
fn a_file_that_is_missing_or_cut_short() {
    let evidence = evidence();
    for (name, bytes) in &evidence.bundle.0 {
        let mut missing = evidence.bundle.clone();
        missing.0.remove(name);
        let mut cut = evidence.bundle.clone();
        cut.0.insert(name.clone(), bytes[..bytes.len() / 2].to_vec());
        for bundle in [missing, cut] {
            let told = evidence.failed(&bundle);
            assert!(told.contains(&speaks_against(name)), "{name}: {told:?}");
        }
    }
}

/// The tiles are those of a changed log, each in itself right; the checkpoint is the honest one.
#[test]
fn entries_deleted_inserted_reordered_and_duplicated() {
    let evidence = evidence();
    let last = evidence.entries.len() - 1;
    let changes: [(&str, Change); 4] = [
        ("deleted", |entries| drop(entries.remove(50))),
        ("inserted", |entries| entries.insert(50, entries[400].clone())),
        ("reordered", |entries| entries.swap(50, 51)),
        ("duplicated", |entries| entries.insert(51, entries[50].clone())),
    ];
    for (name, change) in changes {
        let mut entries = evidence.entries.clone();
        change(&mut entries);
        let mut told = evidence.failed(&evidence.with_tiles_of(&entries));
        // Which of the derived ones fail along with it depends on the entry.
        told.retain(|verdict| matches!(verdict, Integrity | Consistency | Authenticity));
        assert!(told.starts_with(&[Integrity]) && told.contains(&Consistency), "{name}: {told:?}");
    }
    // The last one alone, so that even the file of the tile has another name.
    let told = evidence.failed(&evidence.with_tiles_of(&evidence.entries[..last]));
    assert!(told.contains(&Integrity), "{told:?}");
}

#[test]
fn a_partial_tile_for_a_full_one() {
    let evidence = evidence();
    for name in ["tile/0/000", "tile/entries/000"] {
        let full = &evidence.bundle.0[name];
        let mut bundle = evidence.bundle.clone();
        bundle.0.insert(name.into(), full[..32 * 40].to_vec());
        bundle.0.insert(format!("{name}.p/40"), full[..32 * 40].to_vec());
        assert!(evidence.failed(&bundle).contains(&Integrity), "{name}");
        // As the specification allows for a larger tree, and not for this one: only under its partial name.
        bundle.0.remove(name);
        assert!(evidence.failed(&bundle).contains(&Integrity), "{name}");
    }
}

#[test]
fn an_entry_that_is_too_long() {
    let evidence = evidence();
    let mut tiles = TileWriter::new(MemoryFolder::default());
    let refused = tiles.append(&vec![0; MAX_ENTRY_LENGTH + 1]).unwrap_err();
    assert_eq!(refused, TileError::Log(LogError::EntryTooLong));
    // 65,536 does not fit into the two bytes of a length: what stands there is 0, and the rest are no entries.
    let (name, entry) = last_entries(evidence);
    let mut bundle = evidence.bundle.clone();
    let file = bundle.0.get_mut(&name).unwrap();
    file.truncate(file.len() - 2 - entry.len());
    file.extend([0, 0]);
    file.extend(std::iter::repeat_n(0x5A, 65_536));
    assert!(evidence.failed(&bundle).contains(&Integrity));
    // The longest that can be written is no entry of ours.
    let mut entries = evidence.entries.clone();
    *entries.last_mut().unwrap() = vec![0x5A; MAX_ENTRY_LENGTH];
    let bundle = evidence.with_tiles_of(&entries);
    assert!(evidence.failed(&bundle).contains(&Integrity));
}

fn last_entries(evidence: &Evidence) -> (String, Vec<u8>) {
    let mut names = evidence.bundle.0.keys().filter(|name| name.starts_with("tile/entries/") && name.contains(".p/"));
    (names.next().unwrap().clone(), evidence.entries.last().unwrap().clone())
}

#[test]
fn an_opening_that_opens_another_entry() {
    let evidence = evidence();
    let name = evidence.bundle.0.keys().find(|name| name.starts_with("openings/")).unwrap();
    let mut bundle = evidence.bundle.clone();
    replace(&mut bundle, "openings/5.reason", &evidence.bundle.0[name]);
    assert_eq!(evidence.failed(&bundle), [Openings]);
}

/// The files of another log, whole as they are, under the checkpoint of this one.
#[test]
fn the_files_of_another_root() {
    let evidence = evidence();
    let mut bundle = evidence.bundle.clone();
    let text = String::from_utf8(bundle.0["checkpoint"].clone()).unwrap();
    let root = text.lines().nth(2).unwrap();
    let other = text.replacen(root, &Hash::of(b"another past").to_base64(), 1);
    replace(&mut bundle, "checkpoint", other.as_bytes());
    let told = evidence.failed(&bundle);
    assert!(told.contains(&Integrity) && told.contains(&Authenticity), "{told:?}");
    assert!(!told.contains(&Time), "{told:?}");
}
