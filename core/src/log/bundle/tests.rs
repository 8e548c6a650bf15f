//! Bundles as they are written and judged.

mod attacks;
mod epochs;
mod organisation;
mod two_logs;
mod view;

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
    assert_eq!(early.folder_with(&log.checkpoint(2), std::slice::from_ref(&newest)), Err(shrunk));
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
        whole.replace("checkpoints/2", "checkpoints/9223372036854775809"),
        format!("{whole}{}  checkpoints/4\n", "A".repeat(64)),
        format!("{whole}{}  checkpoints/4\n", "+1".repeat(32)),
    ];
    for text in bad {
        assert_eq!(BundleManifest::parse(text.as_bytes()), Err(BundleProblem::Manifest), "{text}");
    }
}
