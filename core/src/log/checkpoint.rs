//! Checkpoints: the signed size and root of a log (C2SP tlog-checkpoint v1.0.0, <https://c2sp.org/tlog-checkpoint>).
//!
//! The body has three lines: the origin, which is also the name of the log's key; the size; the root in base64.
//! Extension lines are tolerated and never produced: what stands in them is outside every promise of the log.

use std::fmt;
use std::str::FromStr;

use super::{Cosignature, EMPTY_ROOT, Hash, KeyName, LogError, MAX_SIZE, Note, NoteKey};
use crate::keys::SigningKey;

/// What a log says about itself: at this size it had this root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    origin: KeyName,
    size: u64,
    root: Hash,
}

/// A checkpoint that its own log signed, and who else did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenedCheckpoint<'k> {
    /// The checkpoint.
    pub checkpoint: Checkpoint,
    /// The known keys that signed, in the order of their lines.
    pub signers: Vec<&'k NoteKey>,
    /// The cosignatures of known witnesses, in the order of their lines.
    pub cosignatures: Vec<Cosignature<'k>>,
    /// The whole note, for what else stands in it.
    pub note: Note,
}

impl Checkpoint {
    /// The checkpoint of the log `origin` at this size.
    ///
    /// # Errors
    /// [`LogError::SizeOutOfRange`]; [`LogError::RootMismatch`] if the log is empty and the root is not that of the empty
    /// tree.
    pub fn new(origin: KeyName, size: u64, root: Hash) -> Result<Self, LogError> {
        if size > MAX_SIZE {
            return Err(LogError::SizeOutOfRange);
        }
        if size == 0 && root != EMPTY_ROOT {
            return Err(LogError::RootMismatch);
        }
        Ok(Self { origin, size, root })
    }

    /// Which log this is; also the name of its key.
    #[must_use]
    pub fn origin(&self) -> &KeyName {
        &self.origin
    }

    /// The number of entries.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The root of the tree over them.
    #[must_use]
    pub const fn root(&self) -> &Hash {
        &self.root
    }

    /// Signs with the key of the log, whose name is the origin. More signatures can be added with [`Note::sign`]; the
    /// note's `to_string` is what is kept and sent.
    ///
    /// The caller answers for never signing a checkpoint that is inconsistent with one signed before.
    ///
    /// # Errors
    /// [`LogError::NoteTooLong`] if the origin is absurdly long.
    pub fn sign(&self, key: &SigningKey) -> Result<Note, LogError> {
        let mut note = Note::new(self.to_string())?;
        note.sign(self.origin.clone(), key)?;
        Ok(note)
    }

    /// Reads a signed checkpoint and verifies it against the known keys, of which one that is named as the origin must
    /// have signed.
    ///
    /// # Errors
    /// Those of [`Note::parse`] and [`Note::verify`]; [`LogError::MalformedCheckpoint`], [`LogError::SizeOutOfRange`],
    /// [`LogError::RootMismatch`]; [`LogError::OriginMismatch`] if only other keys signed.
    pub fn open<'k>(note: &[u8], known: &'k [NoteKey]) -> Result<OpenedCheckpoint<'k>, LogError> {
        let note = Note::parse(note)?;
        let (signers, cosignatures) = note.verify_lines(known)?;
        let checkpoint: Self = note.text().parse()?;
        if !signers.iter().any(|key| *key.name() == checkpoint.origin) {
            return Err(LogError::OriginMismatch);
        }
        Ok(OpenedCheckpoint { checkpoint, signers, cosignatures, note })
    }
}

/// The body of the note: three lines.
impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n{}\n{}\n", self.origin, self.size, self.root.to_base64())
    }
}

impl FromStr for Checkpoint {
    type Err = LogError;

    /// Reads the body of a checkpoint: [`LogError::MalformedCheckpoint`], [`LogError::SizeOutOfRange`],
    /// [`LogError::RootMismatch`].
    fn from_str(text: &str) -> Result<Self, LogError> {
        let mut lines = text.strip_suffix('\n').ok_or(LogError::MalformedCheckpoint)?.split('\n');
        let mut line = || lines.next().ok_or(LogError::MalformedCheckpoint);
        let origin = KeyName::new(line()?).map_err(|_| LogError::MalformedCheckpoint)?;
        let size = parse_size(line()?)?;
        let root = Hash::from_base64(line()?).map_err(|_| LogError::MalformedCheckpoint)?;
        if lines.any(str::is_empty) {
            return Err(LogError::MalformedCheckpoint);
        }
        Self::new(origin, size, root)
    }
}

