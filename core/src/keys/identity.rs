//! A member's identity: one 32-byte seed, from which the key pairs and the slot key follow.

use std::fmt;

use zeroize::Zeroizing;

use crate::id::{MemberId, VaultId};
use crate::seal::{HybridPublicKey, HybridSecretKey, LabelledInput, Secret, derive_secret};

use super::{
    CircleName, CircleSecret, KeyError, PacketAddress, Signature, SigningKey, Slot, SlotKey, VerifyingKey, WrapKey,
};

/// The private keys of a member on one device. Unlocked from an identity file; wiped on drop.
pub struct Identity {
    member: MemberId,
    seed: Secret,
    signing: SigningKey,
    hybrid: HybridSecretKey,
    public: HybridPublicKey,
    slots: SlotKey,
}

/// The public half of an identity: what a roster lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicIdentity {
    /// The member.
    pub member: MemberId,
    /// Verifies what the member signs.
    pub verifying_key: VerifyingKey,
    /// Wraps circle secrets to the member.
    pub hybrid_key: HybridPublicKey,
    /// Names what is wrapped for the member. Not public: only the members of the vault know it.
    pub slot_key: SlotKey,
}

/// What a session needs of an identity: its private keys but the one that signs.
pub(crate) struct MemberKeys {
    pub(crate) public: PublicIdentity,
    hybrid: HybridSecretKey,
    wrap: WrapKey,
    tally: Secret,
}

impl Identity {
    /// A new identity for a new member.
    #[must_use]
    pub fn generate() -> Self {
        Self::from_parts(MemberId::random(), Secret::generate())
    }

    /// A new identity for a member who has one already: for another device, with keys of its own, which can be revoked
    /// alone.
    #[must_use]
    pub fn generate_for(member: MemberId) -> Self {
        Self::from_parts(member, Secret::generate())
    }

    pub(crate) fn from_parts(member: MemberId, seed: Secret) -> Self {
        let derive = |label| derive_secret(&seed, &LabelledInput::new(label).part(member.as_bytes()));
        let hybrid = HybridSecretKey::from_seed(&derive("saferoom/identity/hybrid-seed"));
        Self {
            member,
            signing: SigningKey::from_seed(derive("saferoom/identity/signing-seed").expose()),
            public: hybrid.public_key(),
            hybrid,
            slots: SlotKey::new(derive("saferoom/identity/slot-key")),
            seed,
        }
    }

    #[cfg(test)]
    pub(crate) fn seed_for_tests(&self) -> Secret {
        Secret::copy_of(self.seed.expose())
    }

    pub(super) fn seed(&self) -> &Secret {
        &self.seed
    }

    /// Whose identity it is.
    #[must_use]
    pub fn member(&self) -> MemberId {
        self.member
    }

    /// The public half.
    #[must_use]
    pub fn public(&self) -> PublicIdentity {
        PublicIdentity {
            member: self.member,
            verifying_key: self.signing.verifying_key(),
            hybrid_key: self.public.clone(),
            slot_key: self.slots.clone(),
        }
    }

