//! Who is known, and what was accepted before.

use super::*;

#[test]
fn unknown_senders_are_shown_and_not_accepted_until_they_are_pinned() {
    let (sender, recipient, bytes) = small();
    let (nobody, folder) = (KnownSenders::new(), std::env::temp_dir());
    let guard = MemoryReplayGuard::new();
    let packet = Packet::open(&bytes[..], &recipient).unwrap();
    assert_eq!(packet.standing(&nobody, NOW), Standing::Unknown);
    assert_eq!(packet.manifest().sender, *sender.address());
    assert_eq!(packet.manifest().parts[0].name, "file");
    assert_eq!(packet.accept(&nobody, &guard, NOW, &folder).err(), Some(PacketError::UnknownSender));
    let open = || Packet::open(&bytes[..], &recipient).unwrap();
    let other = open().accept_from(recipient.address(), &nobody, &guard, NOW, &folder);
    assert_eq!(other.err(), Some(PacketError::UnknownSender));
    let mut packet = open().accept_from(sender.address(), &nobody, &guard, NOW, &folder).unwrap();
    assert_eq!(part(&mut packet, 0), b"content");
}

#[test]
fn expired_packets_are_shown_and_not_accepted() {
    let (sender, recipient) = (PacketKeyPair::generate(), PacketKeyPair::generate());
    let content = b"content".to_vec();
    let writer = PacketWriter::new(&sender, NOW).to(&recipient.address().hybrid_key, 1).expires_at(NOW - 1);
    let bytes = made(&writer.part(ContentKind::FILE, "", &content));
    assert!(Packet::open(&bytes[..], &recipient).unwrap().is_expired(NOW));
    assert_eq!(accepted(&bytes, &recipient, &pinned(&[&sender])).err(), Some(PacketError::Expired));
}

#[test]
fn certificates_and_suspensions_decide() {
    let (one, two, officer, recipient) =
        (Identity::generate(), PacketKeyPair::generate(), PacketKeyPair::generate(), PacketKeyPair::generate());
    let organisation = OrganisationId::random();
    let custodians = [&one as &dyn PacketSigner, &two];
    let keys = custodians.iter().map(|custodian| custodian.address().verifying_key).collect();
    let pinned = Organisation::new(organisation, 2, keys).unwrap();
    assert_eq!(Organisation::from_bytes(&pinned.to_bytes()).as_ref(), Ok(&pinned));
    let certificate = Certificate {
        organisation,
        serial: [5; 16],
        subject: officer.address().digest(),
        kinds: vec![ContentKind::HAND_IN],
        not_before: NOW - DAY,
        not_after: NOW + DAY,
    };
    let signed = |certificate: &Certificate| SignedCertificate::new(certificate.clone()).sign(&one).sign(&two);
    let mut known = KnownSenders::new();
    known.trust(pinned);
    let content = b"content".to_vec();
    let send = |certificate: &SignedCertificate, kind: ContentKind| {
        let writer = PacketWriter::new(&officer, NOW).to(&recipient.address().hybrid_key, 1);
        made(&writer.certificate(certificate).part(kind, "", &content))
    };
    let good = send(&signed(&certificate), ContentKind::HAND_IN);
    let standing = accepted(&good, &recipient, &known).unwrap().standing();
    assert_eq!(standing, Standing::Certified { organisation, serial: [5; 16], not_after: NOW + DAY });

    let refused =
        |certificate: &SignedCertificate, kind| accepted(&send(certificate, kind), &recipient, &known).unwrap_err();
    let by_one = SignedCertificate::new(certificate.clone()).sign(&one);
    assert_eq!(refused(&by_one, ContentKind::HAND_IN), PacketError::UnknownSender);
    assert_eq!(refused(&by_one.sign(&one), ContentKind::HAND_IN), PacketError::UnknownSender);
    let of_another = signed(&Certificate { organisation: OrganisationId::random(), ..certificate.clone() });
    assert_eq!(refused(&of_another, ContentKind::HAND_IN), PacketError::UnknownSender);
    let for_another = signed(&Certificate { subject: recipient.address().digest(), ..certificate.clone() });
    assert_eq!(refused(&for_another, ContentKind::HAND_IN), PacketError::UnknownSender);
    let kind = ContentKind::ERASURES;
    assert_eq!(refused(&signed(&certificate), kind), PacketError::NotAllowed { kind });
    let over = signed(&Certificate { not_after: NOW - 1, ..certificate.clone() });
    assert_eq!(refused(&over, ContentKind::HAND_IN), PacketError::CertificateExpired);
    let early = signed(&Certificate { not_before: NOW + 1, ..certificate.clone() });
    assert_eq!(refused(&early, ContentKind::HAND_IN), PacketError::CertificateExpired);

    let list = |number, suspended: Vec<_>| {
        SignedSuspensions::new(Suspensions { organisation, number, issued_at: NOW, suspended })
    };
    let lone = list(2, vec![(officer.address().digest(), NOW)]);
    let unsigned = known.suspend(lone.clone().sign(&two));
    assert_eq!(unsigned, Err(PacketError::Statement { what: "list of suspensions" }));
    known.suspend(lone.sign(&one).sign(&two)).unwrap();
    let stale = list(1, Vec::new()).sign(&one).sign(&two);
    assert_eq!(known.suspend(stale), Err(PacketError::StaleSuspensions));
    assert_eq!(accepted(&good, &recipient, &known).err(), Some(PacketError::SuspendedSender));
    // Also who is pinned: the organisation knows better.
    known.pin(officer.address());
    assert_eq!(accepted(&good, &recipient, &known).err(), Some(PacketError::SuspendedSender));
    known.suspend(list(3, Vec::new()).sign(&one).sign(&two)).unwrap();
    assert_eq!(accepted(&good, &recipient, &known).unwrap().standing(), Standing::Pinned);
}

#[test]
fn a_packet_is_new_once() {
    let (sender, recipient, bytes) = small();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("seen");
    let known = pinned(&[&sender]);
    let open = |guard: &dyn ReplayGuard| {
        Packet::open(&bytes[..], &recipient).unwrap().accept(&known, guard, NOW, folder.path()).unwrap()
    };
    let mut guard = SeenFile::of_key_pair(&path, &recipient);
    // Opened, but the host went down before it was taken in.
    assert_eq!(open(&guard).require_new(), Ok(()));
    let packet = open(&guard);
    packet.remember(&mut guard).unwrap();
    let mut again = open(&SeenFile::of_key_pair(&path, &recipient));
    assert_eq!(again.require_new(), Err(PacketError::Replayed));
    assert_eq!(part(&mut again, 0), b"content");
    // Another key, or a changed byte.
    let other = SeenFile::of_key_pair(&path, &sender).check(packet.mark());
    assert_eq!(other, Err(PacketError::SeenDamaged));
    let mut sealed = std::fs::read(&path).unwrap();
    assert!(!sealed.windows(16).any(|window| window == packet.mark().packet.as_bytes()));
    let last = sealed.len() - 1;
    sealed[last] ^= 1;
    std::fs::write(&path, &sealed).unwrap();
    assert_eq!(guard.check(packet.mark()), Err(PacketError::SeenDamaged));
}
