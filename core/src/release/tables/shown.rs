//! A table as its readers have it: its specification and the counts that are shown. Kept with its release, so that later
//! tables are audited together with it.

use std::convert::Infallible;

use minicbor::decode::Error as DecodeError;
use minicbor::{Decoder, Encoder};

use super::cube::{Domain, MOST_CELLS};
use super::error::TablesError;
use super::published::PublishedTable;
use super::spec::{Counted, TablesSpec};

/// A table with what is shown of it. Nothing in here was hidden.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownTable {
    pub(super) spec: TablesSpec,
    pub(super) text: String,
    /// Per cell, totals included; none where it is hidden.
    pub(super) counts: Vec<Option<u64>>,
}

impl ShownTable {
    /// What is shown of a table that was made by this specification.
    ///
    /// # Errors
    /// Those of [`TablesSpec::parse`]; [`TablesError::Mode`] if the table is not of this specification, or has noise.
    pub fn of(text: &str, published: &PublishedTable) -> Result<Self, TablesError> {
        let spec = TablesSpec::parse(text)?;
        let shown = |count: Option<i64>| count.map(u64::try_from).transpose();
        let counts = published.cells.iter().map(|cell| shown(cell.count)).collect::<Result<Vec<_>, _>>();
        match counts {
            Ok(counts) if published.private.is_none() && counts.len() == domain(&spec)?.cells() => {
                Ok(Self { spec, text: text.to_owned(), counts })
            }
            _ => Err(TablesError::Mode { what: "the published table is not of this specification" }),
        }
    }

    /// The specification as it was given.
    #[must_use]
    pub fn specification(&self) -> &str {
        &self.text
    }

    /// Per cell, row-major with totals, its count; none where it is hidden.
    #[must_use]
    pub fn counts(&self) -> &[Option<u64>] {
        &self.counts
    }

    /// Where its cells lie.
    ///
    /// # Errors
    /// As [`Domain::new`].
    pub(super) fn domain(&self) -> Result<Domain, TablesError> {
        domain(&self.spec)
    }

    /// Whether each of its counts is one of children (or of rows that are a child each), so that tables add up alike.
    pub(super) fn counts_children(&self) -> bool {
        match self.spec.rows {
            None => self.spec.counted == Counted::Children || self.spec.unit.is_none(),
            Some(_) => self.spec.counted == Counted::Children,
        }
    }

    /// Deterministic CBOR (docs/formats.md, 28): `[1, specification, [count or null, …]]`.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Encoder::new(Vec::with_capacity(64 + self.text.len() + self.counts.len() * 3));
        let mut write = || -> Result<(), minicbor::encode::Error<Infallible>> {
            out.array(3)?.u64(1)?.str(&self.text)?.array(self.counts.len() as u64)?;
            for count in &self.counts {
                match count {
                    Some(count) => out.u64(*count)?,
                    None => out.null()?,
                };
            }
            Ok(())
        };
        let _infallible = write();
        out.into_writer()
    }

    /// Reads what [`encode`](Self::encode) wrote.
    ///
    /// # Errors
    /// [`TablesError::PastRelease`] for anything else.
    pub fn decode(bytes: &[u8]) -> Result<Self, TablesError> {
        let (text, counts) = read(bytes).map_err(|_| TablesError::PastRelease)?;
        let spec = TablesSpec::parse(&text).map_err(|_| TablesError::PastRelease)?;
        let table = Self { spec, text, counts };
        let cells = table.domain().map_err(|_| TablesError::PastRelease)?.cells();
        if cells == table.counts.len() && table.encode() == bytes { Ok(table) } else { Err(TablesError::PastRelease) }
    }
}

fn domain(spec: &TablesSpec) -> Result<Domain, TablesError> {
    Domain::new(spec.dimensions.iter().map(|dimension| dimension.labels().len()).collect())
}

fn read(bytes: &[u8]) -> Result<(String, Vec<Option<u64>>), DecodeError> {
    let wrong = || DecodeError::message("no table");
    let mut input = Decoder::new(bytes);
    if (input.array()?, input.u64()?) != (Some(3), 1) {
        return Err(wrong());
    }
    let text = input.str()?.to_owned();
    let count = input.array()?.filter(|count| *count <= MOST_CELLS as u64).ok_or_else(wrong)?;
    let mut counts = Vec::new();
    for _ in 0..count {
        let hidden = input.datatype()? == minicbor::data::Type::Null;
        counts.push(if hidden { input.null().map(|()| None)? } else { Some(input.u64()?) });
    }
    if input.position() == bytes.len() { Ok((text, counts)) } else { Err(wrong()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_comes_back_and_has_one_form() {
        let text = "name = \"t\"\naudience = \"inside\"\n[[dimension]]\ncolumn = \"sex\"\nvalues = [\"f\", \"m\"]\n";
        let spec = TablesSpec::parse(text).unwrap();
        let table = ShownTable { spec, text: text.to_owned(), counts: vec![Some(7), None, Some(300)] };
        let bytes = table.encode();
        assert_eq!(ShownTable::decode(&bytes).unwrap(), table);
        for length in 0..bytes.len() {
            assert_eq!(ShownTable::decode(&bytes[..length]), Err(TablesError::PastRelease));
        }
        let fewer = ShownTable { counts: vec![Some(7), None], ..table.clone() };
        assert!(ShownTable::decode(&fewer.encode()).is_err(), "not as many counts as cells");
        let other = ShownTable { text: "[".to_owned(), ..table };
        assert!(ShownTable::decode(&other.encode()).is_err(), "no specification");
        // 7 as two bytes: CBOR, but not in the one form.
        let mut long = bytes.clone();
        let at = long.iter().position(|byte| *byte == 0x83 && long.len() > 4).unwrap();
        let counts = long.len() - 5;
        assert_eq!((at, long[counts]), (0, 0x07));
        long.splice(counts..=counts, [0x18, 0x07]);
        assert!(ShownTable::decode(&long).is_err());
    }
}
