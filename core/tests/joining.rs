//! The attacker of an extract: holds the whole caseload in plain text, with names, and joins it with what was released, on every
//! subset of the quasi-identifying columns; and joins two extracts of consecutive years with each other.
//!
//! The attack shares nothing with the engine: it looks only at the values that were released, and at what they can mean.

use std::collections::{BTreeMap, BTreeSet};

use saferoom::release::engine::Unwatched;
use saferoom::release::series::compare;
use saferoom::release::spec::{Files, ReleasePolicy, Spec};
use saferoom::release::{Released, Table, release};

const QUASI: [&str; 5] = ["age", "place", "month", "sex", "channel"];
const K: usize = 5;

struct NoFiles;

impl Files for NoFiles {
    fn read(&self, name: &str) -> Result<Vec<u8>, String> {
        Err(format!("there is no file {name}"))
    }
}

/// One interview: the child, what is known of it by the columns of [`QUASI`], and what is not.
struct Row {
    child: usize,
    known: [String; 5],
    harm: String,
}

/// Numbers that look random and are the same each time (Knuth's MMIX constants).
struct Draw(u64);

impl Draw {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }

    /// Small numbers are likelier.
    fn skewed(&mut self, end: u64) -> u64 {
        let (first, second) = (self.below(end), self.below(end));
        first.min(second)
    }
}

/// Children of one year; one in six was interviewed twice.
fn caseload(children: std::ops::Range<usize>, year: u32, draw: &mut Draw) -> Vec<Row> {
    let mut rows = Vec::new();
    for child in children {
        let place = draw.skewed(20);
        let known = [
            (4 + draw.below(14)).to_string(),
            format!("{:02}{:02}{:02}", place % 5, place % 10, place),
            format!("{year}-{:02}", 1 + draw.below(12)),
            ["f", "f", "m"][draw.below(3) as usize].to_owned(),
            format!("c{}", draw.skewed(4)),
        ];
        for _ in 0..1 + u64::from(draw.below(6) == 0) {
            rows.push(Row { child, known: known.clone(), harm: format!("h{}", draw.below(4)) });
        }
    }
    rows
}

fn table(rows: &[Row]) -> Table {
    let mut text = format!("child,{},harm\n", QUASI.join(","));
    rows.iter().for_each(|row| text += &format!("{},{},{}\n", row.child, row.known.join(","), row.harm));
    Table::from_csv(text.as_bytes()).unwrap()
}

fn released(rows: &[Row], local: bool) -> Released {
    let hierarchies = [
        "{ kind = \"age\" }",
        "{ kind = \"prefix\", lengths = [4, 2] }",
        "{ kind = \"date\" }",
        "{ kind = \"suppress\" }",
        "{ kind = \"suppress\" }",
    ];
    let mut spec = format!(
        "name = \"t\"\naudience = \"inside\"\nunit = \"child\"\nsuppression = 0.1\nlocal_recoding = {local}\n\
         [[column]]\nname = \"child\"\nrole = \"identifier\"\n\
         [[column]]\nname = \"harm\"\nrole = \"sensitive\"\n\
         [[model]]\nkind = \"k-anonymity\"\nk = {K}\n\
         [[model]]\nkind = \"distinct-l-diversity\"\ncolumn = \"harm\"\nl = 2\n"
    );
    for (name, hierarchy) in QUASI.iter().zip(hierarchies) {
        spec += &format!("[[column]]\nname = \"{name}\"\nrole = \"quasi-identifying\"\nhierarchy = {hierarchy}\n");
    }
    release(&Spec::parse(&spec).unwrap(), &table(rows), &ReleasePolicy::default(), &NoFiles, &Unwatched).unwrap()
}

/// Whether this value, as released, can be said of somebody of whom that is known.
fn can_mean(column: usize, said: Option<&str>, known: &str) -> bool {
    let Some(said) = said else { return true };
    match QUASI[column] {
        "age" => {
            let age: u32 = known.parse().unwrap();
            match (said.split_once('-'), said.strip_suffix('+')) {
                (Some((from, to)), _) => (from.parse().unwrap()..=to.parse().unwrap()).contains(&age),
                (None, Some(from)) => age >= from.parse().unwrap(),
                (None, None) => said == known,
            }
        }
        "month" => match said.split_once("-Q") {
            Some((year, quarter)) => {
                let (known_year, month) = known.split_once('-').unwrap();
                year == known_year && month.parse::<u32>().unwrap().div_ceil(3) == quarter.parse::<u32>().unwrap()
            }
            None => known.starts_with(said),
        },
        "place" => known.starts_with(said),
        _ => said == known,
    }
}

