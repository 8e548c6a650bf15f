//! A table to import: any bytes; every row is accounted for once, and a rejected one has a line of the file.

use std::io::Cursor;
use std::sync::OnceLock;

use saferoom_cli::import::{Options, Plan, check};

const MAP: &str = include_str!("../../../cli/tests/data/words.map.toml");

fn plan() -> &'static Plan {
    static PLAN: OnceLock<Plan> = OnceLock::new();
    PLAN.get_or_init(|| Plan::parse(MAP).unwrap())
}

pub(crate) fn run(bytes: &[u8]) {
    let lines = 1 + bytes.iter().filter(|byte| **byte == b'\n').count() as u64;
    let Ok(report) = check(plan(), Cursor::new(bytes), &Options::default(), &mut |_| ()) else { return };
    let rejected = report.rejected.len() as u64;
    assert_eq!(report.rows, report.skipped + report.filtered + report.accepted + rejected);
    assert!(report.imported.is_empty() && report.commits == 0);
    for rejection in &report.rejected {
        assert!((1..=lines).contains(&rejection.line) && !rejection.problems.is_empty());
    }
}
