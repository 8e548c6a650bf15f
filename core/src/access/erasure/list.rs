//! The list of all erasures of a vault: what a restored backup, a moved or an adopted copy has to follow before it opens.

use std::collections::BTreeSet;

use minicbor::Decoder;
use minicbor::decode::Error as DecodeError;

use super::signed::Document;
use super::{Erasure, VERSION};
use crate::access::Roster;
use crate::access::roster::codec::{encoded, expect_array, fixed, list};
use crate::id::{ScopeId, VaultId};

/// All erasures of a vault, in the order in which they were decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErasureList {
    /// The vault.
    pub vault: VaultId,
    /// When the list was made: milliseconds since 1970, UTC.
    pub issued_at: u64,
    /// Position and digest of the roster's head then.
    pub roster: (u64, [u8; 32]),
    /// The erasures.
    pub erasures: Vec<Erasure>,
}

impl ErasureList {
    /// All that a roster lists.
    #[must_use]
    pub fn of(roster: &Roster, issued_at: u64) -> Self {
        let erasures = roster.erasures().iter().map(|listed| listed.erasure.clone()).collect();
        Self { vault: roster.vault(), issued_at, roster: roster.head(), erasures }
    }

    /// All erased cases.
    #[must_use]
    pub fn cases(&self) -> BTreeSet<ScopeId> {
        self.erasures.iter().flat_map(|erasure| erasure.cases.iter().copied()).collect()
    }
}

impl Document for ErasureList {
    const NAME: &'static str = "erasure list";
    const LABEL: &'static str = "saferoom/erasure-list";

    fn encode(&self) -> Vec<u8> {
        encoded(|out| {
            out.array(6)?.u64(VERSION)?.bytes(self.vault.as_bytes())?.u64(self.issued_at)?;
            out.u64(self.roster.0)?.bytes(&self.roster.1)?.array(self.erasures.len() as u64)?;
            self.erasures.iter().try_for_each(|erasure| erasure.write(out))
        })
    }

    fn read(input: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        expect_array(input, 6)?;
        if input.u64()? != VERSION {
            return Err(DecodeError::message("unknown version"));
        }
        let read = Self {
            vault: VaultId::from_bytes(fixed(input)?),
            issued_at: input.u64()?,
            roster: (input.u64()?, fixed(input)?),
            erasures: list(input, Erasure::read)?,
        };
        let cases: usize = read.erasures.iter().map(|erasure| erasure.cases.len()).sum();
        if cases == read.cases().len() { Ok(read) } else { Err(DecodeError::message("a case twice")) }
    }
}
