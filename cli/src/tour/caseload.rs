//! The synthetic caseload: which cases there are, with which children, interviewed how often. Nobody in it is real, and
//! no text in it tells anything: harm is named by code, and every statement says that its text is left out.

use saferoom::id::RecordId;
use saferoom::model::records::{Case, Child, Interview, Statement};
use saferoom::model::{CodeListName, Coded, PartialDate, PlaceCode, Text, Timestamp};

use super::interviews;
use super::names::Name;
use super::random::Random;
use super::stations::PLACES;

/// 2023-01-02 and 2026-06-30, in days since 1970: between them the reports come in.
const FIRST_DAY: u64 = 19_359;
const LAST_DAY: u64 = 20_634;
/// Milliseconds of a day.
pub(super) const DAY: u64 = 86_400_000;

/// Forms of harm with their weight: in person or online, and whether it is trafficking.
const HARM: [(Harm, u64); 13] = [
    (Harm::new("sexual_abuse_contact", "offline"), 24),
    (Harm::new("rape", "offline"), 14),
    (Harm::new("sexual_abuse_non_contact", "offline"), 8),
    (Harm::new("online_grooming_solicitation", "online"), 12),
    (Harm::new("sexual_extortion", "online"), 8),
    (Harm::new("csam_production", "online"), 6),
    (Harm::new("livestreamed_csa", "online"), 3),
    (Harm::new("exploitation_in_prostitution", "offline"), 5),
    (Harm::new("exploitation_in_travel_and_tourism", "offline"), 3),
    (Harm::new("trafficking_sexual", "offline"), 4),
    (Harm::new("trafficking_labour", "offline"), 4),
    (Harm::new("physical_violence", "offline"), 7),
    (Harm::new("harmful_sexual_behaviour_by_child", "offline"), 2),
];

/// Age at the report, by weight.
const AGES: [(u64, u64); 15] = [
    (3, 1),
    (4, 2),
    (5, 3),
    (6, 4),
    (7, 4),
    (8, 5),
    (9, 5),
    (10, 6),
    (11, 7),
    (12, 9),
    (13, 11),
    (14, 13),
    (15, 13),
    (16, 10),
    (17, 7),
];

#[derive(Debug, Clone, Copy)]
struct Harm {
    form: &'static str,
    modality: &'static str,
}

impl Harm {
    const fn new(form: &'static str, modality: &'static str) -> Self {
        Self { form, modality }
    }
}

/// A station with its room and its officers, as they stand in the vault.
#[derive(Debug, Clone)]
pub(super) struct StationIds {
    /// The station.
    pub(super) station: RecordId,
    /// Its room for children.
    pub(super) room: RecordId,
    /// Its officers.
    pub(super) officers: Vec<RecordId>,
}

/// A child that is to be recorded, with the interviews of this child.
pub(super) struct PlannedChild {
    /// The child's record.
    pub(super) child: Child,
    /// Family name and given name.
    pub(super) names: [Name; 2],
    /// Interviews in order, each with its statement.
    pub(super) interviews: Vec<(Interview, Statement)>,
}

/// A case that is to be recorded.
pub(super) struct PlannedCase {
    /// The case's record.
    pub(super) case: Case,
    /// The children in it.
    pub(super) children: Vec<PlannedChild>,
}

/// What a child and its interviews have in common.
#[derive(Debug, Clone, Copy)]
pub(super) struct Report {
    /// The station, as an index.
    pub(super) place: usize,
    /// When it was reported, in milliseconds since 1970.
    pub(super) at: u64,
    /// The child's age then.
    pub(super) age: u64,
}

/// Draws cases with exactly `interviews` interviews in all.
pub(super) fn draw(interviews: usize, stations: &[StationIds], random: &mut Random) -> Vec<PlannedCase> {
    let mut cases = Vec::new();
    let mut left = interviews;
    while left > 0 {
        let case = draw_case(cases.len() as u64 + 1, &mut left, stations, random);
        cases.push(case);
    }
    cases
}

fn draw_case(number: u64, left: &mut usize, stations: &[StationIds], random: &mut Random) -> PlannedCase {
    let shares: Vec<(usize, u64)> = PLACES.iter().enumerate().map(|(index, place)| (index, place.share)).collect();
    let place = random.weighted(&shares);
    let day = random.between(FIRST_DAY, LAST_DAY);
    let at = day * DAY + random.between(1, 10) * 3_600_000 + random.between(0, 59) * 60_000;
    let harm = random.weighted(&HARM);
    let mut children = Vec::new();
    for _ in 0..random.weighted(&[(1, 87), (2, 10), (3, 3)]) {
        if *left > 0 {
            let planned = draw_child(harm, Report { place, at, age: random.weighted(&AGES) }, *left, stations, random);
            *left -= planned.interviews.len();
            children.push(planned);
        }
    }
    let province = PLACES[place].province;
    let ids = &stations[place];
    let open = LAST_DAY - day < random.between(60, 700);
    let year = PartialDate::parse(&time(at).map_or_else(String::new, |at| at.to_text()[..4].to_owned())).ok();
    let channels = [
        ("caregiver", 34),
        ("commune_ccwc", 16),
        ("ngo_hotline", 14),
        ("school", 9),
        ("family_other", 9),
        ("child_self", 6),
        ("health", 5),
        ("cyber_referral", 5),
        ("internet_hotline", 2),
    ];
    let stage = if open { "preliminary_inquiry" } else { random.pick(&["trial", "judgment", "final"]) };
    let outcome = random.weighted(&[("convicted", 55), ("acquitted", 15), ("dismissed", 20), ("unknown", 10)]);
    let case = Case {
        register_number: text(&format!("EX-{province}-{number:05}")),
        reported_at: time(at),
        registered_at: time(at + random.between(5, 240) * 60_000),
        report_channel: code(random.weighted(&channels)),
        place_of_report: PlaceCode::parse(&format!("{province}{:02}", random.between(1, 9))).ok(),
        registration_source: code("own_register"),
        harm_forms: code(harm.form).into_iter().collect(),
        modality: code(harm.modality).into_iter().collect(),
        incident_from: year,
        incident_place: PlaceCode::parse(province).ok(),
        status: code(if open { "open" } else { "closed" }),
        step: code(if open { random.pick(&["assessment", "implementation", "follow_up"]) } else { "closure" }),
        urgency: code(random.weighted(&[("high", 30), ("medium", 50), ("low", 20)])),
        legal_stage: code(stage),
        legal_outcome: code(outcome).filter(|_| matches!(stage, "judgment" | "final")),
        sensitivity: code(random.weighted(&[("standard", 80), ("restricted", 20)])),
        controller: code("police"),
        legal_basis: code("legal_obligation"),
        lead_station: Some(ids.station),
        lead_officer: Some(random.pick(&ids.officers)),
        ..Case::default()
    };
    PlannedCase { case, children }
}

