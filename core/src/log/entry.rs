//! One line of the log: who did what to which record, when, why and how it ended. Never a value, never a hash that
//! could be guessed.
//!
//! ```cddl
//! entry = {
//!   0: 1,                     ; version; another one is refused
//!   1: uint,                  ; seq: the index of the leaf
//!   2: uint,                  ; wall clock, ms since 1970 UTC; a claim
//!   3: uint,                  ; monotonic clock, ms since boot
//!   4: bstr .size 8,          ; boot: random, drawn at each start
//!   5: uint .size 2,          ; event
//!   7: 0 / 4 / 8 / 12,        ; outcome
//!   ? 8: { 0: pid, 1: text, 2: pid, ? 3: uint, ? 4: pid },
//!                             ; who: member, role, unit, way of authentication, on behalf of
//!   9: pid,                   ; device
//!   ? 10: { 0: text, ? 1: text, ? 2: uint, ? 3: hash },
//!                             ; why: HL7 code, local code, legal basis, commitment to the reason
//!   ? 11: { 0: pid, 1: uint, 2: [* uint], ? 3: uint, ? 4: hash, ? 5: uint, ? 6: pid },
//!                             ; what: record, kind, fields (ascending), revision, digest of the written head,
//!                             ;       index of the previous entry on the record, subject
//!   12: pid,                  ; operation: groups the entries of one call
//!   ? 13: { + uint => uint / bstr / text },  ; detail, see DetailKey
//!   14: bstr .size 16         ; blind: random, so that no leaf hash can be guessed
//! }
//! pid = bstr .size 16    hash = bstr .size 32    text = 1 to 1,024 bytes in NFC, no control characters
//! ```
//!
//! The encoding is deterministic CBOR (RFC 8949 section 4.2.1); [`Entry::decode`] refuses any other spelling. The
//! groups follow ISO 27789 and FHIR AuditEvent, the purposes HL7 PurposeOfUse, the outcomes DICOM PS3.15.

pub(crate) mod at_rest;
mod codec;
mod detail;
mod disclosure;
mod event;

use std::borrow::Cow;

pub use detail::{Detail, DetailKey, DetailValue};
pub use disclosure::{Disclosure, SALT_LENGTH};
pub use event::{Event, Outcome};

use super::{Hash, LogError, leaf_hash};
use crate::id::{DeviceId, MemberId, OperationId, RecordId, ScopeId};

/// The version of the entry format.
pub const ENTRY_VERSION: u64 = 1;

/// The longest encoded entry: tlog-tiles gives its length two bytes.
pub const MAX_ENTRY_LENGTH: usize = 65_535;

/// The longest text in an entry, in bytes of UTF-8.
pub const MAX_TEXT_LENGTH: usize = 1024;

/// Length of the random value that tells one start of the device from another.
pub const BOOT_LENGTH: usize = 8;

/// Length of the random value that keeps a leaf hash from being guessed.
pub const BLIND_LENGTH: usize = 16;

/// One entry of the log; about (operation, record).
///
/// Texts, bytes and field numbers can be borrowed, so that writing a thousand entries allocates for none of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry<'a> {
    /// The index of the leaf; counts from 0.
    pub seq: u64,
    /// The wall clock, in milliseconds since 1970 UTC: a claim of the device.
    pub wall_ms: u64,
    /// The monotonic clock, in milliseconds since boot, which goes on in sleep.
    pub monotonic_ms: u64,
    /// Random, drawn at each start: monotonic times compare only within one boot.
    pub boot: [u8; BOOT_LENGTH],
    /// What happened.
    pub event: Event,
    /// How it ended.
    pub outcome: Outcome,
    /// Who did it; absent if nobody was signed in.
    pub actor: Option<Actor<'a>>,
    /// The device that keeps the log.
    pub device: DeviceId,
    /// The purpose and the reason.
    pub why: Option<Why<'a>>,
    /// The record concerned.
    pub what: Option<What<'a>>,
    /// The call of the host that this entry belongs to.
    pub operation: OperationId,
    /// What only this kind of event has to say.
    pub detail: Option<Detail<'a>>,
    /// 16 fresh random bytes.
    pub blind: [u8; BLIND_LENGTH],
}

