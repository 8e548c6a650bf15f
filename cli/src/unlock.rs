//! From arguments to a session: the host's key store, the passphrase, the identity, the sign-in.

use std::ffi::OsString;
use std::fs;
use std::io::{IsTerminal, Read};
use std::path::{Path, PathBuf};

use clap::Args;
use saferoom::id::MemberId;
use saferoom::keys::{
    FileKeyStore, Identity, IdentityAttempts, KeyError, Passphrase, PassphraseCost, SlowDown, SystemClock, Unlock,
    create_identity_file,
};
use saferoom::vault::{Host, Session, Vault};
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use crate::args::{IdentityArgs, SignInArgs, VaultArgs};
use crate::console::Console;
use crate::failure::{Failure, exit};

/// Names a file that holds the passphrase.
pub const PASSPHRASE_FILE_VARIABLE: &str = "SAFEROOM_PASSPHRASE_FILE";

/// More than any passphrase: a larger file is something else.
const LONGEST_PASSPHRASE_FILE: u64 = 16 * 1024;

impl VaultArgs {
    /// The host with this device's key store.
    #[must_use]
    pub fn host(&self) -> Host {
        Host::new(FileKeyStore::new(self.device_folder()))
    }

    /// Opens the vault, still locked.
    ///
    /// # Errors
    /// What [`Vault::open`] answers.
    pub fn open(&self) -> Result<Vault, Failure> {
        Ok(Vault::open(&self.path, self.host())?)
    }

    /// The folder of this device's keys.
    #[must_use]
    pub fn device_folder(&self) -> PathBuf {
        self.device_keys.clone().unwrap_or_else(|| beside(&self.path))
    }
}

impl SignInArgs {
    /// Opens the vault, unlocks the identity and signs in.
    ///
    /// # Errors
    /// What the vault, the identity file or the passphrase's source answers.
    pub fn sign_in(&self, out: &Console) -> Result<Session, Failure> {
        // The vault first: nobody should type a passphrase for a file that is not there.
        let vault = self.vault.open()?;
        let passphrase = self.identity.passphrase_of_file(out)?;
        Ok(vault.sign_in_with_file(&self.identity.path, Unlock::Passphrase(&passphrase))?)
    }
}

impl IdentityArgs {
    /// Unlocks the identity file. Attempts are counted in the folder of the device's keys.
    ///
    /// # Errors
    /// What the file or the passphrase's source answers.
    pub fn unlock(&self, device_keys: &Path, out: &Console) -> Result<Identity, Failure> {
        let passphrase = self.passphrase_of_file(out)?;
        counted(device_keys, |attempts| attempts.open(&self.path, Unlock::Passphrase(&passphrase)))
    }

    /// The passphrase of an identity file that is there.
    fn passphrase_of_file(&self, out: &Console) -> Result<Passphrase, Failure> {
        fs::metadata(&self.path).map_err(|error| Failure::reading(&self.path, &error))?;
        self.passphrase(out, false)
    }

    /// Where attempts at the identity file are counted if no vault is named: a folder beside it.
    #[must_use]
    pub fn device_folder(&self, named: Option<&PathBuf>) -> PathBuf {
        named.cloned().unwrap_or_else(|| beside(&self.path))
    }

    /// Unlocks the identity file, or makes a new one if there is none. Tells which.
    ///
    /// # Errors
    /// What the file or the passphrase's source answers.
    pub fn unlock_or_create(&self, device_keys: &Path, out: &Console) -> Result<(Identity, bool), Failure> {
        self.unlock_or_create_for(None, device_keys, out)
    }

    /// The same; a new one is a further identity of this member.
    pub(crate) fn unlock_or_create_for(
        &self,
        member: Option<MemberId>,
        device_keys: &Path,
        out: &Console,
    ) -> Result<(Identity, bool), Failure> {
        if self.path.exists() {
            return Ok((self.unlock(device_keys, out)?, false));
        }
        let passphrase = self.passphrase(out, true)?;
        let identity = member.map_or_else(Identity::generate, Identity::generate_for);
        create_identity_file(&self.path, &identity, Unlock::Passphrase(&passphrase), PassphraseCost::STANDARD)?;
        Ok((identity, true))
    }

