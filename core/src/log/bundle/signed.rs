//! A signed checkpoint, as it is compared with the tree.

use std::collections::HashMap;

use crate::log::{Checkpoint, Judgement, KeyName, LogError, Note, NoteKey};

/// A checkpoint that the tree is compared with when it has reached its size.
#[derive(Debug)]
pub(super) struct Signed {
    pub(super) source: Source,
    pub(super) checkpoint: Checkpoint,
    pub(super) note: Note,
    /// The cosignatures of believed witnesses, with their times.
    cosignatures: Vec<(NoteKey, u64)>,
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
        let Judgement { checkpoint, note, cosignatures, .. } = judgement;
        Self { source, checkpoint, note, cosignatures }
    }

    pub(super) fn unbelieved(bytes: &[u8]) -> Result<Self, LogError> {
        let note = Note::parse(bytes)?;
        Ok(Self { source: Source::Newest, checkpoint: note.text().parse()?, note, cosignatures: Vec::new() })
    }

    /// The believed witness whose cosignature is the earliest, and its time.
    pub(super) fn cosigned(&self) -> Option<(&KeyName, u64)> {
        self.cosignatures.iter().map(|(key, time)| (key.name(), *time)).min_by_key(|(_, time)| *time)
    }
}

/// What one witness said last.
#[derive(Default)]
struct Said {
    size: u64,
    /// Its latest time for a tree of that size, and for any smaller one.
    at_size: u64,
    below: u64,
}

/// The sizes that a witness cosigned at an earlier time than a smaller tree of the same log. A witness takes no smaller tree
/// after a larger one and no time before its last, so its clock was set back, or its key is used elsewhere.
pub(super) fn cosigned_backwards(by_size: &[Signed]) -> Vec<u64> {
    let mut witnesses: HashMap<&[u8], Said> = HashMap::new();
    let mut backwards = Vec::new();
    for signed in by_size {
        let size = signed.checkpoint.size();
        for (key, time) in &signed.cosignatures {
            let said = witnesses.entry(key.public_key()).or_default();
            if said.size < size {
                *said = Said { size, at_size: 0, below: said.below.max(said.at_size) };
            }
            if *time < said.below {
                backwards.push(size);
            }
            said.at_size = said.at_size.max(*time);
        }
    }
    backwards
}
