//! The vectors in `tests/vectors/packet`: packets (as files beside, with what is changed in them), addresses,
//! statements of organisations, contents of parts.

mod make;
mod statistics;

use std::path::PathBuf;

use serde_json::{Value, json};

use self::make::{key_pair, make_addresses, make_contents, make_packets, make_statements, write_files};
use super::fuzzing::parts;
use super::*;
use crate::id::{OrganisationId, PacketId};
use crate::keys::PacketAddress;
use crate::seal::sha256;
use crate::vectors::{Refusal, Run, bytes, hex, hold, number, text, write};

const FILES: [(&str, Run); 4] =
    [("packets", packet), ("addresses", address), ("statements", statement), ("contents", content)];

#[test]
fn packet_vectors_hold() {
    hold("packet", &FILES);
}

#[test]
#[ignore = "writes tests/vectors/packet"]
fn write_packet_vectors() {
    write_files();
    write("packet", "packets", packet, make_packets());
    write("packet", "addresses", address, make_addresses());
    write("packet", "statements", statement, make_statements());
    write("packet", "contents", content, make_contents());
}

fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors/packet").join(name)
}

/// The file, with what is changed: a byte, the length, or something behind it.
fn packet(vector: &Value) -> Result<Value, Refusal> {
    let mut input = std::fs::read(file(text(&vector["file"]))).unwrap();
    if let Some(at) = vector["flip"].as_u64() {
        input[at as usize] ^= 0x41;
    }
    if let Some(length) = vector["cut_to"].as_u64() {
        input.truncate(length as usize);
    }
    if !vector["append"].is_null() {
        input.extend(bytes(&vector["append"]));
    }
    let (manifest, parts) = parts(&input)?;
    let optional_id = |id: Option<PacketId>| id.map(|id| id.to_string());
    let entry = |(entry, content): (&PartEntry, &Vec<u8>)| {
        assert_eq!((entry.length, entry.sha256), (content.len() as u64, sha256(content)));
        json!({ "kind": entry.kind.number(), "name": entry.name, "length": entry.length, "sha256": hex(entry.sha256) })
    };
    Ok(json!({
        "packet": manifest.packet.to_string(),
        "sender": hex(manifest.sender.digest()),
        "certificate": manifest.certificate.as_ref().map(hex),
        "reply_to": manifest.reply_to.as_ref().map(|key| hex(sha256(&key.to_bytes()))),
        "created_at": manifest.created_at.to_string(),
        "expires_at": manifest.expires_at.map(|time| time.to_string()),
        "in_reply_to": optional_id(manifest.in_reply_to),
        "parts": manifest.parts.iter().zip(&parts).map(entry).collect::<Vec<_>>(),
    }))
}

fn address(vector: &Value) -> Result<Value, Refusal> {
    let address = PacketAddress::from_file_bytes(&bytes(&vector["input"]))?;
    Ok(json!({
        "ed25519": hex(address.verifying_key.as_bytes()),
        "x_wing": hex(address.hybrid_key.to_bytes()),
        "digest": hex(address.digest()),
        "fingerprint": address.fingerprint(),
    }))
}

fn organisation() -> Organisation {
    let keys = [0x61, 0x62, 0x63].map(|seed| key_pair(seed).address().verifying_key).to_vec();
    Organisation::new(OrganisationId::from_bytes([8; 16]), 2, keys).unwrap()
}

/// `what` says what the bytes are; a statement is verified by the organisation.
fn statement(vector: &Value) -> Result<Value, Refusal> {
    let (input, pinned) = (bytes(&vector["input"]), organisation());
    let verified =
        |holds| if holds { Ok(()) } else { Err(Refusal::from(PacketError::Statement { what: "statement" })) };
    match text(&vector["what"]) {
        "organisation" => {
            let read = Organisation::from_bytes(&input)?;
            assert_eq!(read.to_bytes(), input);
            Ok(json!({ "id": read.id().to_string(), "is_the_pinned_one": read == pinned }))
        }
        "certificate" => {
            let read = SignedCertificate::from_bytes(&input)?;
            verified(pinned.verify(&read))?;
            let stated = read.statement();
            Ok(json!({
                "organisation": stated.organisation.to_string(),
                "serial": hex(stated.serial),
                "subject": hex(stated.subject),
                "kinds": stated.kinds.iter().map(|kind| kind.number()).collect::<Vec<_>>(),
                "not_before": stated.not_before.to_string(),
                "not_after": stated.not_after.to_string(),
            }))
        }
        _ => {
            let read = SignedSuspensions::from_bytes(&input)?;
            verified(pinned.verify(&read))?;
            let stated = read.statement();
            let entry = |(subject, since): &([u8; 32], u64)| json!([hex(subject), since.to_string()]);
            Ok(json!({
                "organisation": stated.organisation.to_string(),
                "number": stated.number.to_string(),
                "issued_at": stated.issued_at.to_string(),
                "suspended": stated.suspended.iter().map(entry).collect::<Vec<_>>(),
            }))
        }
    }
}

