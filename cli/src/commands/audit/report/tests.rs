//! Reports of logs that are made up: what they say, in both languages, and what they must not say.

use std::borrow::Cow;

use saferoom::id::{DeviceId, FindingId, OperationId, RecordId, ScopeId};
use saferoom::keys::SigningKey;
use saferoom::log::{
    Actor, BundleParts, BundleProblem, Checkpoint, Detail, DetailKey, Event, Frontier, KeyName, Note, NoteKey, Outcome,
    What, Why, WriteFolder, leaf_hash, write_bundle,
};
use saferoom::model::LabelLanguage;

use std::path::Path;

use super::*;

const START: u64 = 1_767_229_200_000;
const HOUR: u64 = 3_600_000;

/// Entries of two officers in a month: reads, refusals, an emergency that was reviewed and one that was not, a night.
fn entries() -> Vec<Entry<'static>> {
    let mut entries = Vec::new();
    for day in 0..31 {
        for use_of_day in 0..(day * 7 % 11) {
            let event = if use_of_day % 4 == 0 { Event::Create } else { Event::Read };
            entries.push(entry(START + (day * 24 + use_of_day) * HOUR, event, (day % 3) as u8, use_of_day as u8));
        }
    }
    let at = START + 40 * 24 * HOUR;
    for minute in 0..9 {
        let code = Detail::of(DetailKey::ERROR_CODE, 601u64);
        let denied =
            Entry { outcome: Outcome::MinorFailure, detail: Some(code), why: None, ..entry(at, Event::Denied, 2, 1) };
        entries.push(Entry { wall_ms: at + minute * 60_000, ..denied });
    }
    for number in 0..60 {
        entries.push(entry(at + 14 * HOUR + number * 10_000, Event::Read, 1, number as u8));
    }
    for number in [1, 2] {
        let finding = FindingId::from_bytes([number; 16]);
        let detail = || Some(Detail::of(DetailKey::FINDING, &finding.as_bytes()[..]).into_owned());
        let at = at + (20 + 3 * u64::from(number)) * HOUR;
        entries.push(Entry { detail: detail(), ..entry(at, Event::BreakGlassStart, 1, 3) });
        entries.push(Entry { detail: detail(), ..entry(at + HOUR, Event::BreakGlassStop, 1, 3) });
        let review = detail().map(|detail| detail.with(DetailKey::REVIEW_OUTCOME, 1u64));
        entries.extend((number == 1).then(|| Entry { detail: review, ..entry(at + 2 * HOUR, Event::Review, 0, 3) }));
    }
    let unusual = Detail::of(DetailKey::MEASURE, 4u64).with(DetailKey::COUNT, 12u64);
    entries.push(Entry { detail: Some(unusual), ..entry(at + 30 * HOUR, Event::Unusual, 2, 3) });
    entries
}

fn entry(wall_ms: u64, event: Event, by: u8, record: u8) -> Entry<'static> {
    let roles = ["unit-supervisor", "interviewer", "<b>=role"];
    let purposes = ["supervision", "forensic-interview", "case-conference"];
    let by_place = usize::from(by) % roles.len();
    Entry {
        seq: 0,
        wall_ms,
        monotonic_ms: wall_ms - START,
        boot: [1; 8],
        event,
        outcome: Outcome::Success,
        actor: Some(Actor {
            member: member(by),
            role: roles[by_place].into(),
            unit: ScopeId::from_bytes([2; 16]),
            authentication: None,
            on_behalf_of: None,
        }),
        device: DeviceId::from_bytes([4; 16]),
        why: Some(Why {
            hl7: "HLEGAL".into(),
            local: Some(purposes[by_place].into()),
            legal_basis: None,
            commitment: None,
        }),
        what: Some(What {
            record: RecordId::from_bytes([record; 16]),
            kind: 3,
            fields: Cow::Borrowed(&[1, 7]),
            revision: None,
            head: None,
            previous: None,
            subject: None,
        }),
        operation: OperationId::from_bytes([5; 16]),
        detail: None,
        blind: [6; 16],
    }
}

fn member(number: u8) -> MemberId {
    MemberId::from_bytes([0xA0 + number; 16])
}

