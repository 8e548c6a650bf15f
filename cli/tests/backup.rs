//! Backup, restore, move and identity commands end to end, through the built binary.

mod station;

use std::fs;

use station::{Run, Station};

fn run(arguments: &[&str]) -> Run {
    let mut command = station::saferoom();
    command.args(arguments);
    Run::of(command)
}

#[test]
fn a_vault_is_backed_up_restored_and_moved() {
    let station = Station::founded();
    let key_passphrase = station.passphrase_file("key-passphrase", "stone river quiet\n");
    let at = |name: &str| station.path(name).display().to_string();
    let key = ["--key", &at("key"), "--key-passphrase-file", &key_passphrase.display().to_string()].map(str::to_owned);
    let key: Vec<&str> = key.iter().map(String::as_str).collect();
    let backup = at("monday.backup");
    let made = station.signed_in(&[&["vault", "backup", "--json", "--to", &backup][..], &key].concat()).json();
    assert_eq!(made["bytes"].as_u64(), Some(fs::metadata(&backup).unwrap().len()));
    let again = station.signed_in(&[&["vault", "backup", "--to", &backup][..], &key].concat()).ends_with(5);
    assert!(again.err.contains("error[S502]"), "{}", again.err);

    // This device knows of the refused try and the sign-outs since: the loss has to be accepted.
    let (vault, identity, passphrase) = (at("restored"), at("identity"), at("passphrase"));
    let keys = at("vault.device");
    let into = ["--identity", &identity, "--passphrase-file", &passphrase, "--device-keys", &keys];
    let restore = [&["vault", "restore", "--from", &backup, "--vault", &vault][..], &key, &into].concat();
    let refused = run(&restore).ends_with(1);
    assert!(refused.err.contains("error[S725]"), "{}", refused.err);
    let restored = run(&[&restore[..], &["--accept-loss", "--json"]].concat()).json();
    assert_eq!(restored["origin"], "police.example.org/audit/1-2");
    assert_eq!(restored["previous_log_size"], made["log_size"]);
    let check = [&["vault", "check", "--json", "--vault", &vault][..], &into].concat();
    assert_eq!(run(&check).json()["intact"], true);
    let (moved, target) = (at("move"), at("moved"));
    let out = [&["vault", "move-out", "--to", &moved, "--vault", &vault][..], &key, &into].concat();
    let left = run(&out).ends_with(0).out;
    assert!(left.contains("has left this device") && left.contains("\u{2014} police.example.org"), "{left}");
    let signed_in = run(&check).ends_with(1);
    assert!(signed_in.err.contains("error[S717]"), "{}", signed_in.err);
    let other = at("other-phone");
    let into = ["--identity", &identity, "--passphrase-file", &passphrase, "--device-keys", &other];
    let move_in = [&["vault", "move-in", "--from", &moved, "--vault", &target][..], &key, &into].concat();
    assert!(run(&move_in).ends_with(0).out.contains("New log"));
    let check = [&["vault", "check", "--json", "--vault", &target][..], &into].concat();
    assert_eq!(run(&check).json()["intact"], true);
}

#[test]
fn a_passphrase_is_changed() {
    let station = Station::founded();
    let new = station.passphrase_file("new-passphrase", "another river stone\n").display().to_string();
    let (identity, old) = (station.path("identity").display().to_string(), station.path("passphrase"));
    let old = old.display().to_string();
    let change = |from: &str, to: &str| {
        let args =
            ["identity", "passphrase", "--identity", &identity, "--passphrase-file", from, "--new-passphrase-file", to];
        run(&args)
    };
    let wrong = change(&new, &old).ends_with(4);
    assert!(wrong.err.contains("error[S201]"), "{}", wrong.err);
    change(&old, &new).ends_with(0);
    station.signed_in(&["vault", "check"]).ends_with(4);
    change(&new, &old).ends_with(0);
    station.signed_in(&["vault", "check"]).ends_with(0);

    let keys = station.path("vault.device").display().to_string();
    let enrol = ["identity", "enrol", "--identity", &identity, "--passphrase-file", &old, "--device-keys", &keys];
    run(&enrol).ends_with(0);
    station.signed_in(&["vault", "check"]).ends_with(0);
}
