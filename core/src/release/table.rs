//! A table in memory: each column holds every different value once, and one number per row.

use std::collections::HashMap;

use super::error::ReleaseError;

/// The number of a missing value.
pub const MISSING: u32 = u32::MAX;

/// The most columns of a table.
pub const MOST_COLUMNS: usize = 4_096;

/// The most rows of a table.
pub const MOST_ROWS: usize = 100_000_000;

/// One column: its different values in order of their first appearance, and which of them each row has.
#[derive(Clone, PartialEq, Eq)]
pub struct Column {
    name: String,
    values: Vec<String>,
    codes: Vec<u32>,
}

/// Columns of one length, with different names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    columns: Vec<Column>,
    rows: usize,
}

impl std::fmt::Debug for Column {
    /// No values: they may be personal.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Column")
            .field("name", &self.name)
            .field("values", &self.values.len())
            .field("rows", &self.codes.len())
            .finish()
    }
}

impl Column {
    /// A column out of one text per row, `None` where it is missing.
    #[must_use]
    pub fn new<'a>(name: impl Into<String>, rows: impl IntoIterator<Item = Option<&'a str>>) -> Self {
        let mut builder = ColumnBuilder::new(name.into());
        rows.into_iter().for_each(|value| builder.push(value));
        builder.finish()
    }

    /// A column whose rows have these different texts by their place among them, `None` where one is missing.
    pub(super) fn numbered(
        name: impl Into<String>,
        texts: &[impl AsRef<str>],
        rows: impl IntoIterator<Item = Option<usize>>,
    ) -> Self {
        let mut code_of = vec![MISSING; texts.len()];
        let mut values = Vec::new();
        let mut code = |place: usize| {
            if code_of[place] == MISSING {
                code_of[place] = values.len() as u32;
                values.push(texts[place].as_ref().to_owned());
            }
            code_of[place]
        };
        let codes = rows.into_iter().map(|place| place.map_or(MISSING, &mut code)).collect();
        Self { name: name.into(), values, codes }
    }

    /// Some of its rows, in the order that is given.
    fn rows(&self, rows: &[usize]) -> Self {
        let place = |row: &usize| Some(self.codes[*row] as usize).filter(|code| *code < self.values.len());
        Self::numbered(self.name.clone(), &self.values, rows.iter().map(place))
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The different values.
    #[must_use]
    pub fn values(&self) -> &[String] {
        &self.values
    }

    /// Per row the index of its value, or [`MISSING`].
    #[must_use]
    pub fn codes(&self) -> &[u32] {
        &self.codes
    }

    /// The value of a row; `None` if it is missing or there is no such row.
    #[must_use]
    pub fn value(&self, row: usize) -> Option<&str> {
        let code = *self.codes.get(row)?;
        self.values.get(code as usize).map(String::as_str)
    }

    /// The first row that has the value of this index, counted from 1.
    pub(crate) fn first_row_of(&self, code: usize) -> usize {
        self.codes.iter().position(|found| *found as usize == code).map_or(0, |row| row + 1)
    }
}

impl Table {
    /// A table out of columns.
    ///
    /// # Errors
    /// [`ReleaseError::NoHeader`], [`ReleaseError::TooLarge`], [`ReleaseError::DuplicateColumn`],
    /// [`ReleaseError::UnequalColumns`].
    pub fn new(columns: Vec<Column>) -> Result<Self, ReleaseError> {
        let rows = columns.first().ok_or(ReleaseError::NoHeader)?.codes.len();
        check_names(columns.iter().map(Column::name))?;
        if rows > MOST_ROWS {
            return Err(too_large());
        }
        match columns.iter().find(|column| column.codes.len() != rows) {
            Some(column) => Err(ReleaseError::UnequalColumns { column: column.name.clone() }),
            None => Ok(Self { columns, rows }),
        }
    }

    /// The rows that are to be kept, in their order.
    ///
    /// # Errors
    /// As [`Table::new`].
    pub fn kept(&self, keep: &[bool]) -> Result<Self, ReleaseError> {
        let rows: Vec<usize> = (0..self.rows).filter(|row| keep.get(*row).copied().unwrap_or(false)).collect();
        Self::new(self.columns.iter().map(|column| column.rows(&rows)).collect())
    }

