//! The vault in the vectors: its people, circles and entries, all out of seeds that are one repeated byte.

use serde_json::{Value, json};

use super::super::roster::codec::encoded;
use super::super::*;
use crate::access::erasure::{Erasure, Ground};
use crate::id::{DeviceId, MemberId, ScopeId, VaultId};
use crate::keys::{CircleName, CircleSecret, Identity, RecoveryKey, RecoverySet, RecoveryShare, Restoring, SigningKey};
use crate::model::Compartment;
use crate::seal::{HybridPublicKey, HybridSecretKey, LabelledInput, Secret, derive_secret};
use crate::vectors::{bytes, hex, list, read, text};

const POLICY: &str = include_str!("../policy/vectors/small.toml");

pub(super) fn vault() -> VaultId {
    VaultId::from_bytes([1; 16])
}

pub(super) fn unit() -> ScopeId {
    ScopeId::from_bytes([2; 16])
}

/// The access-policy of four roles, in which cases can be shared and held more closely.
pub(super) fn policy(version: u64) -> AccessPolicy {
    AccessPolicy::parse(&policy_text(version)).unwrap()
}

pub(super) fn policy_text(version: u64) -> String {
    POLICY
        .replacen("\"interview\"]", "\"interview\", \"share\"]", 1)
        .replacen("[\"assign\", ", "[\"assign\", \"set-sensitivity\", ", 1)
        .replacen(
            "[[second_person]]",
            "[[second_person]]\naction = \"share\"\nroles = [\"custodian\"]\n\n[[second_person]]",
            1,
        )
        .replacen("version = 7", &format!("version = {version}"), 1)
}

/// Member `n` with the seed `n + 1`; `device` is added to the seed.
pub(super) fn person(n: u8, device: u8) -> Identity {
    Identity::from_parts(MemberId::from_bytes([n; 16]), Secret::copy_of(&[n + 1 + device; 32]))
}

pub(super) fn founder() -> Identity {
    person(0x0A, 0)
}

pub(super) fn custodian() -> Identity {
    person(0x20, 0)
}

pub(super) fn supervisor() -> Identity {
    person(0x30, 0)
}

pub(super) fn interviewer() -> Identity {
    person(0x40, 0)
}

pub(super) fn colleague() -> Identity {
    person(0x50, 0)
}

pub(super) fn role(name: &str) -> RoleName {
    RoleName::parse(name).unwrap()
}

pub(super) fn name(compartment: Compartment, generation: u32) -> CircleName {
    let scope = match compartment {
        Compartment::Roster => ScopeId::from_bytes(*vault().as_bytes()),
        _ => unit(),
    };
    CircleName { scope, compartment: compartment.number(), generation }
}

/// A circle whose secret is its compartment and generation added, repeated.
pub(super) fn listing(name: CircleName) -> CircleListing {
    let generation = (name.generation as u8).wrapping_sub(1).wrapping_mul(16);
    let seed = name.compartment.wrapping_add(0x70).wrapping_add(generation);
    let secret = CircleSecret::from_secret(Secret::copy_of(&[seed; 32]));
    let keys = secret.keys(vault(), name);
    CircleListing {
        name,
        commitment: secret.commitment(vault(), name),
        public_key: keys.hybrid().public_key(),
        slot_key: keys.slot_key().clone(),
    }
}

pub(super) fn circles(names: &[CircleName]) -> RosterChange {
    RosterChange::Circles(names.iter().map(|name| listing(*name)).collect())
}

pub(super) fn founding() -> Founding {
    let circles = [Compartment::Identity, Compartment::Operations, Compartment::Oversight, Compartment::Roster];
    Founding {
        device: DeviceId::from_bytes([3; 16]),
        founded_at: 1_795_544_160_000,
        origin: "police.example.org/audit/1".into(),
        log_key: SigningKey::from_seed(&[4; 32]).verifying_key(),
        unit: unit(),
        founder: founder().public(),
        policy: policy(1),
        circles: circles.map(|compartment| listing(name(compartment, 1))).into(),
    }
}

pub(super) fn enrolment(who: &Identity, name: &str) -> RosterChange {
    RosterChange::Enrol { identity: who.public(), role: role(name), unit: unit() }
}

/// The first and the second recovery set of the unit, as in the vectors in `tests/vectors/recovery`, which are of this vault.
pub(super) fn recovery_sets() -> (RecoverySet, RecoverySet) {
    let vector = restoring();
    let set = |value: &Value| RecoverySet::decode(&bytes(value)).unwrap();
    (set(&vector["older"][0]), set(&vector["set"]))
}

/// The recovery key of the second set, put together from shares.
pub(super) fn recovery_key() -> RecoveryKey {
    let mut key = Restoring::begin(recovery_sets().1, Vec::new());
    for share in list(&restoring()["shares"]) {
        key.add(RecoveryShare::from_text(text(share)).unwrap()).unwrap();
    }
    key.finish().unwrap()
}

