//! Mappings: what is wrong with one is said with its line, before a row is read.

use super::{ImportError, Plan};

const WORDS: &str = include_str!("../../tests/data/words.map.toml");

#[test]
fn a_wrong_mapping_is_refused_with_its_line() {
    for (from, to, expected) in [
        ("register_number =", "registr_number =", "line 10: case has no field \"registr_number\""),
        (
            "f = \"female\"",
            "f = \"lady\"",
            "line 17: child.sex: \"lady\" does not fit: the code list sex does not have it",
        ),
        ("constant = \"victim\"", "constant = \"hero\"", "line 16: child.role: the constant does not fit"),
        ("constant = \"victim\"", "constant = 3", "line 16: child.role: the constant does not fit"),
        ("constant = true", "constant = \"yes\"", "line 20: child.interpreter_needed: the constant does not fit"),
        ("constant = true", "constant = true, column = \"a\"", "line 20: child.interpreter_needed needs either"),
        ("kind = \"child\"", "kind = \"person\"", "line 13: there is no kind of record \"person\""),
        ("parent = \"case\"", "parent = \"child\"", "line 14: the parent \"child\" is no record"),
        ("parent = \"case\"", "", "line 13: a child cannot stand below a unit"),
        ("role = { constant = \"victim\" }", "", "line 13: the required field child.role is missing"),
        ("column = \"born\"", "colunm = \"born\"", "line 18: unknown field `colunm`"),
        ("\"day_first\"", "\"year_first\"", "line 18: unknown variant `year_first`"),
        ("column = \"born\"", "column = \"born\", separator = \"/\"", "line 18: child.date_of_birth: a separator"),
        (
            "column = \"born\"",
            "column = \"born\", also = [{ column = \"b\" }]",
            "line 18: child.date_of_birth holds one",
        ),
        ("licence = \"none\"", "", "missing field `licence`"),
        ("format = 1", "format = 2", "line 2: this release reads mappings of format 1"),
        ("format = 1", "format = 1\ndelimiter = \"::\"", "line 3: the delimiter is"),
        ("[record.fields]", "[record.fields", "line 9: "),
        ("format = 1", "format = 1\nkeep = [{ column = \"a\", in = [] }]", "line 3: no row can be kept"),
    ] {
        assert!(WORDS.contains(from), "{from}");
        let error = Plan::parse(&WORDS.replacen(from, to, 1)).unwrap_err();
        assert!(error.to_string().contains(expected), "{to}: {error}");
    }
    let many = WORDS.replacen("kind = \"case\"", "kind = \"person\"", 1).replacen("f = \"female\"", "f = \"lady\"", 1);
    assert!(matches!(Plan::parse(&many), Err(ImportError::Map(problems)) if problems.len() == 3));
}

#[test]
fn the_shipped_mapping_fits_the_catalogue() {
    let plan = Plan::parse(include_str!("../../../examples/ctdc.map.toml")).unwrap();
    assert!(plan.source.name.contains("CTDC") && format!("{plan:?}") == "Plan(2 records, 9 columns)");
}
