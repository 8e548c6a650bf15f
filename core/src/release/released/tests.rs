use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;
use crate::release::engine::Unwatched;

struct NoFiles;

impl Files for NoFiles {
    fn read(&self, name: &str) -> Result<Vec<u8>, String> {
        Err(format!("there is no file {name}"))
    }
}

fn released(spec: &str, table: &Table) -> Result<Released, ReleaseError> {
    release(&Spec::parse(spec)?, table, &ReleasePolicy::default(), &NoFiles, &Unwatched)
}

fn spec(suppression: f64, local: bool, models: &str) -> String {
    format!(
        "name = \"t\"\naudience = \"inside\"\nunit = \"child\"\nsuppression = {suppression}\nlocal_recoding = {local}\n\
         [[column]]\nname = \"child\"\nrole = \"identifier\"\n\
         [[column]]\nname = \"age\"\nrole = \"quasi-identifying\"\nhierarchy = {{ kind = \"age\" }}\n\
         [[column]]\nname = \"place\"\nrole = \"quasi-identifying\"\n\
         hierarchy = {{ kind = \"prefix\", lengths = [4, 2] }}\n\
         [[column]]\nname = \"harm\"\nrole = \"sensitive\"\n\
         [[model]]\nkind = \"k-anonymity\"\nk = 5\n{models}"
    )
}

fn table(rows: &[(u32, u32, u32, u32)]) -> Table {
    let line = |(child, age, place, harm): &(u32, u32, u32, u32)| {
        let place = if *place == 11 { String::new() } else { format!("{:02}{:02}{:02}", place / 4, place / 2, place) };
        format!("{child},{},{place},h{harm}\n", age + 6)
    };
    let lines: String = rows.iter().map(line).collect();
    Table::from_csv(format!("child,age,place,harm\n{lines}").as_bytes()).unwrap()
}

/// Children by what a released row says of them.
fn check_classes(released: &Table, least: usize) {
    let mut classes: BTreeMap<Vec<Option<&str>>, usize> = BTreeMap::new();
    for row in 0..released.rows() {
        let class = ["age", "place"].map(|name| released.column(name).unwrap().value(row));
        *classes.entry(class.to_vec()).or_default() += 1;
    }
    assert!(classes.values().all(|size| *size >= least), "{classes:?}");
}

/// What is asked beside k-anonymity.
const MODELS: [&str; 5] = [
    "",
    "[[model]]\nkind = \"t-closeness\"\ncolumn = \"harm\"\nt = 0.4\ndistance = \"equal\"\n\
     [[model]]\nkind = \"distinct-l-diversity\"\ncolumn = \"harm\"\nl = 2\n",
    "[[model]]\nkind = \"t-closeness\"\ncolumn = \"harm\"\nt = 0.3\ndistance = \"ordered\"\n",
    "[[model]]\nkind = \"recursive-l-diversity\"\ncolumn = \"harm\"\nc = 2.0\nl = 2\n",
    "[[model]]\nkind = \"beta-likeness\"\ncolumn = \"harm\"\nbeta = 1.5\nenhanced = true\n",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, ..ProptestConfig::default() })]

    #[test]
    fn what_is_released_keeps_its_promise(
        rows in proptest::collection::vec((0u32..60, 0u32..14, 0u32..12, 0u32..4), 20..120),
        suppression in prop_oneof![Just(0.0), 0.0..0.6f64],
        local in any::<bool>(),
        which in 0..MODELS.len(),
    ) {
        let table = table(&rows);
        let spec = spec(suppression, local, MODELS[which]);
        match released(&spec, &table) {
            Ok(found) => {
                let account = &found.account;
                check_classes(&found.table, 5);
                prop_assert!(account.after.k >= 5);
                prop_assert!(account.suppressed as f64 <= suppression * rows.len() as f64);
                prop_assert_eq!(found.table.rows() as u64 + account.suppressed, account.rows);
                prop_assert!(found.table.column("child").is_err());
                prop_assert!(which != 1 || account.after.sensitive[0].distinct_l >= 2);
                // Every value of every dictionary stands in some row.
                for column in found.table.columns() {
                    let used: BTreeSet<u32> = column.codes().iter().copied().filter(|c| *c != u32::MAX).collect();
                    prop_assert_eq!(used.len(), column.values().len());
                }
            }
            Err(
                ReleaseError::NoSolution { .. } | ReleaseError::TooFewUnits { .. } | ReleaseError::NothingLeft { .. },
            ) => {}
            Err(error) => prop_assert!(false, "{error}"),
        }
    }
}

