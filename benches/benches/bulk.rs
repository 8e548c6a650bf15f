//! Bulk: import in records per second of CPU, export in the same and in peak memory, for two sizes of the vault.
//!
//! Each export runs in a process of its own, so that its peak is its own. `BULK=100` tries with a hundredth.

use std::io::{Cursor, Write as _};
use std::process::Command;
use std::sync::Arc;
use std::time::Instant;

use cpu_time::ProcessTime;
use saferoom::access::Access;
use saferoom::keys::{Identity, MemoryKeyStore};
use saferoom::model::Text;
use saferoom::model::records::Unit;
use saferoom::vault::exchange::{ExportOptions, ImportOptions, check_lines};
use saferoom::vault::{Host, Session, Vault};

const SIZES: [usize; 2] = [1_000, 100_000];

fn main() {
    if let Ok(records) = std::env::var("BULK_RECORDS") {
        return measure(records.parse().expect("a number"));
    }
    let part: usize = std::env::var("BULK").map_or(1, |part| part.parse().expect("a number"));
    for records in SIZES {
        let program = std::env::current_exe().expect("this program has a path");
        let status = Command::new(program).env("BULK_RECORDS", (records / part).to_string()).status();
        assert!(status.expect("it starts").success());
    }
}

/// A case and nine children with eight fields each, again and again.
fn lines(records: usize) -> Vec<u8> {
    let mut out = Vec::new();
    for number in 0..records {
        let case = number / 10;
        if number % 10 == 0 {
            let _ = writeln!(
                out,
                r#"{{"kind":"case","id":"c{case}","fields":{{"register_number":"{case}/2026","status":"open"}}}}"#
            );
            continue;
        }
        let _ = writeln!(
            out,
            r#"{{"kind":"child","id":"{number}","parent":"c{case}","fields":{{"family_name":"សុខ","given_name":"សុភា{number}","family_name_latin":"Sok","given_name_latin":"Sophea{number}","national_id":"{number:09}","sex":"female","role":"victim","school_name":"Invented school of the village, {number}"}}}}"#
        );
    }
    out
}

fn session(folder: &std::path::Path) -> Session {
    let identity = Identity::generate();
    let host = Host::with_shared(Arc::new(MemoryKeyStore::default()));
    let unit = Unit { name: Some(Text::new("Unit").expect("a text")), ..Unit::default() };
    let vault = Vault::create(&folder.join("vault"), host, &identity, "bench.example.org/1", &unit).expect("a vault");
    vault.sign_in(&identity).expect("a session")
}

/// Peak and present memory of this process in MiB.
fn memory(name: &str) -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok()).unwrap_or(f64::NAN) / 1024.0
}

fn timed<T>(what: &str, records: usize, work: impl FnOnce() -> T) -> T {
    let (cpu, wall) = (ProcessTime::now(), Instant::now());
    let done = work();
    let (cpu, wall) = (cpu.elapsed().as_secs_f64(), wall.elapsed().as_secs_f64());
    let count = records as f64;
    println!(
        "{what:<8} {records:>7} records: {:>8.0} a second of CPU, {:>8.0} of wall time",
        count / cpu,
        count / wall
    );
    done
}

fn measure(records: usize) {
    let folder = tempfile::tempdir().expect("a folder");
    let session = session(folder.path());
    let why = Access::for_purpose("import").because("bench");
    let file = lines(records);
    let options = ImportOptions::default();
    timed("check", records, || check_lines(Cursor::new(&file), &options, &mut |_| ()).expect("checked"));
    let report = timed("import", records, || {
        session.import_lines(Cursor::new(&file), &options, &why, &mut |_| ()).expect("imported")
    });
    assert_eq!((report.rejected, report.ids.len()), (0, records));
    drop((file, report));
    // From here on the peak is the export's.
    let _ = std::fs::write("/proc/self/clear_refs", "5");
    let before = memory("VmRSS:");
    let path = folder.path().join("out.jsonl");
    let export = || session.export_file(&path, &ExportOptions::default(), &why, &mut |_| ()).expect("exported");
    let exported = timed("export", records, export);
    assert_eq!(exported.manifest.lines, records as u64 + 1);
    println!("export   {records:>7} records: peak {:.1} MiB, before it {before:.1} MiB", memory("VmHWM:"));
}
