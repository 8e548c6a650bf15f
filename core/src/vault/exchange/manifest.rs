//! What left: the manifest of an export, signed by the session that made it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::super::Error;
use super::error::ExchangeError;
use crate::id::hexadecimal;
use crate::keys::{Signature, VerifyingKey};
use crate::seal::{LabelledInput, sha256};

/// The form of the lines and of the manifest.
pub(super) const FORMAT: &str = "saferoom-export/1";

/// What an export disclosed. No value and no reason in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// `saferoom-export/1`.
    pub format: String,
    /// The vault.
    pub vault: String,
    /// The device whose log names the export.
    pub device: String,
    /// Pseudonym of the member who exported.
    pub member: String,
    /// When, by the device's clock, in UTC.
    pub created_at: String,
    /// Code of the purpose: the local one, or else that of HL7.
    pub purpose: String,
    /// The cases that were chosen; none: the whole vault.
    pub cases: Option<Vec<String>>,
    /// Whether earlier revisions were written too.
    pub history: bool,
    /// How many lines there are.
    pub lines: u64,
    /// How many bytes they have.
    pub bytes: u64,
    /// SHA-256 of the lines, in hexadecimal digits.
    pub sha256: String,
    /// What was written of each kind of record.
    pub kinds: BTreeMap<String, KindSummary>,
    /// Records of kinds that this release does not know; they were not written.
    pub unknown_kinds: u64,
    /// Size of the log when the last line had been written.
    pub log_size: u64,
    /// Root of the log at that size, in standard base64.
    pub log_root: String,
}

/// What was written of one kind of record.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KindSummary {
    /// Records.
    pub records: u64,
    /// Lines: with history, one for each revision.
    pub lines: u64,
    /// Numbers of the fields that have a value in at least one line.
    pub fields: BTreeSet<u64>,
    /// Compartments whose fields were withheld in at least one line, for want of a key.
    pub withheld: BTreeSet<String>,
    /// Records that could not be opened at all, for want of a key; they were not written.
    pub not_opened: u64,
}

/// A manifest, exactly as it was signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedManifest {
    /// The manifest.
    pub manifest: Manifest,
    text: String,
    key: VerifyingKey,
    signature: Signature,
}

/// The second line of a manifest file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SignatureLine {
    session_key: String,
    signature: String,
}

impl SignedManifest {
    pub(super) fn sign(manifest: Manifest, key: VerifyingKey, sign: impl FnOnce(&[u8]) -> Signature) -> Self {
        // Plain words and numbers: there is nothing that JSON could refuse.
        let text = serde_json::to_string(&manifest).unwrap_or_default();
        let signature = sign(signed_bytes(&text).as_bytes());
        Self { manifest, text, key, signature }
    }

    /// The file: the manifest in one line, and in a second one the key and its signature.
    #[must_use]
    pub fn to_text(&self) -> String {
        let line =
            SignatureLine { session_key: hexadecimal(self.key.as_bytes()), signature: hexadecimal(&self.signature) };
        format!("{}\n{}\n", self.text, serde_json::to_string(&line).unwrap_or_default())
    }

    /// The manifest of such a file, if the signature is of the key that the file names. Whether a member stands behind
    /// that key, the vault that it came from can tell.
    ///
    /// # Errors
    /// [`ExchangeError::Manifest`].
    pub fn parse(file: &str) -> Result<Self, Error> {
        Self::read(file).ok_or_else(|| ExchangeError::Manifest.into())
    }

    fn read(file: &str) -> Option<Self> {
        let mut lines = file.strip_suffix('\n')?.split('\n');
        let (text, signature, None) = (lines.next()?, lines.next()?, lines.next()) else { return None };
        let manifest: Manifest = serde_json::from_str(text).ok()?;
        let line: SignatureLine = serde_json::from_str(signature).ok()?;
        let key = VerifyingKey::from_bytes(from_hex(&line.session_key)?);
        let signature = from_hex(&line.signature)?;
        let genuine = manifest.format == FORMAT && key.verifies(signed_bytes(text).as_bytes(), &signature);
        genuine.then(|| Self { manifest, text: text.to_owned(), key, signature })
    }

    /// SHA-256 of the manifest's line, without its end: what stands in the log.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        sha256(self.text.as_bytes())
    }

    /// Whether the lines with this SHA-256 are the ones that it is about.
    #[must_use]
    pub fn is_of(&self, sha256: &[u8; 32]) -> bool {
        self.manifest.sha256 == hexadecimal(sha256)
    }
}

fn signed_bytes(text: &str) -> LabelledInput {
    LabelledInput::new("saferoom/export-manifest").part(text.as_bytes())
}

fn from_hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let digits = text.as_bytes();
    let mut bytes = [0; N];
    if digits.len() != 2 * N || !digits.iter().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f')) {
        return None;
    }
    for (index, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * index..2 * index + 2)?, 16).ok()?;
    }
    Some(bytes)
}
