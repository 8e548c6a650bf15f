//! Bringing a vault back: from a backup, from a move file, or from a plain copy of the file of a device that is lost.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use super::frames::{FrameReader, HEADER_LENGTH};
use super::manifest::{Manifest, encode_counts};
use super::takeover::{Arrived, Scratch};
use super::{BackupError, BackupHeader, Purpose};
use crate::access::LogEnd;
use crate::access::erasure::SignedErasureList;
use crate::id::{DeviceId, VaultId};
use crate::keys::{BackupKey, Identity};
use crate::seal::sha256;
use crate::store::{Store, StoreError};
use crate::vault::act::read_clock;
use crate::vault::{Error, Host, Vault};

/// Rows taken in between two commits of the unfinished file.
const ROWS_PER_COMMIT: u64 = 8192;

/// What whoever restores decides.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RestoreOptions {
    /// Origin of the new log: a host name and a path. By default the first log's, with the new log's number behind it.
    pub origin: Option<String>,
    /// Whether to go on although this device has seen a newer state than the backup holds. It goes into the log.
    pub accept_loss: bool,
    /// The newest list of erasures of the vault, signed by custodians: what it says is erased before the vault opens. A
    /// device that knows of more erasures than what arrives asks for it.
    pub erasures: Option<SignedErasureList>,
}

/// What was restored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RestoreReport {
    /// The vault.
    pub vault: VaultId,
    /// The new device.
    pub device: DeviceId,
    /// Origin of its log.
    pub origin: String,
    /// Where the log before it ended.
    pub previous: LogEnd,
    /// Whether this device had kept a head to compare the backup with. Without one nothing shows that the backup is the
    /// newest.
    pub compared: bool,
    /// Commits that are lost, as far as this device knows.
    pub lost_commits: u64,
    /// Log entries that are lost, as far as this device knows.
    pub lost_entries: u64,
    /// Cases that the list of erasures named and that were not erased in what arrived.
    pub erased: u64,
}

impl Vault {
    /// Restores a backup to a new file at `target`, on this device, with a new log. Before the file appears, everything
    /// in it is verified as by [`Session::check`](crate::vault::Session::check).
    ///
    /// The vault that this device kept before under the same id, if any, stays as it is and is no longer signed in to. A restore
    /// that is killed at its very end, on a device that had kept a newer head and was told to accept the loss, leaves a file
    /// that is refused as rolled back: restore once more, to another name.
    ///
    /// # Errors
    /// [`StoreError::AlreadyExists`]; [`StoreError::LeftBeside`] if the write-ahead log of another vault lies beside the name;
    /// [`KeyError::BackupKeyExpired`](crate::keys::KeyError::BackupKeyExpired); a
    /// [`BackupError`], among them [`BackupError::WouldLose`]; [`crate::access::AccessError::NotAMember`];
    /// [`crate::vault::IntegrityError`]. No file appears then, and this device keeps what it kept.
    pub fn restore(
        backup: &Path,
        key: &BackupKey,
        identity: &Identity,
        target: &Path,
        host: Host,
        options: &RestoreOptions,
    ) -> Result<(Self, RestoreReport), Error> {
        Self::bring_in(Purpose::Backup, backup, key, identity, target, host, options)
    }

    /// Brings in a vault that was [moved out](crate::vault::Session::move_out) of another device.
    ///
    /// # Errors
    /// As [`restore`](Self::restore).
    pub fn move_in(
        file: &Path,
        key: &BackupKey,
        identity: &Identity,
        target: &Path,
        host: Host,
        options: &RestoreOptions,
    ) -> Result<(Self, RestoreReport), Error> {
        Self::bring_in(Purpose::Move, file, key, identity, target, host, options)
    }

