//! The vectors in `tests/vectors/roster`: rosters of a vault and circles of its cases, as they are signed, and with the
//! defects for which a reader has to refuse them.

mod case_circles;
mod lasting;
mod releases;
mod rosters;
mod station;

use serde_json::{Value, json};

use super::*;
use crate::id::{MemberId, ScopeId, VaultId};
use crate::keys::{PublicIdentity, RecoveryScope};
use crate::seal::sha256;
use crate::vectors::{Refusal, Run, bytes, fixed, hex, hold, list, number, read, text, write};

const FILES: [(&str, Run); 3] = [("rosters", roster), ("refused-rosters", roster), ("case-circles", case_circle)];

#[test]
fn roster_vectors_hold() {
    hold("roster", &FILES);
}

#[test]
#[ignore = "writes tests/vectors/roster"]
fn write_roster_vectors() {
    write("roster", "rosters", roster, [rosters::accepted(), lasting::accepted(), releases::accepted()].concat());
    // These begin with one of the rosters.
    write(
        "roster",
        "refused-rosters",
        roster,
        rosters::after_accepted([rosters::refused(), lasting::refused(), releases::refused()].concat()),
    );
    write("roster", "case-circles", case_circle, case_circles::make());
}

/// `vault` and all `entries` of its roster, those of the accepted one that `after` names before them, give what they say.
fn roster(vector: &Value) -> Result<Value, Refusal> {
    Ok(said(&verified(vector)?))
}

fn verified(vector: &Value) -> Result<Roster, Refusal> {
    let vault = VaultId::from_bytes(fixed(&vector["vault"]));
    let mut stored = list(&vector["entries"]).to_vec();
    if !vector["after"].is_null() {
        stored.splice(0..0, list(&accepted(&vector["after"])["entries"]).iter().cloned());
    }
    let entries = stored.iter().map(|entry| RosterEntry::from_bytes(&bytes(entry)));
    let entries: Vec<_> = entries.collect::<Result<_, _>>()?;
    for (entry, stored) in entries.iter().zip(&stored) {
        assert_eq!(hex(entry.to_bytes()), text(stored));
    }
    let whole = Roster::verify(vault, &entries);
    // One by one, so that the error says what is wrong with the entry.
    let mut roster = Roster::verify(vault, &entries[..entries.len().min(1)])?;
    let appended = entries.iter().skip(1).try_for_each(|entry| roster.append(entry));
    assert_eq!(whole.is_ok(), appended.is_ok(), "{}", vector["name"]);
    Ok(appended.map(|()| roster)?)
}

/// The accepted roster of this name.
fn accepted(name: &Value) -> Value {
    let rosters = read("roster", "rosters");
    rosters.into_iter().find(|roster| roster["name"] == *name).expect("a roster")
}

fn said(roster: &Roster) -> Value {
    let founding = roster.founding();
    let (position, digest) = roster.head();
    let mut said = json!({
        "genesis": hex(roster.genesis()),
        "position": position,
        "digest": hex(digest),
        "founded_at": founding.founded_at.to_string(),
        "units": roster.units().iter().map(ScopeId::to_string).collect::<Vec<_>>(),
        "policy": roster.policy().version(),
        "members": roster.members().map(member).collect::<Vec<_>>(),
        "custodians": roster.custodians().map(|member| member.id().to_string()).collect::<Vec<_>>(),
        "circles": roster.circles().iter().map(|listed| circle(roster, listed)).collect::<Vec<_>>(),
        "logs": roster.logs().iter().map(log).collect::<Vec<_>>(),
    });
    let lasting: [(&str, Vec<Value>); 5] = [
        ("recovery_sets", roster.recoveries().iter().map(recovery).collect()),
        ("second_secrets", roster.members().filter_map(|member| second_secret(roster, member.id())).collect()),
        ("erased", roster.erasures().iter().map(erased).collect()),
        ("release_series", roster.release_series().iter().map(|series| json!(series.name)).collect()),
        ("releases_withdrawn", roster.withdrawn_releases().map(|id| json!(id.to_string())).collect()),
    ];
    for (name, list) in lasting.into_iter().filter(|(_, list)| !list.is_empty()) {
        said[name] = list.into();
    }
    if !roster.forms().is_empty() {
        said["forms"] = roster.forms().iter().map(|form| hex(sha256(&form.encode()))).collect();
    }
    said
}

fn recovery(listed: &ListedRecovery) -> Value {
    let unit = match listed.set.scope() {
        RecoveryScope::Unit(unit) => json!(unit.to_string()),
        RecoveryScope::Oversight => Value::Null,
        RecoveryScope::Reversal(unit) => json!([unit.to_string()]),
    };
    let key = listed.set.public_key().id();
    json!({ "listed_at": listed.listed_at, "unit": unit, "number": listed.set.number(), "key_id": hex(key.as_bytes()) })
}

