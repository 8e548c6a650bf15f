//! A referral on its way: what a service is told, the manifest of what that is, and what the service answers.
//!
//! The referral carries a *ticket*: bytes that only the vault of the sender can open, which say which referral it is. It
//! comes back with every answer, so that no id of a record leaves. The manifest lists each field that is told, and
//! belongs to these bytes alone.

use minicbor::decode::Error as DecodeError;
use minicbor::{Decoder, Encoder};
use zeroize::Zeroizing;

use super::cbor::{
    Writer, Written, expect_array, fixed, list, optional, refused, versioned, write_optional_number, written,
};
use super::{ContentKind, PacketError};
use crate::model::{Catalogue, Code, DynamicRecord, FieldBuffer, FieldNumber, RecordKind};
use crate::seal::sha256;

const MAX_RECORDS: u64 = 1024;
const MAX_FIELDS: u64 = 4096;
const MAX_TICKET: usize = 512;
/// Longest text of the sender's own in a manifest, in bytes.
const MAX_NAME: usize = 64;
/// Longest name of who answers, in bytes.
const MAX_BY: usize = 256;
/// Longest report of a service, in bytes.
pub const MAX_FEEDBACK: usize = 8192;

const REFERRAL: PacketError = PacketError::Content { kind: ContentKind::REFERRAL };

/// What a service is told of a child.
#[derive(Clone)]
pub struct ReferralPart {
    /// Comes back with every answer.
    pub ticket: Vec<u8>,
    /// The records, with the fields that are told.
    pub records: Vec<ToldRecord>,
}

/// One record of a referral, without its id.
#[derive(Clone)]
pub struct ToldRecord {
    /// Number of its kind; perhaps one that this release does not know.
    pub kind: u16,
    /// The values that are told, encoded as they are stored.
    pub fields: FieldBuffer,
}

impl ToldRecord {
    /// What is told of a record: all that it holds.
    ///
    /// # Errors
    /// [`PacketError::Content`] if a value cannot be encoded.
    pub fn of(record: &DynamicRecord) -> Result<Self, PacketError> {
        let mut fields = FieldBuffer::new();
        record.encode(&mut fields).map_err(|_| REFERRAL)?;
        Ok(Self { kind: record.spec().kind.number(), fields })
    }

    /// The record, by this catalogue. Nothing of it is left out.
    ///
    /// # Errors
    /// [`PacketError::TooNew`] if the catalogue lacks its kind or one of its fields; [`PacketError::Content`] for a
    /// malformed value.
    pub fn record(&self, catalogue: &Catalogue) -> Result<DynamicRecord, PacketError> {
        let spec = RecordKind::from_number(self.kind).and_then(|kind| catalogue.by_kind(kind));
        let spec = spec.ok_or(PacketError::TooNew)?;
        if self.fields.iter().any(|(number, _)| spec.field(number).is_none()) {
            return Err(PacketError::TooNew);
        }
        DynamicRecord::decode(spec, &self.fields).map_err(|_| REFERRAL)
    }

    /// Its field numbers.
    fn numbers(&self) -> Vec<u64> {
        self.fields.iter().map(|(number, _)| number.get()).collect()
    }

    fn read(input: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        expect_array(input, 2)?;
        let kind = input.u16()?;
        let mut fields = FieldBuffer::new();
        let count = input.array()?.filter(|count| (1..=MAX_FIELDS).contains(count));
        for _ in 0..count.ok_or_else(|| refused("number of fields"))? {
            expect_array(input, 2)?;
            let number = FieldNumber::checked(input.u64()?).ok_or_else(|| refused("field number"))?;
            fields.push(number, input.bytes()?).map_err(|_| refused("fields out of order"))?;
        }
        Ok(Self { kind, fields })
    }
}

impl std::fmt::Debug for ToldRecord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ToldRecord({} fields, redacted)", self.fields.len())
    }
}