impl<'a> Entry<'a> {
    /// Appends the one encoding of this entry to `out`; leaves `out` as it was if there is none.
    ///
    /// # Errors
    /// [`LogError::InvalidValue`], [`LogError::EntryTooLong`].
    pub fn encode_into(&self, out: &mut Vec<u8>) -> Result<(), LogError> {
        codec::encode(self, out)
    }

    /// The one encoding of this entry: the bytes that are hashed.
    ///
    /// # Errors
    /// See [`Entry::encode_into`].
    pub fn encode(&self) -> Result<Vec<u8>, LogError> {
        let mut out = Vec::with_capacity(256);
        self.encode_into(&mut out)?;
        Ok(out)
    }

    /// The entry with exactly these bytes; borrows its texts from them.
    ///
    /// # Errors
    /// [`LogError::EntryTooLong`], [`LogError::MalformedEntry`], [`LogError::UnknownVersion`],
    /// [`LogError::MissingKey`], [`LogError::UnknownKey`], [`LogError::InvalidValue`], [`LogError::NonCanonical`].
    pub fn decode(bytes: &'a [u8]) -> Result<Self, LogError> {
        codec::decode(bytes)
    }

    /// The hash of the leaf that this entry is.
    ///
    /// # Errors
    /// See [`Entry::encode_into`].
    pub fn leaf_hash(&self) -> Result<Hash, LogError> {
        Ok(leaf_hash(&self.encode()?))
    }

    /// The same entry, borrowing nothing.
    #[must_use]
    pub fn into_owned(self) -> Entry<'static> {
        Entry {
            actor: self.actor.map(Actor::into_owned),
            why: self.why.map(Why::into_owned),
            what: self.what.map(What::into_owned),
            detail: self.detail.map(Detail::into_owned),
            ..self
        }
    }
}

/// Who did it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor<'a> {
    /// The member, by pseudonym.
    pub member: MemberId,
    /// The role in which the member acted, as the access policy names it.
    pub role: Cow<'a, str>,
    /// The unit for which the member acted.
    pub unit: ScopeId,
    /// How the member authenticated, as the access policy numbers it.
    pub authentication: Option<u64>,
    /// The member on whose behalf it was done.
    pub on_behalf_of: Option<MemberId>,
}

impl Actor<'_> {
    fn into_owned(self) -> Actor<'static> {
        Actor { role: Cow::Owned(self.role.into_owned()), ..self }
    }
}

/// The purpose, and a commitment to the reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Why<'a> {
    /// A code of HL7 PurposeOfUse, such as `HLEGAL`.
    pub hl7: Cow<'a, str>,
    /// The child-protection purpose under it, such as `forensic-interview`.
    pub local: Option<Cow<'a, str>>,
    /// The legal basis, as the access policy numbers it.
    pub legal_basis: Option<u64>,
    /// The commitment to the reason in the member's own words, see [`Disclosure`].
    pub commitment: Option<Hash>,
}

impl Why<'_> {
    fn into_owned(self) -> Why<'static> {
        Why {
            hl7: Cow::Owned(self.hl7.into_owned()),
            local: self.local.map(|local| Cow::Owned(local.into_owned())),
            ..self
        }
    }
}

/// The record concerned, and which of its fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct What<'a> {
    /// The record, by pseudonym.
    pub record: RecordId,
    /// The kind of record, as the catalogue numbers it.
    pub kind: u64,
    /// The numbers of the fields, ascending. Empty where no field was touched: a denial, an erasure.
    pub fields: Cow<'a, [u64]>,
    /// The revision that was read or written.
    pub revision: Option<u64>,
    /// The digest of the written head.
    pub head: Option<Hash>,
    /// The index of the previous entry on the same record; absent in the first.
    pub previous: Option<u64>,
    /// The child or other person whom the record is about, by pseudonym.
    pub subject: Option<RecordId>,
}

impl What<'_> {
    fn into_owned(self) -> What<'static> {
        What { fields: Cow::Owned(self.fields.into_owned()), ..self }
    }
}

#[cfg(test)]
pub(super) mod tests;
