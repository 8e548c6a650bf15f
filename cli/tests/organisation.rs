//! The organisation's log through the built binary: an office enrols the logs of two stations, takes in their checkpoints,
//! and an auditor judges all bundles together.

mod station;

use std::fs;
use std::path::Path;

use serde_json::Value as Json;
use station::{Run, Station, text};

fn saferoom(arguments: &[&str]) -> Run {
    let mut command = station::saferoom();
    command.args(arguments);
    Run::of(command)
}

/// An office and two stations, whose logs the office has enrolled.
struct Organisation {
    office: Station,
    stations: [Station; 2],
    policy: String,
    kept: String,
}

impl Organisation {
    fn new() -> Self {
        let office = Station::founded_as("office.example.org/audit");
        let stations = ["north", "south"].map(|name| Station::founded_as(&format!("{name}.example.org/audit")));
        let (policy, kept) = (office.path("trust-policy.txt"), office.path("kept"));
        fs::write(&policy, office.signed_in(&["audit", "trust-policy"]).ends_with(0).out).unwrap();
        fs::write(&kept, office.signed_in(&["audit", "checkpoint"]).ends_with(0).out).unwrap();
        let (policy, kept) = (text(&policy).to_owned(), text(&kept).to_owned());
        let organisation = Self { office, stations, policy, kept };
        address(&organisation.office);
        for station in &organisation.stations {
            address(station);
            let key = station.path("log.vkey");
            fs::write(&key, station.signed_in(&["audit", "key"]).ends_with(0).out).unwrap();
            let enrol = ["audit", "organisation", "enrol", text(&key), "--purpose", "audit"];
            let run = organisation.office.signed_in(&enrol).ends_with(0);
            assert!(run.out.contains("is enrolled"), "{}", run.out);
        }
        organisation
    }

    /// The station sends a checkpoint, and the office takes it in.
    fn sees(&self, station: &Station) {
        let (packet, to) = (station.path("checkpoint.packet"), self.office.path("address"));
        drop(fs::remove_file(&packet));
        station.signed_in(&["packet", "checkpoint", "--to", text(&to), "--out", text(&packet)]).ends_with(0);
        let known = station.path("address");
        let take = ["packet", "take-in", text(&packet), "--known", text(&known), "--purpose", "audit"];
        let run = self.office.signed_in(&take).ends_with(0);
        assert!(run.out.contains("1 checkpoint"), "{}", run.out);
    }

    /// Both stations work and are seen.
    fn both_work(&self) {
        for station in &self.stations {
            station.with_case();
            self.sees(station);
        }
    }

    /// All is exported and judged together; how it ends, and what failed.
    fn audit(&self, bundles: &[&Path], exit: i32) -> Json {
        let organisation = export(&self.office, "bundle");
        let mut arguments = vec!["audit", "organisation", "verify", &organisation, "--trust-policy", &self.policy];
        arguments.extend(["--kept", &self.kept, "--json"]);
        bundles.iter().for_each(|bundle| arguments.extend(["--bundle", text(bundle)]));
        serde_json::from_str(&saferoom(&arguments).ends_with(exit).out).unwrap()
    }
}

fn address(station: &Station) {
    let (key, out) = (station.path("identity"), station.path("address"));
    let mut command = station::saferoom();
    command.args(["packet", "address", "--key", text(&key), "--out", text(&out)]);
    command.env("SAFEROOM_PASSPHRASE_FILE", station.path("passphrase"));
    Run::of(command).ends_with(0);
}

fn export(station: &Station, name: &str) -> String {
    let folder = station.path(name);
    drop(fs::remove_dir_all(&folder));
    station.signed_in(&["audit", "export", "--purpose", "audit", "--out", text(&folder)]).ends_with(0);
    text(&folder).to_owned()
}

/// Which verdicts failed, each with the codes of its problems.
fn failed(found: &Json) -> Vec<(String, Vec<u64>)> {
    let verdicts = found["verdicts"].as_array().unwrap().iter().filter(|verdict| verdict["answer"] == "failed");
    let codes = |verdict: &Json| {
        let problems = verdict["problems"].as_array().unwrap().iter();
        problems.map(|problem| problem["code"].as_u64().unwrap()).collect()
    };
    verdicts.map(|verdict| (verdict["verdict"].as_str().unwrap().to_owned(), codes(verdict))).collect()
}