impl ReferralPart {
    /// The bytes of the part: `[1, ticket, [[kind, [[field number, value], ...]], ...]]`.
    #[must_use]
    pub fn encode(&self) -> Zeroizing<Vec<u8>> {
        let values = |record: &ToldRecord| record.fields.iter().map(|(_, value)| value.len() + 20).sum::<usize>();
        let length = 64 + self.ticket.len() + self.records.iter().map(|record| 32 + values(record)).sum::<usize>();
        // Room for all at once: growing would leave copies behind.
        let mut out = Encoder::new(Vec::with_capacity(length));
        let done = self.write(&mut out).is_ok();
        debug_assert!(done, "a Vec takes everything");
        Zeroizing::new(out.into_writer())
    }

    fn write(&self, out: &mut Writer) -> Written {
        out.array(3)?.u64(1)?.bytes(&self.ticket)?.array(self.records.len() as u64)?;
        for record in &self.records {
            out.array(2)?.u16(record.kind)?.array(record.fields.len() as u64)?;
            for (number, value) in record.fields.iter() {
                out.array(2)?.u64(number.get())?.bytes(value)?;
            }
        }
        Ok(())
    }

    /// Reads the bytes of the part.
    ///
    /// # Errors
    /// [`PacketError::Content`], [`PacketError::TooNew`].
    pub fn decode(bytes: &[u8]) -> Result<Self, PacketError> {
        let read = |input: &mut Decoder<'_>| {
            let ticket = ticket(input)?;
            let records = list(input, MAX_RECORDS, ToldRecord::read)?;
            if records.is_empty() { Err(refused("tells nothing")) } else { Ok(Self { ticket, records }) }
        };
        versioned(bytes, (1, 3), REFERRAL, read, |part| part.encode().to_vec())
    }
}

impl std::fmt::Debug for ReferralPart {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ReferralPart({} records, redacted)", self.records.len())
    }
}

/// Which fields a referral tells, and on what ground: the share manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShareManifest {
    /// SHA-256 of the referral's bytes.
    pub referral: [u8; 32],
    /// What for, of the list `consent_purpose`.
    pub purpose: String,
    /// Kind of recipient, of the consent rules.
    pub recipient_kind: String,
    /// Edition of the consent rules by which it was decided.
    pub edition: String,
    /// The ground on which it is told without consent; none: child and guardian agreed, as far as the rules ask.
    pub ground: Option<String>,
    /// Each record of the referral, in its order: number of its kind, numbers of its fields.
    pub records: Vec<(u16, Vec<u64>)>,
}

const MANIFEST: PacketError = PacketError::Content { kind: ContentKind::SHARE_MANIFEST };

impl ShareManifest {
    /// What a referral tells.
    #[must_use]
    pub fn fields_of(referral: &ReferralPart) -> Vec<(u16, Vec<u64>)> {
        referral.records.iter().map(|record| (record.kind, record.numbers())).collect()
    }

    /// The bytes of the part: `[1, digest, purpose, recipient kind, edition, ground or null, [[kind, [number, ...]], ...]]`.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        written(|out| {
            out.array(7)?.u64(1)?.bytes(&self.referral)?;
            out.str(&self.purpose)?.str(&self.recipient_kind)?.str(&self.edition)?;
            write_optional_text(out, self.ground.as_deref())?;
            out.array(self.records.len() as u64)?;
            for (kind, numbers) in &self.records {
                out.array(2)?.u16(*kind)?.array(numbers.len() as u64)?;
                numbers.iter().try_for_each(|number| out.u64(*number).map(drop))?;
            }
            Ok(())
        })
    }

    /// Reads the bytes of the part.
    ///
    /// # Errors
    /// [`PacketError::Content`], [`PacketError::TooNew`].
    pub fn decode(bytes: &[u8]) -> Result<Self, PacketError> {
        let record = |input: &mut Decoder<'_>| {
            expect_array(input, 2)?;
            Ok((input.u16()?, list(input, MAX_FIELDS, |input| input.u64())?))
        };
        let read = |input: &mut Decoder<'_>| {
            Ok(Self {
                referral: fixed(input)?,
                purpose: short(input, MAX_NAME)?,
                recipient_kind: short(input, MAX_NAME)?,
                edition: short(input, MAX_NAME)?,
                ground: optional(input, |input| short(input, MAX_NAME))?,
                records: list(input, MAX_RECORDS, record)?,
            })
        };
        versioned(bytes, (1, 7), MANIFEST, read, Self::encode)
    }

    /// Whether a referral, of these bytes, tells exactly what the manifest lists.
    ///
    /// # Errors
    /// [`PacketError::ShareManifest`].
    pub fn verify(&self, bytes: &[u8], referral: &ReferralPart) -> Result<(), PacketError> {
        let holds = sha256(bytes) == self.referral && Self::fields_of(referral) == self.records;
        if holds { Ok(()) } else { Err(PacketError::ShareManifest) }
    }
}

