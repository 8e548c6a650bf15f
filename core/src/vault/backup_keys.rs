//! Which keys backups were made under: an erasure is complete only when the last of them has expired.

use minicbor::{Decoder, Encoder};

use super::act::Act;
use super::{Error, IntegrityError};
use crate::access::erasure::CertifiedKey;
use crate::id::{BackupKeyId, VaultId};
use crate::keys::BackupKeyInfo;
use crate::seal::{LabelledInput, ValueContext};
use crate::store::BackupKeyRow;

const VERSION: u64 = 1;

/// A key, and the commit that announced the first backup under it. Deterministic CBOR: `[1, id, not after, commit]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct NotedKey {
    info: BackupKeyInfo,
    commit: u64,
}

impl NotedKey {
    fn encode(&self) -> Vec<u8> {
        let mut out = Encoder::new(Vec::new());
        let mut write = || -> Result<(), minicbor::encode::Error<std::convert::Infallible>> {
            out.array(4)?.u64(VERSION)?.bytes(self.info.id.as_bytes())?.u64(self.info.not_after)?.u64(self.commit)?;
            Ok(())
        };
        let _infallible = write();
        out.into_writer()
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        let mut input = Decoder::new(bytes);
        let head = (input.array().ok()?, input.u64().ok()?);
        let id = BackupKeyId::from_slice(input.bytes().ok()?).ok()?;
        let info = BackupKeyInfo { id, not_after: input.u64().ok()? };
        let noted = Self { info, commit: input.u64().ok()? };
        (head == (Some(4), VERSION) && noted.encode() == bytes).then_some(noted)
    }
}

/// A note of a backup's key, read and written again: for `fuzz/`.
#[cfg(feature = "fuzzing")]
pub(super) fn noted_key(bytes: &[u8]) -> Option<Vec<u8>> {
    NotedKey::decode(bytes).map(|noted| noted.encode())
}

impl Act<'_> {
    /// Notes that a backup is made under this key, if it is the first one.
    pub(super) fn note_backup_key(&mut self, info: BackupKeyInfo) -> Result<(), Error> {
        let noted = self.noted_keys()?;
        if noted.iter().any(|known| known.info == info) {
            return Ok(());
        }
        let number = noted.len() as u64 + 1;
        let plain = NotedKey { info, commit: self.commit_number() }.encode();
        let context = row_context(self.keys.file.vault, number);
        let row = BackupKeyRow { number, sealed: context.seal(self.keys.circles.roster()?.value_key(), &plain)? };
        self.rows.add_backup_key(&row)?;
        self.keys.state.add_backup_key(&row);
        Ok(())
    }

    fn noted_keys(&mut self) -> Result<Vec<NotedKey>, Error> {
        self.keys.state.verify_bucket(self.rows, &[0; 16])?;
        let open = |row: BackupKeyRow| {
            let plain = self.keys.circles.open_for_all(&row_context(self.keys.file.vault, row.number), &row.sealed);
            plain.and_then(|plain| NotedKey::decode(&plain)).ok_or_else(|| IntegrityError::Bucket.into())
        };
        self.rows.backup_keys()?.into_iter().map(open).collect()
    }

    /// The keys under which there were backups before this commit, and that had not expired at a moment; by id.
    pub(super) fn backup_keys_of(&mut self, at: u64, commit: u64) -> Result<Vec<CertifiedKey>, Error> {
        let noted = self.noted_keys()?.into_iter();
        let concerned = noted.filter(|noted| noted.commit < commit && !noted.info.is_expired(at));
        let mut keys: Vec<_> =
            concerned.map(|noted| CertifiedKey { id: noted.info.id, not_after: noted.info.not_after }).collect();
        keys.sort_unstable_by_key(|key| *key.id.as_bytes());
        Ok(keys)
    }

    /// When an erasure that was decided at a moment is complete, as far as backups before this commit are concerned.
    pub(super) fn complete_from(&mut self, at: u64, commit: u64) -> Result<u64, Error> {
        let keys = self.backup_keys_of(at, commit)?;
        Ok(keys.iter().map(|key| key.not_after).max().unwrap_or(at).max(at))
    }
}

fn row_context(vault: VaultId, number: u64) -> ValueContext {
    ValueContext::new(LabelledInput::new("saferoom/backup-key-row").part(vault.as_bytes()).number(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noted_keys_have_one_encoding() {
        let info = BackupKeyInfo { id: BackupKeyId::random(), not_after: 1_900_000_000_000 };
        let noted = NotedKey { info, commit: 7 };
        let bytes = noted.encode();
        assert_eq!(NotedKey::decode(&bytes), Some(noted));
        assert_eq!(NotedKey::decode(&[&bytes[..], &[0]].concat()), None);
        for length in 0..bytes.len() {
            assert_eq!(NotedKey::decode(&bytes[..length]), None);
        }
    }
}
