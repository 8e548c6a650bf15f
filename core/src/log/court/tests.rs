//! Court files as they are made, and what is not let pass.

use super::*;
use crate::keys::SigningKey;
use crate::log::entry::tests::smallest;
use crate::log::{
    BundleParts, Event, FolderProblem, Frontier, KeyName, LogError, MemoryFolder, NoteKey, NoteSignature, Why,
    write_bundle,
};

const ORIGIN: &str = "log.example.org";
const REASON: &str = "court hearing";

/// A log of seven entries, of which number 3 has a reason, and number 4 another one.
pub(super) struct Log {
    entries: Vec<Vec<u8>>,
    openings: BTreeMap<u64, Disclosure>,
}

pub(super) fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed(&[seed; 32])
}

pub(super) fn policy(seed: u8) -> TrustPolicy {
    let log = NoteKey::new(KeyName::new(ORIGIN).unwrap(), key(seed).verifying_key());
    let witness = NoteKey::witness(KeyName::new("w.example.org").unwrap(), key(2).verifying_key());
    let policy = TrustPolicy::new().with_log(log, None).unwrap().with_witness("W", witness, None).unwrap();
    policy.with_quorum("W").unwrap()
}

impl Log {
    pub(super) fn new() -> Self {
        let mut log = Self { entries: Vec::new(), openings: BTreeMap::new() };
        (0..3).for_each(|_| log.add(None));
        log.add(Some(REASON));
        log.add(Some("another hearing"));
        (0..2).for_each(|_| log.add(None));
        log
    }

    fn add(&mut self, reason: Option<&str>) {
        let seq = self.entries.len() as u64;
        let disclosure = reason.map(|reason| Disclosure::new("reason", reason).unwrap());
        let commitment = disclosure.as_ref().map(Disclosure::commitment);
        let why = commitment.map(|_| Why { hl7: "HLEGAL".into(), local: None, legal_basis: None, commitment });
        let entry = Entry { seq, wall_ms: 1_767_229_200_000 + seq, event: Event::Read, why, ..smallest() };
        self.entries.push(entry.encode().unwrap());
        self.openings.extend(disclosure.map(|disclosure| (seq, disclosure)));
    }

    pub(super) fn checkpoint(&self, size: usize, seed: u8, cosigned: bool) -> Note {
        let mut frontier = Frontier::new();
        for entry in &self.entries[..size] {
            frontier.append(leaf_hash(entry));
        }
        let origin = KeyName::new(ORIGIN).unwrap();
        let mut note = Checkpoint::new(origin, size as u64, frontier.root()).unwrap().sign(&key(seed)).unwrap();
        if cosigned {
            let witness = KeyName::new("w.example.org").unwrap();
            note.add(NoteSignature::cosign(witness, &key(2), note.text(), 1_767_230_000).unwrap()).unwrap();
        }
        note
    }

    pub(super) fn bundle(&self, cosigned: bool) -> (MemoryFolder, BundleLog) {
        let (mut folder, note) = (MemoryFolder::default(), self.checkpoint(self.entries.len(), 1, cosigned));
        let parts = BundleParts { checkpoint: &note, earlier: &[], openings: &self.openings };
        let entries = self.entries.iter().cloned().map(Ok);
        write_bundle::<crate::log::BundleProblem>(&mut folder, entries, &parts).unwrap();
        (folder, BundleLog::of(&note.text().parse().unwrap()))
    }

    pub(super) fn court_file(&self, index: u64) -> CourtFile {
        let (bundle, log) = self.bundle(true);
        CourtFile::of_bundle(&bundle, &log, index, &[]).unwrap()
    }
}

pub(super) fn written(file: &CourtFile) -> MemoryFolder {
    let mut folder = MemoryFolder::default();
    let page = |language: &str| (language.to_owned(), format!("<p>{language}</p>").into_bytes());
    file.write(&mut folder, &BTreeMap::from([page("en"), page("km")])).unwrap();
    folder
}