/// What a service answers to a referral.
#[derive(Clone, PartialEq, Eq)]
pub struct ReferralAnswer {
    /// The referral's ticket, as it came.
    pub ticket: Vec<u8>,
    /// Where the referral stands now, of the list `referral_status`.
    pub state: String,
    /// What came of it, of the list `service_outcome`.
    pub outcome: Option<String>,
    /// Why it was declined, of the list `decline_reason`.
    pub decline_reason: Option<String>,
    /// When the child is expected: milliseconds since 1970, UTC.
    pub appointment_at: Option<u64>,
    /// Who answers: name and function; may be empty.
    pub by: String,
    /// When, by the clock of who answers.
    pub at: u64,
    /// What the service reports, up to 8192 bytes; may be empty.
    pub feedback: String,
}

const ANSWER: PacketError = PacketError::Content { kind: ContentKind::REFERRAL_ANSWER };

impl ReferralAnswer {
    /// The bytes of the part:
    /// `[1, ticket, state, outcome or null, decline reason or null, appointment or null, by, at, feedback]`.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        written(|out| {
            out.array(9)?.u64(1)?.bytes(&self.ticket)?.str(&self.state)?;
            write_optional_text(out, self.outcome.as_deref())?;
            write_optional_text(out, self.decline_reason.as_deref())?;
            write_optional_number(out, self.appointment_at)?;
            out.str(&self.by)?.u64(self.at)?.str(&self.feedback)?;
            Ok(())
        })
    }

    /// Reads the bytes of the part.
    ///
    /// # Errors
    /// [`PacketError::Content`], [`PacketError::TooNew`].
    pub fn decode(bytes: &[u8]) -> Result<Self, PacketError> {
        let read = |input: &mut Decoder<'_>| {
            Ok(Self {
                ticket: ticket(input)?,
                state: code(input)?,
                outcome: optional(input, code)?,
                decline_reason: optional(input, code)?,
                appointment_at: optional(input, |input| input.u64())?,
                by: short(input, MAX_BY)?,
                at: input.u64()?,
                feedback: words(input)?,
            })
        };
        versioned(bytes, (1, 9), ANSWER, read, Self::encode)
    }

    /// Whether it can be sent: codes that are codes, and texts no longer than they may be.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        Self::decode(&self.encode()).is_ok()
    }
}

impl std::fmt::Debug for ReferralAnswer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ReferralAnswer(redacted)")
    }
}

fn ticket(input: &mut Decoder<'_>) -> Result<Vec<u8>, DecodeError> {
    let ticket = input.bytes()?;
    if (1..=MAX_TICKET).contains(&ticket.len()) { Ok(ticket.to_vec()) } else { Err(refused("length of the ticket")) }
}

fn code(input: &mut Decoder<'_>) -> Result<String, DecodeError> {
    let text = short(input, MAX_NAME)?;
    if Code::parse(&text).is_ok() { Ok(text) } else { Err(refused("no code")) }
}

fn short(input: &mut Decoder<'_>, longest: usize) -> Result<String, DecodeError> {
    let text = input.str()?;
    let fits = text.len() <= longest && !text.chars().any(char::is_control);
    if fits { Ok(text.to_owned()) } else { Err(refused("text")) }
}

fn words(input: &mut Decoder<'_>) -> Result<String, DecodeError> {
    let text = input.str()?;
    let control = |letter: char| letter.is_control() && letter != '\n';
    if text.len() > MAX_FEEDBACK || text.chars().any(control) { Err(refused("text")) } else { Ok(text.to_owned()) }
}

fn write_optional_text(out: &mut Writer, text: Option<&str>) -> Written {
    match text {
        Some(text) => out.str(text)?,
        None => out.null()?,
    };
    Ok(())
}

#[cfg(test)]
mod tests;
