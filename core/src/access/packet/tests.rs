//! Packets as a whole: what comes back, and what each defect is called.

use std::io::{self, Read};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::prelude::*;

use super::header::Header;
use super::*;
use crate::id::{OrganisationId, PacketId, ScopeId, VaultId};
use crate::keys::{CircleName, CircleSecret, Identity, PacketAddress, PacketKeyPair};
use crate::log::Note;
use crate::seal::Secret;

mod refused;
mod trust;

const NOW: u64 = 1_800_000_000_000;
const DAY: u64 = 24 * 3600 * 1000;

fn pinned(senders: &[&dyn PacketSigner]) -> KnownSenders {
    let mut known = KnownSenders::new();
    senders.iter().for_each(|sender| known.pin(&sender.address()));
    known
}

fn made(writer: &PacketWriter<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    let written = writer.write(&mut out).unwrap();
    assert_eq!(written.bytes, out.len() as u64);
    out
}

fn accepted(bytes: &[u8], opener: &dyn PacketOpener, known: &KnownSenders) -> Result<AcceptedPacket, PacketError> {
    let packet = Packet::open(bytes, opener)?;
    packet.accept(known, &MemoryReplayGuard::new(), NOW, &std::env::temp_dir())
}

fn part(packet: &mut AcceptedPacket, index: usize) -> Vec<u8> {
    packet.part_bytes(index, 1 << 24).unwrap().to_vec()
}

#[test]
fn parts_reach_every_recipient_and_nobody_else() {
    let (sender, provider, stranger) = (Identity::generate(), PacketKeyPair::generate(), PacketKeyPair::generate());
    let name = CircleName { scope: ScopeId::random(), compartment: 8, generation: 1 };
    let circle = CircleSecret::generate().keys(VaultId::random(), name);
    let (large, empty, unknown) = (vec![7_u8; 3_000_000], Vec::new(), b"of a later release".to_vec());
    let writer = PacketWriter::new(&sender, NOW)
        .to(&provider.address().hybrid_key, 1)
        .to(&circle.hybrid().public_key(), 9)
        .expires_at(NOW + DAY)
        .part(ContentKind::REFERRAL, "referral-1", &large)
        .part(ContentKind::FILE, "", &empty)
        .part(ContentKind::from_number(70_000), "x", &unknown);
    let bytes = made(&writer);
    let known = pinned(&[&sender]);
    for (opener, sequence) in [(&provider as &dyn PacketOpener, 1), (&circle, 9)] {
        let mut packet = accepted(&bytes, opener, &known).unwrap();
        assert_eq!((packet.standing(), packet.novelty()), (Standing::Pinned, Novelty::New));
        assert_eq!((packet.mark().sequence, packet.mark().packet), (sequence, writer.packet()));
        assert!(part(&mut packet, 0) == large);
        assert_eq!((part(&mut packet, 1), part(&mut packet, 2)), (empty.clone(), unknown.clone()));
        assert_eq!(packet.manifest().parts[2].kind.to_string(), "content of kind 70000");
        assert_eq!(packet.part(3).err(), Some(PacketError::NoSuchPart));
        assert_eq!(packet.part_bytes(0, 2_999_999).err(), Some(PacketError::TooLarge));
    }
    assert_eq!(accepted(&bytes, &stranger, &known).err(), Some(PacketError::NotForYou));
    assert_eq!(accepted(&bytes, &sender, &known).err(), Some(PacketError::NotForYou));
}

