//! `audit organisation`: the log of the organisation, which lists the logs of its devices, and all of them judged together.

use std::path::Path;

use saferoom::log::{
    BundleReport, Checkpoint, EnrolledLog, LogError, Note, NoteKey, OrganisationReport, verify_organisation,
};
use serde_json::{Value as Json, json};

use super::verify::{demand_other_way, judge, now, show, to_json};
use super::{read_policy, read_small};
use crate::archive::BundleFolder;
use crate::args::{OrganisationCommand, OrganisationEnrolArgs, OrganisationRetireArgs, OrganisationVerifyArgs};
use crate::console::Console;
use crate::failure::Failure;

pub(super) fn run(command: &OrganisationCommand, out: &Console) -> Result<(), Failure> {
    match command {
        OrganisationCommand::Enrol(args) => enrol(args, out),
        OrganisationCommand::Retire(args) => retire(args, out),
        OrganisationCommand::Verify(args) => verify(args, out),
    }
}

fn enrol(args: &OrganisationEnrolArgs, out: &Console) -> Result<(), Failure> {
    let key = read_key(&args.key)?;
    let entry = args.sign_in.sign_in(out)?.enrol_log(&key, &args.access.access())?;
    out.good(format_args!("The log {} is enrolled; entry {entry} says so", key.name()));
    out.note("Take checkpoints of it in with saferoom packet take-in.");
    Ok(())
}

fn read_key(path: &Path) -> Result<NoteKey, Failure> {
    let text = String::from_utf8(read_small(path)?).unwrap_or_default();
    text.trim().parse().map_err(|error: LogError| Failure::from(error).at(path.display()))
}

fn retire(args: &OrganisationRetireArgs, out: &Console) -> Result<(), Failure> {
    let key = read_key(&args.log_key)?;
    let at = |error: LogError| Failure::from(error).at(args.checkpoint.display());
    let note = Note::parse(&read_small(&args.checkpoint)?).map_err(at)?;
    let checkpoint: Checkpoint = note.text().parse().map_err(at)?;
    let entry = args.sign_in.sign_in(out)?.retire_log(&key, &note, &args.access.access())?;
    let (origin, size) = (checkpoint.origin(), checkpoint.size());
    out.good(format_args!("The log {origin} ended with {size} entries; entry {entry} says so"));
    Ok(())
}

fn verify(args: &OrganisationVerifyArgs, out: &Console) -> Result<(), Failure> {
    for bundle in args.bundles.iter().chain([&args.organisation]) {
        demand_other_way(&args.trust_policy, &args.kept, bundle)?;
    }
    let policy = read_policy(&args.trust_policy)?;
    let kept = args.kept.iter().map(|path| read_small(path)).collect::<Result<Vec<_>, _>>()?;
    let kept: Vec<&[u8]> = kept.iter().map(Vec::as_slice).collect();
    let organisation = BundleFolder::open(&args.organisation)?;
    let bundles = args.bundles.iter().map(|path| BundleFolder::open(path)).collect::<Result<Vec<_>, _>>()?;
    let report = verify_organisation(&organisation, &bundles, &policy, &kept, now());
    if args.json {
        let mut json = to_json(&report.together, &policy, kept.len());
        json["logs"] = report.log.logs().map(|log| log_to_json(log, &report)).collect();
        json["ignored_checkpoints"] = json!(report.log.ignored());
        json["bundles"] = report.devices.iter().map(|bundle| to_json(bundle, &policy, kept.len())).collect();
        out.json(&json)?;
    } else {
        show_logs(&report, out);
        show(&report.together, &policy, out);
    }
    judge(&report.together, &policy)
}

fn show_logs(report: &OrganisationReport, out: &Console) {
    let header = ["log", "checkpoints seen", "largest", "ended with", "in a bundle"];
    let number = |number: Option<u64>| number.map(|number| number.to_string()).unwrap_or_default();
    let rows = report.log.logs().map(|log| {
        let there = if bundle_of(log, report).is_some() { "yes" } else { "NO" };
        let ended = log.retired.as_ref().map(Checkpoint::size);
        vec![
            log.key.name().to_string(),
            log.seen.len().to_string(),
            number(largest(log)),
            number(ended),
            there.to_owned(),
        ]
    });
    out.table(&header, rows);
    if report.log.ignored() > 0 {
        out.warn(format_args!("{} checkpoints came in that no enrolled log had signed.", report.log.ignored()));
    }
}

fn largest(log: &EnrolledLog) -> Option<u64> {
    log.seen.iter().map(|(checkpoint, _)| checkpoint.size()).max()
}

/// The bundle with this log.
fn bundle_of<'r>(log: &EnrolledLog, report: &'r OrganisationReport) -> Option<&'r BundleReport> {
    report.devices.iter().find(|bundle| bundle.origins().any(|origin| origin == log.key.name()))
}

fn log_to_json(log: &EnrolledLog, report: &OrganisationReport) -> Json {
    json!({
        "origin": log.key.name().as_str(),
        "key": log.key.to_string(),
        "seen": log.seen.len(),
        "largest_seen": largest(log),
        "final_size": log.retired.as_ref().map(Checkpoint::size),
        "in_a_bundle": bundle_of(log, report).is_some(),
    })
}
