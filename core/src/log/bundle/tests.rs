//! Bundles as they are written, and each way to spoil one with the verdict that has to fail.

use std::collections::BTreeMap;

use super::*;
use crate::keys::SigningKey;
use crate::log::entry::tests::smallest;
use crate::log::{
    Checkpoint, Disclosure, Entry, Event, Frontier, Hash, KeyName, LogError, MAX_SIZE, MemoryFolder, Note, NoteKey,
    NoteSignature, TrustPolicy, Verdict, Why, leaf_hash,
};

const ORIGIN: &str = "log.example.org";
const START: u64 = 1_767_229_200;
const NOW: u64 = START + 4000;

fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed(&[seed; 32])
}

fn name(text: &str) -> KeyName {
    KeyName::new(text).unwrap()
}

fn judged() -> [Verdict; 6] {
    use Verdict::{Authenticity, Consistency, Freshness, Integrity, Openings, Time};
    [Integrity, Authenticity, Consistency, Freshness, Time, Openings]
}

fn policy() -> TrustPolicy {
    let log = NoteKey::new(name(ORIGIN), key(1).verifying_key());
    let witness = NoteKey::witness(name("w.example.org"), key(2).verifying_key());
    let policy = TrustPolicy::new().with_log(log, None).unwrap().with_witness("W", witness, None).unwrap();
    policy.with_quorum("W").unwrap().demanding(&judged()).fresh_for(3600)
}

/// A log in memory: its clear entries, and the openings of some.
#[derive(Clone, Default)]
struct Log {
    entries: Vec<Vec<u8>>,
    openings: BTreeMap<u64, Disclosure>,
}

impl Log {
    fn of(size: u64) -> Self {
        let mut log = Self::default();
        (0..size).for_each(|_| log.add(|_| ()));
        log
    }

