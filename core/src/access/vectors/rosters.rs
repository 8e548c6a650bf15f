//! Rosters: what each kind of change does, and by hand the error of each that must be refused.

use serde_json::{Value, json};

use super::super::*;
use super::station::founder;
use super::station::*;
use crate::id::{DeviceId, MemberId, ScopeId};
use crate::keys::{CircleName, Identity, SigningKey};
use crate::log::Hash;
use crate::model::{Compartment, FormDocument};
use crate::vectors::{bad, bytes, changed, flipped, good, hex, list, shortened};

const FORM: &str = include_str!("../../../../examples/provincial.form.toml");

/// What is refused.
pub(super) fn refused() -> Vec<Value> {
    let mut vectors = foundings();
    vectors.extend(bodies());
    vectors.extend(signatures());
    vectors.extend(places());
    vectors.extend(members());
    vectors.extend(circle_generations());
    vectors.extend(devices_forms_policies_units());
    vectors
}

/// Each after the longest of the accepted rosters with which it begins.
pub(super) fn after_accepted(vectors: Vec<Value>) -> Vec<Value> {
    let accepted = [accepted(), super::lasting::accepted(), super::releases::accepted()].concat();
    vectors.into_iter().map(|vector| after_one_of(&accepted, vector)).collect()
}

fn after_one_of(accepted: &[Value], mut vector: Value) -> Value {
    let entries = list(&vector["entries"]).to_vec();
    let beginnings = accepted.iter().filter(|roster| entries.starts_with(list(&roster["entries"])));
    if let Some(longest) = beginnings.max_by_key(|roster| list(&roster["entries"]).len()) {
        vector["after"] = longest["name"].clone();
        vector["entries"] = entries[list(&longest["entries"]).len()..].into();
    }
    vector
}

fn device() -> DeviceChange {
    DeviceChange {
        device: DeviceId::from_bytes([7; 16]),
        since: 1_800_000_000_000,
        origin: "police.example.org/audit/1-2".into(),
        log_key: SigningKey::from_seed(&[8; 32]).verifying_key(),
        ended: LogEnd { commit: 40, size: 60, root: Hash::from_bytes([6; 32]) },
    }
}

fn form() -> RosterChange {
    RosterChange::Form(FormDocument::parse(FORM).unwrap())
}

fn suspend(who: &Identity) -> RosterChange {
    RosterChange::Suspend { member: who.member() }
}

fn revoke(who: &Identity, device: &Identity) -> RosterChange {
    RosterChange::RevokeIdentity { member: who.member(), key: device.public().verifying_key }
}

fn other_unit() -> ScopeId {
    ScopeId::from_bytes([5; 16])
}

/// With a second device of the interviewer (entry 4), and the first revoked (entry 5).
fn of_two_devices() -> Station {
    let phone = person(0x40, 1);
    Station::staffed()
        .then(RosterChange::AddIdentity { identity: phone.public() }, &[&founder(), &custodian()])
        .then(revoke(&interviewer(), &interviewer()), &[&founder()])
}

