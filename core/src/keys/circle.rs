//! Circles and the data keys they wrap.
//!
//! A circle is the group of members who may read one compartment of one unit or case. Its secret is drawn once per
//! generation; from it follow a public key (anyone may seal into the circle), a wrap key (for data keys), a tag key
//! (which finds wraps without saying whose they are) and a commitment that the roster lists.

use std::fmt;

use ring::hmac;

use crate::id::{ScopeId, VaultId};
use crate::seal::{
    HybridPublicKey, HybridSecretKey, LabelledInput, Secret, ValueContext, derive_bytes, derive_secret, hmac_key,
};

use super::KeyError;

/// 32 public bytes that fix a key without revealing it.
pub type Commitment = [u8; 32];

/// Which circle: whose keys, for which compartment, in which generation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CircleName {
    /// The unit or case.
    pub scope: ScopeId,
    /// Number of the compartment.
    pub compartment: u8,
    /// Generation, from 1.
    pub generation: u32,
}

impl CircleName {
    fn input(&self, label: &str, vault: VaultId) -> LabelledInput {
        LabelledInput::new(label)
            .part(vault.as_bytes())
            .part(self.scope.as_bytes())
            .number(u64::from(self.compartment))
            .number(u64::from(self.generation))
    }

    /// HPKE info of the wrap of this circle's secret to the member with this X-Wing public key.
    pub(crate) fn wrap_info(&self, vault: VaultId, recipient: &HybridPublicKey) -> LabelledInput {
        self.input("saferoom/circle-wrap", vault).part(&recipient.to_bytes())
    }
}

/// The secret of one generation of a circle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CircleSecret(Secret);

impl CircleSecret {
    /// A fresh secret.
    #[must_use]
    pub fn generate() -> Self {
        Self(Secret::generate())
    }

    pub(crate) fn from_secret(secret: Secret) -> Self {
        Self(secret)
    }

    pub(crate) fn secret(&self) -> &Secret {
        &self.0
    }

    /// Everything that follows from the secret.
    #[must_use]
    pub fn keys(&self, vault: VaultId, name: CircleName) -> CircleKeys {
        let derive = |label| derive_secret(&self.0, &name.input(label, vault));
        CircleKeys {
            name,
            vault,
            wrap: derive("saferoom/circle/wrap-key"),
            tag: hmac_key(&derive("saferoom/circle/tag-key")),
            value: derive("saferoom/circle/value-key"),
            hybrid: HybridSecretKey::from_seed(&derive("saferoom/circle/hybrid-seed")),
        }
    }

    /// What the roster lists of this secret.
    #[must_use]
    pub fn commitment(&self, vault: VaultId, name: CircleName) -> Commitment {
        derive_bytes(&self.0, &name.input("saferoom/circle/commitment", vault))
    }
}

/// The keys that follow from a circle's secret. A session holds these, not the secret.
pub struct CircleKeys {
    name: CircleName,
    vault: VaultId,
    wrap: Secret,
    tag: hmac::Key,
    value: Secret,
    hybrid: HybridSecretKey,
}

impl CircleKeys {
    /// Which circle they are of.
    #[must_use]
    pub fn name(&self) -> CircleName {
        self.name
    }

    /// The private half of the circle's key pair.
    #[must_use]
    pub fn hybrid(&self) -> &HybridSecretKey {
        &self.hybrid
    }

    /// The key for values that all members of the circle share, such as roster entries.
    pub(crate) fn value_key(&self) -> &Secret {
        &self.value
    }

    /// The tag under which the keyring keeps this circle's data key of a scope: random to whoever lacks the circle.
    #[must_use]
    pub fn data_key_tag(&self, place: &DataKeyPlace) -> [u8; 16] {
        let input = place.input("saferoom/data-key/tag", self);
        let mac = hmac::sign(&self.tag, input.as_bytes());
        let mut tag = [0; 16];
        tag.copy_from_slice(&mac.as_ref()[..16]);
        tag
    }

