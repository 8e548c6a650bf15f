//! The interviews of one child, each with its statement.

use saferoom::model::Narrative;
use saferoom::model::records::{Interview, Statement};

use super::caseload::{DAY, Report, StationIds, code, text, time};
use super::random::Random;

/// What every statement of the tour says instead of what a child would say.
const BODIES: [(&str, &str); 3] = [
    (
        "The child told what happened; the text of this example is left out.",
        "កុមារបានប្រាប់អំពីអ្វីដែលបានកើតឡើង។ អត្ថបទនៃឧទាហរណ៍នេះត្រូវបានដកចេញ។",
    ),
    (
        "The child spoke freely and asked for one break; the text of this example is left out.",
        "កុមារបាននិយាយដោយសេរី ហើយបានសុំសម្រាកម្តង។ អត្ថបទនៃឧទាហរណ៍នេះត្រូវបានដកចេញ។",
    ),
    (
        "The child answered the open questions; the text of this example is left out.",
        "កុមារបានឆ្លើយសំណួរបើកចំហ។ អត្ថបទនៃឧទាហរណ៍នេះត្រូវបានដកចេញ។",
    ),
];

/// Why children are interviewed again, by weight; for one of a hundred nobody wrote down why.
const REPEATS: [(&str, u64); 9] = [
    ("planned_multi_session", 26),
    ("prosecutor_request", 18),
    ("not_shared_between_agencies", 14),
    ("new_evidence", 12),
    ("new_allegation", 9),
    ("judge_request", 8),
    ("recording_failure", 5),
    ("child_request", 5),
    ("language_failure", 3),
];

const OUTCOMES: [(&str, u64); 7] = [
    ("full", 46),
    ("partial", 31),
    ("none", 12),
    ("unable_to_proceed", 3),
    ("stopped_by_child", 4),
    ("not_about_abuse", 3),
    ("recantation", 1),
];

/// All sentences that statements consist of.
pub(super) fn sentences() -> impl Iterator<Item = &'static str> {
    BODIES.iter().flat_map(|(english, khmer)| [*english, *khmer])
}

/// Draws `count` interviews of a child.
pub(super) fn draw(
    count: usize,
    report: Report,
    khmer: bool,
    station: &StationIds,
    random: &mut Random,
) -> Vec<(Interview, Statement)> {
    let first_delay = random.mostly_low(0, 45);
    let mut start = (report.at / DAY + first_delay) * DAY + random.between(1, 8) * 3_600_000;
    let mut interviewer = random.pick(&station.officers);
    let mut interviews = Vec::with_capacity(count);
    for number in 1..=count as u64 {
        if number > 1 {
            start += random.between(7, 45) * DAY;
        }
        let before = interviewer;
        if number > 1 && random.percent(40) {
            interviewer = random.pick(&station.officers);
        }
        let mut interview = draw_one(report, start.max(report.at), khmer, station, random);
        interview.purpose = code(if number == 1 { "initial" } else { "supplementary" });
        interview.sequence_number = Some(number);
        interview.prior_interviews_declared = Some(number - 1 + u64::from(random.percent(15)));
        interview.interviewer = Some(interviewer);
        if number > 1 {
            interview.repeat_reason = code(random.weighted(&REPEATS));
            interview.repeat_authorised_by = Some(station.officers[0]);
            interview.same_interviewer = Some(before == interviewer);
        }
        let statement = draw_statement(khmer, &interview, random);
        interviews.push((interview, statement));
    }
    interviews
}

