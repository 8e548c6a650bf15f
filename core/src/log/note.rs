//! Signed notes: a text, a blank line, and signature lines (C2SP signed-note v1.0.0, <https://c2sp.org/signed-note>).
//!
//! Stricter than the specification where a reader may choose: base64 in its one spelling, a bounded length and number
//! of signatures, no signature line twice. Signatures of unknown keys, and of types that are not verified here, are
//! ignored; a signature that a known key did not make spoils the whole note.

mod cosignature;
mod key;

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

pub use cosignature::Cosignature;
pub use key::{KeyId, KeyName, KeyType, NoteKey};

use self::key::Signed;
use super::LogError;
use crate::keys::SigningKey;

/// The longest note, in bytes.
pub const MAX_NOTE_LENGTH: usize = 1 << 20;

/// The most signature lines of a note; the specification asks for 16 at least.
pub const MAX_SIGNATURES: usize = 32;

/// What a signature line begins with: an em dash and a space.
const DASH: &str = "\u{2014} ";

/// A text and the signatures under it. That it parsed says nothing about who signed; [`Note::verify`] does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    text: String,
    signatures: Vec<NoteSignature>,
}

/// One signature line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteSignature {
    name: KeyName,
    id: KeyId,
    bytes: Vec<u8>,
}

impl Note {
    /// A note that nobody signed yet.
    ///
    /// # Errors
    /// [`LogError::MalformedNote`] unless the text ends in a newline and has no other control characters;
    /// [`LogError::NoteTooLong`].
    pub fn new(text: impl Into<String>) -> Result<Self, LogError> {
        let text = text.into();
        if text.len() > MAX_NOTE_LENGTH {
            return Err(LogError::NoteTooLong);
        }
        if !text.ends_with('\n') || has_control_characters(&text) {
            return Err(LogError::MalformedNote);
        }
        Ok(Self { text, signatures: Vec::new() })
    }

    /// Reads a signed note, which has one signature line at least.
    ///
    /// # Errors
    /// [`LogError::MalformedNote`], [`LogError::NoteTooLong`], [`LogError::TooManySignatures`],
    /// [`LogError::DuplicateSignature`].
    pub fn parse(bytes: &[u8]) -> Result<Self, LogError> {
        if bytes.len() > MAX_NOTE_LENGTH {
            return Err(LogError::NoteTooLong);
        }
        let whole = std::str::from_utf8(bytes).map_err(|_| LogError::MalformedNote)?;
        if has_control_characters(whole) {
            return Err(LogError::MalformedNote);
        }
        // The text can have blank lines of its own: the last one separates.
        let blank = whole.rfind("\n\n").ok_or(LogError::MalformedNote)?;
        let (text, lines) = (&whole[..=blank], &whole[blank + 2..]);
        let mut note = Self::new(text)?;
        for line in lines.strip_suffix('\n').ok_or(LogError::MalformedNote)?.split('\n') {
            note.add(line.parse()?)?;
        }
        Ok(note)
    }

    /// The signed text, with the newline at its end.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The signature lines, verified or not.
    #[must_use]
    pub fn signatures(&self) -> &[NoteSignature] {
        &self.signatures
    }

    /// Adds the Ed25519 signature of `key` under `name`.
    ///
    /// # Errors
    /// [`LogError::DuplicateSignature`], [`LogError::TooManySignatures`].
    pub fn sign(&mut self, name: KeyName, key: &SigningKey) -> Result<(), LogError> {
        let id = KeyId::of(&name, KeyType::Ed25519, key.verifying_key().as_bytes());
        self.add(NoteSignature { name, id, bytes: key.sign(self.text.as_bytes()).to_vec() })
    }

    /// Adds a signature line that was made elsewhere, verified or not.
    ///
    /// # Errors
    /// [`LogError::DuplicateSignature`], [`LogError::TooManySignatures`].
    pub fn add(&mut self, signature: NoteSignature) -> Result<(), LogError> {
        if self.signatures.contains(&signature) {
            return Err(LogError::DuplicateSignature);
        }
        if self.signatures.len() == MAX_SIGNATURES {
            return Err(LogError::TooManySignatures);
        }
        self.signatures.push(signature);
        Ok(())
    }

