//! Witnesses from the command line: a station's log, the auditor's laptop, and what passes between them as files.

mod station;

use std::fs;
use std::path::Path;

use saferoom::id::{DeviceId, OperationId};
use saferoom::keys::SigningKey;
use saferoom::log::{
    Checkpoint, Disclosure, Entry, EntryProof, Event, Hash, KeyName, NoteKey, Outcome, Why, leaf_hash, node_hash,
};
use station::{Run, Station, text};

/// A run that signs in nowhere.
fn saferoom(arguments: &[&str]) -> Run {
    let mut command = station::saferoom();
    command.args(arguments);
    Run::of(command)
}

/// The auditor's folder beside the station's, and the policy that both were given.
struct Auditor<'s> {
    station: &'s Station,
    policy: String,
}

impl<'s> Auditor<'s> {
    fn new(station: &'s Station) -> Self {
        let folder = text(&station.path("witness")).to_owned();
        let create = ["audit", "witness", "create", "--folder", &folder, "--name", "witness.ngo.example/laptop"];
        let key = saferoom(&create).ends_with(0).out;
        assert_eq!(saferoom(&["audit", "witness", "key", "--folder", &folder]).ends_with(0).out, key);
        saferoom(&create).ends_with(5);
        let log = station.signed_in(&["audit", "key"]).ends_with(0).out;
        let policy = station.path("trust-policy.txt");
        fs::write(&policy, format!("log {log}witness laptop {key}quorum laptop\n")).unwrap();
        Self { station, policy: text(&policy).to_owned() }
    }

    fn cosign(&self, request: &str) -> Run {
        let file = self.station.path("request.txt");
        fs::write(&file, request).unwrap();
        let folder = self.station.path("witness");
        let arguments = ["audit", "witness", "cosign", "--folder", text(&folder), "--trust-policy", &self.policy];
        saferoom(&[&arguments[..], &[text(&file)]].concat())
    }

    fn collect(&self, checkpoint: &str, line: &str) -> Run {
        let (one, other) = (self.station.path("checkpoint"), self.station.path("line.txt"));
        fs::write(&one, checkpoint).unwrap();
        fs::write(&other, line).unwrap();
        let arguments = ["audit", "collect", "--trust-policy", &self.policy, "--checkpoint", text(&one)];
        saferoom(&[&arguments[..], &[text(&other)]].concat())
    }
}

#[test]
fn a_witness_follows_a_station_and_its_line_is_collected() {
    let station = Station::founded();
    let auditor = Auditor::new(&station);
    let first = station.signed_in(&["audit", "checkpoint"]).ends_with(0).out;
    let line = auditor.cosign(&first).ends_with(0).out;
    assert!(line.starts_with("\u{2014} witness.ngo.example/laptop ") && line.lines().count() == 1, "{line}");
    let collected = auditor.collect(&first, &line).ends_with(0);
    assert_eq!(collected.out, format!("{first}{line}"));
    assert!(collected.err.contains("enough witnesses have cosigned"), "{}", collected.err);
    let alone = auditor.collect(&first, "").ends_with(0);
    assert!(alone.err.contains("too few witnesses"), "{}", alone.err);

    // The log grows: the witness asks for the proof from where it was.
    station.with_case();
    let size: u64 = first.lines().nth(1).unwrap().parse().unwrap();
    let without_proof = station.signed_in(&["audit", "request"]).ends_with(0).out;
    let run = auditor.cosign(&without_proof).ends_with(1);
    assert!(run.err.contains("error[S2000]") && run.err.contains(&size.to_string()), "{}", run.err);
    let request = station.signed_in(&["audit", "request", "--old", &size.to_string()]).ends_with(0).out;
    assert!(request.starts_with(&format!("old {size}\n")), "{request}");
    auditor.cosign(&request).ends_with(0);
    let beyond = station.signed_in(&["audit", "request", "--old", "99999"]).ends_with(6);
    assert!(beyond.err.contains("error[S420]"), "{}", beyond.err);
    // The line belongs to the first checkpoint and to no other.
    let newer = request.split_once("\n\n").unwrap().1;
    assert!(auditor.collect(newer, &line).ends_with(3).err.contains("error[S444]"));
}

#[test]
fn a_fork_and_a_smaller_log_are_refused_and_kept() {
    let station = Station::founded();
    let auditor = Auditor::new(&station);
    let early = station.signed_in(&["audit", "checkpoint"]).ends_with(0).out;
    station.with_case();
    let late = station.signed_in(&["audit", "checkpoint"]).ends_with(0).out;
    auditor.cosign(&late).ends_with(0);

    let run = auditor.cosign(&early).ends_with(3);
    assert!(run.err.contains("error[S2001]"), "{}", run.err);
    let places = || fs::read_dir(station.path("witness").join("evidence")).unwrap().map(|entry| entry.unwrap().path());
    let place = places().next().unwrap();
    assert!(run.err.contains(text(&place)), "{}", run.err);
    // A witness keeps what proves it: the signature of the log itself, which the policy names; that of its epoch goes.
    let of_log: String = late.split_inclusive('\n').take(5).collect();
    assert!(of_log.lines().nth(4).is_some_and(|line| line.starts_with("\u{2014} ")), "{late}");
    assert!(fs::read_to_string(place.join("kept.checkpoint")).unwrap().starts_with(&of_log));
    assert!(fs::read_to_string(place.join("offered.request")).unwrap().ends_with(&early));

    // The station's own key signs another history of the same size.
    let mut lines = late.lines();
    let (origin, size) = (lines.next().unwrap(), lines.next().unwrap().parse().unwrap());
    let forked = Checkpoint::new(KeyName::new(origin).unwrap(), size, Hash::of(b"another history")).unwrap();
    let forked = forked.sign(&stolen_log_key(&station)).unwrap().to_string();
    let run = auditor.cosign(&forked).ends_with(3);
    assert!(run.err.contains("error[S2002]"), "{}", run.err);
    assert_eq!(places().count(), 2);
    // A log that the policy does not name.
    let stranger = SigningKey::from_seed(&[9; 32]);
    let other = Checkpoint::new(KeyName::new("other.example.org").unwrap(), 5, Hash::of(b"root")).unwrap();
    assert!(auditor.cosign(&other.sign(&stranger).unwrap().to_string()).ends_with(3).err.contains("error[S445]"));
}

