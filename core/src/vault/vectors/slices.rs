//! Slices of the log for a subject's report.

use serde_json::{Value, json};

use crate::id::{DeviceId, MemberId, OperationId, RecordId, ScopeId, VaultId};
use crate::keys::{EnvelopeKey, Identity};
use crate::log::{Actor, Entry, Event, Outcome, What, Why};
use crate::seal::{LabelledInput, Secret, ValueContext};
use crate::vault::Error;
use crate::vault::subject::access_of;
use crate::vault::subject::slice::Slice;
use crate::vectors::{Refusal, bad, bytes, changed, fixed, flipped, good, hex, secret, shortened};

pub(super) fn run(vector: &Value) -> Result<Value, Refusal> {
    let (vault, child) = (VaultId::from_bytes(fixed(&vector["vault"])), RecordId::from_bytes(fixed(&vector["child"])));
    let device = Identity::from_parts(MemberId::from_bytes(fixed(&vector["member"])), secret(&vector["seed"]));
    let opened = Slice::open(vault, child, &device.member_keys(vault), &bytes(&vector["slice"]));
    let slice = opened.ok_or(Error::SubjectSlice)?;
    for entry in &slice.entries {
        if let Err(Error::Integrity(error)) = access_of(entry) {
            return Err(error.into());
        }
    }
    Ok(json!({
        "cut_by": slice.by.to_string(),
        "at": slice.at.to_string(),
        "entries": slice.entries.iter().map(hex).collect::<Vec<_>>(),
    }))
}

const CHILD: [u8; 16] = [6; 16];

fn vault() -> VaultId {
    VaultId::from_bytes([1; 16])
}

/// A device of the member for whom the slice is.
fn device(seed: u8) -> Identity {
    Identity::from_parts(MemberId::from_bytes([0x40; 16]), Secret::copy_of(&[seed; 32]))
}

fn entry(seq: u64, event: Event) -> Vec<u8> {
    let entry = Entry {
        seq,
        wall_ms: 1_795_544_160_000 + seq,
        monotonic_ms: 6000 + seq,
        boot: [0x45; 8],
        event,
        outcome: Outcome::Success,
        actor: Some(Actor {
            member: MemberId::from_bytes([0x30; 16]),
            role: "unit-supervisor".into(),
            unit: ScopeId::from_bytes([2; 16]),
            authentication: None,
            on_behalf_of: None,
        }),
        device: DeviceId::from_bytes([3; 16]),
        why: Some(Why {
            hl7: "HLEGAL".into(),
            local: Some("investigation".into()),
            legal_basis: None,
            commitment: None,
        }),
        what: Some(What {
            record: RecordId::from_bytes(CHILD),
            kind: 2,
            fields: vec![1, 2, 8].into(),
            revision: Some(1),
            head: None,
            previous: None,
            subject: None,
        }),
        operation: OperationId::from_bytes([8; 16]),
        detail: None,
        blind: [seq as u8; 16],
    };
    entry.encode().unwrap()
}

fn example() -> Slice {
    let entries = vec![entry(5, Event::Create), entry(9, Event::Read)];
    let (child, by) = (RecordId::from_bytes(CHILD), MemberId::from_bytes([0x60; 16]));
    Slice { child, by, at: 1_795_630_560_000, entries }
}

fn vector(slice: &[u8], seed: u8) -> Value {
    json!({
        "vault": hex(vault().as_bytes()), "child": hex(CHILD), "member": hex([0x40; 16]), "seed": hex([seed; 32]),
        "slice": hex(slice),
    })
}

/// A part by the words of the format, of any plain text.
fn part(plain: &[u8]) -> Vec<u8> {
    let (key, envelope) = EnvelopeKey::for_member(vault(), &device(0x41).public(), b"saferoom/subject-slice").unwrap();
    let place = LabelledInput::new("saferoom/subject-slice").part(vault().as_bytes()).part(&CHILD);
    let sealed = key.seal(&ValueContext::new(place), plain).unwrap();
    [envelope.as_bytes(), &(sealed.len() as u64).to_be_bytes(), &sealed].concat()
}

pub(super) fn make() -> Vec<Value> {
    let (phone, tablet) = (device(0x41).public(), device(0x42).public());
    let two = example().seal(vault(), [&phone, &tablet].into_iter()).unwrap();
    let some = good("for the first of two devices", "two entries", vector(&two, 0x41));
    let none = Slice { entries: Vec::new(), ..example() };
    let by_hand = |name: &str, edit: &dyn Fn(&mut Vec<u8>)| {
        let mut plain = example().encode().to_vec();
        edit(&mut plain);
        bad(name, "subject-slice", "sealed by somebody with the public keys", vector(&part(&plain), 0x41))
    };
    let refused = |key: &str, value: Value, name: &str| changed(&some, key, value, name, "subject-slice");
    let with_length = |length: u64| {
        let mut slice = two.clone();
        slice[1168..1176].copy_from_slice(&length.to_be_bytes());
        Value::from(hex(slice))
    };
    let no_entry = Slice { entries: vec![b"no entry".to_vec()], ..example() };
    vec![
        good("for the second of two devices", "the first part does not open", vector(&two, 0x42)),
        good("no entries", "", vector(&part(&none.encode()), 0x41)),
        good("by hand", "by the words of the format", vector(&part(&example().encode()), 0x41)),
        refused("seed", hex([0x43; 32]).into(), "for another device of the member"),
        refused("member", hex([0x50; 16]).into(), "for another member of the same seed"),
        refused("vault", hex([9; 16]).into(), "in another vault"),
        refused("child", hex([7; 16]).into(), "of another child"),
        refused("slice", "".into(), "no bytes"),
        refused("slice", hex(&two[..1000]).into(), "an envelope cut short"),
        refused("slice", hex(&two[..1170]).into(), "a length cut short"),
        refused("slice", shortened(&hex(&two[..two.len() / 2]).into(), 1).into(), "a sealed value cut short"),
        refused("slice", with_length(u64::MAX), "a length beyond the bytes"),
        refused("slice", with_length(40), "a length that ends within the sealed value"),
        refused("slice", flipped(&some["slice"], 1120).into(), "the envelope flipped"),
        refused("slice", flipped(&some["slice"], 1200).into(), "the sealed value flipped"),
        by_hand("version 2", &|plain| plain[1] = 2),
        by_hand("six parts", &|plain| {
            plain[0] = 0x86;
            plain.push(0);
        }),
        by_hand("a byte too many", &|plain| plain.push(0)),
        by_hand("about another child inside", &|plain| plain[4] ^= 1),
        by_hand("fewer entries than it says", &|plain| {
            let entries = 2 + 17 + 17 + 9;
            assert_eq!(plain[entries], 0x82);
            plain[entries] = 0x83;
        }),
        by_hand("an indefinite list", &|plain| {
            plain[2 + 17 + 17 + 9] = 0x9F;
            plain.push(0xFF);
        }),
        bad("an entry that is none", "entry", "sealed as it should be", vector(&part(&no_entry.encode()), 0x41)),
        some,
    ]
}
