//! A signed checkpoint, as it is compared with the tree.

use crate::log::{Checkpoint, Judgement, LogError, Note};

/// A checkpoint that the tree is compared with when it has reached its size.
#[derive(Debug)]
pub(super) struct Signed {
    pub(super) source: Source,
    pub(super) checkpoint: Checkpoint,
    pub(super) note: Note,
    /// The earliest cosignature of a believed witness.
    pub(super) cosigned: Option<u64>,
}

/// Where it came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    Newest,
    Earlier,
    Kept,
}

impl Signed {
    pub(super) fn judged(source: Source, judgement: Judgement) -> Self {
        let cosigned = judgement.cosignatures.iter().map(|(_, time)| *time).min();
        Self { source, checkpoint: judgement.checkpoint, note: judgement.note, cosigned }
    }

    pub(super) fn unbelieved(bytes: &[u8]) -> Result<Self, LogError> {
        let note = Note::parse(bytes)?;
        Ok(Self { source: Source::Newest, checkpoint: note.text().parse()?, note, cosigned: None })
    }
}