    /// Signs with the member's long-term key.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> Signature {
        self.signing.sign(message)
    }

    /// The member's public keys as the bytes of a packet address file, for correspondents without a vault.
    #[must_use]
    pub fn packet_address_file(&self) -> Vec<u8> {
        PacketAddress::from(&self.public()).signed(&self.signing)
    }

    /// Opens a secret that was sealed to the member's public key in the place that `info` names.
    ///
    /// # Errors
    /// [`KeyError::Wrap`] if it was sealed to someone else or in another place, or changed.
    pub(crate) fn open_sealed(&self, info: &LabelledInput, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        Ok(self.hybrid.open(info, sealed)?)
    }

    /// The key under which the member keeps which packets they have seen, where they have no vault.
    pub(crate) fn seen_key(&self) -> Secret {
        derive_secret(&self.seed, &LabelledInput::new("saferoom/identity/seen-key").part(self.member.as_bytes()))
    }

    /// The keys of this identity for a session in a vault.
    pub(crate) fn member_keys(&self, vault: VaultId) -> MemberKeys {
        let derive = |label| derive_secret(&self.seed, &LabelledInput::new(label).part(self.member.as_bytes()));
        let of_vault = |label| LabelledInput::new(label).part(self.member.as_bytes()).part(vault.as_bytes());
        let (wrap, tally) = (of_vault("saferoom/identity/wrap-key"), of_vault("saferoom/identity/tally-key"));
        MemberKeys {
            public: self.public(),
            hybrid: HybridSecretKey::from_seed(&derive("saferoom/identity/hybrid-seed")),
            wrap: WrapKey::new(derive_secret(&self.seed, &wrap)),
            tally: derive_secret(&self.seed, &tally),
        }
    }

    /// The slot in which this identity's wrap of a circle lies.
    #[must_use]
    pub fn slot(&self, vault: VaultId, circle: CircleName) -> Slot {
        self.slots.circle(vault, circle)
    }

    /// Opens the wrap of a circle's secret that was made for this member.
    ///
    /// # Errors
    /// [`KeyError::Wrap`] if it was made for someone else or somewhere else, or changed.
    pub fn open_circle(&self, vault: VaultId, circle: CircleName, wrapped: &[u8]) -> Result<CircleSecret, KeyError> {
        let info = circle.wrap_info(vault, &self.public);
        Ok(CircleSecret::from_secret(self.hybrid.open_secret(&info, wrapped)?))
    }
}

impl MemberKeys {
    /// Wraps data keys for this identity itself.
    pub(crate) fn wrap_key(&self) -> &WrapKey {
        &self.wrap
    }

    /// Under which the member's counts are sealed and named, and from which what they searched is known again.
    pub(crate) fn tally_key(&self) -> &Secret {
        &self.tally
    }

    /// Opens a circle's secret that was wrapped for this identity.
    pub(crate) fn open_circle(
        &self,
        vault: VaultId,
        circle: CircleName,
        wrapped: &[u8],
    ) -> Result<CircleSecret, KeyError> {
        let info = circle.wrap_info(vault, &self.public.hybrid_key);
        Ok(CircleSecret::from_secret(self.hybrid.open_secret(&info, wrapped)?))
    }

    pub(super) fn hybrid(&self) -> &HybridSecretKey {
        &self.hybrid
    }
}

impl fmt::Debug for MemberKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MemberKeys({}, redacted)", self.public.member)
    }
}

impl PublicIdentity {
    /// Wraps a circle's secret to this member.
    ///
    /// # Errors
    /// [`KeyError::Wrap`] if the member's public key cannot be used.
    pub fn wrap_circle(&self, vault: VaultId, circle: CircleName, secret: &CircleSecret) -> Result<Vec<u8>, KeyError> {
        Ok(self.hybrid_key.seal(&circle.wrap_info(vault, &self.hybrid_key), secret.secret().expose())?)
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Identity({}, redacted)", self.member)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::ScopeId;

    #[test]
    fn a_circle_reaches_its_member_and_nobody_else() {
        let (member, stranger) = (Identity::generate(), Identity::generate());
        let (vault, secret) = (VaultId::random(), CircleSecret::generate());
        let circle = CircleName { scope: ScopeId::random(), compartment: 4, generation: 1 };
        let wrapped = member.public().wrap_circle(vault, circle, &secret).unwrap();
        assert_eq!(member.open_circle(vault, circle, &wrapped).unwrap(), secret);
        assert!(stranger.open_circle(vault, circle, &wrapped).is_err());
        assert!(member.open_circle(VaultId::random(), circle, &wrapped).is_err());
        assert!(member.open_circle(vault, CircleName { compartment: 5, ..circle }, &wrapped).is_err());
        assert_ne!(member.slot(vault, circle), stranger.slot(vault, circle));
        assert_ne!(member.slot(vault, circle), member.slot(VaultId::random(), circle));
    }
}