fn parse_size(digits: &str) -> Result<u64, LogError> {
    if !is_decimal(digits) {
        return Err(LogError::MalformedCheckpoint);
    }
    digits.parse().map_err(|_| LogError::SizeOutOfRange)
}

/// The number that is written here in ASCII digits without leading zeros, if it has 64 bits.
pub(super) fn decimal(digits: &str) -> Option<u64> {
    is_decimal(digits).then(|| digits.parse().ok()).flatten()
}

fn is_decimal(digits: &str) -> bool {
    let canonical = digits == "0" || !digits.starts_with('0');
    !digits.is_empty() && canonical && digits.bytes().all(|digit| digit.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::{Frontier, leaf_hash};

    fn checkpoint() -> Checkpoint {
        let mut frontier = Frontier::new();
        frontier.append(leaf_hash(b"first"));
        frontier.append(leaf_hash(b"second"));
        let origin = KeyName::new("audit.example.org/log/1").unwrap();
        Checkpoint::new(origin, frontier.size(), frontier.root()).unwrap()
    }

    #[test]
    fn a_signed_checkpoint_opens_with_the_key_of_its_log() {
        let (log, epoch) = (SigningKey::generate(), SigningKey::generate());
        let checkpoint = checkpoint();
        let mut note = checkpoint.sign(&log).unwrap();
        let epoch_name = KeyName::new(format!("{}/epoch/1", checkpoint.origin())).unwrap();
        note.sign(epoch_name.clone(), &epoch).unwrap();
        let known = [
            NoteKey::new(epoch_name, epoch.verifying_key()),
            NoteKey::new(checkpoint.origin().clone(), log.verifying_key()),
        ];

        let opened = Checkpoint::open(note.to_string().as_bytes(), &known).unwrap();
        assert_eq!(opened.checkpoint, checkpoint);
        assert_eq!(opened.signers, [&known[1], &known[0]]);
        assert_eq!(opened.note, note);
        let only_epoch = Checkpoint::open(note.to_string().as_bytes(), &known[..1]);
        assert_eq!(only_epoch, Err(LogError::OriginMismatch));
        assert_eq!(Checkpoint::open(note.to_string().as_bytes(), &[]), Err(LogError::Unsigned));
    }

    #[test]
    fn bodies_are_read_strictly() {
        let body = checkpoint().to_string();
        assert_eq!(body.parse(), Ok(checkpoint()));
        assert_eq!(format!("{body}extension\n").parse(), Ok(checkpoint()));
        let root = checkpoint().root().to_base64();
        let malformed = [
            "",
            "\n",
            "origin\n",
            "origin\n2\n",
            body.trim_end(),
            &body.replace("\n2\n", "\n02\n"),
            &body.replace("\n2\n", "\n+2\n"),
            &body.replace("\n2\n", "\n\n"),
            &body.replace("\n2\n", "\n２\n"),
            &body.replace("\n2\n", "\n-2\n"),
            &body.replace("\n2\n", "\n2 \n"),
            &body.replace("audit", "au dit"),
            &body.replace("audit", "au+dit"),
            &format!("\n2\n{root}\n"),
            &format!("{body}\n"),
            &format!("{body}\nextension\n"),
            &body.replace('=', ""),
            &body.replace(&root, "AAAA"),
        ];
        for text in malformed {
            assert_eq!(text.parse::<Checkpoint>(), Err(LogError::MalformedCheckpoint), "{text:?}");
        }
        for size in ["9223372036854775809", "18446744073709551616"] {
            let text = body.replace("\n2\n", &format!("\n{size}\n"));
            assert_eq!(text.parse::<Checkpoint>(), Err(LogError::SizeOutOfRange));
        }
        assert_eq!(body.replace("\n2\n", "\n0\n").parse::<Checkpoint>(), Err(LogError::RootMismatch));
    }
}
