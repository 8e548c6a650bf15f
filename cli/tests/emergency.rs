//! `saferoom emergency` end to end: a second secret in an envelope or on the device, one case opened, the finding reviewed.

mod station;
mod team;

use serde_json::Value as Json;
use station::Run;
use team::Team;

const PURPOSE: [&str; 2] = ["--purpose", "record-management"];
const REASON: [&str; 2] = ["--reason", "In danger tonight"];

struct Duty {
    team: Team,
    case: String,
    child: String,
    officer: String,
}

impl Duty {
    fn new() -> Self {
        let team = Team::new();
        let (case, child) = team.0.with_named_child("Chan", "Sopheaktra");
        team.person("dara");
        team.enrol("dara", "interviewer").ends_with(0);
        let officer = team.member_of("interviewer");
        Self { team, case: case.to_string(), child: child.to_string(), officer }
    }

    fn by_founder(&self, arguments: &[&str]) -> Run {
        self.team.as_member("identity", &[arguments, &PURPOSE].concat())
    }

    fn open(&self, more: &[&str]) -> Run {
        self.team.as_member("dara", &[&["emergency", "open", &self.case], more].concat())
    }
}

#[test]
fn the_envelope_opens_one_case_and_a_second_person_reviews_it() {
    let duty = Duty::new();
    let envelope = duty.team.file("envelope.txt");
    let secret = ["emergency", "secret", &duty.officer, "--to", &envelope];
    let made = duty.by_founder(&secret).ends_with(0);
    let text = std::fs::read_to_string(&envelope).unwrap();
    assert!(text.starts_with("saferoom-emergency-1 ") && !made.out.contains(&text[21..26]), "{}", made.out);
    assert!(made.out.contains("second secret"), "{}", made.out);
    // Never over a file that is there, and what is not in force is not left lying about.
    assert!(duty.by_founder(&secret).ends_with(5).err.contains("already"));
    let other = duty.team.file("other.txt");
    duty.team.as_member("dara", &["emergency", "secret", &duty.officer, "--to", &other]).ends_with(4);
    assert!(!std::path::Path::new(&other).exists());

    let listed = duty.team.as_member("identity", &["emergency", "list", "--json"]).json();
    assert_eq!(listed["members"][0]["member"], Json::from(duty.officer.clone()));
    assert!(listed["compartments"].as_array().unwrap().contains(&Json::from("identity")));

    // Without a reason it is refused and logged; with it, what is named opens.
    let with = ["--envelope", envelope.as_str()];
    assert!(duty.open(&with).ends_with(4).err.contains("error[S"));
    let shown = duty.open(&[&with[..], &REASON].concat()).ends_with(0);
    assert!(shown.out.contains("Sopheaktra") && shown.out.contains("open until a second person"), "{}", shown.out);
    let only = [&with[..], &REASON, &["--json", "--record", &duty.child]].concat();
    let only = duty.open(&only).json();
    assert_eq!(only["read"].as_array().unwrap().len(), 1);
    assert_eq!(only["read"][0]["fields"]["given_name_latin"], "Sopheaktra");
    let listing = duty.open(&[&with[..], &REASON, &["--list", "--json"]].concat()).json();
    assert_eq!((listing["records"].as_array().unwrap().len(), listing["read"].as_array().unwrap().len()), (2, 0));
    let elsewhere = [&with[..], &REASON, &["--record", &duty.officer]].concat();
    duty.open(&elsewhere).ends_with(4);
    // Outside of it the officer reads no name.
    let show = ["case", "show", &duty.case, "--purpose", "forensic-interview"];
    assert!(!duty.team.as_member("dara", &show).out.contains("Sopheaktra"));

    let findings = ["findings", "--json", "--purpose", "supervision"];
    let open = duty.team.as_member("identity", &findings).json();
    assert_eq!(open.as_array().unwrap().len(), 4);
    let finding = only["finding"].as_str().unwrap();
    let review = ["findings", "--review", finding, "--outcome", "justified", "--purpose", "supervision"];
    duty.team.as_member("identity", &review).ends_with(0);
    assert_eq!(duty.team.as_member("identity", &findings).json().as_array().unwrap().len(), 3);

    // Taken back, it opens nothing.
    duty.by_founder(&["emergency", "take-back", &duty.officer]).ends_with(0);
    assert!(duty.open(&[&with[..], &REASON].concat()).ends_with(4).err.contains("error[S"));
    let listed = duty.team.as_member("identity", &["emergency", "list"]).ends_with(0);
    assert!(listed.out.contains("Nobody has a second secret"), "{}", listed.out);
    duty.team.as_member("identity", &["vault", "check"]).ends_with(0);
}

#[test]
fn a_device_keeps_it_and_nothing_is_shown_without_a_terminal() {
    let duty = Duty::new();
    let run = duty.by_founder(&["emergency", "secret", &duty.officer]).ends_with(6);
    assert!(run.err.contains("on a terminal only"), "{}", run.err);
    let with = [&["--device"][..], &REASON].concat();
    assert!(duty.open(&with).ends_with(4).err.contains("keeps no second secret"));
    assert!(duty.open(&REASON).ends_with(4).err.contains("no terminal"));
    duty.by_founder(&["emergency", "secret", &duty.officer, "--device"]).ends_with(0);
    assert!(duty.open(&with).ends_with(0).out.contains("Sopheaktra"));
    // Another one replaces it: what the device keeps then is the newer.
    duty.by_founder(&["emergency", "secret", &duty.officer, "--device"]).ends_with(0);
    assert!(duty.open(&with).ends_with(0).out.contains("Sopheaktra"));
    let wrong = duty.team.0.passphrase_file("wrong.txt", "saferoom-emergency-1 0000\n");
    let wrong = [&["--envelope", wrong.to_str().unwrap()][..], &REASON].concat();
    assert!(duty.open(&wrong).ends_with(5).err.contains("error[S233]"));
}

#[test]
fn the_same_search_again_is_noticed_and_then_a_reason_is_asked() {
    let duty = Duty::new();
    let search = ["search", "--name", "Kunvathana Chann", "--purpose", "forensic-interview"];
    (0..7).for_each(|_| drop(duty.team.as_member("dara", &search).ends_with(0)));
    let refused = duty.team.as_member("dara", &search).ends_with(4);
    assert!(refused.err.contains("error[S677]") && refused.err.contains("reason in words"), "{}", refused.err);
    duty.team.as_member("dara", &[&search[..], &["--reason", "The prosecutor asks"]].concat()).ends_with(0);

    let findings = ["findings", "--purpose", "supervision"];
    let open = duty.team.as_member("identity", &findings).ends_with(0);
    assert!(open.out.contains("unusual: repeated-search, 4"), "{}", open.out);
    assert!(open.out.contains("unusual: repeated-search, 8"), "a stronger step is news: {}", open.out);
    let open = duty.team.as_member("identity", &[&findings[..], &["--json"]].concat()).json();
    for finding in open.as_array().unwrap() {
        let id = finding["finding"].as_str().unwrap();
        let review = [&findings[..], &["--review", id, "--outcome", "justified"]].concat();
        duty.team.as_member("dara", &review).ends_with(4);
        duty.team.as_member("identity", &review).ends_with(0);
    }
    assert!(duty.team.as_member("identity", &findings).ends_with(0).out.contains("Nothing is to be looked at"));
    duty.team.as_member("identity", &["vault", "check"]).ends_with(0);
}
