//! Keys of signed notes: named public keys, and their text form, the verifier key.
//!
//! Two types are verified here: plain Ed25519, with which a log signs, and the Ed25519 cosignature of a witness. Keys of
//! any other type (ECDSA of a hardware key, ML-DSA-44) are kept as they are and verify nothing: their signature lines
//! are lines of unknown keys.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::cosignature;
use crate::keys::VerifyingKey;
use crate::log::{Hash, LogError};

/// The signature type of a note key, as the registry of C2SP signed-note numbers it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KeyType {
    /// Plain Ed25519 over the text: logs and their epochs.
    Ed25519,
    /// Ed25519 with a time, over the text of a checkpoint: witnesses (C2SP tlog-cosignature, `cosignature/v1`).
    Cosignature,
    /// A type that is not verified here. Never 1 or 4.
    Other(u8),
}

impl KeyType {
    const fn from_code(code: u8) -> Self {
        match code {
            0x01 => Self::Ed25519,
            0x04 => Self::Cosignature,
            other => Self::Other(other),
        }
    }

    /// The number of this type.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Ed25519 => 0x01,
            Self::Cosignature => 0x04,
            Self::Other(code) => code,
        }
    }
}

/// The name of a note key, such as `audit.example.org/log/7f3a`: not empty, without spaces, `+` and control characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyName(String);

impl KeyName {
    /// The key name that `name` is.
    ///
    /// # Errors
    /// [`LogError::KeyName`].
    pub fn new(name: impl Into<String>) -> Result<Self, LogError> {
        let name = name.into();
        if name.is_empty() || name.chars().any(|c| c == '+' || c.is_whitespace() || c.is_control()) {
            return Err(LogError::KeyName);
        }
        Ok(Self(name))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for KeyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The id of a note key: a hint which of several keys with one name signed. 8 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct KeyId([u8; 4]);

impl KeyId {
    /// The id with these bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 4]) -> Self {
        Self(bytes)
    }

    /// The id of this key under this name: the first bytes of SHA-256(name ‖ newline ‖ type ‖ key).
    pub(super) fn of(name: &KeyName, kind: KeyType, key: &[u8]) -> Self {
        let input = [name.0.as_bytes(), &[b'\n', kind.code()], key].concat();
        let [a, b, c, d, ..] = *Hash::of(&input).as_bytes();
        Self([a, b, c, d])
    }

    /// The four bytes of the id.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 4] {
        &self.0
    }
}

impl FromStr for KeyId {
    type Err = LogError;

    /// Reads 8 lower-case hexadecimal digits: [`LogError::MalformedKey`].
    fn from_str(text: &str) -> Result<Self, LogError> {
        let digits = text.len() == 8 && text.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'));
        let number = digits.then(|| u32::from_str_radix(text, 16).ok()).flatten();
        number.map(|number| Self(number.to_be_bytes())).ok_or(LogError::MalformedKey)
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}", u32::from_be_bytes(self.0))
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyId({self})")
    }
}

/// A known key: who may have signed. Its text form is the verifier key, `name+id+base64(type ‖ key)`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct NoteKey {
    name: KeyName,
    pub(super) id: KeyId,
    key: Material,
}

/// The public key itself.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Material {
    Ed25519(VerifyingKey),
    Cosignature(VerifyingKey),
    Other(u8, Vec<u8>),
}

impl NoteKey {
    /// The Ed25519 key `key` under this name: that of a log or an epoch.
    #[must_use]
    pub fn new(name: KeyName, key: VerifyingKey) -> Self {
        Self { id: KeyId::of(&name, KeyType::Ed25519, key.as_bytes()), name, key: Material::Ed25519(key) }
    }

    /// The Ed25519 key `key` under this name, for cosignatures: that of a witness.
    #[must_use]
    pub fn witness(name: KeyName, key: VerifyingKey) -> Self {
        Self { id: KeyId::of(&name, KeyType::Cosignature, key.as_bytes()), name, key: Material::Cosignature(key) }
    }

    /// The name of the key.
    #[must_use]
    pub fn name(&self) -> &KeyName {
        &self.name
    }

    /// The id of the key.
    #[must_use]
    pub const fn id(&self) -> KeyId {
        self.id
    }

    /// Which signatures it verifies.
    #[must_use]
    pub const fn key_type(&self) -> KeyType {
        match &self.key {
            Material::Ed25519(_) => KeyType::Ed25519,
            Material::Cosignature(_) => KeyType::Cosignature,
            Material::Other(code, _) => KeyType::Other(*code),
        }
    }

    /// The bytes of the public key, as its type defines them.
    #[must_use]
    pub fn public_key(&self) -> &[u8] {
        match &self.key {
            Material::Ed25519(key) | Material::Cosignature(key) => key.as_bytes(),
            Material::Other(_, bytes) => bytes,
        }
    }

    /// The Ed25519 key, if this is a key of one of the two types that are verified here.
    #[must_use]
    pub const fn verifying_key(&self) -> Option<&VerifyingKey> {
        match &self.key {
            Material::Ed25519(key) | Material::Cosignature(key) => Some(key),
            Material::Other(..) => None,
        }
    }

    /// Verifies `signature`, as it stands in a note, over `text`. `None` if keys of this type are not verified here.
    pub(super) fn verify(&self, text: &str, signature: &[u8]) -> Option<Result<Signed, LogError>> {
        match &self.key {
            Material::Ed25519(key) => {
                let good = signature.try_into().is_ok_and(|signature| key.verifies(text.as_bytes(), &signature));
                Some(if good { Ok(Signed::Plain) } else { Err(LogError::BadSignature) })
            }
            Material::Cosignature(key) => Some(cosignature::verify(key, text, signature).map(Signed::At)),
            Material::Other(..) => None,
        }
    }
}

/// What a good signature says besides that it is good.
pub(super) enum Signed {
    /// Nothing.
    Plain,
    /// When it was made: seconds since 1970, as the witness claims.
    At(u64),
}

impl fmt::Display for NoteKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = [&[self.key_type().code()], self.public_key()].concat();
        write!(f, "{}+{}+{}", self.name, self.id, STANDARD.encode(bytes))
    }
}

impl FromStr for NoteKey {
    type Err = LogError;

    /// Reads a verifier key: [`LogError::MalformedKey`], [`LogError::KeyIdMismatch`]. The id of a key whose type is not
    /// verified here is taken as it stands: how it is computed depends on the type.
    fn from_str(text: &str) -> Result<Self, LogError> {
        // Neither a name nor an id has a plus sign; base64 may have some.
        let (name, rest) = text.split_once('+').ok_or(LogError::MalformedKey)?;
        let (id, encoded) = rest.split_once('+').ok_or(LogError::MalformedKey)?;
        let name = KeyName::new(name).map_err(|_| LogError::MalformedKey)?;
        let id: KeyId = id.parse()?;
        let bytes = STANDARD.decode(encoded).map_err(|_| LogError::MalformedKey)?;
        let (code, bytes) = bytes.split_first().ok_or(LogError::MalformedKey)?;
        let ed25519 = || bytes.try_into().map(VerifyingKey::from_bytes).map_err(|_| LogError::MalformedKey);
        let key = match KeyType::from_code(*code) {
            KeyType::Ed25519 => Self::new(name, ed25519()?),
            KeyType::Cosignature => Self::witness(name, ed25519()?),
            KeyType::Other(code) if !bytes.is_empty() => Self { name, id, key: Material::Other(code, bytes.to_vec()) },
            KeyType::Other(_) => return Err(LogError::MalformedKey),
        };
        if key.id == id { Ok(key) } else { Err(LogError::KeyIdMismatch) }
    }
}
