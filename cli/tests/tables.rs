//! `saferoom tables`, from the outside.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples").join(name)
}

fn tables(input: &Path, spec: &Path, more: &[&str]) -> Output {
    let (input, spec) = (input.to_str().unwrap(), spec.to_str().unwrap());
    let arguments = [&["tables", "--in", input, "--spec", spec], more].concat();
    Command::new(env!("CARGO_BIN_EXE_saferoom")).args(arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn the_example_of_the_documentation() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("counts");
    let (input, spec) = (example("anonymise/interviews.csv"), example("tables/spec.toml"));
    let done = tables(&input, &spec, &["--out", out.to_str().unwrap(), "--json"]);
    assert!(done.status.success(), "{}", text(&done.stderr));
    let report: serde_json::Value = serde_json::from_slice(&done.stdout).unwrap();
    assert_eq!(
        report,
        serde_json::from_slice::<serde_json::Value>(&std::fs::read(out.join("report.json")).unwrap()).unwrap()
    );
    let cells = report["cells"].as_array().unwrap();
    assert_eq!(cells.len(), 9 * 5);
    // Counted here from the file, by other means: what is shown is right, what is small is not shown.
    let rows = std::fs::read_to_string(&input).unwrap();
    let rows: Vec<Vec<&str>> = rows.lines().skip(1).map(|line| line.split(',').collect()).collect();
    let (mut hidden, mut rates) = (0, 0);
    for cell in cells {
        let is = |index: usize, value: &str| cell["values"][index].is_null() || cell["values"][index] == value;
        let mut children: Vec<&str> =
            rows.iter().filter(|row| is(0, row[3]) && is(1, row[4])).map(|row| row[0]).collect();
        children.sort_unstable();
        children.dedup();
        match cell["count"].as_u64() {
            Some(count) => assert!(count == children.len() as u64 && !(1..5).contains(&count)),
            None => hidden += 1,
        }
        rates += u64::from(!cell["rates"][0].is_null());
    }
    assert_eq!(report["account"]["hidden"].as_u64(), Some(hidden));
    assert!(hidden > 0 && rates > 0, "{hidden} {rates}");
    assert!(report["account"]["narrowest_interval"].as_u64().unwrap() >= 5);
    let table = std::fs::read_to_string(out.join("table.csv")).unwrap();
    assert_eq!(table.lines().next(), Some("place,harm,count,neglect,\"neglect, out of\""));
    // The documentation shows this very specification, with remarks.
    let guide = std::fs::read_to_string(example("../docs/anonymisation.md")).unwrap();
    let shown = guide.split("## Tables of counts").nth(1).unwrap().split("```toml\n").nth(1).unwrap();
    let shown = shown.split("```").next().unwrap();
    let bare: String = shown.lines().map(|line| format!("{}\n", line.split('#').next().unwrap().trim_end())).collect();
    assert_eq!(bare, std::fs::read_to_string(spec).unwrap());
}

#[test]
fn what_cannot_be_protected_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    std::fs::write(path("in.csv"), "place,harm\n1,a\n2,b\n").unwrap();
    let dimension = "[[dimension]]\ncolumn = \"place\"\nvalues = [\"1\", \"2\"]\n";
    let run = |more: &str| {
        std::fs::write(path("spec.toml"), format!("name = \"t\"\naudience = \"outside\"\n{more}{dimension}")).unwrap();
        let done = tables(&path("in.csv"), &path("spec.toml"), &["--out", path("out").to_str().unwrap()]);
        assert!(!path("out").exists() || done.status.success());
        (done.status.code(), text(&done.stderr), text(&done.stdout))
    };
    let (code, said, _) = run("threshold = 5\n");
    assert_eq!(code, Some(6));
    assert!(said.contains("S1904") && said.contains("at least 11"), "{said}");
    let (code, said, _) = run("[private]\nmechanism = \"laplace\"\nepsilon = 1.0\n");
    assert_eq!(code, Some(6));
    assert!(said.contains("S1907"), "{said}");
    let (code, said, _) = run("colour = \"red\"\n");
    assert!(code == Some(6) && said.contains("line 3"), "{said}");
    // Two children in all: every cell is hidden, the total too.
    let (code, said, shown) = run("");
    assert_eq!(code, Some(0), "{said}");
    assert!(shown.contains("3 of 3 cells are hidden"), "{shown}");
}
