//! `saferoom audit`: the access log, a checkpoint of it, the key that verifies it, its witnesses, and questions to bundles.

mod checkpoint;
mod court;
mod directory;
mod export;
mod judged;
mod organisation;
mod proof;
mod qr;
mod query;
mod report;
mod verify;
mod witness;

use std::fs::File;
use std::io::Read;
use std::path::Path;

use saferoom::id::RecordId;
use saferoom::log::{DetailKey, DetailValue, Entry, MAX_NOTE_LENGTH, Outcome, Quorum, TrustPolicy, What};
use saferoom::model::{FieldNumber, RecordKind, Timestamp, catalogue};
use saferoom::vault::LoggedEntry;
use serde_json::{Value as Json, json};

pub(crate) use self::court::exit_of_court_file;
pub(crate) use self::directory::file as directory_file;
pub(crate) use self::report::report as write_report;
pub(crate) use self::verify::now;
pub(crate) use self::witness::exit_of_witness;

use super::short;
use crate::args::{AuditCommand, AuditShowArgs, event_name};
use crate::console::Console;
use crate::failure::{Failure, exit};

/// How many field names a table shows; JSON shows all.
const FIELDS_SHOWN: usize = 3;

pub(crate) fn run(command: &AuditCommand, out: &Console) -> Result<(), Failure> {
    match command {
        AuditCommand::Show(args) => show(args, out),
        AuditCommand::Checkpoint(args) => checkpoint::checkpoint(args, out),
        AuditCommand::Key(args) => {
            out.line(args.sign_in(out)?.log_key()?);
            Ok(())
        }
        AuditCommand::Request(args) => checkpoint::request(args, out),
        AuditCommand::Witness(command) => witness::run(command, out),
        AuditCommand::Collect(args) => checkpoint::collect(args, out),
        AuditCommand::Export(args) => export::export(args, out),
        AuditCommand::TrustPolicy(args) => export::trust_policy(args, out),
        AuditCommand::Verify(args) => verify::verify(args, out),
        AuditCommand::VerifyProof(args) => proof::verify(args, out),
        AuditCommand::CourtFile(args) => court::make(args, out),
        AuditCommand::VerifyCourtFile(args) => court::verify(args, out),
        AuditCommand::Organisation(command) => organisation::run(command, out),
        AuditCommand::Query(args) => query::query(args, out),
        AuditCommand::Report(args) => report::report(args, out),
        AuditCommand::Directory(args) => directory::write(args, out),
    }
}

/// A small file of an audit: its content, at most as long as such a file can be.
fn read_small(path: &Path) -> Result<Vec<u8>, Failure> {
    let reading = |error: std::io::Error| Failure::reading(path, &error);
    let mut bytes = Vec::new();
    let most = MAX_NOTE_LENGTH as u64;
    File::open(path).and_then(|file| file.take(most + 1).read_to_end(&mut bytes)).map_err(reading)?;
    if bytes.len() > MAX_NOTE_LENGTH {
        return Err(Failure::new(exit::INPUT, format!("{} is too long for such a file", path.display())));
    }
    Ok(bytes)
}

fn read_policy(path: &Path) -> Result<TrustPolicy, Failure> {
    TrustPolicy::parse(&read_small(path)?).map_err(|error| Failure::from(error).at(path.display()))
}

/// Without the newline at the end, which a printed line brings along: every byte of a note counts.
fn without_last_newline(note: &str) -> &str {
    note.strip_suffix('\n').unwrap_or(note)
}

fn quorum_in_words(quorum: Quorum) -> String {
    match quorum {
        Quorum::NotAsked => "the trust policy asks for no witnesses".to_owned(),
        Quorum::Missing => "too few witnesses have cosigned".to_owned(),
        Quorum::Reached { time } => format!("enough witnesses have cosigned, at {} or later", time_of_seconds(time)),
    }
}

pub(crate) fn time_of_seconds(seconds: u64) -> String {
    time_of(seconds.saturating_mul(1000))
}

fn show(args: &AuditShowArgs, out: &Console) -> Result<(), Failure> {
    let session = args.sign_in.sign_in(out)?;
    let entries = session.log_entries(args.from, args.to.unwrap_or(u64::MAX), &args.access.access())?;
    if args.json {
        return out.json(&entries.iter().map(to_json).collect::<Vec<_>>());
    }
    if entries.is_empty() {
        out.line(format_args!("No entries from {}; the log has {}.", args.from, session.log_size()?));
        return Ok(());
    }
    let with_reasons = entries.iter().any(|logged| logged.reason.is_some());
    let mut header = vec!["no.", "time (UTC)", "event", "outcome", "who", "purpose", "record", "fields"];
    header.extend(with_reasons.then_some("reason"));
    out.table(
        &header,
        entries.iter().map(|logged| {
            let mut row = row_of(&logged.entry);
            row.extend(with_reasons.then(|| logged.reason.clone().unwrap_or_default()));
            row
        }),
    );
    Ok(())
}