    /// Takes over a plain copy of a vault's file, whose device is lost or whose host key the system has invalidated. The
    /// copy itself stays as it is.
    ///
    /// A copy may be older than an erasure: its keys come back with it, unless the list of erasures is given. Restore a
    /// backup instead where there is one.
    ///
    /// # Errors
    /// As [`restore`](Self::restore), and those of [`Vault::open`].
    pub fn adopt(
        copy: &Path,
        identity: &Identity,
        target: &Path,
        host: Host,
        options: &RestoreOptions,
    ) -> Result<(Self, RestoreReport), Error> {
        host.ask_clock()?;
        let scratch = Scratch::beside(target)?;
        let mut source = Store::open(copy)?;
        let rows = source.begin_reading()?;
        rows.verify_schema()?;
        let mut store = Store::create(scratch.path())?;
        let target_rows = store.begin()?;
        let mut tables = rows.tables()?;
        let mut taken = rows.tables()?;
        rows.copy_out(&mut tables, |row| target_rows.copy_in(&mut taken, row))?;
        target_rows.commit()?;
        drop(store);
        let arrived = Arrived { scratch, host, identity, options, manifest: None, source: None };
        arrived.take_over(target)
    }

    fn bring_in(
        purpose: Purpose,
        backup: &Path,
        key: &BackupKey,
        identity: &Identity,
        target: &Path,
        host: Host,
        options: &RestoreOptions,
    ) -> Result<(Self, RestoreReport), Error> {
        let file = File::open(backup).map_err(|error| StoreError::from(&error))?;
        let mut input = BufReader::with_capacity(128 * 1024, file);
        let header = read_header(&mut input)?;
        if header.purpose != purpose {
            return Err(BackupError::OtherPurpose.into());
        }
        host.ask_clock()?;
        key.require_valid(read_clock(host.clock.as_ref()).0)?;
        let scratch = Scratch::beside(target)?;
        let manifest = read_container(input, &header, key, scratch.path())?;
        let source = Some((sha256(&header.encode()), header));
        let arrived = Arrived { scratch, host, identity, options, manifest: Some(manifest), source };
        arrived.take_over(target)
    }
}

impl BackupHeader {
    /// What stands in clear at the beginning of a backup: whose it is and which key opens it. Nothing of it is proven
    /// before the key has opened the rest.
    ///
    /// # Errors
    /// [`BackupError`], or what the disk says.
    pub fn read(path: &Path) -> Result<Self, Error> {
        read_header(&mut File::open(path).map_err(|error| StoreError::from(&error))?)
    }
}

fn read_header(input: &mut impl Read) -> Result<BackupHeader, Error> {
    let mut bytes = Vec::with_capacity(HEADER_LENGTH);
    let mut head = input.take(HEADER_LENGTH as u64);
    head.read_to_end(&mut bytes).map_err(|error| StoreError::from(&error))?;
    Ok(BackupHeader::decode(&bytes)?)
}

/// Reads what follows the header into a new, unfinished file.
fn read_container(input: impl Read, header: &BackupHeader, key: &BackupKey, into: &Path) -> Result<Manifest, Error> {
    if header.key != key.info() {
        return Err(BackupError::OtherKey.into());
    }
    let mut frames = FrameReader::begin(input, header, key);
    let mut item = Vec::new();
    frames.item(&mut item)?.ok_or(BackupError::Damaged)?;
    let manifest = Manifest::decode(&item).map_err(|_| BackupError::Damaged)?;
    let mut store = Store::create_version(into, manifest.schema)?;
    let mut tables = store.begin_reading()?.tables()?;
    if *tables.names() != manifest.tables {
        return Err(BackupError::Damaged.into());
    }
    let mut more = true;
    while more {
        let rows = store.begin()?;
        for _ in 0..ROWS_PER_COMMIT {
            frames.item(&mut item)?.ok_or(BackupError::Damaged)?;
            more = !item.is_empty();
            if !more {
                break;
            }
            rows.copy_in(&mut tables, &item)?;
        }
        rows.commit()?;
    }
    frames.item(&mut item)?.ok_or(BackupError::Damaged)?;
    let complete = item == encode_counts(tables.counts());
    if !complete || frames.item(&mut item)?.is_some() {
        return Err(BackupError::Damaged.into());
    }
    Ok(manifest)
}

/// Where the unfinished file of `target` lies.
pub(super) fn unfinished(target: &Path) -> PathBuf {
    crate::new_file::unfinished_name(target)
}
