//! `saferoom subject`: two people show what is held about a child and who saw it.

mod station;
mod team;

use std::fs;

use serde_json::Value as Json;
use station::Run;
use team::Team;

const WHY: [&str; 2] = ["--purpose", "subject-access"];

struct Two {
    team: Team,
    child: String,
    interviewer: String,
}

impl Two {
    /// An auditor, and an interviewer who works on the case of a child.
    fn new() -> Self {
        let team = Team::new();
        let (case, child) = team.0.with_named_child("Chan", "Sopheaktra");
        for (name, role) in [("sina", "auditor"), ("dara", "interviewer")] {
            team.person(name);
            team.enrol(name, role).ends_with(0);
        }
        let interviewer = team.member_of("interviewer");
        let assign = ["case", "assign", &case.to_string(), &interviewer, "--purpose", "supervision"];
        team.as_member("identity", &assign).ends_with(0);
        team.as_member("identity", &["case", "show", &case.to_string(), "--purpose", "investigation"]).ends_with(0);
        Self { team, child: child.to_string(), interviewer }
    }

    fn slice(&self, who: &str, to: &str) -> Run {
        let out = self.team.file("child.slice");
        let arguments = ["subject", "slice", "--child", &self.child, "--to", to, "--out", &out];
        self.team.as_member(who, &[&arguments, &WHY[..]].concat())
    }

    fn report(&self, who: &str, more: &[&str]) -> Run {
        let slice = self.team.file("child.slice");
        let arguments = ["subject", "report", "--child", &self.child, "--slice", &slice];
        self.team.as_member(who, &[&arguments[..], &WHY, more].concat())
    }
}

#[test]
fn two_people_make_a_report_that_can_be_printed() {
    let two = Two::new();
    assert!(two.report("dara", &["--json"]).ends_with(5).err.contains("no file"));
    two.slice("sina", &two.interviewer).ends_with(0);
    assert!(two.slice("sina", &two.interviewer).ends_with(5).err.contains("already"));
    let sealed = fs::read(two.team.file("child.slice")).unwrap();
    assert!(!sealed.windows(10).any(|bytes| bytes == b"Sopheaktra"));

    let report = two.report("dara", &["--json"]).json();
    assert_eq!(report["child"], Json::from(two.child.clone()));
    let held = report["held"].as_array().unwrap();
    let child = held.iter().find(|held| held["kind"] == "child").unwrap();
    assert_eq!(child["fields"]["given_name_latin"], "Sopheaktra");
    assert!(held.iter().any(|held| held["kind"] == "case" && held["about_the_child"] == false));
    let seen = &report["summary"][0];
    assert_eq!((&seen["role"], &seen["purpose"]), (&Json::from("founder"), &Json::from("investigation")));
    assert_eq!(report["shared_with"][0]["role"], "interviewer");
    assert!(!report.to_string().contains(&two.interviewer), "staff stand with their role");

    for (lang, words) in [("en", ["Criminal investigation", "Given name"]), ("km", ["ការស៊ើបអង្កេតព្រហ្មទណ្ឌ", "អ្នកសម្ភាស"])]
    {
        let (name, html) = (format!("report-{lang}.html"), two.team.file(&format!("report-{lang}.html")));
        let run = two.report("dara", &["--html", &html, "--lang", lang]).ends_with(0);
        assert!(run.out.contains(&name), "{}", run.out);
        let page = fs::read_to_string(&html).unwrap();
        assert!(page.starts_with(&format!("<!DOCTYPE html><html lang=\"{lang}\">")));
        assert!(page.contains("Sopheaktra"));
        words.iter().for_each(|word| assert!(page.contains(word), "{word}: {page}"));
        for outside in ["http://", "https://", "<script", "src="] {
            assert!(!page.contains(outside), "{outside}");
        }
        assert!(two.report("dara", &["--html", &html]).ends_with(5).err.contains("already"));
    }
    two.team.as_member("identity", &["vault", "check"]).ends_with(0);
}

/// For `cargo xtask test --only html`: a page in each language into the folder that `SAFEROOM_HTML` names.
#[test]
#[ignore = "writes pages for a browser"]
fn write_pages() {
    let folder = std::path::PathBuf::from(std::env::var_os("SAFEROOM_HTML").unwrap());
    let two = Two::new();
    two.slice("sina", &two.interviewer).ends_with(0);
    for lang in ["en", "km"] {
        let html = folder.join(format!("subject-{lang}.html"));
        two.report("dara", &["--html", html.to_str().unwrap(), "--lang", lang]).ends_with(0);
    }
}

#[test]
fn nobody_makes_it_alone() {
    let two = Two::new();
    two.slice("dara", &two.interviewer).ends_with(4);
    two.slice("identity", &two.team.member_of("founder")).ends_with(4);
    two.slice("sina", &two.interviewer).ends_with(0);
    two.report("sina", &["--json"]).ends_with(4);
    two.report("identity", &["--json"]).ends_with(1);
    // A report goes somewhere.
    assert_eq!(two.report("dara", &[]).exit, 2);
    fs::write(two.team.file("child.slice"), b"nothing").unwrap();
    assert!(two.report("dara", &["--json"]).err.contains("error[S"));
}
