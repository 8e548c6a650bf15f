//! What custodians decide about what leaves without a key: the release-policy with its floors, series of releases with
//! their budgets, and single releases in spite of the guard of their series. Each stands in the roster, signed.
//!
//! Byte-exact in docs/formats.md, "Release policy".

use minicbor::Decoder;
use minicbor::decode::Error as DecodeError;
use serde::{Deserialize, Serialize};

use super::cbor::{Writer, Written, expect_array, fixed, refused, written};
use crate::error::{Diagnosis, Family};

/// Who will hold a release.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Audience {
    /// People of the organisation.
    Inside,
    /// Anybody else.
    Outside,
}

impl Audience {
    /// Its name in texts.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Inside => "inside",
            Self::Outside => "outside",
        }
    }

    const fn number(self) -> u64 {
        match self {
            Self::Inside => 1,
            Self::Outside => 2,
        }
    }

    fn read(input: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        match input.u64()? {
            1 => Ok(Self::Inside),
            2 => Ok(Self::Outside),
            _ => Err(refused("no audience")),
        }
    }
}

/// No policy goes below this inside the organisation.
pub const LEAST_INSIDE: u32 = 5;

/// No policy goes below this outside of it.
pub const LEAST_OUTSIDE: u32 = 11;

/// The most quasi-identifying columns that a policy may allow.
pub const MOST_QUASI: u32 = 64;

/// What no specification may go below: the `release-policy`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReleasePolicy {
    /// Counts up with every change.
    pub version: u64,
    /// The smallest class, and the smallest count, inside the organisation.
    pub inside_k: u32,
    /// The same outside of it.
    pub outside_k: u32,
    /// The most quasi-identifying columns.
    pub most_quasi: u32,
}

impl Default for ReleasePolicy {
    /// 5 inside, 11 outside, at most 12 columns.
    fn default() -> Self {
        Self { version: 1, inside_k: LEAST_INSIDE, outside_k: LEAST_OUTSIDE, most_quasi: 12 }
    }
}

/// What is wrong with what custodians are to sign.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReleasesError {
    /// The text is no release-policy.
    #[error("line {line}: {what}")]
    Syntax {
        /// The line, from 1.
        line: usize,
        /// What the parser says, without the text of the file.
        what: String,
    },
    /// A floor below the lowest there may be.
    #[error("{key} must be {allowed}")]
    Floor {
        /// Which number.
        key: &'static str,
        /// What it may be.
        allowed: &'static str,
    },
    /// The name of a series is empty, too long, reserved, or has characters that make it read differently.
    #[error("the name of a series has 1 to 100 letters, digits, spaces and - _ . , and is neither extracts nor tables")]
    SeriesName,
    /// A budget of nothing, or of more than protects anybody.
    #[error("the budget of a series is from 0 to 100 (rho)")]
    Budget,
    /// The bytes are not what was signed.
    #[error("the bytes are no document about releases")]
    Bytes,
}

impl Diagnosis for ReleasesError {
    fn code(&self) -> u16 {
        Family::Tables.code(match self {
            Self::Syntax { .. } => 50,
            Self::Floor { .. } => 51,
            Self::SeriesName => 52,
            Self::Budget => 53,
            Self::Bytes => 54,
        })
    }

    fn advice(&self) -> &'static str {
        match self {
            Self::Syntax { .. } => "Correct the line; docs/anonymisation.md shows a whole release policy.",
            Self::Floor { .. } => "Raise it. The lowest floors cannot be signed away.",
            Self::SeriesName => "Choose another short plain name.",
            Self::Budget => "Choose a smaller budget; 1 is much.",
            Self::Bytes => "Ask for the document again; it was altered on the way, or written by a newer version.",
        }
    }
}

impl ReleasePolicy {
    /// Reads a policy in TOML.
    ///
    /// # Errors
    /// [`ReleasesError::Syntax`], [`ReleasesError::Floor`].
    pub fn parse(text: &str) -> Result<Self, ReleasesError> {
        let policy: Self = toml::from_str(text).map_err(|error| ReleasesError::Syntax {
            line: error.span().map_or(1, |span| text[..span.start.min(text.len())].matches('\n').count() + 1),
            what: error.message().to_owned(),
        })?;
        policy.check()?;
        Ok(policy)
    }

