//! Rows of the statistics and of links as bytes (docs/formats.md, 25), and how they are sealed to all members.
//!
//! The outer seal keeps a thief from counting envelopes and sections. What is inside is sealed once more: sections to the
//! statistics circle, links under the data keys of their case.

use std::convert::Infallible;

use minicbor::decode::Error as DecodeError;
use minicbor::{Decoder, Encoder};
use zeroize::Zeroizing;

use crate::id::{ScopeId, VaultId};
use crate::model::statistics::{StatisticsError, StatisticsSection};
use crate::seal::{LabelledInput, ValueContext};

const VERSION: u64 = 1;
/// Rows are padded to multiples of this, with their length.
const ROW_BUCKET: usize = 2048;
/// So are rows of links,
const LINK_BUCKET: usize = 1024;
/// and sections.
const SECTION_BUCKET: usize = 256;
const MAX_BLOCKS: u64 = 1 << 10;
const MAX_SECTIONS: u64 = 64;
const MAX_LINKS: u64 = 1 << 12;

type Written = Result<(), minicbor::encode::Error<Infallible>>;

/// A row, with its sections still sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::vault) struct StoredStatistics {
    /// The unit whose statistics circle opens it.
    pub(in crate::vault) unit: ScopeId,
    /// The vault that it came from, if not this one.
    pub(in crate::vault) source: Option<VaultId>,
    /// What leads back to the case, for those who hold shares.
    pub(in crate::vault) reversal: Option<Reversal>,
    /// Each with an envelope of its own.
    pub(in crate::vault) blocks: Vec<Block>,
}

/// The case, sealed to a key that exists only as shares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::vault) struct Reversal {
    /// Id of the key.
    pub(in crate::vault) key: [u8; 16],
    pub(in crate::vault) envelope: Vec<u8>,
    pub(in crate::vault) sealed: Vec<u8>,
}

/// What one session was the first to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::vault) struct Block {
    /// Generation of the circle that the envelope is sealed to.
    pub(in crate::vault) generation: u32,
    pub(in crate::vault) envelope: Vec<u8>,
    /// By number of the compartment.
    pub(in crate::vault) sections: Vec<(u8, Vec<u8>)>,
}

impl StoredStatistics {
    pub(super) fn new(unit: ScopeId) -> Self {
        Self { unit, source: None, reversal: None, blocks: Vec::new() }
    }

    /// The block that has the section of a compartment, and the section.
    pub(super) fn section(&self, compartment: u8) -> Option<(&Block, &[u8])> {
        self.blocks.iter().find_map(|block| {
            let (_, sealed) = block.sections.iter().find(|(number, _)| *number == compartment)?;
            Some((block, sealed.as_slice()))
        })
    }

    /// Takes a section out, with its envelope if nothing else is in it.
    pub(super) fn remove(&mut self, compartment: u8) {
        self.blocks.iter_mut().for_each(|block| block.sections.retain(|(number, _)| *number != compartment));
        self.blocks.retain(|block| !block.sections.is_empty());
    }

    /// The compartments that it has sections of.
    pub(super) fn compartments(&self) -> impl Iterator<Item = u8> {
        self.blocks.iter().flat_map(|block| block.sections.iter().map(|(number, _)| *number))
    }

    pub(in crate::vault) fn encode(&self) -> Vec<u8> {
        let write = |out: &mut Encoder<Vec<u8>>| -> Written {
            out.array(5)?.u64(VERSION)?.bytes(self.unit.as_bytes())?;
            match &self.source {
                Some(source) => out.bytes(source.as_bytes())?,
                None => out.null()?,
            };
            match &self.reversal {
                Some(reversal) => {
                    out.array(3)?.bytes(&reversal.key)?.bytes(&reversal.envelope)?.bytes(&reversal.sealed)?
                }
                None => out.null()?,
            };
            out.array(self.blocks.len() as u64)?;
            for block in &self.blocks {
                out.array(3)?.u32(block.generation)?.bytes(&block.envelope)?.array(block.sections.len() as u64)?;
                for (compartment, sealed) in &block.sections {
                    out.array(2)?.u8(*compartment)?.bytes(sealed)?;
                }
            }
            Ok(())
        };
        written(write)
    }

