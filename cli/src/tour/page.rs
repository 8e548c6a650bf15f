//! Just enough of SQLite's file format to point at the sealed bytes of one record: what a vandal with a hex editor does.

use std::ops::Range;

/// First byte of a page that holds the rows of a table.
const TABLE_LEAF: u8 = 0x0D;
/// Columns of the table of revisions; the first is the row's own id, the second the record, the last the sealed groups.
const REVISION_COLUMNS: usize = 8;
/// The type of a 16-byte blob in a row's header.
const ID_TYPE: u64 = 12 + 2 * 16;

/// Where the sealed fields of a revision of this record lie in the file.
pub(super) fn sealed_bytes(file: &[u8], record: &[u8; 16]) -> Option<Range<usize>> {
    let size = match u16::from_be_bytes([*file.get(16)?, *file.get(17)?]) {
        1 => 65536,
        size => usize::from(size),
    };
    let pages = file.chunks_exact(size.max(512)).enumerate().skip(1);
    pages.filter(|(_, page)| page[0] == TABLE_LEAF).find_map(|(number, page)| {
        let count = usize::from(u16::from_be_bytes([page[3], page[4]]));
        let cells = page.get(8..8 + 2 * count)?.chunks_exact(2);
        let found = cells.map(|at| usize::from(u16::from_be_bytes([at[0], at[1]]))).find_map(|at| {
            let groups = groups_of(page.get(at..)?, record)?;
            Some(at + groups.start..at + groups.end)
        })?;
        Some(number * size + found.start..number * size + found.end)
    })
}

/// Where in a cell the sealed groups lie, if it is a revision of this record.
fn groups_of(cell: &[u8], record: &[u8; 16]) -> Option<Range<usize>> {
    let mut at = 0;
    let _payload = varint(cell, &mut at)?;
    let _row = varint(cell, &mut at)?;
    let start = at;
    let header = usize::try_from(varint(cell, &mut at)?).ok()?;
    let end = start.checked_add(header)?;
    let mut types = Vec::with_capacity(REVISION_COLUMNS);
    while at < end && types.len() <= REVISION_COLUMNS {
        types.push(varint(cell, &mut at)?);
    }
    let of_record = types.len() == REVISION_COLUMNS && types[..2] == [0, ID_TYPE] && at == end;
    if !of_record || cell.get(end..end + 16)? != record {
        return None;
    }
    let lengths: Vec<usize> = types.iter().map(|kind| length_of(*kind)).collect();
    let groups = end + lengths[..REVISION_COLUMNS - 1].iter().sum::<usize>();
    let range = groups..groups + lengths[REVISION_COLUMNS - 1];
    // A long row goes on in other pages; what is not in this one is of no use here.
    (range.end <= cell.len()).then_some(range)
}

/// How many bytes a value of this type takes.
fn length_of(kind: u64) -> usize {
    match kind {
        1..=4 => kind as usize,
        5 => 6,
        6 | 7 => 8,
        12.. => usize::try_from((kind - 12) / 2).unwrap_or(usize::MAX / 16),
        _ => 0,
    }
}

/// SQLite's number of variable length: seven bits a byte, the highest first.
fn varint(bytes: &[u8], at: &mut usize) -> Option<u64> {
    let mut number = 0;
    for _ in 0..8 {
        let byte = *bytes.get(*at)?;
        *at += 1;
        number = number << 7 | u64::from(byte & 0x7F);
        if byte < 0x80 {
            return Some(number);
        }
    }
    let byte = *bytes.get(*at)?;
    *at += 1;
    Some(number << 8 | u64::from(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file of two pages, the second with one row: a revision whose groups are ten bytes.
    fn file(record: &[u8; 16]) -> Vec<u8> {
        let mut file = vec![0; 1024];
        file[16..18].copy_from_slice(&512u16.to_be_bytes());
        let header = [9, 0, 44, 9, 0, 0, 1, 8, 12 + 2 * 10];
        let cell = [&[9 + 16 + 1 + 10, 5], &header[..], record, &[77], &[0xEE; 10]].concat();
        let at = 512 - cell.len();
        file[512] = TABLE_LEAF;
        file[516] = 1;
        file[520..522].copy_from_slice(&(at as u16).to_be_bytes());
        file[512 + at..].copy_from_slice(&cell);
        file
    }

    #[test]
    fn it_points_at_the_sealed_bytes() {
        let file = file(&[7; 16]);
        let range = sealed_bytes(&file, &[7; 16]).unwrap();
        assert_eq!(file[range], [0xEE; 10]);
        assert_eq!(sealed_bytes(&file, &[8; 16]), None);
        assert_eq!(sealed_bytes(b"", &[7; 16]), None);
    }

    #[test]
    fn numbers_of_variable_length() {
        assert_eq!(varint(&[0x7F], &mut 0), Some(127));
        assert_eq!(varint(&[0x81, 0x00], &mut 0), Some(128));
        assert_eq!(varint(&[0xFF; 9], &mut 0), Some(u64::MAX));
        assert_eq!(varint(&[0xFF], &mut 0), None);
    }
}
