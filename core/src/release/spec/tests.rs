use super::*;
use crate::release::{ReleaseError, Table};

pub(crate) const SPEC: &str = r#"
name = "Interviews"
audience = "inside"
unit = "child"
suppression = 0.1

[[column]]
name = "child"
role = "identifier"

[[column]]
name = "age"
role = "quasi-identifying"
hierarchy = { kind = "age" }

[[column]]
name = "place"
role = "quasi-identifying"
hierarchy = { kind = "prefix", lengths = [4, 2] }
finest = 1
weight = 2.0

[[column]]
name = "harm"
role = "sensitive"

[[model]]
kind = "k-anonymity"
k = 5

[[model]]
kind = "t-closeness"
column = "harm"
t = 0.4
distance = "equal"
"#;

struct NoFiles;

impl Files for NoFiles {
    fn read(&self, name: &str) -> Result<Vec<u8>, String> {
        Err(format!("there is no file {name}"))
    }
}

fn table() -> Table {
    let row =
        |i: usize| format!("{},{},{},{}\n", i / 2, 8 + i % 7, ["120102", "120304", "030501"][i % 3], ["a", "b"][i % 2]);
    let rows: String = (0..60).map(row).collect();
    Table::from_csv(format!("child,age,place,harm\n{rows}").as_bytes()).unwrap()
}

fn bound(spec: &str, table: &Table) -> Result<Bound, ReleaseError> {
    Spec::parse(spec)?.bind(table, &ReleasePolicy::default(), &NoFiles)
}

#[test]
fn a_specification_becomes_a_problem() {
    let bound = bound(SPEC, &table()).unwrap();
    assert_eq!(bound.problem.unit_count(), 30);
    assert_eq!((bound.quasi, bound.sensitive), (vec![1, 2], vec![3]));
    assert_eq!((bound.problem.quasi[1].finest, bound.problem.quasi[1].coarsest), (1, 3));
    assert_eq!(bound.problem.models.len(), 2);
}

/// The specification with one text replaced, its error, and the line of the replaced text.
fn refused(from: &str, to: &str) -> (ReleaseError, usize) {
    let at = SPEC.find(from).expect("the text is there");
    let line = SPEC[..at].matches('\n').count() + 1;
    (bound(&SPEC.replacen(from, to, 1), &table()).unwrap_err(), line)
}

#[test]
fn mistakes_are_named_by_their_line() {
    let (error, line) = refused("audience = \"inside\"", "audience = \"friends\"");
    assert!(matches!(error, ReleaseError::SpecSyntax { line: found, .. } if found == line), "{error}");
    let (error, line) = refused("suppression = 0.1", "suppression = 1.1");
    assert_eq!(error, ReleaseError::SpecValue { line, key: "suppression", allowed: "a share from 0 to 1" });
    let (error, line) = refused("weight = 2.0", "wieght = 2.0");
    assert!(matches!(error, ReleaseError::SpecSyntax { line: found, .. } if found == line), "{error}");
    let (error, line) = refused("t = 0.4", "t = 4.0");
    assert_eq!(error, ReleaseError::SpecValue { line: line - 3, key: "t", allowed: "from 0 to 1" });
    let (error, line) = refused("name = \"harm\"", "name = \"age\"");
    assert_eq!(error, ReleaseError::SpecConflict { line: line - 1, what: "column age is named twice".into() });
    let (error, line) = refused("column = \"harm\"", "column = \"age\"");
    assert_eq!(error, ReleaseError::SpecConflict { line: line - 2, what: "column age is not sensitive".into() });
    let (error, line) = refused("hierarchy = { kind = \"age\" }", "");
    assert!(matches!(error, ReleaseError::SpecConflict { line: found, .. } if found == line - 3), "{error}");
    let (error, line) = refused("finest = 1", "finest = 7");
    assert!(matches!(error, ReleaseError::SpecConflict { line: found, .. } if found == line - 4), "{error}");
    let (error, _) = refused("distance = \"equal\"", "distance = \"hierarchical\"");
    assert!(matches!(error, ReleaseError::SpecConflict { line, .. } if line > 0), "{error}");
    let (error, line) = refused("hierarchy = { kind = \"age\" }", "hierarchy = { kind = \"csv\", file = \"age.csv\" }");
    assert_eq!(error, ReleaseError::SpecConflict { line: line - 3, what: "there is no file age.csv".into() });
}

#[test]
fn every_column_has_a_role() {
    let start = SPEC.find("[[column]]\nname = \"harm\"").unwrap();
    let end = SPEC.find("[[model]]").unwrap();
    let without = format!("{}{}", &SPEC[..start], &SPEC[end..]);
    assert_eq!(bound(&without, &table()).unwrap_err(), ReleaseError::UnlistedColumn { column: "harm".into() });
    let (error, line) = refused("name = \"place\"", "name = \"palce\"");
    assert_eq!(error, ReleaseError::UnknownColumn { line: line - 1, column: "palce".into() });
}

#[test]
fn the_policy_is_a_floor() {
    let (error, _) = refused("k = 5", "k = 4");
    assert_eq!(error, ReleaseError::BelowFloor { k: 4, floor: 5, audience: "inside" });
    let (error, _) = refused("audience = \"inside\"", "audience = \"outside\"");
    assert_eq!(error, ReleaseError::BelowFloor { k: 5, floor: 11, audience: "outside" });
    let (error, _) = refused("kind = \"k-anonymity\"\nk = 5", "kind = \"average-risk\"\nrisk = 0.1");
    assert_eq!(error, ReleaseError::BelowFloor { k: 1, floor: 5, audience: "inside" });
    let (error, _) = refused("k = 5", "k = 31");
    assert_eq!(error, ReleaseError::TooFewUnits { units: 30, k: 31 });
}

#[test]
fn what_tells_a_child_does_not_leave() {
    let (error, _) = refused("role = \"identifier\"", "role = \"insensitive\"");
    assert!(matches!(error, ReleaseError::SpecConflict { .. }), "{error}");
    let no_unit = SPEC.replace("unit = \"child\"", "").replace("role = \"identifier\"", "role = \"insensitive\"");
    let rows: String = (0..60).map(|i| format!("c{i},9,120102,a\n")).collect();
    let unique = Table::from_csv(format!("child,age,place,harm\n{rows}").as_bytes()).unwrap();
    let error = bound(&no_unit, &unique).unwrap_err();
    assert!(error.to_string().contains("not insensitive"), "{error}");
    let text = "She said that it had happened in the evening. ".repeat(3);
    let long = Table::from_csv(format!("child,age,place,harm\n1,9,120102,{text}\n").as_bytes()).unwrap();
    let error = bound(SPEC, &long).unwrap_err();
    assert!(error.to_string().contains("free text") && !error.to_string().contains("evening"), "{error}");
}

#[test]
fn tables_that_hold_nothing_are_refused() {
    let refused = |rows: &str| {
        bound(SPEC, &Table::from_csv(format!("child,age,place,harm\n{rows}").as_bytes()).unwrap()).unwrap_err()
    };
    assert_eq!(refused(""), ReleaseError::EmptyTable);
    assert_eq!(refused("1,9,120102,a\n"), ReleaseError::TooFewUnits { units: 1, k: 5 });
    assert_eq!(refused("1,9,120102,\n2,9,120102,\n"), ReleaseError::AllMissing { column: "harm".into() });
    assert_eq!(refused("1,,120102,a\n2,,120102,a\n"), ReleaseError::AllMissing { column: "age".into() });
    assert_eq!(refused("1,NaN,120102,a\n"), ReleaseError::OutsideHierarchy { column: "age".into(), row: 1, count: 1 });
}
