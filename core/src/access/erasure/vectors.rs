//! The vectors in `tests/vectors/erasure`: certificates and lists, signed and tampered with.

use minicbor::Encoder;
use serde_json::{Value, json};

use super::*;
use crate::access::{Proposal, RosterChange, RosterEntry};
use crate::id::{BackupKeyId, VaultId};
use crate::keys::{Identity, VerifyingKey};
use crate::seal::{LabelledInput, Secret};
use crate::vectors::{Refusal, Run, bad, bytes, changed, fixed, flipped, good, hex, hold, list, shortened, write};

const FILES: [(&str, Run); 2] = [("certificates", certificate), ("lists", erasure_list)];

#[test]
fn erasure_vectors_hold() {
    hold("erasure", &FILES);
}

#[test]
#[ignore = "writes tests/vectors/erasure"]
fn write_erasure_vectors() {
    write("erasure", "certificates", certificate, certificates());
    write("erasure", "lists", erasure_list, lists());
}

fn custodians(vector: &Value) -> Vec<VerifyingKey> {
    list(&vector["custodians"]).iter().map(|key| VerifyingKey::from_bytes(fixed(key))).collect()
}

fn shown(erasure: &Erasure) -> Value {
    json!({
        "at": erasure.at.to_string(),
        "complete_from": erasure.complete_from.to_string(),
        "by": erasure.by.to_string(),
        "ground": erasure.ground.kind().name(),
        "rule": erasure.ground.rule(),
        "cases": erasure.cases.iter().map(ScopeId::to_string).collect::<Vec<_>>(),
    })
}

fn certificate(vector: &Value) -> Result<Value, Refusal> {
    let signed = SignedCertificate::from_bytes(&bytes(&vector["input"]))?;
    let verified = signed.verify(&custodians(vector))?;
    let certificate = signed.document();
    Ok(json!({
        "vault": certificate.vault.to_string(),
        "origin": certificate.origin,
        "complete_from": certificate.complete_from.to_string(),
        "entry_digest": hex(certificate.entry_digest()),
        "erasures": verified.erasures.iter().map(shown).collect::<Vec<_>>(),
        "entries": certificate.cases.iter().map(|case| case.entry).collect::<Vec<_>>(),
        "certified_by": verified.certified_by.len(),
        "decided_by": verified.decided_by,
    }))
}

fn erasure_list(vector: &Value) -> Result<Value, Refusal> {
    let signed = SignedErasureList::from_bytes(&bytes(&vector["input"]))?;
    signed.demand(&custodians(vector), 1)?;
    let read = signed.document();
    Ok(json!({
        "vault": read.vault.to_string(),
        "issued_at": read.issued_at.to_string(),
        "roster_position": read.roster.0,
        "erasures": read.erasures.iter().map(shown).collect::<Vec<_>>(),
    }))
}

pub(super) fn custodian(seed: u8) -> Identity {
    Identity::from_parts(MemberId::from_bytes([seed; 16]), Secret::copy_of(&[seed; 32]))
}

pub(super) fn erasure(cases: &[u8]) -> Erasure {
    Erasure {
        at: 1_795_544_160_000,
        complete_from: 1_803_320_160_000,
        by: MemberId::from_bytes([0x0D; 16]),
        ground: Ground::retention_ended("any-case").unwrap(),
        cases: cases.iter().map(|case| ScopeId::from_bytes([*case; 16])).collect(),
    }
}

/// An entry of a roster, by the words of the format.
fn entry(document: &[u8], position: u64, signer: &Identity) -> RosterEntry {
    let mut out = Encoder::new(Vec::new());
    out.array(6).unwrap().u64(1).unwrap().u64(15).unwrap().u64(position).unwrap();
    out.bytes(&[7; 32]).unwrap().bytes(&[1; 16]).unwrap().bytes(document).unwrap();
    let body = out.into_writer();
    let signature = signer.sign(LabelledInput::new("saferoom/roster").part(&body).as_bytes());
    let mut out = Encoder::new(Vec::new());
    out.array(2).unwrap().bytes(&body).unwrap().array(1).unwrap().array(2).unwrap();
    out.bytes(signer.member().as_bytes()).unwrap().bytes(&signature).unwrap();
    let proposal = Proposal::from_bytes(&out.into_writer()).unwrap();
    assert!(matches!(proposal.change(), Ok(RosterChange::Erasure(_))));
    proposal.into_entry(40)
}

