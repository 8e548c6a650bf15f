//! One entry with all that proves it, in one text (C2SP tlog-proof, <https://c2sp.org/tlog-proof>): for a court file.
//!
//! ```text
//! c2sp.org/tlog-proof@v1
//! extra <base64>            not proven; may be absent
//! index <n>
//! <base64 of a hash>        the siblings on the way up, lowest first
//!
//! <the signed checkpoint>
//! ```
//!
//! The entry itself stands elsewhere: its leaf hash is what the proof is about.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::checkpoint::decimal;
use super::{Checkpoint, Hash, LogError, MAX_NOTE_LENGTH, Note, NoteKey, OpenedCheckpoint, verify_inclusion};

const HEADER: &str = "c2sp.org/tlog-proof@v1";

/// The most hashes of a proof: a tree of 2^63 leaves is so high.
const MAX_HASHES: usize = 63;

/// The proof that an entry is in a log. That it parsed says nothing; [`EntryProof::verify`] does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryProof {
    extra: Option<Vec<u8>>,
    index: u64,
    hashes: Vec<Hash>,
    checkpoint: Note,
}

impl EntryProof {
    /// The proof `hashes` that entry `index` is in the log of this signed checkpoint.
    ///
    /// # Errors
    /// [`LogError::ProofLength`] if it has more than 63 hashes.
    pub fn new(index: u64, hashes: Vec<Hash>, checkpoint: Note) -> Result<Self, LogError> {
        if hashes.len() > MAX_HASHES {
            return Err(LogError::ProofLength);
        }
        Ok(Self { extra: None, index, hashes, checkpoint })
    }

    /// The same proof with bytes that go along and are not proven, such as the opening of a commitment.
    ///
    /// # Errors
    /// [`LogError::MalformedProof`] if the text would become longer than a note may be.
    pub fn with_extra(self, extra: Vec<u8>) -> Result<Self, LogError> {
        let with = Self { extra: Some(extra), ..self };
        if with.to_string().len() > MAX_NOTE_LENGTH { Err(LogError::MalformedProof) } else { Ok(with) }
    }

    /// Reads a proof.
    ///
    /// # Errors
    /// [`LogError::MalformedProof`], [`LogError::ProofLength`]; those of [`Note::parse`] about the checkpoint.
    pub fn parse(bytes: &[u8]) -> Result<Self, LogError> {
        if bytes.len() > MAX_NOTE_LENGTH {
            return Err(LogError::MalformedProof);
        }
        let text = std::str::from_utf8(bytes).map_err(|_| LogError::MalformedProof)?;
        let (head, checkpoint) = text.split_once("\n\n").ok_or(LogError::MalformedProof)?;
        let mut lines = head.split('\n').peekable();
        if lines.next() != Some(HEADER) {
            return Err(LogError::MalformedProof);
        }
        let extra = lines.next_if(|line| line.starts_with("extra "));
        let extra = extra.map(|line| STANDARD.decode(&line[6..])).transpose().map_err(|_| LogError::MalformedProof)?;
        let index = lines.next().and_then(|line| decimal(line.strip_prefix("index ")?));
        let index = index.ok_or(LogError::MalformedProof)?;
        let hashes: Result<_, _> = lines.map(Hash::from_base64).collect();
        let hashes = hashes.map_err(|_| LogError::MalformedProof)?;
        Ok(Self { extra, ..Self::new(index, hashes, Note::parse(checkpoint.as_bytes())?)? })
    }

    /// Verifies that the entry with this leaf hash stands in the log, under one of the known keys; gives the checkpoint
    /// with all who signed it, for the caller to judge by a trust policy.
    ///
    /// # Errors
    /// Those of [`Checkpoint::open`] and [`verify_inclusion`].
    pub fn verify<'k>(&self, leaf: &Hash, known: &'k [NoteKey]) -> Result<OpenedCheckpoint<'k>, LogError> {
        let opened = Checkpoint::open(self.checkpoint.to_string().as_bytes(), known)?;
        verify_inclusion(leaf, self.index, opened.checkpoint.size(), &self.hashes, opened.checkpoint.root())?;
        Ok(opened)
    }

    /// What goes along and is not proven.
    #[must_use]
    pub fn extra(&self) -> Option<&[u8]> {
        self.extra.as_deref()
    }

    /// The index of the entry.
    #[must_use]
    pub const fn index(&self) -> u64 {
        self.index
    }

    /// The siblings on the way up, lowest first.
    #[must_use]
    pub fn hashes(&self) -> &[Hash] {
        &self.hashes
    }

    /// The signed checkpoint.
    #[must_use]
    pub const fn checkpoint(&self) -> &Note {
        &self.checkpoint
    }
}

