//! Findings: their entries, and the rows in which they lie sealed.

use serde_json::{Value, json};

use super::edited;
use crate::access::policy::Measure;
use crate::access::{FindingEntry, FindingKind, MAX_NOTE, OpenedFinding, OverdueWhy, Review, ReviewOutcome, Settled};
use crate::id::{FindingId, MemberId, RecordId, ScopeId, VaultId};
use crate::model::Compartment;
use crate::seal::Secret;
use crate::vault::findings::{entry_context, padded, unpadded};
use crate::vectors::{Refusal, bad, bytes, changed, fixed, flipped, good, hex, number, secret, shortened};

pub(super) fn entry(vector: &Value) -> Result<Value, Refusal> {
    let input = bytes(&vector["input"]);
    let entry = FindingEntry::decode(&input)?;
    assert_eq!(entry.encode(), input);
    Ok(said(&entry))
}

fn said(entry: &FindingEntry) -> Value {
    match entry {
        FindingEntry::Opened(opened) => {
            let mut said = json!({
                "member": opened.member.to_string(),
                "unit": opened.unit.to_string(),
                "at": opened.at.to_string(),
                "due": opened.due.to_string(),
            });
            match opened.kind {
                FindingKind::Emergency { case } => said["emergency"] = json!(case.to_string()),
                FindingKind::Reversal { case } => said["reversal"] = json!(case.to_string()),
                FindingKind::Unusual { measure, count } => {
                    said["unusual"] = json!({ "measure": measure.name(), "count": count.to_string() });
                }
                FindingKind::UnsignedRepeat { interview } => said["unsigned_repeat"] = json!(interview.to_string()),
                FindingKind::OverdueReferral { referral, why } => {
                    said["overdue_referral"] = json!({ "referral": referral.to_string(), "why": why.name() });
                }
            }
            said
        }
        FindingEntry::Reviewed(review) => json!({
            "member": review.member.to_string(),
            "at": review.at.to_string(),
            "outcome": review.outcome.name(),
            "note": review.note,
        }),
        FindingEntry::Settled(settled) => {
            json!({ "member": settled.member.to_string(), "at": settled.at.to_string(), "settled": true })
        }
    }
}

fn opened(kind: FindingKind) -> FindingEntry {
    let (member, unit) = (MemberId::from_bytes([0x30; 16]), ScopeId::from_bytes([2; 16]));
    FindingEntry::Opened(OpenedFinding { kind, member, unit, at: 1_795_544_160_000, due: 1_795_803_360_000 })
}

fn emergency() -> FindingEntry {
    opened(FindingKind::Emergency { case: RecordId::from_bytes([6; 16]) })
}

fn reviewed(note: &str) -> FindingEntry {
    let member = MemberId::from_bytes([0x50; 16]);
    let (at, outcome) = (1_795_630_560_000, ReviewOutcome::Justified);
    FindingEntry::Reviewed(Review { member, at, outcome, note: note.to_owned() })
}

