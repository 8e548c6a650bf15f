//! `saferoom extract plan`, `build` and `reverse`: from a vault to a folder that an analyst opens, and back to one case.

mod station;

use std::path::Path;

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
    let other = if pseudonym.ends_with('X') { 'Y' } else { 'X' };
    let wrong = format!("{}{other}", &pseudonym[..pseudonym.len() - 1]);
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
    assert!(!third.exists() && !station.path("third.pub").exists() && !station.path("third.way-back").exists());
    // The plan says so too, and names the release; custodians sign for it and for no other.
    let plan = ["extract", "plan", "--spec", text(&spec), "--json"];
    let guard = station.signed_in(&[&plan, &research[..]].concat()).json()["guard"].clone();
    let release = guard["release"].as_str().unwrap().to_owned();
    assert!(refused.err.contains(&release) && guard["singles_out"]["at_risk"].as_u64().unwrap() > 0, "{guard}");
    let sign = ["--purpose", "record-management"];
    let short = station.signed_in(&[&["member", "release-exception", &release[2..]], &sign[..]].concat());
    assert_eq!(short.exit, 6, "{}", short.err);
    let exception = ["member", "release-exception", &release];
    let only = station.signed_in(&[&exception[..], &["--plan"], &sign].concat()).ends_with(0);
    assert!(only.out.contains("DANGEROUS"), "{}", only.out);
    station.signed_in(&[&build, &research[..]].concat()).ends_with(4);
    let signed = station.signed_in(&[&exception, &sign[..]].concat()).ends_with(0);
    assert!(signed.out.contains(&release), "{}", signed.out);
    station.signed_in(&[&build, &research[..]].concat()).ends_with(0);
    assert!(third.exists() && station.path("third.pub").exists());
    let past = station.signed_in(&[&["extract", "series", "--json"], &research[..]].concat()).json();
    let rows: Vec<_> = past["releases"].as_array().unwrap().iter().map(|release| release["rows"].as_u64()).collect();
    assert_eq!(rows.len(), 3, "only what left is listed");
    assert!(rows.iter().all(|rows| rows.is_some_and(|rows| rows >= 36)), "{rows:?}");
}