    /// The passphrase of the file, or a new one.
    ///
    /// # Errors
    /// What its source answers, and a passphrase that is too short.
    pub fn passphrase(&self, out: &Console, new: bool) -> Result<Passphrase, Failure> {
        passphrase_for(&self.path, named_passphrase_file(self.passphrase_file.clone()), out, new)
    }
}

/// The folder of a device's keys, unless it is named.
pub(crate) fn beside(path: &Path) -> PathBuf {
    let mut name = path.to_path_buf().into_os_string();
    name.push(".device");
    PathBuf::from(name)
}

/// Makes an attempt at an identity file that is counted in this folder.
pub(crate) fn counted<T>(
    device_keys: &Path,
    attempt: impl FnOnce(IdentityAttempts<'_>) -> Result<T, KeyError>,
) -> Result<T, Failure> {
    let (store, clock) = (FileKeyStore::new(device_keys), SystemClock::default());
    Ok(attempt(IdentityAttempts::new(&store, &clock, SlowDown::default()))?)
}

/// The file of a backup key, and how it is unlocked.
#[derive(Debug, Clone, Args)]
pub struct KeyFileArgs {
    /// The file of the backup key; keep it apart from the backups
    #[arg(id = "key", long, value_name = "FILE")]
    pub path: PathBuf,
    /// File whose first line is the key's passphrase; without it, it is asked at the terminal
    #[arg(long, value_name = "FILE")]
    pub key_passphrase_file: Option<PathBuf>,
}

impl KeyFileArgs {
    /// The passphrase of the key file, or a new one.
    ///
    /// # Errors
    /// What its source answers, and a passphrase that is too short.
    pub fn passphrase(&self, out: &Console, new: bool) -> Result<Passphrase, Failure> {
        passphrase_for(&self.path, self.key_passphrase_file.clone(), out, new)
    }
}

/// Where a new passphrase comes from.
#[derive(Debug, Clone, Args)]
pub struct NewPassphraseArgs {
    /// File whose first line is the new passphrase; without it, it is asked twice at the terminal
    #[arg(long, value_name = "FILE")]
    pub new_passphrase_file: Option<PathBuf>,
}

impl NewPassphraseArgs {
    /// The new passphrase for the file at `path`.
    ///
    /// # Errors
    /// What its source answers, and a passphrase that is too short.
    pub fn passphrase(&self, path: &Path, out: &Console, new: bool) -> Result<Passphrase, Failure> {
        passphrase_for(path, self.new_passphrase_file.clone(), out, new)
    }
}

/// What opens a file that saferoom did not make, as its bytes were typed: the first line of the file that is named, or
/// asked for.
///
/// # Errors
/// What its source answers.
pub(crate) fn secret_of_file(
    path: &Path,
    named: Option<PathBuf>,
    out: &Console,
) -> Result<Zeroizing<Vec<u8>>, Failure> {
    match named {
        Some(named) => read_passphrase_file(&named, out),
        None if std::io::stdin().is_terminal() => ask(path, false),
        None => Err(no_source()),
    }
}

/// The passphrase of the file at `path`, or a new one: the first line of the file that is named, or asked for.
///
/// # Errors
/// What its source answers, and a passphrase that is too short.
pub(crate) fn passphrase_for(
    path: &Path,
    named: Option<PathBuf>,
    out: &Console,
    new: bool,
) -> Result<Passphrase, Failure> {
    let text = match named {
        Some(named) => read_passphrase_file(&named, out)?,
        None if std::io::stdin().is_terminal() => ask(path, new)?,
        None => return Err(no_source()),
    };
    Ok(Passphrase::new(normalised(&text).to_vec())?)
}

/// The file that was named, or else the one that the environment names.
pub(crate) fn named_passphrase_file(argument: Option<PathBuf>) -> Option<PathBuf> {
    argument.or_else(|| named_file(std::env::var_os(PASSPHRASE_FILE_VARIABLE)))
}

fn named_file(variable: Option<OsString>) -> Option<PathBuf> {
    variable.filter(|value| !value.is_empty()).map(PathBuf::from)
}

fn no_source() -> Failure {
    Failure::new(exit::DENIED, "no passphrase: there is no terminal to ask at, and no file was named")
        .advise("Name a file whose first line is the passphrase, with --passphrase-file or SAFEROOM_PASSPHRASE_FILE.")
}

fn ask(identity: &Path, new: bool) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let prompt = |text: String| -> Result<Zeroizing<Vec<u8>>, Failure> {
        let answer = rpassword::prompt_password(text).map_err(|_| no_source())?;
        if answer.is_empty() { Err(empty("what you typed")) } else { Ok(Zeroizing::new(answer.into_bytes())) }
    };
    if !new {
        return prompt(format!("Passphrase of {}: ", identity.display()));
    }
    let first = prompt(format!("New passphrase for {} (at least 8 characters): ", identity.display()))?;
    let second = prompt(String::from("The same again: "))?;
    if *first == *second {
        return Ok(first);
    }
    Err(Failure::new(exit::INPUT, "the two passphrases differ; nothing was made").advise("Try again."))
}