pub(super) fn accepted() -> Vec<Value> {
    let both = [&founder(), &custodian()];
    let resumed = || Station::without_supervisor().then(RosterChange::Resume { member: supervisor().member() }, &both);
    let (member, unit) = (supervisor().member(), unit());
    let to_role = RosterChange::Role { member, role: role("auditor"), unit };
    let moved = circles(&[name(Compartment::Operations, 2)]);
    let unit_circles = circles(&[
        CircleName { scope: other_unit(), ..name(Compartment::Identity, 1) },
        CircleName { scope: other_unit(), ..name(Compartment::Operations, 1) },
    ]);
    let founder_leaves = RosterChange::Role { member: founder().member(), role: role("custodian"), unit };
    let of = |name: &str, comment: &str, station: Station| good(name, comment, station.vector());
    vec![
        of("founded", "the founder holds every circle", Station::founded()),
        of(
            "enrolled by the founder alone",
            "where there is one custodian, one is enough",
            Station::founded().then(enrolment(&interviewer(), "interviewer"), &[&founder()]),
        ),
        of("a station", "entries 2 and 3 are signed by two custodians", Station::staffed()),
        of(
            "another role",
            "the supervisor's circle is closed: its holder became an auditor",
            Station::staffed().then(to_role, &both),
        ),
        of(
            "a suspension",
            "and the circles are closed",
            Station::staffed().then(suspend(&supervisor()), &[&founder()]),
        ),
        of("a suspension and new circles", "signed by one custodian each", Station::without_supervisor()),
        of("resumed", "and the supervisor holds the new circles again", resumed()),
        of(
            "retired",
            "for good",
            resumed().then(RosterChange::Retire { member: supervisor().member() }, &[&founder()]),
        ),
        of(
            "a circle moved on by one who holds it",
            "no custodian signed",
            Station::staffed().then(moved, &[&supervisor()]),
        ),
        of("two devices, one revoked", "the second holds what the first held", of_two_devices()),
        of(
            "a second device takes over",
            "one custodian is enough, and its log follows the first",
            Station::staffed().then(RosterChange::Device(device()), &[&founder()]),
        ),
        of("a form", "", Station::staffed().then(form(), &both)),
        of("a newer access-policy", "", Station::staffed().then(RosterChange::Policy(Box::new(policy(2))), &both)),
        of(
            "a second unit and its circles",
            "",
            Station::staffed().then(RosterChange::Unit { unit: other_unit() }, &both).then(unit_circles, &[&founder()]),
        ),
        of(
            "the founder becomes a custodian",
            "and holds no circle but that of all members",
            Station::staffed().then(founder_leaves, &both),
        ),
        of("two entries of one commit", "as a suspension and the circles that follow it", {
            let mut station = Station::founded();
            let change = enrolment(&interviewer(), "interviewer");
            let entry = signed(Proposal::new(&station.roster, change), &[&founder()]).into_entry(1);
            station.roster.append(&entry).unwrap();
            station.entries.push(entry);
            station
        }),
    ]
}

/// Entry 0: only what its founder signed, and nothing else, is the beginning of a roster.
fn foundings() -> Vec<Value> {
    let station = Station::founded();
    let some = good("founded", "", station.vector());
    let stored = some["entries"][0].clone();
    let entry = |signers: &[&Identity], edit: &dyn Fn(&mut Founding)| {
        let mut founding = founding();
        edit(&mut founding);
        let proposal = Proposal::founding(vault(), RosterChange::Found(Box::new(founding)));
        json!([hex(signed(proposal, signers).into_entry(1).to_bytes())])
    };
    let refused = |name: &str, entries: Value| changed(&some, "entries", entries, name, "roster");
    let mut vectors = vec![
        changed(&some, "vault", hex([9; 16]), "of another vault", "roster"),
        refused("no entry", json!([])),
        refused("founded by a stranger", entry(&[&person(0x0A, 1)], &|_| ())),
        refused("founded by nobody", entry(&[], &|_| ())),
        refused("founded by two", entry(&[&founder(), &custodian()], &|_| ())),
        refused(
            "founded with a second generation",
            entry(&[&founder()], &|founding| founding.circles[0].name.generation = 2),
        ),
        refused("founded without a circle", entry(&[&founder()], &|founding| founding.circles.clear())),
        refused(
            "founded with a circle twice",
            entry(&[&founder()], &|founding| founding.circles.push(founding.circles[0].clone())),
        ),
        refused(
            "founded with a circle of nowhere",
            entry(&[&founder()], &|founding| founding.circles[0].name.scope = ScopeId::from_bytes([9; 16])),
        ),
        refused(
            "founded with a circle of no compartment",
            entry(&[&founder()], &|founding| founding.circles[0].name.compartment = 99),
        ),
        refused("beginning with an enrolment", json!([Station::staffed().vector()["entries"][1]])),
    ];
    let length = bytes(&stored).len() as isize;
    for (name, at) in
        [("vault", 8 + 4 + 41), ("founding time", 8 + 100), ("a key in the middle", length / 2), ("signature", -1)]
    {
        let mut vector = refused(&format!("founding entry with {name} flipped"), json!([flipped(&stored, at)]));
        vector["comment"] = json!("the signature does not fit, or nothing can be read");
        vectors.push(vector);
    }
    vectors
}