    /// Reads CSV in UTF-8 with a header. The delimiter is the first of `,`, `;` and tab that the header has. An empty
    /// entry is a missing value.
    ///
    /// # Errors
    /// [`ReleaseError::NotUtf8`], [`ReleaseError::Ragged`], [`ReleaseError::Unreadable`], and those of [`Table::new`].
    pub fn from_csv(bytes: &[u8]) -> Result<Self, ReleaseError> {
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter_of(bytes))
            .flexible(true)
            .has_headers(false)
            .from_reader(bytes);
        let mut record = csv::ByteRecord::new();
        if !read(&mut reader, &mut record)? {
            return Err(ReleaseError::NoHeader);
        }
        let names: Vec<String> =
            record.iter().map(|name| text(name, 1).map(|name| name.trim().to_owned())).collect::<Result<_, _>>()?;
        check_names(names.iter().map(String::as_str))?;
        let mut columns: Vec<ColumnBuilder> = names.into_iter().map(ColumnBuilder::new).collect();
        let mut rows = 0;
        while read(&mut reader, &mut record)? {
            let line = record.position().map_or(0, csv::Position::line);
            if record.len() != columns.len() {
                return Err(ReleaseError::Ragged { line, expected: columns.len(), found: record.len() });
            }
            rows += 1;
            if rows > MOST_ROWS {
                return Err(too_large());
            }
            for (column, value) in columns.iter_mut().zip(record.iter()) {
                column.push_bytes(value, line)?;
            }
        }
        Ok(Self { columns: columns.into_iter().map(ColumnBuilder::finish).collect(), rows })
    }

    /// The same rows in another order; `order` names each row once.
    pub(super) fn in_order(&self, order: &[usize]) -> Self {
        Self { columns: self.columns.iter().map(|column| column.rows(order)).collect(), rows: order.len() }
    }

    /// Writes CSV with a header; a missing value is an empty entry.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn to_csv(&self, out: impl std::io::Write) -> std::io::Result<()> {
        let mut writer = csv::Writer::from_writer(out);
        writer.write_record(self.columns.iter().map(Column::name))?;
        for row in 0..self.rows {
            for column in &self.columns {
                writer.write_field(column.value(row).unwrap_or_default())?;
            }
            writer.write_record(None::<&[u8]>)?;
        }
        writer.flush()
    }

    /// The columns, in order.
    #[must_use]
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The number of rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The column of this name.
    ///
    /// # Errors
    /// [`ReleaseError::NoSuchColumn`].
    pub fn column(&self, name: &str) -> Result<&Column, ReleaseError> {
        let found = self.columns.iter().find(|column| column.name == name);
        found.ok_or_else(|| ReleaseError::NoSuchColumn { column: name.to_owned() })
    }
}

fn too_large() -> ReleaseError {
    ReleaseError::TooLarge { columns: MOST_COLUMNS, rows: MOST_ROWS }
}

fn check_names<'a>(names: impl ExactSizeIterator<Item = &'a str>) -> Result<(), ReleaseError> {
    if names.len() > MOST_COLUMNS {
        return Err(too_large());
    }
    let mut seen = std::collections::HashSet::new();
    for name in names {
        if name.is_empty() {
            return Err(ReleaseError::NoHeader);
        }
        if !seen.insert(name) {
            return Err(ReleaseError::DuplicateColumn { column: name.to_owned() });
        }
    }
    Ok(())
}

/// The first of the usual delimiters that the first line has.
pub(crate) fn delimiter_of(bytes: &[u8]) -> u8 {
    let header = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    header.iter().copied().find(|byte| matches!(byte, b',' | b';' | b'\t')).unwrap_or(b',')
}

pub(crate) fn read(reader: &mut csv::Reader<&[u8]>, record: &mut csv::ByteRecord) -> Result<bool, ReleaseError> {
    reader
        .read_byte_record(record)
        .map_err(|error| ReleaseError::Unreadable { line: error.position().map_or(0, csv::Position::line) })
}

