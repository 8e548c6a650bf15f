//! A hand-in: records of a submission, signed by who submits them. In a packet to a station it is one part; in the same
//! vault it is sealed into a circle. Either way it is re-sealed into its place when the station accepts it.
//!
//! Ids are temporary: they only say which record stands below which. A record without a parent stands below the unit.

use std::collections::BTreeSet;

use minicbor::decode::Error as DecodeError;
use minicbor::{Decoder, Encoder};
use zeroize::Zeroizing;

use super::cbor::{expect_array, fixed, list, optional, refused};
use super::{ContentKind, PacketError, PacketSigner};
use crate::id::{RecordId, ScopeId};
use crate::keys::{Signature, VerifyingKey};
use crate::model::{Catalogue, DynamicRecord, FieldBuffer, FieldNumber, RecordKind};
use crate::seal::LabelledInput;

const VERSION: u64 = 1;
const MAX_RECORDS: usize = 4096;
const MAX_FIELDS: u64 = 4096;
const MALFORMED: PacketError = PacketError::Content { kind: ContentKind::HAND_IN };

/// Records that are handed in to a unit.
#[derive(Debug, Clone)]
pub struct HandIn {
    /// The unit.
    pub unit: ScopeId,
    /// When, by the clock of who submits: milliseconds since 1970, UTC.
    pub submitted_at: u64,
    /// The records, parents before their children.
    pub records: Vec<HandInRecord>,
}

/// One record of a hand-in.
#[derive(Debug, Clone)]
pub struct HandInRecord {
    /// Temporary id, within the hand-in.
    pub id: RecordId,
    /// The record above it; none: the unit.
    pub parent: Option<RecordId>,
    /// Number of its kind; perhaps one that this release does not know.
    pub kind: u16,
    /// Its values, encoded as they are stored.
    pub fields: FieldBuffer,
}

impl HandInRecord {
    /// A record with a temporary id.
    ///
    /// # Errors
    /// [`PacketError::Content`] if a value cannot be encoded.
    pub fn of(id: RecordId, parent: Option<RecordId>, record: &DynamicRecord) -> Result<Self, PacketError> {
        let mut fields = FieldBuffer::new();
        record.encode(&mut fields).map_err(|_| MALFORMED)?;
        Ok(Self { id, parent, kind: record.spec().kind.number(), fields })
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
        DynamicRecord::decode(spec, &self.fields).map_err(|_| MALFORMED)
    }
}

/// A hand-in with the signature of who submits it.
#[derive(Clone)]
pub struct SignedHandIn {
    hand_in: HandIn,
    submitter: VerifyingKey,
    body: Zeroizing<Vec<u8>>,
    signature: Signature,
}

impl HandIn {
    /// Signs it.
    ///
    /// # Errors
    /// [`PacketError::Content`] if it has no record or more than 4096, a temporary id comes twice, or a parent does not
    /// stand before its child.
    pub fn sign(self, submitter: &dyn PacketSigner) -> Result<SignedHandIn, PacketError> {
        self.check().map_err(|_| MALFORMED)?;
        let body = self.encode();
        let signature = submitter.sign(signed_bytes(&body).as_bytes());
        Ok(SignedHandIn { submitter: submitter.address().verifying_key, hand_in: self, body, signature })
    }

    fn check(&self) -> Result<(), DecodeError> {
        let mut seen = BTreeSet::new();
        for record in &self.records {
            if record.parent.is_some_and(|parent| !seen.contains(&parent)) || !seen.insert(record.id) {
                return Err(refused("records out of order"));
            }
        }
        if (1..=MAX_RECORDS).contains(&seen.len()) { Ok(()) } else { Err(refused("number of records")) }
    }

    fn encode(&self) -> Zeroizing<Vec<u8>> {
        let values = |record: &HandInRecord| record.fields.iter().map(|(_, value)| value.len() + 20).sum::<usize>();
        let length = 64 + self.records.iter().map(|record| 64 + values(record)).sum::<usize>();
        // Room for all at once: growing would leave copies behind.
        let mut out = Encoder::new(Vec::with_capacity(length));
        let written = self.write(&mut out).is_ok();
        debug_assert!(written, "a Vec takes everything");
        Zeroizing::new(out.into_writer())
    }

