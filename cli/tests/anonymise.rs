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
    let report: serde_json::Value = serde_json::from_slice(&std::fs::read(out.join("risk.json")).unwrap()).unwrap();
    assert_eq!(report, account);
    let rows = folder.path().join("rows.csv");
    let (out, rows) = (out.to_str().unwrap(), rows.to_str().unwrap());
    assert!(saferoom(&["extract", "csv", out, "--unsigned", "--out", rows]).status.success());
    let data = std::fs::read_to_string(rows).unwrap();
    assert_eq!(data.lines().next(), Some("age,sex,place,harm"));
    assert!(!data.contains("c0"), "no child is named");
    // The documentation shows this very specification, with remarks.
    let guide = std::fs::read_to_string(example("../../docs/anonymisation.md")).unwrap();
    let shown = guide.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    let bare: String = shown.lines().map(|line| format!("{}\n", line.split('#').next().unwrap().trim_end())).collect();
    assert_eq!(bare, std::fs::read_to_string(example("spec.toml")).unwrap());
    // Read as a table of its own, the extract has as many rows per class, or more: there are no children in it any more.
    let data = Path::new(out).join("data.parquet");
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

/// A signed extract from end to end: made, checked, shown, converted, and refused when anything is not as it was.
#[test]
fn a_signed_extract() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let keygen = |file: &str, passphrase: &str| {
        let arguments = ["-q", "-t", "ed25519", "-C", "desk", "-N", passphrase, "-f", file];
        Command::new("ssh-keygen").args(arguments).status().is_ok_and(|status| status.success())
    };
    if !keygen(&at("desk"), "three plain words") || !keygen(&at("other"), "") {
        println!("skipped: there is no ssh-keygen");
        return;
    }
    std::fs::write(at("passphrase"), "three plain words\n").unwrap();
    let out = at("extract");
    let signed = ["--out", &out, "--sign-with", &at("desk"), "--passphrase-file", &at("passphrase")];
    let made = anonymize(&example("interviews.csv"), &example("spec.toml"), &signed);
    assert!(made.status.success(), "{}", text(&made.stderr));

    let public = at("desk.pub");
    let verified = saferoom(&["extract", "verify", &out, "--key", &public]);
    assert!(verified.status.success(), "{}", text(&verified.stderr));
    assert!(text(&verified.stdout).contains("ssh-ed25519 "));
    let inspected = saferoom(&["extract", "inspect", &out, "--key", &public, "--json"]);
    assert!(text(&inspected.stderr).contains("signed by ssh-ed25519 "), "beside the JSON");
    assert_eq!(json(&inspected), json(&saferoom(&["extract", "inspect", &out, "--unsigned", "--json"])));
    let manifest = json(&inspected);
    let columns = manifest["columns"].as_array().unwrap();
    assert!(columns.iter().all(|column| column["name"].is_string() && column["role"].is_string()));
    assert_eq!(columns.len(), 4);

    // Stock OpenSSH says the same.
    let line = std::fs::read_to_string(&public).unwrap();
    std::fs::write(at("allowed"), format!("desk {line}")).unwrap();
    let stock = Command::new("ssh-keygen")
        .args(["-Y", "verify", "-f", &at("allowed"), "-I", "desk", "-n", "saferoom-extract"])
        .args(["-s", &format!("{out}/manifest.json.sig")])
        .stdin(std::fs::File::open(format!("{out}/manifest.json")).unwrap())
        .output()
        .unwrap();
    assert!(stock.status.success(), "{}", text(&stock.stderr));

    let refused = |arguments: &[&str], exit: i32, code: &str| {
        let output = saferoom(&[&["extract"], arguments].concat());
        let stderr = text(&output.stderr);
        assert!(output.status.code() == Some(exit) && stderr.contains(code), "{exit} {code}: {stderr}");
    };
    refused(&["verify", &out, "--key", &at("other.pub")], 4, "S1813");
    refused(&["verify", &out, "--key", &at("desk")], 6, "S1815");
    std::fs::write(at("wrong"), "two words\n").unwrap();
    let wrong = ["--out", &at("e2"), "--sign-with", &at("desk"), "--passphrase-file", &at("wrong")];
    assert_eq!(anonymize(&example("interviews.csv"), &example("spec.toml"), &wrong).status.code(), Some(4));
    // The rows of another extract under this manifest: neither shown nor converted.
    let other = at("e3");
    assert!(anonymize(&example("interviews.csv"), &example("spec.toml"), &["--out", &other]).status.success());
    refused(&["verify", &other, "--key", &public], 4, "S1810");
    std::fs::copy(format!("{other}/data.parquet"), format!("{out}/data.parquet")).unwrap();
    refused(&["csv", &out, "--key", &public, "--out", &at("rows.csv")], 3, "S1825");
    assert!(!folder.path().join("rows.csv").exists());
}

#[test]
fn parquet_goes_in_as_csv_does() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("extract");
    let made = anonymize(&example("interviews.csv"), &example("spec.toml"), &["--out", out.to_str().unwrap()]);
    assert!(made.status.success());
    // The rows of an extract, with every column insensitive or generalised away once more.
    let spec = "name = \"again\"\naudience = \"inside\"\nsuppression = 1.0\n".to_owned()
        + &["age", "sex", "place"].map(|name| format!("[[column]]\nname = \"{name}\"\nrole = \"drop\"\n")).concat()
        + "[[column]]\nname = \"harm\"\nrole = \"quasi-identifying\"\nhierarchy = { kind = \"suppress\" }\n"
        + "[[model]]\nkind = \"k-anonymity\"\nk = 5\n";
    let file = folder.path().join("s.toml");
    std::fs::write(&file, spec).unwrap();
    let plan = json(&anonymize(&out.join("data.parquet"), &file, &["--plan", "--json"]));
    assert!(plan["account"]["after"]["k"].as_u64().unwrap() >= 5);
    std::fs::write(folder.path().join("broken.parquet"), b"PAR1 and nothing else").unwrap();
    let broken = anonymize(&folder.path().join("broken.parquet"), &file, &["--plan"]);
    assert!(broken.status.code() == Some(6) && text(&broken.stderr).contains("S1804"), "{}", text(&broken.stderr));
}

/// The library that reads Parquet answers these with a panic; whoever brought the file is told that it is damaged.
#[test]
fn a_damaged_parquet_file_is_told_in_our_words() {
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/seeds/table_input");
    for name in ["panics_in_a_page_header", "panics_in_a_page", "panics_in_the_footer"] {
        let file = seeds.join(name);
        let answer = saferoom(&["risk", "--in", file.to_str().unwrap(), "--qi", "sex,age"]);
        let told = text(&answer.stderr);
        assert!(answer.status.code() == Some(6) && told.contains("S1804"), "{name}: {told}");
        assert!(!told.contains("panicked"), "{name}: {told}");
    }
}
