//! What a witness is asked: the body of `add-checkpoint` in C2SP tlog-witness.
//!
//! ```text
//! old <size that the witness cosigned last>
//! <base64 of a hash>                          the consistency proof from there, at most 63 lines
//!
//! <the signed checkpoint>
//! ```

use std::fmt;

use crate::log::checkpoint::decimal;
use crate::log::{Hash, HashReader, LogError, MAX_NOTE_LENGTH, Note, prove_consistency};

/// The most hashes of a proof.
const MAX_HASHES: usize = 63;

/// A checkpoint, and the proof that it extends the one which the witness cosigned last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WitnessRequest {
    old: u64,
    proof: Vec<Hash>,
    checkpoint: Note,
}

impl WitnessRequest {
    /// The request for `checkpoint`, with the proof from the size `old`.
    ///
    /// # Errors
    /// [`LogError::ProofLength`] if it has more than 63 hashes.
    pub fn new(old: u64, proof: Vec<Hash>, checkpoint: Note) -> Result<Self, LogError> {
        if proof.len() > MAX_HASHES {
            return Err(LogError::ProofLength);
        }
        Ok(Self { old, proof, checkpoint })
    }

    /// The request for this checkpoint of `size` entries, with the proof made from the hashes of the log.
    ///
    /// # Errors
    /// [`LogError::SizeOutOfRange`] if `old` is larger than `size`, and whatever the reader says.
    pub fn prove<R: HashReader>(old: u64, size: u64, reader: &R, checkpoint: Note) -> Result<Self, R::Error> {
        Ok(Self::new(old, prove_consistency(old, size, reader)?, checkpoint)?)
    }

    /// Reads a request. A checkpoint alone is one from the size 0.
    ///
    /// # Errors
    /// [`LogError::MalformedRequest`], [`LogError::ProofLength`]; those of [`Note::parse`] about the checkpoint.
    pub fn parse(bytes: &[u8]) -> Result<Self, LogError> {
        if bytes.len() > MAX_NOTE_LENGTH {
            return Err(LogError::MalformedRequest);
        }
        if !bytes.starts_with(b"old ") {
            return Self::new(0, Vec::new(), Note::parse(bytes)?);
        }
        let text = std::str::from_utf8(bytes).map_err(|_| LogError::MalformedRequest)?;
        let (head, checkpoint) = text.split_once("\n\n").ok_or(LogError::MalformedRequest)?;
        let mut lines = head.split('\n');
        let old =
            lines.next().and_then(|line| decimal(line.strip_prefix("old ")?)).ok_or(LogError::MalformedRequest)?;
        let proof: Result<_, _> = lines.map(Hash::from_base64).collect();
        Self::new(old, proof.map_err(|_| LogError::MalformedRequest)?, Note::parse(checkpoint.as_bytes())?)
    }

    /// The size that the proof begins from.
    #[must_use]
    pub const fn old(&self) -> u64 {
        self.old
    }

    /// The consistency proof.
    #[must_use]
    pub fn proof(&self) -> &[Hash] {
        &self.proof
    }

    /// The signed checkpoint.
    #[must_use]
    pub const fn checkpoint(&self) -> &Note {
        &self.checkpoint
    }
}

/// The text that is sent.
impl fmt::Display for WitnessRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "old {}", self.old)?;
        self.proof.iter().try_for_each(|hash| writeln!(f, "{}", hash.to_base64()))?;
        write!(f, "\n{}", self.checkpoint)
    }
}
