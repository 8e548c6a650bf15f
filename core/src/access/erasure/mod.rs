//! Erasure: what the roster says about cases whose keys were destroyed, and the documents that leave the vault about it.
//!
//! An entry of the roster carries an [`ErasureDocument`]: an erasure as it was decided, or a signed [`ErasureList`] that a
//! restored vault has to follow. A [`Certificate`] says to the outside that cases were erased, and from which date on the
//! erasure is complete; it is verified with nothing but the public keys of custodians. See docs/adr/0033.
//!
//! Nothing here names a child or a case number: cases are named by their random ids, grounds by codes.

mod certificate;
mod error;
mod ground;
mod list;
mod signed;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod vectors;

use minicbor::Decoder;
use minicbor::decode::Error as DecodeError;

pub use certificate::{Certificate, CertifiedCase, CertifiedKey, Verified};
pub use error::ErasureError;
pub use ground::{Ground, GroundKind};
pub use list::ErasureList;
pub use signed::{Document, Signed};

use super::roster::codec::{Output, Written, encoded, expect_array, fixed, list};
use crate::id::{MemberId, ScopeId};

/// A certificate with its signatures.
pub type SignedCertificate = Signed<Certificate>;
/// A list with its signatures.
pub type SignedErasureList = Signed<ErasureList>;

const VERSION: u64 = 1;
const DIRECT: u64 = 1;
const LISTED: u64 = 2;

/// Most cases of one erasure.
pub const MAX_CASES: usize = 4096;

/// Cases that were erased together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erasure {
    /// When it was decided: milliseconds since 1970, UTC.
    pub at: u64,
    /// When the last backup key expires that was known then: before that, a backup can still be opened.
    pub complete_from: u64,
    /// Who proposed it.
    pub by: MemberId,
    /// On which ground.
    pub ground: Ground,
    /// The cases, ascending.
    pub cases: Vec<ScopeId>,
}

/// What an entry of the roster carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ErasureDocument {
    /// An erasure, signed with the entry.
    Direct(Erasure),
    /// Erasures of the same vault elsewhere, which a restored vault follows: signed by the list itself.
    Listed(Box<SignedErasureList>),
}

impl ErasureDocument {
    /// The bytes that stand in the roster.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        encoded(|out| match self {
            Self::Direct(erasure) => {
                out.array(3)?.u64(VERSION)?.u64(DIRECT)?;
                erasure.write(out)
            }
            Self::Listed(list) => {
                out.array(3)?.u64(VERSION)?.u64(LISTED)?.bytes(&list.to_bytes())?;
                Ok(())
            }
        })
    }

    /// Reads what stands in the roster.
    ///
    /// # Errors
    /// [`ErasureError::Malformed`].
    pub fn decode(bytes: &[u8]) -> Result<Self, ErasureError> {
        let malformed = ErasureError::Malformed { what: "erasure" };
        let document = Self::read(&mut Decoder::new(bytes)).map_err(|_| malformed)?;
        if document.encode() == bytes { Ok(document) } else { Err(malformed) }
    }

    fn read(input: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        expect_array(input, 3)?;
        if input.u64()? != VERSION {
            return Err(DecodeError::message("unknown version"));
        }
        match input.u64()? {
            DIRECT => Ok(Self::Direct(Erasure::read(input)?)),
            LISTED => {
                let list = SignedErasureList::from_bytes(input.bytes()?);
                Ok(Self::Listed(Box::new(list.map_err(|_| DecodeError::message("no list"))?)))
            }
            _ => Err(DecodeError::message("unknown kind")),
        }
    }

    /// The erasures that it carries.
    #[must_use]
    pub fn erasures(&self) -> &[Erasure] {
        match self {
            Self::Direct(erasure) => std::slice::from_ref(erasure),
            Self::Listed(list) => &list.document().erasures,
        }
    }
}

impl Erasure {
    fn write(&self, out: &mut Output) -> Written {
        out.array(6)?.u64(self.at)?.u64(self.complete_from)?.bytes(self.by.as_bytes())?;
        out.u64(self.ground.kind().number())?.str(self.ground.rule().unwrap_or_default())?;
        out.array(self.cases.len() as u64)?;
        for case in &self.cases {
            out.bytes(case.as_bytes())?;
        }
        Ok(())
    }

    fn read(input: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        expect_array(input, 6)?;
        let erasure = Self {
            at: input.u64()?,
            complete_from: input.u64()?,
            by: MemberId::from_bytes(fixed(input)?),
            ground: {
                let kind = GroundKind::from_number(input.u64()?);
                let ground = kind.and_then(|kind| input.str().ok().and_then(|rule| Ground::from_parts(kind, rule)));
                ground.ok_or_else(|| DecodeError::message("no ground"))?
            },
            cases: list(input, |input| Ok(ScopeId::from_bytes(fixed(input)?)))?,
        };
        let ascends = erasure.cases.is_sorted_by(|one, other| one < other);
        if ascends && !erasure.cases.is_empty() && erasure.complete_from >= erasure.at {
            Ok(erasure)
        } else {
            Err(DecodeError::message("no cases, or out of order, or complete before it began"))
        }
    }
}
