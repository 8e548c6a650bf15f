//! The content of the file as a stream of rows, for backups: what it holds, without the pages it lies on.
//!
//! A row is deterministic CBOR: `[table, column, ...]`, the table by its place in the list of tables, each column an
//! integer, a byte string, a text or null. A copy is made of rows alone, so that no foreign page, schema or trigger is
//! ever opened as a database.

use minicbor::data::Type;
use minicbor::{Decoder, Encoder};
use rusqlite::params_from_iter;
use rusqlite::types::{Value, ValueRef};

use super::{Rows, StoreError};

type Infallible = minicbor::encode::Error<std::convert::Infallible>;

/// The tables of a file and how many rows each has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tables {
    names: Vec<String>,
    counts: Vec<u64>,
}

impl Tables {
    /// Tables of these names, without rows yet.
    #[must_use]
    pub fn empty(names: Vec<String>) -> Self {
        let counts = vec![0; names.len()];
        Self { names, counts }
    }

    /// Their names, in the order of their numbers.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// How many rows each has.
    #[must_use]
    pub fn counts(&self) -> &[u64] {
        &self.counts
    }
}

impl Rows<'_> {
    /// The tables that there are, without counting their rows.
    ///
    /// # Errors
    /// What the disk says.
    pub fn tables(&self) -> Result<Tables, StoreError> {
        let mut names = Vec::new();
        let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name";
        self.each("sqlite_schema", sql, [], |row| {
            names.push(row.get(0)?);
            Ok(())
        })?;
        Ok(Tables::empty(names))
    }

    /// Gives every row of every table to `sink`, and counts them. Memory holds one row at a time.
    ///
    /// # Errors
    /// What the disk says, and what `sink` answers.
    pub fn copy_out<E: From<StoreError>>(
        &self,
        tables: &mut Tables,
        mut sink: impl FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut bytes = Vec::new();
        for number in 0..tables.names.len() {
            let sql = format!("SELECT * FROM \"{}\"", tables.names[number]);
            let mut failed = Ok(());
            let mut count = 0;
            self.each("?", &sql, [], |row| {
                if failed.is_ok() {
                    bytes.clear();
                    encode(&mut bytes, number, row)?;
                    failed = sink(&bytes);
                    count += 1;
                }
                Ok(())
            })?;
            failed?;
            tables.counts[number] = count;
        }
        Ok(())
    }

    /// Takes in a row that [`copy_out`](Self::copy_out) gave, and counts it.
    ///
    /// # Errors
    /// [`StoreError::Row`] if it is malformed or of no table, [`StoreError::Misfit`] if it does not fit its table.
    pub fn copy_in(&self, tables: &mut Tables, row: &[u8]) -> Result<(), StoreError> {
        let (number, columns) = decode(row).ok_or(StoreError::Row { table: "?" })?;
        let name = tables.names.get(number).ok_or(StoreError::Row { table: "?" })?;
        let places = vec!["?"; columns.len()].join(", ");
        self.run(&format!("INSERT INTO \"{name}\" VALUES ({places})"), params_from_iter(columns))?;
        tables.counts[number] += 1;
        Ok(())
    }
}

fn encode(bytes: &mut Vec<u8>, table: usize, row: &rusqlite::Row<'_>) -> rusqlite::Result<()> {
    let columns = row.as_ref().column_count();
    let mut out = Encoder::new(bytes);
    let mut write = |value: Option<ValueRef<'_>>| -> Result<(), Infallible> {
        match value {
            None => out.array(columns as u64 + 1)?.u64(table as u64)?,
            Some(ValueRef::Null) => out.null()?,
            Some(ValueRef::Integer(number)) => out.i64(number)?,
            Some(ValueRef::Blob(blob)) => out.bytes(blob)?,
            Some(ValueRef::Text(text)) => out.str(std::str::from_utf8(text).unwrap_or_default())?,
            // No table of a vault has one; its row is refused when it is taken in.
            Some(ValueRef::Real(_)) => out.undefined()?,
        };
        Ok(())
    };
    let _infallible = write(None);
    for column in 0..columns {
        let _infallible = write(Some(row.get_ref(column)?));
    }
    Ok(())
}

pub(super) fn decode(row: &[u8]) -> Option<(usize, Vec<Value>)> {
    let mut input = Decoder::new(row);
    let columns = input.array().ok()??.checked_sub(1).filter(|columns| *columns <= 64)?;
    let table = usize::try_from(input.u64().ok()?).ok()?;
    let mut values = Vec::with_capacity(columns as usize);
    for _ in 0..columns {
        values.push(match input.datatype().ok()? {
            Type::Null => {
                input.null().ok()?;
                Value::Null
            }
            Type::Bytes => Value::Blob(input.bytes().ok()?.to_vec()),
            Type::String => Value::Text(input.str().ok()?.to_owned()),
            _ => Value::Integer(input.i64().ok()?),
        });
    }
    (input.position() == row.len()).then_some((table, values))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::{DeviceId, RecordId, ScopeId, VaultId};
    use crate::store::{KeyRow, Store, VaultRow};

    fn filled(store: &mut Store) -> VaultRow {
        let file = VaultRow { vault: VaultId::random(), device: DeviceId::random() };
        let rows = store.begin().unwrap();
        rows.put_vault(file).unwrap();
        rows.add_revision((RecordId::random(), 1, None, None), (3, 0), b"groups").unwrap();
        rows.add_revision((RecordId::random(), 2, Some(1), Some([7; 32])), (u64::MAX >> 1, 9), &[0xFF; 5000]).unwrap();
        let key = KeyRow {
            scope: ScopeId::random(),
            ordinal: 9,
            tag: [1; 16],
            commitment: [2; 32],
            commit: 4,
            place: 5,
            session: None,
            sealed: vec![3; 80],
        };
        rows.add_key(&key).unwrap();
        rows.commit().unwrap();
        file
    }

    #[test]
    fn a_copy_has_every_row_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let mut from = Store::create(&folder.path().join("from")).unwrap();
        let file = filled(&mut from);
        let rows = from.begin_reading().unwrap();
        let mut tables = rows.tables().unwrap();
        let mut copied = Vec::new();
        rows.copy_out(&mut tables, |row| {
            copied.push(row.to_vec());
            Ok::<_, StoreError>(())
        })
        .unwrap();
        assert_eq!(copied.len(), 4);

        let mut to = Store::create(&folder.path().join("to")).unwrap();
        let target = to.begin().unwrap();
        let mut again = Tables::empty(tables.names().to_vec());
        copied.iter().for_each(|row| target.copy_in(&mut again, row).unwrap());
        assert_eq!(again, tables);
        assert_eq!(target.vault(), Ok(file));
        let mut twice = Vec::new();
        let mut recounted = target.tables().unwrap();
        target
            .copy_out(&mut recounted, |row| {
                twice.push(row.to_vec());
                Ok::<_, StoreError>(())
            })
            .unwrap();
        assert_eq!(twice, copied);
        // A row that is there already, of no table, of another width, or cut short.
        assert_eq!(target.copy_in(&mut again, &copied[0]), Err(StoreError::Misfit));
        assert_eq!(target.copy_in(&mut again, &[0x81, 0x18, 99]), Err(StoreError::Row { table: "?" }));
        assert!(target.copy_in(&mut again, &[0x82, 0, 1]).is_err());
        for length in 0..copied[0].len() {
            assert!(target.copy_in(&mut again, &copied[0][..length]).is_err());
        }
    }
}