    fn write(&self, out: &mut super::cbor::Writer) -> super::cbor::Written {
        out.array(4)?.u64(VERSION)?.bytes(self.unit.as_bytes())?.u64(self.submitted_at)?;
        out.array(self.records.len() as u64)?;
        self.records.iter().try_for_each(|record| record.write(out))
    }

    fn read(input: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        expect_array(input, 4)?;
        if input.u64()? != VERSION {
            return Err(refused("version"));
        }
        let hand_in = Self {
            unit: ScopeId::from_bytes(fixed(input)?),
            submitted_at: input.u64()?,
            records: list(input, MAX_RECORDS as u64, HandInRecord::read)?,
        };
        hand_in.check()?;
        Ok(hand_in)
    }
}

impl HandInRecord {
    pub(super) fn write(&self, out: &mut super::cbor::Writer) -> super::cbor::Written {
        out.array(4)?.bytes(self.id.as_bytes())?;
        super::cbor::write_optional_bytes(out, self.parent.as_ref().map(|parent| &parent.as_bytes()[..]))?;
        out.u16(self.kind)?.array(self.fields.len() as u64)?;
        for (number, value) in self.fields.iter() {
            out.array(2)?.u64(number.get())?.bytes(value)?;
        }
        Ok(())
    }

    pub(super) fn read(input: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        expect_array(input, 4)?;
        let id = RecordId::from_bytes(fixed(input)?);
        let parent = optional(input, |input| Ok(RecordId::from_bytes(fixed(input)?)))?;
        let kind = input.u16()?;
        let mut fields = FieldBuffer::new();
        let count = input.array()?.filter(|count| *count <= MAX_FIELDS).ok_or_else(|| refused("number of fields"))?;
        for _ in 0..count {
            expect_array(input, 2)?;
            let number = FieldNumber::checked(input.u64()?).ok_or_else(|| refused("field number"))?;
            fields.push(number, input.bytes()?).map_err(|_| refused("fields out of order"))?;
        }
        Ok(Self { id, parent, kind, fields })
    }
}

// The body holds what is handed in, in clear.
impl std::fmt::Debug for SignedHandIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SignedHandIn({} records, redacted)", self.hand_in.records.len())
    }
}

impl SignedHandIn {
    /// What is handed in.
    #[must_use]
    pub fn hand_in(&self) -> &HandIn {
        &self.hand_in
    }

    /// Whose signature it bears. It was verified; who that is, the station knows.
    #[must_use]
    pub fn submitter(&self) -> VerifyingKey {
        self.submitter
    }

    /// The bytes of the part: deterministic CBOR `[1, submitter, signature, body]`.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let mut out = Encoder::new(Vec::with_capacity(self.body.len() + 128));
        let mut write = || -> super::cbor::Written {
            out.array(4)?.u64(VERSION)?.bytes(self.submitter.as_bytes())?.bytes(&self.signature)?.bytes(&self.body)?;
            Ok(())
        };
        let written = write().is_ok();
        debug_assert!(written, "a Vec takes everything");
        Zeroizing::new(out.into_writer())
    }

    /// Reads the bytes of the part and verifies the signature.
    ///
    /// # Errors
    /// [`PacketError::Content`], [`PacketError::TooNew`], [`PacketError::BadSignature`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, PacketError> {
        let mut input = Decoder::new(bytes);
        let mut begin = || Ok::<_, DecodeError>((input.array()?, input.u64()?));
        match begin().map_err(|_| MALFORMED)? {
            (_, version) if version > VERSION => return Err(PacketError::TooNew),
            (Some(4), VERSION) => (),
            _ => return Err(MALFORMED),
        }
        let read = |input: &mut Decoder<'_>| {
            let (submitter, signature) = (VerifyingKey::from_bytes(fixed(input)?), fixed(input)?);
            let body = Zeroizing::new(input.bytes()?.to_vec());
            let hand_in = HandIn::read(&mut Decoder::new(&body))?;
            Ok::<_, DecodeError>(Self { hand_in, submitter, body, signature })
        };
        let signed = read(&mut input).map_err(|_| MALFORMED)?;
        if *signed.to_bytes() != bytes || signed.hand_in.encode() != signed.body {
            return Err(MALFORMED);
        }
        if !signed.submitter.verifies(signed_bytes(&signed.body).as_bytes(), &signed.signature) {
            return Err(PacketError::BadSignature);
        }
        Ok(signed)
    }
}

