//! Hierarchies in ARX's format: `;`-separated (or `,`, or tab), no header, a row per leaf.

use super::super::error::ReleaseError;
use super::super::table::{delimiter_of, read, text};

/// The most rows of a hierarchy file.
const MOST_ROWS: usize = 1_000_000;

pub(super) fn rows(column: &str, bytes: &[u8]) -> Result<Vec<Vec<String>>, ReleaseError> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(hierarchy_delimiter(bytes))
        .flexible(true)
        .has_headers(false)
        .from_reader(bytes);
    let mut record = csv::ByteRecord::new();
    let mut rows = Vec::new();
    while read(&mut reader, &mut record)? {
        let line = record.position().map_or(0, csv::Position::line);
        let row = record.iter().map(|label| text(label, line).map(|label| label.trim().to_owned()));
        rows.push(row.collect::<Result<Vec<_>, _>>()?);
        if rows.len() > MOST_ROWS {
            return Err(ReleaseError::HierarchyShape { column: column.to_owned(), what: "it has over a million rows" });
        }
    }
    Ok(rows)
}

/// ARX writes `;`, and labels such as `[0, 10[` have commas: a semicolon anywhere in the first row decides.
fn hierarchy_delimiter(bytes: &[u8]) -> u8 {
    let first = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    if first.contains(&b';') { b';' } else { delimiter_of(bytes) }
}
