//! Forgeries by whoever has the keys of the device, and the ear of the witness.

use saferoom::keys::SigningKey;
use saferoom::log::{
    BundleProblem, Checkpoint, Detail, Entry, EpochError, EpochStatement, Event, Hash, KeyName, LogError, MAX_SIZE,
    MemoryWitnessStore, Note, NoteKey, TrustPolicy, Verdict, Witness, WitnessError, WitnessRequest,
};

use crate::station::{
    DAY, Evidence, START, Station, checkpoint, evidence, export, failed, judge, note_of, origin, problems, replace,
    root_of, size_of, text_of,
};

use Verdict::{Authenticity, Consistency, Devices, Freshness, Integrity, Time, Writes};

/// A change at one place.
type Change = fn(&mut Vec<Vec<u8>>, usize);

fn changed(entry: &[u8], change: impl FnOnce(&mut Entry<'_>)) -> Vec<u8> {
    let mut entry = Entry::decode(entry).unwrap();
    change(&mut entry);
    entry.encode().unwrap()
}

/// The honest log, and an entry of this kind behind it.
fn continued(evidence: &Evidence, event: Event, detail: Option<Detail<'static>>) -> Vec<Vec<u8>> {
    let mut entries = evidence.entries.clone();
    let last = entries.last().unwrap().clone();
    entries.push(changed(&last, |entry| {
        (entry.seq, entry.event, entry.detail) = (entry.seq + 1, event, detail);
        (entry.what, entry.why) = (None, None);
    }));
    entries
}

#[test]
fn a_thief_who_goes_on_honestly_is_not_noticed_and_so_the_tests_below_mean_something() {
    let evidence = evidence();
    let entries = continued(evidence, Event::Logout, None);
    let report = evidence.judge(&evidence.forged(&entries));
    assert!(report.accepted(&evidence.policy), "{report:?}");
}

#[test]
fn cut_short_and_signed_again_with_the_stolen_key() {
    let evidence = evidence();
    // Behind what the auditor kept; the store still has what was written after.
    let cut = &evidence.entries[..size_of(&evidence.kept[0]) as usize - 10];
    let report = judge(&evidence.forged(cut), &evidence.policy, &evidence.kept[1..], evidence.now);
    let shrunk = BundleProblem::Shrunk { size: cut.len() as u64, kept: size_of(&evidence.kept[1]) };
    assert_eq!(problems(&report, Consistency), [shrunk]);
    let told = failed(&report);
    assert!(told.contains(&Writes), "{told:?}");
    // Nor can a key of the third day sign for the first.
    assert!(told.contains(&Authenticity), "{told:?}");
    // Ahead of it: nothing that was kept speaks against it, but the store does, and the next auditor who was there.
    let is_write = |entry: &Vec<u8>| Entry::decode(entry).unwrap().what.is_some_and(|what| what.head.is_some());
    let last_write = evidence.entries.iter().rposition(is_write).unwrap();
    let cut = &evidence.entries[..last_write];
    let report = evidence.judge(&evidence.forged(cut));
    assert_eq!(failed(&report), [Writes]);
    let all = judge(&evidence.forged(cut), &evidence.policy, &[evidence.newest()], evidence.now);
    assert!(failed(&all).contains(&Consistency), "{all:?}");
}

#[test]
fn without_the_witness_a_thief_has_no_quorum() {
    let evidence = evidence();
    let entries = continued(evidence, Event::Logout, None);
    let bundle = evidence.forged_under(&entries, &evidence.thief.signed(&entries));
    assert_eq!(evidence.failed(&bundle), [Authenticity, Freshness]);
}

#[test]
fn entries_deleted_reordered_or_duplicated_and_signed_again() {
    let evidence = evidence();
    let between = size_of(&evidence.kept[0]) as usize + 20;
    let changes: [(&str, Change); 3] = [
        ("deleted", |entries, at| drop(entries.remove(at))),
        ("reordered", |entries, at| entries.swap(at, at + 1)),
        ("duplicated", |entries, at| entries.insert(at, entries[at].clone())),
    ];
    for (name, change) in changes {
        let mut entries = evidence.entries.clone();
        change(&mut entries, between);
        // The entries say where they stand. Handovers of epochs behind the change are of another tree.
        let report = evidence.judge(&evidence.forged(&entries));
        let told = failed(&report);
        assert!(told.contains(&Integrity) && told.contains(&Authenticity), "{name}: {told:?}");
        assert!(!told.contains(&Consistency), "behind what was kept: {told:?}");
        let sequence = problems(&report, Integrity);
        assert!(sequence.iter().any(|of| matches!(of, BundleProblem::Sequence { .. })), "{name}: {sequence:?}");
    }
    // Numbered anew: the bundle is whole in itself. What was kept of the second day is of another tree.
    let mut entries = evidence.entries.clone();
    entries.remove(between);
    for (seq, entry) in entries.iter_mut().enumerate() {
        *entry = changed(entry, |entry| {
            entry.seq = seq as u64;
            if let Some(what) = &mut entry.what {
                what.previous = what.previous.filter(|previous| *previous < seq as u64);
            }
        });
    }
    let report = judge(&evidence.forged(&entries), &evidence.policy, &evidence.kept, evidence.now);
    let fork = BundleProblem::Fork { size: size_of(&evidence.kept[1]) };
    assert_eq!(problems(&report, Consistency), [fork]);
    assert!(failed(&report).contains(&Authenticity), "the handover of the third day is of another tree, too");
}

#[test]
fn two_copies_of_one_vault_go_on() {
    let station = Station::founded();
    let session = station.session();
    station.work(&session, 1);
    session.lock();
    drop(session);
    saferoom_tests::fold(&station.path());
    let copy = Station { folder: saferoom_tests::folder(), keys: station.keys.snapshot(), ..Station::founded() };
    std::fs::copy(station.path(), copy.path()).unwrap();
    let copy = Station { founder: reopened(&station.founder), ..copy };
    let (one, other) = (station.session(), copy.session());
    station.work(&one, 1);
    copy.work(&other, 1);
    let policy = one.trust_policy().unwrap();
    let kept = checkpoint(&one);
    for (session, told) in [(&one, vec![]), (&other, vec![Consistency])] {
        let report = judge(&export(session, &[]), &policy, std::slice::from_ref(&kept), START);
        assert_eq!(failed(&report), told, "{report:?}");
    }
    let report = judge(&export(&other, &[]), &policy, std::slice::from_ref(&kept), START);
    assert_eq!(problems(&report, Consistency), [BundleProblem::Fork { size: size_of(&kept) }]);
    // A witness of both keeps the proof.
    let witness = Witness::new(KeyName::new("w.example.org").unwrap(), SigningKey::generate());
    let (store, keys) = (MemoryWitnessStore::default(), [one.log_key().unwrap()]);
    witness.cosign(&store, &WitnessRequest::new(0, vec![], kept).unwrap(), &keys, START).unwrap();
    let forked = WitnessRequest::new(0, vec![], checkpoint(&other)).unwrap();
    let refused = witness.cosign(&store, &forked, &keys, START).unwrap_err();
    assert!(refused.evidence().is_some() || matches!(refused, WitnessError::OldSize { .. }), "{refused:?}");
}

/// The same person on another copy of the device.
fn reopened(founder: &saferoom::keys::Identity) -> saferoom::keys::Identity {
    let folder = saferoom_tests::folder();
    let store = saferoom::keys::MemoryKeyStore::default();
    let (path, lock) = (folder.path().join("identity"), saferoom::keys::Unlock::Host(&store));
    saferoom::keys::create_identity_file(&path, founder, lock, saferoom::keys::PassphraseCost::LEAST).unwrap();
    saferoom::keys::open_identity_file(&path, lock).unwrap()
}

#[test]
fn an_epoch_skipped_or_used_again() {
    let evidence = evidence();
    let now = evidence.thief.epoch();
    assert_eq!(now, 2, "an epoch for each day");
    for (epoch, expected) in [
        (now + 2, EpochError::Skipped { expected: now + 1, found: now + 2 }),
        (now, EpochError::Reused { epoch: now }),
        (0, EpochError::Reused { epoch: 0 }),
    ] {
        let statement = EpochStatement { epoch, key: SigningKey::from_seed(&[epoch as u8; 32]).verifying_key() };
        let entries = continued(evidence, Event::KeyRotation, Some(statement.with_details(Detail::default())));
        let report = evidence.judge(&evidence.forged(&entries));
        assert_eq!(failed(&report), [Authenticity], "{epoch}");
        assert!(problems(&report, Authenticity).contains(&BundleProblem::Epoch(expected)), "{report:?}");
    }
}

/// The key of the log is for ever, so a thief of it alone signs for any day; the keys of the epochs are gone.
#[test]
fn todays_keys_on_yesterdays_log() {
    let evidence = evidence();
    let yesterday = &evidence.entries[..size_of(&evidence.kept[1]) as usize];
    let mut bundle = evidence.bundle.clone();
    let note = evidence.thief.checkpoint(yesterday, START + DAY + 3600);
    replace(&mut bundle, &format!("checkpoints/{}", yesterday.len()), note.to_string().as_bytes());
    // With it goes the proof that led there: its text is the same, and it still holds.
    let report = evidence.judge(&bundle);
    assert_eq!(failed(&report), [Authenticity]);
    let told = problems(&report, Authenticity);
    assert!(told.iter().all(|of| matches!(of, BundleProblem::Epoch(_))), "{told:?}");
}

#[test]
fn the_time_of_a_witness_goes_back() {
    let evidence = evidence();
    // The newest tree, cosigned before the one of the second day.
    let early = START + DAY;
    let mut bundle = evidence.bundle.clone();
    let newest = evidence.thief.checkpoint(&evidence.entries, early);
    replace(&mut bundle, "checkpoint", newest.to_string().as_bytes());
    let report = judge(&bundle, &evidence.policy, &evidence.kept, early + 3600);
    let size = evidence.size();
    let told = problems(&report, Time);
    assert!(told.contains(&BundleProblem::WitnessBack { size }), "{told:?}");
    let later = |told: &BundleProblem| matches!(told, BundleProblem::AfterCosignature { size: of, .. } if *of == size);
    assert!(told.iter().any(later), "its entries are later: {told:?}");
    assert_eq!(failed(&report), [Time]);
    // By a minute, so that no entry is later than it by more than clocks may differ: the witness contradicts itself alone.
    let honest = text_of(&evidence.kept[1]);
    let mut note = honest.sign(evidence.thief.log_key()).unwrap();
    evidence.thief.cosign(&mut note, evidence.now + 60);
    let report = judge(&evidence.bundle, &evidence.policy, &[evidence.kept[0].clone(), note], evidence.now);
    assert_eq!(problems(&report, Time), [BundleProblem::WitnessBack { size }]);
}

#[test]
fn the_origin_swapped() {
    let evidence = evidence();
    let other = KeyName::new("police.example.org/audit/9").unwrap();
    let root = root_of(&evidence.entries, evidence.size());
    let mut note = Checkpoint::new(other, evidence.size(), root).unwrap().sign(evidence.thief.log_key()).unwrap();
    evidence.thief.cosign(&mut note, evidence.now);
    let mut bundle = evidence.bundle.clone();
    replace(&mut bundle, "checkpoint", note.to_string().as_bytes());
    let report = evidence.judge(&bundle);
    let told = failed(&report);
    for verdict in [Authenticity, Consistency, Devices] {
        assert!(told.contains(&verdict), "{verdict:?}: {told:?}");
    }
    // The signature of the honest origin under a text of another.
    let text = evidence.newest().to_string().replacen(origin().as_str(), "police.example.org/audit/9", 1);
    replace(&mut bundle, "checkpoint", text.as_bytes());
    assert!(evidence.failed(&bundle).contains(&Authenticity));
}

/// Whoever makes the bundle can put a policy of their own beside it, even list it. Nobody reads it.
#[test]
fn a_trust_policy_from_the_bundle() {
    let evidence = evidence();
    let (thief, size) = (SigningKey::generate(), evidence.size());
    let root = root_of(&evidence.entries, size);
    let note = Checkpoint::new(origin(), size, root).unwrap().sign(&thief).unwrap();
    let own = TrustPolicy::new().with_log(NoteKey::new(origin(), thief.verifying_key()), None).unwrap();
    let own = own.demanding(&[Integrity, Authenticity]);
    let mut bundle = evidence.bundle.clone();
    replace(&mut bundle, "checkpoint", note.to_string().as_bytes());
    for name in ["trust-policy", "trust-policy.txt"] {
        bundle.0.insert(name.into(), own.to_string().into_bytes());
    }
    let report = evidence.judge(&bundle);
    assert!(failed(&report).contains(&Authenticity) && !report.accepted(&evidence.policy), "{report:?}");
    assert_eq!(problems(&report, Authenticity)[0], BundleProblem::Log(LogError::Unsigned));
    // In the manifest it is a file that no bundle has.
    let manifest = String::from_utf8(bundle.0["bundle"].clone()).unwrap();
    let listed = format!("{manifest}{}  trust-policy.txt\n", Hash::of(own.to_string().as_bytes()));
    bundle.0.insert("bundle".into(), listed.into_bytes());
    assert!(problems(&evidence.judge(&bundle), Integrity).contains(&BundleProblem::Manifest));
}

#[test]
fn a_size_of_two_to_the_63() {
    let evidence = evidence();
    let root = root_of(&evidence.entries, evidence.size());
    let sign = |size: u64| {
        let text = format!("{}\n{size}\n{}\n", origin(), root.to_base64());
        let mut note = Note::new(text).unwrap();
        note.sign(origin(), evidence.thief.log_key()).unwrap();
        evidence.thief.cosign(&mut note, evidence.now);
        note
    };
    for size in [MAX_SIZE, MAX_SIZE - 1, evidence.size() + 1] {
        let mut bundle = evidence.bundle.clone();
        replace(&mut bundle, "checkpoint", sign(size).to_string().as_bytes());
        let report = evidence.judge(&bundle);
        let told = failed(&report);
        assert!(told.contains(&Integrity) && told.contains(&Consistency), "{size}: {told:?}");
        assert!(report.read() <= evidence.size());
    }
    let mut bundle = evidence.bundle.clone();
    replace(&mut bundle, "checkpoint", sign(MAX_SIZE + 1).to_string().as_bytes());
    let report = evidence.judge(&bundle);
    assert!(problems(&report, Authenticity).contains(&LogError::SizeOutOfRange.into()), "{report:?}");
    assert_eq!(report.read(), 0);
}

#[test]
fn entries_that_are_none() {
    let evidence = evidence();
    let mut entries = evidence.entries.clone();
    entries.push(b"no entry".to_vec());
    let note = evidence.thief.checkpoint(&entries, evidence.now);
    let mut bundle = evidence.with_tiles_of(&entries);
    replace(&mut bundle, "checkpoint", note.to_string().as_bytes());
    let found = problems(&evidence.judge(&bundle), Integrity);
    let index = evidence.size();
    assert!(found.iter().any(|of| matches!(of, BundleProblem::Entry { index: at, .. } if *at == index)), "{found:?}");
    assert_eq!(note_of(&bundle, "checkpoint"), note);
}
