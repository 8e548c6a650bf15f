//! What is remembered beside the rows of cases: what a desk has got, and which stations a desk covers until when. In a section of
//! the compartment `statistics`, which no case has (docs/formats.md, 25).

use std::collections::BTreeMap;
use std::convert::Infallible;

use minicbor::decode::Error as DecodeError;
use minicbor::{Decoder, Encoder};
use zeroize::Zeroizing;

use super::desk::StatisticsStation;
use super::row::{padded, unpadded};
use crate::id::VaultId;
use crate::model::statistics::StatisticsError;
use crate::seal::{Secret, sha256};

/// Notes are padded to multiples of this.
const BUCKET: usize = 1024;
const MAX_ROWS: u64 = 1 << 20;

/// A note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum StatisticsNote {
    /// The rows that a desk has got, each with a digest of what it said.
    Sent { rows: BTreeMap<[u8; 16], [u8; 16]> },
    /// A station whose rows are here.
    Station(StatisticsStation),
    /// The vault of which a sender sends rows.
    Sender { vault: VaultId },
    /// The secret of a series with lasting pseudonyms.
    Series(SeriesSecret),
}

/// 32 secret bytes that are compared, for tests, by their digest.
#[derive(Debug, Clone)]
pub(super) struct SeriesSecret(Secret);

impl SeriesSecret {
    #[cfg(feature = "extract")]
    pub(super) fn generate() -> Self {
        Self(Secret::generate())
    }

    #[cfg(any(test, feature = "extract"))]
    pub(super) fn secret(&self) -> &Secret {
        &self.0
    }
}

impl PartialEq for SeriesSecret {
    fn eq(&self, other: &Self) -> bool {
        sha256(self.0.expose()) == sha256(other.0.expose())
    }
}

impl Eq for SeriesSecret {}

impl StatisticsNote {
    /// The plain text to seal.
    pub(super) fn padded(&self) -> Zeroizing<Vec<u8>> {
        padded(&self.encode(), BUCKET)
    }

    /// The note within its padding.
    pub(super) fn unpadded(plain: &[u8]) -> Result<Self, StatisticsError> {
        Self::decode(unpadded(plain, BUCKET)?)
    }

    /// The note without padding, in the one form that it has.
    pub(super) fn decode(bytes: &[u8]) -> Result<Self, StatisticsError> {
        let note = Self::read(bytes).map_err(|_| StatisticsError::Malformed)?;
        if *note.encode() == bytes { Ok(note) } else { Err(StatisticsError::Malformed) }
    }

    /// Wiped when it goes: a note may hold a secret. It has its room at once, so that no shorter copy is left behind.
    pub(super) fn encode(&self) -> Zeroizing<Vec<u8>> {
        let room = match self {
            Self::Sent { rows } => 64 + rows.len() * 40,
            Self::Station(station) => 64 + station.name.len(),
            Self::Sender { .. } | Self::Series(_) => 64,
        };
        let mut out = Encoder::new(Vec::with_capacity(room));
        let mut write = || -> Result<(), minicbor::encode::Error<Infallible>> {
            match self {
                Self::Sent { rows } => {
                    out.array(2)?.u64(1)?.array(rows.len() as u64)?;
                    for (id, digest) in rows {
                        out.array(2)?.bytes(id)?.bytes(digest)?;
                    }
                }
                Self::Sender { vault } => drop(out.array(2)?.u64(4)?.bytes(vault.as_bytes())?),
                Self::Series(secret) => drop(out.array(2)?.u64(3)?.bytes(secret.0.expose())?),
                Self::Station(station) => {
                    out.array(4)?.u64(2)?.bytes(station.vault.as_bytes())?.str(&station.name)?.u64(station.until)?;
                }
            }
            Ok(())
        };
        let _infallible = write();
        Zeroizing::new(out.into_writer())
    }

    fn read(bytes: &[u8]) -> Result<Self, DecodeError> {
        let wrong = || DecodeError::message("no note");
        let fixed = |bytes: &[u8]| <[u8; 16]>::try_from(bytes).map_err(|_| wrong());
        let mut input = Decoder::new(bytes);
        let note = match (input.array()?, input.u64()?) {
            (Some(2), 1) => {
                let count = input.array()?.filter(|count| *count <= MAX_ROWS).ok_or_else(wrong)?;
                let mut rows = BTreeMap::new();
                for _ in 0..count {
                    if input.array()? != Some(2) {
                        return Err(wrong());
                    }
                    rows.insert(fixed(input.bytes()?)?, fixed(input.bytes()?)?);
                }
                Self::Sent { rows }
            }
            (Some(4), 2) => {
                let vault = VaultId::from_bytes(fixed(input.bytes()?)?);
                Self::Station(StatisticsStation { vault, name: input.str()?.to_owned(), until: input.u64()? })
            }
            (Some(2), 4) => Self::Sender { vault: VaultId::from_bytes(fixed(input.bytes()?)?) },
            (Some(2), 3) => Self::Series(SeriesSecret(Secret::from_slice(input.bytes()?).ok_or_else(wrong)?)),
            _ => return Err(wrong()),
        };
        if input.position() == bytes.len() { Ok(note) } else { Err(wrong()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_come_back_and_have_one_form() {
        let station = StatisticsStation { vault: VaultId::from_bytes([1; 16]), name: "Kandal".to_owned(), until: 9 };
        let rows = [([1; 16], [2; 16]), ([3; 16], [4; 16])].into_iter().collect();
        let series = StatisticsNote::Series(SeriesSecret(Secret::copy_of(&[7; 32])));
        assert!(!format!("{series:?}").contains('7'));
        let sender = StatisticsNote::Sender { vault: VaultId::from_bytes([5; 16]) };
        for note in [StatisticsNote::Station(station), StatisticsNote::Sent { rows }, series, sender] {
            let plain = note.padded();
            assert_eq!(StatisticsNote::unpadded(&plain).unwrap(), note);
            for length in [0, 4, plain.len() - 1] {
                assert_eq!(StatisticsNote::unpadded(&plain[..length]), Err(StatisticsError::Malformed));
            }
            let bytes = note.encode();
            assert!((0..bytes.len()).all(|length| StatisticsNote::read(&bytes[..length]).is_err()));
        }
    }
}
