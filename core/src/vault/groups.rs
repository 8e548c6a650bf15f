//! The groups of one revision as one byte string, and the head that signs them.
//!
//! Bytes: for each group `ordinal u16 || length u32 || group`, big-endian, ascending by ordinal. The ordinal is the number
//! of the data key within the scope's keyring, drawn at random: it does not say for which compartment it stands (the record's
//! kind, which is in clear, may; see docs/adr/0007).
//! Ordinals from 0x8000 are kept for groups that a revision carries over from an earlier one.

use super::IntegrityError;
use crate::id::{DeviceId, RecordId, ScopeId, VaultId};
use crate::keys::Commitment;
use crate::seal::{LabelledInput, SealError, sha256};

const HEADER: usize = 6;

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

/// Goes through the groups of a revision.
#[derive(Clone)]
pub(super) struct Groups<'a>(&'a [u8], Option<u16>);

impl<'a> Groups<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes, None)
    }

    fn split(&mut self) -> Option<(u16, &'a [u8])> {
        let (ordinal, rest) = self.0.split_first_chunk::<2>()?;
        let (length, rest) = rest.split_first_chunk::<4>()?;
        let (group, rest) = rest.split_at_checked(u32::from_be_bytes(*length) as usize)?;
        let ordinal = u16::from_be_bytes(*ordinal);
        let ascends = self.1.is_none_or(|last| last < ordinal);
        (self.0, self.1) = (rest, Some(ordinal));
        (ascends && (1..0x8000).contains(&ordinal)).then_some((ordinal, group))
    }
}

impl<'a> Iterator for Groups<'a> {
    type Item = Result<(u16, &'a [u8]), IntegrityError>;

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
            let (ordinal, group) = group?;
            let commitment = commitment(ordinal).ok_or(IntegrityError::Head)?;
            input = input.number(u64::from(ordinal)).part(&commitment).part(&sha256(group));
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
        assert_eq!(groups.unwrap(), [(1, &b"one"[..]), (3, b"")]);
        let twice = [&bytes[..], &bytes[..]].concat();
        assert!(Groups::new(&twice).any(|group| group.is_err()));
        assert!(Groups::new(&bytes[..bytes.len() - 1]).any(|group| group.is_err()));
    }
}
