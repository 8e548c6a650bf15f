//! Records of a case as they are shown: the case first, each with where it stands, what was withheld, and its values.

use std::collections::HashMap;

use saferoom::id::RecordId;
use saferoom::model::{Compartment, DynamicRecord, RecordKind, catalogue};
use saferoom::vault::{Opened, RecordInfo};
use serde_json::{Value as Json, json};

use super::{plain, short, title_of};
use crate::console::{Console, Style};

/// A record that was read, or why nothing of it opens.
pub(crate) type Read = Result<Opened<DynamicRecord>, &'static str>;

/// Shows them all, each below the other.
pub(crate) fn print_all(reads: &[(RecordInfo, Read)], out: &Console) {
    let kinds: HashMap<RecordId, &RecordInfo> = reads.iter().map(|(info, _)| (info.id, info)).collect();
    for (position, (info, read)) in reads.iter().enumerate() {
        if position > 0 {
            out.blank();
        }
        print(info, &path_of(info, &kinds), read, out);
    }
}

/// Whether this release knows its kind.
pub(crate) fn is_known(record: &RecordInfo) -> bool {
    record.kind.is_some_and(|kind| catalogue().by_kind(kind).is_some())
}

/// The case first, then what stands below it, each followed by what stands below that.
pub(crate) fn in_order(case: RecordId, records: &[RecordInfo]) -> Vec<RecordInfo> {
    let mut below: HashMap<Option<RecordId>, Vec<RecordInfo>> = HashMap::new();
    for record in records.iter().filter(|record| record.id != case) {
        below.entry(record.parent).or_default().push(*record);
    }
    let mut waiting: Vec<RecordInfo> = records.iter().filter(|record| record.id == case).copied().collect();
    let mut ordered = Vec::with_capacity(records.len());
    while let Some(record) = waiting.pop() {
        ordered.push(record);
        let mut children = below.remove(&Some(record.id)).unwrap_or_default();
        // Taken from the end: the lowest kind comes next.
        children.sort_by_key(|child| std::cmp::Reverse((child.kind.map_or(u16::MAX, RecordKind::number), child.id)));
        waiting.extend(children);
    }
    ordered
}

/// `Case › Child › Interview`.
fn path_of(info: &RecordInfo, all: &HashMap<RecordId, &RecordInfo>) -> String {
    let label = |info: &RecordInfo| {
        let spec = info.kind.and_then(|kind| catalogue().by_kind(kind));
        spec.map_or_else(|| String::from("A record of a kind unknown to this release"), title_of)
    };
    let mut steps = vec![label(info)];
    let mut above = info.parent.and_then(|parent| all.get(&parent));
    while let (Some(record), true) = (above, steps.len() < all.len()) {
        steps.push(label(record));
        above = record.parent.and_then(|parent| all.get(&parent));
    }
    steps.reverse();
    steps.join(" › ")
}

fn print(info: &RecordInfo, path: &str, read: &Read, out: &Console) {
    out.line(format_args!("{}  {}", out.styled(Style::Strong, path), info.id));
    let opened = match read {
        Ok(opened) => opened,
        Err(reason) => return out.line(out.styled(Style::Warning, format_args!(" nothing of it opens: {reason}"))),
    };
    out.note(format_args!(" revision {}, written by member {}", opened.revision, short(&opened.author)));
    if !opened.withheld.is_empty() {
        let names = names_of(&opened.withheld).join(", ");
        out.line(out.styled(Style::Warning, format_args!(" withheld, for want of a key: {names}")));
    }
    out.pairs(opened.record.iter().map(|(field, value)| (field.label, plain::for_people(field, value))));
}

fn names_of(compartments: &[Compartment]) -> Vec<&'static str> {
    compartments.iter().map(|compartment| compartment.name()).collect()
}

/// For programs.
pub(crate) fn to_json(id: RecordId, info: Option<&RecordInfo>, read: &Read) -> Json {
    let mut object = match read {
        Ok(opened) => json!({
            "id": id.to_string(),
            "kind": opened.record.spec().name(),
            "revision": opened.revision,
            "author": opened.author.to_string(),
            "withheld": names_of(&opened.withheld),
            "fields": plain::fields_of(&opened.record),
        }),
        Err(reason) => json!({ "id": id.to_string(), "unreadable": reason }),
    };
    if let Some(info) = info {
        object["kind"] = info.kind.map(RecordKind::name).into();
        object["parent"] = info.parent.map(|parent| parent.to_string()).into();
    }
    object
}
