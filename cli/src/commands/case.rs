//! `saferoom case`: list cases, read one with all that belongs to it.

use std::collections::HashMap;

use saferoom::access::{Access, AccessError};
use saferoom::id::RecordId;
use saferoom::model::{FieldNumber, FieldSpec, RecordKind, catalogue};
use saferoom::vault::{Error, RecordInfo, Session};
use serde_json::{Value as Json, json};

use super::plain;
use super::records::{Read, in_order, is_known, print_all, to_json};
use crate::args::{CaseCommand, CaseListArgs, CaseShowArgs};
use crate::console::Console;
use crate::failure::Failure;

/// What a list shows of each case: nothing of the child, nothing of what is alleged.
const LISTED: [&str; 4] = ["reported_at", "status", "step", "urgency"];

/// From how many records on it is worth saying how far the command is.
const MANY: u64 = 100;

pub(crate) fn run(command: &CaseCommand, out: &Console) -> Result<(), Failure> {
    match command {
        CaseCommand::List(args) => list(args, out),
        CaseCommand::Show(args) => show(args, out),
        CaseCommand::Circle(command) => crate::member::run_case(command, out),
        CaseCommand::Keeping(command) => crate::erasure::run_case(command, out),
        CaseCommand::Paper(command) => crate::paper::run(command, out),
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
    print_all(&reads, out);
    Ok(())
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
