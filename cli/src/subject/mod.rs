//! `saferoom subject`: what is held about a child, who saw it and why, with whom it is shared. An act of two people.

mod args;
mod page;

use std::collections::HashMap;
use std::fs;
use std::io::Read;
use std::path::Path;

use saferoom::access::AccessPolicy;
use saferoom::id::MemberId;
use saferoom::model::{LabelLanguage, RecordKind, Timestamp};
use saferoom::vault::{HeldRecord, SubjectAccess, SubjectReport};
use serde_json::{Map, Value as Json, json};

pub use self::args::{ReportArgs, SliceArgs, SubjectCommand};
use crate::commands::plain::for_programs;
use crate::console::Console;
use crate::failure::{Failure, exit};
use crate::new_file;

/// A slice of a million entries is smaller.
const LARGEST_SLICE: u64 = 1 << 30;

/// What a report is made of, besides the report itself.
struct Material {
    report: SubjectReport,
    /// The roles of those who work on the case.
    roles: HashMap<MemberId, String>,
    policy: AccessPolicy,
}

pub(crate) fn run(command: &SubjectCommand, out: &Console) -> Result<(), Failure> {
    match command {
        SubjectCommand::Slice(args) => slice(args, out),
        SubjectCommand::Report(args) => report(args, out),
    }
}

fn slice(args: &SliceArgs, out: &Console) -> Result<(), Failure> {
    let session = args.sign_in.sign_in(out)?;
    let slice = session.subject_slice(args.child, args.to, &args.access.access())?;
    new_file::write(&args.out, &slice)?;
    out.good(format_args!("Slice written: {}", args.out.display()));
    out.note(format_args!("Only {} opens it. Pass it on: `saferoom subject report` is for them.", args.to));
    Ok(())
}

fn report(args: &ReportArgs, out: &Console) -> Result<(), Failure> {
    let slice = read_slice(&args.slice)?;
    let session = args.sign_in.sign_in(out)?;
    let report = session.subject_report(args.child, &slice, &args.access.access())?;
    let roles = session.members()?.iter().map(|member| (member.id(), member.now().role.to_string())).collect();
    let material = Material { report, roles, policy: session.access_policy()? };
    if let Some(file) = &args.html {
        let language = LabelLanguage::from_code(&args.lang).unwrap_or_default();
        new_file::write(file, page::page(&material, language).as_bytes())?;
    }
    if args.json {
        return out.json(&to_json(&material));
    }
    if let Some(file) = &args.html {
        out.good(format_args!("Report written: {}", file.display()));
        out.note("Whoever has the file reads all of it. Hand it to whom it is for, and delete it.");
    }
    Ok(())
}

fn read_slice(path: &Path) -> Result<Vec<u8>, Failure> {
    let reading = |error: std::io::Error| Failure::reading(path, &error);
    let mut bytes = Vec::new();
    fs::File::open(path).map_err(reading)?.take(LARGEST_SLICE + 1).read_to_end(&mut bytes).map_err(reading)?;
    if bytes.len() as u64 > LARGEST_SLICE {
        return Err(Failure::new(exit::INPUT, format!("{} is too large to be a slice", path.display()))
            .advise("Name the file that `saferoom subject slice` wrote."));
    }
    Ok(bytes)
}

fn to_json(material: &Material) -> Json {
    let report = &material.report;
    let shared: Vec<_> = report
        .grants
        .iter()
        .map(|grant| {
            json!({
                "role": material.roles.get(&grant.member),
                "compartments": grant.compartments.iter().map(|of| of.name()).collect::<Vec<_>>(),
                "shared": grant.shared,
                "approved": grant.approved,
                "until": grant.until.map(time_of),
            })
        })
        .collect();
    let summary: Vec<_> = report
        .summary()
        .into_iter()
        .map(|((role, purpose), times)| json!({ "role": role, "purpose": purpose, "times": times }))
        .collect();
    json!({
        "child": report.child.to_string(),
        "slice_at": time_of(report.slice_at),
        "summary": summary,
        "held": report.held.iter().map(held_json).collect::<Vec<_>>(),
        "accesses": report.accesses.iter().map(access_json).collect::<Vec<_>>(),
        "shared_with": shared,
    })
}

fn held_json(held: &HeldRecord) -> Json {
    let fields: Map<String, Json> = held
        .fields
        .iter()
        .map(|held| (held.field.name.to_owned(), held.value.as_ref().map_or(Json::Null, for_programs)))
        .collect();
    json!({
        "kind": held.kind.name(),
        "about_the_child": held.about_the_child,
        "fields": fields,
        "withheld": held.withheld,
    })
}

fn access_json(access: &SubjectAccess) -> Json {
    json!({
        "at": time_of(access.at),
        "event_code": access.event.code(),
        "outcome_code": access.outcome.code(),
        "kind": access.kind.map(RecordKind::name),
        "role": access.role,
        "unit": access.unit.map(|unit| unit.to_string()),
        "purpose": access.purpose,
        "fields": access.fields,
    })
}

/// To the second, as `2026-11-26T17:20:00Z`.
fn time_of(milliseconds: u64) -> String {
    let time = i64::try_from(milliseconds / 1000 * 1000).ok();
    let time = time.and_then(|time| Timestamp::from_milliseconds(time).ok());
    time.map_or_else(|| format!("{milliseconds} ms"), |time| time.to_text())
}
