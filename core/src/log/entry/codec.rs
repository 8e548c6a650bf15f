//! Deterministic CBOR (RFC 8949 section 4.2.1) of entries, see the CDDL in [`super`].
//!
//! The decoder reads keys in ascending order only and takes every value as CBOR gives it; then it counts what the encoder
//! would write. So one place, the encoder, knows what is canonical and what is allowed.

use std::borrow::Cow;
use std::convert::Infallible;

use minicbor::data::Type;
use minicbor::encode::Write;
use minicbor::{Decoder, Encoder};
use unicode_normalization::is_nfc;

use super::{
    Actor, Detail, DetailKey, DetailValue, ENTRY_VERSION, Entry, Event, MAX_ENTRY_LENGTH, MAX_TEXT_LENGTH, Outcome,
    What, Why,
};
use crate::id::{DeviceId, MemberId, OperationId, RecordId, ScopeId};
use crate::log::{Hash, LogError};

/// The keys of the entry itself.
pub(super) mod key {
    pub(in crate::log::entry) const VERSION: u8 = 0;
    pub(in crate::log::entry) const SEQ: u8 = 1;
    pub(in crate::log::entry) const WALL: u8 = 2;
    pub(in crate::log::entry) const MONOTONIC: u8 = 3;
    pub(in crate::log::entry) const BOOT: u8 = 4;
    pub(in crate::log::entry) const EVENT: u8 = 5;
    pub(in crate::log::entry) const OUTCOME: u8 = 7;
    pub(in crate::log::entry) const ACTOR: u8 = 8;
    pub(in crate::log::entry) const DEVICE: u8 = 9;
    pub(in crate::log::entry) const WHY: u8 = 10;
    pub(in crate::log::entry) const WHAT: u8 = 11;
    pub(in crate::log::entry) const OPERATION: u8 = 12;
    pub(in crate::log::entry) const DETAIL: u8 = 13;
    pub(in crate::log::entry) const BLIND: u8 = 14;
}

/// The keys that every entry has: all but who, why, what and detail.
const REQUIRED_KEYS: u64 = 10;

/// Whether `text` may stand in an entry: 1 to 1,024 bytes, in NFC, no control characters.
pub(super) fn is_text(text: &str) -> bool {
    if text.is_empty() || text.len() > MAX_TEXT_LENGTH {
        return false;
    }
    if text.is_ascii() {
        return !text.bytes().any(|byte| byte.is_ascii_control());
    }
    !text.chars().any(char::is_control) && is_nfc(text)
}

pub(super) fn encode(entry: &Entry<'_>, out: &mut Vec<u8>) -> Result<(), LogError> {
    check(entry)?;
    let start = out.len();
    let written = write_entry(entry, &mut Encoder::new(&mut *out)).is_ok();
    debug_assert!(written, "writing to memory does not fail");
    if out.len() - start > MAX_ENTRY_LENGTH {
        out.truncate(start);
        return Err(LogError::EntryTooLong);
    }
    Ok(())
}

pub(super) fn decode(bytes: &[u8]) -> Result<Entry<'_>, LogError> {
    if bytes.len() > MAX_ENTRY_LENGTH {
        return Err(LogError::EntryTooLong);
    }
    let mut decoder = Decoder::new(bytes);
    let entry = read_entry(&mut decoder)?;
    check(&entry)?;
    if encoded_length(&entry) == bytes.len() { Ok(entry) } else { Err(LogError::NonCanonical) }
}

/// How long the one encoding of an entry is.
///
/// An entry that was read from as many bytes was read from this encoding. With the keys in order and no indefinite length
/// taken, all that CBOR leaves open is how many bytes a number, a length or a count has: the encoder's choice is the only
/// shortest one, so another spelling of any of them, and whatever stands behind the entry, makes the whole longer.
fn encoded_length(entry: &Entry<'_>) -> usize {
    let mut counting = Encoder::new(Count(0));
    let Ok(()) = write_entry(entry, &mut counting).map_err(drop) else { return usize::MAX };
    counting.writer().0
}

