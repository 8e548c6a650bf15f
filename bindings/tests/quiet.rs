//! A library prints nothing of what panics say: what is loaded with a program has set the hook before the program begins.

use std::process::Command;

const CHILD: &str = "SAFEROOM_QUIET_CHILD";

#[test]
#[ignore = "run by the test below, in a process of its own"]
fn a_program_with_damaged_files() {
    if std::env::var_os(CHILD).is_none() {
        return;
    }
    #[cfg(feature = "extracts")]
    read_damaged_files();
    let panicked = std::thread::spawn(|| panic!("Sokha, 9 years")).join();
    assert!(panicked.is_err());
}

/// The library that reads Parquet panics at some of them (`output::parquet::tests` in the core counts them).
#[cfg(feature = "extracts")]
fn read_damaged_files() {
    use saferoom::release::Table;
    use saferoom::release::output::{ColumnType, write_parquet};
    let table = Table::from_csv("sex,age\nfemale,9\nmale,10\nfemale,11\n".repeat(3).as_bytes()).unwrap();
    let mut whole = Vec::new();
    write_parquet(&table, &[ColumnType::String, ColumnType::String], &[], &mut whole).unwrap();
    let risk = |bytes: &[u8]| saferoom_ffi::table_risk_json(bytes, vec!["sex".to_owned()], vec![], None);
    assert!(risk(&whole).is_ok());
    let mut refused = 0;
    for place in 0..whole.len() {
        for change in [0x01, 0x04, 0x10, 0x80, 0xff] {
            let mut damaged = whole.clone();
            damaged[place] ^= change;
            refused += usize::from(risk(&damaged).is_err());
        }
    }
    assert!(refused > 100, "{refused}");
}

#[test]
fn nothing_is_printed_of_what_a_panic_says() {
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "a_program_with_damaged_files", "--ignored", "--nocapture"])
        .env(CHILD, "yes")
        .output()
        .unwrap();
    let (out, told) = (String::from_utf8_lossy(&child.stdout), String::from_utf8_lossy(&child.stderr));
    assert!(child.status.success() && out.contains("1 passed"), "{out}{told}");
    let place = told.strip_prefix("saferoom: an internal error (quiet.rs, line ").unwrap_or_else(|| panic!("{told}"));
    assert!(place.trim_end_matches(")\n").parse::<u32>().is_ok(), "{told}");
}