pub(super) fn entries() -> Vec<Value> {
    let input = |bytes: &[u8]| json!({ "input": hex(bytes) });
    let vector = |name: &str, comment: &str, entry: FindingEntry| good(name, comment, input(&entry.encode()));
    let unusual = opened(FindingKind::Unusual { measure: Measure::ReadsPerHour, count: 700 });
    let (referral, why) = (RecordId::from_bytes([6; 16]), OverdueWhy::NotBegun);
    let overdue = opened(FindingKind::OverdueReferral { referral, why });
    let unsigned = opened(FindingKind::UnsignedRepeat { interview: RecordId::from_bytes([6; 16]) });
    let settled = FindingEntry::Settled(Settled { member: MemberId::from_bytes([0x50; 16]), at: 1_795_630_560_000 });
    let mut vectors = vec![
        vector("an overdue referral", "the referral, and why", overdue.clone()),
        vector("a finding that has settled itself", "", settled),
        vector("an interview that began without a second person", "the interview", unsigned),
        vector("an emergency", "the case that was opened", emergency()),
        vector("unusual use", "a measure and how much of it", unusual.clone()),
        vector("a review", "", reviewed("Asked by the duty prosecutor")),
        vector("a review without a note", "", reviewed("")),
        vector("the longest note", "1000 bytes", reviewed(&"x".repeat(MAX_NOTE))),
    ];
    let refused = |entry: &FindingEntry, edits: &[super::Edit<'_>]| {
        let finding = |mut vector: Value| {
            vector["error"] = json!("finding");
            vector
        };
        edited(&entry.encode(), edits).into_iter().map(finding).collect::<Vec<_>>()
    };
    let too_long = reviewed(&"x".repeat(MAX_NOTE + 1)).encode();
    // Array, version, which entry, kind, then member and unit (17 bytes each), two times (9 each), the case (17), 0, 0.
    assert_eq!((&emergency().encode()[..5], emergency().encode().len()), (&[0x8A, 1, 1, 1, 0x50][..], 75));
    vectors.extend(refused(
        &emergency(),
        &[
            ("no bytes", &Vec::clear),
            ("the last byte is missing", &|bytes| bytes.truncate(bytes.len() - 1)),
            ("a byte too many", &|bytes| bytes.push(0)),
            ("version 2", &|bytes| bytes[1] = 2),
            ("neither opened nor closed", &|bytes| bytes[2] = 4),
            ("an emergency said to be a review", &|bytes| bytes[2] = 2),
            ("version in a longer form", &|bytes| drop(bytes.splice(1..2, [0x18, 1]))),
            ("an array of indefinite length", &|bytes| {
                bytes[0] = 0x9F;
                bytes.push(0xFF);
            }),
            ("an unknown kind", &|bytes| bytes[3] = 9),
            ("a member of 15 bytes", &|bytes| {
                bytes[4] = 0x4F;
                bytes.remove(5);
            }),
            ("an emergency without a case", &|bytes| drop(bytes.splice(56..73, [0x40]))),
            ("a case of 15 bytes", &|bytes| {
                bytes[56] = 0x4F;
                bytes.remove(57);
            }),
            ("an emergency with a measure", &|bytes| bytes[73] = 1),
            ("an emergency with a count", &|bytes| bytes[74] = 1),
        ],
    ));
    vectors.extend(refused(
        &overdue,
        &[
            ("overdue for an unknown reason", &|bytes| bytes[73] = 5),
            ("an overdue referral with a count", &|bytes| bytes[74] = 1),
            ("an overdue referral without one", &|bytes| drop(bytes.splice(56..73, [0x40]))),
        ],
    ));
    vectors.extend(refused(
        &unusual,
        &[
            ("an unknown measure", &|bytes| {
                let at = bytes.len() - 4;
                bytes[at] = 0x17;
            }),
            ("unusual use of a case", &|bytes| {
                let at = bytes.len() - 5;
                assert_eq!(bytes[at], 0x40);
                bytes.splice(at..at + 1, [&[0x50][..], &[6; 16]].concat());
            }),
        ],
    ));
    vectors.extend(refused(
        &reviewed("Seen"),
        &[
            ("an outcome that there is not", &|bytes| {
                let at = bytes.len() - 6;
                bytes[at] = 4;
            }),
            ("a note that is no text", &|bytes| {
                let at = bytes.len() - 5;
                bytes[at] = 0x44;
            }),
            ("a note that is not UTF-8", &|bytes| {
                let last = bytes.len() - 1;
                bytes[last] = 0xFF;
            }),
            ("a note of 1001 bytes", &|bytes| *bytes = too_long.clone()),
        ],
    ));
    vectors
}

