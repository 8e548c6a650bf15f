//! A log and its witness: growing, forking, shrinking, and a memory that was tampered with.

use super::*;
use crate::log::{FolderProblem, Frontier, Hash, MemoryFolder, Quorum, TileReader, TileWriter};

const NOW: u64 = 1_767_230_000;

fn origin() -> KeyName {
    KeyName::new("log.example.org").unwrap()
}

fn log_key() -> SigningKey {
    SigningKey::from_seed(&[1; 32])
}

fn logs() -> Vec<NoteKey> {
    vec![NoteKey::new(origin(), log_key().verifying_key())]
}

fn witness() -> Witness {
    Witness::new(KeyName::new("w.example.org").unwrap(), SigningKey::from_seed(&[2; 32]))
}

/// The log of `size` entries; those from `forked` on are other ones.
fn log(size: u64, forked: u64) -> (MemoryFolder, Frontier) {
    let mut folder = MemoryFolder::default();
    let mut writer = TileWriter::new(&mut folder);
    for number in 0..size {
        writer.append(&(number + u64::from(number >= forked) * 1000).to_be_bytes()).unwrap();
    }
    let frontier = writer.finish().unwrap();
    (folder, frontier)
}

fn request(old: u64, size: u64, forked: u64) -> WitnessRequest {
    let (folder, frontier) = log(size, forked);
    let checkpoint = Checkpoint::new(origin(), size, frontier.root()).unwrap().sign(&log_key()).unwrap();
    let reader = TileReader::new(&folder, size).unwrap();
    WitnessRequest::prove(old.min(size), size, &reader, checkpoint.clone())
        .map(|made| WitnessRequest::new(old, made.proof().to_vec(), checkpoint).unwrap())
        .unwrap()
}

fn a_witness_follows_its_log(store: &dyn WitnessStore) {
    let (witness, logs) = (witness(), logs());
    let cosign = |request: &WitnessRequest, now| witness.cosign(store, request, &logs, now);
    assert_eq!(cosign(&request(5, 9, 99), NOW), Err(WitnessError::OldSize { kept: 0 }));
    let line = cosign(&request(0, 5, 99), NOW).unwrap();
    let mut note = request(0, 5, 99).checkpoint().clone();
    note.add(line).unwrap();
    let known = [witness.key().clone()];
    assert_eq!(note.cosignatures(&known).unwrap()[0].time, NOW);

    // A larger one with a proof from there, and only from there.
    assert_eq!(cosign(&request(0, 300, 999), NOW), Err(WitnessError::OldSize { kept: 5 }));
    assert_eq!(cosign(&request(4, 300, 999), NOW), Err(WitnessError::OldSize { kept: 5 }));
    cosign(&request(5, 300, 999), NOW + 1).unwrap();
    // The same again; but time does not go back.
    cosign(&request(0, 300, 999), NOW + 1).unwrap();
    assert_eq!(cosign(&request(300, 300, 999), NOW), Err(WitnessError::ClockBack));

    // Smaller, forked at the same size, forked and larger: refused, with what proves it.
    let smaller = request(0, 299, 999);
    let error = cosign(&smaller, NOW + 2).unwrap_err();
    assert!(matches!(error, WitnessError::Smaller(_)), "{error}");
    let evidence = error.evidence().unwrap();
    assert_eq!(evidence.offered, smaller);
    assert_eq!(evidence.kept.text(), request(0, 300, 999).checkpoint().text());
    let fork = cosign(&request(300, 300, 200), NOW + 2).unwrap_err();
    assert!(matches!(fork, WitnessError::Fork(_)), "{fork}");
    // Both checkpoints are signed by the log itself: anyone can see it.
    let evidence = fork.evidence().unwrap();
    for note in [&evidence.kept, evidence.offered.checkpoint()] {
        assert_eq!(Checkpoint::open(note.to_string().as_bytes(), &logs).unwrap().checkpoint.size(), 300);
    }
    let larger = cosign(&request(300, 310, 200), NOW + 2).unwrap_err();
    assert!(matches!(larger, WitnessError::Inconsistent(_)), "{larger}");
    let honest = request(300, 310, 999);
    let short = WitnessRequest::new(300, honest.proof()[1..].to_vec(), honest.checkpoint().clone()).unwrap();
    assert!(matches!(cosign(&short, NOW + 2), Err(WitnessError::Inconsistent(_))));
    // None of it was remembered.
    cosign(&honest, NOW + 2).unwrap();
}

#[test]
fn witnesses_with_either_memory_follow_their_log() {
    a_witness_follows_its_log(&MemoryWitnessStore::default());
    let folder = tempfile::tempdir().unwrap();
    a_witness_follows_its_log(&DiskWitnessStore::new(folder.path().join("witness")));
}

#[test]
fn only_known_logs_are_cosigned_and_each_for_itself() {
    let (witness, store) = (witness(), MemoryWitnessStore::default());
    let first = request(0, 5, 99);
    assert_eq!(witness.cosign(&store, &first, &[], NOW), Err(LogError::Unsigned.into()));
    let other = NoteKey::new(KeyName::new("other.example.org").unwrap(), log_key().verifying_key());
    assert_eq!(witness.cosign(&store, &first, std::slice::from_ref(&other), NOW), Err(LogError::Unsigned.into()));
    witness.cosign(&store, &first, &logs(), NOW).unwrap();
    // Another log may be smaller.
    let root = log(2, 99).1.root();
    let small = Checkpoint::new(other.name().clone(), 2, root).unwrap().sign(&log_key()).unwrap();
    let both = [logs(), vec![other]].concat();
    witness.cosign(&store, &WitnessRequest::new(0, vec![], small).unwrap(), &both, NOW).unwrap();
}

