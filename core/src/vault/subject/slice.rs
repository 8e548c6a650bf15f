//! The slice: log entries about a child's case, sealed to every device of the member who makes the report.
//!
//! For each device one part: an envelope to it, the length of what follows, the sealed entries (docs/formats.md, "Slice of the
//! log for a subject's report").

use minicbor::{Decoder, Encoder};
use zeroize::Zeroizing;

use crate::id::{MemberId, RecordId, VaultId};
use crate::keys::{Envelope, EnvelopeKey, KeyError, MemberKeys, PublicIdentity};
use crate::seal::{LabelledInput, ValueContext};

/// Length of the sealed key at the beginning of a part.
const ENVELOPE: usize = 1168;
/// Binds the key to its use.
const BINDING: &[u8] = b"saferoom/subject-slice";

/// What a slice holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::vault) struct Slice {
    /// The child's record.
    pub(in crate::vault) child: RecordId,
    /// Who cut it.
    pub(in crate::vault) by: MemberId,
    /// When: milliseconds since 1970, UTC.
    pub(in crate::vault) at: u64,
    /// The clear log entries, in the order of the logs.
    pub(in crate::vault) entries: Vec<Vec<u8>>,
}

impl Slice {
    /// Seals it to these devices.
    pub(in crate::vault) fn seal<'a>(
        &self,
        vault: VaultId,
        devices: impl Iterator<Item = &'a PublicIdentity>,
    ) -> Result<Vec<u8>, KeyError> {
        let plain = self.encode();
        let mut slice = Vec::new();
        for device in devices {
            let (key, envelope) = EnvelopeKey::for_member(vault, device, BINDING)?;
            let sealed = key.seal(&context(vault, self.child), &plain)?;
            slice.extend_from_slice(envelope.as_bytes());
            slice.extend_from_slice(&(sealed.len() as u64).to_be_bytes());
            slice.extend_from_slice(&sealed);
        }
        Ok(slice)
    }

    /// Opens the part that is for this device; none if there is none, or if what it holds is not about this child.
    pub(in crate::vault) fn open(vault: VaultId, child: RecordId, keys: &MemberKeys, slice: &[u8]) -> Option<Self> {
        let mut rest = slice;
        while !rest.is_empty() {
            let (part, after) = split(rest)?;
            if let Some(plain) = open_part(vault, child, keys, part) {
                return Self::decode(&plain).filter(|slice| slice.child == child);
            }
            rest = after;
        }
        None
    }

    /// Deterministic CBOR `[1, child, who cut it, when, [entry, ...]]`.
    pub(in crate::vault) fn encode(&self) -> Zeroizing<Vec<u8>> {
        let length: usize = self.entries.iter().map(|entry| entry.len() + 16).sum();
        let mut out = Encoder::new(Vec::with_capacity(length + 128));
        let mut write = || -> Result<(), minicbor::encode::Error<std::convert::Infallible>> {
            out.array(5)?.u64(1)?.bytes(self.child.as_bytes())?.bytes(self.by.as_bytes())?.u64(self.at)?;
            out.array(self.entries.len() as u64)?;
            self.entries.iter().try_for_each(|entry| out.bytes(entry).map(drop))
        };
        let written = write().is_ok();
        debug_assert!(written, "a Vec takes everything");
        Zeroizing::new(out.into_writer())
    }

    pub(in crate::vault) fn decode(bytes: &[u8]) -> Option<Self> {
        let mut input = Decoder::new(bytes);
        let begins = (input.array().ok()?, input.u64().ok()?) == (Some(5), 1);
        let child = RecordId::from_bytes(input.bytes().ok()?.try_into().ok()?);
        let by = MemberId::from_bytes(input.bytes().ok()?.try_into().ok()?);
        let at = input.u64().ok()?;
        let count = input.array().ok()??;
        let entries = (0..count).map(|_| input.bytes().map(<[u8]>::to_vec)).collect::<Result<_, _>>().ok()?;
        let slice = Self { child, by, at, entries };
        (begins && *slice.encode() == bytes).then_some(slice)
    }
}

/// An envelope and what is sealed under its key.
type Part<'a> = (&'a [u8], &'a [u8]);

/// The first part, and what follows it.
fn split(slice: &[u8]) -> Option<(Part<'_>, &[u8])> {
    let (envelope, rest) = slice.split_at_checked(ENVELOPE)?;
    let (length, rest) = rest.split_first_chunk::<8>()?;
    let (sealed, rest) = rest.split_at_checked(usize::try_from(u64::from_be_bytes(*length)).ok()?)?;
    Some(((envelope, sealed), rest))
}

fn open_part(
    vault: VaultId,
    child: RecordId,
    keys: &MemberKeys,
    (envelope, sealed): Part<'_>,
) -> Option<Zeroizing<Vec<u8>>> {
    let key = Envelope::from_bytes(envelope.to_vec()).open_as_member(keys, vault, BINDING).ok()?;
    let mut plain = Zeroizing::new(Vec::with_capacity(sealed.len()));
    key.open_onto(&context(vault, child), sealed, &mut plain).ok()?;
    Some(plain)
}

fn context(vault: VaultId, child: RecordId) -> ValueContext {
    ValueContext::new(LabelledInput::new("saferoom/subject-slice").part(vault.as_bytes()).part(child.as_bytes()))
}
