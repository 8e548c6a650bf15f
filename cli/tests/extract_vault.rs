//! `saferoom extract plan`, `build` and `reverse`: from a vault to a folder that an analyst opens, and back to one case.

mod station;

use saferoom::access::Access;
use saferoom::id::RecordId;
use saferoom::keys::{Identity, Passphrase, PassphraseCost, RecoveryScope, Unlock, open_identity_file};
use saferoom::model::records::{Case, Child};
use saferoom::model::{Coded, PartialDate, Text, Timestamp};

use self::station::{PASSPHRASE, Station, text};

const NAME: &str = "Kunvathana";

const SPEC: &str = r#"
name = "Ages"
audience = "inside"
suppression = 0.1

[[column]]
name = "pseudonym"
role = "insensitive"

[[column]]
name = "age"
field = "child.date_of_birth"
role = "quasi-identifying"
hierarchy = { kind = "age" }

[[column]]
name = "child.sex"
role = "quasi-identifying"
hierarchy = { kind = "suppress" }

[[model]]
kind = "k-anonymity"
k = 5
"#;

/// Cases with a child each.
fn caseload(station: &Station, count: usize) -> Vec<RecordId> {
    let session = station.session();
    let access = Access::for_purpose("forensic-interview");
    let case = Case { reported_at: Timestamp::parse("2026-03-01T08:00:00Z").ok(), ..Case::default() };
    let child = |number: usize| Child {
        family_name_latin: Text::new(NAME).ok(),
        date_of_birth: PartialDate::day(2008 + (number % 8) as u16, 5, 17).ok(),
        role: Coded::new("victim").ok(),
        sex: Coded::new(if number.is_multiple_of(3) { "male" } else { "female" }).ok(),
        ..Child::default()
    };
    let written = session.write_batch(&access, |batch| {
        let mut cases = Vec::new();
        for number in 0..count {
            let case = batch.create(Some(session.unit()), &case)?.record;
            batch.create(Some(case), &child(number))?;
            cases.push(case);
        }
        Ok(cases)
    });
    written.unwrap()
}

fn passphrase() -> Passphrase {
    Passphrase::new(PASSPHRASE.into()).unwrap()
}

/// As many shares as are needed, in files.
fn key_for_reversals(station: &Station) -> Vec<String> {
    let identity: Identity = open_identity_file(&station.path("identity"), Unlock::Passphrase(&passphrase())).unwrap();
    let session = station.session();
    let scope = RecoveryScope::Reversal(session.unit().scope());
    let (set, shares) = session.begin_recovery(scope, None).unwrap();
    let files = shares
        .iter()
        .take(usize::from(set.threshold()))
        .map(|share| {
            let path = station.path(&format!("share-{}", share.number()));
            share.create_file(&path, &passphrase(), PassphraseCost::LEAST).unwrap();
            text(&path).to_owned()
        })
        .collect();
    session.set_up_recovery(&set, &[&identity], &Access::for_purpose("HSYSADMIN")).unwrap();
    files
}

