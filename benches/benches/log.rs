//! The log beside the bare SHA-256 of the same bytes: appending, verifying a bundle, proofs, and a call with its signature.
//!
//! `cargo bench --bench log [-- --quick] [-- --entries N]`: a bundle of N entries (1,000,000; with `--quick` 50,000) in a
//! folder on the disk, verified as an auditor does. Ratios are of the same round; memory is the peak of the process (VmHWM).

use std::path::Path;

use ring::digest::{Context, SHA256, digest};
use saferoom::id::{DeviceId, MemberId, OperationId, RecordId, ScopeId};
use saferoom::keys::SigningKey;
use saferoom::log::{
    Actor, BundleLog, BundleWriter, Checkpoint, DiskFolder, Entry, EntryProof, Event, Frontier, KeyName, LogError,
    Note, NoteKey, Outcome, ReadFolder, TileKind, TilePath, TileReader, TrustPolicy, Verdict, What, Why, leaf_hash,
    prove_inclusion, split_bundle, verify_bundle, verify_inclusion,
};
use saferoom::model::records::Child;
use saferoom_benches::bare::{Plain, row};
use saferoom_benches::ours::{Ours, access, child};
use saferoom_benches::paired::{Clock, Times, ratio, timed};

const ORIGIN: &str = "bench.example.org/audit/1";

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if arguments.iter().any(|argument| argument == "--test") {
        return;
    }
    let quick = arguments.iter().any(|argument| argument == "--quick");
    let given = arguments.iter().position(|argument| argument == "--entries").and_then(|at| arguments.get(at + 1));
    let entries = given.map_or(if quick { 50_000 } else { 1_000_000 }, |number| number.parse().unwrap());
    append(if quick { 11 } else { 51 });
    let folder = tempfile::tempdir().unwrap();
    if given.is_none() {
        let rounds = if quick { 100 } else { 1000 };
        calls(Place::Disk, folder.path(), rounds);
        // The same without a disk: what is left is ours and SQLite's.
        if let Ok(memory) = tempfile::tempdir_in("/dev/shm") {
            calls(Place::Memory, memory.path(), rounds);
        }
    }
    bundle(&folder.path().join("bundle"), entries, if entries > 2_000_000 { 1 } else { 5 });
}

fn say(name: &str, times: &Times, per: u64) {
    let [low, middle, high] = [0.1, 0.5, 0.9].map(|share| times.quantile(share).as_secs_f64() * 1e6 / per as f64);
    println!("  {name:<56} {middle:>9.3} µs ({low:.3} to {high:.3})");
}

fn goal(name: &str, [low, middle, high]: [f64; 3], goal: f64) {
    let verdict = if middle <= goal { "reached" } else { "NOT reached" };
    println!("  {name:<56} {middle:>9.2} ({low:.2} to {high:.2}); goal {goal}: {verdict}");
}

/// What a read of a child is logged as.
fn entry(seq: u64) -> Entry<'static> {
    let id = |part: u64| {
        let mut bytes = [part as u8; 16];
        bytes[8..].copy_from_slice(&(seq.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ part).to_be_bytes());
        bytes
    };
    Entry {
        seq,
        wall_ms: 1_767_258_000_000 + seq * 7,
        monotonic_ms: 10_000 + seq * 7,
        boot: [7; 8],
        event: Event::Read,
        outcome: Outcome::Success,
        actor: Some(Actor {
            member: MemberId::from_bytes([1; 16]),
            role: "interviewer".into(),
            unit: ScopeId::from_bytes([2; 16]),
            authentication: None,
            on_behalf_of: None,
        }),
        device: DeviceId::from_bytes([3; 16]),
        why: Some(Why {
            hl7: "HLEGAL".into(),
            local: Some("forensic-interview".into()),
            legal_basis: None,
            commitment: None,
        }),
        what: Some(What {
            record: RecordId::from_bytes(id(4)),
            kind: 4,
            fields: vec![1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12].into(),
            revision: Some(1),
            head: None,
            previous: seq.checked_sub(1000),
            subject: None,
        }),
        operation: OperationId::from_bytes(id(5)),
        detail: None,
        blind: id(6),
    }
}