    pub(in crate::vault) fn decode(bytes: &[u8]) -> Result<Self, StatisticsError> {
        let row = decoded(bytes, 5, |input| {
            let unit = ScopeId::from_bytes(fixed(input)?);
            let source = optional(input, |input| Ok(VaultId::from_bytes(fixed(input)?)))?;
            let reversal = optional(input, |input| {
                expect_array(input, 3)?;
                let key = fixed(input)?;
                Ok(Reversal { key, envelope: input.bytes()?.to_vec(), sealed: input.bytes()?.to_vec() })
            })?;
            let blocks = list(input, MAX_BLOCKS, |input| {
                expect_array(input, 3)?;
                let (generation, envelope) = (input.u32()?, input.bytes()?.to_vec());
                let sections = list(input, MAX_SECTIONS, |input| {
                    expect_array(input, 2)?;
                    Ok((input.u8()?, input.bytes()?.to_vec()))
                })?;
                Ok(Block { generation, envelope, sections })
            })?;
            Ok(Self { unit, source, reversal, blocks })
        })?;
        let mut compartments: Vec<u8> = row.compartments().collect();
        compartments.sort_unstable();
        let twice = compartments.windows(2).any(|pair| pair[0] == pair[1]);
        if twice || row.encode() != bytes { Err(StatisticsError::Malformed) } else { Ok(row) }
    }
}

/// The links of a case, and what is still to be told of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::vault) struct StoredLinks {
    /// Version of the rules that every section was last compared with.
    pub(in crate::vault) rules: u64,
    /// Numbers of the compartments whose section does not say all, ascending.
    pub(in crate::vault) pending: Vec<u8>,
    /// The key to which the row's way back to the case is sealed.
    pub(in crate::vault) reversal: Option<[u8; 16]>,
    /// By number of the data key under which each is sealed, ascending.
    pub(in crate::vault) links: Vec<(u16, Vec<u8>)>,
}

impl StoredLinks {
    pub(in crate::vault) fn encode(&self) -> Vec<u8> {
        let write = |out: &mut Encoder<Vec<u8>>| -> Written {
            out.array(5)?.u64(VERSION)?.u64(self.rules)?.array(self.pending.len() as u64)?;
            for compartment in &self.pending {
                out.u8(*compartment)?;
            }
            match &self.reversal {
                Some(key) => out.bytes(key)?,
                None => out.null()?,
            };
            out.array(self.links.len() as u64)?;
            for (ordinal, sealed) in &self.links {
                out.array(2)?.u16(*ordinal)?.bytes(sealed)?;
            }
            Ok(())
        };
        written(write)
    }

    pub(in crate::vault) fn decode(bytes: &[u8]) -> Result<Self, StatisticsError> {
        let row = decoded(bytes, 5, |input| {
            let rules = input.u64()?;
            let pending = list(input, MAX_SECTIONS, |input| input.u8())?;
            let reversal = optional(input, fixed)?;
            let links = list(input, MAX_LINKS, |input| {
                expect_array(input, 2)?;
                Ok((input.u16()?, input.bytes()?.to_vec()))
            })?;
            Ok(Self { rules, pending, reversal, links })
        })?;
        let ordered = row.pending.windows(2).all(|pair| pair[0] < pair[1])
            && row.links.windows(2).all(|pair| pair[0].0 < pair[1].0);
        if ordered && row.encode() == bytes { Ok(row) } else { Err(StatisticsError::Malformed) }
    }

    pub(super) fn wait_for(&mut self, compartment: u8) {
        if let Err(place) = self.pending.binary_search(&compartment) {
            self.pending.insert(place, compartment);
        }
    }

    pub(super) fn put(&mut self, ordinal: u16, sealed: Vec<u8>) {
        match self.links.binary_search_by_key(&ordinal, |(known, _)| *known) {
            Ok(place) => self.links[place].1 = sealed,
            Err(place) => self.links.insert(place, (ordinal, sealed)),
        }
    }
}