    fn add(&mut self, change: impl FnOnce(&mut Entry<'static>)) {
        let seq = self.entries.len() as u64;
        let mut entry = Entry { seq, wall_ms: (START + seq) * 1000, monotonic_ms: seq * 1000, ..smallest() };
        change(&mut entry);
        self.entries.push(entry.encode().unwrap());
    }

    fn add_with_reason(&mut self, reason: &str) {
        let disclosure = Disclosure::new("reason", reason).unwrap();
        let commitment = Some(disclosure.commitment());
        self.openings.insert(self.entries.len() as u64, disclosure);
        self.add(|entry| {
            entry.why = Some(Why { hl7: "HLEGAL".into(), local: None, legal_basis: None, commitment });
        });
    }

    fn checkpoint(&self, size: usize) -> Note {
        let mut frontier = Frontier::new();
        for entry in &self.entries[..size] {
            frontier.append(leaf_hash(entry));
        }
        signed(name(ORIGIN), size as u64, frontier.root(), 1)
    }

    fn folder(&self) -> MemoryFolder {
        let earlier = [self.checkpoint(self.entries.len() / 2)];
        self.folder_with(&self.checkpoint(self.entries.len()), &earlier).unwrap()
    }

    fn folder_with(&self, checkpoint: &Note, earlier: &[Note]) -> Result<MemoryFolder, BundleProblem> {
        let mut folder = MemoryFolder::default();
        let entries = self.entries.iter().cloned().map(Ok);
        let parts = BundleParts { checkpoint, earlier, openings: &self.openings };
        write_bundle::<BundleProblem>(&mut folder, entries, &parts).map(|_| folder)
    }
}

fn signed(origin: KeyName, size: u64, root: Hash, seed: u8) -> Note {
    let mut note = Checkpoint::new(origin, size, root).unwrap().sign(&key(seed)).unwrap();
    cosign(&mut note, 2, START + 1000);
    note
}

fn cosign(note: &mut Note, seed: u8, time: u64) {
    let witness = name(if seed == 2 { "w.example.org" } else { "unknown.example.org" });
    note.add(NoteSignature::cosign(witness, &key(seed), note.text(), time).unwrap()).unwrap();
}

fn small() -> Log {
    let mut log = Log::of(3);
    log.add_with_reason("court hearing");
    log.add(|entry| entry.event = Event::LogRead);
    log
}

fn verify(folder: &MemoryFolder, kept: &[&Note]) -> BundleReport {
    let kept: Vec<String> = kept.iter().map(ToString::to_string).collect();
    let kept: Vec<&[u8]> = kept.iter().map(|note| note.as_bytes()).collect();
    verify_bundle(folder, &policy(), &kept, NOW)
}

fn failed(report: &BundleReport) -> Vec<Verdict> {
    report.answers().filter(|(_, answer)| matches!(answer, Answer::Failed { .. })).map(|(verdict, _)| verdict).collect()
}

fn problems(report: &BundleReport, verdict: Verdict) -> Vec<BundleProblem> {
    match report.answer(verdict) {
        Answer::Failed { problems, .. } => problems.clone(),
        other => panic!("{verdict:?} is {other:?}"),
    }
}

#[test]
fn an_honest_bundle_passes_and_says_what_was_not_judged() {
    for size in [1, 2, 255, 256, 257, 600] {
        let log = Log::of(size);
        let report = verify(&log.folder(), &[&log.checkpoint(1)]);
        assert!(report.accepted(&policy()), "{size}: {report:?}");
        assert_eq!((report.read(), report.checkpoint().map(Checkpoint::size)), (size, Some(size)));
    }
    let log = small();
    let report = verify(&log.folder(), &[&log.checkpoint(2), &log.checkpoint(5)]);
    assert!(report.accepted(&policy()), "{report:?}");
    for verdict in [Verdict::Devices, Verdict::Writes, Verdict::View] {
        assert_eq!(*report.answer(verdict), Answer::NotJudged);
    }
    assert!(!report.accepted(&policy().demanding(&[])), "a policy that demands all is not content");
    assert!(!report.accepted(&policy().demanding(&[Verdict::Writes])));
}

#[test]
fn without_a_kept_checkpoint_consistency_is_no_pass() {
    let report = verify(&small().folder(), &[]);
    assert_eq!(*report.answer(Verdict::Consistency), Answer::NothingKept);
    assert_eq!(failed(&report), []);
    assert!(!report.accepted(&policy()));
    assert!(report.accepted(&policy().demanding(&[Verdict::Integrity])));
}

#[test]
fn every_changed_cut_or_longer_file_is_noticed() {
    let log = small();
    let mut newest = log.checkpoint(5);
    cosign(&mut newest, 9, START + 5);
    let whole = log.folder_with(&newest, &[log.checkpoint(2)]).unwrap();
    assert_eq!(failed(&verify(&whole, &[&log.checkpoint(2)])), []);
    assert_eq!(whole.0.len(), 6, "{:?}", whole.0.keys());
    let caught = |folder: &MemoryFolder, what: &str| {
        let report = verify(folder, &[&log.checkpoint(2)]);
        assert!(!failed(&report).is_empty() && !report.accepted(&policy()), "{what}: {report:?}");
    };
    for (file, bytes) in &whole.0 {
        for place in 0..bytes.len() {
            for bit in [1, 0x20, 0x80] {
                let mut folder = whole.clone();
                folder.0.get_mut(file).unwrap()[place] ^= bit;
                caught(&folder, &format!("{file} at {place}"));
            }
        }
        for length in [0, 1, bytes.len() / 2, bytes.len() - 1] {
            let mut folder = whole.clone();
            folder.0.get_mut(file).unwrap().truncate(length);
            caught(&folder, &format!("{file} cut to {length}"));
        }
        let mut folder = whole.clone();
        folder.0.get_mut(file).unwrap().push(b'\n');
        caught(&folder, &format!("{file} longer"));
        folder.0.remove(file);
        caught(&folder, &format!("{file} removed"));
    }
}

#[test]
fn entries_deleted_inserted_reordered_or_doubled_under_the_signed_checkpoint() {
    let honest = Log::of(300);
    let changes: [fn(&mut Vec<Vec<u8>>); 4] = [
        |entries| drop(entries.remove(7)),
        |entries| entries.insert(7, smallest().encode().unwrap()),
        |entries| entries.swap(7, 270),
        |entries| entries.insert(8, entries[7].clone()),
    ];
    for (number, change) in changes.into_iter().enumerate() {
        let mut log = honest.clone();
        change(&mut log.entries);
        // The tiles are those of the changed log; the signed checkpoint is the honest one.
        let mut folder = log.folder();
        folder.0.insert("checkpoint".into(), honest.checkpoint(300).to_string().into_bytes());
        let report = verify(&folder, &[&honest.checkpoint(100)]);
        assert!(failed(&report).contains(&Verdict::Integrity), "{number}");
        assert!(failed(&report).contains(&Verdict::Consistency), "{number}: {report:?}");
    }
}

#[test]
fn a_log_that_was_cut_or_rewritten_with_the_stolen_key_fails_against_what_was_kept() {
    let honest = Log::of(300);
    let kept = honest.checkpoint(280);
    let cut = Log { entries: honest.entries[..200].to_vec(), ..Log::default() };
    let report = verify(&cut.folder(), &[&kept]);
    assert_eq!(failed(&report), [Verdict::Consistency]);
    assert_eq!(problems(&report, Verdict::Consistency), [BundleProblem::Shrunk { size: 200, kept: 280 }]);
    let mut fork = cut.clone();
    (0..100).for_each(|_| fork.add(|entry| entry.event = Event::Logout));
    let report = verify(&fork.folder(), &[&honest.checkpoint(200), &kept]);
    assert_eq!(problems(&report, Verdict::Consistency), [BundleProblem::Fork { size: 280 }]);
    assert_eq!(failed(&report), [Verdict::Consistency]);
    // Without what was kept nobody would notice; so it is no pass.
    assert!(!verify(&fork.folder(), &[]).accepted(&policy()));
    // An earlier checkpoint in the bundle itself that is of another past.
    let mut folder = fork.folder();
    let mut manifest = BundleManifest::parse(&folder.0["bundle"]).unwrap();
    let other = kept.to_string().into_bytes();
    manifest.add(BundleFile::Earlier(280), &other);
    folder.0.insert("bundle".into(), manifest.to_string().into_bytes());
    folder.0.insert("checkpoints/280".into(), other);
    assert_eq!(problems(&verify(&folder, &[]), Verdict::Consistency), [BundleProblem::Fork { size: 280 }]);
}

#[test]
fn another_log_another_key_and_too_few_witnesses() {
    let log = small();
    let root = *log.checkpoint(5).text().parse::<Checkpoint>().unwrap().root();
    let with = |note: &Note| log.folder_with(note, &[]).unwrap();
    let report = verify(&with(&signed(name("other.example.org"), 5, root, 1)), &[&log.checkpoint(2)]);
    assert_eq!(failed(&report), [Verdict::Authenticity, Verdict::Consistency, Verdict::Freshness]);
    assert_eq!(problems(&report, Verdict::Consistency), [BundleProblem::Origin]);
    let report = verify(&with(&signed(name(ORIGIN), 5, root, 7)), &[&log.checkpoint(2)]);
    assert_eq!(failed(&report), [Verdict::Authenticity, Verdict::Freshness]);
    let alone = Checkpoint::new(name(ORIGIN), 5, root).unwrap().sign(&key(1)).unwrap();
    let report = verify(&with(&alone), &[&log.checkpoint(2)]);
    assert_eq!(problems(&report, Verdict::Authenticity), [BundleProblem::Quorum]);
    assert_eq!(problems(&report, Verdict::Freshness), [BundleProblem::Quorum]);
    // A kept note that nobody believes is no kept note.
    let report = verify(&log.folder(), &[&signed(name(ORIGIN), 5, root, 7)]);
    assert_eq!(failed(&report), [Verdict::Consistency]);
}

#[test]
fn a_checkpoint_is_as_old_as_its_quorum() {
    let log = small();
    let kept = log.checkpoint(2).to_string();
    let at = |now, policy: &TrustPolicy| {
        verify_bundle(&log.folder(), policy, &[kept.as_bytes()], now).answer(Verdict::Freshness).clone()
    };
    let failure = |problem| Answer::Failed { problems: vec![problem], count: 1 };
    let cosigned = START + 1000;
    assert_eq!(at(cosigned + 3600, &policy()), Answer::Passed);
    assert_eq!(at(cosigned + 3601, &policy()), failure(BundleProblem::Stale { age: 3601, allowed: 3600 }));
    assert_eq!(at(cosigned - CLOCK_TOLERANCE_SECONDS, &policy()), Answer::Passed);
    assert_eq!(at(cosigned - CLOCK_TOLERANCE_SECONDS - 1, &policy()), failure(BundleProblem::Future));
    let log_key = policy().logs()[0].key.clone();
    let nobody = TrustPolicy::new().with_log(log_key, None).unwrap();
    assert_eq!(at(NOW, &nobody), Answer::NotJudged);
    assert_eq!(at(NOW, &nobody.fresh_for(3600)), failure(BundleProblem::NoTime));
}

#[test]
fn clocks_go_back_only_with_an_entry_about_it() {
    let told = |change: &dyn Fn(&mut Log)| {
        let mut log = Log::of(3);
        change(&mut log);
        let report = verify(&log.folder(), &[&log.checkpoint(1)]);
        match report.answer(Verdict::Time) {
            Answer::Failed { problems, .. } => problems.clone(),
            _ => vec![],
        }
    };
    let back = |entry: &mut Entry<'static>| entry.wall_ms = START * 1000;
    assert_eq!(told(&|log| log.add(back)), [BundleProblem::WallBack { index: 3 }]);
    let adjust = |entry: &mut Entry<'static>| entry.event = Event::ClockAdjustment;
    assert_eq!(told(&|log| (log.add(adjust), log.add(back)).0), []);
    let both = |entry: &mut Entry<'static>| (back(entry), adjust(entry)).1;
    assert_eq!(told(&|log| log.add(both)), []);
    let late = |log: &mut Log| (log.add(adjust), log.add(|_| ()), log.add(back)).2;
    assert_eq!(told(&late), [BundleProblem::WallBack { index: 5 }]);
    let slow = |entry: &mut Entry<'static>| entry.monotonic_ms = 1;
    assert_eq!(told(&|log| log.add(slow)), [BundleProblem::MonotonicBack { index: 3 }]);
    assert_eq!(told(&|log| log.add(|entry| (slow(entry), entry.boot = [1; 8]).1)), []);
    let ahead = |entry: &mut Entry<'static>| entry.wall_ms = (START + 1301) * 1000;
    assert_eq!(told(&|log| log.add(ahead)), [BundleProblem::AfterCosignature { size: 4 }]);
}

#[test]
fn openings_open_their_own_entry_only() {
    let log = small();
    let spoil = |index: u64, bytes: &[u8]| {
        let mut folder = log.folder();
        let mut manifest = BundleManifest::parse(&folder.0["bundle"]).unwrap();
        manifest.add(BundleFile::Opening(index), bytes);
        folder.0.insert("bundle".into(), manifest.to_string().into_bytes());
        folder.0.insert(format!("openings/{index}.reason"), bytes.to_vec());
        let report = verify(&folder, &[&log.checkpoint(2)]);
        assert_eq!(failed(&report), [Verdict::Openings]);
        assert_eq!(problems(&report, Verdict::Openings), [BundleProblem::Opening { index }]);
    };
    let own = log.openings[&3].encode();
    spoil(3, &Disclosure::new("reason", "court hearing").unwrap().encode());
    spoil(3, b"no disclosure");
    spoil(2, &own);
    spoil(5, &own);
    spoil(MAX_SIZE, &own);
}

#[test]
fn entries_say_where_they_stand() {
    let told = |change: fn(&mut Entry<'static>)| {
        let mut log = Log::of(3);
        log.add(change);
        problems(&verify(&log.folder(), &[&log.checkpoint(1)]), Verdict::Integrity)
    };
    assert_eq!(told(|entry| entry.seq = 2), [BundleProblem::Sequence { index: 3 }]);
    let previous = |entry: &mut Entry<'static>| {
        let mut what = crate::log::entry::tests::example().what.unwrap();
        what.previous = Some(3);
        entry.what = Some(what);
    };
    assert_eq!(told(previous), [BundleProblem::Previous { index: 3 }]);
    let mut log = Log::of(3);
    log.entries.push(b"no entry".to_vec());
    let found = problems(&verify(&log.folder(), &[&log.checkpoint(1)]), Verdict::Integrity);
    assert!(matches!(found[..], [BundleProblem::Entry { index: 3, .. }]), "{found:?}");
}

