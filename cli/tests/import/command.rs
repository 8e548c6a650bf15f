//! The command itself: its exit codes, its two outputs, and what it keeps to itself.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use crate::{GOOD, HEADER};

fn saferoom(folder: &Path, arguments: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_saferoom"));
    command.current_dir(folder).env("SAFEROOM_PASSPHRASE_FILE", "pass").args(arguments.split(' '));
    command.output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn the_command_checks_imports_and_refuses() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    fs::copy(data.join("words.map.toml"), folder.join("map")).unwrap();
    fs::write(folder.join("pass"), "invented passphrase\n").unwrap();
    fs::write(folder.join("good.csv"), format!("{HEADER},more\n{GOOD},x\n{GOOD},x\n")).unwrap();
    fs::write(folder.join("bad.csv"), format!("{HEADER}\n{GOOD}\nSECRET,SECRET,2010,km,SECRET\n")).unwrap();
    fs::write(folder.join("map2"), "format = 1\n[[record]]\n").unwrap();
    let signed = "--vault v --identity i";
    let created = saferoom(folder, &format!("vault create {signed} --origin x.example.org/1 --unit Unit"));
    assert!(created.status.success(), "{}", text(&created.stderr));

    let dry = saferoom(folder, &format!("import {signed} --map map good.csv --dry-run"));
    assert_eq!(dry.status.code(), Some(0), "{}", text(&dry.stderr));
    assert!(text(&dry.stdout).contains("does not use: more"), "{}", text(&dry.stdout));

    let bad = saferoom(folder, &format!("import {signed} --map map bad.csv"));
    assert_eq!(bad.status.code(), Some(6));
    assert!(text(&bad.stdout).contains("line 3: column \"sex\" (child.sex): the mapping has no translation for it"));
    assert!(text(&bad.stderr).contains("S809") && text(&bad.stderr).contains("nothing was written"));
    assert!(!format!("{}{}", text(&bad.stdout), text(&bad.stderr)).contains("SECRET"));

    let partial = saferoom(folder, &format!("import {signed} --map map bad.csv --partial --json"));
    assert_eq!(partial.status.code(), Some(0), "{}", text(&partial.stderr));
    let report: serde_json::Value = serde_json::from_slice(&partial.stdout).unwrap();
    assert_eq!((&report["imported"]["child"], &report["rejected"][0]["line"]), (&1.into(), &3.into()));
    assert_eq!(report["rejected"][0]["problems"][0]["rule"], "unmapped");

    let mapping = saferoom(folder, &format!("import {signed} --map map2 good.csv"));
    assert_eq!(mapping.status.code(), Some(6));
    assert!(text(&mapping.stderr).contains("line "), "{}", text(&mapping.stderr));
    let none = saferoom(folder, &format!("import {signed} --map map none.csv"));
    assert_eq!(none.status.code(), Some(5));
    let why = saferoom(folder, &format!("import {signed} --map map good.csv --purpose curiosity"));
    assert_eq!(why.status.code(), Some(4), "{}", text(&why.stderr));
}
