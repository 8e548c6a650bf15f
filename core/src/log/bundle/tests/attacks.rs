//! Each attack with the verdict that has to fail.

use super::*;
use crate::log::Outcome;

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
    manifest.add(BundleFile::OfLog(None, LogFile::Earlier(280)), &other);
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
fn a_witness_from_the_future_says_nothing_of_the_age_and_the_others_may_be_enough() {
    let log = small();
    let ahead = name("ahead.example.org");
    let mut note = log.checkpoint(5);
    let cosignature = NoteSignature::cosign(ahead.clone(), &key(6), note.text(), NOW + 1_000_000).unwrap();
    note.add(cosignature).unwrap();
    let folder = log.folder_with(&note, &[]).unwrap();
    let two = |threshold| {
        let good = policy().witnesses()[0].key.clone();
        let policy = TrustPolicy::new().with_log(policy().logs()[0].key.clone(), None).unwrap();
        let policy = policy.with_witness("W", good, None).unwrap();
        let policy = policy.with_witness("X", NoteKey::witness(ahead.clone(), key(6).verifying_key()), None).unwrap();
        policy.with_group("both", threshold, &["W", "X"]).unwrap().with_quorum("both").unwrap().fresh_for(3600)
    };
    let kept = log.checkpoint(2).to_string();
    let judged = |threshold| verify_bundle(&folder, &two(threshold), &[kept.as_bytes()], NOW);
    assert_eq!(failed(&judged(1)), []);
    assert_eq!(*judged(1).answer(Verdict::Freshness), Answer::Passed);
    assert_eq!(problems(&judged(2), Verdict::Freshness), [BundleProblem::Future]);
    // Nor does it make an old checkpoint fresh.
    let late = verify_bundle(&folder, &two(1), &[kept.as_bytes()], START + 1000 + 3601);
    let stale = BundleProblem::Stale { age: 3601, allowed: 3600 };
    assert_eq!(problems(&late, Verdict::Freshness), [stale]);
}

#[test]
fn more_differences_than_can_be_remembered_are_one_problem() {
    let log = Log::of(1);
    let note = log.checkpoint(1);
    let mut folder = MemoryFolder::default();
    let mut bundle = BundleWriter::new(&mut folder);
    let mut writer = bundle.log(BundleLog::of(&note.text().parse().unwrap()), &[]).unwrap();
    writer.append(&log.entries[0], None).unwrap();
    writer.finish().unwrap();
    for number in 0..200 {
        // Of one bucket: that is the last bytes of a record.
        let mut record = [7; 16];
        record[0] = number;
        let record = crate::id::RecordId::from_bytes(record);
        bundle.head(&StoredHead { record, revision: 1, digest: Hash::of(b"head") }).unwrap();
    }
    bundle.end_of_heads().unwrap();
    bundle.finish(&note).unwrap();
    let report = verify(&folder, &[&note]);
    assert_eq!(problems(&report, Verdict::Writes), [BundleProblem::TooManyDifferences]);
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
    let back = |entry: &mut Entry<'static>| entry.wall_ms = (START - 300) * 1000;
    let little = |entry: &mut Entry<'static>| entry.wall_ms = (START - 250) * 1000;
    assert_eq!(told(&|log| log.add(little)), [], "clocks are kept right");
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
    // The device writes what failed before a sign-in, with the time of the attempt.
    let failed = |entry: &mut Entry<'static>| {
        back(entry);
        (entry.event, entry.outcome, entry.boot) = (Event::Login, Outcome::MinorFailure, [7; 8]);
    };
    assert_eq!(told(&|log| (log.add(failed), log.add(|_| ())).1), []);
    let ahead = |entry: &mut Entry<'static>| entry.wall_ms = (START + 1301) * 1000;
    assert_eq!(told(&|log| (log.add(ahead), log.add(adjust)).1), [], "an entry says that the clock was wrong");
    assert_eq!(
        told(&|log| log.add(ahead)),
        [BundleProblem::AfterCosignature { size: 4, witness: name("w.example.org") }]
    );
}

#[test]
fn openings_open_their_own_entry_only() {
    let log = small();
    let spoil = |index: u64, bytes: &[u8]| {
        let mut folder = log.folder();
        let mut manifest = BundleManifest::parse(&folder.0["bundle"]).unwrap();
        manifest.add(BundleFile::OfLog(None, LogFile::Opening(index)), bytes);
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
    let text = format!("{ORIGIN}\n9223372036854775809\n{}\n", Hash::of(b"root").to_base64());
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