#[test]
fn absurd_sizes_and_lengths_are_refused() {
    let log = Log::of(300);
    for size in [MAX_SIZE, 301, 600] {
        let mut folder = log.folder();
        let note = signed(name(ORIGIN), size, Hash::of(b"root"), 1);
        folder.0.insert("checkpoint".into(), note.to_string().into_bytes());
        let report = verify(&folder, &[&log.checkpoint(1)]);
        assert!(failed(&report).contains(&Verdict::Integrity), "{size}");
        assert!(failed(&report).contains(&Verdict::Consistency), "{size}: what was not read is not compared");
    }
    let mut folder = log.folder();
    let text = format!("{ORIGIN}\n9223372036854775808\n{}\n", Hash::of(b"root").to_base64());
    let mut note = Note::new(text).unwrap();
    note.sign(name(ORIGIN), &key(1)).unwrap();
    folder.0.insert("checkpoint".into(), note.to_string().into_bytes());
    let report = verify(&folder, &[&log.checkpoint(1)]);
    assert!(problems(&report, Verdict::Authenticity).contains(&LogError::SizeOutOfRange.into()), "{report:?}");
    assert_eq!(report.checkpoint(), None);
    // The partial tile under the name of the full one.
    let mut folder = log.folder();
    let full = folder.0["tile/0/000"].clone();
    folder.0.insert("tile/0/000".into(), full[..44 * 32].to_vec());
    assert!(failed(&verify(&folder, &[])).contains(&Verdict::Integrity));
    let mut log = Log::of(1);
    log.entries.push(vec![0; 65_536]);
    let refused = log.folder_with(&log.checkpoint(2), &[]);
    assert_eq!(refused, Err(BundleProblem::Tiles(LogError::EntryTooLong.into())));
}

