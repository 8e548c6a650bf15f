//! Circles: who may read what.
//!
//! A circle is the group of members who may read one compartment of one unit or case. Its secret is drawn once per
//! generation; from it follow a public key (anyone may seal into the circle), a wrap key (for data keys), a slot key
//! (which finds wraps without saying whose they are) and a commitment. The roster lists public key, slot key and commitment.

use std::fmt;
use std::sync::OnceLock;

use crate::id::{ScopeId, VaultId};
use crate::seal::{HybridPublicKey, HybridSecretKey, LabelledInput, Secret, derive_bytes, derive_secret};

use super::{SlotKey, WrapKey};

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
            wrap: WrapKey::new(derive("saferoom/circle/wrap-key")),
            slots: SlotKey::new(derive("saferoom/circle/slot-key")),
            value: derive("saferoom/circle/value-key"),
            seed: derive("saferoom/circle/hybrid-seed"),
            hybrid: OnceLock::new(),
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
    wrap: WrapKey,
    slots: SlotKey,
    value: Secret,
    seed: Secret,
    /// Made when it is first asked for: most sessions never do.
    hybrid: OnceLock<HybridSecretKey>,
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
        self.hybrid.get_or_init(|| HybridSecretKey::from_seed(&self.seed))
    }

    /// The key for values that all members of the circle share, such as roster entries.
    pub(crate) fn value_key(&self) -> &Secret {
        &self.value
    }

    /// Wraps and unwraps data keys for the circle.
    #[must_use]
    pub fn wrap_key(&self) -> &WrapKey {
        &self.wrap
    }

    /// Where what is wrapped for the circle lies.
    #[must_use]
    pub fn slot_key(&self) -> &SlotKey {
        &self.slots
    }
}

impl fmt::Debug for CircleKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CircleKeys({:?}, redacted)", self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_follows_from_the_secret_and_the_name() {
        let (vault, secret) = (VaultId::random(), CircleSecret::generate());
        let name = CircleName { scope: ScopeId::random(), compartment: 1, generation: 1 };
        let keys = secret.keys(vault, name);
        assert_eq!(keys.slot_key(), secret.keys(vault, name).slot_key());
        assert_eq!(keys.hybrid().public_key(), secret.keys(vault, name).hybrid().public_key());
        let others = [
            secret.keys(vault, CircleName { generation: 2, ..name }),
            secret.keys(vault, CircleName { compartment: 2, ..name }),
            secret.keys(VaultId::random(), name),
            CircleSecret::generate().keys(vault, name),
        ];
        for other in others {
            assert_ne!(keys.slot_key(), other.slot_key());
            assert_ne!(keys.hybrid().public_key(), other.hybrid().public_key());
            assert!(keys.value_key() != other.value_key());
        }
        assert_ne!(secret.commitment(vault, name), CircleSecret::generate().commitment(vault, name));
    }
}
