//! What a second person signs: two acts and two places have the same bytes only if they are the same.

use std::collections::BTreeSet;

use saferoom::id::{MemberId, RecordId, VaultId};
use saferoom::model::{Coded, Timestamp};
use saferoom::practice::authorise::{Authorised, Signed};
use saferoom::practice::consent::Disclosure;

type Place = ([u8; 2], [u8; 2], u32);
type Act = (u8, [String; 5], Vec<String>);

fn place(place: &Place) -> Option<Signed> {
    let ([vault, id], [member, subject], until) = place;
    Some(Signed {
        vault: VaultId::from_bytes([*vault; 16]),
        id: RecordId::from_bytes([*id; 16]),
        member: MemberId::from_bytes([*member; 16]),
        subject: RecordId::from_bytes([*subject; 16]),
        valid_until: Timestamp::from_milliseconds(i64::from(*until)).ok()?,
    })
}

fn act((kind, [code, purpose, recipient_kind, recipient, service], fields): &Act) -> Option<Authorised> {
    Some(match kind % 3 {
        0 => Authorised::Override {
            disclosure: Disclosure {
                purpose: purpose.clone(),
                recipient_kind: recipient_kind.clone(),
                recipient: recipient.clone(),
                service: Some(service.clone()).filter(|service| !service.is_empty()),
                fields: fields.clone(),
            },
            ground: Coded::new(code).ok()?,
        },
        1 => Authorised::Repeat { reason: Coded::new(code).ok()? },
        _ => Authorised::Copy { class: Coded::new(code).ok()? },
    })
}

/// What of an act counts: fields in any order, a recipient without blanks around it.
fn counts(act: &Authorised) -> Vec<String> {
    match act {
        Authorised::Override { disclosure, ground } => {
            let fields: BTreeSet<_> = disclosure.fields.iter().cloned().collect();
            let head = [
                ground.code().as_str(),
                &disclosure.purpose,
                &disclosure.recipient_kind,
                disclosure.recipient.trim(),
                disclosure.service.as_deref().unwrap_or_default(),
            ];
            head.iter().map(|part| (*part).to_owned()).chain(fields).collect()
        }
        Authorised::Repeat { reason } => vec!["repeat".into(), reason.code().as_str().to_owned()],
        Authorised::Copy { class } => vec!["copy".into(), class.code().as_str().to_owned()],
    }
}

pub(crate) fn run(both: (Place, Act, Place, Act)) {
    let (first, one, second, other) = both;
    let (Some(here), Some(there)) = (place(&first), place(&second)) else { return };
    let (Some(one), Some(other)) = (act(&one), act(&other)) else { return };
    let same = here == there && one.name() == other.name() && counts(&one) == counts(&other);
    assert_eq!(one.signed_bytes(&here) == other.signed_bytes(&there), same);
}