    /// The same in TOML.
    #[must_use]
    pub fn to_toml(&self) -> String {
        let Self { version, inside_k, outside_k, most_quasi } = self;
        format!("version = {version}\ninside_k = {inside_k}\noutside_k = {outside_k}\nmost_quasi = {most_quasi}\n")
    }

    /// The smallest class for an audience.
    #[must_use]
    pub fn floor(&self, audience: Audience) -> u32 {
        match audience {
            Audience::Inside => self.inside_k,
            Audience::Outside => self.outside_k,
        }
    }

    /// Whether it may be put in force.
    ///
    /// # Errors
    /// [`ReleasesError::Floor`].
    pub fn check(&self) -> Result<(), ReleasesError> {
        let floor = |key, allowed| Err(ReleasesError::Floor { key, allowed });
        match self {
            Self { version: 0, .. } => floor("version", "1 or more"),
            Self { inside_k: 0..LEAST_INSIDE, .. } => floor("inside_k", "5 or more"),
            Self { outside_k: 0..LEAST_OUTSIDE, .. } => floor("outside_k", "11 or more"),
            Self { inside_k, outside_k, .. } if outside_k < inside_k => floor("outside_k", "no less than inside_k"),
            Self { most_quasi, .. } if !(1..=MOST_QUASI).contains(most_quasi) => floor("most_quasi", "1 to 64"),
            _ => Ok(()),
        }
    }

    /// Canonical bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        written(|out| {
            out.array(5)?.u64(1)?.u64(self.version)?.u64(self.inside_k.into())?;
            out.u64(self.outside_k.into())?.u64(self.most_quasi.into())?;
            Ok(())
        })
    }

    /// The policy of exactly these bytes.
    ///
    /// # Errors
    /// [`ReleasesError::Bytes`], [`ReleasesError::Floor`].
    pub fn decode(bytes: &[u8]) -> Result<Self, ReleasesError> {
        let read = |input: &mut Decoder<'_>| {
            expect_array(input, 5)?;
            expect_one(input)?;
            let version = input.u64()?;
            Ok::<_, DecodeError>(Self {
                version,
                inside_k: input.u32()?,
                outside_k: input.u32()?,
                most_quasi: input.u32()?,
            })
        };
        let policy = read(&mut Decoder::new(bytes)).map_err(|_| ReleasesError::Bytes)?;
        policy.check()?;
        if policy.encode() == bytes { Ok(policy) } else { Err(ReleasesError::Bytes) }
    }
}

/// The series of all extracts, which needs no declaration; exceptions of custodians name it.
pub const EXTRACTS: &str = "extracts";

/// The series of all tables of counts, which needs no declaration either.
pub const TABLES: &str = "tables";

/// A series: releases about the same children for the same audience, which are compared with each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReleaseSeries {
    /// Its name.
    pub name: String,
    /// Who will hold its releases.
    pub audience: Audience,
    /// The budget of its noisy answers: rho of zero-concentrated differential privacy, in millionths.
    pub budget: u64,
    /// Whether a child has the same pseudonym in all of its releases.
    pub lasting_pseudonyms: bool,
}

/// The most that a budget may be: rho 100.
const MOST_BUDGET: u64 = 100_000_000;

impl ReleaseSeries {
    /// Its budget as a number, in rho.
    #[must_use]
    pub fn budget_in_rho(&self) -> f64 {
        self.budget as f64 / 1e6
    }

    /// Whether it may be put in force.
    ///
    /// # Errors
    /// [`ReleasesError::SeriesName`], [`ReleasesError::Budget`].
    pub fn check(&self) -> Result<(), ReleasesError> {
        let plain = |character: char| character.is_alphanumeric() || matches!(character, ' ' | '-' | '_' | '.' | ',');
        let fits = (1..=100).contains(&self.name.len()) && self.name.trim() == self.name;
        // A series of these names would be taken for that of all extracts, or of all tables.
        let reserved = [EXTRACTS, TABLES].iter().any(|own| self.name.eq_ignore_ascii_case(own));
        if !fits || reserved || !self.name.chars().all(plain) {
            return Err(ReleasesError::SeriesName);
        }
        if self.budget > MOST_BUDGET { Err(ReleasesError::Budget) } else { Ok(()) }
    }