fn restoring() -> Value {
    read("recovery", "restoring").into_iter().find(|vector| vector["name"] == "three of five").expect("a vector")
}

/// The second secret of a member, by the byte of its seed.
pub(super) fn second_secret(seed: u8) -> HybridPublicKey {
    let input = LabelledInput::new("saferoom/emergency/hybrid-seed");
    HybridSecretKey::from_seed(&derive_secret(&Secret::copy_of(&[seed; 32]), &input)).public_key()
}

/// An erasure of two cases, as it was decided.
pub(super) fn erasure(cases: &[u8]) -> Erasure {
    Erasure {
        at: 1_795_600_000_000,
        complete_from: 1_803_376_000_000,
        by: supervisor().member(),
        ground: Ground::retention_ended("any-case").unwrap(),
        cases: cases.iter().map(|case| ScopeId::from_bytes([*case; 16])).collect(),
    }
}

/// A roster that grows: every entry is appended by the commit after the one before.
pub(super) struct Station {
    pub(super) roster: Roster,
    pub(super) entries: Vec<RosterEntry>,
}

impl Station {
    /// Founded, and nobody enrolled.
    pub(super) fn founded() -> Self {
        let change = RosterChange::Found(Box::new(founding()));
        let entry = Proposal::founding(vault(), change).signed_by(&founder()).into_entry(1);
        Self { roster: Roster::verify(vault(), std::slice::from_ref(&entry)).unwrap(), entries: vec![entry] }
    }

    /// With a custodian beside the founder, a supervisor and an interviewer: entries 1, 2, 3.
    pub(super) fn staffed() -> Self {
        let both = [&founder(), &custodian()];
        Self::founded()
            .then(enrolment(&custodian(), "custodian"), &[&founder()])
            .then(enrolment(&supervisor(), "unit-supervisor"), &both)
            .then(enrolment(&interviewer(), "interviewer"), &both)
    }

    /// And then the supervisor is suspended, and the circles that they held have moved on: entries 4, 5.
    pub(super) fn without_supervisor() -> Self {
        let moved = [Compartment::Operations, Compartment::Roster].map(|compartment| name(compartment, 2));
        Self::staffed()
            .then(RosterChange::Suspend { member: supervisor().member() }, &[&custodian()])
            .then(circles(&moved), &[&custodian()])
    }

    /// One more entry, which has to be accepted.
    pub(super) fn then(mut self, change: RosterChange, signers: &[&Identity]) -> Self {
        let entry = self.entry(change, signers);
        self.roster.append(&entry).unwrap();
        self.entries.push(entry);
        self
    }

    pub(super) fn entry(&self, change: RosterChange, signers: &[&Identity]) -> RosterEntry {
        signed(Proposal::new(&self.roster, change), signers).into_entry(self.next_commit())
    }

    /// One more entry as it was signed, which has to be accepted.
    pub(super) fn taking(mut self, proposal: Proposal) -> Self {
        let entry = self.placed(proposal);
        self.roster.append(&entry).unwrap();
        self.entries.push(entry);
        self
    }

    /// A proposal in the place of the next entry.
    pub(super) fn placed(&self, proposal: Proposal) -> RosterEntry {
        proposal.into_entry(self.next_commit())
    }

    fn next_commit(&self) -> u64 {
        self.entries.last().map_or(1, |entry| entry.commit() + 1)
    }

    /// The input of a vector: all entries, and one more as these bytes.
    pub(super) fn and(&self, bytes: &[u8]) -> Value {
        let entries: Vec<_> = self.entries.iter().map(|entry| hex(entry.to_bytes())).chain([hex(bytes)]).collect();
        json!({ "vault": hex(vault().as_bytes()), "entries": entries })
    }

    pub(super) fn vector(&self) -> Value {
        let entries: Vec<_> = self.entries.iter().map(|entry| hex(entry.to_bytes())).collect();
        json!({ "vault": hex(vault().as_bytes()), "entries": entries })
    }
}

pub(super) fn signed(proposal: Proposal, signers: &[&Identity]) -> Proposal {
    signers.iter().fold(proposal, |proposal, signer| proposal.signed_by(signer))
}

/// The body of an entry.
pub(super) fn body_of(entry: &RosterEntry) -> Vec<u8> {
    let bytes = entry.proposal().to_bytes();
    let mut input = minicbor::Decoder::new(&bytes);
    input.array().unwrap();
    input.bytes().unwrap().to_vec()
}

/// An entry of any body, signed as docs/formats.md says it.
pub(super) fn by_hand(commit: u64, body: &[u8], signers: &[&Identity]) -> Vec<u8> {
    let message = LabelledInput::new("saferoom/roster").part(body);
    let proposal = encoded(|out| {
        out.array(2)?.bytes(body)?.array(signers.len() as u64)?;
        for signer in signers {
            out.array(2)?.bytes(signer.member().as_bytes())?.bytes(&signer.sign(message.as_bytes()))?;
        }
        Ok(())
    });
    [&commit.to_be_bytes()[..], &proposal].concat()
}
