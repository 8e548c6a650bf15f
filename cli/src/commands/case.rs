//! `saferoom case`: list cases, read one with all that belongs to it.

use std::collections::HashMap;

use saferoom::access::{Access, AccessError};
use saferoom::id::RecordId;
use saferoom::model::{Compartment, DynamicRecord, FieldNumber, FieldSpec, RecordKind, catalogue};
use saferoom::vault::{Error, Opened, RecordInfo, Session};
use serde_json::{Value as Json, json};

use super::{plain, short, title_of};
use crate::args::{CaseCommand, CaseListArgs, CaseShowArgs};
use crate::console::{Console, Style};
use crate::failure::Failure;

/// What a list shows of each case: nothing of the child, nothing of what is alleged.
const LISTED: [&str; 4] = ["reported_at", "status", "step", "urgency"];

/// From how many records on it is worth saying how far the command is.
const MANY: u64 = 100;

/// A record that was read, or why nothing of it opens.
type Read = Result<Opened<DynamicRecord>, &'static str>;

pub(crate) fn run(command: &CaseCommand, out: &Console) -> Result<(), Failure> {
    match command {
        CaseCommand::List(args) => list(args, out),
        CaseCommand::Show(args) => show(args, out),
        CaseCommand::Circle(command) => crate::member::run_case(command, out),
        CaseCommand::Keeping(command) => crate::erasure::run_case(command, out),
    }
}

fn list(args: &CaseListArgs, out: &Console) -> Result<(), Failure> {
    let session = args.sign_in.sign_in(out)?;
    let access = args.access.access();
    let ids = session.cases(&access)?;
    if args.ids {
        if args.json {
            return out.json(&ids.iter().map(ToString::to_string).collect::<Vec<_>>());
        }
        ids.iter().for_each(|id| out.line(id));
        return Ok(());
    }
    let fields = listed_fields();
    let numbers: Vec<FieldNumber> = fields.iter().map(|field| field.number).collect();
    let mut cases = read_all(&session, &ids, Some(&numbers), &access, out)?;
    // The newest report first; cases that do not open, and those without a report, at the end.
    let reported = |read: &Read| read.as_ref().ok()?.record.get(LISTED[0]).map(|value| value.to_plain_text());
    cases.sort_by_cached_key(|(_, read)| std::cmp::Reverse(reported(read)));
    if args.json {
        return out.json(&cases.iter().map(|(id, read)| to_json(*id, None, read)).collect::<Vec<_>>());
    }
    if cases.is_empty() {
        out.line("There are no cases yet.");
        return Ok(());
    }
    let header: Vec<&str> = ["case"].into_iter().chain(fields.iter().map(|field| field.label)).collect();
    out.table(&header, cases.iter().map(|(id, read)| row_of(*id, &fields, read)));
    out.blank();
    let plural = if cases.len() == 1 { "case" } else { "cases" };
    out.note(format_args!("{} {plural}. Read one with: saferoom case show ID", cases.len()));
    Ok(())
}

fn listed_fields() -> Vec<&'static FieldSpec> {
    let case = catalogue().by_kind(RecordKind::CASE);
    LISTED.iter().filter_map(|name| case?.field_named(name)).collect()
}

fn row_of(id: RecordId, fields: &[&FieldSpec], read: &Read) -> Vec<String> {
    let value = |field: &&FieldSpec| match read {
        Ok(opened) => opened.record.get(field.name).map(|value| plain::for_people(field, value)).unwrap_or_default(),
        Err(_) => String::from("withheld"),
    };
    [id.to_string()].into_iter().chain(fields.iter().map(value)).collect()
}

fn show(args: &CaseShowArgs, out: &Console) -> Result<(), Failure> {
    let id = args.record()?;
    let session = args.sign_in.sign_in(out)?;
    let access = args.access.access();
    let records = session.records_of(id, &access)?;
    let kind = records.iter().find(|record| record.id == id).and_then(|record| record.kind);
    if kind != Some(RecordKind::CASE) {
        let found = kind.map_or("record", RecordKind::name);
        return Err(Error::WrongKind { expected: RecordKind::CASE.name(), found }.into());
    }
    let ordered = in_order(id, &records);
    let known: Vec<RecordId> = ordered.iter().filter(|record| is_known(record)).map(|record| record.id).collect();
    let mut reads: HashMap<RecordId, Read> = read_all(&session, &known, None, &access, out)?.into_iter().collect();
    let reads: Vec<(RecordInfo, Read)> = ordered
        .into_iter()
        .map(|record| (record, reads.remove(&record.id).unwrap_or(Err("a newer saferoom wrote it"))))
        .collect();
    if args.json {
        let records: Vec<Json> = reads.iter().map(|(info, read)| to_json(info.id, Some(info), read)).collect();
        return out.json(&json!({ "case": id.to_string(), "records": records }));
    }
    let kinds: HashMap<RecordId, &RecordInfo> = reads.iter().map(|(info, _)| (info.id, info)).collect();
    for (position, (info, read)) in reads.iter().enumerate() {
        if position > 0 {
            out.blank();
        }
        print(info, &path_of(info, &kinds), read, out);
    }
    Ok(())
}

fn is_known(record: &RecordInfo) -> bool {
    record.kind.is_some_and(|kind| catalogue().by_kind(kind).is_some())
}

/// Reads each record; those for which the member has no key at all are told, not fatal.
fn read_all(
    session: &Session,
    ids: &[RecordId],
    fields: Option<&[FieldNumber]>,
    access: &Access,
    out: &Console,
) -> Result<Vec<(RecordId, Read)>, Failure> {
    let total = ids.len() as u64;
    let progress = (total >= MANY).then(|| out.progress(total, "Reading"));
    let mut reads = Vec::with_capacity(ids.len());
    for id in ids {
        let read = match session.read_fields(*id, fields, access) {
            Ok(opened) => Ok(opened),
            Err(Error::Access(AccessError::NoKey { compartment })) => Err(compartment),
            Err(error) => return Err(error.into()),
        };
        reads.push((*id, read));
        progress.iter().for_each(|progress| progress.advance(1));
    }
    if let Some(progress) = progress {
        progress.finish();
    }
    Ok(reads)
}

/// The case first, then what stands below it, each followed by what stands below that.
fn in_order(case: RecordId, records: &[RecordInfo]) -> Vec<RecordInfo> {
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

fn to_json(id: RecordId, info: Option<&RecordInfo>, read: &Read) -> Json {
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