    /// Canonical bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        written(|out| {
            out.array(5)?.u64(1)?.str(&self.name)?.u64(self.audience.number())?.u64(self.budget)?;
            out.bool(self.lasting_pseudonyms)?;
            Ok(())
        })
    }

    /// The series of exactly these bytes.
    ///
    /// # Errors
    /// [`ReleasesError`].
    pub fn decode(bytes: &[u8]) -> Result<Self, ReleasesError> {
        let read = |input: &mut Decoder<'_>| {
            expect_array(input, 5)?;
            expect_one(input)?;
            let (name, audience) = (input.str()?.to_owned(), Audience::read(input)?);
            Ok::<_, DecodeError>(Self { name, audience, budget: input.u64()?, lasting_pseudonyms: input.bool()? })
        };
        let series = read(&mut Decoder::new(bytes)).map_err(|_| ReleasesError::Bytes)?;
        series.check()?;
        if series.encode() == bytes { Ok(series) } else { Err(ReleasesError::Bytes) }
    }
}

/// A single release that custodians let pass although the guard of its series refused it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReleaseException {
    /// The series.
    pub series: String,
    /// SHA-256 of the membership of the release (docs/formats.md, "Membership of a release").
    pub membership: [u8; 32],
}

impl ReleaseException {
    pub(super) fn write(&self, out: &mut Writer) -> Written {
        out.array(2)?.str(&self.series)?.bytes(&self.membership)?;
        Ok(())
    }

    pub(super) fn read(input: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        expect_array(input, 2)?;
        Ok(Self { series: input.str()?.to_owned(), membership: fixed(input)? })
    }
}

fn expect_one(input: &mut Decoder<'_>) -> Result<(), DecodeError> {
    if input.u64()? == 1 { Ok(()) } else { Err(refused("another version")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floors_can_be_raised_and_not_lowered() {
        let policy = ReleasePolicy::default();
        assert_eq!(ReleasePolicy::parse(&policy.to_toml()), Ok(policy));
        assert_eq!(ReleasePolicy::decode(&policy.encode()), Ok(policy));
        let refused = |policy: ReleasePolicy| {
            assert_eq!(ReleasePolicy::decode(&policy.encode()), Err(policy.check().unwrap_err()));
            policy.check().unwrap_err().code()
        };
        for wrong in [
            ReleasePolicy { inside_k: 4, ..policy },
            ReleasePolicy { outside_k: 10, ..policy },
            ReleasePolicy { inside_k: 30, outside_k: 20, ..policy },
            ReleasePolicy { most_quasi: 0, ..policy },
            ReleasePolicy { version: 0, ..policy },
        ] {
            assert_eq!(refused(wrong), 1951);
        }
        let text = "version = 1\ninside_k = 5\noutside_k = 11\nmost_quasi = 12\ncolour = 1\n";
        assert!(matches!(ReleasePolicy::parse(text), Err(ReleasesError::Syntax { line: 5, .. })));
    }

    #[test]
    fn a_series_has_a_plain_name_and_a_budget() {
        let series = ReleaseSeries {
            name: "Yearly, provinces".into(),
            audience: Audience::Outside,
            budget: 500_000,
            lasting_pseudonyms: false,
        };
        assert_eq!(ReleaseSeries::decode(&series.encode()), Ok(series.clone()));
        for name in ["", " a", "a\u{202E}b", "a\nb", &"a".repeat(101), "tables", "Extracts"] {
            let named = ReleaseSeries { name: name.into(), ..series.clone() };
            assert_eq!(named.check(), Err(ReleasesError::SeriesName));
        }
        let lavish = ReleaseSeries { budget: MOST_BUDGET + 1, ..series.clone() };
        assert_eq!(ReleaseSeries::decode(&lavish.encode()), Err(ReleasesError::Budget));
        let bytes = series.encode();
        for length in 0..bytes.len() {
            assert_eq!(ReleaseSeries::decode(&bytes[..length]), Err(ReleasesError::Bytes));
        }
    }
}
