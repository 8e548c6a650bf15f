//! The stations that a monitor knows.

use std::collections::HashMap;

use saferoom::access::Access;
use saferoom::id::RecordId;
use saferoom::model::records::{RoomsSource, Station};
use saferoom::model::{RecordKind, Timestamp};
use saferoom::vault::Session;
use serde_json::json;

use super::{AllowArgs, StationsArgs};
use crate::console::Console;
use crate::failure::Failure;
use crate::packet;

pub(super) fn list(args: &StationsArgs, out: &Console) -> Result<(), Failure> {
    let session = args.sign_in.sign_in(out)?;
    let access = args.access.access();
    let stations = session.rooms_stations(&access)?;
    let names = names(&session, &access)?;
    let name = |id: RecordId| names.get(&id).map_or_else(String::new, |names| names.join(", "));
    let time = |time: Option<Timestamp>| time.map_or_else(String::new, |time| time.to_text());
    if args.json {
        let all = stations.iter().map(|station| {
            let RoomsSource { source_vault, until, taken_in_at, senders, .. } = &station.source;
            json!({
                "id": station.id.to_string(),
                "names": names.get(&station.id).cloned().unwrap_or_default(),
                "vault": source_vault.as_ref().map(|text| text.as_str().to_owned()),
                "until": time(*until),
                "taken_in_at": time(*taken_in_at),
                "senders": senders.len(),
            })
        });
        return out.json(&all.collect::<Vec<_>>());
    }
    if stations.is_empty() {
        out.line("No station has sent anything yet.");
        return Ok(());
    }
    out.table(
        &["station", "name", "holds all until", "taken in"],
        stations.iter().map(|station| {
            let source = &station.source;
            [station.id.to_string(), name(station.id), time(source.until), time(source.taken_in_at)]
        }),
    );
    Ok(())
}

/// What the stations below each source are called.
fn names(session: &Session, access: &Access) -> Result<HashMap<RecordId, Vec<String>>, Failure> {
    let records = session.records_of(session.unit(), access)?;
    let of_kind = records.iter().filter(|record| record.kind == Some(RecordKind::STATION));
    let ids: Vec<_> = of_kind.map(|record| record.id).collect();
    let mut names: HashMap<RecordId, Vec<String>> = HashMap::new();
    for opened in session.read_many::<Station>(&ids, access)? {
        let name = opened.record.name_en.or(opened.record.name_km);
        if let (Some(parent), Some(name)) = (opened.parent, name) {
            names.entry(parent).or_default().push(name.as_str().to_owned());
        }
    }
    Ok(names)
}

pub(super) fn allow(args: &AllowArgs, out: &Console) -> Result<(), Failure> {
    let sender = packet::read_address(&args.sender)?;
    let session = args.sign_in.sign_in(out)?;
    session.allow_rooms_sender(args.station, &sender, &args.access.access())?;
    out.good(format_args!("{} may send for this station now.", sender.fingerprint()));
    Ok(())
}
