use proptest::prelude::*;

use super::super::engine::Unwatched;
use super::super::spec::ReleasePolicy;
use super::super::table::{Column, Table};
use super::*;

/// Hundreds of a published example of complementary suppression that looks sound and is not: every line has two hidden cells
/// at least, and one of them is known exactly.
const TRAP: [[u64; 4]; 4] = [[30, 90, 92, 800], [47, 124, 100, 991], [64, 5, 59, 651], [89, 31, 85, 685]];

fn with_totals(inner: &[[u64; 4]; 4]) -> (Domain, Vec<u64>) {
    let domain = Domain::new(vec![4, 4]).unwrap();
    let at = |row: usize, column: usize| -> u64 {
        let rows = if row < 4 { row..row + 1 } else { 0..4 };
        let columns = if column < 4 { column..column + 1 } else { 0..4 };
        rows.flat_map(|row| inner[row][columns.clone()].to_vec()).sum()
    };
    let counts = (0..domain.cells()).map(|cell| domain.places(cell)).map(|places| at(places[0], places[1])).collect();
    (domain, counts)
}

/// Rows a to d, columns w to z.
fn hidden(domain: &Domain, cells: &[&str]) -> Vec<bool> {
    let mut hidden = vec![false; domain.cells()];
    for cell in cells {
        let [column, row] = cell.as_bytes() else { panic!("two letters") };
        hidden[domain.cell(&[usize::from(row - b'a'), usize::from(column - b'w')])] = true;
    }
    hidden
}

#[test]
fn a_cell_that_is_hidden_and_known_all_the_same_is_found() {
    let (domain, counts) = with_totals(&TRAP);
    let mut cells = vec!["wa", "wb", "wc", "xa", "xc", "yb", "yd", "zb", "zd"];
    let found = audit(&domain, &counts, &hidden(&domain, &cells), 10_000);
    let wb = domain.cell(&[1, 0]);
    assert_eq!(found[wb], Some(Interval { least: 47, greatest: 47 }));
    cells.push("xd");
    let found = audit(&domain, &counts, &hidden(&domain, &cells), 10_000);
    assert_eq!(found[wb], Some(Interval { least: 0, greatest: 78 }));
    let (xb, wd) = (domain.cell(&[1, 1]), domain.cell(&[3, 0]));
    assert_eq!((found[xb], found[wd]), (None, None), "not hidden");
}

fn domain_of(rows: usize, columns: usize) -> Domain {
    Domain::new(vec![rows, columns]).unwrap()
}

/// Every table of hidden values from 0 to `most` that agrees with what is shown, by trying all of them.
fn possible(domain: &Domain, counts: &[u64], hidden: &[bool], most: u64) -> Vec<Option<Interval>> {
    let unknown: Vec<usize> = (0..domain.cells()).filter(|cell| hidden[*cell]).collect();
    let lines = domain.lines();
    let mut found: Vec<Option<Interval>> = vec![None; domain.cells()];
    let mut values = counts.to_vec();
    let tables = (most + 1).pow(unknown.len() as u32);
    for mut number in 0..tables {
        for cell in &unknown {
            values[*cell] = number % (most + 1);
            number /= most + 1;
        }
        let holds = |line: &Vec<usize>| {
            let (total, parts) = line.split_last().unwrap();
            parts.iter().map(|cell| values[*cell]).sum::<u64>() == values[*total]
        };
        if lines.iter().all(holds) {
            for cell in &unknown {
                let value = values[*cell];
                let seen = found[*cell].get_or_insert(Interval { least: value, greatest: value });
                *seen = Interval { least: seen.least.min(value), greatest: seen.greatest.max(value) };
            }
        }
    }
    found
}

