//! `saferoom access-policy`, through the built binary.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use saferoom::access::AccessPolicy;
use serde_json::Value as Json;
use tempfile::TempDir;

/// A folder with policies.
struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Writes the standard policy with one replacement, and answers its path.
    fn changed(&self, name: &str, from: &str, to: &str) -> String {
        let text = AccessPolicy::standard_text();
        assert!(text.contains(from), "{from}");
        fs::write(self.path(name), text.replacen(from, to, 1)).unwrap();
        self.path(name).display().to_string()
    }
}

/// What a run wrote to stdout and stderr; it has to end in this way, and every failure says what to do.
#[track_caller]
fn run(arguments: &[&str], exit: i32) -> (String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_saferoom"));
    let output = command.arg("access-policy").args(arguments).output().unwrap();
    let [out, err] = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
    assert_eq!(output.status.code(), Some(exit), "stdout: {out}\nstderr: {err}");
    assert!(exit == 0 || err.contains("  do this: "), "{err}");
    (out, err)
}

#[track_caller]
fn json(arguments: &[&str]) -> Json {
    serde_json::from_str(&run(&[arguments, &["--json"]].concat(), 0).0).unwrap()
}

#[test]
fn the_standard_policy_is_shown_in_both_languages_and_can_be_begun_with() {
    let folder = Folder::new();
    let shown = run(&["show"], 0).0;
    for words in ["front-line-officer", "identity, profile, offence", "break-glass", "3 of 5 shares", "UTC+7:00"] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    let khmer = run(&["show", "--lang", "km"], 0).0;
    assert!(khmer.contains("អ្នកសម្ភាស") && khmer.contains("draft"), "{khmer}");
    let told = json(&["show"]);
    assert_eq!(told["role"][0]["reach"]["narrative"], "case");

    let toml = run(&["show", "--toml"], 0).0;
    assert!(toml.contains("# The standard access policy"), "with its comments");
    let path = folder.path("own.toml").display().to_string();
    fs::write(&path, toml).unwrap();
    let again = run(&["show", &path, "--toml"], 0).0;
    fs::write(&path, again).unwrap();
    assert!(run(&["diff", &path], 0).0.contains("Nothing changes"));
    assert_eq!(json(&["check", &path])["roles"], 12);
}

#[test]
fn differences_are_told_and_dangerous_ones_are_marked() {
    let folder = Folder::new();
    let new = folder.changed(
        "new.toml",
        "wellbeing = \"case\", referral",
        "narrative = \"case\", wellbeing = \"case\", referral",
    );
    let (out, err) = run(&["diff", &new], 0);
    assert!(out.contains("DANGEROUS") && out.contains("narrative: none becomes case"), "{}", out);
    assert!(out.contains("does not follow version 1"), "{}", out);
    assert!(err.contains("1 of 1 changes are dangerous"), "{}", err);
    let old = folder.changed("old.toml", "\nversion = 1", "\nversion = 2");
    let told = json(&["diff", &old, &new]);
    assert_eq!((&told["from"], &told["to"]), (&2.into(), &1.into()));
    assert_eq!(told["changes"][0]["kind"], "wider");
    assert_eq!(told["changes"][0]["dangerous"], true);
}

#[test]
fn what_is_not_safe_is_refused_with_the_place() {
    let folder = Folder::new();
    let bad = folder.changed(
        "bad.toml",
        "reach = { oversight = \"unit\" }",
        "reach = { statistics = \"case\", oversight = \"unit\" }",
    );
    let (_, err) = run(&["check", &bad], 6);
    assert!(err.contains("error[S655]") && err.contains("bad.toml: role auditor: statistics"), "{}", err);
    let bad = folder.changed("bad.toml", "needed = 2", "needed = two");
    let (_, err) = run(&["show", &bad], 6);
    assert!(err.contains("error[S640]") && err.contains("line "), "{}", err);
    let same = folder.changed("same.toml", "needed = 2", "needed = 2");
    let (_, err) = run(&["check", &same, "--after", &same], 6);
    assert!(err.contains("error[S644]"), "{}", err);
    let next = folder.changed("next.toml", "\nversion = 1", "\nversion = 2");
    run(&["check", &next, "--after", &same], 0);
    run(&["check", "nowhere.toml"], 5);
    fs::write(folder.path("bytes.toml"), [0xFF, 0xFE]).unwrap();
    let bytes = folder.path("bytes.toml").display().to_string();
    run(&["check", &bytes], 6);
}
