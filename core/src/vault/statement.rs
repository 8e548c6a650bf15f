//! What a session signs at the end of every commit: the newest roster, log and state, and the heads it wrote.

use minicbor::decode::Error as DecodeError;
use minicbor::{Decoder, Encoder};

use crate::id::{DeviceId, VaultId};
use crate::log::Hash;
use crate::seal::{LabelledInput, sha256};

const VERSION: u64 = 1;

/// How many head digests one part of a commit lists.
pub(super) const HEADS_PER_PART: usize = 256;
/// Most parts of one commit.
pub(super) const MAX_PARTS: usize = 256;

/// A statement. Deterministic CBOR, docs/formats.md "Statement".
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Statement {
    pub(super) vault: VaultId,
    pub(super) device: DeviceId,
    /// Number of the commit, from 1; reads count too.
    pub(super) commit: u64,
    pub(super) roster_position: u64,
    pub(super) roster_digest: [u8; 32],
    pub(super) log_size: u64,
    pub(super) log_root: Hash,
    pub(super) state_root: [u8; 32],
    /// Digest of each part of the list of head digests that this commit wrote.
    pub(super) parts: Vec<[u8; 32]>,
}

impl Statement {
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut out = Encoder::new(Vec::with_capacity(256 + 34 * self.parts.len()));
        let _infallible = self.encode_into(&mut out);
        out.into_writer()
    }

    fn encode_into(&self, out: &mut Encoder<Vec<u8>>) -> Result<(), minicbor::encode::Error<std::convert::Infallible>> {
        out.array(10)?.u64(VERSION)?.bytes(self.vault.as_bytes())?.bytes(self.device.as_bytes())?;
        out.u64(self.commit)?.u64(self.roster_position)?.bytes(&self.roster_digest)?;
        out.u64(self.log_size)?.bytes(self.log_root.as_bytes())?.bytes(&self.state_root)?;
        out.array(self.parts.len() as u64)?;
        for part in &self.parts {
            out.bytes(part)?;
        }
        Ok(())
    }

    pub(super) fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut input = Decoder::new(bytes);
        if input.array()? != Some(10) || input.u64()? != VERSION {
            return Err(DecodeError::message("unknown version"));
        }
        let statement = Self {
            vault: VaultId::from_bytes(fixed(&mut input)?),
            device: DeviceId::from_bytes(fixed(&mut input)?),
            commit: input.u64()?,
            roster_position: input.u64()?,
            roster_digest: fixed(&mut input)?,
            log_size: input.u64()?,
            log_root: Hash::from_bytes(fixed(&mut input)?),
            state_root: fixed(&mut input)?,
            parts: {
                let count = input.array()?.filter(|count| *count <= MAX_PARTS as u64);
                let count = count.ok_or_else(|| DecodeError::message("too many parts"))?;
                (0..count).map(|_| fixed(&mut input)).collect::<Result<_, _>>()?
            },
        };
        if statement.encode() == bytes { Ok(statement) } else { Err(DecodeError::message("not canonical")) }
    }

    /// The bytes under the signature of a statement.
    pub(super) fn signed_bytes(encoded: &[u8]) -> LabelledInput {
        LabelledInput::new("saferoom/statement").part(encoded)
    }

    /// Digest of one part of the list of heads.
    pub(super) fn part_digest(digests: &[u8]) -> [u8; 32] {
        sha256(LabelledInput::new("saferoom/heads").part(digests).as_bytes())
    }
}

fn fixed<const N: usize>(input: &mut Decoder<'_>) -> Result<[u8; N], DecodeError> {
    input.bytes()?.try_into().map_err(|_| DecodeError::message("wrong length"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn statements_read_back_and_have_one_encoding() {
        let statement = Statement {
            vault: VaultId::random(),
            device: DeviceId::random(),
            commit: 7,
            roster_position: 0,
            roster_digest: [1; 32],
            log_size: 300,
            log_root: Hash::from_bytes([2; 32]),
            state_root: [3; 32],
            parts: vec![[4; 32], [5; 32]],
        };
        let bytes = statement.encode();
        assert_eq!(Statement::decode(&bytes).unwrap(), statement);
        assert!(Statement::decode(&[&bytes[..], &[0]].concat()).is_err());
        for length in 0..bytes.len() {
            assert!(Statement::decode(&bytes[..length]).is_err());
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_refused_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            prop_assert!(Statement::decode(&bytes).is_err());
        }
    }
}
