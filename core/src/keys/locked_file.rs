//! A small file that is locked by a passphrase, by a secret of the host's key store, by both, or by either.
//!
//! Bytes: magic\[8\], version u8, lock flags u8 (1 passphrase, 2 host secret, 3 both, 7 either), Argon2id memory in KiB
//! u32, passes u32, lanes u32 (all zero without passphrase), salt\[16\], the sealed body (twice if either opens: under
//! the passphrase, then under the host's secret), checksum\[8\]. Numbers are big-endian. The checksum (SHA-256, first 8
//! bytes) tells damage from a wrong passphrase; everything before the sealed part is bound to it. Argon2id (RFC 9106)
//! is asked with bounded parameters only.

use std::io::Read;
use std::path::Path;

use zeroize::Zeroizing;

use super::{KeyError, KeyStore, Passphrase, PassphraseCost};
use crate::id::{hexadecimal, random_bytes};
use crate::new_file::{Existing, write_private_file};
use crate::seal::{LabelledInput, Secret, VALUE_OVERHEAD, ValueContext, derive_secret, sha256};

const VERSION: u8 = 1;
const PASSPHRASE: u8 = 1;
pub(super) const HOST: u8 = 2;
const EITHER: u8 = 4 | PASSPHRASE | HOST;
const HEADER_LENGTH: usize = 8 + 1 + 1 + 12 + 16;
const CHECKSUM_LENGTH: usize = 8;

/// What locks a file: a passphrase, the host's key store, both, or either.
#[derive(Clone, Copy)]
pub enum Unlock<'a> {
    /// A passphrase alone: the file and the passphrase are enough.
    Passphrase(&'a Passphrase),
    /// The host's key store alone: whoever unlocks the device unlocks the file. When the system invalidates the key,
    /// nothing opens it any more.
    Host(&'a dyn KeyStore),
    /// Both are needed: the strongest lock. When the system invalidates the host's key, nothing opens the file any
    /// more: keep a second copy under a passphrase alone in a safe place.
    Both(&'a Passphrase, &'a dyn KeyStore),
    /// Either opens it: the key store day by day, the passphrase when the system has invalidated the host's key.
    Either(&'a Passphrase, &'a dyn KeyStore),
}

impl<'a> Unlock<'a> {
    fn passphrase(&self) -> Option<&'a Passphrase> {
        match self {
            Self::Passphrase(passphrase) | Self::Both(passphrase, _) | Self::Either(passphrase, _) => Some(passphrase),
            Self::Host(_) => None,
        }
    }

    fn host(&self) -> Option<&'a dyn KeyStore> {
        match self {
            Self::Host(store) | Self::Both(_, store) | Self::Either(_, store) => Some(*store),
            Self::Passphrase(_) => None,
        }
    }

    fn flags(&self) -> u8 {
        match self {
            Self::Passphrase(_) => PASSPHRASE,
            Self::Host(_) => HOST,
            Self::Both(..) => PASSPHRASE | HOST,
            Self::Either(..) => EITHER,
        }
    }
}

impl std::fmt::Debug for Unlock<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Unlock(redacted)")
    }
}

/// One kind of locked file.
pub(super) struct FileKind {
    pub(super) magic: &'static [u8; 8],
    pub(super) label: &'static str,
    pub(super) lock_label: &'static str,
    pub(super) body_length: usize,
    pub(super) other: KeyError,
    pub(super) damaged: KeyError,
    pub(super) too_new: KeyError,
}

impl FileKind {
    fn sealed_length(&self) -> usize {
        self.body_length + VALUE_OVERHEAD
    }

    /// Length of the longest file of this kind.
    fn longest(&self) -> usize {
        HEADER_LENGTH + 2 * self.sealed_length() + CHECKSUM_LENGTH
    }

    /// Locks `body` and writes it to a new file; an existing one is never replaced.
    pub(super) fn create(
        &self,
        path: &Path,
        body: &[u8],
        unlock: Unlock<'_>,
        cost: PassphraseCost,
    ) -> Result<(), KeyError> {
        if path.exists() {
            return Err(KeyError::File(std::io::ErrorKind::AlreadyExists));
        }
        let (bytes, written) = self.lock(body, unlock, cost)?;
        write_private_file(path, &bytes, Existing::Keep).map_err(|error| {
            written.take_back();
            KeyError::File(error.kind())
        })
    }

