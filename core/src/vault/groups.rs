//! The groups of one revision as one byte string, and the head that signs them.
//!
//! Bytes: for each group `ordinal u16 || length u32 || group`, big-endian, ascending by ordinal. The ordinal is the number
//! of the data key within the scope's keyring, drawn at random: it does not say for which compartment it stands (the record's
//! kind, which is in clear, may; see docs/adr/0007).
//! A group that a revision carries over from an earlier one, because its author cannot open it, has the ordinal of its key
//! with the highest bit set; before the group stand the number of the revision that sealed it, and the device: 24 bytes.

use super::IntegrityError;
use crate::id::{DeviceId, RecordId, ScopeId, VaultId};
use crate::keys::Commitment;
use crate::seal::{LabelledInput, SealError, sha256};

const HEADER: usize = 6;

/// Set in the ordinal of a group that was carried over.
const CARRIED: u16 = 0x8000;

/// One group of a revision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Group<'a> {
    /// Number of its data key.
    pub(super) ordinal: u16,
    /// Number of the revision that sealed it, and the device; none if it is of the revision itself.
    pub(super) origin: Option<(u64, DeviceId)>,
    /// The sealed bytes.
    pub(super) sealed: &'a [u8],
}

/// Appends a group of an earlier revision as it is.
pub(super) fn carry_group(
    out: &mut Vec<u8>,
    group: &Group<'_>,
    number: u64,
    device: DeviceId,
) -> Result<(), SealError> {
    let (number, device) = group.origin.unwrap_or((number, device));
    push_group(out, group.ordinal | CARRIED, |out| {
        out.extend_from_slice(&number.to_be_bytes());
        out.extend_from_slice(device.as_bytes());
        out.extend_from_slice(group.sealed);
        Ok(())
    })
}

/// Appends a group that `seal` writes.
pub(super) fn push_group<E: From<SealError>>(
    out: &mut Vec<u8>,
    ordinal: u16,
    seal: impl FnOnce(&mut Vec<u8>) -> Result<(), E>,
) -> Result<(), E> {
    let start = out.len();
    out.extend_from_slice(&ordinal.to_be_bytes());
    out.extend_from_slice(&[0; 4]);
    seal(out)?;
    let length = u32::try_from(out.len() - start - HEADER).map_err(|_| SealError::TooLong)?;
    out[start + 2..start + HEADER].copy_from_slice(&length.to_be_bytes());
    Ok(())
}

/// Appends a group as it was read.
#[cfg(any(test, feature = "fuzzing"))]
pub(super) fn push_again(out: &mut Vec<u8>, group: &Group<'_>) -> Result<(), SealError> {
    match group.origin {
        Some((number, device)) => carry_group(out, group, number, device),
        None => push_group(out, group.ordinal, |out| {
            out.extend_from_slice(group.sealed);
            Ok(())
        }),
    }
}

/// Goes through the groups of a revision.
#[derive(Clone)]
pub(super) struct Groups<'a>(&'a [u8], Option<u16>);

impl<'a> Groups<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes, None)
    }

    fn split(&mut self) -> Option<Group<'a>> {
        let (ordinal, rest) = self.0.split_first_chunk::<2>()?;
        let (length, rest) = rest.split_first_chunk::<4>()?;
        let (group, rest) = rest.split_at_checked(u32::from_be_bytes(*length) as usize)?;
        let ordinal = u16::from_be_bytes(*ordinal);
        let key = ordinal & !CARRIED;
        let ascends = self.1.is_none_or(|last| last < key);
        (self.0, self.1) = (rest, Some(key));
        if !ascends || key == 0 {
            return None;
        }
        if ordinal == key {
            return Some(Group { ordinal: key, origin: None, sealed: group });
        }
        let (number, rest) = group.split_first_chunk::<8>()?;
        let (device, sealed) = rest.split_first_chunk::<16>()?;
        let origin = Some((u64::from_be_bytes(*number), DeviceId::from_bytes(*device)));
        Some(Group { ordinal: key, origin, sealed })
    }
}

impl<'a> Iterator for Groups<'a> {
    type Item = Result<Group<'a>, IntegrityError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let group = self.split().ok_or(IntegrityError::Head);
        if group.is_err() {
            self.0 = &[];
        }
        Some(group)
    }
}

/// What a head says beside its groups.
#[derive(Debug, Clone, Copy)]
pub(super) struct HeadParts {
    pub(super) vault: VaultId,
    pub(super) kind: u16,
    pub(super) scope: ScopeId,
    pub(super) record: RecordId,
    pub(super) parent: RecordId,
    pub(super) device: DeviceId,
    pub(super) number: u64,
    pub(super) previous: Option<[u8; 32]>,
}

impl HeadParts {
    /// Digest of the head. `commitment` gives the commitment of a data key by ordinal.
    pub(super) fn digest(
        &self,
        groups: &[u8],
        commitment: impl Fn(u16) -> Option<Commitment>,
    ) -> Result<[u8; 32], IntegrityError> {
        let mut input = LabelledInput::new("saferoom/head")
            .part(self.vault.as_bytes())
            .number(u64::from(self.kind))
            .part(self.scope.as_bytes())
            .part(self.record.as_bytes())
            .part(self.parent.as_bytes())
            .part(self.device.as_bytes())
            .number(self.number)
            .part(self.previous.as_ref().map_or(&[][..], |digest| digest));
        for group in Groups::new(groups) {
            let Group { ordinal, origin, sealed } = group?;
            let commitment = commitment(ordinal).ok_or(IntegrityError::Head)?;
            input = input.number(u64::from(ordinal)).part(&commitment).part(&sha256(sealed));
            if let Some((number, device)) = origin {
                input = input.number(number).part(device.as_bytes());
            }
        }
        Ok(sha256(input.as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_bytes_end_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = Groups::new(&bytes).collect::<Vec<_>>();
        }
    }

    #[test]
    fn groups_come_back_in_order() {
        let mut bytes = Vec::new();
        for (ordinal, group) in [(1, &b"one"[..]), (3, b"")] {
            push_group(&mut bytes, ordinal, |out| {
                out.extend_from_slice(group);
                Ok::<_, SealError>(())
            })
            .unwrap();
        }
        let groups: Result<Vec<_>, _> = Groups::new(&bytes).collect();
        let group = |ordinal, sealed| Group { ordinal, origin: None, sealed };
        let groups = groups.unwrap();
        assert_eq!(groups, [group(1, &b"one"[..]), group(3, b"")]);
        let device = DeviceId::random();
        let mut carried = Vec::new();
        carry_group(&mut carried, &groups[0], 4, device).unwrap();
        push_group(&mut carried, 3, |_| Ok::<_, SealError>(())).unwrap();
        let read: Result<Vec<_>, _> = Groups::new(&carried).collect();
        let origin = Some((4, device));
        assert_eq!(read.unwrap(), [Group { origin, ..groups[0] }, groups[1]]);
        let twice = [&bytes[..], &bytes[..]].concat();
        assert!(Groups::new(&twice).any(|group| group.is_err()));
        assert!(Groups::new(&bytes[..bytes.len() - 1]).any(|group| group.is_err()));
    }
}
