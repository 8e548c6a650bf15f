//! Every file that parses stored or received bytes has a fuzz target: `fuzz/parsers.txt` says which.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Names of functions that make something of bytes or text.
const PARSERS: [&str; 9] = [
    "parse",
    "decode",
    "from_bytes",
    "from_file_bytes",
    "from_enrolment_file",
    "from_text",
    "from_csv",
    "read_parquet",
    "split_bundle",
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let is_test =
            path.file_stem().is_some_and(|stem| matches!(stem.to_str(), Some("tests" | "vectors" | "fuzzing")));
        if path.is_dir() && !is_test {
            sources(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") && !is_test {
            found.push(path);
        }
    }
}

/// Whether this code, without its tests, has a parser.
fn parses(text: &str) -> bool {
    let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let given = ["&[u8]", "&str", "Vec<u8>"];
    code.lines().any(|line| {
        let line = line.trim_start();
        let function = line.split_once("fn ").filter(|(before, _)| before.is_empty() || before.starts_with("pub"));
        let named = function.is_some_and(|(_, rest)| {
            let (name, rest) = rest.split_once(['(', '<']).unwrap_or((rest, ""));
            PARSERS.contains(&name) && (given.iter().any(|given| rest.contains(given)) || rest.is_empty())
        });
        named || line.starts_with("impl FromStr for")
    })
}

/// By file below the root its targets, or why it has none.
fn listed() -> BTreeMap<String, Result<Vec<String>, String>> {
    let text = std::fs::read_to_string(root().join("fuzz/parsers.txt")).unwrap();
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let entry = |line: &str| {
        let (file, targets) = line.split_once(": ").unwrap_or_else(|| panic!("malformed: {line}"));
        let targets = match targets.strip_prefix("none, ") {
            Some(why) => Err(why.to_owned()),
            None => Ok(targets.split(", ").map(str::to_owned).collect()),
        };
        (file.to_owned(), targets)
    };
    lines.map(entry).collect()
}

fn targets() -> BTreeSet<String> {
    let folder = root().join("fuzz/src/targets");
    let list = std::fs::read_to_string(folder.join("mod.rs")).unwrap();
    let entries = std::fs::read_dir(folder).unwrap();
    let names = entries.map(|entry| entry.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned());
    let names = names.filter(|name| name != "mod");
    names.inspect(|name| assert!(list.contains(&format!("    {name}\n")), "{name} is not built")).collect()
}

#[test]
fn every_parser_has_a_fuzz_target() {
    let (listed, mut files) = (listed(), Vec::new());
    for folder in ["core/src", "cli/src/import", "cli/src/shape"] {
        sources(&root().join(folder), &mut files);
    }
    let with_parser = files.iter().filter(|path| parses(&std::fs::read_to_string(path).unwrap()));
    let with_parser: BTreeSet<_> =
        with_parser.map(|path| path.strip_prefix(root()).unwrap().to_str().unwrap().to_owned()).collect();
    let unlisted: Vec<_> = with_parser.iter().filter(|file| !listed.contains_key(*file)).collect();
    assert!(unlisted.is_empty(), "a parser without a line in fuzz/parsers.txt: {unlisted:#?}");
    let gone: Vec<_> = listed.keys().filter(|file| !root().join(file).is_file()).collect();
    assert!(gone.is_empty(), "fuzz/parsers.txt names files that are gone: {gone:#?}");
    assert!(with_parser.len() > 60, "the names that are looked for are still the right ones");
}

#[test]
fn every_target_that_is_named_exists_and_every_one_is_named() {
    let (listed, targets) = (listed(), targets());
    let named: BTreeSet<_> = listed.values().flatten().flatten().cloned().collect();
    let missing: Vec<_> = named.difference(&targets).collect();
    assert!(missing.is_empty(), "no such fuzz target: {missing:?}");
    let unnamed: Vec<_> = targets.difference(&named).collect();
    assert!(unnamed.is_empty(), "targets that fuzz/parsers.txt does not name: {unnamed:?}");
    assert!(listed.values().all(|targets| targets.as_ref().err().is_none_or(|why| why.len() > 10)), "a reason each");
}
