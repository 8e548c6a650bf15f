//! The log against Go's own notes and trees (golang.org/x/mod/sumdb), by the program in `tests/peers/go`: it verifies
//! ours, and we verify what it writes. Bundles also against Tessera's check (`tests/peers/tessera`). `cargo xtask test --only go` builds it and runs these tests.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use saferoom::access::Access;
use saferoom::keys::SigningKey;
use saferoom::log::{
    BundleLog, Checkpoint, CourtFile, DiskFolder, EntryProof, EntryStream, KeyName, Note, NoteKey, NoteSignature,
    TileReader, TileWriter, WitnessRequest, WriteFolder, leaf_hash, verify_consistency,
};
use saferoom::vault::{LogExport, OpenReasons};
use saferoom_tests::{World, access};
use tempfile::TempDir;

const SIZE: u64 = 70_000;

/// Whether the program ended well, and what it said.
fn go(arguments: &[&str]) -> (bool, String) {
    peer("SAFEROOM_GO_PEER", arguments)
}

fn peer(variable: &str, arguments: &[&str]) -> (bool, String) {
    let program = env::var_os(variable).map(PathBuf::from).expect("the variable names the program");
    let output = Command::new(program).args(arguments).output().unwrap();
    (output.status.success(), String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned())
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// A folder of our own with a checkpoint that an epoch and a witness signed too, a proof and a request.
fn ours() -> (TempDir, PathBuf) {
    let place = tempfile::tempdir().unwrap();
    let mut folder = DiskFolder::new(place.path().join("log"));
    let mut writer = TileWriter::new(&mut folder);
    for number in 0..SIZE {
        writer.append(&number.to_be_bytes()[..(number % 9) as usize]).unwrap();
    }
    let frontier = writer.finish().unwrap();

    let (log, other) = (SigningKey::from_seed(&[1; 32]), SigningKey::from_seed(&[2; 32]));
    let origin = KeyName::new("audit.example.org/log/go").unwrap();
    let mut note = Checkpoint::new(origin.clone(), SIZE, frontier.root()).unwrap().sign(&log).unwrap();
    note.sign(KeyName::new(format!("{origin}/epoch/0")).unwrap(), &other).unwrap();
    let witness = KeyName::new("witness.example.org").unwrap();
    note.add(NoteSignature::cosign(witness, &other, note.text(), 1_767_230_000).unwrap()).unwrap();
    // A line of a type that nobody here verifies, as long as one of ML-DSA-44.
    let long = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, [7; 4 + 8 + 2420]);
    note.add(format!("\u{2014} witness.example.org {long}").parse().unwrap()).unwrap();

    let reader = TileReader::new(folder.clone(), SIZE).unwrap();
    let (_, proof) = reader.prove_inclusion(12_345, &frontier.root()).unwrap();
    let proof = EntryProof::new(12_345, proof, note.clone()).unwrap().with_extra(b"opening".to_vec()).unwrap();
    let request = WitnessRequest::prove(54_321, SIZE, &reader, note.clone()).unwrap();
    folder.write("checkpoint", note.to_string().as_bytes()).unwrap();
    folder.write("proofs/12345.tlog-proof", proof.to_string().as_bytes()).unwrap();
    folder.write("request", request.to_string().as_bytes()).unwrap();
    let vkey = place.path().join("log.vkey");
    fs::write(&vkey, format!("{}\n", NoteKey::new(origin, log.verifying_key()))).unwrap();
    (place, vkey)
}

#[test]
#[ignore = "needs Go: cargo xtask test --only go"]
fn go_verifies_our_log_and_notices_what_was_changed() {
    let (place, vkey) = ours();
    let folder = place.path().join("log");
    let (good, said) = go(&["verify", text(&folder), text(&vkey)]);
    assert!(
        good && said.contains("70000 entries, 1 proofs of entries, 1 requests, 0 kept checkpoints: verified"),
        "{said}"
    );

    let files =
        ["checkpoint", "tile/entries/100", "tile/0/272", "tile/1/001.p/17", "proofs/12345.tlog-proof", "request"];
    for name in files {
        let path = folder.join(name);
        let bytes = fs::read(&path).unwrap();
        let mut spoilt = bytes.clone();
        let last = if name == "checkpoint" { 30 } else { 100 };
        spoilt[last] ^= 1;
        fs::write(&path, &spoilt).unwrap();
        assert!(!go(&["verify", text(&folder), text(&vkey)]).0, "{name}");
        fs::write(&path, bytes).unwrap();
    }
    assert!(go(&["verify", text(&folder), text(&vkey)]).0);
}

#[test]
#[ignore = "needs Go: cargo xtask test --only go"]
fn go_compares_with_what_was_kept() {
    let (place, vkey) = ours();
    let folder = place.path().join("log");
    let reader = TileReader::new(DiskFolder::new(&folder), SIZE).unwrap();
    let root = saferoom::log::root_at(12_000, &reader).unwrap();
    let kept = place.path().join("kept");
    let keep = |size, root| {
        let origin = KeyName::new("audit.example.org/log/go").unwrap();
        let note = Checkpoint::new(origin, size, root).unwrap().sign(&SigningKey::from_seed(&[1; 32])).unwrap();
        fs::write(&kept, note.to_string()).unwrap();
        go(&["verify", text(&folder), text(&vkey), text(&kept)])
    };
    let (good, said) = keep(12_000, root);
    assert!(good && said.contains("1 kept checkpoints: verified"), "{said}");
    let (good, said) = keep(12_001, root);
    assert!(!good && said.contains("it was rewritten"), "{said}");
    let (good, said) = keep(SIZE + 1, root);
    assert!(!good && said.contains("its end was cut off"), "{said}");
}

