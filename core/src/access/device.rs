//! A device that takes the vault over, as the roster lists it: a restored, moved or copied vault goes on with a log of
//! its own, and says where the log before it ended.

use minicbor::decode::Error as DecodeError;
use minicbor::{Decoder, Encoder};

use super::roster::{DEVICE, VERSION, expect_array, fixed};
use crate::id::{DeviceId, MemberId, VaultId};
use crate::keys::VerifyingKey;
use crate::log::Hash;

/// A roster entry after the founding one: from here on, another device keeps the vault and a new log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceEntry {
    /// Its position in the roster.
    pub position: u64,
    /// Digest of the entry before.
    pub previous: [u8; 32],
    /// The vault.
    pub vault: VaultId,
    /// The custodian who signs.
    pub custodian: MemberId,
    /// The device.
    pub device: DeviceId,
    /// Since when, by that device's clock: milliseconds since 1970, UTC.
    pub since: u64,
    /// Origin of the new log.
    pub origin: String,
    /// Verifies the new log's checkpoints.
    pub log_key: VerifyingKey,
    /// Where the log before it ended, as far as the new device knows.
    pub ended: LogEnd,
}

/// The last that is known of a log that is not continued.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogEnd {
    /// Number of the last commit.
    pub commit: u64,
    /// Number of entries.
    pub size: u64,
    /// Root of the tree over them.
    pub root: Hash,
}

/// One log of the vault: the devices that kept the vault follow one another, each with a log of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    /// The device that kept or keeps it.
    pub device: DeviceId,
    /// Its origin.
    pub origin: String,
    /// Verifies its checkpoints.
    pub log_key: VerifyingKey,
    /// Position of the roster entry that lists it.
    pub listed_at: u64,
    /// Where it ended; none for the log that is being kept.
    pub ended: Option<LogEnd>,
}

impl DeviceEntry {
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut out = Encoder::new(Vec::new());
        let mut write = || -> Result<(), minicbor::encode::Error<std::convert::Infallible>> {
            out.array(13)?.u64(VERSION)?.u64(DEVICE)?.u64(self.position)?.bytes(&self.previous)?;
            out.bytes(self.vault.as_bytes())?.bytes(self.custodian.as_bytes())?.bytes(self.device.as_bytes())?;
            out.u64(self.since)?.str(&self.origin)?.bytes(self.log_key.as_bytes())?;
            out.u64(self.ended.commit)?.u64(self.ended.size)?.bytes(self.ended.root.as_bytes())?;
            Ok(())
        };
        let _infallible = write();
        out.into_writer()
    }

    pub(crate) fn decode(body: &[u8]) -> Result<Self, DecodeError> {
        let mut input = Decoder::new(body);
        expect_array(&mut input, 13)?;
        if (input.u64()?, input.u64()?) != (VERSION, DEVICE) {
            return Err(DecodeError::message("unknown version"));
        }
        let entry = Self {
            position: input.u64()?,
            previous: fixed(&mut input)?,
            vault: VaultId::from_bytes(fixed(&mut input)?),
            custodian: MemberId::from_bytes(fixed(&mut input)?),
            device: DeviceId::from_bytes(fixed(&mut input)?),
            since: input.u64()?,
            origin: input.str()?.to_owned(),
            log_key: VerifyingKey::from_bytes(fixed(&mut input)?),
            ended: LogEnd { commit: input.u64()?, size: input.u64()?, root: Hash::from_bytes(fixed(&mut input)?) },
        };
        if entry.encode() == body { Ok(entry) } else { Err(DecodeError::message("not canonical")) }
    }
}