/// What is no entry, whoever signed it.
fn bodies() -> Vec<Value> {
    let station = Station::staffed();
    let entry = station.entry(suspend(&supervisor()), &[&custodian()]);
    let (stored, body) = (entry.to_bytes(), body_of(&entry));
    assert_eq!(by_hand(entry.commit(), &body, &[&custodian()]), stored, "as docs/formats.md says it");
    let raw = |name: &str, bytes: Vec<u8>| bad(name, "roster", "", station.and(&bytes));
    // Bodies that a custodian did sign.
    let forged = |name: &str, edit: &dyn Fn(&mut Vec<u8>)| {
        let mut edited = body.clone();
        edit(&mut edited);
        assert_ne!(edited, body);
        let bytes = by_hand(entry.commit(), &edited, &[&custodian()]);
        bad(name, "roster", "with a signature that fits", station.and(&bytes))
    };
    // Head, version, kind, position, then previous (34 bytes), vault (17 bytes), member (17 bytes).
    assert_eq!((&body[..6], body.len()), (&[0x86, 1, 6, 4, 0x58, 32][..], 4 + 34 + 17 + 17));
    vec![
        raw("an entry without bytes", Vec::new()),
        raw("an entry of seven bytes", stored[..7].to_vec()),
        raw("an entry without a proposal", stored[..8].to_vec()),
        raw("an entry whose last byte is missing", stored[..stored.len() - 1].to_vec()),
        raw("an entry with a byte too many", [&stored[..], &[0]].concat()),
        raw("a proposal of three parts", {
            let mut stored = stored.clone();
            stored[8] = 0x83;
            stored
        }),
        forged("version 2", &|body| body[1] = 2),
        forged("kind 0", &|body| body[2] = 0),
        forged("an unknown kind", &|body| body[2] = 23),
        forged("five parts", &|body| {
            body[0] = 0x85;
            body.remove(3);
        }),
        forged("seven parts", &|body| {
            body[0] = 0x87;
            body.push(0);
        }),
        forged("signed with a byte too many", &|body| body.push(0)),
        forged("version in a longer form", &|body| drop(body.splice(1..2, [0x18, 1]))),
        forged("position in a longer form", &|body| drop(body.splice(3..4, [0x18, 4]))),
        forged("an array of indefinite length", &|body| {
            body[0] = 0x9F;
            body.push(0xFF);
        }),
        forged("a previous digest of 31 bytes", &|body| {
            body[5] = 31;
            body.remove(6);
        }),
        forged("a vault id of 15 bytes", &|body| {
            body[38] = 0x4F;
            body.remove(39);
        }),
        forged("a member id of 17 bytes", &|body| {
            body[55] = 0x51;
            body.push(0);
        }),
        forged("a member id as a text", &|body| body[55] = 0x70),
        forged("of another vault, in its place", &|body| body[40] ^= 1),
        malformed_enrolment("a role with a capital letter", &|body| {
            let at = body.windows(7).position(|bytes| bytes == b"auditor").unwrap();
            body[at] = b'A';
        }),
        malformed_enrolment("a public key cut short", &|body| {
            let at = body.windows(3).position(|head| *head == [0x59, 0x04, 0xC0]).unwrap();
            body[at + 2] = 0xBF;
            body.remove(at + 3);
        }),
        malformed_enrolment("a public key with a coefficient beyond the modulus", &|body| {
            let at = body.windows(3).position(|head| *head == [0x59, 0x04, 0xC0]).unwrap();
            body[at + 3..at + 6].fill(0xFF);
        }),
        malformed_enrolment("a unit of 15 bytes", &|body| {
            let at = body.len() - 17;
            body[at] = 0x4F;
            body.pop();
        }),
    ]
}

/// An enrolment that both custodians signed, after an edit.
fn malformed_enrolment(name: &str, edit: &dyn Fn(&mut Vec<u8>)) -> Value {
    let station = Station::staffed();
    let both = [&founder(), &custodian()];
    let entry = station.entry(enrolment(&colleague(), "auditor"), &both);
    let mut body = body_of(&entry);
    edit(&mut body);
    bad(name, "roster", "with signatures that fit", station.and(&by_hand(entry.commit(), &body, &both)))
}

