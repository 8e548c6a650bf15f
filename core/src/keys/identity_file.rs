//! The identity file: a member's seed, locked by a passphrase, by a secret of the host's key store, or by both.
//!
//! Bytes (118 + 8): `"SFRMIDNT"`, version u8, lock flags u8 (1 passphrase, 2 host secret), Argon2id memory in KiB u32,
//! passes u32, lanes u32 (all zero without passphrase), salt\[16\], sealed (member id\[16\], seed\[32\]), checksum\[8\].
//! Numbers are big-endian. The checksum (SHA-256, first 8 bytes) tells damage from a wrong passphrase; everything
//! before the sealed part is bound to it. Argon2id (RFC 9106) is asked with bounded parameters only.

use std::io::Read;
use std::path::Path;

use argon2::{Algorithm, Argon2, Params, Version};
use zeroize::Zeroizing;

use super::host::write_private_file;
use super::{Identity, KeyError, KeyStore};
use crate::id::{MemberId, random_bytes};
use crate::seal::{LabelledInput, Secret, VALUE_OVERHEAD, ValueContext, derive_secret, sha256};

const MAGIC: &[u8; 8] = b"SFRMIDNT";
const VERSION: u8 = 1;
const PASSPHRASE_FLAG: u8 = 1;
const HOST_FLAG: u8 = 2;
const HEADER_LENGTH: usize = 8 + 1 + 1 + 12 + 16;
const BODY_LENGTH: usize = 16 + 32;
const FILE_LENGTH: usize = HEADER_LENGTH + BODY_LENGTH + VALUE_OVERHEAD + 8;

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
    memory_kib: u32,
    passes: u32,
    lanes: u32,
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

    fn stretch(self, passphrase: &Passphrase, salt: &[u8]) -> Result<Secret, KeyError> {
        let params =
            Params::new(self.memory_kib, self.passes, self.lanes, Some(32)).map_err(|_| KeyError::AbsurdParameters)?;
        let mut stretched = Secret::zeroed();
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(&passphrase.0, salt, stretched.expose_mut())
            .map_err(|_| KeyError::AbsurdParameters)?;
        Ok(stretched)
    }
}

/// What locks an identity: a passphrase, the host's key store, or both (recommended).
#[derive(Clone, Copy)]
pub enum Unlock<'a> {
    /// A passphrase alone: the file and the passphrase are enough.
    Passphrase(&'a Passphrase),
    /// The host's key store alone: whoever unlocks the device unlocks the identity.
    Host(&'a dyn KeyStore),
    /// Both are needed.
    Both(&'a Passphrase, &'a dyn KeyStore),
}

impl<'a> Unlock<'a> {
    fn passphrase(&self) -> Option<&'a Passphrase> {
        match self {
            Self::Passphrase(passphrase) | Self::Both(passphrase, _) => Some(passphrase),
            Self::Host(_) => None,
        }
    }

    fn host(&self) -> Option<&'a dyn KeyStore> {
        match self {
            Self::Host(store) | Self::Both(_, store) => Some(*store),
            Self::Passphrase(_) => None,
        }
    }
}

impl std::fmt::Debug for Unlock<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Unlock(redacted)")
    }
}

/// Locks `identity` and writes it to a new file that only its owner may read; an existing file is never replaced.
///
/// # Errors
/// [`KeyError::File`] if the file exists or cannot be written, [`KeyError::KeyStore`] if the host's store fails.
pub fn create_identity_file(
    path: &Path,
    identity: &Identity,
    unlock: Unlock<'_>,
    cost: PassphraseCost,
) -> Result<(), KeyError> {
    if path.exists() {
        return Err(KeyError::File(std::io::ErrorKind::AlreadyExists));
    }
    let salt = random_bytes();
    let host_secret = match unlock.host() {
        Some(store) => {
            let secret = Secret::generate();
            store.store(&host_name(&salt), secret.expose())?;
            Some(secret)
        }
        None => None,
    };
    let bytes = encode(identity, &salt, unlock.passphrase(), host_secret.as_ref(), cost)?;
    write_private_file(path, &bytes, false).map_err(|error| KeyError::File(error.kind()))
}

/// Reads and unlocks an identity file.
///
/// # Errors
/// A distinct [`KeyError`] for each of: not an identity file, newer version, truncated or damaged, absurd parameters,
/// wrong passphrase, host secret missing, host store failing, file not readable.
pub fn open_identity_file(path: &Path, unlock: Unlock<'_>) -> Result<Identity, KeyError> {
    // One byte more than an identity file has: whatever is longer is none, and is not read to its end.
    let mut bytes = Vec::with_capacity(FILE_LENGTH + 1);
    std::fs::File::open(path)
        .and_then(|file| file.take(FILE_LENGTH as u64 + 1).read_to_end(&mut bytes))
        .map_err(|error| KeyError::File(error.kind()))?;
    Locked::parse(&bytes)?.unlock(unlock)
}

