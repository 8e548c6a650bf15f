//! A table of counts, for a person.

use std::path::Path;

use saferoom::release::RoomsRows;
use saferoom::release::tables::{PublishedCell, PublishedTable, TABLE_FILE};

use crate::console::Console;
use crate::failure::Failure;

pub(super) fn table(published: &PublishedTable, folder: Option<&Path>, out: &Console) -> Result<(), Failure> {
    out.heading(&published.name);
    let mut header: Vec<&str> = published.dimensions.iter().map(String::as_str).collect();
    header.push("count");
    header.extend(published.rates.iter().map(String::as_str));
    let sum = published.magnitude.as_ref().map(|name| format!("sum of {name}"));
    header.extend(sum.as_deref());
    out.table(&header, published.cells.iter().map(|cell| row(published, cell)));
    if let Some(account) = &published.account {
        out.line(format!(
            "{} of {} cells are hidden (-): fewer than {} {}, or needed to hide such a cell",
            account.hidden,
            account.cells,
            account.threshold,
            published.rows.map_or("children", RoomsRows::in_words)
        ));
        if let Some(width) = account.narrowest_interval {
            out.line(format!(
                "of no hidden cell more can be computed than that it lies within {width} of another value"
            ));
        }
    }
    match folder {
        Some(folder) => out.line(format!("written: {}", folder.join(TABLE_FILE).display())),
        None => out.line("nothing was written"),
    }
    Ok(())
}

fn row(published: &PublishedTable, cell: &PublishedCell) -> Vec<String> {
    let hidden = || String::from("-");
    let mut row: Vec<String> =
        cell.values.iter().map(|value| value.clone().unwrap_or_else(|| String::from("all"))).collect();
    row.push(cell.count.map_or_else(hidden, |count| count.to_string()));
    row.extend(cell.rates.iter().map(|rate| match rate {
        Some(rate) => format!("{:.1} % ({} of {})", 100.0 * rate.count as f64 / rate.of as f64, rate.count, rate.of),
        None => String::new(),
    }));
    if published.magnitude.is_some() {
        row.push(cell.sum.map_or_else(hidden, |sum| sum.to_string()));
    }
    row
}
