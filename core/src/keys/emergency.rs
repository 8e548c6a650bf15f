//! The second secret of an emergency: without it a member opens nothing with their identity, and it opens nothing alone.
//!
//! It is kept by the device (in the host's key store) or by the duty officer, on paper in a sealed envelope. The secrets of
//! a unit's circles are wrapped to it first, and what comes out to the member's identity. Both public halves are listed, so
//! that whoever draws a new generation can wrap it for emergencies too. See docs/adr/0032.

use std::fmt;
use std::path::Path;

use zeroize::Zeroizing;

use super::identity::MemberKeys;
use super::{CircleName, CircleSecret, KeyError, KeyStore, PublicIdentity};
use crate::id::{MemberId, VaultId};
use crate::new_file::{Existing, write_private_file};
use crate::seal::{HybridPublicKey, HybridSecretKey, LabelledInput, Secret, derive_secret, sha256};

/// What the text begins with.
const PREFIX: &str = "saferoom-emergency-1";

const CHECKSUM_LENGTH: usize = 4;

/// A second secret. Wiped on drop, never printed.
pub struct EmergencySecret {
    seed: Secret,
    hybrid: HybridSecretKey,
}

impl EmergencySecret {
    /// A fresh one.
    #[must_use]
    pub fn generate() -> Self {
        Self::of(Secret::generate())
    }

    fn of(seed: Secret) -> Self {
        let hybrid = derive_secret(&seed, &LabelledInput::new("saferoom/emergency/hybrid-seed"));
        Self { hybrid: HybridSecretKey::from_seed(&hybrid), seed }
    }

    /// The public half: what the roster lists.
    #[must_use]
    pub fn public(&self) -> HybridPublicKey {
        self.hybrid.public_key()
    }

    /// As text to print, for the duty officer's envelope: a word, then 18 groups of four hexadecimal digits, the last two
    /// a checksum.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(PREFIX.len() + 18 * 5));
        text.push_str(PREFIX);
        let checksum = checksum(&self.seed);
        for pair in self.seed.expose().chunks(2).chain(checksum.chunks(2)) {
            text.push_str(&Zeroizing::new(format!(" {:02x}{:02x}", pair[0], pair[1])));
        }
        text
    }

    /// Writes the text to a new file that only its owner may read: to print it, and then to delete the file.
    ///
    /// # Errors
    /// [`KeyError::File`] if the file exists or cannot be written.
    pub fn create_text_file(&self, path: &Path) -> Result<(), KeyError> {
        let text = self.to_text();
        let mut line = Zeroizing::new(Vec::with_capacity(text.len() + 1));
        line.extend_from_slice(text.as_bytes());
        line.push(b'\n');
        write_private_file(path, &line, Existing::Keep).map_err(|error| KeyError::File(error.kind()))
    }

    /// Reads what [`to_text`](Self::to_text) wrote. Spaces, line ends and hyphens between the digits do not count.
    ///
    /// # Errors
    /// [`KeyError::EmergencySecret`].
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let rest = text.trim().strip_prefix(PREFIX).ok_or(KeyError::EmergencySecret)?;
        let digits = rest.chars().filter(|digit| !digit.is_whitespace() && *digit != '-');
        let digits: Zeroizing<Vec<u8>> = Zeroizing::new(
            digits
                .map(|digit| digit.to_digit(16).map(|digit| digit as u8))
                .collect::<Option<_>>()
                .ok_or(KeyError::EmergencySecret)?,
        );
        let bytes: Zeroizing<Vec<u8>> =
            Zeroizing::new(digits.chunks(2).map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit)).collect());
        let (seed, check) = bytes.split_at_checked(32).ok_or(KeyError::EmergencySecret)?;
        let seed = Secret::from_slice(seed)
            .filter(|seed| digits.len() == 2 * (32 + CHECKSUM_LENGTH) && checksum(seed) == check);
        Ok(Self::of(seed.ok_or(KeyError::EmergencySecret)?))
    }

    /// Keeps it in this device's key store, for one member of a vault: bound to the device.
    ///
    /// # Errors
    /// [`KeyError::KeyStore`].
    pub fn keep(&self, store: &dyn KeyStore, vault: VaultId, member: MemberId) -> Result<(), KeyError> {
        Ok(store.store(&name(vault, member), self.seed.expose())?)
    }

    /// The one that this device keeps for a member of a vault, if it does.
    ///
    /// # Errors
    /// [`KeyError::KeyStore`], [`KeyError::EmergencySecret`].
    pub fn kept(store: &dyn KeyStore, vault: VaultId, member: MemberId) -> Result<Option<Self>, KeyError> {
        let Some(bytes) = store.load(&name(vault, member))? else { return Ok(None) };
        Ok(Some(Self::of(Secret::from_slice(&bytes).ok_or(KeyError::EmergencySecret)?)))
    }
}

impl fmt::Debug for EmergencySecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EmergencySecret(redacted)")
    }
}