/// A row as it lies in the file, under the two keys: both say the same.
pub(super) fn row(vector: &Value) -> Result<Value, Refusal> {
    let (vault, id) = (VaultId::from_bytes(fixed(&vector["vault"])), FindingId::from_bytes(fixed(&vector["finding"])));
    let (number, session) = (number(&vector["number"]), number(&vector["session"]));
    let mut entries = Vec::new();
    for (side, compartment) in [("unit", Compartment::Operations), ("oversight", Compartment::Oversight)] {
        let (key, sealed) = (secret(&vector[format!("{side}_key")]), bytes(&vector[format!("{side}_sealed")]));
        let mut plain = Vec::new();
        entry_context(vault, id, number, compartment).open_onto(&key, &sealed, &mut plain)?;
        match unpadded(&plain) {
            Ok(entry) => entries.push(entry),
            Err(crate::vault::Error::Access(error)) => return Err(error.into()),
            Err(error) => return Err(error.into()),
        }
    }
    assert_eq!(entries[0], entries[1]);
    let (unit, oversight) = (bytes(&vector["unit_sealed"]), bytes(&vector["oversight_sealed"]));
    let digest = FindingEntry::digest(vault, (id.as_bytes(), number, session), &unit, &oversight);
    Ok(json!({ "entry": said(&entries[0]), "digest": hex(digest) }))
}

const UNIT_KEY: [u8; 32] = [0x71; 32];
const OVERSIGHT_KEY: [u8; 32] = [0x72; 32];

fn sealed(number: u64, plain: &[u8]) -> Value {
    let (vault, id) = (VaultId::from_bytes([1; 16]), FindingId::from_bytes([9; 16]));
    let seal = |key: [u8; 32], compartment| {
        hex(entry_context(vault, id, number, compartment).seal(&Secret::copy_of(&key), plain).unwrap())
    };
    json!({
        "vault": hex(vault.as_bytes()), "finding": hex(id.as_bytes()), "number": number.to_string(), "session": "4",
        "unit_key": hex(UNIT_KEY), "unit_sealed": seal(UNIT_KEY, Compartment::Operations),
        "oversight_key": hex(OVERSIGHT_KEY), "oversight_sealed": seal(OVERSIGHT_KEY, Compartment::Oversight),
    })
}

pub(super) fn rows() -> Vec<Value> {
    let some = good("an emergency", "row 1 of a finding", sealed(1, &padded(&emergency().encode())));
    let review = good("its review", "row 2", sealed(2, &padded(&reviewed("Seen").encode())));
    let long = reviewed(&"x".repeat(MAX_NOTE));
    let refused = |key: &str, value: Value, name: &str| changed(&some, key, value, name, "authentication");
    let malformed = |name: &str, edit: &dyn Fn(&mut Vec<u8>)| {
        let mut plain = padded(&emergency().encode());
        edit(&mut plain);
        bad(name, "finding", "sealed by somebody who holds the keys", sealed(1, &plain))
    };
    vec![
        refused("vault", hex([3; 16]).into(), "of another vault"),
        refused("finding", hex([8; 16]).into(), "of another finding"),
        refused("number", "2".into(), "the finding in the place of its review"),
        refused("unit_key", hex(OVERSIGHT_KEY).into(), "with the key of the log's envelope"),
        refused("unit_sealed", some["oversight_sealed"].clone(), "the other sealed value in its place"),
        refused("oversight_sealed", flipped(&some["oversight_sealed"], 40).into(), "a byte flipped"),
        refused("oversight_sealed", shortened(&some["oversight_sealed"], 1).into(), "the last byte is missing"),
        malformed("no length", &|plain| plain.truncate(1)),
        malformed("a length beyond the bytes", &|plain| plain[..2].copy_from_slice(&[0xFF, 0xFF])),
        malformed("a length of nothing", &|plain| plain[..2].fill(0)),
        malformed("an entry cut short by its length", &|plain| plain[1] -= 1),
        malformed("padding that is not zeros", &|plain| *plain.last_mut().unwrap() = 1),
        malformed("more padding than is needed", &|plain| plain.extend([0; 256])),
        malformed("no padding", &|plain| plain.truncate(2 + emergency().encode().len())),
        good("the longest note", "padded to 1280 bytes", sealed(2, &padded(&long.encode()))),
        some,
        review,
    ]
}