#[test]
fn a_part_is_saved_whole_or_not_at_all() {
    let (sender, provider, folder) = (Identity::generate(), PacketKeyPair::generate(), tempfile::tempdir().unwrap());
    let large: Vec<u8> = (0..3_000_000_u32).map(|number| number as u8).collect();
    let writer = PacketWriter::new(&sender, NOW).to(&provider.address().hybrid_key, 1);
    let bytes = made(&writer.part(ContentKind::FILE, "", &large));
    let mut packet = accepted(&bytes, &provider, &pinned(&[&sender])).unwrap();
    let files = || std::fs::read_dir(folder.path()).unwrap().count();
    let path = folder.path().join("part");
    packet.save_part(0, &path).unwrap();
    assert!(std::fs::read(&path).unwrap() == large);
    let exists = Some(PacketError::File(io::ErrorKind::AlreadyExists));
    assert_eq!(packet.save_part(0, &path).err(), exists, "what is there stays");
    assert_eq!(packet.save_part(1, &folder.path().join("other")).err(), Some(PacketError::NoSuchPart));
    // What has begun and cannot go on.
    packet.part(0).unwrap().read_exact(&mut [0; 100]).unwrap();
    packet.fail();
    assert!(matches!(packet.save_part(0, &folder.path().join("half")).err(), Some(PacketError::File(_))));
    assert_eq!(files(), 1, "nothing in plain text is left behind");
}

#[test]
fn nothing_of_sender_recipients_or_content_stands_in_clear() {
    let (sender, one) = (PacketKeyPair::generate(), PacketKeyPair::generate());
    let content = b"what a child has told".repeat(40);
    let bytes = made(&PacketWriter::new(&sender, NOW).to(&one.address().hybrid_key, 1).part(
        ContentKind::HAND_IN,
        "the-name-of-a-part",
        &content,
    ));
    let found = |needle: &[u8]| bytes.windows(needle.len()).any(|window| window == needle);
    assert!(!found(sender.address().verifying_key.as_bytes()));
    assert!(!found(&sender.address().hybrid_key.to_bytes()[..32]));
    assert!(!found(&one.address().hybrid_key.to_bytes()[..32]));
    assert!(!found(b"the-name-of-a-part") && !found(b"what a child"));

    // One recipient or four, a little more or less content: the same size.
    let others: Vec<_> = (0..4).map(|_| PacketKeyPair::generate()).collect();
    let mut writer = PacketWriter::new(&sender, NOW).part(ContentKind::CHECKPOINTS, "", &content);
    for other in &others {
        writer = writer.to(&other.address().hybrid_key, 1);
    }
    assert_eq!(made(&writer).len(), bytes.len());
    let fifth = PacketKeyPair::generate();
    assert!(made(&writer.to(&fifth.address().hybrid_key, 1)).len() > bytes.len());
}

/// A small packet, and whom it is for.
fn small() -> (PacketKeyPair, PacketKeyPair, Vec<u8>) {
    let (sender, recipient) = (PacketKeyPair::generate(), PacketKeyPair::generate());
    let content = b"content".to_vec();
    let writer = PacketWriter::new(&sender, NOW).to(&recipient.address().hybrid_key, 1);
    let bytes = made(&writer.part(ContentKind::FILE, "file", &content));
    (sender, recipient, bytes)
}

#[test]
fn an_answer_goes_to_the_key_that_the_sender_named() {
    let (sender, provider) = (Identity::generate(), PacketKeyPair::generate());
    let name = CircleName { scope: ScopeId::random(), compartment: 7, generation: 1 };
    let circle = CircleSecret::generate().keys(VaultId::random(), name);
    let content = b"please help".to_vec();
    let writer = PacketWriter::new(&sender, NOW).to(&provider.address().hybrid_key, 1);
    let writer = writer.reply_to(&circle.hybrid().public_key()).part(ContentKind::REFERRAL, "", &content);
    let packet = accepted(&made(&writer), &provider, &pinned(&[&sender])).unwrap();
    let receipt =
        Receipt { packet: writer.packet(), outcome: Outcome::ACCEPTED, note: "Monday".into(), parts: Vec::new() };
    let answer = receipt.encode();
    let reply = PacketWriter::new(&provider, NOW).to(packet.manifest().reply_key(), NOW).in_reply_to(writer.packet());
    let bytes = made(&reply.part(ContentKind::RECEIPT, "", &answer));
    let mut answered = accepted(&bytes, &circle, &pinned(&[&provider])).unwrap();
    assert_eq!(answered.manifest().in_reply_to, Some(writer.packet()));
    assert_eq!(Receipt::decode(&part(&mut answered, 0)), Ok(receipt));
}

