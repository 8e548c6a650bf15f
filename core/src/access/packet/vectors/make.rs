//! Makes the vectors of packets.

use serde_json::{Value, json};

use super::super::fuzzing::{NOW, example_recipient, example_sender, sealed};
use super::super::*;
use super::{file, organisation, statistics};
use crate::id::{DeviceId, PacketId, RecordId, ScopeId, VaultId};
use crate::keys::PacketKeyPair;
use crate::model::records::{Child, Room, Station};
use crate::model::{FieldBuffer, Record as _, RecordKind, Text};
use crate::seal::{Secret, sha256};
use crate::vectors::{bad, bytes, changed, flipped, good, hex, shortened};

/// Writes the files that do not exist yet: what was sealed at random has to open for ever.
pub(super) fn write_files() {
    std::fs::create_dir_all(file("")).unwrap();
    let place = |name: &str, content: Vec<u8>| {
        if !file(name).exists() {
            std::fs::write(file(name), content).unwrap();
        }
    };
    let (sender, recipient, third) = (example_sender(), example_recipient(), key_pair(0x53));
    let key = &recipient.address().hybrid_key;
    let (small, large) = (b"a referral".to_vec(), vec![0x61; 70_000]);
    let made = |writer: PacketWriter<'_>| {
        let mut out = Vec::new();
        writer.write(&mut out).unwrap();
        out
    };
    let one = PacketWriter::new(&sender, NOW - 5).to(key, 1).part(ContentKind::REFERRAL, "referral-1", &small);
    place("one-part.packet", made(one));
    let several = PacketWriter::new(&sender, NOW - 5)
        .to(&third.address().hybrid_key, 4)
        .to(key, 7)
        .certificate(&certificate())
        .reply_to(&third.address().hybrid_key)
        .expires_at(NOW)
        .in_reply_to(PacketId::from_bytes([9; 16]))
        .part(ContentKind::REFERRAL, "", &small)
        .part(ContentKind::from_number(70_000), "later", &large);
    place("several-parts.packet", made(several));
    let other = key_pair(0x54);
    let stranger = PacketWriter::new(&other, NOW).to(key, 1).part(ContentKind::FILE, "", &small);
    place("stranger.packet", made(stranger));
    place(
        "for-another.packet",
        made(PacketWriter::new(&sender, NOW).to(&other.address().hybrid_key, 1).part(ContentKind::FILE, "", &small)),
    );
    let expired = PacketWriter::new(&sender, NOW).to(key, 1).expires_at(NOW - 1);
    place("expired.packet", made(expired.part(ContentKind::FILE, "", &small)));

    let manifest = example_manifest(&small).encode();
    let filled = vec![1; padding_of(manifest.len(), small.len() as u64) as usize];
    place("not-signed.packet", sealed(&manifest, Some(&[0; 64]), &small, None).unwrap());
    place("other-content.packet", sealed(&manifest, None, b"b referral", None).unwrap());
    place("part-missing.packet", sealed(&manifest, None, b"", Some(b"")).unwrap());
    place("no-padding.packet", sealed(&manifest, None, &small, Some(b"")).unwrap());
    place("filled-padding.packet", sealed(&manifest, None, &small, Some(&filled)).unwrap());
    let mut newer = manifest.clone();
    newer[1] = 2;
    place("newer-manifest.packet", sealed(&newer, None, &small, None).unwrap());
    let mut no_parts = example_manifest(&small);
    no_parts.parts.clear();
    place("no-parts.packet", sealed(&no_parts.encode(), None, b"", None).unwrap());
    let mut bad_name = example_manifest(&small);
    bad_name.parts[0].name = "../up".into();
    place("bad-name.packet", sealed(&bad_name.encode(), None, &small, None).unwrap());
}

pub(super) fn key_pair(seed: u8) -> PacketKeyPair {
    PacketKeyPair::from_seed(Secret::copy_of(&[seed; 32]))
}

fn example_manifest(part: &[u8]) -> PacketManifest {
    PacketManifest {
        packet: PacketId::from_bytes([3; 16]),
        sender: example_sender().address().clone(),
        certificate: None,
        reply_to: None,
        created_at: NOW,
        expires_at: None,
        in_reply_to: None,
        parts: vec![PartEntry {
            kind: ContentKind::FILE,
            name: String::new(),
            length: part.len() as u64,
            sha256: sha256(part),
        }],
    }
}