/// Counts what is written.
struct Count(usize);

impl Write for Count {
    type Error = Infallible;

    fn write_all(&mut self, bytes: &[u8]) -> Result<(), Infallible> {
        self.0 += bytes.len();
        Ok(())
    }
}

/// What the types do not rule out.
fn check(entry: &Entry<'_>) -> Result<(), LogError> {
    if matches!(entry.event, Event::Other(code) if Event::from_code(code) != entry.event) {
        return invalid("event");
    }
    if let Some(actor) = &entry.actor
        && !is_text(&actor.role)
    {
        return invalid("actor.role");
    }
    if let Some(why) = &entry.why {
        if !is_text(&why.hl7) {
            return invalid("why.hl7");
        }
        if why.local.as_deref().is_some_and(|local| !is_text(local)) {
            return invalid("why.local");
        }
    }
    if let Some(what) = &entry.what
        && !what.fields.is_sorted_by(|one, next| one < next)
    {
        return invalid("what.fields");
    }
    if let Some(detail) = &entry.detail {
        let bad_text = |value: &DetailValue<'_>| matches!(value, DetailValue::Text(text) if !is_text(text));
        if detail.iter().len() == 0 || detail.iter().any(|(_, value)| bad_text(value)) {
            return invalid("detail");
        }
    }
    Ok(())
}

fn invalid<T>(place: &'static str) -> Result<T, LogError> {
    Err(LogError::InvalidValue { place })
}

// Writing.

type Written<W> = Result<(), minicbor::encode::Error<<W as Write>::Error>>;

fn write_entry<W: Write>(entry: &Entry<'_>, writer: &mut Encoder<W>) -> Written<W> {
    let optional = [entry.actor.is_some(), entry.why.is_some(), entry.what.is_some(), entry.detail.is_some()];
    writer.map(REQUIRED_KEYS + count(&optional))?;
    writer.u8(key::VERSION)?.u64(ENTRY_VERSION)?;
    writer.u8(key::SEQ)?.u64(entry.seq)?;
    writer.u8(key::WALL)?.u64(entry.wall_ms)?;
    writer.u8(key::MONOTONIC)?.u64(entry.monotonic_ms)?;
    writer.u8(key::BOOT)?.bytes(&entry.boot)?;
    writer.u8(key::EVENT)?.u16(entry.event.code())?;
    writer.u8(key::OUTCOME)?.u8(entry.outcome.code())?;
    if let Some(actor) = &entry.actor {
        writer.u8(key::ACTOR)?;
        write_actor(actor, writer)?;
    }
    writer.u8(key::DEVICE)?.bytes(entry.device.as_bytes())?;
    if let Some(why) = &entry.why {
        writer.u8(key::WHY)?;
        write_why(why, writer)?;
    }
    if let Some(what) = &entry.what {
        writer.u8(key::WHAT)?;
        write_what(what, writer)?;
    }
    writer.u8(key::OPERATION)?.bytes(entry.operation.as_bytes())?;
    if let Some(detail) = &entry.detail {
        writer.u8(key::DETAIL)?;
        write_detail(detail, writer)?;
    }
    writer.u8(key::BLIND)?.bytes(&entry.blind)?;
    Ok(())
}

fn write_actor<W: Write>(actor: &Actor<'_>, writer: &mut Encoder<W>) -> Written<W> {
    writer.map(3 + count(&[actor.authentication.is_some(), actor.on_behalf_of.is_some()]))?;
    writer.u8(0)?.bytes(actor.member.as_bytes())?;
    writer.u8(1)?.str(&actor.role)?;
    writer.u8(2)?.bytes(actor.unit.as_bytes())?;
    write_number(3, actor.authentication, writer)?;
    write_bytes(4, actor.on_behalf_of.as_ref().map(|id| &id.as_bytes()[..]), writer)
}