pub(crate) fn text(bytes: &[u8], line: u64) -> Result<&str, ReleaseError> {
    std::str::from_utf8(bytes).map_err(|_| ReleaseError::NotUtf8 { line })
}

/// A column in the making.
pub(super) struct ColumnBuilder {
    name: String,
    values: Vec<String>,
    index: HashMap<String, u32>,
    codes: Vec<u32>,
}

impl ColumnBuilder {
    pub(super) fn new(name: String) -> Self {
        Self { name, values: Vec::new(), index: HashMap::new(), codes: Vec::new() }
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn push(&mut self, value: Option<&str>) {
        let code = value.map_or(MISSING, |value| self.code(value));
        self.codes.push(code);
    }

    fn push_bytes(&mut self, value: &[u8], line: u64) -> Result<(), ReleaseError> {
        // Columns of few values mostly repeat the last one.
        if let Some(code) = self.codes.last()
            && self.values.get(*code as usize).is_some_and(|last| last.as_bytes() == value)
        {
            self.codes.push(*code);
            return Ok(());
        }
        let value = text(value, line)?.trim();
        self.push((!value.is_empty()).then_some(value));
        Ok(())
    }

    fn code(&mut self, value: &str) -> u32 {
        if let Some(code) = self.index.get(value) {
            return *code;
        }
        let code = self.values.len() as u32;
        self.values.push(value.to_owned());
        self.index.insert(value.to_owned(), code);
        code
    }

    pub(super) fn finish(self) -> Column {
        Column { name: self.name, values: self.values, codes: self.codes }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn csv_comes_back_as_it_was_read() {
        let text = "sex;age\nf;12\n;13\n\"a;b\";12\n";
        let table = Table::from_csv(text.as_bytes()).unwrap();
        assert_eq!((table.rows(), table.columns().len()), (3, 2));
        assert_eq!(table.column("sex").unwrap().value(1), None);
        assert_eq!(table.column("sex").unwrap().value(2), Some("a;b"));
        let mut out = Vec::new();
        table.to_csv(&mut out).unwrap();
        assert_eq!(Table::from_csv(&out).unwrap(), table);
    }

    #[test]
    fn rows_in_another_order_are_the_same_table() {
        let table = Table::from_csv(b"sex,age\nf,12\n,13\nm,12\nf,\n").unwrap();
        let other = table.in_order(&[3, 1, 2, 0]);
        assert_eq!(other, Table::from_csv(b"sex,age\nf,\n,13\nm,12\nf,12\n").unwrap());
        let kept = table.kept(&[false, true, true, false]).unwrap();
        assert_eq!(kept, Table::from_csv(b"sex,age\n,13\nm,12\n").unwrap(), "no value that no row has");
    }

    #[test]
    fn bad_files_are_refused_with_their_line() {
        let error = |bytes: &[u8]| Table::from_csv(bytes).unwrap_err();
        assert_eq!(error(b""), ReleaseError::NoHeader);
        assert_eq!(error(b"a,,b\n1,2,3\n"), ReleaseError::NoHeader);
        assert_eq!(error(b"a,a\n"), ReleaseError::DuplicateColumn { column: "a".into() });
        assert_eq!(error(b"a,b\n1,2\n1\n"), ReleaseError::Ragged { line: 3, expected: 2, found: 1 });
        assert_eq!(error(b"a,b\n1,2\n1,2,3\n"), ReleaseError::Ragged { line: 3, expected: 2, found: 3 });
        assert_eq!(error(b"a,b\n1,\xE9t\xE9\n"), ReleaseError::NotUtf8 { line: 2 });
        let wide: String = (0..=MOST_COLUMNS).map(|index| format!("c{index},")).collect();
        assert_eq!(error(wide.trim_end_matches(',').as_bytes()), too_large());
    }

    #[test]
    fn debug_shows_no_value() {
        let column = Column::new("name", [Some("Sokha")]);
        assert!(!format!("{column:?}").contains("Sokha"));
    }
}