/// A folder with the bundle of these entries, and a trust policy beside it.
fn bundle(entries: &[Entry<'static>], demands: &str) -> tempfile::TempDir {
    let place = tempfile::tempdir().unwrap();
    let number = |(seq, entry): (u64, &Entry<'static>)| Entry { seq, ..entry.clone() }.encode().unwrap();
    let encoded: Vec<_> = (0..).zip(entries).map(number).collect();
    let mut frontier = Frontier::new();
    for entry in &encoded {
        frontier.append(leaf_hash(entry));
    }
    let (key, origin) = (SigningKey::from_seed(&[1; 32]), KeyName::new("station.example.org/log").unwrap());
    let checkpoint = Checkpoint::new(origin.clone(), frontier.size(), frontier.root()).unwrap();
    let note: Note = checkpoint.sign(&key).unwrap();
    let parts = BundleParts { checkpoint: &note, earlier: &[], openings: &Default::default() };
    let mut folder = saferoom::log::DiskFolder::new(place.path().join("bundle"));
    write_bundle::<BundleProblem>(&mut folder, encoded.into_iter().map(Ok), &parts).unwrap();
    let policy =
        format!("log {}\nquorum none\n#saferoom demand {demands}\n", NoteKey::new(origin, key.verifying_key()));
    std::fs::write(place.path().join("policy"), policy).unwrap();
    std::fs::write(place.path().join("kept"), note.to_string()).unwrap();
    let staff = format!("member,name\n{},<i>Sok Dara</i>\n{},ចាន់ សុភា\n", member(0), member(1));
    std::fs::write(place.path().join("staff.csv"), staff).unwrap();
    drop(folder.write("unlisted", b""));
    place
}

fn args(place: &Path, lang: LabelLanguage, with: &[&str]) -> ReportArgs {
    let path = |name: &str| with.contains(&name).then(|| place.join(name));
    ReportArgs {
        bundle: BundleArgs {
            bundle: place.join("bundle"),
            trust_policy: path("policy"),
            kept: path("kept").into_iter().collect(),
            directory: path("staff.csv"),
        },
        html: place.join(format!("report-{}.html", lang.code())),
        lang,
        utc_offset: None,
    }
}

fn page(place: &Path, lang: LabelLanguage, with: &[&str]) -> (Result<(), Failure>, String) {
    let args = args(place, lang, with);
    drop(std::fs::remove_file(&args.html));
    let done = report(&args, &Console::to(std::io::sink()));
    let written = std::fs::read_to_string(&args.html).unwrap_or_else(|_| panic!("{done:?}"));
    (done, written)
}

const HOLDS: &str = "integrity authenticity consistency time openings";
const ALL: &[&str] = &["policy", "kept", "staff.csv"];

#[test]
fn the_words_are_there_in_both_languages() {
    crate::html::check_words(WORDS);
    let words = Words::read(WORDS, LabelLanguage::Khmer);
    for verdict in saferoom::log::Verdict::ALL {
        for key in ["verdict", "means"] {
            assert!(words.find(&format!("{key}_{}", verdict.name())).is_some(), "{}", verdict.name());
        }
    }
}

#[test]
fn a_believed_log_is_told_in_both_languages() {
    let place = bundle(&entries(), HOLDS);
    let (done, english) = page(place.path(), LabelLanguage::English, ALL);
    assert_eq!(done, Ok(()));
    for said in [
        "Yes. The bundle passed everything",
        "&lt;i&gt;Sok Dara&lt;/i&gt;",
        "ចាន់ សុភា",
        "Forensic interview",
        "&lt;b&gt;=role",
        "9 refusals within an hour",
        "60 different records read within an hour",
        "uses within a night",
        "by &lt;i&gt;Sok Dara&lt;/i&gt;",
        "not reviewed",
        "No purpose was stated",
        "No entry is missing in them",
        "UTC+07:00",
        "<svg class=\"wide\" role=\"img\"",
    ] {
        assert!(english.contains(said), "{said}\n{english}");
    }
    for hidden in ["<script", "http://", "https://", "<i>Sok"] {
        // The name space of SVG is a name, and nothing that is fetched.
        let page = english.replace("xmlns=\"http://www.w3.org/2000/svg\"", "");
        assert!(!page.contains(hidden), "{hidden}");
    }
    let (done, khmer) = page(place.path(), LabelLanguage::Khmer, ALL);
    assert_eq!(done, Ok(()));
    assert!(khmer.contains("<html lang=\"km\">") && khmer.contains("ការសម្ភាសកោសល្យវិច្ច័យ"), "{khmer}");
    assert!(!khmer.contains("What stands out"));
}

#[test]
fn what_nobody_vouches_for_and_what_is_refused_is_said_at_the_top() {
    let place = bundle(&entries(), HOLDS);
    let (done, nobody) = page(place.path(), LabelLanguage::English, &[]);
    assert_eq!(done, Ok(()));
    assert!(nobody.contains("Not verified.") && nobody.contains("was not proven"), "{nobody}");
    assert!(nobody.contains("No checkpoint from an earlier visit"));

    let (done, refused) = page(place.path(), LabelLanguage::English, &["policy"]);
    assert_eq!(done.unwrap_err().exit, crate::failure::exit::INTEGRITY);
    assert!(refused.contains("No. The bundle did not pass") && !refused.contains("No entry is missing in them"));

    let file = place.path().join("bundle/tile/entries/000.p");
    let first = std::fs::read_dir(&file).unwrap().next().unwrap().unwrap().path();
    let mut bytes = std::fs::read(&first).unwrap();
    bytes[40] ^= 1;
    std::fs::write(&first, bytes).unwrap();
    let (done, altered) = page(place.path(), LabelLanguage::English, ALL);
    assert!(done.is_err() && altered.contains("No. The bundle did not pass"), "{altered}");
    let (_, damaged) = page(place.path(), LabelLanguage::English, &[]);
    assert!(damaged.contains("does not even agree with itself"), "{damaged}");
}

#[test]
fn an_empty_time_is_told_as_one() {
    let quiet = Entry { actor: None, why: None, what: None, ..entry(START, Event::Heartbeat, 0, 0) };
    let place = bundle(&[quiet], HOLDS);
    let (done, page) = page(place.path(), LabelLanguage::English, ALL);
    assert_eq!(done, Ok(()));
    for said in ["No record was used", "Nobody was refused", "Nothing stands out", "There was no such gap"] {
        assert!(page.contains(said), "{said}");
    }
}

#[test]
fn an_emergency_behind_a_thousand_findings_is_at_the_top_of_the_report() {
    let opened = |number: u64, event| {
        let mut bytes = [0; 16];
        bytes[8..].copy_from_slice(&number.to_be_bytes());
        let detail = Detail::of(DetailKey::FINDING, &bytes[..]).into_owned();
        Entry { detail: Some(detail), ..entry(START + number * 1000, event, 2, 3) }
    };
    let mut entries: Vec<_> = (0..1000).map(|number| opened(number, Event::Unusual)).collect();
    entries.push(opened(1000, Event::BreakGlassStart));
    let place = bundle(&entries, HOLDS);
    let (done, page) = page(place.path(), LabelLanguage::English, ALL);
    assert_eq!(done, Ok(()));
    for (figure, what) in [("1", "Emergencies"), ("1\u{202F}001", "Findings not reviewed")] {
        let shown = format!("<strong>{figure}</strong><span>{what}</span>");
        assert!(page.contains(&shown), "{shown}\n{page}");
    }
}

#[test]
fn a_report_is_never_written_over() {
    let place = bundle(&entries(), HOLDS);
    let args = args(place.path(), LabelLanguage::English, &[]);
    std::fs::write(&args.html, "kept").unwrap();
    assert_eq!(report(&args, &Console::to(std::io::sink())).unwrap_err().exit, crate::failure::exit::FILE);
    assert_eq!(std::fs::read_to_string(&args.html).unwrap(), "kept");
}

/// For `cargo xtask test --only html`: a page in each language into the folder that `SAFEROOM_HTML` names.
#[test]
#[ignore = "writes pages for a browser"]
fn write_pages() {
    let folder = std::path::PathBuf::from(std::env::var_os("SAFEROOM_HTML").unwrap());
    let place = bundle(&entries(), HOLDS);
    for language in LabelLanguage::ALL {
        let (done, page) = page(place.path(), *language, ALL);
        assert_eq!(done, Ok(()));
        std::fs::write(folder.join(format!("audit-{}.html", language.code())), page).unwrap();
    }
}
