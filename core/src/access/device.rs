//! A device that takes the vault over, as the roster lists it: a restored, moved or copied vault goes on with a log of
//! its own, and says where the log before it ended.

use minicbor::Decoder;
use minicbor::decode::Error as DecodeError;

use super::roster::codec::{Output, Written, expect_array, fixed};
use crate::id::DeviceId;
use crate::keys::VerifyingKey;
use crate::log::Hash;

/// A change of the roster: from here on, another device keeps the vault and a new log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceChange {
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

impl DeviceChange {
    pub(super) fn write(&self, out: &mut Output) -> Written {
        out.array(7)?.bytes(self.device.as_bytes())?.u64(self.since)?.str(&self.origin)?;
        out.bytes(self.log_key.as_bytes())?;
        out.u64(self.ended.commit)?.u64(self.ended.size)?.bytes(self.ended.root.as_bytes())?;
        Ok(())
    }

    pub(super) fn read(input: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        expect_array(input, 7)?;
        Ok(Self {
            device: DeviceId::from_bytes(fixed(input)?),
            since: input.u64()?,
            origin: input.str()?.to_owned(),
            log_key: VerifyingKey::from_bytes(fixed(input)?),
            ended: LogEnd { commit: input.u64()?, size: input.u64()?, root: Hash::from_bytes(fixed(input)?) },
        })
    }
}