/// What `saferoom audit export` writes: the bundle of a vault, with its key; and more than one full tile of entries.
fn exported() -> (TempDir, PathBuf, PathBuf) {
    let world = World::new();
    let session = world.session();
    let why = Access::for_purpose("supervision").because("the monthly review");
    for _ in 0..300 {
        session.log_entries(0, 1, &why).unwrap();
    }
    let place = tempfile::tempdir().unwrap();
    let (bundle, vkey) = (place.path().join("bundle"), place.path().join("log.vkey"));
    let options = LogExport { reasons: OpenReasons::All, ..LogExport::default() };
    session.export_log(&bundle, &options, &access(), &mut |_, _| ()).unwrap();
    fs::write(&vkey, format!("{}\n", session.log_key().unwrap())).unwrap();
    (place, bundle, vkey)
}

/// One bit of each of these files is another: nobody accepts that.
fn refuses_what_was_altered(bundle: &Path, accepts: impl Fn() -> (bool, String)) {
    let (good, said) = accepts();
    assert!(good && said.contains("verified"), "{said}");
    let tiles = ["tile/entries", "tile/0"].map(|folder| {
        let mut files = files_below(&bundle.join(folder));
        files.sort();
        files.remove(0)
    });
    for path in tiles.into_iter().chain([bundle.join("checkpoint")]) {
        let bytes = fs::read(&path).unwrap();
        let mut spoilt = bytes.clone();
        spoilt[40] ^= 1;
        fs::write(&path, &spoilt).unwrap();
        assert!(!accepts().0, "{}", path.display());
        fs::write(&path, bytes).unwrap();
    }
    assert!(accepts().0);
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    paths.flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] }).collect()
}

#[test]
#[ignore = "needs Go: cargo xtask test --only go"]
fn go_verifies_the_bundle_of_a_vault_and_a_court_file_of_it() {
    let (place, bundle, vkey) = exported();
    refuses_what_was_altered(&bundle, || go(&["verify", text(&bundle), text(&vkey)]));

    let newest: Checkpoint =
        Note::parse(&fs::read(bundle.join("checkpoint")).unwrap()).unwrap().text().parse().unwrap();
    let log = BundleLog::of(&newest);
    let index = newest.size() - 3;
    let file = CourtFile::of_bundle(&DiskFolder::new(&bundle), &log, index, &[]).unwrap();
    assert_eq!(file.reason().unwrap().value(), "the monthly review");
    let court = place.path().join("court");
    file.write(&mut DiskFolder::new(&court), &BTreeMap::new()).unwrap();
    let judge = || go(&["court-file", text(&court), text(&vkey)]);
    assert!(judge().0 && judge().1.contains("commits to the reason: verified"), "{}", judge().1);
    for name in ["entry", "proof.tlog-proof", "reason"] {
        let bytes = fs::read(court.join(name)).unwrap();
        let mut spoilt = bytes.clone();
        spoilt[40] ^= 1;
        fs::write(court.join(name), spoilt).unwrap();
        assert!(!judge().0, "{name}");
        fs::write(court.join(name), bytes).unwrap();
    }
}

#[test]
#[ignore = "needs Go: cargo xtask test --only go"]
fn tessera_accepts_the_bundle_of_a_vault() {
    let (_place, bundle, vkey) = exported();
    refuses_what_was_altered(&bundle, || peer("SAFEROOM_TESSERA_PEER", &[text(&bundle), text(&vkey)]));
}

#[test]
#[ignore = "needs Go: cargo xtask test --only go"]
fn we_verify_the_log_that_go_writes() {
    for size in [3_u64, 256, 70_000] {
        let place = tempfile::tempdir().unwrap();
        let (good, said) = go(&["write", text(place.path()), &size.to_string()]);
        assert!(good, "{said}");
        let read = |name: &str| fs::read(place.path().join(name)).unwrap();
        let vkey = String::from_utf8(read("log.vkey")).unwrap();
        let known: [NoteKey; 1] = [vkey.trim().parse().unwrap()];
        let opened = Checkpoint::open(&read("checkpoint"), &known).unwrap();
        assert_eq!(opened.checkpoint.size(), size);

        let mut stream = EntryStream::new(DiskFolder::new(place.path()), size).unwrap();
        while let Some(entry) = stream.next_entry().unwrap() {
            assert_eq!(entry.bytes, format!("entry {}", entry.index).as_bytes());
        }
        assert_eq!(&stream.frontier().root(), opened.checkpoint.root());

        let index = size / 2;
        let proof = EntryProof::parse(&read(&format!("proofs/{index}.tlog-proof"))).unwrap();
        proof.verify(&leaf_hash(format!("entry {index}").as_bytes()), &known).unwrap();

        let request = WitnessRequest::parse(&read("request")).unwrap();
        assert_eq!(request.old(), size / 3);
        let old_root = TileReader::new(DiskFolder::new(place.path()), size).unwrap();
        let old_root = saferoom::log::root_at(request.old(), &old_root).unwrap();
        verify_consistency(request.old(), &old_root, size, opened.checkpoint.root(), request.proof()).unwrap();
        assert_eq!(Note::parse(&read("checkpoint")).as_ref(), Ok(request.checkpoint()));
    }
}
