//! The records of saferoom that are measured: twelve fields and 600 bytes each.

use saferoom::model::records::{Child, MonitoringVisit, Referral};
use saferoom::model::{Coded, Narrative, PartialDate, Record, Text, Timestamp};
use saferoom_benches::ours::child;
use saferoom_peers::Row;
use saferoom_peers::record::{case_row, row, searched_row};

/// Which kind of record is measured.
pub trait Kind {
    /// The record.
    type Record: Record;

    /// Whether it lies in a case, with that case's keys; otherwise below a station.
    const IN_A_CASE: bool;

    /// The values of the record of this number.
    fn row(number: u64) -> Row;

    /// The record with these values.
    fn record(row: &Row) -> Self::Record;

    /// How many bytes its values have as texts.
    fn bytes(record: &Self::Record) -> usize;
}

/// A visit to an interview room: fields of one compartment, sealed, signed and logged, and nothing else. It stands against tables
/// without an index.
pub struct Visit;

/// A referral: the same in a case with keys of its own, and statistics are derived from it.
pub struct CaseWork;

/// A child: two compartments of a case, eight fields searched, statistics. It stands against tables with eight indexes.
pub struct Searched;

fn text(value: &str) -> Option<Text> {
    Some(Text::new(value).unwrap())
}

fn narrative(value: &str) -> Option<Narrative> {
    Some(Narrative::new(value).unwrap())
}

fn day(value: &str) -> Option<PartialDate> {
    Some(PartialDate::parse(value).unwrap())
}

fn moment(value: &str) -> Option<Timestamp> {
    Some(Timestamp::parse(value).unwrap())
}

/// Bytes of those texts that are there.
fn lengths<const N: usize>(texts: [&Option<Text>; N]) -> usize {
    texts.iter().filter_map(|text| text.as_ref()).map(|text| text.as_str().len()).sum()
}

fn long(texts: [&Option<Narrative>; 2]) -> usize {
    texts.iter().filter_map(|text| text.as_ref()).map(|text| text.as_str().len()).sum()
}

impl Kind for Visit {
    type Record = MonitoringVisit;
    const IN_A_CASE: bool = false;

    fn row(number: u64) -> Row {
        row(number)
    }

    fn record(row: &Row) -> MonitoringVisit {
        MonitoringVisit {
            visited_on: day(&row[0]),
            visitor_organisation: text(&row[1]),
            visitors: text(&row[2]).into_iter().collect(),
            announced: Some(row[3] == "true"),
            checklist_version: text(&row[4]),
            access_percent: row[5].parse().ok(),
            environment_percent: row[6].parse().ok(),
            equipment_percent: row[7].parse().ok(),
            summary: narrative(&row[8]),
            photos_checked: Some(row[9] == "true"),
            signed_by_station: Some(row[10] == "true"),
            next_visit_due: day(&row[11]),
            ..MonitoringVisit::default()
        }
    }

    fn bytes(visit: &MonitoringVisit) -> usize {
        let days = [visit.visited_on, visit.next_visit_due].iter().flatten().count() * "2026-03-02".len();
        let truths = [visit.announced, visit.photos_checked, visit.signed_by_station];
        let numbers = [visit.access_percent, visit.environment_percent, visit.equipment_percent];
        lengths([&visit.visitor_organisation, &visit.checklist_version])
            + visit.visitors.iter().map(|visitor| visitor.as_str().len()).sum::<usize>()
            + long([&visit.summary, &None])
            + days
            + truths.iter().flatten().count() * "true".len()
            + numbers.iter().flatten().count() * "85".len()
    }
}

impl Kind for CaseWork {
    type Record = Referral;
    const IN_A_CASE: bool = true;

    fn row(number: u64) -> Row {
        case_row(number)
    }

    fn record(row: &Row) -> Referral {
        Referral {
            service_type: Some(Coded::new(&row[0]).unwrap()),
            to_agency: text(&row[1]),
            to_person: text(&row[2]),
            to_phone: text(&row[3]),
            urgency: Some(Coded::new(&row[4]).unwrap()),
            made_at: moment(&row[5]),
            appointment_at: moment(&row[6]),
            status: Some(Coded::new(&row[7]).unwrap()),
            received_by: text(&row[8]),
            isp_reference: text(&row[9]),
            override_reason: narrative(&row[10]),
            provider_feedback: narrative(&row[11]),
            ..Referral::default()
        }
    }

    fn bytes(referral: &Referral) -> usize {
        let codes = [
            referral.service_type.as_ref().map_or(0, |code| code.code().as_str().len()),
            referral.urgency.as_ref().map_or(0, |code| code.code().as_str().len()),
            referral.status.as_ref().map_or(0, |code| code.code().as_str().len()),
        ];
        let moments =
            [referral.made_at, referral.appointment_at].iter().flatten().count() * "2026-03-02T02:00:00Z".len();
        lengths([
            &referral.to_agency,
            &referral.to_person,
            &referral.to_phone,
            &referral.received_by,
            &referral.isp_reference,
        ]) + long([&referral.override_reason, &referral.provider_feedback])
            + codes.iter().sum::<usize>()
            + moments
    }
}

impl Kind for Searched {
    type Record = Child;
    const IN_A_CASE: bool = true;

    fn row(number: u64) -> Row {
        searched_row(number)
    }

    fn record(row: &Row) -> Child {
        child(row)
    }

    fn bytes(child: &Child) -> usize {
        lengths([
            &child.family_name,
            &child.given_name,
            &child.family_name_latin,
            &child.given_name_latin,
            &child.nickname,
            &child.national_id,
            &child.birth_certificate_number,
            &child.family_book_number,
            &child.address,
            &child.school_name,
        ]) + child.sex.as_ref().map_or(0, |code| code.code().as_str().len())
            + child.role.as_ref().map_or(0, |code| code.code().as_str().len())
    }
}