#[test]
fn the_order_of_rows_says_nothing() {
    let rows: Vec<_> = (0..80).map(|i| (i, i % 7, i % 5, i % 3)).collect();
    let backwards: Vec<_> = rows.iter().rev().copied().collect();
    let of = |rows: &[(u32, u32, u32, u32)]| {
        let mut bytes = Vec::new();
        released(&spec(0.1, true, ""), &table(rows)).unwrap().table.to_csv(&mut bytes).unwrap();
        bytes
    };
    assert_eq!(of(&rows), of(&backwards));
}

#[test]
fn local_recoding_brings_rows_back() {
    // Forty children of one place and age, and seven scattered ones.
    let mut rows: Vec<_> = (0..40).map(|i| (i, 3, 2, i % 3)).collect();
    rows.extend((0..7).map(|i| (100 + i, i * 2, i + 3, i % 3)));
    let without = released(&spec(0.2, false, ""), &table(&rows)).unwrap();
    let with = released(&spec(0.2, true, ""), &table(&rows)).unwrap();
    assert_eq!(without.account.suppressed, 7);
    assert!(with.account.suppressed <= 2);
    assert_eq!(with.account.utility.brought_back, 7 - with.account.suppressed);
    assert_eq!(with.account.columns[0].levels.len(), 2);
    assert!(with.account.after.k >= 5);
}

#[test]
fn a_plan_shows_what_suppression_buys() {
    let rows: Vec<_> = (0..80).map(|i| (i, i % 7, i % 5, i % 3)).collect();
    let spec = Spec::parse(&spec(0.1, false, "")).unwrap();
    let plan = plan(&spec, &table(&rows), &ReleasePolicy::default(), &NoFiles, &Unwatched).unwrap();
    let limits: Vec<f64> = plan.trade_off.iter().map(|point| point.suppression).collect();
    assert_eq!(limits, [0.0, 0.05, 0.1, 0.2]);
    let costs: Vec<f64> = plan.trade_off.iter().map(|point| point.cost.as_ref().unwrap()[0]).collect();
    assert!(costs.windows(2).all(|pair| pair[0] >= pair[1]), "{costs:?}");
    assert_eq!(plan.account.utility.cost[0], costs[2]);
}

#[test]
fn an_account_is_json_and_says_what_was_done() {
    let rows: Vec<_> = (0..80).map(|i| (i, i % 7, i % 5, i % 3)).collect();
    let found = released(&spec(0.1, false, ""), &table(&rows)).unwrap();
    let json = serde_json::to_value(&found.account).unwrap();
    assert_eq!(json["models"][0], "k-anonymity: k = 5");
    assert_eq!(json["search"]["optimal"], true);
    assert!(json["before"]["k"].as_u64() < json["after"]["k"].as_u64());
    assert!(json["after"]["prosecutor"]["highest"].as_f64().unwrap() <= 0.2);
}

/// Where leaving out everything is allowed and the only way, nothing is what is left, and that is said.
#[test]
fn an_empty_release_is_none() {
    let rows: Vec<_> = (0..20).map(|i| (i, i % 7, i % 5, 0)).collect();
    let impossible = "[[model]]\nkind = \"distinct-l-diversity\"\ncolumn = \"harm\"\nl = 2\n";
    let error = released(&spec(1.0, false, impossible), &table(&rows)).unwrap_err();
    assert_eq!(error, ReleaseError::NothingLeft { rows: 20 });
    assert!(matches!(released(&spec(0.5, false, impossible), &table(&rows)), Err(ReleaseError::NoSolution { .. })));
}