/// Bytes with their length, and zeros up to a multiple of `bucket`.
pub(super) fn padded(bytes: &[u8], bucket: usize) -> Zeroizing<Vec<u8>> {
    let length = (bytes.len() + 4).next_multiple_of(bucket);
    let mut plain = Zeroizing::new(Vec::with_capacity(length));
    plain.extend_from_slice(&(bytes.len() as u32).to_be_bytes());
    plain.extend_from_slice(bytes);
    plain.resize(length, 0);
    plain
}

/// The bytes within their padding, which has one form.
pub(super) fn unpadded(plain: &[u8], bucket: usize) -> Result<&[u8], StatisticsError> {
    let (length, rest) = plain.split_first_chunk::<4>().ok_or(StatisticsError::Malformed)?;
    let length = u32::from_be_bytes(*length) as usize;
    let (bytes, zeros) = rest.split_at_checked(length).ok_or(StatisticsError::Malformed)?;
    let whole = plain.len() == (length + 4).next_multiple_of(bucket) && zeros.iter().all(|byte| *byte == 0);
    if whole { Ok(bytes) } else { Err(StatisticsError::Malformed) }
}

pub(in crate::vault) fn padded_row(row: &StoredStatistics) -> Zeroizing<Vec<u8>> {
    padded(&row.encode(), ROW_BUCKET)
}

pub(in crate::vault) fn unpadded_row(plain: &[u8]) -> Result<StoredStatistics, StatisticsError> {
    StoredStatistics::decode(unpadded(plain, ROW_BUCKET)?)
}

pub(in crate::vault) fn padded_links(links: &StoredLinks) -> Zeroizing<Vec<u8>> {
    padded(&links.encode(), LINK_BUCKET)
}

pub(in crate::vault) fn unpadded_links(plain: &[u8]) -> Result<StoredLinks, StatisticsError> {
    StoredLinks::decode(unpadded(plain, LINK_BUCKET)?)
}

pub(in crate::vault) fn padded_section(section: &StatisticsSection) -> Zeroizing<Vec<u8>> {
    padded(&section.encode(), SECTION_BUCKET)
}

pub(in crate::vault) fn unpadded_section(plain: &[u8]) -> Result<StatisticsSection, StatisticsError> {
    StatisticsSection::decode(unpadded(plain, SECTION_BUCKET)?)
}

/// Where a row is sealed to all members.
pub(in crate::vault) fn row_context(vault: VaultId, id: &[u8; 16]) -> ValueContext {
    ValueContext::new(LabelledInput::new("saferoom/statistics/row").part(vault.as_bytes()).part(id))
}

/// Where the id of a row's case is sealed, for those who hold shares.
pub(in crate::vault) fn reversal_context(vault: VaultId, id: &[u8; 16]) -> ValueContext {
    ValueContext::new(LabelledInput::new("saferoom/statistics/reversal").part(vault.as_bytes()).part(id))
}

/// Where the links of a case are sealed to all members.
pub(in crate::vault) fn links_context(vault: VaultId, scope: ScopeId) -> ValueContext {
    ValueContext::new(LabelledInput::new("saferoom/statistics/links").part(vault.as_bytes()).part(scope.as_bytes()))
}

fn written(write: impl FnOnce(&mut Encoder<Vec<u8>>) -> Written) -> Vec<u8> {
    let mut out = Encoder::new(Vec::new());
    let _infallible = write(&mut out);
    out.into_writer()
}

