//! Acts that a worker does not do, each in a process of its own that meets one fault: a move out, and a check.

use std::path::PathBuf;
use std::time::Duration;

use saferoom::keys::{BackupKey, SystemClock};
use saferoom::vault::{Error, Session, Vault};

use crate::faults::{Fault, Kind, Shim};
use crate::ledger::{Answer, Told};
use crate::station::Station;
use crate::worker::{self, access, code, host, identity, say};

#[test]
#[ignore = "run by another test, in a process of its own"]
fn a_mover() {
    one("move", |session, folder| {
        let key = BackupKey::generate(&SystemClock::default(), Duration::from_secs(3600))?;
        session.move_out(&folder.join("moved"), &key, &access("move")).map(drop)
    });
}

#[test]
#[ignore = "run by another test, in a process of its own"]
fn a_checker() {
    one("check", |session, _| session.check(|_, _| ()).map(drop));
}

/// More places than there are to meet a fault at.
const MOST: usize = 400;

/// The whole life of a process that does one thing.
fn one(kind: &str, work: impl FnOnce(&Session, PathBuf) -> Result<(), Error>) {
    let Some(folder) = std::env::var_os(worker::FOLDER).map(PathBuf::from) else { return };
    let Ok(identity) = identity(&folder) else { return say("refused S0200") };
    let opened = Vault::open(&worker::vault(&folder), host(&folder)).and_then(|vault| vault.sign_in(&identity));
    let session = match opened {
        Ok(session) => session,
        Err(error) => return say(&format!("refused {}", code(&error))),
    };
    say(&format!("begin 0 {kind}"));
    match work(&session, folder) {
        Ok(()) => say("done 0"),
        Err(error) => say(&format!("failed 0 {}", code(&error))),
    }
}

/// Lets a copy of the station meet this fault at each of these acts, until it is too late for it.
fn at_each_act(
    acts: impl Iterator<Item = u64>,
    (program, kind, seed): (&str, Kind, u64),
    mut look: impl FnMut(&Station, &Told, Fault),
) -> usize {
    let (shim, template, mut met, mut last) = (Shim::build(), Station::new(), 0, None);
    for number in acts.take(MOST) {
        let station = template.copy();
        let fault = Fault { kind, number, seed, keys_apart: true };
        let at = station.folder.path();
        let told = station.work(program, "once", |command| shim.load(command, at, &at.join("keys"), fault));
        look(&station, &told, fault);
        if told.acts.first().is_some_and(|act| matches!(act.answer, Answer::Done(_))) {
            return met;
        }
        met += 1;
        last = Some(told);
    }
    panic!("it never came to its end: {last:?}")
}

/// The flush of the commit that ends the vault here fails, and soon after it the process is killed: whether the vault comes
/// back as one that goes on or as one that has gone, it is somewhere.
#[test]
fn a_move_that_is_in_doubt_never_loses_the_vault() {
    for acts_after in [1, 2, 3] {
        let met = at_each_act((1..).step_by(3), ("once::a_mover", Kind::Doubt, acts_after), |station, told, fault| {
            let at = station.folder.path();
            let identity = identity(at).expect("the identity opens");
            let opened = Vault::open(&worker::vault(at), host(at)).and_then(|vault| vault.sign_in(&identity));
            let moved = at.join("moved").exists();
            assert!(moved || opened.is_ok(), "{fault:?}: nothing is left: {:?}\n{told:?}", opened.err());
        });
        assert!(met > 5, "{met}");
    }
}

/// A page that cannot be read once is not told as damage.
#[test]
fn a_check_that_meets_a_failing_disk_does_not_call_the_file_damaged() {
    // It reads thousands of pages.
    let thinning = std::iter::successors(Some(1), |number| Some(number + 3 + number / 5));
    let met =
        at_each_act(thinning, ("once::a_checker", Kind::Read, 0), |_, told, fault| told.look_at_codes(fault.kind));
    assert!(met > 5, "{met}");
}