    /// Which of the known keys signed this note, each once, in the order of the signature lines.
    ///
    /// # Errors
    /// [`LogError::BadSignature`] if a known key did not make a signature under its name and id, however many others
    /// are good; [`LogError::Unsigned`] if no known key signed; [`LogError::AmbiguousKey`].
    pub fn verify<'k>(&self, known: &'k [NoteKey]) -> Result<Vec<&'k NoteKey>, LogError> {
        Ok(self.verify_lines(known)?.0)
    }

    /// The cosignatures of the known witnesses, in the order of the signature lines; a witness may have several, of
    /// different times. Empty if none of them cosigned.
    ///
    /// # Errors
    /// [`LogError::BadSignature`] if a known key, of a witness or not, did not make a signature under its name and id;
    /// [`LogError::AmbiguousKey`].
    pub fn cosignatures<'k>(&self, known: &'k [NoteKey]) -> Result<Vec<Cosignature<'k>>, LogError> {
        match self.verify_lines(known) {
            Ok((_, cosignatures)) => Ok(cosignatures),
            Err(LogError::Unsigned) => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }

    /// Who signed, each once, and every cosignature.
    pub(super) fn verify_lines<'k>(
        &self,
        known: &'k [NoteKey],
    ) -> Result<(Vec<&'k NoteKey>, Vec<Cosignature<'k>>), LogError> {
        let (mut signers, mut cosignatures): (Vec<&NoteKey>, _) = (Vec::new(), Vec::new());
        for signature in &self.signatures {
            let mut candidates = known.iter().filter(|key| *key.name() == signature.name && key.id() == signature.id);
            let Some(key) = candidates.next() else { continue };
            if candidates.any(|other| other != key) {
                return Err(LogError::AmbiguousKey);
            }
            match key.verify(&self.text, &signature.bytes).transpose()? {
                None => continue,
                Some(Signed::Plain) => (),
                Some(Signed::At(time)) => cosignatures.push(Cosignature { key, time }),
            }
            if !signers.contains(&key) {
                signers.push(key);
            }
        }
        if signers.is_empty() { Err(LogError::Unsigned) } else { Ok((signers, cosignatures)) }
    }
}

/// The note as it is kept and sent, signature lines included.
impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.signatures.iter().try_for_each(|signature| writeln!(f, "{signature}"))
    }
}

impl NoteSignature {
    /// The name of the key that is said to have signed.
    #[must_use]
    pub fn name(&self) -> &KeyName {
        &self.name
    }

    /// The id of the key that is said to have signed.
    #[must_use]
    pub const fn id(&self) -> KeyId {
        self.id
    }

    /// The signature as its type defines it, without the key id.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

impl FromStr for NoteSignature {
    type Err = LogError;

    /// Reads a signature line, without the newline at its end: [`LogError::MalformedNote`].
    fn from_str(line: &str) -> Result<Self, LogError> {
        let (name, encoded) =
            line.strip_prefix(DASH).and_then(|rest| rest.split_once(' ')).ok_or(LogError::MalformedNote)?;
        let name = KeyName::new(name).map_err(|_| LogError::MalformedNote)?;
        let decoded = STANDARD.decode(encoded).map_err(|_| LogError::MalformedNote)?;
        match decoded.split_first_chunk() {
            Some((id, bytes)) if !bytes.is_empty() => {
                Ok(Self { name, id: KeyId::from_bytes(*id), bytes: bytes.to_vec() })
            }
            _ => Err(LogError::MalformedNote),
        }
    }
}

impl fmt::Display for NoteSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = [&self.id.as_bytes()[..], &self.bytes].concat();
        write!(f, "{DASH}{} {}", self.name, STANDARD.encode(bytes))
    }
}

fn has_control_characters(text: &str) -> bool {
    text.bytes().any(|byte| byte < b' ' && byte != b'\n')
}

#[cfg(test)]
mod tests;