#[test]
fn custodians_sign_floors_and_series_and_see_first_what_changes() {
    let station = Station::founded();
    let sign = ["--purpose", "record-management"];
    let policy = station.path("release.toml");
    std::fs::write(&policy, "version = 2\ninside_k = 8\noutside_k = 11\nmost_quasi = 6\n").unwrap();
    let command = ["member", "release-policy", text(&policy)];
    let plan = station.signed_in(&[&command[..], &["--plan"], &sign].concat()).ends_with(0);
    assert!(plan.out.contains("8 in place of 5") && plan.out.contains("6 in place of 12"), "{}", plan.out);
    let series = |more: &[&str]| station.signed_in(&[&["extract", "series"], more, &["--purpose", "HRESCH"]].concat());
    assert_eq!(series(&["--json"]).json()["policy"]["inside_k"], 5, "a plan signs nothing");
    station.signed_in(&[&command, &sign[..]].concat()).ends_with(0);
    assert_eq!(series(&["--json"]).json()["policy"]["inside_k"], 8);
    // A floor that comes down is said to be dangerous, and an older version is refused.
    std::fs::write(&policy, "version = 3\ninside_k = 5\noutside_k = 11\nmost_quasi = 6\n").unwrap();
    let plan = station.signed_in(&[&command[..], &["--plan"], &sign].concat()).ends_with(0);
    assert!(plan.out.contains("DANGEROUS: children alike at least, inside"), "{}", plan.out);
    std::fs::write(&policy, "version = 3\ninside_k = 4\noutside_k = 11\nmost_quasi = 6\n").unwrap();
    let refused = station.signed_in(&[&command, &sign[..]].concat()).ends_with(6);
    assert!(refused.err.contains("S1951"), "{}", refused.err);

    let declare = |budget: &str, more: &[&str]| {
        let base = ["member", "release-series", "Yearly", "--audience", "outside", "--budget", budget];
        station.signed_in(&[&base, more, &sign[..]].concat())
    };
    declare("0.5", &[]).ends_with(0);
    let renewed = declare("1.5", &["--lasting-pseudonyms"]).ends_with(0);
    assert!(renewed.out.contains("DANGEROUS: budget 1.5 in place of 0.5"), "{}", renewed.out);
    assert!(renewed.out.contains("DANGEROUS: a child has the same pseudonym"), "{}", renewed.out);
    assert_eq!(declare("lots", &[]).exit, 6);
    let listed = series(&["--json"]).json()["series"].clone();
    assert_eq!(listed.as_array().unwrap().len(), 1);
    assert_eq!((&listed[0]["left"], &listed[0]["lasting_pseudonyms"]), (&1.5.into(), &true.into()));
    let said = series(&[]).ends_with(0);
    assert!(said.out.contains("Yearly") && said.out.contains("Nothing was released yet"), "{}", said.out);
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

const COUNTS: &str = r#"
name = "By sex"
audience = "inside"

[[dimension]]
column = "child.sex"
values = ["female", "male"]
"#;

#[test]
fn tables_of_a_vault_are_recorded_and_noisy_counts_are_paid_for() {
    let station = Station::founded();
    caseload(&station, 40);
    let spec = station.path("tables.toml");
    std::fs::write(&spec, COUNTS).unwrap();
    let tables = |more: &[&str]| {
        station.signed_in(&[&["tables", "--spec", text(&spec), "--json", "--purpose", "HRESCH"], more].concat())
    };
    let releases = || {
        let listed = station.signed_in(&["extract", "series", "--json", "--purpose", "HRESCH"]).json();
        listed["releases"].as_array().unwrap().clone()
    };
    let planned = tables(&["--plan"]).json();
    let counts: Vec<_> = planned["cells"].as_array().unwrap().iter().map(|cell| cell["count"].as_i64()).collect();
    assert_eq!(counts, [Some(26), Some(14), Some(40)]);
    assert!(releases().is_empty());
    let place = station.path("counts");
    assert_eq!(tables(&["--out", text(&place)]).json(), planned);
    assert!(place.join("table.csv").exists());
    let recorded = releases();
    assert_eq!((recorded.len(), &recorded[0]["series"], &recorded[0]["rows"]), (1, &"tables".into(), &40.into()));

    // One child more would show: neither table nor folder; a plan says so, and custodians can sign.
    caseload(&station, 1);
    let second = station.path("second");
    let refused = tables(&["--out", text(&second)]).ends_with(4);
    assert!(refused.err.contains("S1912") && !second.exists(), "{}", refused.err);
    assert!(tables(&["--plan"]).ends_with(0).err.contains("too small"));
    let release = refused.err.split("release ").nth(1).unwrap().split(':').next().unwrap();
    let sign = ["--purpose", "record-management"];
    let exception = ["member", "release-exception", release, "--of", "tables"];
    station.signed_in(&[&exception, &sign[..]].concat()).ends_with(0);
    tables(&["--out", text(&second)]).ends_with(0);
    assert_eq!(releases().len(), 2);

    // With noise: a series with a budget, which is shown before and after, and refuses in the end.
    std::fs::write(&spec, format!("{COUNTS}\n[private]\nmechanism = \"laplace\"\nepsilon = 1.0\n")).unwrap();
    assert_eq!(tables(&["--plan"]).exit, 2);
    let series = ["member", "release-series", "Yearly", "--audience", "inside", "--budget", "0.7"];
    station.signed_in(&[&series, &sign[..]].concat()).ends_with(0);
    let plan = tables(&["--plan", "--series", "Yearly"]).json();
    assert_eq!((&plan["cost"], &plan["left"]), (&0.5.into(), &0.7.into()));
    let noisy = station.path("noisy");
    let answered = tables(&["--out", text(&noisy), "--series", "Yearly"]).ends_with(0);
    assert!(answered.err.contains("0.2") || answered.out.contains("0.2"), "{} {}", answered.out, answered.err);
    assert!(noisy.join("report.json").exists());
    let again = station.path("again");
    let refused = tables(&["--out", text(&again), "--series", "Yearly"]).ends_with(4);
    assert!(refused.err.contains("S1909") && !again.exists(), "{}", refused.err);
    // What never leaves cannot be counted either, and nobody signs in for it.
    std::fs::write(&spec, COUNTS.replace("child.sex", "child.family_name")).unwrap();
    let refused = station.run(&["tables", "--spec", text(&spec), "--plan", "--identity", "none"]);
    assert_eq!(refused.exit, 6, "{}", refused.err);
}

/// The specification for a series that custodians declare here.
fn of_series(station: &Station, audience: &str, declared: &[&str], asked: &str) -> String {
    let declare = ["member", "release-series", "Yearly", "--audience", audience, "--purpose", "record-management"];
    station.signed_in(&[&declare[..], declared].concat()).ends_with(0);
    SPEC.replace(
        "[[column]]\nname = \"pseudonym\"",
        &format!("[series]\nname = \"Yearly\"\n{asked}\n[[column]]\nname = \"pseudonym\""),
    )
}

fn build(station: &Station, spec: &str, place: &str) -> station::Run {
    let (file, place) = (station.path("spec.toml"), station.path(place));
    std::fs::write(&file, spec).unwrap();
    let command = ["extract", "build", "--spec", text(&file), "--out", text(&place), "--json", "--purpose", "HRESCH"];
    station.signed_in(&command)
}

/// The rows of an extract: what each says, and its pseudonym.
fn rows(station: &Station, place: &str) -> Vec<(String, String)> {
    let (folder, out) = (station.path(place), station.path(&format!("{place}.csv")));
    let run = station::Run::of({
        let mut command = station::saferoom();
        command.args(["extract", "csv", text(&folder), "--unsigned", "--out", text(&out)]);
        command
    });
    run.ends_with(0);
    let csv = std::fs::read_to_string(out).unwrap();
    let row = |line: &str| {
        let (says, name) = line.rsplit_once(',').unwrap();
        (says.to_owned(), name.to_owned())
    };
    csv.lines().skip(1).map(row).collect()
}

#[test]
fn two_yearly_extracts_of_a_growing_caseload_pass_and_single_nobody_out() {
    let station = Station::founded();
    let spec = of_series(&station, "inside", &[], "only_new = true");
    caseload(&station, 40);
    let first = build(&station, &spec, "first").json();
    assert!(first["provenance"]["source"].as_str().unwrap().contains("no earlier release"), "{}", first["provenance"]);
    // Three new children are too few for a release of their own, and too few to be told from the others.
    caseload(&station, 3);
    assert_ne!(build(&station, &spec, "early").exit, 0);
    let whole = SPEC.replace("suppression = 0.1", "suppression = 0.0");
    let refused = build(&station, &whole, "whole").ends_with(4);
    assert!(refused.err.contains("S1912"), "{}", refused.err);
    assert!(!station.path("early").exists() && !station.path("whole").exists());
    // With a year's children there is a second extract, and the first stays as it was.
    caseload(&station, 27);
    let second = build(&station, &spec, "second").json();
    assert_eq!((&first["rows"]["source"], &second["rows"]["source"]), (&40.into(), &30.into()));
    // Whoever holds both knows of each child the year and the class in it: nobody is alone, nobody is in both.
    let mut classes = std::collections::BTreeMap::new();
    let mut names = std::collections::BTreeSet::new();
    for year in ["first", "second"] {
        for (says, name) in rows(&station, year) {
            *classes.entry((year, says)).or_insert(0) += 1;
            assert!(names.insert(name));
        }
    }
    assert!(classes.values().all(|size| *size >= 5), "{classes:?}");
    let released = |manifest: &serde_json::Value| manifest["rows"]["released"].as_u64().unwrap();
    assert_eq!(names.len() as u64, released(&first) + released(&second));
    // A file of no vault has no series.
    let input = station.path("in.csv");
    std::fs::write(&input, "pseudonym,age,child.sex\n1,2,female\n").unwrap();
    let other = station.path("other");
    let refused = station::Run::of({
        let mut command = station::saferoom();
        let spec = station.path("spec.toml");
        command.args(["anonymize", "--in", text(&input), "--spec", text(&spec), "--out", text(&other)]);
        command
    });
    refused.ends_with(6);
    assert!(!other.exists());
}

#[test]
fn pseudonyms_last_through_a_series_only_where_custodians_signed_and_the_specification_asks() {
    let station = Station::founded();
    let shares = key_for_reversals(&station);
    let cases = caseload(&station, 40);
    let asked = of_series(&station, "inside", &[], "lasting_pseudonyms = true");
    let refused = build(&station, &asked, "refused");
    assert!(refused.exit != 0 && refused.err.contains("S1917"), "{}", refused.err);
    assert!(!station.path("refused").exists());
    of_series(&station, "inside", &["--lasting-pseudonyms"], "");
    for place in ["one", "two"] {
        build(&station, &asked, place).ends_with(0);
    }
    build(&station, &asked.replace("lasting_pseudonyms = true", ""), "not-asked").ends_with(0);
    build(&station, SPEC, "no-series").ends_with(0);
    let other = ["member", "release-series", "Other", "--audience", "inside", "--lasting-pseudonyms"];
    station.signed_in(&[&other[..], &["--purpose", "record-management"]].concat()).ends_with(0);
    build(&station, &asked.replace("Yearly", "Other"), "other").ends_with(0);
    let names = |place: &str| {
        rows(&station, place).into_iter().map(|(_, name)| name).collect::<std::collections::BTreeSet<_>>()
    };
    let lasting = names("one");
    assert!(lasting.len() >= 36 && lasting == names("two"), "the same children, the same names");
    for place in ["not-asked", "no-series", "other"] {
        assert!(lasting.is_disjoint(&names(place)), "{place}");
    }
    // The way back of each release of the series leads from any of them.
    let way_back = station.path("two.way-back");
    let pseudonym = lasting.first().unwrap();
    let passphrase = station.path("passphrase");
    let mut reverse = vec!["extract", "reverse", "--pseudonym", pseudonym, "--way-back", text(&way_back), "--json"];
    reverse.extend(shares.iter().flat_map(|share| ["--share-file", share.as_str()]));
    reverse.extend([
        "--share-passphrase-file",
        text(&passphrase),
        "--purpose",
        "record-management",
        "--reason",
        "Danger",
    ]);
    let found = station.signed_in(&reverse).json();
    assert!(cases.iter().any(|case| found["case"] == case.to_string()), "{found}");
    // Nobody joins what is released once only.
    let both = asked.replace("lasting_pseudonyms = true", "lasting_pseudonyms = true\nonly_new = true");
    let refused = build(&station, &both, "both").ends_with(6);
    assert!(refused.err.contains("only_new"), "{}", refused.err);
}

#[test]
fn a_table_of_participants_by_the_example() {
    use saferoom::model::records::{TrainingEvent, TrainingParticipant};
    use saferoom::model::{Coded, PartialDate, PlaceCode};

    let station = Station::founded();
    let (session, access) = (station.session(), Access::for_purpose("supervision"));
    let event = TrainingEvent {
        title: Some(Text::new("Interviewing").unwrap()),
        kind: Coded::new("training").ok(),
        started_on: PartialDate::parse("2025-05-06").ok(),
        ..TrainingEvent::default()
    };
    let event = session.create(Some(session.unit()), &event, &access).unwrap().record;
    for (count, sex, province) in [(9, "female", "12"), (8, "male", "12"), (7, "female", "07"), (2, "male", "07")] {
        for _ in 0..count {
            let one = TrainingParticipant {
                name: Some(Text::new("Chan Dara").unwrap()),
                sex: Coded::new(sex).ok(),
                province: PlaceCode::parse(province).ok(),
                ..TrainingParticipant::default()
            };
            session.create(Some(event), &one, &access).unwrap();
        }
    }
    let spec = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/tables/participants.toml");
    let place = station.path("participants");
    let arguments = ["tables", "--spec", text(&spec), "--out", text(&place), "--purpose", "supervision"];
    let done = station.signed_in(&arguments).ends_with(0);
    assert!(done.out.contains("fewer than 5 participants"), "{}", done.out);
    let table = std::fs::read_to_string(place.join("table.csv")).unwrap();
    assert!(!table.contains("Dara") && table.contains("female,,16") && table.contains(",12,17"), "{table}");
    assert!(table.contains("male,07,\n"), "two men of a province are not told: {table}");
    // Without a vault there are no such rows.
    let other = station.path("other");
    let refused = station.run(&["tables", "--in", text(&spec), "--spec", text(&spec), "--out", text(&other)]);
    assert!(refused.exit != 0 && refused.err.contains("--vault"), "{}", refused.err);
}
