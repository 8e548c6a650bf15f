//! The key of one release: it shuffles rows and names the release. Whoever has it, the specification and the same rows
//! makes the same bytes again.

use std::fmt;

use crate::seal::{LabelledInput, Secret, derive_bytes, derive_secret, hmac_key};

/// A fresh random key per release, wiped on drop.
pub struct ReleaseKey(Secret);

impl ReleaseKey {
    /// A new key.
    #[must_use]
    pub fn generate() -> Self {
        Self(Secret::generate())
    }

    /// The key with these bytes: to make a release again.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; 32]) -> Self {
        Self(Secret::copy_of(bytes))
    }

    /// The secret, for keys that are derived from it and for those who split it among custodians.
    #[must_use]
    pub fn secret(&self) -> &Secret {
        &self.0
    }

    /// The public name of the release: 16 bytes that say nothing about the key.
    #[must_use]
    pub fn release_id(&self) -> [u8; 16] {
        let name = derive_bytes(&self.0, &LabelledInput::new("saferoom/release/id"));
        name.first_chunk().copied().unwrap_or_default()
    }

    /// In which order so many rows are written: each order is as likely as any other for who does not have the key.
    pub(super) fn order(&self, rows: usize) -> Vec<usize> {
        let key = hmac_key(&derive_secret(&self.0, &LabelledInput::new("saferoom/release/order")));
        let tag = |row: usize| {
            let tag = ring::hmac::sign(&key, &(row as u64).to_be_bytes());
            let first: [u8; 16] = tag.as_ref().first_chunk().copied().unwrap_or_default();
            (u128::from_be_bytes(first), row)
        };
        let mut tagged: Vec<(u128, usize)> = (0..rows).map(tag).collect();
        tagged.sort_unstable();
        tagged.into_iter().map(|(_, row)| row).collect()
    }
}

impl fmt::Debug for ReleaseKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReleaseKey(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_a_permutation_of_its_key() {
        let order = |byte| ReleaseKey::from_bytes(&[byte; 32]).order(1000);
        let mut sorted = order(1);
        assert_ne!(sorted, order(2));
        assert_eq!(sorted, order(1));
        sorted.sort_unstable();
        assert!(sorted.into_iter().eq(0..1000));
        assert_ne!(ReleaseKey::from_bytes(&[1; 32]).release_id(), ReleaseKey::from_bytes(&[2; 32]).release_id());
    }
}