fn encode(
    identity: &Identity,
    salt: &[u8; 16],
    passphrase: Option<&Passphrase>,
    host_secret: Option<&Secret>,
    cost: PassphraseCost,
) -> Result<Vec<u8>, KeyError> {
    let mut file = Vec::with_capacity(FILE_LENGTH);
    file.extend_from_slice(MAGIC);
    file.push(VERSION);
    file.push(u8::from(passphrase.is_some()) * PASSPHRASE_FLAG + u8::from(host_secret.is_some()) * HOST_FLAG);
    for parameter in [cost.memory_kib, cost.passes, cost.lanes] {
        let written = if passphrase.is_some() { parameter } else { 0 };
        file.extend_from_slice(&written.to_be_bytes());
    }
    file.extend_from_slice(salt);
    let key = lock_key(passphrase.map(|passphrase| cost.stretch(passphrase, salt)).transpose()?.as_ref(), host_secret);
    let mut body = Zeroizing::new(Vec::with_capacity(BODY_LENGTH));
    body.extend_from_slice(identity.member().as_bytes());
    body.extend_from_slice(identity.seed().expose());
    let sealed = context(&file).seal(&key, &body)?;
    file.extend_from_slice(&sealed);
    let checksum = sha256(&file);
    file.extend_from_slice(&checksum[..8]);
    Ok(file)
}

/// A well-formed identity file, still locked.
pub(super) struct Locked<'a> {
    header: &'a [u8],
    cost: Option<PassphraseCost>,
    salt: &'a [u8],
    needs_host: bool,
    sealed: &'a [u8],
}

impl<'a> Locked<'a> {
    pub(super) fn parse(bytes: &'a [u8]) -> Result<Self, KeyError> {
        if !bytes.starts_with(MAGIC) {
            let truncated = !bytes.is_empty() && MAGIC.starts_with(bytes);
            return Err(if truncated { KeyError::IdentityDamaged } else { KeyError::NotAnIdentity });
        }
        match bytes.get(8) {
            Some(&VERSION) => {}
            Some(version) if *version > VERSION => return Err(KeyError::IdentityTooNew),
            _ => return Err(KeyError::IdentityDamaged),
        }
        if bytes.len() != FILE_LENGTH {
            return Err(KeyError::IdentityDamaged);
        }
        let (content, checksum) = bytes.split_at(FILE_LENGTH - 8);
        let (header, sealed) = content.split_at(HEADER_LENGTH);
        // Parameters first: a file with absurd ones was edited, and its checksum may have been made to fit.
        let number = |at: usize| header[at..at + 4].iter().fold(0u32, |sum, byte| sum << 8 | u32::from(*byte));
        let (flags, parameters) = (header[9], [number(10), number(14), number(18)]);
        let cost = match flags & PASSPHRASE_FLAG {
            0 if parameters == [0; 3] => None,
            0 => return Err(KeyError::IdentityDamaged),
            _ => Some(PassphraseCost::new(parameters[0], parameters[1], parameters[2])?),
        };
        if sha256(content)[..8] != *checksum || flags == 0 || flags > PASSPHRASE_FLAG | HOST_FLAG {
            return Err(KeyError::IdentityDamaged);
        }
        Ok(Self { header, cost, salt: &header[22..], needs_host: flags & HOST_FLAG != 0, sealed })
    }

    fn unlock(&self, unlock: Unlock<'_>) -> Result<Identity, KeyError> {
        let stretched = match (self.cost, unlock.passphrase()) {
            (Some(cost), Some(passphrase)) => Some(cost.stretch(passphrase, self.salt)?),
            (Some(_), None) => return Err(KeyError::WrongPassphrase),
            (None, _) => None,
        };
        let host_secret = match (self.needs_host, unlock.host()) {
            (true, Some(store)) => Some(self.host_secret(store)?),
            (true, None) => return Err(KeyError::HostSecretMissing),
            (false, _) => None,
        };
        let key = lock_key(stretched.as_ref(), host_secret.as_ref());
        let mut body = Zeroizing::new(Vec::with_capacity(BODY_LENGTH + VALUE_OVERHEAD));
        context(self.header).open_onto(&key, self.sealed, &mut body).map_err(|_| KeyError::WrongPassphrase)?;
        let (member, seed) = body.split_at(16);
        let member = MemberId::from_slice(member).map_err(|_| KeyError::IdentityDamaged)?;
        Ok(Identity::from_parts(member, Secret::from_slice(seed).ok_or(KeyError::IdentityDamaged)?))
    }

    fn host_secret(&self, store: &dyn KeyStore) -> Result<Secret, KeyError> {
        let bytes = store.load(&host_name(self.salt))?.ok_or(KeyError::HostSecretMissing)?;
        Secret::from_slice(&bytes).ok_or(KeyError::HostSecretMissing)
    }
}