#[test]
fn many_problems_are_counted_and_a_few_told() {
    let mut log = Log::of(1);
    (0..100).for_each(|_| log.add(|entry| entry.seq = 0));
    let report = verify(&log.folder(), &[]);
    let Answer::Failed { problems, count } = report.answer(Verdict::Integrity) else { panic!("{report:?}") };
    assert_eq!((problems.len(), *count), (MAX_TOLD, 100));
}

#[test]
fn the_writer_leaves_nothing_behind_that_would_not_verify() {
    let log = small();
    let newest = log.checkpoint(5);
    let other = Log::of(5);
    assert_eq!(log.folder_with(&other.checkpoint(5), &[]), Err(BundleProblem::Root));
    assert_eq!(Log::of(4).folder_with(&newest, &[]), Err(BundleProblem::Root));
    assert_eq!(log.folder_with(&newest, &[other.checkpoint(5)]), Err(BundleProblem::Fork { size: 5 }));
    let shrunk = BundleProblem::Shrunk { size: 2, kept: 5 };
    let early = Log { openings: BTreeMap::new(), ..log.clone() };
    assert_eq!(early.folder_with(&log.checkpoint(2), &[newest.clone()]), Err(shrunk));
    assert!(early.folder_with(&log.checkpoint(2), &[]).is_ok(), "entries behind the checkpoint stay out");
    assert_eq!(log.folder_with(&log.checkpoint(2), &[]), Err(BundleProblem::Opening { index: 3 }));
    let mut wrong = log.clone();
    wrong.openings.insert(1, log.openings[&3].clone());
    assert_eq!(wrong.folder_with(&newest, &[]), Err(BundleProblem::Opening { index: 1 }));
    let foreign = signed(name("other.example.org"), 5, Hash::of(b"root"), 1);
    assert_eq!(log.folder_with(&newest, &[foreign]), Err(BundleProblem::Origin));
}

