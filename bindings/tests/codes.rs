//! Every error code there is, as data: `bindings/codes.txt`, from which the lists of Python, Kotlin and Swift are made. It is read off
//! the sources, so that no code is forgotten; no two errors have one code, unless they are one thing in two places.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// A file of a bundle and the same file of a court file: one meaning, one code.
const SHARED: [u16; 5] = [426, 427, 431, 458, 468];

/// The names of each code: kind of error and case, in small letters.
type Codes = BTreeMap<u16, BTreeSet<String>>;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

#[test]
fn every_code_of_the_sources_stands_in_the_list() {
    let codes = codes_of_the_sources();
    assert!(codes.len() > 600, "{}", codes.len());
    let mut text = String::new();
    for (code, names) in &codes {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        writeln!(text, "{code} {}", names.join(" ")).unwrap();
    }
    let file = root().join("bindings/codes.txt");
    if std::env::var_os("SAFEROOM_BLESS").is_some() {
        fs::write(&file, &text).unwrap();
    }
    assert_eq!(fs::read_to_string(file).unwrap(), text, "SAFEROOM_BLESS=1 writes the list anew");
}

#[test]
fn no_code_means_two_things() {
    let twice: Vec<_> = codes_of_the_sources().into_iter().filter(|(_, names)| names.len() > 1).collect();
    let codes: Vec<u16> = twice.iter().map(|(code, _)| *code).collect();
    assert_eq!(codes, SHARED, "{twice:?}");
}

#[test]
fn some_codes_are_what_they_were() {
    let codes = codes_of_the_sources();
    let all = [
        (201, "key_wrong_passphrase"),
        (223, "key_clock"),
        (384, "form_rule_name_taken"),
        (701, "vault_no_such_record"),
        (901, "id"),
        (990, "not_in_this_build"),
    ];
    for (code, name) in all {
        assert!(codes.get(&code).is_some_and(|names| names.contains(name)), "{code} {name}: {:?}", codes.get(&code));
    }
}

fn codes_of_the_sources() -> Codes {
    let families = families();
    let mut codes = Codes::new();
    for folder in ["core/src", "bindings/src", "cli/src"] {
        for text in sources(&root().join(folder)) {
            for (start, _) in text.match_indices("Diagnosis for ") {
                let block = &text[start + "Diagnosis for ".len()..];
                let block = &block[..block.find("fn advice").unwrap_or(block.len())];
                let kind = block.split(' ').next().unwrap();
                collect(kind, block, &text, &families, &mut codes);
            }
        }
    }
    codes
}

/// The first code of each family, by its name.
fn families() -> BTreeMap<String, u16> {
    let text = fs::read_to_string(root().join("core/src/error.rs")).unwrap();
    let lines = text.lines().filter_map(|line| line.trim().trim_end_matches(',').split_once(" = "));
    lines.filter_map(|(name, code)| Some((name.to_owned(), code.parse().ok()?))).collect()
}

/// The codes in one `fn code`: cases with a number, each of the family that its line or its block names.
fn collect(kind: &str, block: &str, file: &str, families: &BTreeMap<String, u16>, codes: &mut Codes) {
    let family_in = |text: &str| {
        let name = text.split("Family::").nth(1)?.split('.').next()?;
        families.get(name).copied()
    };
    let Some(of_block) = family_in(block) else { return };
    let mut found = |code: u16, name: String| codes.entry(code).or_default().insert(name);
    for line in block.lines() {
        let line = line.trim().trim_end_matches(',');
        let Some((case, answer)) = line.split_once(" => ") else {
            // One error, one code.
            let number = line.strip_suffix(')').and_then(|line| line.rsplit_once(".code("));
            if let Some(Ok(number)) = number.map(|(_, number)| number.parse::<u16>()) {
                found(of_block + number, snake(kind));
            }
            continue;
        };
        let number = answer.rsplit_once(".code(").map_or(answer, |(_, number)| number.trim_end_matches(')'));
        let family = family_in(answer).unwrap_or(of_block);
        // Of one case that has a code for each of its kinds, the kind belongs to the name.
        let inner = case.split_once('{').and_then(|(_, inner)| inner.rsplit_once("::"));
        let inner = inner.and_then(|(_, rest)| rest.split(',').next()).map(|inner| format!("_{}", snake(inner)));
        let case = case.split([' ', '(', '{']).next().unwrap_or(case);
        let (of, case) = case.rsplit_once("::").unwrap_or(("Self", case));
        let kind = if of.ends_with("Problem") || of == "ValueError" { of } else { kind };
        // 99 stands in arms that another arm has caught: the compiler asks for them.
        if let Some(number) = number.parse::<u16>().ok().filter(|number| *number != 99) {
            let name = format!("{}_{}{}", snake(kind), snake(case), inner.unwrap_or_default());
            found(family + number, name);
        } else if let Some(first) = number.strip_suffix(" + *rule as u16") {
            let first: u16 = first.parse().unwrap();
            for (place, rule) in (0..).zip(cases(file, "FormRule")) {
                found(family + first + place, format!("form_rule_{}", snake(&rule)));
            }
        }
    }
}

/// The cases of an enumeration without values.
fn cases(file: &str, name: &str) -> Vec<String> {
    let body = file.split(&format!("pub enum {name} {{\n")).nth(1).unwrap();
    let body = body.split("\n}").next().unwrap();
    let lines = body.lines().map(str::trim).filter(|line| !line.starts_with("///"));
    lines.map(|line| line.trim_end_matches(',').to_owned()).collect()
}

/// `KeyError` as `key`, `WrongPassphrase` as `wrong_passphrase`; the vault's own error is `vault`.
fn snake(name: &str) -> String {
    let name = if name == "Error" { "Vault" } else { name.strip_suffix("Error").unwrap_or(name) };
    let mut text = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !text.is_empty() {
            text.push('_');
        }
        text.extend(letter.to_lowercase());
    }
    text
}

/// The text of all Rust files below a folder.
fn sources(folder: &Path) -> Vec<String> {
    let (mut folders, mut found) = (vec![folder.to_owned()], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(fs::read_to_string(path).unwrap());
            }
        }
    }
    found
}
