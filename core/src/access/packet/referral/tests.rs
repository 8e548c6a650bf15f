//! Every spelling of a referral, its manifest and its answer but one is refused.

use proptest::prelude::*;

use super::*;

/// Reads the bytes of a part and writes them again.
type Again = fn(&[u8]) -> Result<Vec<u8>, PacketError>;

fn told(kind: u16, numbers: &[u64]) -> ToldRecord {
    let mut fields = FieldBuffer::new();
    numbers.iter().for_each(|number| fields.push(FieldNumber::new(*number), &[0x61, 0x61]).unwrap());
    ToldRecord { kind, fields }
}

fn referral() -> ReferralPart {
    ReferralPart { ticket: vec![7; 64], records: vec![told(2, &[1, 7]), told(23, &[1])] }
}

fn manifest(of: &ReferralPart) -> ShareManifest {
    ShareManifest {
        referral: sha256(&of.encode()),
        purpose: "referral".into(),
        recipient_kind: "service_provider".into(),
        edition: "2026-1".into(),
        ground: None,
        records: ShareManifest::fields_of(of),
    }
}

fn answer() -> ReferralAnswer {
    ReferralAnswer {
        ticket: vec![7; 64],
        state: "completed".into(),
        outcome: Some("need_met".into()),
        decline_reason: None,
        appointment_at: Some(5),
        by: "Reception".into(),
        at: 9,
        feedback: "Three meetings.\nOne more is planned.".into(),
    }
}

#[test]
fn each_comes_back_and_no_shorter_or_longer_bytes_do() {
    let parts: [(Vec<u8>, Again, PacketError); 3] = [
        (referral().encode().to_vec(), |bytes| Ok(ReferralPart::decode(bytes)?.encode().to_vec()), REFERRAL),
        (manifest(&referral()).encode(), |bytes| Ok(ShareManifest::decode(bytes)?.encode()), MANIFEST),
        (answer().encode(), |bytes| Ok(ReferralAnswer::decode(bytes)?.encode()), ANSWER),
    ];
    for (bytes, again, malformed) in parts {
        assert_eq!(again(&bytes).as_ref(), Ok(&bytes));
        for length in 0..bytes.len() {
            assert_eq!(again(&bytes[..length]).as_ref(), Err(&malformed));
        }
        assert_eq!(again(&[&bytes[..], &[0]].concat()), Err(malformed));
        let mut newer = bytes;
        newer[1] = 2;
        assert_eq!(again(&newer), Err(PacketError::TooNew));
    }
    assert_eq!(ReferralAnswer::decode(&answer().encode()), Ok(answer()));
}

#[test]
fn what_no_answer_says_is_refused() {
    let wrong = |change: fn(&mut ReferralAnswer)| {
        let mut changed = answer();
        change(&mut changed);
        !changed.is_valid()
    };
    assert!(wrong(|answer| answer.state = "In service".into()));
    assert!(wrong(|answer| answer.outcome = Some(String::new())));
    assert!(wrong(|answer| answer.ticket.clear()));
    assert!(wrong(|answer| answer.by = "x".repeat(MAX_BY + 1)));
    assert!(wrong(|answer| answer.by = "one\ntwo".into()));
    assert!(wrong(|answer| answer.feedback = "x".repeat(MAX_FEEDBACK + 1)));
    assert!(wrong(|answer| answer.feedback = "\u{7}".into()));
    let empty = ReferralPart { records: Vec::new(), ..referral() };
    assert_eq!(ReferralPart::decode(&empty.encode()).err(), Some(REFERRAL));
    assert!(!format!("{:?}{:?}", answer(), referral()).contains("meetings"));
}

proptest! {
    #[test]
    fn a_manifest_is_of_one_referral_alone(
        fields in proptest::collection::vec((1_u16..50, proptest::collection::btree_set(1_u64..60, 1..8)), 1..6),
        at in any::<prop::sample::Index>(),
    ) {
        let records = fields.iter().map(|(kind, numbers)| told(*kind, &numbers.iter().copied().collect::<Vec<_>>()));
        let part = ReferralPart { records: records.collect(), ..referral() };
        let listed = manifest(&part);
        prop_assert_eq!(listed.verify(&part.encode(), &part), Ok(()));
        let at = at.index(part.records.len());
        // One field fewer, one more, another value: each is another referral.
        let mut fewer = part.clone();
        fewer.records.remove(at);
        let mut more = part.clone();
        more.records[at].fields.push(FieldNumber::new(99), &[0x60]).unwrap();
        let mut other = part.clone();
        other.records[at] = ToldRecord { kind: other.records[at].kind + 1, ..other.records[at].clone() };
        for changed in [fewer, more, other] {
            prop_assert_eq!(listed.verify(&changed.encode(), &changed), Err(PacketError::ShareManifest));
            // Not even if the manifest says that it is of these bytes.
            let claims = ShareManifest { referral: sha256(&changed.encode()), ..listed.clone() };
            prop_assert_eq!(claims.verify(&changed.encode(), &changed), Err(PacketError::ShareManifest));
        }
    }
}
