//! The attacks: what SQLite lets somebody do to the file.

use rusqlite::types::Value as Cell;
use saferoom::id::RecordId;
use saferoom_tests::{raw, rows, tables};

use crate::scene::{Attack, Scene, sql};
use crate::target::Target;

/// Sets of so many tables are put back to what they were, and of all but so many.
const MOST_TABLES: u32 = 2;

/// Every cell: flipped, truncated, lengthened, emptied, exchanged with another row's; every row: deleted, doubled.
pub(crate) fn attacks_on_cells_and_rows(scene: &Scene) -> Vec<Attack> {
    let connection = scene.connection();
    let mut attacks = Vec::new();
    for table in tables(&connection) {
        let all = Target::all(&connection, &table);
        for (turn, target) in Target::some(&all).into_iter().enumerate() {
            for (index, column) in target.columns.iter().enumerate() {
                for (name, value) in target.changes(index, turn, &all) {
                    let what = format!("{name} .{}", column.name);
                    attacks.push(target.attack(&what, move |target, db| target.set(db, index, value.clone())));
                }
                let nullable = match table.as_str() {
                    "revision" => column.name == "earlier" || column.name == "previous",
                    "tip" => column.name.starts_with("base"),
                    "slot" | "keyring" => column.name == "session",
                    _ => false,
                };
                if nullable && target.row[index] != Cell::Null {
                    let what = format!("null .{}", column.name);
                    attacks.push(target.attack(&what, move |target, db| target.set(db, index, Cell::Null)));
                }
                // Exchanging between rows that differ in nothing else changes nothing.
                let differs = |other: &&Target| {
                    let beside = (0..target.row.len()).any(|at| at != index && other.row[at] != target.row[at]);
                    other.row[index] != target.row[index] && (beside || target.row.len() == 1)
                };
                if let Some(other) = all.iter().find(differs) {
                    let (mut mine, mut theirs) = (target.row.clone(), other.row.clone());
                    std::mem::swap(&mut mine[index], &mut theirs[index]);
                    let (copied, other) = (other.row[index].clone(), other.clone());
                    attacks.push(target.attack(&format!("swap .{}", column.name), move |target, db| {
                        target.delete(db);
                        other.delete(db);
                        target.insert(db, &mine);
                        target.insert(db, &theirs);
                    }));
                    let what = format!("copy another row's .{}", column.name);
                    attacks.push(target.attack(&what, move |target, db| target.set(db, index, copied.clone())));
                }
            }
            attacks.push(target.attack("delete", |target, db| target.delete(db)));
        }
        for target in all.iter().step_by(all.len() / 20 + 1) {
            attacks.push(target.attack("delete whole", |target, db| target.delete(db)));
        }
        attacks.extend(all.first().into_iter().chain(all.last()).flat_map(doubled));
        // Of a table without rows nothing can be deleted.
        let delete = (!all.is_empty()).then(|| format!("DELETE FROM {table}"));
        for sql in delete.into_iter().chain([format!("DROP TABLE {table}")]) {
            let change = sql.clone();
            attacks.push(Attack { name: sql, change: Box::new(move |path| raw(path).execute_batch(&change).unwrap()) });
        }
    }
    attacks
}

/// A row once more, under keys that nobody looks at.
pub(crate) fn doubled(target: &Target) -> Vec<Attack> {
    let key = target.columns.iter().position(|column| column.key).unwrap();
    let strange: Vec<Cell> = match &target.row[key] {
        Cell::Blob(bytes) => {
            let (mut near, mut far) = (bytes.clone(), bytes.clone());
            near[15] ^= 1;
            far[0] ^= 0x80;
            let strange =
                [near, far, Vec::new(), vec![0xFF; 17], vec![0; 15], [&bytes[..], &[0]].concat(), vec![0xFF; 16]];
            strange.into_iter().map(Cell::Blob).collect()
        }
        Cell::Integer(number) => {
            [-1, i64::MIN, i64::MAX, number + 1, number + 1000].into_iter().map(Cell::Integer).collect()
        }
        _ => Vec::new(),
    };
    let attack = |value: Cell| {
        let what = format!("double at {value:?}");
        target.attack(&what, move |target, db| {
            let mut row = target.row.clone();
            row[key] = value.clone();
            target.insert(db, &row);
        })
    };
    strange.into_iter().map(attack).collect()
}