fn second_secret(roster: &Roster, member: MemberId) -> Option<Value> {
    let second = roster.second_secret(member)?;
    Some(json!({ "member": member.to_string(), "public_key_sha256": hex(sha256(&second.to_bytes())) }))
}

fn erased(listed: &ListedErasure) -> Value {
    let cases = listed.erasure.cases.iter().map(ScopeId::to_string).collect::<Vec<_>>();
    json!({ "position": listed.position, "at": listed.erasure.at.to_string(), "cases": cases })
}

fn member(member: &Member) -> Value {
    let stage = |stage: &Stage| {
        json!({
            "from": stage.from,
            "role": stage.role.as_str(),
            "unit": stage.unit.to_string(),
            "standing": format!("{:?}", stage.standing).to_lowercase(),
        })
    };
    let listed = |listed: &ListedIdentity| {
        let PublicIdentity { verifying_key, hybrid_key, slot_key, .. } = &listed.identity;
        json!({
            "verifying_key": hex(verifying_key.as_bytes()),
            "public_key_sha256": hex(sha256(&hybrid_key.to_bytes())),
            "slot_key": hex(slot_key.expose()),
            "listed_at": listed.listed_at,
            "revoked_at": listed.revoked_at,
        })
    };
    json!({
        "member": member.id().to_string(),
        "stages": member.stages().iter().map(stage).collect::<Vec<_>>(),
        "identities": member.identities().iter().map(listed).collect::<Vec<_>>(),
    })
}

fn circle(roster: &Roster, listed: &ListedCircle) -> Value {
    let CircleListing { name, commitment, public_key, slot_key } = &listed.listing;
    let holders = roster.holders(name).map(|holder| hex(holder.verifying_key.as_bytes()));
    let mut said = json!({
        "scope": name.scope.to_string(),
        "compartment": name.compartment,
        "generation": name.generation,
        "commitment": hex(commitment),
        "public_key_sha256": hex(sha256(&public_key.to_bytes())),
        "slot_key": hex(slot_key.expose()),
        "listed_at": listed.listed_at,
        "closed_at": listed.closed_at,
        "holders": holders.collect::<Vec<_>>(),
    });
    let in_emergency = roster.emergency_holders(name).map(|(holder, _)| hex(holder.verifying_key.as_bytes()));
    let in_emergency: Vec<_> = in_emergency.collect();
    if !in_emergency.is_empty() {
        said["in_emergency"] = in_emergency.into();
    }
    said
}

fn log(log: &LogLine) -> Value {
    json!({
        "device": log.device.to_string(),
        "origin": log.origin,
        "log_key": hex(log.log_key.as_bytes()),
        "listed_at": log.listed_at,
        "ended": log.ended.map(|end| {
            json!({ "commit": end.commit, "size": end.size, "root": end.root.to_string() })
        }),
    })
}

/// The `entries` of a case's circle, on the roster that a vector of `rosters.json` names, give who reaches what.
fn case_circle(vector: &Value) -> Result<Value, Refusal> {
    let roster = verified(&accepted(&vector["roster"]))?;
    let (scope, unit) = (ScopeId::from_bytes(fixed(&vector["case"])), roster.founding().unit);
    let creator = MemberId::from_bytes(fixed(&vector["creator"]));
    let mut circle = CaseCircle::default();
    for written in list(&vector["entries"]) {
        let plain = bytes(&written["plain"]);
        let entry = CaseEntry::decode(&plain)?;
        assert_eq!(entry.encode(), plain);
        let digest = CaseEntry::digest(roster.vault(), scope, entry.number, &bytes(&written["sealed"]));
        let commit = number(&written["commit"]);
        let author = Authorship {
            member: MemberId::from_bytes(fixed(&written["author"])),
            position: roster.position_at(commit),
            commit,
        };
        circle.take(&roster, unit, creator, &author, (&entry, digest))?;
    }
    let grant = |grant: &CaseGrant| {
        json!({
            "member": grant.member.to_string(),
            "compartments": grant.compartments.iter().map(|of| of.number()).collect::<Vec<_>>(),
            "shared": grant.shared,
            "until": grant.until.map(|until| until.to_string()),
            "entry": grant.entry,
            "by": grant.by.to_string(),
            "approved": grant.approved,
            "from": grant.from,
            "to": grant.to,
        })
    };
    Ok(json!({
        "grants": circle.grants().iter().map(grant).collect::<Vec<_>>(),
        "sensitivity": circle.sensitivity().number(),
    }))
}