fn small_cube() -> impl Strategy<Value = (Domain, Vec<u64>)> {
    (1_usize..=3, 1_usize..=3, prop::collection::vec(0_u64..4, 9)).prop_map(|(rows, columns, inner)| {
        let domain = domain_of(rows, columns);
        let at = |row: usize, column: usize| inner[row * 3 + column];
        let count = |cell: usize| {
            let places = domain.places(cell);
            let rows = if places[0] < rows { places[0]..places[0] + 1 } else { 0..rows };
            rows.flat_map(|row| {
                let columns = if places[1] < columns { places[1]..places[1] + 1 } else { 0..columns };
                columns.map(move |column| at(row, column))
            })
            .sum()
        };
        let counts = (0..domain.cells()).map(count).collect();
        (domain, counts)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    /// The audit says what trying every table says.
    #[test]
    fn the_audit_is_what_an_attacker_finds((domain, counts) in small_cube(), chosen in prop::collection::vec(any::<prop::sample::Index>(), 1..6)) {
        let mut hidden = vec![false; domain.cells()];
        for index in chosen {
            hidden[index.index(domain.cells())] = true;
        }
        let most = 9;
        // Values beyond what is tried are cut in both.
        prop_assume!((0..domain.cells()).all(|cell| !hidden[cell] || counts[cell] <= most));
        prop_assert_eq!(audit(&domain, &counts, &hidden, most), possible(&domain, &counts, &hidden, most));
    }

    /// Whatever the counts: no hidden cell is known better than the threshold allows, and no small one is shown.
    #[test]
    fn nothing_small_is_shown_or_known(inner in prop::collection::vec(0_u64..12, 12), threshold in 2_u64..7) {
        let rows: Vec<(usize, usize)> = inner
            .iter()
            .enumerate()
            .flat_map(|(cell, count)| (0..*count).map(move |_| (cell / 4, cell % 4)))
            .collect();
        prop_assume!(!rows.is_empty());
        let table = Table::new(vec![
            Column::new("a", rows.iter().map(|(row, _)| Some(["r0", "r1", "r2"][*row]))),
            Column::new("b", rows.iter().map(|(_, column)| Some(["c0", "c1", "c2", "c3"][*column]))),
        ]).unwrap();
        let spec = spec(&format!("threshold = {threshold}"), &[("a", &["r0", "r1", "r2"]), ("b", &["c0", "c1", "c2", "c3"])]);
        let policy = ReleasePolicy { inside_k: 2, ..ReleasePolicy::default() };
        match tabulate(&spec, &table, &policy, &Unwatched) {
            Err(TablesError::Unprotectable) => {}
            Err(error) => return Err(TestCaseError::fail(error.to_string())),
            Ok(published) => {
                let domain = domain_of(3, 4);
                let cube = Cube::count(&spec, &table).unwrap();
                let hidden: Vec<bool> = published.cells.iter().map(|cell| cell.count.is_none()).collect();
                for (cell, count) in cube.counts().iter().enumerate() {
                    prop_assert!(hidden[cell] || *count == 0 || *count >= threshold);
                    prop_assert!(hidden[cell] || published.cells[cell].count == Some(*count as i64));
                }
                let known = audit(&domain, cube.counts(), &hidden, 1_000);
                prop_assert!(known.iter().flatten().all(|interval| interval.width() >= threshold));
                prop_assert_eq!(known.iter().flatten().map(|interval| interval.width().min(900)).min(),
                    published.account.unwrap().narrowest_interval.map(|width| width.min(900)));
            }
        }
    }
}

fn spec(more: &str, dimensions: &[(&str, &[&str])]) -> TablesSpec {
    let dimension =
        |(column, values): &(&str, &[&str])| format!("[[dimension]]\ncolumn = {column:?}\nvalues = {values:?}\n");
    let text: String = dimensions.iter().map(dimension).collect();
    TablesSpec::parse(&format!("name = \"t\"\naudience = \"inside\"\n{more}\n{text}")).unwrap()
}

fn interviews(rows: &[(&str, &str, &str)]) -> Table {
    Table::new(vec![
        Column::new("child", rows.iter().map(|row| Some(row.0))),
        Column::new("age", rows.iter().map(|row| (!row.1.is_empty()).then_some(row.1))),
        Column::new("break", rows.iter().map(|row| Some(row.2))),
    ])
    .unwrap()
}

#[test]
fn rows_are_counted_in_bands_and_children_once() {
    let table = interviews(&[("1", "5", "yes"), ("2", "13", "no"), ("2", "14", "no"), ("3", "", "yes")]);
    let text = |count: &str| {
        format!(
            "name = \"t\"\naudience = \"inside\"\nunit = \"child\"\ncount = \"{count}\"\n\
             [[dimension]]\ncolumn = \"age\"\nbands = [0, 12, 15]\nmissing = \"not known\"\n"
        )
    };
    let of = |count: &str| TablesSpec::parse(&text(count)).unwrap();
    assert_eq!(of("rows").dimensions[0].labels(), ["0-11", "12-14", "15+", "not known"]);
    let rows = Cube::count(&of("rows"), &table).unwrap();
    assert_eq!((rows.counts(), rows.children()), (&[1, 2, 0, 1, 4][..], &[1, 1, 0, 1, 3][..]));
    let children = Cube::count(&of("children"), &table).unwrap();
    assert_eq!(children.counts(), [1, 1, 0, 1, 3]);
    let apart = interviews(&[("2", "13", "no"), ("2", "16", "no")]);
    assert_eq!(Cube::count(&of("children"), &apart), Err(TablesError::SeveralCells { children: 1 }));
}

#[test]
fn a_threshold_is_of_children_not_of_rows() {
    // Twelve interviews of one child are one child.
    let many: Vec<(&str, &str, &str)> = (0..12).map(|_| ("1", "5", "yes")).collect();
    let others: Vec<String> = (0..80).map(|child| format!("c{child}")).collect();
    let mut rows = many;
    rows.extend(others.iter().enumerate().map(|(place, child)| (child.as_str(), ["13", "16"][place % 2], "no")));
    let text = "name = \"t\"\naudience = \"inside\"\nunit = \"child\"\ncount = \"rows\"\n\
                [[dimension]]\ncolumn = \"age\"\nbands = [0, 12, 15]\n";
    let published =
        tabulate(&TablesSpec::parse(text).unwrap(), &interviews(&rows), &ReleasePolicy::default(), &Unwatched).unwrap();
    assert_eq!(published.cells[0].count, None);
    let account = published.account.unwrap();
    assert!(account.hidden >= 2 && account.narrowest_interval >= Some(5 * 12), "{account:?}");
}

#[test]
fn a_rate_needs_counts_that_are_shown() {
    let children: Vec<String> = (0..40).map(|child| child.to_string()).collect();
    let rows: Vec<(&str, &str, &str)> = children
        .iter()
        .enumerate()
        .map(|(place, child)| {
            (child.as_str(), if place < 20 { "5" } else { "13" }, ["yes", "no"][usize::from(place % 20 < 2)])
        })
        .collect();
    let text = "name = \"t\"\naudience = \"inside\"\nunit = \"child\"\n\
                [[dimension]]\ncolumn = \"age\"\nbands = [0, 12]\n\
                [[dimension]]\ncolumn = \"break\"\nvalues = [\"yes\", \"no\"]\n\
                [[rate]]\nname = \"a break was offered\"\ndimension = \"break\"\nvalues = [\"yes\"]\n";
    let published =
        tabulate(&TablesSpec::parse(text).unwrap(), &interviews(&rows), &ReleasePolicy::default(), &Unwatched).unwrap();
    let rate = |age: Option<&str>| {
        let cell = |cell: &&PublishedCell| cell.values[0].as_deref() == age && cell.values[1].is_none();
        published.cells.iter().find(cell).unwrap().rates[0]
    };
    assert_eq!((rate(Some("0-11")), rate(Some("12+")), rate(None)), (None, None, None), "2 of 20, 2 of 20, 4 of 40");
    assert_eq!(published.to_table().unwrap().columns().len(), 5);
}

#[test]
fn what_one_child_dominates_is_hidden() {
    let table = |amounts: &[u64]| {
        let rows: Vec<(String, String)> = amounts.iter().map(|amount| (amount.to_string(), String::new())).collect();
        let half: Vec<&str> = (0..rows.len()).map(|row| ["a", "b", "c"][row % 3]).collect();
        Table::new(vec![
            Column::new("minutes", rows.iter().map(|row| Some(row.0.as_str()))),
            Column::new("room", half.into_iter().map(Some)),
        ])
        .unwrap()
    };
    let spec = spec("", &[("room", &["a", "b", "c"])]);
    let magnitude =
        Magnitude { column: "minutes".into(), dominance: Some(Dominance { n: 1, k: 50 }), p_percent: Some(10) };
    let spec = TablesSpec { magnitude: Some(magnitude), ..spec };
    let mut amounts = vec![10; 60];
    let of = |amounts: &[u64]| tabulate(&spec, &table(amounts), &ReleasePolicy::default(), &Unwatched).unwrap();
    assert!(of(&amounts).cells.iter().all(|cell| cell.sum.is_some() && cell.count.is_some()));
    amounts[0] = 10_000;
    let published = of(&amounts);
    assert_eq!(published.cells[0].sum, None, "one child has nearly all of it");
    assert!(published.cells.iter().filter(|cell| cell.count.is_none()).count() >= 2);
    // From the sums that are shown, room a is possible up to at least twice the greatest contribution.
    let layer: Vec<u64> = Cube::count(&spec, &table(&amounts)).unwrap().sums().unwrap().totals.clone();
    let hidden: Vec<bool> = published.cells.iter().map(|cell| cell.sum.is_none()).collect();
    let known = audit(&Domain::new(vec![3]).unwrap(), &layer, &hidden, 1_000_000)[0].unwrap();
    assert!(known.greatest >= 20_000, "{known:?}");
}

#[test]
fn floors_and_bad_input_are_refused() {
    let policy = ReleasePolicy::default();
    let one = spec("threshold = 3", &[("age", &["5"])]);
    let refused = |spec: &TablesSpec, table: &Table| tabulate(spec, table, &policy, &Unwatched).unwrap_err();
    let table = interviews(&[("1", "5", "yes"), ("2", "77", "no")]);
    assert_eq!(refused(&one, &table), TablesError::BelowFloor { threshold: 3, floor: 5 });
    let one = spec("", &[("age", &["5"])]);
    assert_eq!(refused(&one, &table), TablesError::Undeclared { column: "age".into(), row: 2, rows: 1 });
    assert!(matches!(refused(&spec("", &[("none", &["5"])]), &table), TablesError::Release(_)));
    let wide: Vec<String> = (0..70).map(|value| value.to_string()).collect();
    let wide: Vec<&str> = wide.iter().map(String::as_str).collect();
    let wide = spec("", &[("age", wide.as_slice()), ("break", wide.as_slice())]);
    assert_eq!(refused(&wide, &table), TablesError::TooManyCells { cells: 5_041, most: MOST_CELLS });
    let parse = |text: &str| TablesSpec::parse(&format!("name = \"t\"\naudience = \"inside\"\n{text}")).unwrap_err();
    assert!(matches!(parse("[[dimension]]\ncolumn = \"a\""), TablesError::Dimension { line: 3, .. }));
    assert!(matches!(parse("[[dimension]]\ncolumn = \"a\"\nbands = [5, 5]"), TablesError::Dimension { .. }));
    assert!(matches!(parse("[[dimension]]\ncolumn = \"a\"\nvalues = [\"x\", \"x\"]"), TablesError::Dimension { .. }));
    let private = "[[dimension]]\ncolumn = \"a\"\nvalues = [\"x\"]\n[private]\nmechanism = \"laplace\"\nepsilon = ";
    assert!(matches!(parse(&format!("{private}0.0")), TablesError::Parameter { key: "epsilon", .. }));
    assert!(matches!(parse(&format!("{private}nan")), TablesError::Parameter { key: "epsilon", .. }));
    assert!(matches!(parse("dimension = []"), TablesError::Dimension { .. }));
}

#[test]
fn noisy_counts_add_up_and_say_their_error() {
    let rows: Vec<(&str, &str, &str)> = (0..90).map(|_| ("", ["5", "13", "16"][1], "yes")).collect();
    let text = "name = \"t\"\naudience = \"outside\"\n[[dimension]]\ncolumn = \"age\"\nbands = [0, 12, 15]\n\
                [[dimension]]\ncolumn = \"break\"\nvalues = [\"yes\", \"no\"]\n\
                [private]\nmechanism = \"gaussian\"\nrho = 0.5\n";
    let spec = TablesSpec::parse(text).unwrap();
    let table = interviews(&rows);
    let policy = ReleasePolicy::default();
    assert!(matches!(tabulate(&spec, &table, &policy, &Unwatched), Err(TablesError::Mode { .. })), "only by a vault");
    let question = PrivateQuestion::new(&spec, &table, &policy).unwrap();
    assert_eq!(question.cost(), Rho(500_000));
    let answer = question.answer().unwrap();
    let at = |age: Option<&str>, offered: Option<&str>| {
        let is = |cell: &&PublishedCell| cell.values[0].as_deref() == age && cell.values[1].as_deref() == offered;
        answer.cells.iter().find(is).unwrap().count.unwrap()
    };
    assert_eq!(answer.cells.len(), 12, "the empty cells too");
    assert!((at(Some("12-14"), Some("yes")) - 90).abs() < 20);
    let inner = ["0-11", "12-14", "15+"].map(|age| at(Some(age), Some("yes")) + at(Some(age), Some("no")));
    assert_eq!(at(None, None), inner.iter().sum::<i64>());
    assert_eq!(answer.private.unwrap().error_95, 2);
}

#[test]
fn a_child_counts_in_no_more_rows_than_noise_was_made_for() {
    let rows: Vec<(&str, &str, &str)> = (0..500).map(|_| ("1", "5", "yes")).collect();
    let text = "name = \"t\"\naudience = \"inside\"\nunit = \"child\"\n[[dimension]]\ncolumn = \"age\"\nbands = [0]\n\
                [private]\nmechanism = \"laplace\"\nepsilon = 1.0\nmost_rows_of_a_child = 2\n";
    let spec = TablesSpec::parse(text).unwrap();
    let answer = PrivateQuestion::new(&spec, &interviews(&rows), &ReleasePolicy::default()).unwrap().answer().unwrap();
    assert!(answer.cells[0].count.unwrap() < 100);
    assert_eq!(answer.private.unwrap().epsilon, Some(1.0));
}