/// Who has to sign, and who did not.
fn signatures() -> Vec<Value> {
    let station = Station::staffed();
    let enrol = || enrolment(&colleague(), "interviewer");
    let by = |name: &str, error: &str, comment: &str, station: &Station, change: RosterChange, who: &[&Identity]| {
        bad(name, error, comment, station.and(&station.entry(change, who).to_bytes()))
    };
    let both = [&founder(), &custodian()];
    let entry = station.entry(enrol(), &both);
    let (body, commit) = (body_of(&entry), entry.commit());
    let raw = |name: &str, comment: &str, signers: &[&Identity]| {
        bad(name, "roster", comment, station.and(&by_hand(commit, &body, signers)))
    };
    let suspended = Station::staffed().then(suspend(&custodian()), &[&founder()]);
    let revoked = of_two_devices();
    let own = circles(&[name(Compartment::Operations, 2)]);
    let missing = "approvals-missing";
    vec![
        by("signature missing", missing, "", &station, enrol(), &[]),
        by("threshold not reached", missing, "one of two custodians", &station, enrol(), &[&custodian()]),
        by("signed by an officer", missing, "no custodian", &station, enrol(), &[&interviewer()]),
        by(
            "threshold filled up by an officer",
            missing,
            "a custodian and an officer",
            &station,
            enrol(),
            &[&custodian(), &interviewer()],
        ),
        by("a suspension signed by an officer", missing, "", &station, suspend(&supervisor()), &[&interviewer()]),
        by(
            "an access-policy signed by one",
            missing,
            "",
            &station,
            RosterChange::Policy(Box::new(policy(2))),
            &[&founder()],
        ),
        by("a device signed by an officer", missing, "", &station, RosterChange::Device(device()), &[&interviewer()]),
        by("signed by a stranger", "roster", "whom the roster does not know", &station, enrol(), &[&colleague()]),
        by(
            "signed by two custodians and a stranger",
            "roster",
            "every signature has to hold, also one too many",
            &station,
            enrol(),
            &[&founder(), &custodian(), &colleague()],
        ),
        by("signed by a suspended custodian", "roster", "", &suspended, enrol(), &both),
        by("signed with another seed of a custodian", "roster", "", &station, enrol(), &[&founder(), &person(0x20, 1)]),
        by(
            "a circle moved on with a revoked device",
            "roster",
            "its member holds it by another device",
            &revoked,
            own,
            &[&interviewer()],
        ),
        raw("one custodian, twice", "the signatures have to be of different members", &[&founder(), &founder()]),
        raw("signatures out of order", "by member id", &[&custodian(), &founder()]),
        changed_signature(&station, &entry),
    ]
}

fn changed_signature(station: &Station, entry: &RosterEntry) -> Value {
    let flipped = flipped(&json!(hex(entry.to_bytes())), -1);
    bad("the last signature flipped", "roster", "", station.and(&bytes(&json!(flipped))))
}

