//! Rooms, visits and training of a station, for who monitors it: everything, or what is new since a commit.
//!
//! Ids are names that the station gives its records for outside, the same in each of its packets; the recipient gives each
//! record one of its own. A record without a parent stands below the station's unit. What may be in it, the floor above decides.

use std::collections::BTreeSet;

use minicbor::Decoder;
use minicbor::decode::Error as DecodeError;

use super::cbor::{fixed, list, refused, versioned, written};
use super::{ContentKind, HandInRecord, PacketError};
use crate::id::{DeviceId, VaultId};

const VERSION: u64 = 1;
const LENGTH: u64 = 7;
/// Most records of a part.
const MAX_RECORDS: u64 = 1 << 16;

/// Records of the rooms of a station.
#[derive(Clone)]
pub struct RoomsPart {
    /// The station's vault.
    pub vault: VaultId,
    /// The device that keeps it: commits are counted anew by another.
    pub device: DeviceId,
    /// The commit after which it begins; 0: it holds everything.
    pub since: u64,
    /// The commit up to which it reaches.
    pub until: u64,
    /// When it was made, by the station's clock: milliseconds since 1970, UTC.
    pub made_at: u64,
    /// The records that are new or were changed, those above before those below them.
    pub records: Vec<HandInRecord>,
}

impl RoomsPart {
    /// The bytes of the part: `[1, vault, device, since, until, made at, [record, ...]]`, records as in a hand-in.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        written(|out| {
            out.array(LENGTH)?.u64(VERSION)?.bytes(self.vault.as_bytes())?.bytes(self.device.as_bytes())?;
            out.u64(self.since)?.u64(self.until)?.u64(self.made_at)?;
            out.array(self.records.len() as u64)?;
            self.records.iter().try_for_each(|record| record.write(out))
        })
    }

    /// Reads the bytes of the part.
    ///
    /// # Errors
    /// [`PacketError::Content`], [`PacketError::TooNew`].
    pub fn decode(bytes: &[u8]) -> Result<Self, PacketError> {
        let read = |input: &mut Decoder<'_>| {
            let part = Self {
                vault: VaultId::from_bytes(fixed(input)?),
                device: DeviceId::from_bytes(fixed(input)?),
                since: input.u64()?,
                until: input.u64()?,
                made_at: input.u64()?,
                records: list(input, MAX_RECORDS, HandInRecord::read)?,
            };
            part.check()
        };
        versioned(bytes, (VERSION, LENGTH), PacketError::Content { kind: ContentKind::ROOMS }, read, Self::encode)
    }

    fn check(self) -> Result<Self, DecodeError> {
        let mut seen = BTreeSet::new();
        let once = self.records.iter().all(|record| record.parent != Some(record.id) && seen.insert(record.id));
        if once && self.since <= self.until { Ok(self) } else { Err(refused("records or commits out of order")) }
    }
}

// What a station writes about its rooms is not printed.
impl std::fmt::Debug for RoomsPart {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RoomsPart({} records, commits {} to {}, redacted)", self.records.len(), self.since, self.until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::RecordId;
    use crate::model::samples::example;
    use crate::model::{Record, catalogue, records};

    fn part() -> RoomsPart {
        let id = |byte| RecordId::from_bytes([byte; 16]);
        let record = |at, parent, spec| HandInRecord::of(id(at), parent, &example(spec)).unwrap();
        RoomsPart {
            vault: VaultId::from_bytes([1; 16]),
            device: DeviceId::from_bytes([2; 16]),
            since: 7,
            until: 19,
            made_at: 1_800_000_000_000,
            records: vec![record(3, None, records::Station::spec()), record(4, Some(id(3)), records::Room::spec())],
        }
    }

    #[test]
    fn a_part_comes_back_and_prints_nothing() {
        let bytes = part().encode();
        let read = RoomsPart::decode(&bytes).unwrap();
        assert_eq!(read.encode(), bytes);
        assert_eq!(read.records[1].record(catalogue()).unwrap(), example(records::Room::spec()));
        assert_eq!(format!("{read:?}"), "RoomsPart(2 records, commits 7 to 19, redacted)");
    }

    #[test]
    fn what_is_wrong_is_refused() {
        let refused = |change: fn(&mut RoomsPart)| {
            let mut changed = part();
            change(&mut changed);
            RoomsPart::decode(&changed.encode()).err()
        };
        let malformed = Some(PacketError::Content { kind: ContentKind::ROOMS });
        assert_eq!(refused(|part| part.since = 20), malformed);
        assert_eq!(refused(|part| part.records[1].id = part.records[0].id), malformed);
        assert_eq!(refused(|part| part.records[0].parent = Some(part.records[0].id)), malformed);
        assert_eq!(refused(|_| ()), None);
        let mut newer = part().encode();
        newer[1] = 2;
        assert_eq!(RoomsPart::decode(&newer).err(), Some(PacketError::TooNew));
        let bytes = part().encode();
        assert!((0..bytes.len()).all(|end| RoomsPart::decode(&bytes[..end]).is_err()));
    }
}
