//! The vectors in `tests/vectors/roster/access-policies.json`: access policies as they are written and as they are stored.

use serde_json::{Value as Json, json};

use super::{AccessPolicy, Action, Compartment, Effect, Limit, Measure, Reach, Role, RoleName, Sensitivity};
use crate::vectors::{Refusal, Run, bad, bytes, good, hex, hold, text, write};

const FILES: [(&str, Run); 1] = [("access-policies", policy)];

/// A policy of few roles, which the vectors change.
const SMALL: &str = include_str!("vectors/small.toml");

#[test]
fn access_policy_vectors_hold() {
    hold("roster", &FILES);
}

#[test]
#[ignore = "writes tests/vectors/roster/access-policies.json"]
fn write_access_policy_vectors() {
    write("roster", "access-policies", policy, make());
}

/// `toml` gives the stored bytes, `stored` gives what they say.
fn policy(vector: &Json) -> Result<Json, Refusal> {
    if vector["stored"].is_null() {
        return Ok(json!({ "stored": hex(AccessPolicy::parse(text(&vector["toml"]))?.encode()) }));
    }
    let stored = bytes(&vector["stored"]);
    let policy = AccessPolicy::decode(&stored)?;
    assert_eq!(policy.encode(), stored);
    Ok(json!({ "policy": policy }))
}

fn make() -> Vec<Json> {
    let small = AccessPolicy::parse(SMALL).unwrap();
    let mut vectors = vec![
        good("a policy of four roles", "", json!({ "toml": SMALL })),
        good("the same policy, stored", "", json!({ "stored": hex(small.encode()) })),
    ];
    vectors.extend(WRITTEN.iter().map(|(name, from, to, error)| {
        assert!(SMALL.contains(from), "{name}");
        bad(name, error, "", json!({ "toml": SMALL.replacen(from, to, 1) }))
    }));
    vectors.extend(malformed(&small.encode()));
    vectors.extend(unsafe_ones(&small));
    vectors
}

/// Name, what is replaced in the text, and the error.
const WRITTEN: [(&str, &str, &str, &str); 12] = [
    ("a key that a policy does not have", "needed = 2", "wanted = 2", "toml"),
    ("format 2", "format = 1", "format = 2", "format"),
    ("a compartment that there is not", "referral = \"case\"", "secrets = \"case\"", "unknown-word"),
    ("the roster as a compartment", "referral = \"case\"", "roster = \"unit\"", "reach"),
    ("an action that there is not", "\"break-glass\"", "\"break-window\"", "unknown-word"),
    ("a name with a capital letter", "\"interviewer\"", "\"Interviewer\"", "role-name"),
    ("one role twice", "\"interviewer\"", "\"auditor\"", "duplicate-role"),
    ("a role that is built in", "\"interviewer\"", "\"founder\"", "built-in"),
    ("a purpose that there is not", "\"forensic-interview\"", "\"curiosity\"", "unknown-purpose"),
    ("a code that there is not", "[\"acquitted\"]", "[\"forgotten\"]", "retention-code"),
    ("narratives in an emergency, said once", "\"identity\", \"offence\"", "\"narrative\"", "emergency-narrative"),
    ("a label of nothing", "en = \"Auditor\"", "en = \" \"", "label"),
];

/// Bytes that no program writes.
fn malformed(stored: &[u8]) -> Vec<Json> {
    let edited = |edit: &dyn Fn(&mut Vec<u8>)| {
        let mut edited = stored.to_vec();
        edit(&mut edited);
        edited
    };
    // Head and format; version; custodians; recovery.
    assert_eq!(stored[..6], [0x8C, 1, 7, 2, 0x82, 3]);
    [
        ("stored: no bytes", Vec::new(), "encoding"),
        ("stored: a byte too many", edited(&|bytes| bytes.push(0)), "encoding"),
        ("stored: the last byte is missing", edited(&|bytes| bytes.truncate(bytes.len() - 1)), "encoding"),
        ("stored: format 2", edited(&|bytes| bytes[1] = 2), "format"),
        ("stored: eleven parts", edited(&|bytes| bytes[0] = 0x8B), "encoding"),
        (
            "stored: an indefinite length",
            edited(&|bytes| {
                bytes[0] = 0x9F;
                bytes.push(0xFF);
            }),
            "encoding",
        ),
        ("stored: the version in a longer form", edited(&|bytes| drop(bytes.splice(2..3, [0x18, 7]))), "encoding"),
    ]
    .into_iter()
    .map(|(name, stored, error)| bad(name, error, "", json!({ "stored": hex(stored) })))
    .collect()
}

