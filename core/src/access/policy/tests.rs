mod properties;
mod wrong;

use wrong::{WRONG, wrong};

use super::*;
use crate::access::Purpose;
use crate::error::Diagnosis;

/// Name of a role and its reach by compartment, in the letters of the table: R the unit's, C assigned cases, W write only.
const TABLE: [(&str, &str); 12] = [
    ("interviewer", "CCCCCCCRRWRW"),
    ("investigator", "CCCC-CCRRWRW"),
    ("unit-supervisor", "RRR--RRRRWRW"),
    ("social-worker", "CC--C-C--W-W"),
    ("evidence-custodian", "-----R-R-W-W"),
    ("front-line-officer", "WWWWWWWW-W-W"),
    ("room-monitor", "----------RW"),
    ("trainer", "----------RW"),
    ("auditor", "-----------R"),
    ("extract-desk", "---------RRW"),
    ("custodian", "-----------W"),
    ("host-administrator", "------------"),
];

const fn letter(reach: Reach) -> char {
    match reach {
        Reach::None => '-',
        Reach::Write => 'W',
        Reach::Case => 'C',
        Reach::Unit => 'R',
    }
}

#[test]
fn the_standard_policy_is_the_table() {
    let policy = AccessPolicy::standard();
    let rows: Vec<(String, String)> = policy
        .roles()
        .iter()
        .map(|role| {
            let reaches = Compartment::ALL.iter().take(12).map(|compartment| letter(role.reach(*compartment)));
            (role.name().to_string(), reaches.collect())
        })
        .collect();
    let wanted: Vec<_> = TABLE.iter().map(|(name, row)| ((*name).to_owned(), (*row).to_owned())).collect();
    assert_eq!(rows, wanted);
    assert_eq!(policy.version(), 1);
    use Compartment::{Identity, Offence, Profile, Referral, Wellbeing};
    assert_eq!(policy.emergency().compartments, [Identity, Profile, Offence, Wellbeing, Referral]);
    let holders: Vec<_> = policy.roles_that_may(Action::BreakGlass).map(|role| role.name().as_str()).collect();
    assert_eq!(holders, ["interviewer", "investigator", "unit-supervisor"]);
}

#[test]
fn custodians_sign_as_many_as_there_are_up_to_the_threshold() {
    let policy = AccessPolicy::standard();
    assert_eq!([0, 1, 2, 3, 9].map(|custodians| policy.custodians_needed(custodians)), [1, 1, 2, 2, 2]);
}

#[test]
fn sensitivity_narrows_reach_and_never_widens_it() {
    let policy = AccessPolicy::standard();
    for role in policy.roles() {
        for compartment in Compartment::ALL {
            let reach = |level| policy.reach(role, *compartment, level);
            assert_eq!(reach(Sensitivity::Standard), role.reach(*compartment));
            assert!(reach(Sensitivity::Restricted) <= reach(Sensitivity::Standard));
            assert_eq!(reach(Sensitivity::Sealed), reach(Sensitivity::Restricted));
            if is_of_cases(*compartment) {
                assert_ne!(reach(Sensitivity::Sealed), Reach::Unit, "{} {compartment}", role.name());
            } else {
                assert_eq!(reach(Sensitivity::Sealed), role.reach(*compartment));
            }
        }
    }
    let sealed = policy.sensitivity(Sensitivity::Sealed);
    assert!(!sealed.searchable && !sealed.break_glass);
    assert!(!policy.sensitivity(Sensitivity::Restricted).break_glass);
}

#[test]
fn purposes_are_allowed_as_they_are_listed_and_in_no_other_way() {
    let policy = AccessPolicy::standard();
    let allows = |role: &str, code: &str| policy.role(role).unwrap().allows(&Purpose::parse(code).unwrap());
    assert!(allows("interviewer", "forensic-interview") && allows("unit-supervisor", "BTG"));
    assert!(!allows("interviewer", "HLEGAL"), "the purpose above it is not listed");
    assert!(!allows("interviewer", "investigation") && !allows("auditor", "forensic-interview"));
    assert!(!allows("extract-desk", "supervision"), "HQUALIMP is listed, not what lies under it");
    assert!(
        policy
            .roles()
            .iter()
            .filter(|role| role.name().as_str() != HOST_ADMINISTRATOR)
            .all(|role| { !role.purposes().is_empty() })
    );
}

