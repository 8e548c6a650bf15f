//! `saferoom lint` through the built binary.

use std::io::Write;
use std::process::{Command, Output, Stdio};

fn lint(arguments: &[&str], text: &[u8]) -> Output {
    let mut process = Command::new(env!("CARGO_BIN_EXE_saferoom"))
        .arg("lint")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    process.stdin.take().unwrap().write_all(text).unwrap();
    process.wait_with_output().unwrap()
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn words_are_warned_of_with_their_places_and_nothing_else_is_shown() {
    let text = "Sokha, 12 years.\nThe file has Child Pornography in it.";
    let warned = lint(&[], text.as_bytes());
    let shown = said(&warned);
    assert!(
        warned.status.success() && shown.contains("2:14") && shown.contains("child sexual abuse material"),
        "{shown}"
    );
    assert!(!shown.contains("Sokha"), "no more of the text than the word: {shown}");
    assert!(said(&lint(&["--lang", "km"], text.as_bytes())).contains("draft"));
    assert!(!lint(&["--strict"], text.as_bytes()).status.success());

    let found: serde_json::Value = serde_json::from_slice(&lint(&["--json"], text.as_bytes()).stdout).unwrap();
    assert_eq!(found["warnings"][0]["term"], "child_pornography");
    assert_eq!((&found["warnings"][0]["start"], &found["warnings"][0]["end"]), (&30.into(), &47.into()));
}

#[test]
fn a_clean_text_passes_and_what_is_no_text_is_refused() {
    let clean = lint(&["--strict"], "Child sexual abuse material was reported.".as_bytes());
    assert!(clean.status.success(), "{}", said(&clean));
    let refused = lint(&[], b"\xff\xfe");
    assert_eq!(refused.status.code(), Some(6), "{}", said(&refused));
    let missing = lint(&["/nowhere/to/be/found"], b"");
    assert!(!missing.status.success());
}