/// Parts of the file are put back to what they were: every set of tables, and every single row.
pub(crate) fn attacks_by_replay(scene: &Scene) -> Vec<Attack> {
    let connection = scene.connection();
    let earlier = raw(&scene.earlier);
    let attach = format!("ATTACH '{}' AS earlier; BEGIN;", scene.earlier.display());
    let changed = |table: &String| rows(&connection, table) != rows(&earlier, table);
    let changed: Vec<_> = tables(&connection).into_iter().filter(changed).collect();
    assert!(changed.len() >= 8, "{changed:?}");
    let mut attacks = Vec::new();
    for tables in ["slot", "keyring", "circle", "roster"] {
        assert!(changed.iter().any(|table| table == tables), "{tables} has changed since");
    }
    for chosen in 1_u32..1 << changed.len() {
        // Few of them, or all but few: what lies between is more of the same.
        if (MOST_TABLES + 1..changed.len() as u32 - MOST_TABLES).contains(&chosen.count_ones()) {
            continue;
        }
        let chosen: Vec<_> = changed.iter().enumerate().filter(|(index, _)| chosen & 1 << index != 0).collect();
        let mut change = attach.clone();
        for (_, table) in &chosen {
            change += &format!("DELETE FROM main.{table}; INSERT INTO main.{table} SELECT * FROM earlier.{table};");
        }
        let names: Vec<_> = chosen.iter().map(|(_, table)| table.as_str()).collect();
        attacks.push(sql(&format!("replay tables {}", names.join("+")), change + "COMMIT;"));
    }
    for table in &changed {
        let old = rows(&earlier, table);
        let all = Target::all(&connection, table);
        let replayed: Vec<_> = all
            .iter()
            .filter_map(|target| {
                let keys: Vec<_> = (0..target.row.len()).filter(|index| target.columns[*index].key).collect();
                let before = old.iter().find(|row| keys.iter().all(|key| row[*key] == target.row[*key]))?;
                (*before != target.row).then(|| (target.clone(), before.clone()))
            })
            .collect();
        for (target, before) in replayed.into_iter().take(12) {
            attacks.push(target.attack("replay row", move |target, db| target.insert(db, &before)));
        }
    }
    attacks
}

