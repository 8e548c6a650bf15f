//! Entries survive the round trip, and only their one encoding is read.

use proptest::collection::{btree_map, btree_set, vec};
use proptest::option;
use proptest::prelude::*;

use super::*;

pub(in crate::log) fn example() -> Entry<'static> {
    Entry {
        seq: 7,
        wall_ms: 1_767_229_200_360,
        monotonic_ms: 6000,
        boot: [0x45; BOOT_LENGTH],
        event: Event::Update,
        outcome: Outcome::Success,
        actor: Some(Actor {
            member: MemberId::from_bytes([1; 16]),
            role: "interviewer".into(),
            unit: ScopeId::from_bytes([2; 16]),
            authentication: Some(1),
            on_behalf_of: Some(MemberId::from_bytes([3; 16])),
        }),
        device: DeviceId::from_bytes([4; 16]),
        why: Some(Why {
            hl7: "HLEGAL".into(),
            local: Some("forensic-interview".into()),
            legal_basis: Some(2),
            commitment: Some(Hash::of(b"disclosure")),
        }),
        what: Some(What {
            record: RecordId::from_bytes([5; 16]),
            kind: 3,
            fields: Cow::Borrowed(&[1, 7, 24, 1 << 32]),
            revision: Some(2),
            head: Some(Hash::of(b"head")),
            previous: Some(3),
            subject: Some(RecordId::from_bytes([6; 16])),
        }),
        operation: OperationId::from_bytes([7; 16]),
        detail: Some(
            Detail::of(DetailKey::LIBRARY_VERSION, "0.1.0")
                .with(DetailKey::COUNT, 2)
                .with(DetailKey::PREVIOUS_ROOT, &[8; 32][..]),
        ),
        blind: [9; BLIND_LENGTH],
    }
}

/// The fewest parts that an entry can have.
pub(in crate::log) fn smallest() -> Entry<'static> {
    Entry { event: Event::Heartbeat, actor: None, why: None, what: None, detail: None, ..example() }
}

fn text() -> impl Strategy<Value = Cow<'static, str>> {
    "[a-zA-Zក-អ.-]{1,30}".prop_map(Cow::Owned)
}

fn hash() -> impl Strategy<Value = Hash> {
    any::<[u8; 32]>().prop_map(Hash::from_bytes)
}

fn member() -> impl Strategy<Value = MemberId> {
    any::<[u8; 16]>().prop_map(MemberId::from_bytes)
}

fn record() -> impl Strategy<Value = RecordId> {
    any::<[u8; 16]>().prop_map(RecordId::from_bytes)
}

fn actor() -> impl Strategy<Value = Actor<'static>> {
    let parts = (member(), text(), any::<[u8; 16]>(), option::of(any::<u64>()), option::of(member()));
    parts.prop_map(|(member, role, unit, authentication, on_behalf_of)| Actor {
        member,
        role,
        unit: ScopeId::from_bytes(unit),
        authentication,
        on_behalf_of,
    })
}

fn why() -> impl Strategy<Value = Why<'static>> {
    let parts = (text(), option::of(text()), option::of(any::<u64>()), option::of(hash()));
    parts.prop_map(|(hl7, local, legal_basis, commitment)| Why { hl7, local, legal_basis, commitment })
}

fn what() -> impl Strategy<Value = What<'static>> {
    let fields = btree_set(prop_oneof![0_u64..40, any::<u64>()], 0..20);
    let optional = (option::of(any::<u64>()), option::of(hash()), option::of(any::<u64>()), option::of(record()));
    (record(), any::<u64>(), fields, optional).prop_map(|(record, kind, fields, optional)| {
        let (revision, head, previous, subject) = optional;
        What { record, kind, fields: fields.into_iter().collect(), revision, head, previous, subject }
    })
}

fn detail() -> impl Strategy<Value = Detail<'static>> {
    let value = prop_oneof![
        any::<u64>().prop_map(DetailValue::Number),
        vec(any::<u8>(), 0..40).prop_map(|bytes| DetailValue::Bytes(bytes.into())),
        text().prop_map(DetailValue::Text),
    ];
    let details = btree_map(any::<u64>().prop_map(DetailKey), value, 1..5);
    details
        .prop_map(|details| details.into_iter().fold(Detail::default(), |detail, (key, value)| detail.with(key, value)))
}

fn entry() -> impl Strategy<Value = Entry<'static>> {
    let numbers = (any::<u64>(), any::<u64>(), any::<u64>(), any::<u16>(), 0_u64..4);
    let bytes = (any::<[u8; 8]>(), any::<[u8; 16]>(), any::<[u8; 16]>(), any::<[u8; 16]>());
    let optional = (option::of(actor()), option::of(why()), option::of(what()), option::of(detail()));
    (numbers, bytes, optional).prop_map(|(numbers, bytes, optional)| {
        let (seq, wall_ms, monotonic_ms, event, outcome) = numbers;
        let (boot, device, operation, blind) = bytes;
        let (actor, why, what, detail) = optional;
        Entry {
            seq,
            wall_ms,
            monotonic_ms,
            boot,
            event: Event::from_code(event),
            outcome: Outcome::from_code(4 * outcome).unwrap(),
            actor,
            device: DeviceId::from_bytes(device),
            why,
            what,
            operation: OperationId::from_bytes(operation),
            detail,
            blind,
        }
    })
}

#[test]
fn event_codes_are_for_ever() {
    let codes: Vec<u16> = Event::KNOWN.iter().map(|event| event.code()).collect();
    assert_eq!(codes, (1..=22).chain(30..=35).collect::<Vec<_>>());
    for code in 0..=u16::MAX {
        assert_eq!(Event::from_code(code).code(), code);
    }
    assert_eq!(Event::from_code(12), Event::Denied);
    assert_eq!(Event::from_code(23), Event::Other(23));
}

