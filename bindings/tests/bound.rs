//! What the front door offers crosses the bindings, or says why it does not: the sources of both are compared, so that nothing
//! new is forgotten.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

type Listed = BTreeMap<String, BTreeMap<String, String>>;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The text of all Rust files below a folder that are no tests.
fn sources(folder: &Path) -> Vec<String> {
    let (mut folders, mut found) = (vec![folder.to_owned()], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            match path.is_dir() {
                _ if ["tests", "vectors", "fuzzing"].contains(&name.as_str()) => {}
                true => folders.push(path),
                false => found.push(std::fs::read_to_string(path).unwrap()),
            }
        }
    }
    found
}

/// The public methods of `Session` and `Vault`: what stands at the margin of an `impl` block of theirs.
fn public_methods() -> BTreeSet<(String, String)> {
    let mut methods = BTreeSet::new();
    for text in sources(&folder().join("../core/src/vault")) {
        let mut of = None;
        for line in text.lines() {
            match line {
                "impl Session {" => of = Some("Session"),
                "impl Vault {" => of = Some("Vault"),
                "}" => of = None,
                _ => {}
            }
            let function = line.strip_prefix("    pub fn ").or_else(|| line.strip_prefix("    pub const fn "));
            if let (Some(of), Some(function)) = (of, function) {
                let name = function.split(|letter: char| !(letter.is_alphanumeric() || letter == '_')).next();
                methods.insert((of.to_owned(), name.unwrap().to_owned()));
            }
        }
    }
    methods
}

/// Whether the bindings call a method: on the core's object that theirs holds, or by its path.
fn is_bound(bindings: &str, of: &str, method: &str) -> bool {
    [format!(".0.{method}("), format!("{of}::{method}("), format!("session.{method}(")]
        .iter()
        .any(|call| bindings.contains(call))
}

#[test]
fn every_public_method_crosses_or_says_why_not() {
    let bindings: String = sources(&folder().join("src")).concat().split_whitespace().collect();
    let listed: Listed = toml::from_str(&std::fs::read_to_string(folder().join("not-bound.toml")).unwrap()).unwrap();
    let methods = public_methods();
    assert!(methods.len() > 80, "the sources were read");
    let mut wrong = Vec::new();
    for (of, method) in &methods {
        let reason = listed.get(of).and_then(|reasons| reasons.get(method));
        if !is_bound(&bindings, of, method) && reason.is_none_or(|reason| reason.trim().len() < 10) {
            wrong.push(format!("{of}::{method} neither crosses nor stands in not-bound.toml with a reason"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
