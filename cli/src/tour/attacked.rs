//! Whoever holds the whole caseload of a vault in plain text, with names, and joins it with an extract of that vault on any
//! columns, finds nobody. On the tour's 570 interviews; and how an extract of 100,000 comes out.

use std::collections::BTreeSet;
use std::time::Instant;

use saferoom::access::Access;
use saferoom::keys::Identity;
use saferoom::model::PartialDate;
use saferoom::model::records::{Case, Child};
use saferoom::release::Table;
use saferoom::release::engine::Unwatched;
use saferoom::release::output::{Manifest, NoPages, Trust, open_extract};
use saferoom::release::spec::Files;
use saferoom::vault::{ExtractOutput, ExtractRequest, Session, Vault};

use super::caseload::{PlannedCase, draw};
use super::random::Random;
use super::{begin, stations};
use crate::console::Console;

/// The specification of the tour.
const SPEC: &str = include_str!("../../../examples/statistics/spec.toml");
/// Its quasi-identifying columns.
const QUASI: [&str; 4] = ["case.reported_at", "child.home_province", "child.date_of_birth", "child.sex"];
const K: usize = 5;
const CASES_PER_BATCH: usize = 200;

struct NoFiles;

impl Files for NoFiles {
    fn read(&self, name: &str) -> Result<Vec<u8>, String> {
        Err(format!("there is no file {name}"))
    }
}

/// A vault with the caseload of the tour, and the caseload itself.
struct World {
    folder: tempfile::TempDir,
    founder: Identity,
    session: Session,
    planned: Vec<PlannedCase>,
}

impl World {
    fn with(interviews: usize) -> Self {
        let (folder, founder) = (tempfile::tempdir().unwrap(), Identity::generate());
        let path = folder.path().join("vault");
        let vault =
            Vault::create(&path, begin::host_of(&path), &founder, "test.example.org/1", &stations::unit()).unwrap();
        let session = vault.sign_in(&founder).unwrap();
        let (out, mut random, mut names) = (Console::to(std::io::sink()), Random::new(2023), Vec::new());
        let ids = begin::set_up(&out, &session, &mut random, &mut names).unwrap();
        let planned = draw(interviews, &ids, &mut random);
        let access = Access::for_purpose("forensic-interview").because("The caseload of a test");
        for some in planned.chunks(CASES_PER_BATCH) {
            let written = session.write_history(&access, |batch| {
                some.iter().map(|case| begin::write_case(batch, session.unit(), case)).collect::<Result<Vec<_>, _>>()
            });
            assert_eq!(written.unwrap().len(), some.len());
        }
        Self { folder, founder, session, planned }
    }

    fn extract(&self) -> (Manifest, Table) {
        let place = self.folder.path().join("extract");
        let output = ExtractOutput { place: &place, signer: &self.founder, pages: &NoPages };
        let request = ExtractRequest::parse(SPEC).unwrap();
        let access = Access::for_purpose("HRESCH");
        self.session.build_extract(&request, &NoFiles, &output, &access, &Unwatched).unwrap();
        let opened = open_extract(&place, Trust::Unsigned).unwrap();
        (opened.manifest, opened.table)
    }

    /// What the attacker knows of each child, by the columns of [`QUASI`].
    fn known(&self) -> Vec<[Option<String>; 4]> {
        let children = self.planned.iter().flat_map(|case| case.children.iter().map(move |child| (&case.case, child)));
        children.map(|(case, child)| known_of(case, &child.child)).collect()
    }
}

fn known_of(case: &Case, child: &Child) -> [Option<String>; 4] {
    let reported = case.reported_at.map(|at| at.to_text());
    let age = reported.as_deref().zip(child.date_of_birth).map(|(reported, birth)| age_on(&reported[..10], birth));
    [
        reported.map(|text| text[..7].to_owned()),
        child.home_province.as_ref().map(|place| place.as_str().chars().take(2).collect()),
        age.map(|age| age.to_string()),
        child.sex.as_ref().map(|sex| sex.code().as_str().to_owned()),
    ]
}

/// Whole years; a month or a day that is not known is the first.
fn age_on(day: &str, birth: PartialDate) -> u16 {
    let day = PartialDate::parse(day).unwrap();
    let in_year = |date: PartialDate| (date.in_month().unwrap_or(1), date.on_day().unwrap_or(1));
    day.in_year() - birth.in_year() - u16::from(in_year(birth) > in_year(day))
}