pub(super) fn make_packets() -> Vec<Value> {
    let of = |file: &str| json!({ "file": file, "recipient_seed": hex([0x52; 32]), "sender_seed": hex([0x51; 32]) });
    let mut vectors = vec![
        good("one part", "a referral", of("one-part.packet")),
        good(
            "several parts",
            "an unknown kind, several frames, all that a manifest can have",
            of("several-parts.packet"),
        ),
        bad("an unknown sender", "unknown-sender", "the seed of the sender is 0x54 repeated", of("stranger.packet")),
        bad("for someone else", "not-for-you", "", of("for-another.packet")),
        bad("expired", "expired", "read at 1800000000000", of("expired.packet")),
        bad("not signed", "bad-signature", "the signature is zeros", of("not-signed.packet")),
        bad(
            "a part with another digest",
            "altered",
            "signed and sealed, but a byte differs",
            of("other-content.packet"),
        ),
        bad("a part is missing", "altered", "the stream ends behind the signature", of("part-missing.packet")),
        bad("no padding", "altered", "the stream ends behind the parts", of("no-padding.packet")),
        bad("padding that is not zero", "altered", "", of("filled-padding.packet")),
        bad("a newer manifest", "too-new", "version 2", of("newer-manifest.packet")),
        bad("a manifest without a part", "altered", "", of("no-parts.packet")),
        bad("a part whose name is a path", "altered", "", of("bad-name.packet")),
    ];
    let edited = |name: &str, error: &str, key: &str, value: Value| {
        let mut vector = bad(name, error, "as \"one part\", but changed; flip: XOR 0x41", of("one-part.packet"));
        vector[key] = value;
        vector
    };
    for (name, error, at) in [
        ("magic flipped", "not-a-packet", 0),
        ("version flipped", "too-new", 8),
        ("number of slots flipped", "altered", 10),
        ("salt flipped", "altered", 11),
        ("commitment flipped", "altered", 30),
        ("a slot flipped", "altered", 2000),
        ("checksum flipped", "altered", 59 + 4 * 1176),
        ("mark of the last frame flipped", "altered", 59 + 4 * 1176 + 8),
        ("length of the frame flipped", "altered", 59 + 4 * 1176 + 8 + 1),
        ("ciphertext flipped", "altered", 59 + 4 * 1176 + 8 + 100),
    ] {
        vectors.push(edited(name, error, "flip", json!(at)));
    }
    for (name, error, length) in [
        ("no bytes", "not-a-packet", 0),
        ("seven bytes", "truncated", 7),
        ("cut in the slots", "truncated", 3000),
        ("cut in the frame", "truncated", 5000),
    ] {
        vectors.push(edited(name, error, "cut_to", json!(length)));
    }
    vectors.push(edited("a byte too many", "altered", "append", json!("00")));
    vectors
}

pub(super) fn make_addresses() -> Vec<Value> {
    let some = good(
        "the address of a key pair",
        "its seed is 0x51 repeated",
        json!({ "seed": hex([0x51; 32]), "input": hex(example_sender().address_file()) }),
    );
    let input = &some["input"];
    let flip = |at, name: &str| changed(&some, "input", flipped(input, at), name, "packet-address");
    let mut newer = bytes(input);
    newer[8] = 2;
    vec![
        flip(0, "magic flipped"),
        changed(&some, "input", hex(&newer), "version 2", "packet-address-too-new"),
        flip(20, "Ed25519 key flipped"),
        flip(100, "X-Wing key flipped"),
        flip(1300, "signature flipped"),
        flip(-1, "checksum flipped"),
        changed(&some, "input", shortened(input, 1), "the last byte is missing", "packet-address"),
        some,
    ]
}

fn certificate() -> SignedCertificate {
    let certificate = Certificate {
        organisation: organisation().id(),
        serial: [7; 16],
        subject: example_sender().address().digest(),
        kinds: vec![ContentKind::HAND_IN, ContentKind::REFERRAL],
        not_before: NOW - 1000,
        not_after: NOW + 1000,
    };
    SignedCertificate::new(certificate).sign(&key_pair(0x61)).sign(&key_pair(0x62))
}

fn suspensions() -> SignedSuspensions {
    let suspended = vec![([1; 32], NOW - 7), ([2; 32], NOW)];
    let list = Suspensions { organisation: organisation().id(), number: 3, issued_at: NOW, suspended };
    SignedSuspensions::new(list).sign(&key_pair(0x62)).sign(&key_pair(0x63))
}

