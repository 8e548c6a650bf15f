//! What is altered, truncated, passed on, or cannot be sent.

use super::*;

#[test]
fn damage_is_named() {
    let (sender, recipient, bytes) = small();
    let known = pinned(&[&sender]);
    let error = |bytes: &[u8]| accepted(bytes, &recipient, &known).unwrap_err();
    assert_eq!(error(b""), PacketError::NotAPacket);
    assert_eq!(error(b"something else entirely"), PacketError::NotAPacket);
    for length in [1, 8, 9, 30, 59, 60, 4000, bytes.len() - 2000, bytes.len() - 1] {
        assert_eq!(error(&bytes[..length]), PacketError::Truncated);
    }
    let flipped = |at: usize| {
        let mut flipped = bytes.clone();
        flipped[at] ^= 0x41;
        flipped
    };
    assert_eq!(error(&flipped(0)), PacketError::NotAPacket);
    assert_eq!(error(&flipped(8)), PacketError::TooNew);
    for at in [9, 11, 27, 59, 1500, 4770, bytes.len() - 1] {
        assert_eq!(error(&flipped(at)), PacketError::Altered, "byte {at}");
    }
    assert_eq!(error(&[&bytes[..], &[0]].concat()), PacketError::Altered);
}

#[test]
fn a_checksum_that_was_mended_does_not_help() {
    let (sender, recipient, bytes) = small();
    let header = header::PREAMBLE_LENGTH + 4 * header::SLOT_LENGTH;
    for at in [9 + 2, 27, 59, 59 + header::SLOT_LENGTH, header - 1] {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        let checksum = crate::seal::sha256(&changed[..header]);
        changed[header..header + 8].copy_from_slice(&checksum[..8]);
        let error = accepted(&changed, &recipient, &pinned(&[&sender])).unwrap_err();
        assert!(matches!(error, PacketError::Altered | PacketError::NotForYou), "byte {at}: {error}");
    }
}

#[test]
fn a_recipient_cannot_pass_a_packet_on_under_the_senders_name() {
    let (sender, recipient, third) = (PacketKeyPair::generate(), PacketKeyPair::generate(), PacketKeyPair::generate());
    let content = b"content".to_vec();
    let write = |to: &PacketKeyPair| {
        let (header, key) = Header::seal(&[Recipient { key: to.address().hybrid_key.clone(), sequence: 1 }]).unwrap();
        (header, key)
    };
    // What a recipient could do: take manifest and signature out, and seal them to somebody else.
    let (header, key) = write(&recipient);
    let mut original = Vec::new();
    let writer = PacketWriter::new(&sender, NOW).part(ContentKind::FILE, "", &content);
    writer.write_with(&mut original, &header, &key).unwrap();
    let (other_header, other_key) = write(&third);
    let mut stream = crate::seal::StreamReader::new(
        &original[header.as_bytes().len()..],
        FRAMES,
        header.digest().to_vec(),
        super::header::stream_key(&key, &header.digest()),
    );
    let mut plain = Vec::new();
    while let piece @ [_, ..] = stream.chunk(usize::MAX).unwrap() {
        plain.extend_from_slice(piece);
    }
    let digest = other_header.digest();
    let key = super::header::stream_key(&other_key, &digest);
    let out = other_header.as_bytes().to_vec();
    let mut stream = crate::seal::StreamWriter::new(out, FRAMES, digest.to_vec(), key);
    stream.push(&plain).unwrap();
    let passed_on = stream.end().unwrap().0;
    assert_eq!(accepted(&passed_on, &third, &pinned(&[&sender])).err(), Some(PacketError::BadSignature));
}

#[test]
fn two_recipients_cannot_be_given_different_keys() {
    let recipient = PacketKeyPair::generate();
    let to = [Recipient { key: recipient.address().hybrid_key.clone(), sequence: 1 }];
    let (one, _) = Header::seal_with(&to, [1; 16], Secret::copy_of(&[2; 32])).unwrap();
    let (other, _) = Header::seal_with(&to, [1; 16], Secret::copy_of(&[3; 32])).unwrap();
    // The slots of one header below the commitment of the other.
    let mut mixed = other.as_bytes().to_vec();
    let end = mixed.len() - 8;
    mixed[header::PREAMBLE_LENGTH..end].copy_from_slice(&one.as_bytes()[header::PREAMBLE_LENGTH..end]);
    let checksum = crate::seal::sha256(&mixed[..end]);
    mixed[end..].copy_from_slice(&checksum[..8]);
    assert!(Header::read(&mut &mixed[..]).unwrap().open(&recipient).is_err());
}

#[test]
fn what_cannot_be_sent_is_refused() {
    let (sender, recipient) = (PacketKeyPair::generate(), PacketKeyPair::generate());
    let content = b"content".to_vec();
    let key = &recipient.address().hybrid_key;
    let writer = || PacketWriter::new(&sender, NOW);
    let error = |writer: PacketWriter<'_>| writer.write(io::sink()).unwrap_err();
    assert_eq!(error(writer().part(ContentKind::FILE, "", &content)), PacketError::NoRecipients);
    assert_eq!(error(writer().to(key, 1).to(key, 2).part(ContentKind::FILE, "", &content)), PacketError::Recipients);
    assert_eq!(error(writer().to(key, 1)), PacketError::Parts);
    for name in ["../up", "a/b", ".hidden", "ក", "a b", &"x".repeat(65)] {
        assert_eq!(error(writer().to(key, 1).part(ContentKind::FILE, name, &content)), PacketError::PartName);
    }
    let nowhere = Path::new("/nowhere/at/all").to_owned();
    let missing = error(writer().to(key, 1).part(ContentKind::FILE, "", &nowhere));
    assert_eq!(missing, PacketError::File(io::ErrorKind::NotFound));
    let many: Vec<_> = (0..257).map(|_| Secret::generate()).collect();
    let many = many.iter().map(|seed| crate::seal::HybridSecretKey::from_seed(seed).public_key());
    let many = many.fold(writer(), |writer, key| writer.to(&key, 1));
    assert_eq!(error(many.part(ContentKind::FILE, "", &content)), PacketError::Recipients);

    /// Another byte each time it is read.
    struct Restless(AtomicUsize);
    impl PartSource for Restless {
        fn open(&self) -> io::Result<Box<dyn Read + '_>> {
            Ok(Box::new(io::repeat(self.0.fetch_add(1, Ordering::Relaxed) as u8).take(10)))
        }
    }
    let restless = Restless(AtomicUsize::new(0));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("packet");
    let changed = writer().to(key, 1).part(ContentKind::FILE, "", &restless).write_file(&path);
    assert_eq!(changed.err(), Some(PacketError::SourceChanged));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}