/// One record is put back to an earlier revision, as carefully as can be done without a key.
pub(crate) fn attacks_on_records(scene: &Scene) -> Vec<Attack> {
    let mut attacks = Vec::new();
    let hex = |id: &RecordId| format!("X'{id}'");
    let attach = format!("ATTACH '{}' AS earlier; BEGIN;", scene.earlier.display());
    let amended = [scene.original.load.statements[0].0, scene.original.load.children[1]];
    for record in &amended {
        let id = hex(record);
        let head = format!("INSERT OR REPLACE INTO main.head SELECT * FROM earlier.head WHERE record = {id};");
        let cut =
            format!("DELETE FROM main.revision WHERE record = {id} AND id NOT IN (SELECT id FROM earlier.revision);");
        let newest =
            format!("(SELECT commit_number FROM main.revision WHERE record = {id} ORDER BY number DESC LIMIT 1)");
        let author = format!(
            "DELETE FROM main.authorship WHERE id >> 16 = {newest}; DELETE FROM main.commitment WHERE number = {newest};"
        );
        let state = "DELETE FROM main.state; INSERT INTO main.state SELECT * FROM earlier.state;";
        let entry = format!("UPDATE main.head SET entry = (SELECT max(position) FROM main.entry) WHERE record = {id};");
        for (name, parts) in [
            ("head alone", vec![&head]),
            ("head and revision", vec![&head, &cut]),
            ("head, revision and author", vec![&head, &author, &cut]),
            ("head, revision, author and entry", vec![&head, &author, &cut, &entry]),
            ("revision alone", vec![&cut]),
        ] {
            let change: String = parts.into_iter().map(String::as_str).collect();
            attacks.push(sql(&format!("put back {name} of {record}"), format!("{attach}{change}COMMIT;")));
            attacks.push(sql(
                &format!("put back {name} and state of {record}"),
                format!("{attach}{change}{state}COMMIT;"),
            ));
        }
    }
    for (record, newest) in &scene.original.load.statements {
        let id = hex(record);
        for number in 1..*newest {
            let older = format!("(SELECT id FROM revision WHERE record = {id} AND number = {number})");
            let digest = format!("(SELECT previous FROM revision WHERE record = {id} AND number = {number} + 1)");
            let back = format!("UPDATE head SET revision = {older}, digest = {digest} WHERE record = {id};");
            let cut = format!("DELETE FROM revision WHERE record = {id} AND number > {number};");
            let point = format!("UPDATE head SET revision = {older} WHERE record = {id}");
            let skip = format!(
                "UPDATE revision SET earlier = {older} WHERE record = {id} AND number = {newest}; \
                 UPDATE revision SET previous = (SELECT previous FROM revision WHERE record = {id} AND number = {number}) \
                 WHERE record = {id} AND number = {newest}"
            );
            attacks.push(sql(&format!("head of {record} to revision {number}"), &*back));
            attacks.push(sql(&format!("head of {record} to revision {number}, newer ones cut"), back + &cut));
            attacks.push(sql(&format!("row of {record} to revision {number}"), point));
            attacks.push(sql(&format!("revision {number} of {record} skipped"), skip));
            attacks.push(sql(
                &format!("revision {number} of {record} deleted"),
                format!("DELETE FROM revision WHERE record = {id} AND number = {number}"),
            ));
        }
    }
    let load = &scene.original.load;
    let (one, two) = (hex(&load.children[0]), hex(&load.children[1]));
    let (first, second) = (hex(&load.cases[0]), hex(&load.cases[1]));
    for (name, change) in [
        ("child under another case", format!("UPDATE head SET parent = {second} WHERE record = {one}")),
        ("child in another scope", format!("UPDATE head SET scope = {second} WHERE record = {one}")),
        (
            "child in another case and scope",
            format!("UPDATE head SET scope = {second}, parent = {second} WHERE record = {one}"),
        ),
        ("child as witness of its own", format!("UPDATE head SET parent = {one} WHERE record = {one}")),
        (
            "two children exchanged",
            format!(
                "UPDATE head SET record = X'00' WHERE record = {one}; UPDATE head SET record = {one} WHERE record = \
                 {two}; UPDATE head SET record = {two} WHERE record = X'00'; UPDATE revision SET record = CASE record \
                 WHEN {one} THEN {two} ELSE {one} END WHERE record IN ({one}, {two})"
            ),
        ),
        (
            "keys of two cases exchanged",
            format!(
                "UPDATE keyring SET scope = X'00' WHERE scope = {first}; UPDATE keyring SET scope = {first} WHERE \
                 scope = {second}; UPDATE keyring SET scope = {second} WHERE scope = X'00'"
            ),
        ),
        (
            "a whole case deleted",
            format!(
                "DELETE FROM revision WHERE record IN (SELECT record FROM head WHERE scope = {first}); DELETE FROM head \
                 WHERE scope = {first}; DELETE FROM keyring WHERE scope = {first}"
            ),
        ),
        ("keys of a case deleted", format!("DELETE FROM keyring WHERE scope = {first}")),
        ("last entry cut", "DELETE FROM entry WHERE position = (SELECT max(position) FROM entry)".to_owned()),
        ("first entry cut", "DELETE FROM entry WHERE position = 0".to_owned()),
        (
            "entries moved up",
            "DELETE FROM entry WHERE position = 3; UPDATE entry SET position = position - 1 WHERE position > 3"
                .to_owned(),
        ),
        ("last session cut", "DELETE FROM session WHERE number = (SELECT max(number) FROM session)".to_owned()),
    ] {
        attacks.push(sql(name, change));
    }
    attacks
}

