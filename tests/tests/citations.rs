//! Tests that the papers name are there: a promise whose test was renamed or lost would be held by nothing.

use std::path::{Path, PathBuf};

/// Papers that say by which test something is shown.
const PAPERS: [&str; 4] = ["SECURITY.md", "docs/assurance.md", "docs/privacy.md", "docs/dependencies.md"];

/// Where a module path may begin.
const SOURCES: [&str; 3] = ["core/src", "cli/src", "bindings/src"];

/// What a path of the repository begins with.
const FOLDERS: [&str; 10] =
    ["tests/", "core/", "cli/", "bindings/", "docs/", "xtask/", "fuzz/", "benches/", "examples/", ".ci/"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn text(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|problem| panic!("{}: {problem}", path.display()))
}

/// What stands between backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.lines().flat_map(|line| line.split('`').skip(1).step_by(2))
}

/// Whether this is a path of modules: `log::witness::tests`.
fn is_module_path(word: &str) -> bool {
    let parts: Vec<_> = word.split("::").collect();
    let name = |part: &&str| {
        part.starts_with(|c: char| c.is_ascii_lowercase())
            && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
    };
    parts.len() > 1 && parts.iter().all(name)
}

fn is_repository_path(word: &str) -> bool {
    FOLDERS.iter().any(|folder| word.starts_with(folder)) && !word.contains(' ')
}

/// Whether a module, function or test of this path is there: in the longest file that its beginning names, the rest is
/// declared.
fn is_there(source: &Path, word: &str) -> bool {
    let parts: Vec<_> = word.split("::").collect();
    (1..=parts.len()).rev().any(|count| {
        let stem = source.join(parts[..count].join("/"));
        let files = [stem.with_extension("rs"), stem.join("mod.rs")];
        files.iter().filter(|file| file.is_file()).any(|file| declares(&text(file), &parts[count..]))
    })
}

/// Whether a file declares all of these names.
fn declares(text: &str, names: &[&str]) -> bool {
    let words = |line: &str| -> Vec<String> {
        line.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).map(str::to_owned).collect()
    };
    names.iter().all(|name| {
        text.lines().filter(|line| !line.trim_start().starts_with("//")).any(|line| {
            let declared = |pair: &[String]| matches!(pair[0].as_str(), "fn" | "mod") && pair[1] == *name;
            words(line).windows(2).any(declared)
        })
    })
}

fn missing(paper: &str) -> (usize, Vec<String>) {
    let text = text(&root().join(paper));
    let (mut seen, mut missing) = (0, Vec::new());
    for word in quoted(&text) {
        let there = if is_repository_path(word) {
            root().join(word.trim_end_matches('/')).exists()
        } else if is_module_path(word) {
            SOURCES.iter().any(|source| is_there(&root().join(source), word))
        } else {
            continue;
        };
        seen += 1;
        if !there {
            missing.push(word.to_owned());
        }
    }
    (seen, missing)
}

#[test]
fn what_the_papers_name_is_there() {
    for paper in PAPERS {
        let (seen, missing) = missing(paper);
        assert!(missing.is_empty(), "{paper} names what is not there: {missing:#?}");
        println!("{paper}: {seen} names");
    }
    assert!(missing("SECURITY.md").0 > 100, "the names are still found");
}

/// Each promise names at least one test, and each boundary of the list as well.
#[test]
fn each_promise_and_each_boundary_has_a_test() {
    let text = text(&root().join("SECURITY.md"));
    let section = |name: &str| {
        let section = text.split(&format!("\n## {name}\n")).nth(1).unwrap_or_else(|| panic!("a section {name}"));
        section.split("\n## ").next().unwrap_or_default()
    };
    let rows = |name| section(name).lines().filter(|line| line.starts_with("| ")).skip(1).collect::<Vec<_>>();
    let promises = rows("Promises");
    assert_eq!(promises.len(), 11, "the promises of the design");
    for (row, name) in promises.iter().zip(1..).map(|(row, number)| (row, format!("promise {number}"))) {
        assert!(row.starts_with(&format!("| {} |", &name[8..])), "{name} has its row");
        let shown_by = row.split(" | ").nth(3).unwrap_or_default();
        let tests = quoted(shown_by).filter(|word| is_module_path(word) || is_repository_path(word)).count();
        assert!(tests > 0, "{name} is shown by a test");
    }
    let boundaries = rows("Boundaries");
    let names = ["File at rest", "Host process", "FFI edge", "Packet", "Bundle", "Extract", "Witness", "Build"];
    for name in names {
        let row = boundaries.iter().find(|row| row.starts_with(&format!("| {name} |")));
        let row = row.unwrap_or_else(|| panic!("the boundary {name} has no row"));
        assert!(quoted(row).any(|word| is_module_path(word) || is_repository_path(word)), "{name} is tried by a test");
    }
}

#[test]
fn a_name_that_is_not_there_is_noticed() {
    let core = root().join("core/src");
    for there in ["log::witness::tests", "seal::aead::tests", "vault::tests::roster"] {
        assert!(is_there(&core, there), "{there}");
    }
    for not in ["log::witness::nothing", "vault::tests::roster::no_such_test", "nowhere::tests"] {
        assert!(!is_there(&core, not), "{not}");
    }
    assert!(is_module_path("log::hash") && !is_module_path("Session::lock") && !is_module_path("log"));
}