/// Policies that are well formed, and that no client puts in force even if custodians signed them.
fn unsafe_ones(small: &AccessPolicy) -> Vec<Json> {
    type Edit = fn(&mut AccessPolicy);
    let edits: [(&str, Edit, &str); 23] = [
        ("lists that descend", |policy| role(policy, "interviewer").actions.reverse(), "encoding"),
        ("an action twice", |policy| role(policy, "auditor").actions.insert(0, Action::Review), "duplicate"),
        ("version 0", |policy| policy.version = 0, "number"),
        ("no custodian signs", |policy| policy.custodians_needed = 0, "number"),
        ("one share restores a key", |policy| policy.recovery.needed = 1, "number"),
        ("no custodian", |policy| policy.roles.retain(|role| role.name.as_str() != "custodian"), "no-custodian"),
        ("a custodian who reads", |policy| reach(policy, "custodian", Compartment::Statistics), "custodian-reads"),
        (
            "an auditor who reads identity",
            |policy| {
                reach(policy, "auditor", Compartment::Identity);
                let limits = role(policy, "interviewer").limits.clone();
                role(policy, "auditor").limits = limits;
            },
            "oversight-and-identity",
        ),
        ("an auditor who breaks glass", |policy| may(policy, "auditor", Action::BreakGlass), "oversight-and-identity"),
        (
            "nobody reads the log",
            |policy| role(policy, "auditor").actions.retain(|action| *action != Action::ReadLog),
            "nobody-reads-log",
        ),
        (
            "search keys for writing only",
            |policy| role(policy, "interviewer").set_reach(Compartment::Search, Reach::Write),
            "reach",
        ),
        ("assigning without operations", |policy| may(policy, "custodian", Action::Assign), "action-needs-reach"),
        (
            "reading without an entry",
            |policy| {
                role(policy, "interviewer").set_reach(Compartment::Oversight, Reach::None);
            },
            "no-log",
        ),
        (
            "an emergency that opens the log",
            |policy| policy.emergency.compartments.push(Compartment::Oversight),
            "emergency-compartment",
        ),
        (
            "an emergency without its purpose",
            |policy| may(policy, "unit-supervisor", Action::BreakGlass),
            "emergency-purpose",
        ),
        (
            "nobody else reviews emergencies",
            |policy| {
                for name in ["auditor", "unit-supervisor"] {
                    role(policy, name).actions.retain(|action| *action != Action::Review);
                }
            },
            "nobody-reviews",
        ),
        (
            "steps that do not grow",
            |policy| {
                role(policy, "interviewer").limits.steps.push(Limit {
                    measure: Measure::RecordsPerHour,
                    at: 900,
                    effect: Effect::Alert,
                });
            },
            "limit",
        ),
        ("no limit for who reads cases", |policy| role(policy, "interviewer").limits.steps.clear(), "unlimited"),
        (
            "a sealed case that a search finds",
            |policy| {
                for level in Sensitivity::ALL {
                    policy.sensitivities[usize::from(level.number())].searchable = true;
                }
            },
            "sensitivity",
        ),
        ("no rule for every case", |policy| drop(policy.retention.rules.pop()), "retention-default"),
        ("erasing alone", |policy| policy.second_persons.retain(|rule| rule.action != Action::Erase), "second-person"),
        (
            "a second person of no role",
            |policy| {
                policy.second_persons[0].roles = vec![RoleName::parse("nobody").unwrap()];
            },
            "second-person",
        ),
        ("a label that turns its direction", |policy| role(policy, "auditor").en = "\u{202E}rotiduA".into(), "label"),
    ];
    edits
        .into_iter()
        .map(|(name, edit, error)| {
            let mut policy = small.clone();
            edit(&mut policy);
            bad(&format!("stored: {name}"), error, "", json!({ "stored": hex(policy.encode()) }))
        })
        .collect()
}

fn role<'a>(policy: &'a mut AccessPolicy, name: &str) -> &'a mut Role {
    policy.roles.iter_mut().find(|role| role.name.as_str() == name).unwrap()
}

fn reach(policy: &mut AccessPolicy, name: &str, compartment: Compartment) {
    role(policy, name).set_reach(compartment, Reach::Unit);
}

fn may(policy: &mut AccessPolicy, name: &str, action: Action) {
    role(policy, name).actions.push(action);
    role(policy, name).actions.sort_unstable();
}