    /// Locks the body of a file anew, in one step: until then the old lock holds, from then on only the new one.
    pub(super) fn relock(
        &self,
        path: &Path,
        old: Unlock<'_>,
        new: Unlock<'_>,
        cost: PassphraseCost,
    ) -> Result<(), KeyError> {
        let bytes = self.read(path)?;
        let locked = self.parse(&bytes)?;
        let body = locked.unlock(old)?;
        let (relocked, written) = self.lock(&body, new, cost)?;
        // What is about to replace the only copy has to open first.
        let opens = self.parse(&relocked).and_then(|locked| locked.unlock(new)).is_ok_and(|again| *again == *body);
        if !opens {
            written.take_back();
            return Err(self.damaged.clone());
        }
        write_private_file(path, &relocked, Existing::Replace).map_err(|error| {
            written.take_back();
            KeyError::File(error.kind())
        })?;
        if let Some(store) = old.host().or(new.host()).filter(|_| locked.flags & HOST != 0) {
            // The old secret opens nothing any more; that it stays when the store fails is no harm.
            let _ = store.remove(&host_name(self, locked.salt));
        }
        Ok(())
    }

    pub(super) fn open(&self, path: &Path, unlock: Unlock<'_>) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        self.parse(&self.read(path)?)?.unlock(unlock)
    }

    /// The salt of a file. It changes with the lock.
    pub(super) fn salt_of(&self, path: &Path) -> Result<Vec<u8>, KeyError> {
        Ok(self.parse(&self.read(path)?)?.salt.to_vec())
    }

    fn read(&self, path: &Path) -> Result<Vec<u8>, KeyError> {
        // One byte more than such a file has: whatever is longer is none, and is not read to its end.
        let mut bytes = Vec::with_capacity(self.longest() + 1);
        std::fs::File::open(path)
            .and_then(|file| file.take(self.longest() as u64 + 1).read_to_end(&mut bytes))
            .map_err(|error| KeyError::File(error.kind()))?;
        Ok(bytes)
    }

    fn lock<'u>(
        &self,
        body: &[u8],
        unlock: Unlock<'u>,
        cost: PassphraseCost,
    ) -> Result<(Vec<u8>, WrittenSecret<'u>), KeyError> {
        let salt = random_bytes();
        let mut written = WrittenSecret(None);
        let host_secret = match unlock.host() {
            Some(store) => {
                let (name, secret) = (host_name(self, &salt), Secret::generate());
                store.store(&name, secret.expose())?;
                written.0 = Some((store, name));
                Some(secret)
            }
            None => None,
        };
        let bytes = self.encode(body, &salt, unlock.flags(), unlock.passphrase(), host_secret.as_ref(), cost);
        if bytes.is_err() {
            written.take_back();
        }
        Ok((bytes?, written))
    }

    pub(super) fn encode(
        &self,
        body: &[u8],
        salt: &[u8; 16],
        flags: u8,
        passphrase: Option<&Passphrase>,
        host_secret: Option<&Secret>,
        cost: PassphraseCost,
    ) -> Result<Vec<u8>, KeyError> {
        let mut file = Vec::with_capacity(self.longest());
        file.extend_from_slice(self.magic);
        file.extend_from_slice(&[VERSION, flags]);
        for parameter in [cost.memory_kib, cost.passes, cost.lanes] {
            let written = if passphrase.is_some() { parameter } else { 0 };
            file.extend_from_slice(&written.to_be_bytes());
        }
        file.extend_from_slice(salt);
        let context = self.context(&file);
        let stretched = passphrase.map(|passphrase| cost.stretch(passphrase, salt)).transpose()?;
        let locks = match flags {
            EITHER => vec![(stretched.as_ref(), None), (None, host_secret)],
            _ => vec![(stretched.as_ref(), host_secret)],
        };
        for (stretched, host_secret) in locks {
            file.extend_from_slice(&context.seal(&self.lock_key(stretched, host_secret), body)?);
        }
        let checksum = sha256(&file);
        file.extend_from_slice(&checksum[..CHECKSUM_LENGTH]);
        Ok(file)
    }

    pub(super) fn parse<'a>(&'a self, bytes: &'a [u8]) -> Result<Locked<'a>, KeyError> {
        if !bytes.starts_with(self.magic) {
            let truncated = !bytes.is_empty() && self.magic.starts_with(bytes);
            return Err(if truncated { self.damaged.clone() } else { self.other.clone() });
        }
        match bytes.get(8) {
            Some(&VERSION) => {}
            Some(version) if *version > VERSION => return Err(self.too_new.clone()),
            _ => return Err(self.damaged.clone()),
        }
        let flags = *bytes.get(9).ok_or_else(|| self.damaged.clone())?;
        let copies = if flags == EITHER { 2 } else { 1 };
        let length = HEADER_LENGTH + copies * self.sealed_length() + CHECKSUM_LENGTH;
        if bytes.len() != length || ![PASSPHRASE, HOST, PASSPHRASE | HOST, EITHER].contains(&flags) {
            return Err(self.damaged.clone());
        }
        let (content, checksum) = bytes.split_at(length - CHECKSUM_LENGTH);
        let (header, sealed) = content.split_at(HEADER_LENGTH);
        // Parameters first: a file with absurd ones was edited, and its checksum may have been made to fit.
        let number = |at: usize| header[at..at + 4].iter().fold(0u32, |sum, byte| sum << 8 | u32::from(*byte));
        let parameters = [number(10), number(14), number(18)];
        let cost = match flags & PASSPHRASE {
            0 if parameters == [0; 3] => None,
            0 => return Err(self.damaged.clone()),
            _ => Some(PassphraseCost::new(parameters[0], parameters[1], parameters[2])?),
        };
        if sha256(content)[..CHECKSUM_LENGTH] != *checksum {
            return Err(self.damaged.clone());
        }
        Ok(Locked { kind: self, header, flags, cost, salt: &header[22..], sealed })
    }

    fn context(&self, header: &[u8]) -> ValueContext {
        ValueContext::new(LabelledInput::new(self.label).part(header))
    }

    fn lock_key(&self, stretched: Option<&Secret>, host_secret: Option<&Secret>) -> Secret {
        let zero = Secret::zeroed();
        let input = LabelledInput::new(self.lock_label)
            .number(u64::from(stretched.is_some()))
            .part(host_secret.map_or(&[][..], |secret| secret.expose()));
        derive_secret(stretched.unwrap_or(&zero), &input)
    }
}