/// The list made anew, as an attacker would.
pub(super) fn listed_anew(mut folder: MemoryFolder) -> MemoryFolder {
    folder.0.remove(CourtFileList::NAME);
    let lines = folder.0.iter().map(|(name, bytes)| format!("{}  {name}\n", Hash::of(bytes)));
    let list = format!("# saferoom court file 1\n{}", lines.collect::<String>());
    folder.0.insert(CourtFileList::NAME.to_owned(), list.into_bytes());
    folder
}

#[test]
fn a_court_file_is_checked_alone() {
    let log = Log::new();
    for index in 0..7 {
        let folder = written(&log.court_file(index));
        let judged = verify_court_file(&folder, &policy(1)).unwrap();
        assert_eq!(judged.entry.seq, index);
        assert_eq!(judged.leaf, leaf_hash(&log.entries[index as usize]));
        assert_eq!(judged.judgement.cosignatures.len(), 1);
        assert_eq!(judged.reason.is_some(), matches!(index, 3 | 4));
        let (file, pages) = CourtFile::read(&folder).unwrap();
        assert_eq!((file, pages.len()), (log.court_file(index), 2));
        // What nobody listed is no part of it.
        assert_eq!(listed_anew(folder.clone()), folder);
    }
    assert_eq!(verify_court_file(&written(&log.court_file(3)), &policy(1)).unwrap().reason.unwrap().value(), REASON);
}

#[test]
fn every_changed_byte_of_every_file_is_noticed() {
    let folder = written(&Log::new().court_file(3));
    for (name, bytes) in &folder.0 {
        for place in 0..bytes.len() {
            for bit in [1, 0x20] {
                let mut changed = folder.clone();
                changed.0.get_mut(name).unwrap()[place] ^= bit;
                assert!(verify_court_file(&changed, &policy(1)).is_err(), "{name} {place}");
                // The page is compared by who renders it; the rest is proven whatever the list says.
                if !name.ends_with(".html") && name != CourtFileList::NAME {
                    assert!(verify_court_file(&listed_anew(changed), &policy(1)).is_err(), "{name} {place} anew");
                }
            }
        }
        let mut cut = folder.clone();
        cut.0.get_mut(name).unwrap().pop();
        assert!(verify_court_file(&cut, &policy(1)).is_err(), "{name} cut");
        cut.0.remove(name);
        assert!(verify_court_file(&cut, &policy(1)).is_err(), "{name} removed");
    }
}

#[test]
fn parts_of_other_court_files_do_not_fit() {
    let log = Log::new();
    let (ours, theirs) = (written(&log.court_file(3)), written(&log.court_file(4)));
    let with = |name: &str, from: &MemoryFolder| {
        let mut folder = ours.clone();
        folder.0.insert(name.to_owned(), from.0[name].clone());
        assert_eq!(verify_court_file(&folder, &policy(1)), Err(CourtFileError::FileChanged { name: name.to_owned() }));
        verify_court_file(&listed_anew(folder), &policy(1)).unwrap_err()
    };
    assert_eq!(with("reason", &theirs), CourtFileError::Reason);
    assert_eq!(with("entry", &theirs), LogError::RootMismatch.into());
    assert_eq!(with("proof.tlog-proof", &theirs), LogError::RootMismatch.into());
    // The same entry under another checkpoint of the log: its proof is another.
    let mut proof = EntryProof::parse(&ours.0["proof.tlog-proof"]).unwrap();
    proof = EntryProof::new(3, proof.hashes().to_vec(), log.checkpoint(6, 1, true)).unwrap();
    let mut folder = ours.clone();
    folder.0.insert("proof.tlog-proof".to_owned(), proof.to_string().into_bytes());
    assert_eq!(verify_court_file(&listed_anew(folder), &policy(1)), Err(LogError::RootMismatch.into()));
    // Something that nobody proves.
    let proof = EntryProof::parse(&ours.0["proof.tlog-proof"]).unwrap().with_extra(b"?".to_vec()).unwrap();
    let mut folder = ours;
    folder.0.insert("proof.tlog-proof".to_owned(), proof.to_string().into_bytes());
    assert_eq!(verify_court_file(&listed_anew(folder), &policy(1)), Err(CourtFileError::Unproven));
}