pub(super) fn make_statements() -> Vec<Value> {
    let comment = "custodians have the seeds 0x61, 0x62 and 0x63 repeated; two have to sign";
    let of = |what: &str, input: Vec<u8>| json!({ "what": what, "input": hex(input) });
    let some = good("a certificate", comment, of("certificate", certificate().to_bytes()));
    let list = good("a list of suspensions", comment, of("suspensions", suspensions().to_bytes()));
    let pinned = good("an organisation", comment, of("organisation", organisation().to_bytes()));
    let plain = SignedCertificate::new(certificate().statement().clone());
    let unsigned = |signed: SignedCertificate, name: &str| {
        bad(name, "statement", "two custodians have to sign", of("certificate", signed.to_bytes()))
    };
    let bent =
        |vector: &Value, at, name: &str| changed(vector, "input", flipped(&vector["input"], at), name, "statement");
    let mut newer = bytes(&some["input"]);
    newer[1] = 2;
    vec![
        unsigned(plain.clone(), "a certificate that nobody signed"),
        unsigned(plain.clone().sign(&key_pair(0x61)), "a certificate that one custodian signed"),
        unsigned(plain.sign(&key_pair(0x61)).sign(&key_pair(0x64)), "one custodian and a stranger"),
        bent(&some, 20, "a certificate for another organisation"),
        bent(&some, -1, "a signature that a custodian did not make"),
        changed(&some, "input", hex(newer), "version 2", "too-new"),
        changed(&some, "input", shortened(&some["input"], 1), "a certificate without its last byte", "statement"),
        bent(&list, 30, "another number of the list"),
        changed(&pinned, "input", shortened(&pinned["input"], 1), "an organisation cut short", "statement"),
        some,
        list,
        pinned,
    ]
}

fn hand_in() -> HandIn {
    let child = Child { given_name_latin: Some(Text::new("Example").unwrap()), ..Child::default() };
    let mut fields = FieldBuffer::new();
    child.encode(&mut fields).unwrap();
    let id = |byte| RecordId::from_bytes([byte; 16]);
    HandIn {
        unit: ScopeId::from_bytes([1; 16]),
        submitted_at: NOW,
        records: vec![
            HandInRecord { id: id(2), parent: None, kind: 1, fields: FieldBuffer::new() },
            HandInRecord { id: id(3), parent: Some(id(2)), kind: 2, fields },
        ],
    }
}

fn rooms() -> RoomsPart {
    let station = Station { name_en: Text::new("Example station").ok(), ..Station::default() };
    let room = Room { name: Text::new("Example room").ok(), seats: Some(3), ..Room::default() };
    let record = |id, parent: Option<u8>, kind: RecordKind, encode: &dyn Fn(&mut FieldBuffer)| {
        let mut fields = FieldBuffer::new();
        encode(&mut fields);
        let parent = parent.map(|parent| RecordId::from_bytes([parent; 16]));
        HandInRecord { id: RecordId::from_bytes([id; 16]), parent, kind: kind.number(), fields }
    };
    RoomsPart {
        vault: VaultId::from_bytes([4; 16]),
        device: DeviceId::from_bytes([5; 16]),
        since: 0,
        until: 19,
        made_at: NOW,
        records: vec![
            record(6, None, RecordKind::STATION, &|fields| station.encode(fields).unwrap()),
            record(7, Some(6), RecordKind::ROOM, &|fields| room.encode(fields).unwrap()),
        ],
    }
}

