//! The next event of a chain: linked to the one before, and possible after it.

use super::{CustodyError, Event};
use crate::id::RecordId;
use crate::model::records::CustodyEvent;
use crate::model::{FieldBuffer, ModelError, Record, Text, ValueType};
use crate::seal::{LabelledInput, sha256};

/// How an exhibit comes into custody.
const BEGINNINGS: [&str; 4] = ["collected", "recorded", "copied", "received"];

/// The digest of an event, as the next one names it: `sha256:` and hexadecimal digits. Over the label
/// `saferoom/custody-event`, and number and value of each field that names no record, ascending, each with its length. Ids are
/// of a vault: with them no chain would hold after it was handed over.
///
/// # Errors
/// [`ModelError`] if a value cannot be encoded.
pub fn event_digest(event: &CustodyEvent) -> Result<String, ModelError> {
    let mut fields = FieldBuffer::new();
    event.encode(&mut fields)?;
    let names = |number| CustodyEvent::spec().field(number).is_some_and(|field| field.value_type == ValueType::Id);
    let mut input = LabelledInput::new("saferoom/custody-event");
    for (number, value) in fields.iter().filter(|(number, _)| !names(*number)) {
        input = input.number(number.get()).part(value);
    }
    let hex: String = sha256(input.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(format!("sha256:{hex}"))
}

/// The next event of a chain, linked to the last one. `chain` is in its order, as [`verify`](super::verify) gives it.
///
/// # Errors
/// [`CustodyError`]: what cannot be, and what to do.
pub fn append(chain: &[Event], event: CustodyEvent) -> Result<CustodyEvent, CustodyError> {
    check_next(chain, &event)?;
    let mut event = event;
    (event.previous_event, event.previous_event_digest) = (None, None);
    if let Some(last) = chain.last() {
        event.previous_event = Some(last.0);
        let digest = event_digest(&last.1).map_err(|_| CustodyError::Incomplete)?;
        event.previous_event_digest = Text::new(digest).ok();
    }
    Ok(event)
}

/// Whether an event can follow a chain.
pub(super) fn check_next(chain: &[Event], event: &CustodyEvent) -> Result<(), CustodyError> {
    let (Some(action), Some(at)) = (action(event), event.started_at) else { return Err(CustodyError::Incomplete) };
    let Some((_, last)) = chain.last() else {
        let begins = BEGINNINGS.contains(&action);
        return if begins { Ok(()) } else { Err(CustodyError::Beginning { action: action.to_owned() }) };
    };
    if last.started_at.max(last.ended_at) > Some(at) {
        return Err(CustodyError::Time);
    }
    check_standing(chain, event, action)?;
    check_seal_and_digest(chain, event)?;
    if action == "copied" && (event.basis.is_none() || event.made_items.is_empty()) {
        return Err(CustodyError::Copy);
    }
    Ok(())
}

/// Where the exhibit is, and whether this person can do this to it.
fn check_standing(chain: &[Event], event: &CustodyEvent, doing: &str) -> Result<(), CustodyError> {
    let last = chain.last().map(|(_, last)| last);
    match last.and_then(action) {
        Some("destroyed") => return Err(CustodyError::Destroyed),
        Some("lost") if !matches!(doing, "collected" | "received") => return Err(CustodyError::Lost),
        Some("lost") => return Ok(()),
        Some("transferred") if !matches!(doing, "received" | "lost") => return Err(CustodyError::OnTheWay),
        _ => {}
    }
    match doing {
        "received" => check_receipt(last, event),
        "transferred" => check_hand_over(chain, event),
        _ => Ok(()),
    }
}

fn check_hand_over(chain: &[Event], event: &CustodyEvent) -> Result<(), CustodyError> {
    let (from, to) = (Party::performer(event), Party::receiver(event));
    if from == Party::Nobody || to == Party::Nobody {
        return Err(CustodyError::Parties);
    }
    if from == to {
        return Err(CustodyError::OnePerson);
    }
    match holder(chain) {
        Party::Nobody => Ok(()),
        holder if holder == from => Ok(()),
        _ => Err(CustodyError::NotTheHolder),
    }
}

/// Who receives says so themselves: they are the performer of the receipt.
fn check_receipt(last: Option<&CustodyEvent>, event: &CustodyEvent) -> Result<(), CustodyError> {
    let Some(hand_over) = last.filter(|last| action(last) == Some("transferred")) else {
        return Err(CustodyError::NotHandedOver);
    };
    match Party::performer(event) {
        Party::Nobody => Err(CustodyError::Parties),
        by if by == Party::performer(hand_over) => Err(CustodyError::OnePerson),
        by if by == Party::receiver(hand_over) => Ok(()),
        _ => Err(CustodyError::OtherReceiver),
    }
}

/// What was put on or found last has to be what is found now; if it is not, the event says so.
fn check_seal_and_digest(chain: &[Event], event: &CustodyEvent) -> Result<(), CustodyError> {
    let result = event.result.as_ref().map(|result| result.code().as_str());
    let seal = chain.iter().rev().find_map(|(_, event)| event.seal_after.as_ref());
    let differs = |last: Option<&Text>, now: &Option<Text>| {
        last.zip(now.as_ref()).is_some_and(|(last, now)| !last.as_str().eq_ignore_ascii_case(now.as_str()))
    };
    if differs(seal, &event.seal_before) && result != Some("seal_broken") {
        return Err(CustodyError::Seal);
    }
    let digest = chain.iter().rev().find_map(|(_, event)| event.after_digest.as_ref());
    if differs(digest, &event.before_digest) && result != Some("digest_differs") {
        return Err(CustodyError::Digest);
    }
    Ok(())
}

/// A person of the chain: an officer of this vault, or a name.
#[derive(PartialEq, Eq)]
enum Party<'a> {
    Nobody,
    Officer(RecordId),
    Named(&'a str),
}

impl<'a> Party<'a> {
    fn of(officer: Option<RecordId>, name: Option<&'a Text>) -> Self {
        match (officer, name) {
            (Some(officer), _) => Self::Officer(officer),
            (None, Some(name)) => Self::Named(name.as_str()),
            (None, None) => Self::Nobody,
        }
    }

    fn performer(event: &'a CustodyEvent) -> Self {
        Self::of(event.performer, event.performer_name.as_ref())
    }

    fn receiver(event: &'a CustodyEvent) -> Self {
        Self::of(event.receiver, event.receiver_name.as_ref())
    }
}

/// Who has the exhibit: who received it last, or took it into custody.
fn holder(chain: &[Event]) -> Party<'_> {
    let takes =
        |event: &CustodyEvent| action(event).is_some_and(|action| BEGINNINGS.contains(&action) && action != "copied");
    let last = chain.iter().rev().map(|(_, event)| event).find(|event| takes(event));
    last.map_or(Party::Nobody, Party::performer)
}

/// Whether the last event of a chain hands the exhibit over to an officer of this vault, who signs the receipt.
#[must_use]
pub fn waits_for_officer(chain: &[Event]) -> bool {
    chain.last().is_some_and(|(_, last)| action(last) == Some("transferred") && last.receiver.is_some())
}

pub(super) fn action(event: &CustodyEvent) -> Option<&str> {
    event.action.as_ref().map(|action| action.code().as_str())
}