#[test]
fn the_founder_is_built_in() {
    let policy = AccessPolicy::standard();
    assert!(policy.role(FOUNDER).is_none());
    let founder = policy.role_or_founder(FOUNDER).unwrap();
    assert!(Compartment::ALL.iter().all(|compartment| founder.reach(*compartment) == Reach::Unit));
    assert!(Action::ALL.iter().all(|action| founder.may(*action)));
    assert!(founder.allows(&Purpose::parse("training").unwrap()) && founder.is_founder());
    assert!(policy.limits(founder.name()).steps().is_empty());
    assert_eq!(policy.role_or_founder("trainer").unwrap().name().as_str(), "trainer");
    assert_eq!(policy.role_or_founder("nobody"), None);
}

#[test]
fn names_of_roles_are_kebab_case() {
    for good in ["a", "unit-supervisor", "a1-2", &"a".repeat(64)] {
        assert_eq!(RoleName::parse(good).unwrap().as_str(), good);
    }
    for bad in ["", "-a", "a-", "a--b", "A", "1a", "a b", "a_b", "ក", &"a".repeat(65)] {
        assert_eq!(RoleName::parse(bad), Err(PolicyError::RoleName), "{bad}");
    }
}

#[test]
fn what_is_written_is_read_back() {
    let policy = AccessPolicy::standard();
    assert_eq!(AccessPolicy::parse(&policy.to_toml()), Ok(policy.clone()));
    assert_eq!(AccessPolicy::decode(&policy.encode()), Ok(policy.clone()));
    assert!(policy.encode().len() < 8 << 10, "{}", policy.encode().len());
    let json = serde_json::to_value(&policy).unwrap();
    assert_eq!(json["role"][0]["reach"]["operations"], "unit");
    assert_eq!(json["role"][11]["name"], HOST_ADMINISTRATOR);
}

#[test]
fn every_byte_of_the_stored_form_counts() {
    let policy = AccessPolicy::standard();
    let stored = policy.encode();
    for at in 0..stored.len() {
        let mut changed = stored.clone();
        changed[at] ^= 1;
        if let Ok(other) = AccessPolicy::decode(&changed) {
            assert_ne!(other, policy, "byte {at}");
            assert_eq!(other.encode(), changed);
        }
        assert!(AccessPolicy::decode(&stored[..at]).is_err(), "cut at {at}");
    }
    assert_eq!(AccessPolicy::decode(&[&stored[..], &[0]].concat()), Err(PolicyError::Encoding));
    assert_eq!(AccessPolicy::decode(&vec![0; MAX_POLICY_LENGTH + 1]), Err(PolicyError::TooLarge));
}

#[test]
fn codes_of_newer_lists_are_read_but_not_written() {
    let text = AccessPolicy::standard_text().replacen("\"audit\", \"subject-access\"", "\"audit\", \"zzz\"", 1);
    assert!(matches!(AccessPolicy::parse(&text), Err(PolicyError::UnknownPurpose { .. })));
    let mut policy = AccessPolicy::standard();
    let auditor = policy.roles.iter_mut().find(|role| role.name.as_str() == "auditor").unwrap();
    auditor.purposes = vec!["audit".into(), "zzz".into()];
    assert_eq!(AccessPolicy::decode(&policy.encode()), Ok(policy));
}

#[test]
fn versions_grow() {
    let (one, mut two) = (AccessPolicy::standard(), AccessPolicy::standard());
    two.version = 2;
    assert_eq!(two.follows(&one), Ok(()));
    assert_eq!(one.follows(&one), Err(PolicyError::Version { earlier: 1, found: 1 }));
    assert_eq!(one.follows(&two), Err(PolicyError::Version { earlier: 2, found: 1 }));
}