pub(super) fn make_contents() -> Vec<Value> {
    let of = |kind: ContentKind, input: &[u8]| json!({ "kind": kind.number(), "input": hex(input) });
    let note = "origin.example.org\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n";
    let mut note = crate::log::Note::new(note).unwrap();
    let key = crate::keys::SigningKey::from_seed(&[0x71; 32]);
    note.sign(crate::log::KeyName::new("origin.example.org").unwrap(), &key).unwrap();
    let slice = RosterSlice {
        vault: VaultId::from_bytes([4; 16]),
        first: 2,
        entries: vec![vec![1, 2, 3]],
        certificates: vec![certificate()],
        suspensions: Some(suspensions()),
    };
    let parts = vec![PartResult { part: 1, outcome: Outcome::REFUSED, code: 1041 }];
    let receipt = Receipt {
        packet: PacketId::from_bytes([3; 16]),
        outcome: Outcome::PARTLY,
        note: "The second part is missing a page.".into(),
        parts,
    };
    let erasures = Erasures { vault: VaultId::from_bytes([4; 16]), entries: vec![vec![1, 2, 3]] };
    let all = [
        ("a hand-in", ContentKind::HAND_IN, hand_in().sign(&example_sender()).unwrap().to_bytes().to_vec()),
        ("a roster slice", ContentKind::ROSTER, slice.encode()),
        ("checkpoints", ContentKind::CHECKPOINTS, Checkpoints { notes: vec![note] }.encode()),
        ("a receipt", ContentKind::RECEIPT, receipt.encode()),
        ("erasures", ContentKind::ERASURES, erasures.encode()),
        ("rooms", ContentKind::ROOMS, rooms().encode()),
        ("statistics", ContentKind::STATISTICS, statistics::example().encode()),
    ];
    let mut vectors = Vec::new();
    for (name, kind, input) in all {
        let some = good(name, "", of(kind, &input));
        let mut newer = input.clone();
        newer[1] = 2;
        vectors.push(changed(&some, "input", hex(newer), &format!("{name}: version 2"), "too-new"));
        let cut = shortened(&some["input"], 1);
        vectors.push(changed(&some, "input", cut, &format!("{name}: the last byte is missing"), "content"));
        let more = hex([&input[..], &[0]].concat());
        vectors.push(changed(&some, "input", more, &format!("{name}: a byte too many"), "content"));
        if kind == ContentKind::HAND_IN {
            let flip = flipped(&some["input"], 50);
            vectors.push(changed(&some, "input", flip, "a hand-in: signature flipped", "bad-signature"));
        }
        vectors.push(some);
    }
    vectors.extend(make_referral());
    vectors.extend(statistics::wrong());
    vectors
}

/// A referral, its manifest, an answer; and what is wrong with others.
fn make_referral() -> Vec<Value> {
    let child = Child { given_name_latin: Some(Text::new("Example").unwrap()), ..Child::default() };
    let mut fields = FieldBuffer::new();
    child.encode(&mut fields).unwrap();
    let part = ReferralPart { ticket: vec![7; 112], records: vec![ToldRecord { kind: 2, fields }] };
    let manifest = ShareManifest {
        referral: sha256(&part.encode()),
        purpose: "referral".into(),
        recipient_kind: "service_provider".into(),
        edition: "2026-1".into(),
        ground: Some("imminent_danger".into()),
        records: ShareManifest::fields_of(&part),
    };
    let answer = ReferralAnswer {
        ticket: vec![7; 112],
        state: "completed".into(),
        outcome: Some("need_met".into()),
        decline_reason: None,
        appointment_at: Some(NOW - 5),
        by: "Reception".into(),
        at: NOW,
        feedback: "Three meetings.".into(),
    };
    let referral = hex(part.encode());
    let of = |kind: ContentKind, input: &[u8]| json!({ "kind": kind.number(), "input": hex(input) });
    let listing = |listed: &ShareManifest| {
        let mut vector = of(ContentKind::SHARE_MANIFEST, &listed.encode());
        vector["referral"] = json!(referral);
        vector
    };
    let mut more = manifest.clone();
    more.records[0].1.push(99);
    let other = ShareManifest { referral: [0; 32], ..manifest.clone() };
    let stated = |answer: ReferralAnswer| of(ContentKind::REFERRAL_ANSWER, &answer.encode());
    let mut vectors = vec![
        bad("a share manifest: a field that is not told", "share-manifest", "field 99", listing(&more)),
        bad("a share manifest of another referral", "share-manifest", "its digest is zeros", listing(&other)),
        bad(
            "an answer: a state that is no code",
            "content",
            "`In service`",
            stated(ReferralAnswer { state: "In service".into(), ..answer.clone() }),
        ),
        bad("an answer: no ticket", "content", "", stated(ReferralAnswer { ticket: Vec::new(), ..answer.clone() })),
        bad(
            "a referral that tells nothing",
            "content",
            "no record",
            of(ContentKind::REFERRAL, &ReferralPart { records: Vec::new(), ..part.clone() }.encode()),
        ),
    ];
    let goods = [
        ("a referral", of(ContentKind::REFERRAL, &part.encode())),
        ("a share manifest", listing(&manifest)),
        ("an answer to a referral", stated(answer)),
    ];
    for (name, value) in goods {
        let some = good(name, "", value);
        let mut newer = bytes(&some["input"]);
        newer[1] = 2;
        vectors.push(changed(&some, "input", hex(newer), &format!("{name}: version 2"), "too-new"));
        let cut = shortened(&some["input"], 1);
        vectors.push(changed(&some, "input", cut, &format!("{name}: the last byte is missing"), "content"));
        vectors.push(some);
    }
    vectors
}