    /// Wraps a data key for its place.
    ///
    /// # Errors
    /// Never in practice.
    pub fn wrap_data_key(&self, place: &DataKeyPlace, key: &DataKey) -> Result<Vec<u8>, KeyError> {
        Ok(self.data_key_context(place, &key.commitment()).seal_secret(&self.wrap, &key.0)?)
    }

    /// Unwraps a data key and checks it against its commitment.
    ///
    /// # Errors
    /// [`KeyError::Wrap`] if it was moved or changed, [`KeyError::Commitment`] if it is another key.
    pub fn unwrap_data_key(
        &self,
        place: &DataKeyPlace,
        commitment: &Commitment,
        wrapped: &[u8],
    ) -> Result<DataKey, KeyError> {
        let key = DataKey(self.data_key_context(place, commitment).open_secret(&self.wrap, wrapped)?);
        if key.commitment() == *commitment { Ok(key) } else { Err(KeyError::Commitment) }
    }

    fn data_key_context(&self, place: &DataKeyPlace, commitment: &Commitment) -> ValueContext {
        ValueContext::new(place.input("saferoom/data-key/wrap", self).part(commitment))
    }
}

impl fmt::Debug for CircleKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CircleKeys({:?}, redacted)", self.name)
    }
}

/// Where a data key belongs: the scope whose records it seals, and its generation. The compartment is the circle's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DataKeyPlace {
    /// The unit or case.
    pub scope: ScopeId,
    /// Generation of the data key, from 1.
    pub generation: u32,
}

impl DataKeyPlace {
    fn input(&self, label: &str, circle: &CircleKeys) -> LabelledInput {
        circle.name.input(label, circle.vault).part(self.scope.as_bytes()).number(u64::from(self.generation))
    }
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

    /// Fixes the key: bound into all that it seals.
    #[must_use]
    pub fn commitment(&self) -> Commitment {
        derive_bytes(&self.0, &LabelledInput::new("saferoom/data-key/commitment"))
    }

    #[doc(hidden)]
    #[must_use]
    pub fn from_bytes_for_vectors(bytes: &[u8; 32]) -> Self {
        Self(Secret::copy_of(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrap_opens_in_its_place_only() {
        let (vault, unit) = (VaultId::random(), ScopeId::random());
        let secret = CircleSecret::generate();
        let name = CircleName { scope: unit, compartment: 1, generation: 1 };
        let circle = secret.keys(vault, name);
        let place = DataKeyPlace { scope: ScopeId::random(), generation: 1 };
        let key = DataKey::generate();
        let wrapped = circle.wrap_data_key(&place, &key).unwrap();
        let open =
            |circle: &CircleKeys, place: &DataKeyPlace| circle.unwrap_data_key(place, &key.commitment(), &wrapped);
        assert_eq!(open(&circle, &place).unwrap(), key);

        assert!(open(&circle, &DataKeyPlace { scope: ScopeId::random(), ..place }).is_err());
        assert!(open(&circle, &DataKeyPlace { generation: 2, ..place }).is_err());
        assert!(open(&secret.keys(vault, CircleName { compartment: 2, ..name }), &place).is_err());
        assert!(open(&secret.keys(vault, CircleName { generation: 2, ..name }), &place).is_err());
        assert!(open(&secret.keys(VaultId::random(), name), &place).is_err());
        assert!(circle.unwrap_data_key(&place, &[0; 32], &wrapped).is_err());
    }

    #[test]
    fn tags_do_not_repeat() {
        let vault = VaultId::random();
        let name = CircleName { scope: ScopeId::random(), compartment: 1, generation: 1 };
        let place = DataKeyPlace { scope: ScopeId::random(), generation: 1 };
        let circle = CircleSecret::generate().keys(vault, name);
        assert_eq!(circle.data_key_tag(&place), circle.data_key_tag(&place));
        assert_ne!(circle.data_key_tag(&place), circle.data_key_tag(&DataKeyPlace { generation: 2, ..place }));
        assert_ne!(circle.data_key_tag(&place), CircleSecret::generate().keys(vault, name).data_key_tag(&place));
    }
}