fn empty(source: &str) -> Failure {
    Failure::new(exit::INPUT, format!("the passphrase is empty: {source}"))
        .advise("Give at least 8 characters; several words are easier to remember.")
}

/// The first line of the file, without its end.
fn read_passphrase_file(path: &Path, out: &Console) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let reading = |error: std::io::Error| Failure::reading(path, &error);
    let file = fs::File::open(path).map_err(reading)?;
    let metadata = file.metadata().map_err(reading)?;
    if metadata.is_file() && metadata.len() > LONGEST_PASSPHRASE_FILE {
        let text = format!("{} is too large to be a passphrase file", path.display());
        return Err(Failure::new(exit::INPUT, text).advise("Name the file whose first line is the passphrase."));
    }
    if is_open_to_others(&metadata) {
        out.warn(format!("{} can be read by others on this device; `chmod 600` it", path.display()));
    }
    // All of the room at once: growing would leave copies of the passphrase behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(LONGEST_PASSPHRASE_FILE as usize + 64));
    file.take(LONGEST_PASSPHRASE_FILE).read_to_end(&mut bytes).map_err(reading)?;
    let end = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len());
    bytes.truncate(end);
    if bytes.last() == Some(&b'\r') {
        bytes.pop();
    }
    if bytes.is_empty() { Err(empty(&path.display().to_string())) } else { Ok(bytes) }
}

#[cfg(unix)]
fn is_open_to_others(metadata: &fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    metadata.is_file() && metadata.permissions().mode() & 0o077 != 0
}

#[cfg(not(unix))]
fn is_open_to_others(_: &fs::Metadata) -> bool {
    false
}

/// The passphrase in NFC: every keyboard gives the same bytes then. What is no UTF-8 stays as it is.
fn normalised(bytes: &[u8]) -> Zeroizing<Vec<u8>> {
    let Ok(text) = std::str::from_utf8(bytes) else { return Zeroizing::new(bytes.to_vec()) };
    // NFC takes at most three times the room.
    let mut composed = Zeroizing::new(Vec::with_capacity(3 * bytes.len()));
    for character in text.nfc() {
        composed.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
    }
    composed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_spellings_are_one_passphrase() {
        assert_eq!(*normalised("cafe\u{301}".as_bytes()), *normalised("café".as_bytes()));
        assert_eq!(*normalised(&[0xFF, 0x00]), [0xFF, 0x00]);
    }

    #[test]
    fn an_empty_variable_names_no_file() {
        assert_eq!(named_file(Some(OsString::new())), None);
        assert_eq!(named_file(Some(OsString::from("a"))), Some(PathBuf::from("a")));
    }

    #[test]
    fn the_device_folder_stands_beside_the_vault() {
        let args = VaultArgs { path: PathBuf::from("a/b.saferoom"), device_keys: None };
        assert_eq!(args.device_folder(), PathBuf::from("a/b.saferoom.device"));
        let args = VaultArgs { device_keys: Some(PathBuf::from("keys")), ..args };
        assert_eq!(args.device_folder(), PathBuf::from("keys"));
    }
}
