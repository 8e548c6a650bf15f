//! Linearizability: several programs, each with several threads, work on one vault, and some of them are killed. Then what
//! each of them was told has to follow from one order, the order of the log, and that order has to agree with the time at
//! which the calls were made and answered.
//!
//! `history.rs` keeps the calls, `program.rs` makes them, `judge.rs` compares them with the log; its own tests give it
//! histories in which something is wrong.

mod history;
mod judge;
mod program;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Child as Process, Command, Stdio};
use std::time::Duration;

use saferoom::id::RecordId;
use saferoom::keys::{Identity, PassphraseCost, Unlock, create_identity_file};
use saferoom::model::records::{Case, Child};
use saferoom::vault::Vault;
use saferoom_tests::{ORIGIN, folder, unit};

use history::{Answer, Call, Journal, Operation, Registers};
use judge::judge;
use program::{access, identity_file, key_store, vault_file};

/// How many programs are at work at any time.
const PROGRAMS: usize = 4;
/// How many of them are killed; another one comes in its place.
const KILLS: usize = 4;
/// So many lines of the journal lie between two kills.
const BETWEEN: usize = 120;

/// The program of which several are started.
#[test]
#[ignore = "run by the other test, in processes of its own"]
fn a_program() {
    program::run();
}

/// See the module.
#[test]
fn programs_and_threads_that_are_killed_have_one_order() {
    let folder = folder();
    let at = folder.path();
    let (case, before) = found(at);
    let mut running: Vec<_> = (0..PROGRAMS).map(|number| start(at, case, number)).collect();
    let journal = at.join("journal");
    for kill in 0..KILLS {
        let killed = &mut running[kill % 2];
        wait(&journal, BETWEEN * (kill + 1), killed);
        let _ = killed.kill();
        killed.wait().expect("it ends");
        running[kill % 2] = start(at, case, PROGRAMS + kill);
    }
    for program in &mut running {
        let status = program.wait().expect("it ends");
        assert!(status.success(), "a program failed by itself: {status}");
    }
    let calls = Journal::read(&journal);
    let answered = calls.iter().filter(|call| call.is_done()).count();
    let lost = calls.iter().filter(|call| call.answer == Answer::None).count();
    println!("{} calls, {answered} done, {lost} cut off by a kill", calls.len());
    assert!(answered > PROGRAMS * program::THREADS * program::CALLS / 2, "they worked");
    look(at, case, before, &calls);
}

/// Makes the vault; answers its case, and how long the log is before the programs begin.
fn found(at: &Path) -> (RecordId, u64) {
    std::fs::create_dir(at.join("keys")).expect("made");
    let founder = Identity::generate();
    let lock = Unlock::Host(&key_store(at));
    create_identity_file(&identity_file(at), &founder, lock, PassphraseCost::LEAST).expect("written");
    let host = program::host(at);
    let vault = Vault::create(&vault_file(at), host, &founder, ORIGIN, &unit("Example unit")).expect("made");
    let session = vault.sign_in(&founder).expect("signed in");
    let case = session.create(Some(session.unit()), &Case::default(), &access("before")).expect("written").record;
    (case, session.log_size().expect("the log"))
}

fn start(at: &Path, case: RecordId, number: usize) -> Process {
    let mut command = Command::new(std::env::current_exe().expect("a program"));
    command.args(["--exact", "a_program", "--ignored", "--nocapture"]).stdin(Stdio::null()).stdout(Stdio::null());
    command.env(program::FOLDER, at).env(program::CASE, case.to_string()).env(program::NUMBER, number.to_string());
    command.spawn().expect("started")
}

/// Until the journal has so many lines, or this program is at its end.
fn wait(journal: &Path, lines: usize, program: &mut Process) {
    let length = || std::fs::read(journal).map_or(0, |bytes| bytes.iter().filter(|byte| **byte == b'\n').count());
    while length() < lines && program.try_wait().expect("asked").is_none() {
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// The judgement, and the vault as it is: every child as the order says, no other, and a check of everything.
fn look(at: &Path, case: RecordId, before: u64, calls: &[Call]) {
    let founder = saferoom::keys::open_identity_file(&identity_file(at), Unlock::Host(&key_store(at))).expect("opens");
    let vault = Vault::open(&vault_file(at), program::host(at)).expect("it opens");
    let session = vault.sign_in(&founder).expect("signed in");
    session.check(|_, _| ()).expect("the whole check passes");
    let after = session.log_size().expect("the log");
    let entries = session.log_entries(before, after, &access("look")).expect("the log");
    assert_eq!(entries.len() as u64, after - before);
    let operations = Operation::gather(&entries);
    let registers = judge(calls, &operations, case).unwrap_or_else(|wrong| panic!("{wrong:?}"));
    let found = session.records_of(case, &access("look")).expect("listed");
    let children: Vec<_> = found.iter().map(|info| info.id).filter(|id| *id != case).collect();
    let opened = session.read_many::<Child>(&children, &access("look")).expect("read");
    let now: Registers =
        opened.iter().map(|child| (child.id, (program::name_of(&child.record), child.revision))).collect();
    assert_eq!(now, registers, "the vault is what the order makes of it");
    let written: u64 = registers.values().map(|(_, revision)| revision).sum();
    let by_kind = calls.iter().filter(|call| call.is_done()).fold(BTreeMap::new(), |mut counts, call| {
        *counts.entry(call.asked.word()).or_insert(0_u64) += 1;
        counts
    });
    println!("{} operations in the log, {written} revisions; done: {by_kind:?}", operations.len());
    assert!(["create", "amend", "read", "list"].iter().all(|kind| by_kind.contains_key(kind)), "{by_kind:?}");
}