fn draw_child(harm: Harm, report: Report, left: usize, stations: &[StationIds], random: &mut Random) -> PlannedChild {
    let names = [Name::draw(random), Name::draw(random)];
    let province = PLACES[report.place].province;
    let district = format!("{province}{:02}", random.between(1, 9));
    let homes = [("parents", 48), ("one_parent", 22), ("kin", 20), ("shelter", 4), ("rci", 3), ("other", 3)];
    let khmer = random.percent(93);
    let child = Child {
        family_name: text(&names[0].khmer),
        given_name: text(&names[1].khmer),
        family_name_latin: text(&names[0].latin),
        given_name_latin: text(&names[1].latin),
        code_name: text(&format!("Lotus {}", random.between(100, 999))),
        date_of_birth: born(report, random),
        home_province: PlaceCode::parse(province).ok(),
        home_district: PlaceCode::parse(&district).ok(),
        home_commune: PlaceCode::parse(&format!("{district}{:02}", random.between(1, 12))).ok(),
        school_grade: code(&grade(report.age)),
        living_arrangement: code(random.weighted(&homes)),
        sex: code(random.weighted(&[("female", 79), ("male", 21)])),
        role: code(random.weighted(&[("victim", 88), ("witness", 8), ("victim_and_witness", 4)])),
        age_band: code(band(report.age)),
        nationality: code(if random.percent(96) { "KH" } else { "VN" }),
        languages: code(if khmer { "km" } else { "vi" }).into_iter().collect(),
        interpreter_needed: Some(!khmer),
        communication_means: code("speech").into_iter().collect(),
        functional_difficulties: code(random.weighted(&[("none", 90), ("hearing", 3), ("learning", 7)]))
            .into_iter()
            .collect(),
        prior_victimisation: code(random.weighted(&[("no", 55), ("yes", 12), ("unknown", 33)])),
        harm_forms: code(harm.form).into_iter().collect(),
        modality: code(harm.modality).into_iter().collect(),
        ..Child::default()
    };
    let count = random.weighted(&[(1, 86), (2, 11), (3, 3)]).min(left);
    let interviews = interviews::draw(count, report, khmer, &stations[report.place], random);
    PlannedChild { child, names, interviews }
}

fn grade(age: u64) -> String {
    match age {
        0..=3 => "none".to_owned(),
        4..=5 => "preschool".to_owned(),
        _ => format!("grade_{}", age - 5),
    }
}

/// A date of birth of somebody who had this age on the day of the report. A fourth know their year only.
fn born(report: Report, random: &mut Random) -> Option<PartialDate> {
    let reported = PartialDate::parse(&time(report.at)?.to_text()[..10]).ok()?;
    let this_year = reported.in_year() - report.age as u16;
    if !random.percent(75) {
        return PartialDate::year(this_year).ok();
    }
    let birthday = (random.between(1, 12) as u8, random.between(1, 28) as u8);
    let is_later = birthday > (reported.in_month()?, reported.on_day()?);
    PartialDate::day(if is_later { this_year - 1 } else { this_year }, birthday.0, birthday.1).ok()
}

const fn band(age: u64) -> &'static str {
    match age {
        0..=5 => "0-5",
        6..=9 => "6-9",
        10..=13 => "10-13",
        14..=15 => "14-15",
        _ => "16-17",
    }
}

/// A form of harm, as often as in the caseload.
pub(super) fn harm_form(random: &mut Random) -> &'static str {
    random.weighted(&HARM).form
}

/// A code. The codes of the tour are all in their lists; a test sees to it.
pub(super) fn code<L: CodeListName>(code: &str) -> Option<Coded<L>> {
    Coded::new(code).ok()
}

/// A text.
pub(super) fn text(text: &str) -> Option<Text> {
    Text::new(text).ok()
}

/// A moment, in milliseconds since 1970.
pub(super) fn time(milliseconds: u64) -> Option<Timestamp> {
    Timestamp::from_milliseconds(i64::try_from(milliseconds).ok()?).ok()
}

#[cfg(test)]
#[path = "caseload_tests.rs"]
mod tests;