#[test]
fn a_memory_that_was_changed_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let store = DiskWitnessStore::new(folder.path());
    let witness = witness();
    witness.cosign(&store, &request(0, 300, 999), &logs(), NOW).unwrap();
    let file = folder.path().join(DiskWitnessStore::file_name(&origin()));
    let kept = std::fs::read_to_string(&file).unwrap();
    let without_line = kept.rsplit_once('\u{2014}').unwrap().0;
    // An older checkpoint that the log signed is not one that the witness cosigned.
    let older = request(0, 5, 999).checkpoint().to_string();
    for spoilt in ["", "damaged", without_line, &older, &kept.replace("\n300\n", "\n299\n")] {
        std::fs::write(&file, spoilt).unwrap();
        let answer = witness.cosign(&store, &request(300, 310, 999), &logs(), NOW);
        assert_eq!(answer, Err(WitnessError::State), "{spoilt}");
    }
    std::fs::write(&file, &kept).unwrap();
    witness.cosign(&store, &request(300, 310, 999), &logs(), NOW).unwrap();
    std::fs::remove_file(&file).unwrap();
    std::fs::create_dir(&file).unwrap();
    let error = witness.cosign(&store, &request(310, 311, 999), &logs(), NOW).unwrap_err();
    assert!(matches!(error, WitnessError::Folder(FolderError { problem: FolderProblem::NotAFile, .. })), "{error}");
}

#[test]
fn two_at_once_do_not_roll_the_memory_back() {
    let folder = tempfile::tempdir().unwrap();
    let store = DiskWitnessStore::new(folder.path());
    witness().cosign(&store, &request(0, 5, 99), &logs(), NOW).unwrap();
    std::thread::scope(|scope| {
        for size in 6..26 {
            let store = store.clone();
            scope.spawn(move || drop(witness().cosign(&store, &request(5, size, 99), &logs(), NOW)));
        }
    });
    // Exactly one of them was first; all others proved from a size that was no longer the last.
    let kept = std::fs::read(folder.path().join(DiskWitnessStore::file_name(&origin()))).unwrap();
    let size = Checkpoint::open(&kept, &logs()).unwrap().checkpoint.size();
    assert!((6..26).contains(&size));
    let next = witness().cosign(&store, &request(5, 40, 99), &logs(), NOW);
    assert_eq!(next, Err(WitnessError::OldSize { kept: size }));
}

#[test]
fn requests_are_read_strictly() {
    let made = request(5, 300, 999);
    let text = made.to_string();
    assert_eq!(WitnessRequest::parse(text.as_bytes()), Ok(made.clone()));
    let alone = made.checkpoint().to_string();
    assert_eq!(
        WitnessRequest::parse(alone.as_bytes()).unwrap(),
        WitnessRequest::new(0, vec![], made.checkpoint().clone()).unwrap()
    );
    let first = made.proof()[0].to_base64();
    for bad in [
        text.replace("old 5", "old 05"),
        text.replace("old 5", "old  5"),
        text.replace("old 5", "old 5 "),
        text.replace("old 5", "old 18446744073709551616"),
        text.replacen(&first, &first[1..], 1),
        text.replacen(&first, "", 1).replacen("\n\n", "\nA\n", 1),
        "old 5\n".to_owned(),
    ] {
        assert_eq!(WitnessRequest::parse(bad.as_bytes()), Err(LogError::MalformedRequest), "{bad}");
    }
    let many = text.replacen(&first, &[first.as_str(); 64].join("\n"), 1);
    assert_eq!(WitnessRequest::parse(many.as_bytes()), Err(LogError::ProofLength));
}

#[test]
fn cosignatures_are_collected_onto_a_checkpoint() {
    let policy = TrustPolicy::new()
        .with_log(logs()[0].clone(), None)
        .and_then(|policy| policy.with_witness("W", witness().key().clone(), None))
        .and_then(|policy| policy.with_quorum("W"))
        .unwrap();
    let made = request(0, 5, 99);
    let checkpoint = made.checkpoint().to_string();
    let stranger = Witness::new(KeyName::new("s.example.org").unwrap(), SigningKey::from_seed(&[3; 32]));
    let cosign = |witness: &Witness| witness.cosign(&MemoryWitnessStore::default(), &made, &logs(), NOW).unwrap();
    let (line, unknown) = (cosign(&witness()), cosign(&stranger));
    assert_eq!(policy.judge(checkpoint.as_bytes()).unwrap().quorum, Quorum::Missing);

    let lines = format!("{unknown}\n{line}\n{line}\n\n");
    let collected = collect_cosignatures(checkpoint.as_bytes(), &lines, &policy).unwrap();
    assert_eq!(collected.quorum, Quorum::Reached { time: NOW });
    assert_eq!(collected.note.to_string(), format!("{checkpoint}{line}\n"), "what nobody knows is left out");
    let again = collect_cosignatures(collected.note.to_string().as_bytes(), &lines, &policy).unwrap();
    assert_eq!(again, collected);

    let of_another = witness().cosign(&MemoryWitnessStore::default(), &request(0, 6, 99), &logs(), NOW).unwrap();
    let wrong = collect_cosignatures(checkpoint.as_bytes(), &of_another.to_string(), &policy);
    assert_eq!(wrong, Err(LogError::BadSignature));
    assert_eq!(collect_cosignatures(checkpoint.as_bytes(), "no line\n", &policy), Err(LogError::MalformedNote));
    assert_ne!(collected.checkpoint.root(), &Hash::of(b""));
}