fn content(vector: &Value) -> Result<Value, Refusal> {
    let input = bytes(&vector["input"]);
    match number::<u64>(&vector["kind"]) {
        1 => {
            let read = SignedHandIn::from_bytes(&input)?;
            let record = |record: &HandInRecord| {
                let fields = record.fields.iter().map(|(number, value)| json!([number.get().to_string(), hex(value)]));
                let parent = record.parent.map(|parent| parent.to_string());
                json!({
                    "id": record.id.to_string(), "parent": parent, "kind": record.kind,
                    "fields": fields.collect::<Vec<_>>(),
                })
            };
            Ok(json!({
                "submitter": hex(read.submitter().as_bytes()),
                "unit": read.hand_in().unit.to_string(),
                "submitted_at": read.hand_in().submitted_at.to_string(),
                "records": read.hand_in().records.iter().map(record).collect::<Vec<_>>(),
            }))
        }
        2 => {
            let slice = RosterSlice::decode(&input)?;
            assert_eq!(slice.encode(), input);
            Ok(json!({
                "vault": slice.vault.to_string(), "first": slice.first,
                "entries": slice.entries.iter().map(hex).collect::<Vec<_>>(),
                "certificates": slice.certificates.len(), "suspensions": slice.suspensions.is_some(),
            }))
        }
        3 => {
            let notes = Checkpoints::decode(&input)?.notes;
            Ok(json!(notes.iter().map(ToString::to_string).collect::<Vec<_>>()))
        }
        5 => {
            let receipt = Receipt::decode(&input)?;
            let result = |result: &PartResult| json!([result.part, result.outcome.number(), result.code]);
            Ok(json!({
                "packet": receipt.packet.to_string(), "outcome": receipt.outcome.name(), "note": receipt.note,
                "parts": receipt.parts.iter().map(result).collect::<Vec<_>>(),
            }))
        }
        6 => {
            let part = ReferralPart::decode(&input)?;
            let values = |record: &ToldRecord| -> Vec<Value> {
                record.fields.iter().map(|(number, value)| json!([number.get().to_string(), hex(value)])).collect()
            };
            let record = |record: &ToldRecord| json!({ "kind": record.kind, "fields": values(record) });
            let records: Vec<_> = part.records.iter().map(record).collect();
            Ok(json!({ "ticket": hex(&part.ticket), "records": records }))
        }
        9 => {
            let manifest = ShareManifest::decode(&input)?;
            let part = bytes(&vector["referral"]);
            manifest.verify(&part, &ReferralPart::decode(&part)?)?;
            Ok(json!({
                "purpose": manifest.purpose, "recipient_kind": manifest.recipient_kind, "edition": manifest.edition,
                "ground": manifest.ground, "records": manifest.records,
            }))
        }
        13 => {
            let answer = ReferralAnswer::decode(&input)?;
            Ok(json!({
                "ticket": hex(&answer.ticket), "state": answer.state, "outcome": answer.outcome,
                "decline_reason": answer.decline_reason,
                "appointment_at": answer.appointment_at.map(|time| time.to_string()),
                "by": answer.by, "at": answer.at.to_string(), "feedback": answer.feedback,
            }))
        }
        7 => {
            let part = RoomsPart::decode(&input)?;
            assert_eq!(part.encode(), input);
            let record = |record: &HandInRecord| {
                let parent = record.parent.map(|parent| parent.to_string());
                json!({ "id": record.id.to_string(), "parent": parent, "kind": record.kind, "fields": record.fields.len() })
            };
            Ok(json!({
                "vault": part.vault.to_string(), "device": part.device.to_string(),
                "since": part.since.to_string(), "until": part.until.to_string(), "made_at": part.made_at.to_string(),
                "records": part.records.iter().map(record).collect::<Vec<_>>(),
            }))
        }
        14 => statistics::run(&input),
        _ => {
            let erasures = Erasures::decode(&input)?;
            let entries: Vec<_> = erasures.entries.iter().map(hex).collect();
            Ok(json!({ "vault": erasures.vault.to_string(), "entries": entries }))
        }
    }
}
