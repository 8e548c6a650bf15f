//! `saferoom member` and `saferoom case assign`: officers come, work on cases, and leave.

mod station;
mod team;

use std::fs;

use serde_json::Value as Json;
use station::PASSPHRASE;
use team::{Team, run};

#[test]
fn an_officer_is_enrolled_works_on_a_case_and_is_suspended() {
    let team = Team::new();
    let (case, child) = team.0.with_named_child("Chan", "Sopheaktra");
    let (case, child) = (case.to_string(), child.to_string());
    let fingerprint = team.person("dara");
    let run = team.enrol("dara", "interviewer").ends_with(0);
    assert!(run.out.replace(' ', "").contains(&fingerprint), "{}", run.out);
    assert!(run.out.contains("In force"), "{}", run.out);
    assert!(team.enrol("dara", "interviewer").ends_with(4).err.contains("S613"));

    let show = ["case", "show", &case, "--purpose", "forensic-interview"];
    let listed = team.as_member("dara", &["case", "list", "--ids", "--purpose", "forensic-interview"]).ends_with(0);
    assert!(!listed.out.contains(&case), "{}", listed.out);
    let run = team.as_member("dara", &show);
    assert!(!run.out.contains("Sopheaktra"), "{}", run.out);
    let dara = team.member_of("interviewer");
    team.as_member("identity", &["case", "assign", &case, &dara, "--purpose", "supervision"]).ends_with(0);
    assert!(team.as_member("dara", &show).ends_with(0).out.contains("Sopheaktra"));
    let members = ["case", "members", &case, "--json", "--purpose", "supervision"];
    assert_eq!(team.as_member("identity", &members).json()[0]["member"], Json::from(dara.clone()));
    assert!(!child.is_empty());

    team.as_member("identity", &["member", "suspend", &dara, "--purpose", "record-management"]).ends_with(0);
    assert!(team.as_member("dara", &show).ends_with(4).err.contains("S630"));
    let exposure = ["member", "exposure", &dara, "--json", "--purpose", "record-management"];
    let exposure = team.as_member("identity", &exposure).json();
    assert_eq!((&exposure["active"], &exposure["cases"][0]["case"]), (&Json::from(false), &Json::from(case.clone())));
    let moved = team.as_member("identity", &["member", "move-on", "--purpose", "record-management"]).ends_with(0);
    assert!(moved.out.contains("taken away"), "{}", moved.out);
    let findings = team.as_member("identity", &["findings", "--purpose", "supervision"]).ends_with(0);
    assert!(findings.out.contains("Nothing is to be looked at"), "{}", findings.out);
    team.as_member("identity", &["vault", "check"]).ends_with(0);
}

#[test]
fn two_custodians_sign_where_there_are_two() {
    let team = Team::new();
    team.person("second");
    team.enrol("second", "custodian").ends_with(0);
    team.person("dara");
    let run = team.enrol("dara", "interviewer").ends_with(4);
    assert!(run.err.contains("1 of 2"), "{}", run.err);

    let (enrolment, proposal) = (team.file("dara.enrolment"), team.file("proposal"));
    let purpose = ["--purpose", "record-management"];
    let enrol = ["member", "enrol", &enrolment, "--role", "interviewer", "--proposal", &proposal];
    team.as_member("identity", &[&enrol, &purpose[..]].concat()).ends_with(0);
    let run = team.as_member("second", &["member", "sign", &proposal]).ends_with(0);
    assert!(run.out.contains("2 of 2") && run.out.contains("interviewer"), "{}", run.out);
    team.as_member("second", &[&["member", "enact", &proposal], &purpose[..]].concat()).ends_with(0);
    let outdated = team.as_member("second", &[&["member", "enact", &proposal], &purpose[..]].concat()).ends_with(4);
    assert!(outdated.err.contains("S617"), "{}", outdated.err);

    // Both at the same device.
    team.person("sokha");
    let (enrolment, second, passphrase) = (team.file("sokha.enrolment"), team.file("second"), team.file("passphrase"));
    let with = ["--with", &second, "--with-passphrase-file", &passphrase];
    let enrol = ["member", "enrol", &enrolment, "--role", "auditor"];
    team.as_member("identity", &[&enrol, &with[..], &purpose[..]].concat()).ends_with(0);
    let policy = team.as_member("sokha", &["access-policy", "show", "--json"]).json();
    assert_eq!(policy["version"], 1);

    fs::write(team.file("proposal"), b"nothing").unwrap();
    assert!(team.as_member("second", &["member", "sign", &proposal]).ends_with(4).err.contains("S639"));
    assert_eq!(PASSPHRASE.len(), 17);
}

#[test]
fn a_case_goes_over_to_another_vault_in_a_packet() {
    let (here, there) = (Team::new(), Team::new());
    let (case, _) = here.0.with_named_child("Chan", "Sopheaktra");
    let address = |team: &Team, name: &str| {
        let (key, passphrase, out) = (team.file("identity"), team.file("passphrase"), team.file(name));
        run(&["packet", "address", "--key", &key, "--passphrase-file", &passphrase, "--out", &out]).ends_with(0);
        out
    };
    let (theirs, ours) = (address(&there, "their.address"), address(&here, "our.address"));
    let unit = there.0.session().unit().to_string();
    let packet = here.file("case.packet");
    let purpose = ["--purpose", "case-conference"];
    let case = case.to_string();
    let over = ["packet", "hand-over", &case, "--unit", &unit, "--to", &theirs, "--out", &packet];
    here.as_member("identity", &[&over, &purpose[..]].concat()).ends_with(0);
    let take = ["packet", "take-in", &packet, "--known", &ours];
    let run = there.as_member("identity", &[&take[..], &["--json"], &purpose[..]].concat()).json();
    assert_eq!((run["again"].clone(), run["records"].as_array().unwrap().len()), (Json::from(false), 2));
    let new = run["records"][0][1].as_str().unwrap().to_owned();
    let show = ["case", "show", &new, "--purpose", "case-conference"];
    assert!(there.as_member("identity", &show).ends_with(0).out.contains("Sopheaktra"));
    let again = there.as_member("identity", &[&take, &purpose[..]].concat()).ends_with(0);
    assert!(again.out.contains("before"), "{}", again.out);
    // Without knowing the sender nothing is taken in.
    let unknown = there.as_member("identity", &[&["packet", "take-in", &packet], &purpose[..]].concat());
    assert_ne!(unknown.exit, 0);
}