/// Entries that were signed rightly, and stand where they were not signed for.
fn places() -> Vec<Value> {
    let station = Station::without_supervisor();
    let whole = good("a suspension and new circles", "", station.vector());
    let entries = list(&whole["entries"]).to_vec();
    let with = |name: &str, error: &str, edit: &dyn Fn(&mut Vec<Value>)| {
        let mut edited = entries.clone();
        edit(&mut edited);
        changed(&whole, "entries", edited, name, error)
    };
    let outdated = "proposal-outdated";
    let late = station.entry(enrolment(&colleague(), "interviewer"), &[&founder(), &custodian()]);
    let early = late.proposal().clone().into_entry(2);
    let next = Station::staffed().entry(enrolment(&colleague(), "interviewer"), &[&founder(), &custodian()]);
    let mut digest = body_of(&next);
    digest[6] ^= 1;
    let mut position = body_of(&next);
    position[3] += 1;
    let commit = next.commit();
    let by_both = |body: &[u8]| Station::staffed().and(&by_hand(commit, body, &[&founder(), &custodian()]));
    let second_founding = {
        let mut body = body_of(&next);
        let found = body_of(&Station::founded().entries[0]);
        body.truncate(4 + 34 + 17);
        body[2] = 1;
        // The founding entry has no previous: what comes after the vault is the change.
        body.extend_from_slice(&found[4 + 1 + 17..]);
        body
    };
    vec![
        with("the suspension deleted", outdated, &|entries| drop(entries.remove(4))),
        with("the suspension and what followed replaced", outdated, &|entries| {
            entries.truncate(4);
            entries.push(json!(hex(late.to_bytes())));
        }),
        with("the new circles without the suspension before", outdated, &|entries| entries.swap(4, 5)),
        with("an enrolment deleted", outdated, &|entries| drop(entries.remove(2))),
        with("two enrolments exchanged", outdated, &|entries| entries.swap(2, 3)),
        with("the last entry twice", outdated, &|entries| entries.push(entries[5].clone())),
        with("the founding entry twice", outdated, &|entries| entries.insert(1, entries[0].clone())),
        with("the founding entry missing", "roster", &|entries| drop(entries.remove(0))),
        with("an entry of an earlier commit than the one before", "roster", &|entries| {
            entries.push(json!(hex(early.to_bytes())));
        }),
        with("an entry cut short", "roster", &|entries| entries[5] = json!(shortened(&entries[5], 1))),
        bad("an outdated position", outdated, "with signatures that fit", by_both(&position)),
        bad("a wrong previous digest", outdated, "with signatures that fit", by_both(&digest)),
        bad("a second founding", "roster", "with signatures that fit", by_both(&second_founding)),
        bad(
            "an entry of a fork",
            outdated,
            "signed for a roster with the same number of entries",
            Station::staffed().then(enrolment(&colleague(), "interviewer"), &[&founder(), &custodian()]).and(
                &Station::staffed()
                    .then(suspend(&supervisor()), &[&custodian()])
                    .entry(circles(&[name(Compartment::Operations, 2)]), &[&custodian()])
                    .to_bytes(),
            ),
        ),
    ]
}

/// Changes of members that are signed as they should be, and are not possible.
fn members() -> Vec<Value> {
    let both = [&founder(), &custodian()];
    let station = Station::staffed();
    let impossible = |name: &str, error: &str, station: &Station, change: RosterChange| {
        bad(name, error, "signed by two custodians", station.and(&station.entry(change, &both).to_bytes()))
    };
    let alone = |name: &str, error: &str, change: RosterChange| {
        let station = Station::founded();
        bad(name, error, "signed by the founder", station.and(&station.entry(change, &[&founder()]).to_bytes()))
    };
    let mut twin = interviewer().public();
    twin.member = colleague().member();
    let enrol = |identity, name: &str, unit| RosterChange::Enrol { identity, role: role(name), unit };
    let suspended = Station::without_supervisor();
    let retired = Station::staffed().then(RosterChange::Retire { member: supervisor().member() }, &both);
    let member = supervisor().member();
    let (nobody, elsewhere) = (MemberId::from_bytes([0x99; 16]), ScopeId::from_bytes([9; 16]));
    let of = |member, name: &str| RosterChange::Role { member, role: role(name), unit: unit() };
    let add = |identity| RosterChange::AddIdentity { identity };
    vec![
        impossible("enrolled in no role", "no-such-role", &station, enrol(colleague().public(), "detective", unit())),
        impossible("enrolled as a founder", "no-such-role", &station, enrol(colleague().public(), "founder", unit())),
        impossible("enrolled in no unit", "no-such-unit", &station, enrol(colleague().public(), "auditor", elsewhere)),
        impossible("enrolled twice", "already-a-member", &station, enrol(person(0x40, 1).public(), "auditor", unit())),
        impossible(
            "enrolled with the keys of another",
            "already-a-member",
            &station,
            enrol(twin.clone(), "auditor", unit()),
        ),
        impossible("a second device with known keys", "already-a-member", &station, add(interviewer().public())),
        impossible("a second device of nobody", "no-such-member", &station, add(colleague().public())),
        impossible("a second device of a suspended member", "not-active", &suspended, add(person(0x30, 1).public())),
        impossible("another role for nobody", "no-such-member", &station, of(nobody, "auditor")),
        impossible("another role that there is not", "no-such-role", &station, of(member, "detective")),
        impossible("made a founder", "no-such-role", &station, of(member, "founder")),
        impossible("another role for a retired member", "not-active", &retired, of(member, "auditor")),
        impossible("suspending nobody", "no-such-member", &station, RosterChange::Suspend { member: nobody }),
        impossible("suspended twice", "not-active", &suspended, RosterChange::Suspend { member }),
        impossible("resuming who is active", "not-active", &station, RosterChange::Resume { member }),
        impossible("resuming who is retired", "not-active", &retired, RosterChange::Resume { member }),
        impossible("a device revoked twice", "not-active", &of_two_devices(), revoke(&interviewer(), &interviewer())),
        impossible("an unknown device revoked", "not-active", &station, revoke(&interviewer(), &colleague())),
        alone("the last custodian suspended", "last-custodian", suspend(&founder())),
        alone("the last custodian retired", "last-custodian", RosterChange::Retire { member: founder().member() }),
        alone("the last custodian in another role", "last-custodian", of(founder().member(), "auditor")),
        alone("the last device of the last custodian revoked", "last-custodian", revoke(&founder(), &founder())),
    ]
}

