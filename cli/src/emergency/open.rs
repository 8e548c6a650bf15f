//! Breaking the glass: one case, from the entry before to the entry after.

use std::fs;
use std::io::{IsTerminal, Read};
use std::path::Path;

use saferoom::access::AccessError;
use saferoom::id::{MemberId, RecordId};
use saferoom::keys::{EmergencySecret, FileKeyStore};
use saferoom::model::RecordKind;
use saferoom::vault::{EmergencyAccess, Error, RecordInfo, Session};
use serde_json::{Value as Json, json};
use zeroize::Zeroizing;

use super::OpenArgs;
use crate::commands::records::{Read as RecordRead, in_order, is_known, print_all, to_json};
use crate::console::Console;
use crate::failure::{Failure, exit};

/// More than any printed secret.
const LONGEST: u64 = 4096;

pub(super) fn open(args: &OpenArgs, out: &Console) -> Result<(), Failure> {
    // The envelope first: nobody should sign in for one that is not there.
    let envelope = if args.device { None } else { Some(from_envelope(args)?) };
    let session = args.sign_in.sign_in(out)?;
    let second = match envelope {
        Some(second) => second,
        None => kept(args, session.member())?,
    };
    let open = session.break_glass(args.case, &second, &args.access())?;
    drop(second);
    let records = in_order(args.case, &open.records()?);
    let reads = if args.list { Vec::new() } else { read(&open, &chosen(args, &records)?)? };
    let finding = open.finding();
    // Before anything is shown: what was read is in the log, and so is the end.
    open.end()?;
    if args.json {
        let listed: Vec<Json> = records.iter().map(listed_json).collect();
        let read: Vec<Json> = reads.iter().map(|(info, read)| to_json(info.id, Some(info), read)).collect();
        return out.json(&json!({
            "case": args.case.to_string(), "finding": finding.to_string(), "records": listed, "read": read,
        }));
    }
    if args.list {
        let kind = |record: &RecordInfo| record.kind.map_or("of a kind unknown to this release", RecordKind::name);
        out.table(&["record", "kind"], records.iter().map(|record| [record.id.to_string(), kind(record).to_owned()]));
    } else {
        print_all(&reads, out);
    }
    out.blank();
    out.note(format_args!("The emergency is over. Finding {finding} is open until a second person has reviewed it."));
    Ok(())
}

/// The records that were named, all of the case; or all that this release knows.
fn chosen(args: &OpenArgs, records: &[RecordInfo]) -> Result<Vec<RecordInfo>, Failure> {
    if args.records.is_empty() {
        return Ok(records.iter().filter(|record| is_known(record)).copied().collect());
    }
    let find = |id: &RecordId| {
        let found = records.iter().find(|record| record.id == *id).copied();
        found.ok_or_else(|| Failure::from(Error::from(AccessError::NotOpenInEmergency)).at(id))
    };
    args.records.iter().map(find).collect()
}

fn read(open: &EmergencyAccess<&Session>, records: &[RecordInfo]) -> Result<Vec<(RecordInfo, RecordRead)>, Failure> {
    let mut reads = Vec::with_capacity(records.len());
    for record in records {
        let read = match open.read_fields(record.id) {
            Ok(opened) => Ok(opened),
            Err(Error::Access(AccessError::NoKey { compartment })) => Err(compartment),
            Err(error) => return Err(error.into()),
        };
        reads.push((*record, read));
    }
    Ok(reads)
}

fn listed_json(record: &RecordInfo) -> Json {
    json!({
        "id": record.id.to_string(),
        "kind": record.kind.map(RecordKind::name),
        "parent": record.parent.map(|parent| parent.to_string()),
    })
}

/// The second secret from the envelope: a file, or what somebody types.
fn from_envelope(args: &OpenArgs) -> Result<EmergencySecret, Failure> {
    let text = match &args.envelope {
        Some(file) => read_envelope(file)?,
        None if std::io::stdin().is_terminal() => {
            let typed = rpassword::prompt_password("Second secret, from the envelope: ").map_err(|_| no_source())?;
            Zeroizing::new(typed)
        }
        None => return Err(no_source()),
    };
    Ok(EmergencySecret::parse(&text)?)
}

fn read_envelope(path: &Path) -> Result<Zeroizing<String>, Failure> {
    let reading = |error: std::io::Error| Failure::reading(path, &error);
    // All of the room at once: growing would leave copies behind.
    let mut text = Zeroizing::new(String::with_capacity(LONGEST as usize + 1));
    fs::File::open(path).map_err(reading)?.take(LONGEST).read_to_string(&mut text).map_err(reading)?;
    Ok(text)
}

fn kept(args: &OpenArgs, member: MemberId) -> Result<EmergencySecret, Failure> {
    let vault = args.sign_in.vault.open()?.info()?.vault;
    let store = FileKeyStore::new(args.sign_in.vault.device_folder());
    EmergencySecret::kept(&store, vault, member)?.ok_or_else(|| {
        Failure::new(exit::DENIED, "this device keeps no second secret for this member")
            .advise("Use the duty officer's envelope, or ask a custodian for a second secret.")
    })
}

fn no_source() -> Failure {
    Failure::new(exit::DENIED, "no second secret: there is no terminal to ask at, and none was named")
        .advise("Name a file that holds it with --envelope, or take the one that this device keeps with --device.")
}
