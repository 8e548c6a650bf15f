//! Attempts that are slowed down and logged, and the panic wipe.

mod station;

use station::{Run, Station, saferoom};

fn run(arguments: &[&str]) -> Run {
    let mut command = saferoom();
    command.args(arguments);
    Run::of(command)
}

#[test]
fn wrong_passphrases_are_slowed_down_with_the_wait_and_logged() {
    let station = Station::founded();
    let wrong = station.passphrase_file("wrong", "another river stone\n").display().to_string();
    let (vault, identity) = (station.path("vault").display().to_string(), station.path("identity"));
    let identity = identity.display().to_string();
    let check = ["vault", "check", "--vault", &vault, "--identity", &identity, "--passphrase-file", &wrong];
    for _ in 0..3 {
        assert!(run(&check).ends_with(4).err.contains("error[S201]"));
    }
    // On a slow machine the wait is over when the next attempt begins; the one after it is twice as long.
    let mut refused = (0..10).map(|_| run(&check).ends_with(4));
    let waits = refused.find(|run| run.err.contains("error[S222]")).expect("slowed down");
    assert!(waits.err.contains("the next is possible in") && waits.err.contains("do this: Wait"), "{}", waits.err);
    let session = station.session();
    let entries = session.log_entries(0, u64::MAX, &saferoom::access::Access::for_purpose("audit")).unwrap();
    let failed = entries.iter().filter(|logged| logged.entry.actor.is_none());
    assert!(failed.count() >= 3, "each leaves an entry of nobody");
}

#[test]
fn a_wiped_identity_opens_nothing_any_more() {
    let station = Station::founded();
    let (vault, identity) = (station.path("vault").display().to_string(), station.path("identity"));
    let path = identity.display().to_string();
    let wipe = ["identity", "wipe", "--identity", &path, "--vault", &vault];
    assert!(run(&wipe).ends_with(2).err.contains("--yes"), "nobody can be asked here");
    assert!(identity.exists());
    std::fs::copy(&identity, station.path("copy")).unwrap();
    run(&[&wipe[..], &["--yes"]].concat()).ends_with(0);
    assert!(!identity.exists());
    station.signed_in(&["vault", "check"]).ends_with(5);
    run(&[&wipe[..], &["--yes"]].concat()).ends_with(5);

    // Another copy of the identity still opens the vault, until the device's own key is gone too.
    std::fs::copy(station.path("copy"), &identity).unwrap();
    station.signed_in(&["vault", "check"]).ends_with(0);
    let told = run(&[&wipe[..], &["--log-key", "--yes"]].concat()).ends_with(0);
    assert!(told.out.contains("saferoom vault adopt"));
    assert_eq!(run(&["vault", "info", "--vault", &vault, "--json"]).json()["of_this_device"], false);
    std::fs::copy(station.path("copy"), &identity).unwrap();
    assert!(station.signed_in(&["vault", "check"]).ends_with(1).err.contains("error[S705]"));
    let letter = station.passphrase_file("letter", "no identity").display().to_string();
    run(&["identity", "wipe", "--identity", &letter, "--yes"]).ends_with(5);
    assert!(station.path("letter").exists());
}

#[test]
fn a_wipe_that_does_not_reach_the_devices_half_says_so() {
    let station = Station::founded();
    let identity = station.path("identity").display().to_string();
    let (keys, word) =
        (station.path("elsewhere").display().to_string(), station.path("passphrase").display().to_string());
    let enrol = ["identity", "enrol", "--identity", &identity, "--passphrase-file", &word, "--device-keys", &keys];
    run(&enrol).ends_with(0);
    std::fs::copy(station.path("identity"), station.path("copy")).unwrap();

    let told = run(&["identity", "wipe", "--identity", &identity, "--yes"]).ends_with(1);
    assert!(told.out.contains("overwritten and removed") && told.err.contains("the device's half"), "{}", told.err);
    assert!(!station.path("identity").exists());

    std::fs::copy(station.path("copy"), station.path("identity")).unwrap();
    run(&["identity", "wipe", "--identity", &identity, "--device-keys", &keys, "--yes"]).ends_with(0);
}