fn write_why<W: Write>(why: &Why<'_>, writer: &mut Encoder<W>) -> Written<W> {
    writer.map(1 + count(&[why.local.is_some(), why.legal_basis.is_some(), why.commitment.is_some()]))?;
    writer.u8(0)?.str(&why.hl7)?;
    if let Some(local) = &why.local {
        writer.u8(1)?.str(local)?;
    }
    write_number(2, why.legal_basis, writer)?;
    write_bytes(3, why.commitment.as_ref().map(|hash| &hash.as_bytes()[..]), writer)
}

fn write_what<W: Write>(what: &What<'_>, writer: &mut Encoder<W>) -> Written<W> {
    let optional = [what.revision.is_some(), what.head.is_some(), what.previous.is_some(), what.subject.is_some()];
    writer.map(3 + count(&optional))?;
    writer.u8(0)?.bytes(what.record.as_bytes())?;
    writer.u8(1)?.u64(what.kind)?;
    writer.u8(2)?.array(what.fields.len() as u64)?;
    for field in what.fields.iter() {
        writer.u64(*field)?;
    }
    write_number(3, what.revision, writer)?;
    write_bytes(4, what.head.as_ref().map(|hash| &hash.as_bytes()[..]), writer)?;
    write_number(5, what.previous, writer)?;
    write_bytes(6, what.subject.as_ref().map(|id| &id.as_bytes()[..]), writer)
}

fn write_detail<W: Write>(detail: &Detail<'_>, writer: &mut Encoder<W>) -> Written<W> {
    let details = detail.iter();
    writer.map(details.len() as u64)?;
    for (key, value) in details {
        writer.u64(key.0)?;
        match value {
            DetailValue::Number(number) => writer.u64(*number)?,
            DetailValue::Bytes(bytes) => writer.bytes(bytes)?,
            DetailValue::Text(text) => writer.str(text)?,
        };
    }
    Ok(())
}

fn write_number<W: Write>(key: u8, number: Option<u64>, writer: &mut Encoder<W>) -> Written<W> {
    if let Some(number) = number {
        writer.u8(key)?.u64(number)?;
    }
    Ok(())
}

fn write_bytes<W: Write>(key: u8, bytes: Option<&[u8]>, writer: &mut Encoder<W>) -> Written<W> {
    if let Some(bytes) = bytes {
        writer.u8(key)?.bytes(bytes)?;
    }
    Ok(())
}

fn count(present: &[bool]) -> u64 {
    present.iter().map(|&present| u64::from(present)).sum()
}

// Reading.

fn read_entry<'b>(decoder: &mut Decoder<'b>) -> Result<Entry<'b>, LogError> {
    let (mut version, mut seq, mut wall_ms, mut monotonic_ms) = (None, None, None, None);
    let (mut boot, mut event, mut outcome, mut device) = (None, None, None, None);
    let (mut actor, mut why, mut what, mut detail) = (None, None, None, None);
    let (mut operation, mut blind) = (None, None);
    let mut keys = Keys::begin("entry", decoder)?;
    while let Some(key) = keys.next(decoder)? {
        // First of all, since nothing else can be said about an entry of another version.
        if key != u64::from(key::VERSION) && version.is_none() {
            return Err(LogError::MissingKey { place: "version" });
        }
        match u8::try_from(key).unwrap_or(u8::MAX) {
            key::VERSION => version = Some(read_version(decoder)?),
            key::SEQ => seq = Some(read_number("seq", decoder)?),
            key::WALL => wall_ms = Some(read_number("wall", decoder)?),
            key::MONOTONIC => monotonic_ms = Some(read_number("monotonic", decoder)?),
            key::BOOT => boot = Some(read_bytes("boot", decoder)?),
            key::EVENT => event = Some(read_event(decoder)?),
            key::OUTCOME => outcome = Some(read_outcome(decoder)?),
            key::ACTOR => actor = Some(read_actor(decoder)?),
            key::DEVICE => device = Some(DeviceId::from_bytes(read_bytes("device", decoder)?)),
            key::WHY => why = Some(read_why(decoder)?),
            key::WHAT => what = Some(read_what(decoder)?),
            key::OPERATION => operation = Some(OperationId::from_bytes(read_bytes("operation", decoder)?)),
            key::DETAIL => detail = Some(read_detail(decoder)?),
            key::BLIND => blind = Some(read_bytes("blind", decoder)?),
            _ => return Err(LogError::UnknownKey { place: "entry" }),
        }
    }
    version.required("version")?;
    Ok(Entry {
        seq: seq.required("seq")?,
        wall_ms: wall_ms.required("wall")?,
        monotonic_ms: monotonic_ms.required("monotonic")?,
        boot: boot.required("boot")?,
        event: event.required("event")?,
        outcome: outcome.required("outcome")?,
        actor,
        device: device.required("device")?,
        why,
        what,
        operation: operation.required("operation")?,
        detail,
        blind: blind.required("blind")?,
    })
}