pub(super) fn example() -> Certificate {
    let document = ErasureDocument::Direct(erasure(&[3, 4]));
    let case = |case, entry| CertifiedCase { case: ScopeId::from_bytes([case; 16]), entry };
    Certificate {
        vault: VaultId::from_bytes([1; 16]),
        origin: "police.example.org/audit/1".into(),
        issued_at: 1_795_544_170_000,
        complete_from: 1_803_320_160_000,
        position: 5,
        entry: entry(&document.encode(), 5, &custodian(0x0A)),
        cases: vec![case(3, 70), case(4, 71)],
        keys: vec![CertifiedKey { id: BackupKeyId::from_bytes([9; 16]), not_after: 1_803_320_160_000 }],
    }
}

fn key(signer: u8) -> Value {
    hex(custodian(signer).public().verifying_key.as_bytes()).into()
}

fn certified(edit: &dyn Fn(&mut Certificate)) -> Value {
    let mut certificate = example();
    edit(&mut certificate);
    let signed = SignedCertificate::new(certificate).signed_by(&custodian(0x0A));
    json!({ "input": hex(signed.to_bytes()), "custodians": [key(0x0A), key(0x0B)] })
}

fn certificates() -> Vec<Value> {
    let some = good("two cases, one custodian", "decided and certified by the same", certified(&|_| ()));
    let input = some["input"].clone();
    let refused = |name: &str, edit: &dyn Fn(&mut Certificate)| bad(name, "entry", "signed", certified(edit));
    let altered = |at: isize, name: &str, error: &str| changed(&some, "input", flipped(&input, at), name, error);
    let other = ErasureDocument::Direct(erasure(&[3, 5]));
    vec![
        changed(&some, "custodians", json!([key(0x0B)]), "by a custodian who is not known", "not-signed"),
        changed(&some, "custodians", json!([]), "no custodian is known", "not-signed"),
        altered(-1, "the signature flipped", "signature"),
        altered(60, "the certificate flipped", "signature"),
        changed(&some, "input", shortened(&input, 1), "the last byte is missing", "malformed"),
        changed(&some, "input", format!("{}00", input.as_str().unwrap()), "a byte too many", "malformed"),
        changed(&some, "input", "", "no bytes", "malformed"),
        refused("complete before the backup key expires", &|certificate| certificate.complete_from -= 1),
        refused("one case left out", &|certificate| certificate.cases.truncate(1)),
        refused("another case", &|certificate| certificate.cases[1].case = ScopeId::from_bytes([5; 16])),
        refused("at another position", &|certificate| certificate.position = 6),
        refused("of another vault", &|certificate| certificate.vault = VaultId::from_bytes([2; 16])),
        refused("an entry about other cases", &|certificate| {
            certificate.entry = entry(&other.encode(), 5, &custodian(0x0A));
        }),
        bad(
            "an entry that no custodian signed",
            "not-signed",
            "the certificate itself is signed",
            certified(&|certificate| {
                certificate.entry = entry(&ErasureDocument::Direct(erasure(&[3, 4])).encode(), 5, &custodian(0x0C));
            }),
        ),
        bad("cases out of order", "malformed", "signed", certified(&|certificate| certificate.cases.reverse())),
        some,
    ]
}

fn listed(edit: &dyn Fn(&mut ErasureList)) -> Value {
    let erasures = vec![erasure(&[3, 4]), Erasure { ground: Ground::of(GroundKind::Order).unwrap(), ..erasure(&[6]) }];
    let mut read = ErasureList {
        vault: VaultId::from_bytes([1; 16]),
        issued_at: 1_795_544_180_000,
        roster: (8, [8; 32]),
        erasures,
    };
    edit(&mut read);
    let signed = SignedErasureList::new(read).signed_by(&custodian(0x0B)).signed_by(&custodian(0x0A));
    json!({ "input": hex(signed.to_bytes()), "custodians": [key(0x0A), key(0x0B)] })
}

fn lists() -> Vec<Value> {
    let some = good("two erasures, two custodians", "", listed(&|_| ()));
    let input = some["input"].clone();
    let altered = |at: isize, name: &str, error: &str| changed(&some, "input", flipped(&input, at), name, error);
    let malformed = |name: &str, edit: &dyn Fn(&mut ErasureList)| bad(name, "malformed", "signed", listed(edit));
    vec![
        good("no erasure", "of a vault that erased nothing yet", listed(&|list| list.erasures.clear())),
        changed(&some, "custodians", json!([key(0x0C)]), "by custodians who are not known", "not-signed"),
        altered(-1, "the last signature flipped", "signature"),
        altered(40, "the list flipped", "signature"),
        changed(&some, "input", shortened(&input, 1), "the last byte is missing", "malformed"),
        malformed("a case twice", &|list| list.erasures[1].cases = vec![ScopeId::from_bytes([3; 16])]),
        malformed("cases out of order", &|list| list.erasures[0].cases.reverse()),
        malformed("no case", &|list| list.erasures[1].cases.clear()),
        malformed("complete before it was decided", &|list| list.erasures[0].complete_from = 1),
        some,
    ]
}