/// The schema says something else than it was created with.
pub(crate) fn attacks_on_the_schema() -> Vec<Attack> {
    let mut attacks = vec![
        sql("schema: an index without cases", "CREATE INDEX other ON head (kind) WHERE kind <> 1"),
        sql("schema: another table", "CREATE TABLE other (x)"),
        sql("schema: another index", "CREATE INDEX other ON entry (session)"),
        sql("schema: a view", "CREATE VIEW other AS SELECT * FROM head"),
        sql(
            "schema: writes dropped by a trigger",
            "CREATE TRIGGER other BEFORE INSERT ON revision BEGIN SELECT RAISE(IGNORE); END",
        ),
        sql(
            "schema: entries deleted by a trigger",
            "CREATE TRIGGER other AFTER INSERT ON entry BEGIN DELETE FROM entry WHERE position = new.position; END",
        ),
        sql(
            "schema: entries not written by a trigger",
            "CREATE TRIGGER other BEFORE INSERT ON entry BEGIN SELECT RAISE(IGNORE); END",
        ),
        sql(
            "schema: heads not touched by a trigger",
            "CREATE TRIGGER other BEFORE UPDATE ON head BEGIN SELECT RAISE(IGNORE); END",
        ),
        sql(
            "schema: table in the place of a view",
            "ALTER TABLE head RENAME TO hidden; CREATE VIEW head AS SELECT * FROM hidden",
        ),
        sql("schema: a column more", "ALTER TABLE slot ADD COLUMN other INTEGER"),
        sql("application id", "PRAGMA application_id = 1"),
        sql("application id zero", "PRAGMA application_id = 0"),
    ];
    for version in [0, 2, 99, -1, i32::MAX, i32::MIN] {
        attacks.push(sql(&format!("user version {version}"), format!("PRAGMA user_version = {version}")));
    }
    attacks
}

/// Rows of another vault of the same founder on the same device.
pub(crate) fn attacks_from_another_vault(scene: &Scene) -> Vec<Attack> {
    let other = scene.other.path();
    let attach = format!("ATTACH '{}' AS other; BEGIN;", other.display());
    let connection = scene.connection();
    let mut attacks = Vec::new();
    for table in tables(&connection) {
        let (mine, theirs) = (rows(&connection, &table), rows(&raw(&other), &table));
        if mine.is_empty() && theirs.is_empty() {
            // Nothing to take, and nothing to put it over.
            continue;
        }
        let change =
            format!("{attach} DELETE FROM main.{table}; INSERT INTO main.{table} SELECT * FROM other.{table}; COMMIT;");
        attacks.push(sql(&format!("table {table} of another vault"), change));
        if table != "vault" && table != "tip" {
            let change = format!("{attach} INSERT OR REPLACE INTO main.{table} SELECT * FROM other.{table}; COMMIT;");
            attacks.push(sql(&format!("rows of {table} of another vault put over"), change));
            // Where all keys are taken already, nothing would be added.
            let numbered = mine.first().is_some_and(|row| matches!(row[0], Cell::Integer(_)));
            if numbered && theirs.len() <= mine.len() {
                continue;
            }
            let change = format!("{attach} INSERT OR IGNORE INTO main.{table} SELECT * FROM other.{table}; COMMIT;");
            attacks.push(sql(&format!("rows of {table} of another vault added"), change));
        }
    }
    // A whole record: head, revisions, keys, commits and authors, renumbered to fit.
    let record = "(SELECT record FROM other.head WHERE kind = 2 LIMIT 1)";
    let paste = format!(
        "{attach} INSERT INTO main.head SELECT record, scope, parent, kind, revision + 1000, digest, entry FROM other.head \
         WHERE record = {record}; INSERT INTO main.revision SELECT id + 1000, record, number, earlier + 1000, previous, \
         commit_number + 1000, place, groups FROM other.revision WHERE record = {record}; INSERT INTO main.keyring SELECT \
         k.* FROM other.keyring k JOIN other.head h USING (scope) WHERE h.record = {record}; INSERT INTO main.commitment \
         SELECT number + 1000, session, statement, signature FROM other.commitment; INSERT INTO main.authorship SELECT id \
         + (1000 << 16), digests FROM other.authorship; COMMIT;"
    );
    attacks.push(sql("a record of another vault pasted in", paste));
    attacks
}