#[test]
fn contents_come_back_and_newer_ones_are_named() {
    let note = "origin.example.org\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n";
    let mut note = Note::new(note).unwrap();
    note.sign(crate::log::KeyName::new("origin.example.org").unwrap(), &crate::keys::SigningKey::generate()).unwrap();
    let checkpoints = Checkpoints { notes: vec![note] };
    assert_eq!(Checkpoints::decode(&checkpoints.encode()), Ok(checkpoints));
    let erasures = Erasures { vault: VaultId::random(), entries: vec![vec![1, 2], Vec::new()] };
    assert_eq!(Erasures::decode(&erasures.encode()).as_ref(), Ok(&erasures));
    let suspensions =
        Suspensions { organisation: OrganisationId::random(), number: 1, issued_at: NOW, suspended: Vec::new() };
    let slice = RosterSlice {
        vault: VaultId::random(),
        first: 4,
        entries: vec![vec![9; 300]],
        certificates: Vec::new(),
        suspensions: Some(SignedSuspensions::new(suspensions).sign(&PacketKeyPair::generate())),
    };
    assert_eq!(RosterSlice::decode(&slice.encode()), Ok(slice));
    let result = |part| PartResult { part, outcome: Outcome::REFUSED, code: 301 };
    let receipt = |parts| Receipt { packet: PacketId::random(), outcome: Outcome::PARTLY, note: "n\n".into(), parts };
    let good = receipt(vec![result(0), result(4)]);
    assert_eq!(Receipt::decode(&good.encode()), Ok(good.clone()));
    let malformed = PacketError::Content { kind: ContentKind::RECEIPT };
    assert_eq!(Receipt::decode(&receipt(vec![result(4), result(0)]).encode()), Err(malformed.clone()));
    let long = Receipt { note: "x".repeat(1001), ..good };
    assert!(!long.is_valid());
    assert_eq!(Receipt::decode(&long.encode()), Err(malformed));
    let mut newer = erasures.encode();
    newer[1] = 2;
    assert_eq!(Erasures::decode(&newer), Err(PacketError::TooNew));
    assert_eq!(Erasures::decode(&[]), Err(PacketError::Content { kind: ContentKind::ERASURES }));
}

#[test]
fn a_member_hands_out_their_address() {
    let member = Identity::generate();
    let address = PacketAddress::from_file_bytes(&member.packet_address_file()).unwrap();
    assert_eq!(address, PacketAddress::from(&member.public()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_parts_come_back(
        contents in proptest::collection::vec((1..100_u64, "[a-z0-9_-]{0,20}", 0..150_000_usize), 1..6),
    ) {
        let (sender, recipient) = (PacketKeyPair::generate(), PacketKeyPair::generate());
        let bytes: Vec<Vec<u8>> =
            contents.iter().map(|(kind, _, length)| (0..*length).map(|at| (at as u64 * kind) as u8).collect()).collect();
        let mut writer = PacketWriter::new(&sender, NOW).to(&recipient.address().hybrid_key, 1);
        for ((kind, name, _), content) in contents.iter().zip(&bytes) {
            writer = writer.part(ContentKind::from_number(*kind), name, content);
        }
        let mut packet = accepted(&made(&writer), &recipient, &pinned(&[&sender])).unwrap();
        for (index, content) in bytes.iter().enumerate() {
            prop_assert!(part(&mut packet, index) == *content);
        }
    }

    #[test]
    fn any_flipped_byte_is_an_error(at in any::<prop::sample::Index>(), bit in 0..8_u8) {
        let (sender, recipient, mut bytes) = small();
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        let error = accepted(&bytes, &recipient, &pinned(&[&sender])).unwrap_err();
        prop_assert!(matches!(
            error,
            PacketError::Altered | PacketError::NotAPacket | PacketError::TooNew | PacketError::Truncated
        ), "byte {}: {}", at, error);
    }
}
