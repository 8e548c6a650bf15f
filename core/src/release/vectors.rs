//! The vectors in `tests/vectors/release`: who stood in which class of a release, and what a table showed.

use serde_json::{Value, json};

use super::series::{ChildId, MOST_CHILDREN, Membership};
use super::tables::ShownTable;
use crate::vectors::{Refusal, Run, bad, bytes, fixed, good, hex, hold, list, number, write};

const FILES: [(&str, Run); 2] = [("memberships", membership), ("shown-tables", shown_table)];

#[test]
fn release_vectors_hold() {
    hold("release", &FILES);
}

/// What the file says of the children is encoded again: it has to be these bytes.
#[test]
fn memberships_are_written_as_their_vectors() {
    for vector in crate::vectors::read("release", "memberships") {
        if vector["expected"].is_null() {
            continue;
        }
        let rows = list(&vector["expected"]).iter().flat_map(|child| {
            let id: ChildId = fixed(&child["child"]);
            list(&child["classes"]).iter().map(move |class| (id, number(class)))
        });
        assert_eq!(hex(Membership::new(rows).encode()), vector["input"], "{}", vector["name"]);
    }
}

#[test]
#[ignore = "writes tests/vectors/release"]
fn write_release_vectors() {
    write("release", "memberships", membership, memberships());
    write("release", "shown-tables", shown_table, shown_tables());
}

fn membership(vector: &Value) -> Result<Value, Refusal> {
    let membership = Membership::decode(&bytes(&vector["input"])).map_err(|_| Refusal::malformed())?;
    let children =
        membership.ids().map(|child| json!({ "child": hex(child), "classes": membership.classes_of(child) }));
    Ok(children.collect())
}

fn shown_table(vector: &Value) -> Result<Value, Refusal> {
    let table = ShownTable::decode(&bytes(&vector["input"])).map_err(|_| Refusal::malformed())?;
    Ok(json!({ "specification": table.specification(), "counts": table.counts() }))
}

/// A head, a specification and counts by their bytes.
fn shown(version: u8, specification: &str, counts: &[u8]) -> Vec<u8> {
    let length = u8::try_from(specification.len()).unwrap();
    [&[0x83, version, 0x78, length], specification.as_bytes(), counts].concat()
}

fn shown_tables() -> Vec<Value> {
    let text = "name=\"t\"\naudience=\"inside\"\n[[dimension]]\ncolumn=\"child.sex\"\nvalues=[\"female\",\"male\"]\n";
    let rows = text.replace("[[dim", "rows=\"participants\"\n[[dim");
    let two = shown(1, text, &[0x83, 0x07, 0xF6, 0x19, 0x01, 0x2C]);
    let input = |bytes: &[u8]| json!({ "input": hex(bytes) });
    let refused = |name: &str, comment: &str, bytes: &[u8]| bad(name, "malformed", comment, input(bytes));
    vec![
        good("one cell hidden", "7, a hidden cell, and a total of 300", input(&two)),
        good("all hidden", "", input(&shown(1, text, &[0x83, 0xF6, 0xF6, 0xF6]))),
        good("rows of training", "a specification may name other rows", input(&shown(1, &rows, &[0x83, 6, 7, 13]))),
        refused("no bytes", "", &[]),
        refused("newer version", "the version is 2", &shown(2, text, &[0x83, 6, 7, 13])),
        refused("short", "the last count lacks a byte", &two[..two.len() - 1]),
        refused("more behind", "a byte follows the last count", &[&two[..], &[0]].concat()),
        refused("a count too few", "two counts, and three cells with the total", &shown(1, text, &[0x82, 6, 7])),
        refused("a count too many", "four counts for three cells", &shown(1, text, &[0x84, 6, 7, 13, 0])),
        refused("a count in a longer form", "7 in two bytes", &shown(1, text, &[0x83, 0x18, 0x07, 0xF6, 13])),
        refused("a count below zero", "-1", &shown(1, text, &[0x83, 0x20, 0xF6, 13])),
        refused("a count as a text", "\"6\"", &shown(1, text, &[0x83, 0x61, 0x36, 0xF6, 13])),
        refused("undefined in place of null", "0xF7", &shown(1, text, &[0x83, 7, 0xF7, 13])),
        refused("no specification", "a text that is no TOML of a table", &shown(1, "[", &[0x81, 6])),
    ]
}

fn memberships() -> Vec<Value> {
    let two = written(1, 2, &[(1, &[2, 4]), (7, &[0])]);
    let input = |bytes: &[u8]| json!({ "input": hex(bytes) });
    let refused = |name: &str, comment: &str, bytes: &[u8]| bad(name, "malformed", comment, input(bytes));
    vec![
        good("nobody", "a release of no child", input(&written(1, 0, &[]))),
        good("two children", "the first has rows in two classes", input(&two)),
        good("rows of one class", "one child, twice in the same class", input(&written(1, 1, &[(1, &[3, 3])]))),
        good("largest class", "a class has any number of 32 bits", input(&written(1, 1, &[(1, &[u32::MAX])]))),
        refused("no bytes", "the version is missing", &[]),
        refused("newer version", "the version is 2", &written(2, 1, &[(1, &[0])])),
        refused("short", "the last class lacks a byte", &two[..two.len() - 1]),
        refused("more behind", "a byte follows the last child", &[&two[..], &[0]].concat()),
        refused("a child too few", "2 children are told, 1 is there", &written(1, 2, &[(1, &[0])])),
        refused("a child too many", "1 child is told, 2 are there", &written(1, 1, &[(1, &[0]), (2, &[0])])),
        refused("no row", "a child without a class is not in the release", &written(1, 1, &[(1, &[])])),
        refused("children descend", "the larger id comes first", &written(1, 2, &[(7, &[0]), (1, &[0])])),
        refused("a child twice", "rows of one child stand together", &written(1, 2, &[(1, &[0]), (1, &[1])])),
        refused("classes descend", "the larger class comes first", &written(1, 1, &[(1, &[4, 2])])),
        refused("more rows than bytes", "rows are told for which there is no room", &{
            let mut bytes = written(1, 1, &[(1, &[0])]);
            bytes[21..25].copy_from_slice(&u32::MAX.to_be_bytes());
            bytes
        }),
        refused("too many children", "more than 2 000 000 are told", &written(1, MOST_CHILDREN as u32 + 1, &[])),
    ]
}

/// Bytes with these parts, as docs/formats.md says, whether or not they are canonical.
fn written(version: u8, count: u32, children: &[(u8, &[u32])]) -> Vec<u8> {
    let mut bytes = vec![version];
    bytes.extend(count.to_be_bytes());
    for (child, classes) in children {
        bytes.extend([*child; 16]);
        bytes.extend((classes.len() as u32).to_be_bytes());
        classes.iter().for_each(|class| bytes.extend(class.to_be_bytes()));
    }
    bytes
}