/// What is signed names the unit in the body: a hand-in to one unit is none to another.
fn signed_bytes(body: &[u8]) -> LabelledInput {
    LabelledInput::new("saferoom/hand-in").part(body)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::{Identity, PacketKeyPair};
    use crate::model::samples::example;
    use crate::model::{Record, catalogue, records};

    fn hand_in() -> HandIn {
        let id = |byte| RecordId::from_bytes([byte; 16]);
        let record = |at, parent, spec| HandInRecord::of(id(at), parent, &example(spec)).unwrap();
        HandIn {
            unit: ScopeId::from_bytes([1; 16]),
            submitted_at: 1_800_000_000_000,
            records: vec![
                record(2, None, records::Case::spec()),
                record(3, Some(id(2)), records::Child::spec()),
                record(4, Some(id(2)), records::Interview::spec()),
            ],
        }
    }

    #[test]
    fn what_is_handed_in_is_never_printed() {
        let signed = hand_in().sign(&Identity::generate()).unwrap();
        let count = signed.hand_in().records.len();
        assert_eq!(format!("{signed:?}"), format!("SignedHandIn({count} records, redacted)"));
    }

    #[test]
    fn records_come_back_as_they_were_submitted() {
        let officer = Identity::generate();
        let signed = hand_in().sign(&officer).unwrap();
        let bytes = signed.to_bytes();
        let read = SignedHandIn::from_bytes(&bytes).unwrap();
        assert_eq!(read.submitter(), officer.public().verifying_key);
        assert_eq!(read.hand_in().unit, ScopeId::from_bytes([1; 16]));
        let records = &read.hand_in().records;
        assert_eq!(records[1].parent, Some(records[0].id));
        let child = records[1].record(catalogue()).unwrap();
        assert_eq!(child, example(records::Child::spec()));
        assert!(!format!("{read:?}").contains("Example"));
    }

    #[test]
    fn any_flipped_byte_is_an_error() {
        let bytes = hand_in().sign(&PacketKeyPair::generate()).unwrap().to_bytes();
        for at in (0..bytes.len()).step_by(7) {
            let mut flipped = bytes.to_vec();
            flipped[at] ^= 0x20;
            assert!(SignedHandIn::from_bytes(&flipped).is_err(), "byte {at}");
        }
        assert!(SignedHandIn::from_bytes(&bytes[..bytes.len() - 1]).is_err());
    }

    #[test]
    fn the_order_of_records_and_unknown_kinds_are_checked() {
        let officer = PacketKeyPair::generate();
        let refused = |change: fn(&mut HandIn)| {
            let mut changed = hand_in();
            change(&mut changed);
            changed.sign(&officer).err()
        };
        assert_eq!(refused(|hand_in| hand_in.records.clear()), Some(MALFORMED));
        assert_eq!(refused(|hand_in| hand_in.records.swap(0, 1)), Some(MALFORMED));
        assert_eq!(refused(|hand_in| hand_in.records[2].id = hand_in.records[1].id), Some(MALFORMED));
        assert_eq!(refused(|hand_in| hand_in.records[2].parent = Some(hand_in.records[2].id)), Some(MALFORMED));

        let mut newer = hand_in();
        newer.records[2].kind = 999;
        newer.records[1].fields.push(FieldNumber::new(1 << 31), &[0xF5]).unwrap();
        let read = SignedHandIn::from_bytes(&newer.sign(&officer).unwrap().to_bytes()).unwrap();
        assert_eq!(read.hand_in().records[2].record(catalogue()), Err(PacketError::TooNew));
        assert_eq!(read.hand_in().records[1].record(catalogue()), Err(PacketError::TooNew));
    }
}
