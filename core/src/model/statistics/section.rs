//! One compartment of one case in the statistics: bytes that have one form (docs/formats.md, 25).
//!
//! `[compartment, rules, [[slot, parent, kind, {field: text}], ...]]`, deterministic CBOR. A slot names a record within
//! its case, by a number that only the keys of the case can make; the order is that in which the records came.

use std::collections::BTreeMap;
use std::convert::Infallible;

use minicbor::decode::Error as DecodeError;
use minicbor::{Decoder, Encoder};
use zeroize::Zeroizing;

use super::StatisticsError;
use crate::model::Compartment;

/// Most records of one section.
const MAX_RECORDS: u64 = 1 << 16;
/// Most values of one record.
const MAX_VALUES: u64 = 1 << 10;
/// Longest value, in bytes.
const MAX_TEXT: usize = 1 << 12;

/// Values by number of their field.
pub type StatisticsValues = BTreeMap<u64, Zeroizing<String>>;

/// What one compartment of a record says.
#[derive(Clone, PartialEq, Eq)]
pub struct StatisticsRecord {
    /// Names the record within its case.
    pub slot: u64,
    /// Names the record that it belongs to; 0 for the case itself.
    pub parent: u64,
    /// Number of its kind.
    pub kind: u16,
    /// What is told of it.
    pub values: StatisticsValues,
}

/// What one compartment of a case says, and by which version of the rules.
#[derive(Clone, PartialEq, Eq)]
pub struct StatisticsSection {
    /// The compartment whose fields the values were made of.
    pub compartment: Compartment,
    /// Version of the rules.
    pub rules: u64,
    /// The records, in the order in which they came.
    pub records: Vec<StatisticsRecord>,
}

impl StatisticsSection {
    /// Puts a record in the place of what was known of it, or at the end.
    pub fn put(&mut self, record: StatisticsRecord) {
        match self.records.iter_mut().find(|known| known.slot == record.slot) {
            Some(known) => *known = record,
            None => self.records.push(record),
        }
    }

    /// Takes a record out.
    pub fn remove(&mut self, slot: u64) {
        self.records.retain(|known| known.slot != slot);
    }

    /// The bytes.
    #[must_use]
    pub fn encode(&self) -> Zeroizing<Vec<u8>> {
        let length =
            self.records.iter().map(|record| 32 + record.values.values().map(|text| text.len() + 4).sum::<usize>());
        let mut bytes = Zeroizing::new(Vec::with_capacity(32 + length.sum::<usize>()));
        let mut out = Encoder::new(&mut *bytes);
        let mut write = || -> Result<(), minicbor::encode::Error<Infallible>> {
            out.array(3)?.u8(self.compartment.number())?.u64(self.rules)?.array(self.records.len() as u64)?;
            for record in &self.records {
                out.array(4)?.u64(record.slot)?.u64(record.parent)?.u16(record.kind)?;
                out.map(record.values.len() as u64)?;
                for (field, text) in &record.values {
                    out.u64(*field)?.str(text)?;
                }
            }
            Ok(())
        };
        let _infallible = write();
        bytes
    }

    /// Reads the bytes.
    ///
    /// # Errors
    /// [`StatisticsError::Malformed`] for bytes that [`encode`](Self::encode) does not write.
    pub fn decode(bytes: &[u8]) -> Result<Self, StatisticsError> {
        let section = read(bytes).map_err(|_| StatisticsError::Malformed)?;
        if *section.encode() == *bytes { Ok(section) } else { Err(StatisticsError::Malformed) }
    }
}

fn read(bytes: &[u8]) -> Result<StatisticsSection, DecodeError> {
    let wrong = || DecodeError::message("no statistics");
    let mut input = Decoder::new(bytes);
    if input.array()? != Some(3) {
        return Err(wrong());
    }
    let compartment = Compartment::from_number(input.u8()?).ok_or_else(wrong)?;
    let rules = input.u64()?;
    let count = input.array()?.filter(|count| *count <= MAX_RECORDS).ok_or_else(wrong)?;
    let mut records: Vec<StatisticsRecord> = Vec::new();
    for _ in 0..count {
        if input.array()? != Some(4) {
            return Err(wrong());
        }
        let (slot, parent, kind) = (input.u64()?, input.u64()?, input.u16()?);
        let fields = input.map()?.filter(|fields| *fields <= MAX_VALUES).ok_or_else(wrong)?;
        let mut values = StatisticsValues::new();
        for _ in 0..fields {
            let (field, text) = (input.u64()?, input.str()?);
            if text.len() > MAX_TEXT {
                return Err(wrong());
            }
            values.insert(field, Zeroizing::new(text.to_owned()));
        }
        records.push(StatisticsRecord { slot, parent, kind, values });
    }
    let mut slots: Vec<u64> = records.iter().map(|record| record.slot).collect();
    slots.sort_unstable();
    let twice = slots.windows(2).any(|pair| pair[0] == pair[1]);
    if twice || input.position() != bytes.len() {
        Err(wrong())
    } else {
        Ok(StatisticsSection { compartment, rules, records })
    }
}

impl std::fmt::Debug for StatisticsRecord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "StatisticsRecord({} values, redacted)", self.values.len())
    }
}

impl std::fmt::Debug for StatisticsSection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "StatisticsSection({}, {} records, redacted)", self.compartment, self.records.len())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn section() -> StatisticsSection {
        let values = [(10, "12"), (30, "female")].map(|(field, text)| (field, Zeroizing::new(text.to_owned())));
        let child = StatisticsRecord { slot: 7, parent: 0, kind: 2, values: values.into_iter().collect() };
        let empty = StatisticsRecord { slot: 3, parent: 7, kind: 5, values: StatisticsValues::new() };
        StatisticsSection { compartment: Compartment::Profile, rules: 1, records: vec![child, empty] }
    }

    #[test]
    fn a_section_comes_back_and_a_changed_one_does_not_print() {
        let section = section();
        let bytes = section.encode();
        assert_eq!(StatisticsSection::decode(&bytes).unwrap(), section);
        assert!(!format!("{section:?} {:?}", section.records).contains("female"));
        for length in 0..bytes.len() {
            assert_eq!(StatisticsSection::decode(&bytes[..length]), Err(StatisticsError::Malformed), "{length}");
        }
        let mut longer = bytes.to_vec();
        longer.push(0);
        assert_eq!(StatisticsSection::decode(&longer), Err(StatisticsError::Malformed));
    }

    #[test]
    fn a_record_is_there_once() {
        let mut section = section();
        section.put(StatisticsRecord { values: StatisticsValues::new(), ..section.records[0].clone() });
        assert_eq!((section.records.len(), section.records[0].values.len()), (2, 0));
        section.remove(7);
        assert_eq!(section.records.len(), 1);
        section.records.push(section.records[0].clone());
        assert_eq!(StatisticsSection::decode(&section.encode()), Err(StatisticsError::Malformed));
    }

    proptest! {
        #[test]
        fn bytes_have_one_form(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
            if let Ok(section) = StatisticsSection::decode(&bytes) {
                prop_assert_eq!(&*section.encode(), &bytes);
            }
        }
    }
}
