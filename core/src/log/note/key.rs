//! Keys of signed notes: named Ed25519 keys, and their text form, the verifier key.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::keys::{Signature, VerifyingKey};
use crate::log::{Hash, LogError};

/// The signature type of plain Ed25519 in the registry of C2SP signed-note.
const ED25519: u8 = 0x01;

/// The name of a note key, such as `audit.example.org/log/7f3a`: not empty, without spaces, `+` and control characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
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

    /// The id of this Ed25519 key under this name: the first bytes of SHA-256(name ‖ newline ‖ type ‖ key).
    #[must_use]
    pub fn of_ed25519(name: &KeyName, key: &VerifyingKey) -> Self {
        let input = [name.0.as_bytes(), &[b'\n', ED25519], key.as_bytes()].concat();
        let [a, b, c, d, ..] = *Hash::of(&input).as_bytes();
        Self([a, b, c, d])
    }

    /// The four bytes of the id.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 4] {
        &self.0
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
    key: VerifyingKey,
}

impl NoteKey {
    /// The Ed25519 key `key` under this name.
    #[must_use]
    pub fn new(name: KeyName, key: VerifyingKey) -> Self {
        Self { id: KeyId::of_ed25519(&name, &key), name, key }
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

    /// The public key itself.
    #[must_use]
    pub const fn verifying_key(&self) -> &VerifyingKey {
        &self.key
    }

    /// Whether `signature`, as it stands in a note, is this key's over `text`.
    pub(super) fn verifies(&self, text: &[u8], signature: &[u8]) -> bool {
        Signature::try_from(signature).is_ok_and(|signature| self.key.verifies(text, &signature))
    }
}

impl fmt::Display for NoteKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = [&[ED25519], &self.key.as_bytes()[..]].concat();
        write!(f, "{}+{}+{}", self.name, self.id, STANDARD.encode(bytes))
    }
}

impl FromStr for NoteKey {
    type Err = LogError;

    /// Reads a verifier key: [`LogError::MalformedKey`], [`LogError::KeyIdMismatch`], or [`LogError::UnknownKeyType`]
    /// for a key of a type other than Ed25519.
    fn from_str(text: &str) -> Result<Self, LogError> {
        // Neither a name nor an id has a plus sign; base64 may have some.
        let (name, rest) = text.split_once('+').ok_or(LogError::MalformedKey)?;
        let (id, encoded) = rest.split_once('+').ok_or(LogError::MalformedKey)?;
        let name = KeyName::new(name).map_err(|_| LogError::MalformedKey)?;
        let bytes = STANDARD.decode(encoded).map_err(|_| LogError::MalformedKey)?;
        let key = match bytes.split_first() {
            Some((&ED25519, key)) => key.try_into().map_err(|_| LogError::MalformedKey)?,
            Some(_) => return Err(LogError::UnknownKeyType),
            None => return Err(LogError::MalformedKey),
        };
        let key = Self::new(name, VerifyingKey::from_bytes(key));
        if key.id.to_string() == id {
            Ok(key)
        } else if id.len() == 8 && id.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f')) {
            Err(LogError::KeyIdMismatch)
        } else {
            Err(LogError::MalformedKey)
        }
    }
}