fn read_version(decoder: &mut Decoder<'_>) -> Result<(), LogError> {
    if read_number("version", decoder)? == ENTRY_VERSION { Ok(()) } else { Err(LogError::UnknownVersion) }
}

fn read_event(decoder: &mut Decoder<'_>) -> Result<Event, LogError> {
    let code = u16::try_from(read_number("event", decoder)?);
    code.map(Event::from_code).or_else(|_| invalid("event"))
}

fn read_outcome(decoder: &mut Decoder<'_>) -> Result<Outcome, LogError> {
    Outcome::from_code(read_number("outcome", decoder)?).ok_or(LogError::InvalidValue { place: "outcome" })
}

fn read_actor<'b>(decoder: &mut Decoder<'b>) -> Result<Actor<'b>, LogError> {
    let (mut member, mut role, mut unit, mut authentication, mut on_behalf_of) = (None, None, None, None, None);
    let mut keys = Keys::begin("actor", decoder)?;
    while let Some(key) = keys.next(decoder)? {
        match key {
            0 => member = Some(MemberId::from_bytes(read_bytes("actor.member", decoder)?)),
            1 => role = Some(read_text("actor.role", decoder)?),
            2 => unit = Some(ScopeId::from_bytes(read_bytes("actor.unit", decoder)?)),
            3 => authentication = Some(read_number("actor.authentication", decoder)?),
            4 => on_behalf_of = Some(MemberId::from_bytes(read_bytes("actor.on_behalf_of", decoder)?)),
            _ => return Err(LogError::UnknownKey { place: "actor" }),
        }
    }
    Ok(Actor {
        member: member.required("actor.member")?,
        role: role.required("actor.role")?,
        unit: unit.required("actor.unit")?,
        authentication,
        on_behalf_of,
    })
}

fn read_why<'b>(decoder: &mut Decoder<'b>) -> Result<Why<'b>, LogError> {
    let (mut hl7, mut local, mut legal_basis, mut commitment) = (None, None, None, None);
    let mut keys = Keys::begin("why", decoder)?;
    while let Some(key) = keys.next(decoder)? {
        match key {
            0 => hl7 = Some(read_text("why.hl7", decoder)?),
            1 => local = Some(read_text("why.local", decoder)?),
            2 => legal_basis = Some(read_number("why.legal_basis", decoder)?),
            3 => commitment = Some(Hash::from_bytes(read_bytes("why.commitment", decoder)?)),
            _ => return Err(LogError::UnknownKey { place: "why" }),
        }
    }
    Ok(Why { hl7: hl7.required("why.hl7")?, local, legal_basis, commitment })
}

fn read_what<'b>(decoder: &mut Decoder<'b>) -> Result<What<'b>, LogError> {
    let (mut record, mut kind, mut fields, mut revision) = (None, None, None, None);
    let (mut head, mut previous, mut subject) = (None, None, None);
    let mut keys = Keys::begin("what", decoder)?;
    while let Some(key) = keys.next(decoder)? {
        match key {
            0 => record = Some(RecordId::from_bytes(read_bytes("what.record", decoder)?)),
            1 => kind = Some(read_number("what.kind", decoder)?),
            2 => fields = Some(Cow::Owned(read_fields(decoder)?)),
            3 => revision = Some(read_number("what.revision", decoder)?),
            4 => head = Some(Hash::from_bytes(read_bytes("what.head", decoder)?)),
            5 => previous = Some(read_number("what.previous", decoder)?),
            6 => subject = Some(RecordId::from_bytes(read_bytes("what.subject", decoder)?)),
            _ => return Err(LogError::UnknownKey { place: "what" }),
        }
    }
    Ok(What {
        record: record.required("what.record")?,
        kind: kind.required("what.kind")?,
        fields: fields.required("what.fields")?,
        revision,
        head,
        previous,
        subject,
    })
}