/// The device's log key, as a thief of the whole folder has it.
fn stolen_log_key(station: &Station) -> SigningKey {
    let is_log_key = |path: &Path| path.file_name().is_some_and(|name| name.to_string_lossy().contains("log-key"));
    let mut files = fs::read_dir(station.path("vault.device")).unwrap().map(|entry| entry.unwrap().path());
    let seed = fs::read(files.find(|path| is_log_key(path)).unwrap()).unwrap();
    SigningKey::from_seed(seed[..].try_into().unwrap())
}

#[test]
fn a_checkpoint_is_shown_as_a_qr_code() {
    let station = Station::founded();
    let png = station.path("checkpoint.png");
    let run = station.signed_in(&["audit", "checkpoint", "--qr", "--png", text(&png)]).ends_with(0);
    let (code, note) = run.out.split_once(station::ORIGIN).unwrap();
    assert!(code.contains('\u{2588}') && code.lines().count() > 20, "{code}");
    assert!(note.contains(&format!("\u{2014} {}", station::ORIGIN)), "{note}");
    assert!(fs::read(&png).unwrap().starts_with(b"\x89PNG"));
    station.signed_in(&["audit", "checkpoint", "--png", text(&png)]).ends_with(5);
}

#[test]
fn an_entry_is_verified_alone() {
    let station = Station::founded();
    let key = SigningKey::from_seed(&[7; 32]);
    let disclosure = Disclosure::new("reason", "court hearing").unwrap();
    let why = Why { hl7: "HLEGAL".into(), local: None, legal_basis: None, commitment: Some(disclosure.commitment()) };
    let entry = Entry {
        seq: 1,
        wall_ms: 1_767_230_000_000,
        monotonic_ms: 5,
        boot: [1; 8],
        event: Event::Export,
        outcome: Outcome::Success,
        actor: None,
        device: DeviceId::from_bytes([2; 16]),
        why: Some(why),
        what: None,
        operation: OperationId::from_bytes([3; 16]),
        detail: None,
        blind: [4; 16],
    };
    let entry = entry.encode().unwrap();
    let origin = KeyName::new("log.example.org").unwrap();
    let first = leaf_hash(b"the entry before");
    let checkpoint = Checkpoint::new(origin.clone(), 2, node_hash(&first, &leaf_hash(&entry))).unwrap();
    let proof = EntryProof::new(1, vec![first], checkpoint.sign(&key).unwrap()).unwrap();
    let proof = proof.with_extra(disclosure.encode().to_vec()).unwrap();
    let file = |name: &str, bytes: &[u8]| {
        let path = station.path(name);
        fs::write(&path, bytes).unwrap();
        text(&path).to_owned()
    };
    let (proof, entry_file) = (file("1.tlog-proof", proof.to_string().as_bytes()), file("1.entry", &entry));
    let policy = file("policy", format!("log {}\nquorum none\n", NoteKey::new(origin, key.verifying_key())).as_bytes());
    let verify = |proof: &str, entry: &str, policy: &str| {
        saferoom(&["audit", "verify-proof", proof, "--entry", entry, "--trust-policy", policy])
    };
    let run = verify(&proof, &entry_file, &policy).ends_with(0);
    assert!(run.out.contains("entry 1 stands in the log log.example.org of 2 entries"), "{}", run.out);
    assert!(run.out.contains("court hearing") && run.out.contains("export"), "{}", run.out);
    let json =
        saferoom(&["audit", "verify-proof", &proof, "--entry", &entry_file, "--trust-policy", &policy, "--json"]);
    let json = json.json();
    assert_eq!((&json["index"], &json["reason"]), (&1.into(), &"court hearing".into()));

    let other = file("other.entry", &[&entry[..], &[0]].concat());
    assert!(verify(&proof, &other, &policy).ends_with(3).err.contains("error[S424]"));
    let nobody = file("nobody", b"quorum none\n");
    assert!(verify(&proof, &entry_file, &nobody).ends_with(3).err.contains("error[S445]"));
    let wrong = file("wrong", b"quorum none\nlogg\n");
    let run = verify(&proof, &entry_file, &wrong).ends_with(6);
    assert!(run.err.contains("line 2 of the trust policy"), "{}", run.err);
    let witnessed = fs::read_to_string(&policy).unwrap().replace(
        "quorum none",
        "witness W witness.example.net/w1+2e6082fd+BN+GARmBG3ZTJJSX8/UQnTezIZRqgCkLwWQCBUNSL47c\nquorum W",
    );
    let witnessed = file("witnessed", witnessed.as_bytes());
    assert!(verify(&proof, &entry_file, &witnessed).ends_with(3).err.contains("too few witnesses"));
}
