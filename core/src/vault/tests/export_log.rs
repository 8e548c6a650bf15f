//! The log as a bundle: what an auditor finds in one of an honest vault, and in one of a vault that was not left alone.

use std::collections::BTreeSet;
use std::time::Duration;

use super::members::{Team, code};
use super::*;
use crate::access::AccessError;
use crate::keys::{BackupKey, SystemClock};
use crate::log::{
    Answer, BundleManifest, BundleProblem, BundleReport, Checkpoint, DiskFolder, MemoryFolder, Note, TrustPolicy,
    Verdict, verify_bundle,
};
use crate::vault::{LogExport, OpenReasons, RestoreOptions};

fn auditing() -> Access {
    Access::for_purpose("audit")
}

fn export_with(session: &Session, options: &LogExport) -> (MemoryFolder, ExportedLog) {
    let mut folder = MemoryFolder::default();
    let exported = session.write_log(&mut folder, options, &auditing(), &mut |_, _| ()).unwrap();
    (folder, exported)
}

fn export(session: &Session) -> MemoryFolder {
    export_with(session, &LogExport::default()).0
}

fn note(session: &Session) -> Note {
    Note::parse(session.checkpoint().unwrap().as_bytes()).unwrap()
}

/// All that a vault without witnesses can be asked.
fn policy(session: &Session) -> TrustPolicy {
    use Verdict::{Authenticity, Consistency, Devices, Integrity, Openings, Time, View, Writes};
    let demanded = [Integrity, Authenticity, Consistency, Devices, Writes, Time, Openings, View];
    session.trust_policy().unwrap().demanding(&demanded)
}

fn verify(folder: &MemoryFolder, policy: &TrustPolicy, kept: &Note) -> BundleReport {
    verify_all(folder, policy, &[kept])
}