fn read_fields(decoder: &mut Decoder<'_>) -> Result<Vec<u64>, LogError> {
    const PLACE: &str = "what.fields";
    let count = decoder.array().map_err(malformed(PLACE))?.ok_or(LogError::NonCanonical)?;
    // Every field takes a byte at least, so that a false count cannot ask for memory.
    let left = decoder.input().len().saturating_sub(decoder.position());
    let mut fields = Vec::with_capacity(left.min(usize::try_from(count).unwrap_or(usize::MAX)));
    for _ in 0..count {
        fields.push(read_number(PLACE, decoder)?);
    }
    Ok(fields)
}

fn read_detail<'b>(decoder: &mut Decoder<'b>) -> Result<Detail<'b>, LogError> {
    const PLACE: &str = "detail";
    let mut detail = Detail::default();
    let mut keys = Keys::begin(PLACE, decoder)?;
    while let Some(key) = keys.next(decoder)? {
        let value = match decoder.datatype().map_err(malformed(PLACE))? {
            Type::U8 | Type::U16 | Type::U32 | Type::U64 => DetailValue::Number(read_number(PLACE, decoder)?),
            Type::Bytes => DetailValue::Bytes(Cow::Borrowed(decoder.bytes().map_err(malformed(PLACE))?)),
            Type::String => DetailValue::Text(read_text(PLACE, decoder)?),
            _ => return Err(LogError::MalformedEntry { place: PLACE }),
        };
        detail.push_last(DetailKey(key), value);
    }
    Ok(detail)
}

fn read_number(place: &'static str, decoder: &mut Decoder<'_>) -> Result<u64, LogError> {
    decoder.u64().map_err(malformed(place))
}

fn read_bytes<const N: usize>(place: &'static str, decoder: &mut Decoder<'_>) -> Result<[u8; N], LogError> {
    let bytes = decoder.bytes().map_err(malformed(place))?;
    bytes.try_into().map_err(|_| LogError::MalformedEntry { place })
}

fn read_text<'b>(place: &'static str, decoder: &mut Decoder<'b>) -> Result<Cow<'b, str>, LogError> {
    decoder.str().map(Cow::Borrowed).map_err(malformed(place))
}

fn malformed(place: &'static str) -> impl Fn(minicbor::decode::Error) -> LogError {
    move |_| LogError::MalformedEntry { place }
}

/// The keys of one map, which must ascend.
struct Keys {
    place: &'static str,
    left: u64,
    last: Option<u64>,
}

impl Keys {
    fn begin(place: &'static str, decoder: &mut Decoder<'_>) -> Result<Self, LogError> {
        let left = decoder.map().map_err(malformed(place))?.ok_or(LogError::NonCanonical)?;
        Ok(Self { place, left, last: None })
    }

    fn next(&mut self, decoder: &mut Decoder<'_>) -> Result<Option<u64>, LogError> {
        let Some(left) = self.left.checked_sub(1) else { return Ok(None) };
        self.left = left;
        let key = read_number(self.place, decoder)?;
        if self.last.is_some_and(|last| key <= last) {
            return Err(LogError::NonCanonical);
        }
        self.last = Some(key);
        Ok(Some(key))
    }
}

/// A part that every entry, or every map of its kind, has.
trait Required<T> {
    fn required(self, place: &'static str) -> Result<T, LogError>;
}

impl<T> Required<T> for Option<T> {
    fn required(self, place: &'static str) -> Result<T, LogError> {
        self.ok_or(LogError::MissingKey { place })
    }
}