/// What each released row says, by the columns of [`QUASI`].
fn sayings(released: &Released) -> Vec<[Option<String>; 5]> {
    let columns = QUASI.map(|name| released.table.column(name).unwrap());
    (0..released.table.rows()).map(|row| columns.map(|column| column.value(row).map(str::to_owned))).collect()
}

#[test]
fn whoever_knows_everybody_finds_nobody() {
    for local in [false, true] {
        let rows = caseload(0..450, 2025, &mut Draw(7));
        let extract = released(&rows, local);
        let said = sayings(&extract);
        let harm = extract.table.column("harm").unwrap();
        let mut found = 0;
        for subset in 1_u32..1 << QUASI.len() {
            let columns: Vec<usize> = (0..QUASI.len()).filter(|column| subset & 1 << column != 0).collect();
            let fits = |target: &Row, says: &[Option<String>; 5]| {
                columns.iter().all(|column| can_mean(*column, says[*column].as_deref(), &target.known[*column]))
            };
            for target in &rows {
                let matching: Vec<usize> = (0..said.len()).filter(|row| fits(target, &said[*row])).collect();
                assert!(matching.is_empty() || matching.len() >= K, "{columns:?}: {} rows", matching.len());
                let harms: BTreeSet<_> = matching.iter().map(|row| harm.value(*row)).collect();
                assert!(matching.is_empty() || harms.len() >= 2, "{columns:?} tell what happened");
                found += matching.len();
            }
            // And from a row back to the children whom it can mean.
            for says in said.iter().collect::<BTreeSet<_>>() {
                let children: BTreeSet<usize> =
                    rows.iter().filter(|row| fits(row, says)).map(|row| row.child).collect();
                assert!(children.len() >= K, "{columns:?}: {} children", children.len());
            }
        }
        assert!(found > 0 && said.len() * 10 >= rows.len() * 8, "most rows were released: {}", said.len());
    }
}

/// Two extracts of the same station, a year apart: what both together tell of a group of fewer than k children is what the guard of the
/// series refuses, and nothing else.
#[test]
fn two_extracts_together_single_out_whom_the_guard_names() {
    let (mut refused, mut passed) = (0, 0);
    for seed in 0..24 {
        let mut draw = Draw(seed);
        let mut rows = caseload(0..300, 2025, &mut draw);
        let first = released(&rows, false);
        let of_first: Vec<_> = rows.iter().map(|row| id(row.child)).collect();
        let before = sayings(&first);
        // None, a few, or many new children.
        let new = [0, 3, 60, 400][seed as usize % 4];
        rows.extend(caseload(300..300 + new, 2025, &mut draw));
        let second = released(&rows, false);
        let of_second: Vec<_> = rows.iter().map(|row| id(row.child)).collect();
        let after = sayings(&second);

        let class = |said: &[[Option<String>; 5]], row: &Row| {
            let fits = |says: &&[Option<String>; 5]| (0..5).all(|at| can_mean(at, says[at].as_deref(), &row.known[at]));
            said.iter().find(fits).cloned()
        };
        // Each child by where it stands in both.
        let mut groups: BTreeMap<_, BTreeSet<usize>> = BTreeMap::new();
        for row in &rows {
            let earlier = if row.child < 300 { class(&before, row) } else { None };
            groups.entry((earlier, class(&after, row))).or_default().insert(row.child);
        }
        let small = groups
            .iter()
            .any(|((earlier, later), children)| children.len() < K && (earlier.is_some() || later.is_some()));

        let (first, second) = (first.membership(&of_first).unwrap(), second.membership(&of_second).unwrap());
        let guard = compare(&[first], &second, K as u64);
        assert_eq!(guard.is_some(), small, "seed {seed}, {new} new children: {guard:?}");
        *(if small { &mut refused } else { &mut passed }) += 1;
    }
    assert!(refused > 0 && passed > 0, "{refused} refused, {passed} passed");
}

fn id(child: usize) -> [u8; 16] {
    (child as u128).to_be_bytes()
}
