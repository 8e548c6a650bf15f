//! Keys of OpenSSH, in files: the private one that signs, the public ones that are trusted.

use std::path::{Path, PathBuf};

use saferoom::keys::{SigningKey, VerifyingKey};
use saferoom::release::output::public_keys;
use ssh_key::PrivateKey;
use zeroize::Zeroizing;

use super::input::read;
use crate::console::Console;
use crate::failure::{Failure, exit};
use crate::unlock::{named_passphrase_file, secret_of_file};

/// The signing key in a file as `ssh-keygen -t ed25519` writes it. Its passphrase, if it has one, is read from the file that
/// was named or asked for.
pub(crate) fn signing_key(path: &Path, passphrase: Option<PathBuf>, out: &Console) -> Result<SigningKey, Failure> {
    let refuse = || {
        Failure::new(exit::INPUT, format!("{} is no Ed25519 private key of OpenSSH", path.display()))
            .advise("Make one with: ssh-keygen -t ed25519 -f FILE")
    };
    let mut key = PrivateKey::from_openssh(Zeroizing::new(read(path)?)).map_err(|_| refuse())?;
    if key.is_encrypted() {
        let passphrase = secret_of_file(path, named_passphrase_file(passphrase), out)?;
        key = key.decrypt(passphrase).map_err(|_| {
            Failure::new(exit::DENIED, format!("the passphrase does not open {}", path.display()))
                .advise("Type it again; it is the one of the key, not of your identity.")
        })?;
    }
    let pair = key.key_data().ed25519().ok_or_else(refuse)?;
    Ok(SigningKey::from_seed(&Zeroizing::new(pair.private.to_bytes())))
}

/// The keys in a file as `ssh-keygen` writes it with the ending `.pub`, or in an allowed-signers file.
pub(crate) fn trusted_keys(path: &Path) -> Result<Vec<VerifyingKey>, Failure> {
    let text = read(path)?;
    let text = std::str::from_utf8(&text).unwrap_or_default();
    public_keys(text).map_err(|error| Failure::from(error).at(path.display()))
}
