//! Two processes append to one log at once: nothing is lost, nothing is twice, and each record's entries are in order.

use std::collections::HashMap;
use std::path::Path;
use std::process::{Child as Process, Command, Stdio};

use saferoom::access::Access;
use saferoom::id::RecordId;
use saferoom::keys::{FileKeyStore, Identity, PassphraseCost, Unlock, create_identity_file, open_identity_file};
use saferoom::log::{DiskFolder, Entry, EntryStream, Event, Verdict, verify_bundle};
use saferoom::model::records::{Case, Child};
use saferoom::vault::{Host, LogExport, Session, Vault};
use saferoom_tests::{ORIGIN, access, child, folder, folder_apart, unit};

const PROCESSES: usize = 2;
const ROUNDS: usize = 60;

fn keys(folder: &Path) -> FileKeyStore {
    FileKeyStore::new(folder.join("keys"))
}

fn signed_in(folder: &Path) -> Session {
    let identity = open_identity_file(&folder.join("identity"), Unlock::Host(&keys(folder))).unwrap();
    Vault::open(&folder.join("vault"), Host::new(keys(folder))).unwrap().sign_in(&identity).unwrap()
}

/// What each of the processes does: by turns it records a child of its own, and reads or amends the one that all work on.
#[test]
#[ignore = "run by the test below, in processes of its own"]
fn one_of_them() {
    let Some(folder) = folder_apart() else { return };
    let session = signed_in(&folder);
    let shared: Vec<RecordId> =
        std::fs::read_to_string(folder.join("records")).unwrap().lines().map(|line| line.parse().unwrap()).collect();
    let (case, common) = (shared[0], shared[1]);
    for round in 0..ROUNDS {
        match round % 3 {
            0 => drop(session.create(Some(case), &child("Bopha"), &access()).unwrap()),
            1 => drop(session.read::<Child>(common, &access()).unwrap()),
            _ => drop(session.amend(common, &child(&format!("Sokha {round}")), &access()).unwrap()),
        }
    }
}

fn start(folder: &Path) -> Process {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "processes::one_of_them", "--ignored", "--nocapture"]);
    command.env("SAFEROOM_FOLDER", folder).stdout(Stdio::null()).spawn().unwrap()
}

#[test]
fn two_processes_append_at_once() {
    let folder = folder();
    let place = folder.path();
    let founder = Identity::generate();
    let lock = keys(place);
    create_identity_file(&place.join("identity"), &founder, Unlock::Host(&lock), PassphraseCost::LEAST).unwrap();
    let vault = Vault::create(&place.join("vault"), Host::new(keys(place)), &founder, ORIGIN, &unit("Example unit"));
    let session = vault.unwrap().sign_in(&founder).unwrap();
    let case = session.create(Some(session.unit()), &Case::default(), &access()).unwrap().record;
    let common = session.create(Some(case), &child("Sokha"), &access()).unwrap().record;
    std::fs::write(place.join("records"), format!("{case}\n{common}\n")).unwrap();
    let (before, kept) = (session.log_size().unwrap(), session.checkpoint().unwrap());
    let running: Vec<Process> = (0..PROCESSES).map(|_| start(place)).collect();
    for mut process in running {
        assert!(process.wait().unwrap().success());
    }
    // Each signed in and out, and each of its calls is one entry about one record.
    let calls = PROCESSES * ROUNDS;
    assert_eq!(session.log_size().unwrap(), before + (2 * PROCESSES + calls) as u64);
    assert_eq!(session.history(common, &access()).unwrap().len(), 1 + calls / 3, "no revision was lost");
    assert_eq!(session.records_of(case, &access()).unwrap().len(), 2 + calls / 3);
    session.check(|_, _| ()).unwrap();
    let bundle = place.join("bundle");
    session.export_log(&bundle, &LogExport::default(), &Access::for_purpose("audit"), &mut |_, _| ()).unwrap();
    let (policy, bundle) = (session.trust_policy().unwrap(), DiskFolder::new(bundle));
    let report = verify_bundle(&bundle, &policy, &[kept.as_bytes()], u64::MAX);
    let demanded = Verdict::ALL.into_iter().filter(|verdict| *verdict != Verdict::Freshness).collect::<Vec<_>>();
    assert!(report.accepted(&policy.demanding(&demanded)), "{report:?}");
    chains_are_whole(&bundle, report.read(), common);
}

/// Each entry about a record names the one before it, and revisions come in their order.
fn chains_are_whole(bundle: &DiskFolder, size: u64, common: RecordId) {
    let mut newest: HashMap<RecordId, u64> = HashMap::new();
    let (mut boots, mut revision) = (HashMap::new(), 0);
    let mut stream = EntryStream::new(bundle, size).unwrap();
    while let Some(streamed) = stream.next_entry().unwrap() {
        let entry = Entry::decode(streamed.bytes).unwrap();
        *boots.entry(entry.boot).or_insert(0) += 1;
        let Some(what) = entry.what.filter(|_| entry.event != Event::Query) else { continue };
        assert_eq!(what.previous, newest.insert(what.record, entry.seq), "entry {}", entry.seq);
        if what.record == common && what.head.is_some() {
            assert_eq!(what.revision, Some(revision + 1), "entry {}", entry.seq);
            revision += 1;
        }
    }
    // Founding, the session that looks, and the processes.
    assert_eq!(boots.len(), 2 + PROCESSES, "each says which it is");
}
