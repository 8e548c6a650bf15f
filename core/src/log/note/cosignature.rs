//! Cosignatures: a witness says that at this time the largest consistent tree of the log that it had seen was this one
//! (C2SP tlog-cosignature v1.0.1, <https://c2sp.org/tlog-cosignature>, the Ed25519 form `cosignature/v1`).
//!
//! The signature of the line is the time as eight bytes, big-endian, then the Ed25519 signature over
//! `cosignature/v1\ntime <seconds>\n` and the whole text of the checkpoint.

use super::{KeyId, KeyName, KeyType, NoteKey, NoteSignature};
use crate::keys::{Signature, SigningKey, VerifyingKey};
use crate::log::LogError;

/// The latest time that a cosignature may claim.
const MAX_TIME: u64 = i64::MAX as u64;

/// A cosignature that verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cosignature<'k> {
    /// The witness.
    pub key: &'k NoteKey,
    /// When, in seconds since 1970: a claim of the witness.
    pub time: u64,
}

impl NoteSignature {
    /// The line of a witness under the text of a checkpoint.
    ///
    /// The caller answers for having seen that the checkpoint is consistent with everything cosigned before.
    ///
    /// # Errors
    /// [`LogError::TimeOutOfRange`] beyond 2^63 - 1 seconds.
    pub fn cosign(name: KeyName, key: &SigningKey, text: &str, time: u64) -> Result<Self, LogError> {
        if time > MAX_TIME {
            return Err(LogError::TimeOutOfRange);
        }
        let signature = key.sign(message(text, time).as_bytes());
        let id = KeyId::of(&name, KeyType::Cosignature, key.verifying_key().as_bytes());
        Ok(Self { name, id, bytes: [&time.to_be_bytes()[..], &signature].concat() })
    }
}

/// The time of a cosignature that `key` made over `text`.
pub(super) fn verify(key: &VerifyingKey, text: &str, signature: &[u8]) -> Result<u64, LogError> {
    let (time, signature) = signature.split_first_chunk().ok_or(LogError::BadSignature)?;
    let signature: &Signature = signature.try_into().map_err(|_| LogError::BadSignature)?;
    let time = u64::from_be_bytes(*time);
    let good = time <= MAX_TIME && key.verifies(message(text, time).as_bytes(), signature);
    if good { Ok(time) } else { Err(LogError::BadSignature) }
}

fn message(text: &str, time: u64) -> String {
    format!("cosignature/v1\ntime {time}\n{text}")
}