fn decoded<T>(
    bytes: &[u8],
    parts: u64,
    read: impl FnOnce(&mut Decoder<'_>) -> Result<T, DecodeError>,
) -> Result<T, StatisticsError> {
    let mut input = Decoder::new(bytes);
    let malformed = |_| StatisticsError::Malformed;
    expect_array(&mut input, parts).map_err(malformed)?;
    match input.u64().map_err(malformed)? {
        VERSION => {}
        version if version > VERSION => return Err(StatisticsError::TooNew),
        _ => return Err(StatisticsError::Malformed),
    }
    let row = read(&mut input).map_err(malformed)?;
    if input.position() == bytes.len() { Ok(row) } else { Err(StatisticsError::Malformed) }
}

fn expect_array(input: &mut Decoder<'_>, length: u64) -> Result<(), DecodeError> {
    if input.array()? == Some(length) { Ok(()) } else { Err(DecodeError::message("wrong number of parts")) }
}

fn fixed<const N: usize>(input: &mut Decoder<'_>) -> Result<[u8; N], DecodeError> {
    input.bytes()?.try_into().map_err(|_| DecodeError::message("wrong length"))
}

fn optional<T>(
    input: &mut Decoder<'_>,
    item: impl FnOnce(&mut Decoder<'_>) -> Result<T, DecodeError>,
) -> Result<Option<T>, DecodeError> {
    if input.datatype()? == minicbor::data::Type::Null {
        input.null()?;
        return Ok(None);
    }
    item(input).map(Some)
}

fn list<T>(
    input: &mut Decoder<'_>,
    most: u64,
    mut item: impl FnMut(&mut Decoder<'_>) -> Result<T, DecodeError>,
) -> Result<Vec<T>, DecodeError> {
    let length = input.array()?.filter(|length| *length <= most);
    let length = length.ok_or_else(|| DecodeError::message("too many items"))?;
    (0..length).map(|_| item(input)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row() -> StoredStatistics {
        let block = |generation, numbers: &[u8]| Block {
            generation,
            envelope: vec![generation as u8; 40],
            sections: numbers.iter().map(|number| (*number, vec![*number; 20])).collect(),
        };
        let reversal = Reversal { key: [9; 16], envelope: vec![1; 30], sealed: vec![2; 48] };
        StoredStatistics {
            unit: ScopeId::from_bytes([5; 16]),
            source: Some(VaultId::from_bytes([6; 16])),
            reversal: Some(reversal),
            blocks: vec![block(1, &[1, 3]), block(2, &[8])],
        }
    }

    #[test]
    fn a_row_comes_back_and_nothing_else_is_one() {
        let (row, plain) = (row(), padded_row(&row()));
        assert_eq!(unpadded_row(&plain).unwrap(), row);
        assert_eq!(plain.len() % ROW_BUCKET, 0);
        let none = StoredStatistics { source: None, reversal: None, blocks: Vec::new(), ..row.clone() };
        assert_eq!(StoredStatistics::decode(&none.encode()).unwrap(), none);
        let bytes = row.encode();
        for length in 0..bytes.len() {
            assert_eq!(StoredStatistics::decode(&bytes[..length]), Err(StatisticsError::Malformed));
        }
        let mut newer = bytes.clone();
        newer[1] = 2;
        assert_eq!(StoredStatistics::decode(&newer), Err(StatisticsError::TooNew));
        let mut twice = row.clone();
        twice.blocks[1].sections.push((1, Vec::new()));
        assert_eq!(StoredStatistics::decode(&twice.encode()), Err(StatisticsError::Malformed));
        let mut tail = plain.to_vec();
        *tail.last_mut().unwrap() = 1;
        assert_eq!(unpadded_row(&tail), Err(StatisticsError::Malformed));
    }

    #[test]
    fn a_section_goes_with_its_envelope() {
        let mut row = row();
        assert_eq!(row.section(3).map(|(block, sealed)| (block.generation, sealed.len())), Some((1, 20)));
        row.remove(8);
        assert_eq!((row.blocks.len(), row.section(8)), (1, None));
    }

    #[test]
    fn links_are_in_order_and_come_back() {
        let mut links = StoredLinks { rules: 1, ..StoredLinks::default() };
        for (ordinal, compartment) in [(9, 3), (4, 1), (9, 3), (300, 2)] {
            links.put(ordinal, vec![compartment; 4]);
            links.wait_for(compartment);
        }
        assert_eq!((links.pending.as_slice(), links.links.len()), (&[1, 2, 3][..], 3));
        assert_eq!(unpadded_links(&padded_links(&links)).unwrap(), links);
        links.links.reverse();
        assert_eq!(StoredLinks::decode(&links.encode()), Err(StatisticsError::Malformed));
    }
}