#[test]
fn all_logs_are_there_and_whole_or_it_is_said_which_are_not() {
    let organisation = Organisation::new();
    let [north, south] = &organisation.stations;
    let early = export(north, "early");
    organisation.both_work();
    let bundles = [export(north, "bundle"), export(south, "bundle")];
    let [at_north, at_south] = bundles.each_ref().map(Path::new);

    let found = organisation.audit(&[at_north, at_south], 0);
    assert_eq!((&found["accepted"], failed(&found)), (&true.into(), Vec::new()));
    let logs = found["logs"].as_array().unwrap();
    assert_eq!(logs.len(), 2);
    assert!(logs.iter().all(|log| log["in_a_bundle"] == true && log["seen"] == 1), "{found}");
    assert_eq!(found["bundles"].as_array().unwrap().len(), 2);

    // A log that nobody brings.
    let found = organisation.audit(&[at_north], 3);
    assert_eq!(failed(&found), [("devices".to_owned(), vec![456])]);
    // A log as it was before the office saw it: its end was cut off.
    let found = organisation.audit(&[Path::new(&early), at_south], 3);
    assert_eq!(failed(&found), [("consistency".to_owned(), vec![432])]);
    // The log of a station that nobody enrolled.
    let stranger = Station::founded_as("west.example.org/audit");
    let west = export(&stranger, "bundle");
    let found = organisation.audit(&[at_north, at_south, Path::new(&west)], 3);
    let named: Vec<_> = failed(&found).into_iter().map(|(verdict, _)| verdict).collect();
    assert!(named.contains(&"devices".to_owned()) && named.contains(&"authenticity".to_owned()), "{named:?}");
    assert!(failed(&found).iter().any(|(verdict, codes)| verdict == "devices" && codes.contains(&449)), "{found}");
}

#[test]
fn a_second_past_and_a_log_that_goes_on_after_its_end_are_noticed() {
    let organisation = Organisation::new();
    let [north, south] = &organisation.stations;
    north.with_case();
    fs::write(south.path("first.checkpoint"), south.signed_in(&["audit", "checkpoint"]).ends_with(0).out).unwrap();
    // A copy of the vault with its device, which somebody works on in secret.
    for name in ["vault", "vault.device"] {
        copy(&north.path(name), &north.path(&format!("secret-{name}")));
    }
    organisation.both_work();
    let at_south = export(south, "bundle");
    for name in ["vault", "vault.device"] {
        fs::rename(north.path(name), north.path(&format!("true-{name}"))).unwrap();
        fs::rename(north.path(&format!("secret-{name}")), north.path(name)).unwrap();
    }
    for _ in 0..3 {
        north.with_case();
    }
    let secret = export(north, "secret");
    let found = organisation.audit(&[Path::new(&secret), Path::new(&at_south)], 3);
    assert_eq!(failed(&found), [("consistency".to_owned(), vec![433])]);
    for name in ["vault", "vault.device"] {
        fs::rename(north.path(name), north.path(&format!("secret-{name}"))).unwrap();
        fs::rename(north.path(&format!("true-{name}")), north.path(name)).unwrap();
    }

    // The device of the south is retired with its last checkpoint; it has exported since, which is an entry.
    let last = south.path("last.checkpoint");
    fs::copy(Path::new(&at_south).join("checkpoint"), &last).unwrap();
    let retire = |checkpoint: &Path, of: &Station| {
        let key = of.path("log.vkey");
        let retire = ["audit", "organisation", "retire", text(checkpoint), "--log-key", text(&key)];
        organisation.office.signed_in(&[&retire[..], &["--purpose", "audit"]].concat())
    };
    // A checkpoint of another log, or from before one that came in: refused, and nothing of it stands in the log.
    assert!(retire(&last, north).ends_with(3).err.contains("S445"));
    assert!(retire(&south.path("first.checkpoint"), south).ends_with(6).err.contains("S415"));
    retire(&last, south).ends_with(0);
    let at_north = export(north, "bundle");
    let found = organisation.audit(&[Path::new(&at_north), Path::new(&at_south)], 0);
    assert!(found["logs"].as_array().unwrap().iter().any(|log| log["final_size"].is_u64()), "{found}");
    let later = export(south, "later");
    let found = organisation.audit(&[Path::new(&at_north), Path::new(&later)], 3);
    assert_eq!(failed(&found), [("devices".to_owned(), vec![458])]);
}

#[test]
fn what_is_no_key_and_no_checkpoint_is_refused() {
    let office = Station::founded();
    let file = office.path("nonsense");
    fs::write(&file, "nonsense").unwrap();
    for command in [&["enrol"][..], &["retire", "--log-key", text(&file)]] {
        let run =
            office.signed_in(&[&["audit", "organisation"], command, &[text(&file), "--purpose", "audit"]].concat());
        assert!(run.exit > 2 && run.err.contains("nonsense"), "{command:?}: {} {}", run.exit, run.err);
    }
}

fn copy(from: &Path, to: &Path) {
    if from.is_dir() {
        fs::create_dir_all(to).unwrap();
        for entry in fs::read_dir(from).unwrap() {
            let entry = entry.unwrap();
            copy(&entry.path(), &to.join(entry.file_name()));
        }
    } else {
        fs::copy(from, to).unwrap();
    }
}
