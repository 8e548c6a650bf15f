//! Keys of the statistics: what seals one compartment's section of a row, and the link that leads from a case to its row.
//!
//! A row lies under a random id and is sealed to the statistics circle by an [`EnvelopeKey`](super::EnvelopeKey) of its own: an
//! envelope for several rows would tell the circle which of them were written in one sign-in. The link is sealed under the data
//! keys of the case; with them it dies.

use std::fmt;

use ring::hmac;
use zeroize::Zeroizing;

use super::{DataKey, KeyError};
use crate::id::{RecordId, ScopeId, VaultId};
use crate::seal::{LabelledInput, Secret, ValueContext, derive_secret, hmac_key};

/// Bytes of a link before it is sealed: the row's id, the secret of its slots, the key of the section.
pub const LINK_LENGTH: usize = 16 + 32 + 32;

/// Seals and opens one compartment's section of a row.
#[derive(Clone, PartialEq, Eq)]
pub struct SectionKey(Secret);

impl SectionKey {
    pub(super) fn new(secret: Secret) -> Self {
        Self(secret)
    }

    /// Seals a section in its row.
    ///
    /// # Errors
    /// Never in practice.
    pub fn seal(&self, vault: VaultId, row: &[u8; 16], compartment: u8, plain: &[u8]) -> Result<Vec<u8>, KeyError> {
        Ok(section_context(vault, row, compartment).seal(&self.0, plain)?)
    }

    /// Opens a section of this row.
    ///
    /// # Errors
    /// [`KeyError::Wrap`] if it is of another row or compartment, or was changed.
    pub fn open(
        &self,
        vault: VaultId,
        row: &[u8; 16],
        compartment: u8,
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let mut plain = Zeroizing::new(Vec::with_capacity(sealed.len()));
        section_context(vault, row, compartment).open_onto(&self.0, sealed, &mut plain)?;
        Ok(plain)
    }
}

impl fmt::Debug for SectionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SectionKey(redacted)")
    }
}

/// Names the records of a case within its row. In no place but the links: who holds the row alone cannot tell which record a
/// number stands for.
#[derive(Clone, PartialEq, Eq)]
pub struct RowSlots(Secret);

impl RowSlots {
    /// Of a new row.
    #[must_use]
    pub fn generate() -> Self {
        Self(Secret::generate())
    }

    /// The number under which a record stands in the row.
    #[must_use]
    pub fn slot(&self, record: RecordId) -> u64 {
        let tag = hmac::sign(&hmac_key(&self.0), record.as_bytes());
        let mut slot = [0; 8];
        slot.copy_from_slice(&tag.as_ref()[..8]);
        // 0 is the case itself.
        u64::from_be_bytes(slot).max(1)
    }
}

/// What leads from a case to its row, for whoever holds the data key of one compartment: enough to write that compartment's
/// section again, and no other.
#[derive(Clone, PartialEq, Eq)]
pub struct StatisticsLink {
    /// The row.
    pub row: [u8; 16],
    /// Names the records of the case within the row.
    pub slots: RowSlots,
    /// Seals the section of the compartment.
    pub section: SectionKey,
}

impl StatisticsLink {
    /// Seals the link under a data key of the case.
    ///
    /// # Errors
    /// Never in practice.
    pub fn seal(&self, key: &DataKey, vault: VaultId, scope: ScopeId, ordinal: u16) -> Result<Vec<u8>, KeyError> {
        let mut plain = Zeroizing::new([0; LINK_LENGTH]);
        plain[..16].copy_from_slice(&self.row);
        plain[16..48].copy_from_slice(self.slots.0.expose());
        plain[48..].copy_from_slice(self.section.0.expose());
        Ok(link_context(vault, scope, ordinal).seal(&link_key(key), &plain[..])?)
    }