#[test]
fn what_an_entry_must_not_hold_is_not_encoded() {
    let mut out = b"before".to_vec();
    let actor = example().actor.unwrap();
    let what = example().what.unwrap();
    let why = example().why.unwrap();
    let long = "a".repeat(MAX_TEXT_LENGTH + 1);
    let refused = [
        ("event", Entry { event: Event::Other(2), ..example() }),
        ("actor.role", Entry { actor: Some(Actor { role: "".into(), ..actor.clone() }), ..example() }),
        ("actor.role", Entry { actor: Some(Actor { role: "a\nb".into(), ..actor.clone() }), ..example() }),
        ("actor.role", Entry { actor: Some(Actor { role: "e\u{301}".into(), ..actor }), ..example() }),
        ("why.hl7", Entry { why: Some(Why { hl7: long.into(), ..why.clone() }), ..example() }),
        ("why.local", Entry { why: Some(Why { local: Some("".into()), ..why }), ..example() }),
        ("what.fields", Entry { what: Some(What { fields: vec![2, 1].into(), ..what.clone() }), ..example() }),
        ("what.fields", Entry { what: Some(What { fields: vec![2, 2].into(), ..what.clone() }), ..example() }),
        ("detail", Entry { detail: Some(Detail::default()), ..example() }),
        ("detail", Entry { detail: Some(Detail::of(DetailKey(1), "")), ..example() }),
    ];
    for (place, entry) in refused {
        assert_eq!(entry.encode_into(&mut out), Err(LogError::InvalidValue { place }));
        assert_eq!(out, b"before");
    }
    let many = Entry { what: Some(What { fields: (1 << 40..(1 << 40) + 8000).collect(), ..what }), ..example() };
    assert_eq!(many.encode_into(&mut out), Err(LogError::EntryTooLong));
    assert_eq!(out, b"before");
}

#[test]
fn the_longest_entry_is_read_and_a_longer_one_is_not() {
    let of_length = |length: usize| {
        let detail = |bytes| Some(Detail::of(DetailKey(99), &vec![0; bytes][..]).into_owned());
        let overhead = Entry { detail: detail(60_000), ..example() }.encode().unwrap().len() - 60_000;
        Entry { detail: detail(length - overhead), ..example() }
    };
    let longest = of_length(MAX_ENTRY_LENGTH);
    let encoded = longest.encode().unwrap();
    assert_eq!(encoded.len(), MAX_ENTRY_LENGTH);
    assert_eq!(Entry::decode(&encoded), Ok(longest));
    assert_eq!(of_length(MAX_ENTRY_LENGTH + 1).encode(), Err(LogError::EntryTooLong));
    assert_eq!(Entry::decode(&[&encoded[..], &[0]].concat()), Err(LogError::EntryTooLong));
}

#[test]
fn a_false_count_asks_for_no_memory() {
    let encoded = example().encode().unwrap();
    let list = [0x02, 0x84, 0x01, 0x07];
    let place = encoded.windows(4).position(|window| window == list).unwrap();
    let mut huge = encoded[..=place].to_vec();
    huge.extend([0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);
    assert_eq!(Entry::decode(&huge), Err(LogError::MalformedEntry { place: "what.fields" }));
    assert!(Entry::decode(&[0xbb, 255, 255, 255, 255, 255, 255, 255, 255]).is_err());
}

#[test]
fn details_are_found_by_key_and_replaced() {
    let detail = Detail::of(DetailKey::COUNT, 1).with(DetailKey::PREVIOUS_SIZE, 5).with(DetailKey::COUNT, 2);
    assert_eq!(detail.get(DetailKey::COUNT), Some(&DetailValue::Number(2)));
    assert_eq!(detail.get(DetailKey::EPOCH), None);
    let keys: Vec<DetailKey> = detail.iter().map(|(key, _)| key).collect();
    assert_eq!(keys, [DetailKey::PREVIOUS_SIZE, DetailKey::COUNT]);
}

proptest! {
    #[test]
    fn entries_survive_the_round_trip(entry in entry()) {
        let encoded = entry.encode().unwrap();
        let decoded = Entry::decode(&encoded).unwrap();
        prop_assert_eq!(&decoded, &entry);
        prop_assert_eq!(decoded.clone().into_owned(), decoded);
        prop_assert_eq!(entry.leaf_hash().unwrap(), leaf_hash(&encoded));
    }

    #[test]
    fn a_changed_encoding_is_refused_or_another_canonical_entry(entry in entry(), bit in any::<usize>()) {
        let mut bytes = entry.encode().unwrap();
        let bit = bit % (8 * bytes.len());
        bytes[bit / 8] ^= 1 << (bit % 8);
        if let Ok(other) = Entry::decode(&bytes) {
            prop_assert_ne!(&other, &entry);
            prop_assert_eq!(other.encode().unwrap(), bytes);
        }
    }

    #[test]
    fn nothing_can_be_cut_off_or_added(entry in entry(), cut in any::<usize>(), more in vec(any::<u8>(), 1..9)) {
        let bytes = entry.encode().unwrap();
        prop_assert!(Entry::decode(&bytes[..cut % bytes.len()]).is_err());
        let longer = [bytes, more].concat();
        prop_assert_eq!(Entry::decode(&longer), Err(LogError::NonCanonical));
    }

    #[test]
    fn reading_nonsense_never_panics(bytes in vec(any::<u8>(), 0..300)) {
        let _ = Entry::decode(&bytes);
        let _ = Entry::decode(&[&[0xae, 0, 1, 1][..], &bytes].concat());
        let _ = Disclosure::decode(&bytes);
    }
}
