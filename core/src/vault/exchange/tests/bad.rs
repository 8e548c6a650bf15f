use rusqlite::Connection;

use super::super::super::Error;
use super::*;
use crate::error::Diagnosis;

const CASE: &str = r#"{"kind":"case","id":"1","fields":{}}"#;

/// What is wrong with these lines, and that none of them was written.
fn wrong(lines: impl AsRef<[u8]>) -> Vec<(u64, Option<&'static str>, &'static str)> {
    let world = World::new();
    let session = world.session();
    let report = session.import_lines(Cursor::new(lines.as_ref()), &ImportOptions::default(), &why(), &mut |_| ());
    let report = report.unwrap();
    assert!(report.imported.is_empty() && report.ids.is_empty());
    assert!(session.cases(&why()).unwrap().is_empty());
    assert_eq!(report.problem_count, report.problems.len() as u64);
    report.problems.iter().map(|problem| (problem.line, problem.field, problem.rule.name())).collect()
}

#[test]
fn everything_that_is_wrong_is_said_at_once_with_its_line() {
    let lines = [
        CASE,
        r#"{"kind":"person","id":"2","fields":{}}"#,
        r#"{"kind":"child","id":"3","parent":"1","fields":{"sex":"lady","role":1,"shoe_size":"3","phones":"012","age_at_report":-1,"interpreter_needed":"yes"}}"#,
        r#"{"kind":"child","id":"4","parent":"1","fields":{"role":"victim","sex":"male","sex":"male"}}"#,
        r#"{"kind":"child","id":"1","parent":"1","fields":{"role":"victim","sex":"male"}}"#,
        r#"{"kind":"statement","id":"5","parent":"1","fields":{"kind":"verbatim_transcript","body":"x"}}"#,
        r#"{"kind":"child","id":"6","fields":{"role":"victim","sex":"male"}}"#,
        r#"{"kind":"interview","id":"7","parent":"3","fields":{"purpose":"initial"}}"#,
        r#"{"kind":"child","id":"8","parent":"1","fields":{"role":"victim","sex":"male","siblings":["nobody"]}}"#,
        r#"{"kind":"case","id":"9"}"#,
        r#"{"kind":"case","id":"9","fields":{},"note":"more"}"#,
        r#"{"kind":"case","kind":"case","fields":{}}"#,
        r#"["case"]"#,
        r#"{"kind":"case","fields":{"summary":"half"#,
    ];
    let found = wrong(lines.join("\n"));
    let expected: [&[(Option<&str>, &str)]; 14] = [
        &[],
        &[(None, "known-kind")],
        &[],
        &[(Some("sex"), "field-twice")],
        &[(None, "id-twice")],
        &[(None, "parent-kind")],
        &[(None, "parent-missing")],
        &[(None, "parent-rejected")],
        &[(Some("siblings"), "reference")],
        &[(None, "shape")],
        &[(None, "shape")],
        &[(None, "shape")],
        &[(None, "shape")],
        &[(None, "json")],
    ];
    for (line, expected) in (1..).zip(expected) {
        if line != 3 {
            let found: Vec<_> = found.iter().filter(|(at, ..)| *at == line).map(|(_, f, r)| (*f, *r)).collect();
            assert_eq!(found, expected, "line {line}");
        }
    }
    for expected in [
        (Some("sex"), "known-code"),
        (Some("role"), "type"),
        (None, "known-field"),
        (Some("phones"), "type"),
        (Some("age_at_report"), "type"),
        (Some("interpreter_needed"), "type"),
    ] {
        assert!(found.contains(&(3, expected.0, expected.1)), "{expected:?} of {found:?}");
    }
}