/// A secret that was put into a key store for a file that may yet fail to be written.
struct WrittenSecret<'a>(Option<(&'a dyn KeyStore, String)>);

impl WrittenSecret<'_> {
    fn take_back(&self) {
        if let Some((store, name)) = &self.0 {
            let _ = store.remove(name);
        }
    }
}

/// A well-formed file, still locked.
pub(super) struct Locked<'a> {
    kind: &'a FileKind,
    header: &'a [u8],
    flags: u8,
    cost: Option<PassphraseCost>,
    salt: &'a [u8],
    sealed: &'a [u8],
}

impl Locked<'_> {
    pub(super) fn unlock(&self, unlock: Unlock<'_>) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let (by_passphrase, by_host) = self.sealed.split_at(self.kind.sealed_length());
        if self.flags != EITHER {
            let (passphrase, host) = (self.flags & PASSPHRASE != 0, self.flags & HOST != 0);
            return self.open_sealed(unlock, passphrase, host, by_passphrase);
        }
        // What a person typed says more than what lies on the device.
        let typed = unlock.passphrase().is_some();
        self.open_sealed(unlock, typed, !typed, if typed { by_passphrase } else { by_host })
    }

    fn open_sealed(
        &self,
        unlock: Unlock<'_>,
        passphrase: bool,
        host: bool,
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let stretched = match (self.cost.filter(|_| passphrase), unlock.passphrase()) {
            (Some(cost), Some(passphrase)) => Some(cost.stretch(passphrase, self.salt)?),
            (Some(_), None) => return Err(KeyError::WrongPassphrase),
            (None, _) => None,
        };
        let host_secret = match (host, unlock.host()) {
            (true, Some(store)) => Some(self.host_secret(store)?),
            (true, None) => return Err(KeyError::HostSecretMissing),
            (false, _) => None,
        };
        let key = self.kind.lock_key(stretched.as_ref(), host_secret.as_ref());
        let mut body = Zeroizing::new(Vec::with_capacity(sealed.len()));
        let context = self.kind.context(self.header);
        context.open_onto(&key, sealed, &mut body).map_err(|_| KeyError::WrongPassphrase)?;
        Ok(body)
    }

    fn host_secret(&self, store: &dyn KeyStore) -> Result<Secret, KeyError> {
        let bytes = store.load(&host_name(self.kind, self.salt))?.ok_or(KeyError::HostSecretMissing)?;
        Secret::from_slice(&bytes).ok_or(KeyError::HostSecretMissing)
    }
}

/// The host's secret of a file, named by the file's salt: known before the file is unlocked, and random.
pub(super) fn host_name(kind: &FileKind, salt: &[u8]) -> String {
    let digits = hexadecimal(salt);
    let name = kind.label.strip_suffix("-file").unwrap_or(kind.label);
    format!("{name}/{digits}")
}