/// One more entry in a batch: its encoding, its leaf, and the nodes that it completes.
fn append(rounds: usize) {
    const BATCH: u64 = 10_000;
    let entries: Vec<Entry<'_>> = (0..BATCH).map(entry).collect();
    let encoded: Vec<Vec<u8>> = entries.iter().map(|entry| entry.encode().unwrap()).collect();
    let mut times: [Times; 3] = Default::default();
    let folder = tempfile::tempdir().unwrap();
    let plain = Plain::new(folder.path());
    for _ in 0..rounds {
        times[0].0.push(timed(Clock::Cpu, || encoded.iter().map(|entry| bare(entry)).sum::<usize>()).1);
        let sealed = timed(Clock::Cpu, || encoded.iter().map(|entry| plain.seal_bytes(entry)).sum::<usize>());
        times[1].0.push(sealed.1);
        let appended = timed(Clock::Cpu, || {
            let (mut frontier, mut buffer) = (Frontier::new(), Vec::with_capacity(256));
            for entry in &entries {
                buffer.clear();
                entry.encode_into(&mut buffer).unwrap();
                frontier.append(leaf_hash(&buffer));
            }
            frontier.root()
        });
        times[2].0.push(appended.1);
    }
    println!("one more entry in a batch of {BATCH}, CPU");
    say("bare SHA-256 of the entry and of one node", &times[0], BATCH);
    say("one bare AEAD of the entry", &times[1], BATCH);
    say("encoding, leaf, tree (the AEAD is not in it)", &times[2], BATCH);
    let with_seal: Times = Times(times[2].0.iter().zip(&times[1].0).map(|(one, other)| *one + *other).collect());
    goal("with one AEAD on either side, ratio", ratio(&with_seal, &[&times[0], &times[1]]), 1.4);
    println!();
}

/// SHA-256 of the bytes that a leaf is the hash of, and of as many bytes as a node is.
fn bare(entry: &[u8]) -> usize {
    let mut context = Context::new(&SHA256);
    context.update(&[0]);
    context.update(entry);
    let leaf = context.finish();
    let mut node = [1; 65];
    node[1..33].copy_from_slice(leaf.as_ref());
    usize::from(digest(&SHA256, &node).as_ref()[0])
}

/// Where the file lies. On a disk much of a call's CPU is the system's, for the flush.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Disk,
    Memory,
}

/// A durable call: the CPU that it takes with its signature, and its wall time beside a bare commit.
fn calls(place: Place, folder: &Path, rounds: usize) {
    let ours = Ours::new(folder, 200);
    let mut plain = Plain::new(folder);
    let ids = ours.write(&(0..200).map(|seed| child(&row(seed))).collect::<Vec<_>>());
    let mut times: [Times; 4] = Default::default();
    for round in 0..rounds {
        let id = ids[round * 7 % ids.len()];
        let mut bare = |clock| {
            let committed = timed(clock, || {
                plain.log(1);
                plain.sign()
            });
            committed.1
        };
        times[0].0.push(bare(Clock::Wall));
        times[3].0.push(bare(Clock::Cpu));
        times[1].0.push(timed(Clock::Wall, || ours.session.read::<Child>(id, &access()).unwrap()).1);
        times[2].0.push(timed(Clock::Cpu, || ours.session.read::<Child>(id, &access()).unwrap()).1);
    }
    println!("one durable logged read, {}", if place == Place::Disk { "on the disk" } else { "in memory" });
    if place == Place::Disk {
        say("bare commit of a log row, and one signature, wall", &times[0], 1);
        say("saferoom, wall", &times[1], 1);
        goal("ratio", ratio(&times[1], &[&times[0]]), 1.15);
        say("saferoom, CPU, with commit and signature", &times[2], 1);
    } else {
        say("saferoom, CPU, with commit and signature; goal 60", &times[2], 1);
    }
    say("bare commit of a log row, and one signature, CPU", &times[3], 1);
    let over = times[2].0.iter().zip(&times[3].0).map(|(ours, bare)| ours.saturating_sub(*bare)).collect();
    say("what saferoom takes beyond the bare commit, CPU", &Times(over), 1);
    println!();
}