fn draw_one(report: Report, start: u64, khmer: bool, station: &StationIds, random: &mut Random) -> Interview {
    // Small children can sit for a quarter of an hour, adolescents for more than one.
    let net = random.between(12, 20) + report.age * random.between(1, 3);
    let breaks = random.mostly_low(0, 3) + u64::from(report.age < 8);
    let in_room = random.percent(82);
    // Since the training of 2024 more is asked openly: one thing that an extract can show.
    let trained = start >= 19_905 * DAY;
    let open = if trained { random.between(9, 24) } else { random.between(3, 14) };
    let face = random.between(1, 4);
    let distress = [("none", 52), ("crying", 20), ("withdrawn", 14), ("agitation", 9), ("freezing", 5)];
    let recording = random.weighted(&[("video", 58), ("both", 8), ("audio", 20), ("none", 14)]);
    let told = ["purpose", "who_watches", "recording", "may_stop", "may_say_dont_know", "may_correct", "what_next"];
    let told_share = if trained { 92 } else { 70 };
    Interview {
        scheduled_at: time(start - random.between(1, 3) * 600_000),
        started_at: time(start),
        ended_at: time(start + (net + breaks * random.between(5, 12)) * 60_000),
        net_minutes: Some(net),
        breaks: Some(breaks),
        delay_days: Some(start / DAY - report.at / DAY),
        room: in_room.then_some(station.room),
        alternative_venue: if in_room { None } else { code(random.pick(&["home", "station_office", "hospital"])) },
        preferred_interviewer_sex: code(random.weighted(&[("female", 64), ("none", 31), ("male", 5)])),
        support_person_choice: code(random.weighted(&[
            ("child_chose", 48),
            ("guardian_default", 27),
            ("assigned", 12),
            ("declined_by_child", 9),
            ("not_offered", 4),
        ])),
        persons_in_room: Some(random.between(2, 4)),
        interpreter_mode: code(if khmer { "none" } else { random.pick(&["in_person", "phone"]) }),
        language: code(if khmer { "km" } else { "vi" }),
        protocol: code(if trained {
            "nichd_revised"
        } else {
            random.pick(&["national_sop", "nichd_standard", "none"])
        }),
        special_measures: code("no_contact_waiting").filter(|_| random.percent(60)).into_iter().collect(),
        information_given: told.into_iter().filter(|_| random.percent(told_share)).filter_map(code).collect(),
        recording: code(recording),
        no_recording_reason: (recording == "none")
            .then(|| code(random.pick(&["no_equipment", "equipment_failed", "no_power", "refused_by_child"])))
            .flatten(),
        invitations: Some(open),
        directive_questions: Some(random.between(6, 26)),
        option_posing_questions: Some(random.mostly_low(0, if trained { 10 } else { 18 })),
        suggestive_questions: Some(random.mostly_low(0, if trained { 3 } else { 8 })),
        disclosure_outcome: code(random.weighted(&OUTCOMES)),
        feels_safe_before: code(random.weighted(&[("yes", 58), ("unsure", 29), ("no", 13)])),
        feels_safe_after: code(random.weighted(&[("yes", 70), ("unsure", 21), ("no", 9)])),
        face_before: Some(face),
        face_after: Some((face + random.between(0, 2)).min(5)),
        felt_listened_to: code(random.weighted(&[("yes", 81), ("unsure", 13), ("no", 6)])),
        could_stop: code(random.weighted(&[("yes", 74), ("unsure", 17), ("no", 9)])),
        distress_signs: code(random.weighted(&distress)).into_iter().collect(),
        safety_concern: code(random.weighted(&[("none", 82), ("in_home", 8), ("suspect_contact", 9), ("other", 1)])),
        protocol_version: text("2024").filter(|_| trained),
        ..Interview::default()
    }
}

fn draw_statement(khmer: bool, interview: &Interview, random: &mut Random) -> Statement {
    let (in_english, in_khmer) = random.pick(&BODIES);
    Statement {
        kind: code(random.weighted(&[("verbatim_transcript", 45), ("summary", 30), ("signed_statement", 25)])),
        language: interview.language.clone(),
        body: Narrative::new(if khmer { format!("{in_khmer}\n{in_english}") } else { in_english.to_owned() }).ok(),
        taken_at: interview.ended_at,
        author: interview.interviewer,
        version: Some(1),
        read_back: Some(random.percent(88)),
        child_corrections: Some(random.mostly_low(0, 4)),
        child_signature: code(random.weighted(&[("thumbprint", 66), ("ink", 30), ("refused", 4)])),
        ..Statement::default()
    }
}
