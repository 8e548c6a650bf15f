//! Sealing into a circle, or to a member, without being able to read back: the oversight log, statistics rows, hand-ins,
//! data keys of cases for those who may open them.
//!
//! A session draws a key, wraps it once to the recipient's public key (HPKE), and seals values under it (AEAD): however
//! many cases it passes on to one colleague, that costs one public-key operation.

use crate::id::VaultId;
use crate::seal::{HybridPublicKey, LabelledInput, Secret, ValueContext, derive_secret};

use super::identity::MemberKeys;
use super::{CircleKeys, CircleName, KeyError, PublicIdentity, SectionKey, WrapKey};

/// The key of one envelope. Its holder seals; who holds the circle opens.
#[derive(Debug)]
pub struct EnvelopeKey {
    value: Secret,
    wrap: WrapKey,
}

/// A key wrapped to a circle's public key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope(Vec<u8>);

impl EnvelopeKey {
    /// Draws a key and wraps it to the circle. `binding` ties the envelope to its owner, such as a session's public key.
    ///
    /// # Errors
    /// [`KeyError::Wrap`] if the public key cannot be used.
    pub fn generate(
        vault: VaultId,
        circle: CircleName,
        public: &HybridPublicKey,
        binding: &[u8],
    ) -> Result<(Self, Envelope), KeyError> {
        Self::sealed_to(public, &info(vault, circle, binding))
    }

    /// Draws a key and wraps it to a member.
    ///
    /// # Errors
    /// [`KeyError::Wrap`] if the member's public key cannot be used.
    pub fn for_member(vault: VaultId, member: &PublicIdentity, binding: &[u8]) -> Result<(Self, Envelope), KeyError> {
        Self::sealed_to(&member.hybrid_key, &member_info(vault, member, binding))
    }

    pub(super) fn sealed_to(public: &HybridPublicKey, info: &LabelledInput) -> Result<(Self, Envelope), KeyError> {
        let key = Secret::generate();
        let wrapped = public.seal(info, key.expose())?;
        Ok((Self::new(key), Envelope(wrapped)))
    }

    pub(super) fn new(secret: Secret) -> Self {
        let wrap = WrapKey::new(derive_secret(&secret, &LabelledInput::new("saferoom/envelope/wrap-key")));
        Self { value: secret, wrap }
    }

    /// Wraps and unwraps data keys for the recipient.
    #[must_use]
    pub fn wrap_key(&self) -> &WrapKey {
        &self.wrap
    }

    /// Seals what one compartment says in a row of the statistics. Each compartment has a key of its own: who goes on
    /// writing one of them opens no other.
    #[must_use]
    pub fn section_key(&self, compartment: u8) -> SectionKey {
        let input = LabelledInput::new("saferoom/statistics/section-key").number(u64::from(compartment));
        SectionKey::new(derive_secret(&self.value, &input))
    }

    /// Seals a value in the place that `context` names.
    ///
    /// # Errors
    /// Never in practice.
    pub fn seal(&self, context: &ValueContext, plain: &[u8]) -> Result<Vec<u8>, KeyError> {
        Ok(context.seal(&self.value, plain)?)
    }

    /// Opens a value onto the end of `out`.
    ///
    /// # Errors
    /// [`KeyError::Wrap`] if it is from another place or was changed.
    pub fn open_onto(&self, context: &ValueContext, sealed: &[u8], out: &mut Vec<u8>) -> Result<(), KeyError> {
        Ok(context.open_onto(&self.value, sealed, out)?)
    }
}

impl Envelope {
    /// An envelope from its stored bytes.
    #[must_use]
    pub fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// The bytes to store.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Opens the envelope with the circle's keys.
    ///
    /// # Errors
    /// [`KeyError::Wrap`] if it was sealed to another circle or bound to another owner.
    pub fn open(&self, circle: &CircleKeys, vault: VaultId, binding: &[u8]) -> Result<EnvelopeKey, KeyError> {
        Ok(EnvelopeKey::new(circle.hybrid().open_secret(&info(vault, circle.name(), binding), &self.0)?))
    }

    /// Opens the envelope with the keys of the member that it was sealed to.
    pub(crate) fn open_as_member(
        &self,
        member: &MemberKeys,
        vault: VaultId,
        binding: &[u8],
    ) -> Result<EnvelopeKey, KeyError> {
        let info = member_info(vault, &member.public, binding);
        Ok(EnvelopeKey::new(member.hybrid().open_secret(&info, &self.0)?))
    }
}

fn member_info(vault: VaultId, member: &PublicIdentity, binding: &[u8]) -> LabelledInput {
    LabelledInput::new("saferoom/envelope/member").part(vault.as_bytes()).part(member.member.as_bytes()).part(binding)
}

fn info(vault: VaultId, circle: CircleName, binding: &[u8]) -> LabelledInput {
    LabelledInput::new("saferoom/envelope")
        .part(vault.as_bytes())
        .part(circle.scope.as_bytes())
        .number(u64::from(circle.compartment))
        .number(u64::from(circle.generation))
        .part(binding)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::ScopeId;
    use crate::keys::{CircleSecret, Identity};

    #[test]
    fn an_envelope_reaches_its_member_and_nobody_else() {
        let (vault, member) = (VaultId::random(), Identity::generate());
        let (key, envelope) = EnvelopeKey::for_member(vault, &member.public(), b"session").unwrap();
        let opened = envelope.open_as_member(&member.member_keys(vault), vault, b"session").unwrap();
        assert_eq!(key.value, opened.value);
        assert!(envelope.open_as_member(&member.member_keys(vault), vault, b"other").is_err());
        let elsewhere = VaultId::random();
        assert!(envelope.open_as_member(&member.member_keys(elsewhere), elsewhere, b"session").is_err());
        let stranger = Identity::generate_for(member.member());
        assert!(envelope.open_as_member(&stranger.member_keys(vault), vault, b"session").is_err());
    }

    #[test]
    fn who_seals_into_a_circle_needs_only_its_public_half() {
        let vault = VaultId::random();
        let name = CircleName { scope: ScopeId::random(), compartment: 12, generation: 1 };
        let circle = CircleSecret::generate().keys(vault, name);
        let (key, envelope) = EnvelopeKey::generate(vault, name, &circle.hybrid().public_key(), b"session").unwrap();
        let place = ValueContext::new(LabelledInput::new("entry").number(7));
        let sealed = key.seal(&place, b"entry").unwrap();
        let mut out = Vec::new();
        envelope.open(&circle, vault, b"session").unwrap().open_onto(&place, &sealed, &mut out).unwrap();
        assert_eq!(out, b"entry");
        assert!(envelope.open(&circle, vault, b"other").is_err());
        assert!(envelope.open(&CircleSecret::generate().keys(vault, name), vault, b"session").is_err());
    }
}
