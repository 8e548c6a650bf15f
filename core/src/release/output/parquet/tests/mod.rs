use std::panic;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::super::super::table::ColumnBuilder;
use super::*;

/// Some children, with a dictionary for their texts: lengths and values one after the other, which a reader has to walk.
fn file() -> Vec<u8> {
    let mut sex = ColumnBuilder::new("sex".to_owned());
    let mut age = ColumnBuilder::new("age".to_owned());
    for row in 0..9 {
        sex.push(["female", "male"].get(row % 3).copied());
        age.push(Some(&(row + 7).to_string()));
    }
    let table = Table::new(vec![sex.finish(), age.finish()]).unwrap();
    let mut bytes = Vec::new();
    write_parquet(&table, &[ColumnType::String, ColumnType::Integer], &[], &mut bytes).unwrap();
    bytes
}

/// Found by the fuzz target `table_input`: the library answers some damage with a panic.
#[test]
fn a_file_damaged_anywhere_is_an_error_and_never_a_panic() {
    let whole = file();
    assert_eq!(read_parquet(whole.clone()).unwrap().rows(), 9);
    let contained = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&contained);
    let before = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        if crate::panics::is_contained() {
            counted.fetch_add(1, Ordering::Relaxed);
        } else {
            before(panic);
        }
    }));
    for place in 0..whole.len() {
        for change in [0x01, 0x02, 0x04, 0x10, 0x80, 0xff] {
            let mut damaged = whole.clone();
            damaged[place] ^= change;
            if let Ok(table) = read_parquet(damaged) {
                assert!(table.columns().iter().all(|column| column.codes().len() == table.rows()));
            }
        }
        drop(read_parquet(whole[..place].to_vec()).unwrap_err());
    }
    drop(panic::take_hook());
    assert!(contained.load(Ordering::Relaxed) > 0, "no damage shows what the thread is for: {} bytes", whole.len());
}

mod hostile;
mod kinds;