/// One child of whom nothing is known, or other harms beside the one that all suffered, are no diversity.
#[test]
fn neither_nothing_nor_more_beside_the_same_harm_is_another() {
    let asked = "[[model]]\nkind = \"distinct-l-diversity\"\ncolumn = \"harm\"\nl = 2\n";
    let entropy = "[[model]]\nkind = \"entropy-l-diversity\"\ncolumn = \"harm\"\nl = 2.0\n";
    let of = |models: &str, harms: [&str; 5]| {
        let rows: String = harms.iter().enumerate().map(|(child, harm)| format!("{child},9,120304,{harm}\n")).collect();
        let table = Table::from_csv(format!("child,age,place,harm\n{rows}").as_bytes()).unwrap();
        released(&spec(0.0, false, models), &table)
    };
    for models in [asked, entropy] {
        for harms in [["a", "a", "a", "a", ""], ["a", "a", "a", "a", "unknown"], ["a", "a;b", "a;c", "a;b", "a;c"]] {
            assert!(matches!(of(models, harms), Err(ReleaseError::NoSolution { .. })), "{harms:?}");
        }
        assert!(of(models, ["a", "b", "a;c", "b;c", ""]).unwrap().account.after.sensitive[0].distinct_l == 2);
    }
    let recursive = asked.replace("distinct", "recursive").replace("l = 2", "c = 9.0\nl = 2");
    assert!(matches!(of(&recursive, ["a", "b", "a;c", "b", "c"]), Err(ReleaseError::SpecConflict { .. })));
    assert!(matches!(of(&recursive, ["a", "a", "a", "a", ""]), Err(ReleaseError::NoSolution { .. })));
}

struct People(String);

impl Files for People {
    fn read(&self, _: &str) -> Result<Vec<u8>, String> {
        Ok(self.0.clone().into_bytes())
    }
}

/// Twenty children of a population of a hundred, ten in each class: whoever looks among all people finds less.
#[test]
fn the_journalist_looks_in_the_population() {
    let rows: Vec<_> = (0..20).map(|i| (i, i % 2, 4, i % 3)).collect();
    let text = spec(0.0, false, "").replace("suppression", "population = \"people.csv\"\nsuppression");
    let people: String = (0..100).map(|i| format!("{},010204\n", 6 + i % 2)).collect();
    let files = People(format!("age,place\n{people}"));
    let spec = Spec::parse(&text).unwrap();
    let account = release(&spec, &table(&rows), &ReleasePolicy::default(), &files, &Unwatched).unwrap().account;
    assert_eq!((account.after.prosecutor.highest, account.after.journalist.highest), (0.1, 0.02));
    assert_eq!((account.before.prosecutor.highest, account.before.journalist.highest), (0.1, 0.02));
}

/// Somebody knows every child and every row, and looks at any set of what is quasi-identifying: no class of the release
/// that fits a child has fewer children than was promised. A child of the table who fits no class was left out.
#[test]
fn nobody_is_found_by_joining_with_everything() {
    let rows: Vec<_> = (0..400u32).map(|i| (i * 7 % 173, i * i % 11, i * 5 % 12, i % 4)).collect();
    let original = table(&rows);
    for local in [false, true] {
        let spec = Spec::parse(&spec(0.15, local, "")).unwrap();
        let bound = spec.bind(&original, &ReleasePolicy::default(), &NoFiles).unwrap();
        let found = release(&spec, &original, &ReleasePolicy::default(), &NoFiles, &Unwatched).unwrap();
        let units = found.origin.units.as_ref().unwrap();
        let names = ["age", "place"];
        for known in 1..4usize {
            let known: Vec<usize> = (0..2).filter(|column| known >> column & 1 == 1).collect();
            for row in 0..original.rows() {
                // What any level of the hierarchies would make of the row: a released row fits if it says one of these.
                let fits = |released: usize| {
                    known.iter().all(|column| {
                        let quasi = &bound.problem.quasi[*column];
                        let says = found.table.column(names[*column]).unwrap().value(released);
                        let leaf = quasi.leaves[row] as usize;
                        let mut labels = quasi.hierarchy.levels().iter();
                        says.is_none() || labels.any(|l| l.labels()[l.of_leaf()[leaf] as usize].as_deref() == says)
                    })
                };
                let children: BTreeSet<u32> =
                    (0..found.table.rows()).filter(|released| fits(*released)).map(|row| units[row]).collect();
                assert!(children.is_empty() || children.len() >= 5, "row {row}: {} children", children.len());
            }
        }
    }
}
