//! Whoever holds the file changes it, with everything that SQLite allows and without a key. Each change has to end in
//! an error, and no change may ever end in a wrong value, not even beside an error.

mod changes;
mod scene;
mod target;

use std::path::Path;

use saferoom::vault::{Error, Host, Vault};
use saferoom_tests::access;

use self::changes::{
    attacks_by_replay, attacks_from_another_vault, attacks_on_cells_and_rows, attacks_on_records, attacks_on_the_schema,
};
use self::scene::{Attack, KNOWN_WRONG, Scene, Seen, matches, sql};

#[test]
fn cells_and_rows() {
    let scene = Scene::new();
    scene.strike_all(&attacks_on_cells_and_rows(&scene));
}

/// The newest statement is the device's then, and rests on one of a member.
#[test]
fn cells_and_rows_after_failed_sign_ins() {
    let scene = Scene::after_failed_sign_ins(2);
    let mut attacks = attacks_on_cells_and_rows(&scene);
    attacks.retain(|attack| [" tip[", " session[", " entry["].iter().any(|row| attack.name.contains(row)));
    let base = "base_session = session, base_statement = statement, base_signature = signature";
    let none = "base_session = NULL, base_statement = NULL, base_signature = NULL";
    let of_member = "session = base_session, statement = base_statement, signature = base_signature";
    for change in [base.to_owned(), none.to_owned(), of_member.to_owned(), format!("{of_member}, {none}")] {
        attacks.push(sql(&change, format!("UPDATE tip SET {change}")));
    }
    scene.strike_all(&attacks);
}

#[test]
fn replays() {
    let scene = Scene::new();
    scene.strike_all(&attacks_by_replay(&scene));
}

#[test]
fn whole_records() {
    let scene = Scene::new();
    scene.strike_all(&attacks_on_records(&scene));
}

#[test]
fn schema() {
    let scene = Scene::new();
    scene.strike_all(&attacks_on_the_schema());
}

#[test]
fn rows_of_another_vault() {
    let scene = Scene::new();
    scene.strike_all(&attacks_from_another_vault(&scene));
}

/// An honest vault of the same founder opens; nothing of the one that was expected is found in it.
#[test]
fn another_vault_in_its_place() {
    let scene = Scene::new();
    let session = scene.other.session();
    for id in &scene.original.load.records {
        assert_eq!(session.read_fields(*id, None, &access()).unwrap_err(), Error::NoSuchRecord);
        assert_eq!(session.records_of(*id, &access()).unwrap_err(), Error::NoSuchRecord);
    }
    let (expected, found) = (scene.world.open().unwrap().info().unwrap(), session.vault().info().unwrap());
    assert_ne!(expected.vault, found.vault, "the host can tell them apart");
}

/// Bits of the bare file, wherever they lie. Those in free space change nothing and need not be noticed.
#[test]
fn bits_of_the_file_never_make_a_wrong_value() {
    let scene = Scene::new();
    let length = std::fs::metadata(&scene.vault).unwrap().len() as usize;
    let copy = scene.world.folder.path().join("copy");
    let mut unnoticed = 0;
    for round in 0..150_usize {
        let at = round.wrapping_mul(2_654_435_761) % length;
        let flip = move |path: &Path| {
            let mut bytes = std::fs::read(path).unwrap();
            bytes[at] ^= 1 << (round % 8);
            std::fs::write(path, bytes).unwrap();
        };
        let seen = scene.strike(&Attack { name: String::new(), change: Box::new(flip) }, &copy);
        assert!(seen.wrong.is_empty(), "byte {at}: {:?}", seen.wrong);
        unnoticed += usize::from(seen.errors.is_empty());
    }
    assert!(unnoticed < 130, "not all of the file is free space: {unnoticed}");
}

/// The file is changed behind the back of a session that has read everything already.
#[test]
fn changes_behind_an_open_session() {
    let scene = Scene::new();
    let mut attacks = attacks_on_records(&scene);
    attacks.retain(|attack| !attack.name.contains("state"));
    let copy = scene.world.folder.path().join("copy");
    let (mut unnoticed, mut wrong) = (Vec::new(), Vec::new());
    for attack in attacks {
        let _ = std::fs::remove_file(&copy);
        std::fs::copy(&scene.vault, &copy).unwrap();
        let vault = Vault::open(&copy, Host::with_shared(scene.world.keys.snapshot())).unwrap();
        let session = vault.sign_in(&scene.world.founder).unwrap();
        let mut seen = Seen::default();
        seen.look_around(&session, &scene.original);
        assert!(seen.errors.is_empty() && seen.wrong.is_empty());
        (attack.change)(&copy);
        seen.look_around(&session, &scene.original);
        if seen.errors.is_empty() {
            unnoticed.push(attack.name.clone());
        }
        if !seen.wrong.is_empty() {
            wrong.push(format!("{}: {}", attack.name, seen.wrong.join(", ")));
        }
    }
    wrong.retain(|name| !KNOWN_WRONG.iter().any(|(known, _)| matches(known, name)));
    let list = |found: Vec<String>| found.join("\n  ");
    assert!(
        unnoticed.is_empty() && wrong.is_empty(),
        "NOT NOTICED:\n  {}\nWRONG VALUE:\n  {}",
        list(unnoticed),
        list(wrong)
    );
}

#[test]
fn an_honest_copy_is_read_as_it_is() {
    let scene = Scene::new();
    let copy = scene.world.folder.path().join("copy");
    let seen = scene.strike(&Attack { name: "none".to_owned(), change: Box::new(|_| ()) }, &copy);
    assert!(seen.errors.is_empty() && seen.wrong.is_empty(), "{:?} {:?}", seen.errors, seen.wrong);
}