#[test]
fn an_entry_that_names_another_place_is_refused() {
    let mut log = Log::new();
    let moved = Entry { seq: 9, ..smallest() };
    log.entries[5] = moved.encode().unwrap();
    let (bundle, ended) = log.bundle(true);
    let made = CourtFile::of_bundle(&bundle, &ended, 5, &[]);
    assert_eq!(made, Err(CourtFileError::Index { said: 9, proven: 5 }));
}

#[test]
fn whoever_is_not_believed_proves_nothing() {
    let folder = written(&Log::new().court_file(3));
    assert_eq!(verify_court_file(&folder, &policy(7)), Err(LogError::OriginMismatch.into()));
    assert_eq!(verify_court_file(&folder, &TrustPolicy::new()), Err(LogError::Unsigned.into()));
    let (bundle, log) = Log::new().bundle(false);
    let file = CourtFile::of_bundle(&bundle, &log, 3, &[]).unwrap();
    assert_eq!(file.judge(&policy(1)), Err(CourtFileError::Quorum));
}

#[test]
fn an_earlier_log_needs_a_checkpoint_of_its_own() {
    let log = Log::new();
    let (bundle, ended) = log.bundle(true);
    // The same tiles as those of an earlier log.
    let mut earlier = MemoryFolder::default();
    for (name, bytes) in bundle.0 {
        let name = if name.starts_with("tile") { format!("logs/0/{name}") } else { name };
        earlier.0.insert(name, bytes);
    }
    let ended = BundleLog { number: Some(0), ..ended };
    let of = |index, kept: &[Note]| CourtFile::of_bundle(&earlier, &ended, index, kept);
    assert_eq!(of(3, &[]), Err(CourtFileError::NoCheckpoint));
    assert_eq!(of(5, &[log.checkpoint(5, 1, true)]), Err(CourtFileError::NoCheckpoint));
    let kept = [log.checkpoint(2, 1, true), log.checkpoint(4, 1, true)];
    let file = of(2, &kept).unwrap();
    assert_eq!(file.judge(&policy(1)).unwrap().judgement.checkpoint.size(), 4);
    // One of another past.
    let mut other = Log::new();
    other.entries[0] = other.entries[1].clone();
    assert_eq!(of(2, &[other.checkpoint(4, 1, true)]), Err(LogError::RootMismatch.into()));
}

#[test]
fn what_is_not_there_is_said() {
    let (mut bundle, log) = Log::new().bundle(true);
    let of = |bundle: &MemoryFolder, index| CourtFile::of_bundle(bundle, &log, index, &[]).unwrap_err();
    assert_eq!(of(&bundle, 7), CourtFileError::NoSuchEntry { index: 7, size: 7 });
    bundle.0.insert("bundle".to_owned(), b"no list".to_vec());
    assert_eq!(of(&bundle, 3), CourtFileError::Bundle);
    let nothing = verify_court_file(&MemoryFolder::default(), &policy(1)).unwrap_err();
    let CourtFileError::Folder(error) = nothing else { panic!("{nothing}") };
    assert_eq!(error.problem, FolderProblem::Missing);
}

#[test]
fn lists_have_one_form() {
    let folder = written(&Log::new().court_file(3));
    let text = String::from_utf8(folder.0[CourtFileList::NAME].clone()).unwrap();
    assert_eq!(CourtFileList::parse(text.as_bytes()).unwrap().to_string(), text);
    let last = text.lines().last().unwrap();
    let bad = [
        String::new(),
        text.replace("file 1", "file 2"),
        text.trim_end().to_owned(),
        format!("{text}{last}\n"),
        text.replace("  entry", " entry"),
        text.replace("  entry", "  ../entry"),
        text.replace("page.en.html", "page.EN.html"),
        text.replace("page.en.html", "page.eng.html"),
        text.replace("page.en.html", "page.zz.html"),
        text.to_uppercase(),
        text.lines().filter(|line| !line.ends_with("  entry")).map(|line| format!("{line}\n")).collect(),
        text.replace('\n', "\r\n"),
    ];
    for text in bad {
        assert_eq!(CourtFileList::parse(text.as_bytes()), Err(CourtFileError::List), "{text}");
    }
}
