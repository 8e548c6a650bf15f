//! A row, and all that can be done to its cells.

use rusqlite::types::Value as Cell;
use rusqlite::{Connection, params_from_iter};
use saferoom_tests::{Column, columns, raw, rows};

use crate::scene::Attack;

/// Rows of a table that are attacked one by one; of larger tables, as many are taken evenly.
const MOST_ROWS: usize = 5;

/// A row, addressed by its primary key.
#[derive(Clone)]
pub(crate) struct Target {
    pub(crate) table: String,
    pub(crate) columns: Vec<Column>,
    pub(crate) row: Vec<Cell>,
}

impl Target {
    pub(crate) fn all(connection: &Connection, table: &str) -> Vec<Self> {
        let columns = columns(connection, table);
        let target = |row| Self { table: table.to_owned(), columns: columns.clone(), row };
        rows(connection, table).into_iter().map(target).collect()
    }

    /// Some rows, evenly taken, the first and the last among them; and one of each kind that has other columns empty.
    pub(crate) fn some(all: &[Self]) -> Vec<Self> {
        if all.len() <= MOST_ROWS {
            return all.to_vec();
        }
        let empty = |target: &Self| target.row.iter().map(|cell| *cell == Cell::Null).collect::<Vec<_>>();
        let evenly = |index: usize| all[index * (all.len() - 1) / (MOST_ROWS - 1)].clone();
        let mut some: Vec<_> = (0..MOST_ROWS).map(evenly).collect();
        for target in all {
            if some.iter().all(|taken| empty(taken) != empty(target)) {
                some.push(target.clone());
            }
        }
        some
    }

    pub(crate) fn label(&self) -> String {
        let key = self.columns.iter().zip(&self.row).find(|(column, _)| column.key).map(|(_, cell)| match cell {
            Cell::Integer(number) => number.to_string(),
            Cell::Blob(bytes) => bytes.iter().rev().take(4).map(|byte| format!("{byte:02x}")).collect(),
            _ => String::new(),
        });
        format!("{}[{}]", self.table, key.unwrap_or_default())
    }

    pub(crate) fn condition(&self, from: usize) -> (String, Vec<Cell>) {
        let keys: Vec<_> = self.columns.iter().zip(&self.row).filter(|(column, _)| column.key).collect();
        let parts: Vec<_> = keys
            .iter()
            .enumerate()
            .map(|(index, (column, _))| format!("{} = ?{}", column.name, from + index))
            .collect();
        (parts.join(" AND "), keys.iter().map(|(_, cell)| (*cell).clone()).collect())
    }

    pub(crate) fn set(&self, connection: &Connection, column: usize, value: Cell) {
        let (condition, mut keys) = self.condition(2);
        let sql = format!("UPDATE OR REPLACE {} SET {} = ?1 WHERE {condition}", self.table, self.columns[column].name);
        keys.insert(0, value);
        assert_eq!(connection.execute(&sql, params_from_iter(keys)).unwrap(), 1, "{}", self.label());
    }

    pub(crate) fn delete(&self, connection: &Connection) {
        let (condition, keys) = self.condition(1);
        let sql = format!("DELETE FROM {} WHERE {condition}", self.table);
        assert_eq!(connection.execute(&sql, params_from_iter(keys)).unwrap(), 1, "{}", self.label());
    }

    pub(crate) fn insert(&self, connection: &Connection, row: &[Cell]) {
        let marks: Vec<_> = (1..=row.len()).map(|index| format!("?{index}")).collect();
        let sql = format!("INSERT OR REPLACE INTO {} VALUES ({})", self.table, marks.join(", "));
        connection.execute(&sql, params_from_iter(row.iter().cloned())).unwrap();
    }

    pub(crate) fn attack(&self, what: &str, change: impl Fn(&Self, &Connection) + Send + Sync + 'static) -> Attack {
        let target = self.clone();
        let name = format!("{what} {}", self.label());
        Attack { name, change: Box::new(move |path| change(&target, &raw(path))) }
    }

    /// Other values that this cell can take, with the name of the change; `turn` chooses among kinds of change.
    pub(crate) fn changes(&self, column: usize, turn: usize, all: &[Self]) -> Vec<(String, Cell)> {
        let mut changes = Vec::new();
        let mut change = |name: &str, value: Cell| changes.push((name.to_owned(), value));
        match &self.row[column] {
            Cell::Blob(bytes) if bytes.is_empty() => change("lengthen", Cell::Blob(vec![0])),
            Cell::Blob(bytes) => {
                let mut flipped = bytes.clone();
                let at = [0, bytes.len() - 1, bytes.len() / 2, bytes.len() / 3][turn % 4];
                flipped[at] ^= 1 << (turn % 8);
                change(&format!("flip byte {at} of"), Cell::Blob(flipped));
                change("truncate", Cell::Blob(bytes[..bytes.len() - 1].to_vec()));
                match turn % 3 {
                    0 => change("lengthen", Cell::Blob([&bytes[..], &[0]].concat())),
                    1 => change("zero", Cell::Blob(vec![0; bytes.len()])),
                    _ => change("empty", Cell::Blob(Vec::new())),
                }
            }
            Cell::Integer(number) => {
                let others = match turn % 2 {
                    0 => [number + 1, 0, i64::MAX],
                    _ => [number - 1, -1, 1 << 40],
                };
                for other in others.into_iter().filter(|other| other != number) {
                    change(&format!("set {other} in"), Cell::Integer(other));
                }
            }
            _ => {
                let value = all.iter().map(|other| other.row[column].clone()).find(|cell| *cell != Cell::Null);
                value.into_iter().for_each(|value| change("fill", value));
            }
        }
        changes
    }
}