fn verify_all(folder: &MemoryFolder, policy: &TrustPolicy, kept: &[&Note]) -> BundleReport {
    let kept: Vec<String> = kept.iter().map(ToString::to_string).collect();
    let kept: Vec<&[u8]> = kept.iter().map(|note| note.as_bytes()).collect();
    verify_bundle(folder, policy, &kept, 1_800_000_000)
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

/// Somebody with the file and a program of their own.
fn intruder(team: &Team, sql: &str) {
    let connection = rusqlite::Connection::open(team.world.path()).unwrap();
    assert!(connection.execute(sql, []).unwrap() > 0, "{sql}");
}

#[test]
fn an_honest_vault_passes_all_that_its_bundle_can_be_asked() {
    let team = Team::new();
    let auditor = team.sign_in(&team.enrol("auditor"));
    let kept = note(&auditor);
    let (_, id) = case_with_child(&team.chief, "Sokha");
    team.chief.amend(id, &child("Sokha Again"), &access()).unwrap();
    team.chief.read::<Child>(id, &access()).unwrap();
    let options = LogExport { since: vec![kept.clone()], reasons: OpenReasons::All, ..LogExport::default() };
    let (folder, exported) = export_with(&auditor, &options);
    assert_eq!(exported.entry + 1, exported.checkpoint.size(), "the export is the last entry");
    assert_eq!(exported.entries, exported.checkpoint.size());
    let report = verify(&folder, &policy(&auditor), &kept);
    assert!(report.accepted(&policy(&auditor)), "{report:?}");
    assert_eq!(report.read(), exported.entries);
    // The proof stands there for other tools.
    assert!(folder.0.keys().any(|name| name.starts_with("proofs/") && name.ends_with(".consistency")));
    assert!(folder.0.contains_key("heads/0") && folder.0.contains_key("devices"));
    assert!(!report.accepted(&auditor.trust_policy().unwrap()), "who demands all is told what was not judged");
    assert!(report.why_not_judged(Verdict::Freshness).is_some());
    team.chief.check(|_, _| ()).unwrap();
}

#[test]
fn no_value_and_no_hash_of_one_stands_in_a_bundle() {
    let team = Team::new();
    let auditor = team.sign_in(&team.enrol("auditor"));
    let (_, id) = case_with_child(&team.chief, "Sokha");
    team.chief.read::<Child>(id, &access().because("hearing on Monday")).unwrap();
    let folder = export(&auditor);
    assert!(folder.0.contains_key("view/0.ndjson"));
    for value in ["Sokha", "Example unit", "female", "victim", "hearing on Monday"] {
        let hash = crate::log::Hash::of(value.as_bytes());
        let hex: String = hash.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        let base64 = hash.to_base64();
        for needle in [value.as_bytes(), hash.as_bytes(), hex.as_bytes(), base64.as_bytes()] {
            for (name, bytes) in &folder.0 {
                assert!(!bytes.windows(needle.len()).any(|window| window == needle), "{value} in {name}");
            }
        }
    }
}

#[test]
fn only_who_may_exports_and_the_attempt_is_logged() {
    let team = Team::new();
    let interviewer = team.sign_in(&team.enrol("interviewer"));
    let target = team.world.folder.path().join("bundle");
    let refused = code(interviewer.export_log(&target, &LogExport::default(), &auditing(), &mut |_, _| ()));
    assert!(matches!(refused, Error::Access(_)), "{refused:?}");
    assert!(!target.exists());
    let entries = team.chief.log_entries(0, u64::MAX, &access()).unwrap();
    assert!(entries.iter().any(|logged| logged.entry.event == crate::log::Event::Denied));
    let auditor = team.sign_in(&team.enrol("auditor"));
    auditor.without_circle(Compartment::Oversight);
    let refused = code(auditor.export_log(&target, &LogExport::default(), &auditing(), &mut |_, _| ()));
    assert!(matches!(refused, Error::Access(AccessError::NoKey { .. })), "{refused:?}");
}

#[test]
fn a_folder_on_a_disk_is_whole_or_not_there() {
    let team = Team::new();
    let auditor = team.sign_in(&team.enrol("auditor"));
    let place = team.world.folder.path();
    let (target, full) = (place.join("bundle"), place.join("full"));
    std::fs::create_dir(&full).unwrap();
    std::fs::write(full.join("letter"), "text").unwrap();
    let refused = code(auditor.export_log(&full, &LogExport::default(), &auditing(), &mut |_, _| ()));
    assert_eq!(refused, BundleProblem::NotEmpty.into());
    let none = LogExport { reasons: OpenReasons::Of(BTreeSet::from([0])), ..LogExport::default() };
    let refused = code(auditor.export_log(&target, &none, &auditing(), &mut |_, _| ()));
    assert_eq!(refused, BundleProblem::NoOpening { index: 0 }.into());
    let left = std::fs::read_dir(place).unwrap().filter_map(|file| file.unwrap().file_name().into_string().ok());
    assert!(!left.into_iter().any(|name| name.contains("bundle")), "nothing half done stays behind");
    let mut told = Vec::new();
    auditor.export_log(&target, &LogExport::default(), &auditing(), &mut |done, of| told.push((done, of))).unwrap();
    assert!(told.iter().all(|(done, of)| done <= of) && !told.is_empty());
    let kept = note(&auditor);
    let policy = policy(&auditor);
    let report = verify_bundle(&DiskFolder::new(&target), &policy, &[kept.to_string().as_bytes()], 1_800_000_000);
    // What was kept after the export is newer than the bundle.
    assert_eq!(failed(&report), []);
}

#[test]
fn chosen_reasons_are_opened_and_no_others() {
    let team = Team::new();
    let auditor = team.sign_in(&team.enrol("auditor"));
    let (_, id) = case_with_child(&team.chief, "Sokha");
    let because = |reason: &str| access().because(reason);
    team.chief.read::<Child>(id, &because("hearing on Monday")).unwrap();
    team.chief.read::<Child>(id, &because("hearing on Tuesday")).unwrap();
    let entries = auditor.log_entries(0, u64::MAX, &auditing()).unwrap();
    let monday = entries.iter().find(|logged| logged.reason.as_deref() == Some("hearing on Monday")).unwrap();
    let reasons = OpenReasons::Of(BTreeSet::from([monday.entry.seq]));
    let (folder, exported) = export_with(&auditor, &LogExport { reasons, ..LogExport::default() });
    assert_eq!(exported.reasons, 1);
    let all: Vec<u8> = folder.0.values().flatten().copied().collect();
    let holds = |text: &str| all.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(holds("hearing on Monday") && !holds("hearing on Tuesday"));
    assert_eq!(failed(&verify(&folder, &policy(&auditor), &note(&auditor))), []);
}

#[test]
fn a_checkpoint_of_another_past_is_no_beginning() {
    let (team, other) = (Team::new(), Team::new());
    let auditor = team.sign_in(&team.enrol("auditor"));
    let export = |since: Note| {
        let options = LogExport { since: vec![since], ..LogExport::default() };
        code(auditor.write_log(MemoryFolder::default(), &options, &auditing(), &mut |_, _| ()))
    };
    // Both vaults have a log of the same name, and not the same key.
    assert!(matches!(export(note(&other.chief)), Error::Log(_)));
    let forged = |size, root| {
        let origin = crate::log::KeyName::new("police.example.org/audit/1").unwrap();
        Checkpoint::new(origin, size, root).unwrap().sign(&team.world.vault.log_key().unwrap()).unwrap()
    };
    let root = crate::log::Hash::of(b"another past");
    assert_eq!(export(forged(2, root)), BundleProblem::Fork { size: 2 }.into());
    let refused = export(forged(1000, root));
    assert!(matches!(refused, Error::Bundle(BundleProblem::Shrunk { kept: 1000, .. })), "{refused:?}");
}

#[test]
fn a_row_that_was_changed_or_put_back_by_hand_shows() {
    let team = Team::new();
    let auditor = team.sign_in(&team.enrol("auditor"));
    let (_, id) = case_with_child(&team.chief, "Sokha");
    team.chief.amend(id, &child("Sokha Again"), &access()).unwrap();
    let (policy, kept) = (policy(&auditor), note(&auditor));
    let hex: String = id.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(failed(&verify(&export(&auditor), &policy, &kept)), []);

    // Another ciphertext in the place of the newest.
    let changed = format!(
        "UPDATE revision SET groups = (SELECT groups FROM revision WHERE record = x'{hex}' AND number = 1) WHERE record = x'{hex}' AND number = 2"
    );
    intruder(&team, &changed);
    let report = verify(&export(&auditor), &policy, &kept);
    assert_eq!(failed(&report), [Verdict::Writes]);
    let of = |revision| {
        (BundleProblem::NotLogged { record: id, revision }, BundleProblem::NotStored { record: id, revision })
    };
    let found = problems(&report, Verdict::Writes);
    assert!(found.contains(&of(2).0) && found.contains(&of(2).1), "{found:?}");

    // The earlier revision as the newest.
    intruder(&team, &format!("DELETE FROM revision WHERE record = x'{hex}' AND number = 2"));
    let back =
        format!("UPDATE head SET revision = (SELECT id FROM revision WHERE record = x'{hex}') WHERE record = x'{hex}'");
    intruder(&team, &back);
    let report = verify(&export(&auditor), &policy, &kept);
    assert_eq!(problems(&report, Verdict::Writes), [of(2).1]);
    // The whole record: either the act that logs the export notices, or the bundle shows it.
    intruder(&team, &format!("DELETE FROM head WHERE record = x'{hex}'"));
    let mut folder = MemoryFolder::default();
    match auditor.write_log(&mut folder, &LogExport::default(), &auditing(), &mut |_, _| ()) {
        Ok(_) => assert_eq!(problems(&verify(&folder, &policy, &kept), Verdict::Writes), [of(2).1, of(1).1]),
        Err(refused) => assert!(matches!(refused, Error::Integrity(_)), "{refused:?}"),
    }
}

#[test]
fn what_a_bundle_says_about_store_and_devices_is_not_believed() {
    let team = Team::new();
    let auditor = team.sign_in(&team.enrol("auditor"));
    case_with_child(&team.chief, "Sokha");
    let (policy, kept, honest) = (policy(&auditor), note(&auditor), export(&auditor));
    let changed = |name: &str, change: &dyn Fn(&str) -> String| {
        let mut folder = honest.clone();
        let text = String::from_utf8(folder.0[name].clone()).unwrap();
        let bytes = change(&text).into_bytes();
        let mut manifest = BundleManifest::parse(&folder.0["bundle"]).unwrap();
        manifest.add(name.parse().unwrap(), &bytes);
        folder.0.insert(name.to_owned(), bytes);
        folder.0.insert("bundle".to_owned(), manifest.to_string().into_bytes());
        verify(&folder, &policy, &kept)
    };
    let line = |text: &str, number: usize| text.lines().nth(number).unwrap().to_owned() + "\n";
    // A line that is missing, twice, in another place, of another number; no line at all.
    assert_eq!(failed(&changed("heads/0", &|text| text.replacen(&line(text, 2), "", 1))), [Verdict::Writes]);
    assert_eq!(failed(&changed("heads/0", &|text| text.to_owned() + &line(text, 1))), [Verdict::Writes]);
    assert_eq!(failed(&changed("heads/0", &|text| line(text, 0))), [Verdict::Writes]);
    assert_eq!(failed(&changed("heads/0", &|text| text.replacen(" 1 ", " 2 ", 1))), [Verdict::Writes]);
    assert_eq!(failed(&changed("heads/0", &|text| text.to_uppercase())), [Verdict::Writes]);
    // Another device, an earlier one that no log names, no list.
    let device = |text: &str| text.lines().nth(1).unwrap().split(' ').next().unwrap().to_owned();
    let other = "0".repeat(device(&String::from_utf8(honest.0["devices"].clone()).unwrap()).len());
    let report = changed("devices", &|text| text.replace(&device(text), &other));
    assert_eq!(failed(&report), [Verdict::Devices]);
    assert_eq!(failed(&changed("devices", &|text| text.replace("kept", "1"))), [Verdict::Devices]);
    // The auditor knows of another log.
    let key = crate::log::NoteKey::new(
        crate::log::KeyName::new("police.example.org/audit/9").unwrap(),
        crate::keys::SigningKey::generate().verifying_key(),
    );
    let wider = policy.clone().with_log(key, None).unwrap();
    let missing = problems(&verify(&honest, &wider, &kept), Verdict::Devices);
    assert!(matches!(&missing[..], [BundleProblem::LogMissing { .. }]), "{missing:?}");
}

/// A vault that was restored on another device, and a checkpoint of its first log from the backup or after.
fn restored(lost: u64) -> (World, Session, Note) {
    let world = World::new();
    let session = world.session();
    let key = BackupKey::generate(&SystemClock::default(), Duration::from_secs(3600)).unwrap();
    case_with_child(&session, "Sokha");
    let backup = world.folder.path().join("backup");
    session.backup_to(&backup, &key, &access()).unwrap();
    for _ in 0..lost {
        case_with_child(&session, "Dara");
    }
    let kept = note(&session);
    session.lock();
    let (target, options) = (world.folder.path().join("restored"), RestoreOptions::default());
    let host = Host::new(MemoryKeyStore::default());
    let (vault, _) = Vault::restore(&backup, &key, &world.founder, &target, host, &options).unwrap();
    let session = vault.sign_in(&world.founder).unwrap();
    case_with_child(&session, "Bopha");
    (world, session, kept)
}

#[test]
fn a_restored_vault_shows_both_logs() {
    let (_world, session, kept) = restored(0);
    let policy = policy(&session);
    assert_eq!(policy.logs().len(), 2);
    let options = LogExport { since: vec![kept.clone()], reasons: OpenReasons::All, ..LogExport::default() };
    let own = note(&session);
    let (folder, exported) = export_with(&session, &options);
    assert!(exported.entries > exported.checkpoint.size());
    let report = verify_all(&folder, &policy, &[&kept, &own]);
    assert!(report.accepted(&policy), "{report:?}");
    // What was kept of the first log says nothing of the one that began after it.
    let report = verify(&folder, &policy, &kept);
    assert_eq!(*report.answer(Verdict::Consistency), Answer::NothingKept);
    let why = report.why_not_judged(Verdict::Consistency).unwrap();
    assert!(why.contains(exported.checkpoint.origin().as_str()), "{why}");
    // Any byte of any file of the earlier log.
    for (name, bytes) in folder.0.iter().filter(|(name, _)| name.starts_with("logs/0/")) {
        for place in (0..bytes.len()).step_by(61) {
            let mut folder = folder.clone();
            folder.0.get_mut(name).unwrap()[place] ^= 1;
            assert!(!failed(&verify(&folder, &policy, &kept)).is_empty(), "{name} at {place}");
        }
        let mut folder = folder.clone();
        folder.0.remove(name);
        assert!(!failed(&verify(&folder, &policy, &kept)).is_empty(), "{name} removed");
    }
    // The earlier log withheld.
    let mut folder = folder.clone();
    let text = String::from_utf8(folder.0["devices"].clone()).unwrap();
    let without: String =
        text.lines().enumerate().filter(|(line, _)| *line != 1).map(|(_, line)| format!("{line}\n")).collect();
    let mut manifest = BundleManifest::parse(&folder.0["bundle"]).unwrap();
    manifest.add("devices".parse().unwrap(), without.as_bytes());
    folder.0.insert("devices".to_owned(), without.into_bytes());
    folder.0.insert("bundle".to_owned(), manifest.to_string().into_bytes());
    let report = verify(&folder, &policy, &kept);
    assert!(failed(&report).contains(&Verdict::Devices) && failed(&report).contains(&Verdict::Writes), "{report:?}");
}

#[test]
fn an_old_database_under_a_newer_log_lacks_what_was_kept() {
    let (_world, session, kept) = restored(2);
    let report = verify(&export(&session), &policy(&session), &kept);
    assert_eq!(failed(&report), [Verdict::Consistency]);
    assert!(matches!(problems(&report, Verdict::Consistency)[..], [BundleProblem::Shrunk { .. }]));
}