/// The text, as it is kept in a file that ends in `.tlog-proof`.
impl fmt::Display for EntryProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{HEADER}")?;
        if let Some(extra) = &self.extra {
            writeln!(f, "extra {}", STANDARD.encode(extra))?;
        }
        writeln!(f, "index {}", self.index)?;
        self.hashes.iter().try_for_each(|hash| writeln!(f, "{}", hash.to_base64()))?;
        write!(f, "\n{}", self.checkpoint)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::SigningKey;
    use crate::log::{KeyName, MemoryFolder, TileReader, TileWriter, leaf_hash};

    fn log() -> (EntryProof, Hash, NoteKey) {
        let mut folder = MemoryFolder::default();
        let mut writer = TileWriter::new(&mut folder);
        for number in 0..300_u32 {
            writer.append(&number.to_be_bytes()).unwrap();
        }
        let frontier = writer.finish().unwrap();
        let (key, origin) = (SigningKey::from_seed(&[7; 32]), KeyName::new("log.example.org").unwrap());
        let checkpoint = Checkpoint::new(origin.clone(), 300, frontier.root()).unwrap().sign(&key).unwrap();
        let (leaf, hashes) = TileReader::new(&folder, 300).unwrap().prove_inclusion(260, &frontier.root()).unwrap();
        assert_eq!(leaf, leaf_hash(&260_u32.to_be_bytes()));
        (EntryProof::new(260, hashes, checkpoint).unwrap(), leaf, NoteKey::new(origin, key.verifying_key()))
    }

    #[test]
    fn a_proof_is_read_as_it_was_written_and_verifies() {
        let (proof, leaf, key) = log();
        let known = [key];
        for proof in [proof.clone(), proof.with_extra(b"opening".to_vec()).unwrap()] {
            let read = EntryProof::parse(proof.to_string().as_bytes()).unwrap();
            assert_eq!(read, proof);
            assert_eq!(read.verify(&leaf, &known).unwrap().checkpoint.size(), 300);
            assert_eq!(read.verify(&leaf_hash(b"another"), &known), Err(LogError::RootMismatch));
            assert_eq!(read.verify(&leaf, &[]), Err(LogError::Unsigned));
        }
    }

    #[test]
    fn proofs_are_read_strictly() {
        let (proof, ..) = log();
        let text = proof.to_string();
        let first = proof.hashes()[0].to_base64();
        let malformed = [
            "",
            "c2sp.org/tlog-proof@v1\n",
            &text.replace("@v1", "@v2"),
            &text.replace("index 260", "index 0260"),
            &text.replace("index 260", "index  260"),
            &text.replace("index 260", "index 18446744073709551616"),
            &text.replace("index 260\n", ""),
            &text.replace("index 260", "extra AA\nindex 260"),
            &text.replace("index 260", "extra AA==\nextra AA==\nindex 260"),
            &text.replace("index 260", "index 260\nextra AA=="),
            &text.replacen(&first, &first.replace('=', ""), 1),
            &text.replacen(&first, "AAAA", 1),
            &text.replacen(&first, &format!(" {first}"), 1),
            &text.replacen('\n', "\r\n", 1),
        ];
        for text in malformed {
            assert_eq!(EntryProof::parse(text.as_bytes()), Err(LogError::MalformedProof), "{text}");
        }
        let many = text.replacen(&first, &[first.as_str(); 64].join("\n"), 1);
        assert_eq!(EntryProof::parse(many.as_bytes()), Err(LogError::ProofLength));
        let unsigned = &text[..text.find('\u{2014}').unwrap()];
        assert_eq!(EntryProof::parse(unsigned.as_bytes()), Err(LogError::MalformedNote));
    }
}
