//! A table that somebody brings to be anonymised: Parquet or CSV, any bytes. What is read has as many values in each column as
//! it has rows.

use saferoom::release::Table;
use saferoom::release::output::{is_parquet, read_parquet};

pub(crate) fn run(bytes: &[u8]) {
    let table = if is_parquet(bytes) { read_parquet(bytes.to_vec()).ok() } else { Table::from_csv(bytes).ok() };
    let Some(table) = table else { return };
    for column in table.columns() {
        assert_eq!(column.codes().len(), table.rows());
    }
}
