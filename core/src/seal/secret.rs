//! 32 secret bytes.

use std::fmt;

use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::id::fill_random;

/// 32 secret bytes: boxed, so that moving it leaves no copy on the stack; wiped on drop; never printed.
///
/// The floors above give it a role (`DataKey`, `CircleSecret`, ...); a bare `Secret` should not travel far.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Secret(Box<[u8; 32]>);

impl Secret {
    /// Fresh random bytes.
    #[must_use]
    pub fn generate() -> Self {
        let mut secret = Self::zeroed();
        fill_random(secret.0.as_mut());
        secret
    }

    /// A copy of these bytes; the caller wipes theirs.
    #[must_use]
    pub fn copy_of(bytes: &[u8; 32]) -> Self {
        let mut secret = Self::zeroed();
        secret.0.copy_from_slice(bytes);
        secret
    }

    /// A copy of a slice of exactly 32 bytes.
    #[must_use]
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        Some(Self::copy_of(bytes.try_into().ok()?))
    }

    pub(crate) fn zeroed() -> Self {
        Self(Box::new([0; 32]))
    }

    /// The bytes. Every call is a place where a secret could leak: keep what you do with them short.
    #[must_use]
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    pub(crate) fn expose_mut(&mut self) -> &mut [u8; 32] {
        &mut self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(redacted)")
    }
}

impl PartialEq for Secret {
    /// In constant time.
    fn eq(&self, other: &Self) -> bool {
        self.0.as_slice().ct_eq(other.0.as_slice()).into()
    }
}

impl Eq for Secret {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_never_printed() {
        let secret = Secret::copy_of(&[0xAB; 32]);
        assert_eq!(format!("{secret:?}"), "Secret(redacted)");
    }

    #[test]
    fn equal_only_when_all_bytes_are() {
        let secret = Secret::generate();
        assert_eq!(secret, secret.clone());
        for index in 0..32 {
            let mut bytes = *secret.expose();
            bytes[index] ^= 1;
            assert_ne!(secret, Secret::copy_of(&bytes));
        }
    }
}