#[test]
fn a_manifest_has_one_form() {
    let whole = String::from_utf8(small().folder().0["bundle"].clone()).unwrap();
    assert_eq!(BundleManifest::parse(whole.as_bytes()).unwrap().to_string(), whole);
    let lines: Vec<&str> = whole.lines().collect();
    let join = |lines: &[&str]| lines.iter().map(|line| format!("{line}\n")).collect::<String>();
    let bad = [
        String::new(),
        whole.trim_end().to_owned(),
        whole.replace('\n', "\r\n"),
        whole.replacen("bundle 1", "bundle 2", 1),
        join(&[lines[0], lines[2], lines[1], lines[3]]),
        join(&[lines[0], lines[1], lines[1], lines[2]]),
        join(&[lines[0], lines[2]]),
        whole.replace("checkpoints/2", "checkpoints/02"),
        whole.replace("checkpoints/2", "../checkpoint"),
        whole.replace("3.reason", "3.other"),
        whole.replace("checkpoints/2", "checkpoints/9223372036854775808"),
        format!("{whole}{}  checkpoints/4\n", "A".repeat(64)),
        format!("{whole}{}  checkpoints/4\n", "+1".repeat(32)),
    ];
    for text in bad {
        assert_eq!(BundleManifest::parse(text.as_bytes()), Err(BundleProblem::Manifest), "{text}");
    }
}
