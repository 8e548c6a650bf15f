//! Promises about the source and the papers: where ciphers are touched, which floor uses which, and that SECURITY.md
//! names every column that stands in clear.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use saferoom_tests::{World, columns, raw, tables};

/// From the ground up; a module uses only those before it.
const FLOORS: [&[&str]; 12] = [
    &["error"],
    &["id", "panics"],
    &["new_file"],
    &["seal"],
    &["keys"],
    &["model"],
    &["log"],
    &["store"],
    &["access"],
    &["practice", "release"],
    &["vault"],
    // Served through the front door, and helpers of tests.
    &["exchange", "fuzzing", "vectors"],
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// All Rust files below a folder of the repository, with their text.
fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.ends_with("target") {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                found.push((path.strip_prefix(root()).unwrap().to_owned(), text));
            }
        }
    }
    assert!(!found.is_empty(), "{folder} has sources");
    found.sort();
    found
}

/// Lines of code: no comments, no documentation, no tests at the end of a file.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let end = text.find("#[cfg(test)]\nmod tests {").unwrap_or(text.len());
    let lines = text[..end].lines().enumerate().map(|(index, line)| (index + 1, line));
    lines.map(|(number, line)| (number, line.split("//").next().unwrap_or_default()))
}

fn is_test(path: &Path) -> bool {
    let test = |part: &str| matches!(part, "tests" | "tests.rs" | "vectors" | "vectors.rs" | "known_answers.rs");
    path.components().any(|part| part.as_os_str().to_str().is_some_and(test))
}

/// The module of `core/src` that a file belongs to.
fn module(path: &Path) -> String {
    let within = path.strip_prefix("core/src").unwrap();
    let first = within.components().next().unwrap().as_os_str().to_str().unwrap();
    first.trim_end_matches(".rs").to_owned()
}

#[test]
fn only_the_module_seal_touches_ciphers() {
    // `keys` stretches passphrases; what comes out is a key, no ciphertext.
    let ciphers = [
        "chacha20",
        "ChaCha",
        "hpke::",
        "use hpke",
        "ring::aead",
        "aead::",
        "aes_gcm",
        "aes::",
        "poly1305",
        "SealingKey",
        "OpeningKey",
        "LessSafeKey",
        "cipher::",
        "x25519",
        "mlkem",
        "ml_kem",
    ];
    let mut found = Vec::new();
    let mut in_seal = 0;
    for (path, text) in sources("core/src").iter().chain(&sources("core/derive/src")).chain(&sources("cli/src")) {
        for (number, line) in code(text).filter(|(_, line)| ciphers.iter().any(|cipher| line.contains(cipher))) {
            if path.starts_with("core/src/seal") {
                in_seal += 1;
            } else {
                found.push(format!("{}:{number}: {line}", path.display()));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
    assert!(in_seal > 3, "the words that are looked for are still the right ones");
    for (path, text) in sources("core/src") {
        let outside = !path.starts_with("core/src/keys/passphrase.rs") && !path.starts_with("core/src/seal");
        let stretches = code(&text).any(|(_, line)| line.contains("argon2::"));
        assert!(!(outside && stretches), "{} stretches passphrases", path.display());
    }
}

#[test]
fn floors_use_only_those_below() {
    let floor = |module: &str| {
        let floor = FLOORS.iter().position(|floor| floor.contains(&module));
        floor.unwrap_or_else(|| panic!("module {module} has no floor: give it one in design.md and here"))
    };
    let mut wrong = Vec::new();
    for (path, text) in sources("core/src") {
        let mine = module(&path);
        if mine == "lib" || is_test(&path) {
            continue;
        }
        for (number, line) in code(&text) {
            for used in used_modules(line) {
                let allowed = used == mine || floor(&used) < floor(&mine);
                if !allowed {
                    wrong.push(format!("{}:{number}: {mine} uses {used}: {}", path.display(), line.trim()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The modules that a line names by `crate::` or `saferoom::`.
fn used_modules(line: &str) -> BTreeSet<String> {
    let mut used = BTreeSet::new();
    for (at, _) in line.match_indices("crate::").chain(line.match_indices("::saferoom::")) {
        let rest = &line[at..];
        let rest = rest.trim_start_matches("::").split_once("::").map_or("", |(_, rest)| rest);
        let names = rest.strip_prefix('{').map_or(rest, |list| list);
        let first: String = names.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
        if first.chars().next().is_some_and(|c| c.is_ascii_lowercase()) && !line[..at].ends_with('$') {
            used.insert(first);
        }
        assert!(!rest.starts_with('{'), "name one module per `use crate::…`, so that floors can be told: {line}");
    }
    used
}

#[test]
fn the_parser_of_imports_sees_them() {
    let seen = |line| used_modules(line).into_iter().collect::<Vec<_>>();
    assert_eq!(seen("use crate::seal::{Secret, sha256};"), ["seal"]);
    assert_eq!(seen("Err(crate::keys::KeyError::from(crate::seal::SealError::TooLong))"), ["keys", "seal"]);
    assert!(seen("use super::Rows;").is_empty());
}

#[test]
fn unsafe_code_stands_nowhere_but_in_the_bindings() {
    for folder in ["core", "cli", "tests", "xtask"] {
        for (path, text) in sources(folder) {
            let word = |line: &str| {
                line.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).any(|word| word == concat!("un", "safe"))
            };
            for (number, line) in code(&text) {
                assert!(!word(line), "{}:{number}: {line}", path.display());
            }
        }
    }
    let forbid = std::fs::read_to_string(root().join("core/src/lib.rs")).unwrap();
    assert!(forbid.contains("#![forbid(unsafe_code)]"));
}

/// SECURITY.md has one row per column in the table under "What stands in clear", and no other.
#[test]
fn every_column_that_stands_in_clear_is_named() {
    let path = root().join("SECURITY.md");
    let text = std::fs::read_to_string(&path).unwrap_or_else(|_| {
        panic!("SECURITY.md is not there yet; it has to list every column of the schema under \"What stands in clear\"")
    });
    let section = text.split("What stands in clear").skip(1).find(|part| part.contains("\n| `"));
    let section = section.expect("SECURITY.md has a section \"What stands in clear\" with a table");
    let section = section.split("\n## ").next().unwrap_or_default();
    let mut named = BTreeSet::new();
    for line in section.lines().filter(|line| line.starts_with("| `")) {
        let cell = line.trim_start_matches("| `").split('`').next().unwrap_or_default();
        assert!(named.insert(cell.to_owned()), "{cell} stands there twice");
        let leaks = line.split('|').filter(|cell| !cell.trim().is_empty()).count();
        assert!(leaks >= 2, "the row of {cell} says what the column shows");
    }
    let world = World::new();
    let connection = raw(&world.path());
    let mut there = BTreeSet::new();
    for table in tables(&connection) {
        there.extend(columns(&connection, &table).into_iter().map(|column| format!("{table}.{}", column.name)));
    }
    let missing: Vec<_> = there.difference(&named).collect();
    let stale: Vec<_> = named.difference(&there).filter(|name| name.contains('.')).collect();
    assert!(missing.is_empty() && stale.is_empty(), "not in SECURITY.md: {missing:?}; not in the schema: {stale:?}");
}
