//! Floor 0: the only place that touches a cipher.
//!
//! Everything that saferoom encrypts goes through one of three doors, and each binds the value to its place:
//!
//! - groups: the fields of one revision of one record under one data key ([`GroupContext`]);
//! - values: one secret value under one key, such as a wrapped key or a log entry ([`ValueContext`]);
//! - hybrid: a small secret to a public key (HPKE with X-Wing), post-quantum and never used for a field.
//!
//! Beside them stands the splitting of a secret into shares.
//!
//! Nonces are drawn in here and nowhere else: no caller can choose one, and no builder keeps one.
//! Keys come in as [`Secret`], 32 bytes that are boxed, wiped on drop, never printed and compared in constant time.
//! A wrong key, a wrong place and a changed byte are one error, [`SealError::Authentication`], on purpose.

mod aead;
mod derive;
mod group;
mod hybrid;
#[cfg(test)]
mod known_answers;
mod mac;
mod padding;
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) mod raw;
mod secret;
mod shares;
mod stream;
mod value;
#[cfg(test)]
mod vectors;

pub use derive::{LabelledInput, Sha256Stream, derive_bytes, derive_secret, hmac_key, sha256};
pub use group::{GroupContext, GroupLayout, MAX_FIELDS_PER_GROUP, OpenedGroup, open_group, seal_group};
pub use hybrid::{HybridPublicKey, HybridSecretKey, SEALED_TO_KEY_OVERHEAD};
pub use mac::MacKey;
pub use padding::padded_length;
pub use secret::Secret;
pub use shares::{combine_shares, split_secret};
pub(crate) use stream::{StreamError, StreamReader, StreamWriter};
pub use value::{VALUE_OVERHEAD, ValueContext};

use crate::error::{Diagnosis, Family};

/// Version of every byte format of this floor; bound into every derivation and every context.
pub const FORMAT_VERSION: u8 = 1;

/// Why a value could not be sealed or opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SealError {
    /// The key is not the one it was sealed with, the value was moved from its place, or a byte was changed.
    #[error("the sealed value does not authenticate")]
    Authentication,
    /// The bytes cannot be a sealed value: too short, or the parts do not add up.
    #[error("the sealed bytes are malformed")]
    Malformed,
    /// Two values for the same field number in one call.
    #[error("a field number was given twice")]
    DuplicateField,
    /// Field numbers have to ascend and start at 1.
    #[error("field numbers do not ascend from 1")]
    FieldOrder,
    /// More fields than one group can hold.
    #[error("too many fields in one record")]
    TooManyFields,
    /// A value longer than the format can carry.
    #[error("the value is too long to seal")]
    TooLong,
    /// The bytes are no public key.
    #[error("the public key is malformed")]
    PublicKey,
    /// A threshold, a number of shares, or shares that do not go together.
    #[error("these are no shares of one secret")]
    Shares,
}

impl Diagnosis for SealError {
    fn code(&self) -> u16 {
        Family::Seal.code(match self {
            Self::Authentication => 1,
            Self::Malformed => 2,
            Self::DuplicateField => 10,
            Self::FieldOrder => 11,
            Self::TooManyFields => 12,
            Self::TooLong => 13,
            Self::PublicKey => 20,
            Self::Shares => 21,
        })
    }

    fn advice(&self) -> &'static str {
        match self {
            Self::Authentication | Self::Malformed => {
                "Stop using this file, keep it as it is, and run `saferoom vault check`: it was damaged or changed from outside."
            }
            Self::DuplicateField | Self::FieldOrder => "Give each field once, ascending by number.",
            Self::TooManyFields => "Split the record: repeated things are records of their own.",
            Self::TooLong => "Split the text into several statements.",
            Self::PublicKey => "Ask the sender for the key again.",
            Self::Shares => "Give each share once, and at least two.",
        }
    }
}