/// Whether what was released of a column can be said of somebody of whom that is known.
fn can_mean(column: &str, said: Option<&str>, known: Option<&str>) -> bool {
    let Some(said) = said else { return true };
    let Some(known) = known else { return false };
    match column {
        "child.date_of_birth" => {
            let age: u32 = known.parse().unwrap();
            match (said.split_once('-'), said.strip_suffix('+')) {
                (Some((from, to)), _) => (from.parse().unwrap()..=to.parse().unwrap()).contains(&age),
                (None, Some(from)) => age >= from.parse().unwrap(),
                (None, None) => said == known,
            }
        }
        "case.reported_at" => match said.split_once("-Q") {
            Some((year, quarter)) => {
                let (known_year, month) = known.split_once('-').unwrap();
                year == known_year && month.parse::<u32>().unwrap().div_ceil(3) == quarter.parse::<u32>().unwrap()
            }
            None => known.starts_with(said),
        },
        _ => said == known,
    }
}

#[test]
fn nobody_is_found_by_joining_an_extract_with_the_caseload_of_its_vault() {
    let world = World::with(570);
    let (manifest, table) = world.extract();
    let known = world.known();
    assert_eq!((manifest.rows.source, table.rows() as u64), (known.len() as u64, manifest.rows.released));
    assert!(manifest.rows.suppressed * 20 <= manifest.rows.source, "no more is left out than was allowed");
    assert!(manifest.utility.loss < 1.0);
    // Of each column: which row can mean which child.
    let fits: Vec<Vec<Vec<bool>>> = QUASI
        .iter()
        .enumerate()
        .map(|(place, name)| {
            let column = table.column(name).unwrap();
            let of_child = |child: &[Option<String>; 4]| {
                (0..table.rows()).map(|row| can_mean(name, column.value(row), child[place].as_deref())).collect()
            };
            known.iter().map(of_child).collect()
        })
        .collect();
    let mut found = 0;
    for subset in 1_u32..1 << QUASI.len() {
        let columns: Vec<usize> = (0..QUASI.len()).filter(|column| subset & 1 << column != 0).collect();
        let fit = |child: usize, row: usize| columns.iter().all(|column| fits[*column][child][row]);
        for child in 0..known.len() {
            let rows = (0..table.rows()).filter(|row| fit(child, *row)).count();
            assert!(rows == 0 || rows >= K, "{columns:?}: {rows} rows");
            found += rows;
        }
        // And back: whom a row can mean.
        for row in 0..table.rows() {
            let children = (0..known.len()).filter(|child| fit(*child, row)).take(K).count();
            assert!(children >= K, "{columns:?}: {children} children");
        }
    }
    assert!(found > 0, "the attacker understands what was released");
    // Nothing in the files is a name of somebody, or an id of the vault.
    let names: BTreeSet<&str> = world
        .planned
        .iter()
        .flat_map(|case| &case.children)
        .flat_map(|child| &child.names)
        .map(|name| name.latin.as_str())
        .collect();
    let values: BTreeSet<&str> =
        table.columns().iter().flat_map(|column| column.values()).map(String::as_str).collect();
    assert!(names.is_disjoint(&values) && names.len() > 100);
}

#[test]
#[ignore = "takes minutes: prints what an extract of 100,000 interviews leaves out, loses and takes"]
fn an_extract_of_a_hundred_thousand_interviews() {
    let begun = Instant::now();
    let world = World::with(100_000);
    println!("recorded in {:.0} s", begun.elapsed().as_secs_f64());
    let begun = Instant::now();
    let (manifest, table) = world.extract();
    let rows = manifest.rows;
    println!(
        "{} children, {} left out ({:.2} %), loss {:.4}, k {}, in {:.1} s",
        rows.source,
        rows.suppressed,
        100.0 * rows.suppressed as f64 / rows.source as f64,
        manifest.utility.loss,
        manifest.children.k,
        begun.elapsed().as_secs_f64()
    );
    assert!(manifest.children.k >= K as u64 && table.rows() as u64 == rows.released);
    assert!(rows.suppressed * 20 <= rows.source && rows.source > 50_000);
}