fn row_of(entry: &Entry<'_>) -> Vec<String> {
    let outcome = match error_code(entry) {
        Some(code) => format!("{} (S{code})", outcome_name(entry.outcome)),
        None => outcome_name(entry.outcome).to_owned(),
    };
    vec![
        entry.seq.to_string(),
        time_of(entry.wall_ms / 1000 * 1000),
        event_name(entry.event),
        outcome,
        entry.actor.as_ref().map(|actor| short(&actor.member)).unwrap_or_default(),
        entry.why.as_ref().map(|why| why.local.as_ref().unwrap_or(&why.hl7).to_string()).unwrap_or_default(),
        entry
            .what
            .as_ref()
            .map(|what| format!("{} {}", kind_name(what), short_record(&what.record)))
            .unwrap_or_default(),
        entry.what.as_ref().map(fields_in_short).unwrap_or_default(),
    ]
}

fn to_json(logged: &LoggedEntry) -> Json {
    let mut json = entry_to_json(&logged.entry);
    json["reason"] = json!(logged.reason);
    json["leaf"] = json!(logged.leaf.to_base64());
    json
}

fn entry_to_json(entry: &Entry<'_>) -> Json {
    let what = entry.what.as_ref();
    json!({
        "index": entry.seq,
        "time": time_of(entry.wall_ms),
        "event": event_name(entry.event),
        "event_code": entry.event.code(),
        "outcome": outcome_name(entry.outcome),
        "outcome_code": entry.outcome.code(),
        "error": error_code(entry),
        "actor": entry.actor.as_ref().map(|actor| actor.member.to_string()),
        "role": entry.actor.as_ref().map(|actor| actor.role.as_ref()),
        "device": entry.device.to_string(),
        "purpose": entry.why.as_ref().and_then(|why| why.local.as_deref()),
        "hl7_purpose": entry.why.as_ref().map(|why| why.hl7.as_ref()),
        "record": what.map(|what| what.record.to_string()),
        "kind": what.map(kind_name),
        "fields": what.map(|what| field_names(what).collect::<Vec<_>>()).unwrap_or_default(),
        "revision": what.and_then(|what| what.revision),
        "subject": what.and_then(|what| what.subject).map(|subject: RecordId| subject.to_string()),
        "operation": entry.operation.to_string(),
    })
}

fn time_of(milliseconds: u64) -> String {
    let time = i64::try_from(milliseconds).ok().and_then(|time| Timestamp::from_milliseconds(time).ok());
    time.map_or_else(|| format!("{milliseconds} ms"), |time| time.to_text())
}

fn error_code(entry: &Entry<'_>) -> Option<u64> {
    match entry.detail.as_ref()?.get(DetailKey::ERROR_CODE)? {
        DetailValue::Number(code) => Some(*code),
        _ => None,
    }
}

const fn outcome_name(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Success => "success",
        Outcome::MinorFailure => "refused",
        Outcome::SeriousFailure => "serious failure",
        Outcome::MajorFailure => "major failure",
    }
}

/// The first digits of a record's id, which all records of one case share, and the last ones, which tell them apart.
fn short_record(record: &RecordId) -> String {
    let id = record.to_string();
    format!("{}…{}", &id[..6], &id[id.len() - 6..])
}

/// A text that a spreadsheet takes for a text, whatever it begins with.
fn safe_cell(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}

fn kind_of(what: &What<'_>) -> Option<RecordKind> {
    u16::try_from(what.kind).ok().and_then(RecordKind::from_number)
}

fn kind_name(what: &What<'_>) -> &'static str {
    kind_of(what).map_or("record", RecordKind::name)
}

fn field_names<'w>(what: &'w What<'_>) -> impl Iterator<Item = String> + 'w {
    let spec = kind_of(what).and_then(|kind| catalogue().by_kind(kind));
    what.fields.iter().map(move |number| {
        let field = FieldNumber::checked(*number).and_then(|number| spec?.field(number));
        field.map_or_else(|| number.to_string(), |field| field.name.to_owned())
    })
}

fn fields_in_short(what: &What<'_>) -> String {
    let mut text = field_names(what).take(FIELDS_SHOWN).collect::<Vec<_>>().join(", ");
    if what.fields.len() > FIELDS_SHOWN {
        text.push_str(&format!(" and {} more", what.fields.len() - FIELDS_SHOWN));
    }
    text
}
