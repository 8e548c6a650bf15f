//! A recovery set as bytes: deterministic CBOR, as docs/formats.md has it.

use minicbor::decode::Error as DecodeError;
use minicbor::{Decoder, Encoder};

use super::{MOST_RECOVERY_SHARES, RecoveryError, RecoveryPublicKey, RecoveryScope, RecoverySet};
use crate::id::{ScopeId, VaultId};
use crate::keys::{SlotKey, VerifyingKey};
use crate::seal::HybridPublicKey;

const VERSION: u64 = 1;

impl RecoverySet {
    /// Deterministic CBOR, see docs/formats.md.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Encoder::new(Vec::with_capacity(1400 + 34 * self.digests.len()));
        let mut write = || -> Result<(), minicbor::encode::Error<std::convert::Infallible>> {
            out.array(10)?.u64(VERSION)?.bytes(self.vault.as_bytes())?;
            match self.scope {
                RecoveryScope::Unit(unit) => out.bytes(unit.as_bytes())?,
                RecoveryScope::Oversight => out.null()?,
                RecoveryScope::Reversal(unit) => out.array(1)?.bytes(unit.as_bytes())?,
            };
            out.u32(self.number)?.bytes(&self.public.hybrid.to_bytes())?.bytes(self.public.slots.expose())?;
            out.bytes(self.public.verifying_key.as_bytes())?;
            out.u8(self.threshold)?;
            out.array(self.digests.len() as u64)?;
            for digest in &self.digests {
                out.bytes(digest)?;
            }
            match &self.previous {
                Some(digest) => out.bytes(digest)?,
                None => out.null()?,
            };
            Ok(())
        };
        let _infallible = write();
        out.into_writer()
    }

    /// Reads a set; there is one encoding only.
    ///
    /// # Errors
    /// [`RecoveryError::Set`].
    pub fn decode(bytes: &[u8]) -> Result<Self, RecoveryError> {
        let set = Self::decode_any(bytes).map_err(|_| RecoveryError::Set)?;
        let (threshold, count) = (usize::from(set.threshold), set.digests.len());
        let sensible = threshold >= 2 && threshold <= count && count <= usize::from(MOST_RECOVERY_SHARES);
        let linked = set.number > 0 && (set.number == 1) == set.previous.is_none();
        let distinct = set.digests.iter().collect::<std::collections::BTreeSet<_>>().len() == count;
        if sensible && linked && distinct && set.encode() == bytes { Ok(set) } else { Err(RecoveryError::Set) }
    }

    fn decode_any(bytes: &[u8]) -> Result<Self, DecodeError> {
        let wrong = || DecodeError::message("no recovery set");
        let mut input = Decoder::new(bytes);
        if input.array()? != Some(10) || input.u64()? != VERSION {
            return Err(wrong());
        }
        let vault = VaultId::from_slice(input.bytes()?).map_err(|_| wrong())?;
        let unit = |bytes| ScopeId::from_slice(bytes).map_err(|_| wrong());
        let scope = if input.datatype()? == minicbor::data::Type::Array {
            match input.array()? {
                Some(1) => RecoveryScope::Reversal(unit(input.bytes()?)?),
                _ => return Err(wrong()),
            }
        } else {
            match optional(&mut input)? {
                Some(bytes) => RecoveryScope::Unit(unit(bytes)?),
                None => RecoveryScope::Oversight,
            }
        };
        let number = input.u32()?;
        let hybrid = HybridPublicKey::from_bytes(input.bytes()?).map_err(|_| wrong())?;
        let slots = SlotKey::from_bytes(input.bytes()?.try_into().map_err(|_| wrong())?);
        let verifying_key = VerifyingKey::from_bytes(input.bytes()?.try_into().map_err(|_| wrong())?);
        let threshold = input.u8()?;
        let count = input.array()?.filter(|count| *count <= u64::from(MOST_RECOVERY_SHARES)).ok_or_else(wrong)?;
        let digests = (0..count).map(|_| input.bytes()?.try_into().map_err(|_| wrong())).collect::<Result<_, _>>()?;
        let previous = optional(&mut input)?.map(<[u8; 32]>::try_from).transpose().map_err(|_| wrong())?;
        let public = RecoveryPublicKey::of(vault, hybrid, slots, verifying_key);
        Ok(Self { vault, scope, number, public, threshold, digests, previous })
    }
}

fn optional<'b>(input: &mut Decoder<'b>) -> Result<Option<&'b [u8]>, DecodeError> {
    if input.datatype()? == minicbor::data::Type::Null {
        input.null()?;
        return Ok(None);
    }
    input.bytes().map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit() -> RecoveryScope {
        RecoveryScope::Unit(ScopeId::random())
    }

    #[test]
    fn a_set_is_read_as_it_was_written_and_no_other_way() {
        let (first, _) = RecoverySet::first(VaultId::random(), unit(), 2, 3).unwrap();
        let (second, _) = first.next(3, 32).unwrap();
        let (oversight, _) = RecoverySet::first(VaultId::random(), RecoveryScope::Oversight, 2, 2).unwrap();
        for set in [&first, &second, &oversight] {
            let bytes = set.encode();
            assert_eq!(RecoverySet::decode(&bytes).as_ref(), Ok(set));
            for length in 0..bytes.len() {
                assert_eq!(RecoverySet::decode(&bytes[..length]), Err(RecoveryError::Set));
            }
            assert!(RecoverySet::decode(&[&bytes[..], &[0]].concat()).is_err());
        }
        let wrong = [
            RecoverySet { threshold: 1, ..first.clone() },
            RecoverySet { threshold: 4, ..first.clone() },
            RecoverySet { number: 0, ..first.clone() },
            RecoverySet { number: 2, ..first.clone() },
            RecoverySet { previous: None, ..second.clone() },
            RecoverySet { previous: Some([0; 32]), ..first.clone() },
            RecoverySet { digests: vec![[1; 32]; 3], ..first.clone() },
            RecoverySet { digests: (0..33).map(|at| [at; 32]).collect(), ..first },
        ];
        for set in wrong {
            assert_eq!(RecoverySet::decode(&set.encode()), Err(RecoveryError::Set), "{set:?}");
        }
    }
}
