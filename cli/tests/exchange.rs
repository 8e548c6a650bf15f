//! `saferoom export` and `saferoom import` of JSON Lines, through the built binary.

mod station;

use std::fs;

use serde_json::Value as Json;
use station::Station;

const WHY: [&str; 4] = ["--purpose", "record-management", "--reason", "Move to another station"];

#[test]
fn everything_moves_to_another_vault() {
    let (from, to) = (Station::founded(), Station::founded());
    from.with_case();
    let lines = from.path("all.jsonl");
    let file = lines.to_str().unwrap();
    let run = from.signed_in(&[&["export", "--out", file], &WHY[..]].concat()).ends_with(0);
    assert!(run.err.contains("PLAIN TEXT") || run.out.contains("PLAIN TEXT"), "{} {}", run.out, run.err);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&lines).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let written = fs::read_to_string(&lines).unwrap();
    assert_eq!(written.lines().count(), 3);
    from.signed_in(&[&["export", "--out", file], &WHY[..]].concat()).ends_with(5);
    let other = from.path("other.jsonl");
    from.signed_in(&["export", "--out", other.to_str().unwrap(), "--purpose", "record-management"]).ends_with(4);
    assert!(!other.exists());

    let dry = to.signed_in(&["import", file, "--dry-run"]).ends_with(0);
    assert!(dry.out.contains("the ones that were signed"), "{}", dry.out);
    let ids = to.path("ids.jsonl");
    let report = to.signed_in(&["import", file, "--ids", ids.to_str().unwrap(), "--json"]).json();
    assert_eq!((&report["imported"]["case"], &report["imported"]["child"]), (&Json::from(1), &Json::from(1)));
    let ids = fs::read_to_string(ids).unwrap();
    assert_eq!(ids.lines().count(), 2);
    for line in ids.lines() {
        let id: Json = serde_json::from_str(line).unwrap();
        assert!(written.contains(id["old"].as_str().unwrap()) && !written.contains(id["new"].as_str().unwrap()));
    }

    // Lines that are not the ones that were signed, and lines that are wrong.
    fs::write(&lines, written.replace("victim", "witness")).unwrap();
    let run = to.signed_in(&["import", file]).ends_with(6);
    assert!(run.err.contains("error[S844]"), "{}", run.err);
    fs::remove_file(from.path("all.jsonl.manifest")).unwrap();
    fs::write(&lines, written.replace("victim", "SECRET")).unwrap();
    let run = to.signed_in(&["import", file]).ends_with(6);
    assert!(run.out.contains("line 3: child.role: it breaks the rule known-code"), "{}", run.out);
    assert!(!format!("{}{}", run.out, run.err).contains("SECRET"));
    to.signed_in(&["import", file, "--partial"]).ends_with(0);
}
