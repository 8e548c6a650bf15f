use super::*;
use crate::model::CodeListName;

fn coded<L: CodeListName>(text: &str) -> Coded<L> {
    Coded::new(text).unwrap()
}

fn moment(days: i64) -> Timestamp {
    Timestamp::from_milliseconds(1_795_544_160_000 + days * DAY).unwrap()
}

pub(super) fn telling() -> Authorised {
    let disclosure = Disclosure {
        purpose: "referral".into(),
        recipient_kind: "service_provider".into(),
        recipient: "The clinic".into(),
        service: Some("psychosocial".into()),
        fields: vec!["child.sex".into(), "child.given_name".into()],
    };
    Authorised::Override { disclosure, ground: coded("imminent_danger") }
}

fn signed() -> Signed {
    Signed {
        vault: VaultId::from_bytes([1; 16]),
        id: RecordId::from_bytes([2; 16]),
        member: MemberId::from_bytes([3; 16]),
        subject: RecordId::from_bytes([4; 16]),
        valid_until: moment(1),
    }
}

fn reason() -> Narrative {
    Narrative::new("The child is in danger tonight").unwrap()
}

fn edited(change: impl Fn(&mut Disclosure)) -> Authorised {
    let Authorised::Override { mut disclosure, ground } = telling() else { unreachable!() };
    change(&mut disclosure);
    Authorised::Override { disclosure, ground }
}

#[test]
fn what_was_signed_holds_once_for_exactly_this_until_then() {
    let record = telling().record(&signed(), reason(), moment(0)).unwrap();
    assert_eq!(Authorised::of(&record).as_ref().map(Authorised::name), Some("override_consent"));
    assert_eq!(check(&record, &telling(), &signed(), moment(1)), Ok(()));
    let reordered = edited(|told| told.fields.reverse());
    assert_eq!(check(&record, &reordered, &signed(), moment(0)), Ok(()), "the order of fields says nothing");
    assert_eq!(check(&record, &telling(), &signed(), moment(2)), Err(AuthorisationError::Expired));
    let used = Authorisation { used_at: Some(moment(0)), ..record };
    assert_eq!(check(&used, &telling(), &signed(), moment(0)), Err(AuthorisationError::Used));
}

#[test]
fn another_act_is_not_allowed() {
    let record = telling().record(&signed(), reason(), moment(0)).unwrap();
    let Authorised::Override { disclosure, .. } = telling() else { unreachable!() };
    let others = [
        edited(|told| told.purpose = "share".into()),
        edited(|told| told.recipient_kind = "organisation".into()),
        edited(|told| told.recipient = "Another clinic".into()),
        edited(|told| told.service = None),
        edited(|told| told.fields.push("child.phones".into())),
        edited(|told| drop(told.fields.pop())),
        Authorised::Override { disclosure, ground: coded("legal_duty") },
        Authorised::Repeat { reason: coded("new_allegation") },
        Authorised::Copy { class: coded("working") },
    ];
    for other in others {
        assert_eq!(check(&record, &other, &signed(), moment(0)), Err(AuthorisationError::AnotherAct), "{other:?}");
        assert_ne!(other.signed_bytes(&signed()), telling().signed_bytes(&signed()));
    }
}

#[test]
fn a_record_that_was_changed_or_moved_is_not_what_was_signed() {
    let record = telling().record(&signed(), reason(), moment(0)).unwrap();
    let moved = [
        Signed { vault: VaultId::from_bytes([9; 16]), ..signed() },
        Signed { id: RecordId::from_bytes([9; 16]), ..signed() },
        Signed { member: MemberId::from_bytes([9; 16]), ..signed() },
        Signed { subject: RecordId::from_bytes([9; 16]), ..signed() },
        Signed { valid_until: moment(2), ..signed() },
    ];
    for place in moved {
        assert_eq!(check(&record, &telling(), &place, moment(0)), Err(AuthorisationError::NotAsSigned));
    }
    let text = |text: &str| Text::new(text).ok();
    let changed = [
        Authorisation { recipient: text("Another clinic"), ..record.clone() },
        Authorisation { fields: Vec::new(), ..record.clone() },
        Authorisation { ground: Some(coded("legal_duty")), ..record.clone() },
        Authorisation { act: None, ..record.clone() },
        Authorisation { digest: None, ..record.clone() },
        Authorisation { valid_until: Some(moment(3)), ..record.clone() },
    ];
    for changed in changed {
        assert_eq!(check(&changed, &telling(), &signed(), moment(0)), Err(AuthorisationError::NotAsSigned));
    }
}

#[test]
fn it_holds_for_a_few_days_at_most() {
    let until = |days| {
        let place = Signed { valid_until: moment(days), ..signed() };
        telling().record(&place, reason(), moment(0)).map(|_| ())
    };
    assert_eq!(until(7), Ok(()));
    for days in [-1, 0, 8] {
        assert_eq!(until(days), Err(AuthorisationError::Time.into()), "{days}");
    }
}

#[test]
fn the_bytes_are_those_of_the_formats() {
    let bytes = Authorised::Copy { class: coded("working") }.signed_bytes(&signed());
    let mut expected = vec![1];
    let mut part = |part: &[u8]| {
        expected.extend_from_slice(&u32::try_from(part.len()).unwrap().to_be_bytes());
        expected.extend_from_slice(part);
    };
    part(b"saferoom/authorisation");
    for id in [1, 2, 3, 4] {
        part(&[id; 16]);
    }
    part(&(1_795_544_160_000_u64 + 86_400_000).to_be_bytes());
    part(b"copy");
    part(b"working");
    assert_eq!(bytes, expected);
}

#[test]
fn nothing_of_the_act_is_printed() {
    let printed = format!("{:?}", telling());
    assert!(!printed.contains("clinic") && !printed.contains("child."), "{printed}");
}
