//! `saferoom anonymize` and `saferoom risk`, from the outside.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/anonymise").join(name)
}

fn saferoom(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_saferoom")).args(arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn json(output: &Output) -> serde_json::Value {
    assert!(output.status.success(), "{}", text(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn anonymize(input: &Path, spec: &Path, more: &[&str]) -> Output {
    let (input, spec) = (input.to_str().unwrap(), spec.to_str().unwrap());
    saferoom(&[&["anonymize", "--in", input, "--spec", spec], more].concat())
}

#[test]
fn the_example_of_the_documentation() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("extract");
    let plan = json(&anonymize(&example("interviews.csv"), &example("spec.toml"), &["--plan", "--json"]));
    assert_eq!(folder.path().read_dir().unwrap().count(), 0);
    let account = json(&anonymize(
        &example("interviews.csv"),
        &example("spec.toml"),
        &["--out", out.to_str().unwrap(), "--json"],
    ));
    assert_eq!(plan["account"], account);
    assert_eq!(account["search"]["optimal"], true);
    assert!(account["after"]["k"].as_u64().unwrap() >= 5 && account["before"]["k"].as_u64().unwrap() == 1);
    let report: serde_json::Value = serde_json::from_slice(&std::fs::read(out.join("report.json")).unwrap()).unwrap();
    assert_eq!(report, account);
    let data = std::fs::read_to_string(out.join("data.csv")).unwrap();
    assert_eq!(data.lines().next(), Some("age,sex,place,harm"));
    assert!(!data.contains("c0"), "no child is named");
    // The documentation shows this very specification, with remarks.
    let guide = std::fs::read_to_string(example("../../docs/anonymisation.md")).unwrap();
    let shown = guide.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    let bare: String = shown.lines().map(|line| format!("{}\n", line.split('#').next().unwrap().trim_end())).collect();
    assert_eq!(bare, std::fs::read_to_string(example("spec.toml")).unwrap());
    // Read as a table of its own, the extract has as many rows per class, or more: there are no children in it any more.
    let data = out.join("data.csv");
    let risk = json(&saferoom(&[
        "risk",
        "--in",
        data.to_str().unwrap(),
        "--qi",
        "age,sex,place",
        "--sensitive",
        "harm",
        "--json",
    ]));
    assert!(risk["k"].as_u64() >= account["after"]["k"].as_u64());
    assert_eq!(risk["classes"], account["after"]["classes"]);
}

#[test]
fn what_fails_leaves_no_folder() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("extract");
    let spec = std::fs::read_to_string(example("spec.toml")).unwrap();
    let case = |input: &[u8], spec: &str| {
        let inputs = tempfile::tempdir().unwrap();
        let (table, file) = (inputs.path().join("t.csv"), inputs.path().join("s.toml"));
        std::fs::write(&table, input).unwrap();
        std::fs::write(&file, spec).unwrap();
        let output = anonymize(&table, &file, &["--out", out.to_str().unwrap()]);
        assert_eq!(folder.path().read_dir().unwrap().count(), 0, "something was left behind");
        (output.status.code().unwrap(), text(&output.stderr))
    };
    let table = std::fs::read(example("interviews.csv")).unwrap();
    let refused = |input: &[u8], spec: &str, exit: i32, code: &str| {
        let (found, stderr) = case(input, spec);
        assert!(found == exit && stderr.contains(code), "exit {found}, not {exit}; {code} expected: {stderr}");
    };
    refused(b"", &spec, 6, "S1202");
    refused(b"child,age,sex,place,harm\n", &spec, 6, "S1204");
    refused(b"child,age,sex,place,harm\nc1,12,f\n", &spec, 6, "S1200");
    refused(b"child,age,sex,place,harm\nc1,12,f,\xFF,x\n", &spec, 6, "S1201");
    refused(b"child,age,sex,place,harm\nc1,12,f,120101,x\n", &spec, 6, "S1261");
    refused(b"child,age,sex,place,harm\nc1,NaN,f,120101,x\n", &spec, 6, "S1246");
    refused(b"child,age,sex,place,harm,extra\nc1,12,f,120101,x,y\n", &spec, 6, "S1221");
    refused(&table, &spec.replace("k = 5", "k = 2"), 6, "S1225");
    refused(&table, &spec.replace("k = 5", "k = 500"), 6, "S1261");
}

#[test]
fn a_folder_that_exists_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("extract");
    std::fs::create_dir(&out).unwrap();
    std::fs::write(out.join("mine"), "x").unwrap();
    let output = anonymize(&example("interviews.csv"), &example("spec.toml"), &["--out", out.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(5));
    assert_eq!(out.read_dir().unwrap().count(), 1);
}