#[test]
fn parents_come_first_and_never_in_a_circle() {
    let child = |id: &str, parent: &str| {
        format!(r#"{{"kind":"interview","id":"{id}","parent":"{parent}","fields":{{"purpose":"initial"}}}}"#)
    };
    let lines = [child("a", "b"), child("b", "a"), child("c", "c"), child("d", "e"), child("e", "f"), child("g", "h")];
    let rules: Vec<_> = wrong(lines.join("\n")).into_iter().map(|(_, _, rule)| rule).collect();
    let (circular, later, missing) = ("parent-circular", "parent-later", "parent-missing");
    assert_eq!(rules, [circular, circular, circular, later, missing, missing]);
}

#[test]
fn strange_bytes_are_errors_or_nothing() {
    assert_eq!(wrong(""), []);
    assert_eq!(wrong("\n\r\n \n"), []);
    assert_eq!(wrong(b"{\"kind\":\"case\",\"fields\":{\"summary\":\"\xff\"}}"), [(1, None, "utf8")]);
    assert_eq!(wrong("\u{0}"), [(1, None, "json")]);
    assert_eq!(wrong("[".repeat(200_000)), [(1, None, "shape")]);
    assert_eq!(wrong("{\"kind\":".repeat(200_000)), [(1, None, "shape")]);
    let deep = format!(r#"{{"kind":"case","fields":{{"summary":{}1{}}}}}"#, "[".repeat(100), "]".repeat(100));
    assert_eq!(wrong(deep), [(1, Some("summary"), "type")]);
    let whole = format!("{CASE}\n{CASE}");
    for end in 1..CASE.len() {
        assert_eq!(wrong(&whole[..CASE.len() + 1 + end]), [(2, None, "json")], "half a last line");
    }

    let session = World::new();
    let session = session.session();
    for mark in [[0xFF, 0xFE], [0xFE, 0xFF]] {
        let file = [&mark[..], &[0, b'{', 0, b'}']].concat();
        let refused = session.import_lines(Cursor::new(file), &ImportOptions::default(), &why(), &mut |_| ());
        assert_eq!(refused.unwrap_err(), ExchangeError::Utf16.into());
    }
}

#[test]
fn long_lines_cost_no_memory() {
    let long = format!(r#"{{"kind":"case","fields":{{"summary":"{}"}}}}"#, "a".repeat(10 << 20));
    assert_eq!(wrong(&long), [(1, Some("summary"), "too-long")]);
    let options = ImportOptions { longest_line: 1 << 20, ..ImportOptions::default() };
    let report = check_lines(Cursor::new(format!("{CASE}\n{long}\n{CASE}")), &options, &mut |_| ()).unwrap();
    let found: Vec<_> = report.problems.iter().map(|problem| (problem.line, problem.rule)).collect();
    assert_eq!(found, [(2, LineRule::TooLong), (3, LineRule::IdTwice)]);
}

#[test]
fn problems_are_bounded_and_counted() {
    let lines = "{}\n".repeat(5000);
    let report = check_lines(Cursor::new(lines), &ImportOptions::default(), &mut |_| ()).unwrap();
    assert_eq!((report.problems.len(), report.problem_count, report.rejected), (1000, 5000, 5000));
    assert_eq!(report.problems[0].to_string().matches("line 1: ").count(), 1);
}

#[test]
fn with_partial_the_good_lines_are_written() {
    let world = World::new();
    let session = world.session();
    let options = ImportOptions { partial: true, ..ImportOptions::default() };
    let lines = format!("{CASE}\nnonsense\n{{\"kind\":\"case\",\"fields\":{{\"status\":\"lost\"}}}}\n");
    let report = session.import_lines(Cursor::new(lines), &options, &why(), &mut |_| ()).unwrap();
    assert_eq!((report.lines, report.rejected, report.imported["case"], report.ids.len()), (3, 2, 1, 1));
    assert_eq!(session.cases(&why()).unwrap(), [report.ids[0].new]);
}

/// Wherever the store fails, nothing is there afterwards, and the same file goes in once the store works.
#[test]
fn an_import_that_dies_half_way_leaves_nothing() {
    let world = World::new();
    let session = world.session();
    let lines: String = (0..12).map(|n| format!("{{\"kind\":\"case\",\"id\":\"{n}\",\"fields\":{{}}}}\n")).collect();
    let options = ImportOptions { records_per_commit: 4, ..ImportOptions::default() };
    let run = || session.import_lines(Cursor::new(&lines), &options, &why(), &mut |_| ());
    let before = session.check(|_, _| ()).unwrap();
    let db = Connection::open(world.folder.path().join("vault.saferoom")).unwrap();
    for table in ["entry", "head", "revision", "tip", "state", "commitment"] {
        for nth in [1, 2, 5, 9, 12] {
            let exists: bool =
                db.query_row("SELECT count(*) FROM sqlite_master WHERE name = ?1", [table], |row| row.get(0)).unwrap();
            if !exists {
                continue;
            }
            db.execute_batch(&format!(
                "CREATE TABLE counter (n INTEGER); INSERT INTO counter VALUES (0);
                 CREATE TRIGGER obstacle BEFORE INSERT ON {table} BEGIN
                 UPDATE counter SET n = n + 1;
                 SELECT RAISE(ABORT, 'no') WHERE (SELECT n FROM counter) >= {nth}; END"
            ))
            .unwrap();
            let failed = run();
            db.execute_batch("DROP TRIGGER obstacle; DROP TABLE counter").unwrap();
            assert!(failed.is_err(), "{table} {nth}");
            assert_eq!(session.check(|_, _| ()).unwrap().records, before.records, "{table} {nth}");
        }
    }
    assert_eq!(run().unwrap().imported["case"], 12);
    assert_eq!(session.check(|_, _| ()).unwrap().records, before.records + 12);
}

#[test]
fn what_the_vault_refuses_names_its_line_and_undoes_all() {
    let world = World::new();
    let session = world.session();
    let case = r#"{"kind":"case","id":"c","fields":{}}"#;
    let reference = r#"{"kind":"external_reference","parent":"c","fields":{"system":"oscar","value":"1"}}"#;
    let lines = format!("{case}\n{}", format!("{reference}\n").repeat(65));
    let refused = session.import_lines(Cursor::new(lines), &ImportOptions::default(), &why(), &mut |_| ()).unwrap_err();
    assert!(matches!(&refused, Error::Exchange(ExchangeError::Stopped { line: 66, .. })), "{refused:?}");
    assert_eq!(refused.code(), 709);
    assert!(session.cases(&why()).unwrap().is_empty());
    let denied =
        session.import_lines(Cursor::new(case), &ImportOptions::default(), &Access::for_purpose(""), &mut |_| ());
    assert!(matches!(denied, Err(Error::Access(_))));
}
