//! The bytes of a tally: deterministic CBOR, docs/formats.md "Tallies".

use minicbor::Decoder;
use minicbor::decode::Error as DecodeError;

use super::distinct::Distinct;
use super::searches::Searches;
use super::{DAY, HOUR, MOST_CASES, MOST_RECORDS, Now, Tally, is_hourly};
use crate::access::AccessError;
use crate::access::cbor::{Writer, Written, expect_array, optional, refused, written};
use crate::access::policy::{Effect, Measure};

const VERSION: u64 = 1;
const PARTS: u64 = 11;

impl Tally {
    /// The bytes to seal.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        written(|out| {
            out.array(PARTS)?.u64(VERSION)?.u64(self.total)?.u64(self.step)?;
            write_counts(out, &self.reads_in_hour)?;
            write_counts(out, &self.reads_in_day)?;
            write_counts(out, &self.across_in_hour)?;
            match self.night {
                Some((day, reads)) => out.array(2)?.i64(day)?.u64(reads)?,
                None => out.null()?,
            };
            self.records.write(out)?;
            self.cases.write(out)?;
            self.searches.write(out)?;
            out.array(self.told.len() as u64)?;
            for told in &self.told {
                match told {
                    Some((effect, age)) => out.array(2)?.u8(effect.number())?.u8(*age)?,
                    None => out.null()?,
                };
            }
            Ok(())
        })
    }

    /// Reads a tally.
    ///
    /// # Errors
    /// [`AccessError::Tally`] if it is malformed.
    pub fn decode(bytes: &[u8]) -> Result<Self, AccessError> {
        let read = Self::read_parts(bytes).ok().filter(|tally| tally.encode() == bytes);
        read.ok_or(AccessError::Tally)
    }

    fn read_parts(bytes: &[u8]) -> Result<Self, DecodeError> {
        let input = &mut Decoder::new(bytes);
        expect_array(input, PARTS)?;
        if input.u64()? != VERSION {
            return Err(refused("unknown version"));
        }
        Ok(Self {
            total: input.u64()?,
            step: input.u64()?,
            reads_in_hour: read_counts(input)?,
            reads_in_day: read_counts(input)?,
            across_in_hour: read_counts(input)?,
            night: optional(input, |input| {
                expect_array(input, 2)?;
                Ok((input.i64()?, input.u64()?))
            })?,
            records: Distinct::read(input, MOST_RECORDS, HOUR)?,
            cases: Distinct::read(input, MOST_CASES, DAY)?,
            searches: Searches::read(input)?,
            told: read_told(input)?,
            now: Now::default(),
        })
    }
}

fn write_counts(out: &mut Writer, counts: &[u64]) -> Written {
    out.array(counts.len() as u64)?;
    counts.iter().try_for_each(|count| out.u64(*count).map(drop))
}

fn read_counts<const N: usize>(input: &mut Decoder<'_>) -> Result<[u64; N], DecodeError> {
    expect_array(input, N as u64)?;
    let mut counts = [0; N];
    for count in &mut counts {
        *count = input.u64()?;
    }
    Ok(counts)
}

type Told = [Option<(Effect, u8)>; Measure::ALL.len()];

fn read_told(input: &mut Decoder<'_>) -> Result<Told, DecodeError> {
    expect_array(input, Measure::ALL.len() as u64)?;
    let mut told = Told::default();
    for (told, measure) in told.iter_mut().zip(Measure::ALL) {
        let oldest = match measure {
            Measure::ReadsAtNight => 0,
            measure if is_hourly(*measure) => HOUR,
            _ => DAY,
        };
        *told = optional(input, |input| {
            expect_array(input, 2)?;
            let effect = Effect::from_number(input.u8()?).ok_or_else(|| refused("no effect"))?;
            let age = input.u8()?;
            if age <= oldest { Ok((effect, age)) } else { Err(refused("too old")) }
        })?;
    }
    Ok(told)
}
