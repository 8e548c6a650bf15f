//! Bundles of vaults that moved: who speaks for the log of the device before.

use super::organisation::{Office, at, log_key};
use super::*;
use crate::log::{Detail, DetailKey};

const FIRST: &str = "a.example.org";
const SECOND: &str = "b.example.org";
/// Of the keys that the trust policy pins.
const FIRST_SEED: u8 = 3;
const SECOND_SEED: u8 = 4;

fn first_log(seed: u8, size: u64) -> Log {
    let mut log = Log::default();
    let detail = Detail::of(DetailKey::LOG_KEY, log_key(FIRST, seed).public_key()).into_owned();
    log.add(|entry| (entry.event, entry.detail) = (Event::Genesis, Some(detail)));
    (1..size).for_each(|_| log.add(|_| ()));
    log
}

fn end_of(log: &Log) -> (u64, Hash) {
    let mut frontier = Frontier::new();
    log.entries.iter().for_each(|entry| drop(frontier.append(leaf_hash(entry))));
    (frontier.size(), frontier.root())
}

/// The log of the second device, which begins by naming the first one.
fn second_log(first: &Log) -> Log {
    let (size, root) = end_of(first);
    let own = log_key(SECOND, SECOND_SEED);
    let detail = Detail::of(DetailKey::LOG_KEY, own.public_key())
        .with(DetailKey::PREVIOUS_DEVICE, &smallest().device.as_bytes()[..])
        .with(DetailKey::PREVIOUS_SIZE, size)
        .with(DetailKey::PREVIOUS_ROOT, &root.as_bytes()[..])
        .into_owned();
    let mut log = Log::default();
    log.add(|entry| (entry.event, entry.detail) = (Event::Genesis, Some(detail)));
    (0..5).for_each(|_| log.add(|_| ()));
    log
}

/// The bundle of a vault that came from the first device to the second, whose list gives the first log this key.
fn moved(first: &Log, listed: u8) -> MemoryFolder {
    let second = second_log(first);
    let (size, root) = end_of(first);
    let note = at(&second, SECOND, second.entries.len(), SECOND_SEED);
    let ends = [
        BundleLog { number: Some(0), origin: name(FIRST), size, root },
        BundleLog::of(&note.text().parse::<Checkpoint>().unwrap()),
    ];
    let mut folder = MemoryFolder::default();
    let mut bundle = BundleWriter::new(&mut folder);
    for (end, log) in ends.into_iter().zip([first, &second]) {
        let mut writer = bundle.log(end, &[]).unwrap();
        log.entries.iter().for_each(|entry| writer.append(entry, None).unwrap());
        writer.finish().unwrap();
    }
    let device = smallest().device;
    let devices = vec![
        BundleDevice { device, key: log_key(FIRST, listed), ended: Some((size, root)) },
        BundleDevice { device, key: log_key(SECOND, SECOND_SEED), ended: None },
    ];
    bundle.devices(&DeviceList::new(devices).unwrap()).unwrap();
    bundle.finish(&note).unwrap();
    folder
}

fn both() -> TrustPolicy {
    policy().for_logs([log_key(FIRST, FIRST_SEED), log_key(SECOND, SECOND_SEED)])
}

fn judge(folder: &MemoryFolder, kept: &[&Note]) -> BundleReport {
    let kept: Vec<String> = kept.iter().map(ToString::to_string).collect();
    let kept: Vec<&[u8]> = kept.iter().map(|note| note.as_bytes()).collect();
    verify_bundle(folder, &both(), &kept, NOW)
}

#[test]
fn what_was_kept_of_the_last_log_speaks_for_those_before_and_never_the_other_way_round() {
    let first = first_log(FIRST_SEED, 10);
    let second = second_log(&first);
    let folder = moved(&first, FIRST_SEED);
    let of_first = at(&first, FIRST, 7, FIRST_SEED);
    let of_second = at(&second, SECOND, 2, SECOND_SEED);
    for kept in [&[&of_second][..], &[&of_first, &of_second]] {
        let report = judge(&folder, kept);
        assert!(report.accepted(&both().demanding(&[&judged()[..], &[Verdict::Devices]].concat())), "{report:?}");
        assert_eq!(report.why_not_judged(Verdict::Consistency), None);
    }
    let nothing = judge(&folder, &[&of_first]);
    assert_eq!(*nothing.answer(Verdict::Consistency), Answer::NothingKept);
    let why = nothing.why_not_judged(Verdict::Consistency).unwrap();
    assert!(why.contains(SECOND) && !why.contains(FIRST), "{why}");
    let why = judge(&folder, &[]).why_not_judged(Verdict::Consistency).unwrap();
    assert!(why.contains(SECOND) && why.contains(FIRST), "{why}");
    // One over no entries would hold for any log.
    let empty = judge(&folder, &[&at(&second, SECOND, 0, SECOND_SEED)]);
    assert_eq!(*empty.answer(Verdict::Consistency), Answer::NothingKept);
}

#[test]
fn an_earlier_log_under_another_key_than_the_one_that_is_pinned_fails() {
    // The holder of the second log alone: a log under the name of the first, of their own making.
    let forged = moved(&first_log(8, 10), 8);
    let second = second_log(&first_log(8, 10));
    let report = judge(&forged, &[&at(&second, SECOND, 2, SECOND_SEED)]);
    assert_eq!(failed(&report), [Verdict::Devices]);
    assert_eq!(problems(&report, Verdict::Devices), [BundleProblem::OtherKey { origin: name(FIRST) }]);
}

#[test]
fn a_log_without_an_entry_is_none() {
    let device = smallest().device;
    let list = |size| {
        let ended = Some((size, Frontier::new().root()));
        DeviceList::new(vec![
            BundleDevice { device, key: log_key(FIRST, FIRST_SEED), ended },
            BundleDevice { device, key: log_key(SECOND, SECOND_SEED), ended: None },
        ])
    };
    assert_eq!(list(0), Err(BundleProblem::DeviceList));
    let text = list(1).unwrap().to_string();
    assert_eq!(DeviceList::parse(text.replacen(" 1 ", " 0 ", 1).as_bytes()), Err(BundleProblem::DeviceList));
}

#[test]
fn an_enrolled_log_is_not_there_on_the_word_of_the_next_one_alone() {
    let first = first_log(FIRST_SEED, 10);
    let (second, folder) = (second_log(&first), moved(&first, FIRST_SEED));
    let enrolled = || {
        let office = Office::new().enrols(FIRST, FIRST_SEED).enrols(SECOND, SECOND_SEED);
        office.saw(at(&second, SECOND, 3, SECOND_SEED))
    };
    let report = enrolled().with(std::slice::from_ref(&folder));
    assert_eq!(*report.devices[0].answer(Verdict::Devices), Answer::NotJudged);
    let why = report.together.why_not_judged(Verdict::Devices).unwrap();
    assert!(why.contains(FIRST) && !why.contains(SECOND), "{why}");
    // A checkpoint that the log signed itself, whenever it came in.
    let report = enrolled().saw(at(&first, FIRST, 4, FIRST_SEED)).with(std::slice::from_ref(&folder));
    assert_eq!(*report.devices[0].answer(Verdict::Devices), Answer::Passed);
    assert_eq!(*report.together.answer(Verdict::Consistency), Answer::Passed);
    // A log of another making in its place.
    let report = enrolled().with(&[moved(&first_log(8, 10), 8)]);
    let Answer::Failed { problems, .. } = report.devices[0].answer(Verdict::Devices) else { panic!("{report:?}") };
    assert!(problems.contains(&BundleProblem::OtherKey { origin: name(FIRST) }), "{problems:?}");
}
