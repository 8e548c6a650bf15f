//! Passphrases, and what it costs to guess one.

use argon2::{Algorithm, Argon2, Params, Version};
use zeroize::Zeroizing;

use super::KeyError;
use crate::seal::Secret;

/// A passphrase, as bytes; wiped on drop, never printed.
#[derive(Clone)]
pub struct Passphrase(Zeroizing<Vec<u8>>);

impl Passphrase {
    /// Takes over a passphrase of at least 8 characters. It should be UTF-8 in NFC, so that every keyboard gives the
    /// same bytes.
    ///
    /// # Errors
    /// [`KeyError::PassphraseTooShort`].
    pub fn new(bytes: Vec<u8>) -> Result<Self, KeyError> {
        let bytes = Zeroizing::new(bytes);
        let characters = String::from_utf8_lossy(&bytes).chars().count();
        if characters < 8 { Err(KeyError::PassphraseTooShort) } else { Ok(Self(bytes)) }
    }
}

impl std::fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Passphrase(redacted)")
    }
}

/// What Argon2id costs. Written beside the salt, so that it can grow with the years.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PassphraseCost {
    pub(super) memory_kib: u32,
    pub(super) passes: u32,
    pub(super) lanes: u32,
}

impl PassphraseCost {
    /// 64 MiB and three passes: what this release writes (about 0.2 s on a laptop).
    pub const STANDARD: Self = Self { memory_kib: 64 * 1024, passes: 3, lanes: 1 };
    /// The least that is accepted: for tests and demonstrations.
    pub const LEAST: Self = Self { memory_kib: 8 * 1024, passes: 1, lanes: 1 };

    /// A cost within the accepted bounds: 8 MiB to 1 GiB, 1 to 16 passes, 1 to 4 lanes.
    ///
    /// # Errors
    /// [`KeyError::AbsurdParameters`] outside them.
    pub fn new(memory_kib: u32, passes: u32, lanes: u32) -> Result<Self, KeyError> {
        let sane =
            (8 * 1024..=1024 * 1024).contains(&memory_kib) && (1..=16).contains(&passes) && (1..=4).contains(&lanes);
        if sane { Ok(Self { memory_kib, passes, lanes }) } else { Err(KeyError::AbsurdParameters) }
    }

    pub(super) fn stretch(self, passphrase: &Passphrase, salt: &[u8]) -> Result<Secret, KeyError> {
        let params =
            Params::new(self.memory_kib, self.passes, self.lanes, Some(32)).map_err(|_| KeyError::AbsurdParameters)?;
        let mut stretched = Secret::zeroed();
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(&passphrase.0, salt, stretched.expose_mut())
            .map_err(|_| KeyError::AbsurdParameters)?;
        Ok(stretched)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_passphrases_are_refused_and_none_is_printed() {
        assert!(matches!(Passphrase::new(b"short".to_vec()), Err(KeyError::PassphraseTooShort)));
        let long = Passphrase::new(b"long enough".to_vec()).unwrap();
        assert_eq!(format!("{long:?}"), "Passphrase(redacted)");
    }
}