#[test]
fn an_extract_is_planned_made_and_checked_and_a_pseudonym_leads_back() {
    let station = Station::founded();
    let shares = key_for_reversals(&station);
    let cases = caseload(&station, 40);
    let spec = station.path("spec.toml");
    std::fs::write(&spec, SPEC).unwrap();
    let research = ["--purpose", "HRESCH"];
    let plan =
        station.signed_in(&[&["extract", "plan", "--spec", text(&spec), "--json"], &research[..]].concat()).json();
    assert_eq!((&plan["statistics"]["cases"], &plan["statistics"]["pending"]), (&40.into(), &0.into()));
    assert!(plan["plan"]["account"]["after"]["k"].as_u64().unwrap() >= 5);

    let place = station.path("extract");
    let build = ["extract", "build", "--spec", text(&spec), "--out", text(&place), "--json"];
    let manifest = station.signed_in(&[&build, &research[..]].concat()).json();
    assert_eq!(manifest["rows"]["source"], 40);
    let columns: Vec<_> = manifest["columns"].as_array().unwrap().iter().map(|column| column["name"].clone()).collect();
    assert_eq!(columns, ["age", "child.sex", "pseudonym"]);
    // An analyst checks it without any key of the vault.
    let key = station.path("extract.pub");
    let verified = station::Run::of({
        let mut command = station::saferoom();
        command.args(["extract", "verify", text(&place), "--key", text(&key)]);
        command
    });
    verified.ends_with(0);
    let rows = station.path("rows.csv");
    let csv = station::Run::of({
        let mut command = station::saferoom();
        command.args(["extract", "csv", text(&place), "--key", text(&key), "--out", text(&rows)]);
        command
    });
    csv.ends_with(0);
    let csv = std::fs::read_to_string(&rows).unwrap();
    assert!(!csv.contains(NAME) && !cases.iter().any(|case| csv.contains(&case.to_string())));
    assert_eq!(csv.lines().count() as u64, 1 + manifest["rows"]["released"].as_u64().unwrap());

    // A second extract of the same children has no pseudonym in common.
    let second = station.path("second");
    let build = ["extract", "build", "--spec", text(&spec), "--out", text(&second), "--json"];
    station.signed_in(&[&build, &research[..]].concat()).ends_with(0);

    // With enough shares and a reason one leads back.
    let pseudonym = csv.lines().nth(1).unwrap().split(',').next_back().unwrap();
    let way_back = station.path("extract.way-back");
    let reverse = |pseudonym: &str, way_back: &std::path::Path, more: &[&str]| {
        let asked = ["extract", "reverse", "--pseudonym", pseudonym, "--way-back", text(way_back), "--json"];
        let passphrase = station.path("passphrase");
        let mut opened: Vec<&str> = shares.iter().flat_map(|share| ["--share-file", share.as_str()]).collect();
        opened.extend(["--share-passphrase-file", text(&passphrase)]);
        station.signed_in(&[&asked[..], &opened, &["--purpose", "record-management"], more].concat())
    };
    reverse(pseudonym, &way_back, &[]).ends_with(4);
    let reason = ["--reason", "The child is in danger"];
    let found = reverse(pseudonym, &way_back, &reason).json();
    assert!(cases.iter().any(|case| found["case"] == case.to_string()), "{found}");
    // Not with the key of another release, and not with a letter wrong.
    assert_ne!(reverse(pseudonym, &station.path("second.way-back"), &reason).exit, 0);
    let wrong = format!("{}X", &pseudonym[..pseudonym.len() - 1]);
    assert_ne!(reverse(&wrong, &way_back, &reason).exit, 0);
    let findings = station.signed_in(&["findings", "--purpose", "supervision", "--json"]).ends_with(0);
    assert!(findings.out.contains(&found["case"].as_str().unwrap()[..8]) || findings.out.contains("finding"));
    // It stays where it is: nothing is written over.
    station.signed_in(&[&build, &research[..]].concat()).ends_with(5);

    // One child more: whoever holds both extracts would see whose row is new.
    caseload(&station, 1);
    let third = station.path("third");
    let build = ["extract", "build", "--spec", text(&spec), "--out", text(&third), "--json"];
    let refused = station.signed_in(&[&build, &research[..]].concat()).ends_with(4);
    assert!(refused.err.contains("S1912"), "{}", refused.err);
    assert!(!third.exists());
}

#[test]
fn what_never_leaves_is_refused_with_its_line_before_anybody_signs_in() {
    let station = Station::founded();
    let spec = station.path("spec.toml");
    for (column, role) in
        [("child.family_name", "quasi-identifying"), ("interview.summary", "sensitive"), ("child.nothing", "sensitive")]
    {
        let hierarchy = if role == "sensitive" { "" } else { "hierarchy = { kind = \"suppress\" }" };
        let bad = format!("{SPEC}\n[[column]]\nname = \"{column}\"\nrole = \"{role}\"\n{hierarchy}\n");
        let line = 1 + bad.lines().position(|line| line.contains(column)).unwrap();
        std::fs::write(&spec, bad).unwrap();
        let refused = station.run(&["extract", "plan", "--spec", text(&spec), "--identity", "none"]);
        assert_eq!(refused.exit, 6, "{}", refused.err);
        let lines = [format!("line {line}"), format!("line {}", line - 1)];
        assert!(lines.iter().any(|line| refused.err.contains(line.as_str())), "{}", refused.err);
    }
}
