//! Entries about releases: the release-policy, series, exceptions, and what custodians say never left.

use serde_json::Value;

use super::super::*;
use super::station::founder;
use super::station::*;
use crate::access::releases::{Audience, ReleaseException, ReleasePolicy, ReleaseSeries};
use crate::id::RecordId;
use crate::keys::Identity;
use crate::vectors::{bad, good};

fn both() -> [Identity; 2] {
    [founder(), custodian()]
}

fn by_both(station: Station, change: RosterChange) -> Station {
    let [one, other] = both();
    station.then(change, &[&one, &other])
}

fn withdrawal() -> RosterChange {
    RosterChange::ReleaseWithdrawal(RecordId::from_bytes([0xC5; 16]))
}

/// With another policy, a series and an exception.
fn releasing() -> Station {
    let policy = ReleasePolicy { version: 2, inside_k: 6, outside_k: 15, ..ReleasePolicy::default() };
    let series =
        ReleaseSeries { name: "Yearly".into(), audience: Audience::Inside, budget: 500_000, lasting_pseudonyms: false };
    let exception = ReleaseException { series: "extracts".into(), membership: [0xC6; 32] };
    let changes = [
        RosterChange::ReleasePolicy(policy),
        RosterChange::ReleaseSeries(series),
        RosterChange::ReleaseException(exception),
    ];
    changes.into_iter().fold(Station::staffed(), by_both)
}

pub(super) fn accepted() -> Vec<Value> {
    let of = |name: &str, comment: &str, station: Station| good(name, comment, station.vector());
    vec![
        of("a release-policy, a series and an exception", "signed by two custodians each", releasing()),
        of("a release that never left", "entry 20: the id of its record", by_both(releasing(), withdrawal())),
    ]
}

pub(super) fn refused() -> Vec<Value> {
    let station = releasing();
    let [founder, custodian] = both();
    let by = |name: &str, comment: &str, who: &[&Identity]| {
        bad(name, "approvals-missing", comment, station.and(&station.entry(withdrawal(), who).to_bytes()))
    };
    let entry = station.entry(withdrawal(), &[&founder, &custodian]);
    let body = body_of(&entry);
    assert_eq!((body[2], body.len()), (20, 4 + 34 + 17 + 17), "docs/formats.md, 10");
    let forged = |name: &str, edit: &dyn Fn(&mut Vec<u8>)| {
        let mut edited = body.clone();
        edit(&mut edited);
        let bytes = by_hand(entry.commit(), &edited, &[&founder, &custodian]);
        bad(name, "roster", "with signatures that fit", station.and(&bytes))
    };
    vec![
        by("a withdrawal signed by one custodian", "two of two are needed", &[&custodian]),
        by("a withdrawal signed by the desk's own officer", "", &[&interviewer()]),
        forged("a withdrawal of a record of 15 bytes", &|body| {
            body[55] = 0x4F;
            body.pop();
        }),
        forged("a withdrawal of a record as a text", &|body| body[55] = 0x70),
        forged("a withdrawal with a reason behind it", &|body| {
            body[0] = 0x87;
            body.push(0x60);
        }),
    ]
}