#[test]
fn each_rule_has_an_error_that_says_what_to_do() {
    let mut codes = std::collections::BTreeSet::new();
    let mut advice = std::collections::BTreeSet::new();
    for (name, from, to, code) in WRONG {
        let error = AccessPolicy::parse(&wrong(from, to)).expect_err(name);
        assert_eq!(error.code(), code, "{name}: {error}");
        codes.insert(code);
        advice.insert(error.advice());
    }
    let large = "#".repeat(MAX_POLICY_LENGTH + 1);
    assert_eq!(AccessPolicy::parse(&large), Err(PolicyError::TooLarge));
    codes.extend(
        [PolicyError::TooLarge, PolicyError::Encoding, PolicyError::Version { earlier: 1, found: 1 }].map(|e| e.code()),
    );
    assert_eq!(codes, (640..670).collect(), "every error is tested");
    assert!(advice.len() >= 25, "and each says something else");
}

#[test]
fn mistakes_of_writing_are_named_by_line() {
    let text = wrong("needed = 2", "neded = 2");
    let line = text.lines().position(|line| line == "neded = 2").unwrap() + 1;
    let Err(PolicyError::Toml { line: found, problem }) = AccessPolicy::parse(&text) else { panic!("it is wrong") };
    assert_eq!(found, line);
    assert!(problem.contains("neded"), "{problem}");
}

#[test]
fn nothing_changes_between_equal_policies() {
    let policy = AccessPolicy::standard();
    assert_eq!(policy.changes(&policy), []);
}

#[test]
fn changes_are_told_in_words_and_dangerous_ones_are_marked() {
    let policy = AccessPolicy::standard();
    let changed = |from: &str, to: &str| -> Vec<String> {
        let newer = AccessPolicy::parse(&wrong(from, to)).unwrap();
        let say = |change: Change| {
            let mark = if change.dangerous { "!" } else { "" };
            format!("{mark}{:?} {}: {}", change.kind, change.place, change.text)
        };
        let back = newer.changes(&policy);
        assert_eq!(back.len(), policy.changes(&newer).len());
        policy.changes(&newer).into_iter().map(say).collect()
    };
    let is = |from: &str, to: &str, wanted: &str| assert_eq!(changed(from, to), [wanted]);
    is("needed = 2", "needed = 1", "!Wider custodians: custodians who have to sign: 2 becomes 1");
    is("needed = 2", "needed = 3", "Narrower custodians: custodians who have to sign: 2 becomes 3");
    is("needed = 3", "needed = 2", "!Wider recovery: shares that restore a key: 3 becomes 2");
    is(
        "\"referral\"]\nreview",
        "\"referral\", \"narrative\"]\nnarrative = true\nreview",
        "!Wider emergency: now an emergency opens narrative",
    );
    is(
        "restricted = { unit_reach = false",
        "restricted = { unit_reach = true",
        "!Wider restricted cases: now: the whole unit reaches it",
    );
    is(
        "wellbeing = \"case\", referral",
        "narrative = \"case\", wellbeing = \"case\", referral",
        "!Wider role social-worker: narrative: none becomes case",
    );
    is(
        "identity = \"unit\", profile",
        "identity = \"case\", profile",
        "Narrower role unit-supervisor: identity: unit becomes case",
    );
    is("may = [\"refer\"]", "may = [\"refer\", \"disclose\"]", "!Wider role social-worker: now may disclose");
    is("may = [\"refer\"]", "may = []", "Narrower role social-worker: no longer may refer");
    is("\"COC\"", "\"TREAT\", \"COC\"", "Wider role social-worker: now may state the purpose TREAT");
    is("at = 2000", "at = 9000", "!Wider role social-worker: limit reads-per-day, alert: from 2000 to 9000");
    is("at = 2000", "at = 1000", "Narrower role social-worker: limit reads-per-day, alert: from 2000 to 1000");
    is("years = 15", "years = 1", "!Wider retention rule any-case: 15 years from later becomes 1 years from later");
    is("years = 15", "years = 20", "Other retention rule any-case: 15 years from later becomes 20 years from later");
    is("idle_minutes = 10", "idle_minutes = 60", "Wider sign-in: idle minutes until a session locks: 10 becomes 60");
    is("utc_offset_minutes = 420", "utc_offset_minutes = 0", "Other unusual: night is at another time");
    assert_eq!(
        changed("action = \"share\"", "action = \"export\""),
        [
            "!Wider second person for share: no longer needed",
            "Narrower second person for export: needed: custodian, unit-supervisor"
        ]
    );
}