fn context(header: &[u8]) -> ValueContext {
    ValueContext::new(LabelledInput::new("saferoom/identity-file").part(header))
}

fn lock_key(stretched: Option<&Secret>, host_secret: Option<&Secret>) -> Secret {
    let zero = Secret::zeroed();
    let input = LabelledInput::new("saferoom/identity-file/lock-key")
        .number(u64::from(stretched.is_some()))
        .part(host_secret.map_or(&[][..], |secret| secret.expose()));
    derive_secret(stretched.unwrap_or(&zero), &input)
}

/// The host's secret of an identity file, named by the file's salt: known before the file is unlocked, and random.
fn host_name(salt: &[u8]) -> String {
    let digits: String = salt.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("saferoom/identity/{digits}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::MemoryKeyStore;

    fn passphrase(text: &str) -> Passphrase {
        Passphrase::new(text.as_bytes().to_vec()).unwrap()
    }

    fn reseal_checksum(file: &mut [u8]) {
        let end = file.len() - 8;
        let checksum = sha256(&file[..end]);
        file[end..].copy_from_slice(&checksum[..8]);
    }

    #[test]
    fn every_lock_opens_with_its_key_and_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let (right, wrong) = (passphrase("quiet river stone"), passphrase("quiet river sand"));
        let (store, empty) = (MemoryKeyStore::default(), MemoryKeyStore::default());
        let identity = Identity::generate();
        let locks = [Unlock::Passphrase(&right), Unlock::Host(&store), Unlock::Both(&right, &store)];
        for (index, lock) in locks.into_iter().enumerate() {
            let path = folder.path().join(index.to_string());
            create_identity_file(&path, &identity, lock, PassphraseCost::LEAST).unwrap();
            let opened = open_identity_file(&path, lock).unwrap();
            assert_eq!(opened.public(), identity.public());
            let again = create_identity_file(&path, &identity, lock, PassphraseCost::LEAST);
            assert_eq!(again, Err(KeyError::File(std::io::ErrorKind::AlreadyExists)));
        }
        let open = |index: usize, lock| open_identity_file(&folder.path().join(index.to_string()), lock).err();
        assert_eq!(open(0, Unlock::Passphrase(&wrong)), Some(KeyError::WrongPassphrase));
        assert_eq!(open(1, Unlock::Host(&empty)), Some(KeyError::HostSecretMissing));
        assert_eq!(open(2, Unlock::Passphrase(&right)), Some(KeyError::HostSecretMissing));
        assert_eq!(open(2, Unlock::Both(&wrong, &store)), Some(KeyError::WrongPassphrase));
        assert_eq!(open(3, Unlock::Passphrase(&right)), Some(KeyError::File(std::io::ErrorKind::NotFound)));
    }

    #[test]
    fn damage_is_told_from_a_wrong_passphrase() {
        let right = passphrase("quiet river stone");
        let file = encode(&Identity::generate(), &[3; 16], Some(&right), None, PassphraseCost::LEAST).unwrap();
        assert_eq!(file.len(), FILE_LENGTH);
        let open =
            |bytes: &[u8]| Locked::parse(bytes).and_then(|locked| locked.unlock(Unlock::Passphrase(&right))).err();
        assert_eq!(open(&file), None);
        for length in 1..FILE_LENGTH {
            assert_eq!(open(&file[..length]), Some(KeyError::IdentityDamaged), "{length}");
        }
        assert_eq!(open(b""), Some(KeyError::NotAnIdentity));
        assert_eq!(open(b"something else entirely"), Some(KeyError::NotAnIdentity));
        for index in [9, 22, 40, FILE_LENGTH - 1] {
            let mut flipped = file.clone();
            flipped[index] ^= 2;
            assert!(open(&flipped).is_some_and(|error| error != KeyError::WrongPassphrase), "{index}");
        }
        let mut newer = file.clone();
        newer[8] = 2;
        assert_eq!(open(&newer), Some(KeyError::IdentityTooNew));
        for (at, value) in [(10, u32::MAX), (10, 1), (14, 0), (14, 5000), (18, 0), (18, 200)] {
            let mut absurd = file.clone();
            absurd[at..at + 4].copy_from_slice(&value.to_be_bytes());
            reseal_checksum(&mut absurd);
            assert_eq!(open(&absurd), Some(KeyError::AbsurdParameters), "{at} {value}");
        }
        let mut cheaper = file;
        cheaper[14..18].copy_from_slice(&2u32.to_be_bytes());
        reseal_checksum(&mut cheaper);
        assert_eq!(open(&cheaper), Some(KeyError::WrongPassphrase));
    }

    #[test]
    fn short_passphrases_are_refused_and_none_is_printed() {
        assert!(matches!(Passphrase::new(b"short".to_vec()), Err(KeyError::PassphraseTooShort)));
        assert_eq!(format!("{:?}", passphrase("long enough")), "Passphrase(redacted)");
    }
}
