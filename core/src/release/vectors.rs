//! The vectors in `tests/vectors/release`: who stood in which class of a release.

use serde_json::{Value, json};

use super::series::{ChildId, MOST_CHILDREN, Membership};
use crate::vectors::{Refusal, Run, bad, bytes, fixed, good, hex, hold, list, number, write};

const FILES: [(&str, Run); 1] = [("memberships", membership)];

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
}

fn membership(vector: &Value) -> Result<Value, Refusal> {
    let membership = Membership::decode(&bytes(&vector["input"])).map_err(|_| Refusal::malformed())?;
    let children =
        membership.ids().map(|child| json!({ "child": hex(child), "classes": membership.classes_of(child) }));
    Ok(children.collect())
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
