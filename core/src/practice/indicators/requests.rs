//! What stations asked for and do not have yet.

use serde::Serialize;

use super::gathered::{Placed, RoomsRecords};
use super::is_before;
use super::monitor::text;
use crate::model::PartialDate;
use crate::model::records::Request;

/// A request that is neither fulfilled nor refused nor withdrawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OpenRequest {
    /// The station, in English; empty for one that follows from a training.
    pub station: String,
    /// What is asked for.
    pub what: String,
    /// Its kind, of the list `request_kind`.
    pub kind: Option<String>,
    /// Where it stands, of the list `request_status`.
    pub status: Option<String>,
    /// Function and office of who is asked.
    pub asked_of: Option<String>,
    /// When it was asked.
    pub asked_on: Option<String>,
    /// Until when it is needed.
    pub needed_by: Option<String>,
    /// Whether all of that date has passed.
    pub overdue: bool,
}

/// The open requests, what is overdue first, then the oldest.
pub(super) fn open_requests(records: &RoomsRecords, today: PartialDate) -> Vec<OpenRequest> {
    let mut open: Vec<_> = records.requests.iter().filter_map(|one| open_request(records, one, today)).collect();
    open.sort_by_key(|one| (!one.overdue, one.asked_on.clone(), one.station.clone(), one.what.clone()));
    open
}

fn open_request(records: &RoomsRecords, placed: &Placed<Request>, today: PartialDate) -> Option<OpenRequest> {
    let request = &placed.record;
    let status = request.status.as_ref().map(|status| status.code().as_str());
    if matches!(status, Some("fulfilled" | "refused" | "withdrawn")) {
        return None;
    }
    let station = records.stations.iter().find(|station| records.stands_in(placed.id, station.id));
    Some(OpenRequest {
        station: station.map_or_else(String::new, |station| text(station.record.name_en.as_ref())),
        what: text(request.what.as_ref()),
        kind: request.kind.as_ref().map(|kind| kind.code().as_str().to_owned()),
        status: status.map(str::to_owned),
        asked_of: request.asked_of.as_ref().map(|of| of.as_str().to_owned()),
        asked_on: request.asked_on.map(|asked| asked.to_text()),
        needed_by: request.needed_by.map(|needed| needed.to_text()),
        overdue: request.needed_by.is_some_and(|needed| is_before(needed, today)),
    })
}
