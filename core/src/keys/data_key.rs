//! Data keys, which seal the fields of one compartment of one case or unit, and the ways in which they are wrapped.
//!
//! A data key lies in the keyring once for each recipient. Three keys wrap it: a circle's own, a member's own, or the key of
//! an envelope that a session has sealed to a circle or a member whose secret it does not hold.

use std::fmt;

use zeroize::Zeroizing;

use super::{Commitment, KeyError};
use crate::id::{ScopeId, VaultId};
use crate::seal::{LabelledInput, Secret, ValueContext, derive_bytes};

/// What a data key is for. Its commitment binds this.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DataKeyPlace {
    /// The unit or case whose records it seals.
    pub scope: ScopeId,
    /// Number of the compartment whose fields it seals.
    pub compartment: u8,
    /// Generation, from 1.
    pub generation: u32,
}

/// The key that seals the fields of one compartment of one scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataKey(Secret);

impl DataKey {
    /// A fresh key.
    #[must_use]
    pub fn generate() -> Self {
        Self(Secret::generate())
    }

    /// The key's bytes, for `seal::group` only.
    pub(crate) fn secret(&self) -> &Secret {
        &self.0
    }

    /// Fixes the key and what it is for: bound into all that it seals.
    #[must_use]
    pub fn commitment(&self, vault: VaultId, place: &DataKeyPlace) -> Commitment {
        let input = LabelledInput::new("saferoom/data-key/commitment")
            .part(vault.as_bytes())
            .part(place.scope.as_bytes())
            .number(u64::from(place.compartment))
            .number(u64::from(place.generation));
        derive_bytes(&self.0, &input)
    }

    #[doc(hidden)]
    #[must_use]
    pub fn from_bytes_for_vectors(bytes: &[u8; 32]) -> Self {
        Self(Secret::copy_of(bytes))
    }
}

/// Where a wrap lies in the keyring.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WrapPlace {
    /// The vault.
    pub vault: VaultId,
    /// The unit or case.
    pub scope: ScopeId,
    /// The data key's number within the scope.
    pub ordinal: u16,
}

/// A key that wraps data keys, for one recipient.
pub struct WrapKey(Secret);

impl WrapKey {
    pub(crate) fn new(secret: Secret) -> Self {
        Self(secret)
    }

    /// Wraps a data key, with what it is for.
    ///
    /// # Errors
    /// Never in practice.
    pub fn wrap(&self, at: &WrapPlace, place: &DataKeyPlace, key: &DataKey) -> Result<Vec<u8>, KeyError> {
        let mut plain = Zeroizing::new([0; 37]);
        plain[..32].copy_from_slice(key.0.expose());
        plain[32] = place.compartment;
        plain[33..].copy_from_slice(&place.generation.to_be_bytes());
        Ok(context(at, &key.commitment(at.vault, place)).seal(&self.0, &plain[..])?)
    }

    /// Unwraps a data key and checks it, and what it is for, against its commitment.
    ///
    /// # Errors
    /// [`KeyError::Wrap`] if it was moved or changed, [`KeyError::Commitment`] if it is another key.
    pub fn unwrap(
        &self,
        at: &WrapPlace,
        commitment: &Commitment,
        wrapped: &[u8],
    ) -> Result<(DataKeyPlace, DataKey), KeyError> {
        let mut plain = Zeroizing::new(Vec::with_capacity(wrapped.len()));
        context(at, commitment).open_onto(&self.0, wrapped, &mut plain)?;
        let (secret, [compartment, generation @ ..]): (&[u8], &[u8; 5]) =
            plain.split_last_chunk().ok_or(KeyError::Commitment)?;
        let key = DataKey(Secret::from_slice(secret).ok_or(KeyError::Commitment)?);
        let generation = u32::from_be_bytes(*generation);
        let place = DataKeyPlace { scope: at.scope, compartment: *compartment, generation };
        if key.commitment(at.vault, &place) == *commitment { Ok((place, key)) } else { Err(KeyError::Commitment) }
    }
}

impl fmt::Debug for WrapKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WrapKey(redacted)")
    }
}

fn context(at: &WrapPlace, commitment: &Commitment) -> ValueContext {
    ValueContext::new(
        LabelledInput::new("saferoom/data-key/wrap")
            .part(at.vault.as_bytes())
            .part(at.scope.as_bytes())
            .number(u64::from(at.ordinal))
            .part(commitment),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrap_opens_in_its_place_only() {
        let wrapping = WrapKey::new(Secret::generate());
        let at = WrapPlace { vault: VaultId::random(), scope: ScopeId::random(), ordinal: 7 };
        let place = DataKeyPlace { scope: at.scope, compartment: 4, generation: 2 };
        let key = DataKey::generate();
        let commitment = key.commitment(at.vault, &place);
        let wrapped = wrapping.wrap(&at, &place, &key).unwrap();
        assert_eq!(wrapping.unwrap(&at, &commitment, &wrapped).unwrap(), (place, key.clone()));

        let elsewhere = [
            WrapPlace { vault: VaultId::random(), ..at },
            WrapPlace { scope: ScopeId::random(), ..at },
            WrapPlace { ordinal: 8, ..at },
        ];
        for other in elsewhere {
            assert!(wrapping.unwrap(&other, &commitment, &wrapped).is_err());
        }
        assert!(WrapKey::new(Secret::generate()).unwrap(&at, &commitment, &wrapped).is_err());
        assert!(wrapping.unwrap(&at, &[0; 32], &wrapped).is_err());
        let other_place = DataKeyPlace { compartment: 5, ..place };
        assert_ne!(key.commitment(at.vault, &other_place), commitment);
    }

    #[test]
    fn a_key_under_another_purpose_is_refused() {
        let wrapping = WrapKey::new(Secret::generate());
        let at = WrapPlace { vault: VaultId::random(), scope: ScopeId::random(), ordinal: 7 };
        let place = DataKeyPlace { scope: at.scope, compartment: 4, generation: 2 };
        let (key, other) = (DataKey::generate(), DataKeyPlace { compartment: 1, ..place });
        let commitment = key.commitment(at.vault, &place);
        // Somebody who holds the wrapping key says that the key is for another compartment.
        let plain = [&key.0.expose()[..], &[other.compartment], &other.generation.to_be_bytes()].concat();
        let wrapped = context(&at, &commitment).seal(&wrapping.0, &plain).unwrap();
        assert_eq!(wrapping.unwrap(&at, &commitment, &wrapped).err(), Some(KeyError::Commitment));
    }
}
