//! JSON Lines to import: any bytes; every line is accounted for, and what is wrong has a line of the file.

use std::io::Cursor;

use saferoom::vault::exchange::{ImportOptions, SignedManifest, check_lines};

pub(crate) fn run(bytes: &[u8]) {
    let lines = 1 + bytes.iter().filter(|byte| **byte == b'\n').count() as u64;
    if let Ok(text) = std::str::from_utf8(bytes) {
        // Nobody finds a signature by chance; the parser must stand what is tried.
        let _ = SignedManifest::parse(text);
    }
    let options = ImportOptions { longest_line: 1 << 16, ..ImportOptions::default() };
    let Ok(report) = check_lines(Cursor::new(bytes), &options, &mut |_| ()) else { return };
    assert!(report.lines + report.units <= lines && report.rejected <= report.lines);
    assert!(report.rejected <= report.problem_count && (report.problem_count == 0) == (report.rejected == 0));
    for problem in &report.problems {
        assert!((1..=lines).contains(&problem.line) && !problem.to_string().is_empty());
    }
}