impl PublicIdentity {
    /// Wraps a circle's secret so that it opens with this member's identity and a second secret together.
    ///
    /// # Errors
    /// [`KeyError::Wrap`] if one of the public keys cannot be used.
    pub fn wrap_for_emergency(
        &self,
        vault: VaultId,
        circle: CircleName,
        secret: &CircleSecret,
        second: &HybridPublicKey,
    ) -> Result<Vec<u8>, KeyError> {
        let inner =
            second.seal(&info("saferoom/emergency/inner", vault, circle, self, second), secret.secret().expose())?;
        Ok(self.hybrid_key.seal(&info("saferoom/emergency/outer", vault, circle, self, second), &inner)?)
    }
}

impl MemberKeys {
    /// Opens what [`PublicIdentity::wrap_for_emergency`] wrapped.
    pub(crate) fn open_emergency(
        &self,
        vault: VaultId,
        circle: CircleName,
        wrapped: &[u8],
        second: &EmergencySecret,
    ) -> Result<CircleSecret, KeyError> {
        let public = second.public();
        let outer = info("saferoom/emergency/outer", vault, circle, &self.public, &public);
        let inner = self.hybrid().open(&outer, wrapped)?;
        let info = info("saferoom/emergency/inner", vault, circle, &self.public, &public);
        Ok(CircleSecret::from_secret(second.hybrid.open_secret(&info, &inner)?))
    }
}

fn info(
    label: &str,
    vault: VaultId,
    circle: CircleName,
    member: &PublicIdentity,
    second: &HybridPublicKey,
) -> LabelledInput {
    LabelledInput::new(label)
        .part(vault.as_bytes())
        .part(circle.scope.as_bytes())
        .number(u64::from(circle.compartment))
        .number(u64::from(circle.generation))
        .part(&member.hybrid_key.to_bytes())
        .part(&second.to_bytes())
}

fn checksum(seed: &Secret) -> [u8; CHECKSUM_LENGTH] {
    let digest = sha256(LabelledInput::new("saferoom/emergency/checksum").part(seed.expose()).as_bytes());
    [digest[0], digest[1], digest[2], digest[3]]
}

fn name(vault: VaultId, member: MemberId) -> String {
    format!("saferoom/{vault}/emergency/{member}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::ScopeId;
    use crate::keys::{Identity, MemoryKeyStore};

    #[test]
    fn it_takes_the_identity_and_the_second_secret_together() {
        let (member, second) = (Identity::generate(), EmergencySecret::generate());
        let (vault, secret) = (VaultId::random(), CircleSecret::generate());
        let circle = CircleName { scope: ScopeId::random(), compartment: 1, generation: 3 };
        let wrapped = member.public().wrap_for_emergency(vault, circle, &secret, &second.public()).unwrap();
        let keys = member.member_keys(vault);
        assert_eq!(keys.open_emergency(vault, circle, &wrapped, &second).unwrap(), secret);
        assert!(keys.open_emergency(vault, circle, &wrapped, &EmergencySecret::generate()).is_err());
        let other = Identity::generate().member_keys(vault);
        assert!(other.open_emergency(vault, circle, &wrapped, &second).is_err());
        let elsewhere = CircleName { compartment: 2, ..circle };
        assert!(keys.open_emergency(vault, elsewhere, &wrapped, &second).is_err());
        assert!(keys.open_circle(vault, circle, &wrapped).is_err());
    }

    #[test]
    fn a_printed_secret_is_read_back_and_a_slip_is_noticed() {
        let second = EmergencySecret::generate();
        let text = second.to_text();
        assert_eq!(EmergencySecret::parse(&text).unwrap().public(), second.public());
        let spaced =
            format!("\n {}\n", text.to_uppercase().replacen("SAFEROOM-EMERGENCY-1", PREFIX, 1).replace(' ', "\n"));
        assert_eq!(EmergencySecret::parse(&spaced).unwrap().public(), second.public());
        let last = if text.ends_with('0') { '1' } else { '0' };
        let slip = format!("{}{last}", &text[..text.len() - 1]);
        for wrong in [slip.as_str(), "", PREFIX, &text[..text.len() - 1], &format!("{}0", text.as_str())] {
            assert_eq!(EmergencySecret::parse(wrong).err(), Some(KeyError::EmergencySecret));
        }
        assert_eq!(format!("{second:?}"), "EmergencySecret(redacted)");
    }

    #[test]
    fn a_file_of_it_is_for_its_owner_and_never_over_another() {
        let folder = tempfile::tempdir().unwrap();
        let (path, second) = (folder.path().join("envelope.txt"), EmergencySecret::generate());
        second.create_text_file(&path).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(EmergencySecret::parse(&text).unwrap().public(), second.public());
        let again = EmergencySecret::generate().create_text_file(&path);
        assert_eq!(again, Err(KeyError::File(std::io::ErrorKind::AlreadyExists)));
        assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
    }

    #[test]
    fn a_device_keeps_it_for_one_member() {
        let (store, vault, member) = (MemoryKeyStore::default(), VaultId::random(), MemberId::random());
        let second = EmergencySecret::generate();
        second.keep(&store, vault, member).unwrap();
        assert_eq!(EmergencySecret::kept(&store, vault, member).unwrap().unwrap().public(), second.public());
        assert!(EmergencySecret::kept(&store, vault, MemberId::random()).unwrap().is_none());
    }
}