    /// Opens a link.
    ///
    /// # Errors
    /// [`KeyError::Wrap`] if it is of another case or key, or was changed.
    pub fn open(key: &DataKey, vault: VaultId, scope: ScopeId, ordinal: u16, sealed: &[u8]) -> Result<Self, KeyError> {
        let malformed = || KeyError::Wrap(crate::seal::SealError::Malformed);
        let mut plain = Zeroizing::new(Vec::with_capacity(LINK_LENGTH));
        link_context(vault, scope, ordinal).open_onto(&link_key(key), sealed, &mut plain)?;
        let (row, rest) = plain.split_first_chunk().ok_or_else(malformed)?;
        let (slots, section) = rest.split_at_checked(32).ok_or_else(malformed)?;
        let secret = |bytes| Secret::from_slice(bytes).ok_or_else(malformed);
        Ok(Self { row: *row, slots: RowSlots(secret(slots)?), section: SectionKey(secret(section)?) })
    }
}

impl fmt::Debug for StatisticsLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StatisticsLink(redacted)")
    }
}

/// A key of its own: nothing that seals fields seals anything else.
fn link_key(key: &DataKey) -> Secret {
    derive_secret(key.secret(), &LabelledInput::new("saferoom/statistics/link-key"))
}

fn link_context(vault: VaultId, scope: ScopeId, ordinal: u16) -> ValueContext {
    ValueContext::new(
        LabelledInput::new("saferoom/statistics/link")
            .part(vault.as_bytes())
            .part(scope.as_bytes())
            .number(u64::from(ordinal)),
    )
}

fn section_context(vault: VaultId, row: &[u8; 16], compartment: u8) -> ValueContext {
    ValueContext::new(
        LabelledInput::new("saferoom/statistics/section")
            .part(vault.as_bytes())
            .part(row)
            .number(u64::from(compartment)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::{CircleName, CircleSecret, EnvelopeKey};

    #[test]
    fn a_link_opens_with_the_key_of_its_case_and_leads_to_one_section() {
        let (vault, scope, row) = (VaultId::random(), ScopeId::random(), [7; 16]);
        let name = CircleName { scope, compartment: 10, generation: 1 };
        let circle = CircleSecret::generate().keys(vault, name);
        let (block, envelope) = EnvelopeKey::generate(vault, name, &circle.hybrid().public_key(), &row).unwrap();
        let link = StatisticsLink { row, slots: RowSlots::generate(), section: block.section_key(1) };
        let (key, other) = (DataKey::generate(), DataKey::generate());
        let sealed = link.seal(&key, vault, scope, 9).unwrap();
        assert_eq!(StatisticsLink::open(&key, vault, scope, 9, &sealed).unwrap(), link);
        assert!(StatisticsLink::open(&other, vault, scope, 9, &sealed).is_err());
        assert!(StatisticsLink::open(&key, vault, ScopeId::random(), 9, &sealed).is_err());
        assert!(StatisticsLink::open(&key, vault, scope, 8, &sealed).is_err());

        // Who goes on writing one compartment opens no other; the circle opens all.
        let section = block.section_key(2).seal(vault, &row, 2, b"coarse").unwrap();
        assert!(link.section.open(vault, &row, 2, &section).is_err());
        let opened = envelope.open(&circle, vault, &row).unwrap().section_key(2);
        assert_eq!(*opened.open(vault, &row, 2, &section).unwrap(), b"coarse");
        assert!(opened.open(vault, &[8; 16], 2, &section).is_err(), "it is of another row");
        assert!(envelope.open(&circle, vault, &[8; 16]).is_err());
    }

    #[test]
    fn slots_differ_between_records_and_between_cases() {
        let (one, two, record) = (RowSlots::generate(), RowSlots::generate(), RecordId::from_bytes([3; 16]));
        assert_eq!(one.slot(record), one.slot(record));
        assert_ne!(one.slot(record), two.slot(record));
        assert_ne!(one.slot(record), one.slot(RecordId::from_bytes([4; 16])));
    }
}