fn bundle(folder: &Path, size: u64, rounds: usize) {
    let key = SigningKey::from_seed(&[1; 32]);
    let origin = KeyName::new(ORIGIN).unwrap();
    let mut root = Frontier::new();
    let mut buffer = Vec::new();
    for seq in 0..size {
        buffer.clear();
        entry(seq).encode_into(&mut buffer).unwrap();
        root.append(leaf_hash(&buffer));
    }
    let note = Checkpoint::new(origin.clone(), size, root.root()).unwrap().sign(&key).unwrap();
    let start_memory = peak_memory();
    let (bytes, written) = timed(Clock::Wall, || write(folder, size, &note));
    println!("a bundle of {size} entries: {:.0} bytes an entry", bytes as f64 / size as f64);
    println!(
        "  written in {:.1} s; peak memory {} KiB, before it {start_memory}",
        written.as_secs_f64(),
        peak_memory()
    );
    let policy = TrustPolicy::new().with_log(NoteKey::new(origin, key.verifying_key()), None).unwrap();
    let mut times: [Times; 3] = Default::default();
    for _ in 0..rounds {
        times[0].0.push(timed(Clock::Wall, || hash_files(folder, size, false)).1);
        times[1].0.push(timed(Clock::Wall, || hash_files(folder, size, true)).1);
        let (report, time) = timed(Clock::Wall, || verify_bundle(&DiskFolder::new(folder), &policy, &[], u64::MAX));
        assert!(matches!(report.answer(Verdict::Integrity), saferoom::log::Answer::Passed), "{report:?}");
        assert_eq!(report.read(), size);
        times[2].0.push(time);
    }
    say("reading it and bare SHA-256 of each leaf", &times[0], size);
    say("the same, and of as many nodes", &times[1], size);
    say("verify", &times[2], size);
    goal("verify / leaves and nodes", ratio(&times[2], &[&times[1]]), 1.3);
    println!("  whole verification {:.1} s; peak memory {} KiB", times[2].quantile(0.5).as_secs_f64(), peak_memory());
    proofs(folder, size, &note);
}

fn write(folder: &Path, size: u64, note: &Note) -> u64 {
    let mut bundle = BundleWriter::new(DiskFolder::new(folder));
    let mut log = bundle.log(BundleLog::of(&note.text().parse().unwrap()), &[]).unwrap();
    let mut buffer = Vec::new();
    let mut bytes = 0;
    for seq in 0..size {
        buffer.clear();
        entry(seq).encode_into(&mut buffer).unwrap();
        bytes += buffer.len() as u64 + 2 + 32;
        log.append(&buffer, None).unwrap();
    }
    log.finish().unwrap();
    bundle.finish(note).unwrap();
    bytes
}

/// What a bare program does: reads the files of entries and hashes what is in them.
fn hash_files(folder: &Path, size: u64, nodes: bool) -> usize {
    let folder = DiskFolder::new(folder);
    let mut sum = 0;
    for first in (0..size).step_by(256) {
        let path = TilePath::holding(TileKind::Entries, first, size).unwrap();
        let bytes = folder.read(&path.to_string(), 1 << 25).unwrap();
        for entry in split_bundle(&bytes, path.width()).unwrap() {
            sum += if nodes { bare(entry) } else { usize::from(leaf_hash(entry).as_bytes()[0]) };
        }
    }
    sum
}

fn proofs(folder: &Path, size: u64, note: &Note) {
    let reader = TileReader::new(DiskFolder::new(folder), size).unwrap();
    let checkpoint: Checkpoint = note.text().parse().unwrap();
    let mut times: [Times; 2] = Default::default();
    let mut longest = 0;
    for round in 0..500 {
        let index = (round * 0x9E37_79B9) % size;
        let leaf = leaf_hash(&entry(index).encode().unwrap());
        let (proof, time) = timed(Clock::Wall, || prove_inclusion(index, size, &reader).unwrap());
        times[0].0.push(time);
        let verified = timed(Clock::Wall, || {
            verify_inclusion(&leaf, index, size, &proof, checkpoint.root()) as Result<(), LogError>
        });
        verified.0.unwrap();
        times[1].0.push(verified.1);
        longest = longest.max(EntryProof::new(index, proof, note.clone()).unwrap().to_string().len());
    }
    println!("the proof of one entry among {size}: {longest} bytes at most; goal 1800");
    say("made from the files, with their reading; goal 50", &times[0], 1);
    say("verified", &times[1], 1);
}

/// The most memory that this process ever had, in KiB.
fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}