/// Circle generations: of those who may list them, and in their order only.
fn circle_generations() -> Vec<Value> {
    let station = Station::staffed();
    let (identity, operations) = (name(Compartment::Identity, 2), name(Compartment::Operations, 2));
    let by = |title: &str, error: &str, names: &[CircleName], who: &Identity| {
        let change = circles(names);
        bad(title, error, "", station.and(&station.entry(change, &[who]).to_bytes()))
    };
    let missing = "approvals-missing";
    vec![
        by("a circle generation of the attacker's own", missing, &[identity], &interviewer()),
        by("one circle that they hold and one that they do not", missing, &[operations, identity], &interviewer()),
        by("a circle generation by an auditor of nothing", "roster", &[operations], &colleague()),
        by("generation 1 again", "roster", &[CircleName { generation: 1, ..operations }], &founder()),
        by("a generation left out", "roster", &[CircleName { generation: 3, ..operations }], &founder()),
        by("generation 0", "roster", &[CircleName { generation: 0, ..operations }], &founder()),
        by("one circle twice in an entry", "roster", &[operations, operations], &founder()),
        by("an entry of no circle", "roster", &[], &founder()),
        by(
            "a circle of no unit",
            "roster",
            &[CircleName { scope: ScopeId::from_bytes([9; 16]), generation: 1, ..operations }],
            &founder(),
        ),
        by(
            "a circle of the log for another scope",
            "roster",
            &[CircleName { scope: other_unit(), ..name(Compartment::Oversight, 1) }],
            &founder(),
        ),
        by(
            "a circle of no compartment",
            "roster",
            &[CircleName { compartment: 99, generation: 1, ..operations }],
            &founder(),
        ),
    ]
}

fn devices_forms_policies_units() -> Vec<Value> {
    let both = [&founder(), &custodian()];
    let station = Station::staffed();
    let refused = |name: &str, error: &str, station: &Station, change: RosterChange| {
        bad(name, error, "signed by two custodians", station.and(&station.entry(change, &both).to_bytes()))
    };
    let first = founding();
    let renamed = policy_text(2).replacen("\"unit-supervisor\"", "\"supervisor\"", 1);
    let without_supervisors = AccessPolicy::parse(&renamed).unwrap();
    let moved = FORM.replacen("compartment = \"identity\"", "compartment = \"profile\"", 1);
    let changed_form = RosterChange::Form(FormDocument::parse(&moved).unwrap());
    let with_form = Station::staffed().then(form(), &both);
    vec![
        refused(
            "the first device again",
            "roster",
            &station,
            RosterChange::Device(DeviceChange { device: first.device, ..device() }),
        ),
        refused(
            "the origin of the first log again",
            "roster",
            &station,
            RosterChange::Device(DeviceChange { origin: first.origin, ..device() }),
        ),
        refused("a form that changes the compartment of an earlier one", "roster", &with_form, changed_form),
        refused("the same access-policy again", "policy-outdated", &station, RosterChange::Policy(Box::new(policy(1)))),
        refused(
            "an access-policy without a role that somebody has",
            "no-such-role",
            &station,
            RosterChange::Policy(Box::new(without_supervisors)),
        ),
        refused("the unit again", "roster", &station, RosterChange::Unit { unit: unit() }),
        refused(
            "the vault as a unit",
            "roster",
            &station,
            RosterChange::Unit { unit: ScopeId::from_bytes(*vault().as_bytes()) },
        ),
    ]
}
