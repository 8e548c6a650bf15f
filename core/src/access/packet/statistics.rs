//! Statistics of a station for an extract desk: rows that are new or have changed. No row leads to a case.

use minicbor::Decoder;

use super::cbor::{byte_strings, expect_array, fixed, list, refused, versioned, write_byte_strings, written};
use super::{ContentKind, PacketError};
use crate::id::VaultId;

/// Most rows of one part.
const MAX_ROWS: u64 = 1 << 20;
/// Most sections of a row.
const MAX_SECTIONS: u64 = 64;
/// Longest name of a station, in bytes.
const MAX_NAME: usize = 200;

/// Rows of the statistics of a vault.
#[derive(Clone, PartialEq, Eq)]
pub struct StatisticsSlice {
    /// The vault.
    pub vault: VaultId,
    /// What the station is called, for who reads the extract.
    pub station: String,
    /// Until when everything is told, in milliseconds since 1970, UTC.
    pub until: u64,
    /// Rows, ascending by their ids.
    pub rows: Vec<StatisticsSliceRow>,
}

/// What is told of one case.
#[derive(Clone, PartialEq, Eq)]
pub struct StatisticsSliceRow {
    /// The row's random id.
    pub id: [u8; 16],
    /// Sections, each in its own format (docs/formats.md, 25).
    pub sections: Vec<Vec<u8>>,
}

impl StatisticsSlice {
    /// The bytes of the part: `[1, vault, station, until, [[id, [section, ...]], ...]]`.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        written(|out| {
            out.array(5)?.u64(1)?.bytes(self.vault.as_bytes())?.str(&self.station)?.u64(self.until)?;
            out.array(self.rows.len() as u64)?;
            self.rows.iter().try_for_each(|row| {
                out.array(2)?.bytes(&row.id)?;
                write_byte_strings(out, &row.sections)
            })
        })
    }

    /// Reads the bytes of the part.
    ///
    /// # Errors
    /// [`PacketError::Content`], [`PacketError::TooNew`].
    pub fn decode(bytes: &[u8]) -> Result<Self, PacketError> {
        let row = |input: &mut Decoder<'_>| {
            expect_array(input, 2)?;
            Ok(StatisticsSliceRow { id: fixed(input)?, sections: byte_strings(input, MAX_SECTIONS)? })
        };
        let read = |input: &mut Decoder<'_>| {
            let vault = VaultId::from_bytes(fixed(input)?);
            let (station, until) = (input.str()?.to_owned(), input.u64()?);
            let rows: Vec<StatisticsSliceRow> = list(input, MAX_ROWS, row)?;
            let ascending = rows.windows(2).all(|pair| pair[0].id < pair[1].id);
            let slice = Self { vault, station, until, rows };
            if ascending && slice.is_named() { Ok(slice) } else { Err(refused("rows out of order, or no name")) }
        };
        versioned(bytes, (1, 5), PacketError::Content { kind: ContentKind::STATISTICS }, read, Self::encode)
    }

    /// Whether the station has a name of one line.
    #[must_use]
    pub fn is_named(&self) -> bool {
        let plain = !self.station.chars().any(char::is_control);
        plain && !self.station.trim().is_empty() && self.station.len() <= MAX_NAME
    }
}

impl std::fmt::Debug for StatisticsSlice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "StatisticsSlice({} rows, redacted)", self.rows.len())
    }
}

impl std::fmt::Debug for StatisticsSliceRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "StatisticsSliceRow({} sections, redacted)", self.sections.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slice_comes_back_and_nothing_else_is_one() {
        let row = |id| StatisticsSliceRow { id: [id; 16], sections: vec![vec![1, 2], Vec::new()] };
        let slice = StatisticsSlice {
            vault: VaultId::from_bytes([3; 16]),
            station: "Kandal".to_owned(),
            until: 7,
            rows: vec![row(1), row(2)],
        };
        let bytes = slice.encode();
        assert_eq!(StatisticsSlice::decode(&bytes).unwrap(), slice);
        let refused = PacketError::Content { kind: ContentKind::STATISTICS };
        for length in 0..bytes.len() {
            assert!(StatisticsSlice::decode(&bytes[..length]).is_err());
        }
        for station in ["", " ", "a\nb", &"x".repeat(201)] {
            let other = StatisticsSlice { station: station.to_owned(), ..slice.clone() };
            assert_eq!(StatisticsSlice::decode(&other.encode()), Err(refused.clone()), "{station:?}");
        }
        for rows in [vec![row(2), row(1)], vec![row(1), row(1)]] {
            let other = StatisticsSlice { rows, ..slice.clone() };
            assert_eq!(StatisticsSlice::decode(&other.encode()), Err(refused.clone()));
        }
        assert!(!format!("{slice:?}").contains("Kandal"));
    }
}
