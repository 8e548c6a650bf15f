//! The vectors in `tests/vectors/roster`: the roster of a vault, signed and tampered with.

use serde_json::{Value, json};

use super::*;
use crate::id::{DeviceId, MemberId, ScopeId, VaultId};
use crate::keys::{CircleName, CircleSecret, Identity, SigningKey};
use crate::log::Hash;
use crate::seal::{LabelledInput, Secret};
use crate::vectors::{Refusal, Run, bad, bytes, changed, fixed, flipped, good, hex, hold, list, shortened, write};

const FILES: [(&str, Run); 1] = [("rosters", roster)];

#[test]
fn roster_vectors_hold() {
    hold("roster", &FILES);
}

#[test]
#[ignore = "writes tests/vectors/roster"]
fn write_roster_vectors() {
    write("roster", "rosters", roster, make());
}

fn roster(vector: &Value) -> Result<Value, Refusal> {
    let entries = list(&vector["entries"]).iter().map(|entry| RosterEntry::from_bytes(&bytes(entry)));
    let entries: Vec<_> = entries.collect::<Result<_, _>>()?;
    let roster = Roster::verify(VaultId::from_bytes(fixed(&vector["vault"])), &entries)?;
    let founding = roster.founding();
    let circle = |circle: &CircleListing| {
        json!({
            "scope": circle.name.scope.to_string(),
            "compartment": circle.name.compartment,
            "generation": circle.name.generation,
            "commitment": hex(circle.commitment),
            "public_key": hex(circle.public_key.to_bytes()),
            "members": circle.members.iter().map(MemberId::to_string).collect::<Vec<_>>(),
        })
    };
    let mut expected = json!({
        "genesis": hex(roster.genesis()),
        "device": founding.device.to_string(),
        "founded_at": founding.founded_at.to_string(),
        "origin": founding.origin,
        "log_key": hex(founding.log_key.as_bytes()),
        "unit": founding.unit.to_string(),
        "founder": {
            "member": founding.founder.member.to_string(),
            "verifying_key": hex(founding.founder.verifying_key.as_bytes()),
            "public_key": hex(founding.founder.hybrid_key.to_bytes()),
        },
        "circles": founding.circles.iter().map(circle).collect::<Vec<_>>(),
    });
    if roster.logs().len() > 1 {
        expected["logs"] = roster.logs().iter().map(log).collect();
    }
    Ok(expected)
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

/// A roster in which a second device takes over, after an edit of its entry, signed by `signer`.
fn taken_over(signer: &Identity, edit: &dyn Fn(&mut DeviceEntry)) -> Value {
    let first = RosterEntry::found(&founding(&[(1, 1, &[0x0A])]), &founder(0x0B));
    let vault = VaultId::from_bytes([1; 16]);
    let (position, previous) = Roster::verify(vault, std::slice::from_ref(&first)).unwrap().head();
    let mut entry = DeviceEntry {
        position: position + 1,
        previous,
        vault,
        custodian: MemberId::from_bytes([0x0A; 16]),
        device: DeviceId::from_bytes([7; 16]),
        since: 1_800_000_000_000,
        origin: "police.example.org/audit/1-2".into(),
        log_key: SigningKey::from_seed(&[8; 32]).verifying_key(),
        ended: LogEnd { commit: 40, size: 60, root: Hash::from_bytes([6; 32]) },
    };
    edit(&mut entry);
    let entries = [first, RosterEntry::add_device(&entry, signer)].map(|entry| hex(entry.to_bytes()));
    json!({ "vault": hex([1; 16]), "entries": entries })
}

fn founder(seed: u8) -> Identity {
    Identity::from_parts(MemberId::from_bytes([0x0A; 16]), Secret::copy_of(&[seed; 32]))
}

fn founding(circles: &[(u8, u32, &[u8])]) -> FoundingEntry {
    let (vault, unit) = (VaultId::from_bytes([1; 16]), ScopeId::from_bytes([2; 16]));
    let listing = |(compartment, generation, members): &(u8, u32, &[u8])| {
        let name = CircleName { scope: unit, compartment: *compartment, generation: *generation };
        let secret = CircleSecret::from_secret(Secret::copy_of(&[*compartment; 32]));
        CircleListing {
            name,
            commitment: secret.commitment(vault, name),
            public_key: secret.keys(vault, name).hybrid().public_key(),
            members: members.iter().map(|member| MemberId::from_bytes([*member; 16])).collect(),
        }
    };
    FoundingEntry {
        vault,
        device: DeviceId::from_bytes([3; 16]),
        founded_at: 1_795_544_160_000,
        origin: "police.example.org/audit/1".into(),
        log_key: SigningKey::from_seed(&[4; 32]).verifying_key(),
        unit,
        founder: founder(0x0B).public(),
        circles: circles.iter().map(listing).collect(),
    }
}

/// An entry with any body, signed by the words of the format.
fn signed(body: &[u8], signer: &Identity) -> Value {
    let signature = signer.sign(LabelledInput::new("saferoom/roster").part(body).as_bytes());
    json!({ "vault": hex([1; 16]), "entries": [hex([&signature[..], body].concat())] })
}

fn make() -> Vec<Value> {
    let entry = founding(&[(13, 2, &[0x0A, 0x0B])]);
    let body = entry.encode();
    let input = signed(&body, &founder(0x0B));
    assert_eq!(input["entries"][0], hex(RosterEntry::found(&entry, &founder(0x0B)).to_bytes()));
    let some = good("a circle of two members", "the founding entry: signature[64], then deterministic CBOR", input);
    let stored = some["entries"][0].clone();
    let refused = |entry: String, name: &str| changed(&some, "entries", json!([entry]), name, "roster");
    // Bodies that the founder did sign, and which are no founding entries all the same.
    let forged = |name: &str, edit: &dyn Fn(&mut Vec<u8>)| {
        let mut edited = body.clone();
        edit(&mut edited);
        assert_ne!(edited, body);
        bad(name, "roster", "with a signature that fits", signed(&edited, &founder(0x0B)))
    };
    // Head, version, kind, position; vault from 4, device from 21, time from 38, origin from 47 (1a 70...).
    assert_eq!((body[..5].to_vec(), body[47]), (vec![0x8B, 1, 1, 0, 0x50], 0x78));
    let key_at = body.windows(3).position(|head| *head == [0x59, 0x04, 0xC0]).unwrap() + 3;
    vec![
        good("one circle without members", "", signed(&founding(&[(1, 1, &[])]).encode(), &founder(0x0B))),
        good("two circles", "", signed(&founding(&[(1, 1, &[0x0A]), (2, 1, &[0x0A])]).encode(), &founder(0x0B))),
        good("no circle", "", signed(&founding(&[]).encode(), &founder(0x0B))),
        changed(&some, "vault", hex([9; 16]), "of another vault", "roster"),
        changed(&some, "entries", json!([]), "no entry", "roster"),
        changed(&some, "entries", json!([stored, stored]), "the entry twice", "roster"),
        refused(String::new(), "no bytes"),
        refused(shortened(&stored, body.len() + 1), "a signature cut short"),
        refused(shortened(&stored, body.len()), "no body"),
        refused(shortened(&stored, 1), "the last byte is missing"),
        refused(format!("{}00", stored.as_str().unwrap()), "a byte too many"),
        refused(flipped(&stored, 0), "signature flipped"),
        refused(flipped(&stored, 64 + 6), "vault flipped"),
        refused(flipped(&stored, 64 + 40), "founding time flipped"),
        refused(flipped(&stored, 64 + 50), "origin flipped"),
        refused(flipped(&stored, -1), "a circle's last member flipped"),
        bad(
            "signed by a stranger",
            "roster",
            "not by the key of the founder that it names",
            signed(&body, &founder(0x0C)),
        ),
        forged("version 2", &|body| body[1] = 2),
        forged("kind 2", &|body| body[2] = 2),
        forged("position 1", &|body| body[3] = 1),
        forged("twelve parts", &|body| body[0] = 0x8C),
        forged("a part missing", &|body| {
            body[0] = 0x8A;
            body.remove(3);
        }),
        forged("version in a longer form", &|body| drop(body.splice(1..2, [0x18, 1]))),
        forged("an origin that is not UTF-8", &|body| body[50] = 0xFF),
        forged("a vault id of 15 bytes", &|body| {
            body[4] = 0x4F;
            body.remove(5);
        }),
        forged("signed with a byte too many", &|body| body.push(0)),
        forged("an indefinite length", &|body| {
            body[0] = 0x9F;
            body.push(0xFF);
        }),
        forged("a member's public key cut short", &|body| {
            body[key_at - 1] = 0xBF;
            body.remove(key_at);
        }),
        forged("a member's public key with a coefficient beyond the modulus", &|body| {
            body[key_at..key_at + 3].fill(0xFF)
        }),
        good("a second device takes over", "and its log follows the first", taken_over(&founder(0x0B), &|_| ())),
        bad("a second device, signed by a stranger", "roster", "", taken_over(&founder(0x0C), &|_| ())),
        bad(
            "a second device at another position",
            "roster",
            "",
            taken_over(&founder(0x0B), &|entry| entry.position = 2),
        ),
        bad(
            "a second device after another entry",
            "roster",
            "",
            taken_over(&founder(0x0B), &|entry| {
                entry.previous = [9; 32];
            }),
        ),
        bad(
            "the first device again",
            "roster",
            "",
            taken_over(&founder(0x0B), &|entry| {
                entry.device = DeviceId::from_bytes([3; 16]);
            }),
        ),
        bad(
            "the origin of the first log again",
            "roster",
            "",
            taken_over(&founder(0x0B), &|entry| {
                entry.origin = "police.example.org/audit/1".into();
            }),
        ),
        some,
    ]
}
